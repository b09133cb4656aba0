// SPDX-License-Identifier: Apache-2.0
#include "core/data/export.h"
#include "core/data/import.h"
#include "tests/dataset/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace veritune::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Looked {
    DryRun report;
    std::vector<DatasetRow> rows;
};

Looked look(const ImportRequest& request, const GoldCheck& check = {}) {
    Looked out;
    ImportHooks hooks;
    hooks.check = check;
    hooks.on_row = [&out](std::int64_t, DatasetRow row) {
        out.rows.push_back(std::move(row));
        return true;
    };
    auto report = run_import(request, {}, hooks);
    EXPECT_TRUE(report) << (report ? "" : util::to_string(report.error()));
    if (report) out.report = std::move(report).value();
    return out;
}

Looked look_at_text(const std::string& name, std::string_view bytes, ImportRequest request = {}) {
    const test::ScratchDir dir;
    request.path = dir.write(name, bytes);
    return look(request);
}

std::string note_of(const DryRun& report, const std::string& kind) {
    for (const ImportNote& note : report.notes) {
        if (note.kind == kind) return import_note_text(note);
    }
    return {};
}

/// UTF-16 with its mark.
std::string utf16(std::string_view ascii, bool little) {
    std::string out = little ? "\xFF\xFE" : "\xFE\xFF";
    for (const char c : ascii) {
        if (!little) out += '\0';
        out += c;
        if (little) out += '\0';
    }
    return out;
}

TEST(ImportTable, GermanExcelIsReadAsItWasMeant) {
    const Looked looked = look_at_text("fragen.csv",
                                       "\xEF\xBB\xBF"
                                       "Nr;Frage;Antwort;Thema\r\n"
                                       "1;\"Was kostet 1 kg; brutto?\";3,50;Preise\r\n"
                                       "2;Was kostet das Haus?;1.234.567,89;Preise\r\n"
                                       "\r\n"
                                       "3;\"Zwei\r\nZeilen?\";-7;Steuer\r\n");
    EXPECT_EQ(looked.report.format, "csv");
    EXPECT_EQ(looked.report.encoding, "utf-8");
    EXPECT_EQ(looked.report.delimiter, ";");
    EXPECT_EQ(looked.report.decimal_mark, ",");
    EXPECT_EQ(looked.report.verifier, "numeric");
    EXPECT_THAT(note_of(looked.report, "decimal_comma"), HasSubstr("decimal comma"));
    ASSERT_EQ(looked.rows.size(), 3U);
    EXPECT_EQ(looked.rows[0].problem.gold, "3.50");
    EXPECT_EQ(looked.rows[0].problem.prompt, "Was kostet 1 kg; brutto?");
    EXPECT_EQ(looked.rows[1].problem.gold, "1234567.89");
    EXPECT_EQ(looked.rows[2].problem.prompt, "Zwei\nZeilen?");
    EXPECT_EQ(looked.rows[2].problem.id, "3");
    EXPECT_EQ(looked.rows[2].topic, "Steuer");
    EXPECT_EQ(looked.rows[2].source_line, 5);
    EXPECT_EQ(looked.rows[0].status, RowStatus::kNew);
}

TEST(ImportTable, EncodingsGiveTheSameRows) {
    const std::string_view table = "question,answer\nHow many?,4\nWho?,5\n";
    for (const std::string& bytes : {std::string(table), utf16(table, true), utf16(table, false)}) {
        const Looked looked = look_at_text("t.csv", bytes);
        ASSERT_EQ(looked.rows.size(), 2U);
        EXPECT_EQ(looked.rows[0].problem.prompt, "How many?");
        EXPECT_EQ(looked.report.verifier, "integer");
    }
    const Looked cp1252 = look_at_text("t.csv", "Frage;Antwort\nWie gro\xDF? (\x80);4\n");
    EXPECT_EQ(cp1252.report.encoding, "cp1252");
    ASSERT_EQ(cp1252.rows.size(), 1U);
    EXPECT_EQ(cp1252.rows[0].problem.prompt, "Wie gro\xC3\x9F? (\xE2\x82\xAC)");
    EXPECT_THAT(note_of(cp1252.report, "cp1252"), HasSubstr("Windows-1252"));
}

