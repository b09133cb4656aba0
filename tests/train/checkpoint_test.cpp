// SPDX-License-Identifier: Apache-2.0
#include "core/train/checkpoint.h"

#include "core/model/peft_adapter.h"
#include "core/util/hash.h"
#include "tests/support/fault_file_system.h"
#include "tests/support/test_scale.h"
#include "tests/train/toy_state.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>
#include <set>

namespace veritune::train {
namespace {

using ::testing::HasSubstr;
using util::ErrorCode;

class CheckpointTest : public ::testing::Test {
  protected:
    std::string save(ToyState& state, const std::string& name) {
        const auto saved = save_checkpoint(*fs_, folder_.file(name), state, {{"note", 7}});
        EXPECT_TRUE(saved.has_value()) << to_string(saved.error());
        EXPECT_EQ(saved->path, folder_.file(name));
        EXPECT_EQ(saved->state_hash, state_hash(state));
        return saved->path;
    }
    void flip_byte(const std::string& path, std::streamoff from_end) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        ASSERT_TRUE(file.good());
        file.seekg(-from_end, std::ios::end);
        const char old = static_cast<char>(file.get());
        file.seekp(-from_end, std::ios::end);
        file.put(static_cast<char>(old ^ 1));
    }

    test::TempDir folder_;
    std::unique_ptr<util::FileSystem> fs_ = util::make_posix_file_system();
};

TEST_F(CheckpointTest, RestoresEveryBit) {
    for (const bool lora : {false, true}) {
        ToyState state(lora ? tiny_lora() : tiny_model());
        for (int i = 0; i < 3; ++i) state.advance();
        state.halve_learning_rate();
        const std::string path = save(state, lora ? "lora" : "full");
        ToyState other(lora ? tiny_lora(9) : tiny_model(9));
        const auto extra = load_checkpoint(*fs_, path, other);
        ASSERT_TRUE(extra.has_value()) << to_string(extra.error());
        EXPECT_EQ((*extra)["note"], 7);
        EXPECT_EQ(state_hash(other), state_hash(state));
        EXPECT_TRUE(bit_equal(other.lm.parameters().flat(), state.lm.parameters().flat()));
        EXPECT_TRUE(bit_equal(other.moment, state.moment));
        EXPECT_EQ(other.steps, 3);
        EXPECT_EQ(other.factor, 0.5);
        EXPECT_TRUE(
            bit_equal(load_policy_weights(*fs_, path).value(), state.lm.parameters().flat()));
    }
}

TEST_F(CheckpointTest, HoldsAModelThatOthersCanOpen) {
    ToyState full;
    const std::string path = save(full, "full");
    const auto lm = model::CausalLm::load(*fs_, path, model::Trainable::kFull, {}, 1);
    ASSERT_TRUE(lm.has_value()) << to_string(lm.error());
    EXPECT_TRUE(bit_equal(lm->parameters().flat(), full.lm.parameters().flat()));
    ToyState lora(tiny_lora());
    lora.lm.parameters().flat().add_(0.01);
    const auto adapter = model::read_adapter(*fs_, save(lora, "lora"));
    ASSERT_TRUE(adapter.has_value()) << to_string(adapter.error());
    EXPECT_EQ(adapter->tensors, lora.lm.adapter().tensors);
}

TEST_F(CheckpointTest, TheHashSeesEveryNumber) {
    ToyState state;
    std::set<std::string> hashes;
    hashes.insert(state_hash(state));
    hashes.insert(state_hash(state));
    EXPECT_EQ(hashes.size(), 1U) << "the same state, the same hash";
    state.lm.parameters().flat()[5] += 1e-6F;
    hashes.insert(state_hash(state));
    state.moment[7] = 1.0F;
    hashes.insert(state_hash(state));
    state.factor = 0.25;
    hashes.insert(state_hash(state));
    EXPECT_EQ(hashes.size(), 4U);
}

TEST_F(CheckpointTest, NamesTheDamagedFileAndLeavesTheStateAlone) {
    for (const char* file :
         {"state.safetensors", "state.json", "model.safetensors", "config.json"}) {
        ToyState state;
        state.advance();
        const std::string path = save(state, "a");
        flip_byte(path + "/" + file, 3);
        ToyState other(tiny_model(9));
        const std::string before = state_hash(other);
        const auto refused = load_checkpoint(*fs_, path, other);
        ASSERT_FALSE(refused.has_value()) << file;
        EXPECT_EQ(refused.error().code, ErrorCode::kCorruptData);
        EXPECT_THAT(refused.error().message, HasSubstr(file));
        EXPECT_EQ(state_hash(other), before);
        EXPECT_FALSE(load_policy_weights(*fs_, path).has_value());
    }
}

TEST_F(CheckpointTest, RefusesAFolderWithoutAFileOrManifest) {
    ToyState state;
    const std::string path = save(state, "a");
    ASSERT_TRUE(fs_->remove(path + "/state.json").has_value());
    EXPECT_FALSE(load_checkpoint(*fs_, path, state).has_value());
    const std::string other = save(state, "b");
    ASSERT_TRUE(fs_->remove(other + "/manifest.json").has_value());
    EXPECT_FALSE(load_checkpoint(*fs_, other, state).has_value());
    EXPECT_EQ(load_checkpoint(*fs_, folder_.file("nowhere"), state).error().code,
              ErrorCode::kNotFound);
}

TEST_F(CheckpointTest, AMisfitIsRefusedBeforeTheFirstNumberIsWritten) {
    ToyState state;
    state.advance();
    const std::string path = save(state, "a");
    ToyState other;
    other.moment = at::zeros({9}, at::kFloat);  // the second tensor does not fit
    const std::string before = state_hash(other);
    const auto refused = load_checkpoint(*fs_, path, other);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kCorruptData);
    EXPECT_THAT(refused.error().message, HasSubstr("moment"));
    EXPECT_EQ(state_hash(other), before);
}

