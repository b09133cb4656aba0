// SPDX-License-Identifier: Apache-2.0
// The bf16 kernels of training on packed rows, both twins, against the double kernels of the CPU
// path (which are held against central differences in their own tests).
#include "kernels/attn_varlen.h"
#include "kernels/embedding.h"
#include "kernels/head_rows.h"
#include "kernels/rms_norm.h"
#include "kernels/rope.h"
#include "kernels/swiglu.h"
#include "tests/kernels/backend_case.h"

#include <limits>

namespace veritune::kernels {
namespace {

using test::Array;
using test::bf16_normals;

constexpr double kOneRounding = 2.5e-3;
constexpr double kTwoRoundings = 4e-3;

std::vector<double> doubles(const std::vector<Bf16>& values) {
    std::vector<double> d;
    d.reserve(values.size());
    for (const Bf16 v : values) d.push_back(to_float(v));
    return d;
}

std::vector<float> normals(std::int64_t count, std::uint64_t seed, double scale = 1.0) {
    util::Rng rng(seed, util::RngStream::kTest);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& v : values) v = static_cast<float>(scale * rng.normal());
    return values;
}

/// NaN in the columns of a row behind `width`.
std::vector<Bf16> padded(std::vector<Bf16> values, std::int64_t stride, std::int64_t width) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (static_cast<std::int64_t>(i) % stride >= width) values[i].bits = 0xffff;
    }
    return values;
}

template <typename T>
std::vector<T> columns(const std::vector<T>& values, std::int64_t stride, std::int64_t width) {
    std::vector<T> kept;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (static_cast<std::int64_t>(i) % stride < width) kept.push_back(values[i]);
    }
    return kept;
}

class TrainingRows : public test::BackendTest {};

struct NormShape {
    std::int64_t rows, groups, width, pad;
};

TEST_P(TrainingRows, NormOfASumAndItsGradientAgreeWithFp64) {
    for (const NormShape& s :
         {NormShape{5, 1, 3584, 8}, NormShape{33, 1, 264, 16}, NormShape{7, 6, 128, 24}}) {
        const std::int64_t row = s.groups * s.width;
        const std::int64_t stride = row + s.pad;
        const auto x = padded(bf16_normals(s.rows * stride, 1), stride, row);
        const auto update = padded(bf16_normals(s.rows * stride, 2), stride, row);
        const auto gamma = bf16_normals(s.width, 3);
        Array<Bf16> x_(GetParam(), x), update_(GetParam(), update), gamma_(GetParam(), gamma);
        Array<Bf16> sum(GetParam(), s.rows * stride), y(GetParam(), s.rows * stride);
        Array<float> rstd(GetParam(), s.rows * s.groups);
        const AddNorm args{.x = x_.data(),
                           .update = update_.data(),
                           .gamma = gamma_.data(),
                           .sum = sum.data(),
                           .y = y.data(),
                           .rstd = rstd.data(),
                           .rows = s.rows,
                           .groups = s.groups,
                           .width = s.width,
                           .x_stride = stride,
                           .y_stride = stride,
                           .eps = 1e-6F};
        ASSERT_EQ(add_norm(GetParam(), args), Status::kOk) << cuda::last_error();
        const auto got_sum = columns(sum.fetch(), stride, row);
        for (std::size_t i = 0; i < got_sum.size(); ++i) {
            const std::size_t at =
                i / static_cast<std::size_t>(row) * static_cast<std::size_t>(stride) +
                i % static_cast<std::size_t>(row);
            ASSERT_EQ(got_sum[i].bits, to_bf16(to_float(x[at]) + to_float(update[at])).bits);
        }
        const auto sums = doubles(got_sum);
        const auto gammas = doubles(gamma);
        std::vector<double> expected(sums.size());
        std::vector<double> rstds(static_cast<std::size_t>(s.rows * s.groups));
        ASSERT_EQ(cpu::rms_norm_forward({.x = sums.data(),
                                         .gamma = gammas.data(),
                                         .y = expected.data(),
                                         .rstd = rstds.data(),
                                         .rows = s.rows,
                                         .groups = s.groups,
                                         .width = s.width,
                                         .x_stride = row,
                                         .y_stride = row,
                                         .eps = 1e-6}),
                  Status::kOk);
        EXPECT_LE(test::relative_error(columns(y.fetch(), stride, row), expected), kOneRounding);
        EXPECT_LE(test::relative_error(rstd.fetch(), rstds), 5e-5);
        EXPECT_TRUE(sum.intact() && y.intact() && rstd.intact());

        const auto dy = bf16_normals(s.rows * row, 4);
        const auto dres = bf16_normals(s.rows * row, 5);
        Array<Bf16> dy_(GetParam(), dy), dx(GetParam(), dres);
        const AddNormBackward back{.dy = dy_.data(),
                                   .x = sum.data(),
                                   .gamma = gamma_.data(),
                                   .rstd = rstd.data(),
                                   .dres = dx.data(),
                                   .dx = dx.data(),
                                   .rows = s.rows,
                                   .groups = s.groups,
                                   .width = s.width,
                                   .dy_stride = row,
                                   .x_stride = stride,
                                   .dx_stride = row};
        ASSERT_EQ(add_norm_backward(GetParam(), back), Status::kOk) << cuda::last_error();
        std::vector<double> dx_expected = doubles(dres);
        const auto dys = doubles(dy);
        ASSERT_EQ(cpu::rms_norm_backward({.dy = dys.data(),
                                          .x = sums.data(),
                                          .gamma = gammas.data(),
                                          .rstd = rstds.data(),
                                          .dx = dx_expected.data(),
                                          .rows = s.rows,
                                          .groups = s.groups,
                                          .width = s.width,
                                          .dy_stride = row,
                                          .x_stride = row,
                                          .dx_stride = row,
                                          .accumulate = true}),
                  Status::kOk);
        EXPECT_LE(test::relative_error(dx.fetch(), dx_expected), kOneRounding);
        EXPECT_TRUE(dx.intact());
    }
}

