// SPDX-License-Identifier: Apache-2.0
#include "core/data/export.h"

#include "core/data/csv.h"
#include "core/data/import.h"
#include "core/data/import_frames.h"
#include "tests/dataset/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace veritune::data {
namespace {

using ::testing::HasSubstr;

/// Texts that a spreadsheet, a shell or a parser would like to misread.
std::vector<DatasetRow> hostile_rows() {
    std::vector<DatasetRow> rows;
    for (const char* text : {"=1+1",
                             "'quoted",
                             "+49 30",
                             "-x",
                             "@cmd",
                             "a,b;c",
                             "say \"hi\"",
                             "two\nlines",
                             "\xC3\xA4\xC3\xB6 \xE2\x82\xAC",
                             "''",
                             "plain"}) {
        DatasetRow row{.status = RowStatus::kOk};
        row.problem.id = "r" + std::to_string(rows.size());
        row.problem.prompt = text;
        row.problem.gold = text;
        row.problem.verifier = "text_exact";
        row.problem.solution = std::string("because ") + text;
        row.tags = {"t"};
        rows.push_back(std::move(row));
    }
    return rows;
}

RowSource source_of(const std::vector<DatasetRow>& rows) {
    return [&rows](const std::function<bool(const DatasetRow&)>& take) -> util::Status {
        for (const DatasetRow& row : rows) {
            if (!take(row)) break;
        }
        return {};
    };
}

std::string text_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

class ExportTest : public testing::Test {
  protected:
    util::Result<ExportResult> write(ExportFormat format,
                                     const std::string& name,
                                     LicenceChoice licence = LicenceChoice::kStop) {
        return export_rows(*fs_,
                           {.format = format,
                            .path = dir_.path(name),
                            .licence = licence,
                            .name = "set",
                            .set_licence = "MIT"},
                           source_of(rows_));
    }
    test::ScratchDir dir_;
    std::vector<DatasetRow> rows_ = hostile_rows();
    std::unique_ptr<util::FileSystem> fs_ = util::make_posix_file_system();
};

TEST_F(ExportTest, CsvComesBackWithoutLoss) {
    ASSERT_TRUE(write(ExportFormat::kCsv, "x.csv"));
    std::vector<DatasetRow> again;
    ImportHooks hooks;
    hooks.on_row = [&again](std::int64_t, DatasetRow row) {
        again.push_back(std::move(row));
        return true;
    };
    ImportRequest request{.path = dir_.path("x.csv"), .preset = "table", .verifier = "text_exact"};
    const auto report = run_import(request, {}, hooks);
    ASSERT_TRUE(report) << util::to_string(report.error());
    EXPECT_EQ(report->error_count, 0) << report->errors[0].message;
    ASSERT_EQ(again.size(), rows_.size());
    for (std::size_t i = 0; i < again.size(); ++i) {
        EXPECT_EQ(again[i].problem.prompt, rows_[i].problem.prompt);
        EXPECT_EQ(again[i].problem.gold, rows_[i].problem.gold);
        EXPECT_EQ(again[i].problem.solution, rows_[i].problem.solution);
    }
    // No cell begins with what a spreadsheet runs.
    EXPECT_THAT(text_of(dir_.path("x.csv")), HasSubstr(",'=1+1,"));
}

TEST_F(ExportTest, BundleComesBackWithEverything) {
    const auto done = write(ExportFormat::kBundle, "set.veriset");
    ASSERT_TRUE(done) << util::to_string(done.error());
    EXPECT_THAT(text_of(dir_.path("set.veriset/LICENCES")), HasSubstr("MIT: 11 rows"));
    std::vector<DatasetRow> again;
    ImportHooks hooks;
    hooks.check = [](const Problem&) { return std::string(); };
    hooks.on_row = [&again](std::int64_t, DatasetRow row) {
        row.source_line = 0;
        again.push_back(std::move(row));
        return true;
    };
    const auto report = run_import({.path = dir_.path("set.veriset")}, {}, hooks);
    ASSERT_TRUE(report) << util::to_string(report.error());
    EXPECT_EQ(report->format, "bundle");
    EXPECT_EQ(report->licence, "MIT");
    ASSERT_EQ(again.size(), rows_.size());
    for (std::size_t i = 0; i < again.size(); ++i) {
        EXPECT_EQ(row_to_json(again[i]), row_to_json(rows_[i]));
    }
    std::ofstream(dir_.path("set.veriset/problems.jsonl"), std::ios::app) << "\n";
    EXPECT_EQ(run_import({.path = dir_.path("set.veriset")}, {}).error().code,
              util::ErrorCode::kCorruptData);
}

TEST_F(ExportTest, OtherFormatsCarryTheirFieldNames) {
    rows_.resize(1);
    rows_[0].problem.prompt = "q?";
    ASSERT_TRUE(write(ExportFormat::kSft, "sft.jsonl"));
    EXPECT_EQ(
        text_of(dir_.path("sft.jsonl")),
        R"({"messages":[{"content":"q?","role":"user"},{"content":"because =1+1","role":"assistant"}]})"
        "\n");
    ASSERT_TRUE(write(ExportFormat::kVerl, "verl.jsonl"));
    const util::Json verl = util::Json::parse(text_of(dir_.path("verl.jsonl")));
    EXPECT_EQ(verl["reward_model"]["ground_truth"], "=1+1");
    EXPECT_EQ(verl["reward_model"]["style"], "rule");
    EXPECT_EQ(verl["data_source"], "set");
    EXPECT_EQ(verl["prompt"][0]["content"], "q?");
    ASSERT_TRUE(write(ExportFormat::kTrl, "trl.jsonl"));
    const util::Json trl = util::Json::parse(text_of(dir_.path("trl.jsonl")));
    EXPECT_EQ(trl["prompt"][0]["role"], "user");
    EXPECT_EQ(trl["answer"], "=1+1");
    EXPECT_EQ(trl["completion"][0]["content"], "because =1+1");
}

TEST_F(ExportTest, LicenceGuardStopsUntilSomebodyDecides) {
    rows_[0].redistribution = "share_alike";
    rows_[0].licence = "CC BY-SA 4.0";
    rows_[1].redistribution = "internal_only";
    const auto stopped = write(ExportFormat::kJsonl, "x.jsonl");
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, util::ErrorCode::kPermissionDenied);
    EXPECT_THAT(stopped.error().message, HasSubstr("1 rows share_alike (CC BY-SA 4.0)"));
    EXPECT_FALSE(std::filesystem::exists(dir_.path("x.jsonl")));
    EXPECT_EQ(write(ExportFormat::kJsonl, "y.jsonl", LicenceChoice::kLeaveOut)->left_out, 2);
    EXPECT_EQ(write(ExportFormat::kJsonl, "z.jsonl", LicenceChoice::kAllow)->rows, 11);
    rows_[2].redistribution = "forbidden";
    EXPECT_FALSE(write(ExportFormat::kJsonl, "w.jsonl", LicenceChoice::kAllow));
    EXPECT_EQ(write(ExportFormat::kJsonl, "v.jsonl", LicenceChoice::kLeaveOut)->left_out, 3);
}

