// SPDX-License-Identifier: Apache-2.0
#include "core/data/dataset.h"
#include "core/data/export.h"
#include "core/data/generators.h"
#include "core/programs/cli/command.h"
#include "core/programs/cli/curate_action.h"
#include "core/programs/cli/data_generate.h"
#include "core/programs/cli/data_import.h"
#include "core/programs/cli/data_rows.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/validators.h"
#include "core/store/gold_job.h"
#include "core/verify/sandbox_probe.h"
#include "core/verify/verifier.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>

namespace veritune::cli {
namespace {

std::string listed(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

std::array<std::int64_t, 3> split_counts(const std::vector<data::Problem>& problems) {
    std::array<std::int64_t, 3> counts{};
    for (const data::Problem& problem : problems) ++counts[static_cast<std::size_t>(problem.split)];
    return counts;
}

class DataCommand final : public Command {
  public:
    DataCommand()
        : Command("data",
                  "Bring problems and demonstrations into a project",
                  "veritune data import questions.jsonl --name contracts") {}

  private:
    CurateAction curate_;

    void declare(CLI::App& verb) override {
        CLI::App& take = action(verb,
                                "import",
                                "Look at a file, check every row and its gold answer, take it in",
                                "veritune data import questions.csv --map gold=Answer --dry-run",
                                [this](Context& context) { return import_.run(context); });
        import_.declare(take);
        action(verb,
               "list",
               "List the data sets of the project",
               "veritune data list --project contracts",
               [](Context& context) { return list(context); });
        CLI::App& look = action(verb,
                                "show",
                                "Show rows of a data set",
                                "veritune data show contracts --limit 5 --status needs_review",
                                [this](Context& context) { return show(context); });
        look.add_option("name", name_, "Data set")->required();
        look.add_option("--limit", limit_, "Rows to show")
            ->capture_default_str()
            ->check(whole_number(1, 100000));
        look.add_option("--offset", offset_, "Rows to skip")->check(whole_number(0));
        rows_.declare(look);
        declare_generate(verb);
        declare_export(verb);
        declare_edits(verb);
        declare_history(verb);
        curate_.declare(action(verb,
                               "curate",
                               CurateAction::kSummary,
                               CurateAction::kExample,
                               [this](Context& context) { return curate_.run(context); }));
    }

    CLI::App& named(CLI::App& app) {
        app.add_option("name", name_, "Data set")->required();
        return app;
    }

    void declare_export(CLI::App& verb) {
        CLI::App& out =
            named(action(verb,
                         "export",
                         "Write rows of a data set into a file or bundle",
                         "veritune data export contracts --format sft --output sft.jsonl",
                         [this](Context& context) { return export_rows(context); }));
        out.add_option("--format", format_, "bundle, jsonl, sft, verl, trl or csv")
            ->capture_default_str()
            ->check(CLI::IsMember({"bundle", "jsonl", "sft", "verl", "trl", "csv"}));
        out.add_option("--output", output_, "File, or folder NAME.veriset")
            ->required()
            ->type_name("PATH");
        out.add_option("--licence", licence_, "Restricted rows: stop, leave-out, or allow")
            ->capture_default_str()
            ->check(CLI::IsMember({"stop", "leave-out", "allow"}));
        rows_.declare(out);
    }

    void declare_edits(CLI::App& verb) {
        CLI::App& change =
            named(action(verb,
                         "edit",
                         "Change rows, or what is said of the set; can be undone",
                         "veritune data edit contracts --set split=val --topic deadlines",
                         [this](Context& context) { return edit(context); }));
        change.add_option("--set", values_, "New value of the rows: gold=8, split=val, status=ok")
            ->type_name("KEY=VALUE");
        change
            .add_option(
                "--info", info_, "Value of the data set: licence=MIT, name=new, domain=legal")
            ->type_name("KEY=VALUE");
        change.add_option("--edit", edit_file_, "A whole edit as JSON")->type_name("FILE");
        rows_.declare_for_edit(change);
        CLI::App& swap = named(action(verb,
                                      "replace",
                                      "Replace a text in prompts, golds, solutions or topics",
                                      "veritune data replace contracts prompt Clause Section --all",
                                      [this](Context& context) { return replace(context); }));
        swap.add_option("field", field_, "prompt, gold, solution or topic")
            ->required()
            ->check(CLI::IsMember({"prompt", "gold", "solution", "topic"}));
        swap.add_option("find", find_, "Text to find")->required();
        swap.add_option("with", with_, "Text instead")->required();
        rows_.declare_for_edit(swap);
        CLI::App& mark = named(action(verb,
                                      "tag",
                                      "Put tags on rows or take them off",
                                      "veritune data tag contracts hard --review near_duplicate",
                                      [this](Context& context) { return tag(context); }));
        mark.add_option("tags", tags_, "Tags")->required();
        mark.add_flag("--remove", remove_, "Take them off");
        rows_.declare_for_edit(mark);
        rows_.declare_for_edit(named(action(verb,
                                            "delete",
                                            "Delete rows; can be undone",
                                            "veritune data delete contracts --status rejected",
                                            [this](Context& context) { return drop(context); })));
    }

    void declare_history(CLI::App& verb) {
        named(action(verb,
                     "undo",
                     "Take back the newest edit of a data set",
                     "veritune data undo contracts",
                     [this](Context& context) { return undo(context, false); }));
        named(action(verb,
                     "redo",
                     "Do again what was undone",
                     "veritune data redo contracts",
                     [this](Context& context) { return undo(context, true); }));
        named(action(verb,
                     "history",
                     "List the edits of a data set",
                     "veritune data history contracts",
                     [this](Context& context) { return history(context); }));
        named(action(verb,
                     "freeze",
                     "Fix a data set for ever; later edits make a copy",
                     "veritune data freeze contracts",
                     [this](Context& context) { return freeze(context); }));
        named(action(verb,
                     "copy",
                     "Copy a data set under another name",
                     "veritune data copy contracts contracts-b",
                     [this](Context& context) { return copy(context); }))
            .add_option("to", to_, "Name of the copy")
            ->required();
        named(action(verb,
                     "check",
                     "Hold unchecked golds against their verifiers; goes on after a stop",
                     "veritune data check contracts",
                     [this](Context& context) { return check(context); }));
        named(action(verb,
                     "remove",
                     "Remove a whole data set; cannot be undone",
                     "veritune data remove contracts",
                     [this](Context& context) { return remove(context); }));
        action(verb,
               "audit",
               "Show the audit log of data sets and check its chain",
               "veritune data audit --limit 20",
               [this](Context& context) { return audit(context); })
            .add_option("--limit", limit_, "Entries to show")
            ->capture_default_str()
            ->check(whole_number(1, 100000));
    }

    void declare_generate(CLI::App& verb) {
        CLI::App& make = action(
            verb,
            "generate",
            "Make problems with known answers",
            "veritune data generate --family logic_sudoku --level 2 --n 100 --out sudoku.jsonl",
            [this](Context& context) { return generate(context); });
        CLI::Option* chains = make.add_option(
            "chains", family_, "Kind of chain: " + listed(data::generator_families()));
        add_family_options(make, call_);
        make.get_option("--family")->excludes(chains);
        make.get_option("--benchmark")->excludes(chains);
        make.add_option("--count", count_, "Rows")
            ->capture_default_str()
            ->check(whole_number(1, 10000000));
        make.add_option("--seed", seed_, "Seed")->capture_default_str();
        make.add_option("--min-steps", min_steps_, "Fewest steps")->capture_default_str();
        make.add_option("--max-steps", max_steps_, "Most steps")->capture_default_str();
        make.add_option("--split", split_, "Side of the split: train or val")
            ->check(CLI::IsMember({"train", "val"}));
        make.add_option("--error-rate", error_rate_, "Share of wrong steps in the demonstrations")
            ->check(CLI::Range(0.0, 1.0));
        CLI::Option* name = make.add_option("--name", name_, "Name in the project");
        make.add_option("--output,--out", output_, "Write a file instead of a data set")
            ->type_name("FILE")
            ->excludes(name);
    }

    static std::string count_text(const std::vector<data::Problem>& problems) {
        const auto counts = split_counts(problems);
        return format_count(static_cast<long long>(problems.size())) + " rows (train " +
               format_count(counts[0]) + ", val " + format_count(counts[1]) + ", test " +
               format_count(counts[2]) + ")";
    }

    util::Result<store::DatasetInfo> add_to_project(Context& context,
                                                    const std::vector<data::Problem>& problems,
                                                    const std::string& source) {
        VT_ASSIGN(const auto project, open_for_writing(context));
        VT_TRY(project->datasets().create({.name = name_, .source = source}, problems));
        VT_ASSIGN(store::DatasetInfo stored, project->datasets().get(name_));
        VT_TRY(project->close());
        return stored;
    }

    static util::Result<int> list(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const auto infos, project->datasets().list());
        TextTable table({{"name", TextTable::Align::kLeft},
                         {"rows", TextTable::Align::kRight},
                         {"hash", TextTable::Align::kLeft},
                         {"state", TextTable::Align::kLeft},
                         {"created", TextTable::Align::kLeft},
                         {"source", TextTable::Align::kLeft}});
        util::Json json = util::Json::array();
        for (const store::DatasetInfo& info : infos) {
            table.add({info.name,
                       format_count(info.rows),
                       info.sha256.empty() ? "changed" : info.sha256.substr(0, 12),
                       info.frozen ? "frozen" : "",
                       util::format_utc(info.created_us),
                       printable(info.source)});
            json.push_back(dataset_json(info));
        }
        if (infos.empty()) {
            context.out.say("No data sets yet; bring one in with `veritune data import FILE`.");
        } else {
            context.out.text(table.render());
        }
        context.out.result(json);
        return kExitOk;
    }

    util::Result<int> show(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const store::DatasetInfo info, project->datasets().get(name_));
        VT_ASSIGN(const std::string version, project->dataset_reader().version(name_));
        const std::vector<std::string>& ids = rows_.ids();
        util::Json shown = util::Json::array();
        std::int64_t seen = 0;
        VT_TRY(project->dataset_reader().each(
            name_, rows_.filter(), [&](std::int64_t, const data::DatasetRow& row) {
                if (!ids.empty() &&
                    std::find(ids.begin(), ids.end(), row.problem.id) == ids.end()) {
                    return true;
                }
                if (seen++ < offset_) return true;
                shown.push_back(data::row_to_json(row));
                context.out.text(row_text(row));
                return std::ssize(shown) < limit_;
            }));
        util::Json json = dataset_json(info);
        json["sha256"] = version;
        json["shown"] = std::move(shown);
        context.out.result(json);
        return kExitOk;
    }

