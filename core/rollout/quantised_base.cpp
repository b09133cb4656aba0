// SPDX-License-Identifier: Apache-2.0
#include "core/rollout/quantised_base.h"

#include "core/model/lm_head.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
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

/// Where they lie in the flat numbers, and what is trained beside them.
decode::FlatPlaces flat_places(const model::CausalLm& lm) {
    const float* const begin = lm.parameters().here().data_ptr<float>();
    decode::FlatPlaces places{.layers = {}, .r = lm.lora_shape().r};
    for (const auto& layer : host_adapter(lm, false).layers) {
        auto& to = places.layers.emplace_back();
        for (std::size_t i = 0; i < decode::kLinears; ++i) {
            to[i] = {layer[i].a - begin, layer[i].b - begin};
        }
    }
    for (const model::ParameterStore::Entry& entry : lm.parameters().entries()) {
        if (entry.name.starts_with("v_head.")) places.others.push_back({entry.offset, entry.count});
    }
    return places;
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

void QuantisedBase::make_room() const {
    if (decoder_.shape() == nullptr && is_tight()) model_->drop_runner();
}

QuantisedBase::Copy* QuantisedBase::find(std::uint64_t id) const {
    const auto found = std::ranges::find(copies_, id, [](const auto& copy) { return copy->of; });
    return found == copies_.end() ? nullptr : found->get();
}

Result<QuantisedBase::Copy*> QuantisedBase::trained(std::uint64_t id) const {
    Copy* const copy = find(id);
    if (copy != nullptr && copy->optimiser) return copy;
    return util::fail(util::ErrorCode::kInternal,
                      "the optimiser of this model is gone: an earlier copy to it failed");
}

Result<QuantisedModel*> QuantisedBase::sampler(const model::CausalLm& lm) {
    if (is_tight() && summed_ == 0) decoder_.release();
    const Copy* const known = find(lm.parameters().id());
    if (known == nullptr || !known->optimiser || !model_->has_adapter(lm.lora_shape().r)) {
        VT_TRY(model_->use_adapter(lm.adapter()));
        return model_.get();
    }
    VT_ASSIGN(Copy* const copy, copy_of(lm));
    VT_TRY(model_->fill_adapter([this, id = copy->of](const decode::DeviceAdapter& to) -> Status {
        VT_ASSIGN(Copy* const from, trained(id));
        return from->optimiser->write(to);
    }));
    return model_.get();
}

Result<QuantisedBase::Copy*> QuantisedBase::make_copy(const model::CausalLm& lm) {
    std::erase_if(copies_,
                  [](const auto& copy) { return copy->of == 0 || copy->numbers.expired(); });
    if (copies_.size() >= kMostCopies) {
        // One that trains has numbers that nobody else has.
        const auto oldest = std::ranges::min_element(copies_, {}, [](const auto& copy) {
            return std::pair(copy->optimiser.has_value(), copy->used);
        });
        if (!(*oldest)->optimiser) copies_.erase(oldest);
    }
    VT_ASSIGN(decode::TrainAdapter adapter,
              decode::TrainAdapter::make(lm.config(), lm.lora_shape().r, model_->backend()));
    copies_.push_back(std::make_unique<Copy>(
        Copy{.numbers =
                 c10::weak_intrusive_ptr<c10::TensorImpl>(lm.parameters().here().getIntrusivePtr()),
             .adapter = std::move(adapter)}));
    return copies_.back().get();
}

Result<QuantisedBase::Copy*> QuantisedBase::copy_of(const model::CausalLm& lm) {
    const std::uint64_t id = lm.parameters().id();
    Copy* copy = find(id);
    const bool fresh = copy == nullptr;
    if (fresh) {
        VT_ASSIGN(copy, make_copy(lm));
    }
    copy->used = ++clock_;
    if (!fresh && lm.parameters().is_newer_elsewhere()) return copy;
    const std::uint64_t fingerprint = fingerprint_of(lm.parameters().flat());
    if (!fresh && copy->fingerprint == fingerprint) return copy;
    copy->of = 0;  // should it fail half-way
    VT_TRY(copy->adapter.assign(lm.config(), host_adapter(lm, false)));
    if (copy->optimiser) VT_TRY(copy->optimiser->load(floats(lm.parameters().flat())));
    copy->of = id;
    copy->fingerprint = fingerprint;
    return copy;
}

void QuantisedBase::fetch(std::uint64_t id, const at::Tensor& flat) {
    attempt([&]() -> Status {
        VT_ASSIGN(Copy* const copy, trained(id));
        VT_TRY(copy->optimiser->store(floats(flat)));
        copy->fingerprint = fingerprint_of(flat);
        return {};
    });
}

Status QuantisedBase::put_moments(const model::CausalLm& lm,
                                  const at::Tensor& m,
                                  const at::Tensor& v,
                                  bool eight_bit) {
    make_room();
    lm.parameters().refresh();  // an optimiser that is replaced has what nobody else has
    VT_ASSIGN(Copy* const copy, copy_of(lm));
    if (!copy->optimiser || copy->optimiser->eight_bit() != eight_bit) {
        copy->optimiser.reset();
        VT_ASSIGN(auto made,
                  decode::AdapterOptimiser::make(
                      lm.config(), flat_places(lm), model_->backend(), eight_bit));
        VT_TRY(made.load(floats(lm.parameters().flat())));
        copy->optimiser.emplace(std::move(made));
    }
    return copy->optimiser->load_moments(floats(m), floats(v));
}

Status QuantisedBase::get_moments(std::uint64_t of, const at::Tensor& m, const at::Tensor& v) {
    VT_ASSIGN(const Copy* const copy, trained(of));
    return copy->optimiser->store_moments(floats(m), floats(v));
}

Result<model::BaseStepResult> QuantisedBase::step(model::CausalLm& lm, const model::BaseStep& s) {
    const std::uint64_t id = lm.parameters().id();
    VT_ASSIGN(Copy* const copy, trained(id));
    VT_CHECK(summed_ == id);
    summed_ = 0;
    const at::Tensor flat = lm.parameters().here();
    VT_ASSIGN(const kernels::StepVerdict verdict,
              copy->optimiser->step(
                  decoder_.gradients(),
                  copy->adapter,
                  {.rule = kernels::adam_rule(
                       s.step, s.learning_rate, s.beta1, s.beta2, s.epsilon, s.weight_decay),
                   .max_norm = s.max_grad_norm},
                  floats(lm.parameters().flat_grad()),
                  floats(flat)));
    static constexpr std::array<const char*, 4> kBad{
        "", "gradient", "first moment", "second moment"};
    const model::BaseStepResult result{.grad_norm = verdict.norm,
                                       .bad = kBad[static_cast<std::size_t>(verdict.bad)]};
    if (verdict.bad != kernels::BadStep::kNone) return result;
    lm.parameters().set_newer([this, id, flat] { fetch(id, flat); });
    return result;
}

Result<std::string> QuantisedBase::digest(const model::CausalLm& lm) {
    VT_TRY(copy_of(lm));
    VT_ASSIGN(const Copy* const copy, trained(lm.parameters().id()));
    VT_ASSIGN(const std::vector<std::uint64_t> digest, copy->optimiser->digest());
    return std::string(reinterpret_cast<const char*>(digest.data()),
                       digest.size() * sizeof(std::uint64_t));
}

Status QuantisedBase::forward(const model::CausalLm& lm,
                              const model::PackedBatch& batch,
                              bool keep) {
    make_room();
    VT_ASSIGN(current_, copy_of(lm));
    const std::vector<kernels::AttnSpan> spans = spans_of(batch);
    // The last token of a prompt predicts the first of each of its chains, which have no row.
    const std::int64_t targets = batch.rows() + std::ssize(batch.segments);
    return decoder_.forward({.tokens = batch.tokens, .positions = batch.positions, .spans = spans},
                            current_->adapter,
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
    const std::uint64_t id = lm.parameters().id();
    VT_CHECK(current_ != nullptr && current_->of == id && (summed_ == 0 || summed_ == id));
    VT_TRY(decoder_.backward(current_->adapter, summed_ != 0));
    summed_ = id;
    return {};
}

Status QuantisedBase::collect(model::CausalLm& lm) {
    if (summed_ == 0) return {};
    VT_CHECK(summed_ == lm.parameters().id());
    summed_ = 0;
    return decoder_.gradients().add_to(lm.config(), host_adapter(lm, true));
}

std::int64_t QuantisedBase::micro_batch_tokens(std::int64_t wanted, std::int64_t rank) const {
    make_room();
    return decoder_.rows_that_fit(wanted, rank);
}

}  // namespace veritune::rollout
