// SPDX-License-Identifier: Apache-2.0
#include "core/engine/device_fault.h"

#include <algorithm>
#include <array>

namespace veritune::engine {
namespace {

constexpr std::string_view kProgramFault = "a program fault on the graphics card";
constexpr std::string_view kCardMemory = "the card reports a memory error";
constexpr std::string_view kProcessorHangs = "the card's own processor hangs";
constexpr std::string_view kReport =
    "nothing is lost; if it comes back at the same step, report it with `veritune doctor`";
constexpr std::string_view kWatchMemory =
    "nothing is lost; if it comes back, the card has to be checked or replaced";
constexpr std::string_view kReboot = "restart the computer, then resume the run";
constexpr std::string_view kPower =
    "switch the computer off, check the card's seat, cable and power supply, then resume the run";

// Codes and names as in the CUDA runtime's driver_types.h.
constexpr std::array<CudaFault, 16> kCuda{{
    {2, "cudaErrorMemoryAllocation", FaultAction::kRetreat, "the card's memory is full"},
    {214, "cudaErrorECCUncorrectable", FaultAction::kRestart, kCardMemory},
    {220,
     "cudaErrorNvlinkUncorrectable",
     FaultAction::kRestart,
     "a connection between two cards failed"},
    {226, "cudaErrorContained", FaultAction::kRestart, kCardMemory},
    {700, "cudaErrorIllegalAddress", FaultAction::kRestart, kProgramFault},
    {702,
     "cudaErrorLaunchTimeout",
     FaultAction::kRestart,
     "work on the card that also drives the screen took too long"},
    {710, "cudaErrorAssert", FaultAction::kRestart, kProgramFault},
    {714, "cudaErrorHardwareStackError", FaultAction::kRestart, kProgramFault},
    {715, "cudaErrorIllegalInstruction", FaultAction::kRestart, kProgramFault},
    {716, "cudaErrorMisalignedAddress", FaultAction::kRestart, kProgramFault},
    {717, "cudaErrorInvalidAddressSpace", FaultAction::kRestart, kProgramFault},
    {718, "cudaErrorInvalidPc", FaultAction::kRestart, kProgramFault},
    {719, "cudaErrorLaunchFailure", FaultAction::kRestart, kProgramFault},
    {721, "cudaErrorTensorMemoryLeak", FaultAction::kRestart, kProgramFault},
    {802,
     "cudaErrorSystemNotReady",
     FaultAction::kStop,
     "the driver's services are not running on this computer"},
    {999, "cudaErrorUnknown", FaultAction::kRestart, "the driver reports an unknown error"},
}};

constexpr std::array<XidFault, 14> kXid{{
    {13, FaultAction::kRestart, FaultAction::kStop, kProgramFault, kReport, true},
    {31, FaultAction::kRestart, FaultAction::kStop, kProgramFault, kReport, true},
    {43, FaultAction::kRestart, FaultAction::kStop, kProgramFault, kReport, true},
    {45, FaultAction::kRestart, FaultAction::kStop, kProgramFault, kReport, true},
    {48, FaultAction::kRestart, FaultAction::kStop, kCardMemory, kWatchMemory},
    {62, FaultAction::kStop, FaultAction::kStop, kProcessorHangs, kReboot},
    {63, FaultAction::kRestart, FaultAction::kRestart, kCardMemory, kWatchMemory},
    {64, FaultAction::kRestart, FaultAction::kStop, kCardMemory, kWatchMemory},
    {74,
     FaultAction::kRestart,
     FaultAction::kStop,
     "a connection between two cards failed",
     kReport},
    {79,
     FaultAction::kStop,
     FaultAction::kStop,
     "the graphics card is no longer reachable",
     kPower},
    {94, FaultAction::kRestart, FaultAction::kRestart, kCardMemory, kWatchMemory},
    {95, FaultAction::kRestart, FaultAction::kStop, kCardMemory, kWatchMemory},
    {119, FaultAction::kStop, FaultAction::kStop, kProcessorHangs, kReboot},
    {120, FaultAction::kStop, FaultAction::kStop, kProcessorHangs, kReboot},
}};

/// A name may be the beginning of another one.
bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::span<const CudaFault> cuda_faults() { return kCuda; }

CudaFault cuda_fault(int code) {
    const auto* const found = std::ranges::find(kCuda, code, &CudaFault::code);
    if (found != kCuda.end()) return *found;
    return {code, "", FaultAction::kRestart, "the graphics card reports an error"};
}

std::optional<CudaFault> cuda_fault_in(std::string_view message) {
    constexpr std::string_view kPrefix = "cudaError";
    const std::size_t begin = message.find(kPrefix);
    if (begin == std::string_view::npos) return std::nullopt;
    std::size_t end = begin;
    while (end < message.size() && is_name_character(message[end])) ++end;
    const std::string_view name = message.substr(begin, end - begin);
    const auto* const found = std::ranges::find(kCuda, name, &CudaFault::name);
    if (found != kCuda.end()) return *found;
    return CudaFault{-1, "", FaultAction::kRestart, "the graphics card reports an error"};
}

std::span<const XidFault> xid_faults() { return kXid; }

std::optional<XidFault> xid_fault(int xid) {
    const auto* const found = std::ranges::find(kXid, xid, &XidFault::xid);
    return found == kXid.end() ? std::nullopt : std::optional(*found);
}

FaultAction xid_action(const XidFault& fault, std::int64_t seen_before) {
    return seen_before == 0 ? fault.first : fault.again;
}

}  // namespace veritune::engine
