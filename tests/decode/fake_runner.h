// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/step_runner.h"
#include "kernels/paged_kv.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

namespace veritune::decode::test {

/// A machine without a model: what a chain draws is a fixed function of its id, its position and of
/// the tokens that its pages say it has seen. It keeps the pages' contents and fails a test that
/// reads a page that nobody wrote, writes a shared one, or shares one it should not.
class FakeRunner : public StepRunner {
  public:
    explicit FakeRunner(const StateShape& shape)
        : shape_(shape),
          pages_(static_cast<std::size_t>(shape.pages),
                 std::vector<std::int32_t>(kernels::kPageTokens, -1)) {}

    /// A chain stops by itself after this many tokens: id % spread + 1.
    std::int64_t spread = 1'000'000;
    std::int64_t prefills = 0;
    std::int64_t copies = 0;
    std::int64_t most_rows = 0;
    util::Status fail_next{};

    const StateShape& shape() const override { return shape_; }
    util::Status begin(const DrawOptions& options) override {
        stop_ids_ = options.stop_ids;
        return {};
    }
    util::Status prefill(std::span<const std::int32_t> tokens,
                         std::span<const std::int32_t> pages) override {
        ++prefills;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            page(pages[i / kernels::kPageTokens])[i % kernels::kPageTokens] = tokens[i];
        }
        return {};
    }
    util::Status copy_pages(std::span<const std::pair<std::int32_t, std::int32_t>> pairs) override {
        for (const auto& [from, to] : pairs) page(to) = page(from);
        copies += static_cast<std::int64_t>(pairs.size());
        return {};
    }
    util::Status run(HostState& state,
                     HostRings& rings,
                     std::int64_t rows,
                     std::int64_t steps,
                     std::int64_t longest) override {
        VT_TRY(fail_next);
        most_rows = std::max(most_rows, rows);
        rings_.resize(state.ring_bytes());
        const kernels::DecodeState view =
            state.view(reinterpret_cast<std::byte*>(state.words().data()), rings_.data());
        for (std::int64_t s = 0; s < steps; ++s) step(view, rows, longest);
        const auto entries = static_cast<std::size_t>(shape_.slots * shape_.ring);
        rings.token.assign(view.ring_token, view.ring_token + entries);
        rings.logprob.assign(view.ring_logprob, view.ring_logprob + entries);
        rings.entropy.assign(view.ring_entropy, view.ring_entropy + entries);
        return {};
    }

    /// What a chain with this id draws next after these tokens.
    std::int32_t draw(std::uint64_t chain,
                      const std::vector<std::int32_t>& seen,
                      std::int64_t drawn) const {
        if (drawn >= static_cast<std::int64_t>(chain) % spread) return kStop;
        std::uint64_t hash = 1469598103934665603ULL ^ chain;
        for (const std::int32_t t : seen)
            hash = (hash ^ static_cast<std::uint64_t>(t)) * 1099511628211ULL;
        return static_cast<std::int32_t>(hash >> 40 & 0xffff) + 100;
    }
    static constexpr std::int32_t kStop = 7;

  private:
    std::vector<std::int32_t>& page(std::int32_t index) {
        return pages_.at(static_cast<std::size_t>(index));
    }

    void step(const kernels::DecodeState& view, std::int64_t rows, std::int64_t longest) {
        std::vector<std::int32_t> sampled(static_cast<std::size_t>(rows));
        std::vector<float> numbers(static_cast<std::size_t>(rows), -0.5F);
        for (std::int64_t s = 0; s < rows; ++s) {
            if (view.position[s] < 0) continue;
            EXPECT_LT(view.position[s], longest);
            sampled[static_cast<std::size_t>(s)] = sample(view, s);
        }
        kernels::DecodeState narrow = view;
        narrow.slots = rows;
        ASSERT_EQ(kernels::cpu::advance({.state = narrow,
                                         .sampled = sampled.data(),
                                         .logprob = numbers.data(),
                                         .entropy = numbers.data(),
                                         .stop_ids = stop_ids_.data(),
                                         .stops = static_cast<std::int64_t>(stop_ids_.size())}),
                  kernels::Status::kOk);
    }
    std::int32_t sample(const kernels::DecodeState& view, std::int64_t slot) {
        const std::int32_t* table = view.table + slot * view.max_pages;
        const std::int32_t position = view.position[slot];
        EXPECT_GE(table[position / kernels::kPageTokens], 0);
        page(table[position / kernels::kPageTokens])[position % kernels::kPageTokens] =
            view.token[slot];
        std::vector<std::int32_t> seen;
        for (std::int32_t i = 0; i <= position; ++i) {
            seen.push_back(page(table[i / kernels::kPageTokens])[i % kernels::kPageTokens]);
            EXPECT_NE(seen.back(), -1) << "a page that nobody wrote";
        }
        return draw(view.chain[slot], seen, view.written[slot]);
    }

    StateShape shape_;
    std::vector<std::vector<std::int32_t>> pages_;
    std::vector<std::byte> rings_;
    std::vector<std::int32_t> stop_ids_;
};

}  // namespace veritune::decode::test