TEST_P(TrainingRows, RotationAgreesWithFp64AndTurnsBack) {
    constexpr std::int64_t kRows = 37, kHeads = 5, kDim = 128, kStride = kHeads * kDim + 8;
    constexpr std::int64_t kPositions = 50;
    const auto x = padded(bf16_normals(kRows * kStride, 1), kStride, kHeads * kDim);
    std::vector<std::int32_t> positions;
    for (std::int32_t i = 0; i < kRows; ++i) positions.push_back(i * 7 % kPositions);
    std::vector<float> cos, sin;
    for (std::int64_t i = 0; i < kPositions * kDim / 2; ++i) {
        cos.push_back(std::cos(0.01F * static_cast<float>(i)));
        sin.push_back(std::sin(0.01F * static_cast<float>(i)));
    }
    Array<Bf16> x_(GetParam(), x);
    Array<std::int32_t> positions_(GetParam(), positions);
    Array<float> cos_(GetParam(), cos), sin_(GetParam(), sin);
    RopeRows args{.x = x_.data(),
                  .positions = positions_.data(),
                  .cos = cos_.data(),
                  .sin = sin_.data(),
                  .rows = kRows,
                  .heads = kHeads,
                  .head_dim = kDim,
                  .x_stride = kStride,
                  .max_positions = kPositions};
    ASSERT_EQ(rope_rows(GetParam(), args), Status::kOk) << cuda::last_error();
    auto expected = doubles(columns(x, kStride, kHeads * kDim));
    const std::vector<double> cos64(cos.begin(), cos.end()), sin64(sin.begin(), sin.end());
    ASSERT_EQ(cpu::rope(Rope<double>{.x = expected.data(),
                                     .positions = positions.data(),
                                     .cos = cos64.data(),
                                     .sin = sin64.data(),
                                     .rows = kRows,
                                     .heads = kHeads,
                                     .head_dim = kDim,
                                     .x_stride = kHeads * kDim,
                                     .max_positions = kPositions}),
              Status::kOk);
    EXPECT_LE(test::relative_error(columns(x_.fetch(), kStride, kHeads * kDim), expected),
              kOneRounding);
    args.inverse = true;
    ASSERT_EQ(rope_rows(GetParam(), args), Status::kOk);
    EXPECT_LE(test::relative_error(columns(x_.fetch(), kStride, kHeads * kDim),
                                   columns(x, kStride, kHeads * kDim)),
              kTwoRoundings);
    EXPECT_TRUE(x_.intact());
}

