// SPDX-License-Identifier: Apache-2.0
#include "core/engine/runtime_dir.h"

#include "tests/engine/runtime_folder.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace veritune::engine {
namespace {

using test::kProjectId;
using test::RuntimeFolder;
using util::ErrorCode;

mode_t mode_of(const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

TEST(RuntimeDir, IsPrivateAndNamedAfterTheProject) {
    const RuntimeFolder folder;
    const std::string dir = runtime_dir(kProjectId).value();
    EXPECT_EQ(dir, folder.temp().file("veritune/0123456789abcdef"));
    EXPECT_EQ(mode_of(dir), 0700u);
    EXPECT_EQ(mode_of(folder.temp().file("veritune")), 0700u);
    EXPECT_EQ(runtime_dir(kProjectId).value(), dir);
    EXPECT_EQ(socket_path(dir), dir + "/engine.sock");
}

TEST(RuntimeDir, RefusesLinksAndOpenModes) {
    const RuntimeFolder folder;
    ASSERT_EQ(::mkdir(folder.temp().file("elsewhere").c_str(), 0700), 0);
    ASSERT_EQ(
        ::symlink(folder.temp().file("elsewhere").c_str(), folder.temp().file("veritune").c_str()),
        0);
    EXPECT_EQ(runtime_dir(kProjectId).error().code, ErrorCode::kPermissionDenied);
    ASSERT_EQ(::unlink(folder.temp().file("veritune").c_str()), 0);
    const std::string dir = runtime_dir(kProjectId).value();
    ASSERT_EQ(::chmod(dir.c_str(), 0755), 0);
    EXPECT_EQ(runtime_dir(kProjectId).error().code, ErrorCode::kPermissionDenied);
    ASSERT_EQ(::rmdir(dir.c_str()), 0);
    std::ofstream(dir) << "a file";
    EXPECT_EQ(runtime_dir(kProjectId).error().code, ErrorCode::kPermissionDenied);
}

TEST(RuntimeDir, FallsBackToTmpWithoutAUsableRuntimeFolder) {
    const std::string expected =
        "/tmp/veritune-" + std::to_string(::geteuid()) + "/fedcba9876543210";
    const test::TempDir temp;
    ASSERT_EQ(::mkdir(temp.file("open").c_str(), 0777), 0);
    ASSERT_EQ(::chmod(temp.file("open").c_str(), 0777), 0);
    for (const std::string& xdg : {std::string(), std::string("relative"), temp.file("open")}) {
        ::setenv("XDG_RUNTIME_DIR", xdg.c_str(), 1);
        EXPECT_EQ(runtime_dir("fedcba98765432100000").value(), expected) << xdg;
    }
    ::unsetenv("XDG_RUNTIME_DIR");
    ::rmdir(expected.c_str());
}

TEST(RuntimeDir, RefusesIdsThatAreNoIds) {
    const RuntimeFolder folder;
    for (const char* id : {"", "0123456789abcde", "../../etc/passwd", "0123456789ABCDEF"}) {
        EXPECT_EQ(runtime_dir(id).error().code, ErrorCode::kInvalidArgument) << id;
    }
}

TEST(RuntimeDir, RefusesPathsTooLongForASocket) {
    const test::TempDir temp;
    const std::string longer = temp.file(std::string(90, 'x'));
    ASSERT_EQ(::mkdir(longer.c_str(), 0700), 0);
    ::setenv("XDG_RUNTIME_DIR", longer.c_str(), 1);
    EXPECT_EQ(runtime_dir(kProjectId).error().code, ErrorCode::kInvalidArgument);
    ::unsetenv("XDG_RUNTIME_DIR");
}

TEST(EngineExitNote, RoundTripsAndClears) {
    const RuntimeFolder folder;
    const std::string dir = runtime_dir(kProjectId).value();
    EXPECT_FALSE(read_engine_exit(dir).has_value());
    ASSERT_TRUE(write_engine_exit(dir, {.code = 12, .reason = "no \"memory\""}));
    EXPECT_EQ(read_engine_exit(dir)->code, 12);
    EXPECT_EQ(read_engine_exit(dir)->reason, "no \"memory\"");
    EXPECT_EQ(read_engine_exit(dir)->xid, 0);
    ASSERT_TRUE(write_engine_exit(dir, {.code = kExitCard, .reason = "gone", .xid = 79}));
    EXPECT_EQ(read_engine_exit(dir)->xid, 79);
    ASSERT_TRUE(clear_engine_exit(dir));
    EXPECT_FALSE(read_engine_exit(dir).has_value());
    std::ofstream(dir + "/engine.exit") << "{\"code\":";
    EXPECT_FALSE(read_engine_exit(dir).has_value());
}

/// A mapped file that another program cuts short: no core, no endless restart, but a reason.
TEST(EngineExitNote, AModelCutShortUnderAMappingEndsWithAReason) {
    const RuntimeFolder folder;
    const std::string dir = runtime_dir(kProjectId).value();
    const std::string file = folder.temp().file("weights");
    std::ofstream(file) << std::string(3 * 4096, 'w');
    const pid_t child = ::fork();
    if (child == 0) {
        if (!end_on_changed_model(dir)) ::_exit(1);
        const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
        const void* at = ::mmap(nullptr, 3 * 4096, PROT_READ, MAP_PRIVATE, fd, 0);
        if (at == MAP_FAILED || ::truncate(file.c_str(), 0) != 0) ::_exit(2);
        const auto* bytes = static_cast<const volatile char*>(at);
        ::_exit(bytes[2 * 4096] == 'w' ? 3 : 4);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), kExitModelChanged);
    const auto note = read_engine_exit(dir);
    ASSERT_TRUE(note);
    EXPECT_EQ(note->code, kExitModelChanged);
    EXPECT_NE(note->reason.find("model changed"), std::string::npos);
    EXPECT_EQ(after_death(note), AfterDeath::kFailed);
    // What is written later replaces the note, as before.
    ASSERT_TRUE(write_engine_exit(dir, {.code = 0, .reason = "idle"}));
    EXPECT_EQ(read_engine_exit(dir)->code, 0);
}

TEST(EngineExitNote, DecidesWhatAClientDoes) {
    EXPECT_EQ(after_death(std::nullopt), AfterDeath::kRestart);
    EXPECT_EQ(after_death(EngineExit{.code = 75}), AfterDeath::kRestart);
    EXPECT_EQ(after_death(EngineExit{.code = 0}), AfterDeath::kDone);
    EXPECT_EQ(after_death(EngineExit{.code = 1, .reason = "x"}), AfterDeath::kFailed);
}

}  // namespace
}  // namespace veritune::engine
