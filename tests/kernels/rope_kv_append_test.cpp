// SPDX-License-Identifier: Apache-2.0
#include "kernels/rope_kv_append.h"

#include "tests/kernels/backend_case.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace veritune::kernels {
namespace {

constexpr std::int64_t kMaxPositions = 131072;

struct Spec {
    KvKind kind = KvKind::kInt8;
    std::int64_t q_heads = 4;
    std::int64_t kv_heads = 2;
    std::int64_t head_dim = 128;
    std::vector<std::int32_t> positions = {0, 1, 63, 64, 65};
    bool norm = false;
    std::uint64_t seed = 1;
};

/// Rows of chains 0, 1, 2, ..., each with a page for its position.
struct Case {
    Backend backend;
    Spec spec;
    std::int64_t stride;
    std::int64_t pages;
    std::vector<Bf16> values;
    std::vector<Bf16> gammas;
    std::vector<float> cosines;
    std::vector<float> sines;
    test::Array<Bf16> qkv;
    test::Array<Bf16> gamma;
    test::Array<float> cos;
    test::Array<float> sin;
    test::Array<std::int32_t> positions;
    test::Array<std::int32_t> table;
    test::Array<Bf16> q;
    test::Array<std::int8_t> codes;
    test::Array<Bf16> halves;
    test::Array<std::uint16_t> scales;
    RopeKvAppend args{};

