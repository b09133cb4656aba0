// SPDX-License-Identifier: Apache-2.0
// Random writes against the simplest model that could be right: maps in memory.
#include "core/store/project.h"
#include "tests/store/store_testing.h"

#include <gtest/gtest.h>

#include <map>
#include <tuple>

namespace veritune::test {
namespace {

using ChainId = std::tuple<std::string, std::string, int>;  // phase, problem, sample

struct ModelStep {
    std::int64_t seq = 0;
    std::string state_hash;
    std::map<std::string, double> metrics;
    std::map<ChainId, data::ChainRecord> chains;
};

struct ModelStage {
    data::StageRecord record;
    std::map<std::int64_t, ModelStep> steps;
    std::map<std::int64_t, data::CheckpointRecord> checkpoints;
};

struct ModelRun {
    store::RunState state = store::RunState::kQueued;
    std::vector<std::string> order;
    std::map<std::string, ModelStage> stages;
    std::vector<std::string> events;
    std::int64_t last_seq = 0;
};

class Scenario {
  public:
    explicit Scenario(std::uint64_t seed)
        : rng_(seed, util::RngStream::kTest) {
        project_ = new_project(temp_);
        create_run();
    }

    void play(int operations) {
        for (int i = 0; i < operations && !testing::Test::HasFailure(); ++i) {
            one_operation();
            if (rng_.below(10) == 0) check(project_->reader());
        }
        check(reader(temp_)->reader());
    }

  private:
    void one_operation() {
        switch (rng_.below(12)) {
            case 0:
                return create_run();
            case 1:
            case 2:
                return record_stage();
            case 3:
                return truncate();
            case 4:
                return record_checkpoint();
            case 5:
                return record_event();
            case 6:
                return set_state();
            case 7:
                project_.reset();
                project_ = writer(temp_);
                return;
            default:
                return record_step();
        }
    }

    std::int64_t any_run() { return 1 + static_cast<std::int64_t>(rng_.below(runs_.size())); }
    std::string any_stage() { return std::string(1, static_cast<char>('a' + rng_.below(3))); }

    void create_run() {
        const std::int64_t run = project_->runs().create_run({.name = "r"}).value();
        runs_[run] = {};
        ASSERT_EQ(static_cast<std::size_t>(run), runs_.size());
    }

    void record_stage() {
        const std::int64_t run = any_run();
        const data::StageRecord record{.stage = any_stage(),
                                       .type = "vrl",
                                       .total_steps = static_cast<std::int64_t>(rng_.below(99)),
                                       .state = rng_.below(2) == 0 ? "running" : "done"};
        ASSERT_TRUE(project_->runs().record_stage(run, record));
        ModelRun& model = runs_[run];
        if (!model.stages.contains(record.stage)) model.order.push_back(record.stage);
        model.stages[record.stage].record = record;
    }

    void record_step() {
        const std::int64_t run = any_run();
        const auto step = static_cast<std::int64_t>(rng_.below(8));
        data::StepRecord record =
            random_step(rng_, any_stage(), step, static_cast<int>(rng_.below(5)));
        const bool training = rng_.below(3) != 0;
        if (!training) record.state_hash.clear();
        const util::Status status = project_->runs().record_step(run, record);
        ModelRun& model = runs_[run];
        const auto stage = model.stages.find(record.stage);
        ASSERT_EQ(status.has_value(), stage != model.stages.end());
        if (!status) return;
        if (training) cut(stage->second, step);
        ModelStep& kept = stage->second.steps[step];
        if (kept.seq == 0) kept.state_hash = record.state_hash;
        kept.seq = ++model.last_seq;
        for (const auto& [name, value] : record.metrics) kept.metrics[name] = value;
        for (const data::ChainRecord& chain : record.chains) {
            kept.chains[{chain.phase, chain.problem_id, chain.sample}] = chain;
        }
    }

    static void cut(ModelStage& stage, std::int64_t from) {
        stage.steps.erase(stage.steps.lower_bound(from), stage.steps.end());
        stage.checkpoints.erase(stage.checkpoints.lower_bound(from), stage.checkpoints.end());
    }

    void truncate() {
        const std::int64_t run = any_run();
        const std::string stage = any_stage();
        const auto step = static_cast<std::int64_t>(rng_.below(8));
        const util::Status status = project_->runs().truncate_after(run, stage, step);
        ASSERT_EQ(status.has_value(), runs_[run].stages.contains(stage));
        if (status) cut(runs_[run].stages[stage], step + 1);
    }

    void record_checkpoint() {
        const std::int64_t run = any_run();
        data::CheckpointRecord record{.stage = any_stage(),
                                      .step = static_cast<std::int64_t>(rng_.below(8)),
                                      .path = "checkpoints/x",
                                      .manifest_sha256 = std::to_string(rng_.next_u32()),
                                      .best = rng_.below(2) == 0};
        const util::Status status = project_->runs().record_checkpoint(run, record);
        ASSERT_EQ(status.has_value(), runs_[run].stages.contains(record.stage));
        if (!status) return;
        auto& kept = runs_[run].stages[record.stage].checkpoints;
        for (auto& [step, other] : kept) other.best = other.best && !record.best;
        kept[record.step] = record;
    }

