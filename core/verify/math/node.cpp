// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/node.h"

#include "core/util/hash.h"

#include <algorithm>
#include <utility>

namespace veritune::verify::math {

namespace {

/// Texts of numbers over this many bits are cut to a hash: a normal form is for reading.
constexpr long kMaxPrintedBits = 4'096;

std::string print_number(const Rational& value) {
    if (value.bits() <= kMaxPrintedBits) return value.to_string();
    return "number of " + std::to_string(value.bits()) + " bits " +
           util::sha256_hex(value.to_string()).substr(0, 16);
}

std::string join(const std::vector<NodePtr>& kids, std::string_view separator, bool sorted) {
    std::vector<std::string> texts;
    texts.reserve(kids.size());
    for (const NodePtr& kid : kids) texts.push_back(print(kid));
    if (sorted) std::sort(texts.begin(), texts.end());
    std::string out;
    for (const std::string& text : texts) {
        if (!out.empty()) out += separator;
        out += text;
    }
    return out;
}

std::string bracketed(char open, const std::string& text, char close) {
    std::string out(1, open);
    out += text;
    out += close;
    return out;
}

std::string print_structure(const Node& node) {
    switch (node.kind) {
        case Kind::kTuple:
            return node.text.substr(0, 1) + join(node.kids, ", ", false) + node.text.substr(1);
        case Kind::kSet:
            return bracketed('{', join(node.kids, ", ", true), '}');
        case Kind::kUnion:
            return join(node.kids, " u ", true);
        case Kind::kMinus:
            return join(node.kids, " \\ ", false);
        case Kind::kRelation:
            return print(node.kids[0]) + " " + node.text + " " + print(node.kids[1]);
        case Kind::kMatrix:
            return "matrix" + std::to_string(node.columns) + "(" + join(node.kids, ", ", false) +
                   ")";
        case Kind::kRatio:
            return join(node.kids, ":", false);
        case Kind::kUnit:
            return print(node.kids[0]) + " [" + node.text + "]";
        default:
            return node.text;
    }
}

}  // namespace

std::string_view fault_code(Fault fault) {
    switch (fault) {
        case Fault::kNone:
            return "";
        case Fault::kSyntax:
            return "not_understood";
        case Fault::kTooManyTokens:
            return "answer_too_long";
        case Fault::kTooDeep:
            return "answer_too_deep";
        case Fault::kNumberTooLarge:
            return "number_too_large";
        case Fault::kTooManyElements:
            return "too_many_elements";
    }
    return "";
}

std::string_view fault_sentence(Fault fault) {
    switch (fault) {
        case Fault::kNone:
            return "";
        case Fault::kSyntax:
            return "The text is no mathematical expression that the verifier knows.";
        case Fault::kTooManyTokens:
            return "The expression has more than 4,096 parts.";
        case Fault::kTooDeep:
            return "The expression is nested more than 256 levels deep.";
        case Fault::kNumberTooLarge:
            return "The exact value would be longer than 1,048,576 bits, so it is not computed.";
        case Fault::kTooManyElements:
            return "The list has more than 1,024 elements.";
    }
    return "";
}

NodePtr make(Kind kind, std::string text, std::vector<NodePtr> kids) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->text = std::move(text);
    node->kids = std::move(kids);
    return node;
}

NodePtr number(Rational value, int decimals) {
    auto node = std::make_shared<Node>();
    node->value = std::move(value);
    node->decimals = decimals;
    return node;
}

NodePtr number(long value) {
    const Rational size(std::to_string(value < 0 ? -value : value), 0);
    return number(value < 0 ? -size : size);
}

NodePtr symbol(std::string name) { return make(Kind::kSymbol, std::move(name)); }

bool is_number(const NodePtr& node) { return node->kind == Kind::kNumber; }

bool is_symbol(const NodePtr& node, std::string_view name) {
    return node->kind == Kind::kSymbol && node->text == name;
}

bool is_scalar(const NodePtr& node) {
    switch (node->kind) {
        case Kind::kNumber:
        case Kind::kSymbol:
        case Kind::kPlusMinus:
            return true;
        case Kind::kAdd:
        case Kind::kMul:
        case Kind::kPow:
        case Kind::kFunction:
        case Kind::kDegrees:
            return std::all_of(node->kids.begin(), node->kids.end(), is_scalar);
        default:
            return false;
    }
}

std::string print(const NodePtr& node) {
    switch (node->kind) {
        case Kind::kNumber:
            return print_number(node->value);
        case Kind::kSymbol:
            return node->text;
        case Kind::kPlusMinus:
            return node->text == "+" ? "(+-1)" : "(-+1)";
        case Kind::kAdd:
            return bracketed('(', join(node->kids, " + ", true), ')');
        case Kind::kMul:
            return join(node->kids, "*", true);
        case Kind::kPow: {
            std::string out = bracketed('(', print(node->kids[0]), ')');
            out += '^';
            out += bracketed('(', print(node->kids[1]), ')');
            return out;
        }
        case Kind::kFunction:
            return node->text + "(" + join(node->kids, ", ", false) + ")";
        case Kind::kDegrees:
            return print(node->kids[0]) + " degrees";
        default:
            return print_structure(*node);
    }
}

}  // namespace veritune::verify::math
