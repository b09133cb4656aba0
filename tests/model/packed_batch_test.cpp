// SPDX-License-Identifier: Apache-2.0
#include "core/model/packed_batch.h"

#include <gmock/gmock.h>

namespace veritune::model {
namespace {

using ::testing::ElementsAre;
using Ids = std::vector<std::int32_t>;

TEST(PackedBatch, LaysExamplesDownWithoutPadding) {
    PackedBatch batch;
    EXPECT_EQ(batch.rows(), 0);
    EXPECT_EQ(batch.longest(), 0);
    EXPECT_EQ(batch.add_example(Ids{5, 6, 7}), 0);
    EXPECT_EQ(batch.add_example(Ids{8}), 3);
    EXPECT_THAT(batch.tokens, ElementsAre(5, 6, 7, 8));
    EXPECT_THAT(batch.positions, ElementsAre(0, 1, 2, 0));
    EXPECT_THAT(batch.clusters, ElementsAre(0, 1, 2));
    EXPECT_EQ(batch.segments[1].begin, 3);
    EXPECT_EQ(batch.segments[1].end, 4);
    EXPECT_EQ(batch.segments[1].prefix_begin, batch.segments[1].prefix_end);
    EXPECT_EQ(batch.longest(), 3);
}

TEST(PackedBatch, LaysAPromptDownOnceForItsChains) {
    PackedBatch batch;
    batch.add_example(Ids{1});
    EXPECT_EQ(batch.begin_group(Ids{2, 3}), 1);
    EXPECT_EQ(batch.add_chain(Ids{4, 5}), 3);
    EXPECT_EQ(batch.add_chain(Ids{6}), 5);
    EXPECT_THAT(batch.positions, ElementsAre(0, 0, 1, 2, 3, 2));
    EXPECT_THAT(batch.clusters, ElementsAre(0, 1, 4)) << "a prompt and its chains are one cluster";
    for (const std::size_t chain : {2U, 3U}) {
        EXPECT_EQ(batch.segments[chain].prefix_begin, 1);
        EXPECT_EQ(batch.segments[chain].prefix_end, 3);
    }
}

TEST(PackedBatch, AChainOfNoTokenHasNoSegment) {
    PackedBatch batch;
    batch.begin_group(Ids{2, 3});
    EXPECT_EQ(batch.add_chain(Ids{}), 2);
    EXPECT_EQ(batch.add_chain(Ids{9}), 2);
    EXPECT_EQ(batch.segments.size(), 2U);
    EXPECT_EQ(batch.rows(), 3);
}

TEST(PackedBatch, ClearForgetsEverything) {
    PackedBatch batch;
    batch.begin_group(Ids{2, 3});
    batch.add_chain(Ids{4});
    batch.clear();
    EXPECT_EQ(batch.rows(), 0);
    EXPECT_THAT(batch.clusters, ElementsAre(0));
    EXPECT_DEATH(batch.add_chain(Ids{4}), "VT_CHECK") << "no group was begun";
    EXPECT_DEATH(batch.begin_group(Ids{}), "VT_CHECK");
}

}  // namespace
}  // namespace veritune::model
