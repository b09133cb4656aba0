// SPDX-License-Identifier: Apache-2.0
#include "core/train/gae.h"

#include "core/util/rng.h"
#include "tests/train/golden_batch.h"

namespace veritune::train {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): helpers of this folder

/// The recursion as it stands in the paper, one number at a time.
at::Tensor reference_gae(
    const at::Tensor& r, const at::Tensor& v, const int* lengths, double gamma, double lam) {
    at::Tensor out = at::zeros_like(r);
    for (int i = 0; i < r.size(0); ++i) {
        double advantage = 0.0;
        double next_value = 0.0;
        for (int t = lengths[i] - 1; t >= 0; --t) {
            const double delta = at2(r, i, t) + gamma * next_value - at2(v, i, t);
            advantage = delta + gamma * lam * advantage;
            next_value = at2(v, i, t);
            out[i][t] = advantage;
        }
    }
    return out;
}

at::Tensor random_table(std::uint64_t seed) {
    util::Rng rng(seed, util::RngStream::kTest);
    return table([&rng](int, int) { return rng.normal(); });
}

TEST(Gae, EqualsTheRecursionOfThePaper) {
    const at::Tensor r = random_table(1) * golden_mask();
    const at::Tensor v = random_table(2) * golden_mask();
    const double grid[][2] = {{1, 1}, {1, 0.95}, {0.9, 1}, {0.9, 0.5}, {1, 0}, {0, 1}};
    for (const auto& [gamma, lam] : grid) {
        const Gae result = gae(r, v, golden_mask(), gamma, lam);
        EXPECT_LT(distance(result.advantages, reference_gae(r, v, kLengths, gamma, lam)), 1e-12)
            << gamma << " " << lam;
        EXPECT_LT(distance(result.returns, result.advantages + v), 1e-12);
    }
}

TEST(Gae, IgnoresWhatLiesBehindTheMask) {
    const at::Tensor junk = (1.0 - golden_mask()) * 1e6;
    const Gae clean = gae(random_table(1), random_table(2), golden_mask(), 1.0, 0.9);
    const Gae dirty = gae(random_table(1) + junk, random_table(2) + junk, golden_mask(), 1.0, 0.9);
    EXPECT_EQ(distance(clean.advantages, dirty.advantages), 0.0);
    EXPECT_EQ(distance(clean.returns, dirty.returns), 0.0);
    EXPECT_EQ(at2(dirty.advantages, 3, 2), 0.0);
}

TEST(Gae, IsLinearInRewardAndValueByFiniteDifference) {
    // d A[0,0] / d V[0,2] = -gamma lam ... : checked against a difference of the function itself.
    const at::Tensor r = random_table(1);
    const at::Tensor v = random_table(2);
    at::Tensor moved = v.clone();
    const double step = 1e-3;
    moved[0][2] += step;
    const double gamma = 0.9;
    const double lam = 0.8;
    const double slope = (at2(gae(r, moved, golden_mask(), gamma, lam).advantages, 0, 0) -
                          at2(gae(r, v, golden_mask(), gamma, lam).advantages, 0, 0)) /
                         step;
    // V_2 enters delta_1 as gamma V_2 and delta_2 as -V_2: (gamma lam) gamma - (gamma lam)^2.
    EXPECT_NEAR(
        slope, gamma * lam * gamma - gamma * lam * gamma * lam, 1e-6 * std::abs(slope) + 1e-9);
}

TEST(TokenRewards, StandOnTheLastRealToken) {
    const at::Tensor r = token_rewards(golden_rewards(), golden_mask(), {}, {}, 0.0);
    EXPECT_EQ(at2(r, 0, 4), 1.0);
    EXPECT_EQ(at2(r, 3, 1), 1.0);
    EXPECT_EQ(r.sum().item<double>(), 2.0);
}

TEST(TokenRewards, OfAChainWithoutTokensIsNothing) {
    at::Tensor mask = golden_mask();
    mask[0].fill_(0.0);
    EXPECT_EQ(token_rewards(golden_rewards(), mask, {}, {}, 0.0).sum().item<double>(), 1.0);
    EXPECT_EQ(token_rewards(at::zeros({0}), at::zeros({0, 4}), {}, {}, 0.0).numel(), 0);
}

}  // namespace
}  // namespace veritune::train
