#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Registers and spills of every CUDA kernel on every architecture that is shipped.

registers.py write [FILE..] compiles the kernels of kernels/cuda/FILE (all of them) for all architectures and writes
                            their rows of docs/registers.md
registers.py log BUILD_LOG   the same from what a build with -Xptxas=-v printed (preset cuda-all has all architectures), without
                            compiling again
registers.py check [ARCH..] compiles all and fails on a spill that the page does not admit, on a kernel that does not compile, and on the
                            instruction of docs/performance.md "A trap of ptxas" (LDGSTS with a uniform
                            address; needs cuobjdump, CUOBJDUMP names it)
"""
import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ARCHS = ["80", "86", "89", "90", "120"]
SOURCES = "kernels/cuda"
PAGE = "docs/registers.md"
# Files for one architecture alone (shown under its number without the letter).
ONLY = {"gemm_q_hopper.cu": ["90a"]}
# The kernels whose loops multiply by mma.sync use registers to the limit of their launch bounds.
FLAGS = ["-std=c++20", "-O3", "-DNDEBUG", "-DVT_HAS_CUDA", "--expt-relaxed-constexpr", "-Xptxas=-v"]

Use = collections.namedtuple("Use", "registers stack stores loads")


def nvcc():
    found = os.environ.get("CUDACXX") or shutil.which("nvcc") or "/usr/local/cuda/bin/nvcc"
    if not pathlib.Path(found).exists():
        sys.exit("registers: no nvcc; CUDACXX names one")
    return found


def plain_name(mangled):
    """kernel<arguments> without namespaces and parameters."""
    text = subprocess.run(["c++filt", mangled], capture_output=True, text=True, check=True).stdout
    text = re.sub(r"\(anonymous namespace\)::|veritune::kernels::(cuda::)?", "", text.strip())
    text = re.sub(r"_INTERNAL_\w+::|\(QuantKind\)(\d)",
                  lambda m: ["int4", "nf4", "int8"][int(m[1])] if m[1] else "", text)
    text = re.sub(r"\((?:bool|int)\)", "", text)
    depth = 0
    for at, c in enumerate(text):
        depth += (c == "<") - (c == ">")
        if c == "(" and depth == 0:
            text = text[:at]
            break
    return re.sub(r"^void ", "", text).replace(" ", "")


def parse(log):
    """{(kernel, arch): Use} of ptxas -v."""
    uses = {}
    current = None
    stack = (0, 0, 0)
    for line in log.splitlines():
        entry = re.search(r"Compiling entry function '(\w+)' for 'sm_(\d+)a?'", line)
        if entry:
            current = entry.groups()
            continue
        spill = re.search(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads",
                          line)
        if spill:
            stack = tuple(int(x) for x in spill.groups())
        registers = re.search(r"Used (\d+) registers", line)
        if registers and current:
            uses[(plain_name(current[0]), current[1])] = Use(int(registers[1]), *stack)
            current = None
    return uses


def traps(object_file):
    tool = os.environ.get("CUOBJDUMP") or shutil.which("cuobjdump")
    if tool is None:
        return []
    text = subprocess.run([tool, "-sass", object_file], capture_output=True, text=True).stdout
    return [line.strip() for line in text.splitlines() if re.search(r"LDGSTS.*\+UR", line)]


def compile_all(archs, files):
    uses = {}
    wrong = []
    for source in sorted((ROOT / SOURCES).glob("*.cu")):
        if files and source.name not in files:
            continue
        with tempfile.TemporaryDirectory() as folder:
            to = os.path.join(folder, "kernel.o")
            command = [nvcc(), *FLAGS, f"-I{ROOT}", "-c", str(source), "-o", to]
            for arch in ONLY.get(source.name, archs):
                command += ["-gencode", f"arch=compute_{arch},code=sm_{arch}"]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                wrong.append(f"{source.name}: does not compile\n{done.stderr}")
                continue
            found = parse(done.stdout + done.stderr)
            for (kernel, arch), use in found.items():
                uses.setdefault((source.name, kernel), {})[arch] = use
            wrong += [f"{source.name}: {line}" for line in traps(to)]
        print(f"registers: {source.name}", file=sys.stderr)
    return uses, wrong + spills(uses, known_spills())


def parse_build(log):
    """{(file, kernel): {arch: Use}} of the output of a build."""
    uses = {}
    source = None
    piece = []

    def close():
        for (kernel, arch), use in parse("\n".join(piece)).items():
            uses.setdefault((source, kernel), {})[arch] = use

    for line in log.splitlines():
        building = re.search(r"^\[\d+/\d+\] Building \w+ object \S*?(\w+\.\w+)\.o$", line)
        if building:
            close()
            source, piece = building[1], []
        elif re.match(r"^\[\d+/\d+\] ", line):
            close()
            piece = []
        else:
            piece.append(line)
    close()
    return {key: by_arch for key, by_arch in uses.items() if (ROOT / SOURCES / key[0]).exists()}


def known_spills():
    """{(file, kernel): bytes} that the page admits."""
    known = {}
    page = ROOT / PAGE
    for line in page.read_text().splitlines() if page.exists() else []:
        row = re.match(r"\| (\w+\.cu) \| `(.*?)` \|", line)
        found = re.findall(r"(\d+) B spilled", line)
        if row and found:
            known[row.groups()] = max(int(n) for n in found)
    return known


def spills(uses, known):
    return [f"{source}: {kernel} on sm_{arch} spills {use.stores} bytes and reads back {use.loads}"
            for (source, kernel), by_arch in sorted(uses.items())
            for arch, use in sorted(by_arch.items())
            if max(use.stores, use.loads) > known.get((source, kernel), 0)]


def rows_of(uses):
    """{file: rows of the page}."""
    rows = collections.defaultdict(list)
    for (source, kernel), by_arch in sorted(uses.items()):
        cells = []
        for arch in ARCHS:
            use = by_arch.get(arch)
            cell = "" if use is None else str(use.registers)
            if use is not None and use.stack:
                cell += f" ({use.stack} B stack)"
            if use is not None and (use.stores or use.loads):
                cell += f", **{max(use.stores, use.loads)} B spilled**"
            cells.append(cell)
        rows[source].append(f"| {source} | `{kernel}` | " + " | ".join(cells) + " |")
    return rows


def write_page(uses, files):
    version = subprocess.run([nvcc(), "--version"], capture_output=True, text=True).stdout
    version = re.search(r"V([\d.]+)", version)[1]
    rows = rows_of(uses)
    page = ROOT / PAGE
    if files and page.exists():
        for line in page.read_text().splitlines():
            source = re.match(r"\| (\w+\.cu) \|", line)
            if source and source[1] not in files:
                rows[source[1]].append(line)
    head = " | ".join(f"sm_{a}" for a in ARCHS)
    lines = [
        "# Registers of the CUDA kernels",
        "<!-- SPDX-License-Identifier: Apache-2.0 -->",
        "",
        "Written by `cmake/lint/registers.py write`; `registers.py check` (ctest `kernels.registers`, label",
        f"slow) fails on a spill that is not in it. nvcc {version}, -O3. A stack without a spill is an array that is indexed at run",
        "time. A kernel that is made for sm_90 alone is empty on the others (its registers there say nothing); an",
        "empty cell was not compiled for this page.",
        "",
        f"| file | kernel | {head} |",
        "|---|---|" + "---|" * len(ARCHS),
        *[row for source in sorted(rows) for row in rows[source]],
    ]
    page.write_text("\n".join(lines) + "\n")


def main(arguments):
    if arguments[:1] not in (["write"], ["log"], ["check"]):
        sys.exit(__doc__)
    if arguments[0] == "log":
        uses = parse_build(pathlib.Path(arguments[1]).read_text())
        write_page(uses, {source for source, _ in uses})
        for line in spills(uses, {}):
            print(line)
        return 0
    writes = arguments[0] == "write"
    archs = ARCHS if writes else arguments[1:] or ARCHS
    files = arguments[1:] if writes else []
    uses, wrong = compile_all(archs, files)
    for line in wrong:
        print(line)
    if writes:
        write_page(uses, files)
    print(f"registers: {len(uses)} kernels on sm_{', sm_'.join(archs)}, {len(wrong)} findings",
          file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
