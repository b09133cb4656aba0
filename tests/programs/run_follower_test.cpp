// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/run_follower.h"

#include "core/train/recipe.h"
#include "tests/programs/cli_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace veritune::test {
namespace {

using engine::Reply;
using engine::Request;
using store::RunState;
using ::testing::HasSubstr;

using Answer = std::optional<util::Result<Reply>>;

std::string recipe_text() { return train::recipe_to_json(train::demo_quick_recipe()).dump(); }

/// An engine that does the whole run inside StartRun, so that the follower finds it ended.
cli::ConnectEngine engine_that_ends(RunState state, const std::string& error = "") {
    return fake_engine(
        [state, error](engine::FakeEngine&, const std::string& dir, const Request& r) -> Answer {
            const auto* start = std::get_if<engine::StartRun>(&r);
            if (start == nullptr) return std::nullopt;
            const RunWriter writer(dir);
            const std::int64_t run = writer.create(start->recipe);
            writer.stage(run, "cold_start", "cold_start", 2, "done");
            writer.stage(run, "vrl", "vrl", 3, "done", summary(0.8, 0.76, 0.84, 0.95, 0.9));
            writer.state(run, state, error);
            return util::Result<Reply>(engine::RunStarted{run});
        });
}

TEST(RunFollower, ReportsEveryStepOnceAndTheResultLast) {
    CliHarness cli;
    cli.make_project();
    cli.write("run.json", recipe_text());
    cli.connect = engine_that_ends(RunState::kDone);
    const CliResult result = cli.run({"train", "run.json", "--json"});
    EXPECT_EQ(result.code, 0) << result.err;
    std::vector<std::string> steps;
    int heldout = 0;
    for (const util::Json& line : result.lines()) {
        EXPECT_EQ(line["schema"], 1);
        const std::string event = line.value("event", "");
        if (event == "heldout") ++heldout;
        if (event != "step") continue;
        steps.push_back(line["stage"].get<std::string>() + std::to_string(line["step"].get<int>()));
        EXPECT_TRUE(line["metrics"].contains("reward"));
    }
    EXPECT_THAT(steps,
                ::testing::ElementsAre("cold_start1", "cold_start2", "vrl1", "vrl2", "vrl3"));
    EXPECT_EQ(heldout, 2);
    const util::Json last = result.last()["result"];
    EXPECT_EQ(last["run"], 1);
    EXPECT_EQ(last["state"], "done");
    EXPECT_EQ(last["stages"][1]["summary"]["pass@1"], 0.8);
}

TEST(RunFollower, FailsWithTheRunsReason) {
    CliHarness cli;
    cli.make_project();
    cli.write("run.json", recipe_text());
    cli.connect = engine_that_ends(RunState::kFailed, "loss is not a number");
    const CliResult result = cli.run({"train", "run.json", "--json"});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.last()["error"]["message"].get<std::string>(),
                HasSubstr("loss is not a number"));
}

TEST(RunFollower, SaysHowToGoOnAfterAnInterruption) {
    CliHarness cli;
    cli.make_project();
    cli.write("run.json", recipe_text());
    cli.connect = engine_that_ends(RunState::kInterrupted);
    const CliResult result = cli.run({"train", "run.json"});
    EXPECT_EQ(result.code, 130);
    EXPECT_THAT(result.err, HasSubstr("veritune runs resume 1"));
}

/// A run that stays active; the script decides what StopRun does.
cli::ConnectEngine engine_at_work(
    const std::function<void(engine::FakeEngine&, const RunWriter&, const engine::StopRun&)>&
        on_stop) {
    return fake_engine(
        [on_stop](engine::FakeEngine& engine, const std::string& dir, const Request& r) -> Answer {
            const RunWriter writer(dir);
            if (const auto* start = std::get_if<engine::StartRun>(&r)) {
                const std::int64_t run = writer.create(start->recipe);
                writer.stage(run, "vrl", "vrl", 2, "running");
                return util::Result<Reply>(engine::RunStarted{run});
            }
            if (const auto* stop = std::get_if<engine::StopRun>(&r)) {
                on_stop(engine, writer, *stop);
                return util::Result<Reply>(engine::Accepted{});
            }
            return std::nullopt;
        });
}

TEST(RunFollower, AsksTheEngineToStopAndKeepAtCtrlC) {
    CliHarness cli;
    cli.make_project();
    cli.write("run.json", recipe_text());
    std::vector<engine::StopRun> stops;
    cli.connect = engine_at_work(
        [&](engine::FakeEngine& engine, const RunWriter& writer, const engine::StopRun& stop) {
            stops.push_back(stop);
            writer.state(stop.run, RunState::kStopped);
            engine.publish(engine::RunStateChanged{.run = stop.run, .state = "stopped"});
        });
    cli.interrupts.add();
    const CliResult result = cli.run({"train", "run.json"});
    EXPECT_EQ(result.code, 130);
    ASSERT_EQ(stops.size(), 1u);
    EXPECT_EQ(stops[0].mode, engine::StopMode::kStopKeep);
    EXPECT_THAT(result.err, HasSubstr("press Ctrl-C again to leave"));
    EXPECT_THAT(result.err, HasSubstr("veritune runs resume 1"));
}

