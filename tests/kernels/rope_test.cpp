// SPDX-License-Identifier: Apache-2.0
#include "kernels/rope.h"

#include "tests/kernels/kernel_test.h"

VT_DECLARE_VARIANTS(rope, Rope)

namespace veritune::kernels {
namespace {

using test::Buffer;

struct Shape {
    std::int64_t rows, heads, head_dim, padding;
};

constexpr std::int64_t kPositions = 50;
constexpr Shape kShapes[] = {{0, 6, 24, 48},
                             {1, 1, 2, 0},
                             {17, 6, 24, 48},
                             {3, 3, 34, 1},
                             {257, 6, 24, 48},
                             {5, 10, 64, 128},
                             {3, 2, 128, 0}};

template <typename T>
struct RopeCase {
    explicit RopeCase(const Shape& shape)
        : s(shape) {
        for (std::int64_t p = 0; p < kPositions; ++p) {
            for (std::int64_t i = 0; i < s.head_dim / 2; ++i) {
                const double exponent =
                    -2.0 * static_cast<double>(i) / static_cast<double>(s.head_dim);
                const double angle = static_cast<double>(p) * std::pow(10000.0, exponent);
                cos[p * s.head_dim / 2 + i] = static_cast<T>(std::cos(angle));
                sin[p * s.head_dim / 2 + i] = static_cast<T>(std::sin(angle));
            }
        }
    }
    Shape s;
    std::int64_t stride = s.heads * s.head_dim + s.padding;
    Buffer<T> x = test::poisoned_rows<T>(s.rows, s.heads* s.head_dim, stride, 1);
    Buffer<T> cos = Buffer<T>(kPositions * s.head_dim / 2);
    Buffer<T> sin = cos;
    std::vector<std::int32_t> positions = test::ids(s.rows, kPositions, 2);
    bool inverse = false;

    Rope<T> args() {
        return {.x = x.data(),
                .positions = positions.data(),
                .cos = cos.data(),
                .sin = sin.data(),
                .rows = s.rows,
                .heads = s.heads,
                .head_dim = s.head_dim,
                .x_stride = stride,
                .max_positions = kPositions,
                .inverse = inverse};
    }
    std::vector<Buffer<T>*> outputs() { return {&x}; }
};

/// Written with whole vectors as in Hugging Face: x * cos + rotate_half(x) * sin.
template <typename T>
Buffer<double> reference(const RopeCase<T>& c) {
    Buffer<double> y(c.x.size());
    const std::int64_t half = c.s.head_dim / 2;
    for (std::int64_t row = 0; row < c.s.rows; ++row) {
        const std::int64_t angle = c.positions[static_cast<std::size_t>(row)] * half;
        for (std::int64_t i = 0; i < c.s.heads * c.s.head_dim; ++i) {
            const std::int64_t d = i % c.s.head_dim;
            const std::int64_t at = row * c.stride + i;
            const double rotated =
                d < half ? -static_cast<double>(c.x[at + half]) : double(c.x[at - half]);
            const double s = static_cast<double>(c.sin[angle + d % half]) * (c.inverse ? -1 : 1);
            y[at] = double(c.x[at]) * c.cos[angle + d % half] + rotated * s;
        }
    }
    return y;
}

template <typename T>
class RopeTest : public ::testing::Test {};
TYPED_TEST_SUITE(RopeTest, test::Floats);

TYPED_TEST(RopeTest, RotatesByTheAngleOfThePosition) {
    for (const bool inverse : {false, true}) {
        for (const Shape& s : kShapes) {
            RopeCase<TypeParam> c(s);
            c.inverse = inverse;
            const Buffer<double> expected = reference(c);
            test::run(c, VT_KERNEL(rope));
            EXPECT_LE(test::distance(c.x, expected), test::kTolerance<TypeParam>);
        }
    }
}

TYPED_TEST(RopeTest, InverseUndoes) {
    RopeCase<TypeParam> c({17, 6, 24, 48});
    const Buffer<TypeParam> before = c.x;
    test::run(c, VT_KERNEL(rope));
    EXPECT_GT(test::distance(c.x, before), 0.1);
    c.inverse = true;
    test::run(c, VT_KERNEL(rope));
    EXPECT_LE(test::distance(c.x, before), test::kTolerance<TypeParam>);
}

TEST(RopeGradient, InverseIsTheBackwardPass) {
    RopeCase<double> c({3, 2, 6, 1});
    const Buffer<double> x = c.x;
    RopeCase<double> back = c;
    back.x = test::poisoned_rows<double>(3, 12, c.stride, 5);
    back.inverse = true;
    const Buffer<double> weight = back.x;
    Buffer<double> point = x;
    const Buffer<double> numeric = test::central_differences(point, [&] {
        c.x = point;
        cpu::rope(c.args());
        return test::dot(weight, c.x);
    });
    test::run(back, VT_KERNEL(rope));
    EXPECT_LE(test::distance(back.x, numeric), test::kGradientTolerance);
}

TYPED_TEST(RopeTest, KeepsPositionZero) {
    RopeCase<TypeParam> c({5, 3, 34, 1});
    c.positions.assign(5, 0);
    const Buffer<TypeParam> before = c.x;
    test::run(c, VT_KERNEL(rope));
    EXPECT_EQ(test::distance(c.x, before), 0);
}

TYPED_TEST(RopeTest, GivesTheSameBitsOnAnyNumberOfThreadsAndInAnyBatch) {
    for (const Shape& s : kShapes) {
        test::expect_same_bits_on_any_threads(RopeCase<TypeParam>(s), VT_KERNEL(rope));
        RopeCase<TypeParam> all(s);
        const Buffer<TypeParam> before = all.x;
        test::run(all, VT_KERNEL(rope));
        for (std::int64_t row = 0; row < s.rows; row += 1 + s.rows / 7) {
            RopeCase<TypeParam> one({1, s.heads, s.head_dim, s.padding});
            one.x = test::slice_rows(before, row, 1, all.stride);
            one.positions = {all.positions[static_cast<std::size_t>(row)]};
            test::run(one, VT_KERNEL(rope));
            EXPECT_TRUE(one.x.same_bits(test::slice_rows(all.x, row, 1, all.stride)));
        }
    }
}

TYPED_TEST(RopeTest, AgreesOnEveryInstructionSet) {
    for (const Shape& s : kShapes) {
        test::expect_variants_agree<TypeParam>(RopeCase<TypeParam>(s),
                                               VT_VARIANTS(rope, Rope<TypeParam>));
    }
}

TYPED_TEST(RopeTest, RefusesWhatDoesNotFit) {
    RopeCase<TypeParam> c({17, 6, 24, 48});
    const auto refused = [&](const char* why, auto change) {
        Rope<TypeParam> bad = c.args();
        change(bad);
        test::expect_refused(c, bad, VT_KERNEL(rope), why);
    };
    refused("rows", [](auto& a) { a.rows = -1; });
    refused("heads", [](auto& a) { a.heads = 0; });
    refused("odd head", [](auto& a) { a.head_dim = 23; });
    refused("no head", [](auto& a) { a.head_dim = 0; });
    refused("stride", [](auto& a) { a.x_stride = 6 * 24 - 1; });
    refused("x", [](auto& a) { a.x = nullptr; });
    refused("cos", [](auto& a) { a.cos = nullptr; });
    refused("table too short", [](auto& a) { a.max_positions = 1; });
    c.positions.back() = -1;
    refused("negative position", [](auto&) {});
    c.positions.back() = kPositions;
    refused("position behind the table", [](auto&) {});
}

}  // namespace
}  // namespace veritune::kernels
