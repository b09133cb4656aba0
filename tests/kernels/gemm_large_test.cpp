// SPDX-License-Identifier: Apache-2.0
#include "kernels/gemm_large.h"

#include "tests/kernels/backend_case.h"

#include <cstring>

namespace veritune::kernels {
namespace {

using test::Array;

struct Sizes {
    std::int64_t m, n, k;
    bool fp32 = false;
    float alpha = 1.0F;
    float beta = 0.0F;
};

/// One product with strides wider than its rows, NaN between them.
class Product {
  public:
    Product(Backend backend, const Sizes& s, bool exact, std::uint64_t seed = 1)
        : backend_(backend),
          s_(s),
          a_host_(padded(exact ? test::bf16_integers(s.m * lda(), seed, 4)
                               : test::bf16_normals(s.m * lda(), seed),
                         lda(),
                         s.k)),
          b_host_(padded(exact ? test::bf16_integers(s.n * lda(), seed + 1, 4)
                               : test::bf16_normals(s.n * lda(), seed + 1),
                         lda(),
                         s.k)),
          c_host_(padded(exact ? test::bf16_integers(s.m * ldc(), seed + 2, 4)
                               : test::bf16_normals(s.m * ldc(), seed + 2),
                         ldc(),
                         s.n)),
          a_(backend, a_host_),
          b_(backend, b_host_),
          c_bf16_(backend, c_host_),
          c_fp32_(backend, floats(c_host_)),
          workspace_(backend, backend == Backend::kCpu ? 0 : 1 << 20) {}

    GemmLarge args() {
        return {.a = a_.data(),
                .b = b_.data(),
                .c = s_.fp32 ? static_cast<void*>(c_fp32_.data()) : c_bf16_.data(),
                .fp32 = s_.fp32,
                .m = s_.m,
                .n = s_.n,
                .k = s_.k,
                .lda = lda(),
                .ldb = lda(),
                .ldc = ldc(),
                .alpha = s_.alpha,
                .beta = s_.beta,
                .workspace = workspace_.data(),
                .workspace_bytes = workspace_.size()};
    }
    std::vector<double> run() {
        EXPECT_EQ(gemm_large(backend_, args()), Status::kOk) << cuda::last_error();
        return result();
    }
    std::vector<double> result() {
        EXPECT_TRUE(c_bf16_.intact() && c_fp32_.intact() && workspace_.intact());
        const std::vector<Bf16> bf16s = c_bf16_.fetch();
        const std::vector<float> fp32s = c_fp32_.fetch();
        std::vector<double> values;
        for (std::int64_t i = 0; i < s_.m * ldc(); ++i) {
            const auto at = static_cast<std::size_t>(i);
            const double v = s_.fp32 ? fp32s[at] : to_float(bf16s[at]);
            if (i % ldc() < s_.n) {
                values.push_back(v);
            } else {
                EXPECT_TRUE(std::isnan(v)) << "padding was written";
            }
        }
        return values;
    }
    std::vector<double> reference() const {
        std::vector<double> values;
        for (std::int64_t row = 0; row < s_.m; ++row) {
            for (std::int64_t column = 0; column < s_.n; ++column) {
                double sum = 0;
                for (std::int64_t k = 0; k < s_.k; ++k) {
                    sum += static_cast<double>(at(a_host_, row * lda() + k)) *
                           at(b_host_, column * lda() + k);
                }
                sum *= s_.alpha;
                if (s_.beta != 0) sum += s_.beta * at(c_host_, row * ldc() + column);
                values.push_back(sum);
            }
        }
        return values;
    }

  private:
    std::int64_t lda() const { return s_.k + 8; }
    std::int64_t ldc() const { return s_.n + 16; }
    static float at(const std::vector<Bf16>& v, std::int64_t i) {
        return to_float(v[static_cast<std::size_t>(i)]);
    }
    static std::vector<Bf16> padded(std::vector<Bf16> v, std::int64_t stride, std::int64_t width) {
        for (std::size_t i = 0; i < v.size(); ++i) {
            if (static_cast<std::int64_t>(i) % stride >= width) v[i].bits = 0xffff;
        }
        return v;
    }
    static std::vector<float> floats(const std::vector<Bf16>& v) {
        std::vector<float> f;
        f.reserve(v.size());
        for (const Bf16 x : v) f.push_back(to_float(x));
        return f;
    }

