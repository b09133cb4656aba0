// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::data {

/// What to generate. Pure function of these values: the same bytes on every machine and compiler.
struct GeneratorOptions {
    std::string family = "mod";  ///< mod | bool | trace (training.md 11)
    std::int64_t count = 1000;   ///< >= 1
    std::uint64_t seed = 1;
    int min_steps = 3;  ///< k, inclusive
    int max_steps = 7;
    /// "train" or "val": held out iff crc32(family + prompt) mod 5 == 0
    Split split = Split::kTrain;
    /// Each step of the demonstration is wrong with this probability, then continued from the wrong
    /// value.
    double error_rate = 0.0;
    bool unique = true;  ///< no prompt twice
};

/// Problems with prompt, gold (final value), verifier chain_arithmetic {family}, and `solution` =
/// the demonstration (right with error_rate 0) including the final '$' of the grammar's text,
/// without EOS. errors  kInvalidArgument for an unknown family, a range, or more unique prompts
/// than there are
///   (uniqueness is found by drawing: a request within a hair of all prompts of its side may be
///   refused too)
/// Problem i is drawn from (seed, family, i, attempt) alone, so a shorter list is the beginning of
/// a longer one and the prompts do not depend on error_rate. id "mod-train-s1-000042", level =
/// number of steps, profile raw. test  generators_test.cpp (golden hashes, also made by
/// tests/golden/make_generators.py)
util::Result<std::vector<Problem>> generate_problems(const GeneratorOptions& options);
std::vector<std::string> generator_families();

/// Which side of the demonstration's split a prompt is on: crc32(family + prompt) mod 5 == 0.
bool is_held_out(std::string_view family, std::string_view prompt);

}  // namespace veritune::data