    util::Result<int> export_rows(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const store::DatasetInfo info, project->datasets().get(name_));
        const data::ExportRequest request{.format = *data::export_format_from_name(format_),
                                          .path = absolute_path(context, output_),
                                          .licence = licence_ == "stop" ? data::LicenceChoice::kStop
                                                     : licence_ == "allow"
                                                         ? data::LicenceChoice::kAllow
                                                         : data::LicenceChoice::kLeaveOut,
                                          .name = info.name,
                                          .set_licence = info.licence,
                                          .set_licence_note = info.licence_note,
                                          .set_redistribution = info.redistribution,
                                          .source = info.source};
        const auto rows = [&](const std::function<bool(const data::DatasetRow&)>& take) {
            return project->dataset_reader().each(
                name_, rows_.filter(), [&](std::int64_t, const data::DatasetRow& row) {
                    return take(row);
                });
        };
        VT_ASSIGN(const data::ExportResult done, data::export_rows(context.fs, request, rows));
        note_export(context, info, done);
        std::string words = format_count(done.rows) + " rows written to " + printable(done.path);
        if (done.left_out > 0) words += ", " + format_count(done.left_out) + " left out by licence";
        if (done.no_solution > 0) {
            words += ", " + format_count(done.no_solution) + " without a demonstration left out";
        }
        context.out.text(words + ".");
        context.out.result({{"path", done.path},
                            {"rows", done.rows},
                            {"left_out", done.left_out},
                            {"no_solution", done.no_solution},
                            {"sha256", done.sha256}});
        return kExitOk;
    }

