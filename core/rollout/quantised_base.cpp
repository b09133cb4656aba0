// SPDX-License-Identifier: Apache-2.0
#include "core/rollout/quantised_base.h"

#include "core/model/lm_head.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace veritune::rollout {

using util::Result;
using util::Status;

namespace {

/// Policy, reference, critic, and one more.
constexpr std::size_t kMostCopies = 4;
/// Bytes free on a card from which on sampling and training keep their memory side by side.
constexpr std::size_t kPlenty = std::size_t{24} << 30;

std::span<float> floats(const at::Tensor& t) {
    return {t.data_ptr<float>(), static_cast<std::size_t>(t.numel())};
}

/// Sees any change of a bit: blocks are mixed by themselves, and their sums in order.
std::uint64_t fingerprint_of(const at::Tensor& flat) {
    constexpr std::int64_t kBlock = 1 << 16;
    const auto* data = flat.data_ptr<float>();
    const std::int64_t count = flat.numel();
    const std::int64_t blocks = (count + kBlock - 1) / kBlock;
    std::vector<std::uint64_t> sums(static_cast<std::size_t>(blocks));
    at::parallel_for(0, blocks, 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t b = first; b < last; ++b) {
            std::uint64_t sum = 0;
            const std::int64_t end = std::min(count, (b + 1) * kBlock);
            for (std::int64_t i = b * kBlock; i < end; ++i) {
                std::uint32_t bits = 0;
                std::memcpy(&bits, data + i, sizeof bits);
                sum = (sum ^ bits) * 0x9e3779b97f4a7c15ULL;
                sum ^= sum >> 29;
            }
            sums[static_cast<std::size_t>(b)] = sum;
        }
    });
    std::uint64_t all = static_cast<std::uint64_t>(count);
    for (const std::uint64_t sum : sums) {
        all = (all ^ sum) * 0xbf58476d1ce4e5b9ULL;
        all ^= all >> 31;
    }
    return all;
}

/// The adapter's numbers as the decoder wants them; gradients when they are to be added to.
decode::HostAdapter host_adapter(const model::CausalLm& lm, bool gradients) {
    const auto sizes = decode::fused_sizes(lm.config());
    decode::HostAdapter host{
        .layers = {}, .r = lm.lora_shape().r, .scale = static_cast<float>(lm.lora_shape().scale)};
    for (const auto& fused : lm.lora()) {
        auto& layer = host.layers.emplace_back();
        for (std::size_t f = 0; f < decode::kFusedLinears; ++f) {
            const model::LoraWeights& w = fused[f];
            for (std::size_t p = 0; p < w.parts.size(); ++p) {
                const std::int64_t at = static_cast<std::int64_t>(p) * host.r * sizes[f].k;
                decode::HostLora& to = layer[sizes[f].first + p];
                to.a = w.a.data_ptr<float>() + at;
                to.b = w.parts[p].b.data_ptr<float>();
                if (!gradients) continue;
                to.da = w.da.data_ptr<float>() + at;
                to.db = w.parts[p].db.data_ptr<float>();
            }
        }
    }
    return host;
}

/// Every row of the batch and what it attends to.
std::vector<kernels::AttnSpan> spans_of(const model::PackedBatch& batch) {
    std::vector<kernels::AttnSpan> spans(batch.tokens.size(), {.own_begin = INT32_MAX});
    for (const kernels::Segment& s : batch.segments) {
        const kernels::AttnSpan span{static_cast<std::int32_t>(s.begin),
                                     static_cast<std::int32_t>(s.prefix_begin),
                                     static_cast<std::int32_t>(s.prefix_end),
                                     0};
        std::fill(spans.begin() + s.begin, spans.begin() + s.end, span);
    }
    return spans;
}

}  // namespace

QuantisedBase& quantised_base(const model::CausalLm& lm) {
    auto* const base = dynamic_cast<QuantisedBase*>(lm.base());
    VT_CHECK(base != nullptr);
    return *base;
}

QuantisedBase::QuantisedBase(std::unique_ptr<QuantisedModel> model,
                             const decode::TrainOptions& options)
    : model_(std::move(model)),
      decoder_(model_->device(),
               {.vocab = model_->vocab(),
                .budget_bytes = options.budget_bytes,
                .slab_bytes = options.slab_bytes}) {}

bool QuantisedBase::is_tight() const {
    if (model_->backend() == decode::Backend::kCpu) return false;
    kernels::cuda::DeviceInfo info;
    return kernels::cuda::device_info(0, &info) != kernels::Status::kOk ||
           info.free_bytes < kPlenty;
}

