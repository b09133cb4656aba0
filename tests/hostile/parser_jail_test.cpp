// SPDX-License-Identifier: Apache-2.0
// The parse worker: what a process may do after confine_parser(), that the real worker stands
// behind it, and that the host lives and names the reason when a worker dies, lies or hangs.
#include "core/util/parser_jail.h"

#include "core/data/import.h"
#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <spawn.h>
#include <sstream>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace veritune::test {
namespace {

using ::testing::HasSubstr;
using util::ErrorCode;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

/// One try at something a parser never needs; the kernel's answer, -1 or not.
struct Attempt {
    const char* name;
    long (*call)();
};

constexpr Attempt kAttempts[] = {
    {"open", [] { return static_cast<long>(::open("/etc/passwd", O_RDONLY)); }},
    {"open for writing",
     [] { return static_cast<long>(::open("/tmp", O_TMPFILE | O_RDWR, 0600)); }},
    {"creat", [] { return ::syscall(SYS_creat, "/tmp/of-a-parser", 0600); }},
    {"openat2", [] { return ::syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", nullptr, 0); }},
    {"unlink", [] { return static_cast<long>(::unlink("/nowhere")); }},
    {"rename", [] { return static_cast<long>(::rename("/nowhere", "/elsewhere")); }},
    {"mkdir", [] { return static_cast<long>(::mkdir("/tmp/of-a-parser", 0700)); }},
    {"readlink", [] { return ::syscall(SYS_readlink, "/proc/self/exe", nullptr, 0); }},
    {"socket AF_UNIX", [] { return static_cast<long>(::socket(AF_UNIX, SOCK_STREAM, 0)); }},
    {"socket AF_INET", [] { return static_cast<long>(::socket(AF_INET, SOCK_STREAM, 0)); }},
    {"connect", [] { return static_cast<long>(::connect(1, nullptr, 0)); }},
    {"sendto", [] { return static_cast<long>(::sendto(1, "x", 1, 0, nullptr, 0)); }},
    {"io_uring", [] { return ::syscall(SYS_io_uring_setup, 1, nullptr); }},
    {"execve", [] { return static_cast<long>(::execl("/bin/true", "true", nullptr)); }},
    {"execveat", [] { return ::syscall(SYS_execveat, 0, "", nullptr, nullptr, 0x1000); }},
    {"fork", [] { return ::syscall(SYS_fork); }},
    {"clone3", [] { return ::syscall(SYS_clone3, nullptr, 0); }},
    {"ptrace", [] { return ::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr); }},
    {"read the parent",
     [] { return ::syscall(SYS_process_vm_readv, 1, nullptr, 0, nullptr, 0, 0); }},
    {"kill", [] { return ::syscall(SYS_kill, 1, 0); }},
    {"memfd", [] { return static_cast<long>(::memfd_create("x", 0)); }},
    {"pipe", [] { return ::syscall(SYS_pipe2, nullptr, 0); }},
    {"dup", [] { return static_cast<long>(::dup(1)); }},
    {"ioctl", [] { return ::syscall(SYS_ioctl, 0, 0x5412, "x"); }},
    {"prctl", [] { return ::syscall(SYS_prctl, 4, 1, 0, 0, 0); }},
    {"setrlimit", [] { return ::syscall(SYS_prlimit64, 0, 0, nullptr, nullptr); }},
    {"bpf", [] { return ::syscall(SYS_bpf, 0, nullptr, 0); }},
    {"mount", [] { return ::syscall(SYS_mount, "x", "/tmp", "tmpfs", 0, nullptr); }},
    {"memory to run",
     [] {
         void* page =
             ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return page == MAP_FAILED ? -1L : 0L;
     }},
};

/// What `body` wrote and how its process ended; the process is confined first when `limits` says
/// so.
struct Ended {
    std::string text;
    int status = 0;
};
Ended in_child(const std::optional<util::ParserLimits>& limits, void (*body)(int fd)) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    const pid_t pid = ::fork();
    if (pid == 0) {
        if (limits && !util::confine_parser(*limits)) ::_exit(99);
        body(ends[1]);
        ::_exit(0);
    }
    ::close(ends[1]);
    Ended ended;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t count = ::read(ends[0], buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        ended.text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    ::close(ends[0]);
    EXPECT_EQ(::waitpid(pid, &ended.status, 0), pid);
    return ended;
}

void say(int fd, const std::string& line) {
    static_cast<void>(!::write(fd, line.data(), line.size()));
}

TEST(ParserJail, RefusesEverythingThatAParserDoesNotNeed) {
    const Ended ended = in_child({{.memory_bytes = 64 * kMiB, .cpu_seconds = 60}}, [](int fd) {
        for (const Attempt& attempt : kAttempts) {
            errno = 0;
            const bool refused = attempt.call() == -1 && errno == EPERM;
            say(fd, std::string(refused ? "refused " : "ALLOWED ") + attempt.name + "\n");
        }
        say(fd, "alive\n");
    });
    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.text, HasSubstr("alive"));
    EXPECT_EQ(ended.text.find("ALLOWED"), std::string::npos) << ended.text;
    for (const Attempt& attempt : kAttempts) {
        EXPECT_THAT(ended.text, HasSubstr(std::string("refused ") + attempt.name + "\n"));
    }
}

/// The tries above are real ones: without the jail they do something.
TEST(ParserJail, AttemptsSucceedWithoutIt) {
    const Ended ended = in_child(std::nullopt, [](int fd) {
        for (const Attempt& attempt : kAttempts) {
            const std::string_view name = attempt.name;
            if (name != "open" && name != "socket AF_UNIX" && name != "memory to run" &&
                name != "memfd" && name != "dup") {
                continue;
            }
            say(fd, attempt.call() >= 0 ? "+" : "-");
        }
    });
    EXPECT_EQ(ended.text, "+++++");
}

TEST(ParserJail, MemoryEndsAtTheLimit) {
    const Ended ended = in_child({{.memory_bytes = 128 * kMiB, .cpu_seconds = 60}}, [](int fd) {
        int blocks = 0;
        while (blocks < 64 && std::malloc(16 * kMiB) != nullptr) ++blocks;
        say(fd, std::to_string(blocks));
    });
    EXPECT_EQ(ended.status, 0);
    EXPECT_GE(std::stoi(ended.text), 4);
    EXPECT_LE(std::stoi(ended.text), 8);
}

TEST(ParserJail, SlowALoopEndsAtTheLimitOfProcessorTime) {
    const Ended ended = in_child({{.memory_bytes = 64 * kMiB, .cpu_seconds = 1}}, [](int) {
        volatile bool go_on = true;
        while (go_on) {
        }
    });
    ASSERT_TRUE(WIFSIGNALED(ended.status));
    EXPECT_TRUE(WTERMSIG(ended.status) == SIGKILL || WTERMSIG(ended.status) == SIGXCPU);
}

std::string first_line(const std::string& path, const std::string& begin) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(begin)) return line;
    }
    return {};
}

