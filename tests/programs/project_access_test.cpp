// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/project_access.h"

#include "tests/programs/cli_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace veritune::test {
namespace {

using ::testing::HasSubstr;

TEST(ProjectAccess, SaysHowToMakeAProjectWhenThereIsNone) {
    const CliResult result = CliHarness().run({"runs", "list"});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr("veritune project new"));
    EXPECT_THAT(result.err, HasSubstr("--project"));
}

TEST(ProjectAccess, PrefersTheOptionOverTheVariable) {
    CliHarness cli;
    cli.make_project();
    cli.environment["VERITUNE_PROJECT"] = "/nowhere";
    EXPECT_EQ(cli.run({"runs", "list"}).code, 1);
    EXPECT_EQ(cli.run({"runs", "list", "--project", "p"}).code, 0);
}

TEST(ProjectAccess, FindsDataHomeInOrder) {
    const auto home = [](const std::map<std::string, std::string>& variables) {
        return cli::data_home(
            {.variable = [variables](const char* name) -> std::optional<std::string> {
                const auto found = variables.find(name);
                return found == variables.end() ? std::nullopt : std::optional(found->second);
            }});
    };
    EXPECT_EQ(*home({{"VERITUNE_HOME", "/v"}, {"XDG_DATA_HOME", "/x"}, {"HOME", "/h"}}), "/v");
    EXPECT_EQ(*home({{"XDG_DATA_HOME", "/x"}, {"HOME", "/h"}}), "/x/veritune");
    EXPECT_EQ(*home({{"HOME", "/h"}}), "/h/.local/share/veritune");
    EXPECT_FALSE(home({}).has_value());
}

TEST(ProjectAccess, AsksAnIdleEngineToGiveWay) {
    CliHarness cli;
    const std::string dir = cli.make_project();
    auto held = store::Project::open_writer(dir);
    ASSERT_TRUE(held.has_value());
    int shutdowns = 0;
    cli.connect = fake_engine([&](engine::FakeEngine&, const std::string&, const engine::Request& r)
                                  -> std::optional<util::Result<engine::Reply>> {
        if (!std::holds_alternative<engine::Shutdown>(r)) return std::nullopt;
        ++shutdowns;
        held->reset();  // the lock becomes free
        return util::Result<engine::Reply>(engine::Accepted{});
    });
    const CliResult result = cli.run({"data", "generate", "mod", "--count", "5", "--name", "sums"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(shutdowns, 1);
}

TEST(ProjectAccess, LeavesAnEngineWithARunAlone) {
    CliHarness cli;
    const std::string dir = cli.make_project();
    const auto held = store::Project::open_writer(dir);
    ASSERT_TRUE(held.has_value());
    int shutdowns = 0;
    cli.connect = fake_engine([&](engine::FakeEngine&, const std::string&, const engine::Request& r)
                                  -> std::optional<util::Result<engine::Reply>> {
        shutdowns += std::holds_alternative<engine::Shutdown>(r) ? 1 : 0;
        if (!std::holds_alternative<engine::GetState>(r)) return std::nullopt;
        return util::Result<engine::Reply>(engine::EngineState{.run = 4, .run_state = "running"});
    });
    const CliResult result = cli.run({"data", "generate", "mod", "--count", "5", "--name", "sums"});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr("veritune runs stop 4"));
    EXPECT_EQ(shutdowns, 0);
}

TEST(ProjectAccess, PassesOnWhoHoldsTheLockWhenNobodyAnswers) {
    CliHarness cli;
    const std::string dir = cli.make_project();
    const auto held = store::Project::open_writer(dir);
    ASSERT_TRUE(held.has_value());
    const CliResult result =
        cli.run({"data", "generate", "mod", "--count", "5", "--name", "sums", "--json"});
    EXPECT_EQ(result.code, 1);
    EXPECT_EQ(result.last()["error"]["code"], "busy");
}

}  // namespace
}  // namespace veritune::test
