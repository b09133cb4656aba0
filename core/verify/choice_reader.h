// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

/// How the choice verifier reads an answer.
namespace veritune::verify {

struct Option {
    std::string key;
    std::string text;  ///< may be empty
};

struct NamedOptions {
    std::set<std::string> keys;  ///< named and not negated
    bool firm = true;            ///< every one of them is named as an answer, not in passing
    bool alternatives = false;   ///< "or" stands beside one
    std::set<std::string> negated;
};

/// Keys are different also when case is folded. compact  "AC" names A and C
/// cost  O(words x options)
NamedOptions read_options(std::string_view answer,
                          const std::vector<Option>& options,
                          bool compact);

}  // namespace veritune::verify
