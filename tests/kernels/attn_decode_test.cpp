// SPDX-License-Identifier: Apache-2.0
#include "kernels/attn_decode.h"

#include "kernels/attn_varlen.h"
#include "tests/kernels/kernel_test.h"

VT_DECLARE_VARIANTS(kv_append, KvAppend)
VT_DECLARE_VARIANTS(attn_decode, AttnDecode)

namespace veritune::kernels {
namespace {

using test::Buffer;

struct Shape {
    std::int64_t rows, n_q, n_kv, head_dim, sliding_window;
    std::int64_t prompt_capacity, chain_capacity;
};

const std::vector<Shape> kShapes = {{0, 4, 2, 24, 0, 32, 64},
                                    {1, 1, 1, 1, 0, 1, 1},
                                    {5, 2, 2, 2, 0, 3, 5},
                                    {9, 4, 2, 24, 0, 32, 64},
                                    {9, 4, 2, 24, 7, 32, 64},
                                    {40, 4, 1, 24, 16, 21, 45},
                                    {6, 4, 1, 64, 0, 17, 33},
                                    {6, 8, 2, 64, 20, 24, 48},
                                    {3, 2, 2, 128, 0, 100, 70},
                                    {4, 6, 2, 17, 0, 19, 7},
                                    {4, 10, 2, 20, 0, 19, 7}};

/// One k/v memory; entries and tokens that were never written hold NaN.
template <typename T>
struct Memory {
    Memory(std::int64_t entries, const Shape& s, std::int64_t tokens)
        : capacity(tokens),
          keys(entries * s.n_kv * s.head_dim * tokens),
          values(keys.size()) {}
    std::int64_t capacity;
    Buffer<T> keys, values;
    KvStore<T> store() { return {keys.data(), values.data(), capacity}; }
};

/// Rows of a decode step with their past. Two rows share a prompt; lengths go from the shortest to
/// the full capacity; entries are not in row order.
template <typename T>
struct DecodeCase {
    explicit DecodeCase(const Shape& shape)
        : s(shape) {
        util::Rng rng(5, util::RngStream::kTest);
        for (std::int64_t row = 0; row < s.rows; ++row) {
            const bool full = row % 4 == 1;
            prompt_entry.push_back(static_cast<std::int32_t>(row / 2));
            if (row % 2 == 0) {
                const auto any = static_cast<std::int64_t>(
                    rng.below(static_cast<std::uint64_t>(s.prompt_capacity) + 1));
                prompt_length.push_back(
                    static_cast<std::int32_t>(row % 8 == 0 ? s.prompt_capacity : any));
            } else {
                prompt_length.push_back(prompt_length.back());
            }
            chain_entry.push_back(static_cast<std::int32_t>(s.rows - 1 - row));
            const auto own =
                static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(s.chain_capacity)));
            own_length.push_back(static_cast<std::int32_t>(full ? s.chain_capacity : own + 1));
        }
        for (std::int64_t row = 0; row < s.rows; ++row) {
            fill(&prompts, prompt_entry, row, 0, prompt_length);
            fill(&chains, chain_entry, row, 1000, own_length);
        }
    }

    /// Element d of key (part 0) or value (part 1) of a token.
    static T token(std::int64_t entry, std::int64_t at, std::int64_t index, std::int64_t part) {
        const auto stream = static_cast<std::uint64_t>((entry * 2 + part) * 100000 + at);
        util::Rng rng(stream, util::RngStream::kTest, static_cast<std::uint64_t>(index));
        return static_cast<T>(rng.normal());
    }

    void fill(Memory<T>* memory,
              const std::vector<std::int32_t>& entries,
              std::int64_t row,
              std::int64_t salt,
              const std::vector<std::int32_t>& lengths) {
        const auto r = static_cast<std::size_t>(row);
        const std::int64_t entry = entries[r];
        for (std::int64_t h = 0; h < s.n_kv; ++h) {
            for (std::int64_t j = 0; j < lengths[r]; ++j) {
                for (std::int64_t d = 0; d < s.head_dim; ++d) {
                    const std::int64_t index = h * s.head_dim + d;
                    const std::int64_t base = entry * s.n_kv * s.head_dim * memory->capacity;
                    memory->keys[base + index * memory->capacity + j] =
                        token(entry + salt, j, index, 0);
                    memory->values[base + (h * memory->capacity + j) * s.head_dim + d] =
                        token(entry + salt, j, index, 1);
                }
            }
        }
    }

