// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace veritune::data {

/// What verifier a column of answers asks for, told by the shape of the answers.
class GoldShapes {
  public:
    void add(std::string_view gold);
    std::int64_t count() const { return count_; }
    double mean_bytes() const;
    /// At least 97 % are numbers, dates or single letters: what a column of golds looks like.
    bool is_regular() const;

    struct Suggestion {
        std::string verifier;
        util::Json params = util::Json::object();
    };
    /// integer, numeric, date, choice, math or text_exact; nullopt without answers.
    std::optional<Suggestion> suggest() const;
    /// ',' when the answers are written so, else '.'; `fallback` where none tells.
    char decimal_mark(char fallback) const;

  private:
    bool most(std::int64_t part) const;
    std::int64_t count_ = 0;
    std::int64_t bytes_ = 0;
    std::int64_t integers_ = 0;
    std::int64_t numbers_ = 0;  ///< integers among them
    std::int64_t dates_ = 0;
    std::int64_t letters_ = 0;
    std::int64_t formulas_ = 0;
    std::int64_t commas_ = 0;
    std::int64_t points_ = 0;
    std::map<std::string, std::int64_t> labels_;  ///< short words, while there are few
    bool many_labels_ = false;
};

/// An answer in the form that the verifier wants: integers and numbers without groups and with a
/// point, dates as ISO. A text that cannot be read so comes back as it is.
std::string normal_gold(std::string_view gold, std::string_view verifier, char decimal_mark);

/// "31.12.2024" and "2024-12-31" as ISO; nullopt for anything else.
std::optional<std::string> iso_date(std::string_view text);
/// "12/31/2024" as ISO, month first.
std::optional<std::string> iso_date_us(std::string_view text);

}  // namespace veritune::data
