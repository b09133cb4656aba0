// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/attn_varlen_case.h"

VT_DECLARE_VARIANTS(attn_forward, AttnForward)
VT_DECLARE_VARIANTS(attn_backward, AttnBackward)

namespace veritune::kernels {
namespace {

using test::AttnBackwardCase;
using test::AttnCase;
using test::AttnShape;
using test::Buffer;

template <typename T>
class AttnVarlen : public ::testing::Test {};
TYPED_TEST_SUITE(AttnVarlen, test::Floats);

std::string name(const AttnShape& s) {
    return std::to_string(s.n_q) + "/" + std::to_string(s.n_kv) + " heads of " +
           std::to_string(s.head_dim) + ", window " + std::to_string(s.sliding_window);
}

TYPED_TEST(AttnVarlen, ForwardMatchesTheDefinition) {
    for (const AttnShape& s : test::attn_shapes()) {
        AttnCase<TypeParam> c(s);
        const test::AttnReference<TypeParam> expected(c);
        test::run(c, VT_KERNEL(attn_forward));
        EXPECT_LE(test::distance(c.out, expected.out), test::kTolerance<TypeParam>) << name(s);
        EXPECT_LE(test::distance(c.lse, expected.lse), test::kTolerance<TypeParam>) << name(s);
    }
}

TYPED_TEST(AttnVarlen, BackwardMatchesTheDefinition) {
    for (const AttnShape& s : test::attn_shapes()) {
        AttnBackwardCase<TypeParam> c(s);
        const test::AttnReference<TypeParam> expected(c);
        test::run(c, VT_KERNEL(attn_backward));
        EXPECT_LE(test::distance(c.dqkv, expected.dqkv), test::kTolerance<TypeParam>) << name(s);
    }
}

TYPED_TEST(AttnVarlen, StaysFiniteForHugeScores) {
    AttnCase<TypeParam> f({4, 2, 24, 0, {{20, 45}}});
    for (std::int64_t i = 0; i < f.qkv.size(); ++i) f.qkv[i] *= 30;
    AttnBackwardCase<TypeParam> c(f);
    const test::AttnReference<TypeParam> expected(c);
    test::run(c, VT_KERNEL(attn_backward));
    // Scores of some thousand lose their last digits; the weights of the keys do too.
    const double slack = sizeof(TypeParam) == 4 ? 2e-3 : 1e-10;
    EXPECT_LE(test::distance(c.out, expected.out), slack);
    EXPECT_LE(test::distance(c.dqkv, expected.dqkv), slack);
}

TYPED_TEST(AttnVarlen, GivesTheSameBitsOnAnyNumberOfThreads) {
    for (const AttnShape& s : test::attn_shapes()) {
        test::expect_same_bits_on_any_threads(AttnCase<TypeParam>(s), VT_KERNEL(attn_forward));
        test::expect_same_bits_on_any_threads(AttnBackwardCase<TypeParam>(s),
                                              VT_KERNEL(attn_backward));
    }
}

TYPED_TEST(AttnVarlen, AgreesOnEveryInstructionSet) {
    for (const AttnShape& s : test::attn_shapes()) {
        test::expect_variants_agree<TypeParam>(AttnCase<TypeParam>(s),
                                               VT_VARIANTS(attn_forward, AttnForward<TypeParam>));
        test::expect_variants_agree<TypeParam>(AttnBackwardCase<TypeParam>(s),
                                               VT_VARIANTS(attn_backward, AttnBackward<TypeParam>));
    }
}

TYPED_TEST(AttnVarlen, ChainComputesTheSameInAnyBatch) {
    // The third cluster alone, at other rows, gives the bits it gave among the others.
    for (const std::int64_t window : {0, 7}) {
        const AttnShape all_shape{4, 2, 24, window, {{45}, {17, 3}, {20, 45, 1, 33}, {9}}};
        const AttnShape one_shape{4, 2, 24, window, {{20, 45, 1, 33}}};
        AttnCase<TypeParam> all(all_shape);
        AttnCase<TypeParam> one(one_shape);
        const std::int64_t first = all.segments[3].begin - one.segments[0].begin;
        one.qkv = test::slice_rows(all.qkv, first, one.rows, one.stride);
        one.dout = test::slice_rows(all.dout, first, one.rows, 4 * 24);
        AttnBackwardCase<TypeParam> all_back(all);
        AttnBackwardCase<TypeParam> one_back(one);
        test::run(all_back, VT_KERNEL(attn_backward));
        test::run(one_back, VT_KERNEL(attn_backward));
        EXPECT_TRUE(one_back.out.same_bits(test::slice_rows(all_back.out, first, one.rows, 96)));
        EXPECT_TRUE(one_back.lse.same_bits(test::slice_rows(all_back.lse, first, one.rows, 4)));
        EXPECT_TRUE(
            one_back.dqkv.same_bits(test::slice_rows(all_back.dqkv, first, one.rows, one.stride)));
    }
}

TYPED_TEST(AttnVarlen, QueryDoesNotDependOnLaterTokens) {
    // The forward pass of a shorter chain is the beginning of the longer one's, bit for bit.
    AttnCase<TypeParam> longer({4, 2, 24, 0, {{20, 45}}});
    AttnCase<TypeParam> shorter({4, 2, 24, 0, {{20, 30}}});
    shorter.qkv = test::slice_rows(longer.qkv, 0, shorter.rows, longer.stride);
    test::run(longer, VT_KERNEL(attn_forward));
    test::run(shorter, VT_KERNEL(attn_forward));
    EXPECT_TRUE(shorter.out.same_bits(test::slice_rows(longer.out, 0, shorter.rows, 96)));
    EXPECT_TRUE(shorter.lse.same_bits(test::slice_rows(longer.lse, 0, shorter.rows, 4)));
}

TYPED_TEST(AttnVarlen, ScratchOfEarlierCallsDoesNotLeak) {
    // A call full of NaN first: what it leaves in the threads' scratch must not be read.
    AttnCase<TypeParam> clean({4, 2, 24, 0, {{45}, {20, 33}}});
    AttnBackwardCase<TypeParam> expected(clean);
    test::run(expected, VT_KERNEL(attn_backward));
    AttnBackwardCase<TypeParam> poison(AttnShape{4, 2, 24, 0, {{100, 100}, {100, 100}}});
    for (std::int64_t i = 0; i < poison.qkv.size(); ++i) {
        poison.qkv[i] = std::numeric_limits<TypeParam>::quiet_NaN();
    }
    cpu::attn_forward(poison.AttnCase<TypeParam>::args());
    cpu::attn_backward(poison.args());
    AttnBackwardCase<TypeParam> again(clean);
    test::run(again, VT_KERNEL(attn_backward));
    EXPECT_TRUE(again.out.same_bits(expected.out));
    EXPECT_TRUE(again.dqkv.same_bits(expected.dqkv));
}

TYPED_TEST(AttnVarlen, RefusesWhatDoesNotFit) {
    AttnCase<TypeParam> f({4, 2, 24, 0, {{5, 3}, {4}}});
    AttnBackwardCase<TypeParam> b(f);
    const auto refused = [&](const char* why, auto change) {
        AttnForward<TypeParam> bad = f.args();
        AttnBackward<TypeParam> bad_back = b.args();
        change(bad);
        change(bad_back.forward);
        test::expect_refused(f, bad, VT_KERNEL(attn_forward), why);
        test::expect_refused(b, bad_back, VT_KERNEL(attn_backward), why);
    };
    refused("clusters", [](auto& a) { a.n_clusters = -1; });
    refused("head size", [](auto& a) { a.head_dim = 0; });
    refused("no query head", [](auto& a) { a.n_q = 0; });
    refused("no key head", [](auto& a) { a.n_kv = 0; });
    refused("heads", [](auto& a) { a.n_q = 3; });
    refused("stride", [](auto& a) { a.qkv_stride = 8 * 24 - 1; });
    refused("window", [](auto& a) { a.sliding_window = -1; });
    refused("qkv", [](auto& a) { a.qkv = nullptr; });
    refused("out", [](auto& a) { a.out = nullptr; });
    refused("lse", [](auto& a) { a.lse = nullptr; });
    refused("segments", [](auto& a) { a.segments = nullptr; });
    refused("cluster list", [](auto& a) { a.clusters = nullptr; });
    const auto segment = [&](const char* why, const Segment& s) {
        const Segment kept = f.segments[1];
        f.segments[1] = b.segments[1] = s;
        refused(why, [](auto&) {});
        f.segments[1] = b.segments[1] = kept;
    };
    segment("backward segment", {9, 6, 1, 6});
    segment("negative row", {-1, 2, 0, 0});
    segment("backward prefix", {6, 9, 6, 1});
    segment("prefix that another cluster owns", {6, 9, 10, 13});
    f.clusters = b.clusters = {2, 0, 3};
    refused("clusters out of order", [](auto&) {});

    AttnBackwardCase<TypeParam> null(AttnShape{4, 2, 24, 0, {{5, 3}}});
    AttnBackward<TypeParam> bad = null.args();
    bad.dout = nullptr;
    test::expect_refused(null, bad, VT_KERNEL(attn_backward), "dout");
    bad = null.args();
    bad.dqkv = nullptr;
    test::expect_refused(null, bad, VT_KERNEL(attn_backward), "dqkv");
}

}  // namespace
}  // namespace veritune::kernels
