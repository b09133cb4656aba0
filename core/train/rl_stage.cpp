// SPDX-License-Identifier: Apache-2.0
#include "core/train/rl_stage.h"

#include "core/train/finite.h"
#include "core/util/rng.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace veritune::train {
namespace {

using rollout::RolloutGroup;
using util::Json;
using util::Result;
using util::Status;

constexpr std::uint64_t kChainsPerStep = 1ULL << 16;

/// The reference is looked at by every eighth chain when it only feeds a metric.
constexpr std::size_t kReferenceShare = 8;

double seconds_since(util::Clock& clock, std::int64_t start) {
    return static_cast<double>(clock.monotonic_us() - start) * 1e-6;
}

at::Tensor bools(const std::vector<bool>& values) {
    at::Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kBool);
    std::copy(values.begin(), values.end(), tensor.data_ptr<bool>());
    return tensor;
}

}  // namespace

RlStage::RlStage(RunContext& context, const StageConfig& config, model::CausalLm& policy)
    : context_(context),
      config_(config),
      policy_(policy),
      link_{.retreat = &context.retreat, .heartbeat = &context.control.heartbeat},
      reference_(policy.clone()),
      trainer_(policy, config.vrl, context.recipe.seed, link_) {
    if (config.vrl.algorithm == "ppo")
        critic_ = std::make_unique<Critic>(policy, config.vrl, context.recipe.seed, link_);
}

/// Prompts run through shuffled epochs; a pure function of the step, so a resume needs no cursor.
std::vector<const data::Problem*> RlStage::next_problems(std::int64_t step) const {
    const auto total = static_cast<std::int64_t>(context_.problems.size());
    const std::int64_t size = config_.vrl.prompts_per_step;
    std::vector<const data::Problem*> chosen;
    std::int64_t epoch = -1;
    std::vector<std::int64_t> order;
    for (std::int64_t i = (step - 1) * size; i < step * size; ++i) {
        if (i / total != epoch) {
            epoch = i / total;
            // Epochs of prompts lie beyond those of the demonstrations.
            order = util::Rng(context_.recipe.seed,
                              util::RngStream::kDataOrder,
                              (1ULL << 31) + static_cast<std::uint64_t>(epoch))
                        .permutation(total);
        }
        chosen.push_back(
            &context_
                 .problems[static_cast<std::size_t>(order[static_cast<std::size_t>(i % total)])]);
    }
    return chosen;
}

Result<RlStep> RlStage::rollout(std::int64_t step, StageSession& session) {
    RlStep rl;
    rl.step = step;
    bool recalled = false;
    VT_ASSIGN(const data::StepRecord* stored, session.stored(step));
    if (stored != nullptr) {
        session.progress(step, "replay", 0.0);
        VT_ASSIGN(recalled, recall(*stored, rl));
    }
    if (!recalled) {
        session.progress(step, "generate", 0.0);
        VT_TRY(with_retreat(
            &context_.retreat,
            MemoryRetreat::Work::kSampling,
            "sampling",
            [&] { rl = {.step = step}; },
            [&] { return sample(rl, session); }));
    }
    rl.rewards = rewards_of(rl.groups, step);
    sampled_chains_ += static_cast<std::int64_t>(rl.rewards.size());
    return rl;
}

/// The groups as they were judged then; log-probs are stored bit for bit.
Result<bool> RlStage::recall(const data::StepRecord& stored, RlStep& rl) const {
    const PolicyConfig& c = config_.vrl;
    std::map<std::pair<std::string, std::int64_t>, const data::ChainRecord*> by_key;
    for (const data::ChainRecord& chain : stored.chains) {
        if (chain.phase == "train") by_key[{chain.problem_id, chain.sample}] = &chain;
    }
    VT_ASSIGN(rollout::PromptSelection selection,
              rollout::encode_problems(
                  context_.format, next_problems(rl.step), c.sampling.max_prompt_length));
    rl.prompts_too_long = selection.too_long;
    for (std::size_t p = 0; p < selection.prompts.size(); ++p) {
        RolloutGroup group{.problem = selection.problems[p],
                           .prompt = std::move(selection.prompts[p])};
        for (std::int64_t g = 0; g < c.num_generations; ++g) {
            const auto found = by_key.find({group.problem->id, g});
            if (found == by_key.end() || !rollout::recall_chain(*found->second, group)) {
                rl = {.step = rl.step};
                return false;
            }
        }
        rl.groups.push_back(std::move(group));
    }
    return !rl.groups.empty();
}

