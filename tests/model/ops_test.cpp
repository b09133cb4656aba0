// SPDX-License-Identifier: Apache-2.0
// The kernels have their own tests; here is what ops adds: strides of narrowed tensors, optional
// gradients, shapes.
#include "core/model/ops.h"

#include "tests/model/lm_test_support.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>

namespace veritune::model {
namespace {

at::Tensor normals(at::IntArrayRef shape, std::uint64_t seed) {
    util::Rng rng(seed, util::RngStream::kTest);
    at::Tensor t = at::empty(shape, at::kFloat);
    for (std::int64_t i = 0; i < t.numel(); ++i)
        t.data_ptr<float>()[i] = static_cast<float>(rng.normal());
    return t;
}

at::Tensor norm_reference(const at::Tensor& x, const at::Tensor& gamma, double eps) {
    const at::Tensor d = x.to(at::kDouble).reshape({x.size(0), -1, gamma.size(0)});
    const at::Tensor rstd = at::rsqrt(d.square().mean(-1, true) + eps);
    return (d * rstd * gamma.to(at::kDouble)).reshape({x.size(0), x.size(1)});
}

TEST(Ops, RmsNormWorksOnColumnsOfAWiderTensor) {
    const at::Tensor qkv = normals({5, 20}, 1);
    const at::Tensor gamma = normals({4}, 2);
    const at::Tensor x = qkv.narrow(1, 4, 12);  // three heads of 4
    const at::Tensor y = at::empty({5, 12}, at::kFloat);
    const at::Tensor rstd = at::empty({15}, at::kFloat);
    ops::rms_norm(x, gamma, 1e-6, y, rstd);
    EXPECT_LT(largest_difference(y, norm_reference(x, gamma, 1e-6)), 1e-6);
}

TEST(Ops, RmsNormBackwardAccumulatesAndMayBeFrozen) {
    const at::Tensor x = normals({300, 8}, 3);  // more rows than one block of the kernel
    const at::Tensor gamma = normals({8}, 4);
    const at::Tensor dy = normals({300, 8}, 5);
    const at::Tensor y = at::empty_like(x);
    const at::Tensor rstd = at::empty({300}, at::kFloat);
    ops::rms_norm(x, gamma, 1e-6, y, rstd);
    const at::Tensor dx = at::empty_like(x);
    const at::Tensor dgamma = at::ones({8}, at::kFloat);
    ops::rms_norm_backward(dy, x, gamma, rstd, dx, dgamma, false);
    const at::Tensor expected = 1.0 + (dy * x * rstd.unsqueeze(1)).to(at::kDouble).sum(0);
    EXPECT_LT(largest_difference(dgamma, expected), 1e-4);
    const at::Tensor twice = dx.clone();
    ops::rms_norm_backward(dy, x, gamma, rstd, twice, {}, true);
    EXPECT_LT(relative_difference(twice, 2 * dx), 1e-6);
}

TEST(Ops, RopeTurnsBackWhatItTurned) {
    const CausalLm lm = load_golden("qwen2", Trainable::kFrozen);
    const ops::RopeTable& table = lm.rope_table(40);
    const at::Tensor whole = normals({6, 60}, 6);
    const at::Tensor before = whole.clone();
    const at::Tensor qk = whole.narrow(1, 0, 48);
    const at::Tensor positions = at::tensor({0, 1, 5, 17, 30, 39}, at::kInt);
    ops::rope(qk, positions, table, false);
    EXPECT_GT(largest_difference(qk.narrow(0, 1, 5), before.narrow(1, 0, 48).narrow(0, 1, 5)), 0.1);
    EXPECT_TRUE(bit_equal(whole.narrow(1, 48, 12), before.narrow(1, 48, 12))) << "v stays";
    EXPECT_TRUE(bit_equal(whole[0], before[0])) << "position 0 stays";
    ops::rope(qk, positions, table, true);
    EXPECT_LT(largest_difference(whole, before), 1e-6);
}

TEST(Ops, SwigluIsSiluOfGateTimesUp) {
    const at::Tensor gate_up = normals({7, 10}, 7);
    const at::Tensor h = at::empty({7, 5}, at::kFloat);
    ops::swiglu(gate_up, h);
    const at::Tensor gate = gate_up.narrow(1, 0, 5).to(at::kDouble);
    EXPECT_LT(largest_difference(h, gate * gate.sigmoid() * gate_up.narrow(1, 5, 5)), 1e-6);
}

TEST(Ops, ScatterIsTheTransposeOfGather) {
    const at::Tensor table = normals({9, 4}, 8);
    const at::Tensor index = at::tensor({8, 0, 3, 3}, at::kInt);
    const at::Tensor rows = at::empty({4, 4}, at::kFloat);
    ops::gather_rows(table, index, rows);
    EXPECT_TRUE(bit_equal(rows, table.index_select(0, index)));
    const at::Tensor sums = at::zeros({9, 4}, at::kFloat);
    ops::scatter_add_rows(sums, index, rows);
    EXPECT_LT(largest_difference(sums[3], 2 * table[3]), 1e-6);
    EXPECT_EQ(sums[1].abs().max().item<float>(), 0.0F);
}

TEST(Ops, AMisfitAborts) {
    const at::Tensor table = normals({4, 6}, 9);
    const at::Tensor index = at::tensor({4}, at::kInt);  // one beyond the end
    const at::Tensor out = at::empty({1, 6}, at::kFloat);
    EXPECT_DEATH(ops::gather_rows(table, index, out), "VT_CHECK");
    EXPECT_DEATH(ops::swiglu(table.t(), at::empty({6, 2}, at::kFloat)), "VT_CHECK");
}

}  // namespace
}  // namespace veritune::model
