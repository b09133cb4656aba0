// SPDX-License-Identifier: Apache-2.0
#include "kernels/extend_rows.h"

#include "tests/kernels/backend_case.h"

namespace veritune::kernels {
namespace {

using test::Array;

class ExtendRowsTest : public test::BackendTest {};

TEST_P(ExtendRowsTest, PutsAdapterAndBiasBehindTheInputs) {
    constexpr std::int64_t kRows = 37, kR = 48, kColumn = 64, kLd = kColumn + kR + 16;
    const auto b = test::bf16_normals(kRows * (kR + 8), 1);
    const auto bias = test::bf16_normals(kRows, 2);
    Array<Bf16> b_(GetParam(), b), bias_(GetParam(), bias), to(GetParam(), kRows * kLd);
    ExtendRows args{.to = to.data(),
                    .b = b_.data(),
                    .bias = bias_.data(),
                    .rows = kRows,
                    .r = kR,
                    .b_stride = kR + 8,
                    .ld = kLd,
                    .column = kColumn};
    ASSERT_EQ(extend_rows(GetParam(), args), Status::kOk) << cuda::last_error();
    const auto got = to.fetch();
    for (std::int64_t row = 0; row < kRows; ++row) {
        for (std::int64_t i = 0; i < kLd; ++i) {
            const std::uint16_t bits = got[static_cast<std::size_t>(row * kLd + i)].bits;
            std::uint16_t expected = 0xffff;  // not touched
            if (i >= kColumn && i < kColumn + kR) {
                expected = b[static_cast<std::size_t>(row * (kR + 8) + i - kColumn)].bits;
            } else if (i == kColumn + kR) {
                expected = bias[static_cast<std::size_t>(row)].bits;
            } else if (i > kColumn + kR && i < kColumn + kR + kBiasColumns) {
                expected = 0;
            }
            ASSERT_EQ(bits, expected) << row << " " << i;
        }
    }
    args.bias = nullptr;
    args.constant = 1.0F;
    ASSERT_EQ(extend_rows(GetParam(), args), Status::kOk);
    EXPECT_EQ(to_float(to.fetch()[static_cast<std::size_t>(5 * kLd + kColumn + kR)]), 1.0F);
    EXPECT_TRUE(to.intact());
}

TEST_P(ExtendRowsTest, RefusesWhatMisfits) {
    Array<Bf16> to(GetParam(), 64);
    ExtendRows args{.to = to.data(), .rows = 2, .ld = 32, .column = 24};
    EXPECT_EQ(extend_rows(GetParam(), args), Status::kOk);
    args.column = 32;
    EXPECT_EQ(extend_rows(GetParam(), args), Status::kInvalidArgument);
    args.column = 16;
    args.r = 8;
    EXPECT_EQ(extend_rows(GetParam(), args), Status::kInvalidArgument) << "no b";
}

VT_ON_BACKENDS(ExtendRowsTest);

}  // namespace
}  // namespace veritune::kernels
