// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/device_decoder.h"
#include "core/model/causal_lm.h"
#include "core/rollout/quantised_model.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace veritune::rollout {

/// A quantised model as the frozen base of training: the same weights sample and learn. Adapters
/// live in the CausalLm that stand on it (policy, reference, critic); a copy in bf16 of each is
/// kept where it is computed with, and made anew when its numbers have changed. On a card with
/// little memory left the pages of sampling and the activations of training take turns; where there
/// is plenty both stay. threads  one owner;  test  quantised_base_test.cpp
class QuantisedBase final : public model::FrozenBase {
  public:
    explicit QuantisedBase(std::unique_ptr<QuantisedModel> model,
                           const decode::TrainOptions& options = {});

    QuantisedModel& model() { return *model_; }
    const decode::DeviceDecoder& decoder() const { return decoder_; }
    /// Ready to sample with the adapter of lm as it is now.
    util::Result<QuantisedModel*> sampler(const model::CausalLm& lm);

    util::Status forward(const model::CausalLm& lm,
                         const model::PackedBatch& batch,
                         bool keep) override;
    util::Status log_probs(const model::HeadTargets& targets,
                           double temperature,
                           const at::Tensor& log_probs,
                           const at::Tensor& entropies) override;
    util::Status log_probs_backward(const at::Tensor& g) override;
    util::Status values(const std::vector<std::int32_t>& rows,
                        const at::Tensor& weight,
                        const at::Tensor& bias,
                        const at::Tensor& out) override;
    util::Status values_backward(const at::Tensor& dvalues,
                                 const at::Tensor& dweight,
                                 const at::Tensor& dbias) override;
    util::Status backward(const model::CausalLm& lm) override;
    util::Status collect(model::CausalLm& lm) override;
    void discard() override { summed_ = nullptr; }
    std::int64_t micro_batch_tokens(std::int64_t wanted, std::int64_t rank) const override;

  private:
    struct Copy {
        const void* of = nullptr;       ///< the numbers of the CausalLm
        std::uint64_t fingerprint = 0;  ///< of those numbers
        std::uint64_t used = 0;
        decode::TrainAdapter adapter;
    };
    util::Result<const decode::TrainAdapter*> adapter_of(const model::CausalLm& lm);
    bool is_tight() const;

    std::unique_ptr<QuantisedModel> model_;
    decode::DeviceDecoder decoder_;  ///< after model_, which it refers to
    std::vector<std::unique_ptr<Copy>> copies_;
    const Copy* current_ = nullptr;  ///< of the last forward
    const void* summed_ = nullptr;   ///< whose gradients the sums are; null: none
    std::uint64_t clock_ = 0;
};

/// The base of a model that stands on one of these; every base is.
QuantisedBase& quantised_base(const model::CausalLm& lm);

}  // namespace veritune::rollout