    AttnDecode<T> args() {
        return {.qkv = qkv.data(),
                .out = out.data(),
                .prompts = prompts.store(),
                .chains = chains.store(),
                .prompt_entry = prompt_entry.data(),
                .prompt_length = prompt_length.data(),
                .chain_entry = chain_entry.data(),
                .own_length = own_length.data(),
                .rows = s.rows,
                .n_q = s.n_q,
                .n_kv = s.n_kv,
                .head_dim = s.head_dim,
                .qkv_stride = stride,
                .sliding_window = s.sliding_window,
                .scale = static_cast<T>(0.3)};
    }
    std::vector<Buffer<T>*> outputs() { return {&out}; }

    /// Row `row` alone.
    DecodeCase alone(std::int64_t row) const {
        DecodeCase one = *this;
        const auto r = static_cast<std::size_t>(row);
        one.s.rows = 1;
        one.qkv = test::slice_rows(qkv, row, 1, stride);
        one.out = Buffer<T>(s.n_q * s.head_dim);
        one.prompt_entry = {prompt_entry[r]};
        one.prompt_length = {prompt_length[r]};
        one.chain_entry = {chain_entry[r]};
        one.own_length = {own_length[r]};
        return one;
    }

    Shape s;
    std::int64_t width = (s.n_q + 2 * s.n_kv) * s.head_dim;
    std::int64_t stride = width + 3;
    Memory<T> prompts = Memory<T>((s.rows + 1) / 2, s, s.prompt_capacity);
    Memory<T> chains = Memory<T>(s.rows, s, s.chain_capacity);
    Buffer<T> qkv = test::poisoned_rows<T>(s.rows, width, stride, 1);
    Buffer<T> out = Buffer<T>(s.rows * s.n_q * s.head_dim);
    std::vector<std::int32_t> prompt_entry, prompt_length, chain_entry, own_length;
};

template <typename T>
struct AppendCase {
    explicit AppendCase(const Shape& shape)
        : s(shape) {
        for (std::int64_t row = 0; row < s.rows; ++row) {
            entry.push_back(static_cast<std::int32_t>(s.rows - 1 - row));
            position.push_back(static_cast<std::int32_t>(row * 7 % s.chain_capacity));
        }
    }
    Shape s;
    std::int64_t width = (s.n_q + 2 * s.n_kv) * s.head_dim;
    std::int64_t stride = width + 3;
    Buffer<T> qkv = test::poisoned_rows<T>(s.rows, width, stride, 1);
    Memory<T> memory = Memory<T>(s.rows, s, s.chain_capacity);
    std::vector<std::int32_t> entry, position;

    KvAppend<T> args() {
        return {.qkv = qkv.data(),
                .entry = entry.data(),
                .position = position.data(),
                .store = memory.store(),
                .rows = s.rows,
                .n_q = s.n_q,
                .n_kv = s.n_kv,
                .head_dim = s.head_dim,
                .qkv_stride = stride};
    }
    std::vector<Buffer<T>*> outputs() { return {&memory.keys, &memory.values}; }
};

/// One row in fp64: keys of the prompt, then the row's own, the last `window` of them.
template <typename T>
Buffer<double> reference(DecodeCase<T>& c) {
    Buffer<double> out(c.out.size());
    for (std::int64_t i = 0; i < c.s.rows * c.s.n_q; ++i) {
        const std::int64_t row = i / c.s.n_q;
        const std::int64_t h = i % c.s.n_q;
        const auto r = static_cast<std::size_t>(row);
        const std::int64_t prompt = c.prompt_length[r];
        const std::int64_t n = prompt + c.own_length[r];
        const std::int64_t first =
            c.s.sliding_window > 0 && n > c.s.sliding_window ? n - c.s.sliding_window : 0;
        const auto element = [&](std::int64_t j, std::int64_t d, std::int64_t part) {
            const std::int64_t index = h / (c.s.n_q / c.s.n_kv) * c.s.head_dim + d;
            return double(j < prompt ? c.token(c.prompt_entry[r], j, index, part)
                                     : c.token(c.chain_entry[r] + 1000, j - prompt, index, part));
        };
        std::vector<double> p;
        for (std::int64_t j = first; j < n; ++j) {
            double score = 0;
            for (std::int64_t d = 0; d < c.s.head_dim; ++d) {
                score += double(c.qkv[row * c.stride + h * c.s.head_dim + d]) * element(j, d, 0);
            }
            p.push_back(score * double(static_cast<T>(0.3)));
        }
        double top = p[0];
        double sum = 0;
        for (const double x : p) top = x > top ? x : top;
        for (double& x : p) sum += x = std::exp(x - top);
        for (std::int64_t d = 0; d < c.s.head_dim; ++d) {
            double value = 0;
            for (std::int64_t j = first; j < n; ++j) {
                value += p[static_cast<std::size_t>(j - first)] * element(j, d, 1);
            }
            out[i * c.s.head_dim + d] = value / sum;
        }
    }
    return out;
}

