// SPDX-License-Identifier: Apache-2.0
#include "kernels/gemm_q_fast.h"

#include "tests/kernels/quant_case.h"

#include <cmath>
#include <functional>
#include <limits>
#include <omp.h>

namespace veritune::kernels {

namespace cpu {
namespace isa_base {
Status gemm_q_fast(const GemmQ& args);
}
namespace isa_avx2 {
Status gemm_q_fast(const GemmQ& args);
}
namespace isa_avx512 {
Status gemm_q_fast(const GemmQ& args);
Status gemm_q_fast_without_vnni(const GemmQ& args);
}  // namespace isa_avx512
}  // namespace cpu

namespace {

using test::Array;

/// One call; the weights of two cases of one shape and seed are the same.
struct FastCase {
    test::QuantShape shape;
    std::int64_t m = 1;
    std::int64_t r = 0;
    GemmEpilogue epilogue = GemmEpilogue::kStoreFp32;
    bool bias = false;
};

class FastRun {
  public:
    explicit FastRun(const FastCase& c)
        : c_(c),
          w_(Backend::kCpu, c.shape, 3),
          columns_(c.epilogue == GemmEpilogue::kSwiglu ? c.shape.n / 2 : c.shape.n),
          stride_((columns_ + 7) / 8 * 8),
          x_host_(test::bf16_normals(c.m * c.shape.k, 4)),
          x_(Backend::kCpu, x_host_),
          b_(Backend::kCpu, test::bf16_normals((c.shape.n + 15) / 16 * 16 * c.r, 5)),
          xa_(Backend::kCpu, test::bf16_normals(c.m * (3 * c.r + 8), 6)),
          bias_(Backend::kCpu, test::bf16_normals(c.shape.n, 7)),
          y_bf16_(Backend::kCpu, test::bf16_normals(c.m * stride_, 8)),
          y_fp32_(Backend::kCpu, c.m * stride_) {}
    GemmQ args() {
        const bool fp32 = c_.epilogue == GemmEpilogue::kStoreFp32;
        GemmQ a{.x = x_.data(),
                .w = w_.view(),
                .y = fp32 ? static_cast<void*>(y_fp32_.data()) : y_bf16_.data(),
                .epilogue = c_.epilogue,
                .m = c_.m,
                .x_stride = c_.shape.k,
                .y_stride = stride_};
        if (c_.r > 0) a.lora = {b_.data(), xa_.data(), c_.r, 3 * c_.r + 8};
        if (c_.bias) a.bias = bias_.data();
        if (c_.shape.order == RowOrder::kQkv) {
            a.kv_rows = c_.shape.n / 64 * 16;
            a.q_rows = c_.shape.n - 2 * a.kv_rows;
        }
        return a;
    }
    using Function = std::function<Status(const GemmQ&)>;
    std::vector<double> run(const Function& function = cpu::gemm_q_fast) {
        y_bf16_.assign(test::bf16_normals(c_.m * stride_, 8));
        EXPECT_EQ(function(args()), Status::kOk);
        EXPECT_TRUE(y_bf16_.intact());
        EXPECT_TRUE(y_fp32_.intact());
        std::vector<double> values;
        const std::vector<float> fp32s = y_fp32_.fetch();
        const std::vector<Bf16> bf16s = y_bf16_.fetch();
        for (std::int64_t i = 0; i < c_.m * stride_; ++i) {
            if (i % stride_ >= columns_) continue;
            const auto at = static_cast<std::size_t>(i);
            values.push_back(c_.epilogue == GemmEpilogue::kStoreFp32 ? fp32s[at]
                                                                     : to_float(bf16s[at]));
        }
        return values;
    }
    /// W x in fp64, without adapter and bias.
    std::vector<double> reference() const {
        std::vector<double> values;
        for (std::int64_t t = 0; t < c_.m; ++t) {
            for (std::int64_t n = 0; n < c_.shape.n; ++n) {
                double sum = 0;
                for (std::int64_t k = 0; k < c_.shape.k; ++k) {
                    sum += w_.weight(n, k) *
                           to_float(x_host_[static_cast<std::size_t>(t * c_.shape.k + k)]);
                }
                values.push_back(sum);
            }
        }
        return values;
    }
    /// Rows [from, from + m) of another case's activations.
    void take_rows(const FastRun& other, std::int64_t from) {
        const auto at = other.x_host_.begin() + from * c_.shape.k;
        x_host_.assign(at, at + c_.m * c_.shape.k);
        x_.assign(x_host_);
    }
    void set_x(std::int64_t at, float value) {
        x_host_[static_cast<std::size_t>(at)] = to_bf16(value);
        x_.assign(x_host_);
    }

