// SPDX-License-Identifier: Apache-2.0
#include "core/train/rejection_stage.h"

#include "core/data/dataset.h"
#include "core/train/rejection_select.h"
#include "core/train/sft_stage.h"
#include "core/util/hash.h"
#include "core/util/rng.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

namespace veritune::train {

using rollout::RolloutGroup;
using util::Json;
using util::Result;
using util::Status;

RejectionStage::RejectionStage(RunContext& context,
                               const StageConfig& config,
                               model::CausalLm& policy,
                               at::Tensor sft_start)
    : context_(context),
      config_(config),
      policy_(policy),
      sft_start_(std::move(sft_start)),
      optimizer_(policy.parameters(), config.rejection.sft.optimizer) {}

std::int64_t RejectionStage::total_steps() const {
    return config_.rejection.rounds * steps_per_round();
}

std::int64_t RejectionStage::sft_steps() const {
    const RejectionConfig& c = config_.rejection;
    if (c.sft.max_steps > 0) return c.sft.max_steps;
    const std::int64_t prompts = std::min<std::int64_t>(c.prompts, std::ssize(context_.problems));
    const auto chains =
        static_cast<double>(c.rounds * prompts * std::min(c.max_per_prompt, c.num_generations));
    const double batches = std::ceil(chains / (1.0 - c.cold_start_share) /
                                     static_cast<double>(c.sft.per_device_train_batch_size));
    return std::max<std::int64_t>(
        1, static_cast<std::int64_t>(std::ceil(batches * c.sft.num_train_epochs)));
}

std::string RejectionStage::round_file(std::int64_t round) const {
    return util::join_path(
        context_.run_dir,
        "rejection/" + config_.id + "-round-" + std::to_string(round + 1) + ".jsonl");
}

Result<StageEnd> RejectionStage::run(StageSession& session, std::int64_t first_step) {
    for (std::int64_t round = (first_step - 1) / steps_per_round();
         round < config_.rejection.rounds;
         ++round) {
        const std::int64_t begin = round * steps_per_round() + 1;
        if (first_step <= begin) {
            VT_ASSIGN(const bool found, sample_round(round, session));
            if (!found) return StageEnd::kDone;
            VT_ASSIGN(const std::optional<StageEnd> end, session.after_step(begin, false));
            if (end) return *end;
        }
        // The checkpoint of the sampling step holds the sampler, so a resume comes through here
        // too.
        const std::int64_t first_sft_step = std::max<std::int64_t>(1, first_step - begin);
        if (first_sft_step == 1) {
            if (sft_start_.defined()) policy_.parameters().flat().copy_(sft_start_);
            optimizer_.reset();
        }
        VT_ASSIGN(const std::optional<StageEnd> end, train_round(round, session, first_sft_step));
        if (end) return *end;
        const double budget = session.cpu_budget();
        if (budget > 0.0 && session.cpu_seconds() >= budget) break;
    }
    return StageEnd::kDone;
}

Result<bool> RejectionStage::sample_round(std::int64_t round, StageSession& session) {
    const std::int64_t step = round * steps_per_round() + 1;
    const RejectionConfig& c = config_.rejection;
    session.progress(step, "generate", 0.0);
    std::vector<const data::Problem*> problems;
    const auto total = static_cast<std::int64_t>(context_.problems.size());
    const std::vector<std::int64_t> order =
        util::Rng(
            context_.recipe.seed, util::RngStream::kSelection, static_cast<std::uint64_t>(round))
            .permutation(total);
    for (std::int64_t i = 0; i < std::min(c.prompts, total); ++i) {
        problems.push_back(
            &context_.problems[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])]);
    }
    VT_ASSIGN(rollout::PromptSelection selection,
              rollout::encode_problems(context_.format, problems, c.sampling.max_prompt_length));
    rollout::RolloutEngine engine(policy_);
    VT_ASSIGN(
        std::vector<rollout::PromptCompletions> completions,
        with_retreat(
            &context_.retreat,
            MemoryRetreat::Work::kSampling,
            "sampling",
            [] {},
            [&] {
                return engine.generate(
                    selection.prompts,
                    c.num_generations,
                    {.temperature = c.sampling.temperature,
                     .max_completion_length = c.sampling.max_completion_length,
                     .max_concurrent_chains =
                         context_.retreat.chains(c.sampling.max_concurrent_chains),
                     .eos_ids = context_.format.eos_ids(),
                     .seed = context_.recipe.seed,
                     .stream = util::RngStream::kRejection,
                     .first_chain_id = static_cast<std::uint64_t>(round) << 24},
                    session.stop(),
                    [&](std::int64_t done, std::int64_t all) {
                        session.progress(
                            step, "generate", static_cast<double>(done) / static_cast<double>(all));
                    });
            }));
    const auto groups = rollout::judge(
        context_.format, context_.pool, std::move(selection), std::move(completions));
    data::StepRecord record;
    record.step = step;
    const std::vector<Kept> kept = choose(groups, round, record);
    sampled_chains_ += std::ssize(groups) * c.num_generations;
    VT_TRY(session.commit(std::move(record), true));
    if (kept.empty()) {
        VT_TRY(session.event(step,
                             "nothing_kept",
                             "bad",
                             "the verifier accepted none of the sampled chains, so there is "
                             "nothing to train on; start from a "
                             "better checkpoint or with easier problems"));
        return false;
    }
    VT_TRY(save_round(round, kept));
    return true;
}

