// SPDX-License-Identifier: Apache-2.0
#include "kernels/philox_sample.h"

#include "kernels/cpu/isa.h"
#include "kernels/cpu/scratch.h"
#include "kernels/sample_math.h"

#include <cstddef>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr int kThreads = 256;  // lanes of a block, as on the card

/// One row and what its parameters make of it.
struct Row {
    const float* logits;
    std::int64_t vocab;
    SamplingParams params;
    std::uint64_t chain;
    std::int32_t position;
    bool greedy;
    float inverse;          // 1 / temperature
    float logprob_inverse;  // 1 / logprob_temperature
    float logprob_scale;    // the same times log2 e
};

Row row_of(const PhiloxSample& a, std::int64_t row) {
    Row r{};
    r.logits = a.logits + row * a.logits_stride;
    r.vocab = a.vocab;
    r.params = a.params[row * a.params_stride];
    r.chain = a.chain[row];
    r.position = a.position[row];
    r.greedy = !(r.params.temperature > 0.0F);
    r.inverse = r.greedy ? 1.0F : fixed::div(1.0F, r.params.temperature);
    const float t = r.params.logprob_temperature;
    r.logprob_inverse = t > 0.0F ? fixed::div(1.0F, t) : 1.0F;
    r.logprob_scale = fixed::mul(r.logprob_inverse, fixed::kLog2E);
    return r;
}

float finite_base(float largest) { return largest == -fixed::kInfinity ? 0.0F : largest; }

/// Sum over 256 lanes: xor tree within each 32, then the eight in order.
float sum_of_lanes(float* lane) {
    float total = 0.0F;
    for (int warp = 0; warp < kThreads / 32; ++warp) {
        float* x = lane + std::ptrdiff_t{32} * warp;
        for (int half = 16; half > 0; half /= 2) {
            for (int i = 0; i < half; ++i) x[i] = fixed::add(x[i], x[i + half]);
        }
        total = warp == 0 ? x[0] : fixed::add(total, x[0]);
    }
    return total;
}

SamplePartial reduce_block(const Row& r, std::int64_t begin) {
    const std::int64_t end = begin + kSampleBlock < r.vocab ? begin + kSampleBlock : r.vocab;
    SamplePartial part{};
    part.largest = -fixed::kInfinity;
    for (std::int64_t v = begin; v < end; ++v) {
        if (r.logits[v] > part.largest) part.largest = r.logits[v];
    }
    const float base = finite_base(part.largest);
    float sum[kThreads] = {};
    float weighted[kThreads] = {};
    for (std::int64_t v = begin; v < end; ++v) {  // ascending v is ascending (j, c) for each lane
        const std::int64_t lane = (v - begin) / 4 % kThreads;
        const float t = fixed::mul(fixed::add(r.logits[v], -base), r.logprob_scale);
        const float e = fixed::exp2(t);
        sum[lane] = fixed::add(sum[lane], e);
        weighted[lane] = fixed::fma(e, t < -126.0F ? 0.0F : t, weighted[lane]);
    }
    part.sum = sum_of_lanes(sum);
    part.weighted = sum_of_lanes(weighted);
    return part;
}

/// argmax of logit / tau + noise over the ids that are at most `cut` steps below `largest`.
std::int32_t draw(const Row& r, float largest, std::uint32_t cut, bool truncated) {
    float best = -fixed::kInfinity;
    std::int64_t id = 0;
    for (std::int64_t quad = 0; quad * 4 < r.vocab; ++quad) {
        fixed::Words words{};
        if (!r.greedy) {
            words = fixed::words_of(r.params.seed, r.chain, r.position, static_cast<int>(quad));
        }
        for (std::int64_t v = 4 * quad; v < 4 * quad + 4 && v < r.vocab; ++v) {
            const float l = r.logits[v];
            if (truncated && fixed::steps_below(l, largest, r.inverse) > cut) continue;
            const float value =
                r.greedy ? l : fixed::fma(l, r.inverse, fixed::gumbel(words.word[v % 4]));
            if (value > best) {
                best = value;
                id = v;
            }
        }
    }
    return static_cast<std::int32_t>(id);
}

/// First bin at which the running total reaches `goal`; the last bin when it never does.
std::uint32_t boundary(const std::uint64_t* bin, std::int64_t bins, std::uint64_t goal) {
    std::uint64_t running = 0;
    for (std::int64_t i = 0; i < bins; ++i) {
        running += bin[i];
        if (running >= goal) return static_cast<std::uint32_t>(i);
    }
    return static_cast<std::uint32_t>(bins - 1);
}

/// Count and mass of the ids at each step; all zero between uses.
struct Steps {
    static constexpr std::int64_t kSteps = fixed::kLastStep + 1;
    Scratch<std::uint64_t> memory;
    std::uint64_t* count = nullptr;
    std::uint64_t* mass = nullptr;
    void prepare() {
        if (count != nullptr) return;
        count = memory.get(2 * kSteps);
        mass = count + kSteps;
        for (std::int64_t i = 0; i < 2 * kSteps; ++i) count[i] = 0;
    }
};