Status RlStage::sample(RlStep& rl, StageSession& session) {
    const std::int64_t step = rl.step;
    const PolicyConfig& c = config_.vrl;
    VT_ASSIGN(rollout::PromptSelection selection,
              rollout::encode_problems(
                  context_.format, next_problems(step), c.sampling.max_prompt_length));
    rl.prompts_too_long = selection.too_long;
    if (selection.prompts.empty()) {
        return util::fail(util::ErrorCode::kInvalidArgument,
                          "every prompt of the step is longer than max_prompt_length; raise it or "
                          "shorten the prompts");
    }
    const std::int64_t start = context_.clock.monotonic_us();
    rollout::RolloutEngine engine(policy_);
    rollout::ChainJudge judge(
        context_.format, context_.pool, std::move(selection), c.num_generations);
    VT_ASSIGN(
        std::vector<rollout::PromptCompletions> completions,
        engine.generate(
            judge.selection().prompts,
            c.num_generations,
            {.temperature = c.sampling.temperature,
             .max_completion_length = c.sampling.max_completion_length,
             .max_concurrent_chains = context_.retreat.chains(c.sampling.max_concurrent_chains),
             .eos_ids = context_.format.eos_ids(),
             .seed = context_.recipe.seed,
             .stream = util::RngStream::kRollout,
             .first_chain_id = static_cast<std::uint64_t>(step) * kChainsPerStep,
             .on_finished = [&judge](
                                std::int64_t chain,
                                const rollout::Completion& done) { judge.finished(chain, done); }},
            session.stop(),
            [&](std::int64_t done, std::int64_t all) {
                session.progress(
                    step, "generate", static_cast<double>(done) / static_cast<double>(all));
            }));
    rl.generate_seconds = seconds_since(context_.clock, start);
    rl.generated_tokens = engine.stats().tokens;
    session.progress(step, "verify", 0.0);
    const std::int64_t verify_start = context_.clock.monotonic_us();
    rl.groups = judge.take(std::move(completions));  // most verdicts are there already
    rl.verify_seconds = seconds_since(context_.clock, verify_start);
    for (const RolloutGroup& group : rl.groups) {
        for (const verify::Verdict& verdict : group.verdicts) {
            rl.verify_work_seconds += static_cast<double>(verdict.micros) * 1e-6;
        }
    }
    return {};
}

/// The verifier's score, or for the controls something that only looks like it (training.md 10.4).
std::vector<double> RlStage::rewards_of(const std::vector<RolloutGroup>& groups,
                                        std::int64_t step) {
    std::vector<double> rewards;
    for (const RolloutGroup& group : groups) {
        for (const verify::Verdict& verdict : group.verdicts) rewards.push_back(verdict.score);
    }
    if (config_.vrl.verdicts == "verifier" || rewards.empty()) return rewards;
    util::Rng rng(
        context_.recipe.seed, util::RngStream::kControl, static_cast<std::uint64_t>(step));
    if (config_.vrl.verdicts == "shuffled") {
        const std::vector<std::int64_t> order = rng.permutation(std::ssize(rewards));
        std::vector<double> shuffled;
        for (const std::int64_t i : order) shuffled.push_back(rewards[static_cast<std::size_t>(i)]);
        return shuffled;
    }
    if (control_mean_ < 0.0) {
        control_mean_ = std::accumulate(rewards.begin(), rewards.end(), 0.0) /
                        static_cast<double>(rewards.size());
    }
    for (double& reward : rewards) reward = rng.uniform_double() < control_mean_ ? 1.0 : 0.0;
    return rewards;
}

