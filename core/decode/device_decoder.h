// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/train_adapter.h"
#include "core/decode/train_memory.h"
#include "kernels/gemm_large.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace veritune::decode {

/// Token sequences laid one after another. All spans have one entry per row.
struct PackedTokens {
    std::span<const std::int32_t> tokens;
    std::span<const std::int32_t> positions;   ///< restart with every example
    std::span<const kernels::AttnSpan> spans;  ///< what a row attends to
    std::int64_t rows() const { return static_cast<std::int64_t>(tokens.size()); }
};

struct TrainOptions {
    std::int64_t vocab = 0;  ///< ids of the tokenizer; 0: all rows of the matrix
    /// Memory that a training pass may take; 0: what a card has free less a reserve, 4 GiB on a
    /// processor.
    std::size_t budget_bytes = 0;
    Keep keep = Keep::kAll;       ///< the most that is kept of a pass
    std::int64_t slab_bytes = 0;  ///< of dequantised weights at a time; 0: slab_bytes_on the card
};

/// Forward and backward of a quantised decoder with an adapter, hand-written, many packed tokens at
/// a time: weights are dequantised slab by slab into memory that large products read from the
/// second-level cache, adapter and bias ride along as columns behind the inputs, and no [tokens,
/// vocabulary] matrix exists beyond a chunk. The base is frozen.
/// Order of calls: forward(keep) -> log_probs -> log_probs_backward -> backward, or forward(keep)
/// -> values -> values_backward -> backward; forward(!keep) -> log_probs or values. Gradients of
/// the adapter lie in gradients() after backward. Rounding: activations bf16, sums fp32, one
/// rounding of a projection with adapter and bias. errors   kOutOfMemory (what to make smaller),
/// kInvalidArgument (too many rows, an id that does
///          not exist), those of check()
/// threads  one owner;  source  kernels.md 7;  test  device_decoder_test.cpp
class DeviceDecoder {
  public:
    /// model outlives the decoder.
    DeviceDecoder(const DeviceModel& model, const TrainOptions& options);

    const DeviceModel& model() const { return model_; }

    /// Makes memory for passes of up to this many rows and targets, as much kept as fits. A later
    /// pass that needs more makes it anew.
    util::Status reserve(std::int64_t rows, std::int64_t targets, std::int64_t rank);
    /// Gives the memory of passes back; the next pass takes it again.
    void release() {
        memory_.reset();
        gradients_.reset();
    }
    /// Of the memory that is held; nullptr when none is.
    const TrainShape* shape() const { return memory_ ? &memory_->shape() : nullptr; }
    /// Rows of a pass, at most `wanted`: all kept where that leaves passes of a good size, else
    /// checkpoints only. Depends on the memory that is free.
    std::int64_t rows_that_fit(std::int64_t wanted, std::int64_t rank) const;

    /// targets  how many will be looked at: memory for them is made before the pass
    util::Status forward(const PackedTokens& batch,
                         const TrainAdapter& adapter,
                         std::int64_t targets,
                         bool keep);
    /// log-prob of targets[i], predicted by hidden row rows[i], and the entropy there. After
    /// forward(keep) also what log_probs_backward() needs.
    util::Status log_probs(std::span<const std::int32_t> rows,
                           std::span<const std::int32_t> targets,
                           float temperature,
                           std::span<float> log_probs,
                           std::span<float> entropies);
    /// g[i] = dL/dlog-prob of the targets of the last log_probs().
    util::Status log_probs_backward(std::span<const float> g);
    /// values[i] = hidden[rows[i]] . weight + bias
    util::Status values(std::span<const std::int32_t> rows,
                        std::span<const float> weight,
                        float bias,
                        std::span<float> values);
    /// dvalues[i] of the rows of the last values(); adds to dweight and dbias.
    util::Status values_backward(std::span<const float> dvalues,
                                 std::span<float> dweight,
                                 float& dbias);
    /// adapter  the one of forward(), unchanged
    /// add      to the gradients of the passes before, instead of beginning anew
    util::Status backward(const TrainAdapter& adapter, bool add);
    TrainGradients& gradients() { return *gradients_; }

