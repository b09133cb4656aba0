// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"
#include "core/data/run_record.h"
#include "core/rollout/prompt_format.h"
#include "core/rollout/rollout_engine.h"
#include "core/verify/verifier_pool.h"

#include <cstdint>
#include <string>
#include <vector>

namespace veritune::rollout {

/// One problem with its G sampled and judged chains.
struct RolloutGroup {
    const data::Problem* problem = nullptr;  ///< owned by the caller, outlives the group
    std::vector<std::int32_t> prompt;        ///< [P]
    std::vector<Completion> completions;     ///< [G]
    std::vector<std::string> texts;          ///< [G] what the verifier read
    std::vector<verify::Verdict> verdicts;   ///< [G]
};

struct PromptSelection {
    std::vector<const data::Problem*> problems;
    std::vector<std::vector<std::int32_t>> prompts;
    std::int64_t too_long = 0;  ///< dropped: over max_prompt_length
};
/// Encodes problems in order, leaving out (and counting) prompts that are too long.
util::Result<PromptSelection> encode_problems(const PromptFormat& format,
                                              const std::vector<const data::Problem*>& problems,
                                              std::int64_t max_prompt_length);

/// Joins prompts and completions and lets the verifiers judge every chain.
/// selection and completions belong together, in order
std::vector<RolloutGroup> judge(const PromptFormat& format,
                                const verify::VerifierPool& pool,
                                PromptSelection selection,
                                std::vector<PromptCompletions> completions);

/// Judges chains of one call of RolloutEngine::generate() while others are still being sampled; the
/// verdicts are those of judge().  threads  the sampling thread; the verifiers have their own
class ChainJudge {
  public:
    /// format and pool outlive the judge; selection as it is sampled, G chains of each prompt
    ChainJudge(const PromptFormat& format,
               const verify::VerifierPool& pool,
               PromptSelection selection,
               std::int64_t num_generations);
    const PromptSelection& selection() const { return selection_; }
    /// GenerateOptions::on_finished.
    void finished(std::int64_t chain, const Completion& completion);
    /// Waits for the verdicts that are still under way. completions  what generate() returned
    std::vector<RolloutGroup> take(std::vector<PromptCompletions> completions);

  private:
    const PromptFormat& format_;
    PromptSelection selection_;
    std::int64_t num_generations_;
    std::vector<std::string> texts_;  ///< [N]
    verify::VerifyQueue queue_;
};

/// What is stored of chain `sample` (per-token training values are added by the trainer).
data::ChainRecord chain_record(const PromptFormat& format,
                               const RolloutGroup& group,
                               std::size_t sample,
                               const std::string& phase);

/// The inverse, as far as training reads it: adds the stored chain to its group (tokens, log-probs,
/// entropies, text, verdict without its steps). False when the record does not fit together.
bool recall_chain(const data::ChainRecord& record, RolloutGroup& group);

std::string finish_reason_name(FinishReason reason);
/// [{"what","ok","detail","begin","end"}, ...]: data::ChainRecord::steps; offsets in bytes of the
/// completion.
util::Json steps_json(const std::vector<verify::VerdictStep>& steps);

}  // namespace veritune::rollout
