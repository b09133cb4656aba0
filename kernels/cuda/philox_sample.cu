// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/launch.h"
#include "kernels/philox_sample.h"
#include "kernels/sample_math.h"

namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / 32;
constexpr int kQuads = static_cast<int>(kSampleBlock) / kThreads / 4;  // of a lane
constexpr int kEntries = 4 * kQuads;

/// Where the parts of the workspace lie.
struct Scratch {
    SamplePartial* partial;  // [rows][blocks]
    float* top_logit;        // [rows][blocks][top_count]
    std::int32_t* top_id;
    unsigned* arrived;  // [rows], zero between calls
};

/// One row and what its parameters make of it; the same for all threads of a block.
struct Row {
    const float* logits;
    int vocab;
    SamplingParams params;
    std::uint64_t chain;
    std::int32_t position;
    bool greedy;
    bool truncated;
    float inverse;          // 1 / temperature
    float logprob_inverse;  // 1 / logprob_temperature
    float logprob_scale;    // the same times log2 e
};

struct Candidate {
    float value;
    int id;
};

/// The larger value, the lower id on ties.
__device__ Candidate better(Candidate a, Candidate b) {
    return b.value > a.value || (b.value == a.value && b.id < a.id) ? b : a;
}

struct Shared {
    float first[kWarps];
    float second[kWarps];
    int id[kWarps];
    float sum[kThreads];
    float weighted[kThreads];
    unsigned coarse_count[fixed::kCoarseBins];
    unsigned coarse_low[fixed::kCoarseBins];
    unsigned coarse_high[fixed::kCoarseBins];
    unsigned fine_count[fixed::kFineBins];
    unsigned fine_low[fixed::kFineBins];
    unsigned fine_high[fixed::kFineBins];
    unsigned long long scan[kWarps];
    unsigned bin;
    unsigned long long before;
    int last;
};

__device__ Row row_of(const PhiloxSample& a, std::int64_t row) {
    Row r;
    r.logits = a.logits + row * a.logits_stride;
    r.vocab = static_cast<int>(a.vocab);
    r.params = a.params[row * a.params_stride];
    r.chain = a.chain[row];
    r.position = a.position[row];
    r.greedy = !(r.params.temperature > 0.0F);
    r.truncated =
        !r.greedy && (r.params.top_k > 0 || r.params.top_p < 1.0F || r.params.min_p > 0.0F);
    r.inverse = r.greedy ? 1.0F : fixed::div(1.0F, r.params.temperature);
    const float t = r.params.logprob_temperature;
    r.logprob_inverse = t > 0.0F ? fixed::div(1.0F, t) : 1.0F;
    r.logprob_scale = fixed::mul(r.logprob_inverse, fixed::kLog2E);
    return r;
}

__device__ float finite_base(float largest) {
    return largest == -fixed::kInfinity ? 0.0F : largest;
}

/// Four neighbours; -inf beyond the vocabulary. From L2: the kernel before may just have written
/// them.
__device__ float4 load_quad(const Row& r, int quad) {
    const int v = 4 * quad;
    float4 l =
        make_float4(-fixed::kInfinity, -fixed::kInfinity, -fixed::kInfinity, -fixed::kInfinity);
    if (v >= r.vocab) return l;
    l = __ldcg(reinterpret_cast<const float4*>(r.logits) + quad);
    if (v + 1 >= r.vocab) l.y = -fixed::kInfinity;
    if (v + 2 >= r.vocab) l.z = -fixed::kInfinity;
    if (v + 3 >= r.vocab) l.w = -fixed::kInfinity;
    return l;
}

__device__ float warp_largest(float x) {
    for (int half = 16; half > 0; half /= 2) {
        const float other = __shfl_xor_sync(0xffffffffU, x, half);
        x = other > x ? other : x;
    }
    return x;
}

