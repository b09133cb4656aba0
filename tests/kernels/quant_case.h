// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/quant_view.h"
#include "tests/kernels/backend_case.h"

/// Random quantised matrices for tests, and what they mean in fp64. No quantiser is used: the codes
/// are drawn, so that every code, zero point and exponent occurs.
namespace veritune::kernels::test {

struct QuantShape {
    QuantKind kind = QuantKind::kInt4;
    RowOrder order = RowOrder::kPlain;
    std::int64_t n = 16;
    std::int64_t k = 64;
};

/// Weights of magnitude about one; `exact`: small integers times one power of two, so that sums of
/// products with small integers are exact in fp32.
class RandomQuant {
  public:
    RandomQuant(Backend backend, const QuantShape& shape, std::uint64_t seed, bool exact = false)
        : shape_(shape),
          codes_(backend),
          meta_(backend),
          factors_(backend) {
        util::Rng rng(seed, util::RngStream::kTest);
        const QuantView sizes{.n = shape.n, .k = shape.k};
        const std::int64_t tiles = row_tiles(sizes) * k_groups(sizes);
        const bool int8 = shape.kind == QuantKind::kInt8;
        std::vector<std::uint8_t> codes(
            static_cast<std::size_t>(tiles * (int8 ? kInt8TileBytes : kInt4TileBytes)));
        for (std::uint8_t& c : codes) {
            c = static_cast<std::uint8_t>(rng.below(256));
            if (int8 && c == 0x80) c = 0x81;
            if (int8 && exact) c &= 0x0f;
        }
        draw_meta(rng, tiles, exact);
        host_codes_ = codes;
        codes_ = Array<std::uint8_t>(backend, codes);
        meta_ = Array<std::uint8_t>(backend, host_meta_);
        if (int8) {
            for (std::int64_t n = 0; n < shape.n; ++n) {
                host_factors_.push_back(exact ? 0.5F
                                              : static_cast<float>(0.01 + 0.01 * rng.uniform()));
            }
            factors_ = Array<float>(backend, host_factors_);
        }
    }
    QuantView view() {
        return {.kind = shape_.kind,
                .order = shape_.order,
                .n = shape_.n,
                .k = shape_.k,
                .codes = codes_.data(),
                .meta = meta_.data(),
                .row_factor = host_factors_.empty() ? nullptr : factors_.data()};
    }
    /// The weight in row n and input k, row factor included.
    double weight(std::int64_t n, std::int64_t k) const {
        const QuantView sizes{.n = shape_.n, .k = shape_.k};
        const std::int64_t tile = n / 16 * k_groups(sizes) + k / 64;
        const int row = static_cast<int>(n % 16);
        const int input = static_cast<int>(k % 64);
        if (shape_.kind == QuantKind::kInt8) return int8_weight(n, tile, row, input);
        const NibblePlace place = int4_place(row, input);
        const std::uint8_t byte = host_codes_[static_cast<std::size_t>(512 * tile + place.byte)];
        const int q = (byte >> (4 * place.high)) & 15;
        if (shape_.kind == QuantKind::kNf4) {
            float absmax = 0;
            std::memcpy(&absmax, &host_meta_[static_cast<std::size_t>(4 * (16 * tile + row))], 4);
            return rounded_to_bf16(nf4_value(q) * absmax);
        }
        std::uint16_t meta = 0;
        std::memcpy(
            &meta,
            &host_meta_[static_cast<std::size_t>(32 * tile + 4 * (row & 7) + (row & 8) / 4)],
            2);
        return static_cast<double>(int4_scale(meta)) * (q - int4_zero(meta));
    }

  private:
    double int8_weight(std::int64_t n, std::int64_t tile, int row, int input) const {
        constexpr int kPlace[4] = {0, 2, 1, 3};
        const auto code = static_cast<std::int8_t>(host_codes_[static_cast<std::size_t>(
            1024 * tile + 64 * row + (input & ~3) + kPlace[input & 3])]);
        const int exponent = host_meta_[static_cast<std::size_t>(16 * tile + row)];
        return std::ldexp(static_cast<double>(code), -exponent) *
               host_factors_[static_cast<std::size_t>(n)];
    }
    template <typename Word>
    void put(Word word) {
        unsigned char bytes[sizeof(Word)];
        std::memcpy(bytes, &word, sizeof word);
        host_meta_.insert(host_meta_.end(), bytes, bytes + sizeof word);
    }
    void draw_meta(util::Rng& rng, std::int64_t tiles, bool exact) {
        for (std::int64_t i = 0; i < 16 * tiles; ++i) {
            if (shape_.kind == QuantKind::kInt8) {
                put(static_cast<std::uint8_t>(exact ? 0 : rng.below(8)));
            } else if (shape_.kind == QuantKind::kNf4) {
                put(static_cast<float>(0.5 + rng.uniform()));
            } else if (exact) {
                put(static_cast<std::uint16_t>((rng.below(16) << 12) | (126U << 3)));
            } else {
                const std::uint64_t zero = rng.below(16);
                const std::uint64_t exponent = 121 + rng.below(4);
                const bool nothing = rng.below(50) == 0;
                put(static_cast<std::uint16_t>(
                    nothing ? zero << 12 : (zero << 12) | (exponent << 3) | rng.below(8)));
            }
        }
    }

    QuantShape shape_;
    std::vector<std::uint8_t> host_codes_;
    std::vector<std::uint8_t> host_meta_;
    std::vector<float> host_factors_;
    Array<std::uint8_t> codes_;
    Array<std::uint8_t> meta_;
    Array<float> factors_;
};

inline const char* name_of(QuantKind kind) {
    return kind == QuantKind::kInt4 ? "int4" : kind == QuantKind::kNf4 ? "nf4" : "int8";
}

}  // namespace veritune::kernels::test
