// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/doctor_checks.h"

#include "core/engine/runtime_dir.h"
#include "core/programs/cli/child_process.h"
#include "core/programs/cli/project_access.h"
#include "core/util/harden.h"
#include "core/util/memory_use.h"
#include "core/util/version.h"
#include "core/verify/sandbox_client.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <sched.h>
#include <thread>
#include <unistd.h>

namespace veritune::cli {
namespace {

using Level = CheckResult::Level;

constexpr double kGigabyte = 1e9;
constexpr int kEngineTimeoutMs = 30000;
/// STRICT tables came with 3.37.
constexpr int kOldestSqlite = 3037000;

/// First line of a small file of /proc or /sys; they have no size, so FileSystem::read is no use.
std::string first_line(const char* path) {
    std::FILE* file = std::fopen(path, "re");
    if (file == nullptr) return {};
    std::string line(512, '\0');
    const char* read = std::fgets(line.data(), static_cast<int>(line.size()), file);
    std::fclose(file);
    if (read == nullptr) return {};
    line.resize(line.find_first_of(std::string("\n\0", 2)));
    return line;
}

CheckResult check_program() {
    return {.name = "program",
            .detail = "veritune " + std::string(util::program_version()) + ", commit " +
                      std::string(util::program_commit())};
}

CheckResult check_engine(Context& context) {
    const std::string path = util::join_path(context.env.program_dir, "veritune-engine");
    const auto child = run_child({path, "--version"}, {.timeout_ms = kEngineTimeoutMs});
    EngineProbe probe;
    if (child) {
        probe = {.started = true,
                 .timed_out = child->timed_out,
                 .exit_code = child->exit_code,
                 .output = child->output,
                 .errors = child->errors};
    } else {
        probe.errors = child.error().message;
    }
    return judge_engine(path, probe);
}

CheckResult check_socket(Context& context) {
    const auto dir = engine::runtime_dir(std::string(32, '0'));
    if (!dir) {
        return {.name = "socket",
                .level = Level::kBad,
                .detail = util::to_string(dir.error()),
                .next_step = "Make $XDG_RUNTIME_DIR a folder of yours with mode 0700."};
    }
    (void)context.fs.remove(*dir);  // it was made for this look only
    return {.name = "socket", .detail = util::parent_path(*dir)};
}

/// The nearest folder that exists: a home for projects may not have been made yet.
std::string existing_folder(const Context& context, std::string dir) {
    while (dir.size() > 1 && !context.fs.stat(dir)) dir = util::parent_path(dir);
    return dir;
}

CheckResult check_disk(Context& context) {
    const auto home = data_home(context.env);
    const std::string dir =
        existing_folder(context, home ? absolute_path(context, *home) : context.env.working_dir);
    const auto free_bytes = context.fs.free_bytes(dir);
    if (free_bytes) return judge_disk(dir, *free_bytes);
    return {.name = "disk",
            .level = Level::kWarn,
            .detail = util::to_string(free_bytes.error()),
            .next_step = "Set VERITUNE_HOME to a folder that can be written."};
}

CheckResult check_cores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    const int usable = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
    const auto cores = static_cast<int>(std::thread::hardware_concurrency());
    const int count = usable > 0 ? usable : cores;
    return {
        .name = "cores",
        .level = count >= 2 ? Level::kOk : Level::kWarn,
        .detail = std::to_string(count) + " usable",
        .next_step = count >= 2 ? "" : "The demonstration takes about twice as long on one core."};
}

CheckResult check_memory() {
    const util::MemoryUse memory = util::memory_use().value_or(util::MemoryUse{});
    const auto total = static_cast<double>(memory.total_bytes);
    const auto free = static_cast<double>(memory.available_bytes);
    const bool enough = free >= 2.0 * kGigabyte;
    return {.name = "memory",
            .level = enough ? Level::kOk : Level::kWarn,
            .detail = format_bytes(free) + " free of " + format_bytes(total),
            .next_step = enough ? "" : "Close other programs; the engine alone takes about 1 GB."};
}

CheckResult check_instructions() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = __builtin_cpu_supports("avx512f") != 0;
    return {.name = "instructions",
            .level = avx2 ? Level::kOk : Level::kWarn,
            .detail = avx512 ? "AVX-512"
                      : avx2 ? "AVX2"
                             : "neither AVX2 nor AVX-512",
            .next_step = avx2 ? "" : "Training works, but slowly on this processor."};
#else
    return {.name = "instructions", .level = Level::kWarn, .detail = "not an x86-64 processor"};
#endif
}

