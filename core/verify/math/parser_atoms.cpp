// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/fold.h"
#include "core/verify/math/parser.h"

#include <algorithm>
#include <utility>

namespace veritune::verify::math {

namespace {

std::string plain_function(const std::string& name) {
    if (name == "asin" || name == "acos" || name == "atan") return "arc" + name.substr(1);
    if (name == "lg") return "log";
    if (name == "asinh" || name == "acosh" || name == "atanh") return "arc" + name.substr(1);
    return name;
}

std::string inverse_function(const std::string& name) { return "arc" + name; }

bool is_trigonometric(const std::string& name) {
    return name == "sin" || name == "cos" || name == "tan" || name == "cot" || name == "sec" ||
           name == "csc" || name == "sinh" || name == "cosh" || name == "tanh";
}

std::string fold_words(const std::string& words) {
    std::string out;
    for (const char c : words) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (c != '.' && c != '\'' && c != '-') out += upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    for (const std::string_view article : {"the ", "a ", "an "}) {
        if (out.starts_with(article) && out.size() > article.size()) out.erase(0, article.size());
    }
    return out;
}

}  // namespace

NodePtr text_node(const std::string& words) {
    static constexpr std::pair<std::string_view, std::string_view> kAtoms[] = {
        {"no solution", "empty"},
        {"no solutions", "empty"},
        {"empty set", "empty"},
        {"no real solution", "empty"},
        {"no real solutions", "empty"},
        {"none", "empty"},
        {"does not exist", "dne"},
        {"dne", "dne"},
        {"undefined", "dne"},
        {"not defined", "dne"},
        {"all real numbers", "reals"},
        {"all reals", "reals"},
        {"real numbers", "reals"},
        {"keine lösung", "empty"},
        {"无解", "empty"},
        {"no existe", "dne"}};
    const std::string folded = fold_words(words);
    for (const auto& [text, atom] : kAtoms) {
        if (folded == text) return make(Kind::kAtom, std::string(atom));
    }
    return make(Kind::kText, folded);
}

NodePtr number_from_literal(const std::string& literal, Budget& budget) {
    std::string digits = literal;
    long exponent = 0;
    if (const std::size_t e = digits.find('e'); e != std::string::npos) {
        std::string_view power = std::string_view(digits).substr(e + 1);
        const bool negative = power.starts_with('-');
        if (negative || power.starts_with('+')) power.remove_prefix(1);
        while (power.starts_with('0')) power.remove_prefix(1);
        if (power.size() > 4) {
            budget.fail(Fault::kNumberTooLarge);
            return number(0);
        }
        for (const char c : power) exponent = exponent * 10 + (c - '0');
        if (negative) exponent = -exponent;
        digits.resize(e);
    }
    int decimals = 0;
    if (const std::size_t point = digits.find('.'); point != std::string::npos) {
        decimals = static_cast<int>(digits.size() - point - 1);
        digits.erase(point, 1);
    }
    if (digits.empty()) {
        budget.fail(Fault::kSyntax);
        return number(0);
    }
    if (!budget.spend_bits(4 * static_cast<long>(digits.size()))) return number(0);
    const bool scientific = literal.find('e') != std::string::npos;
    return number(Rational(digits, exponent - decimals), scientific ? -1 : decimals);
}

NodePtr Parser::atom() {
    const DepthGuard guard(*this);
    if (!guard.ok() || budget_.fault != Fault::kNone) return fail();
    const Token token = peek();
    switch (token.kind) {
        case TokenKind::kNumber:
            return number_atom();
        case TokenKind::kBased:
            ++at_;
            return make(Kind::kBased, token.text);
        case TokenKind::kTime:
            ++at_;
            return make(Kind::kTime, token.text);
        case TokenKind::kLetter:
            ++at_;
            if (token.text == "C" && at_symbol("(")) return combinations();
            return symbol(token.text);
        case TokenKind::kCommand:
            return command_atom();
        case TokenKind::kSymbol:
            return symbol_atom();
        case TokenKind::kWord:
            // Inside a product a word is no value; alone it is the text of a list's element.
            ++at_;
            if (is_hedge_word(token.text) && token.text.size() > 1) return fail();
            return text_node(token.text);
        case TokenKind::kEnd:
            break;
    }
    return fail();
}

/// C(10, 3); C before any other bracket is a letter.
NodePtr Parser::combinations() {
    const std::size_t behind = at_;
    ++at_;
    const NodePtr pair = bracket("(");
    if (budget_.fault == Fault::kNone && pair->kind == Kind::kTuple && pair->kids.size() == 2 &&
        pair->text == "()") {
        return binomial(pair->kids[0], pair->kids[1], budget_);
    }
    if (budget_.fault == Fault::kNone) at_ = behind;
    return symbol("C");
}

NodePtr Parser::number_atom() {
    NodePtr value = number_from_literal(peek().text, budget_);
    const std::string literal = peek().text;
    ++at_;
    // The literal's point was left out by the lexer when "\overline" follows it: "0.\overline{3}".
    if (peek().kind == TokenKind::kCommand && peek().text == "overline") {
        return repeating(
            literal.find('.') == std::string::npos ? value : number(value->value, value->decimals));
    }
    return value;
}

/// 0.1\overline{6}: the digits under the line repeat for ever.
NodePtr Parser::repeating(const NodePtr& prefix) {
    ++at_;
    if (prefix->decimals < 0) return fail();
    expect("{");
    const Token digits = peek();
    if (digits.kind != TokenKind::kNumber || digits.text.size() > 64 ||
        digits.text.find_first_not_of("0123456789") != std::string::npos) {
        return fail();
    }
    ++at_;
    expect("}");
    const auto length = static_cast<long>(digits.text.size());
    const Rational period = Rational(digits.text, 0) / (Rational("1", length) - Rational("1", 0));
    return number(prefix->value + period * Rational("1", -static_cast<long>(prefix->decimals)));
}

NodePtr Parser::symbol_atom() {
    const std::string text = peek().text;
    ++at_;
    if (text == "(" || text == "[") return bracket(text);
    if (text == "]") return bracket("(");  // ]a, b[ is the open interval of French books
    if (text == "\\{") return set_atom("\\}");
    if (text == "{") {
        --at_;
        return group();
    }
    if (text == "|") return absolute();
    return fail();
}

/// Behind "(" or "[": a group in brackets, a tuple or an interval.
NodePtr Parser::bracket(const std::string& open) {
    const int pipes = std::exchange(pipes_, 0);
    std::vector<NodePtr> kids = list();
    pipes_ = pipes;
    const std::string close = peek().text;
    if (!at_symbol(")") && !at_symbol("]") && !at_symbol("[")) return fail();
    ++at_;
    if (kids.empty()) return fail();
    if (kids.size() == 1) {
        if (kids[0]->kind == Kind::kNumber) return number(kids[0]->value);
        return kids[0];
    }
    const std::string brackets = open + (close == "]" ? "]" : ")");
    return make(Kind::kTuple, brackets, std::move(kids));
}

NodePtr Parser::set_atom(std::string_view close) {
    const int pipes = std::exchange(pipes_, 0);
    if (take(close)) return make(Kind::kAtom, "empty");
    const bool condition = take_builder();
    std::vector<NodePtr> kids = list();
    pipes_ = pipes;
    expect(close);
    // Of several conditions nothing says whether all or any has to hold.
    if (condition) return kids.size() == 1 ? kids.front() : fail();
    return make(Kind::kSet, "", std::move(kids));
}

/// "x |", "x :" or "x \in \mathbb{R} |" behind the brace of a set: its elements follow as a
/// condition.
bool Parser::take_builder() {
    std::size_t at = 1;
    if (peek().kind != TokenKind::kLetter) return false;
    if (at_symbol("in", 1) && peek(2).kind == TokenKind::kCommand && peek(2).text == "mathbb") {
        at = at_symbol("{", 3) ? 6 : 4;
        const Token& field = peek(at_symbol("{", 3) ? 4 : 3);
        if (field.text != "R") return false;
    }
    if (!at_symbol("|", at) && !at_symbol(":", at)) return false;
    at_ += at + 1;
    return true;
}

NodePtr Parser::absolute() {
    ++pipes_;
    NodePtr inside = sum();
    --pipes_;
    expect("|");
    return function("abs", inside, budget_);
}

/// A TeX group; with commas inside it is a set whose backslashes were forgotten.
NodePtr Parser::group() {
    expect("{");
    std::vector<NodePtr> kids = list();
    const bool over = peek().kind == TokenKind::kCommand && peek().text == "over";
    const bool choose = peek().kind == TokenKind::kCommand && peek().text == "choose";
    if ((over || choose) && kids.size() == 1) {
        ++at_;
        const NodePtr below = element();
        expect("}");
        return over ? divide(kids[0], below, budget_) : binomial(kids[0], below, budget_);
    }
    expect("}");
    if (kids.empty()) return fail();
    return kids.size() == 1 ? kids.front() : make(Kind::kSet, "", std::move(kids));
}

/// The argument of a TeX command. whole_number  false: \frac12 takes one digit
NodePtr Parser::tex_argument(bool whole_number) {
    const DepthGuard guard(*this);
    if (!guard.ok()) return fail();
    if (at_symbol("{")) return group();
    // Only a run of digits is taken apart: what is left of ".5" or "1e3" would be no number.
    const bool digits = peek().text.find_first_not_of("0123456789") == std::string::npos;
    if (peek().kind == TokenKind::kNumber && !whole_number && digits && peek().text.size() > 1) {
        std::string& text = tokens_[at_].text;
        NodePtr digit = number_from_literal(text.substr(0, 1), budget_);
        text.erase(0, 1);
        return digit;
    }
    return atom();
}

NodePtr Parser::command_atom() {
    const std::string name = peek().text;
    ++at_;
    if (name == "frac") return fraction();
    if (name == "sqrt") return square_root();
    if (name == "cbrt") return root(tex_argument(true), number(3), budget_);
    if (name == "binom") return binomial_atom();
    if (name == "begin") return environment();
    if (name == "lfloor" || name == "lceil") return rounded(name);
    if (name == "emptyset" || name == "varnothing") return make(Kind::kAtom, "empty");
    if (name == "mathbb") return blackboard();
    if (name == "overline") {
        // A line over a name (a segment, a conjugate) belongs to the name.
        expect("{");
        std::string text = "overline";
        for (; !at_symbol("}") && !at_end(); ++at_) text += " " + peek().text;
        expect("}");
        return symbol(text);
    }
    if (is_function_name(name)) return function_atom(plain_function(name));
    return fail();
}

NodePtr Parser::fraction() {
    const NodePtr above = tex_argument(false);
    const NodePtr below = tex_argument(false);
    return divide(above, below, budget_);
}

NodePtr Parser::square_root() {
    NodePtr degree = number(2);
    if (take("[")) {
        degree = sum();
        expect("]");
    }
    return root(tex_argument(true), degree, budget_);
}

NodePtr Parser::binomial_atom() {
    const NodePtr n = tex_argument(false);
    return binomial(n, tex_argument(false), budget_);
}

NodePtr Parser::rounded(const std::string& name) {
    NodePtr inside = sum();
    const std::string close = name == "lfloor" ? "rfloor" : "rceil";
    if (peek().kind != TokenKind::kCommand || peek().text != close) return fail();
    ++at_;
    return function(name == "lfloor" ? "floor" : "ceil", inside, budget_);
}

NodePtr Parser::blackboard() {
    const bool braces = take("{");
    const std::string letter = peek().text;
    ++at_;
    if (braces) expect("}");
    return letter == "R" ? make(Kind::kAtom, "reals") : symbol("blackboard " + letter);
}

NodePtr Parser::function_atom(std::string name) {
    NodePtr base;
    NodePtr exponent;
    if (name == "log" && take("_")) base = tex_argument(true);
    if (take("^")) {
        const bool negative = at_symbol("-");
        if (negative) ++at_;
        exponent = tex_argument(true);
        if (negative) exponent = negate(exponent, budget_);
    }
    if (exponent && is_number(exponent) && exponent->value == Rational("1", 0) - Rational("2", 0) &&
        is_trigonometric(name)) {
        name = inverse_function(name);
        exponent = nullptr;
    }
    const NodePtr argument = function_argument();
    NodePtr value;
    if (name == "sqrt") {
        value = root(argument, number(2), budget_);
    } else if (base) {
        value = logarithm(base, argument, budget_);
    } else if (argument->kind == Kind::kTuple) {
        value = make(Kind::kFunction, name, argument->kids);
    } else {
        value = function(name, argument, budget_);
    }
    return exponent ? power(value, exponent, budget_) : value;
}

/// "(x + 1)", or a product up to the next sign or function: \sin 2x, \cos 30^\circ.
NodePtr Parser::function_argument() {
    if (at_symbol("(") || at_symbol("{")) return postfix(atom());
    std::vector<NodePtr> factors{factor()};
    while (budget_.fault == Fault::kNone && starts_factor() && !at_symbol("(")) {
        const Token& token = peek();
        if (token.kind == TokenKind::kCommand && is_function_name(token.text) &&
            token.text != "sqrt")
            break;
        factors.push_back(factor());
    }
    if (at_symbol("/") && peek(1).kind == TokenKind::kNumber) {
        ++at_;
        factors.push_back(divide(number(1), factor(), budget_));
    }
    return factors.size() == 1 ? factors.front() : multiply(std::move(factors), budget_);
}

/// \begin{pmatrix} a & b \\ c & d \end{pmatrix} and its relatives; all kinds of brackets are alike.
NodePtr Parser::environment() {
    const auto name = [this] {
        std::string text;
        expect("{");
        for (; !at_symbol("}") && !at_end(); ++at_) text += peek().text;
        expect("}");
        return text;
    };
    const std::string opened = name();
    if (opened == "array" && take("{")) {
        while (!at_symbol("}") && !at_end()) ++at_;
        expect("}");
    }
    std::vector<NodePtr> cells;
    std::size_t columns = 0;
    std::size_t row = 0;
    while (budget_.fault == Fault::kNone) {
        if (peek().kind == TokenKind::kCommand && peek().text == "end") break;
        while (peek().kind == TokenKind::kWord && (opened == "cases")) ++at_;  // "if", "for"
        cells.push_back(element());
        take(",");
        ++row;
        if (cells.size() > kMaxElements) budget_.fail(Fault::kTooManyElements);
        if (take("&")) continue;
        const bool more = take("\\\\");
        if (columns != 0 && row != columns) return fail();
        columns = std::exchange(row, 0);
        if (!more) break;
    }
    if (peek().kind != TokenKind::kCommand || peek().text != "end") return fail();
    ++at_;
    if (name() != opened || cells.empty()) return fail();
    auto matrix = std::make_shared<Node>();
    matrix->kind = Kind::kMatrix;
    matrix->text = opened == "vmatrix" || opened == "cases" ? opened : "";
    matrix->columns = columns;
    matrix->kids = std::move(cells);
    return matrix;
}

}  // namespace veritune::verify::math
