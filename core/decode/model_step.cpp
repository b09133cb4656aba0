// SPDX-License-Identifier: Apache-2.0
#include "core/decode/model_step.h"

#include "kernels/embed_gather.h"
#include "kernels/gemm_chain.h"
#include "kernels/gemm_q.h"
#include "kernels/gemm_q_fast.h"
#include "kernels/norm_shrink.h"
#include "kernels/paged_attn_decode.h"
#include "kernels/paged_attn_prefill.h"
#include "kernels/rope_kv_append.h"

#include <cmath>

namespace veritune::decode {

using kernels::Bf16;
using kernels::GemmEpilogue;
using kernels::GemmQ;

namespace {

GemmQ projection(const quant::QuantLinear& linear,
                 const FusedLora& lora,
                 const Bf16* xa,
                 const Bf16* x,
                 void* y,
                 GemmEpilogue epilogue,
                 std::int64_t rows) {
    GemmQ a{.x = x,
            .w = linear.w,
            .bias = linear.bias,
            .y = y,
            .epilogue = epilogue,
            .m = rows,
            .x_stride = linear.w.k,
            .y_stride = epilogue == GemmEpilogue::kSwiglu ? linear.w.n / 2 : linear.w.n,
            .overlap_previous = true};
    if (lora.r > 0) a.lora = {lora.b, xa, lora.r, lora.slices * lora.r};
    return a;
}

/// Without a card activations are multiplied in eight bits, as fast as memory gives the weights.
kernels::Status multiply(kernels::Backend backend, const GemmQ& args, kernels::Stream stream) {
    return backend == kernels::Backend::kCpu ? kernels::cpu::gemm_q_fast(args)
                                             : kernels::gemm_q(backend, args, stream);
}

}  // namespace

float ModelStep::attention_scale() const {
    return 1.0F / std::sqrt(static_cast<float>(model_.config().head_dim));
}

util::Status ModelStep::norm(const Bf16* gamma,
                             const FusedLora& lora,
                             std::int64_t rows,
                             Stream s) const {
    const std::int64_t width = model_.config().hidden_size;
    const std::int64_t a_rows = lora.slices * lora.r;
    return check(kernels::norm_shrink(model_.backend(),
                                      {.residual = memory_.residual,
                                       .gamma = gamma,
                                       .a = lora.a,
                                       .x = memory_.x,
                                       .xa = memory_.xa,
                                       .m = rows,
                                       .k = width,
                                       .a_rows = a_rows,
                                       .residual_stride = width,
                                       .x_stride = width,
                                       .xa_stride = a_rows,
                                       .eps = static_cast<float>(model_.config().rms_norm_eps),
                                       .scale = adapter_.scale(),
                                       .overlap_previous = true},
                                      s),
                 "norm");
}

util::Status ModelStep::shrink(
    const Bf16* x, std::int64_t k, const FusedLora& lora, std::int64_t rows, Stream s) const {
    if (lora.r == 0) return {};
    return check(kernels::lora_shrink(model_.backend(),
                                      {.x = x,
                                       .a = lora.a,
                                       .xa = memory_.xa,
                                       .partial = memory_.shrink_partial,
                                       .arrivals = memory_.shrink_arrivals,
                                       .m = rows,
                                       .k = k,
                                       .a_rows = lora.r,
                                       .x_stride = k,
                                       .xa_stride = lora.r,
                                       .scale = adapter_.scale(),
                                       .overlap_previous = true},
                                      s),
                 "adapter");
}

util::Status ModelStep::attend(std::int64_t index, const Rows& rows, Stream stream) const {
    const model::ModelConfig& c = model_.config();
    const quant::QuantLayer& layer = model_.layer(index);
    const std::int64_t qkv_width = (c.num_attention_heads + 2 * c.num_key_value_heads) * c.head_dim;
    if (rows.one_slot != nullptr) {
        VT_TRY(check(kernels::rope_kv_append(model_.backend(),
                                             {.qkv = memory_.qkv,
                                              .positions = rows.positions,
                                              .slots = rows.one_slot,
                                              .cos = memory_.cos,
                                              .sin = memory_.sin,
                                              .q_gamma = layer.q_norm,
                                              .k_gamma = layer.k_norm,
                                              .q = memory_.q,
                                              .kv = kv_.layer(index),
                                              .table = rows.table,
                                              .rows = rows.count,
                                              .q_heads = c.num_attention_heads,
                                              .qkv_stride = qkv_width,
                                              .max_positions = memory_.shape().max_positions,
                                              .eps = static_cast<float>(c.rms_norm_eps),
                                              .one_slot = rows.one_slot != nullptr,
                                              .overlap_previous = true},
                                             stream),
                     "rotary embedding"));
        return check(kernels::paged_attn_prefill(model_.backend(),
                                                 {.q = memory_.q,
                                                  .positions = rows.positions,
                                                  .slot = rows.one_slot,
                                                  .out = memory_.attn,
                                                  .kv = kv_.layer(index),
                                                  .table = rows.table,
                                                  .rows = rows.count,
                                                  .q_heads = c.num_attention_heads,
                                                  .scale = attention_scale(),
                                                  .overlap_previous = true},
                                                 stream),
                     "attention");
    }
    return check(
        kernels::paged_attn_decode(model_.backend(),
                                   {.append = {.qkv = memory_.qkv,
                                               .cos = memory_.cos,
                                               .sin = memory_.sin,
                                               .q_gamma = layer.q_norm,
                                               .k_gamma = layer.k_norm,
                                               .qkv_stride = qkv_width,
                                               .max_positions = memory_.shape().max_positions,
                                               .eps = static_cast<float>(c.rms_norm_eps)},
                                    .positions = rows.positions,
                                    .group = rows.group,
                                    .shared = rows.shared,
                                    .out = memory_.attn,
                                    .partial = memory_.attn_partial,
                                    .arrived = memory_.attn_arrived,
                                    .kv = kv_.layer(index),
                                    .table = rows.table,
                                    .chains = rows.count,
                                    .q_heads = c.num_attention_heads,
                                    .max_splits = rows.splits,
                                    .scale = attention_scale(),
                                    .overlap_previous = true,
                                    .older_have_ended = chained(rows)},
                                   stream),
        "attention");
}

util::Status ModelStep::layer(std::int64_t index, const Rows& rows, Stream stream) const {
    const Backend backend = model_.backend();
    const model::ModelConfig& c = model_.config();
    const quant::QuantLayer& l = model_.layer(index);
    const auto lora = [&](Fused which) { return adapter_.lora(index, which); };
    const auto gemm = [&](const GemmQ& args, const char* what) {
        return check(multiply(backend, args, stream), what);
    };
    VT_TRY(norm(l.norm1, lora(Fused::kQkv), rows.count, stream));
    GemmQ qkv = projection(l.qkv,
                           lora(Fused::kQkv),
                           memory_.xa,
                           memory_.x,
                           memory_.qkv,
                           GemmEpilogue::kStoreBf16,
                           rows.count);
    qkv.q_rows = c.num_attention_heads * c.head_dim;
    qkv.kv_rows = c.num_key_value_heads * c.head_dim;
    VT_TRY(gemm(qkv, "qkv projection"));
    VT_TRY(attend(index, rows, stream));
    VT_TRY(shrink(memory_.attn, l.o.w.k, lora(Fused::kO), rows.count, stream));
    VT_TRY(gemm(projection(l.o,
                           lora(Fused::kO),
                           memory_.xa,
                           memory_.attn,
                           memory_.residual,
                           GemmEpilogue::kResidual,
                           rows.count),
                "output projection"));
    VT_TRY(norm(l.norm2, lora(Fused::kGateUp), rows.count, stream));
    VT_TRY(gemm(projection(l.gate_up,
                           lora(Fused::kGateUp),
                           memory_.xa,
                           memory_.x,
                           memory_.h,
                           GemmEpilogue::kSwiglu,
                           rows.count),
                "gate and up projection"));
    VT_TRY(shrink(memory_.h, l.down.w.k, lora(Fused::kDown), rows.count, stream));
    return gemm(projection(l.down,
                           lora(Fused::kDown),
                           memory_.xa,
                           memory_.h,
                           memory_.residual,
                           GemmEpilogue::kResidual,
                           rows.count),
                "down projection");
}

bool ModelStep::chained(const Rows& rows) const {
    return rows.count <= 2 && rows.one_slot == nullptr && memory_.shape().chains;
}

util::Status ModelStep::chain_after(std::int64_t layer, const Rows& rows, Stream stream) const {
    const model::ModelConfig& c = model_.config();
    kernels::GemmChain chain;
    const auto add = [&](const quant::QuantLinear& linear,
                         std::int64_t of,
                         Fused which,
                         const Bf16* x,
                         void* y,
                         GemmEpilogue epilogue,
                         const Bf16* gamma) {
        const FusedLora lora = adapter_.lora(of, which);
        kernels::ChainPhase& p = chain.phase[chain.count++];
        p = {.gemm = projection(linear, lora, nullptr, x, y, epilogue, rows.count),
             .gamma = gamma,
             .a = lora.a};
        p.gemm.q_rows = c.num_attention_heads * c.head_dim;
        p.gemm.kv_rows = c.num_key_value_heads * c.head_dim;
    };
    if (layer >= 0) {
        const quant::QuantLayer& l = model_.layer(layer);
        add(l.o,
            layer,
            Fused::kO,
            memory_.attn,
            memory_.residual,
            GemmEpilogue::kResidual,
            nullptr);
        add(l.gate_up,
            layer,
            Fused::kGateUp,
            memory_.residual,
            memory_.h,
            GemmEpilogue::kSwiglu,
            l.norm2);
        add(l.down,
            layer,
            Fused::kDown,
            memory_.h,
            memory_.residual,
            GemmEpilogue::kResidual,
            nullptr);
    }
    if (layer + 1 < c.num_hidden_layers) {
        const quant::QuantLayer& next = model_.layer(layer + 1);
        add(next.qkv,
            layer + 1,
            Fused::kQkv,
            memory_.residual,
            memory_.qkv,
            GemmEpilogue::kStoreBf16,
            next.norm1);
    }
    chain.eps = static_cast<float>(c.rms_norm_eps);
    chain.scale = adapter_.scale();
    chain.partial = memory_.chain_partial;
    chain.sync = memory_.chain_sync;
    chain.overlap_previous = true;
    return check(kernels::gemm_chain(model_.backend(), chain, stream), "projections");
}

util::Status ModelStep::chained_layers(const Rows& rows, Stream stream) const {
    VT_TRY(chain_after(-1, rows, stream));
    for (std::int64_t l = 0; l < model_.config().num_hidden_layers; ++l) {
        VT_TRY(attend(l, rows, stream));
        VT_TRY(chain_after(l, rows, stream));
    }
    return {};
}

util::Status ModelStep::decode(const kernels::DecodeState& state,
                               const std::int32_t* group,
                               const std::int32_t* shared,
                               std::int64_t rows,
                               std::int64_t longest_splits,
                               std::int64_t stops,
                               Stream stream) const {
    const model::ModelConfig& c = model_.config();
    const Backend backend = model_.backend();
    VT_TRY(check(kernels::embed_gather(backend,
                                       {.table = model_.embedding(),
                                        .token = state.token,
                                        .out = memory_.residual,
                                        .rows = rows,
                                        .width = c.hidden_size,
                                        .vocab = c.vocab_size,
                                        .overlap_previous = true},
                                       stream),
                 "embedding"));
    const Rows launch{.count = rows,
                      .positions = state.position,
                      .table = {state.table, state.max_pages},
                      .group = group,
                      .shared = shared,
                      .splits = longest_splits};
    if (chained(launch)) {
        VT_TRY(chained_layers(launch, stream));
    } else {
        for (std::int64_t l = 0; l < c.num_hidden_layers; ++l) VT_TRY(layer(l, launch, stream));
    }
    const quant::QuantHead& head = model_.head();
    VT_TRY(norm(head.final_norm, {}, rows, stream));
    VT_TRY(check(multiply(backend,
                          {.x = memory_.x,
                           .w = head.w,
                           .y = memory_.logits,
                           .epilogue = GemmEpilogue::kStoreFp32,
                           .m = rows,
                           .x_stride = c.hidden_size,
                           .y_stride = memory_.vocab_stride(),
                           .overlap_previous = true},
                          stream),
                 "head"));
    VT_TRY(check(kernels::philox_sample(
                     backend,
                     {.logits = memory_.logits,
                      .logits_stride = memory_.vocab_stride(),
                      .rows = rows,
                      .vocab = memory_.shape().vocab,
                      .params = memory_.params,
                      .params_stride = 0,
                      .chain = state.chain,
                      .position = state.position,
                      .token = memory_.sampled,
                      .logprob = memory_.logprob,
                      .entropy = memory_.entropy,
                      .workspace = memory_.sample_workspace,
                      .workspace_bytes = static_cast<std::int64_t>(memory_.sample_workspace_bytes)},
                     stream),
                 "sampling"));
    kernels::DecodeState narrow = state;
    narrow.slots = rows;
    return check(kernels::advance(backend,
                                  {.state = narrow,
                                   .sampled = memory_.sampled,
                                   .logprob = memory_.logprob,
                                   .entropy = memory_.entropy,
                                   .stop_ids = memory_.stop_ids,
                                   .stops = stops,
                                   .overlap_previous = true},
                                  stream),
                 "bookkeeping");
}

util::Status ModelStep::prefill(const std::int32_t* table_row,
                                std::int64_t max_pages,
                                std::int64_t rows,
                                Stream stream) const {
    const model::ModelConfig& c = model_.config();
    VT_TRY(check(kernels::embed_gather(model_.backend(),
                                       {.table = model_.embedding(),
                                        .token = memory_.prefill_token,
                                        .out = memory_.residual,
                                        .rows = rows,
                                        .width = c.hidden_size,
                                        .vocab = c.vocab_size,
                                        .overlap_previous = true},
                                       stream),
                 "embedding"));
    // The chain is row 0 of a table of its own: slot number 0 lies behind the positions.
    const Rows launch{.count = rows,
                      .positions = memory_.prefill_position,
                      .table = {table_row, max_pages},
                      .one_slot = memory_.prefill_slot};
    for (std::int64_t l = 0; l < c.num_hidden_layers; ++l) VT_TRY(layer(l, launch, stream));
    return {};
}

}  // namespace veritune::decode
