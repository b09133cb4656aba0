// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/curate_action.h"

#include "core/curate/words.h"
#include "core/programs/cli/eval_views.h"
#include "core/programs/cli/progress_view.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/validators.h"
#include "core/verify/sandbox_probe.h"
#include "core/verify/verifier.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace veritune::cli {
namespace {

using curate::Rows;
using util::ErrorCode;
using util::Json;
using util::Result;

constexpr std::size_t kShown = 20;

const std::string& id_of(const Rows& rows, std::int64_t row) {
    return rows[static_cast<std::size_t>(row)].problem.id;
}

/// "A of B rows", and the first lines of a list.
std::string listing(const std::vector<std::string>& lines) {
    std::string text;
    for (std::size_t i = 0; i < lines.size() && i < kShown; ++i) text += "  " + lines[i] + "\n";
    if (lines.size() > kShown)
        text += "  ... and " + format_count(static_cast<long long>(lines.size() - kShown)) +
                " more; --json lists all\n";
    return text;
}

std::string count_of(std::size_t count) { return format_count(static_cast<long long>(count)); }

/// Ctrl-C ends a check; nothing was changed by then.
class Watching {
  public:
    explicit Watching(Context& context)
        : context_(context),
          guard_(context.interrupts),
          before_(context.interrupts.count()),
          screen_(context.out) {}
    curate::Watch watch() {
        return {.progress =
                    [this](double fraction) {
                        if (context_.interrupts.count() > before_) stop_.request_stop();
                        const int now = static_cast<int>(100.0 * fraction);
                        if (!context_.out.options().live || now == shown_) return;
                        shown_ = now;
                        screen_.draw("checking " + std::to_string(now) + " %\n");
                    },
                .stop = stop_.get_token()};
    }
    void clear() {
        if (shown_ >= 0) screen_.clear();
    }

  private:
    Context& context_;
    CatchInterrupts guard_;
    int before_;
    ProgressScreen screen_;
    std::stop_source stop_;
    int shown_ = -1;
};

}  // namespace

void CurateAction::declare(CLI::App& app) {
    app.add_option("check", check_, "What to look for")
        ->required()
        ->check(CLI::IsMember({"golds",
                               "guess",
                               "flags",
                               "duplicates",
                               "contamination",
                               "difficulty",
                               "suspects",
                               "split",
                               "privacy"}));
    app.add_option("name", name_, "Data set")->required();
    app.add_option("--against", against_, "contamination: the evaluation set");
    app.add_option("--words", words_, "contamination: shared words in a row")
        ->capture_default_str()
        ->check(CLI::Range(1, 100));
    app.add_option("--boilerplate", boilerplate_, "contamination: phrase that does not count");
    app.add_option("--threshold", threshold_, "duplicates, split: similarity of word 5-grams")
        ->capture_default_str()
        ->check(CLI::Range(0.01, 1.0));
    app.add_option("--run", run_, "difficulty, suspects: run whose evaluation chains count")
        ->check(whole_number(1));
    app.add_option("--low", low_, "difficulty: lowest pass rate to train on")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--high", high_, "difficulty: highest pass rate to train on")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--val-share", val_, "split: share of val")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 0.9));
    app.add_option("--test-share", test_, "split: share of test")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 0.9));
    app.add_option("--seed", seed_, "split: seed")->capture_default_str()->check(whole_number(0));
    app.add_flag("--resplit-test", resplit_test_, "split: also rows that are in test already");
    app.add_flag("--pseudonymise", pseudonymise_, "privacy: replace what was found by stand-ins");
    app.add_flag("--apply", apply_, "Write the findings into the data set; can be undone");
}

Result<int> CurateAction::run(Context& context) {
    VT_ASSIGN(auto project, open_for_reading(context));
    Watching watching(context);
    auto found = look(context, *project, watching.watch());
    watching.clear();
    if (!found) return found.error();
    project.reset();
    context.out.text(found->text);
    if (apply_) VT_TRY(apply(context, *found));
    context.out.result(found->json);
    return kExitOk;
}

util::Status CurateAction::apply(Context& context, Found& found) const {
    if (found.edit.patches.empty()) {
        context.out.say("There is nothing to change.");
        found.json["edit"] = nullptr;
        return {};
    }
    VT_ASSIGN(const auto project, open_for_writing(context));
    VT_ASSIGN(const store::EditResult done, project->dataset_editor().apply(found.edit));
    VT_TRY(project->close());
    found.json["edit"] = {{"edit", done.edit}, {"dataset", done.dataset}, {"rows", done.rows}};
    context.out.say(done.label + ": " + format_count(done.rows) + " rows of `" + done.dataset +
                    "`.");
    return {};
}

