// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/command.h"
#include "core/programs/cli/demo_recipe.h"
#include "core/programs/cli/demo_table.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/run_start.h"

#include <CLI/CLI.hpp>

namespace veritune::cli {
namespace {

constexpr int kMaxDemoProjects = 10000;

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
        VT_ASSIGN(const train::Recipe recipe, demo_recipe(context, options_));
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
            VT_ASSIGN(dir, new_demo_dir(context));
        }
        dir = absolute_path(context, dir);
        const auto there = context.fs.stat(util::join_path(dir, "project.sqlite"));
        if (!there) {
            VT_TRY(util::make_dirs(context.fs, util::parent_path(dir)));
            VT_ASSIGN(const auto made, store::Project::create(dir, util::base_name(dir)));
            VT_TRY(made->close());
        }
        context.out.say("The demonstration's project is " + printable(dir) + ".");
        return store::Project::open_reader(dir);
    }

    static util::Result<std::string> new_demo_dir(Context& context) {
        VT_ASSIGN(const std::string home, data_home(context.env));
        for (int n = 1; n <= kMaxDemoProjects; ++n) {
            std::string dir = util::join_path(home, "demo-" + std::to_string(n));
            const auto there = context.fs.stat(absolute_path(context, dir));
            if (there) continue;
            if (there.error().code != util::ErrorCode::kNotFound) return there.error();
            return dir;
        }
        return util::fail(util::ErrorCode::kAlreadyExists,
                          "there are too many demonstration projects; delete some or name a folder "
                          "with --project DIR",
                          home);
    }

    static std::string algorithm_names() {
        std::string names;
        for (const std::string& name : train::algorithm_presets()) {
            names += (names.empty() ? "" : ", ") + name;
        }
        return names;
    }

    DemoOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_demo_command() { return std::make_unique<DemoCommand>(); }

}  // namespace veritune::cli
