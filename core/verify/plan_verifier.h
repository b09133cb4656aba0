// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// A plan, carried out step by step in its world; the first step that cannot be done is named.
/// instance  kind: "strips" | "hanoi" | "jugs" | "river" | "sokoban" and its members, see
///   docs/verifiers/plan.md; max_steps (1,000); shortest (false): no plan may be shorter
/// gold    a plan (list of lines, or one text), or null; or the whole instance with an optional
///   "solution". Every plan that ends in the goal counts.
/// accepts  the last JSON list, or one action a line (or ;), numbered or not
/// reasons  incorrect: unreadable, step_not_possible, goal_not_reached, too_many_steps,
///   not_shortest, answer_too_long · budget_exceeded: answer_too_long · invalid_gold: bad_gold,
///   bad_params; import only: no_solution
class PlanVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "plan"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "Carries out a plan step by step and names the first step that cannot be done.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<Rewrite> rewrites(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
