// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace veritune::verify {

enum class PythonTokenKind { kName, kNumber, kOperator, kString, kDocstring };

struct PythonToken {
    PythonTokenKind kind = PythonTokenKind::kOperator;
    std::size_t begin = 0;  ///< byte in the text
    std::size_t end = 0;
};

/// The names, numbers, signs and strings of a Python text, without comments and white space; a dot
/// and a few signs that no mutant touches are left out. Keywords are names; a string in three
/// quotes is a docstring; one that is never closed goes to its line's end (three quotes: to the
/// text's). pure, linear time
std::vector<PythonToken> python_tokens(std::string_view text);

}  // namespace veritune::verify
