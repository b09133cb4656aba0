// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/packed_batch.h"
#include "core/util/result.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace veritune::model {

class CausalLm;
struct HeadTargets;

/// One AdamW step as a base does it; names as in a recipe.
struct BaseStep {
    std::int64_t step = 1;  ///< from 1
    double learning_rate = 0;
    double beta1 = 0;
    double beta2 = 0;
    double epsilon = 0;
    double weight_decay = 0;
    double max_grad_norm = 0;  ///< 0 = off
};
struct BaseStepResult {
    double grad_norm = 0;  ///< before clipping
    const char* bad = "";  ///< what was not finite, and nothing was changed; "" = the step was done
};

/// Frozen base weights that live elsewhere than in tensors (quantised, on a processor or a card),
/// and what is computed with them. A CausalLm on such a base has its adapter, value head and
/// gradients as ever; its passes go through here, and many CausalLm (policy, reference, critic)
/// share one base.
/// Order of calls: forward(keep) -> log_probs -> log_probs_backward -> backward, or with values in
/// the place of log_probs; the same CausalLm all through. After any number of such passes of one
/// CausalLm, step(), which moves the adapter where it is, or collect(), for an optimiser on the
/// host.
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

    /// Whether the four below are there; else gradients are collected.
    virtual bool has_optimiser() const { return false; }
    /// Takes the memory that an optimiser of lm needs here, with these moments (f32, as
    /// parameters().flat()); eight_bit: kept as codes of 8 bits. Replaces what was there.
    virtual util::Status put_moments(const CausalLm&, const at::Tensor&, const at::Tensor&, bool) {
        VT_CHECK(false);
    }
    /// of  the id of the model's parameters;  m, v  out
    virtual util::Status get_moments(std::uint64_t, const at::Tensor&, const at::Tensor&) {
        VT_CHECK(false);
    }
    /// AdamW over the sums of the passes; after put_moments(). Everything or nothing is done; lm's
    /// numbers are newer here afterwards. The sums are used up.
    virtual util::Result<BaseStepResult> step(CausalLm&, const BaseStep&) { VT_CHECK(false); }
    /// Bytes that differ when a number or a moment of lm does; after put_moments().
    virtual util::Result<std::string> digest(const CausalLm&) { VT_CHECK(false); }

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