/// The largest of two independent values over the block; every thread gets both.
__device__ float2 block_largest(float x, float y, Shared& s) {
    x = warp_largest(x);
    y = warp_largest(y);
    __syncthreads();
    if (threadIdx.x % 32 == 0) {
        s.first[threadIdx.x / 32] = x;
        s.second[threadIdx.x / 32] = y;
    }
    __syncthreads();
    for (int w = 0; w < kWarps; ++w) {
        x = s.first[w] > x ? s.first[w] : x;
        y = s.second[w] > y ? s.second[w] : y;
    }
    return {x, y};
}

/// The best candidate of the block; every thread gets it.
__device__ Candidate block_best(Candidate c, Shared& s) {
    for (int half = 16; half > 0; half /= 2) {
        c = better(c,
                   {__shfl_xor_sync(0xffffffffU, c.value, half),
                    __shfl_xor_sync(0xffffffffU, c.id, half)});
    }
    __syncthreads();
    if (threadIdx.x % 32 == 0) {
        s.first[threadIdx.x / 32] = c.value;
        s.id[threadIdx.x / 32] = c.id;
    }
    __syncthreads();
    for (int w = 0; w < kWarps; ++w) c = better(c, {s.first[w], s.id[w]});
    return c;
}

/// Sums of two values over the block in the canonical order; every thread gets both.
__device__ float2 block_sum(float x, float y, Shared& s) {
    for (int half = 16; half > 0; half /= 2) {
        x = fixed::add(x, __shfl_xor_sync(0xffffffffU, x, half));
        y = fixed::add(y, __shfl_xor_sync(0xffffffffU, y, half));
    }
    __syncthreads();
    if (threadIdx.x % 32 == 0) {
        s.first[threadIdx.x / 32] = x;
        s.second[threadIdx.x / 32] = y;
    }
    __syncthreads();
    x = s.first[0];
    y = s.second[0];
    for (int w = 1; w < kWarps; ++w) {
        x = fixed::add(x, s.first[w]);
        y = fixed::add(y, s.second[w]);
    }
    return {x, y};
}

/// The lane's entries of a block, with their random words.
struct Entries {
    float logit[kEntries];
    std::uint32_t word[kEntries];
};

__device__ void load_entries(const Row& r, int block, Entries& e) {
#pragma unroll
    for (int j = 0; j < kQuads; ++j) {
        const int quad = block * static_cast<int>(kSampleBlock / 4) + j * kThreads +
                         static_cast<int>(threadIdx.x);
        const float4 l = load_quad(r, quad);
        e.logit[4 * j] = l.x;
        e.logit[4 * j + 1] = l.y;
        e.logit[4 * j + 2] = l.z;
        e.logit[4 * j + 3] = l.w;
    }
    if (r.greedy || r.truncated) return;
#pragma unroll
    for (int j = 0; j < kQuads; ++j) {
        const int quad = block * static_cast<int>(kSampleBlock / 4) + j * kThreads +
                         static_cast<int>(threadIdx.x);
        const fixed::Words words = fixed::words_of(r.params.seed, r.chain, r.position, quad);
#pragma unroll
        for (int c = 0; c < 4; ++c) e.word[4 * j + c] = words.word[c];
    }
}

__device__ int entry_id(int block, int entry) {
    return block * static_cast<int>(kSampleBlock) + entry / 4 * 4 * kThreads +
           4 * static_cast<int>(threadIdx.x) + entry % 4;
}

/// The lane's largest logit with its noise: what every other entry of the block has to beat.
__device__ Candidate first_candidate(const Row& r, int block, const Entries& e) {
    float logit = -fixed::kInfinity;
    std::uint32_t word = 0;
    int id = entry_id(block, 0);
#pragma unroll
    for (int i = 0; i < kEntries; ++i) {
        if (e.logit[i] > logit) {
            logit = e.logit[i];
            id = entry_id(block, i);
            if (!r.greedy && !r.truncated) word = e.word[i];
        }
    }
    if (r.greedy || r.truncated || logit == -fixed::kInfinity) return {logit, id};
    return {fixed::fma(logit, r.inverse, fixed::gumbel(word)), id};
}

