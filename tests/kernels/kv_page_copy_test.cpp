// SPDX-License-Identifier: Apache-2.0
#include "kernels/kv_page_copy.h"

#include "tests/kernels/backend_case.h"

namespace veritune::kernels {
namespace {

/// Two layers, the first int8, the second bf16, with bytes that tell where they are from.
struct Case {
    Backend backend;
    PagedKv shape;
    std::vector<std::int8_t> codes;
    std::vector<Bf16> halves;
    std::vector<std::uint16_t> scales;
    test::Array<std::int8_t> device_codes;
    test::Array<Bf16> device_halves;
    test::Array<std::uint16_t> device_scales;
    test::Array<PagedKv> layers;

    explicit Case(Backend on)
        : backend(on),
          shape{.pages = 7, .kv_heads = 3, .head_dim = 64},
          codes(static_cast<std::size_t>(elements())),
          halves(static_cast<std::size_t>(elements())),
          scales(static_cast<std::size_t>(7 * kv_page_scales(shape))),
          device_codes(on, filled(codes)),
          device_halves(on, filled(halves)),
          device_scales(on, filled(scales)),
          layers(on, views()) {}
    std::int64_t elements() const { return 7 * 2 * 3 * kPageTokens * 64; }
    static std::int8_t make(std::size_t i, std::int8_t) {
        return static_cast<std::int8_t>(i % 251);
    }
    static Bf16 make(std::size_t i, Bf16) { return Bf16{static_cast<std::uint16_t>(i % 65521)}; }
    static std::uint16_t make(std::size_t i, std::uint16_t) {
        return static_cast<std::uint16_t>(i % 30011);
    }
    template <typename T>
    static std::vector<T>& filled(std::vector<T>& v) {
        for (std::size_t i = 0; i < v.size(); ++i) v[i] = make(i, T{});
        return v;
    }
    std::vector<PagedKv> views() {
        PagedKv first = shape;
        first.data = device_codes.data();
        first.scales = device_scales.data();
        PagedKv second = shape;
        second.kind = KvKind::kBf16;
        second.data = device_halves.data();
        return {first, second};
    }
    template <typename T>
    void expect_copied(const std::vector<T>& before,
                       test::Array<T>& after,
                       std::int64_t from,
                       std::int64_t to) {
        ASSERT_TRUE(after.intact());
        const std::vector<T> got = after.fetch();
        const auto page = static_cast<std::int64_t>(before.size()) / 7;
        std::vector<T> expected = before;
        std::copy_n(before.begin() + from * page, page, expected.begin() + to * page);
        EXPECT_TRUE(test::same_bits(got, expected));
    }
};

class KvPageCopyTest : public test::BackendTest {};

TEST_P(KvPageCopyTest, CopiesOnePageInEveryLayerAndNothingElse) {
    Case c(GetParam());
    test::Array<std::int32_t> pairs(GetParam(), std::vector<std::int32_t>{5, 2, -1, 3, 0, 7, 9, 0});
    ASSERT_EQ(kv_page_copy(
                  GetParam(),
                  {.layers = c.layers.data(), .pairs = pairs.data(), .layer_count = 2, .count = 4}),
              Status::kOk)
        << cuda::last_error();
    c.expect_copied(c.codes, c.device_codes, 5, 2);
    c.expect_copied(c.halves, c.device_halves, 5, 2);
    c.expect_copied(c.scales, c.device_scales, 5, 2);
}

TEST_P(KvPageCopyTest, GivesOnePageToManyChains) {
    Case c(GetParam());
    test::Array<std::int32_t> pairs(GetParam(), std::vector<std::int32_t>{6, 0, 6, 1, 6, 4});
    ASSERT_EQ(kv_page_copy(
                  GetParam(),
                  {.layers = c.layers.data(), .pairs = pairs.data(), .layer_count = 1, .count = 3}),
              Status::kOk);
    const std::vector<std::int8_t> got = c.device_codes.fetch();
    const auto page = static_cast<std::ptrdiff_t>(got.size() / 7);
    for (const std::ptrdiff_t to : {0, 1, 4}) {
        EXPECT_TRUE(std::equal(got.begin() + 6 * page, got.end(), got.begin() + to * page)) << to;
    }
    EXPECT_TRUE(test::same_bits(c.device_halves.fetch(), c.halves))
        << "the layer that was not named";
}

TEST_P(KvPageCopyTest, RefusesWhatDoesNotFit) {
    Case c(GetParam());
    test::Array<std::int32_t> pairs(GetParam(), std::vector<std::int32_t>{0, 1});
    const KvPageCopy good{
        .layers = c.layers.data(), .pairs = pairs.data(), .layer_count = 1, .count = 1};
    const auto refused = [&](const char* why, auto change) {
        KvPageCopy bad = good;
        change(bad);
        EXPECT_EQ(kv_page_copy(GetParam(), bad), Status::kInvalidArgument) << why;
    };
    refused("no layers", [](auto& a) { a.layers = nullptr; });
    refused("layer count", [](auto& a) { a.layer_count = 0; });
    refused("count", [](auto& a) { a.count = -1; });
    refused("no pairs", [](auto& a) { a.pairs = nullptr; });
}
VT_ON_BACKENDS(KvPageCopyTest);

}  // namespace
}  // namespace veritune::kernels
