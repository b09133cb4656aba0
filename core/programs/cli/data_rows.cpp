// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/data_rows.h"

#include "core/programs/cli/project_access.h"
#include "core/programs/cli/validators.h"
#include "core/programs/cli/waiting.h"

#include <CLI/CLI.hpp>

#include <chrono>

namespace veritune::cli {

namespace {

store::EditResult from_message(const engine::DatasetEdited& edited) {
    return {
        .edit = edited.edit, .dataset = edited.dataset, .rows = edited.rows, .label = edited.label};
}

/// The engine that works on the project; the first error stands when nobody answers.
util::Result<std::unique_ptr<engine::Engine>> running_engine(Context& context,
                                                             const util::Error& busy) {
    VT_ASSIGN(const auto reader, open_for_reading(context));
    auto engine = context.connect(reader->info(), EngineStart::kNever);
    if (!engine) return busy;
    return engine;
}

}  // namespace

void RowOptions::declare(CLI::App& app) {
    app.add_option("--id", ids_, "Only rows with these ids");
    app.add_option("--status", status_, "Only new, ok, needs_review or rejected")
        ->check(CLI::IsMember({"new", "ok", "needs_review", "rejected"}));
    app.add_option("--split", split_, "Only train, val, test, held_out or quarantine")
        ->check(CLI::IsMember({"train", "val", "test", "held_out", "quarantine"}));
    app.add_option("--verifier", verifier_, "Only rows of this verifier");
    app.add_option("--tag", tag_, "Only rows with this tag");
    app.add_option("--topic", topic_, "Only rows of this topic");
    app.add_option("--family", family_, "Only rows of this family");
    app.add_option("--review", review_, "Only rows with a finding of this reason");
    app.add_option("--min-level", min_level_, "Only rows of at least this level");
    app.add_option("--max-level", max_level_, "Only rows of at most this level");
    app.add_option("--text", text_, "Only rows that hold this text");
}

void RowOptions::declare_for_edit(CLI::App& app) {
    declare(app);
    app.add_flag("--all", all_, "All rows");
}

data::RowFilter RowOptions::filter() const {
    data::RowFilter filter;
    filter.status = data::status_from_name(status_);
    filter.split = data::split_from_name(split_);
    filter.verifier = verifier_;
    filter.tag = tag_;
    filter.topic = topic_;
    filter.family = family_;
    filter.review = review_;
    filter.min_level = min_level_;
    filter.max_level = max_level_;
    filter.text = text_;
    return filter;
}

util::Result<data::RowSelection> RowOptions::selection() const {
    data::RowSelection rows{.ids = ids_, .filter = std::nullopt};
    const data::RowFilter wanted = filter();
    if (wanted != data::RowFilter{} || all_) rows.filter = wanted;
    if (!rows.ids.empty() || rows.filter) return rows;
    return util::fail(util::ErrorCode::kInvalidArgument,
                      "say which rows: --id, --status, --tag, ... or --all");
}

StopOnInterrupt::StopOnInterrupt(Context& context)
    : guard_(context.interrupts),
      watcher_([this, &context, before = context.interrupts.count()](const std::stop_token& done) {
          while (!done.stop_requested()) {
              if (context.interrupts.count() > before) stop_.request_stop();
              std::this_thread::sleep_for(std::chrono::milliseconds(50));
          }
      }) {}

util::Json dataset_json(const store::DatasetInfo& info) {
    return {{"name", info.name},
            {"rows", info.rows},
            {"sha256", info.sha256},
            {"source", info.source},
            {"frozen", info.frozen},
            {"licence", info.licence},
            {"redistribution", info.redistribution},
            {"domain", info.domain},
            {"language", info.language},
            {"parent", info.parent},
            {"created", util::format_utc(info.created_us)}};
}

std::string row_text(const data::DatasetRow& row) {
    const data::Problem& problem = row.problem;
    std::string text = printable(problem.id) + "  [" +
                       std::string(data::split_name(problem.split)) + ", " +
                       std::string(data::status_name(row.status)) + "]";
    for (const std::string& tag : row.tags) text += " #" + printable(tag);
    text += "\n";
    if (!problem.prompt.empty()) text += "  prompt    " + printable(problem.prompt) + "\n";
    for (const text::Message& message : problem.messages) {
        text += "  " + printable(message.role) + ": " + printable(message.content) + "\n";
    }
    if (!problem.verifier.empty()) {
        text += "  gold      " + printable(json_line(problem.gold)) + "  (" +
                printable(problem.verifier) + ")\n";
    }
    if (!problem.solution.empty()) text += "  solution  " + printable(problem.solution) + "\n";
    for (const data::ReviewItem& item : row.review) {
        text += "  " + item.state + "      " + printable(item.reason) + " " +
                printable(item.other) + " " + printable(item.note) + "\n";
    }
    return text;
}

util::Result<store::EditResult> apply_edit(Context& context, const data::Edit& edit) {
    VT_TRY(data::validate(edit));
    const auto project = open_for_writing(context);
    if (project) {
        const StopOnInterrupt stop(context);
        store::EditHooks hooks;
        hooks.stop = stop.token();
        VT_ASSIGN(store::EditResult result, (*project)->dataset_editor().apply(edit, hooks));
        VT_TRY((*project)->close());
        return result;
    }
    if (project.error().code != util::ErrorCode::kBusy) return project.error();
    VT_ASSIGN(const auto engine, running_engine(context, project.error()));
    const std::string request = request_name(context, "edit");
    using Answer = engine::DatasetEdited;
    VT_ASSIGN(
        const Answer edited, wait_with_cancel<Answer>(context, *engine, request, [&] {
            return engine->edit_dataset({.request = request, .edit = data::edit_to_json(edit)});
        }));
    return from_message(edited);
}

util::Result<store::EditResult> undo_edit(Context& context, const std::string& dataset, bool redo) {
    const auto project = open_for_writing(context);
    if (project) {
        store::DatasetEditor& editor = (*project)->dataset_editor();
        VT_ASSIGN(store::EditResult result, redo ? editor.redo(dataset) : editor.undo(dataset));
        VT_TRY((*project)->close());
        return result;
    }
    if (project.error().code != util::ErrorCode::kBusy) return project.error();
    VT_ASSIGN(const auto engine, running_engine(context, project.error()));
    VT_ASSIGN(const engine::DatasetEdited edited,
              engine->undo_edit({.dataset = dataset, .redo = redo}));
    return from_message(edited);
}

int report_edit(Context& context, const store::EditResult& result, const char* done) {
    context.out.text(std::string(done) + ": " + printable(result.label) + ", " +
                     format_count(result.rows) + " rows of `" + result.dataset + "`.");
    context.out.result({{"edit", result.edit},
                        {"dataset", result.dataset},
                        {"rows", result.rows},
                        {"label", result.label}});
    return kExitOk;
}

}  // namespace veritune::cli
