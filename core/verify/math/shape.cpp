// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/shape.h"

#include "core/verify/math/algebra.h"
#include "core/verify/math/fold.h"
#include "core/verify/math/intervals.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace veritune::verify::math {

namespace {

bool has_kind(const NodePtr& node, Kind kind) {
    if (node->kind == kind) return true;
    return std::any_of(node->kids.begin(), node->kids.end(), [kind](const NodePtr& kid) {
        return has_kind(kid, kind);
    });
}

NodePtr rebuild(const Node& node, std::vector<NodePtr> kids, Budget& budget) {
    switch (node.kind) {
        case Kind::kAdd:
            return add(std::move(kids), budget);
        case Kind::kMul:
            return multiply(std::move(kids), budget);
        case Kind::kPow:
            return power(kids[0], kids[1], budget);
        default: {
            auto copy = std::make_shared<Node>(node);
            copy->kids = std::move(kids);
            return copy;
        }
    }
}

NodePtr choose(const NodePtr& node, bool plus, Budget& budget) {
    if (node->kind == Kind::kPlusMinus) return number((node->text == "+") == plus ? 1 : -1);
    if (!has_kind(node, Kind::kPlusMinus)) return node;
    std::vector<NodePtr> kids;
    for (const NodePtr& kid : node->kids) kids.push_back(choose(kid, plus, budget));
    return rebuild(*node, std::move(kids), budget);
}

NodePtr minus_infinity() { return make(Kind::kMul, "", {symbol("inf"), number(-1)}); }

NodePtr reals() { return make(Kind::kTuple, "()", {minus_infinity(), symbol("inf")}); }

bool is_variable(const NodePtr& node) {
    return node->kind == Kind::kSymbol && node->text != "pi" && node->text != "e" &&
           node->text != "i" && node->text != "inf";
}

/// AB, |AB|, ABC: a segment, its length, an area.
bool is_points(const NodePtr& node) {
    if (node->kind == Kind::kFunction && node->text == "abs") {
        return is_points(node->kids[0]) || node->kids[0]->kind == Kind::kText;
    }
    if (node->kind != Kind::kMul || node->kids.size() > 4) return false;
    return std::all_of(node->kids.begin(), node->kids.end(), [](const NodePtr& kid) {
        return kid->kind == Kind::kSymbol && kid->text.size() == 1 && kid->text[0] >= 'A' &&
               kid->text[0] <= 'Z';
    });
}

/// x, f(x), P_2: what may stand left of "=" as a name.
bool is_name(const NodePtr& node) {
    if (is_variable(node) || is_points(node)) return true;
    if (node->kind != Kind::kMul || node->kids.size() != 2) return false;
    return std::all_of(node->kids.begin(), node->kids.end(), is_variable) &&
           std::string_view("fghFGPQpqrTSRV").find(node->kids[0]->text[0]) !=
               std::string_view::npos;
}

/// "x > 2" as an interval; nullptr when no side is a lone variable.
NodePtr interval_of(const Node& node) {
    std::string sign = node.text;
    NodePtr bound = node.kids[1];
    if (!is_variable(node.kids[0])) {
        if (!is_variable(node.kids[1])) return nullptr;
        bound = node.kids[0];
        sign[0] = sign[0] == '<' ? '>' : '<';
    }
    if (!is_scalar(bound)) return nullptr;
    const bool closed = sign.size() == 2;
    if (sign[0] == '<') return make(Kind::kTuple, closed ? "(]" : "()", {minus_infinity(), bound});
    return make(Kind::kTuple, closed ? "[)" : "()", {bound, symbol("inf")});
}

bool names_in_order(const NodePtr& names, const NodePtr& values) {
    if (names->kind != Kind::kTuple || values->kind != Kind::kTuple || names->text != "()" ||
        names->kids.size() != values->kids.size()) {
        return false;
    }
    for (std::size_t i = 0; i < names->kids.size(); ++i) {
        if (!is_variable(names->kids[i])) return false;
        if (i > 0 && names->kids[i - 1]->text >= names->kids[i]->text) return false;
    }
    return true;
}

/// x_1, x_2, ...: the solutions of one unknown, or the entries of a vector.
bool is_indexed(const std::map<std::string, NodePtr>& values) {
    const std::string& first = values.begin()->first;
    const std::size_t stem = first.find('_');
    return stem != std::string::npos &&
           std::all_of(values.begin(), values.end(), [&](const auto& entry) {
               return entry.first.compare(0, stem + 1, first, 0, stem + 1) == 0;
           });
}

NodePtr shape_relation(const NodePtr& node, Budget& budget) {
    if (node->text == "in") return shape(node->kids[1], budget);
    if (node->text == "!=" && is_variable(node->kids[0])) {
        return make(Kind::kMinus, "", {reals(), make(Kind::kSet, "", {node->kids[1]})});
    }
    if (node->text[0] == '<' || node->text[0] == '>') {
        if (NodePtr interval = interval_of(*node)) return interval;
        return node;
    }
    // "{x | ...}" does not come here; "x = {1, 2}" and "x = ±2" are their right sides.
    const NodePtr right = shape(node->kids[1], budget);
    if (right->kind == Kind::kSet && is_variable(node->kids[0])) return right;
    if (names_in_order(node->kids[0], right)) return right;  // (x, y) = (1, 2)
    return make(Kind::kRelation, node->text, {node->kids[0], right});
}

bool is_interval(const NodePtr& node) {
    return node->kind == Kind::kTuple && node->kids.size() == 2;
}

NodePtr shape_set(const NodePtr& node, Budget& budget) {
    std::vector<NodePtr> kids;
    std::map<std::string, NodePtr> values;
    bool assignments = true;
    std::size_t inequalities = 0;
    std::size_t excluded = 0;
    for (const NodePtr& kid : node->kids) {
        const bool relation = kid->kind == Kind::kRelation;
        if (relation && (kid->text[0] == '<' || kid->text[0] == '>')) ++inequalities;
        if (relation && kid->text == "!=") ++excluded;
        NodePtr shaped = shape(kid, budget);
        std::string name;
        const NodePtr value = assigned_value(shaped, name);
        assignments = assignments && value != nullptr;
        if (value) values[name] = value;
        if (shaped->kind == Kind::kSet && node->kids.size() > 1 && kid->kind != Kind::kSet) {
            kids.insert(kids.end(), shaped->kids.begin(), shaped->kids.end());
        } else {
            kids.push_back(std::move(shaped));
        }
    }
    // "0 < x < 1" came as an interval from the parser; one "x < 2" beside it tells that all are.
    if (inequalities > 0 && std::all_of(kids.begin(), kids.end(), is_interval)) {
        return kids.size() == 1 ? kids.front() : make(Kind::kUnion, kListed, std::move(kids));
    }
    if (excluded > 1 && excluded == kids.size()) {
        std::vector<NodePtr> points;
        for (const NodePtr& kid : kids) points.push_back(kid->kids[1]->kids[0]);
        return make(Kind::kMinus, "", {reals(), make(Kind::kSet, "", std::move(points))});
    }
    if (assignments && kids.size() > 1) {
        std::vector<NodePtr> ordered;
        if (values.size() == kids.size()) {
            for (const auto& [name, value] : values) ordered.push_back(value);
            return make(Kind::kTuple, is_indexed(values) ? kIndexed : "()", std::move(ordered));
        }
        if (values.size() == 1) {
            for (const NodePtr& kid : kids) {
                std::string name;
                ordered.push_back(assigned_value(kid, name));
            }
            return make(Kind::kSet, "", std::move(ordered));
        }
    }
    return make(Kind::kSet, "", std::move(kids));
}

}  // namespace

