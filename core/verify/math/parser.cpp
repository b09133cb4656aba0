// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/parser.h"

#include "core/text/answer_text.h"
#include "core/verify/math/balls.h"
#include "core/verify/math/fold.h"

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::verify::math {

namespace {

constexpr std::array<std::string_view, 8> kRelations = {
    "=", "<", "<=", ">", ">=", "!=", "in", "~="};

bool is_relation(const Token& token) {
    return token.kind == TokenKind::kSymbol &&
           std::find(kRelations.begin(), kRelations.end(), token.text) != kRelations.end();
}

bool is_ascending(const std::string& sign) { return sign == "<" || sign == "<="; }
bool is_descending(const std::string& sign) { return sign == ">" || sign == ">="; }

std::string_view currency(std::string_view symbol) {
    if (symbol == "$") return "dollar";
    if (symbol == "euro" || symbol == "yen" || symbol == "gbp") return symbol;
    return {};
}

}  // namespace

DepthGuard::DepthGuard(Parser& parser)
    : parser_(parser) {
    ++parser_.depth_;
    if (!ok()) parser_.budget_.fail(Fault::kTooDeep);
}

DepthGuard::~DepthGuard() { --parser_.depth_; }

bool DepthGuard::ok() const { return parser_.depth_ <= kMaxDepth; }

Parser::Parser(std::vector<Token> tokens, Budget& budget)
    : tokens_(std::move(tokens)),
      budget_(budget) {}

const Token& Parser::peek(std::size_t ahead) const {
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : end_;
}

bool Parser::at_symbol(std::string_view text, std::size_t ahead) const {
    const Token& token = peek(ahead);
    return token.kind == TokenKind::kSymbol && token.text == text;
}

bool Parser::take(std::string_view symbol) {
    if (!at_symbol(symbol)) return false;
    ++at_;
    return true;
}

void Parser::expect(std::string_view symbol) {
    if (!take(symbol)) fail();
}

NodePtr Parser::fail() {
    budget_.fail(Fault::kSyntax);
    at_ = tokens_.size();  // every loop ends
    return math::number(0);
}

bool Parser::at_separator() const {
    const Token& token = peek();
    if (token.kind == TokenKind::kWord) return is_connective(token.text);
    return at_symbol(",") || at_symbol(";") || at_symbol("or");
}

void Parser::take_separators() {
    while (at_separator()) ++at_;
}

/// Words only (maybe with letters and commas): a text, or a list of texts.
NodePtr Parser::text_answer() const {
    bool words = false;
    std::vector<NodePtr> parts;
    std::string text;
    for (const Token& token : tokens_) {
        const bool link = token.kind == TokenKind::kWord && is_connective(token.text);
        const bool separator = token.text == "," || token.text == ";" || link;
        if (token.kind == TokenKind::kEnd || separator) {
            if (text.empty() && link) continue;  // ", and"
            if (text.empty()) return nullptr;
            parts.push_back(text.size() == 1 ? symbol(text) : text_node(text));
            text.clear();
        } else if (token.kind == TokenKind::kWord || token.kind == TokenKind::kLetter ||
                   (token.kind == TokenKind::kNumber && words)) {  // "June 20"
            words = words || token.kind == TokenKind::kWord;
            if (!text.empty()) text += ' ';
            text += token.text;
        } else if (token.text != "-" && token.text != "'" && token.text != "(" &&
                   token.text != ")") {
            return nullptr;
        }
    }
    if (!words || parts.size() > kMaxElements) return nullptr;
    if (parts.size() == 1) return parts.front();
    return make(Kind::kSet, "", std::move(parts));
}

NodePtr Parser::parse_all() {
    if (NodePtr text = text_answer()) return text;
    std::vector<NodePtr> elements = list();
    if (!at_end()) fail();
    if (elements.empty()) return fail();
    if (elements.size() == 1) return elements.front();
    return make(Kind::kSet, "", std::move(elements));
}

std::vector<NodePtr> Parser::list() {
    std::vector<NodePtr> elements;
    while (!at_end() && budget_.fault == Fault::kNone) {
        elements.push_back(element());
        if (elements.size() > kMaxElements) budget_.fail(Fault::kTooManyElements);
        if (!at_separator()) break;
        take_separators();
    }
    return elements;
}

NodePtr Parser::element() {
    const DepthGuard guard(*this);
    if (!guard.ok()) return fail();
    // "\text{Area} = 5", "x: 5" do not occur often enough to guess; a word before "=" is a name.
    if (peek().kind == TokenKind::kWord && at_symbol("=", 1)) {
        const std::string name = peek().text;
        at_ += 2;
        return make(Kind::kRelation, "=", {symbol(name), union_expression()});
    }
    std::vector<NodePtr> sides{union_expression()};
    std::vector<std::string> signs;
    while (is_relation(peek()) && budget_.fault == Fault::kNone) {
        signs.push_back(peek().text);
        ++at_;
        sides.push_back(union_expression());
    }
    return signs.empty() ? sides.front() : relation(std::move(sides), std::move(signs));
}

/// "\sqrt{2} \approx 1.414" says the left side, if the decimals behind it are its own.
bool Parser::drop_rounded(std::vector<NodePtr>& sides, std::vector<std::string>& signs) {
    if (signs.back() != "~=") return std::find(signs.begin(), signs.end(), "~=") == signs.end();
    const NodePtr rounded = sides.back();
    sides.pop_back();
    signs.pop_back();
    const bool plain = is_number(rounded) && rounded->decimals >= 0 && is_scalar(sides.back());
    return plain && is_rounded(sides.back(), rounded->value, rounded->decimals, budget_) &&
           std::find(signs.begin(), signs.end(), "~=") == signs.end();
}

NodePtr Parser::relation(std::vector<NodePtr> sides, std::vector<std::string> signs) {
    if (!drop_rounded(sides, signs)) return fail();
    if (signs.empty()) return sides[0];
    if (signs.size() == 1) return make(Kind::kRelation, signs[0], {sides[0], sides[1]});
    const bool equalities = std::all_of(
        signs.begin(), signs.end(), [](const std::string& sign) { return sign == "="; });
    // "x = 2 + 3 = 5": the sides between are the way to the result.
    if (equalities && sides.front()->kind == Kind::kSymbol) {
        return make(Kind::kRelation, "=", {sides.front(), sides.back()});
    }
    if (signs.size() != 2) return fail();
    if (is_ascending(signs[0]) && is_ascending(signs[1])) {
        const std::string brackets = {signs[0] == "<" ? '(' : '[', signs[1] == "<" ? ')' : ']'};
        return make(Kind::kTuple, brackets, {sides[0], sides[2]});
    }
    if (is_descending(signs[0]) && is_descending(signs[1])) {
        const std::string brackets = {signs[1] == ">" ? '(' : '[', signs[0] == ">" ? ')' : ']'};
        return make(Kind::kTuple, brackets, {sides[2], sides[0]});
    }
    return fail();
}

NodePtr Parser::union_expression() {
    NodePtr left = with_unit();
    std::vector<NodePtr> parts{left};
    while (budget_.fault == Fault::kNone) {
        if (take("cup")) {
            parts.push_back(with_unit());
            if (parts.size() > kMaxElements) budget_.fail(Fault::kTooManyElements);
        } else if (parts.size() == 1 &&
                   (take("setminus") || (at_symbol("-") && at_symbol("\\{", 1) && take("-")))) {
            parts = {make(Kind::kMinus, "", {parts[0], with_unit()})};
        } else {
            break;
        }
    }
    return parts.size() == 1 ? parts.front() : make(Kind::kUnion, "", std::move(parts));
}

NodePtr Parser::with_unit() {
    const std::size_t sign = at_symbol("-") || at_symbol("+") ? 1 : 0;
    if (peek(sign).kind == TokenKind::kSymbol && !currency(peek(sign).text).empty()) return money();
    NodePtr value = sum();
    if (take(":")) {  // a ratio
        std::vector<NodePtr> parts{std::move(value)};
        do {
            parts.push_back(sum());
        } while (take(":") && parts.size() < 16);
        return add_unit(make(Kind::kRatio, "", std::move(parts)));
    }
    return add_unit(std::move(value));
}

NodePtr Parser::money() {
    const bool negative = take("-");
    if (!negative) take("+");
    const std::string unit(currency(peek().text));
    ++at_;
    NodePtr value = sum();
    if (negative) value = negate(value, budget_);
    NodePtr inner = add_unit(value);
    if (inner->kind != Kind::kUnit) return make(Kind::kUnit, unit, {inner});
    if (inner->text != unit && inner->text.find(' ') == std::string::npos &&
        inner->text != "dollar") {
        return make(Kind::kUnit, unit + " " + inner->text, {inner->kids[0]});
    }
    return make(Kind::kUnit, unit, {inner->kids[0]});
}

NodePtr Parser::add_unit(NodePtr value) {
    std::string unit = take_unit(value);
    if (unit.empty()) return value;
    if (unit == "degree") return make(Kind::kDegrees, "", {std::move(value)});
    if (unit == "radian") return value;
    if (unit == "percent") return divide(value, number(100), budget_);
    if (value->kind == Kind::kTime) return make(Kind::kTime, value->text + " " + unit);
    return make(Kind::kUnit, std::move(unit), {std::move(value)});
}

/// "5 \text{ (units)}"
bool Parser::at_unit_bracket() const {
    return at_symbol("(") && peek().in_text && peek(1).kind == TokenKind::kWord && peek(1).in_text;
}

/// The words behind a value, at most six; "thousand" and the like multiply the value instead.
std::string Parser::take_unit(NodePtr& value) {
    std::string unit;
    std::string shape;  // "square" and "cubic" stand before the word that they raise
    bool per = false;
    const bool bracket = at_unit_bracket() && take("(");
    for (int count = 0; count < 6; ++count) {
        if (count > 0 && at_symbol("/") && peek(1).kind == TokenKind::kWord) {
            ++at_;
            per = true;
        }
        const Token token = peek();
        const bool sign = token.kind == TokenKind::kSymbol && !currency(token.text).empty();
        if ((token.kind != TokenKind::kWord && !sign) || is_connective(token.text)) break;
        if (is_hedge_word(token.text)) {
            fail();
            return {};
        }
        ++at_;
        if (const long factor = multiplier_word(token.text); factor > 0 && unit.empty()) {
            value = multiply({value, number(factor)}, budget_);
            continue;
        }
        std::string name =
            sign ? std::string(currency(token.text)) : canonical_unit(text::fold_case(token.text));
        if (name == "square" || name == "cubic") {
            shape = name == "square" ? "^2" : "^3";
            continue;
        }
        if (name == "per") {
            per = true;
            continue;
        }
        if (name == "of" || name == "the") continue;
        if (at_symbol("^")) {
            ++at_;
            const bool braces = take("{");
            if (peek().kind == TokenKind::kNumber) name += "^" + tokens_[at_++].text;
            if (braces) expect("}");
        }
        name += shape;
        shape.clear();
        if (!unit.empty()) unit += per ? "/" : " ";
        per = false;
        unit += name;
    }
    if (bracket) expect(")");
    return unit;
}

NodePtr Parser::sum() {
    const DepthGuard guard(*this);
    if (!guard.ok()) return fail();
    std::vector<NodePtr> terms;
    for (bool first = true; budget_.fault == Fault::kNone; first = false) {
        bool negative = false;
        bool signs = false;
        NodePtr choice;
        while (at_symbol("+") || at_symbol("-") || at_symbol("pm") || at_symbol("mp")) {
            if (at_symbol("-") && at_symbol("\\{", 1) && !first) break;
            signs = true;
            if (at_symbol("-")) negative = !negative;
            if (at_symbol("pm") || at_symbol("mp")) {
                choice = make(Kind::kPlusMinus, at_symbol("pm") ? "+" : "-");
            }
            ++at_;
        }
        if (!first && !signs) break;
        NodePtr term = product();
        if (negative) term = negate(term, budget_);
        if (choice) term = multiply({choice, term}, budget_);
        terms.push_back(std::move(term));
    }
    if (terms.empty()) return fail();
    return terms.size() == 1 ? terms.front() : add(std::move(terms), budget_);
}

bool Parser::starts_factor() const {
    const Token& token = peek();
    switch (token.kind) {
        case TokenKind::kLetter:
            return true;
        case TokenKind::kNumber:
            // "2 3" is no product, "3!7!" is one.
            return at_ > 0 && tokens_[at_ - 1].text == "!";
        case TokenKind::kCommand:
            return token.text != "end" && token.text != "rfloor" && token.text != "rceil" &&
                   token.text != "over" && token.text != "choose";
        case TokenKind::kSymbol:
            if (at_unit_bracket()) return false;
            return token.text == "(" || token.text == "{" || (token.text == "|" && pipes_ == 0) ||
                   token.text == "[";
        default:
            return false;
    }
}

/// A whole number literal directly before a proper fraction of whole numbers.
bool Parser::starts_mixed(const NodePtr& left, std::size_t begin) const {
    if (!is_number(left) || left->decimals != 0 || at_ != begin + 1) return false;
    if (peek().kind == TokenKind::kCommand && peek().text == "frac") return true;
    return peek().kind == TokenKind::kNumber && at_symbol("/", 1) &&
           peek(2).kind == TokenKind::kNumber;
}

NodePtr Parser::mixed(const NodePtr& whole) {
    NodePtr part;
    if (peek().kind == TokenKind::kNumber) {
        const NodePtr above = number_from_literal(peek().text, budget_);
        const NodePtr below = number_from_literal(peek(2).text, budget_);
        at_ += 3;
        part = divide(above, below, budget_);
    } else {
        part = postfix(atom());
        if (!is_number(part)) return multiply({whole, part}, budget_);
    }
    const bool proper = is_number(part) && !part->value.is_integer() && part->value > Rational() &&
                        part->value < Rational("1", 0);
    return proper ? add({whole, part}, budget_) : fail();
}

NodePtr Parser::product() {
    const DepthGuard guard(*this);
    if (!guard.ok()) return fail();
    std::size_t begin = at_;
    NodePtr first = factor();
    if (starts_mixed(first, begin)) first = mixed(first);
    std::vector<NodePtr> factors{std::move(first)};
    while (budget_.fault == Fault::kNone) {
        if (take("*")) {
            factors.push_back(factor());
        } else if (at_symbol("/") && peek(1).kind != TokenKind::kWord) {
            ++at_;
            factors.push_back(divide(number(1), factor(), budget_));
        } else if (starts_factor()) {
            factors.push_back(factor());
        } else {
            break;
        }
        if (factors.size() > kMaxTokens) return fail();
    }
    return factors.size() == 1 ? factors.front() : multiply(std::move(factors), budget_);
}

NodePtr Parser::factor() {
    const DepthGuard guard(*this);
    if (!guard.ok()) return fail();
    bool negative = false;
    while (at_symbol("-") || at_symbol("+")) {
        negative = negative != at_symbol("-");
        ++at_;
    }
    NodePtr value = postfix(atom());
    return negative ? negate(value, budget_) : value;
}

NodePtr Parser::postfix(NodePtr value) {
    for (int count = 0; budget_.fault == Fault::kNone; ++count) {
        if (count > 64) return fail();  // "x!!!!!!..." nests as deep as it is long
        if (at_symbol("!")) {
            ++at_;
            value = factorial(value, budget_);
        } else if (at_symbol("%")) {
            ++at_;
            value = divide(value, number(100), budget_);
        } else if (peek().kind == TokenKind::kCommand && peek().text == "permille") {
            ++at_;
            value = divide(value, number(1000), budget_);
        } else if (at_symbol("deg")) {
            ++at_;
            value = make(Kind::kDegrees, "", {std::move(value)});
        } else if (at_symbol("^")) {
            ++at_;
            value = raised(value);
        } else {
            break;
        }
    }
    return value;
}

NodePtr Parser::raised(const NodePtr& base) {
    const bool degrees = at_symbol("deg") || (at_symbol("{") && at_symbol("deg", 1));
    if (degrees) {
        const bool braces = take("{");
        expect("deg");
        if (braces) expect("}");
        return make(Kind::kDegrees, "", {base});
    }
    const DepthGuard guard(*this);
    if (!guard.ok()) return fail();
    bool negative = false;
    while (at_symbol("-") || at_symbol("+")) {
        negative = negative != at_symbol("-");
        ++at_;
    }
    NodePtr exponent = tex_argument(true);
    if (base->kind == Kind::kTuple && is_symbol(exponent, "T") && !negative) {
        auto column = std::make_shared<Node>();
        column->kind = Kind::kMatrix;
        column->columns = 1;
        column->kids = base->kids;
        return column;
    }
    // 2^3^2 = 2^(3^2)
    if (take("^")) exponent = raised(exponent);
    if (negative) exponent = negate(exponent, budget_);
    return power(base, exponent, budget_);
}

NodePtr parse(std::string_view text, char decimal_mark, Budget& budget) {
    std::vector<Token> tokens = tokenize(text, decimal_mark, budget);
    if (budget.fault != Fault::kNone) return nullptr;
    budget.operations += static_cast<std::int64_t>(tokens.size());
    NodePtr tree = Parser(std::move(tokens), budget).parse_all();
    return budget.fault == Fault::kNone ? tree : nullptr;
}

}  // namespace veritune::verify::math