void RlStage::make_batch(RlStep& rl) const {
    std::int64_t longest = 1;
    std::vector<std::int64_t> group_of;
    std::vector<bool> scored;
    std::vector<bool> verified;
    std::vector<bool> truncated;
    std::int64_t row = 0;
    for (std::size_t p = 0; p < rl.groups.size(); ++p) {
        const RolloutGroup& group = rl.groups[p];
        for (std::size_t g = 0; g < group.completions.size(); ++g, ++row) {
            const rollout::Completion& completion = group.completions[g];
            rl.batch.chains.push_back({.prompt = &group.prompt,
                                       .completion = &completion.tokens,
                                       .group = static_cast<std::int64_t>(p),
                                       .row = row});
            longest = std::max(longest, static_cast<std::int64_t>(completion.tokens.size()));
            group_of.push_back(static_cast<std::int64_t>(p));
            scored.push_back(!verify::is_masked(group.verdicts[g].status));
            verified.push_back(config_.vrl.verdicts == "verifier"
                                   ? group.verdicts[g].status == verify::VerdictStatus::kCorrect
                                   : rl.rewards[static_cast<std::size_t>(row)] >= 1.0);
            truncated.push_back(completion.finish_reason == rollout::FinishReason::kLength);
        }
    }
    at::Tensor mask = at::zeros({row, longest}, at::kFloat);
    at::Tensor sampling = at::zeros({row, longest}, at::kFloat);
    for (const ChainRef& chain : rl.batch.chains) {
        const auto& completion =
            rl.groups[static_cast<std::size_t>(chain.group)]
                .completions[static_cast<std::size_t>(chain.row % config_.vrl.num_generations)];
        const auto length = static_cast<std::int64_t>(completion.tokens.size());
        mask[chain.row].narrow(0, 0, length).fill_(1);
        std::copy(completion.logprobs.begin(),
                  completion.logprobs.end(),
                  sampling.data_ptr<float>() + chain.row * longest);
    }
    rl.batch.completion_mask = mask;
    rl.batch.sampling_logprobs = sampling;
    rl.rollout = {.rewards = at::tensor(rl.rewards, at::kDouble),
                  .scored = bools(scored),
                  .verified = bools(verified),
                  .truncated = bools(truncated),
                  .group = at::tensor(group_of, at::kLong),
                  .completion_mask = mask,
                  .values = {},
                  .old_logprobs = {},
                  .ref_logprobs = {}};
}

Status RlStage::estimate_values(RlStep& rl) {
    VT_ASSIGN(rl.values,
              with_retreat(
                  link_.retreat,
                  MemoryRetreat::Work::kUpdate,
                  "values",
                  [] {},
                  [&]() -> Result<at::Tensor> {
                      at::Tensor values = critic_->values(rl.batch.chains,
                                                          rl.batch.completion_mask.size(0),
                                                          rl.batch.completion_mask.size(1));
                      VT_TRY(policy_.take_failure());
                      return values;
                  }));
    rl.rollout.values = rl.values;
    return {};
}

void RlStage::look_for_bad(RlStep& rl) const {
    if (!rl.bad.empty()) return;
    if (!all_finite(rl.batch.sampling_logprobs)) rl.bad = "the logits of sampling";
    if (rl.bad.empty() && !all_finite(rl.rollout.rewards)) rl.bad = "a reward";
    if (rl.bad.empty() && !all_finite(rl.values)) rl.bad = "the critic's values";
}

Status RlStage::compute_advantage(RlStep& rl) {
    look_for_bad(rl);
    if (!rl.bad.empty()) return {};
    if (config_.vrl.kl_coef > 0.0) {
        // On-policy, so the sampler's log-probs are the old ones.
        rl.rollout.old_logprobs = rl.batch.sampling_logprobs;
        VT_ASSIGN(rl.rollout.ref_logprobs, reference_logprobs(rl));
        if (!all_finite(rl.rollout.ref_logprobs)) rl.bad = "the log-probs of the reference";
        if (!rl.bad.empty()) return {};
    }
    VT_ASSIGN(rl.batch.advantages, compute_advantages(config_.vrl, rl.rollout));
    if (!all_finite(rl.batch.advantages.advantages)) rl.bad = "an advantage";
    return {};
}

Result<at::Tensor> RlStage::reference_logprobs(const RlStep& rl) {
    return with_retreat(
        link_.retreat,
        MemoryRetreat::Work::kUpdate,
        "reference",
        [] {},
        [&]() -> Result<at::Tensor> {
            at::Tensor all = trainer_.logprobs(*reference_,
                                               rl.batch.chains,
                                               rl.batch.completion_mask.size(0),
                                               rl.batch.completion_mask.size(1));
            VT_TRY(policy_.take_failure());
            return all;
        });
}

