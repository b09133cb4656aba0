// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/rng.h"
#include "kernels/paged_kv.h"
#include "tests/kernels/backend_case.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

/// What the tests of the paged cache share: pools with scattered pages, poisoned wherever no chain
/// has a token.
namespace veritune::kernels::test {

/// A chain of the cache: its tokens, and how many of them lie in pages of its group.
struct ChainSpec {
    std::int64_t tokens = 0;
    std::int32_t group = -1;
    std::int64_t shared = 0;
};

struct PoolSpec {
    KvKind kind = KvKind::kInt8;
    std::int64_t kv_heads = 1;
    std::int64_t head_dim = 64;
    std::vector<ChainSpec> chains;
    std::int64_t spare_pages = 3;
    std::uint64_t seed = 1;
    bool integers = false;  ///< codes are small integers and scales powers of two
};

/// Contents of a layer's pool on the host: what Pool below puts onto a backend.
class PoolContents {
  public:
    explicit PoolContents(PoolSpec spec)
        : spec_(std::move(spec)) {
        lay_out();
        const auto rows = static_cast<std::size_t>(pages_ * 2 * spec_.kv_heads * kPageTokens);
        const std::size_t elements = rows * static_cast<std::size_t>(spec_.head_dim);
        scales_.assign(spec_.kind == KvKind::kInt8 ? rows : 0, 0xffff);
        codes_.assign(spec_.kind == KvKind::kInt8 ? elements : 0, -1);
        halves_.assign(spec_.kind == KvKind::kBf16 ? elements : 0, Bf16{0xffff});
        fill();
    }

    const PoolSpec& spec() const { return spec_; }
    std::int64_t pages() const { return pages_; }
    std::int64_t table_stride() const { return stride_; }
    const std::vector<std::int32_t>& table() const { return table_; }
    std::vector<std::int32_t>& table() { return table_; }
    std::vector<std::int8_t>& codes() { return codes_; }
    std::vector<Bf16>& halves() { return halves_; }
    std::vector<std::uint16_t>& scales() { return scales_; }

    std::int64_t row(std::int64_t chain, int which, std::int64_t head, std::int64_t token) const {
        const std::int64_t page =
            table_[static_cast<std::size_t>(chain * stride_ + token / kPageTokens)];
        PagedKv kv;
        kv.kv_heads = spec_.kv_heads;
        return kv_row(kv, page, which, head, token % kPageTokens);
    }
    double value(std::int64_t chain,
                 int which,
                 std::int64_t head,
                 std::int64_t token,
                 std::int64_t i) const {
        const std::int64_t r = row(chain, which, head, token);
        const auto at = static_cast<std::size_t>(r * spec_.head_dim + i);
        if (spec_.kind == KvKind::kBf16) return to_float(halves_[at]);
        return static_cast<double>(scale_from_fp16(scales_[static_cast<std::size_t>(r)])) *
               codes_[at];
    }
    void set(std::int64_t r, std::int64_t i, int number, float scale = 1.0F) {
        const auto at = static_cast<std::size_t>(r * spec_.head_dim + i);
        if (spec_.kind == KvKind::kBf16) {
            halves_[at] = to_bf16(static_cast<float>(number) * scale);
        } else {
            codes_[at] = static_cast<std::int8_t>(number);
            scales_[static_cast<std::size_t>(r)] = scale_to_fp16(scale);
        }
    }

    /// softmax(scale q k^T) v of query head `head` over the chain's first `tokens`, in double.
    std::vector<double> attend(const std::vector<Bf16>& q,
                               std::int64_t q_at,
                               std::int64_t chain,
                               std::int64_t kv_head,
                               std::int64_t tokens,
                               double scale) const {
        std::vector<double> score(static_cast<std::size_t>(tokens));
        double largest = -INFINITY;
        for (std::int64_t t = 0; t < tokens; ++t) {
            double dot = 0;
            for (std::int64_t i = 0; i < spec_.head_dim; ++i) {
                dot += static_cast<double>(to_float(q[static_cast<std::size_t>(q_at + i)])) *
                       value(chain, 0, kv_head, t, i);
            }
            score[static_cast<std::size_t>(t)] = dot * scale;
            largest = std::max(largest, dot * scale);
        }
        double sum = 0;
        for (double& s : score) sum += s = std::exp(s - largest);
        std::vector<double> out(static_cast<std::size_t>(spec_.head_dim));
        for (std::int64_t t = 0; t < tokens; ++t) {
            const double p = score[static_cast<std::size_t>(t)] / sum;
            for (std::int64_t i = 0; i < spec_.head_dim; ++i) {
                out[static_cast<std::size_t>(i)] += p * value(chain, 1, kv_head, t, i);
            }
        }
        return out;
    }

