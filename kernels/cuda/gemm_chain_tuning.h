// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// For benches and tests only: how gemm_chain cuts its work, and a clock inside it.
namespace veritune::kernels::cuda {

/// Zeros and nulls leave the choice to the kernel. One per process; not for threads.
struct ChainTuning {
    int groups = 0;             ///< of eight warps in a block, 1 or 2
    int stages = 0;             ///< of a group's ring, 2 to 4
    bool plain_copies = false;  ///< no tensor copies
    bool cooperative = false;   ///< the driver guarantees that all blocks run at once
    /// Device memory of kChainClockWords words a block, or null. Written only by a build with
    /// VT_CHAIN_CLOCK: see ChainClock.
    std::uint32_t* clock = nullptr;
};
ChainTuning& chain_tuning();

/// Words of one phase in ChainTuning::clock ([block][phase][kChainClockWords]), in cycles of the
/// block's multiprocessor: when something happened, or (the last four) how long it took in all.
enum ChainClock : int {
    kClockBegin,      ///< the phase before has ended everywhere
    kClockStaged,     ///< its input is in shared memory
    kClockGroup,      ///< + group: the group's last row tile is multiplied
    kClockUnits = 5,  ///< the block's parts of A x are published
    kClockXa,         ///< the first xa is there
    kClockStored,     ///< the block's last row tile is stored
    kClockPassed,     ///< all other blocks have stored theirs
    kClockWaitBytes,  ///< one warp: for weights
    kClockMultiply,
    kClockStoreParts,
    kClockEntry,     ///< phase 0: the block began
    kClockPrevious,  ///< phase 0: the kernel before has ended
};
inline constexpr int kChainClockWords = 16;

}  // namespace veritune::kernels::cuda