TEST_P(TrainingRows, SwigluAndItsGradientAgreeWithFp64) {
    constexpr std::int64_t kRows = 19, kWidth = 264, kStride = kWidth + 24;
    const auto gate_up = bf16_normals(kRows * 2 * kWidth, 1, 2.0);
    const auto dh = bf16_normals(kRows * kWidth, 2);
    std::vector<double> stacked(static_cast<std::size_t>(kRows * 2 * kWidth));
    const auto places = [&](const auto& visit) {
        for (std::int64_t row = 0; row < kRows; ++row) {
            for (std::int64_t k = 0; k < kWidth; ++k) {
                const std::int64_t tiled = row * 2 * kWidth + k / 8 * 16 + k % 8;
                visit(static_cast<std::size_t>(row * 2 * kWidth + k),
                      static_cast<std::size_t>(tiled));
                visit(static_cast<std::size_t>(row * 2 * kWidth + kWidth + k),
                      static_cast<std::size_t>(tiled + 8));
            }
        }
    };
    places(
        [&](std::size_t plain, std::size_t tiled) { stacked[plain] = to_float(gate_up[tiled]); });
    std::vector<double> h_expected(static_cast<std::size_t>(kRows * kWidth));
    ASSERT_EQ(
        cpu::swiglu_forward(
            {.gate_up = stacked.data(), .h = h_expected.data(), .rows = kRows, .width = kWidth}),
        Status::kOk);
    Array<Bf16> gate_up_(GetParam(), gate_up), dh_(GetParam(), dh);
    Array<Bf16> h(GetParam(), kRows * kStride), again(GetParam(), kRows * kStride);
    ASSERT_EQ(swiglu_rows(GetParam(),
                          {.gate_up = gate_up_.data(),
                           .h = h.data(),
                           .rows = kRows,
                           .width = kWidth,
                           .h_stride = kStride}),
              Status::kOk)
        << cuda::last_error();
    const auto got = h.fetch();
    EXPECT_LE(test::relative_error(columns(got, kStride, kWidth), h_expected), kOneRounding);
    for (std::size_t i = 0; i < got.size(); ++i) {
        if (static_cast<std::int64_t>(i) % kStride >= kWidth) {
            ASSERT_EQ(got[i].bits, 0xffff) << "between the rows";
        }
    }

    const auto dh64 = doubles(dh);
    std::vector<double> d_expected(stacked.size());
    ASSERT_EQ(cpu::swiglu_backward({.gate_up = stacked.data(),
                                    .dh = dh64.data(),
                                    .dgate_up = d_expected.data(),
                                    .rows = kRows,
                                    .width = kWidth}),
              Status::kOk);
    ASSERT_EQ(swiglu_rows_backward(GetParam(),
                                   {.gate_up = gate_up_.data(),
                                    .dh = dh_.data(),
                                    .dgate_up = gate_up_.data(),
                                    .h = again.data(),
                                    .rows = kRows,
                                    .width = kWidth,
                                    .h_stride = kStride}),
              Status::kOk)
        << cuda::last_error();
    const auto d = gate_up_.fetch();
    std::vector<double> d_stacked(stacked.size());
    places([&](std::size_t plain, std::size_t tiled) { d_stacked[plain] = to_float(d[tiled]); });
    EXPECT_LE(test::relative_error(d_stacked, d_expected), kOneRounding);
    EXPECT_LE(test::relative_error(columns(again.fetch(), kStride, kWidth), h_expected),
              kOneRounding);
    EXPECT_TRUE(gate_up_.intact() && h.intact() && again.intact());
}

struct HeadCase {
    std::int64_t rows = 5;
    std::int64_t vocab = 300;
    std::int64_t columns = 304;
    std::int64_t stride = 312;
    float temperature = 0.7F;
    bool factors = true;
};