    /// The export is done; where the project is in use, only the audit entry is missing.
    void note_export(Context& context,
                     const store::DatasetInfo& info,
                     const data::ExportResult& done) {
        const auto project = open_for_writing(context);
        const std::string object = "dataset " + std::to_string(info.id) + " `" + info.name + "` (" +
                                   std::to_string(done.rows) + " rows) as " + format_;
        const bool noted =
            project && (*project)->dataset_editor().record_audit("export", object, done.sha256) &&
            (*project)->close();
        if (!noted) context.out.say("The project is in use: the audit log has no entry of this.");
    }

    /// "KEY=VALUE" with the value as JSON where it is some, else as text.
    static util::Result<util::Json> values_of(const std::vector<std::string>& pairs) {
        util::Json set = util::Json::object();
        for (const std::string& pair : pairs) {
            const std::size_t equals = pair.find('=');
            if (equals == std::string::npos || equals == 0) {
                return util::fail(util::ErrorCode::kInvalidArgument,
                                  "values are given as KEY=VALUE, for example split=val");
            }
            const std::string text = pair.substr(equals + 1);
            const auto json = util::parse_json(text, "value");
            set[pair.substr(0, equals)] = json ? *json : util::Json(text);
        }
        return set;
    }

    util::Result<int> edit(Context& context) {
        data::Edit edit{.kind = data::EditKind::kSet, .dataset = name_};
        if (!edit_file_.empty()) {
            VT_ASSIGN(const std::string text,
                      context.fs.read(absolute_path(context, edit_file_), kMaxEditBytes));
            VT_ASSIGN(util::Json json,
                      util::parse_json(
                          text,
                          "edit",
                          {.max_bytes = kMaxEditBytes, .max_depth = 64, .max_nodes = 50'000'000}));
            if (json.is_object()) json["dataset"] = name_;
            VT_ASSIGN(edit, data::edit_from_json(json));
        } else if (!info_.empty()) {
            edit.kind = data::EditKind::kInfo;
            VT_ASSIGN(edit.set, values_of(info_));
        } else {
            VT_ASSIGN(edit.set, values_of(values_));
            VT_ASSIGN(edit.rows, rows_.selection());
        }
        return apply(context, edit, "Changed");
    }

