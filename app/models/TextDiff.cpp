// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/TextDiff.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace veritune::app {
namespace {

bool isContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

bool endsWord(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == ';' || c == ',' || c == '.';
}

using Words = std::vector<std::string_view>;

Words splitWords(std::string_view text) {
    Words words;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!endsWord(text[i]) && i + 1 < text.size()) continue;
        words.push_back(text.substr(begin, i + 1 - begin));
        begin = i + 1;
    }
    return words;
}

/// Collects words and joins neighbours of one kind.
class PieceList {
  public:
    void add(DiffPiece::Kind kind, std::size_t oldBytes, std::size_t newBytes) {
        if (oldBytes + newBytes == 0) return;
        if (m_pieces.empty() || m_pieces.back().kind != kind) {
            m_pieces.push_back({kind, m_old, m_old, m_new, m_new});
        }
        m_old += oldBytes;
        m_new += newBytes;
        m_pieces.back().oldEnd = m_old;
        m_pieces.back().newEnd = m_new;
    }
    std::vector<DiffPiece> take() { return std::move(m_pieces); }

  private:
    std::vector<DiffPiece> m_pieces;
    std::size_t m_old = 0;
    std::size_t m_new = 0;
};

enum class Move : unsigned char { kSame, kRemove, kAdd };

/// Greedy search for the shortest edit script (E. Myers, "An O(ND) Difference Algorithm", 1986):
/// after each number of edits, the furthest point on every diagonal. nullopt beyond maxEdits.
class EditSearch {
  public:
    EditSearch(const Words& a, const Words& b)
        : m_a(a),
          m_b(b) {}

    std::optional<std::vector<Move>> run(std::size_t maxEdits) {
        const auto limit = static_cast<std::ptrdiff_t>(std::min(maxEdits, m_a.size() + m_b.size()));
        std::vector<std::ptrdiff_t> furthest(static_cast<std::size_t>(2 * limit + 3), 0);
        const std::ptrdiff_t mid = limit + 1;
        for (std::ptrdiff_t edits = 0; edits <= limit; ++edits) {
            for (std::ptrdiff_t k = -edits; k <= edits; k += 2) {
                const auto slot = static_cast<std::size_t>(mid + k);
                const bool down =
                    k == -edits || (k != edits && furthest[slot - 1] < furthest[slot + 1]);
                const std::ptrdiff_t x =
                    slide(down ? furthest[slot + 1] : furthest[slot - 1] + 1, k);
                furthest[slot] = x;
                if (x >= size(m_a) && x - k >= size(m_b)) {
                    remember(furthest, mid, edits);
                    return trace(edits);
                }
            }
            remember(furthest, mid, edits);
        }
        return std::nullopt;
    }

  private:
    static std::ptrdiff_t size(const Words& words) {
        return static_cast<std::ptrdiff_t>(words.size());
    }
    std::ptrdiff_t slide(std::ptrdiff_t x, std::ptrdiff_t k) const {
        while (x < size(m_a) && x - k < size(m_b) &&
               m_a[static_cast<std::size_t>(x)] == m_b[static_cast<std::size_t>(x - k)]) {
            ++x;
        }
        return x;
    }
    /// Only the diagonals that `edits` can reach are kept.
    void remember(const std::vector<std::ptrdiff_t>& furthest,
                  std::ptrdiff_t mid,
                  std::ptrdiff_t edits) {
        m_history.emplace_back(furthest.begin() + (mid - edits),
                               furthest.begin() + (mid + edits + 1));
    }
    std::ptrdiff_t at(std::ptrdiff_t edits, std::ptrdiff_t k) const {
        const auto& row = m_history[static_cast<std::size_t>(edits)];
        return row[static_cast<std::size_t>(k + edits)];
    }
    std::vector<Move> trace(std::ptrdiff_t edits) const {
        std::vector<Move> moves;
        std::ptrdiff_t x = size(m_a);
        std::ptrdiff_t k = x - size(m_b);
        for (; edits > 0; --edits) {
            const bool down =
                k == -edits || (k != edits && value(edits - 1, k - 1) < value(edits - 1, k + 1));
            const std::ptrdiff_t from =
                down ? value(edits - 1, k + 1) : value(edits - 1, k - 1) + 1;
            moves.insert(moves.end(), static_cast<std::size_t>(x - from), Move::kSame);
            moves.push_back(down ? Move::kAdd : Move::kRemove);
            k += down ? 1 : -1;
            x = down ? from : from - 1;
        }
        moves.insert(moves.end(), static_cast<std::size_t>(x), Move::kSame);
        std::reverse(moves.begin(), moves.end());
        return moves;
    }
    /// As in run(): a diagonal that was never reached holds 0.
    std::ptrdiff_t value(std::ptrdiff_t edits, std::ptrdiff_t k) const {
        return k < -edits || k > edits ? 0 : at(edits, k);
    }

