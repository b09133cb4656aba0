// SPDX-License-Identifier: Apache-2.0
#include "core/store/dataset_editor.h"

#include "core/data/dataset.h"
#include "core/store/gold_job.h"
#include "core/store/sqlite.h"
#include "tests/store/store_testing.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace veritune::test {
namespace {

using data::Edit;
using data::EditKind;
using data::RowStatus;
using data::Split;
using store::EditResult;
using util::ErrorCode;
using util::Json;

data::DatasetRow question(const std::string& id, int level = 1) {
    data::DatasetRow row{.status = RowStatus::kOk};
    row.problem.id = id;
    row.problem.prompt = "How much is " + id + "?";
    row.problem.gold = "4";
    row.problem.verifier = "integer";
    row.problem.level = level;
    return row;
}

/// A set "sums" with rows q1 .. qN.
class DatasetEditorTest : public testing::Test {
  protected:
    DatasetEditorTest()
        : project_(new_project(temp_)) {
        Edit add{.kind = EditKind::kAdd, .dataset = "sums"};
        for (int i = 1; i <= 4; ++i) add.add.push_back(question("q" + std::to_string(i), i % 2));
        EXPECT_EQ(apply(add).rows, 4);
    }

    EditResult apply(const Edit& edit) {
        auto result = project_->dataset_editor().apply(edit);
        EXPECT_TRUE(result) << (result ? "" : util::to_string(result.error()));
        return result ? *result : EditResult{};
    }
    ErrorCode refused(const Edit& edit) {
        const auto result = project_->dataset_editor().apply(edit);
        EXPECT_FALSE(result);
        return result ? ErrorCode::kInternal : result.error().code;
    }
    data::DatasetRow row(const std::string& id, const std::string& set = "sums") {
        const store::DatasetReader& reader = project_->dataset_reader();
        return reader.row(reader.find(set, id).value()).value();
    }
    /// Everything of the set that an edit may change, as text.
    std::string state(const std::string& set = "sums") {
        std::string text;
        EXPECT_TRUE(project_->dataset_reader().each(set, {}, [&](std::int64_t id, const auto& r) {
            text += std::to_string(id) + util::canonical_json(data::row_to_json(r)) + "\n";
            return true;
        }));
        const auto info = project_->datasets().get(set);
        return text + (info ? info->licence + info->domain + std::to_string(info->rows) : "");
    }
    static Edit set(const Json& values, std::vector<std::string> ids) {
        return {.kind = EditKind::kSet,
                .dataset = "sums",
                .rows = {.ids = std::move(ids), .filter = std::nullopt},
                .set = values};
    }

