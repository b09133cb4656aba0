// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/fake_engine.h"
#include "core/programs/cli/cli.h"
#include "core/util/json.h"
#include "tests/support/temp_dir.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace veritune::test {

struct CliResult {
    int code = 0;
    std::string out;
    std::string err;
    /// stdout, one JSON value a line; a line that is none fails the test.
    std::vector<util::Json> lines() const;
    /// The last line of stdout as JSON.
    util::Json last() const;
};

/// Whole command lines in this process, in an empty folder, with an engine of the test's choice.
class CliHarness {
  public:
    CliHarness();

    CliResult run(const std::vector<std::string>& args, const std::string& input = "");
    /// A project in the working folder's sub-folder; later command lines use it.
    std::string make_project();
    std::string write(const std::string& name, const std::string& text) const;
    std::string path(const std::string& name) const { return dir_.file(name); }

    std::map<std::string, std::string> environment;
    cli::Interrupts interrupts;
    /// Default: nobody answers.
    cli::ConnectEngine connect;

  private:
    TempDir dir_;
    std::unique_ptr<util::FileSystem> fs_;
};

/// Gives a FakeEngine with this script to everyone who connects; `engine` and `dir` tell the script
/// which engine it belongs to.
using EngineScript = std::function<std::optional<util::Result<engine::Reply>>(
    engine::FakeEngine& engine, const std::string& dir, const engine::Request& request)>;
cli::ConnectEngine fake_engine(EngineScript script);

/// Final figures of the demonstration's stages as an engine would store them.
util::Json summary(double pass1, double low, double high, double pass8, double greedy);

/// Writes into a project what an engine leaves there. Every call opens and closes the project.
class RunWriter {
  public:
    explicit RunWriter(std::string dir)
        : dir_(std::move(dir)) {}
    std::int64_t create(const util::Json& recipe) const;
    void state(std::int64_t run, store::RunState state, const std::string& error = "") const;
    /// A stage with `steps` steps of reward 0.1, 0.2, ... and held-out pass@1 at the last one.
    void stage(std::int64_t run,
               const std::string& id,
               const std::string& type,
               std::int64_t steps,
               const std::string& state,
               const util::Json& summary = util::Json::object()) const;

  private:
    std::string dir_;
};

}  // namespace veritune::test
