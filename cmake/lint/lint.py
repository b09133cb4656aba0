#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks of the source text: lint.py text | format [--fix] | tidy [--all] | self-test

Each rule is one function that yields (line, message); RULES lists them and EXAMPLES holds, for each, what it has to
refuse and what it has to let pass. `self-test` runs the examples.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CODE = (".h", ".cpp", ".cu", ".cuh")
SCRIPTS = (".py", ".sh", ".cmake")

# Who may include whom, directly (docs/architecture). What a module may include, its users may include too: its headers
# speak of those types.
ARROWS = {
    "util": [],
    "kernels": [],
    "text": ["util"],
    "data": ["text", "util"],
    "verify": ["data"],
    "curate": ["data", "verify"],
    "generate": ["verify"],
    "solver": ["verify"],
    "store": ["data"],
    "engine": ["util"],
    "session": ["engine", "store"],
    "model": ["text", "kernels"],
    "quant": ["kernels", "text"],
    "decode": ["quant"],
    "rollout": ["model", "text", "data", "verify", "decode"],
    "train": ["rollout", "verify", "model", "data"],
    "eval": ["rollout", "verify"],
    "programs": ["train", "eval", "engine", "store", "session", "quant", "solver", "curate", "generate"],
    "app": ["engine", "store", "session", "data", "text", "verify", "curate"],
}
# The library train_base: the part of core/train that knows no tensor. The window shows recipes and diagnoses runs.
TORCH_FREE_TRAIN = {f"core/train/{name}.h" for name in ("config", "config_fields", "recipe", "demo_recipe", "run_doctor")}
# The library model_files: what a model folder holds, without a tensor. The window judges a folder by it.
TORCH_FREE_MODEL = {f"core/model/{name}.h" for name in ("model_config", "sharded_weights")}
# The library eval_base: protocols and comparisons without a tensor. The window shows and compares results.
TORCH_FREE_EVAL = {f"core/eval/{name}.h" for name in ("protocol", "comparison", "statistics")}
# Their bytes too: importing a model reads them.
TORCH_FREE_FILES = TORCH_FREE_MODEL | {f"core/model/{name}.h" for name in ("dtype", "peft_adapter", "safetensors", "safetensors_writer")}
TORCH_MODULES = {"model", "rollout", "train", "eval"}
GENERATED = {"veritune_build_info.h", "store_migrations.inc", "eval_protocols.inc"}


def reachable(module):
    seen, queue = {module}, [module]
    while queue:
        for target in ARROWS[queue.pop()]:
            if target not in seen:
                seen.add(target)
                queue.append(target)
    # Everybody may use util, except the kernels, which use nothing of ours.
    return seen | ({"util"} if module != "kernels" else set())


def module_of(path):
    parts = path.split("/")
    if parts[0] == "core" and len(parts) > 2:
        return parts[1]
    return parts[0] if parts[0] in ("kernels", "app") and len(parts) > 1 else None


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
        if found:
            yield number, found.group(1), found.group(2)


def is_code(path):
    return path.endswith(CODE)


# --- rules ---------------------------------------------------------------------------------------------------------


def rule_spdx(path, text):
    name = os.path.basename(path)
    if not (path.endswith(CODE + SCRIPTS + (".sql",)) or name in ("CMakeLists.txt", "dev") or path == ".ci/run"):
        return
    licence = "GPL-3.0-or-later" if path.startswith("app/") else "Apache-2.0"
    if f"SPDX-License-Identifier: {licence}" not in "\n".join(text.splitlines()[:3]):
        yield 1, f"the first lines must say: SPDX-License-Identifier: {licence}"


def rule_layers(path, text):
    module = module_of(path)
    if not is_code(path) or module not in ARROWS:
        return
    allowed = reachable(module)
    for number, quoted, _ in includes(text):
        target = module_of(quoted) if quoted else None
        if quoted and quoted.startswith(("tests/", "bench/")):
            yield number, f"{module} may not include {quoted}: tests and benches use it, not the other way"
        elif module == "app" and quoted in TORCH_FREE_TRAIN | TORCH_FREE_MODEL | TORCH_FREE_EVAL:
            continue
        elif module == "session" and quoted in TORCH_FREE_TRAIN:
            continue
        elif module in ("quant", "decode") and quoted in TORCH_FREE_FILES:
            continue
        elif target and target not in allowed:
            yield number, f"{module} may not include {target} (allowed: {', '.join(sorted(allowed))})"


