// SPDX-License-Identifier: Apache-2.0
#include "kernels/paged_attn_decode.h"

#include "kernels/cpu/arguments.h"
#include "kernels/cpu/paged_kv.h"
#include "kernels/rope_kv_append.h"

#include <cmath>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kMaxDim = 128;
constexpr std::int64_t kUnitTokens = 32;
constexpr double kLog2E = 1.4426950408889634;

/// Softmax in progress over a run of tokens: the largest score in bits (log2), the sum of 2^(score
/// - largest), and that of the same times the values.
struct Partial {
    double largest = -HUGE_VAL;
    double sum = 0;
    double out[kMaxDim] = {};
};

/// The later tokens `b` behind `a`.
void merge(Partial* a, const Partial& b, std::int64_t dim) {
    const double largest = std::fmax(a->largest, b.largest);
    const double of_a = std::exp2(a->largest - largest);
    const double of_b = std::exp2(b.largest - largest);
    a->largest = largest;
    a->sum = a->sum * of_a + b.sum * of_b;
    for (std::int64_t i = 0; i < dim; ++i) a->out[i] = a->out[i] * of_a + b.out[i] * of_b;
}

struct Query {
    const PagedAttnDecode* args;
    std::int64_t chain;
    std::int64_t head;
    std::int64_t slot;
    std::int64_t length;
    const Bf16* q;

    std::int64_t kv_head() const { return head / (args->q_heads / args->kv.kv_heads); }
};

/// Tokens [begin, end), at most 32. False when a page lies outside the pool.
bool attend_unit(const Query& query, std::int64_t begin, std::int64_t end, Partial* p) {
    const PagedAttnDecode& a = *query.args;
    const std::int64_t dim = a.kv.head_dim;
    double score[kUnitTokens];
    float codes[kMaxDim];
    float scale = 0;
    for (std::int64_t t = begin; t < end; ++t) {
        if (!load_kv({a.kv, a.table, query.slot, query.kv_head(), t}, 0, codes, &scale))
            return false;
        double dot = 0;
        for (std::int64_t i = 0; i < dim; ++i)
            dot += static_cast<double>(to_float(query.q[i])) * codes[i];
        score[t - begin] = dot * scale * a.scale * kLog2E;
        p->largest = std::fmax(p->largest, score[t - begin]);
        if (std::isnan(score[t - begin])) p->largest = score[t - begin];
    }
    for (std::int64_t t = begin; t < end; ++t) {
        load_kv({a.kv, a.table, query.slot, query.kv_head(), t}, 1, codes, &scale);
        const double weight = std::exp2(score[t - begin] - p->largest);
        const double rounded = rounded_to_bf16(static_cast<float>(weight) * scale);
        p->sum += weight;
        for (std::int64_t i = 0; i < dim; ++i) p->out[i] += rounded * codes[i];
    }
    return true;
}

bool attend_split(const Query& query, std::int64_t begin, Partial* split) {
    const std::int64_t behind = begin + kSplitTokens;
    const std::int64_t end = behind < query.length ? behind : query.length;
    for (std::int64_t t = begin; t < end; t += kUnitTokens) {
        Partial unit;
        const std::int64_t unit_end = t + kUnitTokens < end ? t + kUnitTokens : end;
        if (!attend_unit(query, t, unit_end, &unit)) return false;
        merge(split, unit, query.args->kv.head_dim);
    }
    return true;
}

void attend_head(Query query) {
    const PagedAttnDecode& a = *query.args;
    const std::int64_t dim = a.kv.head_dim;
    const std::int64_t at = (query.chain * a.q_heads + query.head) * dim;
    Bf16* out = a.out + at;
    Bf16 q[kMaxDim];  // appended queries lie where the result goes
    for (std::int64_t i = 0; i < dim; ++i) q[i] = a.q == nullptr ? out[i] : a.q[at + i];
    query.q = q;
    Partial all;
    bool fits = query.length <= a.max_splits * kSplitTokens &&
                (a.q != nullptr || query.length <= a.append.max_positions);
    for (std::int64_t t = 0; fits && t < query.length; t += kSplitTokens) {
        Partial split;
        fits = attend_split(query, t, &split);
        if (fits) merge(&all, split, dim);
    }
    for (std::int64_t i = 0; i < dim; ++i) {
        const float value = query.length == 0 ? 0.0F : static_cast<float>(all.out[i] / all.sum);
        out[i] = to_bf16(fits ? value : NAN);
    }
}

/// Rotates the new queries into the output and appends keys and values.
Status append(const PagedAttnDecode& a) {
    return cpu::rope_kv_append({.qkv = a.append.qkv,
                                .positions = a.positions,
                                .slots = a.slots,
                                .cos = a.append.cos,
                                .sin = a.append.sin,
                                .q_gamma = a.append.q_gamma,
                                .k_gamma = a.append.k_gamma,
                                .q = a.out,
                                .kv = a.kv,
                                .table = a.table,
                                .rows = a.chains,
                                .q_heads = a.q_heads,
                                .qkv_stride = a.append.qkv_stride,
                                .max_positions = a.append.max_positions,
                                .eps = a.append.eps});
}

Status paged_attn_decode_body(const PagedAttnDecode& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.q == nullptr && append(a) != Status::kOk) return Status::kInvalidArgument;
    for (std::int64_t chain = 0; chain < a.chains; ++chain) {
        const std::int64_t position = a.positions[chain];
        for (std::int64_t head = 0; head < a.q_heads; ++head) {
            attend_head({.args = &a,
                         .chain = chain,
                         .head = head,
                         .slot = a.slots == nullptr ? chain : a.slots[chain],
                         .length = position < 0 ? 0 : position + 1,
                         .q = nullptr});
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(paged_attn_decode, PagedAttnDecode)

}  // namespace veritune::kernels::cpu
