// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// Raw-pointer numerics: POD arguments, no allocation of results, no exceptions, no torch. The CPU
/// twin of a kernel is its specification. Argument structs of the fp32 path are templates over the
/// storage type: float serves the program, double the gradient tests (central differences).
///
/// Kernels with a CUDA twin: `cpu::name(args)`, `cuda::name(args, stream)` and
/// `name(backend, args, stream)` take one struct whose pointers are host or device pointers. A CUDA
/// call allocates nothing, waits for nothing, uses no float atomics and may be captured in a graph.
namespace veritune::kernels {

enum class Status {
    kOk,
    kInvalidArgument,  ///< a size, stride or pointer misfits; nothing was written
    kUnavailable,      ///< this build or this machine has no CUDA
    kFailed,           ///< the launch was refused by the CUDA runtime (cuda::last_error says why)
};

enum class Backend { kCpu, kCuda };

/// A cudaStream_t; null is the default stream. Ignored by the CPU.
struct Stream {
    void* handle = nullptr;
};

/// What a call has to move and to compute; benches, pre-flight and reports use this one figure.
struct Cost {
    double bytes_read = 0;
    double bytes_written = 0;
    double flops = 0;
};

}  // namespace veritune::kernels

/// VT_DECLARE_KERNEL(name, Args), at namespace scope outside any namespace: the three functions of
/// a kernel with a CUDA twin. Without CUDA the twin says kUnavailable.
#ifdef VT_HAS_CUDA
#define VT_CUDA_TWIN(name, Args) Status name(const Args& args, Stream stream);
#else
#define VT_CUDA_TWIN(name, Args) \
    inline Status name(const Args&, Stream) { return Status::kUnavailable; }
#endif
#define VT_DECLARE_KERNEL(name, Args)                                                 \
    namespace veritune::kernels {                                                     \
    namespace cpu {                                                                   \
    Status name(const Args& args);                                                    \
    }                                                                                 \
    namespace cuda {                                                                  \
    VT_CUDA_TWIN(name, Args)                                                          \
    }                                                                                 \
    inline Status name(Backend backend, const Args& args, Stream stream = {}) {       \
        return backend == Backend::kCpu ? cpu::name(args) : cuda::name(args, stream); \
    }                                                                                 \
    }