TEST_F(ExportTest, NothingIsOverwritten) {
    dir_.write("x.jsonl", "mine");
    EXPECT_EQ(write(ExportFormat::kJsonl, "x.jsonl").error().code, util::ErrorCode::kAlreadyExists);
    EXPECT_EQ(text_of(dir_.path("x.jsonl")), "mine");
}

TEST(Csv, DecimalMarksAreToldByWhatOnlyOneReadingAllows) {
    EXPECT_EQ(decimal_mark_of("3,5"), ',');
    EXPECT_EQ(decimal_mark_of("3.5"), '.');
    EXPECT_EQ(decimal_mark_of("1.234,5"), ',');
    EXPECT_EQ(decimal_mark_of("1,234.5"), '.');
    EXPECT_EQ(decimal_mark_of("0,234"), ',');
    EXPECT_EQ(decimal_mark_of("1.234.567"), ',');
    EXPECT_EQ(decimal_mark_of("1,234"), std::nullopt);
    EXPECT_EQ(decimal_mark_of("17"), std::nullopt);
    EXPECT_EQ(plain_number("1.234,50", ','), "1234.50");
    EXPECT_EQ(plain_number("-1,234", '.'), "-1234");
    EXPECT_EQ(plain_number("12,34", '.'), std::nullopt);
    EXPECT_EQ(plain_number("", '.'), std::nullopt);
}

TEST(ImportFrames, MessagesOfAnySizeComeBackFromAnyPieces) {
    const std::string big(3 * kMaxFrameBytes + 17, 'x');
    const std::string bytes = encode_message(FrameType::kRows, "small") +
                              encode_message(FrameType::kReport, big) +
                              encode_message(FrameType::kErrors, "");
    for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{65537}}) {
        FrameDecoder decoder;
        std::vector<ImportMessage> messages;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            decoder.feed(std::string_view(bytes).substr(at, piece));
            for (auto next = decoder.next(); next && *next; next = decoder.next()) {
                messages.push_back(**next);
            }
        }
        ASSERT_EQ(messages.size(), 3U);
        EXPECT_EQ(messages[0].payload, "small");
        EXPECT_EQ(messages[1].payload, big);
        EXPECT_TRUE(decoder.empty());
    }
}

TEST(ImportFrames, NonsenseIsRefusedBeforeMemoryIsTaken) {
    for (const std::string& bytes :
         {std::string("\xFF\xFF\xFF\x7F\x01", 5),
          std::string("\x00\x00\x00\x00\x63", 5),
          std::string("\x01\x00\x00\x00\x81x\x00\x00\x00\x00\x05", 11)}) {
        FrameDecoder decoder;
        decoder.feed(bytes);
        EXPECT_EQ(decoder.next().error().code, util::ErrorCode::kCorruptData);
    }
    EXPECT_FALSE(unpack_entries("short", [](std::int64_t, std::string_view) { return true; }));
    std::string packed;
    pack_entry(packed, 7, "row");
    packed[8] = '\x40';  // a length beyond the end
    EXPECT_FALSE(unpack_entries(packed, [](std::int64_t, std::string_view) { return true; }));
}

}  // namespace
}  // namespace veritune::data