    Backend backend_;
    Sizes s_;
    std::vector<Bf16> a_host_, b_host_, c_host_;
    Array<Bf16> a_, b_, c_bf16_;
    Array<float> c_fp32_;
    Array<std::uint8_t> workspace_;
};

std::vector<Sizes> shapes() {
    return {{1, 8, 8},
            {3, 16, 64},
            {257, 48, 192, true},
            {64, 128, 96, true, 0.5F, 1.0F},
            {33, 256, 320, false, 1.0F, 1.0F},
            {17, 8, 1000, false, 2.0F, -1.0F}};
}

/// Tests of this suite need cuBLASLt on the card's side.
class GemmLargeTest : public test::BackendTest {
  protected:
    void SetUp() override {
        test::BackendTest::SetUp();
        if (IsSkipped() || GetParam() == Backend::kCpu) return;
        GemmAlgorithm algorithm;
        const GemmLarge g{.m = 8, .n = 8, .k = 8, .lda = 8, .ldb = 8, .ldc = 8};
        if (cuda::gemm_large_choose(g, &algorithm) == Status::kUnavailable) {
            GTEST_SKIP() << cuda::last_error();
        }
    }
};

TEST_P(GemmLargeTest, AgreesWithFp64) {
    for (const Sizes& s : shapes()) {
        Product p(GetParam(), s, false);
        EXPECT_LE(test::relative_error(p.run(), p.reference()), s.fp32 ? 5e-5 : 2.5e-3)
            << s.m << " " << s.n << " " << s.k;
    }
}

TEST_P(GemmLargeTest, IsExactOnSmallIntegers) {
    for (Sizes s : shapes()) {
        s.fp32 = true;
        Product p(GetParam(), s, true);
        EXPECT_EQ(p.run(), p.reference()) << s.m << " " << s.n << " " << s.k;
    }
}

TEST_P(GemmLargeTest, RunsTwiceToTheSameBits) {
    for (const Sizes& s : shapes()) {
        EXPECT_EQ(Product(GetParam(), s, false).run(), Product(GetParam(), s, false).run());
    }
}

/// The other ways in which operands may lie: the same numbers.
TEST_P(GemmLargeTest, GivesTheSameProductHoweverTheOperandsLie) {
    constexpr std::int64_t kM = 48, kN = 72, kK = 104;
    const auto a = test::bf16_integers(kM * kK, 1, 4);
    const auto b = test::bf16_integers(kN * kK, 2, 4);
    const auto turned = [](const std::vector<Bf16>& v, std::int64_t rows) {
        std::vector<Bf16> t(v.size());
        const std::int64_t width = std::ssize(v) / rows;
        for (std::int64_t i = 0; i < std::ssize(v); ++i) {
            t[static_cast<std::size_t>(i % width * rows + i / width)] =
                v[static_cast<std::size_t>(i)];
        }
        return t;
    };
    Array<Bf16> a_(GetParam(), a), b_(GetParam(), b);
    Array<Bf16> at_(GetParam(), turned(a, kM)), bt_(GetParam(), turned(b, kN));
    Array<std::uint8_t> workspace(GetParam(), 1 << 20);
    const auto product = [&](GemmForm form, const Bf16* left, const Bf16* right) {
        Array<float> c(GetParam(), kM * kN);
        const GemmLarge g{.a = left,
                          .b = right,
                          .c = c.data(),
                          .fp32 = true,
                          .form = form,
                          .m = kM,
                          .n = kN,
                          .k = kK,
                          .lda = form == GemmForm::kAtb ? kM : kK,
                          .ldb = form == GemmForm::kAbt ? kK : kN,
                          .ldc = kN,
                          .workspace = workspace.data(),
                          .workspace_bytes = workspace.size()};
        EXPECT_EQ(gemm_large(GetParam(), g), Status::kOk) << cuda::last_error();
        return c.fetch();
    };
    const auto expected = product(GemmForm::kAbt, a_.data(), b_.data());
    EXPECT_EQ(product(GemmForm::kAb, a_.data(), bt_.data()), expected);
    EXPECT_EQ(product(GemmForm::kAtb, at_.data(), bt_.data()), expected);
}

TEST_P(GemmLargeTest, RefusesWhatDoesNotFit) {
    Product p(GetParam(), {16, 16, 64}, false);
    const GemmLarge good = p.args();
    std::vector<GemmLarge> bad(9, good);
    bad[0].m = 0;
    bad[1].n = 12;
    bad[2].k = 60;
    bad[3].lda = 56;
    bad[4].ldb = 68;
    bad[5].ldc = 8;
    bad[6].a = nullptr;
    bad[7].b += 1;
    bad[8].c = nullptr;
    for (const GemmLarge& g : bad) EXPECT_EQ(gemm_large(GetParam(), g), Status::kInvalidArgument);
    ASSERT_EQ(gemm_large(GetParam(), good), Status::kOk) << cuda::last_error();
}
VT_ON_BACKENDS(GemmLargeTest);

TEST(GemmLargeCuda, AnAlgorithmIsChosenOnceAndUsedAgain) {
    if (cuda::device_count() == 0) GTEST_SKIP() << "no CUDA device";
    Product p(Backend::kCuda, {512, 256, 512}, false);
    GemmLarge g = p.args();
    GemmAlgorithm first;
    const Status status = cuda::gemm_large_choose(g, &first);
    if (status == Status::kUnavailable) GTEST_SKIP() << cuda::last_error();
    ASSERT_EQ(status, Status::kOk) << cuda::last_error();
    EXPECT_GT(first.library, 0U);
    EXPECT_LE(first.workspace, g.workspace_bytes);
    GemmAlgorithm second;
    ASSERT_EQ(cuda::gemm_large_choose(g, &second), Status::kOk);
    EXPECT_EQ(std::memcmp(&first, &second, sizeof first), 0);
    const std::vector<double> free_choice = p.run();
    g.algorithm = &first;
    ASSERT_EQ(cuda::gemm_large(g, {}), Status::kOk) << cuda::last_error();
    EXPECT_EQ(p.result(), free_choice);
    GemmAlgorithm other = first;
    other.library += 1;
    g.algorithm = &other;
    EXPECT_EQ(cuda::gemm_large(g, {}), Status::kInvalidArgument);
    EXPECT_NE(std::string(cuda::last_error()).find("another version"), std::string::npos);
}

TEST(GemmLargeCuda, CanBeRecorded) {
    if (cuda::device_count() == 0) GTEST_SKIP() << "no CUDA device";
    Product p(Backend::kCuda, {300, 256, 512}, false);
    GemmLarge g = p.args();
    GemmAlgorithm algorithm;
    const Status status = cuda::gemm_large_choose(g, &algorithm);
    if (status == Status::kUnavailable) GTEST_SKIP() << cuda::last_error();
    const std::vector<double> direct = p.run();
    g.algorithm = &algorithm;
    Stream stream;
    ASSERT_EQ(cuda::create_stream(&stream), Status::kOk);
    ASSERT_EQ(cuda::begin_capture(stream), Status::kOk);
    ASSERT_EQ(cuda::gemm_large(g, stream), Status::kOk) << cuda::last_error();
    cuda::Graph graph;
    ASSERT_EQ(cuda::end_capture(stream, &graph), Status::kOk) << cuda::last_error();
    ASSERT_EQ(cuda::launch(graph, stream), Status::kOk);
    ASSERT_EQ(cuda::synchronize(stream), Status::kOk) << cuda::last_error();
    EXPECT_EQ(p.result(), direct);
    cuda::destroy_graph(graph);
    cuda::destroy_stream(stream);
}

}  // namespace
}  // namespace veritune::kernels
