// SPDX-License-Identifier: Apache-2.0
#include "core/decode/memory.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

namespace veritune::decode {

using kernels::Status;
using util::Error;
using util::ErrorCode;

util::Status check(Status status, std::string_view what) {
    switch (status) {
        case Status::kOk:
            return {};
        case Status::kInvalidArgument:
            return Error{
                ErrorCode::kInternal, std::string(what) + ": the kernel refused its arguments", {}};
        case Status::kUnavailable:
            return Error{
                ErrorCode::kUnavailable,
                std::string(what) + ": this build or this machine has no CUDA; use --device cpu",
                {}};
        case Status::kFailed:
            break;
    }
    return Error{ErrorCode::kUnavailable,
                 std::string(what) +
                     " failed on the card; restart the program, and if it comes back run "
                     "`veritune doctor`",
                 kernels::cuda::last_error()};
}

util::Result<Buffer> Buffer::make(Backend backend,
                                  std::size_t bytes,
                                  std::string_view what,
                                  Place place) {
    Buffer b;
    b.backend_ = backend;
    b.place_ = place;
    b.bytes_ = (bytes + 255) / 256 * 256;
    if (b.bytes_ == 0) return b;
    void* memory = nullptr;
    if (backend == Backend::kCpu) {
        memory = std::aligned_alloc(256, b.bytes_);
        if (memory != nullptr) std::memset(memory, 0, b.bytes_);
    } else if (place == Place::kPinned) {
        if (kernels::cuda::allocate_pinned(&memory, b.bytes_) != Status::kOk) memory = nullptr;
        if (memory != nullptr) std::memset(memory, 0, b.bytes_);
    } else if (kernels::cuda::allocate(&memory, b.bytes_) == Status::kOk) {
        b.data_ = static_cast<std::byte*>(memory);
        VT_TRY(check(kernels::cuda::fill(memory, 0, b.bytes_, {}), "clearing memory"));
        VT_TRY(check(kernels::cuda::synchronize({}), "clearing memory"));
    }
    if (memory == nullptr) {
        return Error{ErrorCode::kOutOfMemory,
                     "no memory for " + std::string(what) + ": " + std::to_string(b.bytes_ >> 20) +
                         " MiB more are needed; run fewer chains at once or a shorter context",
                     backend == Backend::kCuda ? kernels::cuda::last_error() : ""};
    }
    b.data_ = static_cast<std::byte*>(memory);
    return b;
}

Buffer::~Buffer() {
    if (data_ == nullptr) return;
    if (backend_ == Backend::kCpu) {
        std::free(data_);
    } else if (place_ == Place::kPinned) {
        kernels::cuda::release_pinned(data_);
    } else {
        kernels::cuda::release(data_);
    }
}

void Buffer::swap(Buffer& other) noexcept {
    std::swap(backend_, other.backend_);
    std::swap(place_, other.place_);
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
}

util::Status Buffer::write(const void* from,
                           std::size_t bytes,
                           std::size_t offset,
                           Stream stream) const {
    VT_CHECK(offset + bytes <= bytes_);
    if (backend_ == Backend::kCpu || place_ == Place::kPinned) {
        std::memcpy(data_ + offset, from, bytes);
        return {};
    }
    return check(kernels::cuda::copy_to_device(data_ + offset, from, bytes, stream),
                 "copying to the card");
}

util::Status Buffer::read(void* to, std::size_t bytes, std::size_t offset, Stream stream) const {
    VT_CHECK(offset + bytes <= bytes_);
    if (backend_ == Backend::kCpu || place_ == Place::kPinned) {
        std::memcpy(to, data_ + offset, bytes);
        return {};
    }
    return check(kernels::cuda::copy_to_host(to, data_ + offset, bytes, stream),
                 "copying from the card");
}

}  // namespace veritune::decode
