// SPDX-License-Identifier: Apache-2.0
#include "kernels/quantize.h"

#include "core/util/hash.h"
#include "tests/kernels/backend_case.h"

#include <functional>
#include <limits>

namespace veritune::kernels {
namespace {

using test::Array;

constexpr double kTwentySigma = 20.0;

/// A quantised matrix with everything the call wrote.
struct Int4Result {
    std::int64_t n = 0;
    std::int64_t k = 0;
    std::vector<std::uint8_t> codes;
    std::vector<std::uint32_t> meta;
    std::vector<QuantizeError> error;
    std::int32_t nonfinite = 0;

    std::int64_t groups() const { return (k + 63) / 64; }
    std::uint32_t meta_of(std::int64_t row, std::int64_t group) const {
        const std::uint32_t word =
            meta[static_cast<std::size_t>(((row / 16) * groups() + group) * 8 + row % 8)];
        return row % 16 < 8 ? word & 0xffffU : word >> 16;
    }
    int code_of(std::int64_t row, std::int64_t input) const {
        const NibblePlace place =
            int4_place(static_cast<int>(row % 16), static_cast<int>(input % 64));
        const std::int64_t tile = (row / 16) * groups() + input / 64;
        const int byte = codes[static_cast<std::size_t>(kInt4TileBytes * tile + place.byte)];
        return place.high != 0 ? byte >> 4 : byte & 15;
    }
    /// Row of the tiles.
    double weight(std::int64_t row, std::int64_t input) const {
        const std::uint32_t m = meta_of(row, input / 64);
        return static_cast<double>(int4_scale(m)) * (code_of(row, input) - int4_zero(m));
    }
};

struct Int4Case {
    std::vector<std::int64_t> rows;  ///< of each part
    std::int64_t k = 0;
    std::int64_t stride = 0;  ///< 0 = k
    RowOrder order = RowOrder::kPlain;
    SourceType type = SourceType::kF32;
    std::vector<float> importance;
};

template <typename T>
Int4Result quantised(Backend backend, const Int4Case& c, const std::vector<T>& stacked) {
    const std::int64_t stride = c.stride == 0 ? c.k : c.stride;
    Int4Result result;
    result.k = c.k;
    std::vector<Array<T>> parts;
    QuantizeInt4Args args;
    std::size_t at = 0;
    for (std::size_t i = 0; i < c.rows.size(); ++i) {
        const auto count = static_cast<std::size_t>(c.rows[i] * stride);
        parts.emplace_back(
            backend,
            std::vector<T>(stacked.begin() + static_cast<std::ptrdiff_t>(at),
                           stacked.begin() + static_cast<std::ptrdiff_t>(at + count)));
        at += count;
        result.n += c.rows[i];
    }
    for (std::size_t i = 0; i < c.rows.size(); ++i) {
        args.rows.part[i] = parts[i].data();
        args.rows.part_rows[i] = c.rows[i];
    }
    const std::int64_t tiles = (result.n + 15) / 16;
    Array<std::uint8_t> codes(backend, tiles * result.groups() * kInt4TileBytes);
    Array<std::uint32_t> meta(backend, tiles * result.groups() * 8);
    Array<QuantizeError> error(backend, tiles);
    Array<std::int32_t> nonfinite(backend, std::vector<std::int32_t>{0});
    Array<float> importance(backend, c.importance);
    args.rows.type = c.type;
    args.rows.stride = stride;
    args.order = c.order;
    args.k = c.k;
    args.importance = c.importance.empty() ? nullptr : importance.data();
    args.codes = codes.data();
    args.meta = meta.data();
    args.nonfinite = nonfinite.data();
    args.error = error.data();
    EXPECT_EQ(quantize_int4(backend, args), Status::kOk);
    result.codes = codes.fetch();
    result.meta = meta.fetch();
    result.error = error.fetch();
    result.nonfinite = nonfinite.fetch()[0];
    EXPECT_TRUE(codes.intact() && meta.intact() && error.intact() && nonfinite.intact());
    return result;
}

std::vector<float> normals(std::int64_t count, std::uint64_t seed, double scale = 1.0) {
    util::Rng rng(seed, util::RngStream::kTest);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& v : values) v = static_cast<float>(scale * rng.normal());
    return values;
}

double student(util::Rng& rng, int degrees) {
    double sum = 0;
    for (int i = 0; i < degrees; ++i) {
        const double x = rng.normal();
        sum += x * x;
    }
    return rng.normal() / std::sqrt(sum / degrees);
}

double laplace(util::Rng& rng) {
    const double u = rng.uniform_double() - 0.5;
    return (u < 0 ? 1 : -1) * std::log(1 - 2 * std::abs(u));
}

class QuantizeInt4 : public test::BackendTest {};

/// Smallest sum of squares over every scale of four significant bits and every zero point.
double best_possible(const std::vector<float>& w) {
    double low = 0;
    double high = 0;
    for (const float v : w) {
        low = std::min<double>(low, v);
        high = std::max<double>(high, v);
    }
    const double step = (high - low) / 15;
    double best = std::numeric_limits<double>::infinity();
    for (int exponent = -40; exponent < 40; ++exponent) {
        for (int mantissa = 8; mantissa < 16; ++mantissa) {
            const double s = std::ldexp(mantissa, exponent);
            if (s < 0.45 * step || s > 1.2 * step) continue;
            const int middle = static_cast<int>(std::nearbyint(-low / step));
            for (int z = std::max(0, middle - 1); z <= std::min(15, middle + 1); ++z) {
                double sum = 0;
                for (const float v : w) {
                    const double q = std::clamp(std::nearbyint(v / s), -1.0 * z, 15.0 - z);
                    sum += (v - s * q) * (v - s * q);
                }
                best = std::min(best, sum);
            }
        }
    }
    return best;
}

TEST_P(QuantizeInt4, FindsTheBestScaleAndZeroPointOfEveryGroup) {
    const std::int64_t n = 32;
    const std::int64_t k = 256;
    std::vector<float> w = normals(n * k, 3, 0.02);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] *= static_cast<float>(1 + i % 64 % 5);
    for (std::int64_t i = 0; i < k; ++i) w[static_cast<std::size_t>(i)] += 0.1F;  // row 0: lopsided
    const Int4Result r = quantised(GetParam(), {.rows = {n}, .k = k}, w);
    for (std::int64_t row = 0; row < n; ++row) {
        for (std::int64_t g = 0; g < k / 64; ++g) {
            const std::vector<float> group(w.begin() + row * k + 64 * g,
                                           w.begin() + row * k + 64 * g + 64);
            double sum = 0;
            for (std::int64_t i = 0; i < 64; ++i) {
                const double d = group[static_cast<std::size_t>(i)] - r.weight(row, 64 * g + i);
                sum += d * d;
            }
            ASSERT_LE(sum, best_possible(group) * (1 + 1e-5)) << "row " << row << " group " << g;
        }
    }
}

