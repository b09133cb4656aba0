# SPDX-License-Identifier: Apache-2.0
"""Reads the LaTeX of final answers into SymPy values and decides whether two of them are the same; for make_math_rewrites.py.
It knows nothing of the verifier and is made for the forms of the MATH golds only: what it cannot read raises Unreadable."""
import collections
import itertools
import re

import sympy as sp


class Unreadable(Exception):
    pass


# ---- reading -------------------------------------------------------------------------------------------------------
UNICODE = {"−": "-", "π": "\\pi ", "√": "\\sqrt ", "∞": "\\infty ", "∪": "\\cup ", "°": "^\\circ ", "·": "\\cdot ", "×": "\\times ",
           "≤": "\\le ", "≥": "\\ge ", "²": "^2", "³": "^3", "±": "\\pm ", "∈": "\\in "}
FUNCTIONS = {"sin": sp.sin, "cos": sp.cos, "tan": sp.tan, "cot": sp.cot, "sec": sp.sec, "csc": sp.csc}
TOKEN = re.compile(r"\s*(\d+\.\d+|\.\d+|\d+|\\[a-zA-Z]+|\\[{}%$]|[a-zA-Z]+|\*\*|.)")


def normal(text):
    for mark, plain in UNICODE.items():
        text = text.replace(mark, plain)
    text = re.sub(r"\\(displaystyle|left|right)(?![a-zA-Z])\s*", "", text)
    text = re.sub(r"\\mathbf\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"\\[dtc]frac(?![a-zA-Z])", r"\\frac", text)
    text = re.sub(r",\s*\\!\s*(?=\d{3})|(?<=\d)\{,\}(?=\d{3})|(?<=\d)\\,(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<!\\)\\[!,;: ]|~", " ", text).replace("\\mbox", "\\text").replace("\\mathrm", "\\text")
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "$":
        text = text[1:-1].strip()
    text = re.sub(r"\.$", "", text).strip()
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    return text


class Parser:
    """Recursive descent over one scalar expression."""

    def __init__(self, text):
        self.tokens = [t for t in TOKEN.findall(text) if t.strip()]
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, wanted=None):
        token = self.peek()
        if token is None or (wanted is not None and token != wanted):
            raise Unreadable(wanted)
        self.at += 1
        return token

    def whole(self):
        value = self.sum()
        if self.peek() is not None:
            raise Unreadable(self.peek())
        return value

    def sum(self):
        sign = 1
        while self.peek() in ("+", "-"):
            sign = -sign if self.take() == "-" else sign
        value = sign * self.product()
        while self.peek() in ("+", "-"):
            sign = 1
            while self.peek() in ("+", "-"):
                sign = -sign if self.take() == "-" else sign
            value = value + sign * self.product()
        return value

    def starts_factor(self):
        token = self.peek()
        return token is not None and (token[0].isalnum() or token in ("(", "{", "|", "\\frac", "\\sqrt", "\\pi", "\\binom", "\\infty")
                                      or token[0] == "." or token[1:] in FUNCTIONS)

    def product(self):
        first = self.peek()
        value = self.power()
        # A whole number directly before a fraction of whole numbers is a mixed number.
        if first is not None and first.isdigit() and self.peek() == "\\frac" and value == sp.Integer(first):
            fraction = self.power()
            if not (fraction.is_Rational and 0 < fraction < 1):
                raise Unreadable("mixed")
            value = value + fraction
        while True:
            token = self.peek()
            if token in ("*", "\\cdot", "\\times"):
                self.take()
                value = value * self.signed_power()
            elif token in ("/", "\\div"):
                self.take()
                value = value / self.signed_power()
            elif self.starts_factor():
                value = value * self.power()
            else:
                return value

    def signed_power(self):
        if self.peek() == "-":
            self.take()
            return -self.signed_power()
        return self.power()

    def power(self):
        value = self.atom()
        while True:
            token = self.peek()
            if token == "!":
                self.take()
                value = sp.factorial(value)
            elif token in ("^", "**"):
                self.take()
                if self.peek() == "\\circ":
                    self.take()
                    value = value * sp.pi / 180
                elif self.tokens[self.at:self.at + 3] == ["{", "\\circ", "}"]:
                    self.at += 3
                    value = value * sp.pi / 180
                else:
                    value = value ** self.argument()
            else:
                return value

    def argument(self):
        """What TeX takes after ^, \\frac, \\sqrt: a group, a command or ONE character."""
        token = self.peek()
        if token is None:
            raise Unreadable("argument")
        if token == "{":
            self.take()
            value = self.sum()
            self.take("}")
            return value
        if token == "(":
            return self.atom()
        if token == "-":
            self.take()
            return -self.argument()
        if token[0].isdigit() and len(token) > 1:
            self.tokens[self.at] = token[1:]
            return sp.Integer(token[0])
        if token[0].isalpha() and len(token) > 1:
            self.tokens[self.at] = token[1:]
            return letter(token[0])
        return self.atom()

    def atom(self):
        token = self.take()
        if token[0].isdigit() or (token[0] == "." and len(token) > 1):
            return sp.Rational(token)
        if token in ("sqrt", "pi") or (token[0].isalpha() and len(token) == 1):
            if token == "sqrt":
                return sp.sqrt(self.atom())
            return sp.pi if token == "pi" else letter(token)
        if token[0].isalpha():
            value = sp.Integer(1)
            for one in token[:-1]:
                value = value * letter(one)
            # An exponent belongs to the last letter: put it back as a token of its own.
            self.tokens.insert(self.at, token[-1])
            return value * self.power()
        if token in ("(", "{"):
            value = self.sum()
            self.take(")" if token == "(" else "}")
            return value
        if token == "|":
            value = sp.Abs(self.sum())
            self.take("|")
            return value
        return self.command(token)

    def command(self, token):
        if token == "\\pi":
            return sp.pi
        if token == "\\infty":
            return sp.oo
        if token == "\\frac":
            top = self.argument()
            return top / self.argument()
        if token == "\\binom":
            top = self.argument()
            return sp.binomial(top, self.argument())
        if token == "\\sqrt":
            index = sp.Integer(2)
            if self.peek() == "[":
                self.take()
                index = self.sum()
                self.take("]")
            return self.argument() ** (1 / index)
        if token[1:] in FUNCTIONS:
            power = sp.Integer(1)
            if self.peek() == "^":
                self.take()
                power = self.argument()
            # The argument of a function without brackets goes on to the next operator.
            value = self.power()
            while self.starts_factor() and self.peek()[0] != "\\":
                value = value * self.power()
            return FUNCTIONS[token[1:]](value) ** power
        raise Unreadable(token)


