// SPDX-License-Identifier: Apache-2.0
#include "core/model/ops.h"

#include "core/util/result.h"
#include "kernels/attn_varlen.h"
#include "kernels/embedding.h"
#include "kernels/head_rows.h"
#include "kernels/rms_norm.h"
#include "kernels/rope.h"
#include "kernels/swiglu.h"

#include <ATen/ATen.h>

#include <cmath>

namespace veritune::model::ops {
namespace {

namespace k = kernels;

float* data(const at::Tensor& t) { return t.data_ptr<float>(); }
const std::int32_t* ids(const at::Tensor& t) { return t.data_ptr<std::int32_t>(); }
void must(k::Status status) { VT_CHECK(status == k::Status::kOk); }

k::AttnForward<float> attention_args(const at::Tensor& qkv,
                                     const PackedBatch& batch,
                                     const HeadLayout& heads,
                                     const at::Tensor& out,
                                     const at::Tensor& lse) {
    VT_CHECK(qkv.size(0) == batch.rows() && out.is_contiguous() && lse.is_contiguous());
    return {.qkv = data(qkv),
            .out = data(out),
            .lse = data(lse),
            .segments = batch.segments.data(),
            .clusters = batch.clusters.data(),
            .n_clusters = static_cast<std::int64_t>(batch.clusters.size()) - 1,
            .n_q = heads.n_q,
            .n_kv = heads.n_kv,
            .head_dim = heads.head_dim,
            .qkv_stride = qkv.stride(0),
            .sliding_window = heads.sliding_window,
            .scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(heads.head_dim)))};
}

}  // namespace

void rms_norm(const at::Tensor& x,
              const at::Tensor& gamma,
              double eps,
              const at::Tensor& y,
              const at::Tensor& rstd) {
    const std::int64_t width = gamma.size(0);
    must(k::cpu::rms_norm_forward({.x = data(x),
                                   .gamma = data(gamma),
                                   .y = data(y),
                                   .rstd = data(rstd),
                                   .rows = x.size(0),
                                   .groups = x.size(1) / width,
                                   .width = width,
                                   .x_stride = x.stride(0),
                                   .y_stride = y.stride(0),
                                   .eps = static_cast<float>(eps)}));
}

void rms_norm_backward(const at::Tensor& dy,
                       const at::Tensor& x,
                       const at::Tensor& gamma,
                       const at::Tensor& rstd,
                       const at::Tensor& dx,
                       const at::Tensor& dgamma,
                       bool accumulate) {
    const std::int64_t width = gamma.size(0);
    const std::int64_t blocks = (x.size(0) + k::kRmsNormBlock - 1) / k::kRmsNormBlock;
    const at::Tensor partial =
        dgamma.defined() ? at::empty({blocks, width}, at::kFloat) : at::Tensor();
    must(k::cpu::rms_norm_backward({.dy = data(dy),
                                    .x = data(x),
                                    .gamma = data(gamma),
                                    .rstd = data(rstd),
                                    .dx = data(dx),
                                    .dgamma = dgamma.defined() ? data(dgamma) : nullptr,
                                    .partial = dgamma.defined() ? data(partial) : nullptr,
                                    .rows = x.size(0),
                                    .groups = x.size(1) / width,
                                    .width = width,
                                    .dy_stride = dy.stride(0),
                                    .x_stride = x.stride(0),
                                    .dx_stride = dx.stride(0),
                                    .accumulate = accumulate}));
}

void rope(const at::Tensor& x, const at::Tensor& positions, const RopeTable& table, bool inverse) {
    const std::int64_t head_dim = 2 * table.cos.size(1);
    must(k::cpu::rope(k::Rope<float>{.x = data(x),
                                     .positions = ids(positions),
                                     .cos = data(table.cos),
                                     .sin = data(table.sin),
                                     .rows = x.size(0),
                                     .heads = x.size(1) / head_dim,
                                     .head_dim = head_dim,
                                     .x_stride = x.stride(0),
                                     .max_positions = table.cos.size(0),
                                     .inverse = inverse}));
}

