// SPDX-License-Identifier: Apache-2.0
#include "core/store/content_codec.h"

#include <gtest/gtest.h>

namespace veritune::store {
namespace {

const ContentId kId{.table = "chain", .column = "prompt", .row = 7};

TEST(PlainCodec, PutsOneFlagByteInFront) {
    const PlainCodec codec;
    EXPECT_EQ(codec.encode("abc", kId).value(), std::string("\0abc", 4));
    EXPECT_EQ(codec.encode("", kId).value(), std::string("\0", 1));
}

TEST(PlainCodec, ReturnsWhatItWasGiven) {
    const PlainCodec codec;
    const std::string bytes("\x00\xff\x01 text", 8);
    EXPECT_EQ(codec.decode(codec.encode(bytes, kId).value(), kId).value(), bytes);
}

TEST(PlainCodec, RefusesValuesOfOtherCodecsAndEmptyOnes) {
    const PlainCodec codec;
    EXPECT_EQ(codec.decode("\x02sealed", kId).error().code, util::ErrorCode::kUnsupported);
    const util::Error empty = codec.decode("", kId).error();
    EXPECT_EQ(empty.code, util::ErrorCode::kCorruptData);
    EXPECT_EQ(empty.context, "chain.prompt of row 7");
}

}  // namespace
}  // namespace veritune::store
