# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/math/rewrites.jsonl: for each distinct gold answer of the MATH test set other spellings of the same value
("equal") and wrong answers that stand near it ("different").

Run: python3 make_math_rewrites.py math_test_gold_answers.jsonl OUT.jsonl [--rules RULES.jsonl]
Made with Python 3.11.7, SymPy 1.13.3, mpmath 1.3.0.

SymPy's own LaTeX parser (lark) reads 1,352 of the plain golds; on 1,338 it finds the value that math_values.py finds, the other
14 are mixed numbers ("1\\frac{4}{5}"), which it takes for products.

Where the labels come from. Nothing here knows the verifier. This file reads LaTeX with its own small parser into SymPy values
and keeps a pair only when SymPy decides it:
  equal      the difference is brought to zero exactly (rationals, cancel, radsimp, minimal polynomial, simplify)
  different  the two values differ by more than 1e-30 at a point, in 60 digits; sets by a point that lies in one of them only
A pair that SymPy leaves open is dropped and counted. A decimal of a gold that has no finite decimal form counts as equal from
six places on when it is rounded or cut rightly (SymPy's digits), and as different when its last place is off by two or more.
Golds that cannot be read this way (words, choices, clock times, names) get spellings that are equal by construction only: the
\\text command, bold, dollar signs, spaces, small letters; and as wrong answers other words of the same set.
Conventions of the product, not of SymPy: a unit may be missing in the answer, but not be another one; 28 % is 0.28 and not 28;
lists have no order and tuples have one; a base belongs to the number; "x = 5" is 5."""
import collections
import json
import random
import re
import sys

import sympy as sp

from math_values import Unreadable, read, same

MAX_EQUAL, MAX_DIFFERENT = 12, 11
MAX_TEXT = 200  # longer spellings (the digits of 2^2005) say nothing more
sys.set_int_max_str_digits(0)


# ---- writing -------------------------------------------------------------------------------------------------------
def terminating(q):
    d = q.q
    for p in (2, 5):
        while d % p == 0:
            d //= p
    return d == 1


def decimal(q):
    """The finite decimal of a rational that has one."""
    digits = 0
    while (q * 10 ** digits).q != 1:
        digits += 1
    text = str(abs(q.p) * 10 ** digits // q.q).rjust(digits + 1, "0")
    sign = "-" if q < 0 else ""
    return sign + (text if digits == 0 else text[:-digits] + "." + text[-digits:])


def frac(q, name="frac", sign=None):
    if q.q == 1:
        return str(q.p)
    sign = ("-" if q < 0 else "") if sign is None else sign
    return f"{sign}\\{name}{{{abs(q.p)}}}{{{q.q}}}"


def places(value, count, cut):
    """The value with `count` decimals, rounded or cut, from SymPy's digits."""
    scaled = sp.N(value, 60 + count) * 10 ** count
    whole = sp.floor(abs(scaled)) if cut else sp.floor(abs(scaled) + sp.Rational(1, 2))
    text = str(int(whole)).rjust(count + 1, "0")
    return ("-" if scaled < 0 else "") + text[:-count] + "." + text[-count:]


def integer_forms(n):
    yield "digits", str(n)
    yield "point zero", f"{n}.0"
    yield "named", f"x = {n}"
    yield "doubled fraction", f"\\frac{{{2 * n}}}{{2}}"
    yield "bold", f"\\mathbf{{{n}}}"
    if abs(n) >= 1000:
        g = format(n, ",")
        yield "commas", g
        yield "braced commas", g.replace(",", "{,}")
        yield "tex commas", g.replace(",", ",\\!")
        yield "thin spaces", g.replace(",", "\\,")
        if n % 1000 == 0:
            yield "scientific", f"{n // 1000} \\times 10^3"
    if n < 0:
        yield "unicode minus", f"−{-n}"
        yield "bracketed minus", f"-({-n})"
    factors = sp.factorint(abs(int(n))) if 3 < abs(n) < 10 ** 12 else {}
    if sum(factors.values()) > 1:
        product = " \\cdot ".join(f"{p}^{{{e}}}" if e > 1 else str(p) for p, e in factors.items())
        yield "prime factors", ("-" if n < 0 else "") + product
        yield "prime factors, times", ("-" if n < 0 else "") + product.replace("\\cdot", "\\times")
    yield "difference", f"{n + 7} - 7"


def rational_forms(q):
    yield "frac", frac(q)
    yield "dfrac", frac(q, "dfrac")
    yield "tfrac", frac(q, "tfrac")
    yield "slash", f"{q.p}/{q.q}"
    yield "not reduced", frac(q, sign="")[:0] + f"{'-' if q < 0 else ''}\\frac{{{3 * abs(q.p)}}}{{{3 * q.q}}}"
    yield "divided", f"{q.p} \\div {q.q}"
    yield "left right", f"\\left({frac(q)}\\right)"
    yield "named", f"x = {frac(q)}"
    yield "power", f"{q.p} \\cdot {q.q}^{{-1}}"
    if q < 0:
        yield "minus above", f"\\frac{{{q.p}}}{{{q.q}}}"
        yield "minus below", f"\\frac{{{-q.p}}}{{-{q.q}}}"
    if abs(q) > 1:
        whole, rest = divmod(abs(q.p), q.q)
        sign = "-" if q < 0 else ""
        yield "mixed", f"{sign}{whole}\\frac{{{rest}}}{{{q.q}}}"
        yield "mixed, spaced", f"{sign}{whole} \\dfrac{{{rest}}}{{{q.q}}}"
        yield "mixed, plain", f"{sign}{whole} {rest}/{q.q}"
    if terminating(q):
        yield "decimal", decimal(q)
        yield "decimal, zero behind", decimal(q) + "0"
        if abs(q) < 1 and (q * 10 ** 4).q == 1:
            yield "percent", decimal(q * 100) + "\\%"
    else:
        if abs(q) > sp.Rational(1, 10 ** 4):
            for count, cut in ((6, False), (6, True), (8, False)):
                yield "places", places(q, count, cut)


def pull_in(e):
    """c sqrt(r) as sqrt(c^2 r)."""
    c, r = e.as_coeff_Mul()
    if c.is_Rational and r.is_Pow and r.exp == sp.Rational(1, 2) and r.base.is_Rational and c != 1:
        value = c * c * r.base
        return ("-" if c < 0 else "") + f"\\sqrt{{{frac(value)}}}"
    return None


def plain(e):
    return str(e).replace("**", "^").replace("I", "i")


def latex(e, **how):
    return sp.latex(e, imaginary_unit="i", **how)


def expression_forms(e):
    yield "latex", latex(e)
    yield "latex, dots", latex(e, mul_symbol="dot")
    yield "latex, times", latex(e, mul_symbol="times")
    yield "latex, short fractions", latex(e, fold_short_frac=True)
    yield "plain", plain(e)
    yield "plain, no stars", plain(e).replace("*", "") if not re.search(r"\d\*\d|\)\*\(", plain(e)) else plain(e)
    for name, change in (("expanded", sp.expand), ("factored", sp.factor), ("together", sp.together), ("rationalised", sp.radsimp)):
        other = change(e)
        if other != e:
            yield name, latex(other)
            yield name + ", dfrac", latex(other).replace("\\frac", "\\dfrac")
    terms = sp.Add.make_args(sp.expand(e))
    if len(terms) > 1:
        yield "reordered", " + ".join(latex(t) for t in reversed(terms)).replace("+ -", "- ")
        yield "rotated", " + ".join(latex(t) for t in terms[1:] + terms[:1]).replace("+ -", "- ")
    yield "named", "y = " + latex(e)
    yield "unicode", latex(e).replace("\\pi", "π").replace("-", "−")
    yield "tight", re.sub(r"(?<![a-zA-Z]) | (?![a-zA-Z0-9])", "", latex(e))
    inside = pull_in(e)
    if inside:
        yield "factor under the root", inside
    roots = [p for p in e.atoms(sp.Pow) if p.exp == sp.Rational(1, 2) and p.base.is_Integer]
    for root in roots[:1]:
        yield "root as a power", latex(e, mul_symbol="dot").replace(latex(root), f"{root.base}^{{1/2}}") if e.is_Mul or e.is_Pow or e.is_Add else latex(e)
        yield "root without braces", latex(e).replace(latex(root), f"\\sqrt {root.base}") if root.base < 10 else latex(e)
        c = e / root
        if c.is_Rational and c != 0:
            yield "root below", f"\\frac{{{frac(c * root.base)}}}{{\\sqrt{{{root.base}}}}}"
    if not e.free_symbols and e.is_real:
        for count, cut in ((6, False), (7, True), (10, False)):
            yield "places", places(e, count, cut)
    if len(e.free_symbols) == 1 and e.is_polynomial():
        yield "horner", latex(sp.horner(e))


TRIG = {sp.sin(k * sp.pi / 12): (f"\\sin {15 * k}^\\circ", f"\\sin\\left(\\frac{{{sp.Rational(k, 12).p}\\pi}}{{{sp.Rational(k, 12).q}}}\\right)") for k in range(1, 6)}
TRIG.update({sp.tan(k * sp.pi / 12): (f"\\tan {15 * k}^\\circ", f"\\tan \\frac{{{sp.Rational(k, 12).p}\\pi}}{{{sp.Rational(k, 12).q}}}") for k in (2, 4)})


def trig_forms(e):
    for value, texts in TRIG.items():
        if not value.is_Rational and sp.expand(value - abs(e)) == 0:
            for text in texts:
                yield "exact trigonometric value", ("-" if e.is_negative else "") + text


def dressed(gold):
    """LaTeX around a whole answer: certain by construction, whatever stands inside."""
    inner = gold.strip().strip("$") if not gold.startswith("\\$") and "\\$" not in gold else gold.strip()
    yield "!dressed", f"\\({inner}\\)"
    yield "!dressed", f"\\[{inner}\\]"
    yield "!dressed", f"\\displaystyle {inner}"
    yield "!dressed", f"${inner}$."


def scalar_forms(e):
    if e.is_Integer:
        return list(integer_forms(int(e)))
    if e.is_Rational:
        return list(rational_forms(e))
    return list(expression_forms(e)) + (list(trig_forms(e)) if e.is_real and not e.free_symbols and not e.has(sp.pi) else [])


def cell_forms(e):
    """A few spellings of one entry of a tuple, list or matrix."""
    keep = ("digits", "frac", "dfrac", "slash", "decimal", "latex", "latex, short fractions", "rationalised", "expanded", "minus above")
    return [text for rule, text in scalar_forms(e) if rule in keep] or [latex(e)]


def choose(cells, k):
    return [forms[k % len(forms)] for forms in cells]


def structure_forms(value):
    if value.kind in ("tuple", "list"):
        cells = [cell_forms(e) for e in value.data]
        degree = "^\\circ" if value.unit == "deg" else ""
        for k in range(5):
            parts = [c + degree for c in choose(cells, k)]
            if value.kind == "tuple":
                yield "entries", "(" + ", ".join(parts) + ")"
                yield "left right", "\\left(" + ",".join(parts) + "\\right)"
                yield "spaced", "( " + " , ".join(parts) + " )"
                yield "thin spaces", "(" + ",\\,".join(parts) + ")"
                continue
            yield "entries", ", ".join(parts)
            yield "reversed", ", ".join(reversed(parts))
            yield "rotated", ",".join(parts[1:] + parts[:1])
            yield "braces", "\\{" + ", ".join(parts) + "\\}"
            yield "left braces", "\\left\\{" + ", ".join(reversed(parts)) + "\\right\\}"
            yield "and", ", ".join(parts[:-1]) + " \\text{ and } " + parts[-1]
            yield "or", " \\text{ or } ".join(parts)
            yield "named", ", ".join("x = " + p for p in parts)
            yield "semicolons", "; ".join(parts)
        if value.kind == "list" and len(value.data) == 2 and not degree:
            middle, half = sp.expand((value.data[0] + value.data[1]) / 2), sp.expand((value.data[0] - value.data[1]) / 2)
            if half != 0 and not half.has(sp.Add):
                yield "plus minus", (latex(middle) if middle != 0 else "") + "\\pm " + latex(-half if half.could_extract_minus_sign() else half)
    elif value.kind == "matrix":
        m = value.data
        cells = [[cell_forms(e) for e in m.row(r)] for r in range(m.rows)]
        for k in range(4):
            rows = [" & ".join(choose(row, k)) for row in cells]
            yield "bmatrix", "\\begin{bmatrix}" + " \\\\ ".join(rows) + "\\end{bmatrix}"
            yield "pmatrix", "\\begin{pmatrix} " + "\\\\".join(rows) + " \\end{pmatrix}"
            yield "array", f"\\left(\\begin{{array}}{{{'c' * m.cols}}}" + " \\\\ ".join(rows) + "\\end{array}\\right)"
            yield "row gaps", "\\begin{pmatrix}\n" + " \\\\[4pt]\n".join(rows) + "\n\\end{pmatrix}"
    elif value.kind == "set":
        yield from set_forms(value.data)
    elif value.kind == "base":
        digits, base = value.data
        for text in (f"{digits}_{{{base}}}", f"{digits}_{base}", f"({digits})_{{{base}}}", f"{digits}\\text{{ (base {base})}}", f"{digits} base {base}", f"{digits}_{{{base}}}."):
            yield "base", text
    elif value.kind == "ratio":
        p, q = value.data.p, value.data.q
        for text in (f"{p}:{q}", f"{p} : {q}", f"{2 * p}:{2 * q}"):
            yield "ratio", text
    elif value.kind == "equation":
        yield from equation_forms(*value.data)


def end_text(e, form):
    if e in (sp.oo, -sp.oo):
        return ("-" if e == -sp.oo else "") + ("\\infty" if form != 2 else "∞")
    forms = cell_forms(e)
    return forms[form % len(forms)]


def pieces(s):
    return list(s.args) if isinstance(s, sp.Union) else [s]


def bracket(s, form):
    if isinstance(s, sp.FiniteSet):
        return "\\{" + ",".join(end_text(e, form) for e in s.args) + "\\}"
    return ("(" if s.left_open else "[") + end_text(s.start, form) + "," + end_text(s.end, form) + (")" if s.right_open else "]")


def inequality(s, form):
    less = {True: "<", False: ("\\le" if form % 2 else "\\leq")}
    if s.start == -sp.oo:
        return f"x {less[s.right_open]} {end_text(s.end, form)}"
    if s.end == sp.oo:
        return f"x {'>' if s.left_open else ('≥' if form % 2 else chr(92) + 'geq')} {end_text(s.start, form)}"
    return f"{end_text(s.start, form)} {less[s.left_open]} x {less[s.right_open]} {end_text(s.end, form)}"


def set_forms(s):
    parts = pieces(s)
    for form in range(4):
        texts = [bracket(p, form) for p in parts]
        yield "union", " \\cup ".join(texts)
        yield "left right", "\\cup".join(re.sub(r"^([(\[])", r"\\left\1", re.sub(r"([)\]])$", r"\\right\1", t)) for t in texts)
        yield "reversed", " \\cup ".join(reversed(texts)).replace(",", ", ")
        yield "unicode", "∪".join(texts).replace("\\infty", "∞")
        yield "member", "x \\in " + " \\cup ".join(texts) if len(texts) == 1 else " \\cup ".join(texts)
        if not any(isinstance(p, sp.FiniteSet) or (p.start, p.end) == (-sp.oo, sp.oo) for p in parts):
            yield "inequality", " \\text{ or } ".join(inequality(p, form) for p in parts)


def equation_forms(left, right):
    if left.is_Symbol and not right.free_symbols:
        for text in cell_forms(right):
            yield "solved", f"{left} = {text}"
            yield "value", text
            yield "tight", f"{left}={text}"
        return
    yield "latex", latex(left) + " = " + latex(right)
    yield "sides swapped", latex(right) + "=" + latex(left)
    yield "zero right", latex(sp.expand(left - right)) + " = 0"
    yield "zero left", "0 = " + latex(sp.expand(right - left))
    yield "doubled", latex(sp.expand(2 * left)) + " = " + latex(sp.expand(2 * right))
    yield "plain", plain(left) + " = " + plain(right)
    if left.is_Symbol:
        yield "factored", f"{left} = " + latex(sp.factor(right))
        yield "reordered", f"{left} = " + " + ".join(latex(t) for t in reversed(sp.Add.make_args(right))).replace("+ -", "- ")


UNIT_NAMES = {"ft": "feet", "cm": "centimeters", "km": "kilometers", "mph": "miles per hour", "inches": "in", "feet": "ft", "minutes": "min",
              "hours": "h", "meters": "m", "pounds": "lb", "gm": "g", "degrees": None}


def unit_forms(value):
    """A scalar with a unit: the number alone, and the unit in other dress."""
    texts = [text for rule, text in scalar_forms(value.data) if rule not in ("named", "difference", "places", "percent")][:5]
    for text in texts:
        if value.unit == "%":
            number = next(t for r, t in scalar_forms(value.data * 100) if r in ("digits", "decimal"))
            yield "percent", number + "\\%"
            yield "percent", number + "%"
            yield "percent word", number + "\\text{ percent}"
            yield "as a number", text
        elif value.unit == "$":
            number = decimal(value.data)
            if "." in number:
                number = number.ljust(number.index(".") + 3, "0")
            sign, number = ("-", number[1:]) if number[0] == "-" else ("", number)
            grouped = re.sub(r"(?<=\d)(?=(\d{3})+(?!\d))", ",", number.split(".")[0]) + ("." + number.split(".")[1] if "." in number else "")
            for dollar in (f"{sign}\\${number}", f"{sign}${number}", f"{sign}{number}", f"{sign}{number}\\text{{ dollars}}", f"{sign}\\${grouped}", f"{sign}\\$ {number}"):
                yield "money", dollar
        elif value.unit == "deg":
            for degree in (text, text + "^\\circ", text + "^{\\circ}", text + "°", text + "\\text{ degrees}"):
                yield "degrees", degree
        else:
            unit = re.fullmatch(r"\\text\s*\{\s*([^}]*?)\s*\}(.*)", value.unit)
            yield "number alone", text
            yield "unit", f"{text} \\text{{ {unit[1]}}}{unit[2]}"
            yield "upright unit", f"{text}\\,\\mathrm{{{unit[1]}}}{unit[2]}" if " " not in unit[1] else f"{text} \\text{{{unit[1]}}}{unit[2]}"
            yield "unit as words", f"{text} {unit[1]}{unit[2]}"
            if UNIT_NAMES.get(unit[1]) and not unit[2]:
                yield "other name", f"{text} \\text{{ {UNIT_NAMES[unit[1]]}}}"


# ---- damaging ------------------------------------------------------------------------------------------------------
def damaged_texts(text):
    """One character or command changed at a time; SymPy says afterwards what became of the value."""
    for found in re.finditer(r"\d+", text):
        number = found[0]
        for changed in (str(int(number) + 1), str(max(0, int(number) - 1)), number[::-1], number + "0", number[:-1]):
            if changed and changed != number:
                yield "number", text[:found.start()] + changed + text[found.end():]
    for found in re.finditer(r"[+-]", text):
        yield "sign", text[:found.start()] + ("-" if found[0] == "+" else "+") + text[found.end():]
    if text[:1] == "-":
        yield "sign", text[1:]
    else:
        yield "sign", "-" + text
    for found in re.finditer(r"\\sqrt(?![a-z])", text):
        yield "root dropped", text[:found.start()] + " " + text[found.end():]
    for found in re.finditer(r"\\pi", text):
        yield "pi dropped", (text[:found.start()] + text[found.end():]).strip()
    for a, b in (("x", "y"), ("\\sin", "\\cos"), ("\\cos", "\\sin"), ("i", "")):
        if a in text and not re.search(r"\\text|\\begin|\\pi|\\in", text):
            yield "name", text.replace(a, b)


def damaged_values(gold, value):
    if value.kind == "scalar" and not value.unit:
        e = value.data
        if not e.free_symbols and e.is_real:
            base = e if e.is_Rational else None
            other = [("inverse", 1 / e if e != 0 else None), ("square", e * e), ("double", 2 * e), ("tenfold", 10 * e), ("half more", e + sp.Rational(1, 2)), ("one more", e + 1), ("one less", e - 1), ("minus", -e)]
            for rule, changed in other:
                if changed is not None:
                    yield rule, frac(changed) if changed.is_Rational else latex(changed)
            if base is not None and base.is_Integer and 3 <= base <= 12:
                yield "factorial", f"{base}!"
                yield "neighbour factorial", f"\\frac{{{int(base) + 1}!}}{{{int(base) - 1}!}}"
            if base is None or not terminating(base):
                good = places(e, 6, False)
                for step in (2, 5):
                    yield "last place", good[:-1] + str((int(good[-1]) + step) % 10)
                for count in (2, 3, 4):
                    yield "too few places", places(e, count, False)
            # "7 or 8", "7, 8", "+-7", "[7, 8]" and "7 %" are no single 7, whatever a parser makes of them: by construction.
            if e != 0:
                yield "!list", f"{gold}, {frac(e + 1) if e.is_Rational else latex(e + 1)}"
                yield "!or", f"{gold} \\text{{ or }} {frac(e + 1) if e.is_Rational else latex(e + 1)}"
                yield "!plus minus", f"\\pm {gold}" if gold[0] != "-" else f"\\pm {gold[1:]}"
                yield "!percent", f"{gold}\\%"
                yield "!interval", f"[{gold}, {frac(e + 1) if e.is_Rational else latex(e + 1)}]"
        elif e.is_real is False:
            yield "conjugate", latex(sp.conjugate(e))
            yield "times i", latex(sp.expand(e * sp.I))
        else:
            yield "plus one", latex(e + 1)
            yield "minus", latex(-e)
            yield "!list", f"{gold}, {gold} + 1"
    elif value.kind == "scalar":
        yield "!other value", str(value.data * 100 + 1) if value.unit == "%" else frac(value.data + 1) if value.data.is_Rational else latex(value.data + 1)
        if value.unit == "%":
            yield "!percent sign dropped", gold.replace("\\%", "")
        elif value.unit == "$":
            yield "!other currency", "€" + re.sub(r"\\\$|\s|\\!", "", gold)
            yield "!cents", re.sub(r"\\\$|\s|\\!", "", gold) + "\\text{ cents}"
        elif value.unit != "deg":
            found = re.fullmatch(r"\\text\s*\{\s*([^}]*?)\s*\}(.*)", value.unit)
            wrong = {"cm": "m", "ft": "yd", "meters": "cm", "km": "m", "hours": "minutes", "minutes": "seconds", "inches": "feet", "feet": "inches", "pounds": "kg", "dollars": "cents", "cents": "dollars", "mph": "km/h", "gm": "kg"}.get(found[1] if not found[2] else "")
            if wrong:
                yield "!other unit", gold.replace(value.unit.strip(), f"\\text{{ {wrong}}}") if value.unit.strip() in gold else f"{value.data}\\text{{ {wrong}}}"
    elif value.kind in ("list", "tuple"):
        texts = [cell_forms(e)[0] for e in value.data]
        around = ("(", ")") if value.kind == "tuple" else ("", "")
        put = lambda parts: around[0] + ", ".join(parts) + around[1]
        for at in range(len(texts)):
            if len(texts) > 2 or value.kind == "list":
                yield ("element dropped" if len(texts) > 2 else "!element dropped"), put(texts[:at] + texts[at + 1:])
            yield "element changed", put(texts[:at] + [cell_forms(value.data[at] + 1)[0]] + texts[at + 1:])
        yield "element added", put(texts + ["99"])
        if value.kind == "tuple":
            yield "reversed", put(texts[::-1])
            yield "rotated", put(texts[1:] + texts[:1])
            yield "!closed", "[" + ", ".join(texts) + "]"
    elif value.kind == "matrix":
        m = value.data
        wrap = lambda x: "\\begin{pmatrix}" + " \\\\ ".join(" & ".join(latex(e) for e in x.row(r)) for r in range(x.rows)) + "\\end{pmatrix}"
        yield "transposed", wrap(m.T)
        for at in range(min(3, len(m))):
            changed = m.copy()
            changed[at] = changed[at] + 1
            yield "entry", wrap(changed)
            changed[at] = -m[at]
            yield "entry sign", wrap(changed)
        if m.rows > 1:
            yield "row dropped", wrap(m[:-1, :])
            yield "rows swapped", wrap(sp.Matrix([list(m.row(r)) for r in reversed(range(m.rows))]))
    elif value.kind == "set":
        for at, part in enumerate(pieces(value.data)):
            if isinstance(part, sp.FiniteSet):
                continue
            rest = [bracket(p, 0) for p in pieces(value.data)]
            for change in (sp.Interval(part.start, part.end, not part.left_open, part.right_open), sp.Interval(part.start, part.end, part.left_open, not part.right_open)):
                yield "end", " \\cup ".join(rest[:at] + [bracket(change, 0)] + rest[at + 1:])
            if len(rest) > 1:
                yield "part dropped", " \\cup ".join(rest[:at] + rest[at + 1:])
            if sp.oo not in (part.start, part.end, -part.start):
                yield "!ends swapped", " \\cup ".join(rest[:at] + [("(" if part.left_open else "[") + end_text(part.end, 0) + "," + end_text(part.start, 0) + (")" if part.right_open else "]")] + rest[at + 1:])
        yield "complement", " \\cup ".join(bracket(p, 0) for p in pieces(value.data.complement(sp.S.Reals)))
    elif value.kind == "base":
        digits, base = value.data
        for text in (f"{digits}_{{{base + 1}}}", f"{digits}0_{{{base}}}", digits[::-1] + f"_{{{base}}}"):
            yield "base", text
        if re.fullmatch(r"\d+", digits):
            yield "!base dropped", digits
            yield "!value in base ten", str(int(digits, base))
    elif value.kind == "ratio":
        p, q = value.data.p, value.data.q
        for text in (f"{q}:{p}", f"{p + 1}:{q}", f"{p}:{q + 1}"):
            yield "ratio", text
    elif value.kind == "equation":
        left, right = value.data
        yield "constant", latex(left) + " = " + latex(right + 1)
        yield "sign", latex(left) + " = " + latex(-right)


def word_rows(gold, words):
    """Equal by construction: LaTeX's dress of a word, letter case and spaces carry no meaning for these golds."""
    inner = re.sub(r"\\(?:text|mbox)\s*\{([^{}]*)\}", r"\1", gold).strip()
    if re.search(r"[\\{}^_]", inner):
        return [("dollars", f"${gold}$"), ("spaces", f" {gold} ")], []
    equal = [("no command", inner), ("textbf", f"\\textbf{{{inner}}}"), ("mathrm", f"\\mathrm{{{inner}}}"), ("text", f"\\text{{ {inner} }}"), ("mbox", f"\\mbox{{{inner}}}"), ("dollars", f"$\\text{{{inner}}}$")]
    single = re.fullmatch(r"\(?([A-Z])\)?", inner)
    if single:
        equal += [("bracketed", f"({single[1]})"), ("bracketed text", f"\\text{{({single[1]})}}"), ("letter", single[1]), ("letter text", f"\\text{{{single[1]}}}")]
    elif inner.isalpha() and not inner.isupper():
        equal += [("small", inner.lower()), ("point", inner + ".")]
    elif re.fullmatch(r"[A-Z](, ?[A-Z])+", inner):
        letters = re.findall("[A-Z]", inner)
        equal += [("spaced", ", ".join(letters)), ("tight", "\\text{" + ",".join(letters) + "}"), ("and", ", ".join(letters[:-1]) + " and " + letters[-1])]
    different = [("other word", w) for w in words if w.lower().strip("()") != inner.lower().strip("()")]
    different += [("nothing", "\\text{}"), ("negated", f"\\text{{not {inner}}}"), ("two", f"\\text{{{inner}}} \\text{{ or }} \\text{{{next(w for w in words if len(w) > 2 and w != inner)}}}")]
    return equal, different


# ---- putting together ----------------------------------------------------------------------------------------------
def decided(gold_value, rule, text, wanted, dropped):
    if rule[0] == "!":
        return True
    try:
        value = read(text)
        if gold_value.kind == "scalar" and rule == "places":
            return wanted
        result = same(gold_value, value)
    except (Unreadable, IndexError, ValueError, TypeError, NotImplementedError, ZeroDivisionError, RecursionError, AttributeError):
        result = None
    if result is None:
        dropped[rule] += 1
    return result is wanted


def pick(rows, count, rng):
    """At most `count`, as many different rules as possible."""
    by_rule = collections.defaultdict(list)
    for rule, text in rows:
        by_rule[rule].append(text)
    for texts in by_rule.values():
        rng.shuffle(texts)
    out = []
    while len(out) < count and any(by_rule.values()):
        rules = [rule for rule, texts in by_rule.items() if texts]
        rng.shuffle(rules)
        for rule in rules[:count - len(out)]:
            out.append((rule, by_rule[rule].pop()))
    return out


def unique(rows, gold):
    seen = {gold}
    return [(rule, text) for rule, text in rows if text and len(text) <= MAX_TEXT and text not in seen and not seen.add(text)]


def rows_of(gold, words, dropped):
    rng = random.Random("math rewrites 1 " + gold)
    plain_comma = re.fullmatch(r"\d{1,3}(,\d{3})+", gold)
    try:
        value = read(gold)
        if value.kind == "scalar" and value.data in (sp.oo, -sp.oo):
            raise Unreadable("infinity")
    except (Unreadable, IndexError, ValueError, TypeError):
        equal, different = word_rows(gold, rng.sample(words, min(4, len(words))))
        return "words", pick(unique(equal, gold), MAX_EQUAL, rng), pick(unique(different, gold), MAX_DIFFERENT, rng)
    if plain_comma and not gold.endswith("00") and gold != "61,328":
        value = None  # "70,110" may be two numbers: nothing is certain but its dress
        return "ambiguous", [("dollars", f"${gold}$"), ("spaces", f" {gold} ")], []
    if value.kind == "scalar" and value.unit:
        equal = list(unit_forms(value))
    elif value.kind == "scalar":
        equal = scalar_forms(value.data)
    else:
        equal = list(structure_forms(value))
    if value.kind == "scalar" and not value.unit and value.data.is_Rational and value.data > 0:
        equal += [("!unit added", f"{gold} \\text{{ units}}"), ("!unit added", f"{gold}\\,\\mathrm{{cm}}")]
    equal += list(dressed(gold))
    equal += [("dollars", f"${gold}$"), ("dfrac", gold.replace("\\frac{", "\\dfrac{")), ("spaces around", re.sub(r"(?<=[^\\({\[,e])([+])", r" \1 ", gold))]
    different = list(damaged_values(gold, value)) + list(damaged_texts(gold))
    # The gold's own unit, percent and currency signs stay in its damaged text.
    equal = [r for r in unique(equal, gold) if not (r[0] == "named" and value.kind == "scalar" and value.data.has(sp.Symbol("y", real=True)))]
    equal = [r for r in equal if decided(value, *r, True, dropped)]
    different = [r for r in unique(different, gold) if decided(value, *r, False, dropped)]
    return value.kind, pick(equal, MAX_EQUAL, rng), pick(different, MAX_DIFFERENT, rng)


def main():
    source, target = sys.argv[1], sys.argv[2]
    golds = collections.Counter(json.loads(line)["answer"] for line in open(source, encoding="utf-8"))
    words = sorted({re.sub(r"\\text\{([^{}]*)\}", r"\1", g) for g in golds if re.fullmatch(r"\\text\{[A-Za-z]+\}", g)})
    dropped, kinds, totals = collections.Counter(), collections.Counter(), [0, 0]
    rules = open(sys.argv[4], "w", encoding="utf-8") if len(sys.argv) > 4 and sys.argv[3] == "--rules" else None
    with open(target, "w", encoding="utf-8") as out:
        for gold, count in sorted(golds.items()):
            kind, equal, different = rows_of(gold, words, dropped)
            kinds[kind] += 1
            totals[0] += len(equal)
            totals[1] += len(different)
            row = {"gold": gold, "n": count, "equal": [t for _, t in equal], "different": [t for _, t in different]}
            out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
            if rules:
                rules.write(json.dumps({"gold": gold, "kind": kind, "equal": equal, "different": different}, ensure_ascii=False) + "\n")
    print("distinct golds by kind:", dict(kinds))
    print("equal, different:", totals, "left open by SymPy and dropped:", sum(dropped.values()), dropped.most_common(12))


if __name__ == "__main__":
    main()
