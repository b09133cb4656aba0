// SPDX-License-Identifier: Apache-2.0
#include "core/decode/model_step.h"
#include "kernels/gemm_chain.h"
#include "kernels/gemm_q.h"
#include "kernels/norm_shrink.h"
#include "kernels/paged_attn_decode.h"

#include <algorithm>
#include <cmath>

namespace veritune::decode {

using kernels::Bf16;
using util::Result;

namespace {

kernels::PhiloxSample sample_shape(const StepShape& shape) {
    return {.rows = shape.slots, .vocab = shape.vocab};
}

/// What the projections need between their blocks.
std::int64_t projection_scratch(const model::ModelConfig& c, std::int64_t rows, Backend backend) {
    if (backend == Backend::kCpu) return 0;
    const std::int64_t qkv = (c.num_attention_heads + 2 * c.num_key_value_heads) * c.head_dim;
    std::int64_t most = 0;
    const auto take = [&](std::int64_t n, std::int64_t k) {
        most = std::max(most, kernels::cuda::gemm_q_scratch({.n = n, .k = k}, rows));
    };
    take(qkv, c.hidden_size);
    take(c.hidden_size, c.num_attention_heads * c.head_dim);
    take(2 * c.intermediate_size, c.hidden_size);
    take(c.hidden_size, c.intermediate_size);
    take(c.vocab_size, c.hidden_size);
    return most;
}

/// cos and sin of every position, the product rounded to fp32 before the sine as transformers does.
util::Status write_rope(const model::ModelConfig& config,
                        std::int64_t positions,
                        const Buffer& to,
                        std::size_t cos_at,
                        std::size_t sin_at) {
    const std::vector<float> frequencies = model::rope_inverse_frequencies(config);
    std::vector<float> cos;
    std::vector<float> sin;
    for (std::int64_t p = 0; p < positions; ++p) {
        for (const float f : frequencies) {
            const float angle = static_cast<float>(p) * f;
            cos.push_back(std::cos(angle));
            sin.push_back(std::sin(angle));
        }
    }
    VT_TRY(to.write(cos.data(), cos.size() * sizeof(float), cos_at, {}));
    VT_TRY(to.write(sin.data(), sin.size() * sizeof(float), sin_at, {}));
    return {};
}

}  // namespace

std::int64_t launched_splits(std::int64_t longest) {
    std::int64_t splits = 1;
    while (splits * kernels::kSplitTokens < longest) splits *= 2;
    return splits;
}

Result<StepMemory> StepMemory::make(const model::ModelConfig& c,
                                    const StepShape& shape,
                                    Backend backend) {
    StepMemory m;
    m.shape_ = shape;
    m.vocab_stride_ = (c.vocab_size + 7) / 8 * 8;
    const std::int64_t rows = std::max(shape.slots, shape.chunk);
    const std::int64_t q_width = c.num_attention_heads * c.head_dim;
    const std::int64_t kv_width = c.num_key_value_heads * c.head_dim;
    const std::int64_t half = c.head_dim / 2;
    const std::int64_t splits = launched_splits(shape.max_positions);
    Carver carver;
    const auto bf16s = [&](std::int64_t count) {
        return carver.reserve(static_cast<std::size_t>(2 * count));
    };
    const auto words = [&](std::int64_t count) {
        return carver.reserve(static_cast<std::size_t>(4 * count));
    };
    const std::size_t residual = bf16s(rows * c.hidden_size);
    const std::size_t x = bf16s(rows * c.hidden_size);
    const std::size_t qkv = bf16s(rows * (q_width + 2 * kv_width));
    const std::size_t q = bf16s(rows * q_width);
    const std::size_t attn = bf16s(rows * q_width);
    const std::size_t h = bf16s(rows * c.intermediate_size);
    const std::size_t xa = bf16s(rows * 3 * shape.max_rank);
    const std::size_t logits = words(shape.slots * m.vocab_stride_);
    const std::size_t cos = words(shape.max_positions * half);
    const std::size_t sin = words(shape.max_positions * half);
    const std::int64_t cells = (rows + 7) / 8 * (shape.max_rank / 16);
    const std::size_t shrink_partial = words(cells * kernels::kShrinkParts * 8 * 16);
    const std::size_t shrink_arrivals = words(cells);
    const std::size_t chain_partial =
        words(kernels::kMaxChainPhases * std::max<std::int64_t>(3 * shape.max_rank / 16, 1) *
              kernels::kShrinkParts * 8 * 16);
    const std::size_t chain_sync = words(kernels::kChainSyncWords);
    const std::size_t attn_partial =
        words(shape.slots * splits * c.num_attention_heads * (c.head_dim + 2));
    const std::size_t attn_arrived = words(shape.slots * c.num_key_value_heads);
    const std::size_t sampled = words(shape.slots);
    const std::size_t logprob = words(shape.slots);
    const std::size_t entropy = words(shape.slots);
    const std::size_t params = carver.reserve(sizeof(kernels::SamplingParams));
    const std::size_t stop_ids = words(shape.max_stops);
    const std::size_t prefill_token = words(rows);
    const std::size_t prefill_position = words(rows);
    const std::size_t prefill_slot = words(1);
    m.sample_workspace_bytes =
        static_cast<std::size_t>(kernels::philox_sample_workspace(sample_shape(shape)));
    const std::size_t workspace = carver.reserve(m.sample_workspace_bytes);
    m.gemm_scratch_bytes = projection_scratch(c, rows, backend);
    const std::size_t scratch = carver.reserve(static_cast<std::size_t>(m.gemm_scratch_bytes));

    VT_ASSIGN(m.buffer_, Buffer::make(backend, carver.used(), "the work of a decoding step"));
    const Buffer& b = m.buffer_;
    m.residual = b.as<Bf16>(residual);
    m.x = b.as<Bf16>(x);
    m.qkv = b.as<Bf16>(qkv);
    m.q = b.as<Bf16>(q);
    m.attn = b.as<Bf16>(attn);
    m.h = b.as<Bf16>(h);
    m.xa = b.as<Bf16>(xa);
    m.logits = b.as<float>(logits);
    m.cos = b.as<float>(cos);
    m.sin = b.as<float>(sin);
    m.shrink_partial = b.as<float>(shrink_partial);
    m.shrink_arrivals = b.as<std::uint32_t>(shrink_arrivals);
    m.chain_partial = b.as<float>(chain_partial);
    m.chain_sync = b.as<std::uint32_t>(chain_sync);
    m.attn_partial = b.as<float>(attn_partial);
    m.attn_arrived = b.as<std::uint32_t>(attn_arrived);
    m.sampled = b.as<std::int32_t>(sampled);
    m.logprob = b.as<float>(logprob);
    m.entropy = b.as<float>(entropy);
    m.params = b.as<kernels::SamplingParams>(params);
    m.stop_ids = b.as<std::int32_t>(stop_ids);
    m.prefill_token = b.as<std::int32_t>(prefill_token);
    m.prefill_position = b.as<std::int32_t>(prefill_position);
    m.prefill_slot = b.as<std::int32_t>(prefill_slot);
    m.sample_workspace = b.as<std::byte>(workspace);
    if (m.gemm_scratch_bytes > 0) m.gemm_scratch = b.as<std::byte>(scratch);
    VT_TRY(write_rope(c, shape.max_positions, b, cos, sin));
    return m;
}

util::Status StepMemory::write_params(const kernels::SamplingParams& values,
                                      const std::vector<std::int32_t>& stops,
                                      Stream stream) const {
    const auto offset = [&](const void* p) {
        return static_cast<std::size_t>(static_cast<const std::byte*>(p) - buffer_.data());
    };
    VT_TRY(buffer_.write(&values, sizeof values, offset(params), stream));
    return buffer_.write(
        stops.data(), stops.size() * sizeof(std::int32_t), offset(stop_ids), stream);
}

util::Status StepMemory::write_prefill(const std::int32_t* tokens,
                                       const std::int32_t* positions,
                                       std::int64_t rows,
                                       Stream stream) const {
    const auto offset = [&](const void* p) {
        return static_cast<std::size_t>(static_cast<const std::byte*>(p) - buffer_.data());
    };
    const std::size_t bytes = static_cast<std::size_t>(rows) * sizeof(std::int32_t);
    VT_TRY(buffer_.write(tokens, bytes, offset(prefill_token), stream));
    return buffer_.write(positions, bytes, offset(prefill_position), stream);
}

std::size_t KvPools::page_bytes(const model::ModelConfig& c,
                                const std::vector<std::int64_t>& bf16_layers) {
    std::size_t bytes = 0;
    for (std::int64_t l = 0; l < c.num_hidden_layers; ++l) {
        const bool wide = std::ranges::find(bf16_layers, l) != bf16_layers.end();
        const kernels::PagedKv kv{.kind = wide ? kernels::KvKind::kBf16 : kernels::KvKind::kInt8,
                                  .kv_heads = c.num_key_value_heads,
                                  .head_dim = c.head_dim};
        bytes += static_cast<std::size_t>(kernels::kv_page_bytes(kv)) +
                 (wide ? 0 : 2 * static_cast<std::size_t>(kernels::kv_page_scales(kv)));
    }
    return bytes;
}

Result<KvPools> KvPools::make(const model::ModelConfig& c,
                              const std::vector<std::int64_t>& bf16_layers,
                              std::int64_t pages,
                              Backend backend) {
    KvPools pools;
    Carver carver;
    std::vector<std::pair<std::size_t, std::size_t>> places;
    for (std::int64_t l = 0; l < c.num_hidden_layers; ++l) {
        const bool wide = std::ranges::find(bf16_layers, l) != bf16_layers.end();
        const kernels::PagedKv kv{.kind = wide ? kernels::KvKind::kBf16 : kernels::KvKind::kInt8,
                                  .pages = pages,
                                  .kv_heads = c.num_key_value_heads,
                                  .head_dim = c.head_dim};
        pools.layers_.push_back(kv);
        const std::size_t data =
            carver.reserve(static_cast<std::size_t>(pages * kernels::kv_page_bytes(kv)));
        places.emplace_back(
            data,
            carver.reserve(
                wide ? 0 : static_cast<std::size_t>(2 * pages * kernels::kv_page_scales(kv))));
    }
    VT_ASSIGN(pools.buffer_, Buffer::make(backend, carver.used(), "the chains' context"));
    for (std::size_t l = 0; l < places.size(); ++l) {
        kernels::PagedKv& kv = pools.layers_[l];
        kv.data = pools.buffer_.as<std::byte>(places[l].first);
        if (kv.kind == kernels::KvKind::kInt8)
            kv.scales = pools.buffer_.as<std::uint16_t>(places[l].second);
    }
    const std::size_t bytes = pools.layers_.size() * sizeof(kernels::PagedKv);
    VT_ASSIGN(pools.table_, Buffer::make(backend, bytes, "the chains' context"));
    VT_TRY(pools.table_.write(pools.layers_.data(), bytes, 0, {}));
    return pools;
}

}  // namespace veritune::decode
