// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace veritune::verify {

/// A completion from which the extraction profile reads `answer` again: "\boxed{18}" for
/// reward_strict, "#### 18" for gsm8k_hash. think_tags  puts a closed reasoning block before it
std::string write_answer(std::string_view answer, std::string_view profile, bool think_tags);

}  // namespace veritune::verify
