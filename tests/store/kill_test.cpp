// SPDX-License-Identifier: Apache-2.0
// kill -9 of the writer at random moments: what was acknowledged has to be there, and whole.
#include "core/store/project.h"
#include "tests/store/store_testing.h"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace veritune::test {
namespace {

/// The chains of step n are a function of n: the parent can tell a whole step from a torn one.
data::StepRecord step_of(std::int64_t n) {
    util::Rng rng(5, util::RngStream::kTest, static_cast<std::uint64_t>(n));
    data::StepRecord record = random_step(rng, "vrl", n, 3);
    // Larger than a page, so that a step is many writes.
    record.chains[0].completion.assign(20000, static_cast<char>('a' + n % 26));
    return record;
}

/// Child: records steps from `first` on and writes each number to the pipe once it is stored.
[[noreturn]] void record_until_killed(const TempDir& temp, std::int64_t first, int pipe) {
    const auto project = writer(temp);
    for (std::int64_t n = first;; ++n) {
        if (!project->runs().record_step(1, step_of(n))) ::_exit(1);
        if (::write(pipe, &n, sizeof n) != sizeof n) ::_exit(2);
        if (n % 7 == 0 && !project->runs().record_event(1, {.step = n, .kind = "k"})) ::_exit(3);
    }
}

/// Lets the child acknowledge `count` steps, waits a random piece of the next one, kills it.
/// Returns the last acknowledged step, also those that were acknowledged while we waited.
std::int64_t run_and_kill(const TempDir& temp, std::int64_t first, util::Rng& rng) {
    int ends[2];
    VT_CHECK(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        record_until_killed(temp, first, ends[1]);
    }
    ::close(ends[1]);
    std::int64_t last = first - 1;
    const std::uint64_t count = rng.below(6);
    for (std::uint64_t i = 0; i < count; ++i) {
        if (::read(ends[0], &last, sizeof last) != sizeof last) break;
    }
    // The moment is random, not the outcome: nothing waits for anything.
    const std::int64_t until =
        util::system_clock().monotonic_us() + static_cast<std::int64_t>(rng.below(3000));
    while (util::system_clock().monotonic_us() < until) {
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child failed by itself: " << WEXITSTATUS(status);
    while (::read(ends[0], &last, sizeof last) == sizeof last) {
    }
    ::close(ends[0]);
    return last;
}

std::int64_t kill_many_times(int kills) {
    const TempDir temp;
    util::Rng rng(20261124, util::RngStream::kTest);
    {
        const auto project = new_project(temp);
        VT_CHECK(new_run(*project) == 1);
    }
    std::int64_t next = 1;
    for (int i = 0; i < kills && !testing::Test::HasFailure(); ++i) {
        const std::int64_t acknowledged = run_and_kill(temp, next, rng);
        // Opening checks the integrity, because the stop was not clean.
        const util::Result<std::unique_ptr<store::Project>> opened =
            store::Project::open_writer(temp.file("project"));
        if (!opened) {
            ADD_FAILURE() << "kill " << i << ": " << util::to_string(opened.error());
            break;
        }
        const store::RunReader& reads = (*opened)->reader();
        const std::int64_t stored = reads.run(1).value().last_step;
        EXPECT_GE(stored, acknowledged) << "kill " << i;
        EXPECT_LE(stored, acknowledged + 1) << "kill " << i;
        for (std::int64_t n = next; n <= stored; ++n) {
            const data::StepRecord expected = step_of(n);
            const auto chains = reads.step_chains(1, "vrl", n).value();
            EXPECT_EQ(chains.size(), expected.chains.size());
            for (std::size_t c = 0; c < chains.size() && c < expected.chains.size(); ++c) {
                EXPECT_EQ(first_difference(chains[c].record, expected.chains[c]), "");
            }
        }
        EXPECT_EQ(reads.metric_series(1, "loss").value().size(), static_cast<std::size_t>(stored));
        next = stored + 1;
    }
    return next - 1;
}

TEST(KillWriter, LosesNothingInFiftyKills) {
    const std::int64_t steps = kill_many_times(50);
    EXPECT_GT(steps, 50);  // the children did work
}

TEST(KillWriterSlow, LosesNothingInAThousandKills) {
    const std::int64_t steps = kill_many_times(1000);
    EXPECT_GT(steps, 1000);
}

}  // namespace
}  // namespace veritune::test
