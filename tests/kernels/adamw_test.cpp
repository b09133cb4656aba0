// SPDX-License-Identifier: Apache-2.0
#include "kernels/adamw.h"

#include "tests/kernels/kernel_test.h"

VT_DECLARE_VARIANTS(adamw, AdamW)
VT_DECLARE_VARIANTS(grad_norm, GradNorm)

namespace veritune::kernels {
namespace {

using test::Buffer;

constexpr std::int64_t kCounts[] = {0, 1, 3, 16, 17, 24, 96, 257, 5000, 100003};

template <typename T>
struct AdamWCase {
    explicit AdamWCase(std::int64_t n)
        : count(n) {}
    std::int64_t count;
    std::int64_t step = 1;
    double weight_decay = 0.1;
    double grad_scale = 0.25;
    Buffer<T> param = test::normals<T>(count, 1);
    Buffer<T> m = Buffer<T>(count, T(0));
    Buffer<T> v = Buffer<T>(count, T(0));
    Buffer<T> grad = test::normals<T>(count, 2);

    AdamW<T> args() {
        return {.param = param.data(),
                .m = m.data(),
                .v = v.data(),
                .grad = grad.data(),
                .count = count,
                .step = step,
                .learning_rate = 3e-3,
                .beta1 = 0.9,
                .beta2 = 0.95,
                .eps = 1e-8,
                .weight_decay = weight_decay,
                .grad_scale = grad_scale};
    }
    std::vector<Buffer<T>*> outputs() { return {&param, &m, &v}; }
};

template <typename T>
struct NormCase {
    explicit NormCase(std::int64_t n)
        : grad(test::normals<T>(n, 3)) {}
    Buffer<T> grad;
    Buffer<double> sum = Buffer<double>(1);
    std::int32_t non_finite = -1;