template <typename T>
class AttnDecodeTest : public ::testing::Test {};
TYPED_TEST_SUITE(AttnDecodeTest, test::Floats);

TYPED_TEST(AttnDecodeTest, MatchesTheDefinition) {
    for (const Shape& s : kShapes) {
        DecodeCase<TypeParam> c(s);
        const Buffer<double> expected = reference(c);
        test::run(c, VT_KERNEL(attn_decode));
        EXPECT_LE(test::distance(c.out, expected), test::kTolerance<TypeParam>) << s.head_dim;
        for (std::int64_t i = 0; i < c.out.size(); ++i) ASSERT_FALSE(std::isnan(c.out[i])) << i;
    }
}

TYPED_TEST(AttnDecodeTest, EqualsVarlenAttentionOfTheSameTokens) {
    for (const std::int64_t window : {0, 9}) {
        constexpr std::int64_t kPrompt = 19, kOwn = 30, kTokens = kPrompt + kOwn;
        const Shape s{1, 4, 2, 24, window, kPrompt + 2, kOwn};
        const std::int64_t stride = 8 * 24;
        Buffer<TypeParam> qkv = test::normals<TypeParam>(kTokens * stride, 9);
        Buffer<TypeParam> expected(kTokens * 96), lse(kTokens * 4);
        const Segment segment{.begin = 0, .end = kTokens};
        const std::int64_t clusters[] = {0, 1};
        ASSERT_EQ(cpu::attn_forward(AttnForward<TypeParam>{.qkv = qkv.data(),
                                                           .out = expected.data(),
                                                           .lse = lse.data(),
                                                           .segments = &segment,
                                                           .clusters = clusters,
                                                           .n_clusters = 1,
                                                           .n_q = 4,
                                                           .n_kv = 2,
                                                           .head_dim = 24,
                                                           .qkv_stride = stride,
                                                           .sliding_window = window,
                                                           .scale = TypeParam(0.3)}),
                  Status::kOk);
        Memory<TypeParam> prompts(1, s, s.prompt_capacity), chains(1, s, kOwn);
        Buffer<TypeParam> out(kTokens * 96);
        for (std::int32_t t = 0; t < kTokens; ++t) {
            const std::int32_t zero = 0;
            const std::int32_t position = t < kPrompt ? t : t - static_cast<std::int32_t>(kPrompt);
            ASSERT_EQ(cpu::kv_append(KvAppend<TypeParam>{
                          .qkv = qkv.data() + t * stride,
                          .entry = &zero,
                          .position = &position,
                          .store = t < kPrompt ? prompts.store() : chains.store(),
                          .rows = 1,
                          .n_q = 4,
                          .n_kv = 2,
                          .head_dim = 24,
                          .qkv_stride = stride}),
                      Status::kOk);
            if (t < kPrompt) continue;
            const std::int32_t prompt_length = kPrompt, own_length = position + 1;
            ASSERT_EQ(cpu::attn_decode(AttnDecode<TypeParam>{.qkv = qkv.data() + t * stride,
                                                             .out = out.data() + t * 96,
                                                             .prompts = prompts.store(),
                                                             .chains = chains.store(),
                                                             .prompt_entry = &zero,
                                                             .prompt_length = &prompt_length,
                                                             .chain_entry = &zero,
                                                             .own_length = &own_length,
                                                             .rows = 1,
                                                             .n_q = 4,
                                                             .n_kv = 2,
                                                             .head_dim = 24,
                                                             .qkv_stride = stride,
                                                             .sliding_window = window,
                                                             .scale = TypeParam(0.3)}),
                      Status::kOk);
        }
        for (std::int64_t i = 0; i < kPrompt * 96; ++i) out[i] = expected[i];
        EXPECT_LE(test::distance(out, expected), test::kTolerance<TypeParam>) << window;
    }
}