TEST(ImportTable, MixedEncodingNamesTheRowAndTheRemedy) {
    const Looked looked = look_at_text("t.csv",
                                       "Frage;Antwort\n"
                                       "Wie gro\xC3\x9F?;4\n"
                                       "Wie sch\xF6n?;5\n"
                                       "Wie alt?;6\n");
    EXPECT_EQ(looked.rows.size(), 2U);
    ASSERT_EQ(looked.report.errors.size(), 1U);
    EXPECT_EQ(looked.report.errors[0].line, 3);
    EXPECT_THAT(looked.report.errors[0].message, HasSubstr("Save it anew as UTF-8"));
    EXPECT_THAT(note_of(looked.report, "mixed_encoding"), HasSubstr("Save it anew"));
}

TEST(ImportTable, FormulasAreErrorsAndGuardedTextIsNot) {
    const Looked looked = look_at_text("t.csv",
                                       "question,answer\n"
                                       "a?,=SUM(A1:A3)\n"
                                       "b?,-5\n"
                                       "c?,'=x\n"
                                       "d?,\"+B2*2\"\n");
    EXPECT_EQ(looked.rows.size(), 2U);
    EXPECT_EQ(looked.rows[0].problem.gold, "-5");
    EXPECT_EQ(looked.rows[1].problem.gold, "=x");
    ASSERT_EQ(looked.report.errors.size(), 2U);
    EXPECT_EQ(looked.report.errors[0].line, 2);
    EXPECT_THAT(looked.report.errors[0].message, HasSubstr("`answer` holds a spreadsheet formula"));
    EXPECT_THAT(note_of(looked.report, "formula"), HasSubstr("save the sheet with values"));
}

TEST(ImportTable, WrongColumnsWidthsAndQuotesNameTheLine) {
    const Looked looked = look_at_text("t.csv",
                                       "question,answer\n"
                                       "a?,4\n"
                                       "b?,4,5\n"
                                       "c?\n"
                                       "d?,\n"
                                       "e?,6,,\n"
                                       "\"f?,7\n");
    EXPECT_EQ(looked.rows.size(), 2U);  // a and e: empty cells at the end are a spreadsheet's habit
    ASSERT_EQ(looked.report.errors.size(), 4U);
    EXPECT_EQ(looked.report.errors[0].line, 3);
    EXPECT_THAT(looked.report.errors[0].message, HasSubstr("3 columns"));
    EXPECT_THAT(looked.report.errors[2].message, HasSubstr("answer (column `answer`) is empty"));
    EXPECT_THAT(looked.report.errors[3].message, HasSubstr("never closed"));
}

TEST(ImportTable, GoldInTheWrongColumnIsNoticed) {
    std::string table = "frage,antwort,ergebnis\n";
    for (int i = 0; i < 5; ++i) {
        table += "Wie viel?," + std::string(200, 'x') + "," + std::to_string(i) + "\n";
    }
    ImportRequest request;
    request.mapping["gold"] = "antwort";
    const Looked looked = look_at_text("t.csv", table, request);
    EXPECT_THAT(note_of(looked.report, "gold_column_prose"),
                HasSubstr("`antwort` is taken for the answers, but holds long texts; column"
                          " `ergebnis` looks like"));
    request.mapping["gold"] = "ergebnis";
    EXPECT_TRUE(look_at_text("t.csv", table, request).report.notes.empty());
    request.mapping["gold"] = "nowhere";
    EXPECT_THAT(note_of(look_at_text("t.csv", table, request).report, "gold_column_empty"),
                HasSubstr("column `nowhere`, taken for the answers, is empty or missing"));
}

TEST(ImportTable, ALongAnswerIsAnErrorWithItsLine) {
    const Looked looked =
        look_at_text("t.csv", "question,answer\na?,4\nb?," + std::string(100'000, '7') + "\n");
    EXPECT_EQ(looked.rows.size(), 1U);
    ASSERT_EQ(looked.report.errors.size(), 1U);
    EXPECT_EQ(looked.report.errors[0].line, 3);
    EXPECT_THAT(looked.report.errors[0].message, HasSubstr("100000 bytes"));
}

TEST(ImportTable, RepeatedIdsNameBothLines) {
    const Looked looked = look_at_text("t.csv", "id,question,answer\nx,a?,1\ny,b?,2\nx,c?,3\n");
    EXPECT_EQ(looked.rows.size(), 2U);
    ASSERT_EQ(looked.report.errors.size(), 1U);
    EXPECT_EQ(looked.report.errors[0].line, 4);
    EXPECT_THAT(looked.report.errors[0].message, HasSubstr("repeats line 2"));
}

TEST(ImportTable, VerifierFollowsTheShapeOfTheAnswers) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"12\n-3\n\"70,000\"\n", "integer"},
        {"1.5\n2\n-0.25\n", "numeric"},
        {"2024-01-31\n31.12.2023\n01.02.2020\n", "date"},
        {"A\nC\nB\n", "choice"},
        {"\\frac{1}{2}\n$x^2$\n3/4\n", "math"},
        {"red fox\ngreen bird\nblue whale\n", "text_exact"}};
    for (const auto& [golds, verifier] : cases) {
        std::string table = "question,answer\n";
        std::size_t line = 0;
        for (std::size_t at = 0; at < golds.size(); at = golds.find('\n', at) + 1) {
            table += "q" + std::to_string(++line) + " how?," +
                     golds.substr(at, golds.find('\n', at) - at) + "\n";
        }
        EXPECT_EQ(look_at_text("t.csv", table).report.verifier, verifier) << golds;
    }
    EXPECT_EQ(look_at_text("t.csv", "question,answer\na?,01.02.2020\n").rows[0].problem.gold,
              "2020-02-01");
}

