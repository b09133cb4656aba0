// SPDX-License-Identifier: Apache-2.0
#include "tests/programs/cli_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace veritune::test {
namespace {

using engine::Reply;
using engine::Request;
using ::testing::HasSubstr;

using Answer = std::optional<util::Result<Reply>>;

/// Streams the answer in two pieces, then returns it; remembers the requests.
cli::ConnectEngine talking_engine(std::vector<engine::Generate>& seen, const std::string& answer) {
    return fake_engine([&seen, answer](engine::FakeEngine& engine,
                                       const std::string&,
                                       const Request& r) -> Answer {
        const auto* generate = std::get_if<engine::Generate>(&r);
        if (generate == nullptr) return std::nullopt;
        seen.push_back(*generate);
        if (generate->stream) {
            engine.publish(engine::TokenText{generate->request, answer.substr(0, 2), 1});
            engine.publish(engine::TokenText{"somebody else's", "NOT OURS", 1});
            engine.publish(engine::TokenText{generate->request, answer.substr(2), 2});
        }
        return util::Result<Reply>(engine::Generated{.text = answer,
                                                     .finish_reason = "stop",
                                                     .prompt_tokens = 5,
                                                     .completion_tokens = 2,
                                                     .seconds = 0.5});
    });
}

TEST(Chat, CompletesAPromptFromAFile) {
    CliHarness cli;
    cli.make_project();
    cli.write("q.txt", "6 times 7?");
    std::vector<engine::Generate> seen;
    cli.connect = talking_engine(seen, "forty-two");
    const CliResult result =
        cli.run({"chat", "--model", "m", "--prompt", "q.txt", "--temperature", "0"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.out, "forty-two\n");
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].messages, (std::vector<engine::ChatMessage>{{"user", "6 times 7?"}}));
    EXPECT_EQ(seen[0].model.path, cli.path("m"));
    EXPECT_EQ(seen[0].temperature, 0.0);
}

TEST(Chat, ReadsAPlainPromptFromStdinAndPrintsJson) {
    CliHarness cli;
    cli.make_project();
    std::vector<engine::Generate> seen;
    cli.connect = talking_engine(seen, "6+4=0;#0$");
    const CliResult result =
        cli.run({"chat", "--run", "1", "--prompt", "-", "--plain", "--json"}, "6+4?");
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(seen[0].prompt, "6+4?");
    EXPECT_TRUE(seen[0].messages.empty());
    EXPECT_EQ(result.last()["result"]["text"], "6+4=0;#0$");
    EXPECT_EQ(result.last()["result"]["finish_reason"], "stop");
}

TEST(Chat, KeepsTheConversationUntilTold) {
    CliHarness cli;
    cli.make_project();
    std::vector<engine::Generate> seen;
    cli.connect = talking_engine(seen, "yes");
    const CliResult result = cli.run({"chat", "--model", "m", "--system", "Be short."},
                                     "one\ntwo\n/new\nthree\n/quit\nfour\n");
    EXPECT_EQ(result.code, 0) << result.err;
    ASSERT_EQ(seen.size(), 3u);
    EXPECT_EQ(seen[1].messages.size(), 4u);  // system, one, yes, two
    EXPECT_EQ(seen[2].messages.size(), 2u);  // system, three
    EXPECT_EQ(seen[0].messages[0].role, "system");
}

TEST(Chat, ShowsControlCharactersOfAModelInsteadOfObeyingThem) {
    CliHarness cli;
    cli.make_project();
    cli.write("q.txt", "q");
    std::vector<engine::Generate> seen;
    cli.connect = talking_engine(seen, "a\x1b[2Jb\nc");
    const CliResult result = cli.run({"chat", "--model", "m", "--prompt", "q.txt"});
    EXPECT_EQ(result.out, "a\\x1b[2Jb\nc\n");
}

TEST(Chat, NeedsAModelAndAFileForJson) {
    CliHarness cli;
    cli.make_project();
    EXPECT_EQ(cli.run({"chat"}).code, 2);
    std::vector<engine::Generate> seen;
    cli.connect = talking_engine(seen, "yes");
    EXPECT_EQ(cli.run({"chat", "--model", "m", "--json"}).code, 2);
}

