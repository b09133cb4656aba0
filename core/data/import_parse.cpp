// SPDX-License-Identifier: Apache-2.0
#include "core/data/import_parse.h"

#include "core/data/gold_shapes.h"
#include "core/data/jsonl.h"
#include "core/data/preset_rows.h"
#include "core/data/record_reader.h"
#include "core/text/utf8.h"
#include "core/util/hash.h"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace veritune::data {

namespace {

using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

constexpr std::int64_t kMaxRows = 10'000'000;
constexpr std::size_t kSampleRecords = 200;
constexpr std::int64_t kShapeRecords = 20'000;
constexpr std::size_t kLongGold = 16'384;
constexpr std::int64_t kProgressRows = 512;

util::Error cancelled() { return util::fail(ErrorCode::kCancelled, "the import was cancelled"); }

/// The file's name as the beginning of row ids.
std::string stem_of(const std::string& name) {
    std::string stem;
    for (const char c : name.substr(0, name.find('.') == 0 ? std::string::npos : name.find('.'))) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '_' || c == '-';
        stem += plain ? c : '_';
    }
    constexpr std::size_t kLongest = 40;
    return stem.empty() ? "row" : stem.substr(0, kLongest);
}

/// A file of a plain folder: the last line that starts with a mark is the answer.
Json folder_record(const Json& record) {
    const std::string text = record.value("text", std::string());
    const std::string file = record.value("file", std::string());
    if (file.ends_with(".json")) {
        util::Result<Json> inner =
            util::parse_json(text, "file", {.max_bytes = kMaxLineBytes, .max_depth = 64});
        return inner ? std::move(inner).value() : Json();
    }
    Json out = {{"file", file}};
    std::string_view rest = text::trim(text);
    const std::size_t line = rest.rfind('\n');
    const std::string_view last =
        text::trim(line == std::string_view::npos ? std::string_view() : rest.substr(line + 1));
    for (const std::string_view mark : {"#### ", "Answer:", "Antwort:", "answer:", "antwort:"}) {
        if (!last.starts_with(mark)) continue;
        out["gold"] = std::string(text::trim(last.substr(mark.size())));
        rest = text::trim(rest.substr(0, line));
        break;
    }
    out["prompt"] = std::string(rest);
    return out;
}

/// One import on its way through a file.
class ImportParser {
  public:
    ImportParser(ByteSource& source, const ParseInput& input, const ParseSinks& sinks)
        : source_(source),
          input_(input),
          request_(input.request),
          sinks_(sinks) {}
    Result<DryRun> run();

  private:
    Status look();
    Status choose_dialect(std::string_view head, bool whole);
    Status take_sample();
    void choose_preset();
    std::string guessed_preset() const;
    Status choose_verifier();
    Status scan_shapes();
    void note_gold_column();
    Status read_rows();
    Status take(RawRecord& record);
    Status take_good(std::int64_t line, DatasetRow row);
    Status refuse(std::int64_t line, std::string message);
    void last_notes(const RecordReader& reader);
    void note(std::string kind,
              std::map<std::string, std::string> args = {},
              std::int64_t count = 0) {
        report_.notes.push_back({.kind = std::move(kind), .args = std::move(args), .count = count});
    }
    void unfold(RawRecord& record) const {
        if (input_.is_folder && record.error.empty()) record.value = folder_record(record.value);
    }

    ByteSource& source_;
    const ParseInput& input_;
    const ImportRequest& request_;
    const ParseSinks& sinks_;
    RecordDialect dialect_;
    RowContext context_;
    DryRun report_;
    std::vector<Json> sample_;
    GoldShapes golds_;
    std::map<std::string, GoldShapes> shapes_;
    std::unordered_map<std::uint64_t, std::int64_t> lines_by_id_;
    std::int64_t formulas_ = 0;
    std::int64_t misread_ = 0;
};

Status ImportParser::look() {
    std::string head(kHeadBytes, '\0');
    std::size_t size = 0;
    bool whole = false;
    while (size < head.size()) {
        VT_ASSIGN(const std::size_t count, source_.read(head.data() + size, head.size() - size));
        if (count == 0) {
            whole = true;
            break;
        }
        size += count;
    }
    head.resize(size);
    VT_TRY(choose_dialect(head, whole));
    return source_.rewind();
}