Status RlStage::update_critic(RlStep& rl) {
    if (!rl.bad.empty()) return {};
    const std::int64_t start = context_.clock.monotonic_us();
    VT_ASSIGN(rl.critic,
              critic_->update(rl.batch.chains,
                              {.returns = rl.batch.advantages.returns,
                               .token_mask = rl.batch.advantages.token_mask,
                               .old_values = rl.values},
                              rl.step));
    rl.bad = rl.critic.bad;
    rl.update_seconds += seconds_since(context_.clock, start);
    return {};
}

Status RlStage::update_policy(RlStep& rl) {
    if (!rl.bad.empty()) return {};
    const std::int64_t start = context_.clock.monotonic_us();
    if (config_.vrl.beta > 0.0) {
        rl.batch.ref_logprobs = rl.rollout.ref_logprobs;
        if (!rl.batch.ref_logprobs.defined()) {
            VT_ASSIGN(rl.batch.ref_logprobs, reference_logprobs(rl));
        }
    } else {
        VT_ASSIGN(rl.reference_kl,
                  with_retreat(
                      link_.retreat,
                      MemoryRetreat::Work::kUpdate,
                      "reference",
                      [] {},
                      [&]() -> Result<double> {
                          const double kl = sampled_reference_kl(rl);
                          VT_TRY(policy_.take_failure());
                          return kl;
                      }));
    }
    VT_ASSIGN(rl.update, trainer_.step(rl.batch, rl.step));
    rl.bad = rl.update.bad;
    rl.update_seconds += seconds_since(context_.clock, start);
    return {};
}

double RlStage::sampled_reference_kl(const RlStep& rl) {
    std::vector<ChainRef> share;
    std::vector<std::int64_t> rows;
    for (std::size_t i = 0; i < rl.batch.chains.size(); i += kReferenceShare) {
        share.push_back(rl.batch.chains[i]);
        rows.push_back(share.back().row);
        share.back().row = std::ssize(share) - 1;
    }
    const at::Tensor index = at::tensor(rows, at::kLong);
    const at::Tensor mask = rl.batch.completion_mask.index_select(0, index);  // [n, L]
    const at::Tensor reference = trainer_.logprobs(*reference_, share, mask.size(0), mask.size(1));
    // On-policy, so the sampler's log-probs are the policy's.
    const at::Tensor difference =
        (reference - rl.batch.sampling_logprobs.index_select(0, index)).to(at::kDouble);
    const at::Tensor k3 = (difference.exp() - difference - 1.0) * mask;
    return k3.sum().item<double>() / std::max(1.0, mask.sum().item<double>());
}

void RlStage::halve_learning_rate() {
    trainer_.scale_learning_rate(0.5);
    trainer_.optimizer().reset();
}

data::StepRecord RlStage::record(const RlStep& rl) const {
    data::StepRecord record;
    record.step = rl.step;
    add_metrics(rl, record);
    add_length_metrics(rl, record);
    if (context_.recipe.store_chains) add_chains(rl, record);
    return record;
}

util::Status RlStage::watch_faults(const RlStep& rl, StageSession& session) const {
    constexpr std::int64_t kMostFaultsOf = 20;  // 1 of 20 = 5 %
    const AdvantageStats& a = rl.batch.advantages.stats;
    if (a.faults * kMostFaultsOf <= a.chains) return {};
    const std::string message =
        std::to_string(a.faults) + " of " + std::to_string(a.chains) + " chains of step " +
        std::to_string(rl.step) +
        " could not be judged (a fault of gold or machine, not of the model); look at them with "
        "`veritune runs chains`, mend the data or the sandbox, then resume the run";
    context_.control.pause_reason = message;
    context_.control.pause = true;
    return session.event(
        rl.step, "verifier_faults", "bad", message, {{"faults", a.faults}, {"chains", a.chains}});
}

