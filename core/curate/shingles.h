// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/curate/watch.h"

#include <cstdint>
#include <string>
#include <vector>

/// Word 5-grams of many texts as sets of numbers; private to core/curate.
namespace veritune::curate {

struct ShingleSets {
    /// Distinct shingles of each text, rarest first (ties by number): what a prefix filter wants.
    /// Empty for a text without a word.
    std::vector<std::vector<std::uint32_t>> sets;
    std::vector<std::uint64_t> hash;  ///< by shingle, of its words: the same in any order of rows
};

/// errors  kCancelled
util::Result<ShingleSets> make_shingles(const std::vector<std::string>& texts, const Watch& watch);

/// Shared shingles over all shingles of two ascending sets; 0 for two empty ones.
double jaccard(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b);

}  // namespace veritune::curate
