// SPDX-License-Identifier: Apache-2.0
#include "kernels/gemm_q.h"

#include "kernels/cuda/gemm_q_hopper.h"
#include "kernels/cuda/gemm_q_mid.h"
#include "tests/kernels/quant_case.h"

#include <optional>

namespace veritune::kernels {
namespace {

using test::Array;

/// One call with all it needs; integers everywhere when `exact`.
struct GemmCase {
    test::QuantShape shape;
    std::int64_t m = 1;
    std::int64_t r = 0;
    GemmEpilogue epilogue = GemmEpilogue::kStoreBf16;
    bool bias = false;
    std::uint64_t seed = 1;
    bool exact = false;
};

std::int64_t slices_of(const GemmCase& c) {
    return c.shape.order == RowOrder::kQkv ? 3 : c.shape.order == RowOrder::kGateUp ? 2 : 1;
}

class GemmRun {
  public:
    GemmRun(Backend backend, const GemmCase& c)
        : backend_(backend),
          c_(c),
          w_(backend, c.shape, c.seed, c.exact),
          x_stride_(c.shape.k + 16),
          xa_stride_(slices_of(c) * c.r + 8),
          y_columns_(c.epilogue == GemmEpilogue::kSwiglu ? c.shape.n / 2 : c.shape.n),
          y_stride_((y_columns_ + 7) / 8 * 8 + 8),
          x_host_(rows(c.m, c.shape.k, x_stride_, c.seed + 1, 4)),
          b_host_(numbers((c.shape.n + 15) / 16 * 16 * c.r, c.seed + 2, 1)),
          xa_host_(rows(c.m, slices_of(c) * c.r, xa_stride_, c.seed + 3, 2)),
          bias_host_(numbers(c.bias ? c.shape.n : 0, c.seed + 4, 3)),
          y_before_(rows(c.m, y_columns_, y_stride_, c.seed + 5, 3)),
          x_(backend, x_host_),
          b_(backend, b_host_),
          xa_(backend, xa_host_),
          bias_(backend, bias_host_),
          y_bf16_(backend, y_before_),
          y_fp32_(backend, c.epilogue == GemmEpilogue::kStoreFp32 ? c.m * y_stride_ : 0) {}

    GemmQ args() {
        GemmQ a{.x = x_.data(),
                .w = w_.view(),
                .y = fp32() ? static_cast<void*>(y_fp32_.data()) : y_bf16_.data(),
                .epilogue = c_.epilogue,
                .m = c_.m,
                .x_stride = x_stride_,
                .y_stride = y_stride_};
        if (c_.r > 0) a.lora = {b_.data(), xa_.data(), c_.r, xa_stride_};
        if (c_.bias) a.bias = bias_.data();
        if (c_.shape.order == RowOrder::kQkv) {
            a.kv_rows = c_.shape.n / 64 * 16;
            a.q_rows = c_.shape.n - 2 * a.kv_rows;
        }
        return a;
    }
    /// Results as doubles, [m][columns]; also checks that nothing else was written.
    std::vector<double> run() {
        EXPECT_EQ(gemm_q(backend_, args()), Status::kOk) << cuda::last_error();
        return result();
    }
    std::vector<double> result() {
        EXPECT_TRUE(y_bf16_.intact());
        EXPECT_TRUE(y_fp32_.intact());
        std::vector<double> values;
        const std::vector<float> fp32s = y_fp32_.fetch();
        const std::vector<Bf16> bf16s = y_bf16_.fetch();
        for (std::int64_t t = 0; t < c_.m; ++t) {
            for (std::int64_t n = 0; n < y_stride_; ++n) {
                const auto at = static_cast<std::size_t>(t * y_stride_ + n);
                if (n < y_columns_) {
                    values.push_back(fp32() ? fp32s[at] : to_float(bf16s[at]));
                } else {
                    EXPECT_EQ(fp32() ? 0xffff : bf16s[at].bits, 0xffff) << "padding was written";
                }
            }
        }
        return values;
    }
    std::vector<double> reference() const {
        std::vector<double> values;
        for (std::int64_t t = 0; t < c_.m; ++t) {
            for (std::int64_t n = 0; n < y_columns_; ++n) values.push_back(reference_at(t, n));
        }
        return values;
    }
    /// The rows of this case's x, xa and y at other places of a bigger case (same seed gives the
    /// same weights only when shapes agree).
    void take_row(const GemmRun& other, std::int64_t from, std::int64_t to) {
        copy(other.x_host_, x_host_, x_stride_, from, to);
        copy(other.xa_host_, xa_host_, xa_stride_, from, to);
        copy(other.y_before_, y_before_, y_stride_, from, to);
        x_.assign(x_host_);
        xa_.assign(xa_host_);
        y_bf16_.assign(y_before_);
    }

