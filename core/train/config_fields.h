// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/config.h"
#include "core/util/json.h"
#include "core/util/result.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The machinery behind the parameter tables of config.cpp: a table row knows its key, range, unit
/// and effect and where the value lives, and the codec, the docs and the forms are loops over rows.
/// Used by config.cpp, recipe.cpp.
namespace veritune::train {

/// Where a value lives, by type.
using Slot = std::variant<std::int64_t*, std::uint64_t*, double*, bool*, std::string*>;

struct FieldSpec {
    const char* key = "";
    double minimum = -std::numeric_limits<double>::infinity();
    double maximum = std::numeric_limits<double>::infinity();
    bool minimum_excluded = false;
    std::vector<std::string> choices{};
    const char* unit = "";
    const char* effect = "";
};

template <class T>
struct Field {
    FieldSpec spec;
    std::function<Slot(T&)> slot;
};

/// The table of T; defined in config.cpp for every struct of config.h.
template <class T>
const std::vector<Field<T>>& fields_of();

template <>
const std::vector<Field<LoraConfig>>& fields_of();
template <>
const std::vector<Field<OptimizerConfig>>& fields_of();
template <>
const std::vector<Field<SamplingConfig>>& fields_of();
template <>
const std::vector<Field<SftConfig>>& fields_of();
template <>
const std::vector<Field<PolicyConfig>>& fields_of();
template <>
const std::vector<Field<RejectionConfig>>& fields_of();
template <>
const std::vector<Field<EvalConfig>>& fields_of();
template <>
const std::vector<Field<StageConfig>>& fields_of();
template <>
const std::vector<Field<DataSource>>& fields_of();
template <>
const std::vector<Field<ModelSource>>& fields_of();
template <>
const std::vector<Field<Recipe>>& fields_of();

util::Json read_slot(const Slot& slot);
/// Type and range are checked before anything is written.
/// errors  kInvalidArgument: "vrl.epsilon must be in [0, 1], is 3"
util::Status write_slot(const Slot& slot,
                        const FieldSpec& spec,
                        const util::Json& value,
                        std::string_view where);
/// The known key with the smallest edit distance; empty when none is near.
std::string nearest_key(std::string_view key, const std::vector<std::string>& known);
util::Error unknown_key(std::string_view key,
                        std::string_view where,
                        const std::vector<std::string>& known);

template <class T>
util::Json encode_fields(const T& value) {
    T copy = value;
    util::Json object = util::Json::object();
    for (const Field<T>& field : fields_of<T>()) {
        object[field.spec.key] = read_slot(field.slot(copy));
    }
    return object;
}

/// Reads the keys that `object` has over the values that `target` has. `blocks` are keys which the
/// caller reads itself.
template <class T>
util::Status decode_fields(T& target,
                           const util::Json& object,
                           std::string_view where,
                           const std::vector<std::string>& blocks = {}) {
    if (!object.is_object()) {
        return util::fail(util::ErrorCode::kInvalidArgument,
                          std::string(where) + " must be a JSON object");
    }
    std::vector<std::string> known = blocks;
    for (const Field<T>& field : fields_of<T>()) known.emplace_back(field.spec.key);
    for (const auto& item : object.items()) {
        bool found = false;
        for (const std::string& block : blocks) found = found || block == item.key();
        for (const Field<T>& field : fields_of<T>()) {
            if (field.spec.key != item.key()) continue;
            VT_TRY(write_slot(field.slot(target), field.spec, item.value(), where));
            found = true;
        }
        if (!found) return unknown_key(item.key(), where, known);
    }
    return {};
}

}  // namespace veritune::train
