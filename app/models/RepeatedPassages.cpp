// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/RepeatedPassages.h"

#include <algorithm>
#include <functional>

namespace veritune::app {
namespace {

constexpr std::size_t kMaxPeriodWords = 128;

/// Begins of words and one more entry for the end of the text.
struct Words {
    std::vector<std::size_t> begins;
    std::vector<std::size_t> hashes;

    std::size_t count() const { return hashes.size(); }
};

bool endsWord(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == ';' || c == ',' || c == '.';
}

Words splitWords(std::string_view text) {
    Words words;
    words.begins.push_back(0);
    const std::hash<std::string_view> hash;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!endsWord(text[i]) && i + 1 < text.size()) continue;
        const std::size_t begin = words.begins.back();
        words.hashes.push_back(hash(text.substr(begin, i + 1 - begin)));
        words.begins.push_back(i + 1);
    }
    return words;
}

/// Words from `at` on that equal the word `period` before them.
std::size_t runLength(const Words& words, std::size_t at, std::size_t period) {
    std::size_t length = 0;
    while (at + period + length < words.count() &&
           words.hashes[at + length] == words.hashes[at + period + length]) {
        ++length;
    }
    return length;
}

}  // namespace

std::vector<RepeatedPassage> findRepeatedPassages(std::string_view text,
                                                  int minTimes,
                                                  std::size_t minBytes) {
    std::vector<RepeatedPassage> found;
    const Words words = splitWords(text);
    std::size_t at = 0;
    while (at < words.count()) {
        std::size_t next = at + 1;
        const std::size_t longest = std::min(kMaxPeriodWords, (words.count() - at) / 2);
        // The shortest period wins: "a a a a" is one word four times, not two words twice.
        for (std::size_t period = 1; period <= longest; ++period) {
            if (words.hashes[at] != words.hashes[at + period]) continue;
            const std::size_t same = runLength(words, at, period);
            const int times = static_cast<int>(same / period) + 1;
            const std::size_t begin = words.begins[at];
            const std::size_t end = words.begins[at + period + same];
            if (times < minTimes || end - begin < minBytes) continue;
            found.push_back({.begin = begin,
                             .period = words.begins[at + period] - begin,
                             .end = end,
                             .times = times});
            next = at + period + same;
            break;
        }
        at = next;
    }
    return found;
}

}  // namespace veritune::app
