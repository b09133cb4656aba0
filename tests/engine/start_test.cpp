// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engine_client.h"
#include "core/util/file_system.h"
#include "tests/engine/runtime_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <signal.h>
#include <sstream>
#include <unistd.h>

namespace veritune::engine {
namespace {

using test::kProjectId;
using util::ErrorCode;

class StartTest : public testing::Test {
  protected:
    util::Result<std::unique_ptr<EngineClient>> start(std::vector<std::string> extra = {}) {
        std::vector<std::string> arguments{"--id", kProjectId};
        arguments.insert(arguments.end(), extra.begin(), extra.end());
        return start_engine_if_needed(address_,
                                      {.engine_path = ENGINE_TEST_PROGRAM, .arguments = arguments});
    }

    test::RuntimeFolder folder_;
    test::TempDir project_;
    EngineAddress address_{.project_dir = project_.path(), .project_id = kProjectId};
};

TEST_F(StartTest, StartsOnceAndFindsItAgain) {
    const auto first = start();
    ASSERT_TRUE(first) << util::to_string(first.error());
    const auto second = start();
    ASSERT_TRUE(second) << util::to_string(second.error());
    EXPECT_EQ((*first)->server().pid, (*second)->server().pid);
    EXPECT_NE((*first)->server().pid, ::getpid());
    EXPECT_TRUE((*first)->shutdown());
}

TEST_F(StartTest, RacingClientsReachOneEngine) {
    std::vector<std::future<std::int64_t>> pids;
    for (int i = 0; i < 4; ++i) {
        pids.push_back(std::async(std::launch::async, [this] {
            const auto client = start();
            return client ? (*client)->server().pid : -1;
        }));
    }
    const std::int64_t pid = pids[0].get();
    EXPECT_GT(pid, 0);
    for (int i = 1; i < 4; ++i) EXPECT_EQ(pids[static_cast<std::size_t>(i)].get(), pid);
    EXPECT_TRUE(EngineClient::connect(address_).value()->shutdown());
}

TEST_F(StartTest, EngineThatSaysWhyItEndsIsQuoted) {
    const auto client = start({"--die", "the model does not fit"});
    EXPECT_EQ(client.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(client.error().message.find("the model does not fit"), std::string::npos);
}

TEST_F(StartTest, LastLineOfADyingProgramIsQuoted) {
    const auto client = start({"--print-and-die", "libtorch_cpu.so: cannot open"});
    EXPECT_EQ(client.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(client.error().message.find("libtorch_cpu.so: cannot open"), std::string::npos);
    EXPECT_EQ(client.error().message.find("first line"), std::string::npos);
}

TEST_F(StartTest, MissingProgramIsNotFound) {
    const auto client =
        start_engine_if_needed(address_, {.engine_path = project_.file("no-such-engine")});
    EXPECT_EQ(client.error().code, ErrorCode::kNotFound);
}

TEST_F(StartTest, EngineGetsABuiltEnvironmentAndNoDescriptors) {
    ::setenv("VERITUNE_SECRET", "canary", 1);
    ::setenv("LD_PRELOAD_NOT", "canary", 1);
    const std::string dump = project_.file("environment");
    const std::ifstream held_open("/dev/null");
    const auto client = start({"--dump-environment", dump});
    ::unsetenv("VERITUNE_SECRET");
    ::unsetenv("LD_PRELOAD_NOT");
    ASSERT_TRUE(client);
    std::stringstream text;
    text << std::ifstream(dump).rdbuf();
    EXPECT_EQ(text.str().find("canary"), std::string::npos);
    EXPECT_NE(text.str().find("PATH=/usr/bin\n"), std::string::npos);
    EXPECT_NE(text.str().find("GOMP_SPINCOUNT=2000\n"), std::string::npos);
    EXPECT_NE(text.str().find("XDG_RUNTIME_DIR="), std::string::npos);
    // 0, 1, 2, the ready pipe, and the dump itself.
    for (int fd = 0; fd <= 4; ++fd) {
        EXPECT_NE(text.str().find("fd " + std::to_string(fd) + "\n"), std::string::npos) << fd;
    }
    EXPECT_EQ(text.str().find("fd 5\n"), std::string::npos);
    EXPECT_NE(text.str().find("session "), std::string::npos);
    EXPECT_EQ(text.str().find("session " + std::to_string(::getsid(0)) + "\n"), std::string::npos)
        << "a hang-up of the client's terminal would reach it";
    EXPECT_TRUE((*client)->shutdown());
}

TEST_F(StartTest, KilledEngineIsReplaced) {
    const auto first = start();
    ASSERT_TRUE(first);
    ASSERT_EQ(::kill(static_cast<pid_t>((*first)->server().pid), SIGKILL), 0);
    while ((*first)->connected()) {
        static_cast<void>((*first)->get_state());
    }
    EXPECT_EQ(after_death(read_engine_exit(runtime_dir(kProjectId).value())), AfterDeath::kRestart);
    const auto second = start();
    ASSERT_TRUE(second) << util::to_string(second.error());
    EXPECT_NE((*second)->server().pid, (*first)->server().pid);
    EXPECT_TRUE((*second)->shutdown());
}

}  // namespace
}  // namespace veritune::engine