  private:
    using Bf16 = kernels::Bf16;
    using Layer = TrainMemory::Layer;
    struct Projection;
    struct BackProducts;

    Projection projection(std::int64_t layer, Fused which, const TrainAdapter& adapter) const;
    util::Status gemm(kernels::GemmLarge args, const char* what) const;
    /// The columns behind the inputs of x: A x and a one.
    util::Status widen(const Projection& p, Bf16* x) const;
    /// y = outputs [begin, end) of x, which is widened.
    util::Status multiply(const Projection& p,
                          const Bf16* x,
                          Bf16* y,
                          std::int64_t ldy,
                          std::int64_t begin,
                          std::int64_t end) const;
    util::Status project(const Projection& p, Bf16* x, Bf16* y, std::int64_t ldy) const;
    util::Status adapter_gradients(const Projection& p, const BackProducts& b) const;
    util::Status input_gradient(const Projection& p, const BackProducts& b) const;
    util::Status multiply_back(const Projection& p, const BackProducts& b) const;

    util::Status norm(const Bf16* x,
                      const Bf16* update,
                      Bf16* sum,
                      const Bf16* gamma,
                      Bf16* y,
                      std::int64_t y_stride,
                      float* rstd) const;
    util::Status norm_back(const Bf16* x, const Bf16* gamma) const;
    util::Status norm_heads(const Layer& l, const quant::QuantLayer& w) const;
    util::Status norm_heads_back(const Layer& l, const quant::QuantLayer& w) const;
    util::Status rotate(Bf16* qkv, bool inverse) const;
    kernels::AttnRows attention(const Layer& l) const;

    util::Status attend(std::int64_t layer, const TrainAdapter& adapter) const;
    util::Status widen_gate_up(std::int64_t layer, const TrainAdapter& adapter) const;
    util::Status feed_forward(std::int64_t layer, const TrainAdapter& adapter) const;
    util::Status recompute(std::int64_t layer, const TrainAdapter& adapter) const;
    util::Status feed_forward_back(std::int64_t layer, const TrainAdapter& adapter) const;
    util::Status attend_back(std::int64_t layer, const TrainAdapter& adapter) const;
    util::Status qkv_back(std::int64_t layer, const TrainAdapter& adapter) const;

    util::Status make_head() const;
    util::Status chunk_logits(std::int64_t begin, std::int64_t count) const;
    util::Status chunk_pass(std::int64_t begin, std::int64_t count, bool with_gradient) const;
    util::Status chunk_gradient(std::int64_t begin, std::int64_t count) const;
    util::Status send_rows(std::span<const std::int32_t> rows);
    util::Status sum_by_row(const float* weight) const;
    util::Status make_rope(std::int64_t positions);
    std::size_t budget() const;
    util::Result<TrainShape> plan(std::int64_t rows, std::int64_t targets, std::int64_t rank) const;
    util::Status send(void* to, const void* from, std::size_t bytes) const;
    util::Status fetch(void* to, const void* from, std::size_t bytes) const;

    const DeviceModel& model_;
    TrainOptions options_;
    Backend backend_;
    std::array<FusedSize, kFusedLinears> sizes_;
    std::optional<TrainMemory> memory_;
    std::optional<TrainGradients> gradients_;
    Buffer rope_;  ///< cos [positions, d/2], sin
    std::int64_t rope_positions_ = 0;
    std::int64_t rows_ = 0;     ///< of the last forward
    std::int64_t targets_ = 0;  ///< of the last log_probs or values
    float temperature_ = 1.0F;
    bool kept_ = false;
    bool add_ = false;                     ///< of the backward under way
    std::vector<std::int32_t> host_rows_;  ///< of the targets
};

}  // namespace veritune::decode
