// SPDX-License-Identifier: Apache-2.0
#include "kernels/norm_shrink.h"

#include "kernels/quant_view.h"
#include "tests/kernels/backend_case.h"

namespace veritune::kernels {
namespace {

using test::Array;

struct Shape {
    std::int64_t m = 1;
    std::int64_t k = 64;
    std::int64_t a_rows = 0;
};

/// One call; rows are followed by 8 elements of NaN.
class NormCall {
  public:
    NormCall(Backend backend, const Shape& s, std::uint64_t seed = 1)
        : backend_(backend),
          s_(s),
          residual_(padded(test::bf16_normals(s.m * s.k, seed, 3.0))),
          gamma_(test::bf16_normals(s.k, seed + 1)),
          a_(test::bf16_normals(s.a_rows * s.k, seed + 2, 0.1)),
          residual_in_(backend, residual_),
          gamma_in_(backend, gamma_),
          a_in_(backend, a_),
          x_(backend, s.m * (s.k + 8)),
          xa_(backend, s.m * (s.a_rows + 8)),
          partial_(backend, (s.m + 7) / 8 * (s.a_rows / 16) * kShrinkParts * 128),
          arrivals_(backend,
                    std::vector<std::uint32_t>(
                        static_cast<std::size_t>((s.m + 7) / 8 * (s.a_rows / 16)))) {}

    NormShrink args() {
        return {.residual = residual_in_.data(),
                .gamma = gamma_in_.data(),
                .a = s_.a_rows > 0 ? a_in_.data() : nullptr,
                .x = x_.data(),
                .xa = xa_.data(),
                .m = s_.m,
                .k = s_.k,
                .a_rows = s_.a_rows,
                .residual_stride = s_.k + 8,
                .x_stride = s_.k + 8,
                .xa_stride = s_.a_rows + 8,
                .scale = 0.5F};
    }
    LoraShrink shrink_args() {
        return {.x = residual_in_.data(),
                .a = a_in_.data(),
                .xa = xa_.data(),
                .partial = partial_.data(),
                .arrivals = arrivals_.data(),
                .m = s_.m,
                .k = s_.k,
                .a_rows = s_.a_rows,
                .x_stride = s_.k + 8,
                .xa_stride = s_.a_rows + 8,
                .scale = 0.5F};
    }
    void norm() {
        ASSERT_EQ(norm_shrink(backend_, args()), Status::kOk) << cuda::last_error();
        check();
    }
    void shrink() {
        ASSERT_EQ(lora_shrink(backend_, shrink_args()), Status::kOk) << cuda::last_error();
        check();
        for (const std::uint32_t left : arrivals_.fetch()) EXPECT_EQ(left, 0U);
    }
    std::vector<Bf16> x() { return unpadded(x_.fetch(), s_.k); }
    std::vector<Bf16> xa() { return unpadded(xa_.fetch(), s_.a_rows); }

    std::vector<double> expected_x() const {
        std::vector<double> x;
        for (std::int64_t t = 0; t < s_.m; ++t) {
            double squares = 0;
            for (std::int64_t i = 0; i < s_.k; ++i) squares += residual(t, i) * residual(t, i);
            const double rstd = 1 / std::sqrt(squares / static_cast<double>(s_.k) + 1e-6);
            for (std::int64_t i = 0; i < s_.k; ++i) {
                x.push_back(residual(t, i) * rstd * to_float(gamma_[static_cast<std::size_t>(i)]));
            }
        }
        return x;
    }
    /// A x of the given rows (rounded to bf16 before).
    std::vector<double> expected_xa(const std::vector<Bf16>& x) const {
        std::vector<double> xa;
        for (std::int64_t t = 0; t < s_.m; ++t) {
            for (std::int64_t row = 0; row < s_.a_rows; ++row) {
                double sum = 0;
                for (std::int64_t i = 0; i < s_.k; ++i) {
                    sum += static_cast<double>(
                               to_float(a_[static_cast<std::size_t>(row * s_.k + i)])) *
                           to_float(x[static_cast<std::size_t>(t * s_.k + i)]);
                }
                xa.push_back(0.5 * sum);
            }
        }
        return xa;
    }
    std::vector<Bf16> input() const { return unpadded(residual_, s_.k); }
    void take_rows(const NormCall& other, std::int64_t from) {
        std::copy_n(
            other.residual_.begin() + from * (s_.k + 8), s_.m * (s_.k + 8), residual_.begin());
        residual_in_.assign(residual_);
    }

