// SPDX-License-Identifier: Apache-2.0
#include "core/verify/logic/phrase.h"

#include "core/verify/instance.h"

#include <algorithm>
#include <array>

namespace veritune::verify::logic {

int read_phrase(std::string_view text, std::initializer_list<Phrase> phrases) {
    static constexpr std::array<std::string_view, 22> kFillers = {
        "the",     "answer",    "is",         "it",          "are",     "statement",
        "so",      "therefore", "conclusion", "constraints", "follows", "this",
        "that",    "question",  "hypothesis", "thus",        "final",   "die",
        "antwort", "ist",       "aussage",    "result"};
    if (text.size() > 512) return -1;
    std::string said;
    for (const std::string& word : words_of(text)) {
        if (std::find(kFillers.begin(), kFillers.end(), word) != kFillers.end()) continue;
        said += (said.empty() ? "" : " ") + word;
    }
    for (const Phrase& phrase : phrases) {
        if (said == phrase.words) return phrase.meaning;
    }
    return -1;
}

}  // namespace veritune::verify::logic
