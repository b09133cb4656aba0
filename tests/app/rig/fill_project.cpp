// SPDX-License-Identifier: Apache-2.0
// A project with very many metric points, written by the store's own writer: fill_project DIR
// POINTS makes one long run with POINTS points and a shorter one to compare it with. Same DIR and
// POINTS, same numbers.
#include "core/store/project.h"
#include "core/util/rng.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace veritune;  // NOLINT(google-build-using-namespace): a program of one file

/// What the vrl stage records, and as many more as make fifty.
const std::vector<std::string>& metric_names() {
    static const std::vector<std::string> kNames = [] {
        std::vector<std::string> names{"reward",
                                       "reward_std",
                                       "frac_reward_zero_std",
                                       "frac_reward_all_right",
                                       "frac_reward_all_wrong",
                                       "reject_kept_ratio",
                                       "rewards/format/mean",
                                       "loss",
                                       "grad_norm",
                                       "learning_rate",
                                       "entropy",
                                       "num_tokens",
                                       "kl",
                                       "policy/ratio_min",
                                       "policy/ratio_mean",
                                       "policy/ratio_max",
                                       "policy/ess",
                                       "policy/approxkl_avg",
                                       "clip_ratio/low_mean",
                                       "clip_ratio/high_mean",
                                       "clip_ratio/region_mean",
                                       "completions/mean_length",
                                       "completions/min_length",
                                       "completions/max_length",
                                       "completions/clipped_ratio",
                                       "completions/mean_length_correct",
                                       "completions/mean_length_wrong",
                                       "sampling/sampling_logp_difference/mean",
                                       "sampling/importance_sampling_ratio/mean",
                                       "sampling/importance_sampling_ratio/std",
                                       "time/generate",
                                       "time/verify",
                                       "time/update",
                                       "memory/rss_mib",
                                       "memory/free_share",
                                       "step_time"};
        while (names.size() < 50) names.push_back("extra/" + std::to_string(names.size()));
        return names;
    }();
    return kNames;
}

data::ChainRecord chain_of(util::Rng& rng, std::int64_t step, int sample) {
    data::ChainRecord chain;
    chain.problem_id = "sum-" + std::to_string(step % 500);
    chain.sample = sample;
    chain.prompt = "What is 17 + 25?";
    chain.completion = "17 + 25 = 42\nAnswer: 42";
    for (int i = 0; i < 12; ++i) {
        chain.tokens.push_back(i);
        chain.logprobs.push_back(static_cast<float>(-rng.uniform_double()));
        chain.entropies.push_back(static_cast<float>(rng.uniform_double()));
    }
    chain.verifier = "integer";
    chain.status = rng.uniform_double() < 0.6 ? "correct" : "incorrect";
    chain.reward = chain.status == "correct" ? 1.0 : 0.0;
    chain.extracted = "42";
    chain.gold = 42;
    chain.updated = chain.status == "correct";
    return chain;
}

data::StepRecord step_of(util::Rng& rng, std::int64_t step, std::int64_t total) {
    data::StepRecord record{.stage = "vrl", .step = step};
    const double done = static_cast<double>(step) / static_cast<double>(total);
    for (const std::string& name : metric_names()) {
        record.metrics.emplace_back(name, 0.3 + 0.5 * done + 0.05 * rng.normal());
    }
    for (int sample = 0; sample < 2; ++sample) {
        record.chains.push_back(chain_of(rng, step, sample));
    }
    record.state_hash = "filled";
    record.seconds = 1.0 + rng.uniform_double();
    return record;
}

util::Status fill(store::Project& project, std::int64_t steps, std::uint64_t seed) {
    store::RunStore& runs = project.runs();
    VT_ASSIGN(const std::int64_t run, runs.create_run({.name = "filled", .seed = seed}));
    VT_TRY(runs.set_state(run, store::RunState::kRunning));
    VT_TRY(runs.record_stage(
        run, {.stage = "vrl", .type = "vrl", .total_steps = steps, .state = "running"}));
    util::Rng rng(seed, util::RngStream::kTest);
    for (std::int64_t step = 1; step <= steps; ++step) {
        VT_TRY(runs.record_step(run, step_of(rng, step, steps)));
        if (step % 100 != 0) continue;
        const double pass = 0.3 + 0.5 * static_cast<double>(step) / static_cast<double>(steps);
        VT_TRY(runs.record_step(run,
                                {.stage = "vrl",
                                 .step = step,
                                 .metrics = {{"heldout/pass@1", pass},
                                             {"heldout/pass@1_low", pass - 0.05},
                                             {"heldout/pass@1_high", pass + 0.05}}}));
    }
    return runs.set_state(run, store::RunState::kDone);
}

}  // namespace

int main(int argc, char** argv) {
    const std::int64_t points = argc == 3 ? std::strtoll(argv[2], nullptr, 10) : 0;
    if (points < 1000) {
        std::fputs("usage: fill_project DIR POINTS (1000 at least)\n", stderr);
        return 2;
    }
    auto project = store::Project::create(argv[1], "filled");
    if (!project) {
        std::fprintf(stderr, "%s\n", util::to_string(project.error()).c_str());
        return 1;
    }
    const auto per_step = static_cast<std::int64_t>(metric_names().size());
    for (const std::int64_t steps : {points / per_step / 10, points / per_step}) {
        if (const util::Status status =
                fill(**project, steps, 1 + static_cast<std::uint64_t>(steps));
            !status) {
            std::fprintf(stderr, "%s\n", util::to_string(status.error()).c_str());
            return 1;
        }
    }
    return (*project)->close() ? 0 : 1;
}