TEST(RunFollower, LeavesTheRunAtTheSecondCtrlC) {
    CliHarness cli;
    cli.make_project();
    cli.write("run.json", recipe_text());
    cli.connect =
        engine_at_work([&](engine::FakeEngine&, const RunWriter&, const engine::StopRun&) {
            cli.interrupts.add();  // the person is impatient
        });
    cli.interrupts.add();
    const CliResult result = cli.run({"train", "run.json"});
    EXPECT_EQ(result.code, 130);
    EXPECT_THAT(result.err, HasSubstr("goes on in the engine"));
    EXPECT_EQ(cli.run({"runs", "show", "1", "--json"}).last()["result"]["state"], "running");
}

TEST(RunFollower, StartsAndLeavesWithDetach) {
    CliHarness cli;
    cli.make_project();
    cli.write("run.json", recipe_text());
    cli.connect = engine_at_work({});
    const CliResult result = cli.run({"train", "run.json", "--detach", "--json"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.last()["result"]["run"], 1);
}

/// An engine whose connection breaks when it is asked to stop.
class BreakingEngine final : public engine::Engine {
  public:
    explicit BreakingEngine(std::string dir)
        : dir_(std::move(dir)) {}
    util::Result<engine::RunStarted> start_run(const engine::StartRun& request) override {
        const RunWriter writer(dir_);
        const std::int64_t run = writer.create(request.recipe);
        return engine::RunStarted{run};
    }
    util::Status stop_run(const engine::StopRun&) override {
        emit_disconnected(gone());
        return gone();
    }
    util::Result<engine::HelloReply> hello(const engine::Hello&) override { return gone(); }
    util::Result<engine::EngineState> get_state() override { return gone(); }
    util::Result<engine::RunStarted> resume_run(const engine::ResumeRun&) override {
        return gone();
    }
    util::Status pause_run(const engine::PauseRun&) override { return gone(); }
    util::Status checkpoint_now(const engine::CheckpointNow&) override { return gone(); }
    util::Result<engine::Generated> generate(const engine::Generate&) override { return gone(); }
    util::Result<engine::Evaluated> evaluate(const engine::Evaluate&) override { return gone(); }
    util::Status cancel(const engine::Cancel&) override { return gone(); }
    util::Result<engine::ModelInfo> model_info(const engine::GetModelInfo&) override {
        return gone();
    }
    util::Result<engine::ChainVerdict> verify_chain(const engine::VerifyChain&) override {
        return gone();
    }
    util::Status annotate_chain(const engine::AnnotateChain&) override { return gone(); }
    util::Result<engine::Replayed> replay_step(const engine::ReplayStep&) override {
        return gone();
    }
    util::Result<engine::DatasetEdited> edit_dataset(const engine::EditDataset&) override {
        return gone();
    }
    util::Result<engine::DatasetEdited> undo_edit(const engine::UndoEdit&) override {
        return gone();
    }
    util::Result<engine::ImportChecked> check_import(const engine::CheckImport&) override {
        return gone();
    }
    util::Result<engine::GoldsChecked> check_golds(const engine::CheckGolds&) override {
        return gone();
    }
    util::Status shutdown() override { return gone(); }

  private:
    static util::Error gone() {
        return util::fail(util::ErrorCode::kUnavailable, "the connection was closed");
    }
    std::string dir_;
};

TEST(RunFollower, SaysWhatToDoWhenTheEngineIsGone) {
    CliHarness cli;
    cli.make_project();
    cli.write("run.json", recipe_text());
    cli.connect = [](const store::ProjectInfo& project, cli::EngineStart) {
        return util::Result<std::unique_ptr<engine::Engine>>(
            std::make_unique<BreakingEngine>(project.dir));
    };
    cli.interrupts.add();
    const CliResult result = cli.run({"train", "run.json"});
    EXPECT_EQ(result.code, 3);
    EXPECT_THAT(result.err, HasSubstr("the engine is gone while run 1 was active"));
    EXPECT_THAT(result.err, HasSubstr("veritune runs resume 1"));
}

TEST(RunFollower, ResumesAnInterruptedRunAndReportsOnlyWhatIsNew) {
    CliHarness cli;
    const std::string dir = cli.make_project();
    const RunWriter writer(dir);
    const std::int64_t run = writer.create(train::recipe_to_json(train::demo_quick_recipe()));
    writer.stage(run, "cold_start", "cold_start", 2, "done");
    writer.state(run, RunState::kInterrupted);
    int resumed = 0;
    cli.connect =
        fake_engine([&](engine::FakeEngine&, const std::string&, const Request& r) -> Answer {
            if (!std::holds_alternative<engine::ResumeRun>(r)) return std::nullopt;
            ++resumed;
            writer.state(run, RunState::kRunning);
            // The old state is silent history; the follower meets the new steps after it looked
            // once.
            return util::Result<Reply>(engine::RunStarted{run});
        });
    cli.interrupts.add();
    cli.interrupts.add();
    const CliResult result = cli.run({"runs", "resume", "1", "--json"});
    EXPECT_EQ(resumed, 1);
    EXPECT_EQ(result.code, 130);
    for (const util::Json& line : result.lines()) EXPECT_NE(line.value("event", ""), "step");
}

TEST(RunFollower, DoesNotResumeARunThatIsDone) {
    CliHarness cli;
    const std::string dir = cli.make_project();
    const RunWriter writer(dir);
    const std::int64_t run = writer.create(util::Json::object());
    writer.state(run, RunState::kDone);
    const CliResult result = cli.run({"train", "--resume", "1"});
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.err, HasSubstr("run 1 is done"));
}

