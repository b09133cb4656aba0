// SPDX-License-Identifier: Apache-2.0
#include "core/programs/engine/engine_program.h"

#include "core/engine/card_watch.h"
#include "core/engine/engine_client.h"
#include "core/engine/engine_server.h"
#include "core/engine/runtime_dir.h"
#include "core/engine/watchdog.h"
#include "core/engine/xid_listener.h"
#include "core/programs/engine/local_engine.h"
#include "core/programs/engine/quantize_job.h"
#include "core/programs/engine/verify_service.h"
#include "core/util/clock.h"
#include "core/util/harden.h"
#include "core/util/log.h"
#include "core/util/version.h"
#include "kernels/device.h"

#include <CLI/CLI.hpp>
#include <climits>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <malloc.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

namespace veritune::engine_program {
namespace {

volatile std::sig_atomic_t g_end_signal = 0;

struct Options {
    std::string project;
    int ready_fd = -1;
    bool resume_active = false;
    double idle_seconds = 60.0;
    std::string quantize;  ///< source folder
    std::string quantize_to;
    bool version = false;
};

int parse(int argc, char** argv, Options& options) {
    CLI::App app(
        "Veritune's engine: loads models, trains and evaluates for one project. Clients start it.");
    app.add_option("--project", options.project, "Project folder");
    app.add_option("--ready-fd", options.ready_fd, "Descriptor that hears when the socket listens");
    app.add_flag("--resume-active", options.resume_active, "Go on with the run that was cut off");
    app.add_option(
           "--idle-seconds", options.idle_seconds, "End after this long without client and run")
        ->check(CLI::NonNegativeNumber);
    CLI::Option* to = app.add_option("--to", options.quantize_to, "Folder that --quantize makes");
    app.add_option("--quantize", options.quantize, "Quantise this model folder on the card")
        ->needs(to);
    app.add_flag("--version", options.version, "Print version, commit and libtorch's version");
    bool self_test = false;  // answered before anything is parsed; here for --help
    app.add_flag("--self-test-network", self_test, "Show that no network socket can be opened");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    return -1;
}

int report(const util::Error& error, int code, const std::string& runtime = {}) {
    std::fprintf(stderr, "veritune-engine: %s\n", util::to_string(error).c_str());
    if (!runtime.empty()) {
        const util::Status written =
            engine::write_engine_exit(runtime, {.code = code, .reason = util::to_string(error)});
        (void)written;  // the message above is all that is left to do
    }
    return code;
}

/// The descriptor that has to stay open, before anything is parsed; -1 when there is none.
int ready_fd_of(int argc, char** argv) {
    for (int i = 1; i + 1 < argc; ++i) {
        if (std::string_view(argv[i]) == "--ready-fd") {
            return static_cast<int>(std::strtol(argv[i + 1], nullptr, 10));
        }
    }
    return -1;
}

void install_signals() {
    struct sigaction action = {};
    action.sa_handler = [](int) { g_end_signal = 1; };
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, nullptr);
    sigaction(SIGHUP, &action, nullptr);
}

std::int64_t boottime_us() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec * 1'000'000LL + now.tv_nsec / 1000;
}

/// The end of a process whose work can neither be finished nor undone: no destructor may run, they
/// would wait for the card. The kernel gives the lock back; the next engine replays.
[[noreturn]] void end_at_once(const std::string& runtime, const engine::EngineExit& end) {
    util::log_line(util::LogLevel::kError, "engine", end.reason);
    const util::Status written = engine::write_engine_exit(runtime, end);
    (void)written;  // an empty note means the same: start again
    ::_exit(static_cast<int>(end.code));
}

/// Where the first card is plugged in, in NVML's words; empty without one.
std::string card_address() {
    std::array<char, 32> text{};
    const auto status = kernels::cuda::pci_address(0, text.data(), text.size());
    return status == kernels::Status::kOk ? text.data() : "";
}

/// What the control thread knows of work that hangs and of the card; it never calls CUDA.
class FaultWatch {
  public:
    /// Returns when all is well; else the process ends.
    void look(LocalEngine& local, const std::string& runtime) {
        std::string failed = local.restart_reason();
        const auto finding =
            watchdog_.look(local.pulse(), util::system_clock().monotonic_us(), boottime_us());
        if (failed.empty() && finding == engine::Watchdog::Finding::kHung) {
            failed = "the work had not moved for " +
                     std::to_string(static_cast<std::int64_t>(watchdog_.silent_seconds())) +
                     " s; if it happens again, restart the computer";
        }
        hear(local, !failed.empty());
        const auto end = card_.verdict(failed, util::system_clock().monotonic_us());
        if (!end) return;
        if (end->code == engine::kExitCard) let_the_run_end(local, end->reason);
        end_at_once(runtime, *end);
    }

