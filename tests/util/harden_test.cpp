// SPDX-License-Identifier: Apache-2.0
#include "core/util/harden.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <functional>
#include <future>
#include <seccomp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <ucontext.h>
#include <unistd.h>

namespace veritune::util {
namespace {

/// Hardening cannot be undone, so each test does it in a child. A step that does not hold names
/// itself on stderr.
#define CHILD_CHECK(cond)                                                          \
    do {                                                                           \
        if (!(cond)) {                                                             \
            std::fprintf(stderr, "child: %s:%d: %s\n", __FILE__, __LINE__, #cond); \
            ::_exit(1);                                                            \
        }                                                                          \
    } while (false)

/// Exit status of the child, or minus the signal that ended it.
int run_in_child(const std::function<void()>& body) {
    const pid_t child = ::fork();
    if (child == 0) {
        body();
        ::_exit(0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void harden_or_fail() {
    const Status status = harden_process();
    if (!status) std::fprintf(stderr, "child: %s\n", to_string(status.error()).c_str());
    CHILD_CHECK(status.has_value());
}

bool can_open(int family) {
    const int fd = ::socket(family, SOCK_STREAM, 0);
    if (fd >= 0) ::close(fd);
    return fd >= 0;
}

/// Runs a program of the system and waits; its exit status.
int run_program(const char* path, const char* first, const char* second) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl(path, path, first, second, nullptr);
        ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

TEST(Harden, RefusesInternetSocketsAndAllowsUnixOnes) {
    if (!can_open(AF_INET)) GTEST_SKIP() << "this process may not open AF_INET to begin with";
    EXPECT_EQ(run_in_child([] {
                  CHILD_CHECK(can_open(AF_INET));
                  harden_or_fail();
                  CHILD_CHECK(::socket(AF_INET, SOCK_STREAM, 0) == -1 && errno == EACCES);
                  CHILD_CHECK(::socket(AF_INET6, SOCK_DGRAM, 0) == -1 && errno == EACCES);
                  CHILD_CHECK(can_open(AF_UNIX));
                  int ends[2];
                  CHILD_CHECK(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
                  CHILD_CHECK(::socketpair(AF_INET, SOCK_STREAM, 0, ends) == -1 && errno == EACCES);
              }),
              0);
}

TEST(Harden, ProbesSeeEveryWayOutRefusedOnlyAfterwards) {
    if (!can_open(AF_INET)) GTEST_SKIP() << "this process may not open AF_INET to begin with";
    EXPECT_EQ(run_in_child([] {
                  for (const NetworkProbe& probe : probe_network()) {
                      if (probe.name == "AF_INET") CHILD_CHECK(!probe.refused);
                  }
                  harden_or_fail();
                  const std::vector<NetworkProbe> probes = probe_network();
                  CHILD_CHECK(probes.size() == 16);
                  for (const NetworkProbe& probe : probes) CHILD_CHECK(probe.refused);
              }),
              0);
}

TEST(Harden, TheSelfTestFailsBeforeAndPassesAfterwards) {
    if (!can_open(AF_INET)) GTEST_SKIP() << "this process may not open AF_INET to begin with";
    EXPECT_EQ(run_in_child([] {
                  const NetworkSelfTest before = network_self_test();
                  CHILD_CHECK(!before.passed);
                  CHILD_CHECK(before.text.find("NOT REFUSED  AF_INET\n") != std::string::npos);
                  harden_or_fail();
                  const NetworkSelfTest after = network_self_test();
                  CHILD_CHECK(after.passed);
                  CHILD_CHECK(after.text.find("NOT REFUSED") == std::string::npos);
                  CHILD_CHECK(after.text.find("Seccomp: 2  NoNewPrivs: 1\n16 of 16") !=
                              std::string::npos);
              }),
              0);
}

TEST(Harden, FindsItsOptionAnywhereButInTheProgramsName) {
    const char* const words[] = {"--self-test-network", "x", "--self-test-network"};
    EXPECT_TRUE(wants_network_self_test(3, words));
    EXPECT_FALSE(wants_network_self_test(2, words));
    EXPECT_FALSE(wants_network_self_test(0, words));
}

TEST(Harden, SetsTheGuardsOfTheProcess) {
    EXPECT_EQ(run_in_child([] {
                  harden_or_fail();
                  const ProcessGuards guards = read_process_guards();
                  CHILD_CHECK(guards.no_new_privs);
                  CHILD_CHECK(guards.seccomp_filter);
                  CHILD_CHECK(!guards.core_files);
                  CHILD_CHECK(::umask(0) == 077);
              }),
              0);
}

#if defined(NDEBUG) && !defined(VERITUNE_DEBUGGABLE)
TEST(Harden, ReleaseHidesItsMemoryFromOtherProcesses) {
    EXPECT_EQ(run_in_child([] {
                  CHILD_CHECK(read_process_guards().dumpable);
                  harden_or_fail();
                  CHILD_CHECK(!read_process_guards().dumpable);
              }),
              0);
}
#endif

TEST(Harden, ClosesEveryDescriptorThatIsNotNamed) {
    EXPECT_EQ(run_in_child([] {
                  int fds[5];
                  for (int& fd : fds) {
                      fd = ::open("/dev/null", O_RDONLY);
                      CHILD_CHECK(fd >= 3);
                  }
                  CHILD_CHECK(harden_process({fds[3], 1, fds[1], fds[1]}).has_value());
                  for (int i = 0; i < 5; ++i) {
                      const bool is_open = ::fcntl(fds[i], F_GETFD) != -1;
                      CHILD_CHECK(is_open == (i == 1 || i == 3));
                  }
                  CHILD_CHECK(::fcntl(2, F_GETFD) != -1);
              }),
              0);
}

TEST(Harden, ReachesThreadsThatRunAlready) {
    if (!can_open(AF_INET)) GTEST_SKIP() << "this process may not open AF_INET to begin with";
    EXPECT_EQ(run_in_child([] {
                  std::promise<void> hardened;
                  bool could = true;
                  std::thread thread([&] {
                      hardened.get_future().wait();
                      could = can_open(AF_INET);
                  });
                  harden_or_fail();
                  hardened.set_value();
                  thread.join();
                  CHILD_CHECK(!could);
              }),
              0);
}

TEST(Harden, IsInheritedByProgramsThatAreStarted) {
    EXPECT_EQ(
        run_in_child([] {
            harden_or_fail();
            CHILD_CHECK(run_program("/bin/grep", "-q", "/dev/null") == 1);
            CHILD_CHECK(run_program("/bin/sh", "-c", "grep -q 'Seccomp:.2' /proc/self/status") ==
                        0);
            CHILD_CHECK(run_program("/bin/sh", "-c", "grep -q 'NoNewPrivs:.1' /proc/self/status") ==
                        0);
        }),
        0);
}

int count_filters() {
    std::FILE* file = std::fopen("/proc/self/status", "r");
    if (file == nullptr) return -1;
    char line[256];
    int count = -1;
    while (std::fgets(line, sizeof line, file) != nullptr) {
        if (std::sscanf(line, "Seccomp_filters: %d", &count) == 1) break;
    }
    static_cast<void>(std::fclose(file));
    return count;
}

TEST(Harden, DoesNotStackASecondFilterOnAnInheritedOne) {
    if (count_filters() < 0) GTEST_SKIP() << "this kernel does not count filters";
    EXPECT_EQ(run_in_child([] {
                  const int before = count_filters();
                  harden_or_fail();
                  CHILD_CHECK(count_filters() == before + 1);
                  harden_or_fail();
                  CHILD_CHECK(count_filters() == before + 1);
              }),
              0);
}

int g_filters_wanted = 0;

/// Comes instead of a socket() that could create something: fine (and refused) once our filter is
/// there as well, the end before.
void on_creating_call(int, siginfo_t*, void* context) {
    if (count_filters() < g_filters_wanted) ::_exit(7);
    static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RAX] = -EACCES;
}

void trap_creating_calls() {
    struct sigaction action = {};
    action.sa_sigaction = on_creating_call;
    action.sa_flags = SA_SIGINFO;
    CHILD_CHECK(::sigaction(SIGSYS, &action, nullptr) == 0);
    g_filters_wanted = count_filters() + 2;  // the trap and ours
    const scmp_filter_ctx trap = ::seccomp_init(SCMP_ACT_ALLOW);
    const scmp_arg_cmp is_datagram = SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_DGRAM);
    CHILD_CHECK(::seccomp_rule_add(trap, SCMP_ACT_TRAP, SCMP_SYS(socket), 1, is_datagram) == 0);
    CHILD_CHECK(::seccomp_load(trap) == 0);
    ::seccomp_release(trap);
}

// strace over a whole session found it: the question "is the filter there?" opened a socket.
TEST(Harden, CreatesNoSocketOnTheWayToItsFilter) {
    if (count_filters() < 0) GTEST_SKIP() << "this kernel does not count filters";
    EXPECT_EQ(run_in_child([] {
                  trap_creating_calls();
                  static_cast<void>(probe_network());
              }),
              7);
    EXPECT_EQ(run_in_child([] {
                  trap_creating_calls();
                  harden_or_fail();
              }),
              0);
}

TEST(Harden, EndsAProcessThatUsesX32Numbers) {
    EXPECT_EQ(run_in_child([] {
                  harden_or_fail();
                  ::syscall(0x40000000L | SYS_getpid);
              }),
              -SIGSYS);
}

}  // namespace
}  // namespace veritune::util
