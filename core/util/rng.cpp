// SPDX-License-Identifier: Apache-2.0
#include "core/util/rng.h"

#include "core/util/result.h"

#include <cmath>
#include <numbers>
#include <utility>

namespace veritune::util {

namespace {

constexpr std::uint32_t kMultiplier0 = 0xD2511F53U;
constexpr std::uint32_t kMultiplier1 = 0xCD9E8D57U;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9U;
constexpr std::uint32_t kWeyl1 = 0xBB67AE85U;
constexpr int kRounds = 10;
constexpr int kBlockBits = 56;

std::uint32_t low32(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high32(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

// Seeds 1, 2, 3 differ in a few bits only; the finaliser of SplitMix64 spreads them and is
// one-to-one, so different seeds keep different keys.
std::uint64_t mix_seed(std::uint64_t z) {
    z += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

// libm picks another log and cos by the processor (with or without FMA), and their last bits
// differ. These two use only + - * / and frexp, which IEEE 754 fixes. Error below 1e-15 relative on
// (0, 1].
double stable_log(double x) {
    int exponent = 0;
    double m = std::frexp(x, &exponent);  // [0.5, 1)
    if (m < std::numbers::sqrt2 / 2) {
        m *= 2;
        --exponent;
    }
    // log(m) = 2 atanh(t) with |t| <= 0.172: eleven terms reach 1e-17.
    const double t = (m - 1) / (m + 1);
    const double t2 = t * t;
    double sum = 0;
    for (int k = 21; k >= 1; k -= 2) sum = sum * t2 + 1.0 / k;
    return 2 * t * sum + exponent * std::numbers::ln2;
}

// cos(2 pi u) for u in [0, 1).
double stable_cos_turns(double u) {
    if (u > 0.5) u = 1 - u;
    const bool negate = u > 0.25;
    if (negate) u = 0.5 - u;
    const double x = 2 * std::numbers::pi * u;  // [0, pi/2]
    const double x2 = x * x;
    // Taylor to x^24 / 24!: below 1e-18 at pi/2.
    double sum = 1;
    for (int k = 24; k >= 2; k -= 2) sum = 1 - sum * x2 / (k * (k - 1));
    return negate ? -sum : sum;
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
    auto [c0, c1, c2, c3] = counter;
    auto [k0, k1] = key;
    for (int round = 0; round < kRounds; ++round) {
        const std::uint64_t product0 = std::uint64_t{kMultiplier0} * c0;
        const std::uint64_t product1 = std::uint64_t{kMultiplier1} * c2;
        c0 = high32(product1) ^ c1 ^ k0;
        c1 = low32(product1);
        c2 = high32(product0) ^ c3 ^ k1;
        c3 = low32(product0);
        k0 += kWeyl0;
        k1 += kWeyl1;
    }
    return {c0, c1, c2, c3};
}

Rng::Rng(std::uint64_t seed, RngStream stream, std::uint64_t step)
    : key_{low32(mix_seed(seed)), high32(mix_seed(seed))},
      step_top_(low32(step >> kBlockBits)) {
    const auto id = static_cast<std::uint32_t>(stream);
    VT_CHECK(id < 256);
    high_ = {low32(step), (id << 24) | (high32(step) & 0x00FFFFFFU)};
}

std::uint32_t Rng::next_u32() {
    const std::uint64_t index = position_ / 4;
    if (index != cached_block_) {
        VT_CHECK(index >> kBlockBits == 0);
        block_ =
            philox4x32({low32(index), high32(index) | (step_top_ << 24), high_[0], high_[1]}, key_);
        cached_block_ = index;
    }
    return block_.at(position_++ % 4);
}

std::uint64_t Rng::next_u64() {
    const std::uint64_t low = next_u32();
    return low | (std::uint64_t{next_u32()} << 32);
}

std::uint64_t Rng::below(std::uint64_t n) {
    VT_CHECK(n >= 1);
    // The first 2^64 mod n values would be drawn once too often: throw them away.
    const std::uint64_t surplus = (0 - n) % n;
    for (;;) {
        const std::uint64_t draw = next_u64();
        if (draw >= surplus) return draw % n;
    }
}

float Rng::uniform() { return static_cast<float>(next_u32() >> 8) * 0x1p-24F; }

double Rng::uniform_double() { return static_cast<double>(next_u64() >> 11) * 0x1p-53; }

double Rng::normal() {
    const double u1 = 1.0 - uniform_double();  // (0, 1]: log stays finite
    const double u2 = uniform_double();
    // The sine half is not kept: `position` alone then describes the state.
    return std::sqrt(-2.0 * stable_log(u1)) * stable_cos_turns(u2);
}

std::vector<std::int64_t> Rng::permutation(std::int64_t n) {
    VT_CHECK(n >= 0);
    std::vector<std::int64_t> order(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[below(i)]);
    return order;
}

void Rng::skip_to(std::uint64_t position) { position_ = position; }

}  // namespace veritune::util