TEST(ImportRefuses, WhatIsNoTextWithAdvice) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {std::string("PK\x03\x04junk[Content_Types].xml xl/workbook.xml", 43), "Excel workbook"},
        {"PK\x03\x04rest", "zip archive"},
        {"\x1F\x8B\x08", "gzip"},
        {"PAR1abc", "Parquet"},
        {"%PDF-1.7", "PDF"},
        {"\x80\x04\x95", "pickle"},
        {std::string("a\0b\0\0\0c", 7), "NUL"}};
    for (const auto& [bytes, advice] : cases) {
        const test::ScratchDir dir;
        const auto report = run_import({.path = dir.write("x.csv", bytes)}, {});
        ASSERT_FALSE(report) << advice;
        EXPECT_EQ(report.error().code, util::ErrorCode::kUnsupported);
        EXPECT_THAT(report.error().message, HasSubstr(advice));
    }
}

TEST(ImportRefuses, MissingFilesLinksAndUnknownPresets) {
    const test::ScratchDir dir;
    using util::ErrorCode;
    EXPECT_EQ(run_import({.path = dir.path("ghost.csv")}, {}).error().code, ErrorCode::kNotFound);
    const std::string real = dir.write("real.csv", "question,answer\na?,1\n");
    std::filesystem::create_symlink(real, dir.path("link.csv"));
    EXPECT_EQ(run_import({.path = dir.path("link.csv")}, {}).error().code,
              ErrorCode::kPermissionDenied);
    EXPECT_EQ(run_import({.path = real, .preset = "nonsense"}, {}).error().code,
              ErrorCode::kNotFound);
    EXPECT_EQ(run_import({.path = "/dev/null"}, {}).error().code, ErrorCode::kInvalidArgument);
}

TEST(ImportJson, AnArrayOfAnyLayoutGivesTheRowsOfTheLines) {
    const std::string first = R"({"question":"a, [b] \"c\"?","answer":"1"})";
    const std::string second = R"({"question":"d?","answer":"2"})";
    for (const std::string& text : {first + "\n" + second + "\n",
                                    "[" + first + "," + second + "]",
                                    "[\n  " + first + ",\n\n" + second + "\n]\n"}) {
        ImportRequest request;
        request.preset = "table";
        const Looked looked = look_at_text("x.json", text, request);
        ASSERT_EQ(looked.rows.size(), 2U) << text;
        EXPECT_EQ(looked.rows[0].problem.prompt, "a, [b] \"c\"?");
        EXPECT_EQ(looked.rows[1].problem.gold, "2");
    }
    const Looked broken = look_at_text("x.json", "[{\"question\":\"a\",}, " + second + "]");
    EXPECT_EQ(broken.rows.size(), 1U);
    EXPECT_EQ(broken.report.errors.size(), 1U);
}