TEST_P(TrainingRows, HeadGivesLogProbEntropyAndGradientInPlace) {
    for (const HeadCase& c : {HeadCase{},
                              HeadCase{3, 5001, 5008, 5008, 1.0F, true},
                              HeadCase{2, 13, 16, 16, 1.3F, false}}) {
        auto logits = normals(c.rows * c.stride, 1, 3.0);
        for (std::int64_t i = 0; i < c.rows * c.stride; ++i) {
            if (i % c.stride >= c.vocab) {
                logits[static_cast<std::size_t>(i)] = std::numeric_limits<float>::quiet_NaN();
            }
        }
        auto factors = normals(c.vocab, 2, 0.1);
        for (float& f : factors) f = c.factors ? f + 1.0F : 1.0F;
        auto g = normals(c.rows, 3);
        auto a = normals(c.rows, 4);
        g[1] = a[1] = 0;
        std::vector<std::int32_t> target;
        for (std::int64_t r = 0; r < c.rows; ++r) {
            target.push_back(static_cast<std::int32_t>((r * 97 + 11) % c.vocab));
        }
        Array<float> logits_(GetParam(), logits), factors_(GetParam(), factors);
        Array<float> g_(GetParam(), g), a_(GetParam(), a);
        Array<std::int32_t> target_(GetParam(), target),
            flag(GetParam(), std::vector<std::int32_t>{0});
        Array<float> logprob(GetParam(), c.rows), entropy(GetParam(), c.rows);
        HeadRows args{.logits = logits_.data(),
                      .row_factor = c.factors ? factors_.data() : nullptr,
                      .target = target_.data(),
                      .logprob = logprob.data(),
                      .entropy = entropy.data(),
                      .non_finite = flag.data(),
                      .rows = c.rows,
                      .vocab = c.vocab,
                      .columns = c.columns,
                      .stride = c.stride,
                      .temperature = c.temperature};
        ASSERT_EQ(head_rows(GetParam(), args), Status::kOk) << cuda::last_error();
        std::vector<double> scaled;
        for (std::int64_t r = 0; r < c.rows; ++r) {
            for (std::int64_t v = 0; v < c.vocab; ++v) {
                scaled.push_back(
                    static_cast<double>(logits[static_cast<std::size_t>(r * c.stride + v)]) *
                    factors[static_cast<std::size_t>(v)]);
            }
        }
        const auto n = static_cast<std::size_t>(c.rows);
        std::vector<double> lp(n), h(n), lse(n);
        ASSERT_EQ(cpu::head_forward({.logits = scaled.data(),
                                     .target = target.data(),
                                     .logprob = lp.data(),
                                     .entropy = h.data(),
                                     .lse = lse.data(),
                                     .rows = c.rows,
                                     .vocab = c.vocab,
                                     .temperature = c.temperature}),
                  Status::kOk);
        const auto got_lp = logprob.fetch();
        const auto got_h = entropy.fetch();
        for (std::size_t r = 0; r < n; ++r) {
            EXPECT_NEAR(got_lp[r], lp[r], 1e-4);
            EXPECT_NEAR(got_h[r], h[r], 1e-4);
        }
        const auto untouched = logits_.fetch();
        EXPECT_TRUE(test::same_bits(untouched, logits)) << "without g the logits stay";
        args.g = g_.data();
        args.a = a_.data();
        ASSERT_EQ(head_rows(GetParam(), args), Status::kOk) << cuda::last_error();
        EXPECT_TRUE(test::same_bits(logprob.fetch(), got_lp));
        const std::vector<double> g64(g.begin(), g.end()), a64(a.begin(), a.end());
        ASSERT_EQ(cpu::head_backward({.logits = scaled.data(),
                                      .target = target.data(),
                                      .lse = lse.data(),
                                      .entropy = h.data(),
                                      .g = g64.data(),
                                      .a = a64.data(),
                                      .rows = c.rows,
                                      .vocab = c.vocab,
                                      .temperature = c.temperature}),
                  Status::kOk);
        const auto raw = logits_.fetch();
        std::vector<double> d, expected;
        for (std::int64_t r = 0; r < c.rows; ++r) {
            for (std::int64_t v = 0; v < c.columns; ++v) {
                Bf16 value;
                std::memcpy(
                    &value,
                    reinterpret_cast<const unsigned char*>(raw.data() + r * c.stride) + 2 * v,
                    sizeof value);
                if (v >= c.vocab || r == 1) {
                    ASSERT_EQ(to_float(value), 0.0F) << r << " " << v;
                }
                d.push_back(to_float(value));
                expected.push_back(v < c.vocab ? scaled[static_cast<std::size_t>(r * c.vocab + v)] *
                                                     factors[static_cast<std::size_t>(v)]
                                               : 0.0);
            }
        }
        EXPECT_LE(test::relative_error(d, expected), kTwoRoundings);
        EXPECT_EQ(flag.fetch()[0], 0);
        EXPECT_TRUE(logits_.intact() && logprob.intact() && entropy.intact());
    }
}

