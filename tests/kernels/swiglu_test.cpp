// SPDX-License-Identifier: Apache-2.0
#include "kernels/swiglu.h"

#include "tests/kernels/kernel_test.h"

VT_DECLARE_VARIANTS(swiglu_forward, SwigluForward)
VT_DECLARE_VARIANTS(swiglu_backward, SwigluBackward)

namespace veritune::kernels {
namespace {

using test::Buffer;

struct Shape {
    std::int64_t rows, width;
};

constexpr Shape kShapes[] = {
    {0, 256}, {1, 1}, {3, 3}, {5, 16}, {3, 17}, {7, 24}, {9, 96}, {257, 257}, {300, 256}};

template <typename T>
struct ForwardCase {
    explicit ForwardCase(const Shape& shape)
        : s(shape) {}
    Shape s;
    Buffer<T> gate_up = test::normals<T>(s.rows * 2 * s.width, 1, 3.0);
    Buffer<T> h = Buffer<T>(s.rows * s.width);

    SwigluForward<T> args() {
        return {.gate_up = gate_up.data(), .h = h.data(), .rows = s.rows, .width = s.width};
    }
    std::vector<Buffer<T>*> outputs() { return {&h}; }
};

template <typename T>
struct BackwardCase {
    explicit BackwardCase(const Shape& shape)
        : s(shape) {}
    Shape s;
    Buffer<T> gate_up = test::normals<T>(s.rows * 2 * s.width, 1, 3.0);
    Buffer<T> dh = test::normals<T>(s.rows * s.width, 2);
    Buffer<T> dgate_up = Buffer<T>(s.rows * 2 * s.width);