    TempDir temp_;
    std::unique_ptr<store::Project> project_;
};

TEST_F(DatasetEditorTest, EveryKindOfEditIsUndoneAndRedoneExactly) {
    Edit patch{.kind = EditKind::kPatch, .dataset = "sums"};
    patch.patches = {
        {.id = "q1", .set = {{"split", "test"}}},
        {.id = "q2",
         .set = {{"status", "needs_review"},
                 {"add_review", Json::array({{{"reason", "near_duplicate"}, {"other", "q1"}}})}}}};
    Edit add{.kind = EditKind::kAdd, .dataset = "sums"};
    add.add = {question("new")};
    const std::vector<Edit> edits = {
        set({{"gold", "5"}, {"topic", "sums"}}, {"q1", "q3"}),
        set({{"add_tags", {"hard", "checked"}}}, {"q2"}),
        patch,
        {.kind = EditKind::kReplace,
         .dataset = "sums",
         .rows = {.ids = {}, .filter = data::RowFilter{}},
         .field = "prompt",
         .find = "How much",
         .replace_with = "What"},
        {.kind = EditKind::kDelete,
         .dataset = "sums",
         .rows = {.ids = {}, .filter = data::RowFilter{.min_level = 1}}},
        add,
        {.kind = EditKind::kInfo, .dataset = "sums", .set = {{"licence", "MIT"}}},
    };
    std::vector<std::string> states = {state()};
    for (const Edit& edit : edits) {
        EXPECT_GT(apply(edit).edit, 0) << data::edit_kind_name(edit.kind);
        states.push_back(state());
        EXPECT_NE(states.back(), states[states.size() - 2]) << data::edit_kind_name(edit.kind);
    }
    for (std::size_t i = edits.size(); i > 0; --i) {
        ASSERT_TRUE(project_->dataset_editor().undo("sums"));
        EXPECT_EQ(state(), states[i - 1]) << "undo of " << data::edit_kind_name(edits[i - 1].kind);
    }
    for (std::size_t i = 0; i < edits.size(); ++i) {
        ASSERT_TRUE(project_->dataset_editor().redo("sums"));
        EXPECT_EQ(state(), states[i + 1]) << "redo of " << data::edit_kind_name(edits[i].kind);
    }
    EXPECT_EQ(project_->dataset_editor().redo("sums").error().code, ErrorCode::kNotFound);
    EXPECT_EQ(project_->dataset_reader().check_audit().value(),
              1 + 3 * static_cast<std::int64_t>(edits.size()));
}

TEST_F(DatasetEditorTest, TwoHundredEditsAreUndoneOneByOne) {
    const std::string before = state();
    for (int i = 0; i < 200; ++i) apply(set({{"gold", std::to_string(i)}}, {"q1"}));
    EXPECT_EQ(row("q1").problem.gold, "199");
    EXPECT_EQ(project_->dataset_reader().edits("sums", 1000).value().size(), 201u);
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(project_->dataset_editor().undo("sums"));
    EXPECT_EQ(state(), before);
}

TEST_F(DatasetEditorTest, AnEditAfterAnUndoDropsWhatWasUndone) {
    apply(set({{"gold", "5"}}, {"q1"}));
    ASSERT_TRUE(project_->dataset_editor().undo("sums"));
    apply(set({{"gold", "6"}}, {"q1"}));
    EXPECT_EQ(project_->dataset_editor().redo("sums").error().code, ErrorCode::kNotFound);
    EXPECT_EQ(row("q1").problem.gold, "6");
}

TEST_F(DatasetEditorTest, AnEditThatChangesNothingIsNoEntry) {
    const std::size_t entries = project_->dataset_reader().edits("sums").value().size();
    EXPECT_EQ(apply(set({{"gold", "4"}}, {"q1"})).edit, 0);
    EXPECT_EQ(project_->dataset_reader().edits("sums").value().size(), entries);
}

TEST_F(DatasetEditorTest, ABadRowInABulkEditChangesNothing) {
    const std::string before = state();
    EXPECT_EQ(refused(set({{"gold", nullptr}}, {"q1", "q2"})), ErrorCode::kInvalidArgument);
    EXPECT_EQ(refused(set({{"level", -1}}, {"q1"})), ErrorCode::kInvalidArgument);
    EXPECT_EQ(refused(set({{"nonsense", 1}}, {"q1"})), ErrorCode::kInvalidArgument);
    EXPECT_EQ(refused(set({{"gold", "5"}}, {"q1", "ghost"})), ErrorCode::kNotFound);
    EXPECT_EQ(refused(set({{"gold", "5"}}, {"q1", "q1"})), ErrorCode::kInvalidArgument);
    Edit add{.kind = EditKind::kAdd, .dataset = "sums"};
    add.add = {question("fresh"), question("q1")};
    EXPECT_EQ(refused(add), ErrorCode::kAlreadyExists);
    EXPECT_EQ(state(), before);
}

TEST_F(DatasetEditorTest, AFrozenSetIsCopiedByAnEditAndNeverChanged) {
    apply({.kind = EditKind::kFreeze, .dataset = "sums"});
    const store::DatasetInfo frozen = project_->datasets().get("sums").value();
    EXPECT_TRUE(frozen.frozen);
    EXPECT_EQ(frozen.sha256,
              data::dataset_hash(project_->dataset_reader().problems("sums").value()));
    const std::string before = state();
    EXPECT_EQ(project_->dataset_editor().undo("sums").error().code, ErrorCode::kPermissionDenied);
    const EditResult edited = apply(set({{"gold", "5"}}, {"q1"}));
    EXPECT_EQ(edited.dataset, "sums-2");
    EXPECT_EQ(state(), before);
    EXPECT_EQ(row("q1", "sums-2").problem.gold, "5");
    EXPECT_EQ(row("q2", "sums-2").problem.gold, "4");
    EXPECT_EQ(project_->datasets().get("sums-2").value().parent,
              "sums@" + frozen.sha256.substr(0, 12));
    EXPECT_FALSE(project_->datasets().get("sums-2").value().frozen);
    // Undo in the copy goes back to what the frozen set holds.
    ASSERT_TRUE(project_->dataset_editor().undo("sums-2"));
    EXPECT_EQ(project_->dataset_reader().version("sums-2").value(), frozen.sha256);
}

TEST_F(DatasetEditorTest, VersionIsTheHashOfTheOkRowsInIdOrder) {
    const std::string before = project_->dataset_reader().version("sums").value();
    apply(set({{"status", "rejected"}}, {"q2"}));
    const auto problems = project_->dataset_reader().problems("sums").value();
    EXPECT_EQ(problems.size(), 3u);
    EXPECT_EQ(project_->dataset_reader().version("sums").value(), data::dataset_hash(problems));
    EXPECT_NE(project_->dataset_reader().version("sums").value(), before);
    apply(set({{"add_tags", {"x"}}}, {"q1"}));  // tags are not what a run sees
    EXPECT_EQ(project_->dataset_reader().version("sums").value(), data::dataset_hash(problems));
}

TEST_F(DatasetEditorTest, CancelledEditLeavesNothing) {
    std::stop_source stop;
    stop.request_stop();
    const std::string before = state();
    const auto result = project_->dataset_editor().apply(
        set({{"gold", "5"}}, {"q1"}),
        {.stop = stop.get_token(), .progress = {}, .import_worker = {}, .import = {}});
    EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
    EXPECT_EQ(state(), before);
}

TEST_F(DatasetEditorTest, ImportIsOneEditAndRefusesAnotherFileThanTheDryRuns) {
    const std::string path = temp_.file("rows.csv");
    std::ofstream(path) << "Frage;Antwort\nWas ist 2+2?;4\nWas ist 3+3?;6\n";
    Edit edit{.kind = EditKind::kImport, .dataset = "office"};
    edit.import.path = path;
    const auto report = data::run_import(edit.import, {});
    ASSERT_TRUE(report) << util::to_string(report.error());
    edit.import_sha256 = report->sha256;
    std::ofstream(path, std::ios::app) << "Was ist 4+4?;8\n";
    EXPECT_EQ(refused(edit), ErrorCode::kCorruptData);
    EXPECT_FALSE(project_->datasets().get("office"));
    edit.import_sha256.clear();
    EXPECT_EQ(apply(edit).rows, 3);
    EXPECT_EQ(project_->dataset_reader().counts("office").value().by_status[0], 3);
    const std::string imported = state("office");
    ASSERT_TRUE(project_->dataset_editor().undo("office"));
    EXPECT_EQ(project_->datasets().get("office").value().rows, 0);
    ASSERT_TRUE(project_->dataset_editor().redo("office"));
    EXPECT_EQ(project_->datasets().get("office").value().rows, 3);
    EXPECT_EQ(state("office"), imported);
}

TEST_F(DatasetEditorTest, AddedRowsAreOneRangeAndOneAuditEntryWithTheirHash) {
    Edit add{.kind = EditKind::kAdd, .dataset = "sums"};
    add.add = {question("n1"), question("n2")};
    apply(add);
    const std::int64_t first = project_->dataset_reader().find("sums", "n1").value();
    const auto entry = project_->dataset_reader().audit(0, 1).value().at(0);
    EXPECT_EQ(entry.object,
              "dataset 1 `sums` (2 rows), ids " + std::to_string(first) + ".." +
                  std::to_string(first + 1));
    // The hash on the way in is that of the stored rows, which undo takes from the database.
    ASSERT_TRUE(project_->dataset_editor().undo("sums"));
    EXPECT_EQ(project_->dataset_reader().audit(0, 1).value().at(0).before_sha, entry.after_sha);
    // What was undone is forgotten with the next edit, rows and all.
    apply(set({{"gold", "6"}}, {"q1"}));
    EXPECT_EQ(project_->dataset_editor().redo("sums").error().code, ErrorCode::kNotFound);
    apply(add);
    EXPECT_EQ(project_->datasets().get("sums").value().rows, 6);
}

TEST_F(DatasetEditorTest, AnImportThatCannotBeStoredSaysWhyAndLeavesNothing) {
    const std::string path = temp_.file("rows.csv");
    std::ofstream(path) << "id,question,answer\nz,a?,1\nq1,b?,2\n";
    Edit edit{.kind = EditKind::kImport, .dataset = "sums"};
    edit.import.path = path;
    const std::string before = state();
    EXPECT_EQ(refused(edit), ErrorCode::kAlreadyExists);
    EXPECT_EQ(state(), before);
    EXPECT_EQ(project_->dataset_reader().edits("sums").value().size(), 1U);
}

TEST_F(DatasetEditorTest, ACancelledImportLeavesNothing) {
    const std::string path = temp_.file("rows.jsonl");
    std::ofstream file(path);
    for (int i = 0; i < 5000; ++i) file << R"({"question":"a?","answer":")" << i << "\"}\n";
    file.close();
    Edit edit{.kind = EditKind::kImport, .dataset = "many"};
    edit.import.path = path;
    std::stop_source stop;
    int rows = 0;
    store::EditHooks hooks{.stop = stop.get_token()};
    hooks.import.check = [&](const data::Problem&) {
        if (++rows == 3000) stop.request_stop();
        return std::string();
    };
    EXPECT_EQ(project_->dataset_editor().apply(edit, hooks).error().code, ErrorCode::kCancelled);
    EXPECT_EQ(rows, 3000);
    EXPECT_FALSE(project_->datasets().get("many"));
    hooks = {};
    EXPECT_EQ(project_->dataset_editor().apply(edit, hooks)->rows, 5000);
}