TEST_P(TrainingRows, HeadReportsWhatIsNotFinite) {
    std::vector<float> logits(16, 1.0F);
    logits[3] = std::numeric_limits<float>::quiet_NaN();
    Array<float> logits_(GetParam(), logits), logprob(GetParam(), 1), entropy(GetParam(), 1);
    Array<std::int32_t> target(GetParam(), std::vector<std::int32_t>{2}),
        flag(GetParam(), std::vector<std::int32_t>{0});
    const HeadRows args{.logits = logits_.data(),
                        .target = target.data(),
                        .logprob = logprob.data(),
                        .entropy = entropy.data(),
                        .non_finite = flag.data(),
                        .rows = 1,
                        .vocab = 16,
                        .columns = 16,
                        .stride = 16};
    ASSERT_EQ(head_rows(GetParam(), args), Status::kOk);
    EXPECT_EQ(flag.fetch()[0], 1);
    EXPECT_TRUE(std::isnan(logprob.fetch()[0]));
    HeadRows bad = args;
    bad.columns = 8;
    EXPECT_EQ(head_rows(GetParam(), bad), Status::kInvalidArgument);
    bad = args;
    bad.temperature = 0;
    EXPECT_EQ(head_rows(GetParam(), bad), Status::kInvalidArgument);
}

TEST_P(TrainingRows, SumsTheRowsThatBelongTogether) {
    constexpr std::int64_t kWidth = 1032;
    const auto src = test::bf16_integers(6 * kWidth, 1, 8);
    Array<Bf16> src_(GetParam(), src), out(GetParam(), 4 * kWidth);
    Array<std::int32_t> begin(GetParam(), {0, 3, 3, 4, 6}), index(GetParam(), {0, 5, 2, 1, 3, 3});
    ASSERT_EQ(sum_rows(GetParam(),
                       {.src = src_.data(),
                        .begin = begin.data(),
                        .index = index.data(),
                        .out = out.data(),
                        .rows = 4,
                        .width = kWidth}),
              Status::kOk)
        << cuda::last_error();
    const auto got = out.fetch();
    const auto at = [&](std::int64_t row, std::int64_t k) {
        return to_float(src[static_cast<std::size_t>(row * kWidth + k)]);
    };
    for (std::int64_t k = 0; k < kWidth; ++k) {
        const auto value = [&](std::int64_t row) {
            return to_float(got[static_cast<std::size_t>(row * kWidth + k)]);
        };
        ASSERT_EQ(value(0), at(0, k) + at(5, k) + at(2, k));
        ASSERT_EQ(value(1), 0.0F);
        ASSERT_EQ(value(2), at(1, k));
        ASSERT_EQ(value(3), 2 * at(3, k));
    }
    EXPECT_TRUE(out.intact());
    Array<float> weight(GetParam(), {2.0F, 0.5F, -1.0F, 3.0F, 9.0F, 0.0F});
    ASSERT_EQ(sum_rows(GetParam(),
                       {.src = src_.data(),
                        .begin = begin.data(),
                        .index = index.data(),
                        .weight = weight.data(),
                        .out = out.data(),
                        .rows = 4,
                        .width = kWidth}),
              Status::kOk);
    const auto weighted = out.fetch();
    for (std::int64_t k = 0; k < kWidth; ++k) {
        const auto value = [&](std::int64_t row) {
            return to_float(weighted[static_cast<std::size_t>(row * kWidth + k)]);
        };
        ASSERT_EQ(value(0), 2 * at(0, k) - at(2, k));
        ASSERT_EQ(value(1), 0.0F);
        ASSERT_EQ(value(2), 0.5F * at(1, k));
        ASSERT_EQ(value(3), 6 * at(3, k));
    }
}

struct Packing {
    std::int64_t n_q, n_kv, head_dim;
    std::vector<std::vector<std::int64_t>> clusters;  ///< a prompt, then its chains
};