/// Stage one: what one block of 4,096 contributes. Noise is computed only for entries that could
/// still win: gumbel_bound is never below the noise, so the skipped ones cannot.
__device__ SamplePartial reduce_block(const Row& r, int block, const Entries& e, Shared& s) {
    float lane_largest = -fixed::kInfinity;
#pragma unroll
    for (int i = 0; i < kEntries; ++i) {
        lane_largest = e.logit[i] > lane_largest ? e.logit[i] : lane_largest;
    }
    Candidate mine = first_candidate(r, block, e);
    const float2 most = block_largest(lane_largest, mine.value, s);
    const float base = finite_base(most.x);
    float sum = 0.0F;
    float weighted = 0.0F;
#pragma unroll
    for (int i = 0; i < kEntries; ++i) {
        const float t = fixed::mul(fixed::add(e.logit[i], -base), r.logprob_scale);
        const float weight = fixed::exp2(t);
        sum = fixed::add(sum, weight);
        weighted = fixed::fma(weight, t < -126.0F ? 0.0F : t, weighted);
        if (r.greedy || r.truncated) continue;
        const float bound = fixed::fma(
            e.logit[i], r.inverse, fixed::gumbel_bound(__clz(static_cast<int>(e.word[i]))));
        if (bound >= most.y) {
            const float value = fixed::fma(e.logit[i], r.inverse, fixed::gumbel(e.word[i]));
            // A -inf logit is worth -inf and a NaN nothing: neither replaces anything.
            if (value > -fixed::kInfinity) mine = better(mine, {value, entry_id(block, i)});
        }
    }
    const float2 sums = block_sum(sum, weighted, s);
    const Candidate best = block_best(mine, s);
    return {most.x, sums.x, sums.y, best.value, best.id, {0, 0, 0}};
}

/// The block's largest logits, descending, ties by id; one round each.
__device__ void list_block(
    const Entries& e, int block, int count, float* logit, int* id, Shared& s) {
    Candidate previous{fixed::kInfinity, -1};
    for (int n = 0; n < count; ++n) {
        Candidate mine{-fixed::kInfinity, INT32_MAX};
#pragma unroll
        for (int i = 0; i < kEntries; ++i) {
            const Candidate c{e.logit[i], entry_id(block, i)};
            const bool after =
                c.value < previous.value || (c.value == previous.value && c.id > previous.id);
            if (after && c.value > -fixed::kInfinity) mine = better(mine, c);
        }
        previous = block_best(mine, s);
        if (threadIdx.x == 0) {
            logit[n] = previous.value;
            id[n] = previous.id;
        }
    }
}

/// Adds mass to a bin of two words; the sum of many additions does not depend on their order.
__device__ void add_mass(unsigned* low, unsigned* high, unsigned mass) {
    const unsigned old = atomicAdd(low, mass);
    if (old + mass < old) atomicAdd(high, 1U);
}

/// Counts the row's ids into the coarse bins, or, with `inside` >= 0, those of one coarse bin into
/// the fine ones.
__device__ void count_steps(const Row& r, float largest, unsigned cut, int inside, Shared& s) {
    const int bins = inside < 0 ? fixed::kCoarseBins : fixed::kFineBins;
    unsigned* count = inside < 0 ? s.coarse_count : s.fine_count;
    unsigned* low = inside < 0 ? s.coarse_low : s.fine_low;
    unsigned* high = inside < 0 ? s.coarse_high : s.fine_high;
    __syncthreads();
    for (int i = threadIdx.x; i < bins; i += kThreads) count[i] = low[i] = high[i] = 0;
    __syncthreads();
    const float scale = fixed::mul(r.inverse, fixed::kLog2E);
    for (int quad = threadIdx.x; 4 * quad < r.vocab; quad += kThreads) {
        const float4 l = load_quad(r, quad);
        const float x[4] = {l.x, l.y, l.z, l.w};
#pragma unroll
        for (int c = 0; c < 4; ++c) {
            const unsigned step = fixed::steps_below(x[c], largest, r.inverse);
            if (step > cut) continue;  // kTooFar is above every cut
            const int coarse = static_cast<int>(step / fixed::kFineBins);
            if (inside >= 0 && coarse != inside) continue;
            const int bin = inside < 0 ? coarse : static_cast<int>(step % fixed::kFineBins);
            atomicAdd(count + bin, 1U);
            add_mass(low + bin, high + bin, fixed::mass_of(x[c], largest, scale));
        }
    }
    __syncthreads();
}

