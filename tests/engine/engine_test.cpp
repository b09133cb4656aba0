// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engine.h"

#include "core/engine/fake_engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace veritune::engine {
namespace {

TEST(Handlers, EachHearsItsKindInOrder) {
    FakeEngine engine;
    std::string heard;
    const auto steps = engine.handle_step_done([&](const StepDone& n) { heard += n.stage; });
    const auto progress = engine.handle_progress([&](const Progress& n) { heard += n.phase; });
    const auto stage = engine.handle_stage_changed([&](const StageChanged& n) { heard += n.type; });
    const auto state =
        engine.handle_run_state_changed([&](const RunStateChanged& n) { heard += n.state; });
    const auto event = engine.handle_event([&](const Event& n) { heard += n.kind; });
    const auto text = engine.handle_token_text([&](const TokenText& n) { heard += n.text; });
    const auto log = engine.handle_log([&](const Log& n) { heard += n.area; });
    const auto resync =
        engine.handle_resync([&](const Resync& n) { heard += std::to_string(n.dropped); });
    int all = 0;
    const auto every = engine.handle_notice([&](const Notice&) { ++all; });
    engine.publish(StepDone{.stage = "a"});
    engine.publish(Progress{.phase = "b"});
    engine.publish(StageChanged{.type = "c"});
    engine.publish(RunStateChanged{.state = "d"});
    engine.publish(Event{.kind = "e"});
    engine.publish(TokenText{.text = "f"});
    engine.publish(Log{.area = "g"});
    engine.publish(Resync{.dropped = 9});
    EXPECT_EQ(heard, "abcdefg9");
    EXPECT_EQ(all, 8);
}

TEST(Handlers, AreSilentAfterTheirEnd) {
    FakeEngine engine;
    int heard = 0;
    auto handler = engine.handle_log([&](const Log&) { ++heard; });
    engine.publish(Log{});
    handler.reset();
    engine.publish(Log{});
    EXPECT_EQ(heard, 1);
}

TEST(Handlers, MayEndThemselvesAndOthersWhileTheyRun) {
    FakeEngine engine;
    int first = 0;
    int second = 0;
    std::unique_ptr<Handler> a;
    std::unique_ptr<Handler> b;
    a = engine.handle_log([&](const Log&) {
        ++first;
        b.reset();
        a.reset();
    });
    b = engine.handle_log([&](const Log&) { ++second; });
    engine.publish(Log{});
    engine.publish(Log{});
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, 0);
}

TEST(Handlers, MayOutliveTheEngine) {
    auto engine = std::make_unique<FakeEngine>();
    auto handler = engine->handle_log([](const Log&) {});
    engine.reset();
    handler.reset();
}

TEST(Handlers, EndWaitsForARunningCallOfAnotherThread) {
    FakeEngine engine;
    std::promise<void> entered;
    std::promise<void> go_on;
    std::atomic<bool> finished{false};
    auto handler = engine.handle_log([&](const Log&) {
        entered.set_value();
        go_on.get_future().wait();
        finished = true;
    });
    std::thread emitter([&] { engine.publish(Log{}); });
    entered.get_future().wait();
    std::thread releaser([&] { go_on.set_value(); });
    handler.reset();
    EXPECT_TRUE(finished);
    emitter.join();
    releaser.join();
}

}  // namespace
}  // namespace veritune::engine
