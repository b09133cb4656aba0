// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/decode_state.h"
#include "core/decode/device_model.h"
#include "kernels/gemm_chain.h"
#include "kernels/paged_kv.h"
#include "kernels/philox_sample.h"

#include <cstdint>
#include <vector>

namespace veritune::decode {

/// Splits of 256 tokens that are launched for chains of up to `longest` tokens: a power of two.
std::int64_t launched_splits(std::int64_t longest);

struct StepShape {
    std::int64_t slots = 0;          ///< chains at once
    std::int64_t chunk = 0;          ///< rows of a prefill chunk
    std::int64_t max_positions = 0;  ///< of a chain
    std::int64_t max_rank = 0;       ///< of an adapter, padded
    std::int64_t max_stops = 16;
    std::int64_t vocab = 0;  ///< ids that may be drawn: those of the tokenizer
    bool chains = false;     ///< one or two chains may take kernels::gemm_chain
};

/// Memory between the kernels of a step, shared by decoding and prefill: one owner, one stream.
class StepMemory {
  public:
    static util::Result<StepMemory> make(const model::ModelConfig& config,
                                         const StepShape& shape,
                                         Backend backend);
    const StepShape& shape() const { return shape_; }
    std::int64_t vocab_stride() const { return vocab_stride_; }

    kernels::Bf16* residual = nullptr;
    kernels::Bf16* x = nullptr;  ///< of the projections: normalised
    kernels::Bf16* qkv = nullptr;
    kernels::Bf16* q = nullptr;
    kernels::Bf16* attn = nullptr;
    kernels::Bf16* h = nullptr;
    kernels::Bf16* xa = nullptr;
    float* logits = nullptr;  ///< [slots, vocab_stride]
    float* cos = nullptr;
    float* sin = nullptr;
    float* shrink_partial = nullptr;
    float* chain_partial = nullptr;
    std::uint32_t* chain_sync = nullptr;
    std::uint32_t* shrink_arrivals = nullptr;
    float* attn_partial = nullptr;
    std::uint32_t* attn_arrived = nullptr;
    std::int32_t* sampled = nullptr;
    float* logprob = nullptr;
    float* entropy = nullptr;
    kernels::SamplingParams* params = nullptr;
    std::int32_t* stop_ids = nullptr;
    std::int32_t* prefill_token = nullptr;
    std::int32_t* prefill_position = nullptr;
    std::int32_t* prefill_slot =
        nullptr;  ///< [1] 0: the chain that is being computed has a table of its own
    std::byte* sample_workspace;
    std::size_t sample_workspace_bytes = 0;
    std::byte* gemm_scratch = nullptr;  ///< GemmQ::scratch of every projection; null: none
    std::int64_t gemm_scratch_bytes = 0;

    util::Status write_params(const kernels::SamplingParams& params,
                              const std::vector<std::int32_t>& stop_ids,
                              Stream stream) const;
    util::Status write_prefill(const std::int32_t* tokens,
                               const std::int32_t* positions,
                               std::int64_t rows,
                               Stream stream) const;

  private:
    StepMemory() = default;
    StepShape shape_;
    Buffer buffer_;
    std::int64_t vocab_stride_ = 0;
};

/// The keys and values of all layers in pages.
class KvPools {
  public:
    /// bf16_layers  layers that keep bf16 (kernels/kv_rule.h); the others are int8
    static util::Result<KvPools> make(const model::ModelConfig& config,
                                      const std::vector<std::int64_t>& bf16_layers,
                                      std::int64_t pages,
                                      Backend backend);
    /// Of one page in all layers.
    static std::size_t page_bytes(const model::ModelConfig& config,
                                  const std::vector<std::int64_t>& bf16_layers);
    const kernels::PagedKv& layer(std::int64_t index) const {
        return layers_[static_cast<std::size_t>(index)];
    }
    const kernels::PagedKv* layers_on_backend() const { return table_.as<kernels::PagedKv>(); }
    std::int64_t layer_count() const { return static_cast<std::int64_t>(layers_.size()); }

  private:
    KvPools() = default;
    Buffer buffer_;
    Buffer table_;
    std::vector<kernels::PagedKv> layers_;
};

/// The launches of one decoding step or one prefill chunk. Nothing waits, nothing allocates: may be
/// recorded.
class ModelStep {
  public:
    ModelStep(const DeviceModel& model,
              const DeviceAdapter& adapter,
              const KvPools& kv,
              const StepMemory& memory)
        : model_(model),
          adapter_(adapter),
          kv_(kv),
          memory_(memory) {}

    /// One token for each of `rows` slots: from state.token to the rings.
    /// longest_splits  of 256 tokens of the longest chain
    util::Status decode(const kernels::DecodeState& state,
                        const std::int32_t* group,
                        const std::int32_t* shared,
                        std::int64_t rows,
                        std::int64_t longest_splits,
                        std::int64_t stops,
                        Stream stream) const;
    /// Keys and values of the rows in memory.prefill_token at memory.prefill_position.
    /// table_row  the chain's pages
    util::Status prefill(const std::int32_t* table_row,
                         std::int64_t max_pages,
                         std::int64_t rows,
                         Stream stream) const;

  private:
    /// How the rows of this launch attend.
    struct Rows {
        std::int64_t count = 0;
        const std::int32_t* positions = nullptr;
        kernels::BlockTable table{};
        const std::int32_t* one_slot = nullptr;  ///< prefill
        const std::int32_t* group = nullptr;
        const std::int32_t* shared = nullptr;
        std::int64_t splits = 0;
    };
    util::Status layer(std::int64_t index, const Rows& rows, Stream stream) const;
    util::Status norm(const kernels::Bf16* gamma,
                      const FusedLora& lora,
                      std::int64_t rows,
                      Stream s) const;
    util::Status shrink(const kernels::Bf16* x,
                        std::int64_t k,
                        const FusedLora& lora,
                        std::int64_t rows,
                        Stream s) const;
    util::Status embed(const std::int32_t* tokens, std::int64_t rows, Stream stream) const;
    util::Status logits(std::int64_t rows, Stream stream) const;
    /// Draws the next tokens and keeps the books.
    util::Status choose(const kernels::DecodeState& state,
                        std::int64_t rows,
                        std::int64_t stops,
                        Stream stream) const;
    util::Status attend(std::int64_t index, const Rows& rows, Stream stream) const;
    util::Status attend_prompt(std::int64_t index, const Rows& rows, Stream stream) const;
    /// Few chains on a card: the projections between two attentions in one launch.
    bool chained(const Rows& rows) const;
    util::Status chained_layers(const Rows& rows, Stream stream) const;
    /// `layer` < 0: only the first q, k and v; the last layer: everything but those of the next.
    util::Status chain_after(std::int64_t layer, const Rows& rows, Stream stream) const;
    kernels::ChainPhase chain_phase(std::int64_t layer, Fused which, std::int64_t rows) const;
    float attention_scale() const;
    std::int64_t qkv_width() const;

    const DeviceModel& model_;
    const DeviceAdapter& adapter_;
    const KvPools& kv_;
    const StepMemory& memory_;
};

}  // namespace veritune::decode
