// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/evaluation_record.h"
#include "core/eval/comparison.h"
#include "core/eval/protocol.h"
#include "core/programs/cli/output.h"

#include <string>
#include <vector>

/// How results of evaluations look, for people and as JSON.
namespace veritune::cli {

/// "75.2 %"
std::string percent(double share);

/// problems  also what every column says of every problem
util::Json evaluation_json(const data::EvaluationRecord& record, bool problems);
util::Json comparison_json(const eval::Comparison& comparison);

/// The columns of one result, a row each.
std::string evaluation_text(const data::EvaluationRecord& record);
/// All results, a table of its own for every protocol hash: scores that were measured in different
/// ways never stand in one column.
std::string evaluations_text(const std::vector<data::EvaluationRecord>& records);
/// limit  problems shown of the broken and of the fixed ones
std::string comparison_text(const data::EvaluationRecord& a,
                            const data::EvaluationRecord& b,
                            const eval::Comparison& comparison,
                            std::size_t limit);
std::string protocols_text(const std::vector<eval::Protocol>& protocols);

}  // namespace veritune::cli
