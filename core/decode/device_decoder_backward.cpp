// SPDX-License-Identifier: Apache-2.0
// Products with slabs of dequantised weights, and the backward pass of the layers.
#include "core/decode/device_decoder.h"
#include "core/decode/device_products.h"
#include "kernels/dequant_slab.h"
#include "kernels/extend_rows.h"
#include "kernels/rms_norm.h"
#include "kernels/swiglu.h"

#include <algorithm>

namespace veritune::decode {

using kernels::GemmForm;
using util::Status;

DeviceDecoder::Projection DeviceDecoder::projection(std::int64_t layer,
                                                    Fused which,
                                                    const TrainAdapter& adapter) const {
    const quant::QuantLayer& l = model_.layer(layer);
    const quant::QuantLinear* linears[kFusedLinears] = {&l.qkv, &l.o, &l.gate_up, &l.down};
    const auto at = static_cast<std::size_t>(which);
    return {.linear = *linears[at],
            .lora = adapter.slab(layer, which),
            .gradient = gradients_->at(layer, which),
            .size = sizes_[at],
            .scale = adapter.scale()};
}

Status DeviceDecoder::gemm(kernels::GemmLarge args, const char* what) const {
    args.workspace = memory_->workspace;
    args.workspace_bytes = memory_->workspace_bytes;
    return check(kernels::gemm_large(backend_, args), what);
}

Status DeviceDecoder::widen(const Projection& p, Bf16* x) const {
    VT_TRY(gemm({.a = x,
                 .b = p.lora.a,
                 .c = x + p.size.k,
                 .m = rows_,
                 .n = p.lora.columns,
                 .k = p.size.k,
                 .lda = p.ldx(),
                 .ldb = p.size.k,
                 .ldc = p.ldx(),
                 .alpha = p.scale},
                "adapter"));
    return check(kernels::extend_rows(backend_,
                                      {.to = x,
                                       .constant = 1.0F,
                                       .rows = rows_,
                                       .ld = p.ldx(),
                                       .column = p.size.k + p.lora.columns}),
                 "adapter");
}

Status DeviceDecoder::multiply(const Projection& p,
                               const Bf16* x,
                               Bf16* y,
                               std::int64_t ldy,
                               std::int64_t begin,
                               std::int64_t end) const {
    const std::int64_t width = p.ldx();
    const std::int64_t step = even_step(
        end - begin, memory_->slab_bytes / (2 * width) / kernels::kQuantRows * kernels::kQuantRows);
    for (std::int64_t row = begin; row < end; row += step) {
        const std::int64_t count = std::min(step, end - row);
        VT_TRY(check(kernels::dequant_slab(backend_,
                                           {.w = p.linear.w,
                                            .row_begin = row,
                                            .row_end = row + count,
                                            .k_begin = 0,
                                            .k_end = p.size.k,
                                            .order = kernels::SlabOrder::kNk,
                                            .out = memory_->slab,
                                            .ld = width}),
                     "weights"));
        VT_TRY(check(
            kernels::extend_rows(backend_,
                                 {.to = memory_->slab,
                                  .b = p.lora.b + row * p.lora.columns,
                                  .bias = p.linear.bias == nullptr ? nullptr : p.linear.bias + row,
                                  .rows = count,
                                  .r = p.lora.columns,
                                  .b_stride = p.lora.columns,
                                  .ld = width,
                                  .column = p.size.k}),
            "weights"));
        VT_TRY(gemm({.a = x,
                     .b = memory_->slab,
                     .c = y + (row - begin),
                     .m = rows_,
                     .n = count,
                     .k = width,
                     .lda = width,
                     .ldb = width,
                     .ldc = ldy},
                    "projection"));
    }
    return {};
}

Status DeviceDecoder::project(const Projection& p, Bf16* x, Bf16* y, std::int64_t ldy) const {
    VT_TRY(widen(p, x));
    return multiply(p, x, y, ldy, 0, p.size.n);
}

/// dxa, dB and dA.
Status DeviceDecoder::adapter_gradients(const Projection& p, const BackProducts& b) const {
    const std::int64_t columns = p.lora.columns;
    // dy B: what reaches A x.
    VT_TRY(gemm({.a = b.dy,
                 .b = p.lora.b,
                 .c = memory_->dxa,
                 .form = GemmForm::kAb,
                 .m = rows_,
                 .n = columns,
                 .k = p.size.n,
                 .lda = b.lddy,
                 .ldb = columns,
                 .ldc = columns},
                "gradient of the adapter"));
    VT_TRY(gemm({.a = b.dy,
                 .b = b.x + p.size.k,
                 .c = p.gradient.db,
                 .fp32 = true,
                 .form = GemmForm::kAtb,
                 .m = p.size.n,
                 .n = columns,
                 .k = rows_,
                 .lda = b.lddy,
                 .ldb = p.ldx(),
                 .ldc = columns,
                 .beta = add_ ? 1.0F : 0.0F},
                "gradient of the adapter"));
    return gemm({.a = memory_->dxa,
                 .b = b.x,
                 .c = p.gradient.da,
                 .fp32 = true,
                 .form = GemmForm::kAtb,
                 .m = columns,
                 .n = p.size.k,
                 .k = rows_,
                 .lda = columns,
                 .ldb = p.ldx(),
                 .ldc = p.size.k,
                 .alpha = p.scale,
                 .beta = add_ ? 1.0F : 0.0F},
                "gradient of the adapter");
}

/// dx = dy W + scale dxa A.
Status DeviceDecoder::input_gradient(const Projection& p, const BackProducts& b) const {
    const std::int64_t columns = p.lora.columns;
    const std::int64_t step = even_step(
        p.size.k,
        memory_->slab_bytes / (2 * p.size.n) / kernels::kQuantGroup * kernels::kQuantGroup);
    for (std::int64_t k = 0; k < p.size.k; k += step) {
        const std::int64_t count = std::min(step, p.size.k - k);
        VT_TRY(check(kernels::dequant_slab(backend_,
                                           {.w = p.linear.w,
                                            .row_begin = 0,
                                            .row_end = p.size.n,
                                            .k_begin = k,
                                            .k_end = k + count,
                                            .order = kernels::SlabOrder::kKn,
                                            .out = memory_->slab,
                                            .ld = p.size.n}),
                     "weights"));
        VT_TRY(gemm({.a = b.dy,
                     .b = memory_->slab,
                     .c = b.dx + k,
                     .m = rows_,
                     .n = count,
                     .k = p.size.n,
                     .lda = b.lddy,
                     .ldb = p.size.n,
                     .ldc = p.size.k},
                    "gradient of a projection"));
    }
    return gemm({.a = memory_->dxa,
                 .b = p.lora.a,
                 .c = b.dx,
                 .form = GemmForm::kAb,
                 .m = rows_,
                 .n = p.size.k,
                 .k = columns,
                 .lda = columns,
                 .ldb = p.size.k,
                 .ldc = p.size.k,
                 .alpha = p.scale,
                 .beta = 1.0F},
                "gradient of a projection");
}

Status DeviceDecoder::multiply_back(const Projection& p, const BackProducts& b) const {
    VT_TRY(adapter_gradients(p, b));
    return b.dx == nullptr ? Status() : input_gradient(p, b);
}

/// dx += what comes back through a norm whose input was x; its rstd and dnorm lie in memory.
Status DeviceDecoder::norm_back(const Bf16* x, const Bf16* gamma) const {
    const std::int64_t d = model_.config().hidden_size;
    return check(kernels::add_norm_backward(backend_,
                                            {.dy = memory_->dnorm,
                                             .x = x,
                                             .gamma = gamma,
                                             .rstd = memory_->rstd,
                                             .dres = memory_->dx,
                                             .dx = memory_->dx,
                                             .rows = rows_,
                                             .width = d,
                                             .dy_stride = d,
                                             .x_stride = d,
                                             .dx_stride = d}),
                 "gradient of a norm");
}

Status DeviceDecoder::norm_heads_back(const Layer& l, const quant::QuantLayer& w) const {
    const model::ModelConfig& c = model_.config();
    const std::int64_t q = c.num_attention_heads * c.head_dim;
    const std::int64_t kv = c.num_key_value_heads * c.head_dim;
    const auto of = [&](const Bf16* gamma, std::int64_t at, std::int64_t heads, const float* rstd) {
        return check(kernels::add_norm_backward(backend_,
                                                {.dy = memory_->dqkv + at,
                                                 .x = l.raw + at,
                                                 .gamma = gamma,
                                                 .rstd = rstd,
                                                 .dx = memory_->dqkv + at,
                                                 .rows = rows_,
                                                 .groups = heads,
                                                 .width = c.head_dim,
                                                 .dy_stride = q + 2 * kv,
                                                 .x_stride = q + kv,
                                                 .dx_stride = q + 2 * kv}),
                     "gradient of a norm of heads");
    };
    VT_TRY(of(w.q_norm, 0, c.num_attention_heads, l.qk_rstd));
    return of(w.k_norm, q, c.num_key_value_heads, l.qk_rstd + rows_ * c.num_attention_heads);
}

/// x of the second norm again, with its extension.
Status DeviceDecoder::widen_gate_up(std::int64_t layer, const TrainAdapter& adapter) const {
    const Layer& l = memory_->layers[static_cast<std::size_t>(layer)];
    const Projection p = projection(layer, Fused::kGateUp, adapter);
    VT_TRY(norm(
        l.mid, nullptr, nullptr, model_.layer(layer).norm2, memory_->x, p.ldx(), memory_->rstd));
    return widen(p, memory_->x);
}

/// What the forward pass did not keep of this layer.
Status DeviceDecoder::recompute(std::int64_t layer, const TrainAdapter& adapter) const {
    const Layer& l = memory_->layers[static_cast<std::size_t>(layer)];
    const Keep keep = memory_->shape().keep;
    // Of the last layer everything is still there.
    if (keep == Keep::kAll || layer + 1 == model_.config().num_hidden_layers) return {};
    if (keep == Keep::kCheckpoints) {
        const Projection qkv = projection(layer, Fused::kQkv, adapter);
        VT_TRY(norm(l.x,
                    nullptr,
                    nullptr,
                    model_.layer(layer).norm1,
                    memory_->x,
                    qkv.ldx(),
                    memory_->rstd));
        VT_TRY(attend(layer, adapter));
    }
    VT_TRY(widen_gate_up(layer, adapter));
    const Projection p = projection(layer, Fused::kGateUp, adapter);
    return multiply(p, memory_->x, l.gate_up, p.size.n, 0, p.size.n);
}

Status DeviceDecoder::feed_forward_back(std::int64_t layer, const TrainAdapter& adapter) const {
    const TrainMemory& m = *memory_;
    const Layer& l = m.layers[static_cast<std::size_t>(layer)];
    const std::int64_t d = model_.config().hidden_size;
    const std::int64_t f = model_.config().intermediate_size;
    const Projection down = projection(layer, Fused::kDown, adapter);
    VT_TRY(check(
        kernels::swiglu_rows(
            backend_,
            {.gate_up = l.gate_up, .h = m.h, .rows = rows_, .width = f, .h_stride = down.ldx()}),
        "swiglu"));
    VT_TRY(widen(down, m.h));
    VT_TRY(multiply_back(down, {.x = m.h, .dy = m.dx, .dx = m.dh, .lddy = d}));
    VT_TRY(check(
        kernels::swiglu_rows_backward(
            backend_,
            {.gate_up = l.gate_up, .dh = m.dh, .dgate_up = l.gate_up, .rows = rows_, .width = f}),
        "gradient of swiglu"));
    VT_TRY(widen_gate_up(layer, adapter));
    VT_TRY(multiply_back(projection(layer, Fused::kGateUp, adapter),
                         {.x = m.x, .dy = l.gate_up, .dx = m.dnorm, .lddy = 2 * f}));
    return norm_back(l.mid, model_.layer(layer).norm2);
}

Status DeviceDecoder::attend_back(std::int64_t layer, const TrainAdapter& adapter) const {
    const TrainMemory& m = *memory_;
    const Layer& l = m.layers[static_cast<std::size_t>(layer)];
    const std::int64_t d = model_.config().hidden_size;
    VT_TRY(multiply_back(projection(layer, Fused::kO, adapter),
                         {.x = l.attn, .dy = m.dx, .dx = m.dnorm, .lddy = d}));
    VT_TRY(check(kernels::attn_rows_backward(backend_,
                                             {.forward = attention(l),
                                              .dout = m.dnorm,
                                              .delta = m.delta,
                                              .dqkv = m.dqkv,
                                              .dout_stride = sizes_[1].k}),
                 "gradient of attention"));
    VT_TRY(rotate(m.dqkv, true));
    if (l.raw != nullptr) VT_TRY(norm_heads_back(l, model_.layer(layer)));
    return {};
}

Status DeviceDecoder::qkv_back(std::int64_t layer, const TrainAdapter& adapter) const {
    const TrainMemory& m = *memory_;
    const Layer& l = m.layers[static_cast<std::size_t>(layer)];
    const Projection p = projection(layer, Fused::kQkv, adapter);
    VT_TRY(norm(l.x, nullptr, nullptr, model_.layer(layer).norm1, m.x, p.ldx(), m.rstd));
    VT_TRY(widen(p, m.x));
    // What enters the first layer is frozen.
    const bool first = layer == 0;
    VT_TRY(multiply_back(
        p, {.x = m.x, .dy = m.dqkv, .dx = first ? nullptr : m.dnorm, .lddy = p.size.n}));
    return first ? Status() : norm_back(l.x, model_.layer(layer).norm1);
}

Status DeviceDecoder::backward(const TrainAdapter& adapter, bool add) {
    add_ = add;
    VT_CHECK(kept_ && memory_ && adapter.rank() == padded_rank(memory_->shape().rank));
    kept_ = false;
    const TrainMemory& m = *memory_;
    const std::int64_t d = model_.config().hidden_size;
    VT_TRY(check(kernels::add_norm_backward(backend_,
                                            {.dy = m.dhidden,
                                             .x = m.final_x,
                                             .gamma = model_.head().final_norm,
                                             .rstd = m.final_rstd,
                                             .dx = m.dx,
                                             .rows = rows_,
                                             .width = d,
                                             .dy_stride = d,
                                             .x_stride = d,
                                             .dx_stride = d}),
                 "gradient of the last norm"));
    for (std::int64_t l = model_.config().num_hidden_layers - 1; l >= 0; --l) {
        VT_TRY(recompute(l, adapter));
        VT_TRY(feed_forward_back(l, adapter));
        VT_TRY(attend_back(l, adapter));
        VT_TRY(qkv_back(l, adapter));
    }
    return {};
}

}  // namespace veritune::decode
