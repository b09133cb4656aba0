// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace veritune::verify {

struct CodeMutant {
    std::string rule;  ///< one of those below
    std::string program;
};

/// Python programs that differ from `program` by one small mistake, in a fixed order, each text
/// once. Strings and comments are never cut; a mutant may still mean the same as the original.
/// rules   compare (< <= > >= == != swapped), arithmetic (+ - * / // % ** & | ^ swapped), constant
///   (n -> n + 1, n - 1, 0), logic (and/or, True/False, any/all, in/not in, is/is not, break and
///   continue, not dropped, if -> if not, elif -> if), return (return x -> None, not x, [x],
///   str(x)), index ([0] -> [-1], min/max, sum/len), range (range(1 + x), range(x - 1)), slice
///   (x[:n] -> x[1:n], x[n:] -> x[n:-1]), arguments (f(a, b) -> f(b, a), f(a) -> f(a[1:])), loop
///   (for x in y -> y[1:]), call (sorted -> list, x.strip() -> x, ...), delete (a simple statement
///   -> pass), text (a string constant changed)
/// pure
std::vector<CodeMutant> mutate_python(std::string_view program);

}  // namespace veritune::verify
