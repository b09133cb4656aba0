// SPDX-License-Identifier: Apache-2.0
#include "core/train/value_loss.h"

#include "core/util/rng.h"
#include "tests/train/golden_batch.h"

namespace veritune::train {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): helpers of this folder

at::Tensor random_table(std::uint64_t seed) {
    util::Rng rng(seed, util::RngStream::kTest);
    return table([&rng](int, int) { return rng.normal(); });
}

TEST(ValueLoss, HasTheGradientOfItsFiniteDifference) {
    const at::Tensor returns = random_table(2);
    const at::Tensor old = random_table(3);
    for (const double cliprange : {0.0, 0.5}) {
        const at::Tensor values = random_table(1);
        const at::Tensor grad =
            value_loss(values, old, returns, golden_mask(), cliprange, 14.0)->grad;
        for (int i = 0; i < kN; ++i) {
            for (int t = 0; t < kL; ++t) {
                const double step = 1e-6;
                at::Tensor up = values.clone();
                at::Tensor down = values.clone();
                up[i][t] += step;
                down[i][t] -= step;
                const double slope =
                    (value_loss(up, old, returns, golden_mask(), cliprange, 14.0)->loss -
                     value_loss(down, old, returns, golden_mask(), cliprange, 14.0)->loss) /
                    (2 * step);
                EXPECT_NEAR(at2(grad, i, t), slope, 1e-6 * std::abs(slope) + 1e-9) << i << "," << t;
            }
        }
    }
}

TEST(ValueLoss, MicroBatchesAddUp) {
    const auto whole =
        value_loss(random_table(1), random_table(3), random_table(2), golden_mask(), 0.5, 14.0);
    double loss = 0.0;
    for (int i = 0; i < kN; i += 2) {
        const auto part = value_loss(random_table(1).narrow(0, i, 2),
                                     random_table(3).narrow(0, i, 2),
                                     random_table(2).narrow(0, i, 2),
                                     golden_mask().narrow(0, i, 2),
                                     0.5,
                                     14.0);
        loss += part->loss;
        EXPECT_EQ(distance(part->grad, whole->grad.narrow(0, i, 2)), 0.0);
    }
    EXPECT_NEAR(loss, whole->loss, 1e-14);
}

TEST(ValueLoss, IgnoresPaddingEvenWhenItIsNotANumber) {
    const at::Tensor real = golden_mask() > 0;
    const at::Tensor nan = at::full({}, NAN, at::kDouble);
    const auto clean = value_loss(random_table(1), {}, random_table(2), golden_mask(), 0.0, 14.0);
    const auto dirty = value_loss(at::where(real, random_table(1), nan),
                                  {},
                                  at::where(real, random_table(2), nan),
                                  golden_mask(),
                                  0.0,
                                  14.0);
    EXPECT_EQ(clean->loss, dirty->loss);
    EXPECT_EQ(distance(clean->grad, dirty->grad), 0.0);
    EXPECT_EQ(at2(dirty->grad, 3, 4), 0.0);
}

TEST(ValueLoss, RefusesToPassOnNaN) {
    const auto loss =
        value_loss(at::full({1, 1}, NAN), {}, at::ones({1, 1}), at::ones({1, 1}), 0.0, 1.0);
    ASSERT_FALSE(loss.has_value());
    EXPECT_EQ(loss.error().code, util::ErrorCode::kInvalidArgument);
}

TEST(ExplainedVariance, IsOneForAPerfectCriticAndZeroForAConstantOne) {
    const at::Tensor returns = random_table(2);
    EXPECT_NEAR(explained_variance(returns, returns, golden_mask()), 1.0, 1e-12);
    EXPECT_NEAR(explained_variance(at::full({kN, kL}, 3.0), returns, golden_mask()), 0.0, 1e-12);
    EXPECT_LT(explained_variance(-returns, returns, golden_mask()), 0.0);
    EXPECT_EQ(explained_variance(returns, at::ones({kN, kL}), golden_mask()), 0.0);
    EXPECT_EQ(explained_variance(returns, returns, at::zeros({kN, kL})), 0.0);
}

}  // namespace
}  // namespace veritune::train
