// SPDX-License-Identifier: Apache-2.0
// The engine's work end to end, in this process: recipes run, stop, resume and are evaluated on
// real project folders.
#include "core/programs/engine/local_engine.h"

#include "core/data/dataset.h"
#include "core/train/recipe.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace veritune::engine_program {
namespace {

using util::ErrorCode;
using util::Json;

class LocalEngineTest : public testing::Test {
  protected:
    void SetUp() override {
        fs_ = util::make_posix_file_system();
        project_ = dir_.path() + "/project";
        auto made = store::Project::create(project_, "test");
        ASSERT_TRUE(made) << util::to_string(made.error());
        ASSERT_TRUE((*made)->close());
        open();
    }

    void open() {
        auto engine = LocalEngine::open(project_, *fs_, nullptr, room_);
        ASSERT_TRUE(engine) << util::to_string(engine.error());
        engine_ = std::move(engine).value();
    }

    void wait() const {
        while (engine_->active()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }

    /// Starts the recipe and waits for its end.
    std::int64_t run(const train::Recipe& recipe) {
        const auto started =
            engine_->start_run({.name = "", .recipe = train::recipe_to_json(recipe)});
        EXPECT_TRUE(started) << util::to_string(started.error());
        wait();
        return started ? started->run : 0;
    }

    /// Looks at the project with the engine closed, then opens it again.
    template <typename Look>
    void look(const Look& look) {
        ASSERT_TRUE(engine_->close());
        engine_.reset();
        auto project = store::Project::open_reader(project_);
        ASSERT_TRUE(project) << util::to_string(project.error());
        look(**project);
        project->reset();
        open();
    }

    static std::string final_hash(store::Project& project, std::int64_t run) {
        const auto row = project.reader().run(run);
        return row ? row->state_hash : "no run";
    }

    test::TempDir dir_;
    std::unique_ptr<util::FileSystem> fs_;
    std::string project_;
    store::DiskRoomOptions room_{.ballast_bytes = 1 << 16, .reserve_bytes = 0, .poll_ms = 50};
    std::unique_ptr<LocalEngine> engine_;
};

/// The real file system with a disk that says what it is told, and a card that may break.
class OddFileSystem final : public util::FileSystem {
  public:
    std::atomic<bool> full{false};
    std::atomic<bool> card_broken{false};

    util::Result<std::string> read(const std::string& path, std::uint64_t max_bytes) override {
        return real_->read(path, max_bytes);
    }
    util::Result<std::unique_ptr<util::WritableFile>> create(const std::string& path) override {
        if (full) return util::fail(ErrorCode::kDiskFull, "cannot create the file", path);
        if (card_broken) {
            return util::fail(ErrorCode::kInternal, "gemm: it failed (cudaErrorIllegalAddress)");
        }
        return real_->create(path);
    }
    util::Status rename(const std::string& from, const std::string& to) override {
        return real_->rename(from, to);
    }
    util::Status remove(const std::string& path) override { return real_->remove(path); }
    util::Status make_dir(const std::string& path) override { return real_->make_dir(path); }
    util::Status sync_dir(const std::string& path) override { return real_->sync_dir(path); }
    util::Result<std::vector<std::string>> list(const std::string& path) override {
        return real_->list(path);
    }
    util::Result<util::FileInfo> stat(const std::string& path) override {
        return real_->stat(path);
    }
    util::Result<std::uint64_t> free_bytes(const std::string& path) override {
        if (full) return std::uint64_t{0};
        return real_->free_bytes(path);
    }
    util::Result<std::unique_ptr<util::FileLock>> lock(const std::string& path,
                                                       std::string_view note) override {
        return real_->lock(path, note);
    }