Result<CurateAction::Set> CurateAction::load(store::Project& project,
                                             const std::string& name) const {
    VT_TRY(project.datasets().get(name));
    Set set;
    VT_TRY(project.dataset_reader().each(name, {}, [&](std::int64_t, data::DatasetRow row) {
        // What a person took out is no part of the set any more.
        if (row.status != data::RowStatus::kRejected) set.rows.push_back(std::move(row));
        return true;
    }));
    set.texts = curate::texts_of(set.rows);
    return set;
}

Result<CurateAction::Found> CurateAction::look(Context& context,
                                               store::Project& project,
                                               const curate::Watch& watch) {
    VT_ASSIGN(const Set set, load(project, name_));
    if (check_ == "golds") return golds(context, set, watch);
    if (check_ == "guess") return guess(set);
    if (check_ == "flags") return flags(set, watch);
    if (check_ == "duplicates") return duplicates(set, watch);
    if (check_ == "contamination") return contamination(project, set, watch);
    if (check_ == "difficulty") return difficulty(project, set);
    if (check_ == "suspects") return suspects(project);
    if (check_ == "split") return split(set, watch);
    return privacy(set, watch);
}

Result<CurateAction::Found> CurateAction::golds(Context& context,
                                                const Set& set,
                                                const curate::Watch& watch) const {
    verify::LazySandbox sandbox(
        {.program = util::join_path(context.env.program_dir, "veritune-sandbox"),
         .parallel = 1,
         .extra_arguments = {}});
    VT_ASSIGN(const curate::GoldReport report,
              curate::check_golds(
                  curate::problems_of(set.rows), verify::import_gold_check(&sandbox), watch));
    Found found{.text = {}, .json = {{"checked", report.checked}}, .edit = {}};
    found.json["faults"] = Json::array();
    std::vector<std::string> lines;
    for (const curate::GoldFault& fault : report.faults) {
        lines.push_back(printable(id_of(set.rows, fault.row)) + ": " + printable(fault.message));
        found.json["faults"].push_back(
            {{"id", id_of(set.rows, fault.row)}, {"message", fault.message}});
    }
    found.text = count_of(lines.size()) + " of " + format_count(report.checked) +
                 " golds are refused by their verifier.\n" + listing(lines);
    found.edit = curate::gold_edit(name_, set.rows, report);
    return found;
}

Result<CurateAction::Found> CurateAction::guess(const Set& set) {
    const curate::Guessability g = curate::guessability(curate::problems_of(set.rows));
    Found found;
    found.text = "The most frequent answer, " + printable(g.best_answer) + ", earns " +
                 percent(g.best_share) + " of " + format_count(g.rows) + " rows.\n" +
                 "Multiple choice " + percent(g.choice_share) + ", yes/no and true/false " +
                 percent(g.yes_no_share) + ".\n";
    if (!g.majority_option.empty())
        found.text += "Always option " + printable(g.majority_option) + " earns " +
                      percent(g.majority_share) + " of the choices.\n";
    if (g.warn()) found.text += "Warning: above 30 % a model can earn without reading.\n";
    Json frequent = Json::array();
    for (const auto& [answer, count] : g.frequent) frequent.push_back({answer, count});
    found.json = {{"rows", g.rows},
                  {"best_answer", g.best_answer},
                  {"best_share", g.best_share},
                  {"choice_share", g.choice_share},
                  {"yes_no_share", g.yes_no_share},
                  {"majority_option", g.majority_option},
                  {"majority_share", g.majority_share},
                  {"frequent", std::move(frequent)},
                  {"warn", g.warn()}};
    return found;
}

Result<CurateAction::Found> CurateAction::flags(const Set& set, const curate::Watch& watch) const {
    VT_ASSIGN(const curate::FlagReport report,
              curate::flag_questions(curate::problems_of(set.rows), watch));
    Found found{.text = {}, .json = {{"flags", Json::object()}, {"languages", Json::object()}}};
    TextTable table({{"kind", TextTable::Align::kLeft}, {"rows", TextTable::Align::kRight}});
    for (const auto& [name, rows] : report.rows_with) {
        table.add({name, count_of(rows.size())});
        for (const std::int64_t row : rows)
            found.json["flags"][name].push_back(id_of(set.rows, row));
    }
    for (const auto& [code, rows] : report.rows_in_language) {
        table.add({"language " + (code.empty() ? "unclear" : code), count_of(rows.size())});
        found.json["languages"][code.empty() ? "unclear" : code] = rows.size();
    }
    found.text = table.render();
    found.edit = curate::flag_edit(name_, set.rows, report);
    return found;
}

