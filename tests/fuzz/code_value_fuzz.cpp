// SPDX-License-Identifier: Apache-2.0
// Typed values of programs: reading, comparing, writing as Python.
#include "core/verify/code_values.h"
#include "tests/fuzz/fuzz_target.h"

VT_FUZZ_TARGET(code_value) {
    using namespace veritune;
    using verify::CompareMode;
    const std::size_t half = input.find('\n');
    const auto a = verify::parse_code_value(input.substr(0, half));
    if (!a) return;
    fuzz::require(!verify::python_literal(*a).empty(), "a value has a literal");
    const bool strict = verify::equal_values(*a, *a, {.mode = CompareMode::kStrict});
    fuzz::require(strict == verify::equal_values(*a, *a, {.mode = CompareMode::kPythonEq}),
                  "equal to itself in every mode, or (NaN) in none");
    if (half == std::string_view::npos) return;
    const auto b = verify::parse_code_value(input.substr(half + 1));
    if (!b) return;
    for (const CompareMode mode :
         {CompareMode::kStrict, CompareMode::kPythonEq, CompareMode::kUnordered}) {
        fuzz::require(verify::equal_values(*a, *b, {.mode = mode}) ==
                          verify::equal_values(*b, *a, {.mode = mode}),
                      "equality is symmetric");
    }
    if (verify::equal_values(*a, *b, {.mode = CompareMode::kStrict})) {
        fuzz::require(verify::equal_values(*a, *b, {.mode = CompareMode::kPythonEq}),
                      "strict equality is Python's too");
        fuzz::require(verify::equal_values(*a, *b, {.mode = CompareMode::kApprox}),
                      "equal values are nearly equal");
    }
}
