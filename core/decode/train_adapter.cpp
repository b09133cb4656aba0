// SPDX-License-Identifier: Apache-2.0
#include "core/decode/train_adapter.h"

#include <utility>

namespace veritune::decode {

using kernels::Bf16;
using util::Result;

namespace {

std::int64_t columns_of(const FusedSize& f, std::int64_t padded) { return f.slices * padded; }

}  // namespace

Result<TrainAdapter> TrainAdapter::make(const model::ModelConfig& config,
                                        std::int64_t r,
                                        Backend backend) {
    TrainAdapter t;
    t.r_ = padded_rank(r);
    t.backend_ = backend;
    const AdapterPlaces places = adapter_places(config, t.r_, sizeof(Bf16));
    VT_ASSIGN(t.memory_, Buffer::make(backend, places.bytes, "the adapter in training"));
    const auto sizes = fused_sizes(config);
    for (const auto& layer : places.at) {
        auto& slabs = t.layers_.emplace_back();
        for (std::size_t f = 0; f < kFusedLinears; ++f) {
            slabs[f] = {.a = t.memory_.as<Bf16>(layer[f].first),
                        .b = t.memory_.as<Bf16>(layer[f].second),
                        .columns = columns_of(sizes[f], t.r_)};
        }
    }
    return t;
}

util::Status TrainAdapter::assign(const model::ModelConfig& config, const HostAdapter& host) {
    VT_CHECK(padded_rank(host.r) == r_ && host.layers.size() == layers_.size());
    scale_ = host.scale;
    const AdapterPlaces places = adapter_places(config, r_, sizeof(Bf16));
    const auto sizes = fused_sizes(config);
    if (backend_ == Backend::kCuda && pinned_.bytes() == 0) {
        VT_ASSIGN(pinned_,
                  Buffer::make(
                      backend_, places.bytes, "the adapter in training", Buffer::Place::kPinned));
    }
    // What is padding was zero from the start, and stays so.
    Bf16* const all = (backend_ == Backend::kCuda ? pinned_ : memory_).as<Bf16>();
#pragma omp parallel for schedule(dynamic, 1)
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        for_each_slice(config,
                       [&](std::size_t f,
                           std::int64_t slice,
                           std::size_t linear,
                           std::int64_t begin,
                           std::int64_t size) {
                           const HostLora& from = host.layers[l][linear];
                           const std::int64_t k = sizes[f].k;
                           const std::int64_t columns = columns_of(sizes[f], r_);
                           Bf16* a = all + places.at[l][f].first / sizeof(Bf16) + slice * r_ * k;
                           for (std::int64_t i = 0; i < host.r * k; ++i) {
                               a[i] = kernels::to_bf16(from.a[i]);
                           }
                           Bf16* b = all + places.at[l][f].second / sizeof(Bf16);
                           for (std::int64_t row = 0; row < size; ++row) {
                               Bf16* to =
                                   b + slice * r_ +
                                   columns * fused_row(static_cast<Fused>(f), slice, begin, row);
                               for (std::int64_t i = 0; i < host.r; ++i) {
                                   to[i] = kernels::to_bf16(from.b[row * host.r + i]);
                               }
                           }
                       });
    }
    if (backend_ == Backend::kCpu) return {};
    VT_TRY(memory_.write(all, places.bytes, 0, {}));
    // The next call writes to the same pinned memory.
    return check(kernels::cuda::synchronize({}), "copying the adapter to the card");
}

Result<TrainGradients> TrainGradients::make(const model::ModelConfig& config,
                                            std::int64_t r,
                                            Backend backend) {
    TrainGradients g;
    g.r_ = padded_rank(r);
    g.backend_ = backend;
    const AdapterPlaces places = adapter_places(config, g.r_, sizeof(float));
    VT_ASSIGN(g.memory_,
              Buffer::make(backend, gradient_bytes(config, r), "the adapter's gradients"));
    for (const auto& layer : places.at) {
        auto& gradients = g.layers_.emplace_back();
        for (std::size_t f = 0; f < kFusedLinears; ++f) {
            gradients[f] = {.da = g.memory_.as<float>(layer[f].first),
                            .db = g.memory_.as<float>(layer[f].second)};
        }
    }
    return g;
}

util::Status TrainGradients::add_to(const model::ModelConfig& config, const HostAdapter& host) {
    const AdapterPlaces places = adapter_places(config, r_, sizeof(float));
    const auto sizes = fused_sizes(config);
    const float* all = memory_.as<float>();
    if (backend_ == Backend::kCuda) {
        if (pinned_.bytes() == 0) {
            VT_ASSIGN(
                pinned_,
                Buffer::make(
                    backend_, places.bytes, "the adapter's gradients", Buffer::Place::kPinned));
        }
        VT_TRY(memory_.read(pinned_.data(), places.bytes, 0, {}));
        VT_TRY(check(kernels::cuda::synchronize({}), "reading gradients"));
        all = pinned_.as<float>();
    }
#pragma omp parallel for schedule(dynamic, 1)
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        for_each_slice(
            config,
            [&](std::size_t f,
                std::int64_t slice,
                std::size_t linear,
                std::int64_t begin,
                std::int64_t size) {
                const HostLora& to = host.layers[l][linear];
                if (to.da == nullptr || to.db == nullptr) return;
                const std::int64_t k = sizes[f].k;
                const std::int64_t columns = columns_of(sizes[f], r_);
                const float* a = all + places.at[l][f].first / sizeof(float) + slice * r_ * k;
                for (std::int64_t i = 0; i < host.r * k; ++i) to.da[i] += a[i];
                const float* b = all + places.at[l][f].second / sizeof(float) + slice * r_;
                for (std::int64_t row = 0; row < size; ++row) {
                    const float* from =
                        b + columns * fused_row(static_cast<Fused>(f), slice, begin, row);
                    for (std::int64_t i = 0; i < host.r; ++i) {
                        to.db[row * host.r + i] += from[i];
                    }
                }
            });
    }
    return {};
}

}  // namespace veritune::decode
