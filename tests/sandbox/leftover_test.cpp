// SPDX-License-Identifier: Apache-2.0
// What is left on the host when programs have run: nothing.
#include "core/util/rng.h"
#include "tests/sandbox/sandbox_support.h"

#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace veritune::verify {
namespace {

/// Those of `before` that are still there.
std::size_t alive(const std::vector<Process>& before) {
    std::size_t count = 0;
    const std::vector<Process> now = all_processes();
    for (const Process& old : before) {
        for (const Process& process : now) {
            if (process.pid == old.pid && process.started == old.started) ++count;
        }
    }
    return count;
}

/// The kernel ends the processes of a namespace one after the other; on a busy machine that takes a
/// moment, so the question is asked again for up to 20 s.
std::size_t left_after_a_while(const std::vector<Process>& before) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::size_t left = alive(before);
    while (left > 0 && std::chrono::steady_clock::now() < limit) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        left = alive(before);
    }
    return left;
}

/// Files of the jails' user in places that everybody may write.
std::size_t files_of_nobody() {
    std::size_t count = 0;
    for (const char* folder : {"/tmp", "/dev/shm", "/var/tmp"}) {
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
            struct stat info {};
            if (::lstat(entry.path().c_str(), &info) == 0 && info.st_uid == 65534) ++count;
        }
    }
    return count;
}

constexpr std::array<const char*, 10> kPrograms = {
    "def f(): return 1",
    "def f(): raise ValueError",
    "import os\ndef f(): os._exit(3)",
    "import os\ndef f(): os.kill(os.getppid(), 9)",
    "import os\ndef f(): os.kill(-1, 9)",
    "import os\ndef f():\n    while os.fork() >= 0: pass",
    "import threading, time\ndef f():\n    for _ in range(40):\n        "
    "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
    "def f(): print('x' * (2 << 20))",
    "def f(): return bytearray(2 << 30)",
    "open('/dev/shm/left', 'w').write('x')\nopen('/tmp/left', 'w').write('x')\ndef f(): return 1"};

void run_random_jobs(const SandboxOptions& options, std::size_t count) {
    std::unique_ptr<SandboxClient> client = start_sandbox(options);
    ASSERT_NE(client, nullptr);
    if (!client->status().runs_programs()) GTEST_SKIP() << client->status().reason;
    const std::size_t files = files_of_nobody();
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> faults{0};
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (std::size_t i = next++; i < count; i = next++) {
                util::Rng rng(7, util::RngStream::kTest, i);
                const std::vector<std::string> calls(1 + rng.below(3), "f()");
                const ProgramResult result =
                    client->run(call_job(kPrograms.at(rng.below(kPrograms.size())), calls));
                if (result.outcome == ProgramResult::Outcome::kSandboxFault) ++faults;
            }
        });
    }
    threads.clear();
    EXPECT_EQ(faults, 0u);
    // Every question to the supervisor is a turn of its loop, in which it reaps.
    std::size_t zombies = 1;
    for (int turn = 0; turn < 2000 && zombies > 0; ++turn) {
        (void)client->status();
        zombies = 0;
        for (const Process& process : descendants(client->pid())) zombies += process.state == 'Z';
    }
    EXPECT_EQ(zombies, 0u);
    const std::vector<Process> waiting = descendants(client->pid());
    EXPECT_LE(waiting.size(), 4u * 3u + 3u) << "waiting jails: bubblewrap, init and driver each";
    client.reset();
    EXPECT_EQ(left_after_a_while(waiting), 0u);
    EXPECT_EQ(files_of_nobody(), files);
}

TEST(SandboxLeftovers, AreNone) { run_random_jobs(sandbox_options(2), 30); }
TEST(SandboxLeftovers, AreNoneOnRungB) { run_random_jobs(rung_b_options(2), 30); }
TEST(SandboxLeftovers, SlowAreNoneAfterTenThousandJobs) {
    run_random_jobs(sandbox_options(2), 10'000);
}
TEST(SandboxLeftovers, SlowAreNoneAfterAThousandJobsOnRungB) {
    run_random_jobs(rung_b_options(2), 1000);
}

/// processes  of one jail at work: bubblewrap, its first process, the driver, the child
void kill_the_supervisor(const SandboxOptions& options, std::size_t processes) {
    const std::unique_ptr<SandboxClient> started = start_sandbox(options);
    ASSERT_NE(started, nullptr);
    SandboxClient& client = *started;
    if (!client.status().runs_programs()) GTEST_SKIP() << client.status().reason;
    ProgramResult result;
    std::vector<Process> below;
    {
        const std::jthread runs([&] {
            // A program that would outlive everybody if it could.
            result = client.run(
                call_job("import ctypes, os, time\ndef f():\n    ctypes.CDLL(None).prctl(1, 0)\n"
                         "    try: os.setsid()\n    except OSError: pass\n    time.sleep(3)",
                         {"f()"}));
        });
        EXPECT_FALSE(client.gone());
        while (below.size() < processes) below = descendants(client.pid());
        ASSERT_EQ(::kill(client.pid(), SIGKILL), 0);
    }
    EXPECT_EQ(result.outcome, ProgramResult::Outcome::kSandboxFault);
    EXPECT_THAT(result.reason, testing::HasSubstr("ended"));
    EXPECT_TRUE(client.gone());
    EXPECT_EQ(left_after_a_while(below), 0u);
    EXPECT_EQ(client.run(call_job("pass", {"1"})).outcome, ProgramResult::Outcome::kSandboxFault);
}

TEST(SandboxLeftovers, AreNoneWhenTheSupervisorIsKilled) {
    kill_the_supervisor(sandbox_options(1), 4);
}
TEST(SandboxLeftovers, AreNoneWhenTheSupervisorOfRungBIsKilled) {
    kill_the_supervisor(rung_b_options(1), 3);
}

TEST(SandboxVerdicts, SlowAreTheSameInAThousandRepeats) {
    VT_NEEDS_SANDBOX();
    const ProgramJob job = call_job(
        "def f(x): return {str(i) for i in range(x)}\ndef g(): return hash('a')\n"
        "import random\ndef h(): return random.random()\n",
        {"f(9)", "g()", "h()"});
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::map<std::string, int> seen;
    std::vector<std::jthread> threads;
    threads.reserve(16);
    for (int t = 0; t < 16; ++t) {
        threads.emplace_back([&] {
            for (std::size_t i = next++; i < 1000; i = next++) {
                std::string text;
                for (const CaseResult& one : shared_sandbox().run(job).cases) text += one.value;
                const std::lock_guard lock(mutex);
                ++seen[text];
            }
        });
    }
    threads.clear();
    EXPECT_EQ(seen.size(), 1u);
}

}  // namespace
}  // namespace veritune::verify
