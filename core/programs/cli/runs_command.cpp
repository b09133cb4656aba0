// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/command.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/run_start.h"
#include "core/programs/cli/runs_doctor.h"
#include "core/programs/cli/validators.h"

#include <CLI/CLI.hpp>

#include <cmath>

namespace veritune::cli {
namespace {

std::string time_or_dash(std::int64_t wall_us) {
    return wall_us > 0 ? util::format_utc(wall_us) : "-";
}

util::Json run_json(const store::RunRecord& run) {
    return {{"id", run.id},
            {"name", run.name},
            {"state", store::run_state_name(run.state)},
            {"seed", run.seed},
            {"created", time_or_dash(run.created_us)},
            {"started", time_or_dash(run.started_us)},
            {"ended", time_or_dash(run.ended_us)},
            {"error", run.error},
            {"restarts", run.restarts},
            {"last_stage", run.last_stage},
            {"last_step", run.last_step},
            {"state_hash", run.state_hash}};
}

util::Json stage_json(const store::StageInfo& stage) {
    return {{"stage", stage.record.stage},
            {"type", stage.record.type},
            {"state", stage.record.state},
            {"total_steps", stage.record.total_steps},
            {"summary", stage.record.summary}};
}

util::Json checkpoint_json(const store::CheckpointInfo& checkpoint) {
    return {{"stage", checkpoint.record.stage},
            {"step", checkpoint.record.step},
            {"path", checkpoint.record.path},
            {"heldout_pass1", checkpoint.record.heldout_pass1},
            {"best", checkpoint.record.best},
            {"state_hash", checkpoint.record.state_hash},
            {"created", util::format_utc(checkpoint.created_us)}};
}

util::Json event_json(const store::EventInfo& event) {
    return {{"time", util::format_utc(event.time_us)},
            {"stage", event.record.stage},
            {"step", event.record.step},
            {"kind", event.record.kind},
            {"severity", event.record.severity},
            {"message", event.record.message},
            {"detail", event.record.detail}};
}

util::Json summary_json(const store::ChainSummary& chain) {
    return {{"id", chain.id},
            {"stage", chain.key.stage},
            {"step", chain.key.step},
            {"phase", chain.key.phase},
            {"problem_id", chain.key.problem_id},
            {"sample", chain.key.sample},
            {"tokens", chain.tokens},
            {"finish_reason", chain.finish_reason},
            {"verifier", chain.verifier},
            {"status", chain.status},
            {"score", chain.score},
            {"reward", chain.reward},
            {"extracted", chain.extracted},
            {"rule", chain.rule},
            {"method", chain.method},
            {"reason", chain.reason},
            {"updated", chain.updated}};
}

util::Json chain_json(const store::StoredChain& chain) {
    const data::ChainRecord& record = chain.record;
    return {{"id", chain.id},
            {"stage", chain.stage},
            {"step", chain.step},
            {"phase", record.phase},
            {"problem_id", record.problem_id},
            {"sample", record.sample},
            {"prompt", record.prompt},
            {"completion", record.completion},
            {"tokens", record.tokens},
            {"logprobs", record.logprobs},
            {"entropies", record.entropies},
            {"values", record.values},
            {"advantages", record.advantages},
            {"ref_logprobs", record.ref_logprobs},
            {"log_ratios", record.log_ratios},
            {"finish_reason", record.finish_reason},
            {"verifier", record.verifier},
            {"status", record.status},
            {"score", record.score},
            {"reward", record.reward},
            {"extracted", record.extracted},
            {"span", {record.span_begin, record.span_end}},
            {"rule", record.rule},
            {"method", record.method},
            {"reason", record.reason},
            {"steps", record.steps},
            {"gold", record.gold},
            {"updated", record.updated}};
}

std::string chain_text(const store::StoredChain& chain) {
    const data::ChainRecord& record = chain.record;
    return "chain       " + std::to_string(chain.id) + " (" + printable(chain.stage) + ", step " +
           std::to_string(chain.step) + ", " + printable(record.phase) + ", problem " +
           printable(record.problem_id) + ", sample " + std::to_string(record.sample) + ")\n" +
           "prompt      " + printable(record.prompt, true) + "\n" + "completion  " +
           printable(record.completion, true) + "\n" + "gold        " +
           printable(json_line(record.gold)) + "\n" + "verdict     " + printable(record.status) +
           (record.reason.empty() ? "" : " (" + printable(record.reason) + ")") + ", score " +
           format_value(record.score) + ", reward " + format_value(record.reward) + "\n" +
           "tokens      " + std::to_string(record.tokens.size()) + ", " +
           (record.updated ? "updated the policy" : "did not update the policy");
}

class RunsCommand final : public Command {
  public:
    RunsCommand()
        : Command("runs", "Look at runs, stop and resume them", "veritune runs list") {}

