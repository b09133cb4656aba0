// SPDX-License-Identifier: Apache-2.0
#include "kernels/philox_sample.h"

#include "core/util/rng.h"
#include "kernels/sample_math.h"
#include "tests/kernels/backend_case.h"

#include <algorithm>
#include <numeric>

namespace veritune::kernels {
namespace {

using test::Array;

std::vector<float> logits_of(std::int64_t count, std::uint64_t seed, double scale = 2.0) {
    util::Rng rng(seed, util::RngStream::kTest);
    std::vector<float> l(static_cast<std::size_t>(count));
    for (float& x : l) x = static_cast<float>(scale * rng.normal());
    return l;
}

struct Draws {
    std::vector<std::int32_t> token;
    std::vector<float> logprob;
    std::vector<float> entropy;
    std::vector<std::int32_t> top_token;
    std::vector<float> top_logprob;
    bool operator==(const Draws& other) const {
        return token == other.token && test::same_bits(logprob, other.logprob) &&
               test::same_bits(entropy, other.entropy) && top_token == other.top_token &&
               test::same_bits(top_logprob, other.top_logprob);
    }
};

/// Arguments on one backend and what they came to.
struct Case {
    std::vector<float> logits;  ///< [rows, stride], or [stride] with stride 0 meant
    std::int64_t rows = 1;
    std::int64_t vocab = 1;
    std::int64_t stride = -1;  ///< -1: vocab rounded up to 4
    std::vector<SamplingParams> params{SamplingParams{}};
    std::vector<std::uint64_t> chain{};    ///< empty: 1000, 1001, ...
    std::vector<std::int32_t> position{};  ///< empty: 7, 8, ...
    std::vector<std::int32_t> active{};    ///< empty: null
    std::int32_t top = 0;