def letter(name):
    return sp.I if name == "i" else sp.Symbol(name, real=True)


def split_top(text, mark):
    parts, depth, start = [], 0, 0
    for at, c in enumerate(text):
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == mark and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return parts + [text[start:]]


def scalar(text):
    value = Parser(text).whole()
    if value.has(sp.zoo, sp.nan):
        raise Unreadable("no value")
    return value


Value = collections.namedtuple("Value", "kind data unit")
INTERVAL = re.compile(r"([(\[])([^()\[\]]*),([^()\[\]]*)([)\]])$")


def read_interval(text):
    found = INTERVAL.match(text.strip())
    if not found:
        group = re.fullmatch(r"\\\{(.*)\\\}", text.strip())
        if group:
            return sp.FiniteSet(*[scalar(part) for part in split_top(group[1], ",")])
        raise Unreadable("interval")
    low, high = scalar(found[2]), scalar(found[3])
    if not (high - low).is_extended_positive:
        return sp.S.EmptySet
    return sp.Interval(low, high, left_open=found[1] == "(", right_open=found[4] == ")")


def read_inequality(text):
    text = re.sub(r"\\(leq?|leqslant)(?![a-z])", "≤", text)
    text = re.sub(r"\\(geq?|geqslant)(?![a-z])", "≥", text)
    parts = re.split(r"([<>≤≥])", text)
    if len(parts) == 3 and re.fullmatch(r"\s*[a-z]\s*", parts[0]):
        end, sign = scalar(parts[2]), parts[1]
        if sign in "<≤":
            return sp.Interval(-sp.oo, end, True, sign == "<")
        return sp.Interval(end, sp.oo, sign == ">", True)
    if len(parts) == 5 and re.fullmatch(r"\s*[a-z]\s*", parts[2]) and parts[1] in "<≤" and parts[3] in "<≤":
        return sp.Interval(scalar(parts[0]), scalar(parts[4]), parts[1] == "<", parts[3] == "<")
    raise Unreadable("inequality")