TEST_P(QuantizeInt4, GivesBackWeightsThatAreAlreadyOnItsGrid) {
    const std::int64_t n = 16;
    const std::int64_t k = 128;
    util::Rng rng(5, util::RngStream::kTest);
    std::vector<float> w;
    for (std::int64_t row = 0; row < n; ++row) {
        for (std::int64_t g = 0; g < k / 64; ++g) {
            const int z = static_cast<int>(rng.below(16));
            const float s = std::ldexp(static_cast<float>(8 + rng.below(8)),
                                       static_cast<int>(rng.below(60)) - 30);
            for (int i = 0; i < 64; ++i) {
                const int q = i < 16 ? i : static_cast<int>(rng.below(16));
                w.push_back(s * static_cast<float>(q - z));
            }
        }
    }
    const Int4Result r = quantised(GetParam(), {.rows = {n}, .k = k}, w);
    for (std::int64_t row = 0; row < n; ++row) {
        for (std::int64_t i = 0; i < k; ++i) {
            ASSERT_EQ(r.weight(row, i), w[static_cast<std::size_t>(row * k + i)])
                << row << " " << i;
        }
    }
    EXPECT_EQ(r.error[0].ours, 0.0F);
}

TEST_P(QuantizeInt4, PutsRowsInTheOrderOfTheFormat) {
    const std::int64_t k = 64;
    const auto stacked = normals(80 * k, 7);
    const auto expect_row = [&](const Int4Result& r, std::int64_t tile_row, std::int64_t source) {
        const std::vector<float> row(stacked.begin() + source * k,
                                     stacked.begin() + (source + 1) * k);
        const Int4Result alone = quantised(Backend::kCpu, {.rows = {1}, .k = k}, row);
        EXPECT_EQ(r.meta_of(tile_row, 0), alone.meta_of(0, 0)) << tile_row;
        for (std::int64_t i = 0; i < k; ++i) {
            ASSERT_EQ(r.code_of(tile_row, i), alone.code_of(0, i)) << tile_row << " " << i;
        }
    };
    const Int4Result qkv =
        quantised(GetParam(), {.rows = {48, 16, 16}, .k = k, .order = RowOrder::kQkv}, stacked);
    for (const std::int64_t row : {0, 15, 16, 47, 48, 63, 64, 79}) expect_row(qkv, row, row);
    const Int4Result gate_up =
        quantised(GetParam(), {.rows = {40, 40}, .k = k, .order = RowOrder::kGateUp}, stacked);
    for (const std::int64_t f : {0, 7, 8, 23, 39}) {
        expect_row(gate_up, 16 * (f / 8) + f % 8, f);
        expect_row(gate_up, 16 * (f / 8) + 8 + f % 8, 40 + f);
    }
}