Status ImportParser::choose_dialect(std::string_view head, bool whole) {
    const FirstLook look = look_at(head, whole);
    if (!look.refused.empty()) return util::fail(ErrorCode::kUnsupported, look.refused);
    if (look.encoding == Encoding::kUtf8 && head.find('\0') != std::string_view::npos &&
        !head.starts_with('{') && !head.starts_with('[')) {
        return util::fail(ErrorCode::kUnsupported,
                          "this is no text file (it holds NUL bytes); save it as CSV or JSONL");
    }
    dialect_ = guess_dialect(head, whole, input_.is_folder ? "x.jsonl" : input_.name);
    if (!request_.encoding.empty()) {
        VT_ASSIGN(dialect_.encoding, encoding_from_name(request_.encoding));
    } else if (look.encoding == Encoding::kCp1252) {
        note("cp1252");
    } else if (look.mixed) {
        note("mixed_encoding");
    }
    if (!request_.delimiter.empty()) dialect_.delimiter = request_.delimiter.front();
    if (!request_.header.empty()) dialect_.header = request_.header == "yes";
    report_.format = input_.is_folder ? "folder" : std::string(format_name(dialect_.format));
    report_.encoding = std::string(encoding_name(dialect_.encoding));
    if (dialect_.format == RecordFormat::kCsv)
        report_.delimiter = std::string(1, dialect_.delimiter);
    return {};
}

Status ImportParser::take_sample() {
    RecordReader reader(source_, dialect_);
    RawRecord record;
    std::set<std::string> seen;
    while (sample_.size() < kSampleRecords) {
        VT_ASSIGN(const bool more, reader.next(record));
        if (!more) break;
        unfold(record);
        if (!record.error.empty() || !record.value.is_object()) continue;
        for (const auto& item : record.value.items()) {
            if (seen.size() < kMaxCsvColumns && seen.insert(item.key()).second) {
                report_.columns.push_back(item.key());
            }
        }
        sample_.push_back(std::move(record.value));
    }
    if (dialect_.format == RecordFormat::kCsv) report_.columns = reader.columns();
    return source_.rewind();
}

/// Our own rows are known by being right; one of a few may be damaged.
std::string ImportParser::guessed_preset() const {
    constexpr std::size_t kLooked = 20;
    for (std::size_t i = 0; i < sample_.size() && i < kLooked; ++i) {
        if (dialect_.format != RecordFormat::kCsv && row_from_json(sample_[i])) return "veritune";
    }
    return sample_.empty() ? "table" : guess_preset(sample_.front());
}

void ImportParser::choose_preset() {
    report_.preset = request_.preset;
    if (report_.preset.empty()) {
        report_.preset = guessed_preset();
    }
    const PresetInfo* preset = find_preset(report_.preset);
    context_.preset = report_.preset;
    context_.mapping = preset->mapping;
    if (report_.preset == "table" || (report_.preset == "multiple_choice" && sample_.size() > 0)) {
        for (auto& [field, column] : guess_mapping(report_.columns, sample_)) {
            // A wrong guess must not take a right answer away: options are read by their names.
            const bool safe = report_.preset == "table" || field != "solution";
            if (safe) context_.mapping.try_emplace(field, column);
        }
    }
    for (const auto& [field, column] : request_.mapping) context_.mapping[field] = column;
    context_.verifier = request_.verifier.empty() ? preset->verifier : request_.verifier;
    context_.params = request_.params;
    if (!request_.profile.empty()) context_.profile = request_.profile;
    const bool own_name = report_.preset == "table" || report_.preset == "openai_chat";
    context_.id_prefix = !request_.id_prefix.empty()             ? request_.id_prefix
                         : own_name                              ? stem_of(input_.name)
                         : report_.preset == "prompt_completion" ? "row"
                                                                 : report_.preset;
    context_.is_table = dialect_.format == RecordFormat::kCsv;
    context_.templates = input_.templates;
    report_.licence = preset->licence;
    report_.redistribution = preset->redistribution;
}