TYPED_TEST(AttnDecodeTest, OneKeyGivesItsValueWhateverItsScore) {
    // Scores of some hundred below zero: what fills up a vector of scores must lie below them.
    DecodeCase<TypeParam> c({9, 4, 2, 24, 0, 32, 64});
    for (std::int64_t i = 0; i < c.qkv.size(); ++i) c.qkv[i] *= 200;
    c.prompt_length.assign(9, 0);
    c.own_length.assign(9, 1);
    test::run(c, VT_KERNEL(attn_decode));
    for (std::int64_t i = 0; i < c.out.size(); ++i) {
        const auto row = static_cast<std::size_t>(i / 96);
        const std::int64_t index = i % 96 / 48 * 24 + i % 24;
        ASSERT_EQ(c.out[i], c.token(c.chain_entry[row] + 1000, 0, index, 1)) << i;
    }
}

TYPED_TEST(AttnDecodeTest, ComputesARowTheSameInAnyBatch) {
    for (const Shape& s : kShapes) {
        DecodeCase<TypeParam> all(s);
        test::run(all, VT_KERNEL(attn_decode));
        for (std::int64_t row = 0; row < s.rows; ++row) {
            DecodeCase<TypeParam> one = all.alone(row);
            test::run(one, VT_KERNEL(attn_decode));
            EXPECT_TRUE(one.out.same_bits(test::slice_rows(all.out, row, 1, s.n_q * s.head_dim)))
                << "row " << row << ", head size " << s.head_dim;
        }
    }
}

TYPED_TEST(AttnDecodeTest, ComputesARowTheSameInAnySlot) {
    // The same past in another entry, whose address is aligned otherwise.
    const Shape s{4, 4, 2, 24, 0, 21, 45};
    DecodeCase<TypeParam> c(s);
    DecodeCase<TypeParam> moved = c;
    const std::int64_t size = 2 * 24 * s.chain_capacity;
    moved.chain_entry = {0, 3, 1, 2};
    for (std::size_t row = 0; row < 4; ++row) {
        for (std::int64_t i = 0; i < size; ++i) {
            moved.chains.keys[moved.chain_entry[row] * size + i] =
                c.chains.keys[c.chain_entry[row] * size + i];
            moved.chains.values[moved.chain_entry[row] * size + i] =
                c.chains.values[c.chain_entry[row] * size + i];
        }
    }
    test::run(c, VT_KERNEL(attn_decode));
    test::run(moved, VT_KERNEL(attn_decode));
    EXPECT_TRUE(moved.out.same_bits(c.out));
}

TYPED_TEST(AttnDecodeTest, AppendWritesTransposedKeysAndPlainValues) {
    for (const Shape& s : kShapes) {
        AppendCase<TypeParam> c(s);
        Buffer<TypeParam> keys(c.memory.keys.size()), values(c.memory.values.size());
        for (std::int64_t row = 0; row < s.rows; ++row) {
            for (std::int64_t i = 0; i < s.n_kv * s.head_dim; ++i) {
                const std::int64_t k = row * c.stride + s.n_q * s.head_dim + i;
                const std::int64_t h = i / s.head_dim, d = i % s.head_dim;
                const std::int64_t base = c.entry[static_cast<std::size_t>(row)] * s.n_kv;
                const std::int64_t at = c.position[static_cast<std::size_t>(row)];
                keys[((base + h) * s.head_dim + d) * s.chain_capacity + at] = c.qkv[k];
                values[((base + h) * s.chain_capacity + at) * s.head_dim + d] =
                    c.qkv[k + s.n_kv * s.head_dim];
            }
        }
        test::run(c, VT_KERNEL(kv_append));
        EXPECT_TRUE(c.memory.keys.same_bits(keys)) << s.head_dim;
        EXPECT_TRUE(c.memory.values.same_bits(values)) << s.head_dim;
    }
}