TEST_P(QuantizeInt4, FillsUpRowsAndInputsWithZeros) {
    for (const std::int64_t n : {1, 17, 48}) {
        const std::int64_t k = 200;
        const Int4Result r =
            quantised(GetParam(), {.rows = {n}, .k = k, .stride = 202}, normals(n * 202, 11));
        for (std::int64_t row = 0; row < (n + 15) / 16 * 16; ++row) {
            for (std::int64_t i = 0; i < 256; ++i) {
                if (row < n && i < k) continue;
                ASSERT_EQ(r.weight(row, i), 0.0) << row << " " << i;
            }
            if (row >= n) {
                EXPECT_EQ(r.meta_of(row, 0), 0U);
            }
        }
    }
}

TEST_P(QuantizeInt4, ReadsAllThreeSourceTypes) {
    const std::int64_t n = 16;
    const std::int64_t k = 192;
    const std::vector<Bf16> bf16 = test::bf16_integers(n * k, 13, 100);
    std::vector<float> f32;
    std::vector<std::uint16_t> f16;
    for (const Bf16 value : bf16) {
        const float v = to_float(value);
        f32.push_back(v);
        // Whole numbers up to 2,048 as a half, by its definition.
        int exponent = 0;
        const float mantissa = std::frexp(std::abs(v), &exponent);
        const auto bits = static_cast<std::uint16_t>(
            v == 0 ? 0
                   : ((exponent + 14) << 10) +
                         static_cast<int>(std::lround((mantissa - 0.5F) * 2048)));
        f16.push_back(static_cast<std::uint16_t>(bits | (v < 0 ? 0x8000 : 0)));
    }
    const Int4Case c{.rows = {n}, .k = k};
    const Int4Result want = quantised(GetParam(), c, f32);
    Int4Case other = c;
    other.type = SourceType::kBf16;
    EXPECT_EQ(quantised(GetParam(), other, bf16).codes, want.codes);
    EXPECT_EQ(quantised(GetParam(), other, bf16).meta, want.meta);
    other.type = SourceType::kF16;
    EXPECT_EQ(quantised(GetParam(), other, f16).codes, want.codes);
    EXPECT_EQ(quantised(GetParam(), other, f16).meta, want.meta);
}

