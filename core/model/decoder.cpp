// SPDX-License-Identifier: Apache-2.0
#include "core/model/decoder.h"

#include "core/util/result.h"
#include "kernels/attn_decode.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace veritune::model {
namespace {

namespace k = kernels;

constexpr std::int64_t kPrefillTokens = 8192;

at::Tensor int_view(const std::vector<std::int32_t>& values) {
    return at::from_blob(const_cast<std::int32_t*>(values.data()),
                         {static_cast<std::int64_t>(values.size())},
                         at::kInt);
}

void must(k::Status status) { VT_CHECK(status == k::Status::kOk); }

}  // namespace

void DecodeRows::resize(std::size_t n) {
    for (auto* column :
         {&token, &position, &prompt_entry, &prompt_length, &chain_entry, &own_length})
        column->resize(n);
}

std::int64_t Decoder::bytes(const ModelConfig& config, const Size& size) {
    const std::int64_t tokens =
        size.prompts * size.prompt_capacity + size.chains * size.chain_capacity;
    return tokens * config.num_hidden_layers * config.num_key_value_heads * config.head_dim * 2 * 4;
}

Decoder::Decoder(const CausalLm& lm, const Size& size)
    : lm_(&lm),
      size_(size) {
    const ModelConfig& c = lm.config();
    const auto make = [&](std::int64_t entries, std::int64_t capacity) {
        return Store{
            .keys = at::zeros({entries, c.num_key_value_heads, c.head_dim, capacity}, at::kFloat),
            .values =
                at::zeros({entries, c.num_key_value_heads, capacity, c.head_dim}, at::kFloat)};
    };
    for (std::int64_t l = 0; l < c.num_hidden_layers; ++l) {
        prompts_.push_back(make(size.prompts, size.prompt_capacity));
        chains_.push_back(make(size.chains, size.chain_capacity));
    }
    lm.rope_table(size.prompt_capacity + size.chain_capacity);
}

struct Decoder::Buffers {
    at::Tensor x, mid, norm, rstd, qkv, qk_rstd, attn, gate_up, h, logits;
    std::array<at::Tensor, kFusedLinears> xa;
};

at::Tensor Decoder::buffer(std::size_t slot, std::int64_t rows, std::int64_t width) const {
    if (memory_.size() <= slot) memory_.resize(slot + 1);
    at::Tensor& memory = memory_[slot];
    if (!memory.defined() || memory.size(0) < rows)
        memory = at::empty({std::max(rows, size_.chains), width}, at::kFloat);
    return memory.narrow(0, 0, rows);
}

Decoder::Buffers Decoder::buffers(std::int64_t rows) const {
    const ModelConfig& c = lm_->config();
    const std::int64_t heads = c.num_attention_heads + 2 * c.num_key_value_heads;
    Buffers b;
    std::size_t slot = 0;
    b.x = buffer(slot++, rows, c.hidden_size);
    b.mid = buffer(slot++, rows, c.hidden_size);
    b.norm = buffer(slot++, rows, c.hidden_size);
    b.rstd = buffer(slot++, rows, 1);
    b.qkv = buffer(slot++, rows, heads * c.head_dim);
    b.qk_rstd = buffer(slot++, rows, heads);
    b.attn = buffer(slot++, rows, c.num_attention_heads * c.head_dim);
    b.gate_up = buffer(slot++, rows, 2 * c.intermediate_size);
    b.h = buffer(slot++, rows, c.intermediate_size);
    b.logits = buffer(slot++, rows, c.vocab_size);
    for (std::size_t f = 0; f < kFusedLinears; ++f) {
        const std::int64_t width = lm_->lora_columns(static_cast<Fused>(f));
        if (width > 0) b.xa[f] = buffer(slot + f, rows, width);
    }
    return b;
}

at::Tensor Decoder::prefill(const std::vector<std::span<const std::int32_t>>& prompts,
                            const std::vector<std::int32_t>& entries) {
    const ModelConfig& c = lm_->config();
    const auto n = static_cast<std::int64_t>(prompts.size());
    at::Tensor logits = at::empty({n, c.vocab_size}, at::kFloat);
    for (std::size_t first = 0; first < prompts.size();) {
        PackedBatch batch;
        std::vector<std::int32_t> entry;
        std::vector<std::int32_t> last;
        std::size_t next = first;
        for (; next < prompts.size() && (next == first || batch.rows() < kPrefillTokens); ++next) {
            VT_CHECK(static_cast<std::int64_t>(prompts[next].size()) <= size_.prompt_capacity);
            batch.add_example(prompts[next]);
            entry.insert(entry.end(), prompts[next].size(), entries[next]);
            last.push_back(static_cast<std::int32_t>(batch.rows() - 1));
        }
        lm_->forward(batch, prefill_acts_, false, [&](std::int64_t l, const at::Tensor& qkv) {
            const Store& store = prompts_[static_cast<std::size_t>(l)];
            must(k::cpu::kv_append(
                k::KvAppend<float>{.qkv = qkv.data_ptr<float>(),
                                   .entry = entry.data(),
                                   .position = batch.positions.data(),
                                   .store = {.keys = store.keys.data_ptr<float>(),
                                             .values = store.values.data_ptr<float>(),
                                             .capacity = size_.prompt_capacity},
                                   .rows = batch.rows(),
                                   .n_q = c.num_attention_heads,
                                   .n_kv = c.num_key_value_heads,
                                   .head_dim = c.head_dim,
                                   .qkv_stride = qkv.stride(0)}));
        });
        const auto count = static_cast<std::int64_t>(last.size());
        const at::Tensor hidden = at::empty({count, c.hidden_size}, at::kFloat);
        ops::gather_rows(prefill_acts_.hidden(), int_view(last), hidden);
        lm_->logits(hidden, logits.narrow(0, static_cast<std::int64_t>(first), count));
        first = next;
    }
    return logits;
}

