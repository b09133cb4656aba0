// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/compare.h"

#include "core/verify/math/algebra.h"
#include "core/verify/math/fold.h"
#include "core/verify/math/intervals.h"
#include "core/verify/math/lexer.h"
#include "core/verify/math/shape.h"

#include <algorithm>
#include <sstream>
#include <utility>

namespace veritune::verify::math {

namespace {

/// Sets over this many elements are compared by their normal forms only.
constexpr std::size_t kMaxMatching = 64;

bool equal_in_order(const std::vector<NodePtr>& gold,
                    const std::vector<NodePtr>& answer,
                    Comparing& how) {
    if (gold.size() != answer.size()) return false;
    for (std::size_t i = 0; i < gold.size(); ++i) {
        if (!equal(gold[i], answer[i], how)) return false;
    }
    return true;
}

/// Without what says the same twice: {1, 2, 2} = {1, 2}.
std::vector<NodePtr> distinct(const std::vector<NodePtr>& kids) {
    std::vector<std::pair<std::string, NodePtr>> seen;
    for (const NodePtr& kid : kids) {
        std::string text = print(kid);
        const bool known = std::any_of(
            seen.begin(), seen.end(), [&text](const auto& entry) { return entry.first == text; });
        if (!known) seen.emplace_back(std::move(text), kid);
    }
    std::vector<NodePtr> out;
    for (auto& entry : seen) out.push_back(std::move(entry.second));
    return out;
}

/// Equality of elements is an equivalence, so taking the first partner loses nothing.
bool equal_sets(const std::vector<NodePtr>& gold_kids,
                const std::vector<NodePtr>& answer_kids,
                Comparing& how) {
    const std::vector<NodePtr> gold = distinct(gold_kids);
    std::vector<NodePtr> answer = distinct(answer_kids);
    if (gold.size() != answer.size() || gold.size() > kMaxMatching) return false;
    for (const NodePtr& element : gold) {
        const auto partner = std::find_if(answer.begin(), answer.end(), [&](const NodePtr& other) {
            return equal(element, other, how);
        });
        if (partner == answer.end()) return false;
        answer.erase(partner);
    }
    return true;
}

bool equal_pieces(const NodePtr& gold, const NodePtr& answer, Comparing& how) {
    const auto left = pieces_of(gold, *how.budget);
    const auto right = pieces_of(answer, *how.budget);
    if (!left || !right || left->size() != right->size()) return false;
    how.used("exact");
    for (std::size_t i = 0; i < left->size(); ++i) {
        const Piece& a = (*left)[i];
        const Piece& b = (*right)[i];
        if (a.low_closed != b.low_closed || a.high_closed != b.high_closed) return false;
        if (!equal_scalars(a.low, b.low, how) || !equal_scalars(a.high, b.high, how)) return false;
    }
    return true;
}

bool equal_tuples(const NodePtr& gold, const NodePtr& answer, Comparing& how) {
    if (gold->kids.size() == 2 && gold->text != answer->text)
        return equal_pieces(gold, answer, how);
    return gold->text == answer->text && equal_in_order(gold->kids, answer->kids, how);
}

/// A ratio is the same when one factor turns all parts into the other's.
bool equal_ratios(const NodePtr& gold, const NodePtr& answer, Comparing& how) {
    if (gold->kids.size() != answer->kids.size()) return false;
    for (std::size_t i = 1; i < gold->kids.size(); ++i) {
        const NodePtr left = multiply({gold->kids[0], answer->kids[i]}, *how.budget);
        const NodePtr right = multiply({answer->kids[0], gold->kids[i]}, *how.budget);
        if (!is_scalar(left) || !is_scalar(right) || !equal_scalars(left, right, how)) return false;
    }
    const auto is_zero = [](const NodePtr& part) {
        return is_number(part) && part->value.is_zero();
    };
    return is_zero(gold->kids[0]) == is_zero(answer->kids[0]);
}

NodePtr difference_of(const NodePtr& relation, bool swap, Comparing& how) {
    const NodePtr& left = relation->kids[swap ? 1 : 0];
    const NodePtr& right = relation->kids[swap ? 0 : 1];
    if (!is_scalar(left) || !is_scalar(right)) return nullptr;
    return add({left, negate(right, *how.budget)}, *how.budget);
}

bool equal_relations(const NodePtr& gold, const NodePtr& answer, Comparing& how) {
    std::string gold_name;
    std::string answer_name;
    const NodePtr gold_value = assigned_value(gold, gold_name);
    const NodePtr answer_value = assigned_value(answer, answer_name);
    if (gold_value && answer_value && gold_name == answer_name) {
        return equal(gold_value, answer_value, how);
    }
    if (gold->text == "=" && answer->text == "=") {
        const NodePtr left = difference_of(gold, false, how);
        const NodePtr right = difference_of(answer, false, how);
        return left && right && proportional_scalars(left, right, how);
    }
    const bool gold_swap = gold->text[0] == '>';
    const bool answer_swap = answer->text[0] == '>';
    if (gold->text.size() != answer->text.size() || gold->text == "!=" || answer->text == "!=" ||
        gold->text == "=" || answer->text == "=") {
        return false;
    }
    const NodePtr left = difference_of(gold, gold_swap, how);
    const NodePtr right = difference_of(answer, answer_swap, how);
    return left && right && equal_scalars(left, right, how);
}

std::vector<std::string> words_of(const std::string& unit) {
    std::istringstream in(unit);
    std::vector<std::string> out;
    for (std::string word; in >> word;) out.push_back(word);
    return out;
}

/// The answer's unit fits the gold's: the same, or one noun phrase inside the other.
bool units_fit(const std::string& gold, const std::string& answer) {
    if (gold == answer) return true;
    if (is_physical_unit(gold) || is_physical_unit(answer)) return false;
    const std::vector<std::string> left = words_of(gold);
    const std::vector<std::string> right = words_of(answer);
    const auto inside = [](const auto& part, const auto& whole) {
        return std::all_of(part.begin(), part.end(), [&whole](const std::string& word) {
            return std::find(whole.begin(), whole.end(), word) != whole.end();
        });
    };
    return inside(left, right) || inside(right, left);
}

/// "5m" where the gold says "5 \text{ m}": the letter is the unit.
NodePtr without_unit_letter(const NodePtr& answer, const std::string& unit, Comparing& how) {
    if (answer->kind != Kind::kMul) return nullptr;
    std::vector<NodePtr> rest;
    bool found = false;
    for (const NodePtr& kid : answer->kids) {
        const bool match =
            !found && kid->kind == Kind::kSymbol && canonical_unit(kid->text) == unit;
        found = found || match;
        if (!match) rest.push_back(kid);
    }
    return found ? multiply(std::move(rest), *how.budget) : nullptr;
}

bool equal_units(const NodePtr& gold, const NodePtr& answer, Comparing& how) {
    const bool gold_unit = gold->kind == Kind::kUnit;
    const bool answer_unit = answer->kind == Kind::kUnit;
    if (gold_unit && answer_unit) {
        return units_fit(gold->text, answer->text) && equal(gold->kids[0], answer->kids[0], how);
    }
    if (gold_unit) {
        if (equal(gold->kids[0], answer, how)) return true;
        const NodePtr bare = without_unit_letter(answer, gold->text, how);
        return bare && equal(gold->kids[0], bare, how);
    }
    return equal(gold, answer->kids[0], how);
}

/// 90° = 90 where one side left the sign out, and 90° = pi/2.
bool equal_degrees(const NodePtr& gold, const NodePtr& answer, Comparing& how) {
    const bool both = gold->kind == answer->kind;
    const NodePtr left = gold->kind == Kind::kDegrees ? gold->kids[0] : gold;
    const NodePtr right = answer->kind == Kind::kDegrees ? answer->kids[0] : answer;
    if (!is_scalar(left) || !is_scalar(right)) return false;
    if (equal_scalars(left, right, how)) return true;
    return !both && equal_scalars(gold, answer, how);
}

bool is_vector(const NodePtr& node) { return node->kind == Kind::kMatrix && node->columns == 1; }

bool equal_same_kind(const NodePtr& gold, const NodePtr& answer, Comparing& how) {
    switch (gold->kind) {
        case Kind::kTuple:
            return equal_tuples(gold, answer, how);
        case Kind::kSet:
            return equal_sets(gold->kids, answer->kids, how);
        case Kind::kRelation:
            return equal_relations(gold, answer, how);
        case Kind::kMatrix:
            return gold->columns == answer->columns && gold->text == answer->text &&
                   equal_in_order(gold->kids, answer->kids, how);
        case Kind::kRatio:
            return equal_ratios(gold, answer, how);
        case Kind::kUnion:
        case Kind::kMinus:
            return equal_pieces(gold, answer, how);
        default:
            return false;  // atoms, texts, times and bases have equal normal forms or differ
    }
}

bool is_line(const NodePtr& node) {
    return node->kind == Kind::kUnion || node->kind == Kind::kMinus ||
           (node->kind == Kind::kTuple && node->kids.size() == 2);
}

bool is_indexed(const NodePtr& node) {
    return node->kind == Kind::kTuple && node->text == kIndexed;
}

/// "x_1 = 2, x_2 = -2" is the set of solutions where the other side is a set, else a tuple.
bool equal_indexed(const NodePtr& gold, const NodePtr& answer, Comparing& how) {
    const bool set = gold->kind == Kind::kSet || answer->kind == Kind::kSet;
    const auto plain = [set](const NodePtr& node) {
        if (!is_indexed(node)) return node;
        return set ? make(Kind::kSet, "", node->kids) : make(Kind::kTuple, "()", node->kids);
    };
    return equal(plain(gold), plain(answer), how);
}

/// "2 + 3 = 5": both sides have to be the gold.
bool is_identity(const NodePtr& node) {
    return node->text == "=" && is_scalar(node->kids[0]) && is_scalar(node->kids[1]) &&
           variables_of(node->kids[0], node->kids[1]).empty();
}

bool equal_words(const NodePtr& gold, const NodePtr& answer) {
    const auto letter = [](const NodePtr& node) {
        return node->kind == Kind::kText && node->text.size() == 1;
    };
    // \text{a} and a
    if (letter(gold) && answer->kind == Kind::kSymbol) return gold->text == answer->text;
    if (letter(answer) && gold->kind == Kind::kSymbol) return gold->text == answer->text;
    return false;
}

}  // namespace

bool equal(const NodePtr& gold, const NodePtr& answer, Comparing& how) {
    ++how.budget->operations;
    if (print(gold) == print(answer)) return true;
    if (is_indexed(gold) || is_indexed(answer)) return equal_indexed(gold, answer, how);
    if (gold->kind == Kind::kUnit || answer->kind == Kind::kUnit)
        return equal_units(gold, answer, how);
    if (gold->kind == Kind::kDegrees || answer->kind == Kind::kDegrees) {
        return equal_degrees(gold, answer, how);
    }
    if (is_scalar(gold) && is_scalar(answer)) return equal_scalars(gold, answer, how);
    if (gold->kind == answer->kind) return equal_same_kind(gold, answer, how);
    std::string name;
    if (answer->kind == Kind::kRelation) {
        if (is_identity(answer)) {
            return equal(gold, answer->kids[0], how) && equal(gold, answer->kids[1], how);
        }
        const NodePtr value = assigned_value(answer, name);
        return value && equal(gold, value, how);
    }
    if (gold->kind == Kind::kRelation) {
        const NodePtr value = assigned_value(gold, name);
        return value && equal(value, answer, how);
    }
    if (gold->kind == Kind::kUnion && answer->kind == Kind::kSet &&
        std::all_of(answer->kids.begin(), answer->kids.end(), is_line)) {
        return equal_pieces(gold, make(Kind::kUnion, kListed, answer->kids), how);
    }
    if (is_line(gold) && (is_line(answer) || answer->kind == Kind::kSet)) {
        return equal_pieces(gold, answer, how);
    }
    if (is_vector(gold) && answer->kind == Kind::kTuple && answer->text == "()") {
        return equal_in_order(gold->kids, answer->kids, how);
    }
    if (is_vector(answer) && gold->kind == Kind::kTuple && gold->text == "()") {
        return equal_in_order(gold->kids, answer->kids, how);
    }
    // One element in set braces or listed twice is that element.
    if (gold->kind == Kind::kSet || answer->kind == Kind::kSet) {
        const auto only = [](const NodePtr& node) {
            if (node->kind != Kind::kSet) return node;
            const std::vector<NodePtr> kids = distinct(node->kids);
            // {∅} is no empty set.
            if (kids.size() != 1 || kids.front()->kind == Kind::kAtom) return NodePtr();
            return kids.front();
        };
        const NodePtr left = only(gold);
        const NodePtr right = only(answer);
        return left && right && equal(left, right, how);
    }
    return equal_words(gold, answer);
}

}  // namespace veritune::verify::math
