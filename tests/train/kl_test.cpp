// SPDX-License-Identifier: Apache-2.0
#include "core/train/kl.h"

#include "tests/train/golden_batch.h"

namespace veritune::train {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): helpers of this folder

TEST(Kl, IsExactlyZeroForEqualPolicies) {
    for (const char* estimator : {"k1", "k2", "k3"}) {
        EXPECT_EQ(kl_per_token(estimator, golden_old(), golden_old()).abs().max().item<double>(),
                  0.0)
            << estimator;
    }
}

TEST(Kl, K3IsNeverNegativeAndStaysFinite) {
    const at::Tensor d = at::linspace(-100.0, 100.0, 401, at::kDouble).view({1, 401});
    const at::Tensor k3 = kl_per_token("k3", d, at::zeros_like(d));
    EXPECT_TRUE(at::isfinite(k3).all().item<bool>());
    EXPECT_GE(k3.narrow(1, 160, 241).min().item<double>(),
              0.0);  // d >= -20, where the exponent is not held
}

TEST(Kl, EstimatesTheDivergenceInExpectation) {
    // Two distributions over three tokens; the expectation over the first is an exact sum.
    const at::Tensor p = at::log_softmax(at::tensor({0.3, -0.2, 0.5}, at::kDouble), 0).view({1, 3});
    const at::Tensor q = at::log_softmax(at::tensor({0.1, 0.4, -0.3}, at::kDouble), 0).view({1, 3});
    const double exact = (p.exp() * (p - q)).sum().item<double>();
    for (const char* estimator : {"k1", "k3"}) {
        const double mean = (p.exp() * kl_per_token(estimator, p, q)).sum().item<double>();
        EXPECT_NEAR(mean, exact, 1e-14) << estimator << " is unbiased";
    }
    const double k2 = (p.exp() * kl_per_token("k2", p, q)).sum().item<double>();
    EXPECT_NEAR(k2, exact, 0.1 * exact);
}

/// Expected gradient of the estimator as a loss with respect to the logits, over all three tokens.
at::Tensor expected_loss_gradient(const char* estimator,
                                  const at::Tensor& start,
                                  const at::Tensor& q) {
    at::Tensor logits = start.clone().requires_grad_(true);
    const at::Tensor p = at::log_softmax(logits, 0).view({1, 3});
    (p.detach().exp() * kl_per_token(estimator, p, q)).sum().backward();
    return logits.grad();
}

TEST(Kl, OnlyK2HasTheGradientOfTheDivergence) {
    const at::Tensor start = at::tensor({0.3, -0.2, 0.5}, at::kDouble);
    const at::Tensor q = at::log_softmax(at::tensor({0.1, 0.4, -0.3}, at::kDouble), 0).view({1, 3});
    at::Tensor logits = start.clone().requires_grad_(true);
    const at::Tensor p = at::log_softmax(logits, 0).view({1, 3});
    (p.exp() * (p - q)).sum().backward();
    const at::Tensor exact = logits.grad();
    EXPECT_LT((expected_loss_gradient("k2", start, q) - exact).abs().max().item<double>(), 1e-14);
    EXPECT_GT((expected_loss_gradient("k3", start, q) - exact).abs().max().item<double>(), 1e-3);
    EXPECT_LT(expected_loss_gradient("k1", start, q).abs().max().item<double>(), 1e-14)
        << "zero mean";
}

}  // namespace
}  // namespace veritune::train
