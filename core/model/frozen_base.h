// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/packed_batch.h"
#include "core/util/result.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace veritune::model {

class CausalLm;
struct HeadTargets;

/// Frozen base weights that live elsewhere than in tensors (quantised, on a processor or a card),
/// and what is computed with them. A CausalLm on such a base has its adapter, value head and
/// gradients as ever; its passes go through here, and many CausalLm (policy, reference, critic)
/// share one base.
/// Order of calls: forward(keep) -> log_probs -> log_probs_backward -> backward, or with values in
/// the place of log_probs; the same CausalLm all through. After any number of such passes of one
/// CausalLm, collect().
/// threads  one owner
class FrozenBase {
  public:
    virtual ~FrozenBase() = default;

    /// keep: for a backward pass. Every row belongs to a segment.
    virtual util::Status forward(const CausalLm& lm, const PackedBatch& batch, bool keep) = 0;
    /// log_probs, entropies  f32 [n]
    virtual util::Status log_probs(const HeadTargets& targets,
                                   double temperature,
                                   const at::Tensor& log_probs,
                                   const at::Tensor& entropies) = 0;
    /// g  f32 [n] = dL/dlog-prob
    virtual util::Status log_probs_backward(const at::Tensor& g) = 0;
    /// out [n] = hidden[rows] . weight + bias
    virtual util::Status values(const std::vector<std::int32_t>& rows,
                                const at::Tensor& weight,
                                const at::Tensor& bias,
                                const at::Tensor& out) = 0;
    /// Adds to dweight [d] and dbias [1].
    virtual util::Status values_backward(const at::Tensor& dvalues,
                                         const at::Tensor& dweight,
                                         const at::Tensor& dbias) = 0;
    /// Adds the adapter's gradients to sums that stay here.
    virtual util::Status backward(const CausalLm& lm) = 0;
    /// Adds those sums to the gradients of lm; the next backward() begins new ones.
    virtual util::Status collect(CausalLm& lm) = 0;
    /// Drops them.
    virtual void discard() = 0;

    /// Tokens of one pass, at most `wanted`.
    virtual std::int64_t micro_batch_tokens(std::int64_t wanted, std::int64_t rank) const = 0;

    /// The first failure since the last look. After one, passes give zeros until it is taken: the
    /// caller takes it before the weights move.
    util::Status take_failure() { return std::exchange(failure_, util::Status()); }
    /// Runs `work` unless something failed before; keeps what it says. Whether all is well.
    template <typename Work>
    bool attempt(const Work& work) {
        if (failure_.has_value()) failure_ = work();
        return failure_.has_value();
    }

  private:
    util::Status failure_;
};

}  // namespace veritune::model
