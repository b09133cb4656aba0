// SPDX-License-Identifier: Apache-2.0
#include "core/decode/train_layout.h"

#include "kernels/extend_rows.h"
#include "kernels/gemm_large.h"

#include <algorithm>

namespace veritune::decode {

using kernels::Bf16;

namespace {

/// Bytes of a column of 16 rows of a forward slab, and of a row of 64 inputs of a backward one.
constexpr std::int64_t kNkLines = 2 * kernels::kQuantRows;
constexpr std::int64_t kKnLine = 2 * kernels::kQuantGroup;

}  // namespace

const char* keep_name(Keep keep) {
    switch (keep) {
        case Keep::kAll:
            return "L0";
        case Keep::kAttention:
            return "L1";
        case Keep::kCheckpoints:
            return "L2";
    }
    VT_CHECK(false);
}

std::int64_t extension(const FusedSize& fused, std::int64_t rank) {
    return fused.slices * padded_rank(rank) + kernels::kBiasColumns;
}

std::int64_t head_columns(const model::ModelConfig& config) {
    return (config.vocab_size + 15) / 16 * 16;
}

/// Hands out pointers into one piece of memory, or counts.
class TrainLayout::Cutter {
  public:
    explicit Cutter(std::byte* base)
        : base_(base) {}
    template <typename T>
    T* take(std::int64_t count) {
        const std::size_t at = carver_.reserve(static_cast<std::size_t>(count) * sizeof(T));
        return base_ == nullptr ? nullptr : reinterpret_cast<T*>(base_ + at);
    }
    std::size_t used() const { return carver_.used(); }