TEST_F(DatasetEditorTest, GoldJobGoesOnWhereItWasStopped) {
    Edit add{.kind = EditKind::kAdd, .dataset = "many"};
    for (int i = 0; i < 4500; ++i) {
        add.add.push_back(question("r" + std::to_string(i)));
        add.add.back().status = RowStatus::kNew;
    }
    apply(add);
    std::stop_source stop;
    int calls = 0;
    const data::GoldCheck check = [&](const data::Problem& problem) -> std::string {
        if (++calls == 3000) stop.request_stop();
        return problem.id == "r7" || problem.id == "r4400" ? "the gold is odd" : "";
    };
    auto& reader = project_->dataset_reader();
    auto& editor = project_->dataset_editor();
    const auto first = store::check_golds(reader, editor, "many", check, {stop.get_token(), {}});
    EXPECT_EQ(first.error().code, ErrorCode::kCancelled);
    EXPECT_EQ(reader.counts("many").value().by_status[1], 2999);
    const auto second = store::check_golds(reader, editor, "many", check);
    EXPECT_EQ(second->checked, 1500);
    EXPECT_EQ(second->faults, 1);
    EXPECT_EQ(calls, 4500);
    const data::DatasetRow bad = row("r7", "many");
    EXPECT_EQ(bad.status, RowStatus::kNeedsReview);
    ASSERT_EQ(bad.review.size(), 1u);
    EXPECT_EQ(bad.review[0].reason, "gold_fault");
}

