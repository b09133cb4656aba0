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
kernels::Status multiply(kernels::Backend backend,
                         const StepMemory& memory,
                         GemmQ args,
                         kernels::Stream stream) {
    if (backend == kernels::Backend::kCpu) return kernels::cpu::gemm_q_fast(args);
    args.scratch = memory.gemm_scratch;
    args.scratch_bytes = memory.gemm_scratch_bytes;
    return kernels::gemm_q(backend, args, stream);
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

std::int64_t ModelStep::qkv_width() const {
    const model::ModelConfig& c = model_.config();
    return (c.num_attention_heads + 2 * c.num_key_value_heads) * c.head_dim;
}

util::Status ModelStep::attend_prompt(std::int64_t index, const Rows& rows, Stream stream) const {
    const model::ModelConfig& c = model_.config();
    const quant::QuantLayer& layer = model_.layer(index);
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
                                          .qkv_stride = qkv_width(),
                                          .max_positions = memory_.shape().max_positions,
                                          .eps = static_cast<float>(c.rms_norm_eps),
                                          .one_slot = true,
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

util::Status ModelStep::attend(std::int64_t index, const Rows& rows, Stream stream) const {
    if (rows.one_slot != nullptr) return attend_prompt(index, rows, stream);
    const model::ModelConfig& c = model_.config();
    const quant::QuantLayer& layer = model_.layer(index);
    return check(
        kernels::paged_attn_decode(model_.backend(),
                                   {.append = {.qkv = memory_.qkv,
                                               .cos = memory_.cos,
                                               .sin = memory_.sin,
                                               .q_gamma = layer.q_norm,
                                               .k_gamma = layer.k_norm,
                                               .qkv_stride = qkv_width(),
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
        return check(multiply(backend, memory_, args, stream), what);
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

kernels::ChainPhase ModelStep::chain_phase(std::int64_t layer,
                                           Fused which,
                                           std::int64_t rows) const {
    const model::ModelConfig& c = model_.config();
    const quant::QuantLayer& l = model_.layer(layer);
    const FusedLora lora = adapter_.lora(layer, which);
    const auto phase = [&](const quant::QuantLinear& linear,
                           const Bf16* x,
                           void* y,
                           GemmEpilogue epilogue,
                           const Bf16* gamma) -> kernels::ChainPhase {
        return {.gemm = projection(linear, lora, nullptr, x, y, epilogue, rows),
                .gamma = gamma,
                .a = lora.a};
    };
    const StepMemory& m = memory_;
    switch (which) {
        case Fused::kO:
            return phase(l.o, m.attn, m.residual, GemmEpilogue::kResidual, nullptr);
        case Fused::kGateUp:
            return phase(l.gate_up, m.residual, m.h, GemmEpilogue::kSwiglu, l.norm2);
        case Fused::kDown:
            return phase(l.down, m.h, m.residual, GemmEpilogue::kResidual, nullptr);
        case Fused::kQkv:
            break;
    }
    kernels::ChainPhase qkv = phase(l.qkv, m.residual, m.qkv, GemmEpilogue::kStoreBf16, l.norm1);
    qkv.gemm.q_rows = c.num_attention_heads * c.head_dim;
    qkv.gemm.kv_rows = c.num_key_value_heads * c.head_dim;
    return qkv;
}

util::Status ModelStep::chain_after(std::int64_t layer, const Rows& rows, Stream stream) const {
    const model::ModelConfig& c = model_.config();
    kernels::GemmChain chain{.eps = static_cast<float>(c.rms_norm_eps),
                             .scale = adapter_.scale(),
                             .partial = memory_.chain_partial,
                             .sync = memory_.chain_sync,
                             .overlap_previous = true};
    const auto add = [&](std::int64_t of, Fused which) {
        chain.phase[chain.count++] = chain_phase(of, which, rows.count);
    };
    if (layer >= 0) {
        for (const Fused which : {Fused::kO, Fused::kGateUp, Fused::kDown}) add(layer, which);
    }
    if (layer + 1 < c.num_hidden_layers) add(layer + 1, Fused::kQkv);
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

util::Status ModelStep::embed(const std::int32_t* tokens, std::int64_t rows, Stream stream) const {
    const model::ModelConfig& c = model_.config();
    return check(kernels::embed_gather(model_.backend(),
                                       {.table = model_.embedding(),
                                        .token = tokens,
                                        .out = memory_.residual,
                                        .rows = rows,
                                        .width = c.hidden_size,
                                        .vocab = c.vocab_size,
                                        .overlap_previous = true},
                                       stream),
                 "embedding");
}

util::Status ModelStep::logits(std::int64_t rows, Stream stream) const {
    const model::ModelConfig& c = model_.config();
    const quant::QuantHead& head = model_.head();
    VT_TRY(norm(head.final_norm, {}, rows, stream));
    return check(multiply(model_.backend(),
                          memory_,
                          {.x = memory_.x,
                           .w = head.w,
                           .y = memory_.logits,
                           .epilogue = GemmEpilogue::kStoreFp32,
                           .m = rows,
                           .x_stride = c.hidden_size,
                           .y_stride = memory_.vocab_stride(),
                           .overlap_previous = true},
                          stream),
                 "head");
}

util::Status ModelStep::choose(const kernels::DecodeState& state,
                               std::int64_t rows,
                               std::int64_t stops,
                               Stream stream) const {
    VT_TRY(check(kernels::philox_sample(
                     model_.backend(),
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
    return check(kernels::advance(model_.backend(),
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

util::Status ModelStep::decode(const kernels::DecodeState& state,
                               const std::int32_t* group,
                               const std::int32_t* shared,
                               std::int64_t rows,
                               std::int64_t longest_splits,
                               std::int64_t stops,
                               Stream stream) const {
    VT_TRY(embed(state.token, rows, stream));
    const Rows launch{.count = rows,
                      .positions = state.position,
                      .table = {state.table, state.max_pages},
                      .group = group,
                      .shared = shared,
                      .splits = longest_splits};
    if (chained(launch)) {
        VT_TRY(chained_layers(launch, stream));
    } else {
        for (std::int64_t l = 0; l < model_.config().num_hidden_layers; ++l)
            VT_TRY(layer(l, launch, stream));
    }
    VT_TRY(logits(rows, stream));
    return choose(state, rows, stops, stream);
}

util::Status ModelStep::prefill(const std::int32_t* table_row,
                                std::int64_t max_pages,
                                std::int64_t rows,
                                Stream stream) const {
    VT_TRY(embed(memory_.prefill_token, rows, stream));
    // The chain is row 0 of a table of its own: slot number 0 lies behind the positions.
    const Rows launch{.count = rows,
                      .positions = memory_.prefill_position,
                      .table = {table_row, max_pages},
                      .one_slot = memory_.prefill_slot};
    for (std::int64_t l = 0; l < model_.config().num_hidden_layers; ++l)
        VT_TRY(layer(l, launch, stream));
    return {};
}

}  // namespace veritune::decode