CheckResult check_gpu() {
    const std::string driver = first_line("/proc/driver/nvidia/version");
    const bool device = access("/dev/nvidia0", R_OK | W_OK) == 0;
    if (driver.empty()) {
        return {
            .name = "gpu",
            .level = Level::kWarn,
            .detail = "no NVIDIA driver",
            .next_step = "The demonstration needs none; a 7B model needs a GPU of 16 GB or more."};
    }
    return {.name = "gpu",
            .level = device ? Level::kOk : Level::kWarn,
            .detail = driver,
            .next_step = device ? "" : "The device /dev/nvidia0 cannot be opened by this user."};
}

CheckResult check_sqlite() {
    const bool fits = sqlite3_libversion_number() >= kOldestSqlite;
    return {.name = "sqlite",
            .level = fits ? Level::kOk : Level::kBad,
            .detail = sqlite3_libversion(),
            .next_step = fits ? "" : "Install SQLite 3.37 or newer."};
}

/// main has already shut the network off for this process and all that it starts.
CheckResult check_network() {
    std::string open;
    for (const util::NetworkProbe& probe : util::probe_network()) {
        if (!probe.refused) open += (open.empty() ? "" : ", ") + probe.name;
    }
    if (open.empty()) return {.name = "network", .detail = "shut off for this program"};
    return {
        .name = "network",
        .level = Level::kBad,
        .detail = "not shut off: " + open,
        .next_step = "Use a kernel with CONFIG_SECCOMP_FILTER; nothing may leave this computer."};
}

CheckResult check_seccomp() {
    const std::string actions = first_line("/proc/sys/kernel/seccomp/actions_avail");
    const bool there = actions.find("errno") != std::string::npos;
    return {.name = "seccomp",
            .level = there ? Level::kOk : Level::kBad,
            .detail = there ? "available" : "this kernel has no seccomp filters",
            .next_step = there ? "" : "Use a kernel with CONFIG_SECCOMP_FILTER."};
}

/// Why programs cannot be run, seen from here, for the case that the supervisor says little.
std::string sandbox_hint() {
    if (access("/usr/bin/bwrap", X_OK) != 0) return "Install the package bubblewrap.";
    if (access("/usr/bin/python3", X_OK) != 0) return "Install the package python3.";
    if (first_line("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1") {
        return "Ask the administrator to load the AppArmor profile that comes with Veritune "
               "(docs/sandbox.md).";
    }
    if (first_line("/proc/sys/user/max_user_namespaces") == "0" ||
        first_line("/proc/sys/kernel/unprivileged_userns_clone") == "0") {
        return "Ask the administrator to allow user namespaces.";
    }
    return "Verifiers that run code stay off until this is repaired; all others work.";
}

CheckResult check_sandbox(Context& context) {
    CheckResult check{.name = "sandbox", .level = Level::kWarn};
    const auto client = verify::SandboxClient::start(
        {.program = util::join_path(context.env.program_dir, "veritune-sandbox"),
         .parallel = 1,
         .extra_arguments = {}});
    if (!client) {
        check.detail = util::to_string(client.error());
        check.next_step = "Build or install veritune-sandbox beside veritune.";
        return check;
    }
    const verify::SandboxStatus status = (*client)->status();
    return judge_sandbox(status,
                         status.runs_programs() ? verify::probe_sandbox(**client)
                                                : std::vector<verify::SandboxProbe>{},
                         sandbox_hint());
}

CheckResult check_terminal(const Context& context) {
    const TextStyle& style = context.out.style();
    return {.name = "terminal",
            .detail = std::string(style.unicode ? "UTF-8" : "ASCII") + ", " +
                      (style.color ? "colour" : "no colour") + ", " + std::to_string(style.width) +
                      " columns"};
}

CheckResult check_project(Context& context) {
    const auto dir = find_project_dir(context);
    if (!dir) return {.name = "project", .detail = "none here"};
    const auto project = store::Project::open_reader(*dir);
    if (!project) {
        return {.name = "project",
                .level = Level::kBad,
                .detail = util::to_string(project.error()),
                .next_step = "See `veritune project check`."};
    }
    const auto engine = context.connect((*project)->info(), EngineStart::kNever);
    return {.name = "project",
            .detail = (*project)->info().dir + ", schema " +
                      std::to_string((*project)->info().schema_version) +
                      (engine ? ", engine answers" : ", no engine at work")};
}

}  // namespace

