// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// Puzzles whose solution is a table: sudoku, latin squares, futoshiki, nonograms, queens, map
/// colouring, zebra puzzles. Every rule is checked; every solution of the instance counts.
/// instance  kind and its members, see docs/verifiers/grid.md and grid_puzzle.h
/// params  the instance, or nothing; partial (false): an answer that is no solution gets the share
///   of the free cells which are as in the stored solution
/// gold    a solution (rows, or names for colouring and zebra), or null; or the whole instance with
///   an optional "solution"
/// accepts  the last JSON value, or the last block of lines that shows rows; names as in "A: red"
/// reasons  incorrect: not_a_grid, wrong_size, not_filled, wrong_value, named_twice, rule_broken
///   (also with partial), answer_too_long · budget_exceeded: answer_too_long · invalid_gold:
///   bad_gold, bad_params; import only: no_solution
class GridVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "grid"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "Checks a filled grid (sudoku, futoshiki, nonogram, queens, colouring, zebra) rule "
               "by rule.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    bool partial_credit() const override { return true; }
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<Rewrite> rewrites(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
