// SPDX-License-Identifier: Apache-2.0
// Memory that is suddenly gone: at each place where a step allocates, the run retreats, gives the
// same result, or ends with words. It never aborts.
#include "core/train/memory_retreat.h"

#include "tests/support/test_scale.h"
#include "tests/train/tiny_run.h"

#include <c10/core/CPUAllocator.h>

#include <gmock/gmock.h>

namespace veritune::train {
namespace {

using ::testing::HasSubstr;
using Work = MemoryRetreat::Work;

/// While it lives, the k-th allocation of a tensor fails as the real allocator fails.
class FailingAllocator final : public c10::Allocator {
  public:
    FailingAllocator()
        : real_(c10::GetCPUAllocator()) {
        c10::SetCPUAllocator(this, 1);
    }
    ~FailingAllocator() override { c10::SetCPUAllocator(real_, 1); }
    FailingAllocator(const FailingAllocator&) = delete;
    FailingAllocator& operator=(const FailingAllocator&) = delete;

    void arm(std::int64_t k, bool lasting = false) {
        count_ = 0;
        injected_ = 0;
        fail_at_ = k;
        lasting_ = lasting;
    }
    void disarm() { fail_at_ = -1; }
    std::int64_t count() const { return count_; }
    std::int64_t injected() const { return injected_; }

    c10::DataPtr allocate(std::size_t bytes) override {
        ++count_;
        if (fail_at_ > 0 && (count_ == fail_at_ || (lasting_ && count_ > fail_at_))) {
            ++injected_;
            TORCH_CHECK(false,
                        "DefaultCPUAllocator: can't allocate memory: you tried to allocate ",
                        bytes,
                        " bytes");
        }
        return real_->allocate(bytes);
    }
    c10::DeleterFnPtr raw_deleter() const override { return real_->raw_deleter(); }
    void copy_data(void* to, const void* from, std::size_t count) const override {
        real_->copy_data(to, from, count);
    }

