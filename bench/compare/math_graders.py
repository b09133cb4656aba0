# SPDX-License-Identifier: Apache-2.0
"""Math-Verify and our math verifier on the same labelled answers, byte for byte the same completions.

Run: python3 -m venv VENV && VENV/bin/pip install math-verify==0.9.0
     VENV/bin/python bench/compare/math_graders.py build/bin/veritune [--step 7] [--show 20]
Pairs: tests/data/math/bank.jsonl (all rows) and tests/data/math/rewrites.jsonl (every --step'th gold). An answer that is no
completion by itself stands in \\boxed{}. Math-Verify gets the gold between dollar signs, as its README does, one process, its
own time limits. Its times are those of parse(answer) and verify(); golds are parsed once. Ours are `micros` of
`veritune verify run`, one thread."""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def lines(name):
    with open(os.path.join(ROOT, "tests/data/math", name), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def boxed(answer):
    return "\\boxed{" + answer + "}"


def bank():
    out = []
    for row in lines("bank.jsonl"):
        plain = row.get("profile", "raw") == "raw"
        out.append({"gold": row["gold"], "completion": boxed(row["answer"]) if plain else row["answer"], "ok": row["ok"], "params": row.get("params", {}), "think_tags": row.get("think", False)})
    return out


def rewrites(step):
    out = []
    for row in lines("rewrites.jsonl")[3 % step::step]:
        for ok, texts in ((True, row["equal"]), (False, row["different"])):
            out += [{"gold": row["gold"], "completion": boxed(text), "ok": ok} for text in texts]
    return out


def ours(program, pairs):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as file:
        for pair in pairs:
            row = {key: value for key, value in pair.items() if key != "ok"}
            file.write(json.dumps(dict(row, verifier="math", profile="reward_strict")) + "\n")
    answer = subprocess.run([program, "verify", "run", "--cases", file.name, "--threads", "1", "--json"], capture_output=True, text=True, check=True)
    os.unlink(file.name)
    rows = [row for row in map(json.loads, answer.stdout.splitlines()) if "status" in row]
    return [(row["status"] == "correct", row["micros"] / 1000) for row in rows]


def theirs(pairs):
    from math_verify import parse, verify
    golds, out = {}, []
    for pair in pairs:
        gold = pair["gold"]
        if gold not in golds:
            golds[gold] = parse("$" + gold + "$")
        begin = time.perf_counter()
        try:
            right = bool(verify(golds[gold], parse(pair["completion"])))
        except Exception:  # a grader that throws pays nothing
            right = False
        out.append((right, 1000 * (time.perf_counter() - begin)))
    return out


def report(name, pairs, results, show):
    accepts = [pair for pair, (right, _) in zip(pairs, results) if right and not pair["ok"]]
    rejects = [pair for pair, (right, _) in zip(pairs, results) if not right and pair["ok"]]
    times = sorted(taken for _, taken in results)
    positives = sum(pair["ok"] for pair in pairs)
    print(f"{name}: {positives} right, {len(pairs) - positives} wrong answers; false accepts {len(accepts)}, false rejects {len(rejects)}; "
          f"median {times[len(times) // 2]:.3f} ms, p95 {times[len(times) * 95 // 100]:.3f} ms, sum {sum(times) / 1000:.2f} s")
    for kind, rows in (("false accept", accepts), ("false reject", rejects)):
        for pair in rows[:: max(1, len(rows) // show)][:show] if show else []:
            print(f"   {kind}: {pair['gold']}   {pair['completion']}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--step", type=int, default=7)
    options.add_argument("--show", type=int, default=0)
    given = options.parse_args()
    for name, pairs in (("bank", bank()), ("rewrites", rewrites(given.step))):
        report(f"{name}, Veritune", pairs, ours(given.program, pairs), given.show)
        report(f"{name}, Math-Verify", pairs, theirs(pairs), given.show)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
