// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/intervals.h"

#include "core/verify/math/balls.h"

#include <algorithm>
#include <utility>

namespace veritune::verify::math {

namespace {

/// More pieces than this are not put in order: each step costs several balls.
constexpr std::size_t kMaxPieces = 64;

int infinity_sign(const NodePtr& node) {
    if (is_symbol(node, "inf")) return 1;
    if (node->kind == Kind::kMul && node->kids.size() == 2 && is_symbol(node->kids[0], "inf") &&
        is_number(node->kids[1])) {
        return node->kids[1]->value < Rational() ? -1 : 1;
    }
    return 0;
}

std::optional<int> order(const NodePtr& a, const NodePtr& b, Budget& budget) {
    const int left = infinity_sign(a);
    const int right = infinity_sign(b);
    if (left != 0 || right != 0) return left == right ? 0 : (left < right ? -1 : 1);
    if (is_number(a) && is_number(b)) {
        if (a->value == b->value) return 0;
        return a->value < b->value ? -1 : 1;
    }
    if (!is_scalar(a) || !is_scalar(b)) return std::nullopt;
    return ball_order(a, b, budget);
}

using Pieces = std::optional<std::vector<Piece>>;

Pieces raw_pieces(const NodePtr& node);

Pieces joined(const Node& node) {
    std::vector<Piece> out;
    for (const NodePtr& kid : node.kids) {
        Pieces next = raw_pieces(kid);
        if (!next || out.size() + next->size() > kMaxPieces) return std::nullopt;
        out.insert(out.end(), next->begin(), next->end());
    }
    return out;
}

Pieces raw_pieces(const NodePtr& node) {
    if (node->kind == Kind::kTuple && node->kids.size() == 2) {
        Piece piece{.low = node->kids[0],
                    .high = node->kids[1],
                    .low_closed = node->text[0] == '[',
                    .high_closed = node->text[1] == ']'};
        // A bracket at infinity means nothing.
        if (infinity_sign(piece.low) != 0) piece.low_closed = false;
        if (infinity_sign(piece.high) != 0) piece.high_closed = false;
        return std::vector<Piece>{std::move(piece)};
    }
    if (node->kind == Kind::kUnion) return joined(*node);
    if (node->kind == Kind::kAtom && node->text == "empty") return std::vector<Piece>{};
    if (node->kind == Kind::kSet) {
        std::vector<Piece> out;
        for (const NodePtr& kid : node->kids) {
            if (!is_scalar(kid) || out.size() >= kMaxPieces) return std::nullopt;
            out.push_back({.low = kid, .high = kid, .low_closed = true, .high_closed = true});
        }
        return out;
    }
    return std::nullopt;
}

/// Stable insertion sort by the lower end; false when two ends have no order.
bool sort_pieces(std::vector<Piece>& pieces, Budget& budget) {
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        for (std::size_t j = i; j > 0; --j) {
            const std::optional<int> side = order(pieces[j - 1].low, pieces[j].low, budget);
            if (!side) return false;
            const bool closed_first =
                *side == 0 && pieces[j].low_closed && !pieces[j - 1].low_closed;
            if (*side < 0 || (*side == 0 && !closed_first)) break;
            std::swap(pieces[j - 1], pieces[j]);
        }
    }
    return true;
}

Pieces merged(std::vector<Piece> pieces, Budget& budget) {
    if (!sort_pieces(pieces, budget)) return std::nullopt;
    std::vector<Piece> out;
    for (Piece& piece : pieces) {
        if (out.empty()) {
            out.push_back(std::move(piece));
            continue;
        }
        Piece& last = out.back();
        const std::optional<int> gap = order(last.high, piece.low, budget);
        if (!gap) return std::nullopt;
        if (*gap < 0 || (*gap == 0 && !last.high_closed && !piece.low_closed)) {
            out.push_back(std::move(piece));
            continue;
        }
        const std::optional<int> end = order(last.high, piece.high, budget);
        if (!end) return std::nullopt;
        if (*end < 0) {
            last.high = piece.high;
            last.high_closed = piece.high_closed;
        } else if (*end == 0) {
            last.high_closed = last.high_closed || piece.high_closed;
        }
    }
    return out;
}

/// The pieces without one point.
Pieces without_point(const std::vector<Piece>& pieces, const NodePtr& point, Budget& budget) {
    std::vector<Piece> out;
    for (const Piece& piece : pieces) {
        const std::optional<int> low = order(piece.low, point, budget);
        const std::optional<int> high = order(point, piece.high, budget);
        if (!low || !high) return std::nullopt;
        if (*low > 0 || *high > 0) {
            out.push_back(piece);
            continue;
        }
        Piece left = piece;
        left.high = point;
        left.high_closed = false;
        Piece right = piece;
        right.low = point;
        right.low_closed = false;
        if (*low < 0) out.push_back(std::move(left));
        if (*high < 0) out.push_back(std::move(right));
    }
    return out;
}

}  // namespace

std::optional<std::vector<Piece>> pieces_of(const NodePtr& node, Budget& budget) {
    if (node->kind != Kind::kMinus) {
        Pieces raw = raw_pieces(node);
        if (!raw) return std::nullopt;
        const std::size_t written = raw->size();
        Pieces pieces = merged(std::move(*raw), budget);
        const bool listed = node->kind == Kind::kUnion && node->text == kListed;
        return listed && pieces && pieces->size() != written ? std::nullopt : pieces;
    }
    Pieces left = pieces_of(node->kids[0], budget);
    if (!left || node->kids[1]->kind != Kind::kSet || node->kids[1]->kids.size() > kMaxPieces) {
        return std::nullopt;
    }
    for (const NodePtr& point : node->kids[1]->kids) {
        if (!left) return std::nullopt;
        left = without_point(*left, point, budget);
    }
    return left;
}

}  // namespace veritune::verify::math
