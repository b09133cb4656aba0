// SPDX-License-Identifier: Apache-2.0
#include "core/curate/shingles.h"

#include "core/curate/words.h"
#include "core/util/hash.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_map>

namespace veritune::curate {
namespace {

constexpr std::size_t kWords = 5;
constexpr std::uint32_t kNoWord = 0xFFFFFFFFU;
using Shingle = std::array<std::uint32_t, kWords>;

struct ShingleHash {
    std::size_t operator()(const Shingle& shingle) const {
        std::uint64_t h = 0;
        for (const std::uint32_t word : shingle) h = mix_bits(h ^ word) + 0x9E3779B97F4A7C15ULL;
        return static_cast<std::size_t>(h);
    }
};

class Maker {
  public:
    std::vector<std::uint32_t> set_of(const std::string& text) {
        const std::vector<std::uint32_t> words = vocabulary_.ids(plain_words(text));
        std::vector<std::uint32_t> set;
        if (words.empty()) return set;
        const std::size_t count = words.size() < kWords ? 1 : words.size() - kWords + 1;
        for (std::size_t i = 0; i < count; ++i) {
            Shingle shingle;
            shingle.fill(kNoWord);
            std::copy_n(words.begin() + static_cast<std::ptrdiff_t>(i),
                        std::min(kWords, words.size()),
                        shingle.begin());
            set.push_back(number(shingle));
        }
        std::ranges::sort(set);
        set.erase(std::unique(set.begin(), set.end()), set.end());
        for (const std::uint32_t id : set) ++rows_with_[id];
        return set;
    }

    /// Renumbers shingles so that a smaller number is rarer.
    ShingleSets finish(std::vector<std::vector<std::uint32_t>> sets) {
        std::vector<std::uint32_t> order(rows_with_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::stable_sort(order, {}, [&](std::uint32_t id) { return rows_with_[id]; });
        std::vector<std::uint32_t> rank(order.size());
        std::vector<std::uint64_t> hash(order.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            rank[order[i]] = static_cast<std::uint32_t>(i);
            hash[i] = hash_[order[i]];
        }
        for (std::vector<std::uint32_t>& set : sets) {
            for (std::uint32_t& id : set) id = rank[id];
            std::ranges::sort(set);
        }
        return {.sets = std::move(sets), .hash = std::move(hash)};
    }

  private:
    std::uint32_t number(const Shingle& shingle) {
        const auto [at, fresh] =
            numbers_.try_emplace(shingle, static_cast<std::uint32_t>(rows_with_.size()));
        if (fresh) {
            rows_with_.push_back(0);
            hash_.push_back(content_hash(shingle));
        }
        return at->second;
    }

    /// Of the words themselves, because their numbers depend on the order of the rows.
    std::uint64_t content_hash(const Shingle& shingle) const {
        std::uint64_t h = 0;
        for (const std::uint32_t word : shingle) {
            const std::uint64_t w = word == kNoWord ? 0 : util::fnv1a64(vocabulary_.word(word));
            h = mix_bits(h + 0x9E3779B97F4A7C15ULL + w);
        }
        return h;
    }

    Vocabulary vocabulary_;
    std::unordered_map<Shingle, std::uint32_t, ShingleHash> numbers_;
    std::vector<std::uint32_t> rows_with_;
    std::vector<std::uint64_t> hash_;
};

}  // namespace

util::Result<ShingleSets> make_shingles(const std::vector<std::string>& texts, const Watch& watch) {
    Maker maker;
    std::vector<std::vector<std::uint32_t>> sets;
    sets.reserve(texts.size());
    for (const std::string& text : texts) {
        if (sets.size() % 64 == 0) {
            VT_TRY(watch.at(0.3 * static_cast<double>(sets.size()) /
                            static_cast<double>(texts.size())));
        }
        sets.push_back(maker.set_of(text));
    }
    return maker.finish(std::move(sets));
}

double jaccard(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
    std::size_t common = 0;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        if (a[i] == b[j]) ++common;
        const bool step_a = a[i] <= b[j];
        if (b[j] <= a[i]) ++j;
        if (step_a) ++i;
    }
    const std::size_t all = a.size() + b.size() - common;
    return all == 0 ? 0.0 : static_cast<double>(common) / static_cast<double>(all);
}

}  // namespace veritune::curate
