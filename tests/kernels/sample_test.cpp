// SPDX-License-Identifier: Apache-2.0
#include "kernels/sample.h"

#include "tests/kernels/kernel_test.h"

#include <algorithm>

VT_DECLARE_VARIANTS(sample, Sample)

namespace veritune::kernels {
namespace {

using test::Buffer;

template <typename T>
struct SampleCase {
    SampleCase(std::int64_t n_rows, std::int64_t n_vocab, double heat)
        : rows(n_rows),
          vocab(n_vocab),
          temperature(static_cast<T>(heat)) {
        util::Rng rng(2, util::RngStream::kTest);
        for (std::int64_t row = 0; row < rows; ++row) uniform[row] = rng.uniform();
    }
    std::int64_t rows, vocab;
    T temperature;
    Buffer<T> logits = test::normals<T>(rows * vocab, 1, 2.0);
    Buffer<T> uniform = Buffer<T>(rows);
    std::vector<std::int32_t> token = std::vector<std::int32_t>(static_cast<std::size_t>(rows), -7);
    Buffer<T> logprob = Buffer<T>(rows);
    Buffer<T> entropy = Buffer<T>(rows);

    Sample<T> args() {
        return {.logits = logits.data(),
                .uniform = uniform.data(),
                .token = token.data(),
                .logprob = logprob.data(),
                .entropy = entropy.data(),
                .rows = rows,
                .vocab = vocab,
                .temperature = temperature};
    }
    std::vector<Buffer<T>*> outputs() { return {&logits, &logprob, &entropy}; }
};

/// softmax(logits / temperature) of a row in fp64; temperature 0 counts as 1.
template <typename T>
std::vector<double> softmax(const SampleCase<T>& c, std::int64_t row) {
    const double temperature = c.temperature == T(0) ? 1.0 : double(c.temperature);
    std::vector<double> p(static_cast<std::size_t>(c.vocab));
    double top = -INFINITY;
    for (std::int64_t v = 0; v < c.vocab; ++v) {
        p[static_cast<std::size_t>(v)] = double(c.logits[row * c.vocab + v]) / temperature;
        top = std::max(top, p[static_cast<std::size_t>(v)]);
    }
    double sum = 0;
    for (double& x : p) sum += x = std::exp(x - top);
    for (double& x : p) x /= sum;
    return p;
}

constexpr std::int64_t kVocabularies[] = {1, 2, 3, 16, 17, 36, 257, 1000, 151936};

template <typename T>
class SampleTest : public ::testing::Test {};
TYPED_TEST_SUITE(SampleTest, test::Floats);

TYPED_TEST(SampleTest, DrawsTheTokenWhoseIntervalHoldsTheNumber) {
    // Uniform numbers on a grid of n points hit every token p * n times, up to one.
    for (const double temperature : {1.0, 0.6, 1.7}) {
        constexpr std::int64_t kGrid = 4096;
        SampleCase<TypeParam> c(kGrid, 36, temperature);
        for (std::int64_t row = 0; row < kGrid; ++row) {
            for (std::int64_t v = 0; v < 36; ++v) c.logits[row * 36 + v] = c.logits[v];
            c.uniform[row] = (TypeParam(row) + TypeParam(0.5)) / kGrid;
        }
        const std::vector<double> p = softmax(c, 0);
        test::run(c, VT_KERNEL(sample));
        ASSERT_TRUE(std::ranges::is_sorted(c.token));
        for (std::int32_t v = 0; v < 36; ++v) {
            const auto hits = static_cast<double>(std::ranges::count(c.token, v));
            EXPECT_NEAR(hits / kGrid, p[static_cast<std::size_t>(v)], 1.0 / kGrid) << v;
        }
    }
}

TYPED_TEST(SampleTest, InvertsTheCumulativeSumOfAnyVocabulary) {
    for (const std::int64_t vocab : kVocabularies) {
        SampleCase<TypeParam> c(9, vocab, 0.9);
        SampleCase<TypeParam> before = c;
        test::run(c, VT_KERNEL(sample));
        Buffer<double> logprob(9), entropy(9);
        for (std::int64_t row = 0; row < 9; ++row) {
            const std::vector<double> p = softmax(before, row);
            const std::int32_t token = c.token[static_cast<std::size_t>(row)];
            ASSERT_GE(token, 0);
            ASSERT_LT(token, vocab);
            double below = 0;
            for (std::int32_t v = 0; v < token; ++v) below += p[static_cast<std::size_t>(v)];
            const double share = p[static_cast<std::size_t>(token)];
            const double slack = sizeof(TypeParam) == 4 ? 2e-6 : 1e-13;
            EXPECT_GE(c.uniform[row], below - slack) << vocab;
            EXPECT_LE(c.uniform[row], below + share + slack) << vocab;
            logprob[row] = std::log(share);
            entropy[row] = 0;
            for (const double x : p) entropy[row] -= x * std::log(x);
        }
        EXPECT_LE(test::distance(c.logprob, logprob), test::kTolerance<TypeParam>) << vocab;
        if (vocab > 1) {
            EXPECT_LE(test::distance(c.entropy, entropy), test::kTolerance<TypeParam>) << vocab;
        }
    }
}

TYPED_TEST(SampleTest, ReturnsTheFirstAndLastPossibleTokenAtTheEnds) {
    for (const std::int64_t vocab : kVocabularies) {
        if (vocab < 3) continue;
        SampleCase<TypeParam> c(2, vocab, 1.0);
        // The ends of the vocabulary are masked: -inf is never drawn.
        for (const std::int64_t row : {0, 1}) {
            c.logits[row * vocab] = -std::numeric_limits<TypeParam>::infinity();
            c.logits[row * vocab + vocab - 1] = -std::numeric_limits<TypeParam>::infinity();
        }
        c.uniform[0] = 0;
        c.uniform[1] = std::nextafter(TypeParam(1), TypeParam(0));
        test::run(c, VT_KERNEL(sample));
        EXPECT_EQ(c.token[0], 1) << vocab;
        EXPECT_EQ(c.token[1], vocab - 2) << vocab;
        EXPECT_TRUE(std::isfinite(c.logprob[0]) && std::isfinite(c.logprob[1])) << vocab;
        EXPECT_TRUE(std::isfinite(c.entropy[0]) && std::isfinite(c.entropy[1])) << vocab;
    }
}

TYPED_TEST(SampleTest, DrawsADominatingTokenForEveryNumber) {
    SampleCase<TypeParam> c(3, 36, 1.0);
    for (std::int64_t i = 0; i < 3 * 36; ++i) c.logits[i] = i % 36 == 20 ? 500 : -500;
    c.uniform[0] = 0;
    c.uniform[2] = std::nextafter(TypeParam(1), TypeParam(0));
    test::run(c, VT_KERNEL(sample));
    for (std::int64_t row = 0; row < 3; ++row) {
        EXPECT_EQ(c.token[static_cast<std::size_t>(row)], 20);
        EXPECT_EQ(c.logprob[row], TypeParam(0));
        EXPECT_EQ(c.entropy[row], TypeParam(0));
    }
}

TYPED_TEST(SampleTest, TakesTheLargestLogitAtTemperatureZero) {
    for (const std::int64_t vocab : kVocabularies) {
        SampleCase<TypeParam> c(4, vocab, 0.0);
        const std::int64_t top = vocab / 2;
        c.logits[vocab + top] = 100;
        c.logits[2 * vocab + top] = c.logits[3 * vocab - 1] = 100;  // a tie: the lower id
        SampleCase<TypeParam> before = c;
        Sample<TypeParam> args = c.args();
        args.uniform = nullptr;
        ASSERT_EQ(cpu::sample(args), Status::kOk);
        for (std::int64_t row = 0; row < 4; ++row) {
            const TypeParam* x = before.logits.data() + row * vocab;
            const auto best = static_cast<std::int32_t>(std::max_element(x, x + vocab) - x);
            EXPECT_EQ(c.token[static_cast<std::size_t>(row)], best) << vocab;
            EXPECT_NEAR(c.logprob[row],
                        std::log(softmax(before, row)[static_cast<std::size_t>(best)]),
                        test::kTolerance<TypeParam> * 10)
                << vocab;
        }
        EXPECT_EQ(c.token[1], top);
        EXPECT_EQ(c.token[2], top);
    }
}

TYPED_TEST(SampleTest, MarksRowsThatHoldNaN) {
    SampleCase<TypeParam> c(2, 36, 1.0);
    c.logits[7] = std::numeric_limits<TypeParam>::quiet_NaN();
    test::run(c, VT_KERNEL(sample));
    EXPECT_TRUE(std::isnan(c.logprob[0]));
    EXPECT_GE(c.token[0], 0);
    EXPECT_LT(c.token[0], 36);
    EXPECT_FALSE(std::isnan(c.logprob[1]));
}

TYPED_TEST(SampleTest, GivesTheSameBitsOnAnyNumberOfThreadsAndInAnyBatch) {
    for (const std::int64_t vocab : kVocabularies) {
        SampleCase<TypeParam> all(vocab < 2000 ? 300 : 3, vocab, 1.0);
        test::expect_same_bits_on_any_threads(all, VT_KERNEL(sample));
        const SampleCase<TypeParam> before = all;
        test::run(all, VT_KERNEL(sample));
        for (std::int64_t row = 0; row < all.rows; row += 1 + all.rows / 7) {
            SampleCase<TypeParam> one(1, vocab, 1.0);
            one.logits = test::slice_rows(before.logits, row, 1, vocab);
            one.uniform[0] = before.uniform[row];
            test::run(one, VT_KERNEL(sample));
            EXPECT_EQ(one.token[0], all.token[static_cast<std::size_t>(row)]) << vocab;
            EXPECT_EQ(one.logprob[0], all.logprob[row]) << vocab;
            EXPECT_EQ(one.entropy[0], all.entropy[row]) << vocab;
        }
    }
}

TYPED_TEST(SampleTest, AgreesOnEveryInstructionSet) {
    for (const std::int64_t vocab : kVocabularies) {
        if (vocab == 1) continue;  // an entropy of 0 has no relative error
        const SampleCase<TypeParam> original(5, vocab, 0.8);
        std::vector<std::int32_t> tokens;
        for (const auto variant : VT_VARIANTS(sample, Sample<TypeParam>)) {
            SampleCase<TypeParam> c = original;
            test::run(c, variant);
            if (tokens.empty()) tokens = c.token;
            EXPECT_EQ(c.token, tokens) << vocab;
        }
        test::expect_variants_agree<TypeParam>(original, VT_VARIANTS(sample, Sample<TypeParam>));
    }
}

TYPED_TEST(SampleTest, RefusesWhatDoesNotFit) {
    SampleCase<TypeParam> c(3, 17, 1.0);
    const auto refused = [&](const char* why, auto change) {
        Sample<TypeParam> bad = c.args();
        change(bad);
        test::expect_refused(c, bad, VT_KERNEL(sample), why);
        EXPECT_EQ(c.token, std::vector<std::int32_t>(3, -7)) << why;
    };
    refused("rows", [](auto& a) { a.rows = -1; });
    refused("vocab", [](auto& a) { a.vocab = 0; });
    refused("vocab beyond int32", [](auto& a) { a.vocab = std::int64_t(1) << 31; });
    refused("temperature", [](auto& a) { a.temperature = -1; });
    refused("temperature NaN",
            [](auto& a) { a.temperature = std::numeric_limits<TypeParam>::quiet_NaN(); });
    refused("logits", [](auto& a) { a.logits = nullptr; });
    refused("uniform", [](auto& a) { a.uniform = nullptr; });
    c.uniform[2] = 1;
    refused("uniform 1", [](auto&) {});
    c.uniform[2] = TypeParam(-0.1);
    refused("uniform below 0", [](auto&) {});
    c.uniform[2] = std::numeric_limits<TypeParam>::quiet_NaN();
    refused("uniform NaN", [](auto&) {});
    SampleCase<TypeParam> none(0, 17, 1.0);
    test::run(none, VT_KERNEL(sample));
}

}  // namespace
}  // namespace veritune::kernels