Status ImportParser::scan_shapes() {
    RecordReader reader(source_, dialect_);
    RawRecord record;
    const bool columns = report_.preset == "table";
    for (std::int64_t n = 0; n < kShapeRecords; ++n) {
        VT_ASSIGN(const bool more, reader.next(record));
        if (!more) break;
        unfold(record);
        if (!record.error.empty()) continue;
        golds_.add(gold_text(context_, record.value));
        if (!columns || !record.value.is_object()) continue;
        for (const std::string& column : report_.columns) {
            const Json* value = find_column(record.value, column);
            if (value == nullptr || value->is_structured()) continue;
            shapes_[column].add(value->is_string() ? value->get<std::string>() : value->dump());
        }
    }
    return source_.rewind();
}

/// An answer column that holds essays while another holds numbers was chosen by mistake.
void ImportParser::note_gold_column() {
    constexpr double kEssay = 80.0;
    const auto gold = context_.mapping.find("gold");
    const auto prompt = context_.mapping.find("prompt");
    if (gold == context_.mapping.end() || prompt == context_.mapping.end()) return;
    const double gold_bytes = shapes_[gold->second].mean_bytes();
    if (shapes_[gold->second].count() == 0) {
        note("gold_column_empty", {{"column", gold->second}});
        return;
    }
    for (const std::string& column : report_.columns) {
        const GoldShapes& shape = shapes_[column];
        if (column == gold->second || !shape.is_regular() || shape.count() < golds_.count())
            continue;
        const auto id = context_.mapping.find("id");
        const auto level = context_.mapping.find("level");
        if ((id != context_.mapping.end() && id->second == column) ||
            (level != context_.mapping.end() && level->second == column)) {
            continue;
        }
        if (gold_bytes > kEssay || (column == prompt->second && !golds_.is_regular())) {
            note("gold_column_prose", {{"column", gold->second}, {"better", column}});
            return;
        }
    }
    if (gold_bytes > kEssay && gold_bytes > 2 * shapes_[prompt->second].mean_bytes()) {
        note("gold_column_solution", {{"column", gold->second}});
    }
}

Status ImportParser::choose_verifier() {
    const bool fixed = report_.preset == "veritune" || report_.preset == "legalbench" ||
                       report_.preset == "medcalc" || report_.preset == "reasoning_gym" ||
                       report_.preset == "prompt_completion" || wants_conversion(report_.preset);
    const bool wanted = context_.verifier.empty() && !fixed;
    if (wanted || report_.preset == "table") VT_TRY(scan_shapes());
    if (wanted) {
        if (const auto suggestion = golds_.suggest()) {
            context_.verifier = suggestion->verifier;
            if (context_.params.empty()) context_.params = suggestion->params;
        }
    }
    // Where commas mean decimals, spreadsheets use ; between the cells.
    const char fallback = context_.is_table && dialect_.delimiter == ';' ? ',' : '.';
    context_.decimal_mark = request_.decimal_mark.empty() ? golds_.decimal_mark(fallback)
                                                          : request_.decimal_mark.front();
    const bool numbers = context_.verifier == "numeric" || context_.verifier == "integer";
    if (numbers) report_.decimal_mark = std::string(1, context_.decimal_mark);
    if (numbers && context_.decimal_mark == ',') note("decimal_comma");
    if (report_.preset == "table") note_gold_column();
    report_.verifier = context_.verifier;
    report_.params = context_.params;
    report_.mapping = context_.mapping;
    return {};
}

Status ImportParser::refuse(std::int64_t line, std::string message) {
    ++report_.error_count;
    if (message.find("spreadsheet formula") != std::string::npos) ++formulas_;
    if (message.find("mixes encodings") != std::string::npos) ++misread_;
    if (sinks_.on_error && !sinks_.on_error({.line = line, .message = std::move(message)})) {
        return cancelled();
    }
    return {};
}

Status ImportParser::take_good(std::int64_t line, DatasetRow row) {
    Problem& problem = row.problem;
    if (problem.gold.is_string() && problem.gold.get_ref<const std::string&>().size() > kLongGold) {
        return refuse(line,
                      "the answer has " +
                          std::to_string(problem.gold.get_ref<const std::string&>().size()) +
                          " bytes; no verifier compares texts of more than 16384. Is this the"
                          " worked solution?");
    }
    const auto [place, fresh] = lines_by_id_.try_emplace(util::fnv1a64(problem.id), line);
    if (!fresh) {
        return refuse(line,
                      "the id repeats line " + std::to_string(place->second) +
                          "; give every row an id of its own, or map no column to id");
    }
    if (request_.val_percent + request_.test_percent > 0) {
        problem.split = split_of(problem, request_.val_percent, request_.test_percent);
    }
    ++report_.rows;
    ++report_.splits[static_cast<std::size_t>(problem.split)];
    if (sinks_.on_row && !sinks_.on_row(line, row)) return cancelled();
    return {};
}

