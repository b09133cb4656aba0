// SPDX-License-Identifier: Apache-2.0
#include "core/quant/cuda_quantiser.h"

#include "kernels/device.h"

#include <array>
#include <string>
#include <utility>

namespace veritune::quant {
namespace {

using util::ErrorCode;
using util::fail;
using util::Status;
namespace cuda = kernels::cuda;

Status checked(kernels::Status status, const char* what) {
    if (status == kernels::Status::kOk) return {};
    const ErrorCode code =
        status == kernels::Status::kUnavailable ? ErrorCode::kUnavailable : ErrorCode::kInternal;
    return fail(code,
                std::string(what) + " failed on the card: " + cuda::last_error() +
                    "; leave out --device cuda to use the processor");
}

/// Memory of the card that grows and is used again.
class DeviceBuffer {
  public:
    DeviceBuffer() = default;
    DeviceBuffer(const DeviceBuffer&) = delete;
    DeviceBuffer& operator=(const DeviceBuffer&) = delete;
    ~DeviceBuffer() {
        if (data_ != nullptr) cuda::release(data_);
    }
    Status reserve(std::size_t bytes) {
        if (bytes <= bytes_) return {};
        if (data_ != nullptr) cuda::release(std::exchange(data_, nullptr));
        bytes_ = 0;
        if (cuda::allocate(&data_, bytes) != kernels::Status::kOk) {
            data_ = nullptr;
            return fail(ErrorCode::kOutOfMemory,
                        "the card has no " + std::to_string(bytes) +
                            " bytes left; close what uses it, or leave out --device cuda");
        }
        bytes_ = bytes;
        return {};
    }
    Status upload(const void* from, std::size_t bytes) {
        VT_TRY(reserve(bytes));
        return checked(cuda::copy_to_device(data_, from, bytes, {}), "a copy");
    }
    Status clear(std::size_t bytes) {
        VT_TRY(reserve(bytes));
        return checked(cuda::fill(data_, 0, bytes, {}), "clearing memory");
    }
    Status download(void* to, std::size_t bytes) const {
        return checked(cuda::copy_to_host(to, data_, bytes, {}), "a copy");
    }
    template <typename T>
    T* as() const {
        return static_cast<T*>(data_);
    }

  private:
    void* data_ = nullptr;
    std::size_t bytes_ = 0;
};

class CudaQuantiser final : public Quantiser {
  public:
    Status int4(const kernels::QuantizeInt4Args& host) override {
        kernels::QuantizeInt4Args args = host;
        const Sizes s = sizes(host.rows, host.k);
        VT_TRY(upload_rows(args.rows));
        VT_TRY(codes_.reserve(s.tiles * kernels::kInt4TileBytes));
        VT_TRY(meta_.reserve(s.tiles * 32));
        VT_TRY(error_.reserve(s.row_tiles * sizeof(kernels::QuantizeError)));
        VT_TRY(nonfinite_.clear(sizeof(std::int32_t)));
        if (host.importance != nullptr) {
            VT_TRY(importance_.upload(host.importance, static_cast<std::size_t>(host.k) * 4));
            args.importance = importance_.as<float>();
        }
        args.codes = codes_.as<std::uint8_t>();
        args.meta = meta_.as<std::uint32_t>();
        args.error = host.error == nullptr ? nullptr : error_.as<kernels::QuantizeError>();
        args.nonfinite = nonfinite_.as<std::int32_t>();
        VT_TRY(checked(kernels::quantize_int4(kernels::Backend::kCuda, args), "quantising"));
        VT_TRY(codes_.download(host.codes, s.tiles * kernels::kInt4TileBytes));
        VT_TRY(meta_.download(host.meta, s.tiles * 32));
        if (host.error != nullptr) {
            VT_TRY(error_.download(host.error, s.row_tiles * sizeof(kernels::QuantizeError)));
        }
        return finish(host.nonfinite);
    }

    Status int8(const kernels::QuantizeInt8Args& host) override {
        kernels::QuantizeInt8Args args = host;
        const Sizes s = sizes(host.rows, host.k);
        const auto rows = static_cast<std::size_t>(kernels::source_row_count(host.rows));
        VT_TRY(upload_rows(args.rows));
        VT_TRY(codes_.reserve(s.tiles * kernels::kInt8TileBytes));
        VT_TRY(meta_.reserve(s.tiles * 16));
        VT_TRY(error_.reserve(rows * sizeof(float)));
        VT_TRY(nonfinite_.clear(sizeof(std::int32_t)));
        args.codes = codes_.as<std::uint8_t>();
        args.exponents = meta_.as<std::uint8_t>();
        args.row_factor = error_.as<float>();
        args.nonfinite = nonfinite_.as<std::int32_t>();
        VT_TRY(checked(kernels::quantize_int8(kernels::Backend::kCuda, args), "quantising"));
        VT_TRY(codes_.download(host.codes, s.tiles * kernels::kInt8TileBytes));
        VT_TRY(meta_.download(host.exponents, s.tiles * 16));
        VT_TRY(error_.download(host.row_factor, rows * sizeof(float)));
        return finish(host.nonfinite);
    }

  private:
    struct Sizes {
        std::size_t row_tiles = 0;
        std::size_t tiles = 0;
    };
    static Sizes sizes(const kernels::SourceRows& rows, std::int64_t k) {
        const auto row_tiles =
            static_cast<std::size_t>((kernels::source_row_count(rows) + 15) / 16);
        return {.row_tiles = row_tiles,
                .tiles = row_tiles * static_cast<std::size_t>((k + 63) / 64)};
    }

    Status upload_rows(kernels::SourceRows& rows) {
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            if (rows.part_rows[i] == 0) continue;
            const auto bytes = static_cast<std::size_t>(rows.part_rows[i] * rows.stride *
                                                        kernels::source_bytes(rows.type));
            VT_TRY(parts_[i].upload(rows.part[i], bytes));
            rows.part[i] = parts_[i].as<void>();
        }
        return {};
    }

    Status finish(std::int32_t* nonfinite) {
        std::int32_t found = 0;
        VT_TRY(nonfinite_.download(&found, sizeof found));
        VT_TRY(checked(cuda::synchronize({}), "quantising"));
        if (found != 0 && nonfinite != nullptr) *nonfinite = 1;
        return {};
    }

    std::array<DeviceBuffer, 3> parts_;
    DeviceBuffer codes_;
    DeviceBuffer meta_;
    DeviceBuffer error_;
    DeviceBuffer importance_;
    DeviceBuffer nonfinite_;
};

}  // namespace

util::Result<std::unique_ptr<Quantiser>> make_cuda_quantiser() {
    if (!cuda::built()) {
        return fail(ErrorCode::kUnavailable,
                    "this build has no CUDA kernels; leave out --device cuda to use the processor");
    }
    if (cuda::device_count() == 0) {
        return fail(ErrorCode::kUnavailable,
                    "there is no NVIDIA card of compute capability 8.0 or later, or no driver for "
                    "it; leave out --device cuda to use the processor");
    }
    VT_TRY(checked(cuda::set_device(0), "choosing the card"));
    return std::unique_ptr<Quantiser>(std::make_unique<CudaQuantiser>());
}

}  // namespace veritune::quant
