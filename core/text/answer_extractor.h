// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::text {

/// Byte span in the completion.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct ExtractOptions {
    /// The chat format wraps reasoning in <think>...</think> (also when the opening tag is in the
    /// prompt).
    bool think_tags = false;
    /// finish_reason was `length`: reward profiles then find no answer.
    bool cut_off = false;
    /// The gold holds an equals sign: a leading "x =" of the answer then stays.
    bool keep_assignment = false;
};

struct Extraction {
    bool found = false;
    std::string text;  ///< stripped answer, valid UTF-8 (not normalised: verifiers of text do NFC)
    Span span;         ///< where it stands in the completion (before stripping)
    /// The rule that decided, also when it decided "no answer": "E0.cut_off", "E1.think", "E1.raw",
    /// "E2.tag", "E3.box", "E4.hash", "E5.anchor", "E5.line", "E6.number", "minerva", "code.fence",
    /// "code.raw", "json.value", "json.scalar", "none"; "E2.tag+E3.box"
    /// when a rule applied inside a tag.
    std::string rule;
    /// Machine-readable, when not found: "no_answer", "cut_off", "no_closing_think",
    /// "unbalanced_box", "empty_box", "empty_answer".
    std::string reason;
    bool hedged = false;  ///< is_hedged(text) or several boxes: a single gold never matches
};

/// Finds the answer in a completion. The first rule of the profile that applies wins.
///   reward_strict  E1 think, E2 <answer>, E3 \boxed, E4 "#### x" line, E5 anchors ("the answer
///   is", "Antwort:", ...) eval_flexible  the same, and E6 the last number; broken boxes are passed
///   over, cut_off does not matter gsm8k_hash     E1, then the last "#### x" answer_line    E1,
///   then the last line "Answer: x" raw            E1, then everything, unstripped
///   minerva        E1, then "Final Answer: The final answer is x. I hope it is correct."
///   code_block     E1, then the last python fence, else the last fence, else everything;
///   unstripped json           E1, then the last complete object or array, else the scalar at the
///   end
/// E7 strips $, \(, \[, \text{} and relatives, \left, thin spaces, **, trailing . , ; and a leading
/// "x =". Pure; time linear in the length of the completion, for any bytes. errors  kNotFound for
/// an unknown profile; lists the known ones
util::Result<Extraction> extract_answer(std::string_view completion,
                                        std::string_view profile,
                                        const ExtractOptions& options = {});
std::vector<std::string> extraction_profiles();

/// Several candidates in one answer: "16 or 17", "A, B", a list, an interval, "±3", a range,
/// several lines. A gold for which this is false is single, and an answer for which it is true
/// never matches it. Thousands separators ("1,234") and decimal commas are no lists.
bool is_hedged(std::string_view answer);

/// Rule E7 alone.
std::string strip_answer(std::string_view answer, bool keep_assignment = false);

}  // namespace veritune::text