    SwigluBackward<T> args() {
        return {.gate_up = gate_up.data(),
                .dh = dh.data(),
                .dgate_up = dgate_up.data(),
                .rows = s.rows,
                .width = s.width};
    }
    std::vector<Buffer<T>*> outputs() { return {&dgate_up}; }
};

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

template <typename T>
class Swiglu : public ::testing::Test {};
TYPED_TEST_SUITE(Swiglu, test::Floats);

TYPED_TEST(Swiglu, ForwardMatchesTheDefinition) {
    for (const Shape& s : kShapes) {
        ForwardCase<TypeParam> c(s);
        Buffer<double> h(c.h.size());
        for (std::int64_t i = 0; i < h.size(); ++i) {
            const std::int64_t at = i / s.width * 2 * s.width + i % s.width;
            const double gate = c.gate_up[at];
            h[i] = gate * sigmoid(gate) * c.gate_up[at + s.width];
        }
        test::run(c, VT_KERNEL(swiglu_forward));
        EXPECT_LE(test::distance(c.h, h), test::kTolerance<TypeParam>) << s.width;
    }
}

TYPED_TEST(Swiglu, BackwardMatchesTheDefinition) {
    for (const Shape& s : kShapes) {
        BackwardCase<TypeParam> c(s);
        Buffer<double> expected(c.dgate_up.size());
        for (std::int64_t i = 0; i < c.dh.size(); ++i) {
            const std::int64_t at = i / s.width * 2 * s.width + i % s.width;
            const double gate = c.gate_up[at];
            const double sig = sigmoid(gate);
            expected[at] =
                double(c.dh[i]) * c.gate_up[at + s.width] * (sig + gate * sig * sigmoid(-gate));
            expected[at + s.width] = double(c.dh[i]) * gate * sig;
        }
        test::run(c, VT_KERNEL(swiglu_backward));
        EXPECT_LE(test::distance(c.dgate_up, expected), test::kTolerance<TypeParam>) << s.width;
    }
}

TEST(SwigluGradient, MatchesCentralDifferences) {
    ForwardCase<double> f({4, 5});
    BackwardCase<double> b({4, 5});
    const Buffer<double> numeric = test::central_differences(f.gate_up, [&] {
        cpu::swiglu_forward(f.args());
        return test::dot(b.dh, f.h);
    });
    test::run(b, VT_KERNEL(swiglu_backward));
    EXPECT_LE(test::distance(b.dgate_up, numeric), test::kGradientTolerance);
}

TYPED_TEST(Swiglu, StaysFiniteForHugeGates) {
    ForwardCase<TypeParam> f({1, 4});
    BackwardCase<TypeParam> b({1, 4});
    const double gates[] = {-1e4, -95.0, 95.0, 1e4};
    for (std::int64_t k = 0; k < 4; ++k) {
        f.gate_up[k] = b.gate_up[k] = static_cast<TypeParam>(gates[k]);
        f.gate_up[4 + k] = b.gate_up[4 + k] = 2;
        b.dh[k] = 1;
    }
    test::run(f, VT_KERNEL(swiglu_forward));
    test::run(b, VT_KERNEL(swiglu_backward));
    const double h[] = {0.0, 0.0, 190.0, 2e4};
    const double dgate[] = {0.0, 0.0, 2.0, 2.0};
    for (std::int64_t k = 0; k < 4; ++k) {
        EXPECT_NEAR(f.h[k], h[k], 1e-30) << gates[k];
        EXPECT_NEAR(b.dgate_up[k], dgate[k], 1e-30) << gates[k];
        EXPECT_NEAR(b.dgate_up[4 + k], h[k] / 2, 1e-30) << gates[k];
    }
}

TYPED_TEST(Swiglu, MayWriteTheGradientOverItsInput) {
    for (const Shape& s : kShapes) {
        BackwardCase<TypeParam> apart(s);
        test::run(apart, VT_KERNEL(swiglu_backward));
        BackwardCase<TypeParam> over(s);
        SwigluBackward<TypeParam> args = over.args();
        args.dgate_up = over.gate_up.data();
        ASSERT_EQ(cpu::swiglu_backward(args), Status::kOk);
        EXPECT_TRUE(over.gate_up.same_bits(apart.dgate_up)) << s.width;
    }
}

TYPED_TEST(Swiglu, GivesTheSameBitsOnAnyNumberOfThreadsAndInAnyBatch) {
    for (const Shape& s : kShapes) {
        test::expect_same_bits_on_any_threads(ForwardCase<TypeParam>(s), VT_KERNEL(swiglu_forward));
        test::expect_same_bits_on_any_threads(BackwardCase<TypeParam>(s),
                                              VT_KERNEL(swiglu_backward));
        ForwardCase<TypeParam> all(s);
        test::run(all, VT_KERNEL(swiglu_forward));
        for (std::int64_t row = 0; row < s.rows; row += 1 + s.rows / 7) {
            ForwardCase<TypeParam> one({1, s.width});
            one.gate_up = test::slice_rows(all.gate_up, row, 1, 2 * s.width);
            test::run(one, VT_KERNEL(swiglu_forward));
            EXPECT_TRUE(one.h.same_bits(test::slice_rows(all.h, row, 1, s.width)))
                << row << " of width " << s.width;
        }
    }
}

TYPED_TEST(Swiglu, AgreesOnEveryInstructionSet) {
    for (const Shape& s : kShapes) {
        test::expect_variants_agree<TypeParam>(
            ForwardCase<TypeParam>(s), VT_VARIANTS(swiglu_forward, SwigluForward<TypeParam>));
        test::expect_variants_agree<TypeParam>(
            BackwardCase<TypeParam>(s), VT_VARIANTS(swiglu_backward, SwigluBackward<TypeParam>));
    }
}

TYPED_TEST(Swiglu, RefusesWhatDoesNotFit) {
    ForwardCase<TypeParam> f({3, 17});
    BackwardCase<TypeParam> b({3, 17});
    const auto refused = [&](const char* why, auto change) {
        SwigluForward<TypeParam> bad = f.args();
        SwigluBackward<TypeParam> bad_back = b.args();
        change(bad);
        change(bad_back);
        test::expect_refused(f, bad, VT_KERNEL(swiglu_forward), why);
        test::expect_refused(b, bad_back, VT_KERNEL(swiglu_backward), why);
    };
    refused("rows", [](auto& a) { a.rows = -1; });
    refused("width", [](auto& a) { a.width = 0; });
    refused("gate_up", [](auto& a) { a.gate_up = nullptr; });
    SwigluForward<TypeParam> no_h = f.args();
    no_h.h = nullptr;
    EXPECT_EQ(cpu::swiglu_forward(no_h), Status::kInvalidArgument);
    SwigluBackward<TypeParam> no_dh = b.args();
    no_dh.dh = nullptr;
    test::expect_refused(b, no_dh, VT_KERNEL(swiglu_backward), "dh");
}

}  // namespace
}  // namespace veritune::kernels