def rule_root_relative(path, text):
    if not is_code(path):
        return
    for number, quoted, _ in includes(text):
        if quoted is None or quoted in GENERATED or quoted.startswith("ui_") or quoted.endswith(".moc"):
            continue
        if not quoted.startswith(("core/", "kernels/", "app/", "tests/", "bench/")) or ".." in quoted.split("/"):
            yield number, f'"{quoted}" must be written from the root of the repository'


def rule_torch_headers(path, text):
    if not is_code(path):
        return
    # Compile time is counted: torch/torch.h costs 15 s and 1 GB in every file that includes it.
    forbidden = {"torch/torch.h", "torch/nn.h", "torch/extension.h"}
    for number, quoted, angled in includes(text):
        name = quoted or angled
        is_torch = name.startswith(("torch/", "ATen/", "c10/"))
        if name in forbidden:
            yield number, f"<{name}> is forbidden: take what you need from ATen"
        elif is_torch and module_of(path) in ARROWS and module_of(path) not in TORCH_MODULES | {"programs"}:
            yield number, f"{module_of(path)} is free of libtorch and may not include <{name}>"
        elif is_torch and path.endswith(".h") and module_of(path) and name != "ATen/core/Tensor.h":
            yield number, f"a header may include <ATen/core/Tensor.h> only, not <{name}>"


def rule_qt_headers(path, text):
    if not is_code(path):
        return
    for number, _, angled in includes(text):
        if angled and re.match(r"QtNetwork|QNetwork|QTcp|QUdp|QSsl|QHttp|QWeb", angled):
            yield number, f"<{angled}>: no part of Veritune talks to a network"
        elif angled and re.match(r"Q[A-Z]", angled) and not path.startswith(("app/", "tests/app/")):
            yield number, f"<{angled}>: only app/ may use Qt"


def rule_randomness(path, text):
    if not is_code(path) or module_of(path) is None:
        return
    pattern = re.compile(
        r"std::(?:mt19937|minstd_rand|random_device|default_random_engine|ranlux|\w+_distribution\b|shuffle\b|"
        r"random_shuffle|rand\b)|\bs?rand\s*\(|\btorch::rand|\bat::rand")
    for number, line in enumerate(text.splitlines(), 1):
        if pattern.search(line.split("//")[0]):
            yield number, "all randomness comes from util::Rng (others differ between libraries and runs)"


def rule_pragma_once(path, text):
    if path.endswith((".h", ".cuh")) and "#pragma once" not in text:
        yield 1, "a header needs #pragma once"


def rule_length(path, text):
    lines = text.count("\n")
    if is_code(path) and lines > 800:
        yield 800, f"{lines} lines: split the file before it has 800"


def rule_machine_paths(path, text):
    # A manual may show an example of somebody's home.
    home = "" if path.startswith("docs/") else r"|home/[a-z][\w-]*"
    pattern = re.compile(rf"""(?:^|[\s"'`=(:,])/(?:work|root{home})/""")
    for number, line in enumerate(text.splitlines(), 1):
        # A hostile input of a test may need such a path: then the line says so.
        if pattern.search(line) and "lint: path is test data" not in line:
            yield number, "a path of somebody's machine does not belong into the repository"


# Qt 6.4 opens local files that rich text names, without a click (docs/studio.md): content is plain text only.
RICH_TEXT = re.compile(
    r"\bset(?:Html|Markdown|InformativeText)\s*\(|\b(?:insert|append)Html\s*\(|"
    r"\bQ(?:TextBrowser|ErrorMessage|InputDialog|ProgressDialog|Wizard(?:Page)?|WhatsThis)\b|"
    r"\bnew QLabel\b|\bQLabel \w+\s*[;({]|\bsetToolTip\s*\((?!plainTip\()|\bQToolTip::showText\s*\((?!.*plainTip\()")
BLOCKING = re.compile(
    r"\bQEventLoop\b|\bprocessEvents\s*\(|\bwaitFor(?:Finished|Started|ReadyRead|BytesWritten)\s*\(|->exec\s*\(\s*\)|"
    r"\bQ(?:File|Message|Color|Font)Dialog::get|\bQMessageBox::(?:information|warning|question|critical|about)\b")


def rule_plain_text(path, text):
    if not is_code(path) or not path.startswith("app/") or path.startswith("app/PlainText."):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if RICH_TEXT.search(line.split("//")[0]):
            yield number, "content is plain text only: PlainLabel, setPlainToolTip, plainTip, QPlainTextEdit"


