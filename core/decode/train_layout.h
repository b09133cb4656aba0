// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/device_model.h"
#include "kernels/attn_varlen.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

/// Where everything of a training pass lies: what makes its memory and what predicts it is one
/// function. No CUDA, so that the command line can ask.
namespace veritune::decode {

inline constexpr std::size_t kLinears = 7;  ///< q, k, v, o, gate, up, down

/// A fused projection: [n, k], and the linears that share it.
struct FusedSize {
    std::int64_t k = 0;
    std::int64_t n = 0;
    std::int64_t slices = 0;
    std::size_t first = 0;  ///< its first linear
};
std::array<FusedSize, kFusedLinears> fused_sizes(const model::ModelConfig& config);

/// Outputs of the slice-th linear of a fused projection.
std::int64_t slice_size(const model::ModelConfig& config, Fused which, std::int64_t slice);

/// visit(fused, slice, linear, first stacked row, outputs) for all linears of a layer.
template <typename Visit>
void for_each_slice(const model::ModelConfig& config, const Visit& visit) {
    const auto sizes = fused_sizes(config);
    for (std::size_t f = 0; f < kFusedLinears; ++f) {
        std::int64_t begin = 0;
        for (std::int64_t s = 0; s < sizes[f].slices; ++s) {
            const std::int64_t size = slice_size(config, static_cast<Fused>(f), s);
            visit(f, s, sizes[f].first + static_cast<std::size_t>(s), begin, size);
            begin += size;
        }
    }
}

/// r as the kernels want it: a multiple of 16.
inline std::int64_t padded_rank(std::int64_t r) { return (r + 15) / 16 * 16; }

/// Row of the fused matrix that holds output `row` of its slice `slice`, which begins at stacked
/// row `begin`.
std::int64_t fused_row(Fused which, std::int64_t slice, std::int64_t begin, std::int64_t row);

/// Where A and B of every fused projection lie in one piece of memory, `size` bytes a number.
struct AdapterPlaces {
    std::vector<std::array<std::pair<std::size_t, std::size_t>, kFusedLinears>> at;
    std::size_t bytes = 0;
};
/// r  as it is; sizeof(Bf16) for the adapter, sizeof(float) for its gradients
AdapterPlaces adapter_places(const model::ModelConfig& config, std::int64_t r, std::size_t size);

/// Gradients of an adapter in fp32, and behind them those of a value head: numbers, bytes in all.
std::int64_t value_gradient_at(const model::ModelConfig& config, std::int64_t r);
std::size_t gradient_bytes(const model::ModelConfig& config, std::int64_t r);

/// What is kept of a forward pass, and so what the backward pass computes again.
enum class Keep : std::int32_t {
    kAll = 0,          ///< L0: nothing large is computed again
    kAttention = 1,    ///< L1: gate and up are
    kCheckpoints = 2,  ///< L2: only what enters a layer is kept
};
const char* keep_name(Keep keep);  ///< "L0", ...

/// Dequantised weights that exist at a time: the second-level cache of a large card holds them.
inline constexpr std::int64_t kSlabBytes = std::int64_t{32} << 20;

/// The same by the memory of a card: a large one has room for slabs that keep products at full
/// width, and they cost more there than the way through memory.
inline constexpr std::int64_t slab_bytes_on(double card_bytes) {
    constexpr double kLargeCard = 40e9;
    return card_bytes > kLargeCard ? 4 * kSlabBytes : kSlabBytes;
}

/// What the memory of one training pass depends on.
struct TrainShape {
    std::int64_t rows = 0;     ///< packed tokens, at most kMostRows
    std::int64_t targets = 0;  ///< tokens whose log-prob is looked at
    std::int64_t rank = 0;     ///< of the adapter, as it is
    Keep keep = Keep::kAll;
    bool whole_head = false;  ///< the head in bf16 stays for all chunks, instead of in slabs
    std::int64_t slab_bytes = kSlabBytes;  ///< raised to what the widest matrix needs
};

inline constexpr std::int64_t kMostRows = 65535;
inline constexpr std::int64_t kHeadChunk = 256;  ///< rows whose logits exist at a time

/// One buffer for a forward and backward pass, cut up.
class TrainLayout {
  public:
    struct Layer {
        kernels::Bf16* x = nullptr;        ///< [M, d] what enters
        kernels::Bf16* raw = nullptr;      ///< [M, q + kv] before the q and k norms; or null
        kernels::Bf16* qkv = nullptr;      ///< [M, q + 2 kv] rotated
        kernels::Bf16* attn = nullptr;     ///< [M, q + extension]
        kernels::Bf16* mid = nullptr;      ///< [M, d] after attention
        kernels::Bf16* gate_up = nullptr;  ///< [M, 2F]; its own gradient later
        float* lse = nullptr;              ///< [M, n_q]
        float* qk_rstd = nullptr;          ///< [M * n_q], [M * n_kv]; or null
    };

