// SPDX-License-Identifier: Apache-2.0
#include "core/verify/json_schema_checker.h"

#include "core/text/utf8.h"
#include "core/verify/pattern.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace veritune::verify {

namespace {

using util::Json;

constexpr int kMaxDepth = 128;

constexpr std::array<std::string_view, 23> kKeywords = {"type",
                                                        "enum",
                                                        "const",
                                                        "required",
                                                        "properties",
                                                        "additionalProperties",
                                                        "items",
                                                        "minItems",
                                                        "maxItems",
                                                        "uniqueItems",
                                                        "minimum",
                                                        "maximum",
                                                        "exclusiveMinimum",
                                                        "exclusiveMaximum",
                                                        "minLength",
                                                        "maxLength",
                                                        "minProperties",
                                                        "maxProperties",
                                                        "pattern",
                                                        "anyOf",
                                                        "oneOf",
                                                        "allOf",
                                                        "not"};
constexpr std::array<std::string_view, 9> kNotes = {
    "title", "description", "default", "examples", "$schema", "$id", "format", "$defs", "$ref"};

bool is_integer(const Json& value) {
    if (value.is_number_integer()) return true;
    return value.is_number_float() && std::floor(value.get<double>()) == value.get<double>();
}

bool has_type(const Json& value, const std::string& name) {
    if (name == "null") return value.is_null();
    if (name == "boolean") return value.is_boolean();
    if (name == "integer") return is_integer(value);
    if (name == "number") return value.is_number();
    if (name == "string") return value.is_string();
    if (name == "array") return value.is_array();
    return name == "object" && value.is_object();
}

const Json* resolve(const Json& root, const std::string& reference) {
    if (!reference.starts_with('#')) return nullptr;
    try {
        const Json::json_pointer pointer(reference.substr(1));
        return root.contains(pointer) ? &root.at(pointer) : nullptr;
    } catch (const Json::exception&) {
        return nullptr;  // no pointer at all
    }
}

class Checker {
  public:
    explicit Checker(const Json& root)
        : root_(root) {}

    bool check(const Json& schema, const Json& value, const std::string& place, int depth) {
        if (depth > kMaxDepth || ++steps_ > kMaxSchemaSteps) {
            limit_ = true;
            return fail(place, "needs too many steps");
        }
        if (schema.is_boolean()) return schema.get<bool>() || fail(place, "is not allowed");
        if (const auto reference = schema.find("$ref"); reference != schema.end()) {
            const Json* target = resolve(root_, reference->get<std::string>());
            if (target == nullptr || !check(*target, value, place, depth + 1)) return false;
        }
        return check_value(schema, value, place) && check_object(schema, value, place, depth) &&
               check_array(schema, value, place, depth) &&
               check_combined(schema, value, place, depth);
    }
    SchemaVerdict verdict(bool fits) const {
        return {.fits = fits && !limit_, .limit = limit_, .steps = steps_, .reason = reason_};
    }

  private:
    bool fail(const std::string& place, const std::string& why) {
        reason_ = place + " " + why;
        return false;
    }

    bool check_value(const Json& schema, const Json& value, const std::string& place) {
        if (const auto type = schema.find("type"); type != schema.end()) {
            const Json names = type->is_array() ? *type : Json::array({*type});
            const bool fits = std::any_of(names.begin(), names.end(), [&value](const Json& name) {
                return has_type(value, name.get<std::string>());
            });
            if (!fits) return fail(place, "has the wrong type");
        }
        if (const auto list = schema.find("enum"); list != schema.end()) {
            const bool known = std::find(list->begin(), list->end(), value) != list->end();
            if (!known) return fail(place, "is none of the allowed values");
        }
        if (const auto constant = schema.find("const"); constant != schema.end()) {
            if (*constant != value) return fail(place, "is not the required value");
        }
        if (value.is_number()) return check_number(schema, value, place);
        return !value.is_string() || check_string(schema, value.get<std::string>(), place);
    }
    bool check_number(const Json& schema, const Json& value, const std::string& place) {
        if (schema.contains("minimum") && value < schema["minimum"]) {
            return fail(place, "is too small");
        }
        if (schema.contains("maximum") && value > schema["maximum"]) {
            return fail(place, "is too large");
        }
        if (schema.contains("exclusiveMinimum") && value <= schema["exclusiveMinimum"]) {
            return fail(place, "is too small");
        }
        if (schema.contains("exclusiveMaximum") && value >= schema["exclusiveMaximum"]) {
            return fail(place, "is too large");
        }
        return true;
    }
    bool within(const Json& schema, const char* low, const char* high, std::size_t size) {
        return (!schema.contains(low) || Json(size) >= schema[low]) &&
               (!schema.contains(high) || Json(size) <= schema[high]);
    }
    bool check_string(const Json& schema, const std::string& text, const std::string& place) {
        if (!within(schema, "minLength", "maxLength", text::count_code_points(text))) {
            return fail(place, "has the wrong length");
        }
        if (!schema.contains("pattern")) return true;
        const util::Result<Pattern> pattern =
            Pattern::make(schema["pattern"].get<std::string>(), false);
        if (!pattern) return fail(place, "has a bad pattern");
        const PatternResult result = pattern->search(text);
        limit_ = limit_ || result == PatternResult::kLimit;
        return result == PatternResult::kMatch || fail(place, "does not match the pattern");
    }