    util::Result<int> apply(Context& context, const data::Edit& edit, const char* done) {
        VT_ASSIGN(const store::EditResult result, apply_edit(context, edit));
        if (result.dataset != name_ && edit.kind != data::EditKind::kCopy && result.edit != 0 &&
            !edit.set.contains("name")) {
            context.out.say("`" + name_ + "` is frozen: the change is in its copy `" +
                            result.dataset + "`.");
        }
        return report_edit(context, result, done);
    }

    util::Result<int> replace(Context& context) {
        data::Edit edit{.kind = data::EditKind::kReplace, .dataset = name_};
        edit.field = field_;
        edit.find = find_;
        edit.replace_with = with_;
        VT_ASSIGN(edit.rows, rows_.selection());
        return apply(context, edit, "Replaced");
    }

    util::Result<int> tag(Context& context) {
        data::Edit edit{.kind = data::EditKind::kSet, .dataset = name_};
        edit.set[remove_ ? "remove_tags" : "add_tags"] = tags_;
        VT_ASSIGN(edit.rows, rows_.selection());
        return apply(context, edit, "Tagged");
    }

    util::Result<int> drop(Context& context) {
        data::Edit edit{.kind = data::EditKind::kDelete, .dataset = name_};
        VT_ASSIGN(edit.rows, rows_.selection());
        return apply(context, edit, "Deleted");
    }

    util::Result<int> freeze(Context& context) {
        return apply(context, {.kind = data::EditKind::kFreeze, .dataset = name_}, "Frozen");
    }

    util::Result<int> copy(Context& context) {
        data::Edit edit{.kind = data::EditKind::kCopy, .dataset = name_};
        edit.copy_name = to_;
        return apply(context, edit, "Copied");
    }

    util::Result<int> undo(Context& context, bool redo) {
        VT_ASSIGN(const store::EditResult result, undo_edit(context, name_, redo));
        return report_edit(context, result, redo ? "Done again" : "Undone");
    }

