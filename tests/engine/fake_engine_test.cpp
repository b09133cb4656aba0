// SPDX-License-Identifier: Apache-2.0
#include "core/engine/fake_engine.h"

#include "core/engine/codec.h"

#include <gtest/gtest.h>

namespace veritune::engine {
namespace {

using util::ErrorCode;

TEST(FakeEngine, RunsGoThroughTheirStates) {
    FakeEngine engine;
    std::string states;
    const auto handler =
        engine.handle_run_state_changed([&](const RunStateChanged& n) { states += n.state + " "; });
    EXPECT_EQ(engine.start_run({.name = "x"})->run, 1);
    EXPECT_EQ(engine.start_run({}).error().code, ErrorCode::kBusy);
    EXPECT_TRUE(engine.pause_run({.run = 1}));
    EXPECT_EQ(engine.get_state()->run_state, "paused");
    EXPECT_EQ(engine.resume_run({.run = 2}).error().code, ErrorCode::kBusy);
    EXPECT_EQ(engine.resume_run({.run = 1})->run, 1);
    EXPECT_TRUE(engine.checkpoint_now({.run = 1}));
    EXPECT_EQ(engine.stop_run({.run = 5}).error().code, ErrorCode::kNotFound);
    EXPECT_TRUE(engine.stop_run({.run = 1}));
    EXPECT_EQ(engine.get_state()->run, 0);
    EXPECT_EQ(states, "running paused running stopped ");
    EXPECT_EQ(engine.start_run({})->run, 2);
}

TEST(FakeEngine, GenerateStreamsThePromptBack) {
    FakeEngine engine;
    std::string streamed;
    const auto handler = engine.handle_token_text([&](const TokenText& n) { streamed += n.text; });
    const Generated result = engine.generate({.request = "a", .prompt = "one two  three"}).value();
    EXPECT_EQ(result.text, "one two  three");
    EXPECT_EQ(streamed, result.text);
    EXPECT_EQ(engine.generate({.messages = {{"user", "hi"}}, .stream = false})->text, "hi");
    EXPECT_EQ(streamed, result.text);
    ASSERT_TRUE(engine.cancel({.request = "b"}));
    EXPECT_EQ(engine.generate({.request = "b", .prompt = "x"}).error().code, ErrorCode::kCancelled);
}

TEST(FakeEngine, ScriptAnswersFirstAndRequestsAreRemembered) {
    FakeEngine engine;
    engine.set_script([](const Request& request) -> std::optional<util::Result<Reply>> {
        if (std::holds_alternative<Evaluate>(request)) {
            return util::Result<Reply>(util::fail(ErrorCode::kOutOfMemory, "no memory"));
        }
        if (std::holds_alternative<StartRun>(request)) return util::Result<Reply>(RunStarted{41});
        return std::nullopt;
    });
    engine.set_model({.architecture = "Tiny"});
    EXPECT_EQ(engine.evaluate({}).error().code, ErrorCode::kOutOfMemory);
    EXPECT_EQ(engine.start_run({.name = "mine"})->run, 41);
    EXPECT_EQ(engine.model_info({})->architecture, "Tiny");
    EXPECT_TRUE(engine.shutdown());
    const std::vector<Request> requests = engine.requests();
    ASSERT_EQ(requests.size(), 4u);
    EXPECT_EQ(std::get<StartRun>(requests[1]).name, "mine");
}

TEST(FakeEngine, ReplaysARecordingAndNamesABadLine) {
    FakeEngine engine;
    int steps = 0;
    const auto handler = engine.handle_step_done([&](const StepDone&) { ++steps; });
    const std::string recording =
        encode_notice(StepDone{.step = 1}) + "\n" + encode_notice(StepDone{.step = 2});
    EXPECT_EQ(engine.replay(recording).value(), 2);
    EXPECT_EQ(steps, 2);
    EXPECT_EQ(engine.replay("").value(), 0);
    const util::Error error = engine.replay(recording + encode_request(1, GetState{})).error();
    EXPECT_EQ(error.code, ErrorCode::kCorruptData);
    EXPECT_EQ(error.context, "line 4");
}

}  // namespace
}  // namespace veritune::engine