std::vector<RejectionStage::Kept> RejectionStage::choose(const std::vector<RolloutGroup>& groups,
                                                         std::int64_t round,
                                                         data::StepRecord& record) {
    const RejectionConfig& c = config_.rejection;
    const std::string sampler =
        util::sha256_hex({static_cast<const char*>(policy_.parameters().flat().data_ptr()),
                          policy_.parameters().flat().nbytes()});
    std::vector<Kept> kept;
    double correct = 0.0;
    double chains = 0.0;
    double duplicates = 0.0;
    double solved_prompts = 0.0;
    for (const RolloutGroup& group : groups) {
        std::vector<Candidate> candidates;
        for (std::size_t g = 0; g < group.completions.size(); ++g) {
            if (group.verdicts[g].status != verify::VerdictStatus::kCorrect) continue;
            candidates.push_back({g, group.texts[g], std::ssize(group.completions[g].tokens)});
        }
        // Prompts that are always solved teach least: half the chains.
        const bool easy = candidates.size() == group.completions.size();
        const std::int64_t most =
            easy ? std::max<std::int64_t>(1, c.max_per_prompt / 2) : c.max_per_prompt;
        const Selection selection = select_chains(candidates, most);
        correct += static_cast<double>(candidates.size());
        chains += static_cast<double>(group.completions.size());
        duplicates += static_cast<double>(selection.duplicates);
        solved_prompts += candidates.empty() ? 0.0 : 1.0;
        for (std::size_t g = 0; g < group.completions.size(); ++g) {
            const bool chosen = std::ranges::find(selection.samples, g) != selection.samples.end();
            if (context_.recipe.store_chains) {
                record.chains.push_back(
                    rollout::chain_record(context_.format, group, g, "rejection"));
                record.chains.back().updated = chosen;
            }
            if (!chosen) continue;
            const rollout::Completion& completion = group.completions[g];
            kept.push_back(
                {.problem = group.problem,
                 .example = {group.prompt, completion.tokens},
                 .lineage = {{"stage", config_.id},
                             {"step", record.step},
                             {"round", round + 1},
                             {"problem_id", group.problem->id},
                             {"sample", g},
                             {"seed", context_.recipe.seed},
                             {"sampler_sha256", sampler},
                             {"verifier_hash", group.verdicts[g].verifier_hash},
                             {"logprob",
                              std::accumulate(
                                  completion.logprobs.begin(), completion.logprobs.end(), 0.0)}}});
        }
    }
    record.metrics = {
        {"reward", correct / std::max(1.0, chains)},
        {"rejection/chains", chains},
        {"rejection/correct", correct},
        {"rejection/duplicates", duplicates},
        {"rejection/kept", static_cast<double>(kept.size())},
        {"rejection/solved_prompts", solved_prompts / std::max<double>(1.0, std::ssize(groups))}};
    return kept;
}

Status RejectionStage::save_round(std::int64_t round, const std::vector<Kept>& kept) {
    std::string lines;
    for (const Kept& chain : kept) {
        Json row = data::problem_to_json(*chain.problem);
        row["solution"] = context_.format.completion_text(chain.example.completion);
        row["prompt_ids"] = chain.example.prompt;
        row["completion_ids"] = chain.example.completion;
        row["lineage"] = chain.lineage;
        lines += row.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    }
    const std::string path = round_file(round);
    VT_TRY(util::make_dirs(context_.fs, util::parent_path(path)));
    return util::atomic_write(context_.fs, path, lines);
}

