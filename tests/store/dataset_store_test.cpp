// SPDX-License-Identifier: Apache-2.0
#include "core/store/dataset_store.h"

#include "core/data/dataset.h"
#include "tests/store/store_testing.h"

#include <gtest/gtest.h>

#include <fstream>

namespace veritune::test {
namespace {

using store::DatasetInfo;
using store::DatasetStore;
using util::ErrorCode;

DatasetInfo write_rows(store::Project& project, const std::string& name) {
    DatasetInfo info{
        .name = name, .path = DatasetStore::relative_path(name).value(), .source = "handmade"};
    std::ofstream(project.datasets().absolute_path(info))
        << R"({"id":"b","prompt":"2+2?","gold":"4","verifier":"integer"})"
           "\n"
        << R"({"id":"a","prompt":"1+1?","gold":"2","verifier":"integer"})"
           "\n";
    return info;
}

TEST(DatasetStore, KeepsWhatWasAddedInOrderOfNames) {
    const TempDir temp;
    const auto project = new_project(temp);
    EXPECT_TRUE(project->datasets().list().value().empty());
    ASSERT_TRUE(project->datasets().add(write_rows(*project, "sums")));
    ASSERT_TRUE(project->datasets().add(write_rows(*project, "gsm8k")));
    const std::vector<DatasetInfo> all = project->datasets().list().value();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].name, "gsm8k");
    const DatasetInfo sums = reader(temp)->datasets().get("sums").value();
    EXPECT_TRUE(sums.stored);
    EXPECT_EQ(sums.path, "");
    EXPECT_EQ(sums.rows, 2);
    // The rows are in the database, in the order of the file, and the file is gone.
    const auto problems = reader(temp)->dataset_reader().problems("sums").value();
    ASSERT_EQ(problems.size(), 2u);
    EXPECT_EQ(problems[0].id, "b");
    EXPECT_EQ(sums.sha256, data::dataset_hash(problems));
    EXPECT_FALSE(std::ifstream(temp.file("project/datasets/sums.jsonl")).good());
    EXPECT_EQ(sums.source, "handmade");
    EXPECT_GT(sums.created_us, 0);
}

TEST(DatasetStore, RefusesATakenName) {
    const TempDir temp;
    const auto project = new_project(temp);
    const DatasetInfo info = write_rows(*project, "sums");
    ASSERT_TRUE(project->datasets().add(info));
    write_rows(*project, "sums");
    EXPECT_EQ(project->datasets().add(info).error().code, ErrorCode::kAlreadyExists);
    EXPECT_EQ(project->datasets().list().value().size(), 1u);
}

TEST(DatasetStore, RefusesNamesAndPathsThatLeadAway) {
    const TempDir temp;
    const auto project = new_project(temp);
    for (const char* name : {"", ".", "..", ".hidden", "-rf", "a/b", "a b", "\xc3\xa4"}) {
        EXPECT_FALSE(DatasetStore::relative_path(name)) << name;
    }
    EXPECT_FALSE(DatasetStore::relative_path(std::string(65, 'a')));
    EXPECT_TRUE(DatasetStore::relative_path(std::string(64, 'a')));
    DatasetInfo info = write_rows(*project, "sums");
    for (const char* path : {"", "/etc/passwd", "../x", "datasets/../../x", "a//b", "./a", "a/"}) {
        info.path = path;
        EXPECT_EQ(project->datasets().add(info).error().code, ErrorCode::kInvalidArgument) << path;
    }
}

TEST(DatasetStore, RefusesRowsThatAreNotThere) {
    const TempDir temp;
    const auto project = new_project(temp);
    DatasetInfo info{.name = "ghost", .path = "datasets/ghost.jsonl"};
    EXPECT_EQ(project->datasets().add(info).error().code, ErrorCode::kNotFound);
    info = write_rows(*project, "sums");
    std::ofstream(project->datasets().absolute_path(info)) << "{}\n";
    EXPECT_EQ(project->datasets().add(info).error().code, ErrorCode::kCorruptData);
    EXPECT_TRUE(project->datasets().list().value().empty());
}

TEST(DatasetStore, NamesTheKnownSetsWhenOneIsMissing) {
    const TempDir temp;
    const auto project = new_project(temp);
    ASSERT_TRUE(project->datasets().add(write_rows(*project, "sums")));
    const util::Error error = project->datasets().get("sum").error();
    EXPECT_EQ(error.code, ErrorCode::kNotFound);
    EXPECT_NE(error.message.find("sums"), std::string::npos);
}

TEST(DatasetStore, RemovesTheSetWithItsRows) {
    const TempDir temp;
    const auto project = new_project(temp);
    const DatasetInfo info = write_rows(*project, "sums");
    ASSERT_TRUE(project->datasets().add(info));
    ASSERT_TRUE(project->datasets().remove("sums"));
    EXPECT_TRUE(project->datasets().list().value().empty());
    EXPECT_EQ(project->dataset_reader().page({.dataset = "sums"}).error().code,
              ErrorCode::kNotFound);
    EXPECT_EQ(project->datasets().remove("sums").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace veritune::test
