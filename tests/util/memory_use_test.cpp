// SPDX-License-Identifier: Apache-2.0
#include "core/util/memory_use.h"

#include <gtest/gtest.h>

#include <vector>

namespace veritune::util {
namespace {

TEST(MemoryUse, SeesWhatThisProcessTakes) {
    const std::optional<MemoryUse> before = memory_use();
    ASSERT_TRUE(before);
    EXPECT_GT(before->resident_bytes, 1u << 20);
    EXPECT_LT(before->resident_bytes, before->total_bytes);
    EXPECT_GT(before->available_bytes, 0u);
    EXPECT_LE(before->available_bytes, before->total_bytes);
    // Written to, so that the pages are really there.
    constexpr std::size_t kBytes = std::size_t{64} << 20;
    const std::vector<char> block(kBytes, 'x');
    const std::optional<MemoryUse> with = memory_use();
    ASSERT_TRUE(with);
    EXPECT_GT(with->resident_bytes, before->resident_bytes + kBytes / 2) << block.back();
}

}  // namespace
}  // namespace veritune::util
