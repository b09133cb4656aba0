// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/child_process.h"
#include "core/store/project.h"
#include "core/text/tokenizer.h"
#include "core/util/json.h"
#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace veritune::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Runs build/bin/veritune in an environment that holds nothing of the machine's.
class ProgramTest : public ::testing::Test {
  protected:
    cli::ChildResult run(std::vector<std::string> args) {
        args.insert(args.begin(), std::string(VERITUNE_BIN_DIR) + "/veritune");
        const auto result = cli::run_child(args,
                                           {.environment = {"HOME=" + dir_.path(),
                                                            "XDG_RUNTIME_DIR=" + dir_.path(),
                                                            "VERITUNE_PROJECT=" + dir_.file("p"),
                                                            "LANG=C",
                                                            "TERM=dumb"},
                                            .timeout_ms = 60000});
        EXPECT_TRUE(result.has_value()) << (result ? "" : util::to_string(result.error()));
        EXPECT_FALSE(result && result->timed_out);
        return result ? *result : cli::ChildResult{.exit_code = -1};
    }

    static std::vector<util::Json> lines(const std::string& text) {
        std::vector<util::Json> values;
        std::istringstream stream(text);
        for (std::string line; std::getline(stream, line);) {
            auto value = util::parse_json(line, "line");
            EXPECT_TRUE(value.has_value()) << line;
            if (value) values.push_back(std::move(*value));
        }
        return values;
    }

    static util::Json result_of(const cli::ChildResult& child) {
        const auto values = lines(child.output);
        EXPECT_FALSE(values.empty()) << child.errors;
        return values.empty() ? util::Json::object() : values.back().value("result", util::Json());
    }

    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(dir_.file(name), std::ios::binary) << text;
        return dir_.file(name);
    }

    void make_project() { ASSERT_EQ(run({"project", "new", dir_.file("p")}).exit_code, 0); }

    TempDir dir_;
};

TEST_F(ProgramTest, MakesAndDescribesAPrivateProject) {
    const auto made =
        run({"project", "new", dir_.file("p"), "--name", "Contract questions", "--json"});
    EXPECT_EQ(made.exit_code, 0) << made.errors;
    const auto info = run({"project", "info", "--json"});
    EXPECT_EQ(result_of(info)["name"], "Contract questions");
    EXPECT_EQ(result_of(info)["runs"], 0);
    EXPECT_EQ(result_of(info)["id"], result_of(made)["id"]);
    struct stat status {};
    ASSERT_EQ(stat(dir_.file("p/project.sqlite").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0077, 0u);
    const auto again = run({"project", "new", dir_.file("p")});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.errors, HasSubstr("veritune: "));
}

TEST_F(ProgramTest, ImportsListsAndShowsADataSet) {
    make_project();
    const std::string rows =
        write("rows.jsonl",
              "{\"id\":\"a\",\"prompt\":\"2+3?\",\"gold\":5,\"verifier\":\"integer\"}\n"
              "{\"id\":\"b\",\"prompt\":\"6*7?\",\"gold\":42,\"verifier\":\"integer\"}\n");
    const auto imported = run({"data", "import", rows, "--name", "sums"});
    EXPECT_EQ(imported.exit_code, 0) << imported.errors;
    EXPECT_THAT(imported.output, HasSubstr("2 rows"));
    EXPECT_EQ(result_of(run({"data", "list", "--json"}))[0]["name"], "sums");
    const auto shown = run({"data", "show", "sums", "--limit", "1", "--offset", "1", "--json"});
    ASSERT_EQ(result_of(shown)["shown"].size(), 1u);
    EXPECT_EQ(result_of(shown)["shown"][0]["gold"], 42);
    EXPECT_EQ(run({"data", "import", rows, "--name", "sums"}).exit_code, 1);  // the name is taken
    EXPECT_EQ(run({"project", "check"}).exit_code, 0);
}

