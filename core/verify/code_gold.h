// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/code_values.h"
#include "core/verify/program_job.h"

#include <string>
#include <string_view>
#include <vector>

namespace veritune::verify {

/// Reason of a masked verdict that is an incident: the program passed cases that contradict their
/// own problem.
inline constexpr std::string_view kCanaryPassed = "canary_passed";

struct CodeCase {
    CaseKind kind = CaseKind::kCall;
    std::string setup;
    std::string call;
    std::string input;
    std::string predicate;  ///< kCall: an expression over `value`, instead of `expected`
    CodeValue expected;     ///< kCall
    std::string expected_stdout;
    CompareRule compare;
};

/// What a code_python gold says; docs/verifiers/code_python.md is its reference.
struct CodeGold {
    std::string setup;      ///< of the data set, run before the program
    std::string checker;    ///< code of the predicates' jail
    std::string reference;  ///< a program that passes
    std::vector<CodeCase> cases;
    bool numeric = false;  ///< words of stdout that are numbers are compared as numbers
    bool canary = false;   ///< the prompt contradicts the cases: nobody can pass honestly
};

/// errors  kInvalidArgument, message = what is wrong with the gold ("case 3: ...")
util::Result<CodeGold> read_code_gold(const util::Json& gold);

}  // namespace veritune::verify
