// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace veritune::verify {

struct CodeMutant {
    std::string rule;  ///< "compare", "arithmetic", "constant", "logic", "return", "index", "text"
    std::string program;
};

/// Python programs that differ from `program` by one small mistake, in a fixed order, each text
/// once. Strings and comments are never cut; a mutant may still mean the same as the original.
/// rules   compare (< <= > >= == != swapped), arithmetic (+ - * / // % ** swapped), constant
///   (n -> n + 1, n -> 0), logic (and/or, True/False, not dropped, if -> if not), return
///   (return x -> return None), index ([0] -> [-1], range(x) -> range(x - 1)), text (a string
///   constant changed)
/// pure
std::vector<CodeMutant> mutate_python(std::string_view program);

}  // namespace veritune::verify