/// First bin at which the running total reaches `goal` (the last one when it never does), and the
/// total before it. high may be null.
struct Boundary {
    unsigned bin;
    unsigned long long before;
    unsigned long long total;
};
__device__ Boundary find_boundary(
    const unsigned* low, const unsigned* high, int bins, unsigned long long goal, Shared& s) {
    const int per_thread = bins / kThreads;
    const int begin = static_cast<int>(threadIdx.x) * per_thread;
    const auto value = [&](int i) {
        return low[i] + (high == nullptr ? 0ULL : static_cast<unsigned long long>(high[i]) << 32);
    };
    unsigned long long own = 0;
    for (int i = begin; i < begin + per_thread; ++i) own += value(i);
    unsigned long long upto = own;
    for (int distance = 1; distance < 32; distance *= 2) {
        const unsigned long long below = __shfl_up_sync(0xffffffffU, upto, distance);
        if (threadIdx.x % 32 >= static_cast<unsigned>(distance)) upto += below;
    }
    __syncthreads();
    if (threadIdx.x % 32 == 31) s.scan[threadIdx.x / 32] = upto;
    if (threadIdx.x == 0) {
        s.bin = static_cast<unsigned>(bins - 1);
        s.before = 0;
    }
    __syncthreads();
    unsigned long long before = upto - own;
    unsigned long long total = 0;
    for (unsigned w = 0; w < kWarps; ++w) {
        if (w < threadIdx.x / 32) before += s.scan[w];
        total += s.scan[w];
    }
    for (int i = begin; i < begin + per_thread; ++i) {
        const unsigned long long after = before + value(i);
        if (before < goal && goal <= after) {
            s.bin = static_cast<unsigned>(i);
            s.before = before;
        }
        before = after;
    }
    __syncthreads();
    return {s.bin, s.before, total};
}

/// The last step that the row's top_k, top_p and min_p keep.
__device__ unsigned cut_of(const Row& r, float largest, Shared& s) {
    unsigned cut = fixed::kLastStep;
    const bool by_mass = r.params.top_p < 1.0F;
    if (r.params.top_k > 0 || by_mass) count_steps(r, largest, cut, -1, s);
    if (r.params.top_k > 0) {
        const auto goal = static_cast<unsigned long long>(r.params.top_k);
        const Boundary coarse = find_boundary(s.coarse_count, nullptr, fixed::kCoarseBins, goal, s);
        count_steps(r, largest, cut, static_cast<int>(coarse.bin), s);
        const Boundary fine =
            find_boundary(s.fine_count, nullptr, fixed::kFineBins, goal - coarse.before, s);
        // A vocabulary shorter than k leaves the boundary open: everything is kept.
        if (goal <= coarse.total) cut = coarse.bin * fixed::kFineBins + fine.bin;
        if (by_mass) count_steps(r, largest, cut, -1, s);
    }
    if (by_mass) {
        const Boundary all =
            find_boundary(s.coarse_low, s.coarse_high, fixed::kCoarseBins, ~0ULL, s);
        const unsigned long long goal = fixed::mass_goal(r.params.top_p, all.total);
        const Boundary coarse =
            find_boundary(s.coarse_low, s.coarse_high, fixed::kCoarseBins, goal, s);
        count_steps(r, largest, cut, static_cast<int>(coarse.bin), s);
        const Boundary fine =
            find_boundary(s.fine_low, s.fine_high, fixed::kFineBins, goal - coarse.before, s);
        const unsigned end = coarse.bin * fixed::kFineBins + fine.bin;
        if (goal <= all.total) cut = end < cut ? end : cut;
    }
    if (r.params.min_p > 0.0F) {
        const unsigned end = fixed::min_p_step(r.params.min_p);
        cut = end < cut ? end : cut;
    }
    return cut;
}

