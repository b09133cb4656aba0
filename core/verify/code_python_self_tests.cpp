// SPDX-License-Identifier: Apache-2.0
#include "core/verify/code_python_verifier.h"

namespace veritune::verify {

namespace {

using util::Json;

Json call_gold(Json expected, const char* compare = "strict") {
    return {{"cases", {{{"call", "f(2, 3)"}, {"expected", std::move(expected)}}}},
            {"compare", compare}};
}

Json py(const char* tagged) { return {{"py", Json::parse(tagged)}}; }

Json stdio_gold() {
    return {{"cases",
             {{{"stdin", "2 3\n"}, {"expected_stdout", "5\n"}},
              {{"stdin", "-1 1\n"}, {"expected_stdout", "0\n"}}}}};
}

Json root_gold() {
    return {{"checker", "def residue(x):\n    return x * x - 2\n"},
            {"cases", {{{"call", "f()"}, {"predicate", "abs(residue(value)) < 1e-9"}}}}};
}

std::vector<SelfTest> accepted() {
    const Json sum = call_gold(5);
    return {
        {sum, "def f(a, b): return a + b"},
        {sum, "Here it is:\n```python\ndef f(a, b):\n    return a + b\n```\nDone."},
        {sum, "```\ndef f(a, b): return a + b\n```"},
        {sum,
         "```python\ndef f(a, b): return 0\n```\nNo:\n```python\ndef f(a, b): return a + b\n```"},
        {sum, "f = lambda a, b: sum([a, b])"},
        {sum, "from operator import add as f"},
        {sum, "class F:\n    def __call__(self, a, b): return a + b\nf = F()"},
        {sum, "def f(a, b):\n    print('working')\n    return a + b"},
        {call_gold({1, {2, 3}}), "def f(a, b): return [1, [a, b]]"},
        {call_gold(py(R"(["t",[["i","2"],["i","3"]]])")), "def f(a, b): return a, b"},
        {call_gold(py(R"(["S",[["i","3"],["i","2"]]])")), "def f(a, b): return {a, b}"},
        {call_gold({{"a", 2}}), "def f(a, b): return {'a': a}"},
        {call_gold(true), "def f(a, b): return a < b"},
        {call_gold(nullptr), "def f(a, b): pass"},
        {call_gold("2-3"), "def f(a, b): return f'{a}-{b}'"},
        {call_gold(5, "python_eq"), "def f(a, b): return a + b + 0.0"},
        {call_gold(0.6666667, "approx"), "def f(a, b): return a / b"},
        {call_gold({3, 2}, "unordered"), "def f(a, b): return [a, b]"},
        {call_gold(py(R"(["i","100000000000000000000000000"])")), "def f(a, b): return 16 ** 26"},
        {stdio_gold(), "a, b = map(int, input().split())\nprint(a + b)"},
        {stdio_gold(), "import sys\nprint(sum(map(int, sys.stdin.read().split())), '  ')"},
        {root_gold(), "def f(): return 2 ** 0.5"},
        {root_gold(), "def f(): return -(2 ** 0.5)"},
    };
}

std::vector<SelfTest> refused() {
    const Json sum = call_gold(5);
    return {
        {sum, "def f(a, b): return a - b", false},
        {sum, "def f(a, b): return 5.0", false},
        {sum, "def f(a, b): return '5'", false},
        {sum, "def f(a, b): return [5]", false},
        {sum, "def f(a, b): raise ValueError", false},
        {sum, "def g(a, b): return a + b", false},
        {sum, "def f(a, b) return a + b", false},
        {sum, "import os\nos._exit(0)", false},
        {sum, "raise SystemExit", false},
        {sum, "class Any:\n    def __eq__(self, o): return True\ndef f(a, b): return Any()", false},
        {sum, "class I(int): pass\ndef f(a, b): return I(5)", false},
        {sum, "print('ALL TESTS PASSED')", false},
        {sum, "I am sorry, I do not know.", false},
        {sum, "```python\n```", false},
        {call_gold(true), "def f(a, b): return 1", false},
        {call_gold({2, 3}), "def f(a, b): return (a, b)", false},
        {call_gold(0.5, "approx"), "def f(a, b): return float('nan')", false},
        {call_gold(py(R"(["f","nan"])"), "python_eq"), "def f(a, b): return float('nan')", false},
        {stdio_gold(), "print(5)", false},
        {stdio_gold(), "print('5\\n0')", false},
        {stdio_gold(), "a, b = map(int, input().split())\nprint(a + b)\nprint('x')", false},
        {root_gold(), "def f(): return 1.4", false},
        {root_gold(), "def f(): return 'abc'", false},
    };
}

}  // namespace

std::vector<SelfTest> CodePythonVerifier::self_tests() const {
    std::vector<SelfTest> tests = accepted();
    for (SelfTest& test : refused()) tests.push_back(std::move(test));
    return tests;
}

}  // namespace veritune::verify
