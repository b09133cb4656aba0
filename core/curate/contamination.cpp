// SPDX-License-Identifier: Apache-2.0
#include "core/curate/contamination.h"

#include "core/curate/words.h"

#include <algorithm>
#include <span>
#include <unordered_map>

namespace veritune::curate {
namespace {

using Words = std::vector<std::uint32_t>;
using Gram = std::span<const std::uint32_t>;

std::uint64_t hash_of(Gram gram) {
    std::uint64_t h = 0;
    for (const std::uint32_t word : gram) h = mix_bits(h + 0x9E3779B97F4A7C15ULL + word);
    return h;
}

/// n-grams of many texts. A hash only leads to the places; the words decide.
class GramIndex {
  public:
    explicit GramIndex(std::size_t n)
        : n_(n) {}

    void add(Words words) {
        const std::size_t text = texts_.size();
        texts_.push_back(std::move(words));
        for_each(texts_[text], [&](std::size_t at, Gram gram) {
            if (find(gram) < 0) places_.emplace(hash_of(gram), Place{text, at});
        });
    }
    /// First text that holds the n-gram; -1 = none.
    std::int64_t find(Gram gram) const {
        const auto [begin, end] = places_.equal_range(hash_of(gram));
        for (auto place = begin; place != end; ++place) {
            const Gram known = Gram(texts_[place->second.text]).subspan(place->second.at, n_);
            if (std::ranges::equal(known, gram))
                return static_cast<std::int64_t>(place->second.text);
        }
        return -1;
    }
    template <typename Take>
    void for_each(const Words& words, const Take& take) const {
        for (std::size_t at = 0; at + n_ <= words.size(); ++at)
            take(at, Gram(words).subspan(at, n_));
    }

  private:
    struct Place {
        std::size_t text = 0;
        std::size_t at = 0;
    };
    std::size_t n_;
    std::vector<Words> texts_;
    std::unordered_multimap<std::uint64_t, Place> places_;
};

}  // namespace

util::Result<std::vector<Contamination>> find_contamination(const std::vector<std::string>& texts,
                                                            const std::vector<std::string>& against,
                                                            const ContaminationOptions& options,
                                                            const Watch& watch) {
    if (options.words < 1 || options.words > 100) {
        return util::fail(util::ErrorCode::kInvalidArgument,
                          "the number of shared words must be 1 to 100");
    }
    Vocabulary vocabulary;
    GramIndex index(static_cast<std::size_t>(options.words));
    GramIndex allowed(static_cast<std::size_t>(options.words));
    for (const std::string& text : options.boilerplate)
        allowed.add(vocabulary.ids(space_words(text)));
    const auto all = static_cast<double>(texts.size() + against.size());
    double done = 0.0;
    for (const std::string& text : against) {
        VT_TRY(watch.at(done++ / all));
        index.add(vocabulary.ids(space_words(text)));
    }
    std::vector<Contamination> found;
    for (std::size_t row = 0; row < texts.size(); ++row) {
        VT_TRY(watch.at(done++ / all));
        const Words words = vocabulary.ids(space_words(texts[row]));
        Contamination hit{.row = static_cast<std::int64_t>(row), .against = -1};
        index.for_each(words, [&](std::size_t, Gram gram) {
            const std::int64_t other = index.find(gram);
            if (other < 0 || allowed.find(gram) >= 0) return;
            ++hit.count;
            if (hit.against >= 0) return;
            hit.against = other;
            for (const std::uint32_t word : gram)
                hit.shared += (hit.shared.empty() ? "" : " ") + vocabulary.word(word);
        });
        if (hit.count > 0) found.push_back(std::move(hit));
    }
    return found;
}

}  // namespace veritune::curate