def rule_gui_thread(path, text):
    if not is_code(path) or not path.startswith("app/"):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if BLOCKING.search(line.split("//")[0]):
            yield number, "nothing may hold the GUI thread or nest an event loop: ask, go on, be called back"


def rule_curves(path, text):
    if not is_code(path) or not path.startswith("app/") or path.startswith("app/widgets/Curve"):
        return
    for number, _, angled in includes(text):
        if angled == "qcustomplot.h":
            yield number, "only app/widgets/Curve* may use QCustomPlot: a pen wider than 1 px takes seconds to draw"


RULES = [rule_plain_text, rule_gui_thread, rule_curves, rule_spdx, rule_layers, rule_root_relative, rule_torch_headers, rule_qt_headers, rule_randomness,
         rule_pragma_once, rule_length, rule_machine_paths]


def find_include_cycle(texts):
    """texts: path -> text. The files of one cycle of includes, or None."""
    graph = {path: [q for _, q, _ in includes(text) if q in texts] for path, text in texts.items()}
    done = set()

    def visit(path, trail):
        if path in trail:
            return trail[trail.index(path):] + [path]
        if path in done:
            return None
        for target in graph[path]:
            cycle = visit(target, trail + [path])
            if cycle:
                return cycle
        done.add(path)
        return None

    for path in sorted(graph):
        cycle = visit(path, [])
        if cycle:
            return cycle
    return None


# --- self-test: (rule, path, text to refuse, text to let pass) -----------------------------------------------------

HEAD = "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n"
EXAMPLES = [
    (rule_spdx, "core/util/a.cpp", "int a;\n", HEAD),
    (rule_spdx, "app/a.cpp", HEAD, "// SPDX-License-Identifier: GPL-3.0-or-later\n"),
    (rule_spdx, "dev", "#!/bin/bash\n", "#!/bin/bash\n# SPDX-License-Identifier: Apache-2.0\n"),
    (rule_layers, "core/util/a.h", '#include "core/text/b.h"\n', '#include "core/util/b.h"\n'),
    (rule_layers, "core/store/a.h", '#include "core/verify/b.h"\n', '#include "core/data/b.h"\n'),
    (rule_layers, "kernels/a.h", '#include "core/util/result.h"\n', '#include "kernels/b.h"\n'),
    (rule_layers, "core/verify/a.cpp", '#include "core/model/b.h"\n', '#include "core/text/b.h"\n'),
    (rule_layers, "core/train/a.cpp", '#include "core/store/b.h"\n', '#include "core/rollout/b.h"\n'),
    (rule_layers, "core/engine/a.cpp", '#  include "core/train/b.h"\n', '#include "core/util/b.h"\n'),
    (rule_layers, "app/a.cpp", '#include "core/train/b.h"\n', '#include "core/engine/b.h"\n'),
    (rule_layers, "app/a.cpp", '#include "core/train/rl_stage.h"\n', '#include "core/train/recipe.h"\n'),
    (rule_layers, "core/eval/a.cpp", '#include "tests/support/b.h"\n', '#include "core/verify/b.h"\n'),
    (rule_root_relative, "core/text/a.cpp", '#include "b.h"\n', '#include "core/text/b.h"\n'),
    (rule_root_relative, "core/text/a.cpp", '#include "core/text/../util/b.h"\n', '#include "veritune_build_info.h"\n'),
    (rule_torch_headers, "core/model/a.cpp", "#include <torch/torch.h>\n", "#include <ATen/ATen.h>\n"),
    (rule_torch_headers, "core/model/a.cpp", "#include <torch/extension.h>\n", "#include <c10/core/Device.h>\n"),
    (rule_torch_headers, "core/train/a.cpp", "#include <torch/nn.h>\n", "#include <vector>\n"),
    (rule_torch_headers, "core/train/a.h", "#include <c10/util/Exception.h>\n", "#include <ATen/core/Tensor.h>\n"),
    (rule_torch_headers, "core/model/a.h", "#include <ATen/ATen.h>\n", "#include <ATen/core/Tensor.h>\n"),
    (rule_torch_headers, "core/verify/a.cpp", "#include <ATen/core/Tensor.h>\n", "#include <string>\n"),
    (rule_torch_headers, "kernels/a.h", "#include <ATen/core/Tensor.h>\n", "#include <cstdint>\n"),
    (rule_qt_headers, "core/store/a.cpp", "#include <QString>\n", "#include <string>\n"),
    (rule_qt_headers, "app/a.cpp", "#include <QTcpSocket>\n", "#include <QString>\n"),
    (rule_randomness, "core/train/a.cpp", "std::mt19937 g(1);\n", "Rng rng(1, RngStream::kTest);\n"),
    (rule_randomness, "core/train/a.cpp", "std::normal_distribution<float> d;\n", "// not std::mt19937\n"),
    (rule_randomness, "core/data/a.cpp", "int x = rand();\n", "int x = operand();\n"),
    (rule_pragma_once, "core/util/a.h", "int a();\n", HEAD),
    (rule_length, "core/util/a.cpp", "\n" * 801, "\n" * 800),
    (rule_plain_text, "app/a.cpp", "view->setHtml(text);\n", "view->setPlainText(text);\n"),
    (rule_plain_text, "app/a.cpp", "auto* l = new QLabel(this);\n", "auto* l = new PlainLabel(this);\n"),
    (rule_plain_text, "app/a.cpp", "w->setToolTip(name);\n", "w->setToolTip(plainTip(name));\n"),
    (rule_gui_thread, "app/a.cpp", "dialog->exec();\n", "dialog->open();\n"),
    (rule_gui_thread, "app/a.cpp", "QMessageBox::warning(this);\n", "return app.exec();\n"),
    (rule_curves, "app/views/a.cpp", "#include <qcustomplot.h>\n", '#include "app/widgets/CurveView.h"\n'),
    (rule_machine_paths, "docs/a.md", "see /" + "root/x/y\n", "see ~/x/y\n"),
    (rule_machine_paths, "cmake/a.cmake", 'set(x "/' + 'work/a")\n', 'set(x "framework/a")\n'),
    (rule_machine_paths, "docs/a.md", "see /" + "work/x\n", "see /" + "home/anna/x\n"),
    (rule_machine_paths, "tests/a.cpp", 'open("/' + 'home/anna/x")\n', 'open("/tmp/home/x")\n'),
]


