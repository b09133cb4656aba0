// SPDX-License-Identifier: Apache-2.0
#include "kernels/block_digest.h"

#include "tests/kernels/backend_case.h"

#include <set>

namespace veritune::kernels {
namespace {

using test::Array;

class BlockDigestTest : public test::BackendTest {
  protected:
    static std::vector<std::uint64_t> digest_of(Backend backend,
                                                const std::vector<std::uint32_t>& words) {
        Array<std::uint32_t> in(backend, words);
        Array<std::uint64_t> out(backend, (std::ssize(words) + 255) / 256);
        EXPECT_EQ(
            block_digest(backend, {.words = in.data(), .digest = out.data(), .count = in.size()}),
            Status::kOk)
            << cuda::last_error();
        EXPECT_TRUE(out.intact());
        return out.fetch();
    }
};

std::vector<std::uint32_t> words(std::int64_t count) {
    util::Rng rng(7, util::RngStream::kTest);
    std::vector<std::uint32_t> all(static_cast<std::size_t>(count));
    for (std::uint32_t& w : all) w = rng.next_u32();
    return all;
}

TEST_P(BlockDigestTest, GivesTheTwinsBits) {
    for (const std::int64_t count : {0, 1, 31, 255, 256, 257, 5000, 100003}) {
        const auto all = words(count);
        EXPECT_EQ(digest_of(GetParam(), all), digest_of(Backend::kCpu, all)) << count;
    }
}

TEST_P(BlockDigestTest, SeesEveryBitAndEveryExchange) {
    const auto all = words(300);
    std::set<std::uint64_t> seen{digest_of(GetParam(), all)[0]};
    for (std::uint32_t bit = 0; bit < 32; ++bit) {
        auto changed = all;
        changed[bit * 7] ^= 1U << bit;
        const auto digest = digest_of(GetParam(), changed);
        EXPECT_TRUE(seen.insert(digest[0]).second) << bit;
        EXPECT_EQ(digest[1], digest_of(GetParam(), all)[1]) << "the other block is as it was";
    }
    auto exchanged = all;
    std::swap(exchanged[3], exchanged[200]);
    EXPECT_TRUE(seen.insert(digest_of(GetParam(), exchanged)[0]).second);
    EXPECT_NE(digest_of(GetParam(), {0})[0], 0U) << "zeros count";
    EXPECT_NE(digest_of(GetParam(), {0})[0], digest_of(GetParam(), {0, 0})[0]);
}

VT_ON_BACKENDS(BlockDigestTest);

}  // namespace
}  // namespace veritune::kernels
