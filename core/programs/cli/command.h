// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "core/programs/cli/exit_code.h"
#include "core/programs/cli/interrupts.h"
#include "core/programs/cli/output.h"
#include "core/store/project.h"
#include "core/util/clock.h"
#include "core/util/file_system.h"
#include "core/util/result.h"

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace veritune::cli {

/// What the process was given from outside; tests give their own.
struct Environment {
    std::function<std::optional<std::string>(const char*)> variable;  ///< getenv
    std::string working_dir;                                          ///< absolute
    std::string program_dir;  ///< folder of our executable: the engine stands beside it
};

enum class EngineStart {
    kIfNeeded,      ///< starts the engine when nobody answers
    kResumeActive,  ///< the same, and the new engine goes on with the run marked active
    kNever,         ///< kUnavailable when nobody answers
};
/// Reaches the engine of a project: over its socket, in tests a FakeEngine.
using ConnectEngine = std::function<util::Result<std::unique_ptr<engine::Engine>>(
    const store::ProjectInfo& project, EngineStart start)>;

/// Options that every verb knows.
struct GlobalOptions {
    std::string project;  ///< --project
    bool json = false;
    bool quiet = false;
    int verbose = 0;
};

/// Everything a verb works with. References outlive the verb.
struct Context {
    const GlobalOptions& options;
    Output& out;
    std::istream& in;
    util::FileSystem& fs;
    util::Clock& clock;
    const Environment& env;
    const ConnectEngine& connect;
    Interrupts& interrupts;
};

/// One verb: `veritune runs`. A class declares its actions and options, which fill members, and
/// does the work; it lives for one call of the program.
class Command {
  public:
    /// returns the exit code; an Error is reported and mapped by the caller.
    using Work = std::function<util::Result<int>(Context&)>;

    /// example  a whole command line, shown by --help
    Command(std::string name, std::string summary, std::string example);
    virtual ~Command();
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;

    const std::string& name() const { return name_; }
    void add_to(CLI::App& root);
    /// True when this verb was on the command line.
    bool chosen() const;
    /// Runs the chosen action.
    util::Result<int> run(Context& context);

  protected:
    /// Adds actions and options.
    virtual void declare(CLI::App& verb) = 0;
    /// An action of the verb: `veritune runs list`.
    CLI::App& action(CLI::App& verb,
                     const std::string& name,
                     const std::string& summary,
                     const std::string& example,
                     Work work);
    /// What a verb without actions does.
    void itself(Work work);

  private:
    std::string name_;
    std::string summary_;
    std::string example_;
    CLI::App* verb_ = nullptr;
    std::vector<std::pair<CLI::App*, Work>> actions_;
    Work itself_;
};

std::unique_ptr<Command> make_project_command();
std::unique_ptr<Command> make_models_command();
std::unique_ptr<Command> make_data_command();
std::unique_ptr<Command> make_verify_command();
std::unique_ptr<Command> make_train_command();
std::unique_ptr<Command> make_runs_command();
std::unique_ptr<Command> make_eval_command();
std::unique_ptr<Command> make_chat_command();
std::unique_ptr<Command> make_demo_command();
std::unique_ptr<Command> make_doctor_command();

}  // namespace veritune::cli