void swiglu(const at::Tensor& gate_up, const at::Tensor& h) {
    VT_CHECK(gate_up.is_contiguous() && h.is_contiguous());
    must(k::cpu::swiglu_forward(
        {.gate_up = data(gate_up), .h = data(h), .rows = h.size(0), .width = h.size(1)}));
}

void swiglu_backward(const at::Tensor& gate_up, const at::Tensor& dh, const at::Tensor& dgate_up) {
    VT_CHECK(gate_up.is_contiguous() && dh.is_contiguous() && dgate_up.is_contiguous());
    must(k::cpu::swiglu_backward({.gate_up = data(gate_up),
                                  .dh = data(dh),
                                  .dgate_up = data(dgate_up),
                                  .rows = dh.size(0),
                                  .width = dh.size(1)}));
}

void attention(const at::Tensor& qkv,
               const PackedBatch& batch,
               const HeadLayout& heads,
               const at::Tensor& out,
               const at::Tensor& lse) {
    must(k::cpu::attn_forward(attention_args(qkv, batch, heads, out, lse)));
}

void attention_backward(const at::Tensor& qkv,
                        const PackedBatch& batch,
                        const HeadLayout& heads,
                        const at::Tensor& out,
                        const at::Tensor& lse,
                        const at::Tensor& dout,
                        const at::Tensor& dqkv) {
    VT_CHECK(dout.is_contiguous() && dqkv.stride(0) == qkv.stride(0));
    must(k::cpu::attn_backward(
        k::AttnBackward<float>{.forward = attention_args(qkv, batch, heads, out, lse),
                               .dout = data(dout),
                               .dqkv = data(dqkv)}));
}

void gather_rows(const at::Tensor& table, const at::Tensor& index, const at::Tensor& out) {
    VT_CHECK(table.is_contiguous() && out.is_contiguous());
    must(k::cpu::gather_rows(k::GatherRows<float>{.table = data(table),
                                                  .index = ids(index),
                                                  .out = data(out),
                                                  .rows = index.size(0),
                                                  .width = table.size(1),
                                                  .table_rows = table.size(0)}));
}

void scatter_add_rows(const at::Tensor& table, const at::Tensor& index, const at::Tensor& x) {
    VT_CHECK(table.is_contiguous() && x.is_contiguous());
    must(k::cpu::scatter_add_rows(k::ScatterAddRows<float>{.table = data(table),
                                                           .index = ids(index),
                                                           .x = data(x),
                                                           .rows = index.size(0),
                                                           .width = table.size(1),
                                                           .table_rows = table.size(0)}));
}

void head_forward(const at::Tensor& logits,
                  const at::Tensor& target,
                  double temperature,
                  const at::Tensor& logprob,
                  const at::Tensor& entropy,
                  const at::Tensor& lse) {
    VT_CHECK(logits.is_contiguous());
    must(k::cpu::head_forward({.logits = data(logits),
                               .target = ids(target),
                               .logprob = data(logprob),
                               .entropy = data(entropy),
                               .lse = data(lse),
                               .rows = logits.size(0),
                               .vocab = logits.size(1),
                               .temperature = static_cast<float>(temperature)}));
}

void head_backward(const at::Tensor& logits,
                   const at::Tensor& target,
                   double temperature,
                   const at::Tensor& lse,
                   const at::Tensor& entropy,
                   const at::Tensor& g) {
    VT_CHECK(logits.is_contiguous());
    must(k::cpu::head_backward({.logits = data(logits),
                                .target = ids(target),
                                .lse = data(lse),
                                .entropy = data(entropy),
                                .g = data(g),
                                .a = nullptr,
                                .rows = logits.size(0),
                                .vocab = logits.size(1),
                                .temperature = static_cast<float>(temperature)}));
}

}  // namespace veritune::model::ops