NodePtr assigned_value(const NodePtr& node, std::string& name) {
    if (node->kind != Kind::kRelation || node->text != "=") return nullptr;
    for (const int side : {0, 1}) {
        const NodePtr& left = node->kids[static_cast<std::size_t>(side)];
        const NodePtr& right = node->kids[static_cast<std::size_t>(1 - side)];
        if (!is_name(left)) continue;
        if (is_variable(left) && has_symbol(right, left->text)) continue;
        name = print(left);
        return right;
    }
    return nullptr;
}

NodePtr shape(const NodePtr& tree, Budget& budget) {
    if (tree->kind == Kind::kSet) return shape_set(tree, budget);
    if (has_kind(tree, Kind::kPlusMinus)) {
        return make(Kind::kSet,
                    "",
                    {shape(choose(tree, true, budget), budget),
                     shape(choose(tree, false, budget), budget)});
    }
    if (tree->kind == Kind::kRelation) return shape_relation(tree, budget);
    if (tree->kind == Kind::kAtom && tree->text == "reals") return reals();
    if (tree->kind == Kind::kMinus || tree->kind == Kind::kUnion) {
        std::vector<NodePtr> kids;
        for (const NodePtr& kid : tree->kids) kids.push_back(shape(kid, budget));
        return make(tree->kind, tree->text, std::move(kids));
    }
    return tree;
}

}  // namespace veritune::verify::math
