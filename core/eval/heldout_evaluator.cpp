// SPDX-License-Identifier: Apache-2.0
#include "core/eval/heldout_evaluator.h"

#include "core/util/clock.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace veritune::eval {
namespace {

using rollout::RolloutGroup;
using util::Result;

Result<std::vector<RolloutGroup>> sample(rollout::RolloutEngine& engine,
                                         const rollout::PromptFormat& format,
                                         const verify::VerifierPool& pool,
                                         const rollout::PromptSelection& selection,
                                         const HeldoutOptions& options,
                                         bool greedy,
                                         std::stop_token stop,
                                         HeldoutResult& result) {
    VT_ASSIGN(std::vector<rollout::PromptCompletions> completions,
              engine.generate(selection.prompts,
                              greedy ? 1 : options.num_samples,
                              {.temperature = greedy ? 0.0 : options.temperature,
                               .max_completion_length = options.max_completion_length,
                               .max_concurrent_chains = options.max_concurrent_chains,
                               .eos_ids = format.eos_ids(),
                               .seed = options.seed,
                               .stream = util::RngStream::kEvaluation,
                               .first_chain_id = 0},
                              stop));
    result.tokens += engine.stats().tokens;
    return rollout::judge(format, pool, selection, std::move(completions));
}

bool is_correct(const verify::Verdict& verdict) {
    return verdict.status == verify::VerdictStatus::kCorrect;
}

void add_chains(const rollout::PromptFormat& format,
                const RolloutGroup& group,
                const std::string& phase,
                HeldoutResult& result) {
    for (std::size_t g = 0; g < group.completions.size(); ++g) {
        result.chains.push_back(rollout::chain_record(format, group, g, phase));
    }
}

void score_samples(const std::vector<RolloutGroup>& groups,
                   std::span<const data::Problem> problems,
                   HeldoutResult& result) {
    const auto count = static_cast<double>(problems.size());
    result.correct.assign(problems.size(), 0);
    const std::int64_t n = result.samples;
    double pass8 = 0.0;
    double maj = 0.0;
    double tokens = 0.0;
    double entropy = 0.0;
    double clipped = 0.0;
    double chains = 0.0;
    for (const RolloutGroup& group : groups) {
        std::int32_t c = 0;
        std::vector<std::string> answers;
        std::vector<bool> right;
        for (std::size_t g = 0; g < group.completions.size(); ++g) {
            const rollout::Completion& completion = group.completions[g];
            right.push_back(is_correct(group.verdicts[g]));
            answers.push_back(group.verdicts[g].answer_normal);
            c += right.back() ? 1 : 0;
            tokens += static_cast<double>(completion.tokens.size());
            entropy +=
                std::accumulate(completion.entropies.begin(), completion.entropies.end(), 0.0);
            clipped += completion.finish_reason == rollout::FinishReason::kLength ? 1.0 : 0.0;
            chains += 1.0;
        }
        // By place in the list: a problem whose prompt is too long has no group and stays at 0.
        result.correct[static_cast<std::size_t>(group.problem - problems.data())] = c;
        pass8 += pass_at_k(n, c, std::min<std::int64_t>(8, n));
        maj += maj_at_k(count_votes(answers, right), n);
    }
    std::vector<double> rates;
    for (const std::int32_t c : result.correct)
        rates.push_back(static_cast<double>(c) / static_cast<double>(n));
    result.pass1 = bootstrap_mean(rates);
    result.pass8 = pass8 / count;
    result.maj = maj / count;
    result.mean_length = tokens / std::max(1.0, chains);
    result.entropy = entropy / std::max(1.0, tokens);
    result.clipped_ratio = clipped / std::max(1.0, chains);
}

}  // namespace

std::vector<std::pair<std::string, double>> HeldoutResult::metrics() const {
    std::vector<std::pair<std::string, double>> list;
    if (samples > 0) {
        list = {{"heldout/pass@1", pass1.estimate},
                {"heldout/pass@1_low", pass1.lower},
                {"heldout/pass@1_high", pass1.upper},
                {"heldout/pass@8", pass8},
                {"heldout/maj@n", maj},
                {"heldout/entropy", entropy},
                {"heldout/mean_length", mean_length},
                {"heldout/clipped_ratio", clipped_ratio}};
    }
    if (greedy >= 0.0) list.emplace_back("heldout/greedy", greedy);
    list.emplace_back("heldout/seconds", seconds);
    return list;
}

Result<HeldoutResult> evaluate_heldout(const model::CausalLm& lm,
                                       const rollout::PromptFormat& format,
                                       const verify::VerifierPool& pool,
                                       std::span<const data::Problem> problems,
                                       const HeldoutOptions& options,
                                       std::stop_token stop) {
    return evaluate_heldout(
        rollout::RolloutEngine(lm), format, pool, problems, options, std::move(stop));
}

Result<HeldoutResult> evaluate_heldout(rollout::RolloutEngine engine,
                                       const rollout::PromptFormat& format,
                                       const verify::VerifierPool& pool,
                                       std::span<const data::Problem> problems,
                                       const HeldoutOptions& options,
                                       std::stop_token stop) {
    if (problems.empty()) {
        return util::fail(
            util::ErrorCode::kInvalidArgument,
            "there are no held-out problems to evaluate; give the recipe a `heldout` source");
    }
    const std::int64_t start = util::system_clock().monotonic_us();
    HeldoutResult result;
    result.samples = static_cast<std::int32_t>(options.num_samples);
    std::vector<const data::Problem*> list;
    for (const data::Problem& problem : problems) list.push_back(&problem);
    VT_ASSIGN(const rollout::PromptSelection selection,
              rollout::encode_problems(format, list, options.max_prompt_length));
    if (options.num_samples > 0) {
        VT_ASSIGN(const std::vector<RolloutGroup> groups,
                  sample(engine, format, pool, selection, options, false, stop, result));
        score_samples(groups, problems, result);
        for (const RolloutGroup& group : groups) {
            if (options.keep_chains) add_chains(format, group, "eval", result);
        }
    }
    if (options.greedy) {
        VT_ASSIGN(const std::vector<RolloutGroup> groups,
                  sample(engine, format, pool, selection, options, true, stop, result));
        double solved = 0.0;
        for (const RolloutGroup& group : groups) {
            solved += is_correct(group.verdicts.front()) ? 1.0 : 0.0;
            if (options.keep_chains) add_chains(format, group, "greedy", result);
        }
        result.greedy = solved / static_cast<double>(problems.size());
    }
    result.seconds = static_cast<double>(util::system_clock().monotonic_us() - start) * 1e-6;
    return result;
}

}  // namespace veritune::eval
