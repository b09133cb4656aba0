// SPDX-License-Identifier: Apache-2.0
#include "kernels/rms_norm.h"

#include "tests/kernels/kernel_test.h"

VT_DECLARE_VARIANTS(rms_norm_forward, RmsNormForward)
VT_DECLARE_VARIANTS(rms_norm_backward, RmsNormBackward)

namespace veritune::kernels {
namespace {

using test::Buffer;

struct Shape {
    std::int64_t rows, groups, width, padding;
};

constexpr Shape kShapes[] = {{0, 1, 96, 0},
                             {1, 1, 1, 0},
                             {1, 1, 3, 1},
                             {5, 1, 16, 0},
                             {3, 2, 17, 8},
                             {7, 4, 24, 40},
                             {130, 1, 96, 0},
                             {300, 1, 96, 3},
                             {257, 1, 257, 0}};

template <typename T>
struct ForwardCase {
    explicit ForwardCase(const Shape& shape)
        : s(shape) {}
    Shape s;
    std::int64_t stride = s.groups * s.width + s.padding;
    Buffer<T> x = test::poisoned_rows<T>(s.rows, s.groups* s.width, stride, 1);
    Buffer<T> gamma = test::normals<T>(s.width, 2);
    Buffer<T> y = Buffer<T>(s.rows * stride);
    Buffer<T> rstd = Buffer<T>(s.rows * s.groups);

    RmsNormForward<T> args() {
        return {.x = x.data(),
                .gamma = gamma.data(),
                .y = y.data(),
                .rstd = rstd.data(),
                .rows = s.rows,
                .groups = s.groups,
                .width = s.width,
                .x_stride = stride,
                .y_stride = stride};
    }
    std::vector<Buffer<T>*> outputs() { return {&y, &rstd}; }
};

template <typename T>
struct BackwardCase {
    BackwardCase(const Shape& shape, bool add)
        : s(shape),
          accumulate(add) {
        ForwardCase<T> forward(s);
        cpu::rms_norm_forward(forward.args());
        x = forward.x;
        gamma = forward.gamma;
        rstd = forward.rstd;
        if (accumulate) dx = test::poisoned_rows<T>(s.rows, s.groups * s.width, stride, 6);
    }
    Shape s;
    bool accumulate;
    std::int64_t stride = s.groups * s.width + s.padding;
    Buffer<T> x, gamma, rstd;
    Buffer<T> dy = test::poisoned_rows<T>(s.rows, s.groups* s.width, stride, 3);
    Buffer<T> dx = Buffer<T>(s.rows * stride);
    Buffer<T> dgamma = test::normals<T>(s.width, 4);
    Buffer<T> partial = Buffer<T>((s.rows + kRmsNormBlock - 1) / kRmsNormBlock * s.width);