  private:
    bool fp32() const { return c_.epilogue == GemmEpilogue::kStoreFp32; }
    std::vector<Bf16> numbers(std::int64_t count, std::uint64_t seed, int limit) const {
        return c_.exact ? test::bf16_integers(count, seed, limit) : test::bf16_normals(count, seed);
    }
    /// NaN behind every row.
    std::vector<Bf16> rows(std::int64_t count,
                           std::int64_t width,
                           std::int64_t stride,
                           std::uint64_t seed,
                           int limit) const {
        std::vector<Bf16> v = numbers(count * stride, seed, limit);
        for (std::int64_t i = 0; i < count * stride; ++i) {
            if (i % stride >= width) v[static_cast<std::size_t>(i)].bits = 0xffff;
        }
        return v;
    }
    static void copy(const std::vector<Bf16>& from,
                     std::vector<Bf16>& to,
                     std::int64_t stride,
                     std::int64_t row,
                     std::int64_t to_row) {
        std::copy_n(from.begin() + row * stride, stride, to.begin() + to_row * stride);
    }
    double linear(std::int64_t t, std::int64_t n) const {
        double sum = 0;
        for (std::int64_t k = 0; k < c_.shape.k; ++k) {
            sum += w_.weight(n, k) * to_float(x_host_[static_cast<std::size_t>(t * x_stride_ + k)]);
        }
        std::int64_t slice = 0;
        if (c_.shape.order == RowOrder::kGateUp) slice = n % 16 / 8;
        if (c_.shape.order == RowOrder::kQkv) {
            const std::int64_t kv = c_.shape.n / 64 * 16;
            slice = n >= c_.shape.n - kv ? 2 : n >= c_.shape.n - 2 * kv ? 1 : 0;
        }
        for (std::int64_t k = 0; k < c_.r; ++k) {
            sum += static_cast<double>(to_float(b_host_[static_cast<std::size_t>(n * c_.r + k)])) *
                   to_float(xa_host_[static_cast<std::size_t>(t * xa_stride_ + slice * c_.r + k)]);
        }
        return c_.bias ? sum + to_float(bias_host_[static_cast<std::size_t>(n)]) : sum;
    }
    double reference_at(std::int64_t t, std::int64_t n) const {
        if (c_.epilogue == GemmEpilogue::kSwiglu) {
            const std::int64_t row = n / 8 * 16 + n % 8;
            const double gate = rounded_to_bf16(static_cast<float>(linear(t, row)));
            const double up = rounded_to_bf16(static_cast<float>(linear(t, row + 8)));
            return gate / (1 + std::exp(-gate)) * up;
        }
        if (c_.epilogue != GemmEpilogue::kResidual) return linear(t, n);
        const double before = to_float(y_before_[static_cast<std::size_t>(t * y_stride_ + n)]);
        return before + rounded_to_bf16(static_cast<float>(linear(t, n)));
    }

