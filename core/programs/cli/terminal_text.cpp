// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/terminal_text.h"

#include "core/util/result.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>

namespace veritune::cli {
namespace {

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t bytes = 0;  ///< 0 = not UTF-8 at this place
};

std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

CodePoint code_point_at(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = sequence_length(lead);
    if (length == 0 || at + length > text.size()) return {};
    if (length == 1) return {lead, 1};
    std::uint32_t value = lead & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[at + i]);
        if ((byte & 0xC0) != 0x80) return {};
        value = (value << 6) | (byte & 0x3Fu);
    }
    static constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < kSmallest[length] || value > 0x10FFFF || surrogate) return {};
    return {value, length};
}

/// Characters that are obeyed or reorder text instead of being seen.
bool is_hidden(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xE0000 && c <= 0xE007F);
}

std::string hex(const char* format, unsigned value) {
    std::array<char, 16> buffer{};
    std::snprintf(buffer.data(), buffer.size(), format, value);
    return buffer.data();
}

std::string escaped(std::uint32_t c) {
    if (c == '\n') return "\\n";
    if (c == '\t') return "\\t";
    if (c == '\r') return "\\r";
    return c < 0x100 ? hex("\\x%02x", c) : hex("\\u{%x}", c);
}

constexpr std::array<std::string_view, 8> kBlocks{
    "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
constexpr std::array<std::string_view, 8> kAsciiLevels{"_", ".", "-", ":", "=", "+", "*", "#"};

std::string printed(const char* format, double value) {
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), format, value);
    return buffer.data();
}

void append_cell(std::string& line, const std::string& cell, std::size_t width, bool right) {
    const std::string padding(width - std::min(width, text_width(cell)), ' ');
    line += right ? padding + cell : cell + padding;
}

}  // namespace

std::string printable(std::string_view text, bool keep_lines) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint c = code_point_at(text, at);
        if (c.bytes == 0) {
            out += hex("\\x%02x", static_cast<unsigned char>(text[at]));
            ++at;
            continue;
        }
        const bool kept = keep_lines && (c.value == '\n' || c.value == '\t');
        if (is_hidden(c.value) && !kept) {
            out += escaped(c.value);
        } else {
            out += text.substr(at, c.bytes);
        }
        at += c.bytes;
    }
    return out;
}

std::size_t text_width(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string clip_text(std::string_view utf8, std::size_t columns, bool unicode) {
    if (text_width(utf8) <= columns) return std::string(utf8);
    if (columns == 0) return {};
    std::size_t at = 0;
    for (std::size_t taken = 0; taken + 1 < columns; ++taken) {
        at += std::max<std::size_t>(1, sequence_length(static_cast<unsigned char>(utf8[at])));
    }
    return std::string(utf8.substr(0, at)) + (unicode ? "\u2026" : "~");
}

std::string sparkline(std::span<const double> values, std::size_t columns, bool unicode) {
    if (values.size() > columns) values = values.last(columns);
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const double value : values) {
        if (!std::isfinite(value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    std::string out;
    for (const double value : values) {
        if (!std::isfinite(value)) {
            out += ' ';
            continue;
        }
        // A flat series sits in the middle: neither good nor bad.
        const double share = high > low ? (value - low) / (high - low) : 0.5;
        const auto level = static_cast<std::size_t>(std::lround(share * 7.0));
        out += unicode ? kBlocks[level] : kAsciiLevels[level];
    }
    return out;
}

std::string format_duration(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0.0 || seconds > 1e9) return "-";
    const long long total = std::llround(seconds);
    std::array<char, 64> buffer{};
    if (total >= 3600) {
        std::snprintf(buffer.data(),
                      buffer.size(),
                      "%lld:%02lld:%02lld",
                      total / 3600,
                      total / 60 % 60,
                      total % 60);
    } else {
        std::snprintf(buffer.data(), buffer.size(), "%lld:%02lld", total / 60, total % 60);
    }
    return buffer.data();
}

std::string format_number(double value, int decimals) {
    if (!std::isfinite(value)) return "-";
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
    return buffer.data();
}

std::string format_value(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    return printed("%.4g", value);
}

std::string format_bytes(double bytes) {
    static constexpr std::array<const char*, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    while (bytes >= 999.95 && unit + 1 < kUnits.size()) {
        bytes /= 1000.0;
        ++unit;
    }
    return printed(unit == 0 ? "%.0f" : "%.1f", bytes) + " " + kUnits[unit];
}

std::string format_count(long long value) {
    std::string digits = std::to_string(value);
    const std::size_t first = value < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3;) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

TextTable::TextTable(std::vector<Column> columns)
    : columns_(std::move(columns)) {}

void TextTable::add(std::vector<std::string> cells) {
    VT_CHECK(cells.size() == columns_.size());
    rows_.push_back(std::move(cells));
}

std::string TextTable::render() const {
    std::vector<std::size_t> widths;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
        std::size_t width = text_width(columns_[c].title);
        for (const auto& row : rows_) width = std::max(width, text_width(row[c]));
        widths.push_back(width);
    }
    std::string out;
    const auto finish_line = [&out](std::string line) {
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    };
    std::string header;
    std::string rule;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
        const bool right = columns_[c].align == Align::kRight;
        append_cell(header, columns_[c].title, widths[c], right);
        rule += std::string(widths[c], '-');
        if (c + 1 < columns_.size()) {
            header += "  ";
            rule += "  ";
        }
    }
    finish_line(header);
    finish_line(rule);
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            append_cell(line, row[c], widths[c], columns_[c].align == Align::kRight);
            if (c + 1 < columns_.size()) line += "  ";
        }
        finish_line(line);
    }
    return out;
}

}  // namespace veritune::cli