  private:
    double residual(std::int64_t t, std::int64_t i) const {
        return to_float(residual_[static_cast<std::size_t>(t * (s_.k + 8) + i)]);
    }
    std::vector<Bf16> padded(const std::vector<Bf16>& rows) const {
        std::vector<Bf16> all(static_cast<std::size_t>(s_.m * (s_.k + 8)), Bf16{0xffff});
        for (std::int64_t t = 0; t < s_.m; ++t) {
            std::copy_n(rows.begin() + t * s_.k, s_.k, all.begin() + t * (s_.k + 8));
        }
        return all;
    }
    std::vector<Bf16> unpadded(const std::vector<Bf16>& all, std::int64_t width) const {
        std::vector<Bf16> rows;
        for (std::int64_t t = 0; t < s_.m; ++t) {
            for (std::int64_t i = 0; i < width + 8; ++i) {
                rows.push_back(all[static_cast<std::size_t>(t * (width + 8) + i)]);
                if (i < width) continue;
                EXPECT_EQ(rows.back().bits, 0xffff) << "padding was written";
                rows.pop_back();
            }
        }
        return rows;
    }
    void check() {
        EXPECT_TRUE(x_.intact());
        EXPECT_TRUE(xa_.intact());
        EXPECT_TRUE(partial_.intact());
    }

    Backend backend_;
    Shape s_;
    std::vector<Bf16> residual_, gamma_, a_;
    Array<Bf16> residual_in_, gamma_in_, a_in_, x_, xa_;
    Array<float> partial_;
    Array<std::uint32_t> arrivals_;
};

const std::vector<Shape> kShapes = {
    {1, 64, 16}, {3, 896, 48}, {8, 3584, 96}, {9, 2048, 16}, {17, 1536, 32}};

class NormShrinkTest : public test::BackendTest {};

TEST_P(NormShrinkTest, AgreesWithFp64) {
    for (const Shape& s : kShapes) {
        NormCall run(GetParam(), s);
        run.norm();
        const std::vector<Bf16> x = run.x();
        EXPECT_LE(test::relative_error(x, run.expected_x()), 2.5e-3) << s.m << " x " << s.k;
        EXPECT_LE(test::relative_error(run.xa(), run.expected_xa(x)), 3e-3) << s.m << " x " << s.k;
    }
}

TEST_P(NormShrinkTest, ShrinksWithoutANorm) {
    for (const Shape& s : {Shape{1, 64, 16}, {2, 18944, 16}, {8, 3584, 64}, {19, 896, 32}}) {
        NormCall run(GetParam(), s);
        run.shrink();
        EXPECT_LE(test::relative_error(run.xa(), run.expected_xa(run.input())), 3e-3)
            << s.m << " x " << s.k;
    }
}

TEST_P(NormShrinkTest, ARowDoesNotDependOnTheOthers) {
    NormCall whole(GetParam(), {33, 1536, 32});
    whole.norm();
    const std::vector<Bf16> x = whole.x();
    const std::vector<Bf16> xa = whole.xa();
    whole.shrink();
    const std::vector<Bf16> shrunk = whole.xa();
    for (const std::int64_t m : {1, 2, 7, 8, 9, 16}) {
        NormCall part(GetParam(), {m, 1536, 32});
        part.take_rows(whole, 33 - m);
        part.norm();
        EXPECT_TRUE(test::same_bits(part.x(), {x.end() - m * 1536, x.end()})) << m;
        EXPECT_TRUE(test::same_bits(part.xa(), {xa.end() - m * 32, xa.end()})) << m;
        part.shrink();
        EXPECT_TRUE(test::same_bits(part.xa(), {shrunk.end() - m * 32, shrunk.end()})) << m;
    }
}

TEST_P(NormShrinkTest, WithoutAnAdapterOnlyTheNorm) {
    NormCall run(GetParam(), {4, 896, 0});
    run.norm();
    EXPECT_LE(test::relative_error(run.x(), run.expected_x()), 2.5e-3);
}

TEST_P(NormShrinkTest, RefusesWhatDoesNotFit) {
    NormCall run(GetParam(), {2, 128, 16});
    std::vector<NormShrink> bad(5, run.args());
    bad[0].k = 100;
    bad[1].a_rows = 8;
    bad[2].x_stride = 64;
    bad[3].gamma = nullptr;
    bad[4].m = 0;
    for (const NormShrink& a : bad) EXPECT_EQ(norm_shrink(GetParam(), a), Status::kInvalidArgument);
    LoraShrink shrink = run.shrink_args();
    shrink.a = nullptr;
    EXPECT_EQ(lora_shrink(GetParam(), shrink), Status::kInvalidArgument);
}

VT_ON_BACKENDS(NormShrinkTest);

}  // namespace
}  // namespace veritune::kernels
