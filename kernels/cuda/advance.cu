// SPDX-License-Identifier: Apache-2.0
#include "kernels/advance.h"
#include "kernels/cuda/launch.h"

#include <cstdint>

// One CTA, one thread per slot: a page is taken from the free list by counting who needs one among
// the slots before, so that the outcome is that of going through the slots in order.
namespace veritune::kernels::cuda {
namespace {

constexpr int kWarpSize = 32;
constexpr int kMaxWarps = 32;

/// Number of threads before this one that say yes, and of all of them.
struct Count {
    int before;
    int all;
};

__device__ Count count_before(bool yes, int* per_warp) {
    const unsigned bits = __ballot_sync(0xffffffffU, yes);
    const int lane = static_cast<int>(threadIdx.x) % kWarpSize;
    const int warp = static_cast<int>(threadIdx.x) / kWarpSize;
    if (lane == 0) per_warp[warp] = __popc(bits);
    __syncthreads();
    Count count{__popc(bits & ((1U << lane) - 1U)), 0};
    for (int w = 0; w < static_cast<int>(blockDim.x) / kWarpSize; ++w) {
        if (w < warp) count.before += per_warp[w];
        count.all += per_warp[w];
    }
    return count;
}

__device__ void record(const Advance& a, std::int64_t slot, std::int32_t token) {
    const DecodeState& s = a.state;
    const std::int32_t written = s.written[slot];
    const std::int64_t at = slot * s.ring + written % s.ring;
    s.ring_token[at] = token;
    s.ring_logprob[at] = a.logprob[slot];
    s.ring_entropy[at] = a.entropy[slot];
    s.written[slot] = written + 1;
    s.token[slot] = token;
}

/// Whether a running slot goes on after `token`, but for the page it may need.
__device__ Finish ending(const Advance& a,
                         std::int64_t slot,
                         std::int64_t next,
                         std::int32_t token) {
    bool stop = false;
    for (std::int64_t i = 0; i < a.stops; ++i) stop = stop || a.stop_ids[i] == token;
    if (stop) return Finish::kStop;
    const bool full = next + 1 >= a.state.limit[slot] || next >= a.state.max_pages * kPageTokens;
    return full ? Finish::kLength : Finish::kRunning;
}

__global__ void __launch_bounds__(1024) advance_kernel(const Advance a) {
    __shared__ int per_warp[kMaxWarps];
    let_next_kernel_start();
    wait_for_previous_kernel();
    const DecodeState& s = a.state;
    const std::int64_t slot = threadIdx.x;
    const std::int64_t position = slot < s.slots ? s.position[slot] : -1;
    const std::int64_t next = position + 1;
    const int free_pages = s.free_count[0];
    Finish finish = Finish::kEmpty;
    if (position >= 0) {
        const std::int32_t token = a.sampled[slot];
        finish = ending(a, slot, next, token);
        record(a, slot, token);
    }
    const bool grows = finish == Finish::kRunning && next % kPageTokens == 0;
    const Count count = count_before(grows, per_warp);
    if (grows) {
        if (count.before < free_pages) {
            s.table[slot * s.max_pages + next / kPageTokens] =
                s.free_pages[free_pages - 1 - count.before];
        } else {
            finish = Finish::kNoPage;
        }
    }
    if (position >= 0) {
        const bool runs = finish == Finish::kRunning;
        s.position[slot] = runs ? static_cast<std::int32_t>(next) : -1;
        if (!runs) s.finish[slot] = static_cast<std::int32_t>(finish);
    }
    const int live = __syncthreads_count(finish == Finish::kRunning ? 1 : 0);
    if (threadIdx.x == 0) {
        if (free_pages > 0) s.free_count[0] = free_pages - min(free_pages, count.all);
        s.live[0] = live;
    }
}

}  // namespace

Status advance(const Advance& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    const std::int64_t warps = a.state.slots == 0 ? 1 : (a.state.slots + 31) / 32;
    return launch_kernel("advance",
                         advance_kernel,
                         dim3(1),
                         dim3(static_cast<unsigned>(32 * warps)),
                         0,
                         stream,
                         a.overlap_previous,
                         a);
}

}  // namespace veritune::kernels::cuda