  private:
    FastCase c_;
    test::RandomQuant w_;
    std::int64_t columns_;
    std::int64_t stride_;
    std::vector<Bf16> x_host_;
    Array<Bf16> x_, b_, xa_, bias_, y_bf16_;
    Array<float> y_fp32_;
};

std::vector<FastCase> all_cases() {
    std::vector<FastCase> cases;
    for (const QuantKind kind : {QuantKind::kInt4, QuantKind::kInt8}) {
        for (const std::int64_t m : {1, 3, 16, 37}) {
            cases.push_back({{kind, RowOrder::kPlain, 17, 64}, m});
            cases.push_back({{kind, RowOrder::kPlain, 72, 896}, m, 16, GemmEpilogue::kResidual});
            cases.push_back(
                {{kind, RowOrder::kQkv, 128, 640}, m, 32, GemmEpilogue::kStoreBf16, true});
            cases.push_back({{kind, RowOrder::kGateUp, 96, 704}, m, 16, GemmEpilogue::kSwiglu});
        }
    }
    return cases;
}

std::string describe(const FastCase& c) {
    return std::string(test::name_of(c.shape.kind)) + " n " + std::to_string(c.shape.n) + " k " +
           std::to_string(c.shape.k) + " m " + std::to_string(c.m);
}

TEST(GemmQFast, AgreesWithFp64WithinTheActivationsRounding) {
    for (const QuantKind kind : {QuantKind::kInt4, QuantKind::kInt8}) {
        for (const std::int64_t k : {64, 512, 1152}) {
            for (const std::int64_t m : {1, 20}) {
                FastRun run({{kind, RowOrder::kPlain, 48, k}, m});
                EXPECT_LE(test::relative_error(run.run(), run.reference()), 1.5e-2)
                    << test::name_of(kind) << " k " << k << " m " << m;
            }
        }
    }
}

TEST(GemmQFast, AgreesWithGemmQInEveryEpilogue) {
    for (const FastCase& c : all_cases()) {
        FastRun fast(c);
        const std::vector<double> expected =
            FastRun(c).run([](const GemmQ& a) { return cpu::gemm_q(a); });
        EXPECT_LE(test::relative_error(fast.run(), expected), 2e-2) << describe(c);
    }
}

TEST(GemmQFast, FindsEveryWeightAndInput) {
    // +-1 and 0 are exact in eight bits, so that a wrong place shows as a whole unit.
    for (const QuantKind kind : {QuantKind::kInt4, QuantKind::kInt8}) {
        for (const std::int64_t m : {2, 16}) {
            test::RandomQuant w(Backend::kCpu, {kind, RowOrder::kPlain, 33, 320}, 9, true);
            std::vector<Bf16> x = test::bf16_integers(m * 320, 10, 1);
            for (std::int64_t g = 0; g < m * 5; ++g)
                x[static_cast<std::size_t>(64 * g)] = to_bf16(1);
            Array<Bf16> input(Backend::kCpu, x);
            Array<float> y(Backend::kCpu, m * 36);
            ASSERT_EQ(cpu::gemm_q_fast({.x = input.data(),
                                        .w = w.view(),
                                        .y = y.data(),
                                        .epilogue = GemmEpilogue::kStoreFp32,
                                        .m = m,
                                        .x_stride = 320,
                                        .y_stride = 36}),
                      Status::kOk);
            const std::vector<float> got = y.fetch();
            for (std::int64_t t = 0; t < m; ++t) {
                for (std::int64_t n = 0; n < 33; ++n) {
                    double sum = 0;
                    for (std::int64_t k = 0; k < 320; ++k) {
                        sum += w.weight(n, k) * to_float(x[static_cast<std::size_t>(t * 320 + k)]);
                    }
                    ASSERT_NEAR(got[static_cast<std::size_t>(t * 36 + n)], sum, 1e-5 * 320)
                        << test::name_of(kind) << " row " << n << " token " << t;
                }
            }
        }
    }
}

TEST(GemmQFast, ARowDoesNotDependOnTheOthers) {
    for (const QuantKind kind : {QuantKind::kInt4, QuantKind::kInt8}) {
        const test::QuantShape shape{kind, RowOrder::kPlain, 64, 576};
        FastRun whole({shape, 67});
        const std::vector<double> all = whole.run();
        for (const std::int64_t m : {1, 2, 15, 16, 17, 32, 50}) {
            FastRun part({shape, m});
            part.take_rows(whole, 67 - m);
            EXPECT_EQ(part.run(), std::vector<double>(all.end() - m * 64, all.end()))
                << test::name_of(kind) << " m " << m;
        }
    }
}

TEST(GemmQFast, GivesTheSameBitsOnEveryInstructionSetAndThreadCount) {
    const int before = omp_get_max_threads();
    for (const FastCase& c : all_cases()) {
        FastRun run(c);
        const std::vector<double> base = run.run(cpu::isa_base::gemm_q_fast);
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
            EXPECT_EQ(run.run(cpu::isa_avx2::gemm_q_fast), base) << "AVX2 " << describe(c);
        }
        if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
            EXPECT_EQ(run.run(cpu::isa_avx512::gemm_q_fast), base) << "AVX-512 " << describe(c);
            EXPECT_EQ(run.run(cpu::isa_avx512::gemm_q_fast_without_vnni), base)
                << "AVX-512 without VNNI " << describe(c);
        }
        for (const int threads : {1, 3}) {
            omp_set_num_threads(threads);
            EXPECT_EQ(run.run(), base) << threads << " threads " << describe(c);
        }
        omp_set_num_threads(before);
    }
}