/// argmax of logit / tau + noise over the ids at most `cut` steps below `largest`.
__device__ Candidate draw_truncated(const Row& r, float largest, unsigned cut, Shared& s) {
    Candidate mine{-fixed::kInfinity, 0};
    for (int quad = threadIdx.x; 4 * quad < r.vocab; quad += kThreads) {
        const float4 l = load_quad(r, quad);
        const float x[4] = {l.x, l.y, l.z, l.w};
        bool kept[4];
        bool any = false;
#pragma unroll
        for (int c = 0; c < 4; ++c) {
            kept[c] = fixed::steps_below(x[c], largest, r.inverse) <= cut;
            any = any || kept[c];
        }
        if (!any) continue;
        const fixed::Words words = fixed::words_of(r.params.seed, r.chain, r.position, quad);
#pragma unroll
        for (int c = 0; c < 4; ++c) {
            if (!kept[c]) continue;
            const float value = fixed::fma(x[c], r.inverse, fixed::gumbel(words.word[c]));
            if (value > -fixed::kInfinity) mine = better(mine, {value, 4 * quad + c});
        }
    }
    return block_best(mine, s);
}

/// Takes top_count ids off the blocks' lists; thread b holds the list of block b.
__device__ void list_row(const PhiloxSample& a,
                         const Row& r,
                         const Scratch& scratch,
                         std::int64_t row,
                         int blocks,
                         float largest,
                         float log_sum,
                         Shared& s) {
    const int thread = static_cast<int>(threadIdx.x);
    const std::int64_t at = (row * blocks + thread) * a.top_count;
    int head = 0;
    for (int n = 0; n < a.top_count; ++n) {
        Candidate mine{-fixed::kInfinity, INT32_MAX};
        if (thread < blocks && head < a.top_count) {
            mine = {__ldcg(scratch.top_logit + at + head), __ldcg(scratch.top_id + at + head)};
        }
        const Candidate best = block_best(mine, s);
        const bool none = best.value == -fixed::kInfinity;
        if (!none && best.id == mine.id) ++head;
        if (thread == 0) {
            const float z =
                none ? best.value : fixed::mul(fixed::add(best.value, -largest), r.logprob_inverse);
            a.top_token[row * a.top_count + n] = none ? -1 : best.id;
            a.top_logprob[row * a.top_count + n] = fixed::add(z, -log_sum);
        }
    }
}

