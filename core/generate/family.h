// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/generate/draft.h"

#include <string_view>
#include <vector>

namespace veritune::generate {

enum class Field { kMath, kCode, kLogic, kOffice };
std::string_view field_name(Field field);  ///< "math", "code", "logic", "office"

/// What Draft::effort counts, for the table of levels.
inline constexpr std::string_view kLength = "characters of the solution";
inline constexpr std::string_view kProgram = "characters of the reference program";
inline constexpr std::string_view kNodes = "nodes of a search";

/// A kind of problem. Adding one: a function and a line in the list of its file
/// (docs/generators.md).
struct Family {
    std::string_view id;  ///< "math_gcd_lcm": lower case, part of every key; never changed
    Field field = Field::kMath;
    std::string_view title;   ///< for lists
    std::string_view effort;  ///< what Draft::effort counts
    MakeDraft make = nullptr;
};

/// All families; the 50 of the benchmark first (20 math, 15 code, 15 logic), then the office pack.
const std::vector<Family>& families();
/// errors  kNotFound names the known ids
util::Result<const Family*> find_family(std::string_view id);

// The lists that families() is made of.
std::vector<Family> math_arithmetic_families();
std::vector<Family> math_algebra_families();
std::vector<Family> math_counting_families();
std::vector<Family> math_analysis_families();
std::vector<Family> code_families();
std::vector<Family> logic_word_families();
std::vector<Family> logic_grid_families();
std::vector<Family> logic_search_families();
std::vector<Family> office_families();

}  // namespace veritune::generate
