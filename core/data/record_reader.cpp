// SPDX-License-Identifier: Apache-2.0
#include "core/data/record_reader.h"

#include "core/data/jsonl.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <set>
#include <utility>

namespace veritune::data {

namespace {

using util::Json;
using util::Result;

constexpr std::string_view kNotUtf8 =
    "the line is not UTF-8, other lines are: the file mixes encodings. Save it anew as UTF-8, or"
    " choose the encoding (cp1252) for all of it";

void parse_into(RawRecord& record, std::string_view text) {
    Result<Json> row = parse_jsonl_row(text);
    if (row) {
        record.value = std::move(row).value();
    } else {
        record.error = util::to_string(row.error());
    }
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> endings) {
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
        return lower.ends_with(ending);
    });
}

bool is_number_like(std::string_view cell) {
    cell = text::trim(cell);
    return plain_number(cell, '.').has_value() || plain_number(cell, ',').has_value();
}

/// A first record names columns when its cells are short words that differ, none of them a number.
bool looks_like_header(const CsvRecord& record) {
    constexpr std::size_t kLongName = 64;
    std::set<std::string> seen;
    for (const std::string& cell : record.fields) {
        if (cell.size() > kLongName || is_number_like(cell)) return false;
        if (!cell.empty() && !seen.insert(cell).second) return false;
        if (cell.size() == 1 && cell >= "A" && cell <= "Z" && record.fields.size() <= 2) {
            return false;
        }
        if (cell.find('?') != std::string::npos) return false;
    }
    return !seen.empty();
}

/// Excel's own first line "sep=;".
bool is_excel_hint(std::string_view text) {
    constexpr std::size_t kLongest = 6;
    return text.starts_with("sep=") && text.find('\n') <= kLongest;
}

bool first_record_is_header(std::string_view text, char delimiter) {
    StringSource source(text);
    LineReader lines(source, Encoding::kUtf8);
    CsvReader csv(lines, delimiter);
    CsvRecord record;
    const auto more = csv.next(record);
    return !more || !*more || looks_like_header(record);
}

}  // namespace

std::string_view format_name(RecordFormat format) {
    switch (format) {
        case RecordFormat::kJsonl:
            return "jsonl";
        case RecordFormat::kJson:
            return "json";
        case RecordFormat::kCsv:
            return "csv";
    }
    VT_CHECK(false);
}

std::string unquoted_cell(std::string cell) {
    constexpr std::string_view kGuarded = "=+-@\t\r'";
    if (cell.size() >= 2 && cell[0] == '\'' && kGuarded.find(cell[1]) != std::string_view::npos) {
        cell.erase(0, 1);
    }
    return cell;
}

RecordReader::RecordReader(ByteSource& source, const RecordDialect& dialect)
    : dialect_(dialect),
      lines_(source, dialect.encoding),
      csv_(lines_, dialect.delimiter) {}

Result<bool> RecordReader::next(RawRecord& record) {
    record = {};
    switch (dialect_.format) {
        case RecordFormat::kJsonl:
            return next_jsonl(record);
        case RecordFormat::kJson:
            return next_element(record);
        case RecordFormat::kCsv:
            return next_csv(record);
    }
    VT_CHECK(false);
}

Result<bool> RecordReader::next_jsonl(RawRecord& record) {
    while (true) {
        VT_ASSIGN(const bool more, lines_.next(line_));
        if (!more) return false;
        lines_read_ = line_.number;
        record.line = line_.number;
        if (line_.too_long) {
            record.error = "the row is longer than 16 MiB";
        } else if (line_.bad_utf8) {
            record.error = kNotUtf8;
        } else if (is_blank_line(line_.text)) {
            continue;
        } else {
            parse_into(record, line_.text);
        }
        return true;
    }
}

/// Follows strings and nesting; true while c belongs to an element.
bool RecordReader::scan(char c) {
    if (in_string_) {
        if (escaped_) {
            escaped_ = false;
        } else if (c == '\\') {
            escaped_ = true;
        } else if (c == '"') {
            in_string_ = false;
        }
        return true;
    }
    if (c == '"') {
        in_string_ = true;
    } else if (c == '[' || c == '{') {
        return ++depth_ > 1;
    } else if (c == ']' || c == '}') {
        return --depth_ >= 1;
    }
    return depth_ > 1 || c != ',';
}

