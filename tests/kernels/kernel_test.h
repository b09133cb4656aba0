// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/rng.h"
#include "kernels/kernel_types.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <omp.h>
#include <vector>

/// What the tests of all kernels share. A test describes one call by a copyable struct `Case` that
/// owns its buffers, hands out the argument struct by `args()`, and names by `outputs()` every
/// buffer that the call writes; a copy of a case is the same call on other memory.
namespace veritune::kernels::test {

using Floats = ::testing::Types<float, double>;

/// Largest relative Frobenius error against the fp64 reference.
template <typename T>
inline constexpr double kTolerance = sizeof(T) == 4 ? 5e-5 : 1e-12;

/// Largest relative Frobenius distance of two instruction sets.
template <typename T>
inline constexpr double kIsaTolerance = sizeof(T) == 4 ? 1e-5 : 1e-13;

/// A buffer between two canaries of 256 bytes. It is born full of NaN, so that an element that the
/// kernel forgets, or reads before it writes, shows.
template <typename T>
class Buffer {
  public:
    Buffer()
        : Buffer(0) {}
    explicit Buffer(std::int64_t count, T fill = std::numeric_limits<T>::quiet_NaN())
        : count_(count),
          all_(static_cast<std::size_t>(count + 2 * kGuard), fill) {
        for (std::int64_t i = 0; i < kGuard; ++i) at(i - kGuard) = at(count + i) = kCanary;
    }
    T* data() { return all_.data() + kGuard; }
    const T* data() const { return all_.data() + kGuard; }
    std::int64_t size() const { return count_; }
    T& operator[](std::int64_t i) { return at(i); }
    const T& operator[](std::int64_t i) const { return all_[static_cast<std::size_t>(i + kGuard)]; }
    bool intact() const {
        for (std::int64_t i = 0; i < kGuard; ++i) {
            if ((*this)[i - kGuard] != kCanary || (*this)[count_ + i] != kCanary) return false;
        }
        return true;
    }
    bool same_bits(const Buffer& other) const {
        return count_ == other.count_ &&
               std::memcmp(all_.data(), other.all_.data(), all_.size() * sizeof(T)) == 0;
    }

  private:
    static constexpr std::int64_t kGuard = 256 / sizeof(T);
    static constexpr T kCanary = T(-1234.5);
    T& at(std::int64_t i) { return all_[static_cast<std::size_t>(i + kGuard)]; }

    std::int64_t count_;
    std::vector<T> all_;
};

/// Standard normal numbers times `scale`.
template <typename T>
Buffer<T> normals(std::int64_t count, std::uint64_t seed, double scale = 1.0) {
    util::Rng rng(seed, util::RngStream::kTest);
    Buffer<T> b(count);
    for (std::int64_t i = 0; i < count; ++i) b[i] = static_cast<T>(scale * rng.normal());
    return b;
}

/// rows x width normal numbers; the `stride - width` elements behind every row stay NaN.
template <typename T>
Buffer<T> poisoned_rows(std::int64_t rows,
                        std::int64_t width,
                        std::int64_t stride,
                        std::uint64_t seed) {
    util::Rng rng(seed, util::RngStream::kTest);
    Buffer<T> b(rows * stride);
    for (std::int64_t i = 0; i < rows * stride; ++i) {
        if (i % stride < width) b[i] = static_cast<T>(rng.normal());
    }
    return b;
}

/// Rows [first, first + count) as a buffer of their own.
template <typename T>
Buffer<T> slice_rows(const Buffer<T>& b,
                     std::int64_t first,
                     std::int64_t count,
                     std::int64_t width) {
    Buffer<T> rows(count * width);
    for (std::int64_t i = 0; i < rows.size(); ++i) rows[i] = b[first * width + i];
    return rows;
}

inline std::vector<std::int32_t> ids(std::int64_t count, std::int64_t n, std::uint64_t seed) {
    util::Rng rng(seed, util::RngStream::kTest);
    std::vector<std::int32_t> v(static_cast<std::size_t>(count));
    for (std::int32_t& x : v) {
        x = static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(n)));
    }
    return v;
}

/// |actual - expected| / |expected|, Frobenius. A NaN on either side gives NaN unless both have it
/// at the same place (padding).
template <typename T, typename Reference>
double distance(const Buffer<T>& actual, const Reference& expected) {
    double difference = 0;
    double size = 0;
    for (std::int64_t i = 0; i < actual.size(); ++i) {
        const auto a = static_cast<double>(actual[i]);
        const double e = static_cast<double>(expected[static_cast<std::int64_t>(i)]);
        if (std::isnan(a) && std::isnan(e)) continue;
        difference += (a - e) * (a - e);
        size += e * e;
    }
    return difference == 0 ? 0 : std::sqrt(difference / size);
}

