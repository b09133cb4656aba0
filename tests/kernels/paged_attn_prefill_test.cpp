// SPDX-License-Identifier: Apache-2.0
#include "kernels/paged_attn_prefill.h"

#include "tests/kernels/backend_case.h"
#include "tests/kernels/paged_case.h"

#include <algorithm>
#include <cmath>

namespace veritune::kernels {
namespace {

using test::PoolSpec;

/// A chunk of `rows` queries at the end of one chain, `padding` idle rows behind them.
struct Case {
    Backend backend;
    std::int64_t rows;
    std::int64_t padding;
    std::int64_t q_heads;
    std::int64_t first;  ///< position of the first row
    test::PoolContents contents;
    test::Pool pool;
    std::vector<Bf16> queries;
    test::Array<Bf16> q;
    test::Array<Bf16> out;
    test::Array<std::int32_t> positions;
    PagedAttnPrefill args{};

    Case(Backend on,
         const PoolSpec& spec,
         std::int64_t heads_per_kv,
         std::int64_t row_count,
         std::int64_t idle = 0)
        : backend(on),
          rows(row_count),
          padding(idle),
          q_heads(spec.kv_heads * heads_per_kv),
          first(spec.chains[0].tokens - row_count),
          contents(spec),
          pool(on, contents),
          queries(test::bf16_normals(row_count * q_heads * spec.head_dim, spec.seed + 100)),
          q(on, with_poison()),
          out(on, (row_count + idle) * q_heads * spec.head_dim),
          positions(on, position_list()) {
        args = {.q = q.data(),
                .positions = positions.data(),
                .out = out.data(),
                .kv = pool.view(),
                .table = pool.table(),
                .rows = rows + padding,
                .q_heads = q_heads,
                .scale = static_cast<float>(1 / std::sqrt(double(spec.head_dim)))};
    }
    std::int64_t width() const { return q_heads * contents.spec().head_dim; }
    std::vector<Bf16> with_poison() const {
        std::vector<Bf16> all = queries;
        all.resize(all.size() + static_cast<std::size_t>(padding * width()), Bf16{0xffff});
        return all;
    }
    std::vector<std::int32_t> position_list() const {
        std::vector<std::int32_t> list(static_cast<std::size_t>(rows + padding), -1);
        for (std::int64_t i = 0; i < rows; ++i) {
            list[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(first + i);
        }
        return list;
    }
    /// The rows from `from`, as many as `count`, as a call of their own.
    std::vector<Bf16> run_chunk(std::int64_t from, std::int64_t count) {
        PagedAttnPrefill chunk = args;
        chunk.q += from * width();
        chunk.positions += from;
        chunk.out += from * width();
        chunk.rows = count;
        EXPECT_EQ(paged_attn_prefill(backend, chunk), Status::kOk) << cuda::last_error();
        EXPECT_TRUE(out.intact());
        return out.fetch();
    }
    std::vector<Bf16> run() {
        out.poison();
        return run_chunk(0, args.rows);
    }
    std::vector<double> reference() const {
        std::vector<double> all;
        const std::int64_t dim = contents.spec().head_dim;
        for (std::int64_t r = 0; r < rows; ++r) {
            for (std::int64_t h = 0; h < q_heads; ++h) {
                const std::vector<double> head =
                    contents.attend(queries,
                                    (r * q_heads + h) * dim,
                                    0,
                                    h / (q_heads / contents.spec().kv_heads),
                                    first + r + 1,
                                    args.scale);
                all.insert(all.end(), head.begin(), head.end());
            }
        }
        return all;
    }
};

void expect_close(const std::vector<Bf16>& actual, const std::vector<double>& expected) {
    const std::vector<Bf16> live(actual.begin(),
                                 actual.begin() + static_cast<std::ptrdiff_t>(expected.size()));
    EXPECT_LE(test::relative_error(live, expected), 6e-3);
    double square = 0;
    for (const double e : expected) square += e * e;
    const double rms = std::sqrt(square / static_cast<double>(expected.size()));
    for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(to_float(live[i]), expected[i], std::fabs(expected[i]) / 64 + rms / 32) << i;
    }
}

PoolSpec one_chain(std::int64_t tokens, std::int64_t dim, std::uint64_t seed) {
    return {.kv_heads = 1, .head_dim = dim, .chains = {{.tokens = tokens}}, .seed = seed};
}

class PagedAttnPrefillTest : public test::BackendTest {};

TEST_P(PagedAttnPrefillTest, AgreesWithFp64AtAllHeadShapes) {
    for (const KvKind kind : {KvKind::kInt8, KvKind::kBf16}) {
        for (const std::int64_t dim : {64, 128}) {
            for (const std::int64_t group : {1, 3, 7}) {
                PoolSpec spec = one_chain(150, dim, static_cast<std::uint64_t>(dim + group));
                spec.kind = kind;
                spec.kv_heads = 2;
                Case c(GetParam(), spec, group, 70, 3);
                SCOPED_TRACE(::testing::Message() << dim << " x " << group);
                expect_close(c.run(), c.reference());
            }
        }
    }
}

TEST_P(PagedAttnPrefillTest, AgreesWithFp64FromAnyPosition) {
    struct Stretch {
        std::int64_t tokens;
        std::int64_t rows;
    };
    for (const Stretch s : {Stretch{1, 1},
                            {63, 63},
                            {64, 64},
                            {65, 65},
                            {128, 1},
                            {129, 64},
                            {200, 65},
                            {257, 129},
                            {1000, 17}}) {
        Case c(GetParam(), one_chain(s.tokens, 128, 3), 2, s.rows);
        SCOPED_TRACE(::testing::Message() << s.tokens << " tokens, " << s.rows << " rows");
        expect_close(c.run(), c.reference());
    }
}

TEST_P(PagedAttnPrefillTest, AgreesWithFp64OnALongPast) {
    Case c(GetParam(), one_chain(4096, 64, 4), 1, 40);
    expect_close(c.run(), c.reference());
}

TEST_P(PagedAttnPrefillTest, FindsEveryTokenAndElement) {
    // A query that one key alone answers gives that token's value, bit for bit; tokens behind a
    // row's own position answer just as loudly and must not be heard.
    for (const KvKind kind : {KvKind::kInt8, KvKind::kBf16}) {
        for (const std::int64_t dim : {64, 128}) {
            PoolSpec spec = one_chain(190, dim, 5);
            spec.kind = kind;
            spec.integers = true;
            Case c(GetParam(), spec, 1, 100);
            for (std::int64_t t = 0; t < 190; ++t) {
                const std::int64_t r = c.contents.row(0, 0, 0, t);
                for (std::int64_t i = 0; i < dim; ++i) c.contents.set(r, i, i == t % dim ? 90 : 0);
            }
            // Row r asks for the last token at or before its position that is t = r * 7 (mod dim).
            std::fill(c.queries.begin(), c.queries.end(), Bf16{});
            for (std::int64_t r = 0; r < 100; ++r) {
                c.queries[static_cast<std::size_t>(r * dim + r * 7 % dim)] = to_bf16(64.0F);
            }
            c.pool = test::Pool(GetParam(), c.contents);
            c.q.assign(c.queries);
            c.args.kv = c.pool.view();
            c.args.table = c.pool.table();
            const std::vector<Bf16> out = c.run();
            for (std::int64_t r = 0; r < 100; ++r) {
                for (std::int64_t i = 0; i < dim; ++i) {
                    double sum = 0;
                    int count = 0;
                    for (std::int64_t t = r * 7 % dim; t <= c.first + r; t += dim, ++count) {
                        sum += c.contents.value(0, 1, 0, t, i);
                    }
                    if (count == 0 || (count & (count - 1)) != 0) continue;  // not exact
                    ASSERT_EQ(to_float(out[static_cast<std::size_t>(r * dim + i)]),
                              rounded_to_bf16(static_cast<float>(sum / count)))
                        << "row " << r << " element " << i;
                }
            }
        }
    }
}

TEST_P(PagedAttnPrefillTest, ChunksGiveTheBitsOfTheWhole) {
    for (const KvKind kind : {KvKind::kInt8, KvKind::kBf16}) {
        PoolSpec spec = one_chain(331, 64, 6);
        spec.kind = kind;
        Case c(GetParam(), spec, 2, 331);
        const std::vector<Bf16> whole = c.run();
        EXPECT_TRUE(test::same_bits(whole, c.run())) << "two runs";
        for (const std::int64_t size : {1, 37, 64, 100, 128, 256}) {
            c.out.poison();
            std::vector<Bf16> parts;
            for (std::int64_t from = size == 1 ? 300 : 0; from < 331; from += size) {
                parts = c.run_chunk(from, std::min<std::int64_t>(size, 331 - from));
            }
            const auto skipped = static_cast<std::ptrdiff_t>(size == 1 ? 300 * c.width() : 0);
            EXPECT_TRUE(test::same_bits(std::vector<Bf16>(whole.begin() + skipped, whole.end()),
                                        std::vector<Bf16>(parts.begin() + skipped, parts.end())))
                << "chunks of " << size;
        }
    }
}

TEST_P(PagedAttnPrefillTest, PaddingGivesZerosAndChangesNothing) {
    Case exact(GetParam(), one_chain(100, 64, 7), 2, 90);
    Case padded(GetParam(), one_chain(100, 64, 7), 2, 90, 166);
    const std::vector<Bf16> expected = exact.run();
    const std::vector<Bf16> out = padded.run();
    for (std::size_t i = 0; i < out.size(); ++i) {
        ASSERT_EQ(out[i].bits, i < expected.size() ? expected[i].bits : 0) << i;
    }
    padded.positions.assign(std::vector<std::int32_t>(256, -1));
    for (const Bf16 v : padded.run()) ASSERT_EQ(v.bits, 0) << "nothing but padding";
}

TEST_P(PagedAttnPrefillTest, ReadsItsSlotFromMemory) {
    PoolSpec spec = one_chain(90, 64, 8);
    spec.chains = {{.tokens = 90}, {.tokens = 90}};
    Case c(GetParam(), spec, 1, 50);
    const std::vector<Bf16> first = c.run();
    test::Array<std::int32_t> slot(GetParam(), std::vector<std::int32_t>{1});
    c.args.slot = slot.data();
    const std::vector<Bf16> second = c.run();
    EXPECT_FALSE(test::same_bits(first, second));
    slot.assign({0});
    EXPECT_TRUE(test::same_bits(first, c.run()));
}

TEST_P(PagedAttnPrefillTest, AWrongPageGivesNanAndNoWrongMemory) {
    for (const KvKind kind : {KvKind::kInt8, KvKind::kBf16}) {
        for (const std::int32_t wrong : {-1, 1000000}) {
            PoolSpec spec = one_chain(200, 64, 9);
            spec.kind = kind;
            Case c(GetParam(), spec, 1, 200);
            c.contents.table()[2] = wrong;
            c.pool = test::Pool(GetParam(), c.contents);
            c.args.kv = c.pool.view();
            c.args.table = c.pool.table();
            const std::vector<Bf16> out = c.run();
            for (std::size_t i = 0; i < out.size(); ++i) {
                ASSERT_EQ(std::isnan(to_float(out[i])), i >= 128 * 64) << i;
            }
        }
    }
}

TEST_P(PagedAttnPrefillTest, RefusesWhatDoesNotFit) {
    Case c(GetParam(), one_chain(10, 64, 10), 2, 10);
    const auto refused = [&](const char* why, auto change) {
        PagedAttnPrefill bad = c.args;
        change(bad);
        EXPECT_EQ(paged_attn_prefill(GetParam(), bad), Status::kInvalidArgument) << why;
    };
    refused("heads", [](auto& a) { a.kv.kv_heads = 3; });
    refused("head size", [](auto& a) { a.kv.head_dim = 80; });
    refused("rows", [](auto& a) { a.rows = -1; });
    refused("no output", [](auto& a) { a.out = nullptr; });
    refused("no table", [](auto& a) { a.table.pages = nullptr; });
    c.args.rows = 0;
    EXPECT_EQ(paged_attn_prefill(GetParam(), c.args), Status::kOk);
}

void random_shapes(Backend backend, int count, std::uint64_t seed) {
    util::Rng rng(seed, util::RngStream::kTest);
    for (int n = 0; n < count; ++n) {
        const auto tokens = static_cast<std::int64_t>(1 + rng.below(300));
        PoolSpec spec = one_chain(
            tokens, rng.below(2) == 0 ? 64 : 128, seed * 1000 + static_cast<std::uint64_t>(n));
        spec.kind = rng.below(4) == 0 ? KvKind::kBf16 : KvKind::kInt8;
        spec.kv_heads = static_cast<std::int64_t>(1 + rng.below(2));
        const auto rows = static_cast<std::int64_t>(
            1 + rng.below(static_cast<std::uint64_t>(std::min<std::int64_t>(tokens, 140))));
        SCOPED_TRACE(::testing::Message() << "seed " << seed << ", shape " << n);
        Case c(backend,
               spec,
               static_cast<std::int64_t>(1 + rng.below(3)),
               rows,
               static_cast<std::int64_t>(rng.below(70)));
        expect_close(c.run(), c.reference());
        if (::testing::Test::HasFailure()) return;
    }
}

TEST_P(PagedAttnPrefillTest, AgreesWithFp64OnRandomShapes) { random_shapes(GetParam(), 6, 23); }
TEST_P(PagedAttnPrefillTest, SlowAgreesWithFp64OnAThousandShapes) {
    random_shapes(GetParam(), 1000, 24);
}
VT_ON_BACKENDS(PagedAttnPrefillTest);

}  // namespace
}  // namespace veritune::kernels
