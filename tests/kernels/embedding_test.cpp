// SPDX-License-Identifier: Apache-2.0
#include "kernels/embedding.h"

#include "tests/kernels/kernel_test.h"

VT_DECLARE_VARIANTS(gather_rows, GatherRows)
VT_DECLARE_VARIANTS(scatter_add_rows, ScatterAddRows)

namespace veritune::kernels {
namespace {

using test::Buffer;

struct Shape {
    std::int64_t rows, width, table_rows;
};

constexpr Shape kShapes[] = {{0, 96, 36},
                             {1, 1, 1},
                             {5, 3, 2},
                             {9, 16, 36},
                             {9, 17, 36},
                             {7, 24, 5},
                             {500, 96, 36},
                             {300, 257, 36}};

template <typename T>
struct GatherCase {
    explicit GatherCase(const Shape& shape)
        : s(shape) {}
    Shape s;
    Buffer<T> table = test::normals<T>(s.table_rows * s.width, 1);
    std::vector<std::int32_t> index = test::ids(s.rows, s.table_rows, 2);
    Buffer<T> out = Buffer<T>(s.rows * s.width);

    GatherRows<T> args() {
        return {.table = table.data(),
                .index = index.data(),
                .out = out.data(),
                .rows = s.rows,
                .width = s.width,
                .table_rows = s.table_rows};
    }
    std::vector<Buffer<T>*> outputs() { return {&out}; }
};

template <typename T>
struct ScatterCase {
    explicit ScatterCase(const Shape& shape)
        : s(shape) {}
    Shape s;
    Buffer<T> table = test::normals<T>(s.table_rows * s.width, 1);
    std::vector<std::int32_t> index = test::ids(s.rows, s.table_rows, 2);
    Buffer<T> x = test::normals<T>(s.rows * s.width, 3);

    ScatterAddRows<T> args() {
        return {.table = table.data(),
                .index = index.data(),
                .x = x.data(),
                .rows = s.rows,
                .width = s.width,
                .table_rows = s.table_rows};
    }
    std::vector<Buffer<T>*> outputs() { return {&table}; }
};

template <typename T>
class Embedding : public ::testing::Test {};
TYPED_TEST_SUITE(Embedding, test::Floats);

TYPED_TEST(Embedding, GatherCopiesRows) {
    for (const Shape& s : kShapes) {
        GatherCase<TypeParam> c(s);
        test::run(c, VT_KERNEL(gather_rows));
        for (std::int64_t i = 0; i < c.out.size(); ++i) {
            const std::int64_t row = c.index[static_cast<std::size_t>(i / s.width)];
            ASSERT_EQ(c.out[i], c.table[row * s.width + i % s.width]) << i;
        }
    }
}

TYPED_TEST(Embedding, GatherDoesNotReadOtherRows) {
    GatherCase<TypeParam> c({9, 17, 36});
    for (std::int64_t k = 0; k < c.table.size(); ++k) {
        if (k / 17 != 4) c.table[k] = std::numeric_limits<TypeParam>::quiet_NaN();
    }
    c.index.assign(9, 4);
    test::run(c, VT_KERNEL(gather_rows));
    for (std::int64_t i = 0; i < c.out.size(); ++i) ASSERT_FALSE(std::isnan(c.out[i]));
}

TYPED_TEST(Embedding, ScatterAddsEveryRowToItsTarget) {
    for (const Shape& s : kShapes) {
        ScatterCase<TypeParam> c(s);
        Buffer<double> expected(c.table.size());
        for (std::int64_t i = 0; i < expected.size(); ++i) expected[i] = c.table[i];
        for (std::int64_t i = 0; i < c.x.size(); ++i) {
            const std::int64_t row = c.index[static_cast<std::size_t>(i / s.width)];
            expected[row * s.width + i % s.width] += double(c.x[i]);
        }
        test::run(c, VT_KERNEL(scatter_add_rows));
        EXPECT_LE(test::distance(c.table, expected), test::kTolerance<TypeParam>) << s.width;
    }
}

TYPED_TEST(Embedding, ScatterAddsInRowOrder) {
    // 1 and -1 cancel before 2^-60 comes; in any other order the small number would be lost.
    ScatterCase<TypeParam> c({3, 1, 1});
    c.table[0] = 0;
    c.x[0] = 1;
    c.x[1] = -1;
    c.x[2] = TypeParam(std::ldexp(1.0, -60));
    test::run(c, VT_KERNEL(scatter_add_rows));
    EXPECT_EQ(c.table[0], TypeParam(std::ldexp(1.0, -60)));
}

TEST(EmbeddingGradient, ScatterIsTheBackwardPassOfGather) {
    const Shape s{6, 3, 4};
    GatherCase<double> f(s);
    ScatterCase<double> b(s);
    b.table = Buffer<double>(b.table.size(), 0.0);
    const Buffer<double> numeric = test::central_differences(f.table, [&] {
        cpu::gather_rows(f.args());
        return test::dot(b.x, f.out);
    });
    test::run(b, VT_KERNEL(scatter_add_rows));
    EXPECT_LE(test::distance(b.table, numeric), test::kGradientTolerance);
}

TYPED_TEST(Embedding, GivesTheSameBitsOnAnyNumberOfThreads) {
    for (const Shape& s : kShapes) {
        test::expect_same_bits_on_any_threads(GatherCase<TypeParam>(s), VT_KERNEL(gather_rows));
        test::expect_same_bits_on_any_threads(ScatterCase<TypeParam>(s),
                                              VT_KERNEL(scatter_add_rows));
    }
}

TYPED_TEST(Embedding, AgreesOnEveryInstructionSet) {
    for (const Shape& s : kShapes) {
        test::expect_variants_agree<TypeParam>(GatherCase<TypeParam>(s),
                                               VT_VARIANTS(gather_rows, GatherRows<TypeParam>));
        test::expect_variants_agree<TypeParam>(
            ScatterCase<TypeParam>(s), VT_VARIANTS(scatter_add_rows, ScatterAddRows<TypeParam>));
    }
}

TYPED_TEST(Embedding, RefusesWhatDoesNotFit) {
    GatherCase<TypeParam> g({9, 17, 36});
    ScatterCase<TypeParam> s({9, 17, 36});
    const auto refused = [&](const char* why, auto change) {
        GatherRows<TypeParam> bad_gather = g.args();
        ScatterAddRows<TypeParam> bad_scatter = s.args();
        change(bad_gather);
        change(bad_scatter);
        test::expect_refused(g, bad_gather, VT_KERNEL(gather_rows), why);
        test::expect_refused(s, bad_scatter, VT_KERNEL(scatter_add_rows), why);
    };
    refused("rows", [](auto& a) { a.rows = -1; });
    refused("width", [](auto& a) { a.width = 0; });
    refused("table", [](auto& a) { a.table = nullptr; });
    refused("index", [](auto& a) { a.index = nullptr; });
    refused("empty table", [](auto& a) { a.table_rows = 0; });
    g.index.back() = s.index.back() = 36;
    refused("index behind the table", [](auto&) {});
    g.index.back() = s.index.back() = -1;
    refused("negative index", [](auto&) {});
}

}  // namespace
}  // namespace veritune::kernels