Result<std::vector<SftExample>> RejectionStage::examples(std::int64_t round) {
    std::vector<SftExample> list;
    for (std::int64_t r = 0; r <= round; ++r) {
        std::optional<util::Error> broken;
        VT_ASSIGN(
            const std::int64_t lines,
            data::read_jsonl(
                round_file(r),
                [&](std::int64_t, const Json& row) {
                    list.push_back({row.value("prompt_ids", std::vector<std::int32_t>{}),
                                    row.value("completion_ids", std::vector<std::int32_t>{})});
                    return true;
                },
                [&](std::int64_t, const util::Error& error) { return broken = error, false; }));
        (void)lines;
        if (broken) return *broken;
    }
    // share = demonstrations / (chains + demonstrations)
    const double share = config_.rejection.cold_start_share;
    const auto wanted =
        static_cast<std::int64_t>(static_cast<double>(list.size()) * share / (1.0 - share));
    if (wanted > 0 && !context_.demonstrations.empty()) {
        VT_ASSIGN(const std::vector<SftExample> demonstrations,
                  encode_demonstrations(context_.format, context_.demonstrations));
        const auto order = util::Rng(context_.recipe.seed,
                                     util::RngStream::kSelection,
                                     (1ULL << 31) + static_cast<std::uint64_t>(round))
                               .permutation(std::ssize(demonstrations));
        for (std::int64_t i = 0; i < std::min<std::int64_t>(wanted, std::ssize(order)); ++i) {
            list.push_back(
                demonstrations[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])]);
        }
    }
    return list;
}

Result<std::optional<StageEnd>> RejectionStage::train_round(std::int64_t round,
                                                            StageSession& session,
                                                            std::int64_t first_sft_step) {
    VT_ASSIGN(std::vector<SftExample> list, examples(round));
    SftTrainer trainer(policy_,
                       optimizer_,
                       config_.rejection.sft,
                       std::move(list),
                       context_.recipe.seed + static_cast<std::uint64_t>(round) + 1,
                       {.retreat = &context_.retreat, .heartbeat = &context_.control.heartbeat});
    if (trainer.examples() == 0) {
        return util::fail(
            util::ErrorCode::kInvalidArgument,
            "every chosen chain is longer than max_length of the stage's sft; raise it",
            config_.id);
    }
    const std::int64_t offset = round * steps_per_round() + 1;
    for (std::int64_t step = first_sft_step; step <= trainer.total_steps(); ++step) {
        if (session.stop().stop_requested())
            return util::fail(util::ErrorCode::kCancelled, "training was stopped");
        session.progress(offset + step, "update", 0.0);
        const std::int64_t start = context_.clock.monotonic_us();
        trainer.set_learning_rate_factor(lr_factor_);
        VT_ASSIGN(const SftStepStats stats, trainer.step(step));
        const double seconds = static_cast<double>(context_.clock.monotonic_us() - start) * 1e-6;
        VT_TRY(session.commit(sft_record(stats, offset + step, seconds),
                              step == trainer.total_steps()));
        VT_TRY(session.observe_update(offset + step, stats.bad));
        VT_ASSIGN(const std::optional<StageEnd> end, session.after_step(offset + step, false));
        // The budget is looked at between rounds: a half-trained round would be no round.
        if (end) return end;
    }
    return std::optional<StageEnd>();
}

std::vector<std::pair<std::string, at::Tensor>> RejectionStage::tensors() {
    return {{"policy", policy_.parameters().flat()},
            {"policy.m", optimizer_.first_moment()},
            {"policy.v", optimizer_.second_moment()}};
}

Json RejectionStage::scalars() const {
    return {{"policy_steps", optimizer_.steps()},
            {"sampled_chains", sampled_chains_},
            {"learning_rate_factor", lr_factor_}};
}

Status RejectionStage::set_scalars(const Json& scalars) {
    VT_ASSIGN(const std::int64_t steps,
              util::json_int(scalars, "policy_steps", "state.json", 0, 1LL << 40));
    VT_ASSIGN(sampled_chains_,
              util::json_int(scalars, "sampled_chains", "state.json", 0, 1LL << 50));
    VT_ASSIGN(lr_factor_, util::json_number(scalars, "learning_rate_factor", "state.json"));
    optimizer_.set_steps(steps);
    return {};
}

void RejectionStage::halve_learning_rate() {
    lr_factor_ *= 0.5;
    optimizer_.reset();
}

}  // namespace veritune::train
