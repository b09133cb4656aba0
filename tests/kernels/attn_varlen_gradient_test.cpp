// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/attn_varlen_case.h"

namespace veritune::kernels {
namespace {

using test::AttnBackwardCase;
using test::AttnCase;
using test::AttnShape;
using test::Buffer;

TEST(AttnVarlenGradient, MatchesCentralDifferences) {
    for (const AttnShape& s : {AttnShape{4, 2, 4, 0, {{3, 4, 1, 2}, {5}}},
                               AttnShape{4, 1, 3, 3, {{3, 4, 1, 2}, {5}}},
                               AttnShape{2, 2, 2, 0, {{17, 3}}}}) {
        AttnCase<double> f(s);
        const Buffer<double> numeric = test::central_differences(f.qkv, [&] {
            cpu::attn_forward(f.args());
            return test::dot(f.dout, f.out);
        });
        AttnBackwardCase<double> b(s);
        test::run(b, VT_KERNEL(attn_backward));
        EXPECT_LE(test::distance(b.dqkv, numeric), test::kGradientTolerance);
    }
}

/// A prompt with its chains, once shared and once repeated in front of every chain. In the repeated
/// packing only the first copy of the prompt carries the prompt's own dout.
template <typename T>
struct Repeated {
    explicit Repeated(const AttnCase<T>& shared)
        : c(shared) {
        const Segment prompt = shared.segments[0];
        c.segments.clear();
        c.clusters = {0};
        std::int64_t rows = 0;
        for (std::size_t n = 1; n < shared.segments.size(); ++n) {
            const Segment chain = shared.segments[n];
            const std::int64_t begin = rows;
            for (std::int64_t r = prompt.begin; r < prompt.end; ++r) source.push_back(r);
            for (std::int64_t r = chain.begin; r < chain.end; ++r) source.push_back(r);
            rows = static_cast<std::int64_t>(source.size());
            c.segments.push_back({.begin = begin, .end = rows});
            c.clusters.push_back(static_cast<std::int64_t>(n));
        }
        c.allocate(rows);
        const std::int64_t width = c.s.n_q * c.s.head_dim;
        for (std::int64_t row = 0; row < rows; ++row) {
            const std::int64_t from = source[static_cast<std::size_t>(row)];
            const bool copy = from < prompt.end && row >= c.segments[0].end;
            for (std::int64_t k = 0; k < c.stride; ++k) {
                c.qkv[row * c.stride + k] = shared.qkv[from * c.stride + k];
            }
            for (std::int64_t k = 0; k < width; ++k) {
                c.dout[row * width + k] = copy ? T(0) : shared.dout[from * width + k];
            }
        }
    }
    AttnCase<T> c;
    std::vector<std::int64_t> source;  ///< row of the shared packing for every row here
};

template <typename T>
class AttnSharedPrefix : public ::testing::Test {};
TYPED_TEST_SUITE(AttnSharedPrefix, test::Floats);

TYPED_TEST(AttnSharedPrefix, EqualsChainsThatRepeatThePrompt) {
    for (const std::int64_t window : {0, 6}) {
        AttnCase<TypeParam> shared({4, 2, 24, window, {{20, 45, 1, 16, 33}}});
        const Repeated<TypeParam> repeated(shared);
        AttnBackwardCase<TypeParam> a(shared);
        AttnBackwardCase<TypeParam> b(repeated.c);
        test::run(a, VT_KERNEL(attn_backward));
        test::run(b, VT_KERNEL(attn_backward));
        const std::int64_t width = 4 * 24;
        Buffer<double> out(a.out.size());
        Buffer<double> dqkv(a.dqkv.size());
        for (std::int64_t row = 0; row < b.rows; ++row) {
            const std::int64_t to = repeated.source[static_cast<std::size_t>(row)];
            for (std::int64_t k = 0; k < width; ++k) out[to * width + k] = b.out[row * width + k];
            for (std::int64_t k = 0; k < a.width; ++k) {
                double& sum = dqkv[to * a.stride + k];
                sum = (std::isnan(sum) ? 0.0 : sum) + double(b.dqkv[row * b.stride + k]);
            }
        }
        EXPECT_LE(test::distance(a.out, out), test::kTolerance<TypeParam>) << window;
        EXPECT_LE(test::distance(a.dqkv, dqkv), test::kTolerance<TypeParam>) << window;
    }
}

}  // namespace
}  // namespace veritune::kernels