at::Tensor Decoder::step(const DecodeRows& rows) {
    const ModelConfig& c = lm_->config();
    const Buffers b = buffers(rows.size());
    positions_ = int_view(rows.position);
    ops::gather_rows(lm_->weights().embedding, int_view(rows.token), b.x);
    for (std::int64_t l = 0; l < c.num_hidden_layers; ++l) layer(l, rows, b);
    ops::rms_norm(b.x, lm_->weights().final_norm, c.rms_norm_eps, b.norm, b.rstd);
    lm_->logits(b.norm, b.logits);
    return b.logits;
}

void Decoder::layer(std::int64_t l, const DecodeRows& rows, const Buffers& b) {
    const ModelConfig& c = lm_->config();
    const LayerWeights& w = lm_->weights().layers[static_cast<std::size_t>(l)];
    const std::int64_t q_size = c.num_attention_heads * c.head_dim;
    const std::int64_t k_size = c.num_key_value_heads * c.head_dim;
    ops::rms_norm(b.x, w.norm1, c.rms_norm_eps, b.norm, b.rstd);
    lm_->linear(l, Fused::kQkv, b.norm, b.qkv, b.xa[0]);
    if (c.qk_norm) {
        const at::Tensor q = b.qkv.narrow(1, 0, q_size);
        const at::Tensor key = b.qkv.narrow(1, q_size, k_size);
        ops::rms_norm(q, w.q_norm, c.rms_norm_eps, q, b.qk_rstd);
        ops::rms_norm(key, w.k_norm, c.rms_norm_eps, key, b.qk_rstd);
    }
    ops::rope(b.qkv.narrow(1, 0, q_size + k_size), positions_, lm_->rope_table(0), false);
    const Store& prompt = prompts_[static_cast<std::size_t>(l)];
    const Store& chain = chains_[static_cast<std::size_t>(l)];
    const k::KvStore<float> chains{
        chain.keys.data_ptr<float>(), chain.values.data_ptr<float>(), size_.chain_capacity};
    std::vector<std::int32_t> slot(rows.own_length);
    for (std::int32_t& s : slot) --s;
    must(k::cpu::kv_append(k::KvAppend<float>{.qkv = b.qkv.data_ptr<float>(),
                                              .entry = rows.chain_entry.data(),
                                              .position = slot.data(),
                                              .store = chains,
                                              .rows = rows.size(),
                                              .n_q = c.num_attention_heads,
                                              .n_kv = c.num_key_value_heads,
                                              .head_dim = c.head_dim,
                                              .qkv_stride = b.qkv.stride(0)}));
    must(k::cpu::attn_decode(k::AttnDecode<float>{
        .qkv = b.qkv.data_ptr<float>(),
        .out = b.attn.data_ptr<float>(),
        .prompts = {prompt.keys.data_ptr<float>(),
                    prompt.values.data_ptr<float>(),
                    size_.prompt_capacity},
        .chains = chains,
        .prompt_entry = rows.prompt_entry.data(),
        .prompt_length = rows.prompt_length.data(),
        .chain_entry = rows.chain_entry.data(),
        .own_length = rows.own_length.data(),
        .rows = rows.size(),
        .n_q = c.num_attention_heads,
        .n_kv = c.num_key_value_heads,
        .head_dim = c.head_dim,
        .qkv_stride = b.qkv.stride(0),
        .sliding_window = c.sliding_window.value_or(0),
        .scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(c.head_dim)))}));
    lm_->linear(l, Fused::kO, b.attn, b.mid, b.xa[1]);
    b.mid.add_(b.x);
    ops::rms_norm(b.mid, w.norm2, c.rms_norm_eps, b.norm, b.rstd);
    lm_->linear(l, Fused::kGateUp, b.norm, b.gate_up, b.xa[2]);
    ops::swiglu(b.gate_up, b.h);
    lm_->linear(l, Fused::kDown, b.h, b.x, b.xa[3]);
    b.x.add_(b.mid);
}

}  // namespace veritune::model
