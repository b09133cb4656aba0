// SPDX-License-Identifier: Apache-2.0
#include "core/train/importance.h"

#include "tests/train/golden_batch.h"

namespace veritune::train {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): helpers of this folder

/// Two chains of two tokens whose ratios are exactly 3, 0.5 and 1, 1.
struct Pair {
    at::Tensor old = at::tensor({std::log(3.0), std::log(0.5), 0.0, 0.0}, at::kDouble).view({2, 2});
    at::Tensor sampling = at::zeros({2, 2}, at::kDouble);
    at::Tensor mask = at::ones({2, 2}, at::kDouble);
};

at::Tensor weights(const char* mode, double clip_max) {
    const Pair p;
    return importance_weights(mode, clip_max, p.old, p.sampling, p.mask).weights;
}

TEST(ImportanceWeights, TruncateCutsAndMaskDrops) {
    EXPECT_NEAR(at2(weights("token_truncate", 2.0), 0, 0), 2.0, 1e-12);
    EXPECT_NEAR(at2(weights("token_truncate", 2.0), 0, 1), 0.5, 1e-12);
    EXPECT_EQ(at2(weights("token_mask", 2.0), 0, 0), 0.0);
    EXPECT_NEAR(at2(weights("token_mask", 2.0), 0, 1), 0.5, 1e-12);
}

TEST(ImportanceWeights, OfAChainAreTheProductOfItsTokens) {
    const at::Tensor truncated = weights("sequence_truncate", 1.2);
    EXPECT_NEAR(at2(truncated, 0, 0), 1.2, 1e-12);  // 3 * 0.5, cut
    EXPECT_NEAR(at2(truncated, 0, 1), 1.2, 1e-12);
    EXPECT_NEAR(at2(truncated, 1, 0), 1.0, 1e-12);
    EXPECT_NEAR(at2(weights("sequence_truncate", 2.0), 0, 1), 1.5, 1e-12);
    EXPECT_EQ(at2(weights("sequence_mask", 1.2), 0, 0), 0.0);
    EXPECT_NEAR(at2(weights("sequence_mask", 1.2), 1, 1), 1.0, 1e-12);
}

TEST(ImportanceWeights, IgnoreMaskedTokensAndStayFinite) {
    Pair p;
    p.mask[0][1] = 0.0;
    EXPECT_NEAR(
        at2(importance_weights("sequence_truncate", 9.0, p.old, p.sampling, p.mask).weights, 0, 0),
        3.0,
        1e-12);
    p.old[0][0] = 1e6;
    EXPECT_EQ(
        at2(importance_weights("token_truncate", 2.0, p.old, p.sampling, p.mask).weights, 0, 0),
        2.0);
}

}  // namespace
}  // namespace veritune::train
