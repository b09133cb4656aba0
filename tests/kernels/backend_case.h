// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/rng.h"
#include "kernels/bf16.h"
#include "kernels/device.h"
#include "kernels/kernel_types.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

/// What the tests of kernels with a CUDA twin share: one body runs on both backends.
///
///     class GemmQ : public test::BackendTest {};
///     TEST_P(GemmQ, AgreesWithFp64) { ... gemm_q(GetParam(), args) ... }
///     VT_ON_BACKENDS(GemmQ);
namespace veritune::kernels::test {

/// Memory of one argument on either backend, between canaries of 256 bytes. It is born full of 0xff
/// (NaN in every float format), so that an element that a kernel forgets, or reads too early,
/// shows.
template <typename T>
class Array {
  public:
    explicit Array(Backend backend, std::int64_t count = 0)
        : backend_(backend),
          count_(count),
          host_(2 + (static_cast<std::size_t>(count) * sizeof(T) + kGuard - 1) / kGuard) {
        std::memset(bytes(), 0xa5, all_bytes());
        std::memset(bytes() + kGuard, 0xff, static_cast<std::size_t>(count) * sizeof(T));
        if (backend == Backend::kCuda) {
            EXPECT_EQ(cuda::allocate(&device_, all_bytes()), Status::kOk) << cuda::last_error();
            upload();
        }
    }
    Array(Backend backend, const std::vector<T>& values)
        : Array(backend, static_cast<std::int64_t>(values.size())) {
        std::memcpy(host(), values.data(), values.size() * sizeof(T));
        upload();
    }
    Array(const Array&) = delete;
    Array& operator=(const Array&) = delete;
    Array(Array&& other) noexcept
        : backend_(other.backend_),
          count_(other.count_),
          host_(std::move(other.host_)),
          device_(other.device_) {
        other.device_ = nullptr;
    }
    Array& operator=(Array&& other) noexcept {
        std::swap(backend_, other.backend_);
        std::swap(count_, other.count_);
        std::swap(host_, other.host_);
        std::swap(device_, other.device_);
        return *this;
    }
    ~Array() {
        if (device_ != nullptr) cuda::release(device_);
    }

    /// What the kernel gets: a host or a device pointer.
    T* data() {
        if (backend_ == Backend::kCpu) return host();
        return reinterpret_cast<T*>(static_cast<unsigned char*>(device_) + kGuard);
    }
    std::int64_t size() const { return count_; }

    /// The contents after all that was launched on the default stream.
    std::vector<T> fetch() {
        if (backend_ == Backend::kCuda) {
            EXPECT_EQ(cuda::copy_to_host(bytes(), device_, all_bytes(), {}), Status::kOk);
            EXPECT_EQ(cuda::synchronize({}), Status::kOk) << cuda::last_error();
        }
        std::vector<T> values(static_cast<std::size_t>(count_));
        std::memcpy(values.data(), host(), values.size() * sizeof(T));
        return values;
    }
    /// Whether nothing was written outside; fetches.
    bool intact() {
        fetch();
        const std::size_t end = kGuard + static_cast<std::size_t>(count_) * sizeof(T);
        for (std::size_t i = 0; i < all_bytes(); ++i) {
            if ((i < kGuard || i >= end) && bytes()[i] != 0xa5) return false;
        }
        return true;
    }
    void assign(const std::vector<T>& values) {
        std::memcpy(host(), values.data(), values.size() * sizeof(T));
        upload();
    }
    void poison() {
        std::memset(bytes() + kGuard, 0xff, static_cast<std::size_t>(count_) * sizeof(T));
        upload();
    }

  private:
    static constexpr std::size_t kGuard = 256;
    struct alignas(kGuard) Block {
        unsigned char bytes[kGuard];
    };
    unsigned char* bytes() { return host_.front().bytes; }
    std::size_t all_bytes() const { return host_.size() * kGuard; }
    T* host() { return reinterpret_cast<T*>(bytes() + kGuard); }
    void upload() {
        if (backend_ != Backend::kCuda) return;
        EXPECT_EQ(cuda::copy_to_device(device_, bytes(), all_bytes(), {}), Status::kOk);
        EXPECT_EQ(cuda::synchronize({}), Status::kOk) << cuda::last_error();
    }

    Backend backend_;
    std::int64_t count_;
    std::vector<Block> host_;
    void* device_ = nullptr;
};

inline std::vector<Bf16> bf16_normals(std::int64_t count, std::uint64_t seed, double scale = 1.0) {
    util::Rng rng(seed, util::RngStream::kTest);
    std::vector<Bf16> values(static_cast<std::size_t>(count));
    for (Bf16& v : values) v = to_bf16(static_cast<float>(scale * rng.normal()));
    return values;
}

/// The integers -limit..limit as bf16: sums of products stay exact in fp32 (test T2).
inline std::vector<Bf16> bf16_integers(std::int64_t count, std::uint64_t seed, int limit) {
    util::Rng rng(seed, util::RngStream::kTest);
    std::vector<Bf16> values(static_cast<std::size_t>(count));
    for (Bf16& v : values) {
        const auto drawn = rng.below(static_cast<std::uint64_t>(2 * limit + 1));
        v = to_bf16(static_cast<float>(static_cast<int>(drawn) - limit));
    }
    return values;
}

inline double value_of(float x) { return x; }
inline double value_of(double x) { return x; }
inline double value_of(Bf16 x) { return to_float(x); }

/// |actual - expected| / |expected|, Frobenius; NaN anywhere gives NaN (and fails every bound).
template <typename A, typename E>
double relative_error(const std::vector<A>& actual, const std::vector<E>& expected) {
    double difference = 0;
    double size = 0;
    EXPECT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
        const double e = value_of(expected[i]);
        const double d = value_of(actual[i]) - e;
        difference += d * d;
        size += e * e;
    }
    return difference == 0 ? 0 : std::sqrt(difference / size);
}

template <typename T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

class BackendTest : public ::testing::TestWithParam<Backend> {
  protected:
    void SetUp() override {
        if (GetParam() == Backend::kCuda && cuda::device_count() == 0) {
            GTEST_SKIP()
                << "no CUDA device (or a build without CUDA): the CUDA twin is not run here";
        }
    }
};

inline std::string backend_name(const ::testing::TestParamInfo<Backend>& info) {
    return info.param == Backend::kCpu ? "Cpu" : "Cuda";
}

}  // namespace veritune::kernels::test

#define VT_ON_BACKENDS(Suite)                                                  \
    INSTANTIATE_TEST_SUITE_P(On,                                               \
                             Suite,                                            \
                             ::testing::Values(Backend::kCpu, Backend::kCuda), \
                             ::veritune::kernels::test::backend_name)
