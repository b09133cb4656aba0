// SPDX-License-Identifier: Apache-2.0
#include "core/session/project_folder.h"

#include "core/engine/fake_engine.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace veritune::session {
namespace {

using test::TempDir;
using util::ErrorCode;
using util::Result;

class ProjectFolder : public ::testing::Test {
  protected:
    ProjectFolder() { EXPECT_TRUE(ensure_project(*fs_, dir_, "office")); }

    /// Finds an engine in this state.
    FindEngine engine_in(engine::EngineState state) {
        return [this, state](const store::ProjectInfo& info) {
            asked_about_ = info.name;
            auto engine = std::make_unique<engine::FakeEngine>();
            engine->set_state(state);
            return Result<std::unique_ptr<engine::Engine>>(std::move(engine));
        };
    }
    static Result<std::unique_ptr<engine::Engine>> nobody(const store::ProjectInfo&) {
        return util::fail(ErrorCode::kUnavailable, "nobody answers");
    }

    TempDir temp_;
    std::unique_ptr<util::FileSystem> fs_ = util::make_posix_file_system();
    std::string dir_ = temp_.file("some/where");
    std::string asked_about_;
};

TEST_F(ProjectFolder, IsMadeOnceWithTheFoldersAboveIt) {
    EXPECT_TRUE(holds_project(*fs_, dir_));
    EXPECT_FALSE(holds_project(*fs_, temp_.file("some")));
    EXPECT_TRUE(ensure_project(*fs_, dir_, "another name"));
    EXPECT_EQ(store::Project::open_reader(dir_).value()->info().name, "office");
}

TEST_F(ProjectFolder, IsWrittenAtOnceWhenNobodyHoldsIt) {
    EXPECT_TRUE(open_writer(dir_, nobody));
    EXPECT_EQ(asked_about_, "");
}

TEST_F(ProjectFolder, AnIdleEngineGivesWay) {
    auto held = store::Project::open_writer(dir_);
    ASSERT_TRUE(held);
    int waits = 0;
    const auto project = open_writer(dir_, engine_in({}), [&] {
        if (++waits == 3) held->reset();  // the engine's end
    });
    ASSERT_TRUE(project) << util::to_string(project.error());
    EXPECT_EQ(waits, 3);
    EXPECT_EQ(asked_about_, "office");
}

TEST_F(ProjectFolder, AnActiveRunIsNotDisturbed) {
    const auto held = store::Project::open_writer(dir_);
    ASSERT_TRUE(held);
    int waits = 0;
    const auto project = open_writer(dir_, engine_in({.run = 7}), [&] { ++waits; });
    ASSERT_FALSE(project);
    EXPECT_EQ(project.error().code, ErrorCode::kBusy);
    EXPECT_NE(project.error().message.find("run 7"), std::string::npos);
    EXPECT_EQ(waits, 0);
}

TEST_F(ProjectFolder, AnotherHolderIsNamed) {
    const auto held = store::Project::open_writer(dir_);
    ASSERT_TRUE(held);
    const auto project = open_writer(dir_, nobody);
    ASSERT_FALSE(project);
    EXPECT_EQ(project.error().code, ErrorCode::kBusy);
    EXPECT_EQ(project.error().message.find("nobody answers"), std::string::npos);
}

}  // namespace
}  // namespace veritune::session
