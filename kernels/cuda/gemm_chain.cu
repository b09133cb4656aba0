// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/gemm_chain_finisher.cuh"
#include "kernels/cuda/gemm_chain_groups.cuh"
#include "kernels/cuda/gemm_chain_shrinker.cuh"
#include "kernels/gemm_chain.h"

/// A persistent kernel, one block on every multiprocessor. Each group of eight warps streams row
/// tiles of all phases one after another: its copies run ahead over the end of a phase, so that
/// memory is busy while the grid waits for itself. The groups only multiply, and their warps do not
/// wait for each other. A fetcher beside each group starts its copies. The shrinker multiplies the
/// block's part of A x and brings xa together; the finisher adds the eight slices of every row tile
/// and its adapter, stores, and waits for the other blocks. Nobody else waits for A x: the sums of
/// several row tiles may wait for it in shared memory.
namespace veritune::kernels::cuda {

ChainTuning& chain_tuning() {
    static ChainTuning tuning;
    return tuning;
}

namespace {

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
template <bool kClock>
__global__ void __launch_bounds__(kMostThreads, 1)
    gemm_chain_kernel(const __grid_constant__ GemmChain c,
                      const __grid_constant__ ChainPlan p,
                      const __grid_constant__ ChainMaps maps) {
    extern __shared__ __align__(128) std::uint8_t memory[];
    const int workers = p.warp_groups * kGroupThreads;
    const int helper = (static_cast<int>(threadIdx.x) - workers) / 32;
    const int lane = threadIdx.x % 32;
    const std::uint32_t shared = shared_address(memory);
    if (static_cast<int>(threadIdx.x) < workers) {
        work<kClock>(c, p, memory);
    } else if (helper == kFinisher) {
        Finisher<kClock> finisher{.c = c, .p = p, .memory = memory, .shared = shared, .lane = lane};
        finisher.run();
    } else if (helper == kShrinker) {
        Shrinker<kClock> shrinker{.c = c, .p = p, .memory = memory, .shared = shared};
        shrinker.run();
    } else {
        const int group = helper - kFirstFetcher;
        const Fetcher fetcher{.c = c,
                              .p = p,
                              .maps = maps,
                              .stages = shared + group * p.stages * p.stage_bytes,
                              .barriers = shared + p.barriers + group * p.group_barriers,
                              .first = static_cast<int>(blockIdx.x + group * gridDim.x),
                              .lane = lane,
                              .policy = evict_first_policy()};
        fetcher.prepare();
        fetcher.run();
    }
}
#else
template <bool kClock>
__global__ void gemm_chain_kernel(const __grid_constant__ GemmChain,
                                  const __grid_constant__ ChainPlan,
                                  const __grid_constant__ ChainMaps) {}
#endif

}  // namespace

Status gemm_chain(const GemmChain& c, Stream stream) {
    if (!is_valid(c)) return Status::kInvalidArgument;
    if (compute_major() < 9) return Status::kUnavailable;
    ChainPlan p;
    if (!choose_plan(c, p)) return Status::kUnavailable;
    const ChainMaps maps = map_pieces(c, p);
    auto* kernel = gemm_chain_kernel<false>;
#if defined(VT_CHAIN_CLOCK)
    p.clock = chain_tuning().clock;
    if (p.clock != nullptr) kernel = gemm_chain_kernel<true>;
#endif
    return launch_kernel(
        "gemm_chain",
        kernel,
        dim3(multiprocessors()),
        dim3(p.warp_groups * (kGroupThreads + 32) + 64),
        static_cast<std::size_t>(p.bytes),
        stream,
        {.dependent = c.overlap_previous, .cooperative = chain_tuning().cooperative},
        c,
        p,
        maps);
}

}  // namespace veritune::kernels::cuda
