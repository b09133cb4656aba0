// SPDX-License-Identifier: Apache-2.0
#include "kernels/embed_gather.h"

#include "tests/kernels/backend_case.h"

#include <algorithm>
#include <cstring>

namespace veritune::kernels {
namespace {

class EmbedGatherTest : public test::BackendTest {};

TEST_P(EmbedGatherTest, CopiesTheRowOfEveryToken) {
    for (const std::int64_t width : {8, 896, 1024, 1032, 3584}) {
        const std::vector<Bf16> values = test::bf16_normals(11 * width, 1);
        test::Array<Bf16> table(GetParam(), values);
        const std::vector<std::int32_t> tokens = {10, 0, 3, 3, -1, 11, 7};
        test::Array<std::int32_t> token(GetParam(), tokens);
        test::Array<Bf16> out(GetParam(), 7 * width);
        ASSERT_EQ(embed_gather(GetParam(),
                               {.table = table.data(),
                                .token = token.data(),
                                .out = out.data(),
                                .rows = 7,
                                .width = width,
                                .vocab = 11}),
                  Status::kOk);
        ASSERT_TRUE(out.intact());
        const std::vector<Bf16> got = out.fetch();
        for (std::int64_t r = 0; r < 7; ++r) {
            const std::int32_t t = tokens[static_cast<std::size_t>(r)];
            for (std::int64_t i = 0; i < width; ++i) {
                const std::uint16_t expected =
                    t < 0 || t > 10 ? 0 : values[static_cast<std::size_t>(t * width + i)].bits;
                ASSERT_EQ(got[static_cast<std::size_t>(r * width + i)].bits, expected) << r;
            }
        }
    }
}

TEST_P(EmbedGatherTest, ReadsATableInPinnedHostMemory) {
    if (GetParam() != Backend::kCuda) GTEST_SKIP() << "only the device has a host";
    const std::vector<Bf16> values = test::bf16_normals(5 * 64, 2);
    void* pinned = nullptr;
    ASSERT_EQ(cuda::allocate_pinned(&pinned, values.size() * sizeof(Bf16)), Status::kOk);
    std::memcpy(pinned, values.data(), values.size() * sizeof(Bf16));
    test::Array<std::int32_t> token(GetParam(), std::vector<std::int32_t>{4, 2});
    test::Array<Bf16> out(GetParam(), 2 * 64);
    EXPECT_EQ(embed_gather(GetParam(),
                           {.table = static_cast<const Bf16*>(pinned),
                            .token = token.data(),
                            .out = out.data(),
                            .rows = 2,
                            .width = 64,
                            .vocab = 5}),
              Status::kOk);
    std::vector<Bf16> expected(values.begin() + 4 * 64, values.end());
    expected.insert(expected.end(), values.begin() + 2 * 64, values.begin() + 3 * 64);
    EXPECT_TRUE(test::same_bits(out.fetch(), expected));
    cuda::release_pinned(pinned);
}

TEST_P(EmbedGatherTest, RefusesWhatDoesNotFit) {
    test::Array<Bf16> table(GetParam(), test::bf16_normals(64, 3));
    test::Array<std::int32_t> token(GetParam(), std::vector<std::int32_t>{0});
    test::Array<Bf16> out(GetParam(), 64);
    const EmbedGather good{.table = table.data(),
                           .token = token.data(),
                           .out = out.data(),
                           .rows = 1,
                           .width = 64,
                           .vocab = 1};
    const auto refused = [&](const char* why, auto change) {
        EmbedGather bad = good;
        change(bad);
        EXPECT_EQ(embed_gather(GetParam(), bad), Status::kInvalidArgument) << why;
    };
    refused("width", [](auto& a) { a.width = 60; });
    refused("no table", [](auto& a) { a.table = nullptr; });
    refused("rows", [](auto& a) { a.rows = 65536; });
    refused("empty table", [](auto& a) { a.vocab = 0; });
}
VT_ON_BACKENDS(EmbedGatherTest);

}  // namespace
}  // namespace veritune::kernels
