// SPDX-License-Identifier: Apache-2.0
// docs/user/office-path.md as far as it needs no model: the table of a fictitious tax office from
// the file to a split set whose verifiers refuse every wrong answer.
#include "core/curate/edits.h"
#include "core/data/import.h"
#include "core/verify/bench.h"
#include "core/verify/verifier.h"

#include <gtest/gtest.h>

namespace veritune::curate {
namespace {

Rows talheim() {
    Rows rows;
    const data::ImportRequest request{
        .path = VERITUNE_SOURCE_DIR "/resources/office/tax_questions.csv",
        .preset = "table",
        .mapping = {{"id", "Nr"},
                    {"prompt", "Frage"},
                    {"gold", "Antwort"},
                    {"solution", "Lösungsweg"},
                    {"topic", "Thema"},
                    {"level", "Stufe"}}};
    data::ImportHooks hooks;
    hooks.on_row = [&](std::int64_t, data::DatasetRow row) {
        rows.push_back(std::move(row));
        return true;
    };
    hooks.on_error = [](const data::RowError& error) {
        ADD_FAILURE() << error.line << ": " << error.message;
        return true;
    };
    const auto report = data::run_import(request, {}, hooks);
    EXPECT_TRUE(report.has_value()) << util::to_string(report.error());
    return rows;
}

TEST(OfficePath, FromATableToASplitSetThatMayTrain) {
    Rows rows = talheim();
    ASSERT_EQ(rows.size(), 200U);
    EXPECT_EQ(rows[0].problem.verifier, "integer") << "suggested from the answers";
    EXPECT_EQ(rows[0].topic, "Freibetrag");
    const GoldReport golds = *check_golds(problems_of(rows), verify::import_gold_check());
    EXPECT_EQ(golds.checked, 200);
    EXPECT_TRUE(golds.faults.empty());
    EXPECT_FALSE(guessability(problems_of(rows)).warn());
    const DuplicateReport duplicates = *find_duplicates(texts_of(rows), {});
    EXPECT_EQ(duplicates.exact_rows, 0);
    EXPECT_EQ(duplicates.removable, 12);
    verify::LocalVerifier verifier(nullptr);
    const verify::BenchReport bench =
        verify::run_bench(problems_of(rows), verifier, {.max_problems = 40});
    EXPECT_EQ(bench.red(), "");
    EXPECT_GE(bench.negatives, 300);
    for (data::DatasetRow& row : rows) row.problem.family = row.topic;
    const SplitReport split = *split_by_cluster(
        problems_of(rows), duplicates.cluster, {.val_share = 0.15, .test_share = 0.15});
    EXPECT_NEAR(static_cast<double>(split.rows[1]), 30, 4);
    EXPECT_NEAR(static_cast<double>(split.rows[2]), 30, 4);
    for (const auto& [topic, sides] : split.strata)
        for (const std::int64_t side : sides) EXPECT_GT(side, 0) << topic;
    EXPECT_EQ(split_edit("talheim", rows, split).patches.size(),
              static_cast<std::size_t>(split.rows[1] + split.rows[2]));
}

}  // namespace
}  // namespace veritune::curate
