// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"

#include <cuda_runtime.h>

/// For .cu files only: launching and checking.
namespace veritune::kernels::cuda {

/// kOk, or kFailed after keeping the runtime's words for last_error().
Status check(cudaError_t error, const char* what);

/// Keeps words of our own for last_error().
void report(const char* words);

/// How a kernel stands to the one before it and to the card.
struct LaunchOptions {
    /// May start before the kernel before it on the stream has ended, and waits itself by
    /// griddepcontrol (sm_90 and later; ignored before).
    bool dependent = false;
    bool cooperative = false;  ///< all blocks run at once, or the launch fails
};

/// A launch of `kernel` with `grid` x `block` threads and `shared` bytes of dynamic shared memory
/// (raised by itself beyond the 48 KB that a block has without asking; its static memory counts
/// too).
template <typename... KernelArgs, typename... Args>
Status launch_kernel(const char* name,
                     void (*kernel)(KernelArgs...),
                     dim3 grid,
                     dim3 block,
                     std::size_t shared,
                     Stream stream,
                     LaunchOptions options,
                     const Args&... args) {
    if (shared > 32 * 1024) {
        const Status status =
            check(cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel),
                                       cudaFuncAttributeMaxDynamicSharedMemorySize,
                                       static_cast<int>(shared)),
                  name);
        if (status != Status::kOk) return status;
    }
    cudaLaunchConfig_t config{};
    config.gridDim = grid;
    config.blockDim = block;
    config.dynamicSmemBytes = shared;
    config.stream = static_cast<cudaStream_t>(stream.handle);
    cudaLaunchAttribute attributes[2] = {};
    config.attrs = attributes;
    if (options.dependent) {
        cudaLaunchAttribute& a = attributes[config.numAttrs++];
        a.id = cudaLaunchAttributeProgrammaticStreamSerialization;
        a.val.programmaticStreamSerializationAllowed = 1;
    }
    if (options.cooperative) {
        cudaLaunchAttribute& a = attributes[config.numAttrs++];
        a.id = cudaLaunchAttributeCooperative;
        a.val.cooperative = 1;
    }
    return check(cudaLaunchKernelEx(&config, kernel, KernelArgs(args)...), name);
}
template <typename... KernelArgs, typename... Args>
Status launch_kernel(const char* name,
                     void (*kernel)(KernelArgs...),
                     dim3 grid,
                     dim3 block,
                     std::size_t shared,
                     Stream stream,
                     bool dependent,
                     const Args&... args) {
    return launch_kernel(
        name, kernel, grid, block, shared, stream, LaunchOptions{.dependent = dependent}, args...);
}

/// Waits until the kernels before this one on the stream have ended and their writes are seen.
__device__ inline void wait_for_previous_kernel() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}
/// Lets the next kernel of the stream start its prologue.
__device__ inline void let_next_kernel_start() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;");
#endif
}

/// Multiprocessors of the current device, read once.
inline int multiprocessors() {
    static const int count = [] {
        int device = 0;
        int found = 0;
        cudaGetDevice(&device);
        cudaDeviceGetAttribute(&found, cudaDevAttrMultiProcessorCount, device);
        return found;
    }();
    return count;
}

/// Compute capability of the current device, its whole part.
inline int compute_major() {
    static const int major = [] {
        int device = 0;
        int found = 0;
        cudaGetDevice(&device);
        cudaDeviceGetAttribute(&found, cudaDevAttrComputeCapabilityMajor, device);
        return found;
    }();
    return major;
}

/// Shared memory that one block may have, in bytes.
inline int shared_bytes_per_block() {
    static const int bytes = [] {
        int device = 0;
        int found = 0;
        cudaGetDevice(&device);
        cudaDeviceGetAttribute(&found, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
        return found;
    }();
    return bytes;
}

}  // namespace veritune::kernels::cuda