void RlStage::add_metrics(const RlStep& rl, data::StepRecord& record) const {
    const AdvantageStats& a = rl.batch.advantages.stats;
    auto& m = record.metrics;
    const double groups = std::max<double>(1.0, static_cast<double>(a.groups));
    double entropy = 0.0;
    double tokens = 0.0;
    for (const RolloutGroup& group : rl.groups) {
        for (const rollout::Completion& c : group.completions) {
            entropy += std::accumulate(c.entropies.begin(), c.entropies.end(), 0.0);
            tokens += static_cast<double>(c.tokens.size());
        }
    }
    m = {{"reward", a.reward_mean},
         {"reward_std", a.reward_std},
         {"frac_reward_zero_std",
          static_cast<double>(a.groups_all_right + a.groups_all_wrong) / groups},
         {"frac_reward_all_right", static_cast<double>(a.groups_all_right) / groups},
         {"frac_reward_all_wrong", static_cast<double>(a.groups_all_wrong) / groups},
         {"reject_kept_ratio", a.reject_kept_ratio},
         {"verifier/faults", static_cast<double>(a.faults)},
         {"loss", rl.update.policy_loss},
         {"grad_norm", rl.update.grad_norm},
         {"learning_rate", rl.update.learning_rate},
         {"skipped_updates", rl.bad.empty() ? 0.0 : 1.0},
         {"policy/updated", rl.update.updated ? 1.0 : 0.0},
         {"entropy", entropy / std::max(1.0, tokens)},
         {"num_tokens", tokens},
         {"prompts/too_long", static_cast<double>(rl.prompts_too_long)},
         {"time/generate", rl.generate_seconds},
         {"time/verify", rl.verify_seconds},
         {"time/verify_work", rl.verify_work_seconds},
         {"time/update", rl.update_seconds},
         {"throughput/generate",
          static_cast<double>(rl.generated_tokens) / std::max(1e-9, rl.generate_seconds)}};
    if (a.sigma > 0.0) m.emplace_back("advantage/sigma", a.sigma);
    if (critic_ != nullptr) {
        m.emplace_back("loss/value_avg", rl.critic.value_loss);
        m.emplace_back("critic/vf_explained_var", rl.critic.explained_variance);
        m.emplace_back("critic/grad_norm", rl.critic.grad_norm);
    }
    for (const auto& metric : rl.update.stats.metrics()) m.push_back(metric);
    if (rl.reference_kl >= 0.0) m.emplace_back("kl", rl.reference_kl);
}

void RlStage::add_length_metrics(const RlStep& rl, data::StepRecord& record) const {
    double sum = 0.0;
    double shortest = 1e300;
    double longest = 0.0;
    double clipped = 0.0;
    double count = 0.0;
    double by_verdict[2][2] = {};
    double ended = 0.0;  // by themselves, and judged
    double answered = 0.0;
    for (const RolloutGroup& group : rl.groups) {
        for (std::size_t g = 0; g < group.completions.size(); ++g) {
            const auto length = static_cast<double>(group.completions[g].tokens.size());
            sum += length;
            shortest = std::min(shortest, length);
            longest = std::max(longest, length);
            clipped +=
                group.completions[g].finish_reason == rollout::FinishReason::kLength ? 1.0 : 0.0;
            count += 1.0;
            const int right = group.verdicts[g].status == verify::VerdictStatus::kCorrect ? 1 : 0;
            by_verdict[right][0] += length;
            by_verdict[right][1] += 1.0;
            // Cut chains have an alarm of their own.
            if (group.completions[g].finish_reason != rollout::FinishReason::kStop ||
                verify::is_masked(group.verdicts[g].status)) {
                continue;
            }
            ended += 1.0;
            answered += group.verdicts[g].status == verify::VerdictStatus::kNoAnswer ? 0.0 : 1.0;
        }
    }
    auto& m = record.metrics;
    m.emplace_back("completions/mean_length", sum / std::max(1.0, count));
    m.emplace_back("completions/min_length", count > 0.0 ? shortest : 0.0);
    m.emplace_back("completions/max_length", longest);
    m.emplace_back("completions/clipped_ratio", clipped / std::max(1.0, count));
    m.emplace_back("completions/mean_length_wrong",
                   by_verdict[0][0] / std::max(1.0, by_verdict[0][1]));
    m.emplace_back("completions/mean_length_correct",
                   by_verdict[1][0] / std::max(1.0, by_verdict[1][1]));
    if (ended > 0.0) m.emplace_back("rewards/format/mean", answered / ended);
}

