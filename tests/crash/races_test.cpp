// SPDX-License-Identifier: Apache-2.0
// Two clients at once: the project lock decides, both reach one engine. A lock whose holder died is
// free.
#include "core/util/clock.h"
#include "tests/crash/engine_rig.h"
#include "tests/support/test_scale.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <sys/wait.h>
#include <unistd.h>

namespace veritune::test {
namespace {

/// Child processes that all open the project for writing at the same moment and keep it until told.
class Racers {
  public:
    Racers(const std::string& project, int count) {
        VT_CHECK(::pipe(start_) == 0 && ::pipe(report_) == 0 && ::pipe(end_) == 0);
        for (int i = 0; i < count; ++i) {
            const pid_t child = ::fork();
            if (child == 0) race(project);
            children_.push_back(child);
        }
        ::close(start_[0]);
        ::close(report_[1]);
        ::close(end_[0]);
    }
    ~Racers() {
        ::close(end_[1]);
        for (const pid_t child : children_) ::waitpid(child, nullptr, 0);
        ::close(report_[0]);
    }
    Racers(const Racers&) = delete;
    Racers& operator=(const Racers&) = delete;

    /// How many became the owner; every other one has to say kBusy.
    int owners() {
        ::close(start_[1]);
        int owners = 0;
        for (std::size_t i = 0; i < children_.size(); ++i) {
            char word = '?';
            VT_CHECK(::read(report_[0], &word, 1) == 1);
            EXPECT_TRUE(word == 'o' || word == 'b') << word;
            owners += word == 'o' ? 1 : 0;
        }
        return owners;
    }

  private:
    [[noreturn]] void race(const std::string& project) {
        ::close(start_[1]);
        ::close(end_[1]);
        char none = 0;
        (void)::read(start_[0], &none, 1);  // until the parent closes it
        const auto opened = store::Project::open_writer(project);
        const bool busy = !opened && opened.error().code == util::ErrorCode::kBusy;
        const char word = opened ? 'o' : busy ? 'b' : 'e';
        (void)::write(report_[1], &word, 1);
        (void)::read(end_[0], &none, 1);
        ::_exit(0);  // without closing: as a kill would leave it
    }

    int start_[2]{};
    int report_[2]{};
    int end_[2]{};
    std::vector<pid_t> children_;
};

TEST(Races, OneOwnerAndTheLockOfADeadOneIsFree) {
    const TempDir folder;
    const std::string project = folder.file("project");
    ASSERT_TRUE(store::Project::create(project, "race").value()->close());
    const std::int64_t races = at_scale(50, 1000);
    int stale_taken = 0;
    for (std::int64_t race = 0; race < races && !testing::Test::HasFailure(); ++race) {
        Racers racers(project, 2);
        EXPECT_EQ(racers.owners(), 1) << "race " << race;
        // The loser is told at once, and by whom.
        const std::int64_t start = util::system_clock().monotonic_us();
        const auto refused = store::Project::open_writer(project);
        EXPECT_LT(util::system_clock().monotonic_us() - start, 1'000'000);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, util::ErrorCode::kBusy);
        EXPECT_NE(refused.error().message.find("process"), std::string::npos)
            << refused.error().message;
    }
    // Every owner above ended without giving the lock back.
    for (int i = 0; i < 20; ++i) {
        {
            Racers killed(project, 1);
            ASSERT_EQ(killed.owners(), 1);
        }
        const auto taken = store::Project::open_writer(project);
        stale_taken += taken ? 1 : 0;
    }
    EXPECT_EQ(stale_taken, 20);
    std::printf("%lld races: one owner each; %d of 20 stale locks taken\n",
                static_cast<long long>(races),
                stale_taken);
}

TEST(RacesSlow, RacingClientsReachOneEngine) {
    EngineRig rig;
    const int clients = 4;
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    std::vector<pid_t> children;
    for (int i = 0; i < clients; ++i) {
        const pid_t child = ::fork();
        if (child == 0) {
            const auto client = rig.reach();
            const std::int64_t pid = client ? (*client)->server().pid : -1;
            (void)::write(ends[1], &pid, sizeof pid);
            ::_exit(0);
        }
        children.push_back(child);
    }
    std::int64_t first = 0;
    for (int i = 0; i < clients; ++i) {
        std::int64_t pid = 0;
        ASSERT_EQ(::read(ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
        EXPECT_GT(pid, 0);
        if (i == 0) first = pid;
        EXPECT_EQ(pid, first);
    }
    for (const pid_t child : children) ::waitpid(child, nullptr, 0);
    ::close(ends[0]);
    ::close(ends[1]);
    rig.end_engine();
}

}  // namespace
}  // namespace veritune::test
