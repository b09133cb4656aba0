// SPDX-License-Identifier: Apache-2.0
#include "core/data/edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace veritune::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using util::ErrorCode;
using util::Json;

DatasetRow row() {
    DatasetRow row{.status = RowStatus::kOk, .tags = {"b"}};
    row.problem.id = "r";
    row.problem.prompt = "2+2?";
    row.problem.gold = "4";
    row.problem.verifier = "integer";
    return row;
}

TEST(Edit, SurvivesItsCodec) {
    Edit edit{.kind = EditKind::kPatch, .dataset = "sums", .label = "Split by cluster"};
    edit.patches = {{.id = "r", .set = {{"split", "val"}}}};
    const auto again = edit_from_json(edit_to_json(edit));
    ASSERT_TRUE(again);
    EXPECT_EQ(edit_to_json(*again), edit_to_json(edit));
    Edit import{.kind = EditKind::kImport, .dataset = "sums", .import_sha256 = "ab"};
    import.import = {.path = "/x.csv", .mapping = {{ "gold", "Antwort" }}, .val_percent = 10};
    const auto imported = edit_from_json(edit_to_json(import));
    ASSERT_TRUE(imported);
    EXPECT_EQ(imported->import, import.import);
}

TEST(Edit, RefusesWhatCannotBeMeant) {
    for (const Json& json : std::vector<Json>{
             {{"kind", "set"}},
             {{"kind", "paint"}, {"dataset", "x"}},
             {{"kind", "set"}, {"dataset", "x"}, {"set", {{"split", "val"}}}},  // which rows?
             {{"kind", "set"}, {"dataset", "x"}, {"rows", {{"ids", {"r"}}}}},   // what?
             {{"kind", "set"},
              {"dataset", "x"},
              {"rows", {{"filter", {{"colour", 1}}}}},
              {"set", {{"split", "val"}}}},
             {{"kind", "set"},
              {"dataset", "x"},
              {"rows", {{"ids", {"r"}}}},
              {"set", {{"id", "y"}}}},
             {{"kind", "replace"},
              {"dataset", "x"},
              {"field", "id"},
              {"find", "a"},
              {"rows", {{"ids", {"r"}}}}},
             {{"kind", "info"}, {"dataset", "x"}, {"set", {{"redistribution", "maybe"}}}},
             {{"kind", "freeze"}, {"dataset", "x"}, {"nonsense", 1}}}) {
        EXPECT_EQ(edit_from_json(json).error().code, ErrorCode::kInvalidArgument) << json;
    }
}

TEST(Edit, SetChangesWhatItNamesAndNothingElse) {
    DatasetRow r = row();
    EXPECT_FALSE(*apply_set({{"gold", "4"}}, r));
    EXPECT_TRUE(*apply_set({{"gold", "5"}, {"level", 3}, {"topic", "sums"}}, r));
    EXPECT_EQ(r.problem.gold, "5");
    EXPECT_EQ(r.problem.level, 3);
    EXPECT_EQ(r.problem.prompt, "2+2?");
    EXPECT_TRUE(*apply_set({{"add_tags", {"a", "b"}}}, r));
    EXPECT_THAT(r.tags, ElementsAre("a", "b"));
    EXPECT_TRUE(*apply_set({{"remove_tags", {"b"}}, {"split", "quarantine"}}, r));
    EXPECT_THAT(r.tags, ElementsAre("a"));
    EXPECT_EQ(r.problem.split, Split::kQuarantine);
    const Json chat = Json::array({{{"role", "user"}, {"content", "q"}}});
    EXPECT_TRUE(*apply_set({{"messages", chat}}, r));
    EXPECT_TRUE(r.problem.prompt.empty());
    EXPECT_EQ(r.problem.messages.size(), 1U);
}

TEST(Edit, ARowStaysWhole) {
    DatasetRow r = row();
    for (const Json& set : std::vector<Json>{{{"gold", nullptr}},
                                             {{"verifier", ""}},
                                             {{"prompt", ""}},
                                             {{"split", "nowhere"}},
                                             {{"add_tags", {"two words"}}},
                                             {{"level", "high"}}}) {
        const auto changed = apply_set(set, r);
        EXPECT_FALSE(changed) << set;
        EXPECT_EQ(row_to_json(r), row_to_json(row())) << set;
    }
    // A demonstration needs no gold.
    EXPECT_TRUE(*apply_set({{"gold", nullptr}, {"verifier", ""}, {"solution", "4"}}, r));
    EXPECT_TRUE(r.problem.verifier.empty());
}

TEST(Edit, FindingsAreAddedOnceAndDecisionsStay) {
    DatasetRow r = row();
    const Json finding =
        Json::array({{{"reason", "near_duplicate"}, {"other", "x"}, {"score", 0.9}}});
    EXPECT_TRUE(*apply_set({{"add_review", finding}}, r));
    EXPECT_FALSE(*apply_set({{"add_review", finding}}, r));
    ASSERT_EQ(r.review.size(), 1U);
    EXPECT_TRUE(
        *apply_set({{"decide_review",
                     {{"reason", "near_duplicate"}, {"state", "dismissed"}, {"reviewer", "anna"}}}},
                   r));
    EXPECT_EQ(r.review[0].state, "dismissed");
    EXPECT_FALSE(*apply_set({{"add_review", finding}}, r));
    EXPECT_EQ(r.review[0].reviewer, "anna");
}

TEST(Edit, ReplaceFindsEveryPlaceAndEnds) {
    DatasetRow r = row();
    r.problem.prompt = "aa aa";
    Edit edit{.kind = EditKind::kReplace, .dataset = "x"};
    edit.field = "prompt";
    edit.find = "a";
    edit.replace_with = "aa";
    EXPECT_TRUE(*apply_replace(edit, r));
    EXPECT_EQ(r.problem.prompt, "aaaa aaaa");
    edit.find = "z";
    EXPECT_FALSE(*apply_replace(edit, r));
    edit.find = "aaaa aaaa";
    edit.replace_with.clear();
    EXPECT_EQ(apply_replace(edit, r).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace veritune::data
