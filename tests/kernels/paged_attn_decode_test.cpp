// SPDX-License-Identifier: Apache-2.0
#include "kernels/paged_attn_decode.h"

#include "kernels/rope_kv_append.h"
#include "tests/kernels/backend_case.h"
#include "tests/kernels/paged_case.h"

#include <algorithm>
#include <cmath>

namespace veritune::kernels {
namespace {

using test::ChainSpec;
using test::PoolSpec;

/// Frobenius and per element, as bf16 results with one rounding of the weights allow.
void expect_close(const std::vector<Bf16>& actual, const std::vector<double>& expected) {
    EXPECT_LE(test::relative_error(actual, expected), 6e-3);
    double square = 0;
    for (const double e : expected) square += e * e;
    const double rms = std::sqrt(square / static_cast<double>(expected.size()));
    for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(to_float(actual[i]), expected[i], std::fabs(expected[i]) / 64 + rms / 64) << i;
    }
}

/// One call over a pool; the query of every chain is at its last token.
struct Case {
    Backend backend;
    std::int64_t q_heads;
    test::PoolContents contents;
    test::Pool pool;
    std::vector<Bf16> queries;
    test::Array<Bf16> q;
    test::Array<Bf16> out;
    test::Array<std::int32_t> positions;
    test::Array<std::int32_t> slots;
    test::Array<std::int32_t> group;
    test::Array<std::int32_t> shared;
    test::Array<float> partial;
    test::Array<std::uint32_t> arrived;
    PagedAttnDecode args{};

