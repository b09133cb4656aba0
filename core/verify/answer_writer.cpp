// SPDX-License-Identifier: Apache-2.0
#include "core/verify/answer_writer.h"

namespace veritune::verify {

std::string write_answer(std::string_view answer, std::string_view profile, bool think_tags) {
    const std::string text(answer);
    const std::string before = think_tags ? "</think>\n" : "";
    if (profile == "gsm8k_hash") return before + "#### " + text;
    if (profile == "answer_line") return before + "Answer: " + text;
    if (profile == "minerva") {
        return before + "Final Answer: The final answer is " + text + ". I hope it is correct.";
    }
    if (profile == "code_block") return before + "```\n" + text + "\n```";
    if (profile == "raw" || profile == "json") return before + text;
    return before + "\\boxed{" + text + "}";
}

}  // namespace veritune::verify
