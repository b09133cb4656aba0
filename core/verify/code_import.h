// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/dataset.h"
#include "core/data/dataset_row.h"
#include "core/data/problem.h"
#include "core/verify/program_job.h"

#include <functional>
#include <string>

namespace veritune::verify {

/// A row of HumanEval or MBPP as a problem of ours.
struct ImportedCode {
    enum class How {
        kDirect,    ///< every assert is call == literal, or a call alone
        kRecorded,  ///< the reference ran and gave the expected values
        kReview,    ///< a person has to look: `note`; the reference's values are there all the same
    };
    data::Problem problem;
    How how = How::kReview;
    int dropped = 0;   ///< asserts that say nothing (`assert True`)
    std::string note;  ///< why kReview
};

/// Turns the asserts of a row into cases (verifiers.md 5). The row's texts are read and its
/// reference is run inside a jail only; here they are moved.
///   HumanEval  {"task_id","prompt","entry_point","canonical_solution","test"}
///   MBPP       {"task_id","text","code","test_list","test_setup_code"}
/// errors  kCorruptData (neither shape), kUnavailable (no jail)
util::Result<ImportedCode> import_code_row(const util::Json& row, ProgramRunner& runner);

/// import_code_row() in the form of data::ImportHooks: the gold is tried with its reference; a row
/// that a person has to look at is needs_review with the finding "code_import".
/// runner  outlives the function
std::function<util::Result<data::DatasetRow>(const util::Json& raw)> code_row_converter(
    ProgramRunner& runner);

/// A whole file of such rows, in the form of data::import_jsonl(): every gold is tried with its
/// reference, a row for review or whose reference fails is in `errors`. Ids that repeat are errors.
/// errors  those of the file; kUnavailable (no jail)
util::Result<data::ImportReport> import_code(const std::string& path, ProgramRunner& runner);

}  // namespace veritune::verify