TEST_F(CheckpointTest, ReplacesAnOlderOneOfTheSameName) {
    ToyState state;
    save(state, "a");
    state.advance();
    const std::string path = save(state, "a");
    ToyState other;
    ASSERT_TRUE(load_checkpoint(*fs_, path, other).has_value());
    EXPECT_EQ(other.steps, 1);
    EXPECT_EQ(fs_->list(folder_.path())->size(), 1U) << "nothing is left beside it";
}

TEST_F(CheckpointTest, TakesFilesOfTheCallerUnderItsManifest) {
    ToyState state;
    const auto write = [&](const std::string& folder) {
        return util::atomic_write(*fs_, folder + "/tokenizer.json", "{}");
    };
    ASSERT_TRUE(save_checkpoint(*fs_, folder_.file("a"), state, {}, write).has_value());
    ASSERT_TRUE(load_checkpoint(*fs_, folder_.file("a"), state).has_value());
    flip_byte(folder_.file("a/tokenizer.json"), 1);
    EXPECT_THAT(load_checkpoint(*fs_, folder_.file("a"), state).error().message,
                HasSubstr("tokenizer.json"));
}

/// What a checkpoint's folder must be at any time: not there, or whole.
bool whole(util::FileSystem& fs, const std::string& path) {
    const auto manifest = fs.read(path + "/manifest.json", 1 << 20);
    if (!manifest) return false;
    const util::Json files = util::parse_json(*manifest, "manifest").value()["files"];
    for (const auto& [name, entry] : files.items()) {
        const auto bytes = fs.read(path + "/" + name, 1 << 24);
        if (!bytes || util::sha256_hex(*bytes) != entry["sha256"].get<std::string>()) return false;
    }
    return files.contains("state.safetensors");
}

TEST_F(CheckpointTest, APowerCutLeavesItWholeOrAway) {
    ToyState state(tiny_lora());  // the smallest: an adapter of rank 4
    int cuts = 0;
    for (std::int64_t k = 1;; ++k) {
        test::FaultFileSystem fs;
        ASSERT_TRUE(save_checkpoint(fs, "/run/checkpoints/s-000001", state, {}).has_value());
        fs.cut_at(k);
        const bool saved = save_checkpoint(fs, "/run/checkpoints/s-000002", state, {}).has_value();
        if (fs.injected() == 0) break;
        ++cuts;
        fs.power_cycle();
        ASSERT_TRUE(whole(fs, "/run/checkpoints/s-000001")) << "cut at " << k;
        const bool there = fs.stat("/run/checkpoints/s-000002").has_value();
        ASSERT_TRUE(!there || whole(fs, "/run/checkpoints/s-000002")) << "cut at " << k;
        ASSERT_TRUE(!saved || there) << "what was reported saved is there";
    }
    EXPECT_GT(cuts, 20);
}

