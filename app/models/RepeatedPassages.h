// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace veritune::app {

/// A passage that is written several times in a row: what a looping model does. Bytes.
struct RepeatedPassage {
    std::size_t begin = 0;   ///< of the first copy
    std::size_t period = 0;  ///< bytes of the first copy
    std::size_t end = 0;     ///< behind the last copy
    int times = 0;           ///< whole copies, the first included

    std::size_t restBegin() const { return begin + period; }
};

/// Passages of at most 128 words that stand at least `minTimes` times in a row and cover at least
/// `minBytes`; in order, not overlapping. Words end behind white space and behind `; , .` so that
/// formulas without spaces count as well. The last copy may be cut off.
/// cost  O(words x 128) comparisons of hashes; threads  pure; test  chain_document_test.cpp
std::vector<RepeatedPassage> findRepeatedPassages(std::string_view text,
                                                  int minTimes = 4,
                                                  std::size_t minBytes = 80);

}  // namespace veritune::app
