// SPDX-License-Identifier: Apache-2.0
// Verifiable reinforcement learning, one step after the other (architecture.md 3): sample, let the
// verifiers judge, estimate advantages, train the critic on every scored chain, move the policy by
// the proven ones, store, evaluate.
#include "core/train/rl_stage.h"

namespace veritune::train {

util::Result<StageEnd> run_rl_loop(RlStage& stage, StageSession& session, std::int64_t first_step) {
    for (std::int64_t step = first_step; step <= stage.total_steps(); ++step) {
        VT_ASSIGN(RlStep rl, stage.rollout(step, session));  // B prompts, G chains each, judged

        session.progress(step, "update", 0.0);
        stage.make_batch(rl);  // [N, L] tensors; faults of gold or machine are masked
        if (stage.uses_critic()) VT_TRY(stage.estimate_values(rl));
        VT_TRY(stage.compute_advantage(rl));  // whole groups, before any split
        if (stage.uses_critic()) VT_TRY(stage.update_critic(rl));
        if (stage.policy_may_move(step)) VT_TRY(stage.update_policy(rl));

        VT_TRY(session.commit(stage.record(rl),
                              true));  // one transaction: metrics, chains, state hash
        VT_TRY(session.observe_update(step, rl.bad));  // what was not finite updated nothing
        if (rl.bad.empty()) session.observe_reward(stage.mean_reward(rl));
        VT_TRY(stage.watch_faults(rl, session));
        VT_ASSIGN(const std::optional<StageEnd> end,
                  session.after_step(step));  // held-out guard, checkpoints, wishes
        if (end) return *end;
    }
    return StageEnd::kDone;
}

}  // namespace veritune::train
