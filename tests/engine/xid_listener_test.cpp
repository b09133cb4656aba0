// SPDX-License-Identifier: Apache-2.0
#include "core/engine/xid_listener.h"

#include <gtest/gtest.h>

#include <chrono>
#include <dlfcn.h>
#include <memory>

namespace veritune::engine {
namespace {

/// The fake library of this folder, seen from the side of the driver.
class XidListenerTest : public testing::Test {
  protected:
    void SetUp() override {
        library_ = ::dlopen(FAKE_NVML, RTLD_NOW | RTLD_LOCAL);
        ASSERT_NE(library_, nullptr) << ::dlerror();
    }
    template <typename R = void, typename... A>
    R call(const char* name, A... arguments) const {
        return reinterpret_cast<R (*)(A...)>(::dlsym(library_, name))(arguments...);
    }
    static std::unique_ptr<XidListener> listen(const std::string& card = "0000:65:00.0",
                                               const std::string& library = FAKE_NVML) {
        return std::make_unique<XidListener>(XidListener::Options{
            .library = library, .card = [card] { return card; }, .wait_ms = 20});
    }
    static bool becomes(const std::function<bool()>& condition) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return true;
    }
    /// What was heard until `count` numbers have come.
    static std::vector<int> heard(XidListener& listener, std::size_t count) {
        std::vector<int> all;
        becomes([&] {
            for (const int xid : listener.take()) all.push_back(xid);
            return all.size() >= count;
        });
        return all;
    }
    void* library_ = nullptr;
};

TEST_F(XidListenerTest, HearsEveryNumberInOrder) {
    const auto listener = listen();
    ASSERT_TRUE(becomes([&] { return listener->listening(); }));
    const int registered = call<int>("fake_nvml_registered");
    EXPECT_GE(registered, 1);
    for (const int xid : {79, 48, 13, 31, 43}) call("fake_nvml_push", xid);
    EXPECT_EQ(heard(*listener, 5), (std::vector<int>{79, 48, 13, 31, 43}));
    EXPECT_TRUE(listener->take().empty()) << "each is told once";
}

TEST_F(XidListenerTest, ClosesWhatItOpened) {
    auto listener = listen();
    ASSERT_TRUE(becomes([&] { return listener->listening(); }));
    EXPECT_EQ(call<int>("fake_nvml_open"), 2);
    listener.reset();
    EXPECT_EQ(call<int>("fake_nvml_open"), 0);
}

TEST_F(XidListenerTest, ALostCardCountsAs79AndEndsTheListening) {
    const auto listener = listen();
    ASSERT_TRUE(becomes([&] { return listener->listening(); }));
    call("fake_nvml_lose_card");
    EXPECT_EQ(heard(*listener, 1), std::vector<int>{79});
    EXPECT_TRUE(becomes([&] { return !listener->listening(); }));
    EXPECT_TRUE(listener->take().empty());
    EXPECT_TRUE(becomes([&] { return call<int>("fake_nvml_open") == 0; }));
}

TEST_F(XidListenerTest, WithoutLibraryCardOrItsFunctionsNothingHappens) {
    const int registered = call<int>("fake_nvml_registered");
    {
        const auto no_library = listen("0000:65:00.0", "libveritune-of-nobody.so.1");
        const auto other_library = listen("0000:65:00.0", "libc.so.6");
        const auto no_card = listen("");
        const auto unknown_card = listen("0000:01:00.0");
        const XidListener nobody_asks({.library = FAKE_NVML});
        EXPECT_TRUE(no_library->take().empty());
        EXPECT_TRUE(no_card->take().empty());
    }
    EXPECT_EQ(call<int>("fake_nvml_registered"), registered);
    EXPECT_EQ(call<int>("fake_nvml_open"), 0);
}

}  // namespace
}  // namespace veritune::engine
