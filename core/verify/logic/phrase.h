// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::verify::logic {

/// A meaning and the words that say it.
struct Phrase {
    int meaning = 0;
    std::string_view words;  ///< folded, single spaces
};

/// What an answer of few words says: its words without "the answer is" and the like are exactly one
/// of the phrases. -1: none of them, or more than one.
int read_phrase(std::string_view text, std::initializer_list<Phrase> phrases);

}  // namespace veritune::verify::logic
