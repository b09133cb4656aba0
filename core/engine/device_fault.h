// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace veritune::engine {

/// What to do about a fault of the graphics card.
enum class FaultAction {
    kRetreat,  ///< memory: smaller pieces, no restart
    kRestart,  ///< the process is of no use any more: end with kExitRestart, redo the step
    kStop,     ///< stop the run and tell a person
};

/// An error code of the CUDA runtime after the context was made.
struct CudaFault {
    int code = 0;
    std::string_view name;  ///< "cudaErrorIllegalAddress"
    FaultAction action = FaultAction::kRestart;
    std::string_view words;  ///< what it means, for people
};
std::span<const CudaFault> cuda_faults();
/// The entry of a code; an unknown one counts as sticky (kRestart). code != 0
CudaFault cuda_fault(int code);
/// The CUDA error that a message names ("...(cudaErrorIllegalAddress)"), as our kernels and
/// libtorch write it; nullopt when it names none.
std::optional<CudaFault> cuda_fault_in(std::string_view message);

/// A critical event of the driver (NVIDIA's Xid catalogue), by its number.
struct XidFault {
    int xid = 0;
    FaultAction first = FaultAction::kRestart;  ///< at the first one in a step
    FaultAction again = FaultAction::kStop;     ///< the same step, or the same card, once more
    std::string_view words;                     ///< "the card reports a memory error"
    std::string_view next_step;
    /// Another program on the card may have caused it: it says something about our work only when
    /// that fails too, and "once more" means at the same step.
    bool any_program = false;
};
std::span<const XidFault> xid_faults();
/// nullopt: a number that only informs.
std::optional<XidFault> xid_fault(int xid);
/// seen_before  how often the group of this Xid was met since the last completed step
FaultAction xid_action(const XidFault& fault, std::int64_t seen_before);

}  // namespace veritune::engine