Result<CurateAction::Found> CurateAction::duplicates(const Set& set,
                                                     const curate::Watch& watch) const {
    VT_ASSIGN(const curate::DuplicateReport report,
              curate::find_duplicates(set.texts, {.threshold = threshold_}, watch));
    Found found;
    std::vector<std::string> lines;
    Json pairs = Json::array();
    for (const curate::DuplicatePair& pair : report.pairs) {
        const std::string& a = id_of(set.rows, pair.first);
        const std::string& b = id_of(set.rows, pair.second);
        lines.push_back(format_number(pair.similarity, 2) + "  " + printable(a) + "  " +
                        printable(b) + (pair.exact ? "  exactly" : ""));
        pairs.push_back(
            {{"a", a}, {"b", b}, {"similarity", pair.similarity}, {"exact", pair.exact}});
    }
    found.text = format_count(report.pair_count) + " pairs say nearly the same; without " +
                 format_count(report.removable) + " of " + count_of(set.rows.size()) +
                 " rows none is left. " + format_count(report.exact_rows) +
                 " rows are exact repeats.\n" + listing(lines);
    found.json = {{"pairs", std::move(pairs)},
                  {"pair_count", report.pair_count},
                  {"exact_rows", report.exact_rows},
                  {"removable", report.removable},
                  {"threshold", threshold_}};
    found.edit = curate::duplicate_edit(name_, set.rows, report);
    return found;
}

Result<CurateAction::Found> CurateAction::contamination(store::Project& project,
                                                        const Set& set,
                                                        const curate::Watch& watch) const {
    if (against_.empty())
        return util::fail(ErrorCode::kInvalidArgument, "name the evaluation set: --against NAME");
    VT_ASSIGN(const Set other, load(project, against_));
    VT_ASSIGN(const auto hits,
              curate::find_contamination(
                  set.texts, other.texts, {.words = words_, .boilerplate = boilerplate_}, watch));
    std::vector<std::string> ids;
    for (const data::DatasetRow& row : other.rows) ids.push_back(row.problem.id);
    Found found{.text = {}, .json = {{"words", words_}, {"rows", Json::array()}}};
    std::vector<std::string> lines;
    for (const curate::Contamination& hit : hits) {
        const std::string& a = id_of(set.rows, hit.row);
        const std::string& b = ids[static_cast<std::size_t>(hit.against)];
        lines.push_back(printable(a) + "  " + printable(b) + "  " + printable(hit.shared));
        found.json["rows"].push_back(
            {{"id", a}, {"against", b}, {"shared", hit.shared}, {"count", hit.count}});
    }
    found.text = count_of(lines.size()) + " of " + count_of(set.rows.size()) + " rows share " +
                 std::to_string(words_) + " words in a row with " + printable(against_) + ".\n" +
                 listing(lines);
    found.edit = curate::contamination_edit(name_, set.rows, hits, against_, ids);
    return found;
}

Result<curate::DifficultyReport> CurateAction::rates(store::Project& project) const {
    if (run_ == 0)
        return util::fail(ErrorCode::kInvalidArgument,
                          "name a run that sampled this set: --run ID; make one with `veritune "
                          "eval run --protocol own_8 --dataset " +
                              name_ + " --split train ...`");
    std::vector<curate::Attempt> attempts;
    store::ChainPageRequest page;
    page.filter.phase = "eval";
    for (;;) {
        VT_ASSIGN(const auto chains, project.reader().chains(run_, page));
        for (const store::ChainSummary& chain : chains) {
            const auto status = verify::status_from_name(chain.status);
            attempts.push_back({.problem_id = chain.key.problem_id,
                                .correct = chain.status == "correct",
                                .masked = !status || verify::is_masked(*status),
                                .answer = chain.extracted});
        }
        if (chains.empty()) break;
        page.after = chains.back().key;
    }
    if (attempts.empty())
        return util::fail(ErrorCode::kNotFound,
                          "run " + std::to_string(run_) + " has no chains of an evaluation");
    return curate::difficulty(attempts);
}

Result<CurateAction::Found> CurateAction::difficulty(store::Project& project,
                                                     const Set& set) const {
    VT_ASSIGN(const curate::DifficultyReport report, rates(project));
    VT_ASSIGN(const auto kept, curate::keep_by_rate(report, low_, high_));
    Found found{.text = {}, .json = {{"bins", Json::object()}, {"problems", Json::array()}}};
    TextTable table({{"pass rate", TextTable::Align::kLeft}, {"rows", TextTable::Align::kRight}});
    for (std::size_t i = 0; i < report.bins.size(); ++i) {
        table.add({std::string(curate::kBins[i]), format_count(report.bins[i])});
        found.json["bins"][std::string(curate::kBins[i])] = report.bins[i];
    }
    for (const curate::PassRate& r : report.problems) {
        found.json["problems"].push_back({{"id", r.problem_id},
                                          {"samples", r.samples},
                                          {"correct", r.correct},
                                          {"rate", r.rate},
                                          {"low", r.low},
                                          {"high", r.high}});
    }
    found.json["keep"] = kept;
    found.json["without_signal"] = report.without_signal;
    found.text = table.render() + "\nMean pass rate " + percent(report.mean_rate) + "; " +
                 format_count(report.without_signal) +
                 " rows give no signal (all right or all wrong); " + count_of(kept.size()) +
                 " rows are between " + percent(low_) + " and " + percent(high_) + ".\n";
    found.edit = curate::difficulty_edit(name_, set.rows, report, low_, high_);
    return found;
}