    Case(Backend on, const PoolSpec& spec, std::int64_t heads_per_kv)
        : backend(on),
          q_heads(spec.kv_heads * heads_per_kv),
          contents(spec),
          pool(on, contents),
          queries(test::bf16_normals(chains() * q_heads * spec.head_dim, spec.seed + 100)),
          q(on, queries),
          out(on, chains() * q_heads * spec.head_dim),
          positions(on, numbers([](const ChainSpec& c) { return c.tokens - 1; })),
          slots(on, numbers([](const ChainSpec&) { return 0; })),
          group(on, numbers([](const ChainSpec& c) { return std::int64_t{c.group}; })),
          shared(on, numbers([](const ChainSpec& c) { return c.shared; })),
          partial(on),
          arrived(on,
                  std::vector<std::uint32_t>(static_cast<std::size_t>(chains() * spec.kv_heads))) {
        std::int64_t longest = 1;
        for (const ChainSpec& c : spec.chains) longest = std::max(longest, c.tokens);
        prepare((longest + kSplitTokens - 1) / kSplitTokens);
    }
    std::int64_t chains() const { return static_cast<std::int64_t>(contents.spec().chains.size()); }
    template <typename F>
    std::vector<std::int32_t> numbers(const F& of) const {
        std::vector<std::int32_t> v;
        for (const ChainSpec& c : contents.spec().chains) v.push_back(static_cast<int>(of(c)));
        return v;
    }
    void prepare(std::int64_t max_splits) {
        args = {.q = q.data(),
                .positions = positions.data(),
                .out = out.data(),
                .arrived = arrived.data(),
                .kv = pool.view(),
                .table = pool.table(),
                .chains = chains(),
                .q_heads = q_heads,
                .max_splits = max_splits,
                .scale = static_cast<float>(1 / std::sqrt(double(contents.spec().head_dim)))};
        partial = test::Array<float>(backend, paged_attn_decode_partials(args));
        args.partial = partial.data();
    }
    void share() {
        args.group = group.data();
        args.shared = shared.data();
    }
    std::vector<Bf16> run() {
        out.poison();
        EXPECT_EQ(paged_attn_decode(backend, args), Status::kOk) << cuda::last_error();
        EXPECT_TRUE(out.intact());
        EXPECT_TRUE(partial.intact());
        for (const std::uint32_t n : arrived.fetch()) EXPECT_EQ(n, 0U) << "a count was left";
        return out.fetch();
    }
    std::vector<double> reference() const {
        std::vector<double> all;
        const std::int64_t dim = contents.spec().head_dim;
        for (std::int64_t c = 0; c < chains(); ++c) {
            const std::int64_t tokens = contents.spec().chains[static_cast<std::size_t>(c)].tokens;
            for (std::int64_t h = 0; h < q_heads; ++h) {
                const std::int64_t kv_head = h / (q_heads / contents.spec().kv_heads);
                const std::vector<double> head = contents.attend(
                    queries, (c * q_heads + h) * dim, c, kv_head, tokens, args.scale);
                all.insert(all.end(), head.begin(), head.end());
            }
        }
        return all;
    }
    /// A grid of few splits and one of many, which the card serves by two kernels.
    void expect_right_at_any_grid() {
        const std::vector<Bf16> few = run();
        expect_close(few, reference());
        prepare(1 + 1500 / (chains() * contents.spec().kv_heads));
        EXPECT_TRUE(test::same_bits(few, run())) << "many splits in the grid";
    }
    std::vector<Bf16> row(const std::vector<Bf16>& of, std::int64_t chain) const {
        const std::int64_t width = q_heads * contents.spec().head_dim;
        return {of.begin() + chain * width, of.begin() + (chain + 1) * width};
    }
};

std::vector<ChainSpec> of_lengths(const std::vector<std::int64_t>& lengths) {
    std::vector<ChainSpec> chains;
    for (const std::int64_t n : lengths) chains.push_back({.tokens = n});
    return chains;
}

class PagedAttnDecodeTest : public test::BackendTest {};

TEST_P(PagedAttnDecodeTest, AgreesWithFp64AtAllHeadShapes) {
    for (const KvKind kind : {KvKind::kInt8, KvKind::kBf16}) {
        for (const std::int64_t dim : {64, 128}) {
            for (const std::int64_t group : {1, 2, 3, 4, 5, 6, 7, 8}) {
                Case c(GetParam(),
                       {.kind = kind,
                        .kv_heads = 2,
                        .head_dim = dim,
                        .chains = of_lengths({1, 31, 33, 64, 300}),
                        .seed = static_cast<std::uint64_t>(dim + group)},
                       group);
                SCOPED_TRACE(::testing::Message() << dim << " x " << group);
                c.expect_right_at_any_grid();
            }
        }
    }
}

TEST_P(PagedAttnDecodeTest, AgreesWithFp64AtAllLengths) {
    Case c(GetParam(),
           {.kv_heads = 1,
            .head_dim = 128,
            .chains = of_lengths({1, 2, 32, 63, 64, 65, 255, 256, 257, 511, 512, 513, 1000, 2500}),
            .seed = 5},
           7);
    c.expect_right_at_any_grid();
}

TEST_P(PagedAttnDecodeTest, AgreesWithFp64OnLongChains) {
    Case c(GetParam(),
           {.kv_heads = 1, .head_dim = 64, .chains = of_lengths({4096, 32768}), .seed = 6},
           2);
    c.expect_right_at_any_grid();
}

TEST_P(PagedAttnDecodeTest, FindsEveryTokenAndElement) {
    // A query that one key alone answers gives that token's value, bit for bit.
    for (const KvKind kind : {KvKind::kInt8, KvKind::kBf16}) {
        for (const std::int64_t dim : {64, 128}) {
            PoolSpec spec{.kind = kind,
                          .kv_heads = 2,
                          .head_dim = dim,
                          .chains = of_lengths({300}),
                          .seed = 7,
                          .integers = true};
            Case c(GetParam(), spec, 3);
            const std::vector<std::int64_t> wanted = {0, 1, 7, 8, 15, 16, 31, 32, 63, 64, 200, 299};
            for (std::size_t n = 0; n < wanted.size(); ++n) {
                const auto element = static_cast<std::int64_t>(n * 37 + 5) % dim;
                for (std::int64_t h = 0; h < 2; ++h) {
                    for (std::int64_t t = 0; t < 300; ++t) {
                        const std::int64_t r = c.contents.row(0, 0, h, t);
                        for (std::int64_t i = 0; i < dim; ++i) {
                            c.contents.set(r, i, t == wanted[n] && i == element ? 100 : 0);
                        }
                    }
                }
                std::fill(c.queries.begin(), c.queries.end(), Bf16{});
                for (std::int64_t h = 0; h < c.q_heads; ++h) {
                    c.queries[static_cast<std::size_t>(h * dim + element)] = to_bf16(64.0F);
                }
                c.pool = test::Pool(GetParam(), c.contents);
                c.q.assign(c.queries);
                c.args.kv = c.pool.view();
                c.args.table = c.pool.table();
                const std::vector<Bf16> out = c.run();
                for (std::int64_t h = 0; h < c.q_heads; ++h) {
                    for (std::int64_t i = 0; i < dim; ++i) {
                        ASSERT_EQ(to_float(out[static_cast<std::size_t>(h * dim + i)]),
                                  c.contents.value(0, 1, h / 3, wanted[n], i))
                            << "token " << wanted[n] << " head " << h << " element " << i;
                    }
                }
            }
        }
    }
}

TEST_P(PagedAttnDecodeTest, AveragesExactlyWhenAllScoresAreEqual) {
    for (const KvKind kind : {KvKind::kInt8, KvKind::kBf16}) {
        for (const std::int64_t length : {1, 2, 16, 64, 256, 1024, 2048}) {
            Case c(GetParam(),
                   {.kind = kind,
                    .kv_heads = 2,
                    .head_dim = 128,
                    .chains = of_lengths({length}),
                    .seed = 8,
                    .integers = true},
                   7);
            c.q.assign(std::vector<Bf16>(c.queries.size()));
            const std::vector<Bf16> out = c.run();
            for (std::int64_t h = 0; h < 2; ++h) {
                for (std::int64_t i = 0; i < 128; ++i) {
                    double sum = 0;
                    for (std::int64_t t = 0; t < length; ++t)
                        sum += c.contents.value(0, 1, h, t, i);
                    const Bf16 expected = to_bf16(static_cast<float>(sum / double(length)));
                    ASSERT_EQ(out[static_cast<std::size_t>(h * 7 * 128 + i)].bits, expected.bits);
                }
            }
        }
    }
}

TEST_P(PagedAttnDecodeTest, GivesAChainTheSameBitsInAnyBatchAndSlot) {
    PoolSpec spec{
        .kv_heads = 2, .head_dim = 128, .chains = of_lengths({700, 40, 257, 1, 512}), .seed = 9};
    Case together(GetParam(), spec, 7);
    const std::vector<Bf16> all = together.run();
    EXPECT_TRUE(test::same_bits(all, together.run())) << "two runs";
    together.prepare(9);
    EXPECT_TRUE(test::same_bits(all, together.run())) << "more splits in the grid";
    together.prepare(150);
    EXPECT_TRUE(test::same_bits(all, together.run())) << "many splits in the grid";
    for (std::int32_t chain = 0; chain < 5; ++chain) {
        Case alone(GetParam(), spec, 7);
        alone.prepare(4);
        alone.args.chains = 1;
        alone.q.assign([&] {
            std::vector<Bf16> q = alone.queries;
            std::copy_n(q.begin() + chain * 14 * 128, 14 * 128, q.begin());
            return q;
        }());
        std::vector<std::int32_t> first(5, chain);
        alone.slots.assign(first);
        first.assign(5, together.positions.fetch()[static_cast<std::size_t>(chain)]);
        alone.positions.assign(first);
        alone.args.slots = alone.slots.data();
        const std::vector<Bf16> out = alone.run();
        EXPECT_TRUE(test::same_bits(alone.row(out, 0), together.row(all, chain))) << chain;
    }
}

TEST_P(PagedAttnDecodeTest, SharingAPromptChangesNoBit) {
    for (const std::int64_t batch : {6, 20, 50}) {
        std::vector<ChainSpec> chains;
        for (std::int64_t i = 0; i < batch; ++i) {
            const bool grouped = i % 5 != 4;
            const std::int64_t shared = i % 2 == 0 ? 576 : 256;
            chains.push_back({.tokens = (grouped ? shared : 0) + 1 + i * 7 % 300,
                              .group = grouped ? static_cast<std::int32_t>(i % 2) : -1,
                              .shared = grouped ? shared : 0});
        }
        for (const KvKind kind : {KvKind::kInt8, KvKind::kBf16}) {
            Case c(GetParam(),
                   {.kind = kind, .kv_heads = 1, .head_dim = 64, .chains = chains, .seed = 10},
                   7);
            const std::vector<Bf16> apart = c.run();
            c.share();
            EXPECT_TRUE(test::same_bits(apart, c.run())) << batch << " chains";
            c.prepare(120);
            c.share();
            EXPECT_TRUE(test::same_bits(apart, c.run())) << batch << " chains, many splits";
        }
    }
}

TEST_P(PagedAttnDecodeTest, IdleChainsGiveZerosAndTooLongOnesNan) {
    for (const std::int64_t splits : {3, 40}) {
        const std::vector<ChainSpec> chains(20, {.tokens = 600, .group = 3, .shared = 512});
        Case c(GetParam(), {.kv_heads = 1, .head_dim = 128, .chains = chains, .seed = 11}, 7);
        c.share();
        const std::vector<Bf16> all = c.run();
        c.prepare(splits);
        c.share();
        std::vector<std::int32_t> positions = c.positions.fetch();
        for (const std::size_t idle : {0U, 1U, 2U, 7U, 19U}) positions[idle] = -1;
        positions[5] = static_cast<std::int32_t>(splits * kSplitTokens);
        c.positions.assign(positions);
        const std::vector<Bf16> out = c.run();
        for (std::int64_t chain = 0; chain < 20; ++chain) {
            const std::vector<Bf16> row = c.row(out, chain);
            if (positions[static_cast<std::size_t>(chain)] == -1) {
                for (const Bf16 v : row) ASSERT_EQ(v.bits, 0) << chain;
            } else if (chain == 5) {
                for (const Bf16 v : row) ASSERT_TRUE(std::isnan(to_float(v)));
            } else {
                EXPECT_TRUE(test::same_bits(row, c.row(all, chain))) << chain;
            }
        }
    }
}

TEST_P(PagedAttnDecodeTest, AWrongPageGivesNanAndNoWrongMemory) {
    PoolSpec spec{.kv_heads = 1, .head_dim = 64, .chains = of_lengths({300, 300}), .seed = 12};
    for (const KvKind kind : {KvKind::kInt8, KvKind::kBf16}) {
        spec.kind = kind;
        for (const std::int32_t wrong : {-1, 1000000}) {
            Case c(GetParam(), spec, 4);
            c.contents.table()[1] = wrong;
            c.pool = test::Pool(GetParam(), c.contents);
            c.args.kv = c.pool.view();
            c.args.table = c.pool.table();
            for (const std::int64_t splits : {2, 500}) {
                c.prepare(splits);
                const std::vector<Bf16> out = c.run();
                for (const Bf16 v : c.row(out, 0)) ASSERT_TRUE(std::isnan(to_float(v)));
                for (const Bf16 v : c.row(out, 1)) ASSERT_FALSE(std::isnan(to_float(v)));
            }
        }
    }
}

TEST_P(PagedAttnDecodeTest, AppendingOnTheWayGivesTheBitsOfTwoLaunches) {
    const std::vector<std::int64_t> lengths = {1, 32, 33, 64, 65, 256, 257, 700, 1024, 1025, 90};
    for (const KvKind kind : {KvKind::kInt8, KvKind::kBf16}) {
        for (const std::int64_t dim : {64, 128}) {
            for (const std::int64_t group : {dim == 64 ? 8 : 7}) {
                const bool norm = dim == 64;
                PoolSpec spec{.kind = kind,
                              .kv_heads = 2,
                              .head_dim = dim,
                              .chains = of_lengths(lengths),
                              .seed = static_cast<std::uint64_t>(dim + group)};
                const std::int64_t width = (group + 2) * 2 * dim;
                test::Array<Bf16> qkv(GetParam(), test::bf16_normals(11 * width, 31));
                test::Array<Bf16> gamma(GetParam(), test::bf16_normals(2 * dim, 32));
                std::vector<float> turns;
                for (std::int64_t i = 0; i < 1025 * dim / 2; ++i) {
                    turns.push_back(static_cast<float>(std::cos(0.37 * double(i))));
                }
                test::Array<float> cos(GetParam(), turns);
                for (float& t : turns) t = std::sqrt(1 - t * t);
                test::Array<float> sin(GetParam(), turns);
                const DecodeAppend append{.qkv = qkv.data(),
                                          .cos = cos.data(),
                                          .sin = sin.data(),
                                          .q_gamma = norm ? gamma.data() : nullptr,
                                          .k_gamma = norm ? gamma.data() + dim : nullptr,
                                          .qkv_stride = width,
                                          .max_positions = 1025};
                Case apart(GetParam(), spec, group);
                std::vector<std::int32_t> positions = apart.positions.fetch();
                positions[10] = -1;
                apart.positions.assign(positions);
                ASSERT_EQ(rope_kv_append(GetParam(),
                                         {.qkv = append.qkv,
                                          .positions = apart.args.positions,
                                          .cos = append.cos,
                                          .sin = append.sin,
                                          .q_gamma = append.q_gamma,
                                          .k_gamma = append.k_gamma,
                                          .q = apart.q.data(),
                                          .kv = apart.args.kv,
                                          .table = apart.args.table,
                                          .rows = 11,
                                          .q_heads = apart.q_heads,
                                          .qkv_stride = width,
                                          .max_positions = 1025}),
                          Status::kOk);
                const std::vector<Bf16> expected = apart.run();
                for (const std::int64_t splits : {5, 40}) {
                    Case joined(GetParam(), spec, group);
                    joined.prepare(splits);
                    joined.positions.assign(positions);
                    joined.args.q = nullptr;
                    joined.args.append = append;
                    joined.args.older_have_ended = splits == 5;  // nothing runs before it here
                    SCOPED_TRACE(::testing::Message()
                                 << dim << " x " << group << ", " << splits << " splits");
                    EXPECT_TRUE(test::same_bits(expected, joined.run()));
                    EXPECT_TRUE(
                        test::same_bits(apart.pool.codes().fetch(), joined.pool.codes().fetch()));
                    EXPECT_TRUE(
                        test::same_bits(apart.pool.halves().fetch(), joined.pool.halves().fetch()));
                    EXPECT_TRUE(
                        test::same_bits(apart.pool.scales().fetch(), joined.pool.scales().fetch()));
                    EXPECT_TRUE(joined.pool.codes().intact());
                    EXPECT_TRUE(joined.pool.scales().intact());
                    joined.args.append.max_positions = 1024;
                    const std::vector<Bf16> beyond = joined.run();
                    EXPECT_TRUE(std::isnan(to_float(joined.row(beyond, 9)[0])));
                }
            }
        }
    }
}

TEST_P(PagedAttnDecodeTest, FollowsTheLengthsInARecordedGraph) {
    if (GetParam() != Backend::kCuda) GTEST_SKIP() << "graphs are of CUDA alone";
    PoolSpec spec{.kv_heads = 2, .head_dim = 128, .chains = of_lengths({900, 400}), .seed = 13};
    Case direct(GetParam(), spec, 7);
    Case replayed(GetParam(), spec, 7);
    Stream stream;
    cuda::Graph graph;
    ASSERT_EQ(cuda::create_stream(&stream), Status::kOk);
    ASSERT_EQ(cuda::begin_capture(stream), Status::kOk) << cuda::last_error();
    ASSERT_EQ(paged_attn_decode(GetParam(), replayed.args, stream), Status::kOk);
    ASSERT_EQ(cuda::end_capture(stream, &graph), Status::kOk) << cuda::last_error();
    for (const std::int32_t length : {1, 70, 256, 400}) {
        direct.positions.assign({length * 2 - 1, length - 1});
        replayed.positions.assign({length * 2 - 1, length - 1});
        replayed.out.poison();
        ASSERT_EQ(cuda::launch(graph, stream), Status::kOk);
        ASSERT_EQ(cuda::synchronize(stream), Status::kOk) << cuda::last_error();
        EXPECT_TRUE(test::same_bits(direct.run(), replayed.out.fetch())) << length;
    }
    cuda::destroy_graph(graph);
    cuda::destroy_stream(stream);
}

TEST_P(PagedAttnDecodeTest, RefusesWhatDoesNotFit) {
    Case c(GetParam(), {.head_dim = 64, .chains = of_lengths({10})}, 2);
    const auto refused = [&](const char* why, auto change) {
        PagedAttnDecode bad = c.args;
        change(bad);
        EXPECT_EQ(paged_attn_decode(GetParam(), bad), Status::kInvalidArgument) << why;
    };
    refused("nine heads to one", [](auto& a) { a.q_heads = 9; });
    refused("head size", [](auto& a) { a.kv.head_dim = 96; });
    refused("no query", [](auto& a) { a.q = nullptr; });
    refused("two queries", [&](auto& a) {
        a.append = {.qkv = c.q.data(),
                    .cos = c.partial.data(),
                    .sin = c.partial.data(),
                    .qkv_stride = 512,
                    .max_positions = 1};
    });
    refused("no scratch", [](auto& a) { a.partial = nullptr; });
    refused("no splits", [](auto& a) { a.max_splits = 0; });
    refused("too many chains", [](auto& a) { a.chains = 1025; });
    refused("group without shared", [&](auto& a) { a.group = c.group.data(); });
    refused("no scales", [](auto& a) { a.kv.scales = nullptr; });
    c.args.chains = 0;
    EXPECT_EQ(paged_attn_decode(GetParam(), c.args), Status::kOk);
}

void random_shapes(Backend backend, int count, std::uint64_t seed) {
    util::Rng rng(seed, util::RngStream::kTest);
    for (int n = 0; n < count; ++n) {
        PoolSpec spec;
        spec.kind = rng.below(4) == 0 ? KvKind::kBf16 : KvKind::kInt8;
        spec.kv_heads = static_cast<std::int64_t>(1 + rng.below(4));
        spec.head_dim = rng.below(2) == 0 ? 64 : 128;
        spec.seed = seed * 1000 + static_cast<std::uint64_t>(n);
        const std::uint64_t chains = 1 + rng.below(5);
        for (std::uint64_t i = 0; i < chains; ++i) {
            spec.chains.push_back({.tokens = static_cast<std::int64_t>(1 + rng.below(600))});
        }
        const auto group = static_cast<std::int64_t>(1 + rng.below(8));
        SCOPED_TRACE(::testing::Message() << "seed " << seed << ", shape " << n);
        Case c(backend, spec, group);
        expect_close(c.run(), c.reference());
        if (::testing::Test::HasFailure()) return;
    }
}

TEST_P(PagedAttnDecodeTest, AgreesWithFp64OnRandomShapes) { random_shapes(GetParam(), 8, 21); }
TEST_P(PagedAttnDecodeTest, SlowAgreesWithFp64OnAThousandShapes) {
    random_shapes(GetParam(), 1000, 22);
}
VT_ON_BACKENDS(PagedAttnDecodeTest);

}  // namespace
}  // namespace veritune::kernels
