// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::train {

/// A verified chain that may become a demonstration.
struct Candidate {
    std::size_t sample = 0;  ///< index in its group
    std::string text;        ///< completion
    std::int64_t tokens = 0;
};

/// White space folded, ends trimmed.
std::string normalise_chain(std::string_view text);
/// The chain's equations ("a=b" pieces between ; , and line ends) as a sorted set, or the
/// normalised text when it has none: two chains with the same key took the same path.
std::string path_key(std::string_view text);

struct Selection {
    std::vector<std::size_t> samples;  ///< of the chosen candidates, ascending
    std::int64_t duplicates = 0;
};

/// Chooses at most `most` chains of one prompt: duplicates (same text or same path) go first, then
/// the shortest is taken and after it always the one that differs most from those already taken
/// (character trigrams, Jaccard), shorter on ties. threads  pure; source  arXiv 2308.01825
/// (distinct paths); test  rejection_select_test.cpp
Selection select_chains(const std::vector<Candidate>& candidates, std::int64_t most);

}  // namespace veritune::train
