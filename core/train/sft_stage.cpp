// SPDX-License-Identifier: Apache-2.0
#include "core/train/sft_stage.h"

#include "core/util/clock.h"

#include <optional>
#include <utility>

namespace veritune::train {

namespace {

/// A full state hash of every step would cost more than the step of a tiny model.
constexpr std::int64_t kFullHashEvery = 50;

}  // namespace

util::Result<std::vector<SftExample>> encode_demonstrations(
    const rollout::PromptFormat& format, const std::vector<data::Problem>& problems) {
    std::vector<SftExample> examples;
    for (const data::Problem& problem : problems) {
        if (problem.solution.empty()) {
            return util::fail(
                util::ErrorCode::kInvalidArgument,
                "problem " + problem.id + " has no solution; cold start needs demonstrations",
                "demonstrations");
        }
        SftExample example;
        VT_ASSIGN(example.prompt, format.encode(problem));
        VT_ASSIGN(example.completion, format.encode_solution(problem));
        examples.push_back(std::move(example));
    }
    return examples;
}

std::vector<std::pair<std::string, at::Tensor>> SftStage::tensors() {
    return {{"policy", lm_.parameters().flat()},
            {"policy.m", optimizer_.first_moment()},
            {"policy.v", optimizer_.second_moment()}};
}

util::Json SftStage::scalars() const {
    return {{"policy_steps", optimizer_.steps()},
            {"learning_rate_factor", trainer_.learning_rate_factor()}};
}

util::Status SftStage::set_scalars(const util::Json& scalars) {
    VT_ASSIGN(const std::int64_t steps,
              util::json_int(scalars, "policy_steps", "state.json", 0, 1LL << 40));
    VT_ASSIGN(const double factor,
              util::json_number(scalars, "learning_rate_factor", "state.json"));
    optimizer_.set_steps(steps);
    trainer_.set_learning_rate_factor(factor);
    return {};
}

void SftStage::halve_learning_rate() {
    trainer_.set_learning_rate_factor(0.5 * trainer_.learning_rate_factor());
    optimizer_.reset();
}

data::StepRecord sft_record(const SftStepStats& stats, std::int64_t step, double seconds) {
    data::StepRecord record;
    record.step = step;
    record.metrics = {
        {"loss", stats.loss},
        {"grad_norm", stats.grad_norm},
        {"learning_rate", stats.learning_rate},
        {"mean_token_probability", stats.token_accuracy},
        {"entropy", stats.entropy},
        {"num_tokens", static_cast<double>(stats.tokens)},
        {"skipped_updates", stats.skipped ? 1.0 : 0.0},
        {"throughput/train", static_cast<double>(stats.tokens) / (seconds > 0.0 ? seconds : 1e-9)}};
    return record;
}

util::Result<StageEnd> run_sft_loop(SftStage& stage,
                                    StageSession& session,
                                    std::int64_t first_step) {
    for (std::int64_t step = first_step; step <= stage.trainer().total_steps(); ++step) {
        if (session.stop().stop_requested())
            return util::fail(util::ErrorCode::kCancelled, "training was stopped");
        session.progress(step, "update", 0.0);
        const std::int64_t start = util::system_clock().monotonic_us();
        VT_ASSIGN(const SftStepStats stats, stage.trainer().step(step));
        const double seconds =
            static_cast<double>(util::system_clock().monotonic_us() - start) * 1e-6;
        const bool full_hash = step % kFullHashEvery == 0 || step == stage.trainer().total_steps();
        VT_TRY(session.commit(sft_record(stats, step, seconds), full_hash));
        VT_TRY(session.observe_update(step, stats.bad));
        VT_ASSIGN(const std::optional<StageEnd> end, session.after_step(step));
        if (end) return *end;
    }
    return StageEnd::kDone;
}

}  // namespace veritune::train
