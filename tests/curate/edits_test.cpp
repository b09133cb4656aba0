// SPDX-License-Identifier: Apache-2.0
#include "core/curate/edits.h"

#include <gmock/gmock.h>

namespace veritune::curate {
namespace {

Rows office_rows() {
    Rows rows;
    const std::vector<std::string> prompts = {"How much tax is due on an income of 100 euros?",
                                              "How much tax is due on an income of 100 euros?",
                                              "Herr Schmidt asks: when is the form due?"};
    for (std::size_t i = 0; i < prompts.size(); ++i) {
        data::DatasetRow row;
        row.problem = {.id = "r" + std::to_string(i),
                       .prompt = prompts[i],
                       .gold = "7",
                       .verifier = "integer"};
        row.status = i == 0 ? data::RowStatus::kNew : data::RowStatus::kOk;
        rows.push_back(row);
    }
    return rows;
}

/// Every patch of the edit can be applied to its row.
void expect_fits(const data::Edit& edit, const Rows& rows) {
    EXPECT_EQ(edit.kind, data::EditKind::kPatch);
    if (!edit.patches.empty()) EXPECT_TRUE(data::validate(edit).has_value());
    for (const data::RowPatch& patch : edit.patches) {
        for (data::DatasetRow row : rows) {
            if (row.problem.id != patch.id) continue;
            const auto changed = data::apply_set(patch.set, row);
            ASSERT_TRUE(changed.has_value()) << patch.set.dump();
            EXPECT_TRUE(*changed);
        }
    }
}

TEST(CurateEdits, MarkDuplicatesWithTheRowTheyRepeat) {
    const Rows rows = office_rows();
    const data::Edit edit = duplicate_edit("tax", rows, *find_duplicates(texts_of(rows), {}));
    ASSERT_EQ(edit.patches.size(), 1U);
    EXPECT_EQ(edit.patches[0].id, "r1");
    EXPECT_EQ(edit.patches[0].set["add_review"][0]["reason"], "exact_duplicate");
    EXPECT_EQ(edit.patches[0].set["add_review"][0]["other"], "r0");
    expect_fits(edit, rows);
}

TEST(CurateEdits, AcceptRowsWhoseGoldHolds) {
    const Rows rows = office_rows();
    const data::Edit edit =
        gold_edit("tax", rows, {.checked = 3, .faults = {{.row = 2, .message = "no number"}}});
    ASSERT_EQ(edit.patches.size(), 2U);
    EXPECT_EQ(edit.patches[0].set, util::Json({{"status", "ok"}})) << "the new one";
    EXPECT_EQ(edit.patches[1].set["status"], "needs_review");
    expect_fits(edit, rows);
}

TEST(CurateEdits, TellWhereWordsWereSharedAndWhatLooksPersonal) {
    const Rows rows = office_rows();
    const auto hits =
        find_contamination(texts_of(rows), {"tax is due on an income of 100 what"}, {});
    const data::Edit shared = contamination_edit("tax", rows, *hits, "exam", {"e7"});
    ASSERT_EQ(shared.patches.size(), 2U);
    EXPECT_EQ(shared.patches[0].set["add_review"][0]["other"], "exam/e7");
    expect_fits(shared, rows);
    const PrivacyReport report = *scan_privacy(problems_of(rows));
    const data::Edit personal = privacy_edit("tax", rows, report);
    ASSERT_EQ(personal.patches.size(), 1U);
    EXPECT_EQ(personal.patches[0].set["add_review"][0]["note"], "name in prompt");
    expect_fits(personal, rows);
    Pseudonyms pseudonyms;
    const data::Edit replaced =
        pseudonym_edit("tax", rows, pseudonymise(problems_of(rows), report, pseudonyms));
    ASSERT_EQ(replaced.patches.size(), 1U);
    EXPECT_EQ(replaced.patches[0].set,
              util::Json({{"prompt", "Herr [NAME-1] asks: when is the form due?"}}));
    expect_fits(replaced, rows);
}

TEST(CurateEdits, TagDifficultyAndTakeOldTagsAway) {
    Rows rows = office_rows();
    rows[0].tags = {"mine", "rate-100", "too_easy"};
    const DifficultyReport report = difficulty({{.problem_id = "r0", .correct = true},
                                                {.problem_id = "r0"},
                                                {.problem_id = "r2"},
                                                {.problem_id = "gone"}});
    const data::Edit edit = difficulty_edit("tax", rows, report, 0.1, 0.9);
    ASSERT_EQ(edit.patches.size(), 2U);
    EXPECT_EQ(edit.patches[0].set["add_tags"], util::Json({"rate-21-50"}));
    EXPECT_EQ(edit.patches[0].set["remove_tags"], util::Json({"rate-100", "too_easy"}));
    EXPECT_EQ(edit.patches[1].set["add_tags"], util::Json({"rate-0", "too_hard"}));
    expect_fits(edit, rows);
    expect_fits(suspect_edit("tax", {{.problem_id = "r1", .common_wrong = "9"}}), rows);
}

TEST(CurateEdits, ChangeOnlyRowsThatChangeSides) {
    Rows rows = office_rows();
    rows[2].problem.split = data::Split::kQuarantine;
    SplitReport report =
        *split_by_cluster(problems_of(rows), {0, 0, 2}, {.val_share = 0.9, .test_share = 0.0});
    EXPECT_EQ(report.split[2], data::Split::kQuarantine) << "put there for a reason";
    EXPECT_EQ(report.split[0], data::Split::kVal);
    const data::Edit edit = split_edit("tax", rows, report);
    ASSERT_EQ(edit.patches.size(), 2U);
    EXPECT_EQ(edit.patches[1].set, util::Json({{"split", "val"}}));
    expect_fits(edit, rows);
    FlagReport flags;
    flags.rows_with["proof"] = {1};
    flags.rows_in_language["en"] = {0, 1};
    const data::Edit tags = flag_edit("tax", rows, flags);
    ASSERT_EQ(tags.patches.size(), 2U);
    EXPECT_EQ(tags.patches[1].set, util::Json({{"add_tags", {"proof"}}, {"lang", "en"}}));
    expect_fits(tags, rows);
}

}  // namespace
}  // namespace veritune::curate