TEST(Chat, EndsWithTheEnginesError) {
    CliHarness cli;
    cli.make_project();
    cli.write("q.txt", "q");
    cli.connect =
        fake_engine([](engine::FakeEngine&, const std::string&, const Request& r) -> Answer {
            if (!std::holds_alternative<engine::Generate>(r)) return std::nullopt;
            return util::Result<Reply>(util::fail(util::ErrorCode::kBusy, "run 2 uses the device"));
        });
    const CliResult result = cli.run({"chat", "--model", "m", "--prompt", "q.txt", "--json"});
    EXPECT_EQ(result.code, 1);
    EXPECT_EQ(result.last()["error"]["code"], "busy");
}

class EvalTest : public ::testing::Test {
  protected:
    EvalTest() {
        cli_.make_project();
        EXPECT_EQ(cli_.run({"data", "generate", "mod", "--count", "20", "--name", "sums"}).code, 0);
    }
    CliHarness cli_;
};

TEST_F(EvalTest, ReportsTheMetricsOfTheEngine) {
    std::vector<engine::Evaluate> seen;
    cli_.connect =
        fake_engine([&](engine::FakeEngine&, const std::string&, const Request& r) -> Answer {
            const auto* evaluate = std::get_if<engine::Evaluate>(&r);
            if (evaluate == nullptr) return std::nullopt;
            seen.push_back(*evaluate);
            return util::Result<Reply>(engine::Evaluated{
                .run = 9, .metrics = {{"pass@1", 0.5}, {"pass@8", 0.875}}, .seconds = 2});
        });
    const CliResult result = cli_.run({"eval",
                                       "run",
                                       "--run",
                                       "3",
                                       "--stage",
                                       "vrl",
                                       "--dataset",
                                       "sums",
                                       "--samples",
                                       "8",
                                       "--no-greedy",
                                       "--json"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.last()["result"]["metrics"]["pass@1"], 0.5);
    EXPECT_EQ(result.last()["result"]["run"], 9);
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].model.run, 3);
    EXPECT_EQ(seen[0].model.stage, "vrl");
    EXPECT_EQ(seen[0].num_samples, 8);
    EXPECT_FALSE(seen[0].greedy);
}

TEST_F(EvalTest, CancelsAtCtrlC) {
    std::string cancelled;
    std::atomic<bool> stop{false};
    cli_.connect =
        fake_engine([&](engine::FakeEngine&, const std::string&, const Request& r) -> Answer {
            if (const auto* cancel = std::get_if<engine::Cancel>(&r)) {
                cancelled = cancel->request;
                stop = true;
                return util::Result<Reply>(engine::Accepted{});
            }
            const auto* evaluate = std::get_if<engine::Evaluate>(&r);
            if (evaluate == nullptr) return std::nullopt;
            cli_.interrupts.add();
            while (!stop) std::this_thread::yield();
            return util::Result<Reply>(
                util::fail(util::ErrorCode::kCancelled, "evaluation was stopped"));
        });
    const CliResult result = cli_.run({"eval", "run", "--model", "m", "--dataset", "sums"});
    EXPECT_EQ(result.code, 130);
    EXPECT_THAT(cancelled, HasSubstr("eval-"));
    EXPECT_THAT(result.err, HasSubstr("Interrupted."));
}

TEST_F(EvalTest, NeedsAModelAndAKnownDataSet) {
    EXPECT_EQ(cli_.run({"eval", "run", "--dataset", "sums"}).code, 2);
    const CliResult result = cli_.run({"eval", "run", "--model", "m", "--dataset", "smus"});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr("sums"));
}