    bool check_object(const Json& schema, const Json& value, const std::string& place, int depth) {
        if (!value.is_object()) return true;
        for (const Json& key : schema.value("required", Json::array())) {
            if (!value.contains(key.get<std::string>())) {
                return fail(place, "lacks " + key.get<std::string>());
            }
        }
        if (!within(schema, "minProperties", "maxProperties", value.size())) {
            return fail(place, "has the wrong number of members");
        }
        const Json properties = schema.value("properties", Json::object());
        const Json rest = schema.value("additionalProperties", Json(true));
        for (const auto& [key, child] : value.items()) {
            const auto property = properties.find(key);
            const Json& rule = property == properties.end() ? rest : *property;
            if (!check(rule, child, place + "." + key, depth + 1)) return false;
        }
        return true;
    }

    bool check_array(const Json& schema, const Json& value, const std::string& place, int depth) {
        if (!value.is_array()) return true;
        if (!within(schema, "minItems", "maxItems", value.size())) {
            return fail(place, "has the wrong number of items");
        }
        if (schema.value("uniqueItems", false)) {
            std::vector<Json> sorted(value.begin(), value.end());
            std::sort(sorted.begin(), sorted.end());
            if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
                return fail(place, "repeats an item");
            }
        }
        if (!schema.contains("items")) return true;
        for (std::size_t i = 0; i < value.size(); ++i) {
            const std::string item = place + "[" + std::to_string(i) + "]";
            if (!check(schema["items"], value[i], item, depth + 1)) return false;
        }
        return true;
    }

    bool check_combined(const Json& schema,
                        const Json& value,
                        const std::string& place,
                        int depth) {
        for (const Json& part : schema.value("allOf", Json::array())) {
            if (!check(part, value, place, depth + 1)) return false;
        }
        const auto count = [&](const char* keyword) {
            return std::count_if(
                schema[keyword].begin(), schema[keyword].end(), [&](const Json& part) {
                    return check(part, value, place, depth + 1);
                });
        };
        if (schema.contains("anyOf") && count("anyOf") == 0) {
            return fail(place, "fits none of the alternatives");
        }
        if (schema.contains("oneOf") && count("oneOf") != 1) {
            return fail(place, "does not fit exactly one alternative");
        }
        if (schema.contains("not") && check(schema["not"], value, place, depth + 1)) {
            return fail(place, "is what it must not be");
        }
        return true;
    }

    const Json& root_;
    int steps_ = 0;
    bool limit_ = false;
    std::string reason_;
};

