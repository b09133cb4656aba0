// SPDX-License-Identifier: Apache-2.0
// Another account of the same computer (uid 65534) reaches nothing: no file of the project, no
// socket, no memory of our processes. Root only, because only root can become somebody else.
#include "tests/crash/engine_rig.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace veritune::test {
namespace {

constexpr uid_t kNobody = 65534;

/// What a stranger could do; counted in the child, which has become the stranger.
struct Reach {
    int tried = 0;
    int readable = 0;
    int writable = 0;
    int reachable = 0;
};

/// Runs the function as uid 65534 and returns what it found.
template <typename Try>
Reach as_stranger(const Try& attempt) {
    int ends[2];
    VT_CHECK(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const bool dropped = ::setgid(kNobody) == 0 && ::setuid(kNobody) == 0;
        Reach reach;
        if (dropped) {
            attempt(reach);
        } else {
            reach.tried = -1;
        }
        (void)::write(ends[1], &reach, sizeof reach);
        ::_exit(0);
    }
    ::close(ends[1]);
    Reach reach;
    VT_CHECK(::read(ends[0], &reach, sizeof reach) == static_cast<ssize_t>(sizeof reach));
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return reach;
}

void try_file(const std::string& path, Reach& reach) {
    ++reach.tried;
    const int read = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (read >= 0) ++reach.readable;
    const int write = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (write >= 0) ++reach.writable;
}

bool connects(const std::string& socket_path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::strncpy(name.sun_path, socket_path.c_str(), sizeof name.sun_path - 1);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) return false;
    // Even when the folder were open: not one byte is answered.
    const char hello[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\",\"params\":{}}\n";
    if (::send(fd, hello, sizeof hello - 1, MSG_NOSIGNAL) < 0) return false;
    char answer = 0;
    return ::recv(fd, &answer, 1, 0) == 1;
}

std::vector<std::string> all_files(const std::string& folder) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        files.push_back(entry.path().string());
    }
    return files;
}

class AccountsSlow : public testing::Test {
  protected:
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "only root can become another account";
    }
};

TEST_F(AccountsSlow, AStrangerReachesNothing) {
    // The folder around the project is open to the stranger, as a shared disk would be.
    const TempDir shared;
    ASSERT_EQ(::chmod(shared.path().c_str(), 0755), 0);
    EngineRig rig(shared.file("project"));
    std::int64_t pid = 0;
    {
        const auto client = rig.reach().value();
        pid = client->server().pid;
        ASSERT_TRUE(client->start_run({.recipe = train::recipe_to_json(thirty_steps())}));
        ASSERT_TRUE(EngineRig::wait_until([&] { return rig.run(1).last_step >= 6; }, 120));
    }
    std::vector<std::string> files = all_files(rig.project_dir());
    const std::string runtime = engine::runtime_dir(rig.address().project_id).value();
    for (const std::string& file : all_files(runtime)) files.push_back(file);
    files.push_back(rig.project_dir());
    ASSERT_GT(files.size(), 15U);
    const Reach closed = as_stranger([&](Reach& reach) {
        for (const std::string& file : files) try_file(file, reach);
        if (connects(engine::socket_path(runtime))) ++reach.reachable;
        if (::ptrace(PTRACE_ATTACH, static_cast<pid_t>(pid), nullptr, nullptr) == 0)
            ++reach.reachable;
        if (::kill(static_cast<pid_t>(pid), 0) == 0) ++reach.reachable;
        for (const char* name : {"mem", "environ", "fd/0", "maps"}) {
            try_file("/proc/" + std::to_string(pid) + "/" + name, reach);
        }
    });
    EXPECT_EQ(closed.tried, static_cast<int>(files.size()) + 4);
    EXPECT_EQ(closed.readable, 0);
    EXPECT_EQ(closed.writable, 0);
    EXPECT_EQ(closed.reachable, 0);
    // Each file is closed for itself, not only behind the folder.
    for (const std::string& file : files) {
        struct stat info {};
        if (::stat(file.c_str(), &info) != 0) continue;
        EXPECT_EQ(info.st_mode & 077, 0U) << file;
    }
    // And with the folder of the socket opened by mistake, the engine looks at the uid.
    ASSERT_EQ(::chmod(rig.folder().path().c_str(), 0755), 0);
    ASSERT_EQ(::chmod(runtime.c_str(), 0755), 0);
    ASSERT_EQ(::chmod(util::parent_path(runtime).c_str(), 0755), 0);
    ASSERT_EQ(::chmod(engine::socket_path(runtime).c_str(), 0777), 0);
    const Reach open = as_stranger([&](Reach& reach) {
        ++reach.tried;
        if (connects(engine::socket_path(runtime))) ++reach.reachable;
    });
    EXPECT_EQ(open.tried, 1);
    EXPECT_EQ(open.reachable, 0) << "a stranger was answered";
    std::printf("second account: %d things tried, %d readable, %d writable, %d reachable\n",
                closed.tried + open.tried,
                closed.readable,
                closed.writable,
                closed.reachable + open.reachable);
    rig.kill_engine();
}

/// Somebody else's folder under our name is not used.
TEST_F(AccountsSlow, ARuntimeFolderOfAnotherAccountIsRefused) {
    const TempDir folder;
    const std::string theirs = folder.file("veritune");
    ASSERT_EQ(::mkdir(theirs.c_str(), 0700), 0);
    ASSERT_EQ(::chown(theirs.c_str(), kNobody, kNobody), 0);
    ::setenv("XDG_RUNTIME_DIR", folder.path().c_str(), 1);
    const auto refused = engine::runtime_dir("0123456789abcdef");
    ::unsetenv("XDG_RUNTIME_DIR");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, util::ErrorCode::kPermissionDenied);
}

}  // namespace
}  // namespace veritune::test
