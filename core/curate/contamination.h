// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/curate/watch.h"

#include <cstdint>
#include <string>
#include <vector>

namespace veritune::curate {

struct ContaminationOptions {
    int words = 8;  ///< n of the n-gram: 8 (open-r1) or 13 (GPT-3's habit); 1..100
    /// Phrases that questions share without knowing each other: an n-gram that lies inside one of
    /// them does not count.
    std::vector<std::string> boilerplate{};
};

/// A row that shares words with the evaluation set.
struct Contamination {
    std::int64_t row = 0;
    std::int64_t against = 0;  ///< first row of the evaluation set with the n-gram
    std::string shared;        ///< the first shared n-gram, its words joined by one space
    std::int64_t count = 0;    ///< shared n-grams of the row
    bool operator==(const Contamination&) const = default;
};

/// Rows of `texts` that share at least one word n-gram with a text of `against`: lower case, split
/// at white space. Texts under n words share none.  pure; one entry a row, by row
/// errors  kInvalidArgument (words); kCancelled;  test  contamination_test.cpp
util::Result<std::vector<Contamination>> find_contamination(const std::vector<std::string>& texts,
                                                            const std::vector<std::string>& against,
                                                            const ContaminationOptions& options,
                                                            const Watch& watch = {});

}  // namespace veritune::curate
