// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device.h"
#include "kernels/kernel_types.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>

namespace veritune::kernels::bench {

/// Memory of one backend, 256-byte aligned, filled with one byte.
class Buffer {
  public:
    Buffer(Backend backend, std::size_t bytes, int byte)
        : backend_(backend) {
        if (backend == Backend::kCpu) {
            data_ = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
            if (data_ != nullptr) std::fill_n(static_cast<unsigned char*>(data_), bytes, byte);
        } else if (cuda::allocate(&data_, bytes) != Status::kOk ||
                   cuda::fill(data_, byte, bytes, {}) != Status::kOk) {
            data_ = nullptr;
        }
    }
    ~Buffer() {
        if (backend_ == Backend::kCpu) std::free(data_);
        if (backend_ == Backend::kCuda && data_ != nullptr) cuda::release(data_);
    }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    /// kUnavailable when there is no such memory.
    Status assign(const void* from, std::size_t bytes) const {
        if (data_ == nullptr) return Status::kUnavailable;
        if (backend_ == Backend::kCuda) {
            const Status status = cuda::copy_to_device(data_, from, bytes, {});
            return status == Status::kOk ? cuda::synchronize({}) : status;
        }
        std::copy_n(static_cast<const unsigned char*>(from), bytes, as<unsigned char>());
        return Status::kOk;
    }
    template <typename T>
    T* as() const {
        return static_cast<T*>(data_);
    }

  private:
    Backend backend_;
    void* data_ = nullptr;
};

/// Launches of one measurement on a card, so that the time of a launch is hidden.
inline int calls_of(Backend backend) { return backend == Backend::kCuda ? 50 : 1; }

}  // namespace veritune::kernels::bench
