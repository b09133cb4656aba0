// SPDX-License-Identifier: Apache-2.0
#include "core/data/gold_shapes.h"

#include "core/data/csv.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace veritune::data {

namespace {

constexpr std::size_t kMaxLabels = 8;
constexpr std::size_t kLabelBytes = 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_integer(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_letter_option(std::string_view text) {
    return text.size() == 1 && text.front() >= 'A' && text.front() <= 'J';
}

bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= kLabelBytes &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
           });
}

bool looks_like_mathematics(std::string_view text) {
    return text.find_first_of("\\^${}") != std::string_view::npos ||
           text.find("/") != std::string_view::npos || text.find("sqrt") != std::string_view::npos;
}

std::optional<int> digits(std::string_view text, std::size_t least, std::size_t most) {
    if (text.size() < least || text.size() > most) return std::nullopt;
    if (!std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
    int value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    return value;
}

std::optional<std::string> iso_of(std::optional<int> year,
                                  std::optional<int> month,
                                  std::optional<int> day) {
    if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31) {
        return std::nullopt;
    }
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", *year, *month, *day);
    return std::string(text.data());
}

/// The three parts around two separators.
std::optional<std::array<std::string_view, 3>> three_parts(std::string_view text, char separator) {
    const std::size_t first = text.find(separator);
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = text.find(separator, first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    return std::array<std::string_view, 3>{
        text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
}

}  // namespace

std::optional<std::string> iso_date(std::string_view text) {
    if (const auto parts = three_parts(text, '-')) {
        return iso_of(
            digits((*parts)[0], 4, 4), digits((*parts)[1], 2, 2), digits((*parts)[2], 2, 2));
    }
    if (const auto parts = three_parts(text, '.')) {
        return iso_of(
            digits((*parts)[2], 4, 4), digits((*parts)[1], 1, 2), digits((*parts)[0], 1, 2));
    }
    return std::nullopt;
}

std::optional<std::string> iso_date_us(std::string_view text) {
    const auto parts = three_parts(text, '/');
    if (!parts) return std::nullopt;
    return iso_of(digits((*parts)[2], 4, 4), digits((*parts)[0], 1, 2), digits((*parts)[1], 1, 2));
}

void GoldShapes::add(std::string_view gold) {
    gold = text::trim(gold);
    if (gold.empty()) return;
    ++count_;
    bytes_ += static_cast<std::int64_t>(gold.size());
    const bool integer = is_integer(gold);
    const bool english = plain_number(gold, '.').has_value();
    const bool german = plain_number(gold, ',').has_value();
    if (integer || english || german) ++numbers_;
    if (const auto mark = decimal_mark_of(gold)) *mark == ',' ? ++commas_ : ++points_;
    // "70,000" is whole in one reading, "1.5" in none.
    const bool grouped = !integer && (english || german) && !decimal_mark_of(gold);
    if (integer || grouped) ++integers_;
    if (iso_date(gold)) ++dates_;
    if (is_letter_option(gold)) ++letters_;
    if (looks_like_mathematics(gold)) ++formulas_;
    if (many_labels_) return;
    if (!is_label(gold) || (++labels_[std::string(gold)], labels_.size() > kMaxLabels)) {
        many_labels_ = true;
        labels_.clear();
    }
}

double GoldShapes::mean_bytes() const {
    return count_ == 0 ? 0.0 : static_cast<double>(bytes_) / static_cast<double>(count_);
}

bool GoldShapes::most(std::int64_t part) const {
    // A few bad answers must not hide what the column is: they become errors of their rows.
    return count_ > 0 && part * 100 >= count_ * 97;
}

bool GoldShapes::is_regular() const { return most(numbers_) || most(dates_) || most(letters_); }

char GoldShapes::decimal_mark(char fallback) const {
    if (commas_ == points_) return fallback;
    return commas_ > points_ ? ',' : '.';
}

std::optional<GoldShapes::Suggestion> GoldShapes::suggest() const {
    if (count_ == 0) return std::nullopt;
    if (most(integers_) && commas_ == 0 && points_ == 0) return Suggestion{.verifier = "integer"};
    if (most(numbers_)) return Suggestion{.verifier = "numeric"};
    if (most(dates_)) return Suggestion{.verifier = "date"};
    if (most(letters_)) return Suggestion{.verifier = "choice"};
    // A handful of labels that come again and again.
    if (!many_labels_ && labels_.size() >= 2 &&
        count_ >= 4 * static_cast<std::int64_t>(labels_.size())) {
        util::Json options = util::Json::object();
        for (const auto& [label, times] : labels_) options[label] = "";
        return Suggestion{.verifier = "choice", .params = {{"options", options}}};
    }
    if (formulas_ * 10 >= count_ * 3) return Suggestion{.verifier = "math"};
    return Suggestion{.verifier = "text_exact"};
}

std::string normal_gold(std::string_view gold, std::string_view verifier, char decimal_mark) {
    const std::string_view trimmed = text::trim(gold);
    if (verifier == "integer" || verifier == "numeric") {
        if (auto plain = plain_number(trimmed, decimal_mark)) return std::move(*plain);
        return std::string(trimmed);
    }
    if (verifier == "date") return iso_date(trimmed).value_or(std::string(trimmed));
    return std::string(trimmed);
}

}  // namespace veritune::data
