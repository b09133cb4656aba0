// SPDX-License-Identifier: Apache-2.0
#include "core/train/chain_pack.h"

#include "tests/train/chain_set.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>

namespace veritune::train {
namespace {

using ::testing::ElementsAre;

TEST(ChainPack, LaysAGroupDownWithItsPromptOnce) {
    const ChainSet set{
        .prompts = {{5, 6}, {7}}, .completions = {{{10, 11, 12}, {13}}, {{14, 15}}}, .rewards = {}};
    const auto packs = pack_chains(set.refs(), 4, 1000);
    ASSERT_EQ(packs.size(), 1U);
    const ChainPack& pack = packs[0];
    // The last token of a chain predicts nothing and is no input.
    EXPECT_THAT(pack.batch.tokens, ElementsAre(5, 6, 10, 11, 7, 14));
    EXPECT_THAT(pack.batch.positions, ElementsAre(0, 1, 2, 3, 0, 1));
    EXPECT_THAT(pack.targets.rows, ElementsAre(1, 2, 3, 1, 4, 5));
    EXPECT_THAT(pack.targets.targets, ElementsAre(10, 11, 12, 13, 14, 15));
    EXPECT_EQ(pack.n, 3);
    EXPECT_TRUE(at::equal(pack.cells, at::tensor({0, 1, 2, 4, 8, 9}, at::kLong)));
    EXPECT_TRUE(at::equal(pack.rows, at::tensor({0, 1, 2}, at::kLong)));
}

TEST(ChainPack, PadAndFlattenAreInverse) {
    const ChainSet set = random_chains(3, 3, 1);
    for (const ChainPack& pack : pack_chains(set.refs(), set.length(), 25)) {
        const at::Tensor flat = at::arange(1, std::ssize(pack.targets.rows) + 1, at::kFloat);
        const at::Tensor padded = pack.pad(flat);
        EXPECT_TRUE(bit_equal(pack.flatten(padded), flat));
        EXPECT_TRUE(at::equal(padded.ne(0), set.mask().index_select(0, pack.rows).ne(0)));
        EXPECT_EQ(pack.flatten(padded.to(at::kDouble)).scalar_type(), at::kFloat);
    }
}

TEST(ChainPack, SplitsWholeChainsAtTheBudget) {
    const ChainSet set = random_chains(4, 5, 2);
    for (const std::int64_t budget : {1, 17, 30, 64}) {
        std::vector<std::int64_t> rows;
        for (const ChainPack& pack : pack_chains(set.refs(), set.length(), budget)) {
            EXPECT_TRUE(pack.batch.rows() <= budget || pack.n == 1) << "one chain may be larger";
            for (std::int64_t i = 0; i < pack.n; ++i)
                rows.push_back(pack.rows[i].item<std::int64_t>());
        }
        std::vector<std::int64_t> all(20);
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
        EXPECT_EQ(rows, all) << "in order, each once";
    }
    EXPECT_TRUE(pack_chains({}, 4, 10).empty());
}

}  // namespace
}  // namespace veritune::train