    Case(Backend on, Spec s)
        : backend(on),
          spec(std::move(s)),
          stride(largest_page() + 1),
          pages(2 * rows() + 1),
          values(test::bf16_normals(rows() * qkv_stride(), spec.seed, 3.0)),
          gammas(test::bf16_normals(2 * spec.head_dim, spec.seed + 1)),
          cosines(turns(false)),
          sines(turns(true)),
          qkv(on, values),
          gamma(on, gammas),
          cos(on, cosines),
          sin(on, sines),
          positions(on, spec.positions),
          table(on, table_entries()),
          q(on, rows() * spec.q_heads * spec.head_dim),
          codes(on, spec.kind == KvKind::kInt8 ? pool_rows() * spec.head_dim : 0),
          halves(on, spec.kind == KvKind::kBf16 ? pool_rows() * spec.head_dim : 0),
          scales(on, spec.kind == KvKind::kInt8 ? pool_rows() : 0) {
        args = {.qkv = qkv.data(),
                .positions = positions.data(),
                .cos = cos.data(),
                .sin = sin.data(),
                .q_gamma = spec.norm ? gamma.data() : nullptr,
                .k_gamma = spec.norm ? gamma.data() + spec.head_dim : nullptr,
                .q = q.data(),
                .kv = {.kind = spec.kind,
                       .data = spec.kind == KvKind::kInt8 ? static_cast<void*>(codes.data())
                                                          : static_cast<void*>(halves.data()),
                       .scales = spec.kind == KvKind::kInt8 ? scales.data() : nullptr,
                       .pages = pages,
                       .kv_heads = spec.kv_heads,
                       .head_dim = spec.head_dim},
                .table = {.pages = table.data(), .stride = stride},
                .rows = rows(),
                .q_heads = spec.q_heads,
                .qkv_stride = qkv_stride(),
                .max_positions = max_positions()};
    }
    std::int64_t rows() const { return static_cast<std::int64_t>(spec.positions.size()); }
    std::int64_t qkv_stride() const {
        return (spec.q_heads + 2 * spec.kv_heads) * spec.head_dim + 8;
    }
    std::int64_t pool_rows() const { return pages * 2 * spec.kv_heads * kPageTokens; }
    std::int64_t max_positions() const {
        return *std::max_element(spec.positions.begin(), spec.positions.end()) + 1;
    }
    std::int64_t largest_page() const { return (max_positions() - 1) / kPageTokens; }
    std::int64_t page_of(std::int64_t row) const { return 2 * row + 1; }
    std::vector<std::int32_t> table_entries() const {
        std::vector<std::int32_t> entries(static_cast<std::size_t>(rows() * stride), -5);
        for (std::int64_t r = 0; r < rows(); ++r) {
            const std::int64_t position = spec.positions[static_cast<std::size_t>(r)];
            if (position < 0) continue;
            entries[static_cast<std::size_t>(r * stride + position / kPageTokens)] =
                static_cast<std::int32_t>(page_of(r));
        }
        return entries;
    }
    std::vector<float> turns(bool sine) const {
        const std::int64_t half = spec.head_dim / 2;
        std::vector<float> table_of(static_cast<std::size_t>(max_positions() * half));
        for (const std::int32_t p : spec.positions) {
            for (std::int64_t i = 0; p >= 0 && i < half; ++i) {
                const double angle = p * std::pow(1e6, -double(i) / double(half));
                table_of[static_cast<std::size_t>(p * half + i)] =
                    static_cast<float>(sine ? std::sin(angle) : std::cos(angle));
            }
        }
        return table_of;
    }
    void run() {
        ASSERT_EQ(rope_kv_append(backend, args), Status::kOk) << cuda::last_error();
        ASSERT_TRUE(q.intact());
        ASSERT_TRUE(codes.intact());
        ASSERT_TRUE(halves.intact());
        ASSERT_TRUE(scales.intact());
    }
    /// A head of the input, normalised and rotated in double.
    std::vector<double> expected(std::int64_t row, std::int64_t head) const {
        const std::int64_t dim = spec.head_dim;
        const std::int64_t half = dim / 2;
        std::vector<double> x(static_cast<std::size_t>(dim));
        for (std::int64_t i = 0; i < dim; ++i) {
            x[static_cast<std::size_t>(i)] =
                to_float(values[static_cast<std::size_t>(row * qkv_stride() + head * dim + i)]);
        }
        if (head >= spec.q_heads + spec.kv_heads) return x;
        if (spec.norm) {
            double square = 0;
            for (const double v : x) square += v * v;
            const double rstd = 1 / std::sqrt(square / double(dim) + 1e-6);
            const std::int64_t at = head < spec.q_heads ? 0 : dim;
            for (std::int64_t i = 0; i < dim; ++i) {
                double& v = x[static_cast<std::size_t>(i)];
                v *= rstd * to_float(gammas[static_cast<std::size_t>(at + i)]);
                v = rounded_to_bf16(static_cast<float>(v));
            }
        }
        const std::int64_t turn = spec.positions[static_cast<std::size_t>(row)] * half;
        for (std::int64_t i = 0; i < half; ++i) {
            double& low = x[static_cast<std::size_t>(i)];
            double& high = x[static_cast<std::size_t>(i + half)];
            const double c = cosines[static_cast<std::size_t>(turn + i)];
            const double s = sines[static_cast<std::size_t>(turn + i)];
            const double turned = low * c - high * s;
            high = high * c + low * s;
            low = turned;
        }
        return x;
    }
    std::int64_t place(std::int64_t row, int which, std::int64_t head) const {
        return kv_row(args.kv,
                      page_of(row),
                      which,
                      head,
                      spec.positions[static_cast<std::size_t>(row)] % kPageTokens);
    }
};

/// What the pool holds at a row, as numbers.
std::vector<double> stored(Case& c, std::int64_t at) {
    std::vector<double> x;
    const std::int64_t dim = c.spec.head_dim;
    const std::vector<std::int8_t> codes = c.codes.fetch();
    const std::vector<Bf16> halves = c.halves.fetch();
    const std::vector<std::uint16_t> scales = c.scales.fetch();
    for (std::int64_t i = at * dim; i < (at + 1) * dim; ++i) {
        const auto n = static_cast<std::size_t>(i);
        x.push_back(c.spec.kind == KvKind::kBf16
                        ? double{to_float(halves[n])}
                        : codes[n] * double{scale_from_fp16(scales[static_cast<std::size_t>(at)])});
    }
    return x;
}

/// Half a step of the head's scale, and the rounding to bf16 before.
void expect_stored(Case& c, std::int64_t at, const std::vector<double>& expected) {
    const std::vector<double> x = stored(c, at);
    double largest = 0;
    for (const double e : expected) largest = std::max(largest, std::fabs(e));
    const double step = c.spec.kind == KvKind::kInt8 ? largest / 127 : 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        ASSERT_NEAR(x[i], expected[i], 0.51 * step + std::fabs(expected[i]) / 200) << i;
    }
}

class RopeKvAppendTest : public test::BackendTest {};

TEST_P(RopeKvAppendTest, AgreesWithFp64) {
    for (const KvKind kind : {KvKind::kInt8, KvKind::kBf16}) {
        for (const std::int64_t dim : {64, 128}) {
            for (const bool norm : {false, true}) {
                Case c(GetParam(), {.kind = kind, .head_dim = dim, .norm = norm});
                c.run();
                const std::vector<Bf16> q = c.q.fetch();
                for (std::int64_t r = 0; r < c.rows(); ++r) {
                    for (std::int64_t h = 0; h < c.spec.q_heads; ++h) {
                        const auto from = q.begin() + (r * c.spec.q_heads + h) * dim;
                        EXPECT_LE(test::relative_error(std::vector<Bf16>(from, from + dim),
                                                       c.expected(r, h)),
                                  2.5e-3);
                    }
                    for (std::int64_t h = 0; h < 2 * c.spec.kv_heads; ++h) {
                        const int which = h < c.spec.kv_heads ? 0 : 1;
                        expect_stored(c,
                                      c.place(r, which, h - which * c.spec.kv_heads),
                                      c.expected(r, c.spec.q_heads + h));
                    }
                }
            }
        }
    }
}

