// SPDX-License-Identifier: Apache-2.0
#include "core/util/tree_hash.h"

#include "core/util/hash.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

namespace veritune::util {
namespace {

std::string write(const test::TempDir& dir, const std::string& bytes) {
    std::ofstream(dir.file("f"), std::ios::binary) << bytes;
    return dir.file("f");
}

/// The definition, written down once more.
std::string expected(const std::string& bytes) {
    std::string text = "veritune tree 1\n" + std::to_string(bytes.size()) + "\n";
    for (std::size_t at = 0; at < bytes.size(); at += kTreeLeafBytes) {
        text += sha256_hex(bytes.substr(at, kTreeLeafBytes));
    }
    return sha256_hex(text);
}

TEST(TreeHash, IsTheHashOverTheLeaves) {
    for (const std::size_t size : {std::size_t{0},
                                   std::size_t{1},
                                   std::size_t{kTreeLeafBytes},
                                   std::size_t{kTreeLeafBytes + 1},
                                   std::size_t{3 * kTreeLeafBytes - 1}}) {
        const test::TempDir dir;
        std::string bytes(size, 'x');
        if (size > 7) bytes[7] = 'y';
        const auto one = tree_hash(write(dir, bytes), 1);
        ASSERT_TRUE(one);
        EXPECT_EQ(one->bytes, size);
        EXPECT_EQ(one->root, expected(bytes));
        EXPECT_EQ(tree_hash(dir.file("f"), 3)->root, one->root) << "whatever the threads";
    }
}

TEST(TreeHash, RefusesWhatIsNoFileAndStopsWhenAsked) {
    const test::TempDir dir;
    EXPECT_EQ(tree_hash(dir.path()).error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(tree_hash(dir.file("none")).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(tree_hash("/dev/zero").error().code, ErrorCode::kInvalidArgument);
    std::atomic<int> asked{0};
    const auto stopped =
        tree_hash(write(dir, std::string(3 * kTreeLeafBytes, 'x')), 1, [&] { return ++asked < 2; });
    EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace veritune::util
