// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/evaluation_record.h"
#include "core/data/problem.h"
#include "core/eval/protocol.h"
#include "core/programs/engine/loaded_model.h"
#include "core/store/project.h"
#include "core/train/metric_sink.h"
#include "core/train/run_context.h"
#include "core/verify/verifier_pool.h"

#include <cstdint>
#include <span>
#include <string>

namespace veritune::engine_program {

/// What an evaluation by protocol works with; outlives the call.
struct ProtocolJob {
    store::Project& project;
    util::FileSystem& fs;
    train::MetricSink& sink;
    train::RunControl& control;
    LoadedModel& model;
    const verify::VerifierPool& pool;
    std::span<const data::Problem> problems;
    std::int64_t run = 0;
};

/// The record of an evaluation before its first chain: what the run goes on from after an
/// interruption.
data::EvaluationRecord planned_evaluation(const eval::Protocol& protocol,
                                          const train::ModelSource& source,
                                          const std::string& tokenizer_folder);

/// Samples what the store does not have yet, batch by batch, each stored before the next begins;
/// then scores all chains and stores the result. A stop, pause or interruption takes effect
/// between two batches, a cancel at once; either can be resumed.
/// errors  those of sampling and the store; kInvalidArgument: the protocol of the record is broken
util::Result<train::StageEnd> evaluate_by_protocol(const ProtocolJob& job,
                                                   data::EvaluationRecord record);

/// Tells two model folders apart without reading all their bytes: SHA-256 over names, sizes, small
/// files whole and the first and last MiB of large ones. Empty for no folder.
std::string folder_identity(util::FileSystem& fs, const std::string& folder);

}  // namespace veritune::engine_program