/// A project with four questions in split test, and files of completions for them.
class ScoreTest : public ::testing::Test {
  protected:
    ScoreTest() {
        cli_.make_project();
        std::string rows;
        for (int i = 0; i < 4; ++i) {
            const std::string n = std::to_string(i);
            rows += R"({"id":"q)" + n + R"(","prompt":"What is )" + n + R"( + 1?","gold":")" +
                    std::to_string(i + 1) + R"(","verifier":"integer","split":"test"})" + "\n";
        }
        cli_.write("q.jsonl", rows);
        const CliResult taken =
            cli_.run({"data", "import", cli_.path("q.jsonl"), "--name", "sums"});
        EXPECT_EQ(taken.code, 0) << taken.err;
        write("before.jsonl", {"1", "2", "3", "9"});
        write("after.jsonl", {"1", "7", "3", "4"});
    }
    void write(const std::string& name, const std::vector<std::string>& answers) {
        std::string rows;
        for (std::size_t i = 0; i < answers.size(); ++i)
            rows += R"({"id":"q)" + std::to_string(i) + R"(","completion":"\\boxed{)" + answers[i] +
                    R"(}","tokens":5})" + "\n";
        cli_.write(name, rows);
    }
    CliResult score(const std::string& name, const std::string& protocol = "own_greedy") {
        return cli_.run({"eval",
                         "score",
                         "--protocol",
                         protocol,
                         "--dataset",
                         "sums",
                         "--split",
                         "test",
                         "--completions",
                         cli_.path(name),
                         "--json"});
    }
    CliHarness cli_;
};

TEST_F(ScoreTest, ScoresAFileAndComparesTwo) {
    const CliResult before = score("before.jsonl");
    ASSERT_EQ(before.code, 0) << before.err;
    EXPECT_EQ(before.last()["result"]["columns"][0]["score"], 0.75);
    EXPECT_EQ(before.last()["result"]["id"], 1);
    EXPECT_EQ(score("after.jsonl").code, 0);
    const CliResult listed = cli_.run({"eval", "list"});
    EXPECT_THAT(listed.out, HasSubstr("before.jsonl"));
    const CliResult compared = cli_.run({"eval", "compare", "1", "2", "--json"});
    ASSERT_EQ(compared.code, 0) << compared.err;
    const util::Json result = compared.last()["result"];
    EXPECT_EQ(result["broken"][0]["id"], "q1");
    EXPECT_EQ(result["fixed"][0]["id"], "q3");
    EXPECT_EQ(result["significant"], false);
    const CliResult text = cli_.run({"eval", "compare", "1", "2"});
    EXPECT_THAT(text.out, HasSubstr("not significant"));
    EXPECT_LT(text.out.find("Broken"), text.out.find("Fixed"));
    const CliResult shown = cli_.run({"eval", "show", "2", "--problems", "--json"});
    EXPECT_EQ(shown.last()["result"]["columns"][0]["problems"][1]["correct"], 0);
}

TEST_F(ScoreTest, DoesNotPutTwoProtocolsIntoOneColumn) {
    ASSERT_EQ(score("before.jsonl").code, 0);
    ASSERT_EQ(score("after.jsonl", "math_boxed_0").code, 0);
    const CliResult refused = cli_.run({"eval", "compare", "1", "2", "--column", "score"});
    EXPECT_NE(refused.code, 0);
    cli_.write("mine.json",
               R"({"id": "mine", "columns": [{"name": "score", "profile": "eval_flexible"}]})");
    ASSERT_EQ(score("after.jsonl", cli_.path("mine.json")).code, 0);
    const CliResult other = cli_.run({"eval", "compare", "1", "3"});
    EXPECT_EQ(other.code, 2);
    EXPECT_THAT(other.err, HasSubstr("not measured alike"));
    const CliResult across = cli_.run({"eval", "compare", "1", "3", "--across-protocols"});
    EXPECT_EQ(across.code, 0);
    EXPECT_THAT(across.out, HasSubstr("Warning: The two were not measured alike"));
    // A table for each hash.
    const std::string list = cli_.run({"eval", "list"}).out;
    EXPECT_EQ(std::count(list.begin(), list.end(), '%'), 6) << list;
}

TEST_F(ScoreTest, ProtocolsAreListedAndPrintedWhole) {
    EXPECT_THAT(cli_.run({"eval", "protocols"}).out, HasSubstr("gsm8k_lmeval_5"));
    const CliResult one = cli_.run({"eval", "protocol", "minerva_4", "--json"});
    EXPECT_EQ(one.last()["result"]["prompt"]["examples"].size(), 4U);
    EXPECT_EQ(cli_.run({"eval", "protocol", "nothing"}).code, 1);
    const CliResult missing = score("before.jsonl", "gsm8k_lmeval_5");
    EXPECT_NE(missing.code, 0);
    EXPECT_THAT(missing.out + missing.err, HasSubstr("sums"));
}

