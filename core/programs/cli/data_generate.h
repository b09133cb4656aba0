// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"
#include "core/programs/cli/command.h"

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace veritune::cli {

/// What `veritune data generate` is asked to make of the families of core/generate.
struct FamilyCall {
    std::string family;
    int level = 0;   ///< 0: all five
    int count = 40;  ///< problems of each level
    std::uint64_t seed = 1;
    std::string language = "en";  ///< en, de or both
    std::string cases;            ///< a file for `veritune verify run`: golds and wrong answers
    bool benchmark = false;       ///< all 50 families, 40 of each level
    bool list = false;
    bool verify = false;  ///< programs run in the sandbox too

    bool wanted() const { return benchmark || list || !family.empty(); }
};

/// Declares the options but --seed, which the other generators have too.
void add_family_options(CLI::App& verb, FamilyCall& call);

/// Makes and checks the problems in the order of families, levels and indexes. With `verify`,
/// reference programs pass and wrong programs fail in the sandbox. Adds what there is to tell to
/// `report`. errors  those of generate::ItemMaker; kUnavailable (no sandbox), kIoError (cases)
util::Result<std::vector<data::Problem>> make_family_problems(Context& context,
                                                              const FamilyCall& call,
                                                              util::Json& report);

/// The table of families.
void show_families(Context& context);

}  // namespace veritune::cli
