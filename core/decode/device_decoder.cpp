// SPDX-License-Identifier: Apache-2.0
// Forward, memory and head. The backward pass of the layers: device_decoder_backward.cpp.
#include "core/decode/device_decoder.h"

#include "core/decode/device_products.h"
#include "kernels/dequant_slab.h"
#include "kernels/embed_gather.h"
#include "kernels/embedding.h"
#include "kernels/head_rows.h"
#include "kernels/rms_norm.h"
#include "kernels/rope.h"
#include "kernels/swiglu.h"
#include "kernels/value_head.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

namespace veritune::decode {

using util::Error;
using util::ErrorCode;
using util::Result;
using util::Status;

namespace {

constexpr std::size_t kHostBudget = std::size_t{4} << 30;
/// Of a card: for what the driver and the libraries take as they go.
constexpr std::size_t kCardReserve = std::size_t{512} << 20;
/// Passes of this many rows use the products of a card well.
constexpr std::int64_t kGoodRows = 2048;

}  // namespace

DeviceDecoder::DeviceDecoder(const DeviceModel& model, const TrainOptions& options)
    : model_(model),
      options_(options),
      backend_(model.backend()),
      sizes_(fused_sizes(model.config())) {
    const std::int64_t all = model.config().vocab_size;
    options_.vocab = options.vocab > 0 ? std::min(options.vocab, all) : all;
    if (options_.slab_bytes == 0) {
        kernels::cuda::DeviceInfo card;  // of no bytes where there is none
        if (backend_ == Backend::kCuda) kernels::cuda::device_info(0, &card);
        options_.slab_bytes = slab_bytes_on(static_cast<double>(card.total_bytes));
    }
}

Status DeviceDecoder::send(void* to, const void* from, std::size_t bytes) const {
    if (bytes == 0) return {};
    if (backend_ == Backend::kCpu) {
        std::memcpy(to, from, bytes);
        return {};
    }
    // Pageable memory: staged before the call returns, so `from` may go.
    return check(kernels::cuda::copy_to_device(to, from, bytes, {}), "copying to the card");
}

Status DeviceDecoder::fetch(void* to, const void* from, std::size_t bytes) const {
    if (bytes == 0) return {};
    if (backend_ == Backend::kCpu) {
        std::memcpy(to, from, bytes);
        return {};
    }
    VT_TRY(check(kernels::cuda::copy_to_host(to, from, bytes, {}), "reading from the card"));
    return check(kernels::cuda::synchronize({}), "a training pass");
}

std::size_t DeviceDecoder::budget() const {
    if (options_.budget_bytes > 0) return options_.budget_bytes;
    if (backend_ == Backend::kCpu) return kHostBudget;
    kernels::cuda::DeviceInfo info;
    if (kernels::cuda::device_info(0, &info) != kernels::Status::kOk) return 0;
    const std::size_t held =
        memory_ ? TrainMemory::bytes(model_.config(), memory_->shape(), backend_) : 0;
    const std::size_t free = info.free_bytes + held;
    return free > kCardReserve ? free - kCardReserve : 0;
}

Result<TrainShape> DeviceDecoder::plan(std::int64_t rows,
                                       std::int64_t targets,
                                       std::int64_t rank) const {
    const std::size_t most = budget();
    TrainShape shape{
        .rows = rows, .targets = targets, .rank = rank, .slab_bytes = options_.slab_bytes};
    for (const Keep keep : {Keep::kAll, Keep::kAttention, Keep::kCheckpoints}) {
        if (keep < options_.keep) continue;
        shape.keep = keep;
        for (const bool whole : {true, false}) {
            shape.whole_head = whole;
            if (TrainMemory::bytes(model_.config(), shape, backend_) <= most) return shape;
        }
    }
    return Error{ErrorCode::kOutOfMemory,
                 "a training pass of " + std::to_string(rows) + " tokens needs " +
                     std::to_string(TrainMemory::bytes(model_.config(), shape, backend_) >> 20) +
                     " MiB and " + std::to_string(most >> 20) +
                     " are free; make max_completion_length or micro_batch_tokens smaller",
                 {}};
}

std::int64_t DeviceDecoder::rows_that_fit(std::int64_t wanted, std::int64_t rank) const {
    const std::size_t most = budget();
    const std::int64_t top = std::clamp<std::int64_t>(wanted, 1, kMostRows);
    std::int64_t best = 1;
    for (const Keep keep : {Keep::kAll, Keep::kAttention, Keep::kCheckpoints}) {
        if (keep < options_.keep) continue;
        std::int64_t fits = 0;
        for (std::int64_t step = std::int64_t{1} << 15; step > 0; step /= 2) {
            const std::int64_t rows = fits + step;
            const TrainShape shape{.rows = rows,
                                   .targets = rows,
                                   .rank = rank,
                                   .keep = keep,
                                   .slab_bytes = options_.slab_bytes};
            if (rows <= top && TrainMemory::bytes(model_.config(), shape, backend_) <= most) {
                fits = rows;
            }
        }
        best = std::max(best, fits);
        if (fits >= std::min(top, kGoodRows)) return fits;
    }
    return best;
}

Status DeviceDecoder::reserve(std::int64_t rows, std::int64_t targets, std::int64_t rank) {
    if (rows < 1 || rows > kMostRows) {
        return Error{ErrorCode::kInvalidArgument,
                     "a training pass of " + std::to_string(rows) + " tokens; at most " +
                         std::to_string(kMostRows) + " are possible: make the chains shorter",
                     {}};
    }
    // First, so that the plan of the pass sees what is left.
    if (!gradients_ || gradients_->rank() != padded_rank(rank)) {
        VT_ASSIGN(gradients_, TrainGradients::make(model_.config(), rank, backend_));
    }
    TrainShape wanted{.rows = rows, .targets = std::max<std::int64_t>(1, targets), .rank = rank};
    if (!memory_ || !memory_->holds(wanted)) {
        if (memory_ && memory_->shape().rank == rank) {
            wanted.rows = std::max(wanted.rows, memory_->shape().rows);
            wanted.targets = std::max(wanted.targets, memory_->shape().targets);
        }
        auto shape = plan(wanted.rows, wanted.targets, rank);
        if (!shape) shape = plan(rows, std::max<std::int64_t>(1, targets), rank);
        if (!shape) return shape.error();
        memory_.reset();
        VT_ASSIGN(memory_, TrainMemory::make(model_.config(), *shape, backend_));
        VT_TRY(make_head());
    }
    return {};
}

Status DeviceDecoder::make_rope(std::int64_t positions) {
    if (positions <= rope_positions_) return {};
    const std::vector<float> frequencies = model::rope_inverse_frequencies(model_.config());
    const std::int64_t count = std::max<std::int64_t>(256, 2 * positions);
    std::vector<float> table;
    table.reserve(static_cast<std::size_t>(2 * count) * frequencies.size());
    for (const bool sine : {false, true}) {
        for (std::int64_t p = 0; p < count; ++p) {
            for (const float f : frequencies) {
                // The product is rounded to fp32 before the sine, as transformers does it.
                const float angle = static_cast<float>(p) * f;
                table.push_back(sine ? std::sin(angle) : std::cos(angle));
            }
        }
    }
    const std::size_t bytes = table.size() * sizeof(float);
    VT_ASSIGN(rope_, Buffer::make(backend_, bytes, "rotary embedding"));
    VT_TRY(send(rope_.data(), table.data(), bytes));
    rope_positions_ = count;
    return {};
}

Status DeviceDecoder::norm(const Bf16* x,
                           const Bf16* update,
                           Bf16* sum,
                           const Bf16* gamma,
                           Bf16* y,
                           std::int64_t y_stride,
                           float* rstd) const {
    return check(kernels::add_norm(backend_,
                                   {.x = x,
                                    .update = update,
                                    .gamma = gamma,
                                    .sum = sum,
                                    .y = y,
                                    .rstd = rstd,
                                    .rows = rows_,
                                    .width = model_.config().hidden_size,
                                    .x_stride = model_.config().hidden_size,
                                    .y_stride = y_stride,
                                    .eps = static_cast<float>(model_.config().rms_norm_eps)}),
                 "norm");
}

Status DeviceDecoder::norm_heads(const Layer& l, const quant::QuantLayer& w) const {
    const model::ModelConfig& c = model_.config();
    const std::int64_t q = c.num_attention_heads * c.head_dim;
    const std::int64_t kv = c.num_key_value_heads * c.head_dim;
    const auto of = [&](const Bf16* gamma, std::int64_t at, std::int64_t heads, float* rstd) {
        return check(kernels::add_norm(backend_,
                                       {.x = l.raw + at,
                                        .gamma = gamma,
                                        .y = l.qkv + at,
                                        .rstd = rstd,
                                        .rows = rows_,
                                        .groups = heads,
                                        .width = c.head_dim,
                                        .x_stride = q + kv,
                                        .y_stride = q + 2 * kv,
                                        .eps = static_cast<float>(c.rms_norm_eps)}),
                     "norm of heads");
    };
    VT_TRY(of(w.q_norm, 0, c.num_attention_heads, l.qk_rstd));
    return of(w.k_norm, q, c.num_key_value_heads, l.qk_rstd + rows_ * c.num_attention_heads);
}

Status DeviceDecoder::rotate(Bf16* qkv, bool inverse) const {
    const model::ModelConfig& c = model_.config();
    const std::int64_t heads = c.num_attention_heads + c.num_key_value_heads;
    const auto* cos = rope_.as<float>();
    return check(kernels::rope_rows(backend_,
                                    {.x = qkv,
                                     .positions = memory_->positions,
                                     .cos = cos,
                                     .sin = cos + rope_positions_ * c.head_dim / 2,
                                     .rows = rows_,
                                     .heads = heads,
                                     .head_dim = c.head_dim,
                                     .x_stride = sizes_[0].n,
                                     .max_positions = rope_positions_,
                                     .inverse = inverse}),
                 "rotary embedding");
}

kernels::AttnRows DeviceDecoder::attention(const Layer& l) const {
    const model::ModelConfig& c = model_.config();
    return {.qkv = l.qkv,
            .span = memory_->spans,
            .out = l.attn,
            .lse = l.lse,
            .rows = rows_,
            .n_q = c.num_attention_heads,
            .n_kv = c.num_key_value_heads,
            .head_dim = c.head_dim,
            .qkv_stride = sizes_[0].n,
            .out_stride = sizes_[1].k + extension(sizes_[1], memory_->shape().rank),
            .scale = 1.0F / std::sqrt(static_cast<float>(c.head_dim))};
}

/// From the normalised x in memory to `mid` and the x of the second norm.
Status DeviceDecoder::attend(std::int64_t layer, const TrainAdapter& adapter) const {
    const Layer& l = memory_->layers[static_cast<std::size_t>(layer)];
    const quant::QuantLayer& w = model_.layer(layer);
    const Projection qkv = projection(layer, Fused::kQkv, adapter);
    VT_TRY(widen(qkv, memory_->x));
    if (l.raw != nullptr) {
        const std::int64_t qk =
            (model_.config().num_attention_heads + model_.config().num_key_value_heads) *
            model_.config().head_dim;
        VT_TRY(multiply(qkv, memory_->x, l.raw, qk, 0, qk));
        VT_TRY(multiply(qkv, memory_->x, l.qkv + qk, qkv.size.n, qk, qkv.size.n));
        VT_TRY(norm_heads(l, w));
    } else {
        VT_TRY(multiply(qkv, memory_->x, l.qkv, qkv.size.n, 0, qkv.size.n));
    }
    VT_TRY(rotate(l.qkv, false));
    VT_TRY(check(kernels::attn_rows(backend_, attention(l)), "attention"));
    const std::int64_t d = model_.config().hidden_size;
    VT_TRY(project(projection(layer, Fused::kO, adapter), l.attn, memory_->update, d));
    const Projection next = projection(layer, Fused::kGateUp, adapter);
    return norm(l.x, memory_->update, l.mid, w.norm2, memory_->x, next.ldx(), memory_->rstd);
}

Status DeviceDecoder::feed_forward(std::int64_t layer, const TrainAdapter& adapter) const {
    const Layer& l = memory_->layers[static_cast<std::size_t>(layer)];
    const std::int64_t f = model_.config().intermediate_size;
    VT_TRY(project(projection(layer, Fused::kGateUp, adapter), memory_->x, l.gate_up, 2 * f));
    const Projection down = projection(layer, Fused::kDown, adapter);
    VT_TRY(check(kernels::swiglu_rows(backend_,
                                      {.gate_up = l.gate_up,
                                       .h = memory_->h,
                                       .rows = rows_,
                                       .width = f,
                                       .h_stride = down.ldx()}),
                 "swiglu"));
    return project(down, memory_->h, memory_->update, model_.config().hidden_size);
}

Status DeviceDecoder::forward(const PackedTokens& batch,
                              const TrainAdapter& adapter,
                              std::int64_t targets,
                              bool keep) {
    const model::ModelConfig& c = model_.config();
    VT_TRY(reserve(batch.rows(), targets, adapter.rank()));
    VT_TRY(make_rope(1 + *std::ranges::max_element(batch.positions)));
    rows_ = batch.rows();
    targets_ = 0;
    kept_ = keep;
    TrainMemory& m = *memory_;
    const std::size_t words = 4 * static_cast<std::size_t>(rows_);
    VT_TRY(send(m.tokens, batch.tokens.data(), words));
    VT_TRY(send(m.positions, batch.positions.data(), words));
    VT_TRY(send(m.spans, batch.spans.data(), batch.spans.size_bytes()));
    VT_TRY(check(kernels::embed_gather(backend_,
                                       {.table = model_.embedding(),
                                        .token = m.tokens,
                                        .out = m.layers[0].x,
                                        .rows = rows_,
                                        .width = c.hidden_size,
                                        .vocab = c.vocab_size}),
                 "embedding"));
    for (std::int64_t l = 0; l < c.num_hidden_layers; ++l) {
        const Layer& layer = m.layers[static_cast<std::size_t>(l)];
        const Projection qkv = projection(l, Fused::kQkv, adapter);
        const Bf16* before = l == 0 ? layer.x : m.layers[static_cast<std::size_t>(l - 1)].mid;
        VT_TRY(norm(before,
                    l == 0 ? nullptr : m.update,
                    layer.x,
                    model_.layer(l).norm1,
                    m.x,
                    qkv.ldx(),
                    m.rstd));
        VT_TRY(attend(l, adapter));
        VT_TRY(feed_forward(l, adapter));
    }
    return norm(m.layers.back().mid,
                m.update,
                m.final_x,
                model_.head().final_norm,
                m.hidden,
                c.hidden_size,
                m.final_rstd);
}

/// The whole head in bf16, once for as long as the memory is held: it is frozen.
Status DeviceDecoder::make_head() const {
    if (memory_->head == nullptr) return {};
    const kernels::QuantView& w = model_.head().w;
    return check(kernels::dequant_slab(backend_,
                                       {.w = w,
                                        .row_begin = 0,
                                        .row_end = head_columns(model_.config()),
                                        .k_begin = 0,
                                        .k_end = w.k,
                                        .order = kernels::SlabOrder::kNk,
                                        .out = memory_->head,
                                        .ld = w.k}),
                 "head");
}

Status DeviceDecoder::send_rows(std::span<const std::int32_t> rows) {
    TrainMemory& m = *memory_;
    targets_ = static_cast<std::int64_t>(rows.size());
    if (targets_ > m.shape().targets) {
        return Error{ErrorCode::kInternal, "more targets than the pass was made for", {}};
    }
    host_rows_.assign(rows.begin(), rows.end());
    if (!std::ranges::all_of(rows, [&](std::int32_t r) { return r >= 0 && r < rows_; })) {
        return Error{ErrorCode::kInvalidArgument, "a target lies outside the batch", {}};
    }
    return send(m.target_rows, rows.data(), rows.size_bytes());
}

Status DeviceDecoder::chunk_logits(std::int64_t begin, std::int64_t count) const {
    const TrainMemory& m = *memory_;
    const kernels::QuantView& w = model_.head().w;
    const std::int64_t columns = head_columns(model_.config());
    VT_TRY(check(kernels::embed_gather(backend_,
                                       {.table = m.hidden,
                                        .token = m.target_rows + begin,
                                        .out = m.head_rows,
                                        .rows = count,
                                        .width = w.k,
                                        .vocab = rows_}),
                 "head rows"));
    const std::int64_t most = m.slab_bytes / (2 * w.k) / kernels::kQuantRows * kernels::kQuantRows;
    const std::int64_t step = m.head != nullptr ? columns : even_step(columns, most);
    for (std::int64_t row = 0; row < columns; row += step) {
        const std::int64_t end = std::min(columns, row + step);
        const Bf16* slab = m.head;
        if (slab == nullptr) {
            slab = m.slab;
            VT_TRY(check(kernels::dequant_slab(backend_,
                                               {.w = w,
                                                .row_begin = row,
                                                .row_end = end,
                                                .k_begin = 0,
                                                .k_end = w.k,
                                                .order = kernels::SlabOrder::kNk,
                                                .out = m.slab,
                                                .ld = w.k}),
                         "head"));
        }
        VT_TRY(gemm({.a = m.head_rows,
                     .b = slab,
                     .c = m.logits + row,
                     .fp32 = true,
                     .m = count,
                     .n = end - row,
                     .k = w.k,
                     .lda = w.k,
                     .ldb = w.k,
                     .ldc = columns},
                    "logits"));
    }
    return {};
}

Status DeviceDecoder::chunk_pass(std::int64_t begin, std::int64_t count, bool with_gradient) const {
    const TrainMemory& m = *memory_;
    const std::int64_t columns = head_columns(model_.config());
    return check(kernels::head_rows(backend_,
                                    {.logits = m.logits,
                                     .row_factor = model_.head().w.row_factor,
                                     .target = m.targets + begin,
                                     .g = with_gradient ? m.gradients + begin : nullptr,
                                     .logprob = m.logprobs + begin,
                                     .entropy = m.entropies + begin,
                                     .rows = count,
                                     .vocab = options_.vocab,
                                     .columns = columns,
                                     .stride = columns,
                                     .temperature = temperature_}),
                 "log-probs");
}

Status DeviceDecoder::log_probs(std::span<const std::int32_t> rows,
                                std::span<const std::int32_t> targets,
                                float temperature,
                                std::span<float> log_probs,
                                std::span<float> entropies) {
    VT_CHECK(rows.size() == targets.size() && log_probs.size() == rows.size() &&
             entropies.size() == rows.size());
    VT_TRY(send_rows(rows));
    if (!std::ranges::all_of(targets,
                             [&](std::int32_t id) { return id >= 0 && id < options_.vocab; })) {
        return Error{ErrorCode::kInvalidArgument,
                     "a token to be learned is not one of the tokenizer's " +
                         std::to_string(options_.vocab) + " ids",
                     {}};
    }
    TrainMemory& m = *memory_;
    temperature_ = temperature;
    VT_TRY(send(m.targets, targets.data(), targets.size_bytes()));
    if (kept_) {
        // The gradient of a log-prob is the same whatever comes to be multiplied with it, so it is
        // taken while the logits are there: they are computed once.
        const std::vector<float> ones(targets.size(), 1.0F);
        VT_TRY(send(m.gradients, ones.data(), targets.size_bytes()));
    }
    for (std::int64_t begin = 0; begin < targets_; begin += kHeadChunk) {
        const std::int64_t count = std::min(kHeadChunk, targets_ - begin);
        VT_TRY(chunk_logits(begin, count));
        VT_TRY(chunk_pass(begin, count, kept_));
        if (kept_) VT_TRY(chunk_gradient(begin, count));
    }
    VT_TRY(fetch(log_probs.data(), m.logprobs, log_probs.size_bytes()));
    return fetch(entropies.data(), m.entropies, entropies.size_bytes());
}

/// From gradients of logits (in their place, bf16) to those of the rows.
Status DeviceDecoder::chunk_gradient(std::int64_t begin, std::int64_t count) const {
    const TrainMemory& m = *memory_;
    const kernels::QuantView& w = model_.head().w;
    const std::int64_t columns = head_columns(model_.config());
    kernels::GemmLarge g{.a = reinterpret_cast<const Bf16*>(m.logits),
                         .b = m.head,
                         .c = m.head_gradient + begin * w.k,
                         .form = kernels::GemmForm::kAb,
                         .m = count,
                         .n = w.k,
                         .k = columns,
                         .lda = 2 * columns,
                         .ldb = w.k,
                         .ldc = w.k};
    if (m.head != nullptr) return gemm(g, "gradient of the head's rows");
    const std::int64_t step =
        even_step(w.k, m.slab_bytes / (2 * columns) / kernels::kQuantGroup * kernels::kQuantGroup);
    for (std::int64_t k = 0; k < w.k; k += step) {
        const std::int64_t end = std::min(w.k, k + step);
        VT_TRY(check(kernels::dequant_slab(backend_,
                                           {.w = w,
                                            .row_begin = 0,
                                            .row_end = columns,
                                            .k_begin = k,
                                            .k_end = end,
                                            .order = kernels::SlabOrder::kKn,
                                            .out = m.slab,
                                            .ld = columns}),
                     "head"));
        g.form = kernels::GemmForm::kAbt;
        g.b = m.slab;
        g.ldb = columns;
        g.c = m.head_gradient + begin * w.k + k;
        g.n = end - k;
        VT_TRY(gemm(g, "gradient of the head's rows"));
    }
    return {};
}

Status DeviceDecoder::log_probs_backward(std::span<const float> g) {
    VT_CHECK(kept_ && static_cast<std::int64_t>(g.size()) == targets_);
    VT_TRY(send(memory_->gradients, g.data(), g.size_bytes()));
    return sum_by_row(memory_->gradients);
}

/// dhidden of every row: the sum over the targets that it predicts, each times its weight.
Status DeviceDecoder::sum_by_row(const float* weight) const {
    const TrainMemory& m = *memory_;
    std::vector<std::int32_t> begin(static_cast<std::size_t>(rows_ + 1));
    for (const std::int32_t row : host_rows_) ++begin[static_cast<std::size_t>(row + 1)];
    for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
    std::vector<std::int32_t> next(begin.begin(), begin.end() - 1);
    std::vector<std::int32_t> index(host_rows_.size());
    for (std::size_t i = 0; i < host_rows_.size(); ++i) {
        auto& at = next[static_cast<std::size_t>(host_rows_[i])];
        index[static_cast<std::size_t>(at++)] = static_cast<std::int32_t>(i);
    }
    VT_TRY(send(m.sum_begin, begin.data(), begin.size() * sizeof(std::int32_t)));
    VT_TRY(send(m.sum_index, index.data(), index.size() * sizeof(std::int32_t)));
    return check(kernels::sum_rows(backend_,
                                   {.src = m.head_gradient,
                                    .begin = m.sum_begin,
                                    .index = m.sum_index,
                                    .weight = weight,
                                    .out = m.dhidden,
                                    .rows = rows_,
                                    .width = model_.config().hidden_size}),
                 "gradients of rows");
}

Status DeviceDecoder::values(std::span<const std::int32_t> rows,
                             std::span<const float> weight,
                             float bias,
                             std::span<float> values) {
    VT_TRY(send_rows(rows));
    TrainMemory& m = *memory_;
    const std::int64_t d = model_.config().hidden_size;
    VT_CHECK(values.size() == rows.size() && static_cast<std::int64_t>(weight.size()) == d);
    VT_TRY(send(m.value_weights, weight.data(), weight.size_bytes()));
    VT_TRY(send(m.value_weights + d, &bias, sizeof bias));
    VT_TRY(check(kernels::value_head(backend_,
                                     {.hidden = m.hidden,
                                      .index = m.target_rows,
                                      .weight = m.value_weights,
                                      .bias = m.value_weights + d,
                                      .value = m.logprobs,
                                      .rows = targets_,
                                      .width = d}),
                 "value head"));
    return fetch(values.data(), m.logprobs, values.size_bytes());
}

Status DeviceDecoder::values_backward(std::span<const float> dvalues,
                                      std::span<float> dweight,
                                      float& dbias) {
    VT_CHECK(kept_ && static_cast<std::int64_t>(dvalues.size()) == targets_);
    TrainMemory& m = *memory_;
    const std::int64_t d = model_.config().hidden_size;
    float* const gradient = m.value_weights + d + 8;
    VT_TRY(send(m.gradients, dvalues.data(), dvalues.size_bytes()));
    VT_TRY(check(kernels::value_head_backward(backend_,
                                              {.hidden = m.hidden,
                                               .index = m.target_rows,
                                               .weight = m.value_weights,
                                               .dvalue = m.gradients,
                                               .drow = m.head_gradient,
                                               .dweight = gradient,
                                               .dbias = gradient + d,
                                               .rows = targets_,
                                               .width = d}),
                 "value head"));
    std::vector<float> got(static_cast<std::size_t>(d + 1));
    VT_TRY(fetch(got.data(), gradient, got.size() * sizeof(float)));
    for (std::size_t i = 0; i < dweight.size(); ++i) dweight[i] += got[i];
    dbias += got.back();
    return sum_by_row(nullptr);
}

}  // namespace veritune::decode
