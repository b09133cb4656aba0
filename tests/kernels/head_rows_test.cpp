// SPDX-License-Identifier: Apache-2.0
#include "kernels/head_rows.h"

#include "tests/kernels/kernel_test.h"

VT_DECLARE_VARIANTS(head_forward, HeadForward)
VT_DECLARE_VARIANTS(head_backward, HeadBackward)

namespace veritune::kernels {
namespace {

using test::Buffer;

struct Shape {
    std::int64_t rows, vocab;
    double temperature;
};

constexpr Shape kShapes[] = {{0, 36, 1.0},
                             {1, 1, 1.0},
                             {4, 3, 0.7},
                             {5, 16, 1.0},
                             {5, 17, 1.3},
                             {7, 24, 1.0},
                             {300, 36, 1.0},
                             {33, 257, 0.6},
                             {2, 151936, 1.0}};

template <typename T>
struct ForwardCase {
    explicit ForwardCase(const Shape& shape)
        : s(shape) {}
    Shape s;
    Buffer<T> logits = test::normals<T>(s.rows * s.vocab, 1, 3.0);
    std::vector<std::int32_t> target = test::ids(s.rows, s.vocab, 2);
    Buffer<T> logprob = Buffer<T>(s.rows);
    Buffer<T> entropy = Buffer<T>(s.rows);
    Buffer<T> lse = Buffer<T>(s.rows);

    HeadForward<T> args() {
        return {.logits = logits.data(),
                .target = target.data(),
                .logprob = logprob.data(),
                .entropy = entropy.data(),
                .lse = lse.data(),
                .rows = s.rows,
                .vocab = s.vocab,
                .temperature = static_cast<T>(s.temperature)};
    }
    std::vector<Buffer<T>*> outputs() { return {&logprob, &entropy, &lse}; }
};

template <typename T>
struct BackwardCase {
    BackwardCase(const Shape& shape, bool with_entropy)
        : s(shape),
          use_a(with_entropy) {
        ForwardCase<T> forward(s);
        cpu::head_forward(forward.args());
        logits = forward.logits;
        target = forward.target;
        lse = forward.lse;
        entropy = forward.entropy;
    }
    Shape s;
    bool use_a;
    Buffer<T> logits, lse, entropy;
    std::vector<std::int32_t> target;
    Buffer<T> g = test::normals<T>(s.rows, 3);
    Buffer<T> a = test::normals<T>(s.rows, 4);