TEST_F(DatasetEditorTest, PagesCoverEveryRowOnceInEveryOrder) {
    Edit add{.kind = EditKind::kAdd, .dataset = "sums"};
    for (int i = 0; i < 57; ++i) {
        add.add.push_back(question("z" + std::to_string(i), i % 5));
        add.add.back().status = i % 3 == 0 ? RowStatus::kRejected : RowStatus::kNew;
        if (i % 7 == 0) add.add.back().tags = {"lucky"};
    }
    apply(add);
    using store::RowSort;
    for (const RowSort sort : {RowSort::kOrder, RowSort::kId, RowSort::kLevel, RowSort::kStatus}) {
        for (const bool descending : {false, true}) {
            std::vector<std::int64_t> seen;
            store::RowPageRequest request{
                .dataset = "sums", .sort = sort, .descending = descending, .limit = 10};
            do {
                const store::RowPage page = project_->dataset_reader().page(request).value();
                for (const store::RowSummary& r : page.rows) seen.push_back(r.row);
                request.after = page.next;
            } while (request.after);
            EXPECT_EQ(seen.size(), 61u) << static_cast<int>(sort) << descending;
            EXPECT_EQ(std::set<std::int64_t>(seen.begin(), seen.end()).size(), 61u);
        }
    }
}

