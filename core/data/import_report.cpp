// SPDX-License-Identifier: Apache-2.0
// The values of import.h as JSON, and the error file.
#include "core/data/export.h"
#include "core/data/import.h"

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::data {

namespace {

using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

util::Error invalid(std::string_view key, const char* why) {
    return util::fail(ErrorCode::kInvalidArgument, "import: " + std::string(key) + " " + why);
}

Status read_text(const Json& json, const char* key, std::string& out) {
    const auto found = json.find(key);
    if (found == json.end()) return {};
    constexpr std::size_t kMaxBytes = 4096;
    if (!found->is_string() || found->get_ref<const std::string&>().size() > kMaxBytes) {
        return invalid(key, "must be a short text");
    }
    out = found->get<std::string>();
    return {};
}

Status read_words(const Json& json, const char* key, std::map<std::string, std::string>& out) {
    const auto found = json.find(key);
    if (found == json.end()) return {};
    if (!found->is_object()) return invalid(key, "must be an object of texts");
    for (const auto& item : found->items()) {
        if (!item.value().is_string()) return invalid(key, "must be an object of texts");
        out[item.key()] = item.value().get<std::string>();
    }
    return {};
}

Status read_number(const Json& json, const char* key, std::int64_t& out) {
    const auto found = json.find(key);
    if (found == json.end()) return {};
    if (!found->is_number_integer()) return invalid(key, "must be a whole number");
    out = found->get<std::int64_t>();
    return {};
}

Status read_percent(const Json& json, const char* key, int& out) {
    std::int64_t value = out;
    VT_TRY(read_number(json, key, value));
    if (value < 0 || value > 90) return invalid(key, "must be 0 to 90");
    out = static_cast<int>(value);
    return {};
}

Status check_request(const ImportRequest& request) {
    static constexpr std::array<std::string_view, 9> kFields = {
        "prompt", "gold", "solution", "id", "level", "topic", "lang", "options", "split"};
    for (const auto& [field, column] : request.mapping) {
        if (std::find(kFields.begin(), kFields.end(), field) == kFields.end()) {
            return invalid("mapping",
                           "knows prompt, gold, solution, id, level, topic, lang, options, split");
        }
    }
    if (request.val_percent + request.test_percent > 90) {
        return invalid("val_percent", "and test_percent together are at most 90");
    }
    if (!request.delimiter.empty() &&
        (request.delimiter.size() != 1 ||
         std::string_view(",;\t|").find(request.delimiter) == std::string_view::npos)) {
        return invalid("delimiter", "must be a comma, semicolon, tab or |");
    }
    if (!request.decimal_mark.empty() && request.decimal_mark != "." &&
        request.decimal_mark != ",") {
        return invalid("decimal_mark", "must be . or ,");
    }
    if (!request.header.empty() && request.header != "yes" && request.header != "no") {
        return invalid("header", "must be yes or no");
    }
    return {};
}

Json errors_json(const std::vector<RowError>& errors) {
    Json list = Json::array();
    for (const RowError& error : errors) {
        list.push_back({{"line", error.line}, {"message", error.message}});
    }
    return list;
}

Status read_errors(const Json& json, std::vector<RowError>& errors) {
    const auto list = json.find("errors");
    if (list == json.end() || !list->is_array()) return {};
    for (const Json& entry : *list) {
        RowError error;
        if (!entry.is_object()) return invalid("errors", "must hold objects");
        VT_TRY(read_number(entry, "line", error.line));
        error.message = entry.value("message", std::string());
        errors.push_back(std::move(error));
    }
    return {};
}

Status read_preview(const Json& json, std::vector<PreviewRow>& preview) {
    const auto list = json.find("preview");
    if (list == json.end() || !list->is_array()) return {};
    for (const Json& entry : *list) {
        PreviewRow row;
        if (!entry.is_object()) return invalid("preview", "must hold objects");
        VT_TRY(read_number(entry, "line", row.line));
        row.error = entry.value("error", std::string());
        if (entry.contains("row")) {
            VT_ASSIGN(row.row, row_from_json(entry["row"]));
        }
        preview.push_back(std::move(row));
    }
    return {};
}

Status read_notes(const Json& json, std::vector<ImportNote>& notes) {
    const auto list = json.find("notes");
    if (list == json.end() || !list->is_array()) return {};
    for (const Json& entry : *list) {
        ImportNote note;
        if (!entry.is_object()) return invalid("notes", "must hold objects");
        note.kind = entry.value("kind", std::string());
        VT_TRY(read_words(entry, "args", note.args));
        VT_TRY(read_number(entry, "count", note.count));
        notes.push_back(std::move(note));
    }
    return {};
}

}  // namespace

Json import_request_to_json(const ImportRequest& request) {
    Json json = {{"path", request.path}};
    const std::pair<const char*, const std::string*> texts[] = {
        {"preset", &request.preset},
        {"verifier", &request.verifier},
        {"profile", &request.profile},
        {"encoding", &request.encoding},
        {"delimiter", &request.delimiter},
        {"decimal_mark", &request.decimal_mark},
        {"header", &request.header},
        {"template_path", &request.template_path},
        {"id_prefix", &request.id_prefix}};
    for (const auto& [key, text] : texts) {
        if (!text->empty()) json[key] = *text;
    }
    if (!request.mapping.empty()) json["mapping"] = request.mapping;
    if (!request.params.empty()) json["params"] = request.params;
    if (request.val_percent > 0) json["val_percent"] = request.val_percent;
    if (request.test_percent > 0) json["test_percent"] = request.test_percent;
    return json;
}

Result<ImportRequest> import_request_from_json(const Json& json) {
    if (!json.is_object()) {
        return util::fail(ErrorCode::kInvalidArgument, "import must be a JSON object");
    }
    ImportRequest request;
    VT_TRY(read_text(json, "path", request.path));
    VT_TRY(read_text(json, "preset", request.preset));
    VT_TRY(read_text(json, "verifier", request.verifier));
    VT_TRY(read_text(json, "profile", request.profile));
    VT_TRY(read_text(json, "encoding", request.encoding));
    VT_TRY(read_text(json, "delimiter", request.delimiter));
    VT_TRY(read_text(json, "decimal_mark", request.decimal_mark));
    VT_TRY(read_text(json, "header", request.header));
    VT_TRY(read_text(json, "template_path", request.template_path));
    VT_TRY(read_text(json, "id_prefix", request.id_prefix));
    VT_TRY(read_words(json, "mapping", request.mapping));
    VT_TRY(read_percent(json, "val_percent", request.val_percent));
    VT_TRY(read_percent(json, "test_percent", request.test_percent));
    if (const auto params = json.find("params"); params != json.end()) {
        if (!params->is_object()) return invalid("params", "must be an object");
        request.params = *params;
    }
    VT_TRY(check_request(request));
    return request;
}

Json dry_run_to_json(const DryRun& report) {
    Json preview = Json::array();
    for (const PreviewRow& row : report.preview) {
        Json entry = {{"line", row.line}};
        if (row.row) entry["row"] = row_to_json(*row.row);
        if (!row.error.empty()) entry["error"] = row.error;
        preview.push_back(std::move(entry));
    }
    Json notes = Json::array();
    for (const ImportNote& note : report.notes) {
        notes.push_back({{"kind", note.kind},
                         {"args", note.args},
                         {"text", import_note_text(note)},
                         {"count", note.count}});
    }
    Json splits = Json::object();
    for (const Split split : kAllSplits) {
        splits[std::string(split_name(split))] = report.splits[static_cast<std::size_t>(split)];
    }
    return {{"format", report.format},
            {"encoding", report.encoding},
            {"delimiter", report.delimiter},
            {"decimal_mark", report.decimal_mark},
            {"preset", report.preset},
            {"mapping", report.mapping},
            {"columns", report.columns},
            {"verifier", report.verifier},
            {"params", report.params},
            {"licence", report.licence},
            {"redistribution", report.redistribution},
            {"lines", report.lines},
            {"rows", report.rows},
            {"error_count", report.error_count},
            {"splits", splits},
            {"errors", errors_json(report.errors)},
            {"preview", preview},
            {"notes", notes},
            {"sha256", report.sha256},
            {"bytes", report.bytes},
            {"golds_checked", report.golds_checked}};
}

Result<DryRun> dry_run_from_json(const Json& json) {
    if (!json.is_object()) {
        return util::fail(ErrorCode::kInvalidArgument, "a dry run must be a JSON object");
    }
    DryRun report;
    VT_TRY(read_text(json, "format", report.format));
    VT_TRY(read_text(json, "encoding", report.encoding));
    VT_TRY(read_text(json, "delimiter", report.delimiter));
    VT_TRY(read_text(json, "decimal_mark", report.decimal_mark));
    VT_TRY(read_text(json, "preset", report.preset));
    VT_TRY(read_text(json, "verifier", report.verifier));
    VT_TRY(read_text(json, "licence", report.licence));
    VT_TRY(read_text(json, "redistribution", report.redistribution));
    VT_TRY(read_text(json, "sha256", report.sha256));
    VT_TRY(read_words(json, "mapping", report.mapping));
    VT_TRY(read_number(json, "lines", report.lines));
    VT_TRY(read_number(json, "rows", report.rows));
    VT_TRY(read_number(json, "error_count", report.error_count));
    VT_TRY(read_number(json, "bytes", report.bytes));
    if (const auto columns = json.find("columns"); columns != json.end() && columns->is_array()) {
        for (const Json& column : *columns) {
            if (!column.is_string()) return invalid("columns", "must hold texts");
            report.columns.push_back(column.get<std::string>());
        }
    }
    if (const auto params = json.find("params"); params != json.end() && params->is_object()) {
        report.params = *params;
    }
    if (const auto splits = json.find("splits"); splits != json.end() && splits->is_object()) {
        for (const Split split : kAllSplits) {
            const std::string name(split_name(split));
            VT_TRY(
                read_number(*splits, name.c_str(), report.splits[static_cast<std::size_t>(split)]));
        }
    }
    report.golds_checked = json.value("golds_checked", Json(false)) == true;
    VT_TRY(read_errors(json, report.errors));
    VT_TRY(read_preview(json, report.preview));
    VT_TRY(read_notes(json, report.notes));
    return report;
}

std::string errors_csv(const std::vector<RowError>& errors) {
    std::string text = "line,error\r\n";
    for (const RowError& error : errors) {
        text += std::to_string(error.line) + "," + csv_text_cell(error.message) + "\r\n";
    }
    return text;
}

}  // namespace veritune::data
