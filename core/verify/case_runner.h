// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

#include <cstdint>
#include <functional>
#include <string>

namespace veritune::verify {

/// What a row of a case file uses where it does not say so itself.
struct CaseOptions {
    std::string verifier;  ///< id; empty: every row names its own
    util::Json params =
        util::Json::object();  ///< a row that names a verifier of its own starts from {} instead
    std::string profile = "reward_strict";
    int threads = 1;                  ///< >= 1; changes nothing but the time
    ProgramRunner* runner = nullptr;  ///< where programs run; nullptr: they get sandbox_error
};

struct CaseSummary {
    std::int64_t rows = 0;
    std::int64_t correct = 0;
    std::int64_t masked = 0;    ///< invalid_gold, sandbox_error, internal_error; bad rows too
    std::int64_t bad_rows = 0;  ///< not JSON, a missing key, a wrong type
};

/// `veritune verify run`: JSONL rows {"gold","completion"} with optional "id" (text or number),
/// "verifier", "params", "profile", "finish_reason" (stop | length | abort), "prompt",
/// "think_tags"; other keys are ignored. For EVERY row, in order, one object
/// {"line","id","status","score","extracted","span":[b,e],"rule","method","reason","micros"} goes
/// to `on_result`. A row that cannot be read has status invalid_gold, reason "bad_row: ...", and id
/// null unless it could be read. Lines of white space are no rows. Only a bounded batch of rows is
/// in memory. on_result  returns false to stop early errors  those of the file threads  on_result
/// is called by the caller's thread only
util::Result<CaseSummary> run_cases(const std::string& path,
                                    const CaseOptions& options,
                                    const std::function<bool(const util::Json&)>& on_result);

}  // namespace veritune::verify