TEST(GemmQFast, KeepsWhatIsNotANumber) {
    for (const std::int64_t m : {1, 16}) {
        for (const float bad : {NAN, INFINITY}) {
            FastRun run({{QuantKind::kInt4, RowOrder::kPlain, 16, 128}, m});
            run.set_x(70, bad);
            const std::vector<double> y = run.run();
            for (std::size_t i = 0; i < y.size(); ++i) ASSERT_EQ(std::isnan(y[i]), i < 16) << i;
        }
    }
}

TEST(GemmQFast, TakesZerosAndTheSmallestNumbers) {
    FastRun run({{QuantKind::kInt4, RowOrder::kPlain, 16, 64}, 1});
    for (std::int64_t i = 0; i < 64; ++i) run.set_x(i, 0.0F);
    for (const double v : run.run()) ASSERT_EQ(v, 0);
    for (std::int64_t i = 0; i < 64; ++i)
        run.set_x(i, std::numeric_limits<float>::denorm_min() * 65536);
    for (const double v : run.run()) ASSERT_TRUE(std::isfinite(v));
}

TEST(GemmQFast, PassesNf4OnAndRefusesWhatDoesNotFit) {
    const FastCase c{{QuantKind::kNf4, RowOrder::kPlain, 32, 128}, 3};
    EXPECT_EQ(FastRun(c).run(), FastRun(c).run([](const GemmQ& a) { return cpu::gemm_q(a); }));
    FastRun run({{QuantKind::kInt4, RowOrder::kPlain, 32, 128}, 3});
    GemmQ bad = run.args();
    bad.m = 257;
    EXPECT_EQ(cpu::gemm_q_fast(bad), Status::kInvalidArgument);
    bad = run.args();
    bad.w.meta = nullptr;
    EXPECT_EQ(cpu::gemm_q_fast(bad), Status::kInvalidArgument);
}

}  // namespace
}  // namespace veritune::kernels