    GradNorm<T> args() {
        return {.grad = grad.data(),
                .count = grad.size(),
                .sum_of_squares = sum.data(),
                .non_finite = &non_finite};
    }
    std::vector<Buffer<double>*> outputs() { return {&sum}; }
};

template <typename T>
class AdamWTest : public ::testing::Test {};
TYPED_TEST_SUITE(AdamWTest, test::Floats);

TYPED_TEST(AdamWTest, FollowsTheScalarRuleForTwentySteps) {
    for (const double weight_decay : {0.0, 0.1}) {
        AdamWCase<TypeParam> c(257);
        c.weight_decay = weight_decay;
        Buffer<double> p(257), m(257, 0.0), v(257, 0.0);
        for (std::int64_t i = 0; i < 257; ++i) p[i] = c.param[i];
        for (c.step = 1; c.step <= 20; ++c.step) {
            c.grad = test::normals<TypeParam>(257, static_cast<std::uint64_t>(100 + c.step));
            test::run(c, VT_KERNEL(adamw));
            const auto t = static_cast<double>(c.step);
            for (std::int64_t i = 0; i < 257; ++i) {
                const double g = double(c.grad[i]) * 0.25;
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.95 * v[i] + 0.05 * g * g;
                const double m_hat = m[i] / (1 - std::pow(0.9, t));
                const double v_hat = v[i] / (1 - std::pow(0.95, t));
                p[i] -= 3e-3 * weight_decay * p[i];
                p[i] -= 3e-3 * m_hat / (std::sqrt(v_hat) + 1e-8);
            }
            EXPECT_LE(test::distance(c.param, p), test::kTolerance<TypeParam>) << c.step;
            EXPECT_LE(test::distance(c.m, m), test::kTolerance<TypeParam>) << c.step;
            EXPECT_LE(test::distance(c.v, v), test::kTolerance<TypeParam>) << c.step;
        }
    }
}

TYPED_TEST(AdamWTest, MovesByTheLearningRateOnTheFirstStep) {
    AdamWCase<TypeParam> c(3);
    c.weight_decay = 0;
    for (std::int64_t i = 0; i < 3; ++i) c.param[i] = 1;
    c.grad[0] = 5;
    c.grad[1] = -7;
    c.grad[2] = 0;
    test::run(c, VT_KERNEL(adamw));
    EXPECT_NEAR(c.param[0], 1 - 3e-3, 1e-7);
    EXPECT_NEAR(c.param[1], 1 + 3e-3, 1e-7);
    EXPECT_EQ(c.param[2], TypeParam(1));
}

TYPED_TEST(AdamWTest, GivesTheSameBitsOnAnyNumberOfThreads) {
    for (const std::int64_t count : kCounts) {
        test::expect_same_bits_on_any_threads(AdamWCase<TypeParam>(count), VT_KERNEL(adamw));
        test::expect_same_bits_on_any_threads(NormCase<TypeParam>(count), VT_KERNEL(grad_norm));
    }
}

TYPED_TEST(AdamWTest, UpdatesAnElementTheSameAtAnyPlace) {
    // Parameters are views into one flat buffer: where they begin must not matter.
    AdamWCase<TypeParam> all(100003);
    AdamWCase<TypeParam> part(40);
    for (std::int64_t i = 0; i < 40; ++i) {
        part.param[i] = all.param[50001 + i];
        part.grad[i] = all.grad[50001 + i];
    }
    test::run(all, VT_KERNEL(adamw));
    test::run(part, VT_KERNEL(adamw));
    for (std::int64_t i = 0; i < 40; ++i) EXPECT_EQ(part.param[i], all.param[50001 + i]) << i;
}

TYPED_TEST(AdamWTest, AgreesOnEveryInstructionSet) {
    for (const std::int64_t count : kCounts) {
        test::expect_variants_agree<TypeParam>(AdamWCase<TypeParam>(count),
                                               VT_VARIANTS(adamw, AdamW<TypeParam>));
        test::expect_variants_agree<TypeParam>(NormCase<TypeParam>(count),
                                               VT_VARIANTS(grad_norm, GradNorm<TypeParam>));
    }
}

TYPED_TEST(AdamWTest, NormSumsSquares) {
    for (const std::int64_t count : kCounts) {
        NormCase<TypeParam> c(count);
        test::run(c, VT_KERNEL(grad_norm));
        long double expected = 0;
        for (std::int64_t i = 0; i < count; ++i) {
            expected += static_cast<long double>(c.grad[i]) * c.grad[i];
        }
        EXPECT_NEAR(c.sum[0], double(expected), 1e-12 * double(expected)) << count;
        EXPECT_EQ(c.non_finite, 0);
    }
}

TYPED_TEST(AdamWTest, NormFindsWhatIsNotFinite) {
    using Limits = std::numeric_limits<TypeParam>;
    for (const TypeParam bad : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}) {
        for (const std::int64_t at : {0, 4095, 4096, 4999}) {
            NormCase<TypeParam> c(5000);
            c.grad[at] = bad;
            test::run(c, VT_KERNEL(grad_norm));
            EXPECT_EQ(c.non_finite, 1) << at;
        }
    }
    NormCase<TypeParam> infinities(2);  // inf - inf would be NaN, their squares are not
    infinities.grad[0] = Limits::infinity();
    infinities.grad[1] = -Limits::infinity();
    test::run(infinities, VT_KERNEL(grad_norm));
    EXPECT_EQ(infinities.non_finite, 1);
}

TEST(GradNormFloat, LargestFloatsAreFinite) {
    NormCase<float> c(100);
    for (std::int64_t i = 0; i < 100; ++i) c.grad[i] = std::numeric_limits<float>::max();
    test::run(c, VT_KERNEL(grad_norm));
    EXPECT_EQ(c.non_finite, 0);
}

TYPED_TEST(AdamWTest, RefusesWhatDoesNotFit) {
    AdamWCase<TypeParam> c(17);
    const auto refused = [&](const char* why, auto change) {
        AdamW<TypeParam> bad = c.args();
        change(bad);
        test::expect_refused(c, bad, VT_KERNEL(adamw), why);
    };
    refused("count", [](auto& a) { a.count = -1; });
    refused("step", [](auto& a) { a.step = 0; });
    refused("param", [](auto& a) { a.param = nullptr; });
    refused("m", [](auto& a) { a.m = nullptr; });
    refused("v", [](auto& a) { a.v = nullptr; });
    refused("grad", [](auto& a) { a.grad = nullptr; });
    refused("beta1", [](auto& a) { a.beta1 = 1.0; });
    refused("beta2", [](auto& a) { a.beta2 = -0.1; });
    refused("eps", [](auto& a) { a.eps = -1e-8; });
    refused("learning rate", [](auto& a) { a.learning_rate = NAN; });
    refused("scale", [](auto& a) { a.grad_scale = INFINITY; });

    NormCase<TypeParam> n(17);
    const auto norm_refused = [&](const char* why, auto change) {
        GradNorm<TypeParam> bad = n.args();
        change(bad);
        test::expect_refused(n, bad, VT_KERNEL(grad_norm), why);
        EXPECT_EQ(n.non_finite, -1) << why;
    };
    norm_refused("count", [](auto& a) { a.count = -1; });
    norm_refused("grad", [](auto& a) { a.grad = nullptr; });
    norm_refused("sum", [](auto& a) { a.sum_of_squares = nullptr; });
    norm_refused("flag", [](auto& a) { a.non_finite = nullptr; });
}

}  // namespace
}  // namespace veritune::kernels