  private:
    std::byte* base_;
    Carver carver_;
};

std::int64_t TrainLayout::widened(const FusedSize& fused) const {
    return fused.k + extension(fused, shape_.rank);
}

void TrainLayout::place_layers(const model::ModelConfig& c, Cutter& cut) {
    const auto sizes = fused_sizes(c);
    const std::int64_t m = shape_.rows;
    const std::int64_t q_and_k = (c.num_attention_heads + c.num_key_value_heads) * c.head_dim;
    layers.assign(static_cast<std::size_t>(c.num_hidden_layers), {});
    for (std::size_t l = 0; l < layers.size(); ++l) {
        Layer& layer = layers[l];
        layer.x = cut.take<Bf16>(m * c.hidden_size);
        const bool own = l == 0 || shape_.keep != Keep::kCheckpoints;
        if (own && c.qk_norm) {
            layer.raw = cut.take<Bf16>(m * q_and_k);
            layer.qk_rstd = cut.take<float>(m * (c.num_attention_heads + c.num_key_value_heads));
        }
        if (own) {
            layer.qkv = cut.take<Bf16>(m * sizes[0].n);
            layer.attn = cut.take<Bf16>(m * widened(sizes[1]));
            layer.mid = cut.take<Bf16>(m * c.hidden_size);
            layer.lse = cut.take<float>(m * c.num_attention_heads);
        } else {
            Bf16* const x = layer.x;
            layer = layers[0];
            layer.x = x;
        }
        const bool own_gate_up = l == 0 || shape_.keep == Keep::kAll;
        layer.gate_up = own_gate_up ? cut.take<Bf16>(m * sizes[2].n) : layers[0].gate_up;
    }
}

void TrainLayout::place_inputs(const model::ModelConfig& c, Cutter& cut) {
    const std::int64_t m = shape_.rows;
    const std::int64_t e = shape_.targets;
    tokens = cut.take<std::int32_t>(m);
    positions = cut.take<std::int32_t>(m);
    spans = cut.take<kernels::AttnSpan>(m);
    target_rows = cut.take<std::int32_t>(e);
    targets = cut.take<std::int32_t>(e);
    sum_begin = cut.take<std::int32_t>(m + 1);
    sum_index = cut.take<std::int32_t>(e);
    logprobs = cut.take<float>(e);
    entropies = cut.take<float>(e);
    gradients = cut.take<float>(e);
    value_weights = cut.take<float>(2 * (c.hidden_size + 8));
}

void TrainLayout::place_work(const model::ModelConfig& c, Cutter& cut) {
    const auto sizes = fused_sizes(c);
    const std::int64_t m = shape_.rows;
    const std::int64_t d = c.hidden_size;
    x = cut.take<Bf16>(m * std::max(widened(sizes[0]), widened(sizes[2])));
    h = cut.take<Bf16>(m * widened(sizes[3]));
    update = cut.take<Bf16>(m * d);
    final_x = cut.take<Bf16>(m * d);
    hidden = cut.take<Bf16>(m * d);
    dx = cut.take<Bf16>(m * d);
    dhidden = cut.take<Bf16>(m * d);
    dnorm = cut.take<Bf16>(m * std::max(d, sizes[1].k));
    dqkv = cut.take<Bf16>(m * sizes[0].n);
    dh = cut.take<Bf16>(m * c.intermediate_size);
    dxa = cut.take<Bf16>(m * 3 * padded_rank(shape_.rank));
    delta = cut.take<float>(m * c.num_attention_heads);
    rstd = cut.take<float>(m);
    final_rstd = cut.take<float>(m);
    // At least 16 rows of the widest forward slab and 64 inputs of the widest backward one.
    slab_bytes = std::max(shape_.slab_bytes, kKnLine * head_columns(c));
    for (const FusedSize& fused : sizes) {
        slab_bytes = std::max({slab_bytes, kNkLines * widened(fused), kKnLine * fused.n});
    }
    slab = cut.take<Bf16>(slab_bytes / 2);
}

void TrainLayout::place_head(const model::ModelConfig& c, Backend backend, Cutter& cut) {
    const std::int64_t d = c.hidden_size;
    head = shape_.whole_head ? cut.take<Bf16>(head_columns(c) * d) : nullptr;
    const std::int64_t chunk = std::min(kHeadChunk, std::max<std::int64_t>(1, shape_.targets));
    head_rows = cut.take<Bf16>(chunk * d);
    logits = cut.take<float>(chunk * head_columns(c));
    head_gradient = cut.take<Bf16>(shape_.targets * d);
    workspace_bytes = backend == Backend::kCuda ? kernels::kGemmLargeWorkspace : 0;
    workspace = cut.take<std::byte>(workspace_bytes);
}

std::size_t TrainLayout::place(const model::ModelConfig& config, Backend backend, std::byte* base) {
    Cutter cut(base);
    place_layers(config, cut);
    place_inputs(config, cut);
    place_work(config, cut);
    place_head(config, backend, cut);
    return cut.used();
}

std::size_t TrainLayout::bytes(const model::ModelConfig& config,
                               const TrainShape& shape,
                               Backend backend) {
    TrainLayout m;
    m.shape_ = shape;
    return m.place(config, backend, nullptr);
}

std::array<FusedSize, kFusedLinears> fused_sizes(const model::ModelConfig& c) {
    const std::int64_t q = c.num_attention_heads * c.head_dim;
    const std::int64_t kv = c.num_key_value_heads * c.head_dim;
    return {FusedSize{c.hidden_size, q + 2 * kv, 3, 0},
            FusedSize{q, c.hidden_size, 1, 3},
            FusedSize{c.hidden_size, 2 * c.intermediate_size, 2, 4},
            FusedSize{c.intermediate_size, c.hidden_size, 1, 6}};
}

std::int64_t fused_row(Fused which, std::int64_t slice, std::int64_t begin, std::int64_t row) {
    return which == Fused::kGateUp ? row / 8 * 16 + 8 * slice + row % 8 : begin + row;
}

std::int64_t slice_size(const model::ModelConfig& c, Fused which, std::int64_t slice) {
    if (which == Fused::kQkv) {
        return (slice == 0 ? c.num_attention_heads : c.num_key_value_heads) * c.head_dim;
    }
    return which == Fused::kGateUp ? c.intermediate_size : c.hidden_size;
}

std::int64_t value_gradient_at(const model::ModelConfig& config, std::int64_t r) {
    return static_cast<std::int64_t>(adapter_places(config, r, sizeof(float)).bytes /
                                     sizeof(float));
}

std::size_t gradient_bytes(const model::ModelConfig& config, std::int64_t r) {
    return static_cast<std::size_t>(value_gradient_at(config, r) + config.hidden_size + 1) *
           sizeof(float);
}

AdapterPlaces adapter_places(const model::ModelConfig& config, std::int64_t r, std::size_t size) {
    AdapterPlaces places;
    Carver carver;
    const auto sizes = fused_sizes(config);
    places.at.resize(static_cast<std::size_t>(config.num_hidden_layers));
    for (auto& layer : places.at) {
        for (std::size_t f = 0; f < kFusedLinears; ++f) {
            const std::int64_t columns = sizes[f].slices * padded_rank(r);
            layer[f].first = carver.reserve(size * static_cast<std::size_t>(columns * sizes[f].k));
            layer[f].second = carver.reserve(size * static_cast<std::size_t>(columns * sizes[f].n));
        }
    }
    places.bytes = carver.used();
    return places;
}

}  // namespace veritune::decode
