// SPDX-License-Identifier: Apache-2.0
#include "core/verify/schema.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace veritune::verify {

namespace {

using util::ErrorCode;
using util::Json;
using util::Status;

/// Deeper than any JSON we read (64), so that a schema cannot recurse without end.
constexpr int kMaxDepth = 128;

util::Error misfit(const std::string& place, const std::string& expected) {
    return util::fail(ErrorCode::kInvalidArgument, place + " must be " + expected);
}

util::Error bad_schema(const std::string& place, const std::string& why) {
    return util::fail(ErrorCode::kUnsupported, "the schema of " + place + " " + why);
}

bool is_type_name(std::string_view name) {
    static constexpr std::array<std::string_view, 7> kNames = {
        "null", "boolean", "integer", "number", "string", "array", "object"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool has_type(const Json& value, std::string_view name) {
    if (name == "null") return value.is_null();
    if (name == "boolean") return value.is_boolean();
    if (name == "integer") return value.is_number_integer();
    if (name == "number") return value.is_number();
    if (name == "string") return value.is_string();
    if (name == "array") return value.is_array();
    return value.is_object();
}

Status check_type(const Json& type, const Json& value, const std::string& place) {
    const Json names = type.is_array() ? type : Json::array({type});
    std::string list;
    bool fits = false;
    for (const Json& name : names) {
        if (!name.is_string() || !is_type_name(name.get_ref<const std::string&>())) {
            return bad_schema(place, "names a type that does not exist");
        }
        const auto& text = name.get_ref<const std::string&>();
        list += (list.empty() ? "" : " or ") + text;
        fits = fits || has_type(value, text);
    }
    if (!fits) return misfit(place, list);
    return {};
}

Status check_enum(const Json& allowed, const Json& value, const std::string& place) {
    if (!allowed.is_array()) return bad_schema(place, "has an enum that is no list");
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return {};
    return misfit(place, "one of " + util::canonical_json(allowed));
}

Status check_bound(const std::string& keyword,
                   const Json& bound,
                   const Json& value,
                   const std::string& place) {
    if (!bound.is_number()) return bad_schema(place, "has a " + keyword + " that is no number");
    if (!value.is_number()) return {};
    const bool fits = keyword == "minimum" ? value >= bound : value <= bound;
    if (fits) return {};
    return misfit(place, (keyword == "minimum" ? "at least " : "at most ") + bound.dump());
}

Status check_required(const Json& keys, const Json& value, const std::string& place) {
    if (!keys.is_array()) return bad_schema(place, "has a required that is no list");
    if (!value.is_object()) return {};
    for (const Json& key : keys) {
        if (!key.is_string()) return bad_schema(place, "requires a key that is no text");
        const auto& name = key.get_ref<const std::string&>();
        if (!value.contains(name)) return misfit(place + "." + name, "given");
    }
    return {};
}

Status check_value(const Json& schema, const Json& value, const std::string& place, int depth);

Status check_properties(const Json& schema,
                        const Json& value,
                        const std::string& place,
                        int depth) {
    static const Json kNothing = Json::object();
    static const Json kAnything = true;
    const auto given = schema.find("properties");
    const Json& properties = given == schema.end() ? kNothing : *given;
    const auto rest = schema.find("additionalProperties");
    const Json& additional = rest == schema.end() ? kAnything : *rest;
    if (!properties.is_object()) return bad_schema(place, "has properties that are no object");
    if (!value.is_object()) return {};
    for (const auto& [key, child] : value.items()) {
        const auto property = properties.find(key);
        const Json& rule = property == properties.end() ? additional : *property;
        VT_TRY(check_value(rule, child, place + "." + key, depth));
    }
    return {};
}

Status check_items(const Json& rule, const Json& value, const std::string& place, int depth) {
    if (!value.is_array()) return {};
    for (std::size_t i = 0; i < value.size(); ++i) {
        VT_TRY(check_value(rule, value[i], place + "[" + std::to_string(i) + "]", depth));
    }
    return {};
}

Status check_keyword(const std::string& keyword,
                     const Json& schema,
                     const Json& value,
                     const std::string& place,
                     int depth) {
    const Json& rule = schema.at(keyword);
    if (keyword == "type") return check_type(rule, value, place);
    if (keyword == "enum") return check_enum(rule, value, place);
    if (keyword == "const") {
        if (value == rule) return {};
        return misfit(place, util::canonical_json(rule));
    }
    if (keyword == "minimum" || keyword == "maximum") {
        return check_bound(keyword, rule, value, place);
    }
    if (keyword == "required") return check_required(rule, value, place);
    if (keyword == "items") return check_items(rule, value, place, depth);
    if (keyword == "title" || keyword == "description") return {};
    // Both are answered together, once, after the loop over the keywords.
    if (keyword == "properties" || keyword == "additionalProperties") return {};
    return bad_schema(place, "uses the keyword \"" + keyword + "\", which is not supported");
}

Status check_value(const Json& schema, const Json& value, const std::string& place, int depth) {
    if (depth > kMaxDepth) return bad_schema(place, "is nested too deep");
    if (schema.is_boolean()) {
        if (schema.get<bool>()) return {};
        return misfit(place, "left out");
    }
    if (!schema.is_object()) return bad_schema(place, "is neither an object nor true or false");
    for (const auto& item : schema.items()) {
        VT_TRY(check_keyword(item.key(), schema, value, place, depth + 1));
    }
    return check_properties(schema, value, place, depth + 1);
}

}  // namespace

Status check_schema(const Json& schema, const Json& value, std::string_view what) {
    return check_value(schema, value, std::string(what), 0);
}

}  // namespace veritune::verify
