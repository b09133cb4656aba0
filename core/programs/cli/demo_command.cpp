// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/command.h"
#include "core/programs/cli/demo_table.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/run_start.h"
#include "core/session/places.h"
#include "core/session/project_folder.h"
#include "core/train/demo_recipe.h"

#include <CLI/CLI.hpp>

namespace veritune::cli {
namespace {

class DemoCommand final : public Command {
  public:
    DemoCommand()
        : Command("demo",
                  "Train a tiny model here and now, with controls, and report what was learned",
                  "veritune demo --seed 2 --no-controls") {}

  private:
    void declare(CLI::App& verb) override {
        verb.add_option("--seed", options_.seed, "Seed")->capture_default_str();
        verb.add_flag("!--no-controls", options_.controls, "Leave the control experiments out");
        verb.add_flag("--quick", options_.quick, "Fewer steps, no controls: about a minute");
        verb.add_option("--algorithm",
                        options_.algorithm,
                        "Algorithm of the verifiable RL stage: " + algorithm_names());
        itself([this](Context& context) { return demo(context); });
    }

    util::Result<int> demo(Context& context) {
        if (options_.quick) options_.cold_start = shipped_cold_start(context);
        VT_ASSIGN(const train::Recipe recipe, train::make_demo_recipe(options_));
        VT_ASSIGN(const auto project, project_for_demo(context));
        const std::int64_t begin_us = context.clock.monotonic_us();
        VT_ASSIGN(const StartedRun started, start_run(context, project->info(), recipe));
        VT_ASSIGN(const RunOutcome outcome,
                  follow_run(context, *started.engine, project->reader(), {.run = started.run}));
        const double wall_s = static_cast<double>(context.clock.monotonic_us() - begin_us) / 1e6;
        VT_ASSIGN(const int code, conclude_run(context, outcome));
        report(context.out, outcome, wall_s);
        return code;
    }

    void report(Output& out, const RunOutcome& outcome, double wall_s) const {
        const std::vector<DemoRow> rows = demo_rows(outcome.stages);
        out.text("\n" + render_demo_table(rows) + "\n");
        for (const std::string& sentence : demo_sentences(rows)) out.text(sentence);
        out.text("It took " + format_duration(wall_s) + ".");
        out.result(demo_json(rows, options_.seed, wall_s));
    }

    /// The one named, made when missing; else a new one. Opened for reading: the engine writes.
    util::Result<std::unique_ptr<store::Project>> project_for_demo(Context& context) const {
        std::string dir = context.options.project;
        if (dir.empty()) {
            VT_ASSIGN(const std::string home, data_home(context.env));
            VT_ASSIGN(dir, session::free_demo_dir(context.fs, absolute_path(context, home)));
        }
        dir = absolute_path(context, dir);
        VT_TRY(session::ensure_project(context.fs, dir, util::base_name(dir)));
        context.out.say("The demonstration's project is " + printable(dir) + ".");
        return store::Project::open_reader(dir);
    }

    static std::string algorithm_names() {
        std::string names;
        for (const std::string& name : train::algorithm_presets()) {
            names += (names.empty() ? "" : ", ") + name;
        }
        return names;
    }

    train::DemoOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_demo_command() { return std::make_unique<DemoCommand>(); }

}  // namespace veritune::cli
