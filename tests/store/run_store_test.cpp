// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_store.h"

#include "tests/store/store_testing.h"
#include "tests/support/fake_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <sstream>

namespace veritune::test {
namespace {

using store::ChainKey;
using store::ChainPageRequest;
using store::Project;
using store::RunState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using util::ErrorCode;

class RunStoreTest : public testing::Test {
  protected:
    RunStoreTest() {
        project_ = Project::create(temp_.file("project"), "Test", {.clock = &clock_}).value();
        run_ = new_run(*project_);
    }
    store::RunStore& runs() { return project_->runs(); }
    const store::RunReader& reads() { return project_->reader(); }
    data::StepRecord step(std::int64_t n, int chains = 2) {
        return random_step(rng_, "vrl", n, chains);
    }

    TempDir temp_;
    FakeClock clock_;
    util::Rng rng_{11, util::RngStream::kTest};
    std::unique_ptr<Project> project_;
    std::int64_t run_ = 0;
};

TEST_F(RunStoreTest, CreateKeepsRecipeSeedAndFolder) {
    const std::int64_t run = runs()
                                 .create_run({.name = "big seed",
                                              .recipe = {{"b", 1}, {"a", {1.5, "x"}}},
                                              .fingerprint = {{"gpu", "none"}},
                                              .seed = std::numeric_limits<std::uint64_t>::max()})
                                 .value();
    EXPECT_EQ(run, run_ + 1);
    const store::RunRecord record = reads().run(run).value();
    EXPECT_EQ(record.name, "big seed");
    EXPECT_EQ(record.state, RunState::kQueued);
    EXPECT_EQ(record.seed, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(record.fingerprint, util::Json({{"gpu", "none"}}));
    EXPECT_EQ(record.created_us, clock_.wall_us());
    EXPECT_EQ(record.started_us, 0);
    std::stringstream text;
    text << std::ifstream(runs().run_dir(run) + "/run.json").rdbuf();
    EXPECT_EQ(util::Json::parse(text.str()), record.recipe);
    ASSERT_TRUE(runs().set_fingerprint(run, {{"gpu", "H100"}}));
    EXPECT_EQ(reads().run(run).value().fingerprint["gpu"], "H100");
}

TEST_F(RunStoreTest, ListsRunsNewestFirst) {
    const std::int64_t second = new_run(*project_, "second");
    const auto all = reads().list_runs().value();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].id, second);
    EXPECT_EQ(all[1].id, run_);
}

TEST_F(RunStoreTest, StateKeepsFirstStartAndLastEnd) {
    const std::int64_t started = clock_.wall_us();
    ASSERT_TRUE(runs().set_state(run_, RunState::kRunning));
    EXPECT_EQ(reads().active_run().value()->id, run_);
    clock_.advance_us(5);
    ASSERT_TRUE(runs().set_state(run_, RunState::kPaused, "disk full"));
    EXPECT_FALSE(reads().active_run().value().has_value());
    EXPECT_EQ(reads().run(run_).value().error, "disk full");
    clock_.advance_us(5);
    ASSERT_TRUE(runs().set_state(run_, RunState::kRunning));
    clock_.advance_us(5);
    ASSERT_TRUE(runs().set_state(run_, RunState::kDone));
    const store::RunRecord done = reads().run(run_).value();
    EXPECT_EQ(done.started_us, started);
    EXPECT_EQ(done.ended_us, started + 15);
    EXPECT_EQ(done.error, "");
}

TEST_F(RunStoreTest, UnknownRunsAreNotFound) {
    EXPECT_EQ(runs().set_state(99, RunState::kDone).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(runs().record_stage(99, {.stage = "s"}).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(runs().record_step(99, step(1)).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(runs().record_event(99, {.kind = "k"}).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(runs().count_restart(99).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(runs().set_fingerprint(99, {}).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(reads().run(99).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(reads().stages(99).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(reads().metric_series(99, "loss").error().code, ErrorCode::kNotFound);
    EXPECT_EQ(reads().chains(99, {}).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(reads().chain(99).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(reads().events(99).error().code, ErrorCode::kNotFound);
}

TEST_F(RunStoreTest, StagesKeepTheirOrderAndTakeNewStates) {
    ASSERT_TRUE(
        runs().record_stage(run_, {.stage = "end", .type = "evaluate", .state = "running"}));
    ASSERT_TRUE(runs().record_stage(run_,
                                    {.stage = "vrl",
                                     .type = "vrl",
                                     .total_steps = 7,
                                     .state = "done",
                                     .summary = {{"pass", 0.5}}}));
    const auto stages = reads().stages(run_).value();
    ASSERT_EQ(stages.size(), 2u);
    EXPECT_EQ(stages[0].record.stage, "vrl");
    EXPECT_EQ(stages[0].seq, 1);
    EXPECT_EQ(stages[0].record.state, "done");
    EXPECT_EQ(stages[0].record.total_steps, 7);
    EXPECT_EQ(stages[0].record.summary["pass"], 0.5);
    EXPECT_EQ(stages[1].record.stage, "end");
}

TEST_F(RunStoreTest, StepOfAnUnknownStageIsRefused) {
    const util::Status status = runs().record_step(run_, random_step(rng_, "typo", 1, 1));
    EXPECT_EQ(status.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(status.error().context, "typo");
}

TEST_F(RunStoreTest, ChainsComeBackBitForBit) {
    const data::StepRecord record = step(1, 30);
    ASSERT_TRUE(runs().record_step(run_, record));
    const auto stored = reads().step_chains(run_, "vrl", 1).value();
    ASSERT_EQ(stored.size(), record.chains.size());
    for (const store::StoredChain& chain : stored) {
        const auto same_key = [&](const data::ChainRecord& c) {
            return c.problem_id == chain.record.problem_id && c.sample == chain.record.sample;
        };
        const auto original = std::find_if(record.chains.begin(), record.chains.end(), same_key);
        ASSERT_NE(original, record.chains.end());
        EXPECT_EQ(first_difference(chain.record, *original), "");
        EXPECT_EQ(first_difference(reads().chain(chain.id).value().record, *original), "");
    }
}

TEST_F(RunStoreTest, JsonWithBrokenUtf8IsStoredWithReplacements) {
    data::StepRecord record = step(1, 1);
    record.chains[0].steps = util::Json::array({{{"what", "cut \xc3"}}});
    ASSERT_TRUE(runs().record_step(run_, record));
    const auto chains = reads().step_chains(run_, "vrl", 1).value();
    EXPECT_EQ(chains[0].record.steps[0]["what"], "cut \xef\xbf\xbd");
}

TEST_F(RunStoreTest, MetricsKeepNanAndInfinity) {
    data::StepRecord record = step(1, 0);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double inf = std::numeric_limits<double>::infinity();
    record.metrics = {{"kl", nan}, {"loss", -inf}, {"reward", 0.1}};
    ASSERT_TRUE(runs().record_step(run_, record));
    EXPECT_THAT(reads().metric_names(run_).value(), ElementsAre("kl", "loss", "reward"));
    EXPECT_TRUE(same_number(reads().metric_series(run_, "kl").value()[0].value, nan));
    EXPECT_EQ(reads().metric_series(run_, "loss").value()[0].value, -inf);
    EXPECT_EQ(reads().metric_series(run_, "reward").value()[0].value, 0.1);
    EXPECT_THAT(reads().metric_series(run_, "unknown").value(), IsEmpty());
}

TEST_F(RunStoreTest, SeriesRunThroughTheStagesInOrder) {
    ASSERT_TRUE(runs().record_stage(run_, {.stage = "after", .state = "running"}));
    for (const auto& [stage, n] : {std::pair("after", 1), {"vrl", 2}, {"vrl", 1}}) {
        data::StepRecord record;
        record.stage = stage;
        record.step = n;
        record.metrics = {{"loss", n * 1.0}};
        ASSERT_TRUE(runs().record_step(run_, record));
    }
    std::string order;
    for (const auto& point : reads().metric_series(run_, "loss").value()) {
        order += point.stage + std::to_string(point.step) + " ";
    }
    EXPECT_EQ(order, "vrl1 vrl2 after1 ");
    EXPECT_EQ(reads().metric_series(run_, "loss", "after").value().size(), 1u);
    EXPECT_THAT(reads().metric_series(run_, "loss", "nope").value(), IsEmpty());
    EXPECT_THAT(reads().step_metrics(run_, "vrl", 2).value(), ElementsAre(Pair("loss", 2.0)));
}

TEST_F(RunStoreTest, RecordingATrainingStepAgainReplacesAllThatFollows) {
    for (std::int64_t n = 1; n <= 5; ++n) ASSERT_TRUE(runs().record_step(run_, step(n)));
    ASSERT_TRUE(runs().record_checkpoint(run_, {.stage = "vrl", .step = 2, .path = "c/2"}));
    ASSERT_TRUE(runs().record_checkpoint(run_, {.stage = "vrl", .step = 4, .path = "c/4"}));
    data::StepRecord again = step(3, 1);
    ASSERT_TRUE(runs().record_step(run_, again));
    EXPECT_EQ(reads().metric_series(run_, "loss").value().size(), 3u);
    EXPECT_EQ(reads().count_chains(run_, {}).value(), 5);
    EXPECT_EQ(reads().checkpoints(run_).value().size(), 1u);
    const store::RunRecord run = reads().run(run_).value();
    EXPECT_EQ(run.last_step, 3);
    EXPECT_EQ(run.state_hash, again.state_hash);
    // A client that had seen five steps learns of the new third one.
    const auto news = reads().steps(run_, 5).value();
    ASSERT_EQ(news.size(), 1u);
    EXPECT_EQ(news[0].step, 3);
    EXPECT_EQ(news[0].seq, 6);
    EXPECT_EQ(news[0].rng, again.rng);
    EXPECT_EQ(news[0].seconds, again.seconds);
}

TEST_F(RunStoreTest, EvaluationMergesIntoTheTrainingStep) {
    const data::StepRecord training = step(1, 2);
    ASSERT_TRUE(runs().record_step(run_, training));
    ASSERT_TRUE(runs().record_step(run_, step(2, 2)));
    data::StepRecord evaluation = step(1, 2);
    evaluation.state_hash.clear();
    evaluation.metrics = {{"heldout/pass@1", 0.25}};
    for (data::ChainRecord& chain : evaluation.chains) chain.phase = "eval";
    for (int twice = 0; twice < 2; ++twice) {
        ASSERT_TRUE(runs().record_step(run_, evaluation));
        EXPECT_EQ(reads().step_chains(run_, "vrl", 1).value().size(), 4u);
        EXPECT_EQ(reads().count_chains(run_, {}).value(), 6);
        EXPECT_EQ(reads().metric_series(run_, "loss").value().size(), 2u);
    }
    EXPECT_EQ(reads().run(run_).value().last_step, 2);
    const auto steps = reads().steps(run_).value();
    ASSERT_EQ(steps.size(), 2u);
    EXPECT_EQ(steps[1].step, 1);
    EXPECT_EQ(steps[1].state_hash, training.state_hash);
}

TEST_F(RunStoreTest, OneStepIsAllOrNothing) {
    ASSERT_TRUE(runs().record_step(run_, step(1)));
    data::StepRecord twice = step(2, 2);
    twice.chains[1] = twice.chains[0];
    EXPECT_EQ(runs().record_step(run_, twice).error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(reads().steps(run_).value().size(), 1u);
    EXPECT_EQ(reads().count_chains(run_, {}).value(), 2);
    EXPECT_EQ(reads().metric_series(run_, "loss").value().size(), 1u);
    EXPECT_EQ(reads().run(run_).value().last_step, 1);
}

TEST_F(RunStoreTest, TruncateKeepsTheStepItself) {
    for (std::int64_t n = 1; n <= 4; ++n) ASSERT_TRUE(runs().record_step(run_, step(n)));
    ASSERT_TRUE(runs().record_event(run_, {.stage = "vrl", .step = 4, .kind = "alarm"}));
    ASSERT_TRUE(runs().truncate_after(run_, "vrl", 2));
    EXPECT_EQ(reads().run(run_).value().last_step, 2);
    EXPECT_EQ(reads().metric_series(run_, "loss").value().size(), 2u);
    EXPECT_EQ(reads().count_chains(run_, {}).value(), 4);
    EXPECT_EQ(reads().events(run_).value().size(), 1u);
    ASSERT_TRUE(runs().truncate_after(run_, "vrl", -1));
    const store::RunRecord empty = reads().run(run_).value();
    EXPECT_EQ(empty.last_stage, "");
    EXPECT_EQ(empty.last_step, 0);
    EXPECT_EQ(empty.state_hash, "");
    EXPECT_EQ(runs().truncate_after(run_, "typo", 0).error().code, ErrorCode::kNotFound);
}

TEST_F(RunStoreTest, RestartsAreForgottenAfterThreeSteps) {
    EXPECT_EQ(runs().count_restart(run_).value(), 1);
    EXPECT_EQ(runs().count_restart(run_).value(), 2);
    for (std::int64_t n = 1; n <= 2; ++n) ASSERT_TRUE(runs().record_step(run_, step(n)));
    EXPECT_EQ(reads().run(run_).value().restarts, 2);
    ASSERT_TRUE(runs().record_step(run_, step(3)));
    EXPECT_EQ(reads().run(run_).value().restarts, 0);
    EXPECT_EQ(runs().count_restart(run_).value(), 1);
}

TEST_F(RunStoreTest, OnlyOneCheckpointOfAStageIsBest) {
    for (std::int64_t n = 1; n <= 3; ++n) {
        ASSERT_TRUE(runs().record_checkpoint(run_,
                                             {.stage = "vrl",
                                              .step = n,
                                              .path = "checkpoints/step-" + std::to_string(n),
                                              .manifest_sha256 = "m",
                                              .state_hash = "s",
                                              .heldout_pass1 = 0.5,
                                              .best = n != 2}));
    }
    const auto all = reads().checkpoints(run_).value();
    ASSERT_EQ(all.size(), 3u);
    EXPECT_FALSE(all[0].record.best);
    EXPECT_FALSE(all[1].record.best);
    EXPECT_TRUE(all[2].record.best);
    EXPECT_EQ(all[2].record.path, "checkpoints/step-3");
    EXPECT_EQ(all[2].record.manifest_sha256, "m");
    EXPECT_EQ(all[2].record.state_hash, "s");
    EXPECT_EQ(all[2].record.heldout_pass1, 0.5);
    EXPECT_EQ(all[2].created_us, clock_.wall_us());
    ASSERT_TRUE(runs().forget_checkpoint(run_, "vrl", 2));
    EXPECT_EQ(reads().checkpoints(run_).value().size(), 2u);
}

TEST_F(RunStoreTest, CheckpointPathsStayInTheRun) {
    for (const char* path : {"", "/abs", "../other", "a/../../b"}) {
        EXPECT_EQ(runs().record_checkpoint(run_, {.stage = "vrl", .path = path}).error().code,
                  ErrorCode::kInvalidArgument)
            << path;
    }
}

TEST_F(RunStoreTest, EventsComeBackInOrder) {
    ASSERT_TRUE(runs().record_event(run_,
                                    {.stage = "vrl",
                                     .step = 3,
                                     .kind = "rollback",
                                     .severity = "watch",
                                     .message = "held-out accuracy fell",
                                     .detail = {{"from", 0.5}}}));
    ASSERT_TRUE(runs().record_event(run_, {.kind = "alarm"}));
    const auto all = reads().events(run_).value();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].record.kind, "rollback");
    EXPECT_EQ(all[0].record.severity, "watch");
    EXPECT_EQ(all[0].record.message, "held-out accuracy fell");
    EXPECT_EQ(all[0].record.detail["from"], 0.5);
    EXPECT_EQ(all[0].record.step, 3);
    EXPECT_EQ(all[0].time_us, clock_.wall_us());
    EXPECT_EQ(reads().events(run_, all[0].id).value().size(), 1u);
}

TEST_F(RunStoreTest, PagesOfChainsMissNothingInBothDirections) {
    for (std::int64_t n = 1; n <= 5; ++n) ASSERT_TRUE(runs().record_step(run_, step(n, 7)));
    ASSERT_TRUE(runs().record_stage(run_, {.stage = "a-second", .state = "running"}));
    ASSERT_TRUE(runs().record_step(run_, random_step(rng_, "a-second", 1, 5)));
    for (const bool descending : {false, true}) {
        std::vector<ChainKey> seen;
        ChainPageRequest request{.limit = 4, .descending = descending};
        for (;;) {
            const auto page = reads().chains(run_, request).value();
            for (const auto& chain : page) seen.push_back(chain.key);
            if (page.empty()) break;
            request.after = page.back().key;
        }
        ASSERT_EQ(seen.size(), 40u);
        if (descending) std::reverse(seen.begin(), seen.end());
        // The stage that came second stays second, whatever its name.
        EXPECT_EQ(seen.front().stage, "vrl");
        EXPECT_EQ(seen.back().stage, "a-second");
        for (std::size_t i = 1; i < seen.size(); ++i) {
            const ChainKey& a = seen[i - 1];
            const ChainKey& b = seen[i];
            if (a.stage != b.stage) continue;
            EXPECT_LT(std::tie(a.step, a.phase, a.problem_id, a.sample),
                      std::tie(b.step, b.phase, b.problem_id, b.sample));
        }
    }
}

TEST_F(RunStoreTest, FiltersSelectWhatTheySay) {
    for (std::int64_t n = 1; n <= 6; ++n) ASSERT_TRUE(runs().record_step(run_, step(n, 6)));
    const auto all = reads().chains(run_, {}).value();
    const auto expect = [&](const store::ChainFilter& filter, auto wanted) {
        std::vector<std::int64_t> expected;
        for (const auto& chain : all) {
            if (wanted(chain)) expected.push_back(chain.id);
        }
        std::vector<std::int64_t> found;
        for (const auto& chain : reads().chains(run_, {.filter = filter}).value()) {
            found.push_back(chain.id);
        }
        EXPECT_EQ(found, expected);
        EXPECT_EQ(reads().count_chains(run_, filter).value(),
                  static_cast<std::int64_t>(expected.size()));
    };
    using Row = store::ChainSummary;
    expect({.stage = "vrl"}, [](const Row&) { return true; });
    expect({.stage = "no"}, [](const Row&) { return false; });
    expect({.min_step = 3, .max_step = 4},
           [](const Row& r) { return r.key.step == 3 || r.key.step == 4; });
    expect({.phase = "eval"}, [](const Row&) { return false; });
    expect({.status = "correct"}, [](const Row& r) { return r.status == "correct"; });
    expect({.min_step = 2, .status = "incorrect", .problem_id = "p1"}, [](const Row& r) {
        return r.key.step >= 2 && r.status == "incorrect" && r.key.problem_id == "p1";
    });
}

TEST_F(RunStoreTest, ListsExactlyTheChainsThatAreNamed) {
    ASSERT_TRUE(runs().record_step(run_, step(1, 6)));
    const auto all = reads().chains(run_, {}).value();
    const store::ChainFilter named{.ids = {all[4].id, all[1].id, 999'999}};
    const auto found = reads().chains(run_, {.filter = named}).value();
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].id, all[1].id);
    EXPECT_EQ(found[1].id, all[4].id);
    EXPECT_EQ(reads().count_chains(run_, named).value(), 2);
    const store::ChainFilter many{.ids = std::vector<std::int64_t>(1001, 1)};
    EXPECT_EQ(reads().chains(run_, {.filter = many}).error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(reads().count_chains(run_, many).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(RunStoreTest, AVerdictIsDisputedWithAReason) {
    ASSERT_TRUE(runs().record_step(run_, step(1, 4)));
    const auto all = reads().chains(run_, {}).value();
    EXPECT_EQ(runs().annotate_chain(all[2].id, {.disputed = true}).error().code,
              ErrorCode::kInvalidArgument);
    ASSERT_TRUE(runs().annotate_chain(all[2].id, {.disputed = true, .note = "0.5 is 1/2"}));
    ASSERT_TRUE(runs().annotate_chain(all[0].id, {.flagged = true}));
    const auto disputed = reads().chains(run_, {.filter = {.disputed = true}}).value();
    ASSERT_EQ(disputed.size(), 1u);
    EXPECT_EQ(disputed[0].id, all[2].id);
    EXPECT_EQ(reads().count_chains(run_, {.disputed = false}).value(), 3);
    const auto notes = reads().chain_notes(run_).value();
    ASSERT_EQ(notes.size(), 2u);
    EXPECT_TRUE(notes[1].disputed);
    EXPECT_EQ(notes[1].note, "0.5 is 1/2");
    EXPECT_FALSE(notes[0].disputed);
    ASSERT_TRUE(runs().annotate_chain(all[2].id, {}));
    EXPECT_EQ(reads().chain_notes(run_).value().size(), 1u);
}

TEST_F(RunStoreTest, ASeriesCanBeginAtAStep) {
    for (std::int64_t n = 1; n <= 5; ++n) ASSERT_TRUE(runs().record_step(run_, step(n)));
    const auto tail = reads().metric_series(run_, "loss", "vrl", 4).value();
    ASSERT_EQ(tail.size(), 2u);
    EXPECT_EQ(tail[0].step, 4);
    EXPECT_EQ(tail[1].step, 5);
}

TEST_F(RunStoreTest, SummariesMatchTheChains) {
    const data::StepRecord record = step(1, 1);
    ASSERT_TRUE(runs().record_step(run_, record));
    const store::ChainSummary row = reads().chains(run_, {}).value()[0];
    const data::ChainRecord& chain = record.chains[0];
    EXPECT_EQ(row.key, (ChainKey{"vrl", 1, "train", "p0", 0}));
    EXPECT_EQ(row.tokens, static_cast<std::int64_t>(chain.tokens.size()));
    EXPECT_EQ(row.finish_reason, chain.finish_reason);
    EXPECT_EQ(row.verifier, chain.verifier);
    EXPECT_EQ(row.status, chain.status);
    EXPECT_TRUE(same_number(row.score, chain.score));
    EXPECT_TRUE(same_number(row.reward, chain.reward));
    EXPECT_EQ(row.extracted, chain.extracted);
    EXPECT_EQ(row.rule, chain.rule);
    EXPECT_EQ(row.method, chain.method);
    EXPECT_EQ(row.reason, chain.reason);
    EXPECT_EQ(row.verify_micros, chain.verify_micros);
    EXPECT_EQ(row.updated, chain.updated);
}

TEST_F(RunStoreTest, PageSizesHaveLimits) {
    for (const std::int64_t limit : {0, -1, 10001}) {
        EXPECT_EQ(reads().chains(run_, {.limit = limit}).error().code, ErrorCode::kInvalidArgument);
    }
    EXPECT_EQ(reads().chains(run_, {.after = ChainKey{.stage = "typo"}}).error().code,
              ErrorCode::kNotFound);
}

TEST_F(RunStoreTest, WalIsBroughtInAfterSixteenMebibytes) {
    data::StepRecord record = step(1, 1);
    record.chains[0].completion.assign(3u << 20, 'x');
    std::uint64_t largest = 0;
    const auto fs = util::make_posix_file_system();
    for (std::int64_t n = 1; n <= 12; ++n) {
        record.step = n;
        ASSERT_TRUE(runs().record_step(run_, record));
        largest = std::max(largest, fs->stat(temp_.file("project/project.sqlite-wal"))->bytes);
    }
    EXPECT_GT(largest, 16u << 20);
    EXPECT_LT(largest, 24u << 20);
    ASSERT_TRUE(runs().set_state(run_, RunState::kDone));
    EXPECT_EQ(fs->stat(temp_.file("project/project.sqlite-wal"))->bytes, 0u);
}

TEST(RunState, NamesGoThereAndBack) {
    using enum RunState;
    for (const RunState state :
         {kQueued, kRunning, kPaused, kDone, kStopped, kInterrupted, kFailed}) {
        EXPECT_EQ(store::run_state_from_name(store::run_state_name(state)), state);
    }
    EXPECT_EQ(store::run_state_from_name("Running"), std::nullopt);
    EXPECT_TRUE(store::is_final(kFailed));
    EXPECT_FALSE(store::is_final(kInterrupted));
}

}  // namespace
}  // namespace veritune::test
