# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/sandbox/programs.jsonl: programs of every kind that code_python judges, with the
verdict each must get. Run from the root of the sources: python3 tests/golden/make_code_programs.py

Every verdict is decided here by hand, from the rules of docs/verifiers/code_python.md; nothing of
Veritune is asked. Standard library only.
"""
import json

ROWS = []
FAST = {"case_cpu_s": 1, "wall_ms": 4000}


def row(name, gold, program, status, reason="", params=None, **more):
    ROWS.append({"id": name, "verifier": "code_python", "profile": "raw", "gold": gold,
                 "completion": program, "status": status, "reason": reason,
                 "params": params or {}, **more})


def calls(*pairs, **more):
    return {"cases": [{"call": call, "expected": expected} for call, expected in pairs], **more}


def py(*tagged):
    return {"py": list(tagged)}


def stdio(*pairs, **more):
    return {"cases": [{"stdin": given, "expected_stdout": out} for given, out in pairs], **more}


def predicate(checker, *pairs, **more):
    return {"checker": checker, "cases": [{"call": c, "predicate": p} for c, p in pairs], **more}


OK, WRONG, NONE, BUDGET, GOLD = "correct", "incorrect", "no_answer", "budget_exceeded", "invalid_gold"
i = lambda n: ["i", format(n, "x")]
f = lambda x: ["f", x.hex() if x == x else "nan"]

# --- call: plain values --------------------------------------------------------------------------
gcd = calls(("g(12, 18)", 6), ("g(17, 5)", 1), ("g(0, 9)", 9), ("g(100, 75)", 25))
row("gcd", gcd, "def g(a, b):\n    while b: a, b = b, a % b\n    return a\n", OK)
row("gcd fenced", gcd, "I use Euclid.\n\n```python\nimport math\ndef g(a, b):\n    return math.gcd(a, b)\n```\nDone.", OK)
row("gcd knows the visible case", {**gcd, "visible": 1}, "def g(a, b): return 6\n", WRONG, "wrong_value")
row("gcd off by a branch", gcd, "def g(a, b):\n    if a == 0: return 0\n    while b: a, b = b, a % b\n    return a\n", WRONG, "wrong_value")
row("gcd as text", gcd, "import math\ndef g(a, b): return str(math.gcd(a, b))\n", WRONG, "wrong_value")
row("gcd as float", gcd, "import math\ndef g(a, b): return float(math.gcd(a, b))\n", WRONG, "wrong_value")
row("gcd as float, python_eq", {**gcd, "compare": "python_eq"}, "import math\ndef g(a, b): return float(math.gcd(a, b))\n", OK)
none = calls(("find([1, 2], 3)", None), ("find([1, 2], 2)", 1))
row("none", none, "def find(a, x):\n    return a.index(x) if x in a else None\n", OK)
row("none by falling off the end", none, "def find(a, x):\n    if x in a:\n        return a.index(x)\n", OK)
row("minus one for none", none, "def find(a, x):\n    return a.index(x) if x in a else -1\n", WRONG, "wrong_value")
row("printed instead of returned", gcd, "import math\ndef g(a, b): print(math.gcd(a, b))\n", WRONG, "wrong_value")
truth = calls(("even(4)", True), ("even(7)", False))
row("bool", truth, "def even(n): return n % 2 == 0\n", OK)
row("int for bool is not strict", truth, "def even(n): return int(n % 2 == 0)\n", WRONG, "wrong_value")
row("int for bool is python_eq", {**truth, "compare": "python_eq"}, "def even(n): return int(n % 2 == 0)\n", OK)

# --- numbers -------------------------------------------------------------------------------------
big = calls(("fact(30)", py(*i(265252859812191058636308480000000))), ("fact(3)", 6))
row("big integers", big, "def fact(n): return 1 if n < 2 else n * fact(n - 1)\n", OK)
row("big integers through floats", big, "def fact(n):\n    r = 1.0\n    for k in range(2, n + 1): r *= k\n    return int(r)\n", WRONG, "wrong_value")
huge = calls(("p(20000)", py("i", "1" + "0" * 5000)),)
row("huge integer beyond decimal texts", huge, "def p(n): return 1 << n\n", OK)
row("huge integer, one off", huge, "def p(n): return (1 << n) + 1\n", WRONG, "wrong_value")
mean = calls(("mean([1, 2, 4])", 2.3333333), compare={"mode": "approx", "atol": 1e-6, "rtol": 0.0})
row("float within the tolerance", mean, "def mean(a): return sum(a) / len(a)\n", OK)
row("float outside the tolerance", mean, "def mean(a): return round(sum(a) / len(a), 4)\n", WRONG, "wrong_value")
row("text is near nothing", mean, "def mean(a): return '2.3333333'\n", WRONG, "wrong_value")
half = calls(("h(3)", 1.5), ("h(4)", 2.0))
row("exact float", half, "def h(n): return n / 2\n", OK)
row("int for float is not strict", half, "def h(n): return n / 2 if n % 2 else n // 2\n", WRONG, "wrong_value")
tenth = calls(("s()", 0.3),)
row("0.1 + 0.2 is not 0.3", tenth, "def s(): return 0.1 + 0.2\n", WRONG, "wrong_value")
row("0.1 + 0.2 is about 0.3", {**tenth, "compare": "approx"}, "def s(): return 0.1 + 0.2\n", OK)
nan = predicate("", ("bad()", "value != value"))
row("nan by predicate", nan, "def bad(): return float('inf') - float('inf')\n", OK)
row("a number that is not nan", nan, "def bad(): return 0.0\n", WRONG, "predicate_false")
row("nan equals nothing", calls(("bad()", py("f", "nan")), compare="python_eq"), "def bad(): return float('nan')\n", WRONG, "wrong_value")
inf = calls(("top()", py("f", "inf")), ("low()", py("f", "-inf")))
row("infinities", inf, "import math\ndef top(): return math.inf\ndef low(): return -math.inf\n", OK)
row("a large number is not infinite", inf, "def top(): return 1e308\ndef low(): return -1e308\n", WRONG, "wrong_value")
row("complex", calls(("z()", py("c", (1.0).hex(), (-2.0).hex()))), "def z(): return 1 - 2j\n", OK)
row("nan does not pass a tolerance", calls(("s()", 1.0), compare="approx"), "def s(): return float('nan')\n", WRONG, "wrong_value")

# --- containers ----------------------------------------------------------------------------------
letters = calls(("letters('banana')", py("S", [["s", "a"], ["s", "b"], ["s", "n"]])))
row("set", letters, "def letters(s): return set(s)\n", OK)
row("set as a list", letters, "def letters(s): return sorted(set(s))\n", WRONG, "wrong_value")
row("frozenset is strict", letters, "def letters(s): return frozenset(s)\n", WRONG, "wrong_value")
row("frozenset is python_eq", {**letters, "compare": "python_eq"}, "def letters(s): return frozenset(s)\n", OK)
twice = calls(("dup([3, 1, 3, 2, 1])", [1, 3]), compare="unordered")
row("any order", twice, "def dup(a): return sorted({x for x in a if a.count(x) > 1}, reverse=True)\n", OK)
row("any order, but a copy too many", twice, "def dup(a): return [x for x in a if a.count(x) > 1]\n", WRONG, "wrong_value")
row("order matters", calls(("rev([1, 2, 3])", [3, 2, 1])), "def rev(a): return sorted(a)\n", WRONG, "wrong_value")
pair = calls(("divide(17, 5)", py("t", [i(3), i(2)])))
row("tuple", pair, "def divide(a, b): return divmod(a, b)\n", OK)
row("list for tuple", pair, "def divide(a, b): return [a // b, a % b]\n", WRONG, "wrong_value")
row("list for tuple, python_eq", {**pair, "compare": "python_eq"}, "def divide(a, b): return [a // b, a % b]\n", WRONG, "wrong_value")
row("namedtuple, python_eq", {**pair, "compare": "python_eq"}, "from collections import namedtuple\nR = namedtuple('R', 'q r')\ndef divide(a, b): return R(a // b, a % b)\n", OK)
count = calls(("count('abca')", {"a": 2, "b": 1, "c": 1}))
row("dict", count, "def count(s):\n    d = {}\n    for c in s: d[c] = d.get(c, 0) + 1\n    return d\n", OK)
row("counter is strict", count, "from collections import Counter\ndef count(s): return Counter(s)\n", WRONG, "wrong_value")
row("counter is python_eq", {**count, "compare": "python_eq"}, "from collections import Counter\ndef count(s): return Counter(s)\n", OK)
nested = calls(("tree()", [1, [2, [3, {"a": [None, True]}]], "x"]))
row("nested", nested, "def tree(): return [1, [2, [3, {'a': [None, True]}]], 'x']\n", OK)
row("nested, wrong deep inside", nested, "def tree(): return [1, [2, [3, {'a': [None, False]}]], 'x']\n", WRONG, "wrong_value")
keys = calls(("grid()", py("d", [[["t", [i(0), i(1)]], ["s", "x"]], [i(7), ["n"]]])))
row("keys that are no text", keys, "def grid(): return {7: None, (0, 1): 'x'}\n", OK)
row("empty list is not none", calls(("e()", [])), "def e(): return None\n", WRONG, "wrong_value")
row("generator is no value", calls(("squares(3)", [0, 1, 4])), "def squares(n): return (k * k for k in range(n))\n", WRONG, "no_value")
row("deep value", calls(("deep()", 1)), "def deep():\n    a = []\n    for _ in range(500): a = [a]\n    return a\n", WRONG, "no_value")
row("always equal object", calls(("e()", 5)), "class E:\n    def __eq__(self, other): return True\ndef e(): return E()\n", WRONG, "no_value")
row("bytes", calls(("b()", py("y", "00ff61"))), "def b(): return bytes([0, 255, 97])\n", OK)

# --- text ----------------------------------------------------------------------------------------
row("unicode", calls(("up('straße żółw')", "STRASSE ŻÓŁW"), ("up('😀a')", "😀A")), "def up(s): return s.upper()\n", OK)
row("unicode, another normal form", calls(("e()", "é")), "import unicodedata\ndef e(): return unicodedata.normalize('NFD', 'é')\n", WRONG, "wrong_value")
row("unicode names", calls(("größe(3)", 9)), "def größe(länge): return länge * länge\n", OK)
row("quotes and backslashes", calls(("q()", "a\"b'\\c\n\t\0d")), "def q(): return 'a\"b\\'\\\\c\\n\\t\\0d'\n", OK)
row("trailing space is a difference", calls(("t()", "a")), "def t(): return 'a '\n", WRONG, "wrong_value")

# --- exceptions ----------------------------------------------------------------------------------
guard = {"cases": [{"setup": "def raises(f, *a):\n    try:\n        f(*a)\n    except ValueError:\n        return 'ValueError'\n    except Exception as e:\n        return type(e).__name__\n    return 'nothing'",
                    "call": "raises(root, -1)", "expected": "ValueError"},
                   {"call": "root(9)", "expected": 3}]}
row("exception expected", guard, "def root(n):\n    if n < 0: raise ValueError('negative')\n    return int(n ** 0.5)\n", OK)
row("another exception", guard, "def root(n):\n    assert n >= 0\n    return int(n ** 0.5)\n", WRONG, "wrong_value")
row("no exception", guard, "def root(n): return int(abs(n) ** 0.5)\n", WRONG, "wrong_value")
row("raises by itself", gcd, "def g(a, b): return a[b]\n", WRONG, "raised")
row("syntax error", gcd, "def g(a, b) return a\n", WRONG, "program_raised")
row("another name", gcd, "def gcd(a, b): return 1\n", WRONG, "raised")
row("exit with success", gcd, "import sys\nsys.exit(0)\n", WRONG, "program_raised")
row("exit below python", gcd, "import os\ndef g(a, b): os._exit(0)\n", WRONG, "no_frame")

# --- stdin ---------------------------------------------------------------------------------------
total = stdio(("3\n1 2 3\n", "6\n"), ("1\n-5\n", "-5\n"))
row("stdin", total, "n = int(input())\nprint(sum(map(int, input().split())))\n", OK)
row("stdin, spaces at the ends of lines", total, "n = int(input())\nprint(sum(map(int, input().split())), ' \\n')\n", OK)
row("stdin, a prompt is output", total, "n = int(input('n? '))\nprint(sum(map(int, input().split())))\n", WRONG, "wrong_output")
row("stdin, one line too many", total, "n = int(input())\nprint(sum(map(int, input().split())))\nprint('done')\n", WRONG, "wrong_output")
row("stdin, the first line only", stdio(("2\n", "1\n2\n")), "print(1)\n", WRONG, "wrong_output")
row("stdin, function without a call", total, "def main():\n    n = int(input())\n    print(sum(map(int, input().split())))\n", WRONG, "wrong_output")
row("stdin, main guard", total, "def main():\n    n = int(input())\n    print(sum(map(int, input().split())))\nif __name__ == '__main__':\n    main()\n", OK)
ratio = stdio(("1 4\n", "0.25\n"), numeric=True)
row("stdin, decimals", ratio, "a, b = map(int, input().split())\nprint('%.4f' % (a / b))\n", OK)
row("stdin, wrong decimals", ratio, "a, b = map(int, input().split())\nprint('%.1f' % (a / b))\n", WRONG, "wrong_output")
row("stdin, decimals as text", {**ratio, "numeric": False}, "a, b = map(int, input().split())\nprint('%.4f' % (a / b))\n", WRONG, "wrong_output")
row("stdin ends early", total, "while True:\n    input()\n", WRONG, "raised")
row("stdin, unicode", stdio(("żółw\n", "włóż\n")), "print(input()[::-1])\n", OK)

# --- predicates ----------------------------------------------------------------------------------
root = predicate("def p(x): return x ** 3 - x - 2\n", ("root()", "abs(p(value)) < 1e-6"), ("root()", "1 < value < 2"))
row("any root", root, "def root():\n    a, b = 1.0, 2.0\n    for _ in range(60):\n        m = (a + b) / 2\n        if m ** 3 - m - 2 < 0: a = m\n        else: b = m\n    return a\n", OK)
row("no root", root, "def root(): return 1.5\n", WRONG, "predicate_false")
row("a value that fits no predicate", root, "def root(): return 'about 1.52'\n", WRONG, "predicate_false")
row("a checker of its own does not help", root, "def p(x): return 0\nimport builtins\nbuiltins.abs = lambda x: 0\ndef root(): return 1.5\n", WRONG, "predicate_false")
colour = predicate("E = [(0, 1), (1, 2), (2, 0), (2, 3)]\ndef fits(c): return len(c) == 4 and all(c[a] != c[b] for a, b in E) and set(c) <= {0, 1, 2}\n", ("colour(4, [(0, 1), (1, 2), (2, 0), (2, 3)])", "fits(value)"))
row("any colouring", colour, "def colour(n, edges):\n    c = []\n    for v in range(n):\n        near = {c[a if b == v else b] for a, b in edges if v in (a, b) and (a if b == v else b) < v}\n        c.append(min(set(range(n)) - near))\n    return c\n", OK)
row("a colouring with a clash", colour, "def colour(n, edges): return [0, 1, 2, 2]\n", WRONG, "predicate_false")
asks = predicate("", ("half(10)", "value == half(10)"), reference="def half(n): return n // 2\n")
row("the predicate may ask the reference", asks, "def half(n): return n >> 1\n", OK)
row("the reference is not the candidate", asks, "def half(n): return n\n", WRONG, "predicate_false")
row("a checker that fails is the gold's fault", predicate("import nowhere\n", ("one()", "value == 1")), "def one(): return 1\n", GOLD, "checker_failed")

# --- limits --------------------------------------------------------------------------------------
row("endless loop", gcd, "def g(a, b):\n    while True: pass\n", BUDGET, "cpu_limit", FAST)
row("sleeper", gcd, "import time\ndef g(a, b): time.sleep(60)\n", BUDGET, "wall_limit", {"case_cpu_s": 1, "wall_ms": 600})
row("memory", gcd, "def g(a, b): return len([0] * (1 << 30))\n", BUDGET, "memory_limit")
row("recursion without an end", gcd, "def g(a, b): return g(b, a)\n", WRONG, "raised")
row("deep recursion that ends", calls(("depth(5000)", 5000)), "import sys\nsys.setrecursionlimit(10000)\ndef depth(n): return 0 if n == 0 else 1 + depth(n - 1)\n", OK)
row("output flood", gcd, "def g(a, b):\n    while True: print('x' * 10000)\n", BUDGET, "output_limit")
row("much output, but allowed", gcd, "import math\ndef g(a, b):\n    print('x' * 200000)\n    return math.gcd(a, b)\n", OK)
row("slow but in time", calls(("slow()", 30)), "def slow():\n    n = 0\n    for k in range(3000000): n += k % 2\n    return n // 50000\n", OK)

# --- around the program --------------------------------------------------------------------------
row("cut off", gcd, "def g(a, b):\n    while b: a, b = b, a % b\n    return a\n", NONE, "cut_off", finish_reason="length")
row("no closing think tag", gcd, "<think>\ndef g(a, b): return 6\n", NONE, "", think_tags=True)
row("after the reasoning", gcd, "<think>```python\ndef g(a, b): return 0\n```</think>\n```python\nfrom math import gcd as g\n```", OK, "", think_tags=True)
row("the last fence counts", gcd, "```python\nfrom math import gcd as g\n```\nor\n```python\ndef g(a, b): return 1\n```", WRONG, "wrong_value")
row("canary that is passed", {**gcd, "canary": True}, "from math import gcd as g\n", GOLD, "canary_passed")
row("setup that fails is the gold's fault", {**gcd, "setup": "import nowhere\n"}, "from math import gcd as g\n", GOLD, "setup_failed")
row("helpers of the prompt", {**calls(("area(2)", 12)), "setup": "def side(n): return 3 * n\n"}, "def area(n): return side(n) * n\n", OK)
row("state does not travel between cases", calls(("tick()", 1), ("tick()", 1), ("tick()", 1)), "n = 0\ndef tick():\n    global n\n    n += 1\n    return n\n", OK)

with open("tests/data/sandbox/programs.jsonl", "w", encoding="ascii") as out:
    for one in ROWS:
        out.write(json.dumps(one, sort_keys=True) + "\n")
print(len(ROWS), "programs")
