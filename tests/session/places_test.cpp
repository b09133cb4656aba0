// SPDX-License-Identifier: Apache-2.0
#include "core/session/places.h"

#include "tests/support/fault_file_system.h"

#include <gtest/gtest.h>

#include <map>

namespace veritune::session {
namespace {

using test::FaultFileSystem;
using util::ErrorCode;

Variable variables(std::map<std::string, std::string> values) {
    return [values = std::move(values)](const char* name) -> std::optional<std::string> {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    };
}

TEST(Places, DataHomeFollowsTheVariablesInOrder) {
    EXPECT_EQ(
        *data_home(variables({{"VERITUNE_HOME", "/v"}, {"XDG_DATA_HOME", "/x"}, {"HOME", "/h"}})),
        "/v");
    EXPECT_EQ(*data_home(variables({{"XDG_DATA_HOME", "/x"}, {"HOME", "/h"}})), "/x/veritune");
    EXPECT_EQ(*data_home(variables({{"XDG_DATA_HOME", ""}, {"HOME", "/h"}})),
              "/h/.local/share/veritune");
    EXPECT_EQ(data_home(variables({})).error().code, ErrorCode::kNotFound);
}

TEST(Places, ResourcesLieBesideAnInstalledProgramOrInTheSourceTree) {
    FaultFileSystem fs;
    EXPECT_EQ(resource_dir(fs, variables({}), "/usr/bin").error().code, ErrorCode::kNotFound);
    ASSERT_TRUE(util::make_dirs(fs, "/usr/lib/veritune/../../share/veritune/recipes"));
    EXPECT_EQ(*resource_dir(fs, variables({}), "/usr/lib/veritune"),
              "/usr/lib/veritune/../../share/veritune");
    EXPECT_EQ(*resource_dir(fs, variables({{"VERITUNE_RESOURCES", "/r"}}), "/usr/bin"), "/r");
    EXPECT_EQ(resource_dir(fs, variables({}), "/elsewhere").error().code, ErrorCode::kNotFound);
}

TEST(Places, TheShippedCheckpointNeedsItsConfiguration) {
    FaultFileSystem fs;
    const Variable resources = variables({{"VERITUNE_RESOURCES", "/r"}});
    ASSERT_TRUE(util::make_dirs(fs, "/r/demo/cold_start"));
    EXPECT_EQ(shipped_cold_start(fs, resources, "/usr/bin"), "");
    ASSERT_TRUE(util::atomic_write(fs, "/r/demo/cold_start/config.json", "{}"));
    EXPECT_EQ(shipped_cold_start(fs, resources, "/usr/bin"), "/r/demo/cold_start");
}

TEST(Places, DemoFolderTakesTheLowestFreeNumber) {
    FaultFileSystem fs;
    EXPECT_EQ(*free_demo_dir(fs, "/home"), "/home/demo-1");
    for (const char* taken : {"/home/demo-1", "/home/demo-2", "/home/demo-4"}) {
        ASSERT_TRUE(util::make_dirs(fs, taken));
    }
    EXPECT_EQ(*free_demo_dir(fs, "/home"), "/home/demo-3");
}

}  // namespace
}  // namespace veritune::session