    Draws run(Backend backend, int calls = 1) const {
        std::vector<std::uint64_t> chains = chain;
        std::vector<std::int32_t> positions = position;
        for (std::int64_t i = 0; chain.empty() && i < rows; ++i) {
            chains.push_back(1000 + static_cast<std::uint64_t>(i));
        }
        for (std::int64_t i = 0; position.empty() && i < rows; ++i) {
            positions.push_back(static_cast<std::int32_t>(7 + i));
        }
        Array<float> device_logits(backend, logits);
        Array<SamplingParams> device_params(backend, params);
        Array<std::uint64_t> device_chain(backend, chains);
        Array<std::int32_t> device_position(backend, positions);
        Array<std::int32_t> device_active(backend, active);
        Array<std::int32_t> token(backend, rows);
        Array<float> logprob(backend, rows);
        Array<float> entropy(backend, rows);
        Array<std::int32_t> top_token(backend, rows * top);
        Array<float> top_logprob(backend, rows * top);
        PhiloxSample args{.logits = device_logits.data(),
                          .logits_stride = stride < 0 ? (vocab + 3) / 4 * 4 : stride,
                          .rows = rows,
                          .vocab = vocab,
                          .params = device_params.data(),
                          .params_stride = params.size() > 1 ? 1 : 0,
                          .chain = device_chain.data(),
                          .position = device_position.data(),
                          .active = active.empty() ? nullptr : device_active.data(),
                          .token = token.data(),
                          .logprob = logprob.data(),
                          .entropy = entropy.data(),
                          .top_count = top,
                          .top_token = top_token.data(),
                          .top_logprob = top_logprob.data()};
        Array<std::uint8_t> workspace(
            backend,
            std::vector<std::uint8_t>(static_cast<std::size_t>(philox_sample_workspace(args))));
        args.workspace = workspace.data();
        args.workspace_bytes = workspace.size();
        for (int i = 0; i < calls; ++i) {
            EXPECT_EQ(philox_sample(backend, args), Status::kOk) << cuda::last_error();
        }
        EXPECT_TRUE(token.intact() && logprob.intact() && entropy.intact() && workspace.intact());
        EXPECT_TRUE(top_token.intact() && top_logprob.intact());
        return {token.fetch(),
                logprob.fetch(),
                entropy.fetch(),
                top_token.fetch(),
                top_logprob.fetch()};
    }
};

/// ln p and entropy in fp64 at temperature tau.
struct Distribution {
    std::vector<double> logprob;
    double entropy = 0;
    Distribution(const float* logits, std::int64_t vocab, double tau) {
        double largest = -INFINITY;
        for (std::int64_t v = 0; v < vocab; ++v) {
            largest = std::max(largest, static_cast<double>(logits[v]));
        }
        double sum = 0;
        for (std::int64_t v = 0; v < vocab; ++v) sum += std::exp((logits[v] - largest) / tau);
        for (std::int64_t v = 0; v < vocab; ++v) {
            logprob.push_back((logits[v] - largest) / tau - std::log(sum));
            const double p = std::exp(logprob.back());
            if (p > 0) entropy -= p * logprob.back();
        }
    }
};

double chi_square(const std::vector<std::int64_t>& seen, const std::vector<double>& expected) {
    double x = 0;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const double d = static_cast<double>(seen[i]) - expected[i];
        x += d * d / expected[i];
    }
    return x;
}

TEST(SamplePhilox, GivesThePublishedVectors) {
    // Random123, kat_vectors, philox4x32 10
    const auto words = [](fixed::Words c, std::uint64_t key) {
        const fixed::Words w = fixed::philox(c, key);
        return std::vector<std::uint32_t>(w.word, w.word + 4);
    };
    EXPECT_EQ(words({{0, 0, 0, 0}}, 0),
              (std::vector<std::uint32_t>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(words({{~0U, ~0U, ~0U, ~0U}}, ~0ULL),
              (std::vector<std::uint32_t>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(words({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, 0x299f31d0a4093822ULL),
              (std::vector<std::uint32_t>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(SampleMath, LogarithmsAndPowersAreWithinAFewUlp) {
    for (int i = 0; i < 25000; ++i) {
        const auto f = static_cast<float>(1.3e-10 * std::pow(1.00173, i));
        const double exact = std::log(static_cast<double>(f));
        EXPECT_NEAR(fixed::ln(f), exact, 2e-7 * std::max(std::abs(exact), 1e-3)) << f;
    }
    for (int i = 0; i < 13200; ++i) {
        const auto f = static_cast<float>(1.2e-10 * std::pow(1.00173, i));
        ASSERT_LT(f, 1.0F);
        const double exact = -std::log1p(-static_cast<double>(f));
        EXPECT_NEAR(fixed::minus_log1p_minus(f) / exact, 1, 2.5e-7) << f;
    }
    for (int i = 0; i < 39000; ++i) {
        const auto f = static_cast<float>(-0.00323 * i);
        EXPECT_NEAR(fixed::exp2(f) / std::exp2(static_cast<double>(f)), 1, 3e-7) << f;
    }
    EXPECT_EQ(fixed::exp2(0.0F), 1.0F);
    EXPECT_EQ(fixed::exp2(-126.5F), 0.0F);
    EXPECT_EQ(fixed::exp2(-fixed::kInfinity), 0.0F);
    EXPECT_TRUE(std::isnan(fixed::exp2(NAN)));
    EXPECT_EQ(fixed::ln(0.0F), -fixed::kInfinity);
    EXPECT_EQ(fixed::ln(fixed::kInfinity), fixed::kInfinity);
    EXPECT_TRUE(std::isnan(fixed::ln(NAN)));
    EXPECT_EQ(fixed::minus_log1p_minus(1.0F), fixed::kInfinity);
}

TEST(SampleMath, NoNoiseIsAboveItsBound) {
    util::Rng rng(11, util::RngStream::kTest);
    for (int i = 0; i < 200000; ++i) {
        const std::uint32_t word = rng.next_u32() >> rng.below(33);
        EXPECT_LE(fixed::gumbel(word), fixed::gumbel_bound(std::countl_zero(word))) << word;
    }
    for (int zeros = 0; zeros <= 32; ++zeros) {  // the smallest word with that many is the worst
        const std::uint32_t word = zeros == 32 ? 0 : 0x80000000U >> zeros;
        EXPECT_LE(fixed::gumbel(word), fixed::gumbel_bound(zeros)) << zeros;
    }
    EXPECT_EQ(fixed::gumbel(0xffffffffU), -fixed::kInfinity);
    EXPECT_NEAR(fixed::gumbel(0), 33 * std::log(2.0), 1e-5);
}

class PhiloxSampleTest : public test::BackendTest {};

TEST_P(PhiloxSampleTest, LogprobAndEntropyAreThoseOfTheUntruncatedDistribution) {
    constexpr std::int64_t kVocab = 9001;  // three blocks, the last one odd
    constexpr std::int64_t kStride = 9008;
    Case c{.logits = logits_of(4 * kStride, 1), .rows = 4, .vocab = kVocab, .stride = kStride};
    c.params = {{.seed = 5},
                {.seed = 5, .temperature = 0.7F, .logprob_temperature = 0.7F},
                {.seed = 5, .temperature = 0.6F, .top_k = 20, .top_p = 0.9F, .min_p = 0.01F},
                {.seed = 5, .temperature = 0.0F, .logprob_temperature = 1.5F}};
    for (std::int64_t row = 0; row < 4; ++row) {
        for (std::int64_t v = kVocab; v < kStride; ++v) {
            c.logits[static_cast<std::size_t>(row * kStride + v)] = NAN;  // never used
        }
    }
    const Draws d = c.run(GetParam());
    for (std::size_t row = 0; row < 4; ++row) {
        const Distribution p(c.logits.data() + row * kStride,
                             kVocab,
                             static_cast<double>(c.params[row].logprob_temperature));
        ASSERT_GE(d.token[row], 0);
        ASSERT_LT(d.token[row], kVocab);
        EXPECT_NEAR(d.logprob[row], p.logprob[static_cast<std::size_t>(d.token[row])], 1e-5);
        EXPECT_NEAR(d.entropy[row], p.entropy, 1e-5);
    }
    const float* last = c.logits.data() + 3 * kStride;
    EXPECT_EQ(d.token[3], std::max_element(last, last + kVocab) - last);
}

TEST_P(PhiloxSampleTest, DrawsEachIdAsOftenAsItsProbabilitySays) {
    constexpr std::int64_t kRows = 100000;
    Case c{.logits = logits_of(16, 2, 1.0), .rows = kRows, .vocab = 16, .stride = 0};
    c.params = {{.seed = 99, .temperature = 0.8F}};
    const Draws d = c.run(GetParam());
    const Distribution p(c.logits.data(), 16, static_cast<double>(0.8F));
    std::vector<std::int64_t> seen(16);
    for (const std::int32_t t : d.token) ++seen[static_cast<std::size_t>(t)];
    std::vector<double> expected;
    for (const double l : p.logprob) expected.push_back(kRows * std::exp(l));
    EXPECT_LT(chi_square(seen, expected), 37.7);  // 15 degrees of freedom, 0.1 %
}

TEST_P(PhiloxSampleTest, AChainDrawsTheSameInEverySlotAndCompany) {
    constexpr std::int64_t kVocab = 5000;
    const std::vector<float> one = logits_of(kVocab, 3);
    Case alone{
        .logits = one, .vocab = kVocab, .params = {{.seed = 4}}, .chain = {77}, .position = {31}};
    const Draws single = alone.run(GetParam());
    for (const std::int64_t rows : {2, 7, 64}) {
        Case c{.logits = logits_of(rows * kVocab, 30), .rows = rows, .vocab = kVocab};
        c.params = {{.seed = 4}};
        for (std::int64_t i = 0; i < rows; ++i) {
            c.chain.push_back(500 + static_cast<std::uint64_t>(i));
            c.position.push_back(static_cast<std::int32_t>(i));
        }
        const std::int64_t slot = rows * 2 / 3;
        std::copy(one.begin(), one.end(), c.logits.begin() + slot * kVocab);
        c.chain[static_cast<std::size_t>(slot)] = 77;
        c.position[static_cast<std::size_t>(slot)] = 31;
        const Draws d = c.run(GetParam());
        EXPECT_EQ(d.token[static_cast<std::size_t>(slot)], single.token[0]);
        EXPECT_EQ(d.logprob[static_cast<std::size_t>(slot)], single.logprob[0]);
        EXPECT_EQ(d.entropy[static_cast<std::size_t>(slot)], single.entropy[0]);
        EXPECT_TRUE(d == c.run(GetParam(), 3)) << "a second call differs";
    }
}

TEST_P(PhiloxSampleTest, SeedChainAndPositionEachMatter) {
    constexpr std::int64_t kRows = 200;
    Case c{.logits = std::vector<float>(256, 0.0F), .rows = kRows, .vocab = 256, .stride = 0};
    c.params = {{.seed = 1}};
    const Draws base = c.run(GetParam());
    const auto equal = [&](const Draws& d) {
        int same = 0;
        for (std::size_t i = 0; i < kRows; ++i) same += d.token[i] == base.token[i] ? 1 : 0;
        return same;
    };
    Case seed = c;
    seed.params = {{.seed = 1ULL << 40 | 1}};
    EXPECT_LT(equal(seed.run(GetParam())), 10);
    Case chain = c;
    Case position = c;
    for (std::int64_t i = 0; i < kRows; ++i) {
        chain.chain.push_back((1ULL << 50) + 1000 + static_cast<std::uint64_t>(i));
        position.position.push_back(static_cast<std::int32_t>(100000 + i));
    }
    EXPECT_LT(equal(chain.run(GetParam())), 10);
    EXPECT_LT(equal(position.run(GetParam())), 10);
}

TEST_P(PhiloxSampleTest, TiesGoToTheLowestId) {
    Case c{.logits = std::vector<float>(12288, -1.0F), .vocab = 12288};
    c.params = {{.temperature = 0.0F}};
    EXPECT_EQ(c.run(GetParam()).token[0], 0);
    for (const std::size_t v : {12287U, 9000U, 4500U, 4499U}) {
        c.logits[v] = 3.0F;
        EXPECT_EQ(c.run(GetParam()).token[0], static_cast<std::int32_t>(v));
    }
}

TEST_P(PhiloxSampleTest, MaskedIdsAndIdsBeyondTheVocabularyAreNeverDrawn) {
    constexpr std::int64_t kRows = 3000;
    Case c{.logits = std::vector<float>(8, 100.0F), .rows = kRows, .vocab = 6, .stride = 0};
    c.params = {{.seed = 3}};
    c.logits[1] = -INFINITY;
    c.logits[5] = -INFINITY;
    c.logits[7] = NAN;
    std::vector<int> seen(8);
    const Draws d = c.run(GetParam());
    for (const std::int32_t t : d.token) ++seen[static_cast<std::size_t>(t)];
    EXPECT_EQ(seen[1] + seen[5] + seen[6] + seen[7], 0);
    for (const std::size_t v : {0U, 2U, 3U, 4U}) EXPECT_NEAR(seen[v], kRows / 4.0, 120);
    EXPECT_NEAR(d.logprob[0], -std::log(4.0), 1e-6);
    EXPECT_NEAR(d.entropy[0], std::log(4.0), 1e-6);
}

TEST_P(PhiloxSampleTest, ARowWithoutANumberSaysSoInItsLogprob) {
    Case c{.logits = logits_of(15000, 8), .rows = 3, .vocab = 5000};
    for (std::size_t v = 0; v < 5000; ++v) c.logits[5000 + v] = -INFINITY;
    c.logits[4999] = NAN;
    c.params = {{.seed = 3}};
    const Draws d = c.run(GetParam());
    EXPECT_TRUE(std::isnan(d.logprob[0]));
    EXPECT_TRUE(std::isnan(d.logprob[1]));
    EXPECT_TRUE(std::isfinite(d.logprob[2]));
    for (const std::int32_t t : d.token) EXPECT_TRUE(t >= 0 && t < 5000);
    EXPECT_NE(d.token[0], 4999);
}

TEST_P(PhiloxSampleTest, AnInactiveSlotIsNeitherReadNorWritten) {
    Case c{.logits = logits_of(12300, 9), .rows = 3, .vocab = 4100, .active = {1, 0, 1}};
    for (std::size_t v = 0; v < 4100; ++v) c.logits[4100 + v] = NAN;
    c.params = {{.seed = 3}, {.seed = ~0ULL}, {.seed = 3}};
    const Draws d = c.run(GetParam(), 2);
    EXPECT_EQ(d.token[1], -1);  // still the poison
    EXPECT_TRUE(std::isnan(d.logprob[1]) && std::isnan(d.entropy[1]));
    EXPECT_TRUE(std::isfinite(d.logprob[0]) && std::isfinite(d.logprob[2]));
}

/// Ids that top_k, then top_p of what is left, then min_p keep, in fp64; `doubtful` are those so
/// close to a boundary that rounding decides.
std::vector<int> kept_ids(const std::vector<float>& logits,
                          std::int64_t vocab,
                          const SamplingParams& p,
                          std::vector<int>* doubtful) {
    const Distribution d(logits.data(), vocab, static_cast<double>(p.temperature));
    std::vector<int> order(static_cast<std::size_t>(vocab));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return d.logprob[static_cast<std::size_t>(a)] > d.logprob[static_cast<std::size_t>(b)];
    });
    const auto at = [&](std::size_t i) { return d.logprob[static_cast<std::size_t>(order[i])]; };
    std::size_t count = order.size();
    if (p.top_k > 0) count = std::min(count, static_cast<std::size_t>(p.top_k));
    if (p.top_p < 1) {
        double total = 0;
        for (std::size_t i = 0; i < count; ++i) total += std::exp(at(i));
        double mass = 0;
        std::size_t n = 0;
        while (n < count && mass < static_cast<double>(p.top_p) * total) mass += std::exp(at(n++));
        count = n;
    }
    while (p.min_p > 0 && count > 1 && at(count - 1) < at(0) + std::log(p.min_p)) --count;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (std::abs(at(i) - at(count - 1)) < 1e-4 && i != count - 1) doubtful->push_back(order[i]);
    }
    order.resize(count);
    return order;
}

TEST_P(PhiloxSampleTest, TruncationKeepsExactlyTheMostProbableIds) {
    constexpr std::int64_t kVocab = 300;
    constexpr std::int64_t kRows = 1200;
    const SamplingParams trials[] = {{.top_k = 1},
                                     {.top_k = 5},
                                     {.top_k = 50, .top_p = 0.6F},
                                     {.temperature = 1.3F, .top_p = 0.5F},
                                     {.temperature = 0.5F, .top_p = 0.9F, .min_p = 0.2F},
                                     {.min_p = 0.3F},
                                     {.top_p = 1e-6F},
                                     {.top_k = 1000}};
    for (SamplingParams p : trials) {
        p.seed = 21;
        Case c{.logits = logits_of(kVocab, 6, 1.2), .rows = kRows, .vocab = kVocab, .stride = 0};
        c.params = {p};
        std::vector<int> doubtful;
        const std::vector<int> kept = kept_ids(c.logits, kVocab, p, &doubtful);
        ASSERT_TRUE(doubtful.empty()) << "choose other logits";
        const Draws d = c.run(GetParam());
        std::vector<std::int64_t> seen(kVocab);
        for (const std::int32_t t : d.token) ++seen[static_cast<std::size_t>(t)];
        const Distribution full(c.logits.data(), kVocab, static_cast<double>(p.temperature));
        double mass = 0;
        std::int64_t inside = 0;
        for (const int v : kept) {
            mass += std::exp(full.logprob[static_cast<std::size_t>(v)]);
            inside += seen[static_cast<std::size_t>(v)];
        }
        EXPECT_EQ(inside, kRows) << "top_k " << p.top_k << " top_p " << p.top_p;
        for (const int v : kept) {
            const double share = std::exp(full.logprob[static_cast<std::size_t>(v)]) / mass;
            const double sigma = std::sqrt(kRows * share * (1 - share));
            EXPECT_NEAR(static_cast<double>(seen[static_cast<std::size_t>(v)]),
                        kRows * share,
                        4.5 * sigma + 4);
        }
    }
}

TEST_P(PhiloxSampleTest, AlternativesAreTheLargestLogitsInOrder) {
    constexpr std::int64_t kVocab = 9000;
    Case c{.logits = logits_of(3 * kVocab, 12), .rows = 3, .vocab = kVocab, .top = 20};
    c.params = {{.seed = 2, .temperature = 0.9F, .logprob_temperature = 0.9F}};
    for (std::size_t v = 0; v < 30; ++v) c.logits[300 * v] = 50.0F;  // ties across blocks
    for (std::size_t v = 0; v < kVocab; ++v) {                       // a row of nine finite logits
        if (v % 1000 != 500) c.logits[2 * kVocab + v] = -INFINITY;
    }
    const Draws d = c.run(GetParam(), 2);
    for (std::size_t row = 0; row < 3; ++row) {
        const float* l = c.logits.data() + row * kVocab;
        std::vector<std::int32_t> order(kVocab);
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return l[a] > l[b]; });
        const Distribution p(l, kVocab, static_cast<double>(0.9F));
        for (std::size_t n = 0; n < 20; ++n) {
            const bool none = row == 2 && n >= 9;
            EXPECT_EQ(d.top_token[20 * row + n], none ? -1 : order[n]) << row << " " << n;
            if (none) {
                EXPECT_EQ(d.top_logprob[20 * row + n], -INFINITY);
            } else {
                EXPECT_NEAR(d.top_logprob[20 * row + n],
                            p.logprob[static_cast<std::size_t>(order[n])],
                            1e-5);
            }
        }
    }
}

TEST_P(PhiloxSampleTest, ItsBitsAreTheSameOnEveryProcessor) {
    Case c{.logits = logits_of(108000, 77), .rows = 12, .vocab = 9000, .top = 3};
    util::Rng rng(78, util::RngStream::kTest);
    for (std::int64_t row = 0; row < 12; ++row) {
        c.params.resize(static_cast<std::size_t>(row) + 1);
        c.params.back() = {.seed = rng.next_u64(),
                           .temperature = 0.5F + 0.1F * static_cast<float>(row % 6),
                           .logprob_temperature = 0.9F,
                           .top_k = row % 3 == 1 ? 40 : 0,
                           .top_p = row % 3 == 2 ? 0.8F : 1.0F};
    }
    const Draws d = c.run(GetParam());
    std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
    const auto add = [&](const void* data, std::size_t bytes) {
        const auto* b = static_cast<const unsigned char*>(data);
        for (std::size_t i = 0; i < bytes; ++i) hash = (hash ^ b[i]) * 0x100000001b3ULL;
    };
    add(d.token.data(), 4 * d.token.size());
    add(d.logprob.data(), 4 * d.logprob.size());
    add(d.entropy.data(), 4 * d.entropy.size());
    add(d.top_token.data(), 4 * d.top_token.size());
    add(d.top_logprob.data(), 4 * d.top_logprob.size());
    EXPECT_EQ(hash, 0x5758148ecb8e3230ULL) << std::hex << hash;
}

TEST_P(PhiloxSampleTest, RefusesWhatDoesNotFit) {
    Array<float> logits(GetParam(), std::vector<float>(64));
    Array<SamplingParams> params(GetParam(), std::vector<SamplingParams>(1));
    Array<std::uint64_t> chain(GetParam(), std::vector<std::uint64_t>(1));
    Array<std::int32_t> integers(GetParam(), 64);
    Array<std::uint8_t> workspace(GetParam(), std::vector<std::uint8_t>(4096));
    const PhiloxSample good{.logits = logits.data(),
                            .logits_stride = 64,
                            .rows = 1,
                            .vocab = 63,
                            .params = params.data(),
                            .chain = chain.data(),
                            .position = integers.data(),
                            .token = integers.data() + 1,
                            .logprob = logits.data() + 32,
                            .entropy = logits.data() + 33,
                            .workspace = workspace.data(),
                            .workspace_bytes = 4096};
    ASSERT_EQ(philox_sample(GetParam(), good), Status::kOk);
    const auto refused = [&](auto change) {
        PhiloxSample bad = good;
        change(bad);
        return philox_sample(GetParam(), bad) == Status::kInvalidArgument;
    };
    EXPECT_TRUE(refused([](PhiloxSample& a) { a.vocab = 0; }));
    EXPECT_TRUE(refused([](PhiloxSample& a) { a.vocab = 65; }));
    EXPECT_TRUE(refused([](PhiloxSample& a) { a.vocab = kMaxSampleVocab + 1; }));
    EXPECT_TRUE(refused([](PhiloxSample& a) { a.logits_stride = 62; }));
    EXPECT_TRUE(refused([](PhiloxSample& a) { a.logits_stride = -64; }));
    EXPECT_TRUE(refused([](PhiloxSample& a) { a.logits += 1; }));
    EXPECT_TRUE(refused([](PhiloxSample& a) { a.rows = -1; }));
    EXPECT_TRUE(refused([](PhiloxSample& a) { a.params_stride = 2; }));
    EXPECT_TRUE(refused([](PhiloxSample& a) { a.top_count = 21; }));
    EXPECT_TRUE(refused([](PhiloxSample& a) { a.top_count = 3; }));
    EXPECT_TRUE(refused([](PhiloxSample& a) { a.chain = nullptr; }));
    EXPECT_TRUE(refused([](PhiloxSample& a) { a.position = nullptr; }));
    EXPECT_TRUE(refused([](PhiloxSample& a) { a.token = nullptr; }));
    if (GetParam() == Backend::kCuda) {
        EXPECT_TRUE(refused([](PhiloxSample& a) { a.workspace_bytes = 16; }));
    }
    PhiloxSample none = good;
    none.rows = 0;
    EXPECT_EQ(philox_sample(GetParam(), none), Status::kOk);
}
VT_ON_BACKENDS(PhiloxSampleTest);

class PhiloxSampleCuda : public ::testing::Test {
  protected:
    void SetUp() override {
        if (cuda::device_count() == 0) GTEST_SKIP() << "no CUDA device";
    }
};

/// Parameters of every kind, one per row.
std::vector<SamplingParams> mixed_params(std::int64_t rows, std::uint64_t seed) {
    util::Rng rng(seed, util::RngStream::kTest);
    std::vector<SamplingParams> params(static_cast<std::size_t>(rows));
    for (SamplingParams& p : params) {
        p.seed = rng.next_u64();
        p.temperature = rng.below(8) == 0 ? 0.0F : 0.3F + 1.2F * rng.uniform();
        p.logprob_temperature = rng.below(4) == 0 ? 1.0F : p.temperature;
        if (rng.below(4) == 0) p.top_k = static_cast<std::int32_t>(1 + rng.below(60));
        if (rng.below(4) == 0) p.top_p = 0.2F + 0.8F * rng.uniform();
        if (rng.below(4) == 0) p.min_p = 0.3F * rng.uniform();
    }
    return params;
}

TEST_F(PhiloxSampleCuda, AgreesWithTheTwinBitForBit) {
    struct {
        std::int64_t rows;
        std::int64_t vocab;
        double scale;
        std::int32_t top;
    } const trials[] = {{60000, 64, 2.0, 0},
                        {40000, 301, 0.0, 0},
                        {300, 4097, 3.0, 20},
                        {64, 152064, 2.5, 5},
                        {9, 128256, 8.0, 0},
                        {1, 151665, 1.0, 20}};
    std::uint64_t seed = 40;
    for (const auto& t : trials) {
        Case c{.logits = logits_of(t.rows * ((t.vocab + 3) / 4 * 4), ++seed, t.scale),
               .rows = t.rows,
               .vocab = t.vocab,
               .top = t.top};
        c.params = mixed_params(t.rows, seed);
        EXPECT_TRUE(c.run(Backend::kCuda) == c.run(Backend::kCpu)) << t.rows << " x " << t.vocab;
    }
}

TEST_F(PhiloxSampleCuda, SlowAgreesWithTheTwinForRandomShapes) {
    util::Rng rng(5, util::RngStream::kTest);
    for (int i = 0; i < 300; ++i) {
        const auto rows = static_cast<std::int64_t>(1 + rng.below(40));
        const auto vocab = static_cast<std::int64_t>(1 + rng.below(i % 10 == 0 ? 40000 : 9000));
        const std::int64_t stride =
            (vocab + 3) / 4 * 4 + 4 * static_cast<std::int64_t>(rng.below(5));
        Case c{.logits = logits_of(rows * stride,
                                   1000 + static_cast<std::uint64_t>(i),
                                   0.1 + 4.0 * rng.uniform_double()),
               .rows = rows,
               .vocab = vocab,
               .stride = stride,
               .top = static_cast<std::int32_t>(rng.below(21))};
        c.params = mixed_params(rows, static_cast<std::uint64_t>(i));
        ASSERT_TRUE(c.run(Backend::kCuda) == c.run(Backend::kCpu))
            << rows << " x " << vocab << " trial " << i;
    }
}

TEST_F(PhiloxSampleCuda, SlowTenMillionDrawsFollowTheDistribution) {
    constexpr std::int64_t kRows = 1000000;
    Case c{.logits = logits_of(16, 17, 1.0), .rows = kRows, .vocab = 16, .stride = 0};
    c.position.resize(kRows);
    c.params = {{.seed = 123}};
    std::vector<std::int64_t> seen(16);
    for (int call = 0; call < 10; ++call) {
        std::fill(c.position.begin(), c.position.end(), call);
        for (const std::int32_t t : c.run(Backend::kCuda).token)
            ++seen[static_cast<std::size_t>(t)];
    }
    const Distribution p(c.logits.data(), 16, 1.0);
    std::vector<double> expected;
    for (const double l : p.logprob) expected.push_back(1e7 * std::exp(l));
    EXPECT_LT(chi_square(seen, expected), 37.7);
}

TEST_F(PhiloxSampleCuda, SlowAMillionDrawsOverAWholeVocabularyFollowTheDistribution) {
    constexpr std::int64_t kVocab = 152064;
    constexpr std::int64_t kRows = 50000;
    Case c{.logits = logits_of(kVocab, 18, 2.0), .rows = kRows, .vocab = kVocab, .stride = 0};
    c.position.resize(kRows);
    c.params = {{.seed = 321}};
    const Distribution p(c.logits.data(), kVocab, 1.0);
    // Cells of 100 neighbouring ids, so that each expects far more than five draws or is merged.
    constexpr std::size_t kCells = 1000;
    std::vector<std::int64_t> seen(kCells);
    std::vector<double> expected(kCells);
    for (std::size_t v = 0; v < kVocab; ++v) expected[v % kCells] += 1e6 * std::exp(p.logprob[v]);
    for (int call = 0; call < 20; ++call) {
        std::fill(c.position.begin(), c.position.end(), call);
        for (const std::int32_t t : c.run(Backend::kCuda).token)
            ++seen[static_cast<std::size_t>(t) % kCells];
    }
    EXPECT_LT(chi_square(seen, expected), 1143.9);  // 999 degrees of freedom, 0.1 %
}

}  // namespace
}  // namespace veritune::kernels
