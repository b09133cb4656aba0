// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/command.h"
#include "core/programs/cli/progress_view.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/validators.h"
#include "core/programs/cli/waiting.h"

#include <CLI/CLI.hpp>

#include <mutex>

namespace veritune::cli {
namespace {

class EvalCommand final : public Command {
  public:
    EvalCommand()
        : Command("eval",
                  "Measure a model on held-out problems",
                  "veritune eval run --run 3 --dataset contracts") {}

  private:
    void declare(CLI::App& verb) override {
        CLI::App& app =
            action(verb,
                   "run",
                   "Sample, verify and report pass@k",
                   "veritune eval run --run 3 --stage vrl --dataset contracts --samples 8",
                   [this](Context& context) { return run_eval(context); });
        engine::Evaluate& r = request_;
        app.add_option("--dataset", r.dataset, "Data set of the project")->required();
        app.add_option("--split", r.split, "train, val or test")
            ->capture_default_str()
            ->check(CLI::IsMember({"train", "val", "test"}));
        app.add_option("--model", r.model.path, "Model folder")->type_name("DIR");
        app.add_option("--adapter", r.model.adapter, "Adapter folder")->type_name("DIR");
        app.add_option("--run", r.model.run, "Weights of this run")->check(whole_number(1));
        app.add_option("--stage", r.model.stage, "Stage of the run (default: the last)");
        app.add_option("--step", r.model.step, "Checkpoint (default: the best, else the newest)");
        app.add_option("--problems", r.problems, "First n problems (default: all)")
            ->check(whole_number(0));
        app.add_option("--samples", r.num_samples, "Chains per problem")
            ->capture_default_str()
            ->check(whole_number(1, 1024));
        app.add_flag("!--no-greedy", r.greedy, "Leave the greedy chain out");
        app.add_option("--temperature", r.temperature, "Sampling temperature")
            ->capture_default_str()
            ->check(CLI::Range(0.0, 10.0));
        app.add_option("--max-new-tokens", r.max_new_tokens, "Longest completion")
            ->capture_default_str()
            ->check(whole_number(1));
        app.add_option("--seed", r.seed, "Seed")->capture_default_str();
    }

    util::Result<int> run_eval(Context& context) {
        if (request_.model.path.empty() && request_.model.run == 0) {
            return util::fail(util::ErrorCode::kInvalidArgument,
                              "name what to measure: a model folder with --model DIR or a run with "
                              "--run ID");
        }
        for (std::string* folder : {&request_.model.path, &request_.model.adapter}) {
            if (!folder->empty()) *folder = absolute_path(context, *folder);
        }
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_TRY(project->datasets().get(request_.dataset));
        VT_ASSIGN(const auto engine,
                  reach_engine(context, project->info(), EngineStart::kIfNeeded));
        request_.request = request_name(context, "eval");
        VT_ASSIGN(const engine::Evaluated done, evaluate(context, *engine));
        report(context, done);
        return kExitOk;
    }

    util::Result<engine::Evaluated> evaluate(Context& context, engine::Engine& engine) {
        std::mutex mutex;
        std::string line;
        const auto handler = engine.handle_progress([&](const engine::Progress& progress) {
            const std::lock_guard lock(mutex);
            line = progress.phase + " " + format_number(100.0 * progress.fraction, 0) + " %\n";
        });
        ProgressScreen screen(context.out);
        const auto tick = [&] {
            const std::lock_guard lock(mutex);
            if (context.out.options().live && !line.empty()) screen.draw(line);
        };
        const std::function<util::Result<engine::Evaluated>()> work = [&] {
            return engine.evaluate(request_);
        };
        auto done = wait_with_cancel(context, engine, request_.request, work, tick);
        if (context.out.options().live) screen.clear();
        return done;
    }

    static void report(Context& context, const engine::Evaluated& done) {
        TextTable table({{"metric", TextTable::Align::kLeft}, {"value", TextTable::Align::kRight}});
        util::Json metrics = util::Json::object();
        for (const auto& [name, value] : done.metrics) {
            table.add({printable(name), format_value(value)});
            metrics[name] = value;
        }
        context.out.text(table.render());
        context.out.say("The chains are run " + std::to_string(done.run) +
                        "; list them with "
                        "`veritune runs chains " +
                        std::to_string(done.run) + "`.");
        context.out.result(
            {{"run", done.run}, {"seconds", done.seconds}, {"metrics", std::move(metrics)}});
    }

    engine::Evaluate request_;
};

}  // namespace

std::unique_ptr<Command> make_eval_command() { return std::make_unique<EvalCommand>(); }

}  // namespace veritune::cli