  private:
    void declare(CLI::App& verb) override {
        action(verb, "list", "List the runs, newest first", "veritune runs list", [](Context& c) {
            return list(c);
        });
        CLI::App& look = action(verb,
                                "show",
                                "Show stages, checkpoints and events of a run",
                                "veritune runs show 3",
                                [this](Context& context) { return show(context); });
        add_run(look);
        CLI::App& doctor = action(verb,
                                  "doctor",
                                  "Say in words what the curves of a run show to be wrong",
                                  "veritune runs doctor 3",
                                  [this](Context& context) { return examine_run(context, run_); });
        add_run(doctor);
        declare_metrics(verb);
        declare_chains(verb);
        CLI::App& halt = action(verb,
                                "stop",
                                "Stop the active run after its step and keep the result",
                                "veritune runs stop 3",
                                [this](Context& context) { return stop(context); });
        add_run(halt);
        halt.add_flag("--cancel", cancel_, "Drop the step under way instead of finishing it");
        CLI::App& again =
            action(verb,
                   "resume",
                   "Go on with a run from its last checkpoint and follow it",
                   "veritune runs resume 3",
                   [this](Context& context) { return resume_and_follow(context, run_, detach_); });
        add_run(again);
        again.add_flag("--detach", detach_, "Return at once");
        action(verb,
               "watch",
               "Follow the active run unattended and start its engine again when it was cut off",
               "veritune runs watch",
               [](Context& context) { return watch_active(context); });
    }

    void add_run(CLI::App& app) {
        app.add_option("run", run_, "Number of the run")
            ->required()
            ->type_name("ID")
            ->check(whole_number(1));
    }

    void declare_metrics(CLI::App& verb) {
        CLI::App& app = action(verb,
                               "metrics",
                               "Print metrics of a run: names, or the series of one name",
                               "veritune runs metrics 3 --name heldout/pass@1",
                               [this](Context& context) { return metrics(context); });
        add_run(app);
        app.add_option("--name", metric_names_, "Metric; may be given again");
        app.add_option("--stage", stage_, "Only this stage");
    }

    void declare_chains(CLI::App& verb) {
        CLI::App& app = action(verb,
                               "chains",
                               "List chains with their verdicts, or print one whole",
                               "veritune runs chains 3 --stage vrl --step 10 --status incorrect",
                               [this](Context& context) { return chains(context); });
        add_run(app);
        app.add_option("--chain", chain_, "Print this chain whole")->check(whole_number(1));
        app.add_option("--stage", stage_, "Only this stage");
        app.add_option("--step", step_, "Only this step");
        app.add_option("--phase", phase_, "train, eval, greedy or rejection");
        app.add_option("--status", status_, "Verdict, such as correct");
        app.add_option("--problem", problem_, "Only this problem");
        app.add_option("--limit", limit_, "Most rows")
            ->capture_default_str()
            ->check(whole_number(1, 10000));
        app.add_flag("--last", last_, "Newest first");
    }

    static util::Result<int> list(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const auto runs, project->reader().list_runs());
        TextTable table({{"run", TextTable::Align::kRight},
                         {"name", TextTable::Align::kLeft},
                         {"state", TextTable::Align::kLeft},
                         {"last step", TextTable::Align::kLeft},
                         {"started", TextTable::Align::kLeft}});
        util::Json json = util::Json::array();
        for (const store::RunRecord& run : runs) {
            table.add({std::to_string(run.id),
                       clip_text(printable(run.name), 40, context.out.style().unicode),
                       std::string(store::run_state_name(run.state)),
                       run.last_stage.empty()
                           ? "-"
                           : printable(run.last_stage) + " " + std::to_string(run.last_step),
                       time_or_dash(run.started_us)});
            json.push_back(run_json(run));
        }
        if (runs.empty()) {
            context.out.say("No runs yet; start one with `veritune train RUN.json`.");
        } else {
            context.out.text(table.render());
        }
        context.out.result(json);
        return kExitOk;
    }