def self_test():
    faults = []
    for rule, path, bad, good in EXAMPLES:
        if not list(rule(path, bad)):
            faults.append(f"{rule.__name__} let pass in {path}: {bad.strip()[:60]}")
        if list(rule(path, good)):
            faults.append(f"{rule.__name__} refused in {path}: {good.strip()[:60]}")
    without = {rule.__name__ for rule in RULES} - {rule.__name__ for rule, *_ in EXAMPLES}
    faults += [f"{name} has no example" for name in without]
    if not find_include_cycle({"a.h": '#include "b.h"', "b.h": '#include "c.h"', "c.h": '#include "a.h"'}):
        faults.append("a cycle of includes was let pass")
    if find_include_cycle({"a.h": '#include "b.h"\n#include "c.h"', "b.h": '#include "c.h"', "c.h": ""}):
        faults.append("includes without a cycle were refused")
    with tempfile.TemporaryDirectory() as folder:
        faults += tool_faults(folder)
    for fault in faults:
        print(f"lint self-test: {fault}", file=sys.stderr)
    print(f"lint self-test: {len(EXAMPLES) + 4 - len(faults)} passed, {len(faults)} failed")
    return 1 if faults else 0


def tool_faults(folder):
    """clang-format and clang-tidy with our configuration must refuse a bad file and accept a good one."""
    bad, good = os.path.join(folder, "bad.cpp"), os.path.join(folder, "good.cpp")
    with open(bad, "w", encoding="utf-8") as file:
        file.write("int  BadName( int a ){return a;}\nint* pointer = 0;\n")
    with open(good, "w", encoding="utf-8") as file:
        file.write("int good_name(int a) { return a; }\n")
    style = f"--style=file:{ROOT}/.clang-format"
    config = f"--config-file={ROOT}/.clang-tidy"
    for tool, run in (("clang-format", lambda f: ["clang-format-14", style, "--dry-run", "-Werror", f]),
                      ("clang-tidy", lambda f: ["clang-tidy-14", config, "--quiet", f, "--", "-std=c++20"])):
        if subprocess.run(run(bad), capture_output=True, check=False).returncode == 0:
            yield f"{tool} let a bad file pass"
        if subprocess.run(run(good), capture_output=True, check=False).returncode != 0:
            yield f"{tool} refused a good file"


# --- running over the tree -----------------------------------------------------------------------------------------


def git(*arguments):
    return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True, check=False)