/// Adds (or takes out) every id of the row; returns the mass of those up to `cut`.
std::uint64_t fill(Steps* steps, const Row& r, float largest, std::uint32_t cut, bool clear) {
    const float scale = fixed::mul(r.inverse, fixed::kLog2E);
    std::uint64_t total = 0;
    for (std::int64_t v = 0; v < r.vocab; ++v) {
        const std::uint32_t step = fixed::steps_below(r.logits[v], largest, r.inverse);
        if (step == fixed::kTooFar) continue;
        const std::uint32_t mass = fixed::mass_of(r.logits[v], largest, scale);
        steps->count[step] = clear ? 0 : steps->count[step] + 1;
        steps->mass[step] = clear ? 0 : steps->mass[step] + mass;
        if (step <= cut) total += mass;
    }
    return total;
}

/// The last step that the row's top_k, top_p and min_p keep.
std::uint32_t cut_of(const Row& r, float largest) {
    static thread_local Steps steps;
    steps.prepare();
    fill(&steps, r, largest, fixed::kLastStep, false);
    std::uint32_t cut = fixed::kLastStep;
    if (r.params.top_k > 0) {
        cut = boundary(steps.count, Steps::kSteps, static_cast<std::uint64_t>(r.params.top_k));
    }
    const std::uint64_t total = fill(&steps, r, largest, cut, true);
    if (r.params.top_p < 1.0F) {
        fill(&steps, r, largest, cut, false);
        const std::uint32_t end =
            boundary(steps.mass, Steps::kSteps, fixed::mass_goal(r.params.top_p, total));
        cut = end < cut ? end : cut;
        fill(&steps, r, largest, cut, true);
    }
    if (r.params.min_p > 0.0F) {
        const std::uint32_t end = fixed::min_p_step(r.params.min_p);
        cut = end < cut ? end : cut;
    }
    return cut;
}

bool precedes(float a, std::int64_t a_id, float b, std::int64_t b_id) {
    return a > b || (a == b && a_id < b_id);
}

/// The top_count largest logits, descending, ties by id.
void list_alternatives(
    const PhiloxSample& a, const Row& r, std::int64_t row, float largest, float log_sum) {
    std::int32_t* id = a.top_token + row * a.top_count;
    float* value = a.top_logprob + row * a.top_count;
    int found = 0;
    for (std::int64_t v = 0; v < r.vocab; ++v) {
        const float l = r.logits[v];
        if (!(l > -fixed::kInfinity)) continue;
        int at = found;
        while (at > 0 && precedes(l, v, value[at - 1], id[at - 1])) --at;
        if (at == a.top_count) continue;
        if (found < a.top_count) ++found;
        for (int i = found - 1; i > at; --i) {
            value[i] = value[i - 1];
            id[i] = id[i - 1];
        }
        value[at] = l;
        id[at] = static_cast<std::int32_t>(v);
    }
    for (int i = 0; i < a.top_count; ++i) {
        if (i >= found) id[i] = -1;
        const float z = i < found ? fixed::mul(fixed::add(value[i], -largest), r.logprob_inverse)
                                  : -fixed::kInfinity;
        value[i] = fixed::add(z, -log_sum);
    }
}

void sample_row(const PhiloxSample& a, std::int64_t row) {
    const Row r = row_of(a, row);
    static thread_local Scratch<SamplePartial> scratch;
    SamplePartial* part = scratch.get(sample_blocks(a));
    float largest = -fixed::kInfinity;
    for (std::int64_t b = 0; b < sample_blocks(a); ++b) {
        part[b] = reduce_block(r, b * kSampleBlock);
        if (part[b].largest > largest) largest = part[b].largest;
    }
    const float base = finite_base(largest);
    float sum = 0.0F;
    float weighted = 0.0F;
    for (std::int64_t b = 0; b < sample_blocks(a); ++b) {
        const float t = fixed::mul(fixed::add(part[b].largest, -base), r.logprob_scale);
        const float factor = fixed::exp2(t);
        const float shift = t < -126.0F ? 0.0F : t;
        sum = fixed::add(sum, fixed::mul(part[b].sum, factor));
        weighted = fixed::add(weighted,
                              fixed::mul(factor, fixed::fma(part[b].sum, shift, part[b].weighted)));
    }
    const SamplingParams& p = r.params;
    const bool truncated = !r.greedy && (p.top_k > 0 || p.top_p < 1.0F || p.min_p > 0.0F);
    const std::uint32_t cut = truncated ? cut_of(r, largest) : 0;
    const std::int32_t token = draw(r, largest, cut, truncated);
    const float log_sum = fixed::ln(sum);
    const float z = fixed::mul(fixed::add(r.logits[token], -largest), r.logprob_inverse);
    a.token[row] = token;
    a.logprob[row] = fixed::add(z, -log_sum);
    a.entropy[row] = fixed::add(log_sum, -fixed::mul(fixed::div(weighted, sum), fixed::kLn2));
    if (a.top_count > 0) list_alternatives(a, r, row, largest, log_sum);
}

Status philox_sample_body(const PhiloxSample& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (a.rows * a.vocab > 16384)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        if (a.active == nullptr || a.active[row] != 0) sample_row(a, row);
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(philox_sample, PhiloxSample)

}  // namespace veritune::kernels::cpu
