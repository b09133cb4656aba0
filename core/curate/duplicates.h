// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/curate/watch.h"

#include <cstdint>
#include <string>
#include <vector>

namespace veritune::curate {

/// How candidates are found; a pair is always counted exactly afterwards.
enum class PairSearch {
    kAuto,     ///< kIndex up to 20,000 rows, kMinHash above
    kIndex,    ///< inverted index with a prefix filter: finds every pair
    kMinHash,  ///< 128 permutations, 32 bands x 4 rows (64 x 2 below 0.7): finds 99.98 % at 0.7
};

struct DuplicateOptions {
    double threshold = 0.7;  ///< Jaccard of the sets of word 5-grams, in (0, 1]
    PairSearch search = PairSearch::kAuto;
    std::uint64_t seed = 1;           ///< of the permutations
    std::int64_t max_pairs = 100000;  ///< listed; `pair_count` is never cut
};

struct DuplicatePair {
    std::int64_t first = 0;  ///< row, the smaller one
    std::int64_t second = 0;
    double similarity = 0.0;
    bool exact = false;  ///< the same text but for white space at the ends and line ends
    bool operator==(const DuplicatePair&) const = default;
};

struct DuplicateReport {
    std::vector<DuplicatePair> pairs;  ///< by first, second; at most max_pairs
    std::int64_t pair_count = 0;
    std::int64_t exact_rows = 0;  ///< rows that repeat an earlier row exactly
    /// Cluster of every row: the number of its first row. Rows joined by a chain of pairs are one.
    std::vector<std::int64_t> cluster;
    std::int64_t removable = 0;  ///< rows minus clusters
    PairSearch used = PairSearch::kIndex;
};

/// Rows that say the same: exactly (canonical text: CRLF is LF, no white space at the ends) and
/// nearly (word 5-grams; a text under 5 words is one shingle; texts without a word never match by
/// words). A pure function of texts and options.
/// cost  20,000 questions: seconds (bench/curate); memory about 12 bytes a shingle
/// errors  kInvalidArgument for a threshold outside (0, 1]; kCancelled
/// source  Xiao et al., "Efficient similarity joins for near-duplicate detection", WWW 2008
/// (prefix and size filter); Broder 1997 (MinHash);  test  duplicates_test.cpp
util::Result<DuplicateReport> find_duplicates(const std::vector<std::string>& texts,
                                              const DuplicateOptions& options,
                                              const Watch& watch = {});

}  // namespace veritune::curate
