// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/quant/layout.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>

namespace veritune::quant {

/// Host memory for a data file or for weights on their way; 256-byte aligned, born zero.
class AlignedBuffer {
  public:
    AlignedBuffer() = default;
    /// errors  kOutOfMemory with the number of bytes
    static util::Result<AlignedBuffer> make(std::uint64_t bytes) {
        AlignedBuffer buffer;
        const std::uint64_t whole =
            (bytes + kTensorAlignment - 1) / kTensorAlignment * kTensorAlignment;
        buffer.data_.reset(static_cast<std::byte*>(std::aligned_alloc(
            kTensorAlignment, whole == 0 ? kTensorAlignment : static_cast<std::size_t>(whole))));
        if (buffer.data_ == nullptr) {
            return util::fail(util::ErrorCode::kOutOfMemory,
                              "a piece of " + std::to_string(bytes) +
                                  " bytes is more memory than is left; close other programs");
        }
        buffer.bytes_ = static_cast<std::size_t>(bytes);
        std::fill_n(buffer.data_.get(), whole, std::byte{0});
        return buffer;
    }
    std::byte* data() const { return data_.get(); }
    std::span<std::byte> span() const { return {data_.get(), bytes_}; }

  private:
    struct Free {
        void operator()(std::byte* p) const { std::free(p); }
    };
    std::unique_ptr<std::byte[], Free> data_;
    std::size_t bytes_ = 0;
};

}  // namespace veritune::quant