std::string shape_fault(const std::string& key, const Json& rule) {
    const auto is = [&key](std::initializer_list<std::string_view> names) {
        return std::find(names.begin(), names.end(), key) != names.end();
    };
    const bool texts = rule.is_array() && std::all_of(rule.begin(), rule.end(), [](const Json& t) {
                           return t.is_string();
                       });
    bool fits = true;
    if (is({"type"})) fits = rule.is_string() || texts;
    if (is({"required"})) fits = texts;
    if (is({"enum", "anyOf", "oneOf", "allOf"})) fits = rule.is_array() && !rule.empty();
    if (is({"properties", "$defs"})) fits = rule.is_object();
    if (is({"uniqueItems"})) fits = rule.is_boolean();
    if (is({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})) fits = rule.is_number();
    if (is({"minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"})) {
        fits = rule.is_number_unsigned();
    }
    if (is({"pattern", "$ref"})) fits = rule.is_string();
    if (!fits) return "the keyword " + key + " has the wrong shape";
    if (key == "pattern") {
        const util::Result<Pattern> pattern = Pattern::make(rule.get<std::string>(), false);
        if (!pattern) return pattern.error().message;
    }
    return {};
}

std::string fault_at(const Json& root, const Json& schema, int depth) {
    if (schema.is_boolean()) return {};
    if (!schema.is_object()) return "a schema is neither an object nor true or false";
    if (depth > kMaxDepth) return "the schema is nested too deep";
    for (const auto& [key, rule] : schema.items()) {
        const bool known = std::find(kKeywords.begin(), kKeywords.end(), key) != kKeywords.end() ||
                           std::find(kNotes.begin(), kNotes.end(), key) != kNotes.end();
        if (!known) return "the schema's keyword " + key + " is not supported";
        std::string fault = shape_fault(key, rule);
        if (key == "$ref" && fault.empty() && resolve(root, rule.get<std::string>()) == nullptr) {
            fault = "a $ref leads nowhere";
        }
        if (key == "items" || key == "not" || key == "additionalProperties") {
            fault = fault_at(root, rule, depth + 1);
        }
        const bool children = key == "properties" || key == "$defs" || key == "anyOf" ||
                              key == "oneOf" || key == "allOf";
        if (children && fault.empty()) {
            for (const Json& part : rule) {
                if (fault.empty()) fault = fault_at(root, part, depth + 1);
            }
        }
        if (!fault.empty()) return fault;
    }
    return {};
}

Json example_at(const Json& root, const Json& schema, int depth) {
    if (!schema.is_object() || depth > 16) return nullptr;
    if (schema.contains("$ref")) {
        const Json* target = resolve(root, schema["$ref"].get<std::string>());
        return target == nullptr ? Json() : example_at(root, *target, depth + 1);
    }
    if (schema.contains("const")) return schema["const"];
    if (schema.contains("enum")) return schema["enum"][0];
    if (schema.contains("default")) return schema["default"];
    for (const char* key : {"anyOf", "oneOf", "allOf"}) {
        if (schema.contains(key)) return example_at(root, schema[key][0], depth + 1);
    }
    const Json names = schema.value("type", Json("object"));
    const std::string type =
        names.is_array() ? names[0].get<std::string>() : names.get<std::string>();
    if (type == "null") return nullptr;
    if (type == "boolean") return true;
    if (type == "string") return std::string(schema.value("minLength", std::size_t{1}), 'x');
    if (type == "integer" || type == "number") {
        if (schema.contains("minimum")) return schema["minimum"];
        if (schema.contains("maximum")) return schema["maximum"];
        return schema.contains("exclusiveMinimum") ? schema["exclusiveMinimum"].get<double>() + 1
                                                   : 1;
    }
    if (type == "array") {
        Json items = Json::array();
        for (std::size_t i = 0; i < schema.value("minItems", std::size_t{0}) && i < 64; ++i) {
            items.push_back(example_at(root, schema.value("items", Json::object()), depth + 1));
        }
        return items;
    }
    Json object = Json::object();
    const Json properties = schema.value("properties", Json::object());
    for (const Json& key : schema.value("required", Json::array())) {
        const auto& name = key.get_ref<const std::string&>();
        object[name] = example_at(root, properties.value(name, Json::object()), depth + 1);
    }
    return object;
}

}  // namespace

SchemaVerdict check_json_schema(const Json& schema, const Json& value) {
    Checker checker(schema);
    const bool fits = checker.check(schema, value, "answer", 0);
    return checker.verdict(fits);
}

std::string schema_fault(const Json& schema) { return fault_at(schema, schema, 0); }

std::optional<Json> example_of_schema(const Json& schema) {
    Json example = example_at(schema, schema, 0);
    if (!check_json_schema(schema, example).fits) return std::nullopt;
    return example;
}

}  // namespace veritune::verify
