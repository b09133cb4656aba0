// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// A way through a graph or a maze, walked step by step; the shortest one where it is asked for.
/// instance  kind: "graph" {edges: [[from, to, cost?]], directed, nodes, start, goal} or "maze"
///   {rows: ["S.#", "..G"]}; want: "any" | "shortest"; max_cost, simple, visit, visit_all, avoid
/// gold    a path (list of nodes, or moves of a maze), "none" where there is no path, or null; or
///   the whole instance with an optional "solution". Every path that keeps the conditions counts.
/// accepts  a JSON list, "A -> B -> C", "A, B, C"; in a maze moves ("RRD", "right, down") or
///   [[row, column], ...] counted from 1; "none" or [] for "there is no path"
/// reasons  incorrect: unreadable, unknown_node, into_a_wall, wrong_start, wrong_goal, no_edge,
///   node_twice, not_visited, forbidden_node, too_long, not_shortest, there_is_a_path,
///   answer_too_long · budget_exceeded: answer_too_long · invalid_gold: bad_gold, bad_params;
///   import only: no_solution
class PathVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "path"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "Walks a path through a graph or a maze and names the first step that fails.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<Rewrite> rewrites(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