void RlStage::add_chains(const RlStep& rl, data::StepRecord& record) const {
    const auto copy_row = [](const at::Tensor& all, std::int64_t row, std::size_t length) {
        if (!all.defined()) return std::vector<float>();
        const at::Tensor values = all[row].to(at::kFloat).contiguous();
        return std::vector<float>(values.data_ptr<float>(), values.data_ptr<float>() + length);
    };
    const at::Tensor update = rl.batch.advantages.update;
    const at::Tensor log_ratios = rl.update.logprobs.defined()
                                      ? rl.update.logprobs - rl.batch.sampling_logprobs  // [N, L]
                                      : at::Tensor();
    for (const ChainRef& chain : rl.batch.chains) {
        const RolloutGroup& group = rl.groups[static_cast<std::size_t>(chain.group)];
        const auto sample = static_cast<std::size_t>(chain.row % config_.vrl.num_generations);
        data::ChainRecord stored = rollout::chain_record(context_.format, group, sample, "train");
        const std::size_t length = stored.tokens.size();
        stored.values = copy_row(rl.values, chain.row, length);
        stored.advantages = copy_row(rl.batch.advantages.advantages, chain.row, length);
        stored.ref_logprobs = copy_row(rl.batch.ref_logprobs, chain.row, length);
        stored.reward = rl.rewards[static_cast<std::size_t>(chain.row)];
        const bool has_gradient = update.defined() && update[chain.row].item<bool>();
        stored.updated = rl.update.updated && has_gradient;
        if (has_gradient) stored.log_ratios = copy_row(log_ratios, chain.row, length);
        record.chains.push_back(std::move(stored));
    }
}

std::vector<std::pair<std::string, at::Tensor>> RlStage::tensors() {
    std::vector<std::pair<std::string, at::Tensor>> list = {
        {"policy", policy_.parameters().flat()},
        {"policy.m", trainer_.optimizer().first_moment()},
        {"policy.v", trainer_.optimizer().second_moment()},
        {"reference", reference_->parameters().flat()}};
    if (critic_ != nullptr) {
        list.emplace_back("critic", critic_->lm().parameters().flat());
        list.emplace_back("critic.m", critic_->optimizer().first_moment());
        list.emplace_back("critic.v", critic_->optimizer().second_moment());
    }
    return list;
}

void RlStage::add_to(util::Sha256& hash) {
    trainer_.optimizer().add_to(hash, "policy", policy_);
    add_values(hash, "reference", *reference_);
    if (critic_ != nullptr) critic_->optimizer().add_to(hash, "critic", critic_->lm());
}

Json RlStage::scalars() const {
    auto& self = const_cast<RlStage&>(*this);
    return {{"policy_steps", self.trainer_.optimizer().steps()},
            {"critic_steps", critic_ != nullptr ? critic_->optimizer().steps() : 0},
            {"learning_rate_factor", trainer_.learning_rate_factor()},
            {"sampled_chains", sampled_chains_},
            {"control_mean", control_mean_}};
}

Status RlStage::set_scalars(const Json& scalars) {
    VT_ASSIGN(const std::int64_t policy_steps,
              util::json_int(scalars, "policy_steps", "state.json", 0, 1LL << 40));
    VT_ASSIGN(const std::int64_t critic_steps,
              util::json_int(scalars, "critic_steps", "state.json", 0, 1LL << 40));
    VT_ASSIGN(const double factor,
              util::json_number(scalars, "learning_rate_factor", "state.json"));
    VT_ASSIGN(sampled_chains_,
              util::json_int(scalars, "sampled_chains", "state.json", 0, 1LL << 50));
    VT_ASSIGN(control_mean_, util::json_number(scalars, "control_mean", "state.json"));
    trainer_.optimizer().set_steps(policy_steps);
    if (critic_ != nullptr) critic_->optimizer().set_steps(critic_steps);
    trainer_.set_learning_rate_factor(factor);
    return {};
}

}  // namespace veritune::train
