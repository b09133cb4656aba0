// SPDX-License-Identifier: Apache-2.0
#include "core/train/config_fields.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace veritune::train {

using util::ErrorCode;
using util::Json;

namespace {

std::string number_text(double value) { return Json(value).dump(); }

std::string bound_text(double value) {
    // Whole bounds read better without the ".0" that JSON needs.
    if (std::abs(value) < 1e15 && value == std::floor(value)) {
        return std::to_string(static_cast<std::int64_t>(value));
    }
    return number_text(value);
}

std::string range_text(const FieldSpec& spec) {
    const bool low = std::isfinite(spec.minimum);
    const bool high = std::isfinite(spec.maximum);
    if (low && high) {
        return (spec.minimum_excluded ? "in (" : "in [") + bound_text(spec.minimum) + ", " +
               bound_text(spec.maximum) + "]";
    }
    if (low) return (spec.minimum_excluded ? "> " : ">= ") + bound_text(spec.minimum);
    return "<= " + bound_text(spec.maximum);
}

/// What stood in a file, short enough for a message.
std::string cut(std::string text) {
    constexpr std::size_t kMaxShown = 80;
    if (text.size() <= kMaxShown) return text;
    std::size_t end = kMaxShown;
    // Never in the middle of a UTF-8 character.
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    return text + "...";
}

std::string shown(const Json& value) {
    return cut(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

util::Error refuse(std::string_view where, const FieldSpec& spec, const std::string& rule) {
    return util::fail(ErrorCode::kInvalidArgument,
                      std::string(where) + "." + spec.key + " must be " + rule);
}

util::Status check_range(double value,
                         const Json& json,
                         std::string_view where,
                         const FieldSpec& spec) {
    const bool low_ok = spec.minimum_excluded ? value > spec.minimum : value >= spec.minimum;
    if (std::isfinite(value) && low_ok && value <= spec.maximum) return {};
    return refuse(where, spec, range_text(spec) + ", is " + shown(json));
}

util::Status check_choice(const std::string& value, std::string_view where, const FieldSpec& spec) {
    if (spec.choices.empty()) return {};
    std::string all;
    for (const std::string& choice : spec.choices) {
        if (choice == value) return {};
        all += (all.empty() ? "" : ", ") + (choice.empty() ? std::string("\"\"") : choice);
    }
    const std::string near = nearest_key(value, spec.choices);
    const std::string hint = near.empty() ? "" : "; did you mean \"" + near + "\"?";
    return refuse(where, spec, "one of " + all + ", is \"" + cut(value) + "\"" + hint);
}

struct Writer {
    const FieldSpec& spec;
    const Json& value;
    std::string_view where;

    util::Status operator()(std::int64_t* slot) const {
        // JSON numbers above 2^63 - 1 arrive as unsigned; get<int64_t> would wrap them.
        const bool fits = value.is_number_integer() &&
                          !(value.is_number_unsigned() &&
                            value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX));
        if (!fits) return refuse(where, spec, "a whole number, is " + shown(value));
        const auto number = value.get<std::int64_t>();
        VT_TRY(check_range(static_cast<double>(number), value, where, spec));
        *slot = number;
        return {};
    }
    util::Status operator()(std::uint64_t* slot) const {
        const bool fits = value.is_number_unsigned() ||
                          (value.is_number_integer() && value.get<std::int64_t>() >= 0);
        if (!fits) return refuse(where, spec, "a whole number >= 0, is " + shown(value));
        *slot = value.get<std::uint64_t>();
        return {};
    }
    util::Status operator()(double* slot) const {
        if (!value.is_number()) return refuse(where, spec, "a number, is " + shown(value));
        VT_TRY(check_range(value.get<double>(), value, where, spec));
        *slot = value.get<double>();
        return {};
    }
    util::Status operator()(bool* slot) const {
        if (!value.is_boolean()) return refuse(where, spec, "true or false, is " + shown(value));
        *slot = value.get<bool>();
        return {};
    }
    util::Status operator()(std::string* slot) const {
        if (!value.is_string()) return refuse(where, spec, "text");
        const auto& text = value.get_ref<const std::string&>();
        if (text.size() > 4096) return refuse(where, spec, "at most 4096 bytes long");
        VT_TRY(check_choice(text, where, spec));
        *slot = text;
        return {};
    }
};

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace

Json read_slot(const Slot& slot) {
    return std::visit([](const auto* value) { return Json(*value); }, slot);
}

util::Status write_slot(const Slot& slot,
                        const FieldSpec& spec,
                        const Json& value,
                        std::string_view where) {
    return std::visit(Writer{spec, value, where}, slot);
}

std::string nearest_key(std::string_view key, const std::vector<std::string>& known) {
    // A hostile key of a megabyte must not cost a megabyte times the table.
    if (key.size() > 64) return "";
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(2, key.size() / 3) + 1;
    for (const std::string& candidate : known) {
        const std::size_t distance = edit_distance(key, candidate);
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

util::Error unknown_key(std::string_view key,
                        std::string_view where,
                        const std::vector<std::string>& known) {
    const std::string near = nearest_key(key, known);
    const std::string hint = near.empty() ? "" : "; did you mean \"" + near + "\"?";
    const std::string shown =
        key.size() > 64 ? std::string(key.substr(0, 64)) + "..." : std::string(key);
    return util::fail(ErrorCode::kInvalidArgument,
                      std::string(where) + " has no key \"" + shown + "\"" + hint);
}

}  // namespace veritune::train