  private:
    void hear(LocalEngine& local, bool failed) {
        if (listener_ == nullptr && local.computes_on_a_card()) {
            listener_ = std::make_unique<engine::XidListener>(
                engine::XidListener::Options{.card = card_address});
        }
        if (listener_ == nullptr) return;
        // The driver's word may come a moment after the failed call.
        if (failed) std::this_thread::sleep_for(std::chrono::milliseconds(300));
        for (const int xid : listener_->take()) {
            util::log_line(util::LogLevel::kWarn, "card", "Xid " + std::to_string(xid));
            card_.heard(xid, util::system_clock().monotonic_us());
        }
    }
    /// A thread that waits for the card may never come back.
    static void let_the_run_end(LocalEngine& local, const std::string& reason) {
        local.give_up(reason);
        for (int i = 0; i < 50 && local.active(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
    }

    engine::Watchdog watchdog_;
    engine::CardWatch card_;
    std::unique_ptr<engine::XidListener> listener_;
};

/// Until a signal, a client's wish, nobody needs the engine, or its sandbox has died.
engine::EngineExit wait_for_end(LocalEngine& local,
                                const engine::EngineServer& server,
                                const VerifyService& verifiers,
                                const std::string& runtime,
                                double idle_seconds) {
    FaultWatch faults;
    for (;;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        faults.look(local, runtime);
        if (g_end_signal != 0) return {.code = 0, .reason = "signal"};
        if (local.shutdown_requested()) return {.code = 0, .reason = "a client asked for it"};
        if (verifiers.sandbox_lost()) {
            util::log_line(util::LogLevel::kError,
                           "verify",
                           "the sandbox process has ended; the engine ends at the next step, to be "
                           "started again");
            return {.code = engine::kExitRestart, .reason = "the sandbox process has ended"};
        }
        if (local.active() || server.client_count() > 0) continue;
        const auto idle =
            static_cast<double>(util::system_clock().monotonic_us() - server.idle_since_us()) *
            1e-6;
        if (idle >= idle_seconds) return {.code = 0, .reason = "idle"};
    }
}

std::string program_dir() {
    std::array<char, PATH_MAX> path{};
    const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
    if (length <= 0) return ".";
    return util::parent_path(std::string_view(path.data(), static_cast<std::size_t>(length)));
}

int verify_workers() {
    return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 16);
}

int serve(const Options& options) {
    auto fs = util::make_posix_file_system();
    // Before libtorch and CUDA have threads: it starts processes.
    VerifyService verifiers({.program_dir = program_dir(),
                             .keep_dir = util::join_path(options.project, "reports"),
                             .workers = verify_workers()},
                            *fs);
    auto local = LocalEngine::open(options.project, *fs, &verifiers);
    if (!local) {
        if (local.error().code == util::ErrorCode::kBusy && options.ready_fd >= 0) {
            const util::Status told = engine::notify_busy(options.ready_fd);
            (void)told;
        }
        return report(local.error(), 3);
    }
    const store::ProjectInfo& info = (*local)->project();
    const auto runtime = engine::runtime_dir(info.id);
    if (!runtime) return report(runtime.error(), 3);
    const std::optional<engine::EngineExit> last = engine::read_engine_exit(*runtime);
    const util::Status cleared = engine::clear_engine_exit(*runtime);
    if (!cleared) return report(cleared.error(), 3);
    const util::Status guarded = engine::end_on_changed_model(*runtime);
    if (!guarded) return report(guarded.error(), 3);
    util::log_to_file(util::join_path(*runtime, "engine.log"));
    auto server =
        engine::EngineServer::start(**local, {.project_dir = info.dir, .project_id = info.id});
    if (!server) return report(server.error(), 3, *runtime);
    if (options.resume_active) (*local)->resume_active(last);
    if (options.ready_fd >= 0) {
        const util::Status told = engine::notify_ready(options.ready_fd);
        if (!told) return report(told.error(), 3, *runtime);
    }
    const engine::EngineExit end =
        wait_for_end(**local, **server, verifiers, *runtime, options.idle_seconds);
    (*local)->interrupt();
    while ((*local)->active()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    server->reset();
    const util::Status closed = (*local)->close();
    if (!closed) return report(closed.error(), 3, *runtime);
    const util::Status written = engine::write_engine_exit(*runtime, end);
    return written ? static_cast<int>(end.code) : 3;
}

}  // namespace

int engine_main(int argc, char** argv) {
    const int ready_fd = ready_fd_of(argc, argv);
    const util::Status hardened =
        util::harden_process(ready_fd >= 0 ? std::vector<int>{ready_fd} : std::vector<int>{});
    if (!hardened) return report(hardened.error(), 3);
    if (util::wants_network_self_test(argc, argv)) {
        const util::NetworkSelfTest test = util::network_self_test();
        std::fputs(test.text.c_str(), stdout);
        return test.passed ? 0 : 1;
    }
    Options options;
    const int parsed = parse(argc, argv, options);
    if (parsed >= 0) return parsed;
    if (options.version) {
        std::printf("veritune-engine %s (%s), libtorch 2.11.0\n",
                    std::string(util::program_version()).c_str(),
                    std::string(util::program_commit()).c_str());
        return 0;
    }
    if (!options.quantize.empty()) {
        install_signals();
        return quantize_on_card(
            options.quantize, options.quantize_to, [] { return g_end_signal == 0; });
    }
    if (options.project.empty()) {
        std::fprintf(stderr,
                     "veritune-engine: --project DIR is missing; usually `veritune` starts this "
                     "program itself\n");
        return 2;
    }
    // Activations of one step are freed and taken again in the next: giving the pages back in
    // between costs more than the arithmetic of a tiny model.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    install_signals();
    return serve(options);
}

}  // namespace veritune::engine_program