    void record_event() {
        const std::int64_t run = any_run();
        const std::string kind = std::to_string(rng_.below(1000));
        ASSERT_TRUE(project_->runs().record_event(run, {.kind = kind}));
        runs_[run].events.push_back(kind);
    }

    void set_state() {
        const std::int64_t run = any_run();
        const auto state = static_cast<store::RunState>(rng_.below(7));
        ASSERT_TRUE(project_->runs().set_state(run, state));
        runs_[run].state = state;
    }

    void check(const store::RunReader& reads) {
        ASSERT_EQ(reads.list_runs().value().size(), runs_.size());
        for (const auto& [id, model] : runs_) check_run(reads, id, model);
    }

    void check_run(const store::RunReader& reads, std::int64_t id, const ModelRun& model) {
        const store::RunRecord run = reads.run(id).value();
        EXPECT_EQ(run.state, model.state);
        const auto stages = reads.stages(id).value();
        ASSERT_EQ(stages.size(), model.order.size());
        std::string last_stage;
        std::int64_t last_step = 0;
        std::string last_hash;
        std::map<std::int64_t, std::int64_t> by_seq;
        for (std::size_t i = 0; i < stages.size(); ++i) {
            const ModelStage& stage = model.stages.at(model.order[i]);
            EXPECT_EQ(stages[i].record.stage, stage.record.stage);
            EXPECT_EQ(stages[i].record.state, stage.record.state);
            EXPECT_EQ(stages[i].record.total_steps, stage.record.total_steps);
            for (const auto& [n, step] : stage.steps) {
                by_seq[step.seq] = n;
                last_stage = stage.record.stage;
                last_step = n;
                last_hash = step.state_hash;
                check_step(reads, id, stage.record.stage, n, step);
            }
        }
        EXPECT_EQ(run.last_stage, last_stage);
        EXPECT_EQ(run.last_step, last_step);
        EXPECT_EQ(run.state_hash, last_hash);
        const auto steps = reads.steps(id).value();
        ASSERT_EQ(steps.size(), by_seq.size());
        auto expected = by_seq.begin();
        for (const store::StepInfo& step : steps) {
            EXPECT_EQ(step.seq, expected->first);
            EXPECT_EQ(step.step, (expected++)->second);
        }
        check_small(reads, id, model);
    }

    static void check_step(const store::RunReader& reads,
                           std::int64_t id,
                           const std::string& stage,
                           std::int64_t n,
                           const ModelStep& step) {
        const auto metrics = reads.step_metrics(id, stage, n).value();
        ASSERT_EQ(metrics.size(), step.metrics.size());
        for (const auto& [name, value] : metrics) {
            EXPECT_TRUE(same_number(value, step.metrics.at(name))) << name;
        }
        const auto chains = reads.step_chains(id, stage, n).value();
        ASSERT_EQ(chains.size(), step.chains.size());
        auto expected = step.chains.begin();
        for (const store::StoredChain& chain : chains) {
            EXPECT_EQ(first_difference(chain.record, (expected++)->second), "");
        }
    }

    static void check_small(const store::RunReader& reads, std::int64_t id, const ModelRun& model) {
        std::vector<data::CheckpointRecord> expected;
        for (const std::string& stage : model.order) {
            for (const auto& [step, record] : model.stages.at(stage).checkpoints) {
                expected.push_back(record);
            }
        }
        const auto checkpoints = reads.checkpoints(id).value();
        ASSERT_EQ(checkpoints.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            EXPECT_EQ(checkpoints[i].record.stage, expected[i].stage);
            EXPECT_EQ(checkpoints[i].record.step, expected[i].step);
            EXPECT_EQ(checkpoints[i].record.manifest_sha256, expected[i].manifest_sha256);
            EXPECT_EQ(checkpoints[i].record.best, expected[i].best);
        }
        std::vector<std::string> events;
        for (const auto& event : reads.events(id).value()) events.push_back(event.record.kind);
        EXPECT_EQ(events, model.events);
    }

    TempDir temp_;
    util::Rng rng_;
    std::unique_ptr<store::Project> project_;
    std::map<std::int64_t, ModelRun> runs_;
};

void play_seeds(std::uint64_t count, int operations) {
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Scenario(seed).play(operations);
        if (testing::Test::HasFailure()) return;
    }
}

TEST(RunProperty, StoreDoesWhatTheModelDoes) { play_seeds(2, 80); }

TEST(RunPropertySlow, StoreDoesWhatTheModelDoesForLong) { play_seeds(40, 600); }

}  // namespace
}  // namespace veritune::test