TEST_P(QuantizeInt4, WeighsTheSquaresByImportance) {
    const std::int64_t n = 64;
    const std::int64_t k = 256;
    const auto w = normals(n * k, 17);
    std::vector<float> importance;
    for (std::int64_t i = 0; i < k; ++i) importance.push_back(i % 8 == 0 ? 20.0F : 0.1F);
    const auto loss = [&](const Int4Result& r) {
        double sum = 0;
        for (std::int64_t row = 0; row < n; ++row) {
            for (std::int64_t i = 0; i < k; ++i) {
                const double d = w[static_cast<std::size_t>(row * k + i)] - r.weight(row, i);
                sum += d * d * importance[static_cast<std::size_t>(i)];
            }
        }
        return sum;
    };
    const Int4Result plain = quantised(GetParam(), {.rows = {n}, .k = k}, w);
    const Int4Result weighted =
        quantised(GetParam(), {.rows = {n}, .k = k, .importance = importance}, w);
    EXPECT_LT(loss(weighted), 0.9 * loss(plain));
    const Int4Result even = quantised(
        GetParam(),
        {.rows = {n}, .k = k, .importance = std::vector<float>(static_cast<std::size_t>(k), 1.0F)},
        w);
    EXPECT_EQ(even.codes, plain.codes);
    EXPECT_EQ(even.meta, plain.meta);
}