  private:
    std::unique_ptr<util::FileSystem> real_ = util::make_posix_file_system();
};

/// The demonstration with few steps: seconds become tenths.
train::Recipe short_demo() {
    train::Recipe recipe = train::demo_quick_recipe();
    recipe.heldout.count = 20;
    for (train::StageConfig& stage : recipe.stages) {
        stage.eval.problems = 8;
        stage.eval.final_problems = 8;
        stage.eval.num_samples = 2;
        stage.eval.final_num_samples = 2;
        stage.eval.on_heldout_fall = "off";
        stage.save_steps = 4;
        stage.sft.max_steps = 12;
        stage.vrl.max_steps = 6;
        stage.vrl.prompts_per_step = 4;
        stage.vrl.num_generations = 4;
        stage.eval.eval_steps = stage.type == "vrl" ? 3 : 0;
        stage.rejection.prompts = 24;
        stage.rejection.sft.max_steps = 5;
    }
    return recipe;
}

TEST_F(LocalEngineTest, RunsAllStagesAndStoresCurvesChainsAndCheckpoints) {
    const std::int64_t id = run(short_demo());
    look([&](store::Project& project) {
        const auto row = project.reader().run(id);
        ASSERT_TRUE(row);
        EXPECT_EQ(row->state, store::RunState::kDone) << row->error;
        EXPECT_TRUE(row->fingerprint.contains("tokenizer_sha256"));
        const auto rewards = project.reader().metric_series(id, "reward", "vrl");
        ASSERT_TRUE(rewards);
        EXPECT_EQ(rewards->size(), 6U);
        const auto losses = project.reader().metric_series(id, "loss", "cold_start");
        ASSERT_TRUE(losses);
        EXPECT_EQ(losses->size(), 12U);
        const auto chains = project.reader().step_chains(id, "vrl", 2);
        ASSERT_TRUE(chains);
        ASSERT_EQ(chains->size(), 16U);
        const data::ChainRecord& chain = chains->front().record;
        EXPECT_EQ(chain.logprobs.size(), chain.tokens.size());
        EXPECT_EQ(chain.entropies.size(), chain.tokens.size());
        EXPECT_EQ(chain.values.size(), chain.tokens.size());
        EXPECT_EQ(chain.advantages.size(), chain.tokens.size());
        EXPECT_FALSE(chain.status.empty());
        EXPECT_EQ(chain.verifier, "chain_arithmetic");
        const auto stages = project.reader().stages(id);
        ASSERT_TRUE(stages);
        for (const store::StageInfo& stage : *stages)
            EXPECT_TRUE(stage.record.summary.contains("pass@1")) << stage.record.stage;
        EXPECT_TRUE(
            fs_->stat(project.info().dir + "/runs/1/checkpoints/vrl-final/model.safetensors"));
        EXPECT_TRUE(fs_->stat(project.info().dir + "/runs/1/checkpoints/vrl-final/tokenizer.json"));
    });
}

TEST_F(LocalEngineTest, AStepComputedAgainHasTheSameTokensAndStoresNothing) {
    const std::int64_t id = run(short_demo());
    std::string before;
    look([&](store::Project& project) { before = final_hash(project, id); });
    // 5 lies behind the checkpoint of step 4; 2 has to start from that of the stage's beginning.
    for (const std::int64_t step : {5, 2}) {
        const auto replayed =
            engine_->replay_step({.request = "r", .run = id, .stage = "vrl", .step = step});
        ASSERT_TRUE(replayed) << util::to_string(replayed.error());
        EXPECT_EQ(replayed->from, step == 5 ? "checkpoint vrl 4" : "checkpoint vrl 0");
        EXPECT_EQ(replayed->note, "");
        ASSERT_GE(replayed->chains.size(), 16U);
        for (const engine::ReplayedChain& chain : replayed->chains) {
            EXPECT_EQ(chain.outcome, "equal") << step << " " << chain.problem_id;
            EXPECT_EQ(chain.first_difference, -1);
        }
    }
    const auto none = engine_->replay_step({.request = "r", .run = id, .stage = "vrl", .step = 99});
    EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
    look([&](store::Project& project) {
        EXPECT_EQ(final_hash(project, id), before);
        EXPECT_FALSE(fs_->stat(project_ + "/runs/1/replay"));
    });
}

TEST_F(LocalEngineTest, ChainsAreVerifiedAgainAndMarked) {
    train::Recipe recipe = short_demo();
    recipe.stages.resize(2);
    const std::int64_t id = run(recipe);
    store::StoredChain chain;
    look([&](store::Project& project) {
        const auto page =
            project.reader().chains(id, {.filter = {.stage = "vrl", .phase = "train"}, .limit = 1});
        ASSERT_TRUE(page && !page->empty());
        auto whole = project.reader().chain(page->front().id);
        ASSERT_TRUE(whole);
        chain = *std::move(whole);
    });
    const auto verdict = engine_->verify_chain({.chain = chain.id});
    ASSERT_TRUE(verdict) << util::to_string(verdict.error());
    EXPECT_EQ(verdict->status, chain.record.status);
    EXPECT_EQ(verdict->verifier_hash, chain.record.verifier_hash);
    EXPECT_EQ(verdict->steps, chain.record.steps);
    EXPECT_EQ(engine_->verify_chain({.chain = 1'000'000}).error().code, ErrorCode::kNotFound);
    ASSERT_TRUE(engine_->annotate_chain({.chain = chain.id, .flagged = true, .note = "look"}));
    look([&](store::Project& project) {
        const auto notes = project.reader().chain_notes(id);
        ASSERT_TRUE(notes && notes->size() == 1U);
        EXPECT_TRUE(notes->front().flagged);
        EXPECT_EQ(notes->front().note, "look");
        EXPECT_EQ(notes->front().key.problem_id, chain.record.problem_id);
        const auto flagged =
            project.reader().chains(id, {.filter = {.flagged = true}, .limit = 10});
        ASSERT_TRUE(flagged && flagged->size() == 1U);
        EXPECT_EQ(flagged->front().id, chain.id);
    });
    ASSERT_TRUE(engine_->annotate_chain({.chain = chain.id}));
    look([&](store::Project& project) { EXPECT_TRUE(project.reader().chain_notes(id)->empty()); });
}

TEST_F(LocalEngineTest, StoppedAndResumedRunEndsInTheSameState) {
    const std::int64_t whole = run(short_demo());
    std::string expected;
    look([&](store::Project& project) { expected = final_hash(project, whole); });
    const auto started =
        engine_->start_run({.name = "", .recipe = train::recipe_to_json(short_demo())});
    ASSERT_TRUE(started);
    // Wherever the stop falls: every stage is left and entered again until the run is done.
    for (int round = 0; round < 200; ++round) {
        std::this_thread::sleep_for(std::chrono::milliseconds(15));
        (void)engine_->stop_run({.run = started->run, .mode = engine::StopMode::kStopKeep});
        wait();
        if (!engine_->resume_run({.run = started->run})) break;
    }
    wait();
    look([&](store::Project& project) {
        EXPECT_EQ(project.reader().run(started->run)->state, store::RunState::kDone);
        EXPECT_EQ(final_hash(project, started->run), expected);
        const auto rewards = project.reader().metric_series(started->run, "reward", "vrl");
        EXPECT_EQ(rewards->size(), 6U);
    });
}

TEST_F(LocalEngineTest, EngineThatDiedResumesFromItsCheckpoint) {
    const std::int64_t whole = run(short_demo());
    std::string expected;
    look([&](store::Project& project) { expected = final_hash(project, whole); });
    const auto started =
        engine_->start_run({.name = "", .recipe = train::recipe_to_json(short_demo())});
    ASSERT_TRUE(started);
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    engine_->interrupt();
    wait();
    look([&](store::Project&) {});
    const auto resumed = engine_->resume_run({.run = started->run});
    wait();
    look([&](store::Project& project) {
        if (resumed) {
            EXPECT_EQ(final_hash(project, started->run), expected);
        }
        EXPECT_EQ(project.reader().run(started->run)->state, store::RunState::kDone);
    });
}

/// A run on the odd file system, watched from a second connection.
class OddDiskTest : public LocalEngineTest {
  protected:
    void SetUp() override {
        auto odd = std::make_unique<OddFileSystem>();
        odd_ = odd.get();
        project_ = dir_.path() + "/project";
        ASSERT_TRUE(store::Project::create(project_, "test").value()->close());
        room_.reserve_bytes = 1;
        fs_ = std::move(odd);
        open();
    }
    store::RunRecord row(std::int64_t id) const {
        return store::Project::open_reader(project_).value()->reader().run(id).value();
    }
    bool reaches(std::int64_t id, store::RunState state) const {
        for (int i = 0; i < 10'000 && row(id).state != state; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        return row(id).state == state;
    }
    std::int64_t start() {
        return engine_->start_run({.name = "", .recipe = train::recipe_to_json(short_demo())})
            .value()
            .run;
    }
    OddFileSystem* odd_ = nullptr;
};

TEST_F(OddDiskTest, AFullDiskPausesTheRunAndItGoesOnByItself) {
    const std::int64_t whole = run(short_demo());
    const std::string expected = row(whole).state_hash;
    EXPECT_TRUE(fs_->stat(project_ + "/project.ballast"));
    const std::int64_t id = start();
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    odd_->full = true;
    ASSERT_TRUE(reaches(id, store::RunState::kPaused)) << row(id).error;
    EXPECT_NE(row(id).error.find("cannot create"), std::string::npos) << row(id).error;
    EXPECT_FALSE(fs_->stat(project_ + "/project.ballast")) << "given up for the row above";
    EXPECT_TRUE(engine_->active()) << "it waits";
    odd_->full = false;
    ASSERT_TRUE(reaches(id, store::RunState::kDone)) << row(id).error;
    wait();
    EXPECT_EQ(row(id).state_hash, expected);
    EXPECT_TRUE(fs_->stat(project_ + "/project.ballast"));
}

TEST_F(OddDiskTest, AWaitingRunListensToPeople) {
    odd_->full = true;
    const auto refused =
        engine_->start_run({.name = "", .recipe = train::recipe_to_json(short_demo())});
    ASSERT_FALSE(refused) << "without room not even the run's folder can be made";
    EXPECT_EQ(refused.error().code, ErrorCode::kDiskFull) << util::to_string(refused.error());
    EXPECT_FALSE(engine_->active());
    odd_->full = false;
    const std::int64_t second = start();
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    odd_->full = true;
    ASSERT_TRUE(reaches(second, store::RunState::kPaused));
    ASSERT_TRUE(engine_->stop_run({.run = second, .mode = engine::StopMode::kStopKeep}));
    wait();
    EXPECT_FALSE(engine_->active());
    EXPECT_EQ(row(second).state, store::RunState::kPaused) << "it can be resumed";
    odd_->full = false;
    ASSERT_TRUE(engine_->resume_run({.run = second}));
    wait();
    EXPECT_EQ(row(second).state, store::RunState::kDone) << row(second).error;
}

TEST_F(OddDiskTest, AFaultOfTheCardLeavesTheRunToTheNextEngine) {
    const std::int64_t id = start();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    odd_->card_broken = true;
    wait();
    odd_->card_broken = false;
    EXPECT_NE(engine_->restart_reason().find("program fault"), std::string::npos)
        << engine_->restart_reason();
    EXPECT_EQ(row(id).state, store::RunState::kRunning) << "not failed: it is to be started again";
    ASSERT_TRUE(engine_->close());
    engine_.reset();
    open();
    engine_->resume_active(engine::EngineExit{.code = engine::kExitRestart,
                                              .reason = "the graphics card had a fault"});
    wait();
    EXPECT_EQ(row(id).state, store::RunState::kDone) << row(id).error;
    std::vector<std::string> kinds;
    const auto project = store::Project::open_reader(project_).value();
    for (const store::EventInfo& event : project->reader().events(id).value()) {
        kinds.push_back(event.record.kind);
    }
    EXPECT_NE(std::find(kinds.begin(), kinds.end(), "device_fault"), kinds.end());
}

/// A run that an engine left behind as running, with two completed steps.
class CardFaultTest : public LocalEngineTest {
  protected:
    void SetUp() override {
        LocalEngineTest::SetUp();
        leave_behind();
    }
    void leave_behind() {
        ASSERT_TRUE(engine_->close());
        engine_.reset();
        {
            auto writer = store::Project::open_writer(project_).value();
            train::Recipe recipe = short_demo();
            recipe.model.path = dir_.path() + "/gone";  // a resume makes no step of its own
            recipe.model.init.clear();
            run_ = writer->runs()
                       .create_run({.name = "left", .recipe = train::recipe_to_json(recipe)})
                       .value();
            ASSERT_TRUE(writer->runs().record_stage(run_, {.stage = "vrl", .state = "running"}));
            ASSERT_TRUE(writer->runs().set_state(run_, store::RunState::kRunning));
            step_ = 0;
            complete_step(*writer);
            ASSERT_TRUE(writer->close());
        }
        open();
    }
    void complete_step(store::Project& writer) {
        ASSERT_TRUE(writer.runs().record_step(
            run_, {.stage = "vrl", .step = ++step_, .state_hash = std::string(64, 'a')}));
    }
    /// A new engine after one that ended with this number; whether it went on with the run.
    bool goes_on_after(int xid) {
        engine_->resume_active(engine::EngineExit{.code = 75, .reason = "Xid", .xid = xid});
        wait();
        EXPECT_TRUE(engine_->close());
        engine_.reset();
        bool refused = false;
        {
            auto writer = store::Project::open_writer(project_).value();
            const store::RunRecord row = writer->reader().run(run_).value();
            refused = row.error.starts_with("once more");
            EXPECT_EQ(row.state, store::RunState::kFailed);
            EXPECT_TRUE(refused || row.error.find("/gone") != std::string::npos) << row.error;
            EXPECT_TRUE(writer->runs().set_state(run_, store::RunState::kRunning));
            if (completes_steps_) complete_step(*writer);
            EXPECT_TRUE(writer->close());
        }
        open();
        return !refused;
    }
    std::int64_t run_ = 0;
    std::int64_t step_ = 0;
    bool completes_steps_ = false;
};

TEST_F(CardFaultTest, AProgramFaultAtTheSameStepAgainEndsTheRun) {
    EXPECT_TRUE(goes_on_after(13));
    EXPECT_FALSE(goes_on_after(31)) << "13 and 31 are one group";
}

TEST_F(CardFaultTest, AProgramFaultAtAnotherStepDoesNot) {
    completes_steps_ = true;
    EXPECT_TRUE(goes_on_after(13));
    EXPECT_TRUE(goes_on_after(43));
}

TEST_F(CardFaultTest, AMemoryErrorOfTheCardMayComeOnce) {
    completes_steps_ = true;
    EXPECT_TRUE(goes_on_after(48));
    EXPECT_FALSE(goes_on_after(48)) << "at another step too: it is the card";
}

TEST_F(CardFaultTest, AKilledEngineIsNoFaultOfTheCard) {
    completes_steps_ = true;
    EXPECT_TRUE(goes_on_after(0));
    EXPECT_TRUE(goes_on_after(48));
    EXPECT_TRUE(goes_on_after(0));
}

TEST_F(LocalEngineTest, ARunThatIsGivenUpFailsWithTheReason) {
    const auto started =
        engine_->start_run({.name = "", .recipe = train::recipe_to_json(short_demo())});
    ASSERT_TRUE(started) << util::to_string(started.error());
    engine_->give_up("the graphics card is no longer reachable (Xid 79)");
    wait();
    look([&](store::Project& project) {
        const store::RunRecord row = project.reader().run(started->run).value();
        EXPECT_EQ(row.state, store::RunState::kFailed);
        EXPECT_NE(row.error.find("Xid 79"), std::string::npos) << row.error;
    });
}

TEST_F(LocalEngineTest, AModelThatChangedIsRefusedBeforeTheRun) {
    const std::int64_t first = run(short_demo());
    ASSERT_GT(first, 0);
    train::Recipe recipe = short_demo();
    const std::string folder = dir_.path() + "/model";
    std::filesystem::copy(project_ + "/runs/1/checkpoints/vrl-final", folder);
    recipe.model = {.path = folder, .chat_template = "none"};
    recipe.stages.resize(1);
    const auto outcome = [&](std::int64_t id) {
        store::RunRecord row;
        look([&](store::Project& project) { row = project.reader().run(id).value(); });
        return row;
    };
    const store::RunRecord sound = outcome(run(recipe));
    EXPECT_EQ(sound.state, store::RunState::kDone) << sound.error;
    EXPECT_EQ(sound.fingerprint["model_manifests"][folder].get<std::string>().size(), 64U);
    {
        std::fstream file(folder + "/tokenizer.json", std::ios::in | std::ios::out);
        file.seekp(-3, std::ios::end);
        file << ' ';
    }
    const store::RunRecord refused = outcome(run(recipe));
    EXPECT_EQ(refused.state, store::RunState::kFailed);
    EXPECT_NE(refused.error.find("tokenizer.json (changed)"), std::string::npos) << refused.error;
    EXPECT_EQ(refused.last_step, 0) << "before the first step";
}

TEST_F(LocalEngineTest, EvaluatesAndChatsWithACheckpoint) {
    const std::int64_t id = run(short_demo());
    data::Problem problem{.id = "one",
                          .prompt = "6+4*7-4?",
                          .gold = 6,
                          .verifier = "chain_arithmetic",
                          .params = {{"family", "mod"}},
                          .profile = "raw",
                          .split = data::Split::kVal};
    ASSERT_TRUE(data::save_dataset(*fs_, project_ + "/datasets/one.jsonl", {problem}));
    ASSERT_TRUE(engine_->close());
    engine_.reset();
    auto writer = store::Project::open_writer(project_);
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->datasets().add(
        {.name = "one", .path = "datasets/one.jsonl", .sha256 = "0", .rows = 1}));
    ASSERT_TRUE((*writer)->close());
    writer->reset();
    open();
    const auto evaluated = engine_->evaluate({.request = "e",
                                              .model = {.run = id},
                                              .dataset = "one",
                                              .num_samples = 4,
                                              .max_new_tokens = 40});
    ASSERT_TRUE(evaluated) << util::to_string(evaluated.error());
    EXPECT_GT(evaluated->metrics.size(), 3U);
    std::string streamed;
    const auto handler =
        engine_->handle_token_text([&](const engine::TokenText& text) { streamed += text.text; });
    const auto generated = engine_->generate({.request = "g",
                                              .model = {.run = id},
                                              .prompt = "6+4*7-4?",
                                              .max_new_tokens = 40,
                                              .temperature = 0.0});
    ASSERT_TRUE(generated) << util::to_string(generated.error());
    EXPECT_EQ(streamed, generated->text);
    EXPECT_EQ(generated->prompt_tokens, 8);
    const auto filtered = engine_->generate({.request = "h",
                                             .model = {.run = id},
                                             .prompt = "6+4*7-4?",
                                             .max_new_tokens = 40,
                                             .temperature = 1.0,
                                             .top_k = 1});
    ASSERT_TRUE(filtered);
    EXPECT_EQ(filtered->text, generated->text) << "the likeliest token alone is the greedy chain";
}

TEST_F(LocalEngineTest, EvaluatesByAProtocolAndLeavesNothingOfARefusal) {
    const std::int64_t id = run(short_demo());
    std::vector<data::Problem> problems;
    for (const char* prompt : {"6+4*7-4?", "5+3*2?", "9-4+1?"})
        problems.push_back({.id = prompt,
                            .prompt = prompt,
                            .gold = 6,
                            .verifier = "chain_arithmetic",
                            .params = {{"family", "mod"}},
                            .profile = "raw",
                            .split = data::Split::kVal});
    ASSERT_TRUE(data::save_dataset(*fs_, project_ + "/datasets/three.jsonl", problems));
    ASSERT_TRUE(engine_->close());
    engine_.reset();
    auto writer = store::Project::open_writer(project_);
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->datasets().add(
        {.name = "three", .path = "datasets/three.jsonl", .sha256 = "0", .rows = 3}));
    ASSERT_TRUE((*writer)->close());
    writer->reset();
    open();
    const Json protocol = {
        {"id", "mine"},
        {"prompt", {{"kind", "own"}}},
        {"sampling", {{"temperature", 1.0}, {"samples", 4}, {"max_new_tokens", 40}}}};
    const engine::Evaluate request{
        .request = "p", .model = {.run = id}, .dataset = "three", .protocol = protocol};
    const auto done = engine_->evaluate(request);
    ASSERT_TRUE(done) << util::to_string(done.error());
    EXPECT_NE(done->run, id);
    const auto again = engine_->evaluate(request);
    ASSERT_TRUE(again) << util::to_string(again.error());
    engine::Evaluate other = request;
    other.dataset = "nothing";
    EXPECT_EQ(engine_->evaluate(other).error().code, ErrorCode::kNotFound);
    other = request;
    other.split = "test";
    EXPECT_EQ(engine_->evaluate(other).error().code, ErrorCode::kInvalidArgument);
    other = request;
    other.protocol["columns"] = Json::array();
    EXPECT_EQ(engine_->evaluate(other).error().code, ErrorCode::kInvalidArgument);
    other = request;
    other.model = {.path = dir_.path() + "/no-model"};
    EXPECT_FALSE(engine_->evaluate(other));
    EXPECT_EQ(engine_->evaluate({.request = "r", .resume = done->run}).error().code,
              ErrorCode::kInvalidArgument)
        << "there is nothing to resume";
    EXPECT_EQ(engine_->evaluate({.request = "r", .resume = id}).error().code,
              ErrorCode::kInvalidArgument);
    look([&](store::Project& project) {
        EXPECT_EQ(project.reader().list_runs()->size(), 3U) << "a refusal leaves no run";
        const auto first = project.evaluations().of_run(done->run);
        const auto second = project.evaluations().of_run(again->run);
        ASSERT_TRUE(first->has_value() && second->has_value());
        EXPECT_TRUE((*first)->complete);
        EXPECT_EQ((*first)->protocol, "mine");
        EXPECT_EQ((*first)->protocol_hash.size(), 64U);
        EXPECT_EQ((*first)->protocol_hash, (*second)->protocol_hash);
        EXPECT_EQ((*first)->columns, (*second)->columns) << "the same seed, the same chains";
        EXPECT_EQ((*first)->subject["model_sha256"], (*second)->subject["model_sha256"]);
        EXPECT_EQ((*first)->columns[0].problems.size(), 3U);
        EXPECT_EQ(project.reader().count_chains(done->run, {}).value(), 12);
    });
}

TEST_F(LocalEngineTest, SaysWhatIsWrongAndLeavesTheRunFailed) {
    train::Recipe recipe = short_demo();
    recipe.problems = {.dataset = "nothing", .count = 0, .seed = 1};
    recipe.problems.generator.clear();
    const std::int64_t missing = run(recipe);
    recipe = short_demo();
    recipe.model.init.clear();
    recipe.model.path = dir_.path() + "/no-model";
    const std::int64_t no_model = run(recipe);
    recipe = short_demo();
    recipe.device = "cuda";
    const std::int64_t no_card_model = run(recipe);
    look([&](store::Project& project) {
        const auto first = project.reader().run(missing);
        EXPECT_EQ(first->state, store::RunState::kFailed);
        EXPECT_NE(first->error.find("nothing"), std::string::npos) << first->error;
        const auto second = project.reader().run(no_model);
        EXPECT_EQ(second->state, store::RunState::kFailed);
        EXPECT_NE(second->error.find("no-model"), std::string::npos) << second->error;
        const auto third = project.reader().run(no_card_model);
        EXPECT_EQ(third->state, store::RunState::kFailed);
        EXPECT_NE(third->error.find("device is cuda"), std::string::npos) << third->error;
    });
    EXPECT_EQ(engine_->stop_run({.run = 99}).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(engine_->start_run({.name = "", .recipe = {{"nonsense", 1}}}).error().code,
              ErrorCode::kInvalidArgument);
}

TEST_F(LocalEngineTest, RefusesASecondRunWhileOneIsActive) {
    train::Recipe recipe = short_demo();
    recipe.stages[0].sft.max_steps = 100000;
    const auto first = engine_->start_run({.name = "", .recipe = train::recipe_to_json(recipe)});
    ASSERT_TRUE(first);
    const auto second = engine_->start_run({.name = "", .recipe = train::recipe_to_json(recipe)});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kBusy);
    EXPECT_FALSE(engine_->generate({.request = "g", .model = {.run = 1}, .prompt = "1"}));
    ASSERT_TRUE(engine_->stop_run({.run = first->run, .mode = engine::StopMode::kCancel}));
    wait();
    EXPECT_FALSE(LocalEngine::open(project_, *fs_)) << "a second engine on the same project";
}

/// A tiny random model with a real tokenizer: its rewards are 0, it proves the path from GSM8K rows
/// to stored verdicts.
class Gsm8kRun : public LocalEngineTest {
  protected:
    void make_model(const std::string& tokenizer_folder) {
        model::ModelConfig config = model::demo_config();
        config.vocab_size = 151936;
        config.hidden_size = 16;
        config.intermediate_size = 32;
        config.num_hidden_layers = 2;
        config.num_attention_heads = 2;
        config.num_key_value_heads = 1;
        config.head_dim = 8;
        config.max_position_embeddings = 1024;
        config.eos_ids = {151645};
        const model::CausalLm lm =
            model::CausalLm::init_random(config, model::Trainable::kFrozen, {}, 1);
        auto folder = util::AtomicDir::begin(*fs_, model_);
        ASSERT_TRUE(folder);
        ASSERT_TRUE(lm.save_pretrained(*folder, model::DType::kBF16));
        ASSERT_TRUE(folder->commit());
        for (const char* name :
             {"vocab.json", "merges.txt", "tokenizer_config.json", "generation_config.json"}) {
            const auto bytes = fs_->read(tokenizer_folder + "/" + name, 64 << 20);
            ASSERT_TRUE(bytes);
            ASSERT_TRUE(util::atomic_write(*fs_, model_ + "/" + name, *bytes));
        }
    }