def read_matrix(text):
    found = re.fullmatch(r"\\begin\{([pb]matrix|array)\}(?:\{c+\})?(.*)\\end\{\1\}", text.strip("() "), re.S)
    if not found:
        raise Unreadable("matrix")
    rows = [row for row in re.split(r"\\\\(?:\[\d+pt\])?", found[2]) if row.strip()]
    return sp.Matrix([[scalar(cell) for cell in row.split("&")] for row in rows])


def read_list(text):
    text = re.sub(r"\\text\s*\{\s*(,?\s*and|or)\s*\}|(?<![a-z])(and|or)(?![a-z])", ",", text)
    text = re.sub(r",\s*,", ",", text)
    out = []
    for part in split_top(text.replace(";", ","), ","):
        part = re.sub(r"^\s*[a-z]\s*=", "", part)
        for sign in ("+", "-") if "\\pm" in part else ("",):
            out.append(scalar(part.replace("\\pm", sign)))
    return out


def read(text):
    text = normal(text)
    if re.fullmatch(r"[A-Z]|[A-Za-z ]*[A-Za-z]{2,}[A-Za-z ]*", text) and text not in ("ab", "xy"):
        raise Unreadable("words")
    if "\\begin" in text:
        return Value("matrix", read_matrix(text), None)
    based = re.fullmatch(r"\(?(-?[0-9A-F.]+)\)?\s*(?:_\{?|\\text\s*\{\s*\(?base |base )(\d+)\)?\}?", text)
    if based:
        return Value("base", (based[1].lstrip("0"), int(based[2])), None)
    for percent in ("\\%", "%", "\\text{ percent}", " percent"):
        if text.endswith(percent):
            return Value("scalar", scalar(text[:-len(percent)]) / 100, "%")
    money = re.fullmatch(r"(-?)\\?\$\s*(.*)", text)
    if money:
        return Value("scalar", scalar(money[1] + normal(money[2])), "$")
    unit = re.fullmatch(r"(.*?[^ ])\s*(\\text\s*\{\s*[a-zA-Z ]+[a-zA-Z. ]*\}(?:\^\{?[23]\}?)?)", text)
    if unit and not re.search(r"\\text", unit[1]):
        return Value("scalar", scalar(unit[1]), unit[2])
    degrees = re.sub(r"\^\{?\\circ\s*\}?", "", text)
    if degrees != text and re.fullmatch(r"[-\d., ]+", degrees):
        parts = [scalar(part) for part in split_top(degrees, ",")]
        return Value("scalar", parts[0], "deg") if len(parts) == 1 else Value("list", parts, "deg")
    if "\\text" in text and not re.search(r"\\text\s*\{\s*(,?\s*and|or)\s*\}", text):
        raise Unreadable("words")
    if re.match(r"[a-z]\s*\\in(?![a-z])", text):
        text = re.sub(r"^[a-z]\s*\\in(?![a-z])", "", text).strip()
        return Value("set", read_interval(text), None)
    if re.search(r"[<>]|\\[lg]eq?(?![a-z])", text):
        parts = re.split(r"\\cup|(?<![a-z])or(?![a-z])|\\text\s*\{ or \}", text)
        return Value("set", sp.Union(*[read_inequality(part) for part in parts]), None)
    if "\\cup" in text or (INTERVAL.match(text) and (text[0] == "[" or text[-1] == "]" or "\\infty" in text)):
        return Value("set", sp.Union(*[read_interval(part) for part in text.split("\\cup")]), None)
    if text[:1] == "(" and text[-1:] == ")" and len(split_top(text, ",")) == 1 and len(split_top(text[1:-1], ",")) > 1:
        return Value("tuple", [scalar(part) for part in split_top(text[1:-1], ",")], None)
    ratio = re.fullmatch(r"(\d+)\s*:\s*(\d+)", text)
    if ratio:
        return Value("ratio", sp.Rational(int(ratio[1]), int(ratio[2])), None)
    group = re.fullmatch(r"\\\{(.*)\\\}", text)
    if group:
        return Value("list", read_list(group[1]), None)
    if text.count("=") == 1 and len(split_top(text, ",")) == 1:
        left, right = text.split("=")
        return Value("equation", (scalar(left), scalar(right)), None)
    if "\\pm" in text or "\\text" in text or len(split_top(text, ",")) > 1 or ";" in text or re.search(r"\b(or|and)\b", text):
        return Value("list", read_list(text), None)
    mixed = re.fullmatch(r"(-?)(\d+) (\d+)/(\d+)", text)
    if mixed:
        value = int(mixed[2]) + sp.Rational(int(mixed[3]), int(mixed[4]))
        return Value("scalar", -value if mixed[1] else value, None)
    return Value("scalar", scalar(text), None)