/// d loss() / d x[i] for every i by central differences; x is restored.
template <typename Loss>
Buffer<double> central_differences(Buffer<double>& x, const Loss& loss) {
    constexpr double kStep = 1e-5;
    Buffer<double> gradient(x.size());
    for (std::int64_t i = 0; i < x.size(); ++i) {
        const double centre = x[i];
        if (std::isnan(centre)) continue;
        x[i] = centre + kStep;
        const double above = loss();
        x[i] = centre - kStep;
        const double below = loss();
        x[i] = centre;
        gradient[i] = (above - below) / (2 * kStep);
    }
    return gradient;
}

/// sum of weight * value
inline double dot(const Buffer<double>& weight, const Buffer<double>& value) {
    double sum = 0;
    for (std::int64_t i = 0; i < weight.size(); ++i) {
        if (!std::isnan(weight[i])) sum += weight[i] * value[i];
    }
    return sum;
}

inline constexpr double kGradientTolerance = 1e-6;

template <typename Case, typename Kernel>
void run(Case& c, const Kernel& kernel) {
    ASSERT_EQ(kernel(c.args()), Status::kOk);
    for (const auto* output : c.outputs()) ASSERT_TRUE(output->intact()) << "wrote outside";
}

template <typename Case>
bool same_outputs(Case& a, Case& b) {
    const auto left = a.outputs();
    const auto right = b.outputs();
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (!left[i]->same_bits(*right[i])) return false;
    }
    return true;
}

/// Two runs, and runs of one, two and three threads, give the same bits.
template <typename Case, typename Kernel>
void expect_same_bits_on_any_threads(const Case& original, const Kernel& kernel) {
    const int before = omp_get_max_threads();
    Case first = original;
    omp_set_num_threads(1);
    run(first, kernel);
    for (const int threads : {1, 2, 3, 2}) {
        Case again = original;
        omp_set_num_threads(threads);
        run(again, kernel);
        EXPECT_TRUE(same_outputs(first, again)) << threads << " threads";
    }
    omp_set_num_threads(before);
}

/// The call is refused and no output changes by a bit.
template <typename Case, typename Args, typename Kernel>
void expect_refused(Case& c, const Args& bad, const Kernel& kernel, const char* why) {
    const Case before = c;
    EXPECT_EQ(kernel(bad), Status::kInvalidArgument) << why;
    Case copy = before;
    EXPECT_TRUE(same_outputs(c, copy)) << why << ": wrote all the same";
}

template <typename Args>
using Kernel = Status (*)(const Args&);

/// The variants of a kernel that this processor can run, the baseline first.
template <typename Args>
std::vector<Kernel<Args>> supported(Kernel<Args> base, Kernel<Args> avx2, Kernel<Args> avx512) {
    std::vector<Kernel<Args>> variants = {base};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) variants.push_back(avx2);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
        variants.push_back(avx512);
    }
    return variants;
}

/// Every instruction set computes the same but for rounding.
template <typename T, typename Case, typename Args>
void expect_variants_agree(const Case& original, const std::vector<Kernel<Args>>& variants) {
    Case first = original;
    run(first, variants.front());
    for (std::size_t v = 1; v < variants.size(); ++v) {
        Case other = original;
        run(other, variants[v]);
        for (std::size_t i = 0; i < other.outputs().size(); ++i) {
            EXPECT_LE(distance(*other.outputs()[i], *first.outputs()[i]), kIsaTolerance<T>)
                << "variant " << v << ", output " << i;
        }
    }
}

}  // namespace veritune::kernels::test

/// Declares the three variants of `Status name(const Args<float|double>&)` for the tests.
#define VT_DECLARE_VARIANTS_IN(isa, name, Args) \
    namespace veritune::kernels::cpu::isa {     \
    Status name(const Args<float>& args);       \
    Status name(const Args<double>& args);      \
    }
#define VT_DECLARE_VARIANTS(name, Args)          \
    VT_DECLARE_VARIANTS_IN(isa_base, name, Args) \
    VT_DECLARE_VARIANTS_IN(isa_avx2, name, Args) \
    VT_DECLARE_VARIANTS_IN(isa_avx512, name, Args)
#define VT_VARIANTS(name, Args) \
    test::supported<Args>(cpu::isa_base::name, cpu::isa_avx2::name, cpu::isa_avx512::name)
/// The public function as an object.
#define VT_KERNEL(name) [](const auto& args) { return cpu::name(args); }