Result<CurateAction::Found> CurateAction::suspects(store::Project& project) const {
    VT_ASSIGN(const curate::DifficultyReport report, rates(project));
    const std::vector<curate::PassRate> list = curate::suspect_golds(report);
    Found found{.text = {}, .json = {{"rows", Json::array()}}};
    std::vector<std::string> lines;
    for (const curate::PassRate& r : list) {
        lines.push_back(printable(r.problem_id) + "  " + percent(r.common_wrong_share) + " say " +
                        printable(r.common_wrong));
        found.json["rows"].push_back(
            {{"id", r.problem_id}, {"answer", r.common_wrong}, {"share", r.common_wrong_share}});
    }
    found.text = count_of(lines.size()) +
                 " golds may be wrong: nobody reaches them, and most samples agree on another "
                 "answer.\n" +
                 listing(lines);
    found.edit = curate::suspect_edit(name_, list);
    return found;
}

Result<CurateAction::Found> CurateAction::split(const Set& set, const curate::Watch& watch) const {
    VT_ASSIGN(const curate::DuplicateReport clusters,
              curate::find_duplicates(set.texts, {.threshold = threshold_}, watch));
    VT_ASSIGN(const curate::SplitReport report,
              curate::split_by_cluster(curate::problems_of(set.rows),
                                       clusters.cluster,
                                       {.val_share = val_,
                                        .test_share = test_,
                                        .seed = static_cast<std::uint64_t>(seed_),
                                        .keep_test = !resplit_test_}));
    Found found;
    found.json = {{"train", report.rows[0]},
                  {"val", report.rows[1]},
                  {"test", report.rows[2]},
                  {"clusters", report.clusters},
                  {"moved", report.moved}};
    TextTable table({{"family/level", TextTable::Align::kLeft},
                     {"train", TextTable::Align::kRight},
                     {"val", TextTable::Align::kRight},
                     {"test", TextTable::Align::kRight}});
    for (const auto& [name, rows] : report.strata) {
        table.add(
            {printable(name), format_count(rows[0]), format_count(rows[1]), format_count(rows[2])});
        found.json["strata"][name] = {rows[0], rows[1], rows[2]};
    }
    table.add({"all",
               format_count(report.rows[0]),
               format_count(report.rows[1]),
               format_count(report.rows[2])});
    found.text = table.render() + "\n" + format_count(report.clusters) +
                 " clusters, the largest of " + format_count(report.largest_cluster) + " rows; " +
                 format_count(report.moved) + " rows change sides.\n";
    found.edit = curate::split_edit(name_, set.rows, report);
    return found;
}

Result<CurateAction::Found> CurateAction::privacy(const Set& set,
                                                  const curate::Watch& watch) const {
    const std::vector<data::Problem> problems = curate::problems_of(set.rows);
    VT_ASSIGN(const curate::PrivacyReport report, curate::scan_privacy(problems, watch));
    Found found{.text = {}, .json = {{"rows", report.rows}, {"finds", Json::array()}}};
    std::vector<std::string> lines;
    for (const curate::PrivatePlace& place : report.places) {
        const std::string& id = id_of(set.rows, place.row);
        const std::string kind(curate::private_kind_name(place.find.kind));
        lines.push_back(printable(id) + "  " + place.field + "  " + kind + "  " +
                        printable(place.find.text));
        found.json["finds"].push_back({{"id", id},
                                       {"field", place.field},
                                       {"kind", kind},
                                       {"text", place.find.text},
                                       {"begin", place.find.span.begin},
                                       {"end", place.find.span.end}});
    }
    found.text = format_count(report.rows) + " of " + count_of(set.rows.size()) +
                 " rows hold what looks personal.\n" + listing(lines);
    if (!pseudonymise_) {
        found.edit = curate::privacy_edit(name_, set.rows, report);
        return found;
    }
    curate::Pseudonyms pseudonyms;
    const auto changed = curate::pseudonymise(problems, report, pseudonyms);
    found.json["stand_ins"] = pseudonyms.table();
    found.edit = curate::pseudonym_edit(name_, set.rows, changed);
    return found;
}

}  // namespace veritune::cli
