// SPDX-License-Identifier: Apache-2.0
// veritune-sandbox --client FD: starts untrusted programs and verify workers for its parent, which
// holds the other end of the socketpair FD. docs/sandbox.md.
#include "core/programs/sandbox/allowlist.h"
#include "core/programs/sandbox/landlock.h"
#include "core/programs/sandbox/namespaces.h"
#include "core/programs/sandbox/supervisor.h"
#include "core/util/file_system.h"
#include "core/util/harden.h"

#include <climits>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <string_view>
#include <sys/prctl.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using veritune::util::Status;

constexpr int kExitUsage = 2;
constexpr int kExitEnvironment = 3;

std::string program_dir() {
    std::array<char, PATH_MAX> path{};
    const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
    if (length <= 0) return ".";
    return veritune::util::parent_path(
        std::string_view(path.data(), static_cast<std::size_t>(length)));
}

struct Arguments {
    int client = -1;
    int parallel = 2;
    std::string bwrap = "/usr/bin/bwrap";
    std::string settings = "/etc/veritune/sandbox.conf";
    bool allow_rung_b = false;  ///< tests; a person uses the settings
    int max_landlock_abi = std::numeric_limits<int>::max();
};

/// bubblewrap leaves its first process to us; and without a reaper zombies use up the processes.
Status become_reaper() {
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0) return {};
    return veritune::util::fail(veritune::util::ErrorCode::kUnsupported,
                                "this process cannot become a reaper of its jails");
}

/// Why rung A cannot be had, or success. The order is that of docs/sandbox.md.
Status prepare_rung_a(const std::string& bwrap) {
    if (access(bwrap.c_str(), X_OK) != 0) {
        return veritune::util::fail(
            veritune::util::ErrorCode::kNotFound,
            "bubblewrap is not installed (" + bwrap + "); install the package bubblewrap");
    }
    VT_TRY(veritune::sandbox::enter_namespaces());
    VT_TRY(veritune::sandbox::drop_capabilities());
    return {};
}

/// Without namespaces of our own: empty = rung B may be tried.
std::string prepare_rung_b(const Arguments& arguments, int abi) {
    if (abi == 0) return "this kernel has no Landlock, or it is switched off";
    if (arguments.allow_rung_b) return {};
    return veritune::sandbox::rung_b_refusal(arguments.settings);
}

/// What both rungs need, and then what each of them lacks.
void prepare(const Arguments& arguments, veritune::sandbox::SupervisorOptions& options) {
    const int abi = veritune::sandbox::landlock_abi();
    options.landlock_abi = std::min(abi, arguments.max_landlock_abi);
    options.fault_b = prepare_rung_b(arguments, options.landlock_abi);
    auto filter = veritune::sandbox::build_allowlist();
    Status common = veritune::sandbox::leave_root();
    if (common && !filter) common = filter.error();
    if (common) common = become_reaper();
    if (!common) {
        options.fault_a = common.error().message;
        options.fault_b = common.error().message;
        return;
    }
    options.allowlist = std::move(filter).value();
    if (const Status a = prepare_rung_a(options.paths.bwrap); !a) {
        options.fault_a = a.error().message;
    }
}

bool read_arguments(const std::vector<std::string_view>& words, Arguments& out) {
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
        const std::string value(words[i + 1]);
        if (words[i] == "--client") {
            out.client = static_cast<int>(std::strtol(value.c_str(), nullptr, 10));
        } else if (words[i] == "--parallel") {
            const long wanted = std::strtol(value.c_str(), nullptr, 10);
            out.parallel = static_cast<int>(std::clamp(wanted, 1L, 256L));
        } else if (words[i] == "--bwrap") {
            out.bwrap = value;
        } else if (words[i] == "--settings") {
            out.settings = value;
        } else if (words[i] == "--rung-b") {
            out.allow_rung_b = value == "allow";
        } else if (words[i] == "--landlock-abi") {
            out.max_landlock_abi = static_cast<int>(std::strtol(value.c_str(), nullptr, 10));
        } else {
            return false;
        }
    }
    return words.size() % 2 == 0 && out.client >= 3;
}

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    if (veritune::util::wants_network_self_test(argc, argv)) {
        if (const Status hard = veritune::util::harden_process(); !hard) return kExitEnvironment;
        const veritune::util::NetworkSelfTest test = veritune::util::network_self_test();
        std::fputs(test.text.c_str(), stdout);
        return test.passed ? 0 : 1;
    }
    if (!read_arguments({argv + 1, argv + argc}, arguments)) {
        std::cerr << "veritune-sandbox is started by veritune and veritune-engine only.\n";
        return kExitUsage;
    }
    veritune::sandbox::SupervisorOptions options;
    options.client = arguments.client;
    options.parallel = arguments.parallel;
    options.paths.app_dir = program_dir();
    options.paths.job_dir = options.paths.app_dir + "/veritune-jail";
    options.paths.bwrap = arguments.bwrap;
    prepare(arguments, options);
    if (const Status hard = veritune::util::harden_process({options.client}); !hard) {
        std::cerr << "veritune-sandbox: " << veritune::util::to_string(hard.error()) << '\n';
        return kExitEnvironment;
    }
    veritune::sandbox::Supervisor supervisor(std::move(options));
    const Status end = supervisor.run();
    if (!end) std::cerr << "veritune-sandbox: " << veritune::util::to_string(end.error()) << '\n';
    return end ? 0 : 1;
}