TEST(ImportPresets, CommonFormatsBecomeRows) {
    struct Case {
        const char* preset;
        const char* row;
        const char* gold;
        const char* verifier;
    };
    const std::vector<Case> cases = {
        {"gsm8k",
         R"({"question":"q?","answer":"so <<1+1=2>>2\n#### 1,234"})",
         "\"1234\"",
         "integer"},
        {"math",
         R"({"problem":"p","level":"Level 3","type":"Algebra","solution":"so \\boxed{\\frac{1}{2}}."})",
         R"("\\frac{1}{2}")",
         "math"},
        {"verl",
         R"({"data_source":"openai/gsm8k","prompt":[{"role":"user","content":"q?"}],"ability":"math","reward_model":{"style":"rule","ground_truth":"72"},"extra_info":{"index":0}})",
         "\"72\"",
         "integer"},
        {"open_r1", R"({"problem":"p","solution":"s","answer":"x=3"})", "\"x=3\"", "math"},
        {"multiple_choice",
         R"({"question":"q?","choices":["red","green"],"answer":1})",
         "\"B\"",
         "choice"},
        {"multiple_choice",
         R"({"question":{"stem":"q"},"question_text":"q","A":"red","B":"green","answer":"green"})",
         "\"B\"",
         "choice"},
        {"reasoning_gym",
         R"({"question":"q?","answer":"17","metadata":{"source_dataset":"sums"}})",
         "\"17\"",
         "integer"},
        {"medcalc",
         R"({"Patient Note":"n","Question":"q","Output Type":"decimal","Ground Truth Answer":"1.50","Lower Limit":"1.4","Upper Limit":"1.6"})",
         "\"1.50\"",
         "numeric"},
        {"medcalc",
         R"J({"Patient Note":"n","Question":"q","Output Type":"date","Ground Truth Answer":"('34 weeks', '3 days')"})J",
         "\"34 weeks 3 days\"",
         "duration"},
        {"knights_knaves",
         R"({"quiz":"q","names":["A","B"],"statements":[["lying",1],["lying",0]],"solution":[true,false]})",
         "[true,false]",
         "kk"}};
    for (const Case& c : cases) {
        ImportRequest request;
        request.preset = c.preset;
        if (std::string(c.row).find("question_text") != std::string::npos) {
            request.mapping["prompt"] = "question_text";
        }
        const Looked looked = look_at_text("x.jsonl", std::string(c.row) + "\n", request);
        ASSERT_EQ(looked.rows.size(), 1U)
            << c.preset << (looked.report.errors.empty() ? "" : looked.report.errors[0].message);
        EXPECT_EQ(looked.rows[0].problem.gold.dump(), c.gold) << c.preset;
        EXPECT_EQ(looked.rows[0].problem.verifier, c.verifier) << c.preset;
    }
}

TEST(ImportPresets, ChatsBecomePromptAndDemonstration) {
    const Looked looked = look_at_text(
        "x.jsonl",
        R"({"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}
{"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"}]}
{"messages":[{"role":"user","content":"q"}]}
)");
    EXPECT_EQ(looked.report.preset, "openai_chat");
    ASSERT_EQ(looked.rows.size(), 2U);
    EXPECT_EQ(looked.rows[0].problem.messages.size(), 2U);
    EXPECT_EQ(looked.rows[0].problem.solution, "a");
    EXPECT_EQ(looked.rows[1].problem.prompt, "q");
    EXPECT_EQ(looked.rows[0].status, RowStatus::kOk);  // nothing to check in a demonstration
    ASSERT_EQ(looked.report.errors.size(), 1U);
    EXPECT_EQ(looked.report.errors[0].line, 3);
}

TEST(ImportPresets, TemplateMakesTheLegalPrompt) {
    const test::ScratchDir dir;
    const std::string prompts = dir.write(
        "p.json", R"({"hearsay":{"base_prompt":"Text: {{ text }}\nIs it hearsay? {{gone}}"}})");
    const std::string rows = dir.write(
        "x.jsonl",
        R"({"task":"hearsay","licence":"CC BY-SA 4.0","fields":{"text":"T"},"answer":"Yes"})"
        "\n");
    const Looked looked = look({.path = rows, .template_path = prompts});
    ASSERT_EQ(looked.rows.size(), 1U);
    EXPECT_EQ(looked.rows[0].problem.prompt, "Text: T\nIs it hearsay? ");
    EXPECT_EQ(looked.rows[0].redistribution, "share_alike");
    EXPECT_NE(note_of(looked.report, "template"), "");
}

TEST(ImportFolder, OneFileIsOneProblem) {
    const test::ScratchDir dir;
    dir.write("1.txt", "How many legs have two cats?\n\nAnswer: 8\n");
    dir.write("2.md", "Wie gro\xDF?\nAntwort: 3\n");
    dir.write("skipped.bin", "x");
    const Looked looked = look({.path = dir.path("")});
    EXPECT_EQ(looked.report.format, "folder");
    ASSERT_EQ(looked.rows.size(), 2U);
    EXPECT_EQ(looked.rows[0].problem.prompt, "How many legs have two cats?");
    EXPECT_EQ(looked.rows[0].problem.gold, "8");
    EXPECT_EQ(looked.rows[1].problem.prompt, "Wie gro\xC3\x9F?");
}

