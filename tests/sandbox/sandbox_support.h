// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/sandbox_client.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <sys/types.h>
#include <vector>

namespace veritune::verify {

inline SandboxOptions sandbox_options(int parallel = 2) {
    return {.program = VERITUNE_BIN_DIR "/veritune-sandbox",
            .parallel = parallel,
            .extra_arguments = {}};
}

/// One supervisor for all tests of a suite: starting one costs a jail.
inline SandboxClient& shared_sandbox() {
    static const std::unique_ptr<SandboxClient> client = [] {
        auto started = SandboxClient::start(sandbox_options());
        if (!started) std::fprintf(stderr, "%s\n", util::to_string(started.error()).c_str());
        return started ? std::move(started).value() : nullptr;
    }();
    VT_CHECK(client != nullptr);
    return *client;
}

/// Why programs cannot be run on this machine; empty where they can.
inline std::string missing_sandbox() {
    static const SandboxStatus status = shared_sandbox().status();
    return status.rung == "A" ? "" : "no jail on this machine: " + status.reason;
}

#define VT_NEEDS_SANDBOX()                                                                   \
    if (const std::string missing = ::veritune::verify::missing_sandbox(); !missing.empty()) \
    GTEST_SKIP() << missing

/// The same on rung B: without bubblewrap and without namespaces. Skip where missing_rung_b() is
/// not empty. abi  an older Landlock than the kernel's, 0 = the kernel's own
inline SandboxOptions rung_b_options(int parallel = 2, int abi = 0) {
    SandboxOptions options = sandbox_options(parallel);
    options.extra_arguments = {"--bwrap", "/nowhere/bwrap", "--rung-b", "allow"};
    if (abi > 0) {
        options.extra_arguments.insert(options.extra_arguments.end(),
                                       {"--landlock-abi", std::to_string(abi)});
    }
    return options;
}

inline std::unique_ptr<SandboxClient> start_sandbox(const SandboxOptions& options) {
    auto started = SandboxClient::start(options);
    EXPECT_TRUE(started.has_value()) << util::to_string(started.error());
    return started ? std::move(started).value() : nullptr;
}

inline std::string missing_rung_b() {
    static const SandboxStatus status = start_sandbox(rung_b_options(1))->status();
    return status.rung == "B" ? "" : "no Landlock on this machine: " + status.rung_b;
}

#define VT_NEEDS_RUNG_B()                                                                   \
    if (const std::string missing = ::veritune::verify::missing_rung_b(); !missing.empty()) \
    GTEST_SKIP() << missing

inline ProgramJob call_job(std::string program, std::vector<std::string> calls) {
    ProgramJob job;
    job.program = std::move(program);
    for (std::string& call : calls) {
        job.cases.push_back(
            {.kind = CaseKind::kCall, .setup = {}, .call = std::move(call), .input = {}});
    }
    return job;
}

/// A process of this machine.
struct Process {
    pid_t pid = 0;
    pid_t parent = 0;
    char state = '?';
    std::string name;
    std::string started;  ///< tells a process from a later one of the same number
};

inline std::vector<Process> all_processes() {
    std::vector<Process> all;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream in(entry.path() / "stat");
        std::string text;
        if (!std::getline(in, text)) continue;
        std::istringstream rest(text.substr(text.rfind(')') + 1));
        Process process;
        process.pid = std::stoi(name);
        process.name = text.substr(text.find('(') + 1, text.rfind(')') - text.find('(') - 1);
        rest >> process.state >> process.parent;
        std::string word;
        for (int i = 5; i <= 22 && rest >> word; ++i) process.started = word;
        all.push_back(process);
    }
    return all;
}

inline std::vector<Process> descendants(pid_t root) {
    const std::vector<Process> all = all_processes();
    std::vector<Process> found;
    std::vector<pid_t> parents = {root};
    for (std::size_t i = 0; i < parents.size(); ++i) {
        for (const Process& process : all) {
            if (process.parent != parents[i]) continue;
            found.push_back(process);
            parents.push_back(process.pid);
        }
    }
    return found;
}

/// Rows of a public JSONL file beside the checkout (VERITUNE_DATA overrides its folder); empty when
/// it is not there.
inline std::vector<util::Json> public_rows(const std::string& name) {
    const char* place = std::getenv("VERITUNE_DATA");  // NOLINT(concurrency-mt-unsafe)
    const std::string folder = place != nullptr ? place : VERITUNE_SOURCE_DIR "/../shared/data";
    std::ifstream in(folder + "/" + name);
    std::vector<util::Json> rows;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty()) rows.push_back(util::Json::parse(line));
    }
    return rows;
}

}  // namespace veritune::verify