TYPED_TEST(AttnDecodeTest, GivesTheSameBitsOnAnyNumberOfThreads) {
    for (const Shape& s : kShapes) {
        test::expect_same_bits_on_any_threads(AppendCase<TypeParam>(s), VT_KERNEL(kv_append));
        test::expect_same_bits_on_any_threads(DecodeCase<TypeParam>(s), VT_KERNEL(attn_decode));
    }
}

TYPED_TEST(AttnDecodeTest, AgreesOnEveryInstructionSet) {
    for (const Shape& s : kShapes) {
        test::expect_variants_agree<TypeParam>(AppendCase<TypeParam>(s),
                                               VT_VARIANTS(kv_append, KvAppend<TypeParam>));
        test::expect_variants_agree<TypeParam>(DecodeCase<TypeParam>(s),
                                               VT_VARIANTS(attn_decode, AttnDecode<TypeParam>));
    }
}

TYPED_TEST(AttnDecodeTest, AppendRefusesWhatDoesNotFit) {
    AppendCase<TypeParam> c({5, 4, 2, 24, 0, 32, 64});
    const auto refused = [&](const char* why, auto change) {
        KvAppend<TypeParam> bad = c.args();
        change(bad);
        test::expect_refused(c, bad, VT_KERNEL(kv_append), why);
    };
    refused("rows", [](auto& a) { a.rows = -1; });
    refused("query heads", [](auto& a) { a.n_q = -1; });
    refused("key heads", [](auto& a) { a.n_kv = 0; });
    refused("head size", [](auto& a) { a.head_dim = 0; });
    refused("stride", [](auto& a) { a.qkv_stride = 8 * 24 - 1; });
    refused("qkv", [](auto& a) { a.qkv = nullptr; });
    refused("keys", [](auto& a) { a.store.keys = nullptr; });
    refused("values", [](auto& a) { a.store.values = nullptr; });
    refused("entries", [](auto& a) { a.entry = nullptr; });
    refused("capacity", [](auto& a) { a.store.capacity = 1; });
    c.position.back() = -1;
    refused("negative position", [](auto&) {});
    c.position.back() = 64;
    refused("position behind the entry", [](auto&) {});
    c.position.back() = 0;
    c.entry.back() = -1;
    refused("negative entry", [](auto&) {});
}

TYPED_TEST(AttnDecodeTest, RefusesWhatDoesNotFit) {
    DecodeCase<TypeParam> c({5, 4, 2, 24, 0, 32, 64});
    const auto refused = [&](const char* why, auto change) {
        AttnDecode<TypeParam> bad = c.args();
        change(bad);
        test::expect_refused(c, bad, VT_KERNEL(attn_decode), why);
    };
    refused("rows", [](auto& a) { a.rows = -1; });
    refused("no query head", [](auto& a) { a.n_q = 0; });
    refused("heads", [](auto& a) { a.n_q = 3; });
    refused("key heads", [](auto& a) { a.n_kv = 0; });
    refused("head size 0", [](auto& a) { a.head_dim = 0; });
    refused("head size 257", [](auto& a) { a.head_dim = 257; });
    refused("stride", [](auto& a) { a.qkv_stride = 4 * 24 - 1; });
    refused("window", [](auto& a) { a.sliding_window = -1; });
    refused("qkv", [](auto& a) { a.qkv = nullptr; });
    refused("out", [](auto& a) { a.out = nullptr; });
    refused("prompt keys", [](auto& a) { a.prompts.keys = nullptr; });
    refused("chain values", [](auto& a) { a.chains.values = nullptr; });
    refused("lengths", [](auto& a) { a.own_length = nullptr; });
    refused("prompt capacity", [](auto& a) { a.prompts.capacity = 1; });
    refused("chain capacity", [](auto& a) { a.chains.capacity = 1; });
    const auto row = [&](const char* why, std::int32_t prompt, std::int32_t own) {
        const DecodeCase<TypeParam> kept = c;
        c.prompt_length.back() = prompt;
        c.own_length.back() = own;
        refused(why, [](auto&) {});
        c = kept;
    };
    row("negative prompt", -1, 3);
    row("negative length", 3, -1);
    row("nothing to attend to", 0, 0);
    row("prompt behind its entry", 33, 1);
    row("chain behind its entry", 1, 65);
    c.chain_entry.back() = -1;
    refused("negative entry", [](auto&) {});
}

}  // namespace
}  // namespace veritune::kernels
