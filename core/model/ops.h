// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/packed_batch.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

/// Where tensors meet kernels: checks shapes, hands raw pointers over. All tensors are f32 on the
/// CPU with a contiguous last dimension. A misfit is a bug of ours and aborts.
namespace veritune::model::ops {

/// x, y [M, G*W]; rstd [M, G]; gamma [W]; columns [begin, begin + G*W) of x and y
void rms_norm(const at::Tensor& x,
              const at::Tensor& gamma,
              double eps,
              const at::Tensor& y,
              const at::Tensor& rstd);
/// dx = (or +=) backward; dgamma [W] accumulates, undefined = frozen
void rms_norm_backward(const at::Tensor& dy,
                       const at::Tensor& x,
                       const at::Tensor& gamma,
                       const at::Tensor& rstd,
                       const at::Tensor& dx,
                       const at::Tensor& dgamma,
                       bool accumulate);

struct RopeTable {
    at::Tensor cos;  ///< [max_positions, head_dim/2]
    at::Tensor sin;
};
/// x [M, heads*head_dim] (a narrow of qkv), in place
void rope(const at::Tensor& x, const at::Tensor& positions, const RopeTable& table, bool inverse);

void swiglu(const at::Tensor& gate_up, const at::Tensor& h);
void swiglu_backward(const at::Tensor& gate_up, const at::Tensor& dh, const at::Tensor& dgate_up);

struct HeadLayout {
    std::int64_t n_q = 0;
    std::int64_t n_kv = 0;
    std::int64_t head_dim = 0;
    std::int64_t sliding_window = 0;
};
void attention(const at::Tensor& qkv,
               const PackedBatch& batch,
               const HeadLayout& heads,
               const at::Tensor& out,
               const at::Tensor& lse);
void attention_backward(const at::Tensor& qkv,
                        const PackedBatch& batch,
                        const HeadLayout& heads,
                        const at::Tensor& out,
                        const at::Tensor& lse,
                        const at::Tensor& dout,
                        const at::Tensor& dqkv);

/// out [n, W] = table[index]; index int32 [n]
void gather_rows(const at::Tensor& table, const at::Tensor& index, const at::Tensor& out);
void scatter_add_rows(const at::Tensor& table, const at::Tensor& index, const at::Tensor& x);

/// logits [n, V] -> logprob, entropy, lse [n]
void head_forward(const at::Tensor& logits,
                  const at::Tensor& target,
                  double temperature,
                  const at::Tensor& logprob,
                  const at::Tensor& entropy,
                  const at::Tensor& lse);
/// logits become dlogits; g [n] = dL/dlogprob
void head_backward(const at::Tensor& logits,
                   const at::Tensor& target,
                   double temperature,
                   const at::Tensor& lse,
                   const at::Tensor& entropy,
                   const at::Tensor& g);

}  // namespace veritune::model::ops