# ---- deciding ------------------------------------------------------------------------------------------------------
POINTS = [[sp.Rational(a, b) for a, b in row] for row in
          (((7, 3), (11, 5), (13, 7), (17, 4), (19, 9), (23, 8)), ((29, 6), (5, 11), (31, 7), (3, 13), (37, 5), (41, 9)))]


def same_scalar(a, b):
    """True, False, or None when SymPy leaves it open."""
    if a in (sp.oo, -sp.oo) or b in (sp.oo, -sp.oo):
        return a == b
    difference = a - b
    if difference.is_Rational:
        return difference == 0
    symbols = sorted(difference.free_symbols, key=str)
    for point in POINTS:
        value = difference.subs(dict(zip(symbols, point)))
        if value.has(sp.zoo, sp.nan):
            return None
        number = sp.N(value, 60)
        if abs(number) > sp.Float("1e-30"):
            return False
    for simplify in (sp.expand, sp.cancel, lambda d: sp.expand(sp.radsimp(d)), sp.nsimplify, sp.simplify):
        if simplify(difference) == 0:
            return True
    if not symbols and difference.is_algebraic:
        return sp.minimal_polynomial(difference, sp.Symbol("t")) == sp.Symbol("t")
    return None


def all_same(pairs):
    results = [same_scalar(a, b) for a, b in pairs]
    return False if False in results else None if None in results else True


def same_list(a, b):
    for x, others in [(x, b) for x in a] + [(x, a) for x in b]:
        results = [same_scalar(x, y) for y in others]
        if True in results:
            continue
        return None if None in results else False
    return True


def same_set(a, b):
    """All ends, the points between them and one beyond each end: nothing else can tell two unions of intervals apart."""
    ends = sorted({sp.nsimplify(e) for s in (a, b) for e in s.boundary}, key=lambda e: sp.N(e, 60))
    probes = list(ends)
    probes += [(x + y) / 2 for x, y in itertools.pairwise(ends)]
    probes += [ends[0] - 1, ends[-1] + 1] if ends else [sp.Integer(0)]
    return all(bool(a.contains(p)) == bool(b.contains(p)) for p in probes)


def same_equation(a, b):
    left, right = a[0] - a[1], b[0] - b[1]
    ratio = sp.cancel(left / right)
    if not ratio.free_symbols and ratio.is_nonzero:
        return True
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    for first, second in ((left, right), (right, left)):
        for at, point in itertools.product(range(len(symbols)), POINTS):
            others = {s: v for s, v in zip(symbols, point) if s != symbols[at]}
            for root in sp.solve(first.subs(others), symbols[at]):
                if root.is_real and abs(sp.N(second.subs(others).subs(symbols[at], root), 60)) > sp.Float("1e-30"):
                    return False
    return None


def same(a, b):
    if {a.kind, b.kind} == {"equation", "scalar"}:
        equation, other = (a, b) if a.kind == "equation" else (b, a)
        if equation.data[0].is_Symbol:
            return same_scalar(equation.data[1], other.data)
        return None
    if a.kind != b.kind:
        return None
    if a.kind == "scalar":
        return same_scalar(a.data, b.data)
    if a.kind == "ratio":
        return a.data == b.data
    if a.kind == "base":
        return a.data == b.data
    if a.kind == "list":
        return same_list(a.data, b.data)
    if a.kind == "tuple":
        return False if len(a.data) != len(b.data) else all_same(zip(a.data, b.data))
    if a.kind == "matrix":
        return False if a.data.shape != b.data.shape else all_same(zip(a.data, b.data))
    if a.kind == "set":
        return same_set(a.data, b.data)
    return same_equation(a.data, b.data)
