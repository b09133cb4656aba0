// SPDX-License-Identifier: Apache-2.0
#include "core/model/parameter_store.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>

#include <cstdint>

namespace veritune::model {
namespace {

TEST(ParameterStore, StartsEveryParameterOnACacheLine) {
    ParameterStore store;
    EXPECT_EQ(store.add("a", {3, 5}), 0);
    EXPECT_EQ(store.add("b", {16}), 1);
    EXPECT_EQ(store.add("c", {1}), 2);
    store.allocate();
    EXPECT_EQ(store.size(), 3);
    EXPECT_EQ(store.count(), 15 + 16 + 1);
    EXPECT_EQ(store.flat().numel(), 16 + 16 + 16) << "gaps included";
    for (std::int64_t i = 0; i < store.size(); ++i) {
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(store.value(i).data_ptr()) % 64, 0U);
    }
}

TEST(ParameterStore, GivesViewsOfTheFlatBuffers) {
    ParameterStore store;
    store.add("a", {2, 3});
    store.add("b", {4});
    store.allocate();
    EXPECT_EQ(store.flat().abs().max().item<float>(), 0.0F);
    store.value(1).fill_(2);
    store.grad(0).fill_(3);
    EXPECT_EQ(store.flat().sum().item<float>(), 8.0F) << "the gap stays 0";
    EXPECT_EQ(store.flat_grad().sum().item<float>(), 18.0F);
    EXPECT_EQ(store.value(0).sizes(), (at::IntArrayRef{2, 3}));
}

TEST(ParameterStore, FindsByName) {
    ParameterStore store;
    store.add("a", {2});
    store.add("b", {4});
    EXPECT_EQ(store.index_of("b"), 1);
    EXPECT_EQ(store.index_of("c"), -1);
}

TEST(ParameterStore, FetchesWhatIsNewerElsewhereOnceForAllHandles) {
    ParameterStore store;
    store.add("a", {2});
    EXPECT_EQ(store.id(), 0U);
    store.allocate();
    ParameterStore other;
    other.add("a", {2});
    other.allocate();
    EXPECT_NE(store.id(), other.id());
    const ParameterStore handle = store;
    EXPECT_EQ(handle.id(), store.id());
    int fetched = 0;
    const auto newer = [&] {
        store.set_newer([&fetched, flat = store.here()] {
            ++fetched;
            flat.fill_(fetched);
        });
    };
    newer();
    EXPECT_TRUE(handle.is_newer_elsewhere());
    EXPECT_EQ(store.here()[0].item<float>(), 0.0F) << "nobody has asked";
    EXPECT_EQ(handle.flat()[0].item<float>(), 1.0F);
    EXPECT_FALSE(store.is_newer_elsewhere());
    EXPECT_EQ(store.value(0)[1].item<float>(), 1.0F);
    EXPECT_EQ(fetched, 1);
    newer();
    store.refresh();
    store.refresh();
    EXPECT_EQ(fetched, 2);
    EXPECT_EQ(other.flat()[0].item<float>(), 0.0F);
}

TEST(ParameterStore, EmptyIsAFrozenModel) {
    ParameterStore store;
    store.allocate();
    EXPECT_EQ(store.size(), 0);
    EXPECT_EQ(store.flat().numel(), 0);
    EXPECT_DEATH(store.value(0), "VT_CHECK");
}

}  // namespace
}  // namespace veritune::model
