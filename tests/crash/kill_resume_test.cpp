// SPDX-License-Identifier: Apache-2.0
// kill -9 of the engine at random moments of a run: loading, sampling, updating, saving. Whatever
// was completed stays, at most the step under way is done again, and the run ends in the very state
// of a run that nobody killed.
#include "core/util/clock.h"
#include "core/util/rng.h"
#include "tests/crash/engine_rig.h"
#include "tests/support/test_scale.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <thread>

namespace veritune::test {
namespace {

/// What must not differ: every step's state and the final weights, byte for byte.
struct Result {
    std::vector<std::string> hashes;
    std::string final_weights;
};

Result result_of(const EngineRig& rig, std::int64_t run) {
    const auto fs = util::make_posix_file_system();
    const auto project = rig.look();
    const std::string folder = project->info().dir + "/runs/" + std::to_string(run);
    return {.hashes = step_hashes(*project, run),
            .final_weights = fs->read(folder + "/checkpoints/vrl-final/model.safetensors", 1 << 28)
                                 .value_or("no final checkpoint")};
}

bool has_ended(store::RunState state) {
    return state != store::RunState::kQueued && state != store::RunState::kRunning;
}

Result uninterrupted() {
    EngineRig rig;
    {
        const auto client = rig.reach().value();
        EXPECT_TRUE(client->start_run({.recipe = train::recipe_to_json(thirty_steps())}));
    }
    EXPECT_TRUE(EngineRig::wait_until([&] { return has_ended(rig.run(1).state); }, 300));
    EXPECT_EQ(rig.run(1).state, store::RunState::kDone) << rig.run(1).error;
    rig.end_engine();
    return result_of(rig, 1);
}

/// Recording time of each completed step: a step that is recorded again has another one.
std::map<std::string, std::int64_t> recorded(const EngineRig& rig) {
    std::map<std::string, std::int64_t> times;
    for (const store::StepInfo& step : rig.look()->reader().steps(1).value()) {
        if (!step.state_hash.empty())
            times[step.stage + " " + std::to_string(step.step)] = step.recorded_us;
    }
    return times;
}

std::size_t completed(const EngineRig& rig) { return recorded(rig).size(); }

void kill_and_compare(int kills) {
    const Result expected = uninterrupted();
    ASSERT_EQ(expected.hashes.size(), 30U);
    EngineRig rig;
    util::Rng rng(20261124, util::RngStream::kTest);
    std::size_t lost = 0;
    int while_loading = 0;
    for (int kill = 0; kill <= kills; ++kill) {
        SCOPED_TRACE("kill " + std::to_string(kill));
        // One in four goes through the way of a client that finds the run marked active.
        const bool active = kill > 0 && kill % 4 == 1;
        const auto client = rig.reach(active ? std::vector<std::string>{"--resume-active"}
                                             : std::vector<std::string>{});
        ASSERT_TRUE(client) << util::to_string(client.error());
        if (kill == 0) {
            ASSERT_TRUE((*client)->start_run({.recipe = train::recipe_to_json(thirty_steps())}));
        } else if ((*client)->get_state().value().run == 0) {
            const auto again = (*client)->resume_run({.run = 1});
            if (!again && rig.run(1).state == store::RunState::kDone) break;
            ASSERT_TRUE(again) << util::to_string(again.error());
        }
        if (kill == kills) break;
        const std::size_t before = completed(rig);
        const bool loading = rng.below(5) == 0;
        while_loading += loading ? 1 : 0;
        const std::size_t more = loading ? 0 : 1 + rng.below(2);
        EngineRig::wait_until(
            [&] { return completed(rig) >= before + more || has_ended(rig.run(1).state); }, 120);
        std::this_thread::sleep_for(
            std::chrono::microseconds(rng.below(loading ? 400'000 : 120'000)));
        rig.kill_engine();
        const auto first = recorded(rig);
        // What was there before the kill has to be there, untouched, after the resume.
        for (const auto& [step, time] : first) lost += recorded(rig).contains(step) ? 0 : 1;
    }
    ASSERT_TRUE(EngineRig::wait_until([&] { return has_ended(rig.run(1).state); }, 300));
    EXPECT_EQ(rig.run(1).state, store::RunState::kDone) << rig.run(1).error;
    rig.end_engine();
    const Result result = result_of(rig, 1);
    EXPECT_EQ(lost, 0U);
    EXPECT_EQ(result.hashes, expected.hashes);
    EXPECT_TRUE(result.final_weights == expected.final_weights);
    std::printf("%d kills (%d while loading): %zu of 30 state hashes equal, final weights %s\n",
                kills,
                while_loading,
                static_cast<std::size_t>(std::ranges::count_if(
                    result.hashes,
                    [&](const std::string& hash) {
                        return std::ranges::find(expected.hashes, hash) != expected.hashes.end();
                    })),
                result.final_weights == expected.final_weights ? "equal" : "DIFFERENT");
    // One of each step: a step that had been recorded twice would have a second sequence number.
    const auto steps = rig.look()->reader().steps(1).value();
    for (const store::EventInfo& event : rig.look()->reader().events(1).value()) {
        EXPECT_NE(event.record.kind, "replay_diverged") << event.record.message;
        EXPECT_NE(event.record.kind, "checkpoint_damaged") << event.record.message;
    }
}

TEST(KillEngineSlow, TheRunEndsAsIfNobodyHadKilledIt) {
    kill_and_compare(static_cast<int>(at_scale(5, 20)));
}

/// Steps that were completed are not recorded again by the resume.
TEST(KillEngineSlow, ACompletedStepKeepsItsRow) {
    EngineRig rig;
    ASSERT_TRUE(rig.reach().value()->start_run({.recipe = train::recipe_to_json(thirty_steps())}));
    ASSERT_TRUE(EngineRig::wait_until([&] { return completed(rig) >= 14; }, 120));
    rig.kill_engine();
    const auto before = recorded(rig);
    ASSERT_GE(before.size(), 14U);
    {
        const auto client = rig.reach({"--resume-active"}).value();
        ASSERT_TRUE(
            EngineRig::wait_until([&] { return completed(rig) >= before.size() + 2; }, 120));
    }
    const auto after = recorded(rig);
    for (const auto& [step, time] : before) {
        ASSERT_TRUE(after.contains(step)) << step;
        EXPECT_EQ(after.at(step), time) << step << " was done twice";
    }
    rig.end_engine();
}

}  // namespace
}  // namespace veritune::test