    void import_gsm8k() {
        auto report =
            data::import_jsonl(VERITUNE_SOURCE_DIR "/tests/data/gsm8k/test_40.jsonl", "gsm8k");
        ASSERT_TRUE(report);
        for (std::size_t i = 0; i < report->problems.size(); ++i) {
            report->problems[i].split = i < 32 ? data::Split::kTrain : data::Split::kVal;
        }
        ASSERT_TRUE(engine_->close());
        engine_.reset();
        ASSERT_TRUE(data::save_dataset(*fs_, project_ + "/datasets/gsm8k.jsonl", report->problems));
        auto writer = store::Project::open_writer(project_);
        ASSERT_TRUE(writer);
        ASSERT_TRUE((*writer)->datasets().add(
            {.name = "gsm8k", .path = "datasets/gsm8k.jsonl", .sha256 = "0", .rows = 40}));
        ASSERT_TRUE((*writer)->close());
        writer->reset();
        open();
    }

    std::string model_ = dir_.path() + "/model";
};

TEST_F(Gsm8kRun, RunsAllThreeStagesWithTheRealTokenizer) {
    const char* data = std::getenv("VERITUNE_DATA");
    const std::string folder =
        (data != nullptr ? std::string(data) : VERITUNE_SOURCE_DIR "/../shared/data") +
        "/tokenizers/qwen2.5-7b-instruct";
    if (!fs_->stat(folder + "/vocab.json")) GTEST_SKIP() << "no Qwen2.5 tokenizer in " << folder;
    make_model(folder);
    import_gsm8k();
    train::Recipe recipe = train::default_recipe();
    recipe.model.path = model_;
    recipe.lora.r = 8;
    for (train::DataSource* source : {&recipe.demonstrations, &recipe.problems})
        *source = {.dataset = "gsm8k", .split = "train"};
    recipe.heldout = {.dataset = "gsm8k", .split = "val"};
    for (train::StageConfig& stage : recipe.stages) {
        stage.eval = {.eval_steps = 0,
                      .problems = 2,
                      .num_samples = 1,
                      .greedy = false,
                      .max_completion_length = 16};
        stage.sft.max_steps = 2;
        stage.sft.per_device_train_batch_size = 2;
        stage.vrl.max_steps = 2;
        stage.vrl.prompts_per_step = 2;
        stage.vrl.num_generations = 2;
        stage.vrl.sampling.max_completion_length = 16;
        stage.rejection.prompts = 4;
        stage.rejection.num_generations = 2;
        stage.rejection.sampling.max_completion_length = 16;
        stage.rejection.sft.max_steps = 1;
    }
    const std::int64_t id = run(recipe);
    look([&](store::Project& project) {
        const auto row = project.reader().run(id);
        ASSERT_EQ(row->state, store::RunState::kDone) << row->error;
        const auto chains = project.reader().step_chains(id, "vrl", 1);
        ASSERT_TRUE(chains);
        ASSERT_EQ(chains->size(), 4U);
        for (const store::StoredChain& chain : *chains) {
            EXPECT_EQ(chain.record.verifier, "integer");
            EXPECT_FALSE(chain.record.reason.empty()) << chain.record.status;
            EXPECT_NE(chain.record.prompt.find("<|im_start|>user"), std::string::npos);
        }
        EXPECT_TRUE(fs_->stat(project.info().dir +
                              "/runs/1/checkpoints/vrl-final/adapter_model.safetensors"));
    });
}

}  // namespace
}  // namespace veritune::engine_program