/// The program itself, stopped in its first read: the kernel says what it may do.
TEST(ParserJail, TheRealWorkerStandsBehindItBeforeItReads) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    ASSERT_EQ(::pipe2(in.data(), O_CLOEXEC), 0);
    ASSERT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    std::string program = std::string(VERITUNE_BIN_DIR) + "/veritune";
    std::string options = R"({"request":{"path":"/x.jsonl"},"name":"x.jsonl"})";
    std::string data = "data";
    std::string worker = "--worker";
    std::array<char*, 5> words{program.data(), data.data(), worker.data(), options.data(), nullptr};
    std::array<char*, 1> environment{nullptr};
    pid_t pid = -1;
    ASSERT_EQ(
        ::posix_spawn(&pid, program.c_str(), &actions, nullptr, words.data(), environment.data()),
        0);
    posix_spawn_file_actions_destroy(&actions);
    const std::string folder = "/proc/" + std::to_string(pid) + "/";
    // Waits in read(0) = system call 0 of descriptor 0.
    std::string filters;
    for (int i = 0; i < 500; ++i) {
        filters = first_line(folder + "status", "Seccomp_filters:");
        if (filters == "Seccomp_filters:\t2" &&
            first_line(folder + "status", "State:").find('S') != std::string::npos) {
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_EQ(filters, "Seccomp_filters:\t2") << "no network, then nothing at all";
    EXPECT_EQ(first_line(folder + "status", "Seccomp:"), "Seccomp:\t2");
    EXPECT_EQ(first_line(folder + "status", "NoNewPrivs:"), "NoNewPrivs:\t1");
    EXPECT_EQ(first_line(folder + "status", "Threads:"), "Threads:\t1");
    EXPECT_EQ(::kill(pid, SIGKILL), 0);
    EXPECT_EQ(::waitpid(pid, nullptr, 0), pid);
    for (const int fd : {in[0], in[1], out[0], out[1]}) ::close(fd);
}

class ParserHost : public testing::Test {
  protected:
    ParserHost() { write("rows.csv", "question,answer\na?,1\nb?,2\n"); }
    std::string write(const std::string& name, const std::string& bytes) {
        std::ofstream(temp_.file(name), std::ios::binary) << bytes;
        return temp_.file(name);
    }
    /// A worker that is a script.
    std::string script(const std::string& body) {
        const std::string path = write("worker.sh", "#!/bin/sh\n" + body + "\n");
        EXPECT_EQ(::chmod(path.c_str(), 0700), 0);
        return path;
    }
    util::Result<data::DryRun> import(const std::string& program,
                                      const data::ImportHooks& hooks = {}) {
        return data::run_import({.path = temp_.file("rows.csv")}, {program}, hooks);
    }
    TempDir temp_;
};

TEST_F(ParserHost, NamesTheReasonWhenAWorkerDiesOrLies) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"kill -SEGV $$", "the parse worker ended in it"},
        {"kill -KILL $$", "the parse worker ended in it"},
        {"exit 0", "the parse worker ended in it"},
        {"exit 3", "the parse worker ended in it"},
        {"printf 'hello, this is no frame at all'", "unreadable: a frame is too long"},
        {"cat /dev/zero", "unreadable: a frame of no known type"},
        {R"(printf '\377\377\377\377\001')", "unreadable: a frame is too long"},
        {R"(printf '\005\000\000\000\001hello')", "unreadable: a row is cut"},
        {R"(printf '\003\000\000\000\004abc')", "nonsense"},
        {R"(printf '\002\000\000\000\005{}'; exit 0)", ""},
    };
    for (const auto& [body, reason] : cases) {
        const auto report = import(script(body));
        if (reason.empty()) {
            // An empty report is one: no row, and nothing a caller could take for a success.
            ASSERT_TRUE(report) << body;
            EXPECT_EQ(report->rows, 0);
            continue;
        }
        ASSERT_FALSE(report) << body;
        EXPECT_EQ(report.error().code, ErrorCode::kCorruptData) << body;
        EXPECT_THAT(report.error().message, HasSubstr(reason)) << body;
        EXPECT_EQ(report.error().context, "rows.csv") << body;
    }
    EXPECT_EQ(import("/nowhere/veritune").error().code, ErrorCode::kUnavailable);
}

