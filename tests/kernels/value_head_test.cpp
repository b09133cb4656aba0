// SPDX-License-Identifier: Apache-2.0
#include "kernels/value_head.h"

#include "tests/kernels/backend_case.h"

namespace veritune::kernels {
namespace {

using test::Array;

class ValueHeadTest : public test::BackendTest {};

TEST_P(ValueHeadTest, GivesValuesAndGradientsOfChosenRows) {
    constexpr std::int64_t kRows = 300, kWidth = 264;
    const auto hidden = test::bf16_integers(7 * kWidth, 1, 4);
    std::vector<std::int32_t> index;
    std::vector<float> dvalue, weight;
    for (std::int32_t r = 0; r < kRows; ++r) {
        index.push_back(r * 5 % 7);
        dvalue.push_back(static_cast<float>(r % 9 - 4));
    }
    for (std::int32_t k = 0; k < kWidth; ++k) weight.push_back(static_cast<float>(k % 5 - 2));
    Array<Bf16> hidden_(GetParam(), hidden), drow(GetParam(), kRows * kWidth);
    Array<std::int32_t> index_(GetParam(), index);
    Array<float> weight_(GetParam(), weight), bias(GetParam(), std::vector<float>{0.5F}),
        value(GetParam(), kRows);
    Array<float> dvalue_(GetParam(), dvalue), dweight(GetParam(), kWidth), dbias(GetParam(), 1);
    ASSERT_EQ(value_head(GetParam(),
                         {.hidden = hidden_.data(),
                          .index = index_.data(),
                          .weight = weight_.data(),
                          .bias = bias.data(),
                          .value = value.data(),
                          .rows = kRows,
                          .width = kWidth}),
              Status::kOk)
        << cuda::last_error();
    ASSERT_EQ(value_head_backward(GetParam(),
                                  {.hidden = hidden_.data(),
                                   .index = index_.data(),
                                   .weight = weight_.data(),
                                   .dvalue = dvalue_.data(),
                                   .drow = drow.data(),
                                   .dweight = dweight.data(),
                                   .dbias = dbias.data(),
                                   .rows = kRows,
                                   .width = kWidth}),
              Status::kOk)
        << cuda::last_error();
    // Small integers: every sum is exact in fp32.
    const auto x = [&](std::int64_t r, std::int64_t k) {
        return to_float(
            hidden[static_cast<std::size_t>(index[static_cast<std::size_t>(r)] * kWidth + k)]);
    };
    const auto values = value.fetch();
    const auto rows = drow.fetch();
    std::vector<float> dw(static_cast<std::size_t>(kWidth));
    float db = 0;
    for (std::int64_t r = 0; r < kRows; ++r) {
        const auto at = static_cast<std::size_t>(r);
        float sum = 0.5F;
        for (std::int64_t k = 0; k < kWidth; ++k) {
            const auto column = static_cast<std::size_t>(k);
            sum += x(r, k) * weight[column];
            dw[column] += dvalue[at] * x(r, k);
            ASSERT_EQ(to_float(rows[static_cast<std::size_t>(r * kWidth + k)]),
                      dvalue[at] * weight[column]);
        }
        db += dvalue[at];
        ASSERT_EQ(values[at], sum) << r;
    }
    EXPECT_EQ(dweight.fetch(), dw);
    EXPECT_EQ(dbias.fetch()[0], db);
    EXPECT_TRUE(value.intact() && drow.intact() && dweight.intact() && dbias.intact());
}

TEST_P(ValueHeadTest, RefusesWhatMisfits) {
    Array<Bf16> hidden(GetParam(), test::bf16_normals(16, 1));
    Array<std::int32_t> index(GetParam(), std::vector<std::int32_t>{0});
    Array<float> weight(GetParam(), std::vector<float>(16, 1.0F)),
        bias(GetParam(), std::vector<float>{0.0F});
    Array<float> value(GetParam(), 1);
    ValueHead args{.hidden = hidden.data(),
                   .index = index.data(),
                   .weight = weight.data(),
                   .bias = bias.data(),
                   .value = value.data(),
                   .rows = 1,
                   .width = 16};
    EXPECT_EQ(value_head(GetParam(), args), Status::kOk);
    args.width = 12;
    EXPECT_EQ(value_head(GetParam(), args), Status::kInvalidArgument);
    args.width = 16;
    args.bias = nullptr;
    EXPECT_EQ(value_head(GetParam(), args), Status::kInvalidArgument);
}

VT_ON_BACKENDS(ValueHeadTest);

}  // namespace
}  // namespace veritune::kernels
