// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// Runs the program of an answer on the gold's cases. The program only maps inputs to values; it
/// is judged here, on typed values, and never learns what is expected. The answer is everything
/// after the reasoning, and in it the program of code_block.h; the extraction profile is not used.
/// params  {"partial": bool, "case_cpu_s", "wall_ms", "memory_mib": whole numbers}
/// gold    docs/verifiers/code_python.md: {"cases": [{"call","expected"} | {"stdin",
///   "expected_stdout"} | {"call","predicate"}], "setup"?, "checker"?, "reference"?, "compare"?,
///   "visible"?, "numeric"?, "canary"?}
/// reasons  incorrect: wrong_value, wrong_output, predicate_false, raised, program_raised,
/// no_value,
///   no_frame, bad_frame, driver_lost, jail_died · budget_exceeded: cpu_limit, wall_limit,
///   memory_limit, output_limit, not_run, answer_too_long · no_answer: cut_off and the extraction's
///   · invalid_gold: bad_gold: ..., setup_failed, checker_failed, canary_passed · sandbox_error:
///   no_sandbox, sandbox: ... A time limit that was hit is tried once more while nothing else runs;
///   then the second counts.
class CodePythonVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "code_python"; }
    int version() const override { return 2; }
    std::string_view summary() const override {
        return "Runs a Python program in a jail and compares what it returns, case by case.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    bool partial_credit() const override { return true; }
    bool runs_programs() const override { return true; }
    /// Without a runner there is no verdict: sandbox_error.
    Verdict verify(const VerifyRequest& request) const override;
    Advance advance(const VerifyRequest& request,
                    const std::vector<ProgramResult>& results) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