TEST_F(ParserHost, AHangingWorkerIsCancelledWithinASecondAndLeavesNoProcess) {
    std::stop_source stop;
    data::ImportHooks hooks;
    hooks.stop = stop.get_token();
    const std::string program = script("echo $$ > " + temp_.file("pid") + "; while :; do :; done");
    std::chrono::steady_clock::time_point asked;
    const std::jthread person([&] {
        while (std::filesystem::exists(temp_.file("pid")) == false) std::this_thread::yield();
        asked = std::chrono::steady_clock::now();
        stop.request_stop();
    });
    const auto report = import(program, hooks);
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - asked;
    EXPECT_EQ(report.error().code, ErrorCode::kCancelled);
    EXPECT_LE(waited.count(), 1.0);
    pid_t pid = 0;
    std::ifstream(temp_.file("pid")) >> pid;
    EXPECT_TRUE(pid == 0 || ::kill(pid, 0) != 0);
}

TEST_F(ParserHost, SlowAWorkerThatSaysNothingIsGivenUp) {
    const auto start = std::chrono::steady_clock::now();
    const auto report = import(script("while :; do sleep 1; done"));
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(report.error().code, ErrorCode::kCorruptData);
    EXPECT_LE(waited.count(), 90.0);
}

/// Shapes that eat memory or time, through the real worker: words, in bounded time.
TEST_F(ParserHost, GreedyFilesEndWithWords) {
    const std::string program = std::string(VERITUNE_BIN_DIR) + "/veritune";
    std::map<std::string, std::string> files;
    files["deep.json"] = "[" + std::string(2'000'000, '[');
    files["deep.jsonl"] =
        std::string(2'000'000, '{') + "\n{\"question\":\"a?\",\"answer\":\"1\"}\n";
    files["long.jsonl"] = R"({"question":")" + std::string(20'000'000, 'x') + "\"}\n";
    files["quote.csv"] = "question,answer\n\"" + std::string(20'000'000, 'x');
    std::string wide = "question,answer";
    for (int i = 0; i < 200'000; ++i) wide += ",c";
    files["wide.csv"] = wide + "\na?,1\n";
    std::string keys = "{";
    for (int i = 0; i < 200'000; ++i) keys += "\"k" + std::to_string(i) + "\":1,";
    files["keys.jsonl"] = keys + "\"question\":\"a?\",\"answer\":\"1\"}\n";
    for (const auto& [name, bytes] : files) {
        const auto report = data::run_import({.path = write(name, bytes)}, {program}, {});
        if (report) {
            // Many keys are odd, not wrong: such a row may be taken.
            EXPECT_EQ(report->rows > 0, name == "keys.jsonl" || name == "deep.jsonl") << name;
            EXPECT_GE(report->rows + report->error_count, 1) << name;
        } else {
            EXPECT_FALSE(report.error().message.empty()) << name;
            EXPECT_EQ(report.error().context, name);
        }
    }
    // The host goes on.
    EXPECT_EQ(import(program)->rows, 2);
}

}  // namespace
}  // namespace veritune::test