TEST_P(RopeKvAppendTest, GivesTheBitsOfTheCpuTwin) {
    for (const KvKind kind : {KvKind::kInt8, KvKind::kBf16}) {
        for (const std::int64_t dim : {64, 128}) {
            Spec spec{.kind = kind,
                      .q_heads = 7,
                      .kv_heads = 1,
                      .head_dim = dim,
                      .positions = {5, 64, 1000, 4095, -1, 77, 2048},
                      .norm = dim == 64,
                      .seed = 3};
            Case twin(Backend::kCpu, spec);
            Case c(GetParam(), spec);
            twin.run();
            c.run();
            EXPECT_TRUE(test::same_bits(twin.q.fetch(), c.q.fetch()));
            EXPECT_TRUE(test::same_bits(twin.codes.fetch(), c.codes.fetch()));
            EXPECT_TRUE(test::same_bits(twin.halves.fetch(), c.halves.fetch()));
            EXPECT_TRUE(test::same_bits(twin.scales.fetch(), c.scales.fetch()));
        }
    }
}

TEST_P(RopeKvAppendTest, ReachesTheLastPositionOfALongContext) {
    Spec spec{.q_heads = 1, .kv_heads = 1, .head_dim = 64, .positions = {kMaxPositions - 1}};
    Case c(GetParam(), spec);
    c.run();
    EXPECT_LE(test::relative_error(c.q.fetch(), c.expected(0, 0)), 2.5e-3);
    expect_stored(c, c.place(0, 0, 0), c.expected(0, 1));
    expect_stored(c, c.place(0, 1, 0), c.expected(0, 2));
}

TEST_P(RopeKvAppendTest, WritesNothingButTheRowsOwnPlaces) {
    for (const KvKind kind : {KvKind::kInt8, KvKind::kBf16}) {
        Case c(GetParam(), {.kind = kind, .head_dim = 64, .positions = {3, -1, 64, 127}});
        c.run();
        std::map<std::int64_t, bool> own;
        for (const std::int64_t r : {0, 2, 3}) {
            for (int which = 0; which < 2; ++which) {
                for (std::int64_t h = 0; h < 2; ++h) own[c.place(r, which, h)] = true;
            }
        }
        const std::vector<std::int8_t> codes = c.codes.fetch();
        const std::vector<Bf16> halves = c.halves.fetch();
        const std::vector<std::uint16_t> scales = c.scales.fetch();
        for (std::int64_t row = 0; row < c.pool_rows(); ++row) {
            if (own.contains(row)) continue;
            if (kind == KvKind::kInt8) {
                ASSERT_EQ(scales[static_cast<std::size_t>(row)], 0xffff);
            }
            for (std::int64_t i = row * 64; i < row * 64 + 64; ++i) {
                if (kind == KvKind::kInt8) {
                    ASSERT_EQ(codes[static_cast<std::size_t>(i)], -1);
                } else {
                    ASSERT_EQ(halves[static_cast<std::size_t>(i)].bits, 0xffff);
                }
            }
        }
        const std::vector<Bf16> q = c.q.fetch();
        for (std::size_t i = 4 * 64; i < 8 * 64; ++i) ASSERT_EQ(q[i].bits, 0xffff) << "idle row";
    }
}

TEST_P(RopeKvAppendTest, StoresZeroVectorsHugeAndBrokenNumbers) {
    Case c(GetParam(), {.q_heads = 1, .kv_heads = 1, .head_dim = 64, .positions = {0, 0, 0, 0}});
    const std::int64_t v = 2 * 64;
    for (std::int64_t i = 0; i < 64; ++i) {
        c.values[static_cast<std::size_t>(v + i)] = Bf16{};
        c.values[static_cast<std::size_t>(c.qkv_stride() + v + i)] = to_bf16(1e8F);
        c.values[static_cast<std::size_t>(2 * c.qkv_stride() + v + i)] = to_bf16(1e-9F);
    }
    c.values[static_cast<std::size_t>(3 * c.qkv_stride() + v + 9)] = to_bf16(INFINITY);
    c.qkv.assign(c.values);
    c.run();
    const auto scale = [&](std::int64_t row) {
        return c.scales.fetch()[static_cast<std::size_t>(c.place(row, 1, 0))];
    };
    const auto code = [&](std::int64_t row) {
        return static_cast<int>(c.codes.fetch()[static_cast<std::size_t>(c.place(row, 1, 0) * 64)]);
    };
    EXPECT_EQ(scale(0), 0);
    EXPECT_EQ(code(0), 0);
    EXPECT_EQ(scale(1), 0x7bff);  // 65,504, the largest fp16
    EXPECT_EQ(code(1), 127);
    EXPECT_EQ(scale(2), 0);  // below half of 2^-24
    EXPECT_EQ(code(2), 0);
    EXPECT_EQ(scale(3), 0x7e00);
    EXPECT_EQ(code(3), 0);
}