    const Words& m_a;
    const Words& m_b;
    std::vector<std::vector<std::ptrdiff_t>> m_history;
};

void addCoarse(const Words& a, const Words& b, PieceList& pieces) {
    std::size_t begin = 0;
    while (begin < a.size() && begin < b.size() && a[begin] == b[begin]) ++begin;
    std::size_t tail = 0;
    while (tail < a.size() - begin && tail < b.size() - begin &&
           a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
        ++tail;
    }
    for (std::size_t i = 0; i < begin; ++i) {
        pieces.add(DiffPiece::Kind::kSame, a[i].size(), a[i].size());
    }
    for (std::size_t i = begin; i < a.size() - tail; ++i) {
        pieces.add(DiffPiece::Kind::kRemoved, a[i].size(), 0);
    }
    for (std::size_t i = begin; i < b.size() - tail; ++i) {
        pieces.add(DiffPiece::Kind::kAdded, 0, b[i].size());
    }
    for (std::size_t i = a.size() - tail; i < a.size(); ++i) {
        pieces.add(DiffPiece::Kind::kSame, a[i].size(), a[i].size());
    }
}

}  // namespace

std::size_t commonPrefix(std::string_view a, std::string_view b) {
    const std::size_t limit = std::min(a.size(), b.size());
    std::size_t same = 0;
    while (same < limit && a[same] == b[same]) ++same;
    const auto cutsCharacter = [same](std::string_view text) {
        return same < text.size() && isContinuation(text[same]);
    };
    if (cutsCharacter(a) || cutsCharacter(b)) {
        while (same > 0 && isContinuation(a[same - 1])) --same;
        if (same > 0) --same;
    }
    return same;
}

std::size_t commonPrefix(const std::vector<std::string_view>& texts) {
    if (texts.empty()) return 0;
    std::size_t same = texts.front().size();
    for (const std::string_view text : texts) {
        same = std::min(same, commonPrefix(texts.front(), text));
    }
    return same;
}

std::vector<DiffPiece> wordDiff(std::string_view before,
                                std::string_view after,
                                std::size_t maxEdits) {
    const Words a = splitWords(before);
    const Words b = splitWords(after);
    PieceList pieces;
    const std::optional<std::vector<Move>> moves = EditSearch(a, b).run(maxEdits);
    if (!moves) {
        addCoarse(a, b, pieces);
        return pieces.take();
    }
    std::size_t i = 0;
    std::size_t j = 0;
    for (const Move move : *moves) {
        const std::size_t oldBytes = move == Move::kAdd ? 0 : a[i++].size();
        const std::size_t newBytes = move == Move::kRemove ? 0 : b[j++].size();
        pieces.add(move == Move::kSame     ? DiffPiece::Kind::kSame
                   : move == Move::kRemove ? DiffPiece::Kind::kRemoved
                                           : DiffPiece::Kind::kAdded,
                   oldBytes,
                   newBytes);
    }
    return pieces.take();
}

}  // namespace veritune::app