    util::Result<int> show(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        const store::RunReader& reader = project->reader();
        VT_ASSIGN(const store::RunRecord run, reader.run(run_));
        VT_ASSIGN(const auto stages, reader.stages(run_));
        VT_ASSIGN(const auto checkpoints, reader.checkpoints(run_));
        VT_ASSIGN(const auto events, reader.events(run_));
        util::Json json = run_json(run);
        json["recipe"] = run.recipe;
        json["fingerprint"] = run.fingerprint;
        json["stages"] = util::Json::array();
        json["checkpoints"] = util::Json::array();
        json["events"] = util::Json::array();
        for (const auto& stage : stages) json["stages"].push_back(stage_json(stage));
        for (const auto& point : checkpoints) json["checkpoints"].push_back(checkpoint_json(point));
        for (const auto& event : events) json["events"].push_back(event_json(event));
        context.out.text(show_text(run, stages, checkpoints, events));
        context.out.result(json);
        return kExitOk;
    }

    static std::string show_text(const store::RunRecord& run,
                                 const std::vector<store::StageInfo>& stages,
                                 const std::vector<store::CheckpointInfo>& checkpoints,
                                 const std::vector<store::EventInfo>& events) {
        std::string text = "run      " + std::to_string(run.id) + "  " + printable(run.name) +
                           "\n" + "state    " + std::string(store::run_state_name(run.state)) +
                           (run.error.empty() ? "" : "  (" + printable(run.error) + ")") + "\n" +
                           "started  " + time_or_dash(run.started_us) + "\n" + "ended    " +
                           time_or_dash(run.ended_us) + "\n";
        TextTable table({{"stage", TextTable::Align::kLeft},
                         {"type", TextTable::Align::kLeft},
                         {"state", TextTable::Align::kLeft},
                         {"steps", TextTable::Align::kRight},
                         {"pass@1", TextTable::Align::kRight}});
        for (const store::StageInfo& stage : stages) {
            const auto pass1 = stage.record.summary.find("pass@1");
            const bool known = pass1 != stage.record.summary.end() && pass1->is_number();
            table.add({printable(stage.record.stage),
                       stage.record.type,
                       stage.record.state,
                       std::to_string(stage.record.total_steps),
                       known ? format_number(pass1->get<double>(), 3) : "-"});
        }
        if (!table.empty()) text += "\n" + table.render();
        if (!checkpoints.empty()) text += "\ncheckpoints\n";
        for (const store::CheckpointInfo& point : checkpoints) {
            text +=
                "  " + printable(point.record.path) + (point.record.best ? "  (best)" : "") + "\n";
        }
        if (!events.empty()) text += "\nevents\n";
        for (const store::EventInfo& event : events) {
            text += "  " + util::format_utc(event.time_us) + "  " + printable(event.record.stage) +
                    " " + std::to_string(event.record.step) + "  " + event.record.severity + "  " +
                    printable(event.record.message) + "\n";
        }
        return text;
    }

    util::Result<int> metrics(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const auto known, project->reader().metric_names(run_));
        if (metric_names_.empty()) return print_names(context, project->reader(), known);
        util::Json json = util::Json::object();
        for (const std::string& name : metric_names_) {
            VT_ASSIGN(const auto points, series(project->reader(), name));
            TextTable table({{"stage", TextTable::Align::kLeft},
                             {"step", TextTable::Align::kRight},
                             {name, TextTable::Align::kRight}});
            json[name] = util::Json::array();
            for (const store::MetricPoint& point : points) {
                table.add({printable(point.stage),
                           std::to_string(point.step),
                           format_value(point.value)});
                json[name].push_back(
                    {{"stage", point.stage}, {"step", point.step}, {"value", point.value}});
            }
            context.out.text(table.render());
        }
        context.out.result(json);
        return kExitOk;
    }

    util::Result<std::vector<store::MetricPoint>> series(const store::RunReader& reader,
                                                         const std::string& name) const {
        std::optional<std::string_view> stage;
        if (!stage_.empty()) stage = stage_;
        return reader.metric_series(run_, name, stage);
    }

