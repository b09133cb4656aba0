// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/answer_extractor.h"
#include "core/util/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::verify {

/// The three-way blame rule (verifiers.md 1): faults of gold or machine mask the chain and never
/// score it.
enum class VerdictStatus {
    kCorrect,
    kPartial,
    kIncorrect,
    kNoAnswer,
    kBudgetExceeded,
    kInvalidGold,
    kSandboxError,
    kInternalError,
};

std::string_view status_name(VerdictStatus status);  ///< "correct", "no_answer", ...
std::optional<VerdictStatus> status_from_name(std::string_view name);
/// invalid_gold, sandbox_error, internal_error: left out of statistics, advantages and loss.
bool is_masked(VerdictStatus status);

enum class FinishReason { kStop, kLength, kAbort };
std::string_view finish_reason_name(FinishReason reason);
std::optional<FinishReason> finish_reason_from_name(std::string_view name);

/// One thing the verifier did, for the chain inspector and `verify explain`.
struct VerdictStep {
    std::string what;  ///< "6+4=0"
    bool ok = true;
    std::string detail;  ///< "expected 0"
    text::Span span;     ///< in the completion
};

struct VerifyRequest {
    std::string problem_id;
    std::string verifier;
    util::Json params = util::Json::object();
    util::Json gold;
    std::string
        prompt;  ///< plain prompt; empty = unknown. Proof checkers hold the chain against it
    std::string completion;  ///< bytes, without special tokens (a character tokenizer's `$` is text
                             ///< and stays)
    FinishReason finish_reason = FinishReason::kStop;
    bool think_tags = false;  ///< chat format wraps reasoning in <think>
    std::string profile = "reward_strict";
};

struct Verdict {
    VerdictStatus status = VerdictStatus::kInternalError;
    double score = 0.0;  ///< in [0, 1]; 1 iff correct
    std::string extracted;
    text::Span span;
    std::string rule;    ///< extraction rule id
    std::string method;  ///< string | exact | algebraic | numeric_ball | solver | execution
    std::string
        reason;  ///< machine-readable, "wrong_step", "wrong_value", "no_answer"; empty when correct
    std::string answer_normal;  ///< normal form of the answer
    std::string gold_normal;
    std::vector<VerdictStep> steps;
    std::int64_t operations = 0;
    std::int64_t micros =
        0;  ///< wall time, filled by the caller (never part of the verdict itself)
    std::string verifier_hash;
};

/// Byte-identical for equal verdicts; `span` is [begin, end].
util::Json verdict_to_json(const Verdict& verdict);
/// The inverse; kCorruptData names the key.
util::Result<Verdict> verdict_from_json(const util::Json& value);

/// [{"what","ok","detail","span"}, ...]: what data::ChainRecord::steps holds.
util::Json steps_to_json(const std::vector<VerdictStep>& steps);

}  // namespace veritune::verify
