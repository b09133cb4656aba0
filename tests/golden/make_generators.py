# SPDX-License-Identifier: Apache-2.0
"""Second opinion on core/data/generators.cpp: the first problems of every family, made from the written rules only.

Prints the data set hashes that tests/dataset/generators_test.cpp holds. Needs Python 3 only (zlib, hashlib, json):
    python3 tests/golden/make_generators.py
Rules: Philox4x32-10 with key = SplitMix64(FNV-1a 64 of "family/use/seed"), counter = (block, 0, step, stream << 24 | step >> 32),
stream 2 (kData), step = index << 20 | attempt; below(n) = 64-bit draw, the first 2^64 mod n values thrown away.
"""
import hashlib
import json
import zlib

M32, M64 = 2**32 - 1, 2**64 - 1


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & M32, (p0 >> 32) ^ c[3] ^ k[1], p0 & M32]
        k = [(k[0] + 0x9E3779B9) & M32, (k[1] + 0xBB67AE85) & M32]
    return c


def fnv1a(data):
    h = 0xCBF29CE484222325
    for byte in data:
        h = ((h ^ byte) * 0x100000001B3) & M64
    return h


def splitmix(z):
    z = (z + 0x9E3779B97F4A7C15) & M64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M64
    return z ^ (z >> 31)


class Rng:
    def __init__(self, family, use, seed, step):
        key = splitmix(fnv1a(f"{family}/{use}/{seed}".encode()))
        self.key = (key & M32, key >> 32)
        self.high = (step & M32, (2 << 24) | (step >> 32))
        self.words, self.block = [], 0

    def u64(self):
        if len(self.words) < 2:
            self.words += philox((self.block, 0, *self.high), self.key)
            self.block += 1
        low, high = self.words[:2]
        self.words = self.words[2:]
        return low | (high << 32)

    def below(self, n):
        while True:
            draw = self.u64()
            if draw >= 2**64 % n:
                return draw % n

    def uniform(self):
        return (self.u64() >> 11) * 2.0**-53


OPS = {
    "+": lambda a, b: (a + b) % 10,
    "-": lambda a, b: (a - b) % 10,
    "*": lambda a, b: (a * b) % 10,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
}


def problem(family, index, seed, seen, error_rate):
    values, names = ("FT", "&|^") if family == "bool" else ("0123456789", "+-*")
    attempt = -1
    while True:
        attempt += 1
        rng = Rng(family, "prompt", seed, (index << 20) | attempt)
        steps = 3 + rng.below(5)
        start = rng.below(len(values))
        ops = []
        for _ in range(steps):
            name = names[rng.below(3)]
            ops.append((name, rng.below(len(values))))
        if family == "trace":
            prompt = f"x={values[start]}" + "".join(f";{o}{values[b]}" for o, b in ops) + "?"
        else:
            prompt = values[start] + "".join(o + values[b] for o, b in ops) + "?"
        if zlib.crc32((family + prompt).encode()) % 5 != 0 and prompt not in seen:
            seen.add(prompt)
            break
    rng = Rng(family, "errors", seed, (index << 20) | attempt)
    right = shown = start
    chain = ""
    for o, b in ops:
        right = OPS[o](right, b)
        after = OPS[o](shown, b)
        if rng.uniform() < error_rate:
            after = (after + 1 + rng.below(len(values) - 1)) % len(values)
        step = "x=" if family == "trace" else f"{values[shown]}{o}{values[b]}="
        chain += step + values[after] + ";"
        shown = after
    return {
        "id": f"{family}-train-s{seed}-{index:06d}", "prompt": prompt, "gold": values[right],
        "verifier": "chain_arithmetic", "params": {"family": family}, "profile": "raw",
        "solution": f"{chain}#{values[shown]}$", "family": family, "level": steps, "split": "train",
    }


for family in ("mod", "bool", "trace"):
    for rate in (0.0, 0.1):
        seen = set()
        digest = hashlib.sha256()
        for index in range(1000):
            row = problem(family, index, 1, seen, rate)
            digest.update(json.dumps(row, sort_keys=True, separators=(",", ":")).encode() + b"\n")
        print(family, rate, digest.hexdigest())