    /// Of a whole pass.
    static std::size_t bytes(const model::ModelConfig& config,
                             const TrainShape& shape,
                             Backend backend);

    const TrainShape& shape() const { return shape_; }
    bool holds(const TrainShape& other) const {
        return other.rows <= shape_.rows && other.targets <= shape_.targets &&
               other.rank == shape_.rank;
    }

    std::vector<Layer> layers;
    std::int32_t* tokens = nullptr;       ///< [M]
    std::int32_t* positions = nullptr;    ///< [M]
    kernels::AttnSpan* spans = nullptr;   ///< [M]
    std::int32_t* target_rows = nullptr;  ///< [E] the hidden row that predicts
    std::int32_t* targets = nullptr;      ///< [E]
    std::int32_t* sum_begin = nullptr;    ///< [M + 1] targets by hidden row
    std::int32_t* sum_index = nullptr;    ///< [E]
    float* logprobs = nullptr;            ///< [E]; the critic's values too
    float* entropies = nullptr;           ///< [E]
    float* gradients = nullptr;           ///< [E] of log-probs or values
    float* value_weights = nullptr;       ///< [d], bias, then their gradients [d], bias
    kernels::Bf16* x = nullptr;           ///< [M, d + extension] normalised
    kernels::Bf16* h = nullptr;           ///< [M, F + extension]
    kernels::Bf16* update = nullptr;      ///< [M, d] what o and down give
    kernels::Bf16* final_x = nullptr;     ///< [M, d]
    kernels::Bf16* hidden = nullptr;      ///< [M, d] after the final norm
    kernels::Bf16* dx = nullptr;          ///< [M, d] of the residual
    kernels::Bf16* dhidden = nullptr;     ///< [M, d]
    kernels::Bf16* dnorm = nullptr;       ///< [M, max(d, q)]
    kernels::Bf16* dqkv = nullptr;        ///< [M, q + 2 kv]
    kernels::Bf16* dh = nullptr;          ///< [M, F]
    kernels::Bf16* dxa = nullptr;         ///< [M, 3 R]
    float* delta = nullptr;               ///< [M, n_q]
    float* rstd = nullptr;                ///< [M]
    float* final_rstd = nullptr;          ///< [M]
    kernels::Bf16* slab = nullptr;        ///< slab_bytes
    std::int64_t slab_bytes = 0;
    kernels::Bf16* head = nullptr;           ///< [V, d] or null
    kernels::Bf16* head_rows = nullptr;      ///< [chunk, d]
    float* logits = nullptr;                 ///< [chunk, V]
    kernels::Bf16* head_gradient = nullptr;  ///< [E, d]
    void* workspace = nullptr;               ///< of cuBLASLt
    std::int64_t workspace_bytes = 0;

  protected:
    /// Cuts `base` up; with a null base it only counts. Returns the bytes.
    std::size_t place(const model::ModelConfig& config, Backend backend, std::byte* base);

    TrainShape shape_;

  private:
    class Cutter;
    void place_layers(const model::ModelConfig& config, Cutter& cut);
    void place_inputs(const model::ModelConfig& config, Cutter& cut);
    void place_work(const model::ModelConfig& config, Cutter& cut);
    void place_head(const model::ModelConfig& config, Backend backend, Cutter& cut);
    /// Inputs of a projection and what comes behind them.
    std::int64_t widened(const FusedSize& fused) const;
};

/// Columns behind the inputs of a projection: those of the adapter, and the bias.
std::int64_t extension(const FusedSize& fused, std::int64_t rank);
/// The head's rows, padded to tiles.
std::int64_t head_columns(const model::ModelConfig& config);

}  // namespace veritune::decode