TEST_F(ScoreTest, AskedByProtocolTheEngineGetsItsTexts) {
    std::vector<engine::Evaluate> seen;
    cli_.connect = fake_engine([&](engine::FakeEngine&,
                                   const std::string&,
                                   const Request& r) -> Answer {
        const auto* evaluate = std::get_if<engine::Evaluate>(&r);
        if (evaluate == nullptr) return std::nullopt;
        seen.push_back(*evaluate);
        return util::Result<Reply>(engine::Evaluated{.run = 9, .metrics = {{"eval/score", 0.5}}});
    });
    const CliResult result = cli_.run({"eval",
                                       "run",
                                       "--protocol",
                                       "own_8",
                                       "--samples",
                                       "2",
                                       "--model",
                                       "m",
                                       "--dataset",
                                       "sums",
                                       "--split",
                                       "test"});
    EXPECT_EQ(result.code, 0) << result.err;
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].protocol["id"], "own_8");
    EXPECT_EQ(seen[0].protocol["sampling"]["samples"], 2);
    EXPECT_EQ(seen[0].split, "test");
    EXPECT_EQ(cli_.run({"eval", "run", "--resume", "9"}).code, 0);
    EXPECT_EQ(seen[1].resume, 9);
}

TEST_F(ScoreTest, CurationIsAnEditThatCanBeUndone) {
    cli_.write(
        "twice.jsonl",
        R"({"id":"a","prompt":"How much tax is due on one hundred euros?","gold":"19","verifier":"integer"})"
        "\n"
        R"({"id":"b","prompt":"How much tax is due on one hundred euros ?","gold":"19","verifier":"integer"})"
        "\n"
        R"({"id":"c","prompt":"Frau Erika Muster asks for the day of the form.","gold":"3","verifier":"integer"})"
        "\n");
    ASSERT_EQ(cli_.run({"data", "import", cli_.path("twice.jsonl"), "--name", "tax"}).code, 0);
    const CliResult seen = cli_.run({"data", "curate", "duplicates", "tax", "--json"});
    ASSERT_EQ(seen.code, 0) << seen.err;
    EXPECT_EQ(seen.last()["result"]["pair_count"], 1);
    EXPECT_FALSE(seen.last()["result"].contains("edit")) << "only looked at";
    const CliResult done = cli_.run({"data", "curate", "duplicates", "tax", "--apply", "--json"});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.last()["result"]["edit"]["rows"], 1);
    const CliResult personal =
        cli_.run({"data", "curate", "privacy", "tax", "--pseudonymise", "--apply", "--json"});
    EXPECT_EQ(personal.last()["result"]["edit"]["rows"], 1) << personal.err;
    const CliResult again = cli_.run({"data", "curate", "privacy", "tax", "--json"});
    EXPECT_EQ(again.last()["result"]["rows"], 0);
    EXPECT_EQ(cli_.run({"data", "curate", "guess", "tax", "--json"}).last()["result"]["warn"],
              true);
    EXPECT_EQ(cli_.run({"data", "curate", "golds", "tax", "--json"}).last()["result"]["checked"],
              3);
    EXPECT_EQ(cli_.run({"data", "curate", "flags", "tax"}).code, 0);
    const CliResult shared = cli_.run(
        {"data", "curate", "contamination", "tax", "--against", "sums", "--words", "2", "--json"});
    EXPECT_EQ(shared.code, 0) << shared.err;
    const CliResult split = cli_.run({"data",
                                      "curate",
                                      "split",
                                      "tax",
                                      "--val-share",
                                      "0.4",
                                      "--test-share",
                                      "0",
                                      "--apply",
                                      "--json"});
    EXPECT_EQ(split.code, 0) << split.err;
    EXPECT_EQ(cli_.run({"data", "curate", "difficulty", "tax"}).code, 2) << "needs a run";
    EXPECT_EQ(cli_.run({"data", "curate", "contamination", "tax"}).code, 2);
    EXPECT_EQ(cli_.run({"data", "curate", "magic", "tax"}).code, 2);
}

}  // namespace
}  // namespace veritune::test
