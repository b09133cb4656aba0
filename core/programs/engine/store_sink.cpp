// SPDX-License-Identifier: Apache-2.0
#include "core/programs/engine/store_sink.h"

#include <algorithm>
#include <vector>

namespace veritune::engine_program {

namespace {
constexpr std::int64_t kProgressEveryUs = 100'000;
constexpr std::size_t kStepsOfMedian = 31;
}  // namespace

StoreSink::StoreSink(store::RunStore& runs,
                     engine::Engine& notices,
                     util::Clock& clock,
                     std::int64_t run)
    : runs_(runs),
      notices_(notices),
      clock_(clock),
      run_(run) {
    state_.run = run;
    state_.run_state = "running";
    state_.device = "cpu";
}

engine::EngineState StoreSink::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

void StoreSink::set_device(const std::string& device) {
    const std::lock_guard lock(mutex_);
    state_.device = device;
}

double StoreSink::median_step_seconds() const {
    const std::lock_guard lock(mutex_);
    if (step_seconds_.empty()) return 0.0;
    std::vector<double> sorted(step_seconds_.begin(), step_seconds_.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
}

util::Status StoreSink::stage(const data::StageRecord& record) {
    VT_TRY(runs_.record_stage(run_, record));
    total_steps_[record.stage] = record.total_steps;
    {
        const std::lock_guard lock(mutex_);
        state_.stage = record.stage;
        state_.step = 0;
        state_.total_steps = record.total_steps;
    }
    notices_.publish(engine::StageChanged{.run = run_,
                                          .stage = record.stage,
                                          .type = record.type,
                                          .state = record.state,
                                          .total_steps = record.total_steps});
    return {};
}

util::Status StoreSink::step(const data::StepRecord& record) {
    VT_TRY(runs_.record_step(run_, record));
    {
        const std::lock_guard lock(mutex_);
        state_.step = record.step;
        if (!record.state_hash.empty()) step_seconds_.push_back(record.seconds);
        if (step_seconds_.size() > kStepsOfMedian) step_seconds_.pop_front();
    }
    notices_.publish(engine::StepDone{.run = run_,
                                      .stage = record.stage,
                                      .step = record.step,
                                      .total_steps = total_steps_[record.stage],
                                      .seconds = record.seconds,
                                      .metrics = record.metrics});
    return {};
}

util::Status StoreSink::checkpoint(const data::CheckpointRecord& record) {
    return runs_.record_checkpoint(run_, record);
}

util::Status StoreSink::forget_checkpoint(const std::string& stage, std::int64_t step) {
    return runs_.forget_checkpoint(run_, stage, step);
}

util::Status StoreSink::event(const data::EventRecord& record) {
    VT_TRY(runs_.record_event(run_, record));
    notices_.publish(engine::Event{.run = run_,
                                   .stage = record.stage,
                                   .step = record.step,
                                   .kind = record.kind,
                                   .severity = record.severity,
                                   .message = record.message,
                                   .detail = record.detail});
    return {};
}

util::Status StoreSink::between_steps(std::function<util::Status()> task) {
    std::future<util::Status> done;
    {
        const std::lock_guard lock(mutex_);
        if (closed_) return util::fail(util::ErrorCode::kBusy, "the run is just ending; try again");
        tasks_.push_back({std::move(task), {}});
        done = tasks_.back().done.get_future();
    }
    return done.get();
}

void StoreSink::run_tasks() {
    std::deque<Task> tasks;
    {
        const std::lock_guard lock(mutex_);
        tasks.swap(tasks_);
    }
    for (Task& task : tasks) task.done.set_value(task.work());
}

void StoreSink::close() {
    std::deque<Task> tasks;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        tasks.swap(tasks_);
    }
    for (Task& task : tasks) {
        task.done.set_value(
            util::fail(util::ErrorCode::kBusy, "the run is just ending; try again"));
    }
}

void StoreSink::progress(const std::string& stage,
                         std::int64_t step,
                         const char* phase,
                         double fraction) {
    run_tasks();
    const std::int64_t now = clock_.monotonic_us();
    {
        const std::lock_guard lock(mutex_);
        state_.phase = phase;
        state_.fraction = fraction;
    }
    if (now - last_progress_us_ < kProgressEveryUs) return;
    last_progress_us_ = now;
    notices_.publish(engine::Progress{
        .run = run_, .stage = stage, .step = step, .phase = phase, .fraction = fraction});
}

}  // namespace veritune::engine_program
