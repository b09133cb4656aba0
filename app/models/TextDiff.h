// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace veritune::app {

/// Bytes that both texts begin with; never ends inside a UTF-8 character.
std::size_t commonPrefix(std::string_view a, std::string_view b);

/// Bytes that all texts begin with; 0 for none. One text shares all of itself.
std::size_t commonPrefix(const std::vector<std::string_view>& texts);

/// A piece of a comparison: bytes [begin, end) of the old or the new text.
struct DiffPiece {
    enum class Kind { kSame, kRemoved, kAdded };
    Kind kind = Kind::kSame;
    std::size_t oldBegin = 0;
    std::size_t oldEnd = 0;  ///< empty for kAdded
    std::size_t newBegin = 0;
    std::size_t newEnd = 0;  ///< empty for kRemoved
};

/// Shortest edit between two texts in whole words (words as in RepeatedPassages.h). Pieces follow
/// one another and cover both texts. When more than `maxEdits` words differ, what lies between the
/// common beginning and the common end is one removal and one addition: exact, only coarser.
/// cost  O((words) x edits) time, O(edits^2) memory; threads  pure; test  chain_diff_test.cpp
std::vector<DiffPiece> wordDiff(std::string_view before,
                                std::string_view after,
                                std::size_t maxEdits = 600);

}  // namespace veritune::app
