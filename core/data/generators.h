// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"

#include <cstdint>
#include <string>
#include <vector>

namespace veritune::data {

/// What to generate. Pure function of these values: the same bytes on every machine and compiler.
struct GeneratorOptions {
    std::string family = "mod";       ///< mod | bool | trace (training.md 11)
    std::int64_t count = 1000;        ///< >= 1
    std::uint64_t seed = 1;
    int min_steps = 3;                ///< k, inclusive
    int max_steps = 7;
    /// "train" or "val": held out iff crc32(family + prompt) mod 5 == 0
    Split split = Split::kTrain;
    /// Each step of the demonstration is wrong with this probability, then continued from the wrong value.
    double error_rate = 0.0;
    bool unique = true;               ///< no prompt twice
};

/// Problems with prompt, gold (final value), verifier chain_arithmetic {family}, and `solution` = the
/// demonstration (right with error_rate 0) including the final '$' of the grammar's text, without EOS.
/// errors  kInvalidArgument for an unknown family, a range, or more unique prompts than there are
util::Result<std::vector<Problem>> generate_problems(const GeneratorOptions& options);
std::vector<std::string> generator_families();

}  // namespace veritune::data