def tracked_files():
    listed = git("ls-files", "-co", "--exclude-standard", "-z")
    if listed.returncode == 0:
        names = [name for name in listed.stdout.split("\0") if name]
    else:  # a tarball without .git
        names = [os.path.relpath(os.path.join(folder, name), ROOT)
                 for folder, _, files in os.walk(ROOT) for name in files]
        names = [name for name in names if not name.startswith("build/")]
    return sorted(name for name in set(names) if os.path.isfile(os.path.join(ROOT, name)))


def read_text(path):
    """The text of a file; None when it is not text or too large to be ours."""
    full = os.path.join(ROOT, path)
    if os.path.getsize(full) > 2_000_000:
        return None
    with open(full, "rb") as file:
        data = file.read()
    try:
        return None if b"\0" in data else data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def check_text():
    texts = {path: text for path in tracked_files() if (text := read_text(path)) is not None}
    findings = []
    for path, text in texts.items():
        # Licence texts and recorded data are not ours to shape.
        if path.startswith("LICENSES/"):
            continue
        for rule in RULES:
            if path == "cmake/lint/lint.py" and rule is rule_machine_paths:
                continue
            findings += [f"{path}:{line}: {message}" for line, message in rule(path, text)]
    cycle = find_include_cycle({path: text for path, text in texts.items() if is_code(path)})
    if cycle:
        findings.append("cycle of includes: " + " -> ".join(cycle))
    for finding in findings:
        print(finding, file=sys.stderr)
    print(f"lint: {len(texts)} files against {len(RULES)} rules, {len(findings)} findings")
    return 1 if findings else 0


def check_format(fix):
    files = [path for path in tracked_files() if is_code(path)]
    action = ["-i"] if fix else ["--dry-run", "-Werror"]
    failed = 0
    for start in range(0, len(files), 50):
        failed |= subprocess.run(["clang-format-14", *action, *files[start:start + 50]], cwd=ROOT,
                                 check=False).returncode
    if failed:
        print("lint: run ./dev format", file=sys.stderr)
    print(f"lint: format of {len(files)} files {'done' if fix else 'checked'}")
    return 1 if failed else 0


def changed_files():
    """Files that differ from where this work began: the fork from main, or the last commit when that is main."""
    head = git("rev-parse", "HEAD").stdout.strip()
    base = ""
    if not os.environ.get("CI"):
        base = git("merge-base", "HEAD", "main").stdout.strip()
    if base in ("", head):
        base = git("rev-parse", "--verify", "-q", "HEAD~1").stdout.strip()
    if not base:  # the first commit, or no history: everything is new
        return set(tracked_files())
    names = git("diff", "--name-only", "-z", base).stdout.split("\0")
    names += git("ls-files", "-o", "--exclude-standard", "-z").stdout.split("\0")
    return {name for name in names if name}


def tidy_targets(all_files):
    with open(os.path.join(ROOT, "build/release/compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    changed = None if all_files else changed_files()
    targets = set()
    for entry in commands:
        path = os.path.relpath(os.path.join(entry["directory"], entry["file"]), ROOT)
        # clang-tidy 14 takes minutes for a file with ATen; those have the compiler's warnings only.
        # The window's files share a precompiled <QtWidgets> that clang cannot read and follow Qt's naming.
        if path.startswith(("build/", "..", "app/", "tests/app/")) or "libtorch" in entry["command"]:
            continue
        if changed is None or path in changed or os.path.splitext(path)[0] + ".h" in changed:
            targets.add(path)
    return sorted(targets)


def tidy_one(path):
    # `for (auto _ : state)` of Google Benchmark is a dead store to the analyzer.
    options = ["--checks=-clang-analyzer-deadcode.DeadStores"] if path.startswith("bench/") else []
    done = subprocess.run(["clang-tidy-14", "--quiet", "-p", "build/release", *options, path], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    return path, done.returncode, done.stdout + (done.stderr if done.returncode else "")


def check_tidy(all_files):
    targets = tidy_targets(all_files)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for path, code, output in pool.map(tidy_one, targets):
            if code:
                failed += 1
                print(f"{path}:\n{output}", file=sys.stderr)
    print(f"lint: clang-tidy on {len(targets)} files, {failed} with findings")
    return 1 if failed else 0


def main():
    verb, options = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    verbs = {"text": check_text, "self-test": self_test, "format": lambda: check_format("--fix" in options),
             "tidy": lambda: check_tidy("--all" in options)}
    if verb not in verbs:
        sys.exit(__doc__)
    sys.exit(verbs[verb]())


if __name__ == "__main__":
    main()
