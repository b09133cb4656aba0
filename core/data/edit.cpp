// SPDX-License-Identifier: Apache-2.0
#include "core/data/edit.h"

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::data {

namespace {

using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

constexpr std::array kKinds = {EditKind::kCreate,
                               EditKind::kImport,
                               EditKind::kAdd,
                               EditKind::kSet,
                               EditKind::kPatch,
                               EditKind::kReplace,
                               EditKind::kDelete,
                               EditKind::kInfo,
                               EditKind::kFreeze,
                               EditKind::kCopy};

constexpr std::array<std::string_view, 20> kRowKeys = {
    "prompt", "messages", "gold",           "verifier", "params",     "profile",    "solution",
    "family", "level",    "split",          "status",   "topic",      "lang",       "licence",
    "tags",   "add_tags", "redistribution", "review",   "add_review", "remove_tags"};
constexpr std::array<std::string_view, 7> kInfoKeys = {
    "name", "domain", "language", "licence", "licence_note", "source", "redistribution"};
/// Keys that a row's own reader knows under the same name.
constexpr std::array<std::string_view, 15> kPlainKeys = {"gold",
                                                         "verifier",
                                                         "params",
                                                         "profile",
                                                         "solution",
                                                         "family",
                                                         "level",
                                                         "split",
                                                         "status",
                                                         "topic",
                                                         "lang",
                                                         "licence",
                                                         "redistribution",
                                                         "tags",
                                                         "review"};

util::Error invalid(std::string message) {
    return util::fail(ErrorCode::kInvalidArgument, std::move(message));
}

template <typename List>
bool is_one_of(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

Status check_keys(const Json& set, bool (*known)(std::string_view), const char* what) {
    if (!set.is_object()) return invalid(std::string(what) + " must be a JSON object");
    for (const auto& item : set.items()) {
        if (known(item.key())) continue;
        return invalid(std::string(what) + " has a key that cannot be set: " +
                       (item.key().size() <= 40 ? item.key() : std::string("a long one")));
    }
    return {};
}

bool is_row_key(std::string_view key) { return key == "decide_review" || is_one_of(kRowKeys, key); }
bool is_info_key(std::string_view key) { return is_one_of(kInfoKeys, key); }

Status merge_tags(const Json& set, DatasetRow& row) {
    for (const char* key : {"add_tags", "remove_tags"}) {
        const auto found = set.find(key);
        if (found == set.end()) continue;
        if (!found->is_array()) return invalid(std::string(key) + " must be a list of words");
        for (const Json& tag : *found) {
            if (!tag.is_string() || !is_tag(tag.get_ref<const std::string&>())) {
                return invalid("a tag is a word of 1 to 64 bytes without spaces and commas");
            }
            std::erase(row.tags, tag.get_ref<const std::string&>());
            if (key[0] == 'a') row.tags.push_back(tag.get<std::string>());
        }
    }
    std::sort(row.tags.begin(), row.tags.end());
    return {};
}

/// The same finding twice is one finding: the newer replaces it, an old decision stays.
Status add_findings(const Json& list, Json& review) {
    if (!list.is_array()) return invalid("add_review must be a list of findings");
    for (const Json& item : list) {
        if (!item.is_object()) return invalid("add_review must hold objects");
        const auto same = std::find_if(review.begin(), review.end(), [&](const Json& old) {
            return old.value("reason", Json()) == item.value("reason", Json()) &&
                   old.value("other", Json()) == item.value("other", Json());
        });
        if (same == review.end()) {
            review.push_back(item);
        } else if (same->value("state", "open") == "open") {
            *same = item;
        }
    }
    return {};
}

Status decide_findings(const Json& decision, std::vector<ReviewItem>& review) {
    if (!decision.is_object() || !decision.contains("reason") || !decision["reason"].is_string() ||
        !decision.contains("state") || !decision["state"].is_string()) {
        return invalid("decide_review needs reason and state");
    }
    const auto& state = decision["state"].get_ref<const std::string&>();
    if (state != "open" && state != "accepted" && state != "dismissed") {
        return invalid("decide_review: state must be open, accepted or dismissed");
    }
    for (ReviewItem& item : review) {
        if (item.reason != decision["reason"].get_ref<const std::string&>()) continue;
        if (decision.contains("other") && decision["other"] != item.other) continue;
        item.state = state;
        item.reviewer = decision.value("reviewer", item.reviewer);
    }
    return {};
}

Status as_argument(const util::Error& error) { return invalid(error.message); }

/// A set of split, status, level, topic, lang, tags and the like needs no look at the texts: bulk
/// edits of many rows are quick.
bool is_light(const Json& set) {
    static constexpr std::array<std::string_view, 3> kLight = {"split", "status", "add_tags"};
    for (const auto& item : set.items()) {
        if (!is_one_of(kLight, item.key()) && item.key() != "remove_tags") return false;
    }
    return true;
}

Result<bool> apply_light(const Json& set, DatasetRow& row) {
    const DatasetRow before{
        .problem = {.split = row.problem.split}, .status = row.status, .tags = row.tags};
    if (const auto split = set.find("split"); split != set.end()) {
        const auto known = split->is_string()
                               ? split_from_name(split->get_ref<const std::string&>())
                               : std::nullopt;
        if (!known) return invalid("split must be train, val, test, held_out or quarantine");
        row.problem.split = *known;
    }
    if (const auto status = set.find("status"); status != set.end()) {
        const auto known = status->is_string()
                               ? status_from_name(status->get_ref<const std::string&>())
                               : std::nullopt;
        if (!known) return invalid("status must be new, ok, needs_review or rejected");
        row.status = *known;
    }
    VT_TRY(merge_tags(set, row));
    return row.problem.split != before.problem.split || row.status != before.status ||
           row.tags != before.tags;
}

Json ids_json(const RowSelection& rows) {
    Json json = Json::object();
    if (!rows.ids.empty()) json["ids"] = rows.ids;
    if (rows.filter) json["filter"] = filter_to_json(*rows.filter);
    return json;
}

Result<RowSelection> rows_from_json(const Json& json) {
    RowSelection rows;
    if (!json.is_object()) return invalid("rows must be a JSON object");
    if (const auto ids = json.find("ids"); ids != json.end()) {
        if (!ids->is_array()) return invalid("rows.ids must be a list");
        for (const Json& id : *ids) {
            if (!id.is_string()) return invalid("rows.ids must hold texts");
            rows.ids.push_back(id.get<std::string>());
        }
    }
    if (const auto filter = json.find("filter"); filter != json.end()) {
        VT_ASSIGN(rows.filter, filter_from_json(*filter));
    }
    return rows;
}

Status read_text(const Json& json, const char* key, std::string& out) {
    const auto found = json.find(key);
    if (found == json.end()) return {};
    if (!found->is_string()) return invalid(std::string("edit: ") + key + " must be text");
    out = found->get<std::string>();
    return {};
}

Status read_lists(const Json& json, Edit& edit) {
    if (const auto patches = json.find("patches"); patches != json.end()) {
        if (!patches->is_array()) return invalid("edit: patches must be a list");
        for (const Json& entry : *patches) {
            if (!entry.is_object() || !entry.contains("id") || !entry["id"].is_string() ||
                !entry.contains("set")) {
                return invalid("edit: a patch needs id and set");
            }
            edit.patches.push_back({.id = entry["id"].get<std::string>(), .set = entry["set"]});
        }
    }
    const auto add = json.find("add");
    if (add == json.end()) return {};
    if (!add->is_array()) return invalid("edit: add must be a list of rows");
    for (const Json& entry : *add) {
        Result<DatasetRow> row = row_from_json(entry);
        if (!row) return as_argument(row.error());
        edit.add.push_back(std::move(row).value());
    }
    return {};
}

Status check_info_set(const Json& set) {
    VT_TRY(check_keys(set, is_info_key, "the data set's values"));
    for (const auto& item : set.items()) {
        constexpr std::size_t kMaxBytes = 4096;
        if (!item.value().is_string() ||
            item.value().get_ref<const std::string&>().size() > kMaxBytes) {
            return invalid(item.key() + " must be text of at most 4096 bytes");
        }
    }
    if (set.contains("redistribution") &&
        !redistribution_from_name(set["redistribution"].get_ref<const std::string&>())) {
        return invalid(
            "redistribution must be yes, attribution, share_alike, internal_only or forbidden");
    }
    return {};
}

Status check_selection(const Edit& edit) {
    if (!edit.rows.ids.empty() || edit.rows.filter) return {};
    return invalid("edit: say which rows are meant (ids or a filter)");
}

std::string listed_keys(const Json& set) {
    std::string words;
    for (const auto& item : set.items()) words += (words.empty() ? "" : ", ") + item.key();
    return words;
}

}  // namespace

std::string_view edit_kind_name(EditKind kind) {
    switch (kind) {
        case EditKind::kCreate:
            return "create";
        case EditKind::kImport:
            return "import";
        case EditKind::kAdd:
            return "add";
        case EditKind::kSet:
            return "set";
        case EditKind::kPatch:
            return "patch";
        case EditKind::kReplace:
            return "replace";
        case EditKind::kDelete:
            return "delete";
        case EditKind::kInfo:
            return "info";
        case EditKind::kFreeze:
            return "freeze";
        case EditKind::kCopy:
            return "copy";
    }
    VT_CHECK(false);
}

std::optional<EditKind> edit_kind_from_name(std::string_view name) {
    for (const EditKind kind : kKinds) {
        if (edit_kind_name(kind) == name) return kind;
    }
    return std::nullopt;
}

Json edit_to_json(const Edit& edit) {
    Json json = {{"kind", edit_kind_name(edit.kind)}, {"dataset", edit.dataset}};
    if (Json rows = ids_json(edit.rows); !rows.empty()) json["rows"] = std::move(rows);
    if (!edit.set.empty()) json["set"] = edit.set;
    if (!edit.patches.empty()) {
        Json patches = Json::array();
        for (const RowPatch& patch : edit.patches) {
            patches.push_back({{"id", patch.id}, {"set", patch.set}});
        }
        json["patches"] = std::move(patches);
    }
    if (!edit.add.empty()) {
        Json add = Json::array();
        for (const DatasetRow& row : edit.add) add.push_back(row_to_json(row));
        json["add"] = std::move(add);
    }
    if (edit.kind == EditKind::kImport) json["import"] = import_request_to_json(edit.import);
    const std::pair<const char*, const std::string*> texts[] = {
        {"field", &edit.field},
        {"find", &edit.find},
        {"replace_with", &edit.replace_with},
        {"import_sha256", &edit.import_sha256},
        {"copy_name", &edit.copy_name},
        {"label", &edit.label}};
    for (const auto& [key, text] : texts) {
        if (!text->empty()) json[key] = *text;
    }
    return json;
}

Result<Edit> edit_from_json(const Json& json) {
    static constexpr std::array<std::string_view, 13> kKeys = {"kind",
                                                               "dataset",
                                                               "rows",
                                                               "set",
                                                               "patches",
                                                               "add",
                                                               "import",
                                                               "field",
                                                               "find",
                                                               "replace_with",
                                                               "import_sha256",
                                                               "copy_name",
                                                               "label"};
    if (!json.is_object()) return invalid("an edit must be a JSON object");
    for (const auto& item : json.items()) {
        if (!is_one_of(kKeys, item.key())) return invalid("an edit has a key that is unknown");
    }
    Edit edit;
    std::string kind;
    VT_TRY(read_text(json, "kind", kind));
    const std::optional<EditKind> known = edit_kind_from_name(kind);
    if (!known) return invalid("edit: kind is unknown");
    edit.kind = *known;
    VT_TRY(read_text(json, "dataset", edit.dataset));
    VT_TRY(read_text(json, "field", edit.field));
    VT_TRY(read_text(json, "find", edit.find));
    VT_TRY(read_text(json, "replace_with", edit.replace_with));
    VT_TRY(read_text(json, "import_sha256", edit.import_sha256));
    VT_TRY(read_text(json, "copy_name", edit.copy_name));
    VT_TRY(read_text(json, "label", edit.label));
    if (const auto rows = json.find("rows"); rows != json.end()) {
        VT_ASSIGN(edit.rows, rows_from_json(*rows));
    }
    if (const auto set = json.find("set"); set != json.end()) edit.set = *set;
    if (const auto request = json.find("import"); request != json.end()) {
        VT_ASSIGN(edit.import, import_request_from_json(*request));
    }
    VT_TRY(read_lists(json, edit));
    VT_TRY(validate(edit));
    return edit;
}

Status check_row_set(const Json& set) { return check_keys(set, is_row_key, "a row's values"); }

Status validate(const Edit& edit) {
    if (edit.dataset.empty()) return invalid("edit: the name of the data set is missing");
    constexpr std::size_t kMaxLabel = 300;
    if (edit.label.size() > kMaxLabel) return invalid("edit: label is longer than 300 bytes");
    switch (edit.kind) {
        case EditKind::kCreate:
        case EditKind::kInfo:
            return check_info_set(edit.set);
        case EditKind::kImport:
            return edit.import.path.empty() ? Status(invalid("edit: import.path is missing"))
                                            : Status();
        case EditKind::kAdd:
            return edit.add.empty() ? Status(invalid("edit: add holds no rows")) : Status();
        case EditKind::kSet:
            if (edit.set.empty()) return invalid("edit: set is empty");
            VT_TRY(check_row_set(edit.set));
            return check_selection(edit);
        case EditKind::kPatch:
            if (edit.patches.empty()) return invalid("edit: patches is empty");
            for (const RowPatch& patch : edit.patches) VT_TRY(check_row_set(patch.set));
            return {};
        case EditKind::kReplace:
            if (edit.find.empty()) return invalid("edit: the text to find is empty");
            if (!is_one_of(std::array<std::string_view, 4>{"prompt", "gold", "solution", "topic"},
                           edit.field)) {
                return invalid("edit: text can be replaced in prompt, gold, solution and topic");
            }
            return check_selection(edit);
        case EditKind::kDelete:
            return check_selection(edit);
        case EditKind::kFreeze:
            return {};
        case EditKind::kCopy:
            return edit.copy_name.empty() ? Status(invalid("edit: copy_name is missing"))
                                          : Status();
    }
    VT_CHECK(false);
}

Result<bool> apply_set(const Json& set, DatasetRow& row) {
    VT_TRY(check_row_set(set));
    if (is_light(set)) return apply_light(set, row);
    const Json before = row_to_json(row);
    DatasetRow work = row;
    VT_TRY(merge_tags(set, work));
    if (set.contains("decide_review")) {
        VT_TRY(decide_findings(set["decide_review"], work.review));
    }
    Json after = row_to_json(work);
    if (set.contains("prompt") && set.contains("messages")) {
        return invalid("a row has a prompt or messages, not both");
    }
    for (const char* key : {"prompt", "messages"}) {
        if (!set.contains(key)) continue;
        after.erase(key[0] == 'p' ? "messages" : "prompt");
        after[key] = set[key];
    }
    for (const std::string_view key : kPlainKeys) {
        const auto found = set.find(key);
        if (found == set.end()) continue;
        if (found->is_null()) {
            after.erase(std::string(key));
        } else {
            after[std::string(key)] = *found;
        }
    }
    // A row without a verifier has neither params nor profile.
    if (after.value("verifier", std::string()).empty()) {
        for (const char* key : {"verifier", "params", "profile"}) after.erase(key);
    }
    if (set.contains("add_review")) {
        Json review = after.value("review", Json::array());
        VT_TRY(add_findings(set["add_review"], review));
        after["review"] = std::move(review);
    }
    if (after == before) return false;
    Result<DatasetRow> made = row_from_json(after, row.status);
    if (!made) return invalid("row " + row.problem.id + ": " + made.error().message);
    row = std::move(made).value();
    return row_to_json(row) != before;
}

Result<bool> apply_replace(const Edit& edit, DatasetRow& row) {
    const auto replace = [&edit](std::string& text) {
        bool any = false;
        for (std::size_t at = text.find(edit.find); at != std::string::npos;
             at = text.find(edit.find, at + edit.replace_with.size())) {
            text.replace(at, edit.find.size(), edit.replace_with);
            any = true;
        }
        return any;
    };
    DatasetRow work = row;
    bool changed = false;
    if (edit.field == "prompt") {
        changed = replace(work.problem.prompt);
        for (text::Message& message : work.problem.messages) {
            changed = replace(message.content) || changed;
        }
    } else if (edit.field == "solution") {
        changed = replace(work.problem.solution);
    } else if (edit.field == "topic") {
        changed = replace(work.topic);
    } else if (edit.field == "gold" && work.problem.gold.is_string()) {
        changed = replace(work.problem.gold.get_ref<std::string&>());
    }
    if (!changed) return false;
    Result<DatasetRow> made = row_from_json(row_to_json(work), row.status);
    if (!made) return invalid("row " + row.problem.id + ": " + made.error().message);
    row = std::move(made).value();
    return true;
}

std::string describe(const Edit& edit) {
    if (!edit.label.empty()) return edit.label;
    switch (edit.kind) {
        case EditKind::kCreate:
            return "Create the data set";
        case EditKind::kImport:
            return "Import rows" +
                   (edit.import.preset.empty() ? std::string() : " (" + edit.import.preset + ")");
        case EditKind::kAdd:
            return "Add rows";
        case EditKind::kSet:
            return "Set " + listed_keys(edit.set);
        case EditKind::kPatch:
            return "Change single rows";
        case EditKind::kReplace:
            return "Replace text in " + edit.field;
        case EditKind::kDelete:
            return "Delete rows";
        case EditKind::kInfo:
            return "Set " + listed_keys(edit.set) + " of the data set";
        case EditKind::kFreeze:
            return "Freeze";
        case EditKind::kCopy:
            return "Copy";
    }
    VT_CHECK(false);
}

}  // namespace veritune::data
