// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"
#include "kernels/device.h"
#include "kernels/kernel_types.h"

#include <cstddef>
#include <string_view>

namespace veritune::decode {

using kernels::Backend;
using kernels::Stream;

/// errors  kInternal for a refused argument (our bug), kUnavailable or kOutOfMemory else; the CUDA
/// runtime's words are the context
util::Status check(kernels::Status status, std::string_view what);

/// Memory of one backend: the host's, a card's, or host memory that a card reads. Zeroed, aligned
/// to 256 bytes.
class Buffer {
  public:
    enum class Place { kBackend, kPinned };

    Buffer() = default;
    /// errors  kOutOfMemory: says what for, how much and what to make smaller
    static util::Result<Buffer> make(Backend backend,
                                     std::size_t bytes,
                                     std::string_view what,
                                     Place place = Place::kBackend);
    Buffer(Buffer&& other) noexcept { swap(other); }
    Buffer& operator=(Buffer&& other) noexcept {
        swap(other);
        return *this;
    }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer();

    std::byte* data() const { return data_; }
    template <typename T>
    T* as(std::size_t offset = 0) const {
        return reinterpret_cast<T*>(data_ + offset);
    }
    std::size_t bytes() const { return bytes_; }

    /// Copies on the stream; the host memory must live until the stream has passed.
    util::Status write(const void* from,
                       std::size_t bytes,
                       std::size_t offset,
                       Stream stream) const;
    util::Status read(void* to, std::size_t bytes, std::size_t offset, Stream stream) const;

  private:
    void swap(Buffer& other) noexcept;

    Backend backend_ = Backend::kCpu;
    Place place_ = Place::kBackend;
    std::byte* data_ = nullptr;
    std::size_t bytes_ = 0;
};

/// Hands out pieces of one buffer: count first, take afterwards.
class Carver {
  public:
    /// Offset of `bytes` bytes, aligned to 256.
    std::size_t reserve(std::size_t bytes) {
        const std::size_t at = used_;
        used_ += (bytes + 255) / 256 * 256;
        return at;
    }
    std::size_t used() const { return used_; }

  private:
    std::size_t used_ = 0;
};

}  // namespace veritune::decode