std::string_view level_name(Level level) {
    switch (level) {
        case Level::kOk:
            return "ok";
        case Level::kWarn:
            return "warn";
        case Level::kBad:
            return "bad";
    }
    return "bad";
}

CheckResult judge_disk(const std::string& dir, std::uint64_t free_bytes) {
    const auto free = static_cast<double>(free_bytes);
    CheckResult check{.name = "disk", .detail = format_bytes(free) + " free in " + dir};
    if (free < 1.0 * kGigabyte) {
        check.level = Level::kBad;
        check.next_step = "Make room: a run pauses when the disk is full.";
    } else if (free < 10.0 * kGigabyte) {
        check.level = Level::kWarn;
        check.next_step = "Enough for the demonstration; a run with a 7B model wants 10 GB.";
    }
    return check;
}

CheckResult judge_engine(const std::string& path, const EngineProbe& probe) {
    CheckResult check{.name = "engine"};
    if (probe.started && !probe.timed_out && probe.exit_code == 0) {
        check.detail = probe.output.substr(0, probe.output.find('\n'));
        return check;
    }
    check.level = Level::kBad;
    const std::string reason = probe.errors.substr(0, probe.errors.find('\n'));
    if (!probe.started) {
        check.detail = path + ": " + reason;
        check.next_step = "Build or install veritune-engine beside veritune.";
    } else if (probe.timed_out) {
        check.detail = "did not start within 30 s";
        check.next_step = "Look at what slows this computer down and try again.";
    } else if (probe.errors.find("shared librar") != std::string::npos) {
        check.detail = "a library is missing: " + reason;
        check.next_step = "Get libtorch with `./dev deps` or install the program again.";
    } else {
        check.detail = "ended with code " + std::to_string(probe.exit_code) +
                       (reason.empty() ? "" : ": " + reason);
        check.next_step = "Install the program again.";
    }
    return check;
}

CheckResult judge_sandbox(const verify::SandboxStatus& status,
                          const std::vector<verify::SandboxProbe>& probes,
                          const std::string& hint) {
    CheckResult check{.name = "sandbox", .level = Level::kWarn};
    if (!status.rung_a.empty()) check.lines.push_back("rung A stopped by: " + status.rung_a);
    if (!status.rung_b.empty() && status.rung != "A") {
        check.lines.push_back("rung B stopped by: " + status.rung_b);
    }
    if (!status.runs_programs()) {
        check.detail =
            "rung 0, programs are off: " + (status.rung_a.empty() ? status.reason : status.rung_a);
        check.next_step = hint;
        return check;
    }
    std::size_t stopped = 0;
    for (const verify::SandboxProbe& probe : probes) {
        stopped += probe.stopped ? 1 : 0;
        check.lines.push_back(probe.what + ": " + (probe.stopped ? "" : "NOT STOPPED, ") +
                              probe.stopped_by);
    }
    const bool a = status.rung == "A";
    check.detail = a ? "rung A (bubblewrap" : "rung B, weaker (Landlock ABI ";
    if (!a) check.detail += std::to_string(status.landlock_abi);
    check.detail += ", system call filter, limits): ";
    check.detail += std::to_string(stopped);
    check.detail += " of ";
    check.detail += std::to_string(probes.size());
    check.detail += " attempts stopped";
    if (!probes.empty() && stopped == probes.size()) {
        check.level = a ? Level::kOk : Level::kWarn;
        if (!a) check.next_step = hint;
    } else {
        check.level = Level::kBad;
        check.next_step = "Do not verify programs on this computer, and report this.";
    }
    return check;
}

std::vector<CheckResult> run_checks(Context& context) {
    return {check_program(),
            check_engine(context),
            check_socket(context),
            check_disk(context),
            check_cores(),
            check_memory(),
            check_instructions(),
            check_gpu(),
            check_sqlite(),
            check_network(),
            check_seccomp(),
            check_sandbox(context),
            check_terminal(context),
            check_project(context)};
}

}  // namespace veritune::cli