TEST(RunFollower, StopsARunThroughItsEngine) {
    CliHarness cli;
    const std::string dir = cli.make_project();
    RunWriter(dir).create(util::Json::object());
    const CliResult nobody = cli.run({"runs", "stop", "1"});
    EXPECT_EQ(nobody.code, 3);
    EXPECT_THAT(nobody.err, HasSubstr("nothing to stop"));
    std::vector<engine::StopRun> stops;
    cli.connect =
        fake_engine([&](engine::FakeEngine&, const std::string&, const Request& r) -> Answer {
            if (const auto* stop = std::get_if<engine::StopRun>(&r)) {
                stops.push_back(*stop);
                return util::Result<Reply>(engine::Accepted{});
            }
            return std::nullopt;
        });
    EXPECT_EQ(cli.run({"runs", "stop", "1", "--cancel"}).code, 0);
    ASSERT_EQ(stops.size(), 1u);
    EXPECT_EQ(stops[0].mode, engine::StopMode::kCancel);
}

TEST(RunTracker, EstimatesTheTimeLeftAndKeepsTheRecipesOrder) {
    CliHarness cli;
    const std::string dir = cli.make_project();
    const RunWriter writer(dir);
    const std::int64_t run = writer.create({{"stages",
                                             {{{"id", "cold_start"}, {"type", "cold_start"}},
                                              {{"id", "vrl"}, {"type", "vrl"}},
                                              {{"id", "rft"}, {"type", "rejection_sampling"}}}}});
    writer.stage(run, "vrl", "vrl", 4, "running");
    const auto project = store::Project::open_reader(dir);
    ASSERT_TRUE(project.has_value());
    cli::RunTracker tracker(run);
    const auto first = tracker.refresh((*project)->reader(), 0);
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->steps.size(), 4u);
    EXPECT_EQ(first->heldout.size(), 1u);
    const cli::RunProgress& progress = tracker.progress();
    ASSERT_EQ(progress.stages.size(), 3u);
    EXPECT_EQ(progress.stages[0].state, "waiting");
    EXPECT_EQ(progress.stages[1].id, "vrl");
    EXPECT_EQ(progress.stages[1].curve.size(), 4u);
    EXPECT_DOUBLE_EQ(progress.stages[1].seconds, 2.0);
    EXPECT_DOUBLE_EQ(progress.stages[1].seconds_left, 0.0);
    const auto second = tracker.refresh((*project)->reader(), 0);
    ASSERT_TRUE(second.has_value());
    EXPECT_TRUE(second->steps.empty());
    EXPECT_TRUE(second->heldout.empty());
    EXPECT_TRUE(second->stages.empty());
}

TEST(RunTracker, ForgetsStepsThatAResumeRecordsAgain) {
    CliHarness cli;
    const std::string dir = cli.make_project();
    const RunWriter writer(dir);
    const std::int64_t run = writer.create(util::Json::object());
    writer.stage(run, "vrl", "vrl", 4, "running");
    const auto project = store::Project::open_reader(dir);
    ASSERT_TRUE(project.has_value());
    cli::RunTracker tracker(run);
    ASSERT_TRUE(tracker.refresh((*project)->reader(), 0).has_value());
    writer.stage(run, "vrl", "vrl", 2, "running");  // steps 1 and 2 again, 3 and 4 are gone
    const auto again = tracker.refresh((*project)->reader(), 0);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->steps.size(), 2u);
    EXPECT_EQ(tracker.progress().stages[0].curve.size(), 2u);
    EXPECT_EQ(tracker.progress().stages[0].step, 2);
}

}  // namespace
}  // namespace veritune::test