    util::Result<int> history(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const auto edits, project->dataset_reader().edits(name_));
        TextTable table({{"edit", TextTable::Align::kRight},
                         {"time", TextTable::Align::kLeft},
                         {"user", TextTable::Align::kLeft},
                         {"rows", TextTable::Align::kRight},
                         {"state", TextTable::Align::kLeft},
                         {"what", TextTable::Align::kLeft}});
        util::Json json = util::Json::array();
        for (const store::EditInfo& entry : edits) {
            table.add({std::to_string(entry.id),
                       util::format_utc(entry.time_us),
                       printable(entry.user),
                       format_count(entry.rows),
                       entry.undone ? "undone" : "",
                       printable(entry.label)});
            json.push_back({{"id", entry.id},
                            {"time", util::format_utc(entry.time_us)},
                            {"user", entry.user},
                            {"kind", entry.kind},
                            {"label", entry.label},
                            {"rows", entry.rows},
                            {"undone", entry.undone}});
        }
        context.out.text(table.render());
        context.out.result(json);
        return kExitOk;
    }

    util::Result<int> check(Context& context) {
        verify::LazySandbox sandbox(
            {.program = util::join_path(context.env.program_dir, "veritune-sandbox"),
             .parallel = 1,
             .extra_arguments = {}});
        VT_ASSIGN(const auto project, open_for_writing(context));
        const StopOnInterrupt stop(context);
        const std::int64_t start_us = context.clock.monotonic_us();
        VT_ASSIGN(const store::GoldJobResult result,
                  store::check_golds(project->dataset_reader(),
                                     project->dataset_editor(),
                                     name_,
                                     verify::import_gold_check(&sandbox),
                                     {.stop = stop.token(), .progress = {}}));
        const double seconds = static_cast<double>(context.clock.monotonic_us() - start_us) * 1e-6;
        VT_TRY(project->close());
        context.out.text(format_count(result.checked) + " golds checked, " +
                         format_count(result.faults) + " rows need review.");
        context.out.result(
            {{"checked", result.checked}, {"faults", result.faults}, {"seconds", seconds}});
        return kExitOk;
    }

    util::Result<int> remove(Context& context) {
        VT_ASSIGN(const auto project, open_for_writing(context));
        VT_TRY(project->datasets().remove(name_));
        VT_TRY(project->close());
        context.out.text("Removed `" + name_ + "`.");
        context.out.result({{"removed", name_}});
        return kExitOk;
    }

    util::Result<int> audit(Context& context) {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(const std::int64_t entries, project->dataset_reader().check_audit());
        VT_ASSIGN(const auto list, project->dataset_reader().audit(0, limit_));
        TextTable table({{"entry", TextTable::Align::kRight},
                         {"time", TextTable::Align::kLeft},
                         {"user", TextTable::Align::kLeft},
                         {"action", TextTable::Align::kLeft},
                         {"object", TextTable::Align::kLeft}});
        util::Json json = util::Json::array();
        for (const store::AuditEntry& entry : list) {
            table.add({std::to_string(entry.id),
                       util::format_utc(entry.time_us),
                       printable(entry.user),
                       printable(entry.action),
                       printable(entry.object)});
            json.push_back({{"id", entry.id},
                            {"time", util::format_utc(entry.time_us)},
                            {"user", entry.user},
                            {"action", entry.action},
                            {"object", entry.object},
                            {"before_sha256", entry.before_sha},
                            {"after_sha256", entry.after_sha},
                            {"hash", entry.hash}});
        }
        context.out.text(table.render());
        context.out.say("The chain of all " + std::to_string(entries) + " entries holds.");
        context.out.result({{"entries", entries}, {"shown", json}});
        return kExitOk;
    }

    util::Result<std::vector<data::Problem>> generated(Context& context, util::Json& report) {
        if (call_.wanted()) {
            call_.seed = seed_;
            family_ = call_.benchmark ? "benchmark" : call_.family;
            return make_family_problems(context, call_, report);
        }
        if (family_.empty()) {
            return util::fail(util::ErrorCode::kInvalidArgument,
                              "name what to make: --family, --benchmark or a kind of chain; --list "
                              "shows the families");
        }
        const data::GeneratorOptions options{
            .family = family_,
            .count = count_,
            .seed = seed_,
            .min_steps = min_steps_,
            .max_steps = max_steps_,
            .split = split_ == "val" ? data::Split::kVal : data::Split::kTrain,
            .error_rate = error_rate_};
        return data::generate_problems(options);
    }

    util::Result<int> generate(Context& context) {
        if (call_.list) {
            show_families(context);
            return kExitOk;
        }
        util::Json json = util::Json::object();
        VT_ASSIGN(const auto problems, generated(context, json));
        json["rows"] = problems.size();
        json["sha256"] = data::dataset_hash(problems);
        if (!output_.empty()) {
            const std::string path = absolute_path(context, output_);
            VT_TRY(data::save_dataset(context.fs, path, problems));
            context.out.text(count_text(problems) + " written to " + printable(path) + ".");
            json["path"] = path;
        } else {
            if (name_.empty()) name_ = family_ + "-" + std::to_string(seed_);
            VT_ASSIGN(const store::DatasetInfo info,
                      add_to_project(context, problems, "generator " + family_));
            context.out.text(count_text(problems) + " added as `" + info.name + "`.");
            json["dataset"] = dataset_json(info);
        }
        context.out.result(json);
        return kExitOk;
    }

    static constexpr std::size_t kMaxEditBytes = std::size_t{256} << 20;

    DataImport import_;
    RowOptions rows_;
    std::string name_;
    std::string split_;
    std::string family_;
    FamilyCall call_;
    std::string output_;
    std::string format_ = "bundle";
    std::string licence_ = "stop";
    std::vector<std::string> values_;
    std::vector<std::string> info_;
    std::string edit_file_;
    std::string field_;
    std::string find_;
    std::string with_;
    std::string to_;
    std::vector<std::string> tags_;
    bool remove_ = false;
    std::int64_t limit_ = 10;
    std::int64_t offset_ = 0;
    std::int64_t count_ = 1000;
    std::uint64_t seed_ = 1;
    int min_steps_ = 3;
    int max_steps_ = 7;
    double error_rate_ = 0.0;
};

}  // namespace

std::unique_ptr<Command> make_data_command() { return std::make_unique<DataCommand>(); }

}  // namespace veritune::cli