  private:
    c10::Allocator* real_;
    std::int64_t count_ = 0;
    std::int64_t injected_ = 0;
    std::int64_t fail_at_ = -1;
    bool lasting_ = false;
};

struct Outcome {
    util::Result<StageEnd> end = StageEnd::kDone;
    at::Tensor weights;
    std::int64_t allocations = 0;
    std::int64_t injected = 0;
    std::int64_t retreats = 0;
};

/// Two steps from the warm model, with the failure of allocation k (0: none) after the start.
Outcome two_steps(const StageConfig& stage, std::int64_t k, bool lasting = false) {
    TinyRun tiny;
    tiny.recipe.stages = {stage};
    model::CausalLm lm = warm_model();
    Outcome outcome;
    {
        RunContext context = tiny.context();
        Pipeline pipeline(context, lm);
        FailingAllocator allocator;
        allocator.arm(k, lasting);
        outcome.end = pipeline.run({});
        outcome.allocations = allocator.count();
        outcome.injected = allocator.injected();
        allocator.disarm();
    }
    outcome.weights = lm.parameters().flat().clone();
    outcome.retreats = tiny.sink.count_events("memory_retreat");
    return outcome;
}

void fail_at_many_places(const StageConfig& stage, std::int64_t places) {
    const Outcome clean = two_steps(stage, 0);
    ASSERT_TRUE(clean.end) << to_string(clean.end.error());
    ASSERT_GT(clean.allocations, 50);
    std::int64_t recovered = 0;
    std::int64_t ended = 0;
    for (std::int64_t i = 0; i < places; ++i) {
        const std::int64_t k = 1 + i * clean.allocations / places;
        SCOPED_TRACE("allocation " + std::to_string(k) + " of " +
                     std::to_string(clean.allocations));
        const Outcome hit = two_steps(stage, k);
        EXPECT_EQ(hit.injected, 1);
        if (!hit.end) {
            EXPECT_EQ(hit.end.error().code, util::ErrorCode::kOutOfMemory)
                << to_string(hit.end.error());
            ++ended;
            continue;
        }
        ++recovered;
        EXPECT_LE(relative_difference(hit.weights, clean.weights), 1e-6);
    }
    std::printf("%s: %lld injections, %lld recovered, %lld ended with words\n",
                stage.type.c_str(),
                static_cast<long long>(places),
                static_cast<long long>(recovered),
                static_cast<long long>(ended));
    // The others belong to the start of the stage and to its checkpoint.
    EXPECT_GT(recovered, places / 4) << "many allocations belong to sampling and the updates";
}

TEST(MemoryRetreat, EveryRungHalvesAndTheLastOneSaysWhatWouldFit) {
    MemoryRetreat retreat;
    EXPECT_EQ(retreat.micro_batch(1024), 1024);
    EXPECT_FALSE(retreat.retreated());
    ASSERT_TRUE(retreat.deeper(Work::kUpdate));
    EXPECT_EQ(retreat.micro_batch(1024), 512);
    EXPECT_EQ(retreat.chains(256), 256) << "each kind of work for itself";
    ASSERT_TRUE(retreat.deeper(Work::kSampling));
    EXPECT_EQ(retreat.chains(256), 128);
    EXPECT_EQ(retreat.take_news().size(), 2U);
    EXPECT_TRUE(retreat.take_news().empty());
    while (retreat.deeper(Work::kUpdate)) {
    }
    EXPECT_EQ(retreat.micro_batch(1024), 1);
    EXPECT_EQ(retreat.micro_batch(10), 1);
    EXPECT_THAT(does_not_fit(Work::kUpdate, {}).message, HasSubstr("does_not_fit"));
    MemoryRetreat later;
    ASSERT_TRUE(later.restore(retreat.state()));
    EXPECT_EQ(later.state(), retreat.state());
    EXPECT_FALSE(later.restore({{"update_level", 99}, {"sampling_level", 0}}));
    EXPECT_FALSE(later.restore({{"sampling_level", 0}}));
}

TEST(MemoryRetreat, TriesAgainLowerUntilItFits) {
    MemoryRetreat retreat;
    int undone = 0;
    const auto done = with_retreat(
        &retreat,
        Work::kUpdate,
        "work",
        [&] { ++undone; },
        [&]() -> util::Result<int> {
            if (retreat.micro_batch(64) > 8) throw std::bad_alloc();
            return 7;
        });
    ASSERT_TRUE(done);
    EXPECT_EQ(undone, 3);
    EXPECT_EQ(retreat.update_level(), 3);
    const auto never = with_retreat(
        &retreat,
        Work::kSampling,
        "work",
        [] {},
        []() -> util::Result<int> { throw std::bad_alloc(); });
    EXPECT_EQ(never.error().code, util::ErrorCode::kOutOfMemory);
    EXPECT_THAT(never.error().message, HasSubstr("does_not_fit"));
    const auto other = with_retreat(
        &retreat,
        Work::kUpdate,
        "work",
        [&] { ++undone; },
        []() -> util::Result<int> { return util::fail(util::ErrorCode::kIoError, "the disk"); });
    EXPECT_EQ(other.error().code, util::ErrorCode::kIoError) << "only memory is tried again";
    EXPECT_EQ(undone, 3);
}

TEST(MemoryRetreat, AFailedAllocationAnywhereIsNoAbort) {
    fail_at_many_places(tiny_vrl("ppo", 2), 8);
}

TEST(MemoryRetreatSlow, FiftyFailuresPerStageAreNoAbort) {
    const std::int64_t places = test::at_scale(50, 500);
    fail_at_many_places(tiny_vrl("ppo", 2), places);
    fail_at_many_places(tiny_vrl("grpo", 2), places);
    fail_at_many_places(tiny_cold_start(2), places);
    StageConfig rejection = tiny_rejection(2);
    rejection.rejection.sft_from = "base";  // there is no other stage
    fail_at_many_places(rejection, places);
}

TEST(MemoryRetreat, MemoryThatStaysAwayEndsTheRunWithWords) {
    const Outcome clean = two_steps(tiny_vrl("ppo", 2), 0);
    const Outcome hit = two_steps(tiny_vrl("ppo", 2), clean.allocations / 2, true);
    ASSERT_FALSE(hit.end);
    EXPECT_EQ(hit.end.error().code, util::ErrorCode::kOutOfMemory);
}

}  // namespace
}  // namespace veritune::train