/// One call of the attention, forward and backward, and the same in fp64.
class PackedAttention {
  public:
    PackedAttention(Backend backend, const Packing& p)
        : backend_(backend),
          p_(p) {
        for (const auto& lengths : p.clusters) {
            const std::int64_t begin = rows_;
            for (std::size_t n = 0; n < lengths.size(); ++n) {
                const std::int64_t first = rows_;
                const bool chain = n > 0;
                segments_.push_back({.begin = first,
                                     .end = first + lengths[n],
                                     .prefix_begin = chain ? begin : 0,
                                     .prefix_end = chain ? begin + lengths[0] : 0});
                for (; rows_ < first + lengths[n]; ++rows_) {
                    spans_.push_back({static_cast<std::int32_t>(first),
                                      static_cast<std::int32_t>(chain ? begin : 0),
                                      static_cast<std::int32_t>(chain ? begin + lengths[0] : 0),
                                      0});
                }
            }
            clusters_.push_back(static_cast<std::int64_t>(segments_.size()));
        }
        qkv_ = padded(bf16_normals(rows_ * stride(), 1), stride(), width());
        dout_ = padded(bf16_normals(rows_ * out_stride(), 2), out_stride(), out_width());
    }
    void run() {
        Array<Bf16> qkv(backend_, qkv_), dout(backend_, dout_);
        Array<Bf16> out(backend_, rows_ * out_stride()), dqkv(backend_, rows_ * stride());
        Array<AttnSpan> spans(backend_, spans_);
        Array<float> lse(backend_, rows_ * p_.n_q), delta(backend_, rows_ * p_.n_q);
        const AttnRows args{.qkv = qkv.data(),
                            .span = spans.data(),
                            .out = out.data(),
                            .lse = lse.data(),
                            .rows = rows_,
                            .n_q = p_.n_q,
                            .n_kv = p_.n_kv,
                            .head_dim = p_.head_dim,
                            .qkv_stride = stride(),
                            .out_stride = out_stride(),
                            .scale = scale()};
        ASSERT_EQ(attn_rows(backend_, args), Status::kOk) << cuda::last_error();
        ASSERT_EQ(attn_rows_backward(backend_,
                                     {.forward = args,
                                      .dout = dout.data(),
                                      .delta = delta.data(),
                                      .dqkv = dqkv.data(),
                                      .dout_stride = out_stride()}),
                  Status::kOk)
            << cuda::last_error();
        got_out = columns(out.fetch(), out_stride(), out_width());
        got_lse = lse.fetch();
        got_dqkv = columns(dqkv.fetch(), stride(), width());
        EXPECT_TRUE(out.intact() && lse.intact() && dqkv.intact() && delta.intact());
    }
    void expect_near_fp64() const {
        const auto qkv = doubles(columns(qkv_, stride(), width()));
        const auto dout = doubles(columns(dout_, out_stride(), out_width()));
        std::vector<double> out(dout.size()), lse(static_cast<std::size_t>(rows_ * p_.n_q));
        std::vector<double> dqkv(qkv.size());
        const AttnForward<double> args{.qkv = qkv.data(),
                                       .out = out.data(),
                                       .lse = lse.data(),
                                       .segments = segments_.data(),
                                       .clusters = clusters_.data(),
                                       .n_clusters = std::ssize(clusters_) - 1,
                                       .n_q = p_.n_q,
                                       .n_kv = p_.n_kv,
                                       .head_dim = p_.head_dim,
                                       .qkv_stride = width(),
                                       .scale = scale()};
        ASSERT_EQ(cpu::attn_forward(args), Status::kOk);
        ASSERT_EQ(cpu::attn_backward(AttnBackward<double>{
                      .forward = args, .dout = dout.data(), .dqkv = dqkv.data()}),
                  Status::kOk);
        EXPECT_LE(test::relative_error(got_out, out), 6e-3);
        EXPECT_LE(test::relative_error(got_lse, lse), 1e-4);
        EXPECT_LE(test::relative_error(got_dqkv, dqkv), 1e-2);
    }
    std::vector<Bf16> got_out, got_dqkv;
    std::vector<float> got_lse;

  private:
    std::int64_t width() const { return (p_.n_q + 2 * p_.n_kv) * p_.head_dim; }
    std::int64_t stride() const { return width() + 16; }
    std::int64_t out_width() const { return p_.n_q * p_.head_dim; }
    std::int64_t out_stride() const { return out_width() + 24; }
    float scale() const { return 1.0F / std::sqrt(static_cast<float>(p_.head_dim)); }

    Backend backend_;
    Packing p_;
    std::int64_t rows_ = 0;
    std::vector<Segment> segments_;
    std::vector<std::int64_t> clusters_ = {0};
    std::vector<AttnSpan> spans_;
    std::vector<Bf16> qkv_, dout_;
};