TEST_F(ProgramTest, RefusesBadRowsUnlessTold) {
    make_project();
    const std::string rows =
        write("rows.jsonl",
              "{\"id\":\"a\",\"prompt\":\"2+3?\",\"gold\":5,\"verifier\":\"integer\"}\n"
              "not json\n"
              "{\"id\":\"c\",\"prompt\":\"x\",\"gold\":\"many\",\"verifier\":\"integer\"}\n");
    const auto refused = run({"data", "import", rows, "--name", "sums"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.errors, HasSubstr("line 2:"));
    EXPECT_THAT(refused.errors, HasSubstr("line 3:"));
    EXPECT_THAT(refused.errors, HasSubstr("--allow-errors"));
    const auto json = run({"data", "import", rows, "--name", "sums", "--json"});
    EXPECT_EQ(json.exit_code, 1);
    EXPECT_EQ(result_of(json)["errors"].size(), 2u);
    EXPECT_TRUE(result_of(json)["dataset"].is_null());
    EXPECT_EQ(result_of(run({"data", "list", "--json"})).size(), 0u);
    EXPECT_EQ(run({"data", "import", rows, "--name", "sums", "--allow-errors"}).exit_code, 0);
    EXPECT_EQ(result_of(run({"data", "list", "--json"}))[0]["rows"], 1);
}

TEST_F(ProgramTest, GeneratesTheSameFileEachTime) {
    const std::vector<std::string> words{"data", "generate", "mod", "--count", "50", "--seed", "3"};
    auto first = words;
    first.insert(first.end(), {"--output", dir_.file("a.jsonl"), "--json"});
    auto second = words;
    second.insert(second.end(), {"--output", dir_.file("b.jsonl"), "--json"});
    const auto a = result_of(run(first));
    const auto b = result_of(run(second));
    EXPECT_EQ(a["rows"], 50);
    EXPECT_EQ(a["sha256"], b["sha256"]);
    EXPECT_TRUE(std::filesystem::exists(dir_.file("b.jsonl")));
}

TEST_F(ProgramTest, VerifiesEveryRowInOrder) {
    const std::string cases =
        write("cases.jsonl",
              "{\"id\":\"good\",\"gold\":42,\"completion\":\"so \\\\boxed{42}\"}\n"
              "{\"id\":\"bad\",\"gold\":42,\"completion\":\"so \\\\boxed{41}\"}\n"
              "nonsense\n"
              "{\"id\":\"cut\",\"gold\":42,\"completion\":\"so\",\"finish_reason\":\"length\"}\n");
    const auto result = run({"verify", "run", "--verifier", "integer", "--cases", cases});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    const auto rows = lines(result.output);
    ASSERT_EQ(rows.size(), 4u);
    std::vector<std::string> statuses;
    for (const util::Json& row : rows) {
        statuses.push_back(row["status"]);
        for (const char* key :
             {"id", "score", "extracted", "span", "rule", "method", "reason", "micros"}) {
            EXPECT_TRUE(row.contains(key)) << key << " in " << row;
        }
    }
    EXPECT_THAT(statuses, ElementsAre("correct", "incorrect", "invalid_gold", "no_answer"));
    EXPECT_EQ(rows[0]["id"], "good");
    EXPECT_EQ(rows[0]["extracted"], "42");
    EXPECT_THAT(result.errors, HasSubstr("4 rows, 1 correct"));
    const auto json = run({"verify", "run", "--verifier", "integer", "--cases", cases, "--json"});
    EXPECT_EQ(result_of(json)["bad_rows"], 1);
}

TEST_F(ProgramTest, RefusesMistakesInTheVerifiersOptions) {
    const std::string cases = write("cases.jsonl", "{\"gold\":1,\"completion\":\"1\"}\n");
    EXPECT_EQ(run({"verify", "run", "--verifier", "integr", "--cases", cases}).exit_code, 1);
    EXPECT_EQ(run({"verify", "run", "--verifier", "integer", "--params", "{", "--cases", cases})
                  .exit_code,
              1);
    EXPECT_EQ(run({"verify", "run", "--verifier", "integer", "--params", "[]", "--cases", cases})
                  .exit_code,
              2);
    EXPECT_EQ(run({"verify", "run", "--verifier", "integer", "--profile", "nice", "--cases", cases})
                  .exit_code,
              2);
    EXPECT_EQ(
        run({"verify", "run", "--verifier", "integer", "--cases", dir_.file("none")}).exit_code, 1);
    EXPECT_EQ(run({"verify", "run", "--verifier", "integer"}).exit_code, 2);
}

TEST_F(ProgramTest, ExplainsAWrongStep) {
    const auto result = run({"verify",
                             "explain",
                             "--verifier",
                             "chain_arithmetic",
                             "--params",
                             "{\"family\":\"mod\"}",
                             "--profile",
                             "raw",
                             "--gold",
                             "6",
                             "--prompt",
                             "6+4*7-4?",
                             "--completion",
                             "6+4=0;0*7=1;1-4=7;#7$",
                             "--json"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    const util::Json verdict = result_of(result);
    EXPECT_EQ(verdict["status"], "incorrect");
    EXPECT_EQ(verdict["reason"], "wrong_step");
    ASSERT_GE(verdict["steps"].size(), 2u);
    EXPECT_EQ(verdict["steps"][0]["ok"], true);
    EXPECT_EQ(verdict["steps"][1]["ok"], false);
}

TEST_F(ProgramTest, ListsVerifiersWithTheirSchemas) {
    std::vector<std::string> ids;
    for (const util::Json& verifier : result_of(run({"verify", "list", "--json"}))) {
        ids.push_back(verifier["id"]);
        EXPECT_TRUE(verifier["gold_schema"].is_object());
    }
    EXPECT_THAT(ids, ::testing::IsSupersetOf({"chain_arithmetic", "integer"}));
}

TEST_F(ProgramTest, InspectsAModelFolder) {
    const std::string folder = std::string(VERITUNE_SOURCE_DIR) + "/tests/data/models/qwen2";
    const auto result = run({"models", "inspect", folder, "--tensors", "--json"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    const util::Json model = result_of(result);
    EXPECT_EQ(model["architecture"], "Qwen2ForCausalLM");
    std::int64_t elements = 0;
    for (const util::Json& tensor : model["tensors"]) {
        std::int64_t size = 1;
        for (const util::Json& dimension : tensor["shape"]) size *= dimension.get<std::int64_t>();
        elements += size;
    }
    EXPECT_EQ(model["parameters"], elements);
    EXPECT_TRUE(model["tokenizer"].is_null());  // the folder has none
    EXPECT_THAT(run({"models", "inspect", folder}).output, HasSubstr("no tokenizer here"));
    EXPECT_EQ(run({"models", "inspect", dir_.path()}).exit_code, 1);
}

TEST_F(ProgramTest, TokenizesWithTheFoldersTokenizer) {
    const auto fs = util::make_posix_file_system();
    ASSERT_TRUE(text::save_character_tokenizer(*fs, dir_.path()).has_value());
    const auto result = run({"models", "tokenize", dir_.path(), "6+4?", "--json"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    // Ids by the demonstration's alphabet `_$0123456789+-*/=;:#,!()?...`.
    EXPECT_EQ(result_of(result)["ids"], util::Json({8, 12, 6, 24}));
    EXPECT_EQ(result_of(result)["pieces"], util::Json({"6", "+", "4", "?"}));
    EXPECT_EQ(result_of(result)["round_trip"], true);
    const std::string file = write("text.txt", "6+4?");
    EXPECT_EQ(
        result_of(run({"models", "tokenize", dir_.path(), "--file", file, "--json"}))["count"], 4);
}

class RunsProgramTest : public ProgramTest {
  protected:
    void SetUp() override {
        make_project();
        const auto project = store::Project::open_writer(dir_.file("p"));
        ASSERT_TRUE(project.has_value());
        store::RunStore& runs = (*project)->runs();
        const auto run = runs.create_run({.name = "first \x1b[31mrun", .recipe = {{"name", "r"}}});
        ASSERT_TRUE(run.has_value());
        ASSERT_TRUE(runs.record_stage(
            *run, {.stage = "vrl", .type = "vrl", .total_steps = 2, .state = "running"}));
        for (std::int64_t step = 1; step <= 2; ++step) {
            data::StepRecord record{.stage = "vrl", .step = step, .state_hash = "h"};
            record.metrics = {{"reward", 0.25 * static_cast<double>(step)}};
            for (int sample = 0; sample < 3; ++sample) {
                data::ChainRecord chain{.problem_id = "q", .sample = sample};
                chain.prompt = "6+4?";
                chain.completion = "6+4=0;#0$";
                chain.status = sample == 0 ? "correct" : "incorrect";
                chain.tokens = {1, 2, 3};
                record.chains.push_back(chain);
            }
            ASSERT_TRUE(runs.record_step(*run, record).has_value());
        }
        ASSERT_TRUE(runs.set_state(*run, store::RunState::kFailed, "the disk burned").has_value());
    }
};

TEST_F(RunsProgramTest, ListsAndShowsRuns) {
    const auto list = run({"runs", "list"});
    EXPECT_EQ(list.exit_code, 0) << list.errors;
    EXPECT_THAT(list.output, HasSubstr("failed"));
    EXPECT_THAT(list.output, HasSubstr("first \\x1b[31mrun"));
    const util::Json shown = result_of(run({"runs", "show", "1", "--json"}));
    EXPECT_EQ(shown["error"], "the disk burned");
    EXPECT_EQ(shown["stages"][0]["stage"], "vrl");
    EXPECT_EQ(shown["recipe"]["name"], "r");
    EXPECT_EQ(run({"runs", "show", "2"}).exit_code, 1);
}

TEST_F(RunsProgramTest, PrintsMetricNamesAndSeries) {
    const util::Json names = result_of(run({"runs", "metrics", "1", "--json"}));
    ASSERT_EQ(names.size(), 1u);
    EXPECT_EQ(names[0]["name"], "reward");
    EXPECT_EQ(names[0]["last"], 0.5);
    const util::Json series =
        result_of(run({"runs", "metrics", "1", "--name", "reward", "--json"}));
    EXPECT_EQ(series["reward"].size(), 2u);
    EXPECT_EQ(series["reward"][0]["value"], 0.25);
}

TEST_F(RunsProgramTest, FiltersChainsAndPrintsOneWhole) {
    const util::Json page = result_of(run(
        {"runs", "chains", "1", "--step", "2", "--status", "incorrect", "--limit", "1", "--json"}));
    EXPECT_EQ(page["total"], 2);
    ASSERT_EQ(page["chains"].size(), 1u);
    EXPECT_EQ(page["chains"][0]["sample"], 1);
    const std::string id = std::to_string(page["chains"][0]["id"].get<int>());
    const util::Json chain = result_of(run({"runs", "chains", "1", "--chain", id, "--json"}));
    EXPECT_EQ(chain["completion"], "6+4=0;#0$");
    EXPECT_EQ(chain["tokens"], util::Json({1, 2, 3}));
    EXPECT_EQ(run({"runs", "chains", "1", "--chain", "999"}).exit_code, 1);
}

TEST_F(ProgramTest, LeavesStdoutToResults) {
    const auto wrong = run({"runs", "list"});
    EXPECT_EQ(wrong.exit_code, 1);  // VERITUNE_PROJECT names no project
    EXPECT_EQ(wrong.output, "");
    EXPECT_THAT(wrong.errors, HasSubstr("veritune project new"));
    const auto json = run({"runs", "list", "--json"});
    EXPECT_EQ(lines(json.output).back()["error"]["code"], "not_found");
    EXPECT_EQ(run({"nonsense"}).exit_code, 2);
    EXPECT_EQ(run({"--help"}).exit_code, 0);
}

TEST_F(ProgramTest, CannotReachANetwork) {
    const auto probes = run({"--self-test-network"});
    EXPECT_EQ(probes.exit_code, 0) << probes.output;
    EXPECT_THAT(probes.output, HasSubstr("refused      AF_INET\n"));
    bool checked = false;
    const util::Json report = result_of(run({"doctor", "--json"}));
    for (const util::Json& check : report["checks"]) {
        if (check["name"] != "network") continue;
        checked = true;
        EXPECT_EQ(check["level"], "ok") << check["detail"];
    }
    EXPECT_TRUE(checked);
}

TEST_F(ProgramTest, TrainsNothingOnADryRun) {
    make_project();
    const std::string recipe = std::string(VERITUNE_SOURCE_DIR) + "/resources/recipes/demo.json";
    const auto plan = run({"train", recipe, "--dry-run"});
    EXPECT_EQ(plan.exit_code, 0) << plan.errors;
    EXPECT_THAT(plan.output, HasSubstr("control_random"));
    EXPECT_EQ(result_of(run({"runs", "list", "--json"})).size(), 0u);
}

/// Empty where programs can be run, else why not: the machine's own word.
std::string missing_jail(const util::Json& doctor) {
    for (const util::Json& check : doctor.value("checks", util::Json::array())) {
        if (check["name"] == "sandbox" && check["level"] != "ok") return check["detail"];
    }
    return {};
}

TEST_F(ProgramTest, JudgesProgramsInAJail) {
    const std::string missing = missing_jail(result_of(run({"doctor", "--json"})));
    if (!missing.empty()) GTEST_SKIP() << missing;
    const std::string cases = write(
        "cases.jsonl",
        R"J({"id":1,"gold":{"cases":[{"call":"f(3)","expected":9}]},"completion":"def f(x): return x * x","profile":"raw"}
{"id":2,"gold":{"cases":[{"call":"f(3)","expected":9}]},"completion":"def f(x): return x","profile":"raw"}
)J");
    const auto result = run({"verify", "run", "--verifier", "code_python", "--cases", cases});
    const auto rows = lines(result.output);
    ASSERT_EQ(rows.size(), 2u) << result.errors;
    EXPECT_EQ(rows[0]["status"], "correct");
    EXPECT_EQ(rows[1]["status"], "incorrect");
    EXPECT_EQ(rows[1]["reason"], "wrong_value");
}

TEST_F(ProgramTest, ImportsHumanEvalRows) {
    const std::string missing = missing_jail(result_of(run({"doctor", "--json"})));
    if (!missing.empty()) GTEST_SKIP() << missing;
    make_project();
    const std::string rows = write(
        "rows.jsonl",
        R"J({"task_id":"own/1","prompt":"def f(x):\n    'next'\n","canonical_solution":"    return x + 1\n","test":"def check(candidate):\n    assert candidate(1) == 2\n    assert candidate(5) == 6\n","entry_point":"f"}
)J");
    const auto result =
        run({"data", "import", rows, "--preset", "code", "--name", "own", "--json"});
    EXPECT_EQ(result.exit_code, 0) << result.errors << result.output;
    EXPECT_THAT(run({"data", "list", "--json"}).output, HasSubstr("own"));
}

TEST_F(ProgramTest, BenchIsGreenForGoodGoldsAndRedForBadOnes) {
    std::string good;
    for (int i = 10; i < 40; ++i) {
        good += R"J({"id":"p)J" + std::to_string(i) +
                R"J(","prompt":"How many?","verifier":"integer","gold":)J" +
                std::to_string(i * 37) + "}\n";
    }
    const auto green = run({"verify", "bench", "--data", write("good.jsonl", good), "--json"});
    EXPECT_EQ(green.exit_code, 0) << green.errors << green.output;
    const util::Json report = result_of(green);
    EXPECT_EQ(report["red"], "");
    EXPECT_GE(report["negatives"], 500);
    EXPECT_EQ(report["accepted_negatives"], 0);
    EXPECT_EQ(report["accepted_positives"], report["positives"]);
    EXPECT_EQ(report["different"], 0);
    const auto red = run({"verify",
                          "bench",
                          "--data",
                          write("bad.jsonl",
                                R"J({"id":"x","prompt":"?","verifier":"integer","gold":"many"})J"
                                "\n")});
    EXPECT_EQ(red.exit_code, 1);
    EXPECT_THAT(red.errors, HasSubstr("Red: "));
}

}  // namespace
}  // namespace veritune::test