    RmsNormBackward<T> args() {
        return {.dy = dy.data(),
                .x = x.data(),
                .gamma = gamma.data(),
                .rstd = rstd.data(),
                .dx = dx.data(),
                .dgamma = dgamma.data(),
                .partial = partial.data(),
                .rows = s.rows,
                .groups = s.groups,
                .width = s.width,
                .dy_stride = stride,
                .x_stride = stride,
                .dx_stride = stride,
                .accumulate = accumulate};
    }
    std::vector<Buffer<T>*> outputs() { return {&dx, &dgamma}; }
};

template <typename T>
class RmsNorm : public ::testing::Test {};
TYPED_TEST_SUITE(RmsNorm, test::Floats);

TYPED_TEST(RmsNorm, ForwardMatchesTheDefinition) {
    for (const Shape& s : kShapes) {
        ForwardCase<TypeParam> c(s);
        Buffer<double> y(c.y.size());
        Buffer<double> rstd(c.rstd.size());
        for (std::int64_t v = 0; v < s.rows * s.groups; ++v) {
            const std::int64_t at = v / s.groups * c.stride + v % s.groups * s.width;
            double sum = 0;
            for (std::int64_t k = 0; k < s.width; ++k) sum += double(c.x[at + k]) * c.x[at + k];
            rstd[v] = 1 / std::sqrt(sum / static_cast<double>(s.width) + double(TypeParam(1e-6)));
            for (std::int64_t k = 0; k < s.width; ++k) {
                y[at + k] = double(c.x[at + k]) * rstd[v] * c.gamma[k];
            }
        }
        test::run(c, VT_KERNEL(rms_norm_forward));
        EXPECT_LE(test::distance(c.y, y), test::kTolerance<TypeParam>) << s.width;
        EXPECT_LE(test::distance(c.rstd, rstd), test::kTolerance<TypeParam>) << s.width;
    }
}

TYPED_TEST(RmsNorm, BackwardMatchesTheDefinition) {
    for (const bool accumulate : {false, true}) {
        for (const Shape& s : kShapes) {
            BackwardCase<TypeParam> c(s, accumulate);
            Buffer<double> dx(c.dx.size());
            Buffer<double> dgamma(s.width);
            for (std::int64_t k = 0; k < s.width; ++k) dgamma[k] = c.dgamma[k];
            for (std::int64_t v = 0; v < s.rows * s.groups; ++v) {
                const std::int64_t at = v / s.groups * c.stride + v % s.groups * s.width;
                const double r = c.rstd[v];
                double sum = 0;
                for (std::int64_t k = 0; k < s.width; ++k) {
                    sum += double(c.gamma[k]) * c.dy[at + k] * c.x[at + k];
                    dgamma[k] += double(c.dy[at + k]) * c.x[at + k] * r;
                }
                for (std::int64_t k = 0; k < s.width; ++k) {
                    dx[at + k] = r * c.gamma[k] * c.dy[at + k] -
                                 c.x[at + k] * r * r * r / static_cast<double>(s.width) * sum;
                    if (accumulate) dx[at + k] += double(c.dx[at + k]);
                }
            }
            test::run(c, VT_KERNEL(rms_norm_backward));
            EXPECT_TRUE(c.partial.intact());
            // A vector of one element is its own length: both terms of dx cancel to rounding.
            const double rest =
                s.width == 1 ? std::fabs(double(c.dx[0]) - dx[0]) : test::distance(c.dx, dx);
            EXPECT_LE(rest, test::kTolerance<TypeParam>) << s.width;
            EXPECT_LE(test::distance(c.dgamma, dgamma), test::kTolerance<TypeParam>) << s.width;
        }
    }
}

TEST(RmsNormGradient, MatchesCentralDifferences) {
    const Shape s{5, 2, 7, 3};
    ForwardCase<double> f(s);
    const Buffer<double> weight =
        test::poisoned_rows<double>(s.rows, s.groups * s.width, f.stride, 3);
    const auto loss = [&] {
        cpu::rms_norm_forward(f.args());
        return test::dot(weight, f.y);
    };
    const Buffer<double> dx = test::central_differences(f.x, loss);
    const Buffer<double> dgamma = test::central_differences(f.gamma, loss);
    BackwardCase<double> b(s, false);
    b.dgamma = Buffer<double>(s.width, 0.0);
    test::run(b, VT_KERNEL(rms_norm_backward));
    EXPECT_LE(test::distance(b.dx, dx), test::kGradientTolerance);
    EXPECT_LE(test::distance(b.dgamma, dgamma), test::kGradientTolerance);
}

TYPED_TEST(RmsNorm, MayWriteOverItsInput) {
    for (const Shape& s : kShapes) {
        ForwardCase<TypeParam> apart(s);
        test::run(apart, VT_KERNEL(rms_norm_forward));
        ForwardCase<TypeParam> over(s);
        RmsNormForward<TypeParam> args = over.args();
        args.y = over.x.data();
        ASSERT_EQ(cpu::rms_norm_forward(args), Status::kOk);
        EXPECT_TRUE(over.x.same_bits(apart.y));

        BackwardCase<TypeParam> back(s, false);
        test::run(back, VT_KERNEL(rms_norm_backward));
        BackwardCase<TypeParam> over_dy(s, false);
        RmsNormBackward<TypeParam> in_place = over_dy.args();
        in_place.dx = over_dy.dy.data();
        ASSERT_EQ(cpu::rms_norm_backward(in_place), Status::kOk);
        EXPECT_TRUE(over_dy.dy.same_bits(back.dx));
    }
}

TYPED_TEST(RmsNorm, LeavesFrozenGammaAlone) {
    BackwardCase<TypeParam> with({130, 1, 96, 0}, false);
    BackwardCase<TypeParam> without = with;
    test::run(with, VT_KERNEL(rms_norm_backward));
    RmsNormBackward<TypeParam> args = without.args();
    args.dgamma = nullptr;
    args.partial = nullptr;
    ASSERT_EQ(cpu::rms_norm_backward(args), Status::kOk);
    EXPECT_TRUE(with.dx.same_bits(without.dx));
}

TYPED_TEST(RmsNorm, GivesTheSameBitsOnAnyNumberOfThreads) {
    for (const Shape& s : kShapes) {
        test::expect_same_bits_on_any_threads(ForwardCase<TypeParam>(s),
                                              VT_KERNEL(rms_norm_forward));
        test::expect_same_bits_on_any_threads(BackwardCase<TypeParam>(s, false),
                                              VT_KERNEL(rms_norm_backward));
    }
}

TYPED_TEST(RmsNorm, ComputesARowTheSameInAnyBatch) {
    for (const Shape& s : kShapes) {
        ForwardCase<TypeParam> all(s);
        test::run(all, VT_KERNEL(rms_norm_forward));
        for (std::int64_t row = 0; row < s.rows; row += 1 + s.rows / 7) {
            ForwardCase<TypeParam> one({1, s.groups, s.width, s.padding});
            one.x = test::slice_rows(all.x, row, 1, all.stride);
            test::run(one, VT_KERNEL(rms_norm_forward));
            EXPECT_TRUE(one.y.same_bits(test::slice_rows(all.y, row, 1, all.stride)))
                << row << " of width " << s.width;
        }
    }
}

TYPED_TEST(RmsNorm, AgreesOnEveryInstructionSet) {
    for (const Shape& s : kShapes) {
        test::expect_variants_agree<TypeParam>(
            ForwardCase<TypeParam>(s), VT_VARIANTS(rms_norm_forward, RmsNormForward<TypeParam>));
        test::expect_variants_agree<TypeParam>(
            BackwardCase<TypeParam>(s, true),
            VT_VARIANTS(rms_norm_backward, RmsNormBackward<TypeParam>));
    }
}

TYPED_TEST(RmsNorm, RefusesWhatDoesNotFit) {
    ForwardCase<TypeParam> f({3, 2, 17, 8});
    const auto forward = [&](const char* why, auto change) {
        RmsNormForward<TypeParam> bad = f.args();
        change(bad);
        test::expect_refused(f, bad, VT_KERNEL(rms_norm_forward), why);
    };
    forward("rows", [](auto& a) { a.rows = -1; });
    forward("groups", [](auto& a) { a.groups = 0; });
    forward("width", [](auto& a) { a.width = 0; });
    forward("x stride", [](auto& a) { a.x_stride = 33; });
    forward("y stride", [](auto& a) { a.y_stride = 33; });
    forward("x", [](auto& a) { a.x = nullptr; });
    forward("rstd", [](auto& a) { a.rstd = nullptr; });
    forward("eps", [](auto& a) { a.eps = -1; });

    BackwardCase<TypeParam> b({3, 2, 17, 8}, true);
    const auto backward = [&](const char* why, auto change) {
        RmsNormBackward<TypeParam> bad = b.args();
        change(bad);
        test::expect_refused(b, bad, VT_KERNEL(rms_norm_backward), why);
    };
    backward("rows", [](auto& a) { a.rows = -1; });
    backward("dy stride", [](auto& a) { a.dy_stride = 33; });
    backward("x stride", [](auto& a) { a.x_stride = 33; });
    backward("dx stride", [](auto& a) { a.dx_stride = 33; });
    backward("dy", [](auto& a) { a.dy = nullptr; });
    backward("gamma", [](auto& a) { a.gamma = nullptr; });
    backward("no scratch", [](auto& a) { a.partial = nullptr; });
    backward("adding onto dy", [](auto& a) { a.dy = a.dx; });
}

}  // namespace
}  // namespace veritune::kernels
