// SPDX-License-Identifier: Apache-2.0
#include "kernels/dequant_slab.h"

#include "tests/kernels/backend_case.h"

#include <algorithm>
#include <functional>

namespace veritune::kernels {
namespace {

using test::Array;

/// Random tiles of one kind; every code and every exponent occurs.
struct Tiles {
    QuantKind kind;
    std::int64_t n;
    std::int64_t k;
    std::vector<std::uint8_t> codes;
    std::vector<std::uint8_t> meta;

    std::int64_t groups() const { return (k + 63) / 64; }
    template <typename T>
    T meta_at(std::int64_t index) const {
        T value;
        std::memcpy(&value, meta.data() + static_cast<std::size_t>(index) * sizeof(T), sizeof(T));
        return value;
    }
    /// One weight by the definition of the format, in double.
    double weight(std::int64_t row, std::int64_t input) const {
        const std::int64_t tile = (row / 16) * groups() + input / 64;
        const int r = static_cast<int>(row % 16);
        const int i = static_cast<int>(input % 64);
        if (kind == QuantKind::kInt8) {
            const int byte = (i & ~3) | ((i & 1) << 1) | ((i & 2) >> 1);
            const auto code = static_cast<std::int8_t>(
                codes[static_cast<std::size_t>(kInt8TileBytes * tile + 64 * r + byte)]);
            return std::ldexp(static_cast<double>(code), -meta_at<std::uint8_t>(16 * tile + r));
        }
        const NibblePlace place = int4_place(r, i);
        const int byte = codes[static_cast<std::size_t>(kInt4TileBytes * tile + place.byte)];
        const int q = place.high != 0 ? byte >> 4 : byte & 15;
        if (kind == QuantKind::kNf4) {
            return rounded_to_bf16(nf4_value(q) * meta_at<float>(16 * tile + r));
        }
        const std::uint32_t m = meta_at<std::uint32_t>(8 * tile + r % 8) >> (r < 8 ? 0 : 16);
        return static_cast<double>(int4_scale(m)) * (q - int4_zero(m));
    }
};

Tiles random_tiles(QuantKind kind, std::int64_t n, std::int64_t k, std::uint64_t seed) {
    util::Rng rng(seed, util::RngStream::kTest);
    Tiles t{.kind = kind, .n = n, .k = k, .codes = {}, .meta = {}};
    const std::int64_t tiles = (n + 15) / 16 * t.groups();
    const std::int64_t bytes = kind == QuantKind::kInt8 ? kInt8TileBytes : kInt4TileBytes;
    for (std::int64_t i = 0; i < tiles * bytes; ++i) {
        auto byte = static_cast<std::uint8_t>(rng.below(256));
        if (kind == QuantKind::kInt8 && byte == 0x80) byte = 0x81;
        t.codes.push_back(byte);
    }
    const auto put = [&t](const auto& value) {
        const auto* bytes_of = reinterpret_cast<const std::uint8_t*>(&value);
        t.meta.insert(t.meta.end(), bytes_of, bytes_of + sizeof value);
    };
    for (std::int64_t i = 0; i < tiles * 16; ++i) {
        if (kind == QuantKind::kInt8) {
            put(static_cast<std::uint8_t>(rng.below(8)));
        } else if (kind == QuantKind::kNf4) {
            put(static_cast<float>(0.01 + rng.uniform()));
        } else {
            const auto exponent = static_cast<std::uint16_t>(100 + rng.below(30));
            put(static_cast<std::uint16_t>((rng.below(16) << 12) | (exponent << 3) | rng.below(8)));
        }
    }
    return t;
}

struct Slab {
    std::int64_t row_begin, row_end, k_begin, k_end;
    SlabOrder order;
    std::int64_t extra = 0;  ///< elements between the lines
};

std::vector<Bf16> dequantised(Backend backend, const Tiles& t, const Slab& slab) {
    Array<std::uint8_t> codes(backend, t.codes);
    Array<std::uint8_t> meta(backend, t.meta);
    const std::int64_t rows = slab.row_end - slab.row_begin;
    const std::int64_t inputs = slab.k_end - slab.k_begin;
    const std::int64_t lines = slab.order == SlabOrder::kNk ? rows : inputs;
    const std::int64_t width = slab.order == SlabOrder::kNk ? inputs : rows;
    const std::int64_t ld = width + slab.extra;
    Array<Bf16> out(backend, lines * ld);
    DequantSlabArgs args;
    args.w = {.kind = t.kind, .n = t.n, .k = t.k, .codes = codes.data(), .meta = meta.data()};
    args.row_begin = slab.row_begin;
    args.row_end = slab.row_end;
    args.k_begin = slab.k_begin;
    args.k_end = slab.k_end;
    args.order = slab.order;
    args.out = out.data();
    args.ld = ld;
    EXPECT_EQ(dequant_slab(backend, args), Status::kOk);
    EXPECT_TRUE(out.intact());
    return out.fetch();
}

void expect_slab(Backend backend, const Tiles& t, const Slab& slab) {
    const std::vector<Bf16> out = dequantised(backend, t, slab);
    const bool by_rows = slab.order == SlabOrder::kNk;
    const std::int64_t rows = slab.row_end - slab.row_begin;
    const std::int64_t inputs = slab.k_end - slab.k_begin;
    const std::int64_t ld = (by_rows ? inputs : rows) + slab.extra;
    for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t i = 0; i < inputs; ++i) {
            const auto at = static_cast<std::size_t>(by_rows ? r * ld + i : i * ld + r);
            ASSERT_EQ(to_float(out[at]), t.weight(slab.row_begin + r, slab.k_begin + i))
                << "row " << r << " input " << i << " kind " << static_cast<int>(t.kind);
        }
    }
    const std::int64_t width = by_rows ? inputs : rows;
    for (std::size_t at = 0; at < out.size(); ++at) {
        if (static_cast<std::int64_t>(at) % ld >= width) {
            ASSERT_EQ(out[at].bits, 0xffff) << "between the lines, at " << at;
        }
    }
}

