// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/text_input.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Tables as text: RFC 4180 and what spreadsheets really write.
namespace veritune::data {

inline constexpr std::size_t kMaxCsvFieldBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxCsvColumns = 1000;
inline constexpr int kMaxCsvRecordLines = 100'000;

struct CsvRecord {
    std::int64_t line = 0;  ///< first line of the record
    std::vector<std::string> fields;
    std::vector<bool> quoted;  ///< the field stood in quotes
    std::string error;         ///< what is wrong, with the remedy; empty = good
};

/// Records of a table; quoted fields may hold line ends, "" is a quote.
class CsvReader {
  public:
    CsvReader(LineReader& lines, char delimiter)
        : lines_(lines),
          delimiter_(delimiter) {}
    /// false: the end. Blank lines are skipped.
    util::Result<bool> next(CsvRecord& record);
    std::int64_t lines() const { return last_line_; }

  private:
    enum class State { kFieldStart, kPlain, kQuoted, kQuoteSeen };
    bool feed(std::string_view line, CsvRecord& record);
    void end_field(CsvRecord& record);

    LineReader& lines_;
    char delimiter_;
    State state_ = State::kFieldStart;
    bool was_quoted_ = false;
    std::string field_;
    std::int64_t last_line_ = 0;
};

/// The delimiter that cuts the sample into the most regular table of at least two columns; ties go
/// to the order ; TAB , |. nullopt: one column only.
/// sample  whole lines
std::optional<char> sniff_delimiter(std::string_view sample);

/// "3,5" and "1.234,5" -> ',' ; "3.5" and "1,234.5" -> '.'; nullopt where a text does not tell
/// ("1,234", "17").
std::optional<char> decimal_mark_of(std::string_view number);
/// A number with the given mark as plain text: "1.234,50" -> "1234.50"; nullopt: not a number.
std::optional<std::string> plain_number(std::string_view text, char decimal_mark);

/// A cell that a spreadsheet would run: =SUM(A1:A3), +A1*2, @cmd, -A1. A signed number is none.
bool looks_like_formula(std::string_view cell);

}  // namespace veritune::data