Status ImportParser::take(RawRecord& record) {
    unfold(record);
    if (!record.error.empty()) return refuse(record.line, std::move(record.error));
    if (wants_conversion(report_.preset)) {
        ++report_.rows;
        if (sinks_.on_raw && !sinks_.on_raw(record.line, record.value)) return cancelled();
        return {};
    }
    if (dialect_.format == RecordFormat::kJson) ++context_.number;
    Result<DatasetRow> row = read_row(context_, record.value, record.line);
    if (!row) return refuse(record.line, row.error().message);
    return take_good(record.line, std::move(row).value());
}

Status ImportParser::read_rows() {
    RecordReader reader(source_, dialect_);
    RawRecord record;
    for (std::int64_t n = 0;; ++n) {
        if (n % kProgressRows == 0 && sinks_.on_progress &&
            !sinks_.on_progress(source_.position())) {
            return cancelled();
        }
        VT_ASSIGN(const bool more, reader.next(record));
        if (!more) break;
        if (n >= kMaxRows) {
            return util::fail(ErrorCode::kUnsupported,
                              "the file has more than 10 million rows; split it");
        }
        VT_TRY(take(record));
    }
    report_.lines = reader.lines();
    last_notes(reader);
    return {};
}

void ImportParser::last_notes(const RecordReader& reader) {
    if (reader.replaced() > 0) {
        note("bad_characters", {}, reader.replaced());
    }
    if (formulas_ > 0) note("formula", {}, formulas_);
    if (misread_ > 0 && report_.notes.empty()) note("mixed_rows", {}, misread_);
    if (context_.unfilled > 0) note("template", {}, context_.unfilled);
    const auto right = redistribution_from_name(report_.redistribution);
    if (right == Redistribution::kShareAlike || right == Redistribution::kInternalOnly ||
        right == Redistribution::kForbidden) {
        note("licence", {{"licence", report_.licence}});
    }
}

Result<DryRun> ImportParser::run() {
    VT_TRY(look());
    VT_TRY(take_sample());
    choose_preset();
    VT_TRY(choose_verifier());
    VT_TRY(read_rows());
    return std::move(report_);
}

}  // namespace

Result<Json> read_template(std::string_view text) {
    constexpr std::size_t kMaxBytes = std::size_t{4} << 20;
    const std::string_view start = text::trim(text);
    if (text.size() > kMaxBytes) {
        return util::fail(ErrorCode::kCorruptData, "the template is larger than 4 MiB");
    }
    if (start.starts_with('{') && !start.starts_with("{{")) {
        return util::parse_json(text, "template", {.max_bytes = kMaxBytes, .max_depth = 8});
    }
    if (!text::is_valid_utf8(text)) {
        return util::fail(ErrorCode::kCorruptData, "the template is not UTF-8");
    }
    return Json(std::string(text));
}

Result<DryRun> parse_import(ByteSource& source, const ParseInput& input, const ParseSinks& sinks) {
    if (!input.request.preset.empty() && find_preset(input.request.preset) == nullptr) {
        return util::fail(ErrorCode::kNotFound,
                          "there is no such import preset; see `veritune data import --help`",
                          input.request.preset);
    }
    return ImportParser(source, input, sinks).run();
}

Json parse_input_to_json(const ParseInput& input) {
    return {{"request", import_request_to_json(input.request)},
            {"name", input.name},
            {"is_folder", input.is_folder}};
}

Result<ParseInput> parse_input_from_json(const Json& json) {
    ParseInput input;
    if (!json.is_object() || !json.contains("request") || !json.contains("name") ||
        !json["name"].is_string()) {
        return util::fail(ErrorCode::kInvalidArgument, "bad options of the parse worker");
    }
    VT_ASSIGN(input.request, import_request_from_json(json["request"]));
    input.name = json["name"].get<std::string>();
    input.is_folder = json.value("is_folder", false);
    return input;
}

}  // namespace veritune::data
