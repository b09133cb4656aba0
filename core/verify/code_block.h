// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/answer_extractor.h"

#include <string>
#include <string_view>

namespace veritune::verify {

struct CodeBlock {
    std::string code;
    text::Span span;   ///< of the code in the text that was given
    std::string rule;  ///< "E8.python", "E8.fence" or "E8.raw"
};

/// The program in an answer: the last fence marked python, py or python3; else the last fence; else
/// the whole text. A fence that is not closed goes to the end. White space before a fence is taken
/// off its lines. pure, linear time
CodeBlock find_code(std::string_view answer);

}  // namespace veritune::verify
