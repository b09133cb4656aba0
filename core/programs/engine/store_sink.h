// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "core/store/run_store.h"
#include "core/train/metric_sink.h"
#include "core/util/clock.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <string>

namespace veritune::engine_program {

/// What training reports goes into the project database first and only then out as a notice.
/// threads  the training thread; `state` from any
class StoreSink final : public train::MetricSink {
  public:
    StoreSink(store::RunStore& runs, engine::Engine& notices, util::Clock& clock, std::int64_t run);

    util::Status stage(const data::StageRecord& record) override;
    util::Status step(const data::StepRecord& record) override;
    util::Status checkpoint(const data::CheckpointRecord& record) override;
    util::Status forget_checkpoint(const std::string& stage, std::int64_t step) override;
    util::Status event(const data::EventRecord& record) override;
    void progress(const std::string& stage,
                  std::int64_t step,
                  const char* phase,
                  double fraction) override;

    /// Runs `task` on the training thread at its next report and waits for the result; the project
    /// has one writer, and while a run is active that is its thread.
    /// errors  those of the task; kBusy when the run ended first
    /// threads any but the training thread
    util::Status between_steps(std::function<util::Status()> task);
    /// No more tasks; those waiting are answered with kBusy.
    void close();
    /// Stage, step, phase and so on of this moment.
    engine::EngineState state() const;
    /// What computes: "cpu" or "cuda". threads  any
    void set_device(const std::string& device);
    /// Of the last steps; 0 before the first. threads  any
    double median_step_seconds() const;

  private:
    store::RunStore& runs_;
    engine::Engine& notices_;
    util::Clock& clock_;
    std::int64_t run_;
    std::map<std::string, std::int64_t> total_steps_;
    void run_tasks();
    struct Task {
        std::function<util::Status()> work;
        std::promise<util::Status> done;
    };
    std::deque<Task> tasks_;
    bool closed_ = false;
    std::int64_t last_progress_us_ = 0;
    mutable std::mutex mutex_;
    engine::EngineState state_;
    std::deque<double> step_seconds_;
};

}  // namespace veritune::engine_program