class DequantSlab : public test::BackendTest {};

TEST_P(DequantSlab, GivesEveryWeightInBothOrdersForAllKinds) {
    for (const QuantKind kind : {QuantKind::kInt4, QuantKind::kNf4, QuantKind::kInt8}) {
        for (const SlabOrder order : {SlabOrder::kNk, SlabOrder::kKn}) {
            expect_slab(
                GetParam(),
                random_tiles(kind, 192, 640, 1),
                {.row_begin = 0, .row_end = 192, .k_begin = 0, .k_end = 640, .order = order});
        }
    }
}

TEST_P(DequantSlab, TakesPartsAndLeavesAloneWhatLiesBetweenTheLines) {
    for (const QuantKind kind : {QuantKind::kInt4, QuantKind::kNf4, QuantKind::kInt8}) {
        const Tiles t = random_tiles(kind, 17 * 16, 1000, 2);
        for (const SlabOrder order : {SlabOrder::kNk, SlabOrder::kKn}) {
            expect_slab(GetParam(), t, {32, 32 + 9 * 16, 64, 64 * 12, order, 24});
            expect_slab(GetParam(), t, {256, 272, 960, 1024, order, 8});
            expect_slab(GetParam(), t, {0, 16, 0, 64, order, 0});
        }
    }
}

TEST_P(DequantSlab, WorksOnRandomParts) {
    util::Rng rng(3, util::RngStream::kTest);
    for (int round = 0; round < 20; ++round) {
        const auto kind = static_cast<QuantKind>(rng.below(3));
        const auto n = static_cast<std::int64_t>(1 + rng.below(300));
        const auto k = static_cast<std::int64_t>(1 + rng.below(700));
        const Tiles t = random_tiles(kind, n, k, 100 + static_cast<std::uint64_t>(round));
        const auto row_tiles = static_cast<std::uint64_t>((n + 15) / 16);
        const auto groups = static_cast<std::uint64_t>(t.groups());
        const auto r0 = static_cast<std::int64_t>(rng.below(row_tiles));
        const auto r1 =
            r0 + 1 +
            static_cast<std::int64_t>(rng.below(row_tiles - static_cast<std::uint64_t>(r0)));
        const auto k0 = static_cast<std::int64_t>(rng.below(groups));
        const auto k1 =
            k0 + 1 + static_cast<std::int64_t>(rng.below(groups - static_cast<std::uint64_t>(k0)));
        expect_slab(GetParam(),
                    t,
                    {16 * r0,
                     16 * r1,
                     64 * k0,
                     64 * k1,
                     rng.below(2) == 0 ? SlabOrder::kNk : SlabOrder::kKn,
                     8 * static_cast<std::int64_t>(rng.below(3))});
    }
}

TEST_P(DequantSlab, GivesTheSameBitsTwice) {
    const Tiles t = random_tiles(QuantKind::kInt4, 256, 512, 4);
    const Slab slab{0, 256, 0, 512, SlabOrder::kKn};
    EXPECT_TRUE(
        test::same_bits(dequantised(GetParam(), t, slab), dequantised(GetParam(), t, slab)));
}

TEST_P(DequantSlab, RefusesWhatMisfits) {
    const Tiles t = random_tiles(QuantKind::kInt4, 32, 128, 5);
    Array<std::uint8_t> codes(GetParam(), t.codes);
    Array<std::uint8_t> meta(GetParam(), t.meta);
    Array<Bf16> out(GetParam(), 32 * 128);
    const DequantSlabArgs good{
        .w = {.kind = t.kind, .n = 32, .k = 128, .codes = codes.data(), .meta = meta.data()},
        .row_begin = 0,
        .row_end = 32,
        .k_begin = 0,
        .k_end = 128,
        .order = SlabOrder::kNk,
        .out = out.data(),
        .ld = 128};
    EXPECT_EQ(dequant_slab(GetParam(), good), Status::kOk);
    const auto refused = [&](const std::function<void(DequantSlabArgs&)>& spoil) {
        DequantSlabArgs args = good;
        spoil(args);
        return dequant_slab(GetParam(), args) == Status::kInvalidArgument;
    };
    EXPECT_TRUE(refused([](auto& a) { a.row_end = 40; }));
    EXPECT_TRUE(refused([](auto& a) { a.row_end = 48; }));
    EXPECT_TRUE(refused([](auto& a) { a.row_begin = -16; }));
    EXPECT_TRUE(refused([](auto& a) { a.k_begin = 32; }));
    EXPECT_TRUE(refused([](auto& a) { a.k_end = 192; }));
    EXPECT_TRUE(refused([](auto& a) { a.ld = 124; }));
    EXPECT_TRUE(refused([](auto& a) { a.ld = 120; }));
    EXPECT_TRUE(refused([](auto& a) { a.out = nullptr; }));
    EXPECT_TRUE(refused([](auto& a) { a.out += 1; }));
    EXPECT_TRUE(refused([](auto& a) { a.w.codes += 64; }));
    EXPECT_FALSE(refused([](auto& a) { a.row_end = 0; }));
}

VT_ON_BACKENDS(DequantSlab);

}  // namespace
}  // namespace veritune::kernels
