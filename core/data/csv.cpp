// SPDX-License-Identifier: Apache-2.0
#include "core/data/csv.h"

#include "core/data/jsonl.h"

#include <algorithm>
#include <array>

namespace veritune::data {

namespace {

using util::Result;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Columns of a line, quotes respected; the line is taken for a whole record.
std::size_t columns_of(std::string_view line, char delimiter) {
    std::size_t columns = 1;
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        if (c == delimiter && !quoted) ++columns;
    }
    return columns;
}

std::vector<std::string_view> records_of(std::string_view sample) {
    std::vector<std::string_view> records;
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < sample.size(); ++at) {
        if (sample[at] == '"') quoted = !quoted;
        if (sample[at] != '\n' || quoted) continue;
        if (at > begin) records.push_back(sample.substr(begin, at - begin));
        begin = at + 1;
    }
    if (begin < sample.size()) records.push_back(sample.substr(begin));
    return records;
}

/// Digits in groups of three: "1234", "1.234", "12.345.678" with mark '.'.
bool is_grouped(std::string_view text, char group) {
    if (text.empty()) return false;
    std::size_t run = 0;
    bool any = false;
    for (const char c : text) {
        if (is_digit(c)) {
            ++run;
        } else if (c == group) {
            if (any ? run != 3 : run == 0 || run > 3) return false;
            any = true;
            run = 0;
        } else {
            return false;
        }
    }
    return any ? run == 3 : run > 0;
}

std::string_view without_sign(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    return text;
}

}  // namespace

void CsvReader::end_field(CsvRecord& record) {
    if (record.fields.size() >= kMaxCsvColumns) {
        record.error = "the line has more than 1000 columns; is the delimiter right?";
        return;
    }
    if (field_.size() > kMaxCsvFieldBytes) {
        record.error = "a cell is longer than 1 MiB; shorten it or split the row";
        field_.clear();
    }
    record.fields.push_back(std::move(field_));
    record.quoted.push_back(was_quoted_);
    field_.clear();
    was_quoted_ = false;
    state_ = State::kFieldStart;
}

/// One line into the record; true when the record ends with it.
bool CsvReader::feed(std::string_view line, CsvRecord& record) {
    for (const char c : line) {
        switch (state_) {
            case State::kFieldStart:
                if (c == '"') {
                    state_ = State::kQuoted;
                    was_quoted_ = true;
                    break;
                }
                state_ = State::kPlain;
                [[fallthrough]];
            case State::kPlain:
                c == delimiter_ ? end_field(record) : field_.push_back(c);
                break;
            case State::kQuoted:
                if (c == '"') {
                    state_ = State::kQuoteSeen;
                } else {
                    field_.push_back(c);
                }
                break;
            case State::kQuoteSeen:
                if (c == '"') {
                    field_.push_back('"');
                    state_ = State::kQuoted;
                } else if (c == delimiter_) {
                    end_field(record);
                } else if (c != ' ') {
                    record.error =
                        "a quote is closed in the middle of a cell; write it twice (\"\")";
                    field_.push_back(c);
                    state_ = State::kPlain;
                }
                break;
        }
        if (field_.size() > kMaxCsvFieldBytes + 1) {
            record.error = state_ == State::kQuoted
                               ? "a quote that opens here is not closed within 1 MiB"
                               : "a cell is longer than 1 MiB; shorten it or split the row";
            return true;
        }
    }
    return state_ != State::kQuoted;
}

Result<bool> CsvReader::next(CsvRecord& record) {
    record = {};
    field_.clear();
    was_quoted_ = false;
    state_ = State::kFieldStart;
    TextLine line;
    for (int count = 0;; ++count) {
        VT_ASSIGN(const bool more, lines_.next(line));
        if (!more) {
            if (count == 0) return false;
            record.error = "a quote that opens in this row is never closed";
            return true;
        }
        last_line_ = line.number;
        if (count == 0) {
            if (is_blank_line(line.text) && !line.too_long) {
                --count;
                continue;
            }
            record.line = line.number;
        } else {
            field_.push_back('\n');
        }
        if (line.too_long) record.error = "the line is longer than 16 MiB";
        if (line.bad_utf8) {
            record.error =
                "line " + std::to_string(line.number) +
                " is not UTF-8, other lines are: the file mixes encodings. Save it anew as UTF-8,"
                " or choose the encoding (cp1252) for all of it";
        }
        if (line.text.find('\0') != std::string::npos) record.error = "the line holds a NUL byte";
        if (!feed(line.text, record) && count < kMaxCsvRecordLines && !line.too_long) continue;
        end_field(record);
        return true;
    }
}