/// One element of the one big array; only its own text is in memory.
Result<bool> RecordReader::next_element(RawRecord& record) {
    std::string text;
    bool too_long = false;
    while (!ended_) {
        if (!have_line_ || at_ > line_.text.size()) {
            VT_ASSIGN(const bool more, lines_.next(line_));
            if (!more) break;
            lines_read_ = line_.number;
            have_line_ = true;
            at_ = 0;
            if (line_.bad_utf8) record.error = kNotUtf8;
            if (line_.too_long) record.error = "a line is longer than 16 MiB; write one row a line";
        }
        const char c = at_ < line_.text.size() ? line_.text[at_] : '\n';
        ++at_;
        const bool inside = scan(c);
        if (inside) {
            if (text.empty() && is_space(c)) continue;
            if (text.empty()) record.line = line_.number;
            if (text.size() >= kMaxLineBytes) too_long = true;
            if (!too_long) text += c;
            continue;
        }
        if (depth_ == 0) ended_ = true;
        if (!text.empty()) break;
    }
    if (text.empty() && record.error.empty()) return false;
    if (record.line == 0) record.line = line_.number;
    if (too_long) {
        record.error = "the row is longer than 16 MiB";
    } else if (record.error.empty()) {
        parse_into(record, text);
    }
    return true;
}

void RecordReader::name_columns(const CsvRecord& first) {
    std::set<std::string> taken;
    for (std::size_t i = 0; i < first.fields.size(); ++i) {
        std::string name(dialect_.header ? text::trim(first.fields[i]) : std::string_view());
        if (name.empty()) name = "column_" + std::to_string(i + 1);
        const std::string base = name;
        for (int n = 2; !taken.insert(name).second; ++n) name = base + "_" + std::to_string(n);
        columns_.push_back(std::move(name));
    }
}

Result<bool> RecordReader::next_csv(RawRecord& record) {
    CsvRecord row;
    VT_ASSIGN(bool more, csv_.next(row));
    // A first row that cannot be read has no fields: it is reported, the next one names the
    // columns.
    const auto names_columns = [&] { return more && columns_.empty() && !row.fields.empty(); };
    if (names_columns() && row.fields.size() <= 2 && row.fields[0].starts_with("sep=")) {
        VT_ASSIGN(more, csv_.next(row));
    }
    if (names_columns()) {
        name_columns(row);
        if (dialect_.header) {
            VT_ASSIGN(more, csv_.next(row));
        }
    }
    lines_read_ = csv_.lines();
    if (!more) return false;
    record.line = row.line;
    record.error = std::move(row.error);
    if (record.error.empty() && row.fields.size() != columns_.size()) {
        // Trailing delimiters are a habit of spreadsheets.
        while (row.fields.size() > columns_.size() && row.fields.back().empty()) {
            row.fields.pop_back();
        }
        if (row.fields.size() != columns_.size()) {
            record.error = "the row has " + std::to_string(row.fields.size()) +
                           " columns, the first has " + std::to_string(columns_.size()) +
                           "; put quotes around cells that hold the delimiter";
        }
    }
    if (!record.error.empty()) return true;
    record.value = Json::object();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        record.value[columns_[i]] = std::move(row.fields[i]);
    }
    return true;
}

RecordDialect guess_dialect(std::string_view head, bool whole, std::string_view name) {
    const FirstLook look = look_at(head, whole);
    RecordDialect dialect{.encoding = look.encoding};
    // The sample as UTF-8, whole lines.
    StringSource source(head);
    LineReader lines(source, look.encoding);
    std::string sample;
    TextLine line;
    constexpr int kSampleLines = 200;
    for (int n = 0; n < kSampleLines; ++n) {
        const auto more = lines.next(line);
        if (!more || !*more) break;
        sample += line.text + '\n';
    }
    const std::size_t start = sample.find_first_not_of(" \t\r\n");
    const char first = start == std::string::npos ? '\0' : sample[start];
    const bool table = ends_with_any(name, {".csv", ".tsv", ".tab"});
    if (!table && first == '{') return dialect;
    if (!table && first == '[') {
        dialect.format = RecordFormat::kJson;
        return dialect;
    }
    if (!table && ends_with_any(name, {".jsonl", ".ndjson", ".json"})) return dialect;
    dialect.format = RecordFormat::kCsv;
    std::string_view text = sample;
    if (is_excel_hint(text)) text.remove_prefix(text.find('\n') + 1);
    dialect.delimiter =
        sniff_delimiter(text).value_or(ends_with_any(name, {".tsv", ".tab"}) ? '\t' : ',');
    dialect.header = first_record_is_header(text, dialect.delimiter);
    return dialect;
}

}  // namespace veritune::data