    HeadBackward<T> args() {
        return {.logits = logits.data(),
                .target = target.data(),
                .lse = lse.data(),
                .entropy = entropy.data(),
                .g = g.data(),
                .a = use_a ? a.data() : nullptr,
                .rows = s.rows,
                .vocab = s.vocab,
                .temperature = static_cast<T>(s.temperature)};
    }
    std::vector<Buffer<T>*> outputs() { return {&logits}; }
};

/// Log-softmax of one row in fp64.
template <typename T>
std::vector<double> log_softmax(const Buffer<T>& logits,
                                std::int64_t row,
                                std::int64_t vocab,
                                double temperature,
                                double* lse) {
    std::vector<double> z(static_cast<std::size_t>(vocab));
    double top = -INFINITY;
    for (std::int64_t v = 0; v < vocab; ++v) {
        z[static_cast<std::size_t>(v)] = double(logits[row * vocab + v]) / temperature;
        top = std::max(top, z[static_cast<std::size_t>(v)]);
    }
    double sum = 0;
    for (const double x : z) sum += std::exp(x - top);
    *lse = top + std::log(sum);
    for (double& x : z) x -= *lse;
    return z;
}

template <typename T>
class HeadRows : public ::testing::Test {};
TYPED_TEST_SUITE(HeadRows, test::Floats);

TYPED_TEST(HeadRows, ForwardMatchesTheDefinition) {
    for (const Shape& s : kShapes) {
        ForwardCase<TypeParam> c(s);
        Buffer<double> logprob(s.rows), entropy(s.rows), lse(s.rows);
        for (std::int64_t row = 0; row < s.rows; ++row) {
            const std::vector<double> lp = log_softmax(
                c.logits, row, s.vocab, double(static_cast<TypeParam>(s.temperature)), &lse[row]);
            logprob[row] = lp[static_cast<std::size_t>(c.target[static_cast<std::size_t>(row)])];
            entropy[row] = 0;
            for (const double x : lp) entropy[row] -= std::exp(x) * x;
        }
        test::run(c, VT_KERNEL(head_forward));
        EXPECT_LE(test::distance(c.logprob, logprob), test::kTolerance<TypeParam>) << s.vocab;
        EXPECT_LE(test::distance(c.entropy, entropy), test::kTolerance<TypeParam>) << s.vocab;
        EXPECT_LE(test::distance(c.lse, lse), test::kTolerance<TypeParam>) << s.vocab;
    }
}

TYPED_TEST(HeadRows, BackwardMatchesTheDefinition) {
    for (const bool use_a : {false, true}) {
        for (const Shape& s : kShapes) {
            BackwardCase<TypeParam> c(s, use_a);
            const auto temperature = double(static_cast<TypeParam>(s.temperature));
            Buffer<double> expected(c.logits.size());
            for (std::int64_t row = 0; row < s.rows; ++row) {
                double lse = 0;
                const std::vector<double> lp =
                    log_softmax(c.logits, row, s.vocab, temperature, &lse);
                double entropy = 0;
                for (const double x : lp) entropy -= std::exp(x) * x;
                for (std::int64_t v = 0; v < s.vocab; ++v) {
                    const double x = lp[static_cast<std::size_t>(v)];
                    const double hot = c.target[static_cast<std::size_t>(row)] == v ? 1 : 0;
                    expected[row * s.vocab + v] =
                        (c.g[row] * (hot - std::exp(x)) -
                         (use_a ? c.a[row] : 0) * std::exp(x) * (x + entropy)) /
                        temperature;
                }
            }
            test::run(c, VT_KERNEL(head_backward));
            EXPECT_LE(test::distance(c.logits, expected), test::kTolerance<TypeParam>) << s.vocab;
        }
    }
}

TEST(HeadRowsGradient, MatchesCentralDifferences) {
    const Shape s{3, 7, 0.8};
    ForwardCase<double> f(s);
    BackwardCase<double> b(s, true);
    const Buffer<double> numeric = test::central_differences(f.logits, [&] {
        cpu::head_forward(f.args());
        return test::dot(b.g, f.logprob) + test::dot(b.a, f.entropy);
    });
    test::run(b, VT_KERNEL(head_backward));
    EXPECT_LE(test::distance(b.logits, numeric), test::kGradientTolerance);
}

TYPED_TEST(HeadRows, MaskedTokensHaveNoShare) {
    // A masked id carries -inf: probability 0, no NaN in entropy or gradient.
    const Shape s{2, 40, 0.9};
    ForwardCase<TypeParam> masked(s);
    ForwardCase<TypeParam> shorter({2, 37, 0.9});
    for (std::int64_t row = 0; row < 2; ++row) {
        for (std::int64_t v = 0; v < 40; ++v) {
            if (v < 37) shorter.logits[row * 37 + v] = masked.logits[row * 40 + v];
            if (v >= 37) masked.logits[row * 40 + v] = -std::numeric_limits<TypeParam>::infinity();
        }
    }
    masked.target = shorter.target = {3, 36};
    BackwardCase<TypeParam> b(s, true);
    b.logits = masked.logits;
    b.target = masked.target;
    test::run(masked, VT_KERNEL(head_forward));
    test::run(shorter, VT_KERNEL(head_forward));
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_LE(test::distance(*masked.outputs()[i], *shorter.outputs()[i]),
                  test::kIsaTolerance<TypeParam>);
    }
    b.lse = masked.lse;
    b.entropy = masked.entropy;
    test::run(b, VT_KERNEL(head_backward));
    for (std::int64_t i = 0; i < 80; ++i) {
        ASSERT_TRUE(std::isfinite(b.logits[i])) << i;
        if (i % 40 >= 37) {
            EXPECT_EQ(b.logits[i], TypeParam(0)) << i;
        }
    }
}

TYPED_TEST(HeadRows, RowWithoutWeightBecomesZeroWhateverItHolds) {
    BackwardCase<TypeParam> c({3, 36, 1.0}, true);
    c.g[1] = c.a[1] = 0;
    for (std::int64_t v = 0; v < 36; ++v) {
        c.logits[36 + v] = std::numeric_limits<TypeParam>::quiet_NaN();
    }
    test::run(c, VT_KERNEL(head_backward));
    for (std::int64_t v = 0; v < 108; ++v) {
        ASSERT_FALSE(std::isnan(c.logits[v])) << v;
        if (v / 36 == 1) {
            ASSERT_EQ(c.logits[v], TypeParam(0)) << v;
        }
    }
}

TYPED_TEST(HeadRows, StaysExactForDominatingLogits) {
    ForwardCase<TypeParam> c({2, 36, 1.0});
    for (std::int64_t v = 0; v < 72; ++v) c.logits[v] = v % 36 == 5 ? 5000 : -5000;
    c.target = {5, 6};
    test::run(c, VT_KERNEL(head_forward));
    EXPECT_EQ(c.logprob[0], TypeParam(0));
    EXPECT_EQ(c.entropy[0], TypeParam(0));
    EXPECT_EQ(c.logprob[1], TypeParam(-10000));
    EXPECT_EQ(c.lse[1], TypeParam(5000));
}

TYPED_TEST(HeadRows, GivesTheSameBitsOnAnyNumberOfThreadsAndInAnyBatch) {
    for (const Shape& s : kShapes) {
        test::expect_same_bits_on_any_threads(ForwardCase<TypeParam>(s), VT_KERNEL(head_forward));
        test::expect_same_bits_on_any_threads(BackwardCase<TypeParam>(s, true),
                                              VT_KERNEL(head_backward));
        ForwardCase<TypeParam> all(s);
        test::run(all, VT_KERNEL(head_forward));
        for (std::int64_t row = 0; row < s.rows; row += 1 + s.rows / 7) {
            ForwardCase<TypeParam> one({1, s.vocab, s.temperature});
            one.logits = test::slice_rows(all.logits, row, 1, s.vocab);
            one.target = {all.target[static_cast<std::size_t>(row)]};
            test::run(one, VT_KERNEL(head_forward));
            for (std::size_t i = 0; i < 3; ++i) {
                EXPECT_TRUE(
                    one.outputs()[i]->same_bits(test::slice_rows(*all.outputs()[i], row, 1, 1)))
                    << row << " of vocabulary " << s.vocab;
            }
        }
    }
}

TYPED_TEST(HeadRows, AgreesOnEveryInstructionSet) {
    for (const Shape& s : kShapes) {
        test::expect_variants_agree<TypeParam>(ForwardCase<TypeParam>(s),
                                               VT_VARIANTS(head_forward, HeadForward<TypeParam>));
        test::expect_variants_agree<TypeParam>(BackwardCase<TypeParam>(s, true),
                                               VT_VARIANTS(head_backward, HeadBackward<TypeParam>));
    }
}

TYPED_TEST(HeadRows, RefusesWhatDoesNotFit) {
    ForwardCase<TypeParam> f({5, 17, 1.0});
    BackwardCase<TypeParam> b({5, 17, 1.0}, false);
    const auto refused = [&](const char* why, auto change) {
        HeadForward<TypeParam> bad = f.args();
        HeadBackward<TypeParam> bad_back = b.args();
        change(bad);
        change(bad_back);
        test::expect_refused(f, bad, VT_KERNEL(head_forward), why);
        test::expect_refused(b, bad_back, VT_KERNEL(head_backward), why);
    };
    refused("rows", [](auto& a) { a.rows = -1; });
    refused("vocab", [](auto& a) { a.vocab = 0; });
    refused("temperature 0", [](auto& a) { a.temperature = 0; });
    refused("temperature NaN",
            [](auto& a) { a.temperature = std::numeric_limits<TypeParam>::quiet_NaN(); });
    refused("logits", [](auto& a) { a.logits = nullptr; });
    refused("target", [](auto& a) { a.target = nullptr; });
    refused("lse", [](auto& a) { a.lse = nullptr; });
    f.target.back() = b.target.back() = 17;
    refused("target behind the vocabulary", [](auto&) {});
    f.target.back() = b.target.back() = -1;
    refused("negative target", [](auto&) {});
}

}  // namespace
}  // namespace veritune::kernels