  private:
    /// Gives every chain its pages in a scattered order; shared ones once per group.
    void lay_out() {
        std::int64_t needed = 0;
        stride_ = 1;
        for (const ChainSpec& c : spec_.chains) {
            const std::int64_t pages = (c.tokens + kPageTokens - 1) / kPageTokens;
            stride_ = std::max(stride_, pages);
            needed += pages;
        }
        pages_ = std::max<std::int64_t>(1, needed + spec_.spare_pages);
        std::vector<std::int32_t> order(static_cast<std::size_t>(pages_));
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int32_t>(i);
        util::Rng rng(spec_.seed, util::RngStream::kTest, 77);
        for (std::size_t i = order.size(); i > 1; --i) {
            std::swap(order[i - 1], order[static_cast<std::size_t>(rng.below(i))]);
        }
        table_.assign(spec_.chains.size() * static_cast<std::size_t>(stride_), -7);
        std::size_t next = 0;
        for (std::size_t c = 0; c < spec_.chains.size(); ++c) {
            const ChainSpec& chain = spec_.chains[c];
            for (std::int64_t p = 0; p * kPageTokens < chain.tokens; ++p) {
                std::int32_t& entry =
                    table_[c * static_cast<std::size_t>(stride_) + static_cast<std::size_t>(p)];
                entry = shared_page(c, p);
                if (entry < 0) entry = order[next++];
            }
        }
    }
    /// The page that an earlier chain of the group has there, or -1.
    std::int32_t shared_page(std::size_t chain, std::int64_t page) const {
        const ChainSpec& mine = spec_.chains[chain];
        if (mine.group < 0 || (page + 1) * kPageTokens > mine.shared) return -1;
        for (std::size_t c = 0; c < chain; ++c) {
            if (spec_.chains[c].group == mine.group) {
                return table_[c * static_cast<std::size_t>(stride_) +
                              static_cast<std::size_t>(page)];
            }
        }
        return -1;
    }
    void fill() {
        util::Rng rng(spec_.seed, util::RngStream::kTest);
        for (std::size_t c = 0; c < spec_.chains.size(); ++c) {
            for (std::int64_t t = 0; t < spec_.chains[c].tokens; ++t) {
                for (int which = 0; which < 2; ++which) {
                    for (std::int64_t h = 0; h < spec_.kv_heads; ++h) {
                        fill_row(rng, row(static_cast<std::int64_t>(c), which, h, t));
                    }
                }
            }
        }
    }
    void fill_row(util::Rng& rng, std::int64_t r) {
        const float scale = spec_.integers ? std::ldexp(1.0F, -static_cast<int>(rng.below(3)))
                                           : static_cast<float>(0.01 + 0.02 * rng.uniform());
        const int reach = spec_.integers ? 7 : 127;
        for (std::int64_t i = 0; i < spec_.head_dim; ++i) {
            const auto drawn =
                static_cast<int>(rng.below(static_cast<std::uint64_t>(2 * reach + 1)));
            set(r, i, drawn - reach, scale);
        }
    }

    PoolSpec spec_;
    std::int64_t pages_ = 0;
    std::int64_t stride_ = 0;
    std::vector<std::int32_t> table_;
    std::vector<std::int8_t> codes_;
    std::vector<Bf16> halves_;
    std::vector<std::uint16_t> scales_;
};

/// A pool and its block table in the memory of a backend.
class Pool {
  public:
    Pool(Backend backend, PoolContents& contents)
        : spec_(contents.spec()),
          pages_(contents.pages()),
          stride_(contents.table_stride()),
          codes_(backend, contents.codes()),
          halves_(backend, contents.halves()),
          scales_(backend, contents.scales()),
          table_(backend, contents.table()) {}
    PagedKv view() {
        PagedKv kv;
        kv.kind = spec_.kind;
        kv.data = spec_.kind == KvKind::kInt8 ? static_cast<void*>(codes_.data())
                                              : static_cast<void*>(halves_.data());
        kv.scales = spec_.kind == KvKind::kInt8 ? scales_.data() : nullptr;
        kv.pages = pages_;
        kv.kv_heads = spec_.kv_heads;
        kv.head_dim = spec_.head_dim;
        return kv;
    }
    BlockTable table() { return {.pages = table_.data(), .stride = stride_}; }
    Array<std::int8_t>& codes() { return codes_; }
    Array<Bf16>& halves() { return halves_; }
    Array<std::uint16_t>& scales() { return scales_; }

  private:
    PoolSpec spec_;
    std::int64_t pages_;
    std::int64_t stride_;
    Array<std::int8_t> codes_;
    Array<Bf16> halves_;
    Array<std::uint16_t> scales_;
    Array<std::int32_t> table_;
};

}  // namespace veritune::kernels::test
