// SPDX-License-Identifier: Apache-2.0
#include "tests/programs/cli_harness.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace veritune::test {
namespace {

std::unique_ptr<store::Project> writer(const std::string& dir) {
    auto project = store::Project::open_writer(dir);
    EXPECT_TRUE(project.has_value()) << (project ? "" : util::to_string(project.error()));
    return project ? std::move(*project) : nullptr;
}

}  // namespace

std::vector<util::Json> CliResult::lines() const {
    std::vector<util::Json> values;
    std::istringstream stream(out);
    for (std::string line; std::getline(stream, line);) {
        auto value = util::parse_json(line, "line");
        EXPECT_TRUE(value.has_value()) << line;
        if (value) values.push_back(std::move(*value));
    }
    return values;
}

util::Json CliResult::last() const {
    const std::vector<util::Json> values = lines();
    EXPECT_FALSE(values.empty()) << "stderr: " << err;
    return values.empty() ? util::Json::object() : values.back();
}

CliHarness::CliHarness()
    : connect([](const store::ProjectInfo&, cli::EngineStart) {
          return util::Result<std::unique_ptr<engine::Engine>>(
              util::fail(util::ErrorCode::kUnavailable, "nobody answers"));
      }),
      fs_(util::make_posix_file_system()) {
    // Imports start the program itself as their parse worker.
    std::error_code ignored;
    std::filesystem::create_symlink(VERITUNE_BIN_DIR "/veritune", dir_.file("veritune"), ignored);
}

CliResult CliHarness::run(const std::vector<std::string>& args, const std::string& input) {
    std::istringstream in(input);
    std::ostringstream results;
    std::ostringstream words;
    const auto variable = [this](const char* name) -> std::optional<std::string> {
        const auto found = environment.find(name);
        return found == environment.end() ? std::nullopt : std::optional(found->second);
    };
    cli::Host host{
        .in = in,
        .results = results,
        .words = words,
        .fs = *fs_,
        .clock = util::system_clock(),
        .env = {.variable = variable, .working_dir = dir_.path(), .program_dir = dir_.path()},
        .connect = connect,
        .interrupts = interrupts};
    const int code = cli::run_cli(args, host);
    return {code, results.str(), words.str()};
}

std::string CliHarness::make_project() {
    const CliResult made = run({"project", "new", "p"});
    EXPECT_EQ(made.code, 0) << made.err;
    environment["VERITUNE_PROJECT"] = path("p");
    return path("p");
}

std::string CliHarness::write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
}

cli::ConnectEngine fake_engine(EngineScript script) {
    return [script = std::move(script)](const store::ProjectInfo& project, cli::EngineStart) {
        auto engine = std::make_unique<engine::FakeEngine>();
        engine->set_script(
            [script, raw = engine.get(), dir = project.dir](const engine::Request& request) {
                return script(*raw, dir, request);
            });
        return util::Result<std::unique_ptr<engine::Engine>>(std::move(engine));
    };
}

util::Json summary(double pass1, double low, double high, double pass8, double greedy) {
    return {{"pass@1", pass1},
            {"ci_low", low},
            {"ci_high", high},
            {"pass@8", pass8},
            {"greedy", greedy},
            {"samples", 10240},
            {"seconds", 43.5},
            {"cpu_seconds", 87.0}};
}

std::int64_t RunWriter::create(const util::Json& recipe) const {
    const auto project = writer(dir_);
    const auto run = project->runs().create_run({.name = "test", .recipe = recipe});
    EXPECT_TRUE(run.has_value());
    EXPECT_TRUE(project->runs().set_state(*run, store::RunState::kRunning).has_value());
    return *run;
}

void RunWriter::state(std::int64_t run, store::RunState state, const std::string& error) const {
    EXPECT_TRUE(writer(dir_)->runs().set_state(run, state, error).has_value());
}

void RunWriter::stage(std::int64_t run,
                      const std::string& id,
                      const std::string& type,
                      std::int64_t steps,
                      const std::string& state,
                      const util::Json& summary) const {
    const auto project = writer(dir_);
    data::StageRecord record{
        .stage = id, .type = type, .total_steps = steps, .state = "running", .summary = {}};
    EXPECT_TRUE(project->runs().record_stage(run, record).has_value());
    for (std::int64_t step = 1; step <= steps; ++step) {
        data::StepRecord row{.stage = id, .step = step, .state_hash = "h", .seconds = 0.5};
        row.metrics = {{"reward", 0.1 * static_cast<double>(step)},
                       {"loss", 2.0 / static_cast<double>(step)}};
        if (step == steps) row.metrics.emplace_back("heldout/pass@1", 0.75);
        data::ChainRecord chain{.problem_id = "q1", .prompt = "6+4?", .completion = "6+4=0;#0$"};
        chain.status = "correct";
        row.chains.push_back(chain);
        EXPECT_TRUE(project->runs().record_step(run, row).has_value());
    }
    record.state = state;
    record.summary = summary;
    EXPECT_TRUE(project->runs().record_stage(run, record).has_value());
}

}  // namespace veritune::test