    util::Result<int> print_names(Context& context,
                                  const store::RunReader& reader,
                                  const std::vector<std::string>& names) const {
        TextTable table({{"metric", TextTable::Align::kLeft},
                         {"points", TextTable::Align::kRight},
                         {"last", TextTable::Align::kRight},
                         {"curve", TextTable::Align::kLeft}});
        util::Json json = util::Json::array();
        for (const std::string& name : names) {
            VT_ASSIGN(const auto points, series(reader, name));
            if (points.empty()) continue;
            std::vector<double> values;
            values.reserve(points.size());
            for (const store::MetricPoint& point : points) values.push_back(point.value);
            table.add({printable(name),
                       std::to_string(points.size()),
                       format_value(values.back()),
                       sparkline(values, 24, context.out.style().unicode)});
            json.push_back({{"name", name}, {"points", points.size()}, {"last", values.back()}});
        }
        context.out.text(table.render());
        context.out.result(json);
        return kExitOk;
    }

    util::Result<int> chains(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_TRY(project->reader().run(run_));
        if (chain_ > 0) {
            VT_ASSIGN(const store::StoredChain chain, project->reader().chain(chain_));
            context.out.text(chain_text(chain));
            context.out.result(chain_json(chain));
            return kExitOk;
        }
        VT_ASSIGN(const auto page, project->reader().chains(run_, page_request()));
        VT_ASSIGN(const std::int64_t total,
                  project->reader().count_chains(run_, page_request().filter));
        print_page(context, page, total);
        return kExitOk;
    }

    store::ChainPageRequest page_request() const {
        const auto given = [](const std::string& text) {
            return text.empty() ? std::nullopt : std::optional<std::string>(text);
        };
        store::ChainPageRequest request{.limit = limit_, .descending = last_};
        request.filter = {.stage = given(stage_),
                          .min_step = step_,
                          .max_step = step_,
                          .phase = given(phase_),
                          .status = given(status_),
                          .problem_id = given(problem_)};
        return request;
    }

    static void print_page(Context& context,
                           const std::vector<store::ChainSummary>& page,
                           std::int64_t total) {
        TextTable table({{"chain", TextTable::Align::kRight},
                         {"stage", TextTable::Align::kLeft},
                         {"step", TextTable::Align::kRight},
                         {"phase", TextTable::Align::kLeft},
                         {"problem", TextTable::Align::kLeft},
                         {"sample", TextTable::Align::kRight},
                         {"tokens", TextTable::Align::kRight},
                         {"status", TextTable::Align::kLeft},
                         {"reason", TextTable::Align::kLeft},
                         {"answer", TextTable::Align::kLeft}});
        util::Json json = util::Json::array();
        const bool unicode = context.out.style().unicode;
        for (const store::ChainSummary& chain : page) {
            table.add({std::to_string(chain.id),
                       printable(chain.key.stage),
                       std::to_string(chain.key.step),
                       printable(chain.key.phase),
                       clip_text(printable(chain.key.problem_id), 28, unicode),
                       std::to_string(chain.key.sample),
                       std::to_string(chain.tokens),
                       printable(chain.status),
                       clip_text(printable(chain.reason), 24, unicode),
                       clip_text(printable(chain.extracted), 24, unicode)});
            json.push_back(summary_json(chain));
        }
        context.out.text(table.render());
        context.out.say(std::to_string(page.size()) + " of " + format_count(total) + " chains.");
        context.out.result({{"total", total}, {"chains", std::move(json)}});
    }

    util::Result<int> stop(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_TRY(project->reader().run(run_));
        const auto engine = context.connect(project->info(), EngineStart::kNever);
        if (!engine) {
            if (engine.error().code != util::ErrorCode::kUnavailable) return engine.error();
            return util::fail(util::ErrorCode::kUnavailable,
                              "no engine is at work in this project, so there is nothing to stop");
        }
        const auto mode = cancel_ ? engine::StopMode::kCancel : engine::StopMode::kStopKeep;
        VT_TRY((*engine)->stop_run({.run = run_, .mode = mode}));
        context.out.text("Run " + std::to_string(run_) +
                         (cancel_ ? " is being cancelled." : " stops after its step."));
        context.out.result({{"run", run_}, {"mode", cancel_ ? "cancel" : "stop_keep"}});
        return kExitOk;
    }

    std::int64_t run_ = 0;
    std::int64_t chain_ = 0;
    std::vector<std::string> metric_names_;
    std::string stage_;
    std::optional<std::int64_t> step_;
    std::string phase_;
    std::string status_;
    std::string problem_;
    std::int64_t limit_ = 20;
    bool last_ = false;
    bool cancel_ = false;
    bool detach_ = false;
};

}  // namespace

std::unique_ptr<Command> make_runs_command() { return std::make_unique<RunsCommand>(); }

}  // namespace veritune::cli