std::optional<char> sniff_delimiter(std::string_view sample) {
    constexpr std::array<char, 4> kDelimiters = {';', '\t', ',', '|'};
    const std::vector<std::string_view> records = records_of(sample);
    if (records.empty()) return std::nullopt;
    std::optional<char> best;
    double best_score = 0.0;
    for (const char delimiter : kDelimiters) {
        const std::size_t columns = columns_of(records.front(), delimiter);
        if (columns < 2) continue;
        std::size_t same = 0;
        for (const std::string_view record : records) {
            same += columns_of(record, delimiter) == columns ? 1 : 0;
        }
        const double score = static_cast<double>(same) / static_cast<double>(records.size());
        // A header with commas inside its words has more columns than any row.
        if (score > best_score + 1e-9) {
            best = delimiter;
            best_score = score;
        }
    }
    return best;
}

std::optional<char> decimal_mark_of(std::string_view number) {
    number = without_sign(number);
    const std::size_t comma = number.rfind(',');
    const std::size_t point = number.rfind('.');
    if (comma == std::string_view::npos && point == std::string_view::npos) return std::nullopt;
    if (comma != std::string_view::npos && point != std::string_view::npos) {
        const char mark = comma > point ? ',' : '.';
        return plain_number(number, mark) ? std::optional<char>(mark) : std::nullopt;
    }
    const char mark = comma != std::string_view::npos ? ',' : '.';
    const std::size_t at = comma != std::string_view::npos ? comma : point;
    const std::string_view whole = number.substr(0, at);
    const std::string_view rest = number.substr(at + 1);
    if (rest.empty() || !std::all_of(rest.begin(), rest.end(), is_digit)) return std::nullopt;
    const char other = mark == ',' ? '.' : ',';
    if (whole.find(mark) != std::string_view::npos) {
        return is_grouped(number, mark) ? std::optional<char>(other) : std::nullopt;
    }
    if (whole.empty() || !std::all_of(whole.begin(), whole.end(), is_digit)) return std::nullopt;
    // "1,234" may be either; "0,234" and "1234,5" may not.
    if (rest.size() == 3 && whole.size() <= 3 && whole != "0") return std::nullopt;
    return mark;
}

std::optional<std::string> plain_number(std::string_view text, char decimal_mark) {
    std::string out;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        if (text.front() == '-') out += '-';
        text.remove_prefix(1);
    }
    const char group = decimal_mark == ',' ? '.' : ',';
    const std::size_t mark = text.find(decimal_mark);
    const std::string_view whole = text.substr(0, mark);
    if (!is_grouped(whole, group)) return std::nullopt;
    std::copy_if(whole.begin(), whole.end(), std::back_inserter(out), is_digit);
    if (mark == std::string_view::npos) return out;
    const std::string_view rest = text.substr(mark + 1);
    if (rest.empty() || !std::all_of(rest.begin(), rest.end(), is_digit)) return std::nullopt;
    return out + '.' + std::string(rest);
}

bool looks_like_formula(std::string_view cell) {
    if (cell.size() < 2) return false;
    const char first = cell.front();
    if (first == '@') return true;
    if (first == '=') return cell[1] != '=';
    if (first != '+' && first != '-') return false;
    // "+49 30 1234", "-5", "-0.5e3", "-x" and "- a list" are what people write; "+A1" and "-SUM("
    // are not.
    const std::string_view rest = cell.substr(1);
    std::size_t letters = 0;
    while (letters < rest.size() &&
           ((rest[letters] >= 'A' && rest[letters] <= 'Z') || rest[letters] == '$')) {
        ++letters;
    }
    if (letters == 0 || letters == rest.size()) return false;
    return is_digit(rest[letters]) || rest[letters] == '(';
}

}  // namespace veritune::data
