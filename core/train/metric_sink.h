// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/run_record.h"
#include "core/util/result.h"

namespace veritune::train {

/// Where training reports to. The engine's implementation writes one transaction into the project
/// database and then sends one notification. An error means "not stored": the caller stops at once
/// and the step is lost. threads  called from the training thread only
class MetricSink {
  public:
    virtual ~MetricSink() = default;
    virtual util::Status stage(const data::StageRecord& record) = 0;
    virtual util::Status step(const data::StepRecord& record) = 0;
    virtual util::Status checkpoint(const data::CheckpointRecord& record) = 0;
    /// The row goes before the folder is deleted.
    virtual util::Status forget_checkpoint(const std::string& stage, std::int64_t step) = 0;
    virtual util::Status event(const data::EventRecord& record) = 0;
    /// Live progress inside a step (phase "generate" | "verify" | "update" | "evaluate", 0..1); may
    /// be dropped.
    virtual void progress(const std::string& stage,
                          std::int64_t step,
                          const char* phase,
                          double fraction) = 0;
};

}  // namespace veritune::train
