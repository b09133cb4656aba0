// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/curate/watch.h"
#include "core/data/problem.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace veritune::curate {

struct SplitOptions {
    double val_share = 0.1;  ///< of the rows, >= 0
    double test_share = 0.1;
    std::uint64_t seed = 1;
    /// Rows that are in `test` already stay there with their whole cluster, and no other row joins
    /// them.
    bool keep_test = true;
};

struct SplitReport {
    /// By row; rows held out or in quarantine keep their split and are in none of the counts.
    std::vector<data::Split> split;
    std::array<std::int64_t, 3> rows{};  ///< train, val, test
    std::int64_t clusters = 0;
    std::int64_t largest_cluster = 0;
    /// Rows of train, val, test by "family/level".
    std::map<std::string, std::array<std::int64_t, 3>> strata;
    std::int64_t moved = 0;  ///< rows whose split is another one than before
};

/// Divides a set so that no cluster (duplicates, or one template of a generator) is on two sides
/// and every stratum (family x level) is on all sides in its share, as far as clusters allow.
/// cluster  by row, from DuplicateReport::cluster; rows with one number stay together; empty: every
///   row is its own
/// The result depends on the problems' texts and ids and the seed, not on the order of the rows.
/// errors  kInvalidArgument (shares; a cluster list of another size)
util::Result<SplitReport> split_by_cluster(const std::vector<data::Problem>& problems,
                                           const std::vector<std::int64_t>& cluster,
                                           const SplitOptions& options);

}  // namespace veritune::curate