    Backend backend_;
    GemmCase c_;
    test::RandomQuant w_;
    std::int64_t x_stride_;
    std::int64_t xa_stride_;
    std::int64_t y_columns_;
    std::int64_t y_stride_;
    std::vector<Bf16> x_host_, b_host_, xa_host_, bias_host_, y_before_;
    Array<Bf16> x_, b_, xa_, bias_, y_bf16_;
    Array<float> y_fp32_;
};

std::string describe(const GemmCase& c) {
    return std::string(test::name_of(c.shape.kind)) + " order " +
           std::to_string(static_cast<int>(c.shape.order)) + " n " + std::to_string(c.shape.n) +
           " k " + std::to_string(c.shape.k) + " m " + std::to_string(c.m) + " r " +
           std::to_string(c.r) + " epilogue " + std::to_string(static_cast<int>(c.epilogue));
}

std::vector<GemmCase> all_kinds() {
    std::vector<GemmCase> cases;
    for (const QuantKind kind : {QuantKind::kInt4, QuantKind::kNf4, QuantKind::kInt8}) {
        cases.push_back({{kind, RowOrder::kPlain, 17, 64}, 4});
        cases.push_back({{kind, RowOrder::kPlain, 256, 64}, 1});
        cases.push_back({{kind, RowOrder::kPlain, 1000, 192}, 3, 16});
        cases.push_back({{kind, RowOrder::kPlain, 48, 1024}, 16, 0, GemmEpilogue::kStoreFp32});
        cases.push_back({{kind, RowOrder::kPlain, 48, 896}, 9, 32, GemmEpilogue::kResidual, true});
        cases.push_back({{kind, RowOrder::kQkv, 128, 640}, 2, 16, GemmEpilogue::kStoreBf16, true});
        cases.push_back({{kind, RowOrder::kQkv, 256, 640}, 15, 64, GemmEpilogue::kStoreBf16, true});
        cases.push_back({{kind, RowOrder::kGateUp, 96, 704}, 8, 16, GemmEpilogue::kSwiglu});
        cases.push_back({{kind, RowOrder::kGateUp, 96, 704}, 11, 0, GemmEpilogue::kSwiglu});
        cases.push_back({{kind, RowOrder::kPlain, 64, 512}, 40, 16, GemmEpilogue::kResidual});
    }
    return cases;
}

class GemmQTest : public test::BackendTest {};

TEST_P(GemmQTest, AgreesWithFp64) {
    for (const GemmCase& c : all_kinds()) {
        GemmRun run(GetParam(), c);
        const bool twice_rounded =
            c.epilogue == GemmEpilogue::kSwiglu || c.epilogue == GemmEpilogue::kResidual;
        const double bound = c.epilogue == GemmEpilogue::kStoreFp32 ? 5e-5
                             : twice_rounded                        ? 4e-3
                                                                    : 2.5e-3;
        EXPECT_LE(test::relative_error(run.run(), run.reference()), bound) << describe(c);
    }
}

TEST_P(GemmQTest, IsExactOnSmallIntegers) {
    for (GemmCase c : all_kinds()) {
        if (c.epilogue == GemmEpilogue::kSwiglu || c.shape.kind == QuantKind::kNf4) continue;
        c.exact = true;
        c.epilogue = GemmEpilogue::kStoreFp32;
        GemmRun run(GetParam(), c);
        EXPECT_EQ(run.run(), run.reference()) << describe(c);
    }
}

TEST_P(GemmQTest, RunsTwiceToTheSameBits) {
    for (const GemmCase& c : all_kinds()) {
        GemmRun first(GetParam(), c);
        GemmRun second(GetParam(), c);
        EXPECT_EQ(first.run(), second.run()) << describe(c);
    }
}

TEST_P(GemmQTest, ARowDoesNotDependOnTheOthers) {
    const std::vector<std::int64_t> counts = {1, 2, 5, 8, 9, 16, 17, 33, 64, 65, 130, 256};
    for (const QuantKind kind : {QuantKind::kInt4, QuantKind::kNf4, QuantKind::kInt8}) {
        GemmCase c{{kind, RowOrder::kPlain, 64, 1152}, 256, 16, GemmEpilogue::kStoreFp32, true};
        GemmRun whole(GetParam(), c);
        const std::vector<double> all = whole.run();
        for (const std::int64_t m : counts) {
            c.m = m;
            GemmRun part(GetParam(), c);
            for (std::int64_t row = 0; row < m; ++row) part.take_row(whole, 256 - m + row, row);
            const std::vector<double> rows = part.run();
            const std::vector<double> expected(all.end() - static_cast<std::ptrdiff_t>(rows.size()),
                                               all.end());
            EXPECT_EQ(rows, expected) << describe(c);
        }
    }
}

TEST_P(GemmQTest, AnAdapterOfZerosChangesNothing) {
    GemmCase c{{QuantKind::kInt4, RowOrder::kGateUp, 64, 512}, 4, 0, GemmEpilogue::kSwiglu};
    GemmRun without(GetParam(), c);
    const std::vector<double> expected = without.run();
    c.r = 16;
    GemmRun with(GetParam(), c);
    GemmQ a = with.args();
    Array<Bf16> zeros(
        GetParam(), std::vector<Bf16>(static_cast<std::size_t>((c.shape.n + 15) / 16 * 16 * c.r)));
    a.lora.b = zeros.data();
    ASSERT_EQ(gemm_q(GetParam(), a), Status::kOk);
    EXPECT_EQ(with.result(), expected);
}

TEST_P(GemmQTest, RefusesWhatDoesNotFit) {
    GemmRun run(GetParam(), {{QuantKind::kInt4, RowOrder::kPlain, 32, 128}, 2, 16});
    const GemmQ good = run.args();
    std::vector<GemmQ> bad(10, good);
    bad[0].m = 0;
    bad[1].m = 257;
    bad[2].w.k = 100;
    bad[3].x_stride = 120;
    bad[4].y_stride = 12;
    bad[5].lora.r = 8;
    bad[6].lora.xa = nullptr;
    bad[7].w.kind = QuantKind::kInt8;
    bad[8].epilogue = GemmEpilogue::kSwiglu;
    bad[9].x = good.x + 1;
    for (const GemmQ& a : bad) EXPECT_EQ(gemm_q(GetParam(), a), Status::kInvalidArgument);
}

TEST_P(GemmQTest, RealShapesAgree) {
    if (GetParam() == Backend::kCpu) GTEST_SKIP() << "the fp64 reference of real shapes is slow";
    // Against the CPU twin: same bytes on both sides.
    const std::vector<GemmCase> cases = {
        {{QuantKind::kInt4, RowOrder::kQkv, 4608, 3584}, 1, 16, GemmEpilogue::kStoreBf16, true},
        {{QuantKind::kInt4, RowOrder::kPlain, 3584, 18944}, 1, 16, GemmEpilogue::kResidual},
        {{QuantKind::kInt4, RowOrder::kPlain, 3584, 18944}, 7, 16, GemmEpilogue::kResidual},
        {{QuantKind::kInt4, RowOrder::kPlain, 3584, 18944}, 16, 16, GemmEpilogue::kResidual},
        {{QuantKind::kInt4, RowOrder::kGateUp, 37888, 3584}, 2, 16, GemmEpilogue::kSwiglu},
        {{QuantKind::kInt8, RowOrder::kPlain, 32064, 3584}, 16, 0, GemmEpilogue::kStoreFp32},
    };
    for (const GemmCase& c : cases) {
        GemmRun cpu(Backend::kCpu, c);
        GemmRun gpu(GetParam(), c);
        EXPECT_LE(test::relative_error(gpu.run(), cpu.run()), 4e-3) << describe(c);
    }
}

VT_ON_BACKENDS(GemmQTest);

#ifdef VT_HAS_CUDA
/// The kernel for many tokens, with every way to cut K, against the one for few.
class GemmQMidCuda : public ::testing::Test {
  protected:
    void SetUp() override {
        if (cuda::device_count() == 0) GTEST_SKIP() << "no CUDA device";
        cuda::DeviceInfo card;
        ASSERT_EQ(cuda::device_info(0, &card), Status::kOk);
        if (card.major < 9) ranks_ = {1};
    }
    std::vector<int> ranks_ = {1, 4, 8};
};

/// The same case at m tokens, by the kernel for few: eight rows at a time.
std::vector<double> by_eights(const GemmCase& c, const GemmRun& whole) {
    std::vector<double> all;
    for (std::int64_t first = 0; first < c.m; first += 8) {
        GemmCase part = c;
        part.m = std::min<std::int64_t>(8, c.m - first);
        GemmRun run(Backend::kCuda, part);
        for (std::int64_t row = 0; row < part.m; ++row) run.take_row(whole, first + row, row);
        const std::vector<double> rows = run.run();
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

void expect_the_bits_of_few(const GemmCase& c, const std::vector<int>& ranks) {
    for (const int r : ranks) {
        GemmRun run(Backend::kCuda, c);
        ASSERT_EQ(cuda::gemm_q_mid(run.args(), {}, r), Status::kOk) << cuda::last_error();
        const std::vector<double> mid = run.result();
        ASSERT_EQ(mid, by_eights(c, GemmRun(Backend::kCuda, c))) << describe(c) << " ranks " << r;
    }
}

TEST_F(GemmQMidCuda, HasTheBitsOfTheKernelForFew) {
    std::vector<GemmCase> cases = all_kinds();
    const std::int64_t counts[] = {9, 31, 32, 33, 16, 64, 65, 127, 17, 255};
    for (std::size_t i = 0; i < cases.size(); ++i) {
        cases[i].m = counts[i % 10];
        expect_the_bits_of_few(cases[i], ranks_);
        cases[i].m = counts[(i + 5) % 10];
        expect_the_bits_of_few(cases[i], ranks_);
    }
}

TEST_F(GemmQMidCuda, HasThemForMatricesOfManyBlocksToo) {
    for (const QuantKind kind : {QuantKind::kInt4, QuantKind::kNf4, QuantKind::kInt8}) {
        expect_the_bits_of_few(
            {{kind, RowOrder::kPlain, 1000, 4864}, 64, 16, GemmEpilogue::kResidual, true}, ranks_);
        expect_the_bits_of_few(
            {{kind, RowOrder::kPlain, 200, 8192}, 70, 16, GemmEpilogue::kResidual, true}, ranks_);
        expect_the_bits_of_few(
            {{kind, RowOrder::kQkv, 1152, 896}, 40, 64, GemmEpilogue::kStoreBf16, true}, ranks_);
        expect_the_bits_of_few(
            {{kind, RowOrder::kGateUp, 1520, 896}, 100, 32, GemmEpilogue::kSwiglu}, ranks_);
        expect_the_bits_of_few(
            {{kind, RowOrder::kPlain, 7001, 896}, 33, 0, GemmEpilogue::kStoreFp32}, {0});
    }
}

TEST_F(GemmQMidCuda, SlowHasThemForRandomShapes) {
    util::Rng rng(31, util::RngStream::kTest);
    const auto upto = [&](std::uint64_t n) { return static_cast<std::int64_t>(rng.below(n)); };
    for (int i = 0; i < 200; ++i) {
        GemmCase c;
        c.seed = static_cast<std::uint64_t>(100 + i);
        c.shape.kind = static_cast<QuantKind>(upto(3));
        c.shape.order = static_cast<RowOrder>(upto(3));
        c.shape.n = c.shape.order == RowOrder::kPlain ? 1 + upto(700) : 64 * (1 + upto(12));
        c.shape.k = 64 * (1 + upto(40));
        c.m = 9 + upto(i % 2 == 0 ? 30 : 248);
        c.r = 16 * upto(5);
        c.bias = upto(2) == 0;
        c.epilogue = c.shape.order == RowOrder::kGateUp ? GemmEpilogue::kSwiglu
                     : upto(2) == 0                     ? GemmEpilogue::kResidual
                                                        : GemmEpilogue::kStoreFp32;
        expect_the_bits_of_few(c, {ranks_[static_cast<std::size_t>(upto(ranks_.size()))]});
    }
}

/// The kernel with wgmma against the one for few tokens, launched twice: it must leave its scratch
/// as it was.
class GemmQHopperCuda : public ::testing::Test {
  protected:
    void SetUp() override {
        if (cuda::device_count() == 0) GTEST_SKIP() << "no CUDA device";
        const test::QuantShape any{QuantKind::kInt4, RowOrder::kPlain, 16, 64};
        if (cuda::gemm_q_hopper_scratch({.n = any.n, .k = any.k}, 1) == 0) {
            GTEST_SKIP() << "not a card of compute capability 9.0";
        }
        scratch_.emplace(Backend::kCuda,
                         std::vector<std::uint8_t>(static_cast<std::size_t>(kScratch), 0));
    }
    void expect_the_bits_of_few(const GemmCase& c) {
        expect_twice(c, by_eights(c, GemmRun(Backend::kCuda, c)));
    }
    void expect_the_bits_of_mid(const GemmCase& c) {
        GemmRun run(Backend::kCuda, c);
        ASSERT_EQ(cuda::gemm_q_mid(run.args(), {}), Status::kOk) << cuda::last_error();
        expect_twice(c, run.result());
    }
    void expect_twice(const GemmCase& c, const std::vector<double>& few) {
        for (int launch = 0; launch < 2; ++launch) {
            GemmRun run(Backend::kCuda, c);
            GemmQ args = run.args();
            ASSERT_LE(cuda::gemm_q_hopper_scratch(args.w, c.m), kScratch);
            args.scratch = scratch_->data();
            args.scratch_bytes = kScratch;
            ASSERT_EQ(cuda::gemm_q_hopper(args, {}), Status::kOk) << cuda::last_error();
            ASSERT_EQ(run.result(), few) << describe(c) << " launch " << launch;
        }
    }
    static constexpr std::int64_t kScratch = std::int64_t{64} << 20;
    std::optional<Array<std::uint8_t>> scratch_;
};

TEST_F(GemmQHopperCuda, HasTheBitsOfTheKernelForFew) {
    std::vector<GemmCase> cases = all_kinds();
    const std::int64_t counts[] = {9, 31, 32, 33, 16, 64, 65, 127, 17, 255};
    for (std::size_t i = 0; i < cases.size(); ++i) {
        cases[i].m = counts[i % 10];
        expect_the_bits_of_few(cases[i]);
        cases[i].m = counts[(i + 5) % 10];
        expect_the_bits_of_few(cases[i]);
    }
}

TEST_F(GemmQHopperCuda, HasThemWhereBlocksAreSharedAndWhereTheyAreChained) {
    for (const QuantKind kind : {QuantKind::kInt4, QuantKind::kNf4, QuantKind::kInt8}) {
        for (const std::int64_t m : {20, 64, 100, 256}) {
            if (kind != QuantKind::kInt4 && m % 64 != 0) continue;
            expect_the_bits_of_mid(
                {{kind, RowOrder::kPlain, 3584, 2432}, m, 16, GemmEpilogue::kResidual, true});
            expect_the_bits_of_mid(
                {{kind, RowOrder::kGateUp, 37888, 576}, m, 32, GemmEpilogue::kSwiglu});
            expect_the_bits_of_mid(
                {{kind, RowOrder::kPlain, 35003, 576}, m, 0, GemmEpilogue::kStoreFp32});
        }
        expect_the_bits_of_few(
            {{kind, RowOrder::kQkv, 1152, 896}, 40, 64, GemmEpilogue::kStoreBf16, true});
    }
}

TEST_F(GemmQHopperCuda, SlowHasThemForRandomShapes) {
    util::Rng rng(37, util::RngStream::kTest);
    const auto upto = [&](std::uint64_t n) { return static_cast<std::int64_t>(rng.below(n)); };
    for (int i = 0; i < 100; ++i) {
        GemmCase c;
        c.seed = static_cast<std::uint64_t>(100 + i);
        c.shape.kind = static_cast<QuantKind>(upto(3));
        c.shape.order = static_cast<RowOrder>(upto(3));
        c.shape.n = c.shape.order == RowOrder::kPlain ? 1 + upto(3000) : 64 * (1 + upto(90));
        c.shape.k = 64 * (1 + upto(40));
        c.m = 1 + upto(i % 2 == 0 ? 30 : 256);
        c.r = 16 * upto(5);
        c.bias = upto(2) == 0;
        c.epilogue = c.shape.order == RowOrder::kGateUp ? GemmEpilogue::kSwiglu
                     : upto(2) == 0                     ? GemmEpilogue::kResidual
                                                        : GemmEpilogue::kStoreFp32;
        expect_the_bits_of_few(c);
    }
}
#endif

}  // namespace
}  // namespace veritune::kernels
