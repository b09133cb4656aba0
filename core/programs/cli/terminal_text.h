// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Text for terminals: everything here is pure and tested without one.
namespace veritune::cli {

/// What the terminal can show.
struct TextStyle {
    bool unicode = false;  ///< UTF-8 locale, TERM is not "dumb", NO_COLOR is not set
    bool color = false;    ///< a terminal that is not dumb, NO_COLOR is not set
    int width = 80;        ///< columns, >= 20
};

/// Content (of models, data sets, other people) made harmless: control characters, bidi controls
/// and bytes that are not UTF-8 become visible escapes, so that no text can move the cursor or
/// change what a person reads. Newlines and tabs stay when keep_lines, else become \n and \t.
std::string printable(std::string_view text, bool keep_lines = false);

/// Number of code points: the columns that our own labels, numbers and glyphs take.
std::size_t text_width(std::string_view utf8);
/// The first `columns` code points; the last one becomes an ellipsis when something was cut.
std::string clip_text(std::string_view utf8, std::size_t columns, bool unicode);

/// One glyph a value, the last `columns` values, scaled between their minimum and maximum. Values
/// that are not finite are blanks. Eight levels, block characters or ASCII.
std::string sparkline(std::span<const double> values, std::size_t columns, bool unicode);

/// "0:07", "12:30", "1:02:03"; "-" for negative or not finite seconds.
std::string format_duration(double seconds);
/// Fixed decimals: format_number(0.4567, 3) = "0.457"; "-" when not finite.
std::string format_number(double value, int decimals);
/// Four significant digits, for curves whose size is unknown.
std::string format_value(double value);
/// "1.5 GB", decimal units.
std::string format_bytes(double bytes);
/// "12,345".
std::string format_count(long long value);

/// A table with aligned columns and two blanks between them; no line is longer than its cells.
class TextTable {
  public:
    enum class Align { kLeft, kRight };
    struct Column {
        std::string title;
        Align align = Align::kLeft;
    };
    explicit TextTable(std::vector<Column> columns);
    /// As many cells as columns.
    void add(std::vector<std::string> cells);
    bool empty() const { return rows_.empty(); }
    /// Header, rule and rows, each with its newline.
    std::string render() const;

  private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace veritune::cli