/// A checkpoint that replaces one of the same name: after any cut one of the two is whole, at its
/// name or where the sweep after an interruption finds it.
void replace_and_cut(std::int64_t cuts) {
    ToyState old_state(tiny_lora());
    ToyState new_state(tiny_lora());
    new_state.advance();
    std::int64_t done = 0;
    for (std::uint64_t round = 0; done < cuts && !::testing::Test::HasFailure(); ++round) {
        for (std::int64_t k = 1;; ++k) {
            SCOPED_TRACE("cut at " + std::to_string(k) + ", round " + std::to_string(round));
            test::FaultFileSystem fs;
            ASSERT_TRUE(save_checkpoint(fs, "/run/checkpoints/s-000001", old_state, {}));
            fs.sync_all();
            fs.cut_at(k);
            const bool saved =
                save_checkpoint(fs, "/run/checkpoints/s-000001", new_state, {}).has_value();
            const bool hit = fs.injected() > 0;
            if (round == 0) {
                fs.power_cycle();
            } else {
                fs.power_cycle_keeping_some(round * 1000 + static_cast<std::uint64_t>(k));
            }
            ASSERT_TRUE(sweep_checkpoints(fs, "/run/checkpoints"));
            ASSERT_TRUE(whole(fs, "/run/checkpoints/s-000001"));
            EXPECT_EQ(fs.list("/run/checkpoints")->size(), 1U) << "nothing is left beside it";
            const auto manifest = read_manifest(fs, "/run/checkpoints/s-000001");
            ASSERT_TRUE(manifest);
            if (saved && !hit) {
                EXPECT_EQ(manifest->state_hash, state_hash(new_state));
            }
            if (!hit) break;
            ++done;
        }
    }
    EXPECT_GE(done, cuts);
    std::printf("checkpoint: %lld power cuts while it is replaced, 0 lost\n",
                static_cast<long long>(done));
}

TEST_F(CheckpointTest, ACutWhileItIsReplacedLeavesOneOfTheTwo) { replace_and_cut(40); }

TEST(CheckpointSlow, ManyCutsWhileItIsReplaced) { replace_and_cut(test::at_scale(100, 500)); }

TEST(CheckpointSlow, EveryFailingOperationIsAnErrorAndNoHalfCheckpoint) {
    ToyState state(tiny_lora());
    std::int64_t injections = 0;
    for (const ErrorCode code : {ErrorCode::kDiskFull, ErrorCode::kIoError}) {
        for (const auto repeat :
             {test::FaultFileSystem::Repeat::kOnce, test::FaultFileSystem::Repeat::kFromThenOn}) {
            for (std::int64_t k = 1;; ++k) {
                SCOPED_TRACE(k);
                test::FaultFileSystem fs;
                ASSERT_TRUE(save_checkpoint(fs, "/run/s-000001", state, {}));
                fs.fail_at(k, code, repeat);
                const auto saved = save_checkpoint(fs, "/run/s-000002", state, {});
                const bool hit = fs.injected() > 0;
                fs.disarm();
                ASSERT_TRUE(whole(fs, "/run/s-000001"));
                ASSERT_TRUE(!fs.stat("/run/s-000002") || whole(fs, "/run/s-000002"));
                ASSERT_TRUE(!saved || whole(fs, "/run/s-000002"));
                ASSERT_TRUE(save_checkpoint(fs, "/run/s-000002", state, {})) << "then it works";
                if (!hit) break;
                ++injections;
            }
        }
    }
    EXPECT_GT(injections, 100);
    std::printf("checkpoint: %lld failing operations, 0 half checkpoints\n",
                static_cast<long long>(injections));
}

TEST_F(CheckpointTest, TheSweepDeletesLeftoversAndLeavesTheRest) {
    ToyState state(tiny_lora());
    save(state, "s-000001");
    for (const char* name : {".tmp-1-2", ".trash-s-000003", "s-000004.part", "my-notes"}) {
        ASSERT_TRUE(fs_->make_dir(folder_.file(name)));
        ASSERT_TRUE(util::atomic_write(*fs_, folder_.file(name) + "/f", "x"));
    }
    save(state, "s-000009");
    // A kill between the two renames: the new one is whole and has no name yet.
    ASSERT_TRUE(fs_->rename(folder_.file("s-000009"), folder_.file("s-000009.part")));
    ASSERT_TRUE(sweep_checkpoints(*fs_, folder_.path()));
    EXPECT_EQ(fs_->list(folder_.path()).value(),
              (std::vector<std::string>{"my-notes", "s-000001", "s-000009"}));
    EXPECT_TRUE(sweep_checkpoints(*fs_, folder_.file("nowhere")));
    ASSERT_TRUE(remove_checkpoint(*fs_, folder_.file("s-000009")));
    EXPECT_TRUE(remove_checkpoint(*fs_, folder_.file("s-000009"))) << "gone is gone";
}

TEST_F(CheckpointTest, AFullDiskIsAnErrorAndLeavesNothingBehind) {
    ToyState state(tiny_lora());
    for (std::int64_t k = 1;; k += 3) {
        test::FaultFileSystem fs;
        fs.fail_at(k, ErrorCode::kDiskFull, test::FaultFileSystem::Repeat::kFromThenOn);
        const auto saved = save_checkpoint(fs, "/run/s-000001", state, {});
        if (fs.injected() == 0) break;
        ASSERT_FALSE(saved.has_value()) << k;
        fs.disarm();
        ASSERT_TRUE(!fs.stat("/run/s-000001").has_value() || whole(fs, "/run/s-000001")) << k;
        ASSERT_TRUE(save_checkpoint(fs, "/run/s-000001", state, {}).has_value())
            << "and the next try works";
    }
}

}  // namespace
}  // namespace veritune::train