/// Stage two, by the block that arrives last: the blocks' shares in index order.
__device__ void finish_row(const PhiloxSample& a,
                           const Row& r,
                           const Scratch& scratch,
                           std::int64_t row,
                           int blocks,
                           Shared& s) {
    const int thread = static_cast<int>(threadIdx.x);
    SamplePartial part{-fixed::kInfinity, 0.0F, 0.0F, -fixed::kInfinity, INT32_MAX, {0, 0, 0}};
    if (thread < blocks) {
        const auto* at = reinterpret_cast<const float4*>(scratch.partial + row * blocks + thread);
        const float4 head = __ldcg(at);
        part = {head.x,
                head.y,
                head.z,
                head.w,
                __ldcg(&scratch.partial[row * blocks + thread].best_id),
                {0, 0, 0}};
    }
    const float largest = block_largest(part.largest, 0.0F, s).x;
    Candidate best = block_best({part.best, part.best_id}, s);
    const float base = finite_base(largest);
    const float t = fixed::mul(fixed::add(part.largest, -base), r.logprob_scale);
    const float factor = fixed::exp2(t);
    const float shift = t < -126.0F ? 0.0F : t;
    s.sum[thread] = fixed::mul(part.sum, factor);
    s.weighted[thread] = fixed::mul(factor, fixed::fma(part.sum, shift, part.weighted));
    __syncthreads();
    float sum = 0.0F;
    float weighted = 0.0F;
    for (int b = 0; b < blocks; ++b) {
        sum = fixed::add(sum, s.sum[b]);
        weighted = fixed::add(weighted, s.weighted[b]);
    }
    if (r.truncated) best = draw_truncated(r, largest, cut_of(r, largest, s), s);
    const float log_sum = fixed::ln(sum);
    if (thread == 0) {
        // Only a row without a number comes without a candidate.
        const int token = best.value == -fixed::kInfinity ? 0 : best.id;
        const float z =
            fixed::mul(fixed::add(__ldcg(r.logits + token), -largest), r.logprob_inverse);
        a.token[row] = token;
        a.logprob[row] = fixed::add(z, -log_sum);
        a.entropy[row] = fixed::add(log_sum, -fixed::mul(fixed::div(weighted, sum), fixed::kLn2));
    }
    if (a.top_count > 0) list_row(a, r, scratch, row, blocks, largest, log_sum, s);
}

__global__ void __launch_bounds__(kThreads, 3)
    philox_sample_kernel(PhiloxSample a, Scratch scratch, int blocks) {
    __shared__ Shared s;
    wait_for_previous_kernel();
    let_next_kernel_start();
    const std::int64_t row = blockIdx.x / static_cast<unsigned>(blocks);
    const int block = static_cast<int>(blockIdx.x % static_cast<unsigned>(blocks));
    if (a.active != nullptr && a.active[row] == 0) return;
    const Row r = row_of(a, row);
    Entries entries;
    load_entries(r, block, entries);
    const SamplePartial part = reduce_block(r, block, entries, s);
    const std::int64_t index = row * blocks + block;
    if (a.top_count > 0) {
        list_block(entries,
                   block,
                   a.top_count,
                   scratch.top_logit + index * a.top_count,
                   scratch.top_id + index * a.top_count,
                   s);
    }
    if (threadIdx.x == 0) {
        scratch.partial[index] = part;
        __threadfence();
        s.last = atomicAdd(scratch.arrived + row, 1U) == static_cast<unsigned>(blocks - 1);
    }
    __syncthreads();
    if (!s.last) return;
    __threadfence();
    finish_row(a, r, scratch, row, blocks, s);
    if (threadIdx.x == 0) scratch.arrived[row] = 0;
}

Scratch scratch_of(const PhiloxSample& a, std::int64_t blocks) {
    Scratch s{};
    s.partial = static_cast<SamplePartial*>(a.workspace);
    s.top_logit = reinterpret_cast<float*>(s.partial + a.rows * blocks);
    s.top_id = reinterpret_cast<std::int32_t*>(s.top_logit + a.rows * blocks * a.top_count);
    // From the end, where no other number of rows keeps anything else: calls of different sizes
    // share a workspace.
    s.arrived = static_cast<unsigned*>(a.workspace) + a.workspace_bytes / 4 - a.rows;
    return s;
}

}  // namespace

Status philox_sample(const PhiloxSample& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    if (a.workspace == nullptr || a.workspace_bytes < philox_sample_workspace(a)) {
        return Status::kInvalidArgument;
    }
    const std::int64_t blocks = sample_blocks(a);
    return launch_kernel("philox_sample",
                         philox_sample_kernel,
                         dim3(static_cast<unsigned>(a.rows * blocks)),
                         dim3(kThreads),
                         0,
                         stream,
                         true,
                         a,
                         scratch_of(a, blocks),
                         static_cast<int>(blocks));
}

}  // namespace veritune::kernels::cuda
