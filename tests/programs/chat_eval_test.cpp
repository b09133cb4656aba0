// SPDX-License-Identifier: Apache-2.0
#include "tests/programs/cli_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace veritune::test