Result<QuantisedModel*> QuantisedBase::sampler(const model::CausalLm& lm) {
    if (is_tight() && summed_ == nullptr) decoder_.release();
    VT_TRY(model_->use_adapter(lm.adapter()));
    return model_.get();
}

Result<const decode::TrainAdapter*> QuantisedBase::adapter_of(const model::CausalLm& lm) {
    const at::Tensor& flat = lm.parameters().flat();
    const std::uint64_t fingerprint = fingerprint_of(flat);
    const std::int64_t rank = decode::padded_rank(lm.lora_shape().r);
    const auto known = std::ranges::find_if(copies_, [&](const std::unique_ptr<Copy>& copy) {
        return copy->of == flat.data_ptr() && copy->adapter.rank() == rank;
    });
    Copy* copy = known == copies_.end() ? nullptr : known->get();
    if (copy == nullptr) {
        if (copies_.size() == kMostCopies) {
            copies_.erase(std::ranges::min_element(
                copies_, {}, [](const std::unique_ptr<Copy>& c) { return c->used; }));
        }
        auto made = std::make_unique<Copy>();
        VT_ASSIGN(made->adapter,
                  decode::TrainAdapter::make(lm.config(), lm.lora_shape().r, model_->backend()));
        copies_.push_back(std::move(made));
        copy = copies_.back().get();
    }
    if (copy->of == nullptr || copy->fingerprint != fingerprint) {
        copy->of = nullptr;  // should it fail half-way
        VT_TRY(copy->adapter.assign(lm.config(), host_adapter(lm, false)));
        copy->of = flat.data_ptr();
        copy->fingerprint = fingerprint;
    }
    copy->used = ++clock_;
    current_ = copy;
    return &copy->adapter;
}

Status QuantisedBase::forward(const model::CausalLm& lm,
                              const model::PackedBatch& batch,
                              bool keep) {
    if (decoder_.shape() == nullptr && is_tight()) model_->drop_runner();
    VT_ASSIGN(const decode::TrainAdapter* const adapter, adapter_of(lm));
    const std::vector<kernels::AttnSpan> spans = spans_of(batch);
    // The last token of a prompt predicts the first of each of its chains, which have no row.
    const std::int64_t targets = batch.rows() + std::ssize(batch.segments);
    return decoder_.forward({.tokens = batch.tokens, .positions = batch.positions, .spans = spans},
                            *adapter,
                            targets,
                            keep);
}

Status QuantisedBase::log_probs(const model::HeadTargets& targets,
                                double temperature,
                                const at::Tensor& log_probs,
                                const at::Tensor& entropies) {
    return decoder_.log_probs(targets.rows,
                              targets.targets,
                              static_cast<float>(temperature),
                              floats(log_probs),
                              floats(entropies));
}

Status QuantisedBase::log_probs_backward(const at::Tensor& g) {
    VT_CHECK(g.is_contiguous());
    return decoder_.log_probs_backward(floats(g));
}

Status QuantisedBase::values(const std::vector<std::int32_t>& rows,
                             const at::Tensor& weight,
                             const at::Tensor& bias,
                             const at::Tensor& out) {
    return decoder_.values(rows, floats(weight), floats(bias)[0], floats(out));
}

Status QuantisedBase::values_backward(const at::Tensor& dvalues,
                                      const at::Tensor& dweight,
                                      const at::Tensor& dbias) {
    const at::Tensor dense = dvalues.contiguous();
    return decoder_.values_backward(floats(dense), floats(dweight), floats(dbias)[0]);
}

Status QuantisedBase::backward(const model::CausalLm& lm) {
    const void* const of = lm.parameters().flat().data_ptr();
    VT_CHECK(current_ != nullptr && current_->of == of && (summed_ == nullptr || summed_ == of));
    VT_TRY(decoder_.backward(current_->adapter, summed_ != nullptr));
    summed_ = of;
    return {};
}

Status QuantisedBase::collect(model::CausalLm& lm) {
    if (summed_ == nullptr) return {};
    VT_CHECK(summed_ == lm.parameters().flat().data_ptr());
    summed_ = nullptr;
    return decoder_.gradients().add_to(lm.config(), host_adapter(lm, true));
}

std::int64_t QuantisedBase::micro_batch_tokens(std::int64_t wanted, std::int64_t rank) const {
    return decoder_.rows_that_fit(wanted, rank);
}

}  // namespace veritune::rollout
