// SPDX-License-Identifier: Apache-2.0
#include "core/verify/code_import_script.h"

namespace veritune::verify {

// Returns {"how", "dropped", "note", "cases": [{"call", "setup", "expected", "atol"}]}.
const char* const kAssertScript = R"PY(
import ast
import copy
import random


def literal(node):
    try:
        ast.literal_eval(node)
        return True
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False


def case(call, expected, setup="", atol=None):
    return {"call": call, "setup": setup, "expected": expected, "atol": atol}


def is_call_of(node, name):
    return (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            and name in (None, node.func.id))


def plain_call(node, name):
    """A call of `name` (None: of anything) whose arguments are literals."""
    return (is_call_of(node, name) and all(literal(a) for a in node.args)
            and all(k.arg and literal(k.value) for k in node.keywords))


def renamed(node, name):
    node = copy.deepcopy(node)
    if name:
        node.func.id = name
    return ast.unparse(node)


def direct(test, name, entry):
    """(call text, expected) of `call == literal`, `call` or `not call`; None for anything else."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.Eq, ast.Is)):
        left, right = test.left, test.comparators[0]
        if literal(left) and not literal(right):
            left, right = right, left
        if plain_call(left, name) and literal(right):
            return renamed(left, entry), ast.literal_eval(right)
    if plain_call(test, name):
        return renamed(test, entry), True
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and plain_call(test.operand, name):
        return renamed(test.operand, entry), False
    return None


def tolerance(tree):
    """The constant of `abs(...) < constant`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Lt, ast.LtE)):
            bound = node.comparators[0]
            if isinstance(bound, ast.Constant) and isinstance(bound.value, float) and "abs" in ast.unparse(node.left):
                return bound.value
    return None


def says_nothing(statement):
    return (isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Constant)
            and statement.test.value is True)


def record(space, check, entry):
    """Runs the whole check on the reference and keeps every call of it."""
    reference = space[entry]
    seen, cases = set(), []

    def recorder(*arguments):
        text = "%s(%s)" % (entry, ", ".join(map(repr, arguments)))
        for argument in arguments:
            ast.literal_eval(repr(argument))
        value = reference(*copy.deepcopy(arguments))
        if text not in seen:
            seen.add(text)
            cases.append(case(text, copy.deepcopy(value)))
        return value

    random.seed(0)
    check(recorder)
    return cases


def humaneval(prompt, solution, test, entry):
    space = {}
    exec(compile(prompt + solution, "<reference>", "exec"), space)
    tree = ast.parse(test)
    body = [f for f in tree.body if isinstance(f, ast.FunctionDef) and f.name == "check"][0].body
    kept = [s for s in body if not says_nothing(s)]
    dropped = len(body) - len(kept)
    pairs = [direct(s.test, "candidate", entry) if isinstance(s, ast.Assert) else None for s in kept]
    if kept and all(pairs):
        cases = []
        for call, expected in pairs:
            if not any(c["call"] == call for c in cases):
                cases.append(case(call, expected))
        return {"how": "direct", "dropped": dropped, "note": "", "cases": cases}
    exec(compile(test, "<test>", "exec"), space)
    cases = record(space, space["check"], entry)
    atol = tolerance(tree)
    for one in cases:
        one["atol"] = atol
    return {"how": "recorded", "dropped": dropped, "note": "", "cases": cases}


def mbpp(solution, asserts, setup):
    tests = [ast.parse(a.strip()).body[0].test for a in asserts]
    pairs = [direct(t, None, None) if isinstance(t, ast.Compare) else None for t in tests]
    if all(pairs) and not setup.strip():
        return {"how": "direct", "dropped": 0, "note": "",
                "cases": [case(call, expected) for call, expected in pairs]}
    space = {}
    exec(compile(solution, "<reference>", "exec"), space)
    exec(compile(setup, "<setup>", "exec"), space)
    cases, note = [], ""
    for test in tests:
        if not (isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq)):
            note = "an assert is no equality"
        else:
            if not literal(test.comparators[0]):
                note = "an expected value depends on the machine"
            call = ast.unparse(test.left)
            cases.append(case(call, eval(call, space), setup))
    return {"how": "review" if note else "recorded", "dropped": 0, "note": note, "cases": cases}
)PY";

}  // namespace veritune::verify
