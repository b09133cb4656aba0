// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/run_follower.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace veritune::cli {
namespace {

constexpr std::chrono::milliseconds kTick{200};
constexpr std::int64_t kLookEveryUs = 1'000'000;

/// What the engine's reader thread leaves for the verb's thread: only the newest of each kind,
/// because the database has everything else.
class Inbox {
  public:
    struct Content {
        bool look = false;    ///< the database has something new
        bool active = false;  ///< the engine spoke about this run
        std::optional<engine::Progress> progress;
        std::optional<util::Error> disconnected;
    };

    Inbox(engine::Engine& engine, std::int64_t run) {
        handlers_.push_back(
            engine.handle_notice([this, run](const engine::Notice& notice) { take(notice, run); }));
        handlers_.push_back(engine.handle_disconnected([this](const util::Error& reason) {
            change([&](Content& content) { content.disconnected = reason; });
        }));
    }

    Content wait() {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, kTick, [this] { return fresh_; });
        fresh_ = false;
        return std::exchange(content_, Content{});
    }

  private:
    template <typename Change>
    void change(Change apply) {
        const std::lock_guard lock(mutex_);
        apply(content_);
        fresh_ = true;
        changed_.notify_one();
    }

    void take(const engine::Notice& notice, std::int64_t run) {
        if (const auto* progress = std::get_if<engine::Progress>(&notice)) {
            if (progress->run != run) return;
            change([&](Content& content) {
                content.progress = *progress;
                content.active = true;
            });
            return;
        }
        if (std::holds_alternative<engine::Log>(notice)) return;
        if (std::holds_alternative<engine::TokenText>(notice)) return;
        const auto* state = std::get_if<engine::RunStateChanged>(&notice);
        change([&](Content& content) {
            content.look = true;
            content.active = content.active || (state != nullptr && state->run == run);
        });
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool fresh_ = false;
    Content content_;
    std::vector<std::unique_ptr<engine::Handler>> handlers_;  // last: ends before the rest goes
};

bool has_ended(store::RunState state) {
    return state != store::RunState::kQueued && state != store::RunState::kRunning;
}

util::Json stage_json(const data::StageRecord& stage) {
    return {{"stage", stage.stage},
            {"type", stage.type},
            {"state", stage.state},
            {"total_steps", stage.total_steps},
            {"summary", stage.summary}};
}

util::Json metrics_json(const engine::MetricList& metrics) {
    util::Json object = util::Json::object();
    for (const auto& [name, value] : metrics) object[name] = value;
    return object;
}

class Follower {
  public:
    Follower(Context& context,
             engine::Engine& engine,
             const store::RunReader& reader,
             const FollowOptions& options)
        : context_(context),
          out_(context.out),
          engine_(engine),
          reader_(reader),
          options_(options),
          tracker_(options.run),
          screen_(context.out) {}

    util::Result<RunOutcome> follow() {
        const CatchInterrupts guard(context_.interrupts);
        Inbox inbox(engine_, options_.run);
        began_us_ = context_.clock.monotonic_us();
        VT_TRY(look(!options_.from_start));
        while (!ended() && !outcome_.left_running && outcome_.lost.empty()) {
            VT_TRY(turn(inbox.wait()));
        }
        show_last();
        outcome_.run = tracker_.run();
        outcome_.stages = tracker_.stages();
        return std::move(outcome_);
    }

  private:
    util::Status turn(const Inbox::Content& news) {
        active_ = active_ || news.active;
        if (news.progress) tracker_.note_progress(*news.progress);
        const bool due = context_.clock.monotonic_us() - looked_us_ >= kLookEveryUs;
        if (news.look || news.disconnected || due) VT_TRY(look(false));
        if (news.disconnected && !has_ended(tracker_.run().state)) {
            outcome_.lost = util::to_string(*news.disconnected);
        }
        heed_interrupts();
        show();
        return {};
    }

    /// silent  what is there already is not news
    util::Status look(bool silent) {
        looked_us_ = context_.clock.monotonic_us();
        VT_ASSIGN(const RunChanges changes, tracker_.refresh(reader_, context_.clock.wall_us()));
        if (!silent) report(changes);
        return {};
    }

    /// A run that was resumed a moment ago may still be marked as it was before.
    bool ended() {
        if (!has_ended(tracker_.run().state)) return false;
        const std::int64_t waited_ms = (context_.clock.monotonic_us() - began_us_) / 1000;
        return options_.from_start || active_ || waited_ms >= options_.grace_ms;
    }

    void report(const RunChanges& changes) {
        for (const auto& step : changes.steps) {
            out_.event("step",
                       {{"run", options_.run},
                        {"stage", step.info.stage},
                        {"step", step.info.step},
                        {"seconds", step.info.seconds},
                        {"metrics", metrics_json(step.metrics)}});
        }
        for (const auto& point : changes.heldout) {
            out_.event("heldout",
                       {{"run", options_.run},
                        {"stage", point.stage},
                        {"step", point.step},
                        {"pass@1", point.pass1}});
        }
        for (const auto& stage : changes.stages) {
            util::Json fields = stage_json(stage.record);
            fields["run"] = options_.run;
            out_.event("stage", fields);
        }
        for (const auto& event : changes.events) report_event(event.record);
        if (changes.run_state) {
            out_.event("run_state",
                       {{"run", options_.run},
                        {"state", tracker_.progress().state},
                        {"error", tracker_.run().error}});
        }
        stage_news_ = stage_news_ || !changes.stages.empty();
    }

