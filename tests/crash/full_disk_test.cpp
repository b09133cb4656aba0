// SPDX-License-Identifier: Apache-2.0
// A disk that is really full: the run pauses with words and goes on by itself once there is room.
#include "tests/crash/engine_rig.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sys/mount.h>
#include <unistd.h>

namespace veritune::test {
namespace {

/// A tmpfs of its own size: root only. It refuses to grow, as a disk does.
class SmallDisk {
  public:
    explicit SmallDisk(std::int64_t mebibytes) {
        const std::string options = "size=" + std::to_string(mebibytes) + "m";
        mounted_ = ::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, options.c_str()) == 0;
    }
    ~SmallDisk() {
        if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    bool mounted() const { return mounted_; }
    std::string file(const std::string& name) const { return folder_.file(name); }

  private:
    TempDir folder_;
    bool mounted_ = false;
};

void fill(const std::string& path) {
    std::ofstream file(path, std::ios::binary);
    const std::string block(1 << 16, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
}

TEST(FullDiskSlow, TheRunPausesAndGoesOnWhenThereIsRoom) {
    SmallDisk disk(1400);
    if (!disk.mounted()) GTEST_SKIP() << "no right to mount a small file system here";
    EngineRig rig(disk.file("project"));
    train::Recipe recipe = thirty_steps();
    recipe.stages[1].vrl.max_steps = 40;
    {
        const auto client = rig.reach().value();
        ASSERT_TRUE(client->start_run({.recipe = train::recipe_to_json(recipe)}));
    }
    ASSERT_TRUE(EngineRig::wait_until([&] { return rig.run(1).last_step >= 3; }, 120));
    EXPECT_EQ(::access(disk.file("project/project.ballast").c_str(), F_OK), 0);
    fill(disk.file("filler"));
    ASSERT_TRUE(
        EngineRig::wait_until([&] { return rig.run(1).state == store::RunState::kPaused; }, 120))
        << "state " << store::run_state_name(rig.run(1).state) << " " << rig.run(1).error;
    EXPECT_NE(rig.run(1).error.find("disk"), std::string::npos) << rig.run(1).error;
    EXPECT_NE(::access(disk.file("project/project.ballast").c_str(), F_OK), 0)
        << "the ballast made room for the row";
    const std::int64_t before = rig.run(1).last_step;
    ASSERT_EQ(::unlink(disk.file("filler").c_str()), 0);
    ASSERT_TRUE(
        EngineRig::wait_until([&] { return rig.run(1).state == store::RunState::kDone; }, 300))
        << "state " << store::run_state_name(rig.run(1).state) << " " << rig.run(1).error;
    EXPECT_GE(rig.run(1).last_step, before);
    EXPECT_EQ(::access(disk.file("project/project.ballast").c_str(), F_OK), 0);
    rig.end_engine();
    EXPECT_TRUE(store::Project::open_writer(disk.file("project")).has_value());
}

}  // namespace
}  // namespace veritune::test
