// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/causal_lm.h"
#include "core/model/parameter_store.h"
#include "core/train/config.h"
#include "core/util/hash.h"
#include "core/util/result.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace veritune::train {

/// AdamW over one parameter store, with clipping of the global norm. A gradient
/// or a moment that is not finite never reaches the weights. For a model on a base the step is done
/// there and the moments live there, between two looks at them; the base outlives this. threads one
/// owner; source  arXiv 1711.05101
class AdamW {
  public:
    /// config  only how the moments are kept
    explicit AdamW(const model::ParameterStore& parameters, const OptimizerConfig& config = {});

    struct StepResult {
        double grad_norm = 0.0;  ///< before clipping
        bool skipped = false;    ///< NaN or infinity: weights, moments and step counter untouched
        const char* bad = "";  ///< what was not finite: "gradient", "first moment", "second moment"
    };
    /// One step at this learning rate; zeroes the gradients.
    StepResult step(model::ParameterStore& parameters,
                    const OptimizerConfig& config,
                    double learning_rate);
    /// The same for a model, after its passes, wherever they were done.
    /// errors  what went wrong in them: nothing was changed then; those of prepare()
    util::Result<StepResult> step(model::CausalLm& lm,
                                  const OptimizerConfig& config,
                                  double learning_rate);
    /// Takes the memory that steps of lm need; called before its first pass, so that the pass takes
    /// what is left. errors  kOutOfMemory; kInvalidArgument: 8-bit moments of a model without a
    /// base
    util::Status prepare(const model::CausalLm& lm);

    /// Moments zero, step counter zero.
    void reset();
    std::int64_t steps() const { return steps_; }
    /// After the moments were written: those here count.
    void set_steps(std::int64_t steps);
    const at::Tensor& first_moment() const;
    const at::Tensor& second_moment() const;
    /// Adds numbers and moments of lm to a hash of the training state, as `name`.
    void add_to(util::Sha256& hash, const std::string& name, model::CausalLm& lm);

  private:
    const char* first_bad(bool gradient_bad, double grad_norm) const;
    void fetch() const;
    at::Tensor m_, v_;
    bool eight_bit_;
    model::FrozenBase* base_ = nullptr;  ///< has the moments; nullptr: they are here alone
    std::uint64_t of_ = 0;               ///< the model's parameters there
    mutable bool stale_ = false;         ///< those here are older
    std::int64_t steps_ = 0;
};

/// Adds the bytes of a tensor to a hash of the training state.
void add_tensor(util::Sha256& hash, const std::string& name, const at::Tensor& tensor);
/// The numbers of lm that nobody trains: of one on a base, which is large, a digest of them.
void add_values(util::Sha256& hash, const std::string& name, const model::CausalLm& lm);

}  // namespace veritune::train