TEST(ImportChecks, FaultyGoldsAreErrorsAndGoodOnesOk) {
    const test::ScratchDir dir;
    const std::string path = dir.write("t.csv", "question,answer\na?,1\nb?,2\n");
    const Looked looked = look({.path = path}, [](const Problem& problem) {
        return problem.gold == "2" ? std::string("the gold is odd") : std::string();
    });
    ASSERT_EQ(looked.rows.size(), 1U);
    EXPECT_EQ(looked.rows[0].status, RowStatus::kOk);
    EXPECT_EQ(looked.report.rows, 1);
    EXPECT_EQ(looked.report.error_count, 1);
    EXPECT_EQ(looked.report.splits[0], 1);
    EXPECT_TRUE(looked.report.golds_checked);
    EXPECT_THAT(errors_csv(looked.report.errors), HasSubstr("3,the gold is odd\r\n"));
}

TEST(ImportChecks, ReportSurvivesItsCodec) {
    const Looked looked = look_at_text("t.csv", "question,answer\na?,1\nb?,=SUM(A1)\n");
    const util::Json json = dry_run_to_json(looked.report);
    const auto again = dry_run_from_json(json);
    ASSERT_TRUE(again);
    EXPECT_EQ(dry_run_to_json(*again), json);
    EXPECT_EQ(again->preview.size(), 2U);
}

TEST(ImportNotes, EveryKindStandsOnItsPage) {
    std::ifstream file(VERITUNE_SOURCE_DIR "/docs/error-codes.md");
    const std::string page((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
    for (const ImportNoteKind& kind : import_note_kinds()) {
        std::string cell("`");
        EXPECT_THAT(page, HasSubstr(cell.append(kind.code).append("`")));
        ImportNote note{.kind = std::string(kind.code), .args = {}};
        for (const char* name : {"column", "better", "licence"}) note.args[name] = "X";
        EXPECT_THAT(import_note_text(note), Not(HasSubstr("{"))) << kind.code;
    }
}

TEST(ImportChecks, StopIsHeard) {
    const test::ScratchDir dir;
    std::string table = "question,answer\n";
    for (int i = 0; i < 5000; ++i) table += "q" + std::to_string(i) + "?,1\n";
    std::stop_source stop;
    ImportHooks hooks;
    hooks.stop = stop.get_token();
    int rows = 0;
    hooks.on_row = [&](std::int64_t, const DatasetRow&) {
        if (++rows == 10) stop.request_stop();
        return true;
    };
    const auto report = run_import({.path = dir.write("t.csv", table)}, {}, hooks);
    EXPECT_EQ(report.error().code, util::ErrorCode::kCancelled);
    EXPECT_EQ(rows, 10);
}

/// verifiers.md 13, row 5: the counts of the public files.
TEST(ImportPublicData, GivesExactlyTheKnownCounts) {
    struct Case {
        const char* file;
        const char* preset;
        std::int64_t rows;
    };
    const std::vector<Case> cases = {{"gsm8k/test.jsonl", "gsm8k", 1319},
                                     {"gsm8k/train.jsonl", "gsm8k", 7473},
                                     {"legal/legalbench_train_permissive.jsonl", "legalbench", 620},
                                     {"medical/medcalc_one_shot.jsonl", "medcalc", 55},
                                     {"logic/knights_and_knaves_420.jsonl", "knights_knaves", 420},
                                     {"math/math_schema_sample_own.jsonl", "math", 12},
                                     {"humaneval/HumanEval.jsonl", "humaneval", 164},
                                     {"mbpp/mbpp.jsonl", "mbpp", 974}};
    for (const Case& c : cases) {
        const std::string path = test::shared_data(c.file);
        if (path.empty()) GTEST_SKIP() << c.file << " is not beside the checkout";
        ImportHooks hooks;
        // The sandbox half has a test of its own; here the rows of the file are counted.
        hooks.convert = [](const util::Json& raw) -> util::Result<DatasetRow> {
            DatasetRow row{.status = RowStatus::kOk};
            row.problem.id = raw["task_id"].dump();
            row.problem.prompt = "p";
            row.problem.solution = "s";
            return row;
        };
        const auto report = run_import({.path = path}, {}, hooks);
        ASSERT_TRUE(report) << util::to_string(report.error());
        EXPECT_EQ(report->preset, c.preset);
        EXPECT_EQ(report->rows, c.rows) << c.file;
        EXPECT_EQ(report->error_count, 0)
            << c.file << (report->errors.empty() ? "" : report->errors[0].message);
    }
}

}  // namespace
}  // namespace veritune::data
