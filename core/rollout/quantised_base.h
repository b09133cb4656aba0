// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/adapter_optimiser.h"
#include "core/decode/device_decoder.h"
#include "core/model/causal_lm.h"
#include "core/rollout/quantised_model.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace veritune::rollout {

/// A quantised model as the frozen base of training: the same weights sample and learn. Adapters
/// live in the CausalLm that stand on it (policy, reference, critic); a copy in bf16 of each is
/// kept where it is computed with, and made anew when its numbers have changed. Those that are
/// trained have their optimiser beside the copy: gradients, masters and moments stay there, steps
/// write the copies of training and sampling in place, and the host's numbers are fetched when
/// somebody looks at them. On a card with
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
    void discard() override { summed_ = 0; }
    bool has_optimiser() const override { return true; }
    util::Status put_moments(const model::CausalLm& lm,
                             const at::Tensor& m,
                             const at::Tensor& v,
                             bool eight_bit) override;
    util::Status get_moments(std::uint64_t of, const at::Tensor& m, const at::Tensor& v) override;
    util::Result<model::BaseStepResult> step(model::CausalLm& lm,
                                             const model::BaseStep& step) override;
    util::Result<std::string> digest(const model::CausalLm& lm) override;
    std::int64_t micro_batch_tokens(std::int64_t wanted, std::int64_t rank) const override;

  private:
    struct Copy {
        std::uint64_t of = 0;           ///< the numbers of the CausalLm; 0 while half-written
        std::uint64_t fingerprint = 0;  ///< of those numbers on the host, when they were the same
        std::uint64_t used = 0;
        c10::weak_intrusive_ptr<c10::TensorImpl> numbers;  ///< expired: nobody has them any more
        decode::TrainAdapter adapter;
        std::optional<decode::AdapterOptimiser> optimiser{};
    };
    Copy* find(std::uint64_t id) const;
    /// errors  kInternal: there is none with an optimiser
    util::Result<Copy*> trained(std::uint64_t id) const;
    util::Result<Copy*> make_copy(const model::CausalLm& lm);
    /// The copy of lm with the numbers of now.
    util::Result<Copy*> copy_of(const model::CausalLm& lm);
    void fetch(std::uint64_t id, const at::Tensor& flat);
    bool is_tight() const;
    /// Before training takes or plans memory: a tight card gives that of sampling back.
    void make_room() const;

    std::unique_ptr<QuantisedModel> model_;
    decode::DeviceDecoder decoder_;  ///< after model_, which it refers to
    std::vector<std::unique_ptr<Copy>> copies_;
    const Copy* current_ = nullptr;  ///< of the last forward
    std::uint64_t summed_ = 0;       ///< whose gradients the sums are; 0: none
    std::uint64_t clock_ = 0;
};

/// The base of a model that stands on one of these; every base is.
QuantisedBase& quantised_base(const model::CausalLm& lm);

}  // namespace veritune::rollout
