// SPDX-License-Identifier: Apache-2.0
#include "core/data/import_worker.h"
#include "core/engine/engine_client.h"
#include "core/programs/cli/cli.h"
#include "core/session/places.h"
#include "core/solver/z3_solver.h"
#include "core/util/harden.h"
#include "core/util/log.h"
#include "core/util/parser_jail.h"
#include "core/verify/verify_worker.h"

#include <climits>

#include <array>
#include <iostream>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>
#include <vector>

namespace veritune::cli {
namespace {

/// Shows that this program cannot reach a network; one line a way out.
int self_test_network() {
    const util::NetworkSelfTest test = util::network_self_test();
    std::cout << test.text;
    return test.passed ? kExitOk : kExitFailed;
}

constexpr int kTemplateFd = 3;

/// `veritune data --worker OPTIONS [--template]`, started by data::run_import().
bool is_parse_worker(int argc, char** argv) {
    return (argc == 4 || (argc == 5 && std::string_view(argv[4]) == "--template")) &&
           std::string_view(argv[1]) == "data" && std::string_view(argv[2]) == "--worker";
}

/// Nothing is read before the filter holds.
int run_parse_worker(int argc, char** argv) {
    const data::WorkerLimits limits = data::worker_limits(STDIN_FILENO);
    const util::Status confined = util::confine_parser(
        {.memory_bytes = limits.memory_bytes, .cpu_seconds = limits.cpu_seconds});
    if (!confined) return kExitEnvironment;
    return data::run_import_worker(
        STDIN_FILENO, STDOUT_FILENO, argc == 5 ? kTemplateFd : -1, argv[3]);
}

std::string working_dir() {
    std::array<char, PATH_MAX> path{};
    return getcwd(path.data(), path.size()) == nullptr ? "." : path.data();
}

int terminal_columns() {
    struct winsize size {};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

util::Result<std::unique_ptr<engine::Engine>> connect_engine(const std::string& engine_path,
                                                             const store::ProjectInfo& project,
                                                             EngineStart start) {
    const engine::EngineAddress address{.project_dir = project.dir, .project_id = project.id};
    if (start == EngineStart::kNever) {
        VT_ASSIGN(auto client, engine::EngineClient::connect(address));
        return std::unique_ptr<engine::Engine>(std::move(client));
    }
    engine::StartOptions options{.engine_path = engine_path};
    if (start == EngineStart::kResumeActive) options.arguments.emplace_back("--resume-active");
    auto client = engine::start_engine_if_needed(address, options);
    if (client) return std::unique_ptr<engine::Engine>(std::move(*client));
    util::Error error = client.error();
    // A program that is not installed is this machine's fault, not a wrong name.
    if (error.code == util::ErrorCode::kNotFound) error.code = util::ErrorCode::kUnavailable;
    return error;
}

}  // namespace

int run_program(int argc, char** argv) {
    // The template of an import is the one descriptor beyond the usual that a caller may give.
    const std::vector<int> keep = is_parse_worker(argc, argv) && argc == 5
                                      ? std::vector<int>{kTemplateFd}
                                      : std::vector<int>{};
    if (const util::Status hardened = util::harden_process(keep); !hardened) {
        std::cerr << "veritune: " << util::to_string(hardened.error()) << '\n';
        return kExitEnvironment;
    }
    if (util::wants_network_self_test(argc, argv)) return self_test_network();
    // A machine without the right solver still has every other verifier; those that need it say so.
    (void)solver::install_z3();
    // Started by the engine, in a jail where there is one; before anything reads files or settings.
    if (argc == 3 && std::string_view(argv[1]) == "verify" &&
        std::string_view(argv[2]) == "--worker") {
        return verify::run_verify_worker(STDIN_FILENO, STDOUT_FILENO);
    }
    if (is_parse_worker(argc, argv)) return run_parse_worker(argc, argv);
    util::set_log_level(util::LogLevel::kWarn);
    const auto fs = util::make_posix_file_system();
    Interrupts interrupts;
    const Environment env{.variable = session::process_variable,
                          .working_dir = working_dir(),
                          .program_dir = session::program_dir()};
    const std::string engine_path = util::join_path(env.program_dir, "veritune-engine");
    Host host{.in = std::cin,
              .results = std::cout,
              .words = std::cerr,
              .words_are_terminal = isatty(STDERR_FILENO) == 1,
              .columns = terminal_columns(),
              .fs = *fs,
              .clock = util::system_clock(),
              .env = env,
              .connect =
                  [&engine_path](const store::ProjectInfo& project, EngineStart start) {
                      return connect_engine(engine_path, project, start);
                  },
              .interrupts = interrupts};
    return run_cli(std::vector<std::string>(argv + 1, argv + argc), host);
}

}  // namespace veritune::cli
