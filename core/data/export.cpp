// SPDX-License-Identifier: Apache-2.0
#include "core/data/export.h"

#include "core/data/dataset.h"
#include "core/util/hash.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace veritune::data {

namespace {

using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

constexpr std::array kFormats = {ExportFormat::kBundle,
                                 ExportFormat::kJsonl,
                                 ExportFormat::kSft,
                                 ExportFormat::kVerl,
                                 ExportFormat::kTrl,
                                 ExportFormat::kCsv};

std::string compact(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// A row's own right, else its data set's.
Redistribution right_of(const ExportRequest& request, const DatasetRow& row) {
    const std::string& name =
        row.redistribution.empty() ? request.set_redistribution : row.redistribution;
    return redistribution_from_name(name).value_or(Redistribution::kInternalOnly);
}

std::string licence_of(const ExportRequest& request, const DatasetRow& row) {
    return row.licence.empty() ? request.set_licence : row.licence;
}

bool is_restricted(Redistribution right) {
    return right == Redistribution::kShareAlike || right == Redistribution::kInternalOnly ||
           right == Redistribution::kForbidden;
}

bool may_leave(const ExportRequest& request, const DatasetRow& row) {
    const Redistribution right = right_of(request, row);
    if (!is_restricted(right)) return true;
    return request.licence == LicenceChoice::kAllow && right != Redistribution::kForbidden;
}

struct Survey {
    std::map<std::string, std::int64_t> restricted;  ///< "share_alike (CC BY-SA 4.0)" -> rows
    std::map<std::string, std::int64_t> licences;    ///< of the rows that leave
    std::int64_t forbidden = 0;
    std::int64_t left_out = 0;
};

Result<Survey> survey(const ExportRequest& request, const RowSource& rows) {
    Survey found;
    VT_TRY(rows([&](const DatasetRow& row) {
        const Redistribution right = right_of(request, row);
        std::string licence = licence_of(request, row);
        if (is_restricted(right)) {
            ++found.restricted[std::string(redistribution_name(right)) +
                               (licence.empty() ? "" : " (" + licence + ")")];
            if (right == Redistribution::kForbidden) ++found.forbidden;
        }
        if (may_leave(request, row)) {
            ++found.licences[licence.empty() ? "not stated" : licence];
        } else {
            ++found.left_out;
        }
        return true;
    }));
    return found;
}

Status guard(const ExportRequest& request, const Survey& found) {
    const bool stops = request.licence == LicenceChoice::kStop
                           ? !found.restricted.empty()
                           : request.licence == LicenceChoice::kAllow && found.forbidden > 0;
    if (!stops) return {};
    std::string list;
    for (const auto& [what, rows] : found.restricted) {
        list += (list.empty() ? "" : ", ") + std::to_string(rows) + " rows " + what;
    }
    return util::fail(
        ErrorCode::kPermissionDenied,
        request.licence == LicenceChoice::kAllow
            ? "rows whose licence forbids it cannot be exported (" + list + "); leave them out"
            : "the licence restricts passing rows on (" + list +
                  "); leave them out, or say that you may (forbidden rows never go)");
}

Json turns_of(const Problem& problem) {
    Json messages = Json::array();
    if (problem.messages.empty()) {
        messages.push_back({{"role", "user"}, {"content", problem.prompt}});
    }
    for (const text::Message& message : problem.messages) {
        messages.push_back({{"role", message.role}, {"content", message.content}});
    }
    return messages;
}

std::string gold_text(const Problem& problem) {
    if (problem.gold.is_null()) return {};
    return problem.gold.is_string() ? problem.gold.get<std::string>() : compact(problem.gold);
}

Json sft_row(const DatasetRow& row) {
    Json messages = turns_of(row.problem);
    messages.push_back({{"role", "assistant"}, {"content", row.problem.solution}});
    return {{"messages", std::move(messages)}};
}

Json verl_row(const ExportRequest& request, const DatasetRow& row, std::int64_t index) {
    const Problem& problem = row.problem;
    return {{"data_source", problem.family.empty() ? request.name : problem.family},
            {"prompt", turns_of(problem)},
            {"ability", row.topic.empty() ? problem.verifier : row.topic},
            {"reward_model", {{"style", "rule"}, {"ground_truth", gold_text(problem)}}},
            {"extra_info",
             {{"split", split_name(problem.split)},
              {"index", index},
              {"id", problem.id},
              {"verifier", problem.verifier},
              {"params", problem.params},
              {"answer", problem.solution}}}};
}

Json trl_row(const DatasetRow& row) {
    const Problem& problem = row.problem;
    Json out = {{"prompt", turns_of(problem)}, {"id", problem.id}};
    if (!problem.gold.is_null()) out["answer"] = gold_text(problem);
    if (!problem.verifier.empty()) out["verifier"] = problem.verifier;
    if (!problem.solution.empty()) {
        out["completion"] = Json::array({{{"role", "assistant"}, {"content", problem.solution}}});
    }
    return out;
}

std::string prompt_text(const Problem& problem) {
    if (problem.messages.empty()) return problem.prompt;
    std::string text;
    for (const text::Message& message : problem.messages) {
        text += (text.empty() ? "" : "\n\n") + message.role + ": " + message.content;
    }
    return text;
}

constexpr std::string_view kCsvHeader =
    "id,prompt,gold,verifier,solution,level,topic,lang,split,status,tags,licence\r\n";

std::string csv_row(const ExportRequest& request, const DatasetRow& row) {
    const Problem& problem = row.problem;
    std::string tags;
    for (const std::string& tag : row.tags) tags += (tags.empty() ? "" : " ") + tag;
    const std::string cells[] = {csv_text_cell(problem.id),
                                 csv_text_cell(prompt_text(problem)),
                                 csv_text_cell(gold_text(problem)),
                                 csv_text_cell(problem.verifier),
                                 csv_text_cell(problem.solution),
                                 std::to_string(problem.level),
                                 csv_text_cell(row.topic),
                                 csv_text_cell(row.lang),
                                 std::string(split_name(problem.split)),
                                 std::string(status_name(row.status)),
                                 csv_text_cell(tags),
                                 csv_text_cell(licence_of(request, row))};
    std::string line;
    for (const std::string& cell : cells) line += (line.empty() ? "" : ",") + cell;
    return line + "\r\n";
}

std::string line_of(const ExportRequest& request, const DatasetRow& row, std::int64_t index) {
    switch (request.format) {
        case ExportFormat::kBundle:
        case ExportFormat::kJsonl:
            return util::canonical_json(row_to_json(row)) + '\n';
        case ExportFormat::kSft:
            return compact(sft_row(row)) + '\n';
        case ExportFormat::kVerl:
            return compact(verl_row(request, row, index)) + '\n';
        case ExportFormat::kTrl:
            return compact(trl_row(row)) + '\n';
        case ExportFormat::kCsv:
            return csv_row(request, row);
    }
    VT_CHECK(false);
}

/// A file that is written row by row; the hash of its bytes comes with it.
class RowWriter {
  public:
    explicit RowWriter(util::WritableFile& file)
        : file_(file) {}
    Status write(std::string_view bytes) {
        hash_.update(bytes);
        buffer_ += bytes;
        constexpr std::size_t kFull = std::size_t{1} << 20;
        return buffer_.size() < kFull ? Status() : flush();
    }
    Status flush() {
        const Status written = file_.write(buffer_);
        buffer_.clear();
        return written;
    }
    std::string sha256() { return hash_.hex(); }

  private:
    util::WritableFile& file_;
    util::Sha256 hash_;
    std::string buffer_;
};

Status write_rows(const ExportRequest& request,
                  const RowSource& rows,
                  RowWriter& out,
                  ExportResult& result) {
    Status status;
    if (request.format == ExportFormat::kCsv) VT_TRY(out.write(kCsvHeader));
    VT_TRY(rows([&](const DatasetRow& row) {
        if (!may_leave(request, row)) {
            ++result.left_out;
            return true;
        }
        if (request.format == ExportFormat::kSft && row.problem.solution.empty()) {
            ++result.no_solution;
            return true;
        }
        status = out.write(line_of(request, row, result.rows));
        ++result.rows;
        return status.has_value();
    }));
    VT_TRY(std::move(status));
    return out.flush();
}

std::string licences_text(const ExportRequest& request, const Survey& found) {
    std::string text = "Data set: " + request.name + "\n";
    if (!request.source.empty()) text += "Source: " + request.source + "\n";
    text += "\nLicences of the rows:\n";
    for (const auto& [licence, rows] : found.licences) {
        text += "- " + licence + ": " + std::to_string(rows) + " rows\n";
    }
    if (!request.set_licence_note.empty()) text += "\n" + request.set_licence_note + "\n";
    return text;
}

Status write_bundle(util::FileSystem& fs,
                    const ExportRequest& request,
                    const RowSource& rows,
                    const Survey& found,
                    ExportResult& result) {
    VT_ASSIGN(util::AtomicDir folder, util::AtomicDir::begin(fs, request.path));
    std::map<std::string, std::int64_t> verifiers;
    const RowSource counted = [&](const std::function<bool(const DatasetRow&)>& take) {
        return rows([&](const DatasetRow& row) {
            if (may_leave(request, row)) ++verifiers[row.problem.verifier];
            return take(row);
        });
    };
    std::string sha256;
    {
        VT_ASSIGN(const std::unique_ptr<util::WritableFile> file, folder.create("problems.jsonl"));
        RowWriter out(*file);
        VT_TRY(write_rows(request, counted, out, result));
        sha256 = out.sha256();
        VT_TRY(file->close());
    }
    Json used = Json::object();
    for (const auto& [verifier, count] : verifiers) {
        used[verifier.empty() ? "demonstration" : verifier] = count;
    }
    const Json manifest = {{"format", "veriset"},
                           {"version", 1},
                           {"name", request.name},
                           {"rows", result.rows},
                           {"problems_sha256", sha256},
                           {"licence", request.set_licence},
                           {"redistribution", request.set_redistribution},
                           {"source", request.source},
                           {"verifiers", used}};
    VT_TRY(folder.write("manifest.json", manifest.dump(2) + "\n"));
    VT_TRY(folder.write("LICENCES", licences_text(request, found)));
    result.sha256 = sha256;
    return folder.commit();
}

/// A file under its final name only when it is whole.
Status write_file(util::FileSystem& fs,
                  const ExportRequest& request,
                  const RowSource& rows,
                  ExportResult& result) {
    const std::string folder = util::parent_path(request.path);
    const std::string unfinished =
        util::join_path(folder, ".tmp-export-" + util::base_name(request.path));
    static_cast<void>(fs.remove(unfinished));
    const auto write = [&]() -> Status {
        VT_ASSIGN(const std::unique_ptr<util::WritableFile> file, fs.create(unfinished));
        RowWriter out(*file);
        VT_TRY(write_rows(request, rows, out, result));
        result.sha256 = out.sha256();
        VT_TRY(file->sync());
        VT_TRY(file->close());
        VT_TRY(fs.rename(unfinished, request.path));
        return fs.sync_dir(folder);
    };
    const Status written = write();
    if (!written) static_cast<void>(fs.remove(unfinished));
    return written;
}

}  // namespace

std::string_view export_format_name(ExportFormat format) {
    switch (format) {
        case ExportFormat::kBundle:
            return "bundle";
        case ExportFormat::kJsonl:
            return "jsonl";
        case ExportFormat::kSft:
            return "sft";
        case ExportFormat::kVerl:
            return "verl";
        case ExportFormat::kTrl:
            return "trl";
        case ExportFormat::kCsv:
            return "csv";
    }
    VT_CHECK(false);
}

std::optional<ExportFormat> export_format_from_name(std::string_view name) {
    for (const ExportFormat format : kFormats) {
        if (export_format_name(format) == name) return format;
    }
    return std::nullopt;
}

std::string csv_text_cell(std::string_view text) {
    constexpr std::string_view kGuarded = "=+-@\t\r'";
    std::string cell(text);
    if (!cell.empty() &&
        (kGuarded.find(cell.front()) != std::string_view::npos || cell.front() == '\0')) {
        cell.insert(cell.begin(), '\'');
    }
    if (cell.find_first_of(",\"\r\n;\t") == std::string::npos) return cell;
    std::string quoted = "\"";
    for (const char c : cell) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

Result<ExportResult> export_rows(util::FileSystem& fs,
                                 const ExportRequest& request,
                                 const RowSource& rows) {
    if (fs.stat(request.path)) {
        return util::fail(ErrorCode::kAlreadyExists,
                          "something of this name is there already; choose another",
                          request.path);
    }
    VT_ASSIGN(const Survey found, survey(request, rows));
    VT_TRY(guard(request, found));
    ExportResult result{.path = request.path};
    VT_TRY(request.format == ExportFormat::kBundle ? write_bundle(fs, request, rows, found, result)
                                                   : write_file(fs, request, rows, result));
    return result;
}

}  // namespace veritune::data