TEST_P(TrainingRows, AttentionAndItsGradientAgreeWithFp64) {
    for (const Packing& p : {Packing{1, 1, 64, {{1}}},
                             Packing{4, 2, 64, {{70, 33, 5, 64}, {129}}},
                             Packing{2, 1, 128, {{17, 100, 3}, {1}, {64, 64}}},
                             Packing{7, 1, 128, {{40, 90}}},
                             Packing{3, 3, 64, {{5}, {6}, {7, 8, 9}, {200}}}}) {
        SCOPED_TRACE(std::to_string(p.n_q) + "/" + std::to_string(p.n_kv) + " heads of " +
                     std::to_string(p.head_dim));
        PackedAttention first(GetParam(), p);
        first.run();
        if (HasFatalFailure()) return;
        first.expect_near_fp64();
        PackedAttention second(GetParam(), p);
        second.run();
        EXPECT_TRUE(test::same_bits(first.got_out, second.got_out));
        EXPECT_TRUE(test::same_bits(first.got_dqkv, second.got_dqkv));
    }
}

TEST_P(TrainingRows, AttentionOfRowsOfNothingIsZero) {
    constexpr std::int64_t kRows = 3, kDim = 64, kWidth = 3 * kDim;
    Array<Bf16> qkv(GetParam(), bf16_normals(kRows * kWidth, 1));
    Array<Bf16> dout(GetParam(), bf16_normals(kRows * kDim, 2));
    Array<Bf16> out(GetParam(), kRows * kDim), dqkv(GetParam(), kRows * kWidth);
    Array<AttnSpan> spans(GetParam(), {{9, 0, 0, 0}, {9, 0, 0, 0}, {9, 0, 0, 0}});
    Array<float> lse(GetParam(), kRows), delta(GetParam(), kRows);
    const AttnRows args{.qkv = qkv.data(),
                        .span = spans.data(),
                        .out = out.data(),
                        .lse = lse.data(),
                        .rows = kRows,
                        .n_q = 1,
                        .n_kv = 1,
                        .head_dim = kDim,
                        .qkv_stride = kWidth,
                        .out_stride = kDim,
                        .scale = 0.1F};
    ASSERT_EQ(attn_rows(GetParam(), args), Status::kOk) << cuda::last_error();
    const AttnRowsBackward back{.forward = args,
                                .dout = dout.data(),
                                .delta = delta.data(),
                                .dqkv = dqkv.data(),
                                .dout_stride = kDim};
    ASSERT_EQ(attn_rows_backward(GetParam(), back), Status::kOk) << cuda::last_error();
    for (const Bf16 v : out.fetch()) ASSERT_EQ(to_float(v), 0.0F);
    for (const Bf16 v : dqkv.fetch()) ASSERT_EQ(to_float(v), 0.0F);
    AttnRows bad = args;
    bad.rows = kAttnRowsMost + 1;
    EXPECT_EQ(attn_rows(GetParam(), bad), Status::kInvalidArgument);
    bad = args;
    bad.out_stride = 60;
    EXPECT_EQ(attn_rows(GetParam(), bad), Status::kInvalidArgument);
    AttnRowsBackward same = back;
    same.dqkv = qkv.data();
    EXPECT_EQ(attn_rows_backward(GetParam(), same), Status::kInvalidArgument);
}

TEST_P(TrainingRows, RefusesWhatMisfits) {
    Array<Bf16> x(GetParam(), bf16_normals(64, 1)), y(GetParam(), 64);
    Array<Bf16> gamma(GetParam(), bf16_normals(16, 2));
    const AddNorm good{.x = x.data(),
                       .gamma = gamma.data(),
                       .y = y.data(),
                       .rows = 4,
                       .width = 16,
                       .x_stride = 16,
                       .y_stride = 16};
    EXPECT_EQ(add_norm(GetParam(), good), Status::kOk);
    AddNorm bad = good;
    bad.width = 12;
    EXPECT_EQ(add_norm(GetParam(), bad), Status::kInvalidArgument);
    bad = good;
    bad.update = x.data();
    EXPECT_EQ(add_norm(GetParam(), bad), Status::kInvalidArgument) << "nowhere to put the sum";
    bad = good;
    bad.x += 1;
    EXPECT_EQ(add_norm(GetParam(), bad), Status::kInvalidArgument);
    SwigluRows swiglu{.gate_up = x.data(), .h = y.data(), .rows = 2, .width = 16, .h_stride = 16};
    EXPECT_EQ(swiglu_rows(GetParam(), swiglu), Status::kOk);
    swiglu.h_stride = 8;
    EXPECT_EQ(swiglu_rows(GetParam(), swiglu), Status::kInvalidArgument);
}

VT_ON_BACKENDS(TrainingRows);

}  // namespace
}  // namespace veritune::kernels