TEST_F(DatasetEditorTest, FiltersAgreeWithTheRowsThemselves) {
    apply(set({{"add_tags", {"a_b"}}, {"topic", "x"}}, {"q1", "q2"}));
    apply(set({{"add_review", Json::array({{{"reason", "odd"}}})}, {"solution", "Because."}},
              {"q3"}));
    const std::vector<data::RowFilter> filters = {{.tag = "a_b"},
                                                  {.tag = "a%b"},
                                                  {.topic = "x"},
                                                  {.review = ""},
                                                  {.review = "odd"},
                                                  {.min_level = 1},
                                                  {.max_level = 0},
                                                  {.text = "BECAUSE"},
                                                  {.text = "much is q"},
                                                  {.verifier = ""},
                                                  {.split = Split::kVal}};
    for (const data::RowFilter& filter : filters) {
        std::set<std::string> expected;
        ASSERT_TRUE(project_->dataset_reader().each("sums", {}, [&](std::int64_t, const auto& r) {
            if (data::matches(filter, r)) expected.insert(r.problem.id);
            return true;
        }));
        std::set<std::string> found;
        const auto page = project_->dataset_reader().page({.dataset = "sums", .filter = filter});
        for (const store::RowSummary& r : page->rows) found.insert(r.id);
        EXPECT_EQ(found, expected) << data::filter_to_json(filter);
        EXPECT_EQ(project_->dataset_reader().count("sums", filter).value(),
                  static_cast<std::int64_t>(expected.size()));
    }
}

TEST_F(DatasetEditorTest, RareRowsDoNotHoldUpAPage) {
    const auto page = project_->dataset_reader().page(
        {.dataset = "sums", .filter = {.tag = "none"}, .max_scanned = 2});
    EXPECT_TRUE(page->rows.empty());
    EXPECT_TRUE(page->next.has_value());
}

TEST_F(DatasetEditorTest, AuditLogNoticesAChangedEntry) {
    apply(set({{"gold", "5"}}, {"q1"}));
    apply(set({{"gold", "6"}}, {"q1"}));
    EXPECT_EQ(project_->dataset_reader().check_audit().value(), 3);
    ASSERT_TRUE(project_->close());
    {
        const auto db =
            store::Database::open(temp_.file("project/project.sqlite"), store::OpenMode::kWrite);
        ASSERT_TRUE((*db)->exec("UPDATE audit SET user='somebody else' WHERE id=2"));
    }
    project_ = writer(temp_);
    const auto checked = project_->dataset_reader().check_audit();
    EXPECT_EQ(checked.error().code, ErrorCode::kCorruptData);
    EXPECT_NE(checked.error().message.find("entry 2"), std::string::npos);
}

TEST_F(DatasetEditorTest, FilesOfOlderProgramsAreTakenIn) {
    ASSERT_TRUE(project_->close());
    {
        const auto db =
            store::Database::open(temp_.file("project/project.sqlite"), store::OpenMode::kWrite);
        ASSERT_TRUE(
            (*db)->exec("INSERT INTO dataset(name, path, sha256, rows, source, created_us) VALUES"
                        "('old', 'datasets/old.jsonl', 'x', 1, 'before', 5),"
                        "('lost', 'datasets/lost.jsonl', 'x', 1, 'before', 5)"));
    }
    std::ofstream(temp_.file("project/datasets/old.jsonl"))
        << R"({"id":"a","prompt":"1+1?","gold":"2","verifier":"integer","split":"val"})"
           "\n";
    project_ = writer(temp_);
    const auto problems = project_->dataset_reader().problems("old").value();
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_EQ(problems[0].split, Split::kVal);
    EXPECT_EQ(project_->datasets().get("old").value().sha256, data::dataset_hash(problems));
    EXPECT_FALSE(std::ifstream(temp_.file("project/datasets/old.jsonl")).good());
    EXPECT_EQ(project_->dataset_reader().problems("lost").error().code, ErrorCode::kCorruptData);
}

}  // namespace
}  // namespace veritune::test
