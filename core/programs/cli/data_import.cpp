// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/data_import.h"

#include "core/data/edit.h"
#include "core/programs/cli/data_rows.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/validators.h"
#include "core/verify/code_import.h"
#include "core/verify/sandbox_probe.h"
#include "core/verify/verifier.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace veritune::cli {

namespace {

constexpr std::size_t kErrorsShown = 10;

std::string preset_names() {
    std::string names;
    for (const data::PresetInfo& preset : data::presets()) {
        names += (names.empty() ? "" : ", ") + preset.name;
    }
    return names;
}

std::string stem(const std::string& path) {
    const std::string name = util::base_name(path);
    return name.substr(0, name.find('.') == 0 ? std::string::npos : name.find('.'));
}

std::string count_text(const data::DryRun& report) {
    std::string text = format_count(report.rows) + " rows (";
    bool first = true;
    for (const data::Split split : data::kAllSplits) {
        const std::int64_t count = report.splits[static_cast<std::size_t>(split)];
        if (count == 0 && split > data::Split::kTest) continue;
        text +=
            (first ? "" : ", ") + std::string(data::split_name(split)) + " " + format_count(count);
        first = false;
    }
    return text + ")";
}

void show_errors(Output& out, const data::DryRun& report) {
    for (std::size_t i = 0; i < report.errors.size() && i < kErrorsShown; ++i) {
        const data::RowError& row = report.errors[i];
        out.say("line " + std::to_string(row.line) + ": " + printable(row.message));
    }
    const std::int64_t rest = report.error_count - static_cast<std::int64_t>(std::min(
                                                       report.errors.size(), kErrorsShown));
    if (rest > 0) {
        out.say("... and " + std::to_string(rest) +
                " more bad rows; --errors FILE writes all of them, --json lists the first 1,000.");
    }
    for (const data::ImportNote& note : report.notes) {
        out.say("note: " + printable(data::import_note_text(note)) +
                (note.count > 0 ? " (" + format_count(note.count) + " rows)" : "") + ".");
    }
}

void show_meaning(Output& out, const data::DryRun& report) {
    std::string text = "format     " + report.format + ", " + report.encoding;
    if (!report.delimiter.empty()) {
        text += ", delimiter " + (report.delimiter == "\t" ? "TAB" : report.delimiter);
    }
    text += "\npreset     " + report.preset + "\n";
    for (const auto& [field, column] : report.mapping) {
        text += "  " + field + " = " + printable(column) + "\n";
    }
    if (!report.verifier.empty()) text += "verifier   " + report.verifier + "\n";
    if (!report.licence.empty()) {
        text += "licence    " + report.licence + " (" + report.redistribution + ")\n";
    }
    out.text(text);
}

util::Json report_json(const data::DryRun& report, const util::Json& dataset) {
    util::Json json = data::dry_run_to_json(report);
    json["dataset"] = dataset;
    return json;
}

}  // namespace

/// What rows may need while they are read: the jail of programs, started when the first one comes.
class DataImport::Lender {
  public:
    explicit Lender(const Context& context)
        : sandbox_({.program = util::join_path(context.env.program_dir, "veritune-sandbox"),
                    .parallel = 1,
                    .extra_arguments = {}}) {}
    verify::LazySandbox& sandbox() { return sandbox_; }

  private:
    verify::LazySandbox sandbox_;
};

void DataImport::declare(CLI::App& app) {
    app.add_option("file", file_, "JSONL, JSON, CSV or TSV file, a plain folder, or NAME.veriset")
        ->required()
        ->type_name("FILE");
    app.add_option("--name", name_, "Name in the project (default: the file's)");
    app.add_option(
        "--preset", preset_, "Meaning of the rows (default: found out): " + preset_names());
    app.add_option(
           "--map", map_, "A column's meaning, for tables: gold=Answer, prompt=Question, ...")
        ->type_name("FIELD=COLUMN");
    app.add_option(
        "--verifier", verifier_, "Verifier of all rows (default: suggested by the golds)");
    app.add_option("--params", params_, "Its parameters, JSON");
    app.add_option("--profile", profile_, "Extraction profile (default: reward_strict)");
    app.add_option("--encoding", encoding_, "utf-8, utf-16le, utf-16be or cp1252");
    app.add_option("--delimiter", delimiter_, "Of a table: , ; | or tab");
    app.add_option("--decimal-mark", decimal_mark_, ". or ,")->check(CLI::IsMember({".", ","}));
    app.add_option("--header", header_, "Does the first line of a table name the columns?")
        ->check(CLI::IsMember({"yes", "no"}));
    app.add_option(
           "--template", template_, "Prompt with {{column}} places, or LegalBench's prompts")
        ->type_name("FILE");
    app.add_option("--id-prefix", id_prefix_, "Beginning of made ids");
    app.add_option("--val-percent", val_percent_, "Share of prompts held out for evaluation")
        ->check(whole_number(0, 90));
    app.add_option("--test-percent", test_percent_, "Share of prompts kept for the last test")
        ->check(whole_number(0, 90));
    app.add_option("--errors", errors_file_, "Write all bad rows into this CSV file")
        ->type_name("FILE");
    app.add_flag("--append", append_, "Add to a data set that is there already");
    app.add_flag("--allow-errors", allow_errors_, "Import the good rows although some are bad");
    app.add_flag(
        "--no-check", no_check_, "Leave golds unchecked; `veritune data check` does it later");
    CLI::Option* dry = app.add_flag("--dry-run", dry_run_, "Look only, write nothing");
    app.add_flag("--accept", accept_, "Import (the default without --dry-run)")->excludes(dry);
}