    void report_event(const data::EventRecord& event) {
        out_.event("event",
                   {{"run", options_.run},
                    {"stage", event.stage},
                    {"step", event.step},
                    {"kind", event.kind},
                    {"severity", event.severity},
                    {"message", event.message}});
        if (event.severity == "info" || out_.json()) return;
        say(event.stage + ", step " + std::to_string(event.step) + ": " + printable(event.message));
    }

    void say(const std::string& sentence) {
        screen_.clear();
        out_.say(sentence);
    }

    void heed_interrupts() {
        const int count = context_.interrupts.count();
        if (count >= 2) {
            outcome_.left_running = true;
        } else if (count == 1 && !outcome_.stop_requested) {
            outcome_.stop_requested = true;
            const util::Status asked =
                engine_.stop_run({.run = options_.run, .mode = engine::StopMode::kStopKeep});
            say(asked ? "Stopping after this step and keeping the result; press Ctrl-C again to "
                        "leave without waiting."
                      : "The engine could not be asked to stop: " +
                            printable(util::to_string(asked.error())));
        }
    }

    void show() {
        if (out_.options().quiet || (out_.json() && !out_.options().live)) return;
        if (out_.options().live) {
            screen_.draw(render_progress(tracker_.progress(), out_.style()));
            return;
        }
        const double since = static_cast<double>(context_.clock.monotonic_us() - plain_us_) / 1e6;
        if (!stage_news_ && since < options_.plain_interval_s) return;
        const std::string line = render_progress_line(tracker_.progress());
        if (line.empty() || line == last_line_) return;
        out_.say(line);
        last_line_ = line;
        plain_us_ = context_.clock.monotonic_us();
        stage_news_ = false;
    }

    /// The block stays on the screen as it ended; without a terminal there is nothing to leave.
    void show_last() {
        if (out_.options().live) show();
    }

    Context& context_;
    Output& out_;
    engine::Engine& engine_;
    const store::RunReader& reader_;
    FollowOptions options_;
    RunTracker tracker_;
    ProgressScreen screen_;
    RunOutcome outcome_;
    std::string last_line_;
    std::int64_t began_us_ = 0;
    std::int64_t looked_us_ = 0;
    std::int64_t plain_us_ = 0;
    bool active_ = false;
    bool stage_news_ = false;
};

std::string resume_hint(std::int64_t run) {
    return "`veritune runs resume " + std::to_string(run) + "`";
}

}  // namespace

util::Result<RunOutcome> follow_run(Context& context,
                                    engine::Engine& engine,
                                    const store::RunReader& reader,
                                    const FollowOptions& options) {
    return Follower(context, engine, reader, options).follow();
}

util::Result<int> conclude_run(Context& context, const RunOutcome& outcome) {
    Output& out = context.out;
    const std::int64_t id = outcome.run.id;
    const std::string run = "Run " + std::to_string(id);
    if (outcome.left_running) {
        out.say(run +
                " goes on in the engine until its step is done; look with `veritune runs "
                "show " +
                std::to_string(id) + "`, go on later with " + resume_hint(id) + ".");
        return kExitInterrupted;
    }
    if (!outcome.lost.empty()) {
        return util::fail(util::ErrorCode::kUnavailable,
                          "the engine is gone while run " + std::to_string(id) +
                              " was active; go on from the last completed step with " +
                              resume_hint(id),
                          outcome.lost);
    }
    if (outcome.run.state == store::RunState::kFailed) {
        return util::fail(util::ErrorCode::kInternal,
                          "run " + std::to_string(id) + " failed: " + outcome.run.error,
                          "run " + std::to_string(id));
    }
    const std::string state(store::run_state_name(outcome.run.state));
    const bool complete = outcome.run.state == store::RunState::kDone;
    if (complete) {
        out.say(run + " is done; look at it with `veritune runs show " + std::to_string(id) + "`.");
    } else {
        out.say(run + " is " + state +
                (outcome.run.error.empty() ? "" : " (" + printable(outcome.run.error) + ")") +
                "; go on with " + resume_hint(id) + ".");
    }
    const bool interrupted =
        outcome.stop_requested || outcome.run.state == store::RunState::kInterrupted;
    return interrupted && !complete ? kExitInterrupted : kExitOk;
}

util::Json run_result_json(const RunOutcome& outcome) {
    util::Json stages = util::Json::array();
    for (const store::StageInfo& stage : outcome.stages) stages.push_back(stage_json(stage.record));
    return {{"run", outcome.run.id},
            {"name", outcome.run.name},
            {"state", store::run_state_name(outcome.run.state)},
            {"error", outcome.run.error},
            {"stages", std::move(stages)}};
}

}  // namespace veritune::cli
