// SPDX-License-Identifier: Apache-2.0
#include "kernels/paged_attn_prefill.h"

#include "kernels/cpu/arguments.h"
#include "kernels/cpu/paged_kv.h"

#include <cmath>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kMaxDim = 128;
constexpr double kLog2E = 1.4426950408889634;

struct Row {
    const PagedAttnPrefill* args;
    const Bf16* q;
    std::int64_t kv_head;
    std::int64_t slot;
    std::int64_t tokens;  ///< that it sees
};

/// Online softmax: the largest score so far in bits, the sum of weights, the weighted values.
struct Running {
    double largest = -HUGE_VAL;
    double sum = 0;
    double out[kMaxDim] = {};
};

bool attend_page(const Row& row, std::int64_t begin, Running* r) {
    const PagedAttnPrefill& a = *row.args;
    const std::int64_t dim = a.kv.head_dim;
    const std::int64_t behind = begin + kPageTokens;
    const std::int64_t end = behind < row.tokens ? behind : row.tokens;
    double score[kPageTokens];
    float codes[kMaxDim];
    float scale = 0;
    double largest = r->largest;
    for (std::int64_t t = begin; t < end; ++t) {
        if (!load_kv({a.kv, a.table, row.slot, row.kv_head, t}, 0, codes, &scale)) return false;
        double dot = 0;
        for (std::int64_t i = 0; i < dim; ++i) {
            dot += static_cast<double>(to_float(row.q[i])) * codes[i];
        }
        score[t - begin] = dot * scale * a.scale * kLog2E;
        largest =
            std::isnan(score[t - begin]) ? score[t - begin] : std::fmax(largest, score[t - begin]);
    }
    const double kept = std::exp2(r->largest - largest);
    r->largest = largest;
    r->sum *= kept;
    for (std::int64_t i = 0; i < dim; ++i) r->out[i] *= kept;
    for (std::int64_t t = begin; t < end; ++t) {
        load_kv({a.kv, a.table, row.slot, row.kv_head, t}, 1, codes, &scale);
        const double weight = std::exp2(score[t - begin] - largest);
        const double rounded = rounded_to_bf16(static_cast<float>(weight) * scale);
        r->sum += weight;
        for (std::int64_t i = 0; i < dim; ++i) r->out[i] += rounded * codes[i];
    }
    return true;
}

void attend_row(const Row& row, Bf16* out) {
    const std::int64_t dim = row.args->kv.head_dim;
    Running running;
    bool fits = true;
    for (std::int64_t t = 0; fits && t < row.tokens; t += kPageTokens) {
        fits = attend_page(row, t, &running);
    }
    for (std::int64_t i = 0; i < dim; ++i) {
        const auto value = static_cast<float>(running.out[i] / running.sum);
        out[i] = to_bf16(fits ? value : NAN);
    }
}

Status paged_attn_prefill_body(const PagedAttnPrefill& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    const std::int64_t dim = a.kv.head_dim;
    for (std::int64_t r = 0; r < a.rows; ++r) {
        for (std::int64_t h = 0; h < a.q_heads; ++h) {
            const std::int64_t at = (r * a.q_heads + h) * dim;
            if (a.positions[r] < 0) {
                for (std::int64_t i = 0; i < dim; ++i) a.out[at + i] = Bf16{};
                continue;
            }
            attend_row({.args = &a,
                        .q = a.q + at,
                        .kv_head = h / (a.q_heads / a.kv.kv_heads),
                        .slot = a.slot == nullptr ? 0 : a.slot[0],
                        .tokens = a.positions[0] + r + 1},
                       a.out + at);
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(paged_attn_prefill, PagedAttnPrefill)

}  // namespace veritune::kernels::cpu