util::Result<data::ImportRequest> DataImport::request(const Context& context) const {
    data::ImportRequest request{.path = absolute_path(context, file_)};
    // The name that HumanEval and MBPP shared before each had its own.
    request.preset = preset_ == "code" ? std::string() : preset_;
    for (const std::string& pair : map_) {
        const std::size_t equals = pair.find('=');
        if (equals == std::string::npos || equals == 0) {
            return util::fail(util::ErrorCode::kInvalidArgument,
                              "--map takes FIELD=COLUMN, for example --map gold=Answer");
        }
        request.mapping[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
    if (!params_.empty()) {
        VT_ASSIGN(request.params, util::parse_json(params_, "--params"));
    }
    request.verifier = verifier_;
    request.profile = profile_;
    request.encoding = encoding_;
    request.delimiter = delimiter_ == "tab" ? "\t" : delimiter_;
    request.decimal_mark = decimal_mark_;
    request.header = header_;
    if (!template_.empty()) request.template_path = absolute_path(context, template_);
    request.id_prefix = id_prefix_;
    request.val_percent = val_percent_;
    request.test_percent = test_percent_;
    // One place checks the values.
    return data::import_request_from_json(data::import_request_to_json(request));
}

data::ImportHooks DataImport::hooks(Context& context) {
    lender_ = std::make_shared<Lender>(context);
    data::ImportHooks hooks;
    hooks.convert = verify::code_row_converter(lender_->sandbox());
    if (!no_check_) hooks.check = verify::import_gold_check(&lender_->sandbox());
    hooks.on_error = [this](const data::RowError& error) {
        errors_.push_back(error);
        return true;
    };
    return hooks;
}

bool DataImport::is_bad(const data::DryRun& report) const {
    return report.rows == 0 || (report.error_count > 0 && !allow_errors_);
}

util::Status DataImport::write_errors(Context& context) const {
    if (errors_file_.empty()) return {};
    return util::atomic_write(
        context.fs, absolute_path(context, errors_file_), data::errors_csv(errors_));
}

util::Result<int> DataImport::refuse(Context& context, const data::DryRun& report) const {
    if (context.out.json()) {
        // The list is the result that the caller needs; the exit code says that nothing was done.
        context.out.result(report_json(report, nullptr));
        return kExitFailed;
    }
    const std::string bad = std::to_string(report.error_count) + " of " +
                            std::to_string(report.rows + report.error_count) + " rows are bad";
    return util::fail(util::ErrorCode::kCorruptData,
                      report.rows == 0
                          ? "no row can be imported: " + bad
                          : bad +
                                " and nothing was imported; correct them, or import the others with"
                                " --allow-errors",
                      util::base_name(file_));
}

util::Result<int> DataImport::look(Context& context, const data::ImportRequest& request) {
    const data::ImportWorker worker{util::join_path(context.env.program_dir, "veritune")};
    const StopOnInterrupt stop(context);
    data::ImportHooks import_hooks = hooks(context);
    import_hooks.stop = stop.token();
    VT_ASSIGN(const data::DryRun report, data::run_import(request, worker, import_hooks));
    VT_TRY(write_errors(context));
    show_errors(context.out, report);
    if (is_bad(report)) return refuse(context, report);
    show_meaning(context.out, report);
    context.out.text(count_text(report) + " would be imported.");
    context.out.result(report_json(report, nullptr));
    return kExitOk;
}

util::Result<int> DataImport::accept(Context& context, const data::ImportRequest& request) {
    VT_ASSIGN(const auto project, open_for_writing(context));
    if (!append_ && project->datasets().get(name_)) {
        return util::fail(util::ErrorCode::kAlreadyExists,
                          "there is a data set of this name already; choose another with --name, or"
                          " add to it with --append",
                          name_);
    }
    data::Edit edit{.kind = data::EditKind::kImport, .dataset = name_};
    edit.import = request;
    std::optional<data::DryRun> report;
    store::EditHooks edit_hooks;
    edit_hooks.import_worker.program = util::join_path(context.env.program_dir, "veritune");
    edit_hooks.import = hooks(context);
    edit_hooks.judge_import = [&](const data::DryRun& looked) -> util::Status {
        report = looked;
        if (!is_bad(looked)) return {};
        return util::fail(util::ErrorCode::kCorruptData, "bad rows");
    };
    const StopOnInterrupt stop(context);
    edit_hooks.stop = stop.token();
    const auto result = project->dataset_editor().apply(edit, edit_hooks);
    VT_TRY(write_errors(context));
    if (report) show_errors(context.out, *report);
    if (!result) return report && is_bad(*report) ? refuse(context, *report) : result.error();
    VT_ASSIGN(const store::DatasetInfo info, project->datasets().get(result->dataset));
    VT_TRY(project->close());
    context.out.text(count_text(*report) + " imported as `" + info.name + "`.");
    context.out.result(report_json(*report, dataset_json(info)));
    return kExitOk;
}

util::Result<int> DataImport::run(Context& context) {
    if (val_percent_ + test_percent_ > 90) {
        return util::fail(util::ErrorCode::kInvalidArgument,
                          "--val-percent and --test-percent together are at most 90");
    }
    VT_ASSIGN(const data::ImportRequest wanted, request(context));
    if (name_.empty()) name_ = stem(wanted.path);
    return dry_run_ ? look(context, wanted) : accept(context, wanted);
}

}  // namespace veritune::cli
