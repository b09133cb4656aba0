// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace veritune::curate {

/// What a person reads as the question: the prompt, or the contents of the chat's messages, one a
/// line.
std::string question_text(const data::Problem& problem);

/// Lower case (simple mapping, never the locale's). Bad UTF-8 becomes U+FFFD.
std::string lower_case(std::string_view text);

/// Words for near duplicates: lower case; every character that is neither a letter, a digit, `_`
/// nor white space counts as a space.  source  verifiers.md 9.4
std::vector<std::string> plain_words(std::string_view text);
/// Words for n-grams of decontamination: lower case, split at white space, nothing removed.
std::vector<std::string> space_words(std::string_view text);

/// Numbers words in order of first appearance.
class Vocabulary {
  public:
    std::uint32_t id(const std::string& word);
    std::vector<std::uint32_t> ids(const std::vector<std::string>& words);
    const std::string& word(std::uint32_t id) const { return words_[id]; }

  private:
    std::unordered_map<std::string, std::uint32_t> ids_;
    std::vector<std::string> words_;
};

/// One to one on 64-bit values, every output bit depends on every input bit (the finaliser of
/// SplitMix64).
constexpr std::uint64_t mix_bits(std::uint64_t x) {
    x ^= x >> 30U;
    x *= 0xBF58476D1CE4E5B9ULL;
    x ^= x >> 27U;
    x *= 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
}

}  // namespace veritune::curate
