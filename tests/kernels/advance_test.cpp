// SPDX-License-Identifier: Apache-2.0
#include "kernels/advance.h"

#include "core/util/rng.h"
#include "tests/kernels/backend_case.h"

namespace veritune::kernels {
namespace {

constexpr std::int32_t kStopId = 2;

/// The whole state on a backend.
struct Case {
    Backend backend;
    std::int64_t slots;
    std::int64_t max_pages;
    std::int64_t ring;
    test::Array<std::int32_t> token;
    test::Array<std::int32_t> position;
    test::Array<std::int32_t> limit;
    test::Array<std::int32_t> finish;
    test::Array<std::uint64_t> chain;
    test::Array<std::int32_t> table;
    test::Array<std::int32_t> free_pages;
    test::Array<std::int32_t> free_count;
    test::Array<std::int32_t> written;
    test::Array<std::int32_t> ring_token;
    test::Array<float> ring_logprob;
    test::Array<float> ring_entropy;
    test::Array<std::int32_t> live;
    test::Array<std::int32_t> sampled;
    test::Array<float> logprob;
    test::Array<float> entropy;
    test::Array<std::int32_t> stop_ids;
    Advance args{};

    Case(Backend on,
         const std::vector<std::int32_t>& positions,
         std::int32_t most,
         std::int32_t free,
         std::int64_t pages = 4,
         std::int64_t entries = 3)
        : backend(on),
          slots(static_cast<std::int64_t>(positions.size())),
          max_pages(pages),
          ring(entries),
          token(on, same(0)),
          position(on, positions),
          limit(on, same(most)),
          finish(on, same(0)),
          chain(on, std::vector<std::uint64_t>(positions.size())),
          table(on, std::vector<std::int32_t>(positions.size() * std::size_t(pages), -1)),
          free_pages(on, stack(free)),
          free_count(on, std::vector<std::int32_t>{free}),
          written(on, same(0)),
          ring_token(on, slots * entries),
          ring_logprob(on, slots * entries),
          ring_entropy(on, slots * entries),
          live(on, std::vector<std::int32_t>{-9}),
          sampled(on, same(7)),
          logprob(on, std::vector<float>(positions.size(), -0.5F)),
          entropy(on, std::vector<float>(positions.size(), 1.5F)),
          stop_ids(on, std::vector<std::int32_t>{kStopId, 5}) {
        args = {.state = {.token = token.data(),
                          .position = position.data(),
                          .limit = limit.data(),
                          .finish = finish.data(),
                          .chain = chain.data(),
                          .table = table.data(),
                          .free_pages = free_pages.data(),
                          .free_count = free_count.data(),
                          .written = written.data(),
                          .ring_token = ring_token.data(),
                          .ring_logprob = ring_logprob.data(),
                          .ring_entropy = ring_entropy.data(),
                          .live = live.data(),
                          .slots = slots,
                          .max_pages = max_pages,
                          .ring = ring},
                .sampled = sampled.data(),
                .logprob = logprob.data(),
                .entropy = entropy.data(),
                .stop_ids = stop_ids.data(),
                .stops = 2};
    }
    std::vector<std::int32_t> same(std::int32_t v) const {
        return std::vector<std::int32_t>(static_cast<std::size_t>(slots), v);
    }
    /// Pages 100, 101, ...: the last one is the top.
    static std::vector<std::int32_t> stack(std::int32_t count) {
        std::vector<std::int32_t> pages;
        for (std::int32_t i = 0; i < count + 1; ++i) pages.push_back(100 + i);
        return pages;
    }
    void step() {
        ASSERT_EQ(advance(backend, args), Status::kOk) << cuda::last_error();
        for (auto* array : {&token,
                            &position,
                            &limit,
                            &finish,
                            &table,
                            &free_pages,
                            &free_count,
                            &written,
                            &ring_token,
                            &live}) {
            ASSERT_TRUE(array->intact());
        }
        ASSERT_TRUE(ring_logprob.intact());
        ASSERT_TRUE(ring_entropy.intact());
    }
    std::int32_t entry(std::int64_t slot, std::int64_t page) {
        return table.fetch()[static_cast<std::size_t>(slot * max_pages + page)];
    }
};

std::int32_t number(Finish f) { return static_cast<std::int32_t>(f); }

class AdvanceTest : public test::BackendTest {};

TEST_P(AdvanceTest, MovesEveryRunningSlotOnByOne) {
    Case c(GetParam(), {4, -1, 0}, 100, 2);
    c.sampled.assign({11, 12, 13});
    c.logprob.assign({-0.1F, -0.2F, -0.3F});
    c.entropy.assign({1, 2, 3});
    c.step();
    EXPECT_EQ(c.position.fetch(), (std::vector<std::int32_t>{5, -1, 1}));
    EXPECT_EQ(c.token.fetch(), (std::vector<std::int32_t>{11, 0, 13}));
    EXPECT_EQ(c.written.fetch(), (std::vector<std::int32_t>{1, 0, 1}));
    EXPECT_EQ(c.finish.fetch(), (std::vector<std::int32_t>{0, 0, 0}));
    EXPECT_EQ(c.live.fetch()[0], 2);
    EXPECT_EQ(c.free_count.fetch()[0], 2);
    const std::vector<std::int32_t> tokens = c.ring_token.fetch();
    EXPECT_EQ(tokens[0], 11);
    EXPECT_EQ(tokens[3], -1) << "an idle slot's ring was written";
    EXPECT_EQ(tokens[6], 13);
    EXPECT_EQ(c.ring_logprob.fetch()[6], -0.3F);
    EXPECT_EQ(c.ring_entropy.fetch()[6], 3.0F);
}

TEST_P(AdvanceTest, GoesRoundTheRing) {
    Case c(GetParam(), {0}, 100, 0);
    for (std::int32_t t = 10; t < 14; ++t) {
        c.sampled.assign({t});
        c.step();
    }
    EXPECT_EQ(c.ring_token.fetch(), (std::vector<std::int32_t>{13, 11, 12}));
    EXPECT_EQ(c.written.fetch()[0], 4);
}

TEST_P(AdvanceTest, EndsAtAStopToken) {
    Case c(GetParam(), {9, 9, 9}, 100, 0);
    c.sampled.assign({kStopId, 5, 6});
    c.step();
    EXPECT_EQ(c.position.fetch(), (std::vector<std::int32_t>{-1, -1, 10}));
    EXPECT_EQ(c.finish.fetch(),
              (std::vector<std::int32_t>{number(Finish::kStop), number(Finish::kStop), 0}));
    EXPECT_EQ(c.ring_token.fetch()[0], kStopId) << "the stop token counts as the chain's last";
    EXPECT_EQ(c.live.fetch()[0], 1);
}

TEST_P(AdvanceTest, EndsWhenTheChainHasAllItsTokens) {
    // At position p the chain has p + 1 tokens and gets one more.
    Case c(GetParam(), {7, 8, 9}, 10, 0);
    c.step();
    EXPECT_EQ(c.position.fetch(), (std::vector<std::int32_t>{8, -1, -1}));
    EXPECT_EQ(c.finish.fetch()[1], number(Finish::kLength));
    Case full(GetParam(), {127}, 1000, 5, 2);
    full.step();
    EXPECT_EQ(full.position.fetch()[0], -1) << "the table has no third page";
    EXPECT_EQ(full.finish.fetch()[0], number(Finish::kLength));
    EXPECT_EQ(full.free_count.fetch()[0], 5);
}

TEST_P(AdvanceTest, TakesPagesInTheOrderOfTheSlots) {
    Case c(GetParam(), {63, 10, 127, 63, 62}, 1000, 3);
    c.step();
    EXPECT_EQ(c.entry(0, 1), 102);
    EXPECT_EQ(c.entry(1, 0), -1);
    EXPECT_EQ(c.entry(2, 2), 101);
    EXPECT_EQ(c.entry(3, 1), 100);
    EXPECT_EQ(c.free_count.fetch()[0], 0);
    EXPECT_EQ(c.position.fetch(), (std::vector<std::int32_t>{64, 11, 128, 64, 63}));
    c.step();
    EXPECT_EQ(c.position.fetch(), (std::vector<std::int32_t>{65, 12, 129, 65, -1}));
    EXPECT_EQ(c.finish.fetch()[4], number(Finish::kNoPage));
    EXPECT_EQ(c.written.fetch()[4], 2) << "the token is kept";
    EXPECT_EQ(c.token.fetch()[4], 7);
    EXPECT_EQ(c.live.fetch()[0], 4);
}

TEST_P(AdvanceTest, GivesTheBitsOfTheCpuTwinOverManySteps) {
    constexpr std::int64_t kSlots = 300;
    util::Rng rng(4, util::RngStream::kTest);
    std::vector<std::int32_t> positions;
    for (std::int64_t i = 0; i < kSlots; ++i) {
        positions.push_back(rng.below(5) == 0 ? -1 : static_cast<std::int32_t>(rng.below(100)));
    }
    Case twin(Backend::kCpu, positions, 220, 260, 4, 16);
    Case c(GetParam(), positions, 220, 260, 4, 16);
    for (int step = 0; step < 150; ++step) {
        std::vector<std::int32_t> sampled;
        for (std::int64_t i = 0; i < kSlots; ++i) {
            sampled.push_back(static_cast<std::int32_t>(rng.below(400)));
        }
        twin.sampled.assign(sampled);
        c.sampled.assign(sampled);
        ASSERT_EQ(advance(Backend::kCpu, twin.args), Status::kOk);
        c.step();
    }
    EXPECT_EQ(twin.position.fetch(), c.position.fetch());
    EXPECT_EQ(twin.token.fetch(), c.token.fetch());
    EXPECT_EQ(twin.finish.fetch(), c.finish.fetch());
    EXPECT_EQ(twin.table.fetch(), c.table.fetch());
    EXPECT_EQ(twin.free_count.fetch(), c.free_count.fetch());
    EXPECT_EQ(twin.written.fetch(), c.written.fetch());
    EXPECT_EQ(twin.ring_token.fetch(), c.ring_token.fetch());
    EXPECT_EQ(twin.live.fetch(), c.live.fetch());
    std::vector<std::int32_t> reasons(5);
    for (const std::int32_t f : c.finish.fetch()) ++reasons[static_cast<std::size_t>(f)];
    for (int f = 0; f < 4; ++f) EXPECT_GT(reasons[static_cast<std::size_t>(f)], 0) << f;
}

TEST_P(AdvanceTest, RefusesWhatDoesNotFit) {
    Case c(GetParam(), {0}, 10, 0);
    const auto refused = [&](const char* why, auto change) {
        Advance bad = c.args;
        change(bad);
        EXPECT_EQ(advance(GetParam(), bad), Status::kInvalidArgument) << why;
    };
    refused("slots", [](auto& a) { a.state.slots = 1025; });
    refused("ring", [](auto& a) { a.state.ring = 0; });
    refused("no table", [](auto& a) { a.state.table = nullptr; });
    refused("too many stops", [](auto& a) { a.stops = 65; });
    refused("no stops", [](auto& a) { a.stop_ids = nullptr; });
    refused("no token", [](auto& a) { a.sampled = nullptr; });
}
VT_ON_BACKENDS(AdvanceTest);

}  // namespace
}  // namespace veritune::kernels
