// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/generate/draw.h"
#include "core/util/json.h"

#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::generate {

/// The same words in both languages of the benchmark.
struct Text {
    std::string en;
    std::string de;

    Text() = default;
    Text(std::string english, std::string german)
        : en(std::move(english)),
          de(std::move(german)) {}
    // Implicit on purpose: numbers, names and formulas are the same in both languages.
    // NOLINTBEGIN(google-explicit-constructor)
    Text(const std::string& both)
        : en(both),
          de(both) {}
    Text(const char* both)
        : en(both),
          de(both) {}
    template <std::integral T>
    Text(T number)
        : Text(std::to_string(number)) {}
    // NOLINTEND(google-explicit-constructor)

    Text& operator+=(const Text& more) {
        en += more.en;
        de += more.de;
        return *this;
    }
    friend Text operator+(Text left, const Text& right) { return left += right; }
};

/// Replaces %1 ... %9 in both texts by the parts.
Text say(std::string_view en, std::string_view de, std::initializer_list<Text> parts = {});
/// "a, b and c"; "a, b und c". One part or more.
Text enumerate(const std::vector<Text>& parts);
/// "1. ...\n2. ...\n"
Text numbered(const std::vector<Text>& lines);

/// One problem before it is written in a language.
struct Draft {
    Text prompt;
    std::vector<Text> trace;  ///< the steps of a solution, in order; the answer itself follows them
    util::Json gold;
    std::string verifier;
    util::Json params = util::Json::object();
    util::Json params_de;  ///< where the German problem has others (texts to quote); null: the same
    std::string profile = "reward_strict";
    /// Answers without the words around, at least three, all different from the gold's.
    std::vector<std::string> wrong;
    std::vector<std::string> wrong_de;  ///< empty: the same
    /// How much there is to do: nodes of a search. 0: the bytes of the English trace.
    std::int64_t effort = 0;
    /// Numbers with a decimal point: the German problem is read and written with a comma. Then
    /// the trace's and prompt's numbers are written by decimal().
    bool decimals = false;
};

/// What the level means is the family's; 1 is the easiest, 5 the hardest.
inline constexpr int kLevels = 5;
/// A problem of the level, or nullopt where these choices give none (no unique solution, a number
/// out of bounds): the caller draws again. Pure function of `draw` and `level`.
using MakeDraft = std::optional<Draft> (*)(Draw& draw, int level);

/// "3.5" in English, "3,5" in German.
Text decimal(const std::string& number);

/// The requests at the end of prompts.
Text ask_box();                             ///< the final answer in \boxed{}
Text ask_box(const Text& what);             ///< `what` in \boxed{}
Text ask_json(const std::string& example);  ///< a JSON value like the example, in \boxed{}

/// Adds answers until there are three; none is the gold's or a repetition. For whole numbers.
void wrong_integers(Draft& draft, long gold, const std::vector<long>& likely);
/// Adds the texts that are neither `gold` nor there already.
void wrong_texts(Draft& draft, const std::string& gold, const std::vector<std::string>& likely);
/// Wrong lists of whole numbers: `likely`, then two entries swapped, one changed, one missing.
void wrong_lists(Draft& draft,
                 const std::vector<long>& gold,
                 const std::vector<std::vector<long>>& likely = {});

std::string joined(const std::vector<long>& numbers, std::string_view between = ", ");
/// JSON array of numbers as the `list` verifier of whole numbers takes it, with its params.
void gold_list(Draft& draft, const std::vector<long>& gold);

}  // namespace veritune::generate
