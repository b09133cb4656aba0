// SPDX-License-Identifier: Apache-2.0
// Answer extraction: any bytes, every profile; the first byte chooses.
#include "core/text/answer_extractor.h"
#include "core/text/utf8.h"
#include "tests/fuzz/fuzz_target.h"

VT_FUZZ_TARGET(extract) {
    using namespace veritune;
    if (input.empty()) return;
    static const std::vector<std::string> profiles = text::extraction_profiles();
    const auto choice = static_cast<unsigned char>(input[0]);
    const std::string_view completion = input.substr(1);
    const auto found =
        text::extract_answer(completion,
                             profiles[(choice / 4) % profiles.size()],
                             {.think_tags = (choice & 1) != 0, .cut_off = (choice & 2) != 0});
    fuzz::require(found.has_value(), "a known profile always answers");
    fuzz::require(found->span.begin <= found->span.end && found->span.end <= completion.size(),
                  "the span lies in the completion");
    fuzz::require(!found->found || text::is_valid_utf8(found->text), "an answer is valid UTF-8");
    fuzz::require(found->found || !found->reason.empty(), "no answer has a reason");
}