TEST_P(RopeKvAppendTest, TheRowsOfOneChainGoToItsPagesOneByOne) {
    // As rows of chain 1 at 60..69 and, for comparison, each as the row of a chain of its own.
    Spec spec{.head_dim = 64, .positions = {60, 61, 62, 63, 64, 65, 66, 67, 68, 69}};
    Case apart(GetParam(), spec);
    Case together(GetParam(), spec);
    test::Array<std::int32_t> slot(GetParam(), std::vector<std::int32_t>{1});
    std::vector<std::int32_t> table(static_cast<std::size_t>(10 * together.stride), -5);
    table[static_cast<std::size_t>(together.stride)] = 17;
    table[static_cast<std::size_t>(together.stride + 1)] = 4;
    together.table.assign(table);
    together.args.slots = slot.data();
    together.args.one_slot = true;
    apart.run();
    together.run();
    EXPECT_TRUE(test::same_bits(apart.q.fetch(), together.q.fetch()));
    for (std::int64_t r = 0; r < 10; ++r) {
        for (int which = 0; which < 2; ++which) {
            const std::int64_t at = kv_row(apart.args.kv, r < 4 ? 17 : 4, which, 1, (60 + r) % 64);
            EXPECT_EQ(stored(apart, apart.place(r, which, 1)), stored(together, at)) << r;
        }
    }
}

TEST_P(RopeKvAppendTest, LeavesOutRowsWithoutAPlace) {
    Case c(GetParam(), {.head_dim = 64, .positions = {0, 70, 3}});
    std::vector<std::int32_t> table = c.table_entries();
    table[0] = 99;  // row 0: a page outside the pool
    c.table.assign(table);
    c.args.table.stride = 1;  // row 1: position 70 is beyond the table
    c.args.kv.pages = 3;      // row 2 reads entry 2 of the narrower table: -5
    c.run();
    for (const Bf16 v : c.q.fetch()) ASSERT_EQ(v.bits, 0xffff);
    for (const std::uint16_t s : c.scales.fetch()) ASSERT_EQ(s, 0xffff);
}

TEST_P(RopeKvAppendTest, RefusesWhatDoesNotFit) {
    Case c(GetParam(), {.head_dim = 64, .positions = {0}});
    const auto refused = [&](const char* why, auto change) {
        RopeKvAppend bad = c.args;
        change(bad);
        EXPECT_EQ(rope_kv_append(GetParam(), bad), Status::kInvalidArgument) << why;
    };
    refused("stride", [](auto& a) { a.qkv_stride -= 16; });
    refused("odd stride", [](auto& a) { a.qkv_stride += 3; });
    refused("one gamma", [&](auto& a) { a.q_gamma = c.gamma.data(); });
    refused("no slot", [](auto& a) { a.one_slot = true; });
    refused("no tables", [](auto& a) { a.sin = nullptr; });
    c.args.rows = 0;
    EXPECT_EQ(rope_kv_append(GetParam(), c.args), Status::kOk);
}
VT_ON_BACKENDS(RopeKvAppendTest);

TEST(ScaleToFp16, RoundsLikeTheStandardSays) {
    // binary16 of IEEE 754: every finite pattern is its own value, ties go to even.
    for (std::uint32_t bits = 0; bits < 0x7c00; ++bits) {
        const auto half = static_cast<std::uint16_t>(bits);
        const double value = scale_from_fp16(half);
        const double exponent = bits < 0x400 ? -24 : int(bits >> 10) - 25;
        const double expected =
            std::ldexp(bits < 0x400 ? double(bits) : double(0x400 + (bits & 0x3ff)), int(exponent));
        ASSERT_EQ(value, expected) << bits;
        ASSERT_EQ(scale_to_fp16(static_cast<float>(value)), half);
        if (bits + 1 == 0x7c00) continue;
        const double next = scale_from_fp16(static_cast<std::uint16_t>(bits + 1));
        const std::uint32_t even = bits + (bits & 1U);
        ASSERT_EQ(scale_to_fp16(static_cast<float>((value + next) / 2)), even) << bits;
        ASSERT_EQ(scale_to_fp16(static_cast<float>(value * 0.49 + next * 0.51)), bits + 1) << bits;
        ASSERT_EQ(scale_to_fp16(static_cast<float>(value * 0.51 + next * 0.49)), bits) << bits;
    }
    EXPECT_EQ(scale_to_fp16(1e9F), 0x7bff);
    EXPECT_TRUE(std::isnan(scale_from_fp16(scale_to_fp16(NAN))));
}

}  // namespace
}  // namespace veritune::kernels