TEST_P(QuantizeInt4, MakesAGroupWithNanOrInfinityZeroAndSaysSo) {
    const std::int64_t n = 16;
    const std::int64_t k = 128;
    for (const float bad :
         {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
        auto w = normals(n * k, 19);
        const Int4Result clean = quantised(GetParam(), {.rows = {n}, .k = k}, w);
        EXPECT_EQ(clean.nonfinite, 0);
        w[3 * k + 70] = bad;
        const Int4Result r = quantised(GetParam(), {.rows = {n}, .k = k}, w);
        EXPECT_EQ(r.nonfinite, 1);
        EXPECT_EQ(r.meta_of(3, 1), 0U);
        EXPECT_EQ(r.weight(3, 70), 0.0);
        EXPECT_EQ(r.meta_of(3, 0), clean.meta_of(3, 0));
        EXPECT_EQ(r.meta_of(4, 1), clean.meta_of(4, 1));
    }
}

TEST_P(QuantizeInt4, KeepsItsPrecisionForHugeAndTinyWeights) {
    const std::int64_t k = 64;
    for (const int exponent : {-95, -60, 0, 60, 120}) {
        auto w = normals(16 * k, 23);
        const Int4Result unit = quantised(GetParam(), {.rows = {16}, .k = k}, w);
        for (float& v : w) v = std::ldexp(v, exponent);
        const Int4Result r = quantised(GetParam(), {.rows = {16}, .k = k}, w);
        EXPECT_EQ(r.codes, unit.codes) << exponent;
        EXPECT_EQ(r.meta_of(5, 0), unit.meta_of(5, 0) + static_cast<std::uint32_t>(8 * exponent))
            << exponent;
    }
    std::vector<float> tiny(16 * 64, 1e-32F);
    EXPECT_EQ(quantised(GetParam(), {.rows = {16}, .k = k}, tiny).meta_of(0, 0), 0U);
}

struct Distribution {
    const char* name;
    double most;  ///< of our error over that of NF4 (kernels.md 2.3)
    std::function<double(util::Rng&)> draw;
};

TEST_P(QuantizeInt4, LosesNoMoreAgainstNf4ThanItsBounds) {
    const Distribution all[] = {
        {"gaussian", 0.97, [](util::Rng& rng) { return rng.normal(); }},
        {"gaussian with 1 % at 6 sigma",
         0.99,
         [](util::Rng& rng) { return rng.below(100) == 0 ? 6 * rng.normal() : rng.normal(); }},
        {"t10", 1.06, [](util::Rng& rng) { return student(rng, 10); }},
        {"t5", 1.06, [](util::Rng& rng) { return student(rng, 5); }},
        {"t4", 1.06, [](util::Rng& rng) { return student(rng, 4); }},
        {"laplace", 1.06, laplace},
    };
    for (const Distribution& d : all) {
        util::Rng rng(29, util::RngStream::kTest);
        const std::int64_t n = 64;
        const std::int64_t k = 2048;
        std::vector<float> w(static_cast<std::size_t>(n * k));
        for (float& v : w) v = static_cast<float>(0.02 * d.draw(rng));
        const Int4Result r = quantised(GetParam(), {.rows = {n}, .k = k}, w);
        double weight = 0;
        double ours = 0;
        double nf4 = 0;
        for (const QuantizeError& e : r.error) {
            weight += e.weight;
            ours += e.ours;
            nf4 += e.nf4;
        }
        EXPECT_LE(std::sqrt(ours / nf4), d.most)
            << d.name << ": " << std::sqrt(ours / weight) << " against " << std::sqrt(nf4 / weight);
        double square = 0;
        for (const float v : w) square += static_cast<double>(v) * v;
        EXPECT_NEAR(weight / square, 1.0, 1e-5);
    }
}

TEST_P(QuantizeInt4, GivesTheSameBitsOnEveryProcessorAndCard) {
    const std::int64_t k = 1000;
    auto w = normals(1024 * k, 31, 0.03);
    w[5] = 0.9F;
    const Int4Case c{.rows = {512, 512}, .k = k, .order = RowOrder::kGateUp};
    const Int4Result r = quantised(GetParam(), c, w);
    const auto bytes = [](const auto& v) {
        return std::string_view(reinterpret_cast<const char*>(v.data()), v.size() * sizeof(v[0]));
    };
    // What the first version gave; any other value is another quantiser (bump kQuantiserVersion).
    EXPECT_EQ(util::sha256_hex(bytes(r.codes)).substr(0, 16), "cbb510b90aaf7286");
    EXPECT_EQ(util::sha256_hex(bytes(r.meta)).substr(0, 16), "798127c852e25e45");
    if (GetParam() == Backend::kCuda) {
        const Int4Result cpu = quantised(Backend::kCpu, c, w);
        EXPECT_TRUE(test::same_bits(r.codes, cpu.codes));
        EXPECT_TRUE(test::same_bits(r.meta, cpu.meta));
        for (std::size_t i = 0; i < r.error.size(); ++i) {
            EXPECT_NEAR(r.error[i].ours / cpu.error[i].ours, 1.0, 1e-4);
            EXPECT_NEAR(r.error[i].nf4 / cpu.error[i].nf4, 1.0, 1e-4);
        }
    }
}

TEST_P(QuantizeInt4, AgreesWithTheCpuOnRandomShapesAndDistributions) {
    util::Rng rng(37, util::RngStream::kTest);
    for (int round = 0; round < 12; ++round) {
        const auto n = static_cast<std::int64_t>(1 + rng.below(70));
        const auto k = static_cast<std::int64_t>(2 * (1 + rng.below(400)));
        Int4Case c{.rows = {n}, .k = k};
        if (round % 3 == 1) c = {.rows = {n, 16, 16}, .k = k, .order = RowOrder::kQkv};
        if (round % 3 == 2) c = {.rows = {n, n}, .k = k, .order = RowOrder::kGateUp};
        std::int64_t rows = 0;
        for (const std::int64_t part : c.rows) rows += part;
        std::vector<Bf16> w;
        for (std::int64_t i = 0; i < rows * k; ++i) {
            w.push_back(to_bf16(static_cast<float>(student(rng, 3))));
        }
        c.type = SourceType::kBf16;
        const Int4Result r = quantised(GetParam(), c, w);
        const Int4Result cpu = quantised(Backend::kCpu, c, w);
        ASSERT_TRUE(test::same_bits(r.codes, cpu.codes)) << "n " << n << " k " << k;
        ASSERT_TRUE(test::same_bits(r.meta, cpu.meta)) << "n " << n << " k " << k;
    }
}

TEST_P(QuantizeInt4, RefusesWhatMisfits) {
    Array<float> w(GetParam(), 64 * 64);
    Array<std::uint8_t> codes(GetParam(), 4 * kInt4TileBytes);
    Array<std::uint32_t> meta(GetParam(), 32);
    QuantizeInt4Args good;
    good.rows = {.type = SourceType::kF32,
                 .part = {w.data(), nullptr, nullptr},
                 .part_rows = {64, 0, 0},
                 .stride = 64};
    good.k = 64;
    good.codes = codes.data();
    good.meta = meta.data();
    EXPECT_EQ(quantize_int4(GetParam(), good), Status::kOk);
    const auto refused = [&](const std::function<void(QuantizeInt4Args&)>& spoil) {
        QuantizeInt4Args args = good;
        spoil(args);
        return quantize_int4(GetParam(), args) == Status::kInvalidArgument;
    };
    EXPECT_TRUE(refused([](auto& a) { a.k = 0; }));
    EXPECT_TRUE(refused([](auto& a) { a.rows.stride = 62; }));
    EXPECT_TRUE(refused([](auto& a) { a.rows.part_rows[0] = 0; }));
    EXPECT_TRUE(refused([](auto& a) { a.rows.part[0] = nullptr; }));
    EXPECT_TRUE(refused([](auto& a) { a.order = RowOrder::kGateUp; }));
    EXPECT_TRUE(refused([](auto& a) { a.codes += 16; }));
    EXPECT_TRUE(refused([](auto& a) { a.meta = nullptr; }));
}

VT_ON_BACKENDS(QuantizeInt4);

struct Int8Result {
    std::int64_t n = 0;
    std::int64_t k = 0;
    std::vector<std::uint8_t> codes;
    std::vector<std::uint8_t> exponents;
    std::vector<float> factor;
    std::int32_t nonfinite = 0;

    int code(std::int64_t row, std::int64_t input) const {
        const std::int64_t tile = (row / 16) * ((k + 63) / 64) + input / 64;
        const std::int64_t i = input % 64;
        const std::int64_t byte = (i & ~3) | ((i & 1) << 1) | ((i & 2) >> 1);
        return static_cast<std::int8_t>(
            codes[static_cast<std::size_t>(kInt8TileBytes * tile + 64 * (row % 16) + byte)]);
    }
    int exponent(std::int64_t row, std::int64_t group) const {
        return exponents[static_cast<std::size_t>(16 * ((row / 16) * ((k + 63) / 64) + group) +
                                                  row % 16)];
    }
    double weight(std::int64_t row, std::int64_t input) const {
        return static_cast<double>(factor[static_cast<std::size_t>(row)]) *
               std::ldexp(code(row, input), -exponent(row, input / 64));
    }
};

Int8Result quantised_int8(Backend backend,
                          std::int64_t n,
                          std::int64_t k,
                          const std::vector<float>& w) {
    Int8Result r{.n = n, .k = k, .codes = {}, .exponents = {}, .factor = {}};
    const std::int64_t tiles = (n + 15) / 16 * ((k + 63) / 64);
    Array<float> rows(backend, w);
    Array<std::uint8_t> codes(backend, kInt8TileBytes * tiles);
    Array<std::uint8_t> exponents(backend, 16 * tiles);
    Array<float> factor(backend, n);
    Array<std::int32_t> nonfinite(backend, std::vector<std::int32_t>{0});
    QuantizeInt8Args args;
    args.rows = {.type = SourceType::kF32,
                 .part = {rows.data(), nullptr, nullptr},
                 .part_rows = {n, 0, 0},
                 .stride = k};
    args.k = k;
    args.codes = codes.data();
    args.exponents = exponents.data();
    args.row_factor = factor.data();
    args.nonfinite = nonfinite.data();
    EXPECT_EQ(quantize_int8(backend, args), Status::kOk);
    r.codes = codes.fetch();
    r.exponents = exponents.fetch();
    r.factor = factor.fetch();
    r.nonfinite = nonfinite.fetch()[0];
    EXPECT_TRUE(codes.intact() && exponents.intact() && factor.intact());
    return r;
}

double rms_error(const Int8Result& r, const std::vector<float>& w) {
    double error = 0;
    double square = 0;
    for (std::int64_t row = 0; row < r.n; ++row) {
        for (std::int64_t i = 0; i < r.k; ++i) {
            const double v = w[static_cast<std::size_t>(row * r.k + i)];
            error += (v - r.weight(row, i)) * (v - r.weight(row, i));
            square += v * v;
        }
    }
    return std::sqrt(error / square);
}

class QuantizeInt8 : public test::BackendTest {};

TEST_P(QuantizeInt8, LosesNoMoreThanItsBounds) {
    const std::int64_t n = 32;
    const std::int64_t k = 3584;
    const auto gaussian = normals(n * k, 41, 0.02);
    EXPECT_LE(rms_error(quantised_int8(GetParam(), n, k, gaussian), gaussian), 0.009);
    for (const int degrees : {5, 4}) {
        util::Rng rng(43, util::RngStream::kTest);
        std::vector<float> w(static_cast<std::size_t>(n * k));
        for (float& v : w) v = static_cast<float>(student(rng, degrees));
        EXPECT_LE(rms_error(quantised_int8(GetParam(), n, k, w), w), 0.013) << degrees;
    }
    auto spiked = gaussian;
    for (std::int64_t row = 0; row < n; ++row) {
        spiked[static_cast<std::size_t>(row * k + 97 * row)] =
            static_cast<float>(kTwentySigma * 0.02);
    }
    EXPECT_LE(rms_error(quantised_int8(GetParam(), n, k, spiked), spiked), 0.013);
}

TEST_P(QuantizeInt8, TakesTheFinestStepThatHoldsTheGroup) {
    const std::int64_t n = 17;
    const std::int64_t k = 200;
    auto w = normals(n * k, 47);
    for (std::int64_t i = 64; i < 128; ++i) w[static_cast<std::size_t>(i)] *= 0x1p-5F;
    for (std::int64_t i = 0; i < k; ++i) w[static_cast<std::size_t>(2 * k + i)] = 0;
    const Int8Result r = quantised_int8(GetParam(), n, k, w);
    for (std::int64_t row = 0; row < n; ++row) {
        for (std::int64_t g = 0; g < 4; ++g) {
            int most = 0;
            for (std::int64_t i = 64 * g; i < std::min<std::int64_t>(k, 64 * g + 64); ++i) {
                most = std::max(most, std::abs(r.code(row, i)));
            }
            if (row == 2) {
                EXPECT_EQ(most, 0);
            } else if (r.exponent(row, g) < 7) {
                EXPECT_GE(most, 63) << row << " " << g;
            }
            EXPECT_LE(most, 127);
        }
    }
    EXPECT_GE(r.exponent(0, 1), 4);
    EXPECT_EQ(r.factor[2], 0.0F);
    for (std::int64_t row = n; row < 32; ++row) {
        for (std::int64_t i = 0; i < 256; ++i) ASSERT_EQ(r.code(row, i), 0);
        EXPECT_EQ(r.exponent(row, 0), 0);
    }
    for (std::int64_t i = k; i < 256; ++i) ASSERT_EQ(r.code(0, i), 0);
}

TEST_P(QuantizeInt8, MakesARowWithNanZeroAndSaysSo) {
    auto w = normals(16 * 128, 53);
    EXPECT_EQ(quantised_int8(GetParam(), 16, 128, w).nonfinite, 0);
    w[128 * 4 + 100] = std::numeric_limits<float>::quiet_NaN();
    const Int8Result r = quantised_int8(GetParam(), 16, 128, w);
    EXPECT_EQ(r.nonfinite, 1);
    EXPECT_EQ(r.factor[4], 0.0F);
    EXPECT_EQ(r.code(4, 0), 0);
    EXPECT_NE(r.code(5, 0), 0);
}

TEST_P(QuantizeInt8, AgreesWithTheCpuOnRandomShapes) {
    util::Rng rng(59, util::RngStream::kTest);
    for (int round = 0; round < 8; ++round) {
        const auto n = static_cast<std::int64_t>(1 + rng.below(50));
        const auto k = static_cast<std::int64_t>(2 * (1 + rng.below(300)));
        std::vector<float> w(static_cast<std::size_t>(n * k));
        for (float& v : w) v = static_cast<float>(student(rng, 3));
        const Int8Result r = quantised_int8(GetParam(), n, k, w);
        const Int8Result cpu = quantised_int8(Backend::kCpu, n, k, w);
        ASSERT_TRUE(test::same_bits(r.codes, cpu.codes)) << n << " " << k;
        ASSERT_TRUE(test::same_bits(r.exponents, cpu.exponents)) << n << " " << k;
        ASSERT_TRUE(test::same_bits(r.factor, cpu.factor)) << n << " " << k;
    }
}

VT_ON_BACKENDS(QuantizeInt8);

}  // namespace
}  // namespace veritune::kernels
