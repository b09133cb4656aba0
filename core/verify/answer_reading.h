// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

#include <cstddef>
#include <string>

/// The beginning and the end that all verifiers of one extracted answer share.
namespace veritune::verify {

/// An extracted answer over this is `budget_exceeded` (verifiers.md 4).
inline constexpr std::size_t kMaxAnswerBytes = std::size_t{64} << 10;

struct AnswerReading {
    Verdict verdict;       ///< the given one with rule, span and extracted text filled in
    bool decided = false;  ///< there is no answer, or it is too long: `verdict` is final
    bool hedged = false;   ///< the extraction saw several candidates
};

/// Extracts the answer by the request's profile. Decided here: no_answer (the extraction's
/// reasons), budget_exceeded / answer_too_long over 64 KiB, incorrect / answer_too_long over
/// max(256, 8 x gold_bytes) bytes.
AnswerReading read_answer(const VerifyRequest& request, Verdict verdict, std::size_t gold_bytes);

/// The answer as it stands in the completion (the verdict's span), without the marks around it:
/// $...$, \(...\), **...**, `...`, \text{...}, a point at the end. For languages in which what
/// extraction strips means something: "x = 3", "~p". Valid UTF-8
std::string unstripped_answer(const VerifyRequest& request, const Verdict& verdict);

Verdict refuse(Verdict verdict, VerdictStatus status, std::string reason);
Verdict accept(Verdict verdict);
Verdict bad_gold(Verdict verdict);  ///< invalid_gold with the reason bad_gold
Verdict bad_params(Verdict verdict, const std::string& why);  ///< invalid_gold, "bad_params: why"

}  // namespace veritune::verify
