// SPDX-License-Identifier: Apache-2.0
#include "app/StoreReader.h"
#include "app/models/ChainBrowser.h"
#include "app/models/ChainExport.h"
#include "app/widgets/ChainFilterPopup.h"
#include "tests/app/app_test_support.h"
#include "tests/app/chain_samples.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <gtest/gtest.h>

namespace veritune::app {
namespace {

using test::waitFor;
using test::wrongChain;

/// A project with one run: two steps of 3 tasks x 4 samples; sample 2 is wrong.
class ChainStore : public testing::Test {
  protected:
    void SetUp() override {
        m_dir = m_root.path().toStdString() + "/project";
        auto project = store::Project::create(m_dir, "chains");
        ASSERT_TRUE(project) << util::to_string(project.error());
        store::NewRun run;
        run.name = "run";
        auto id = (*project)->runs().create_run(run);
        ASSERT_TRUE(id) << util::to_string(id.error());
        m_run = *id;
        ASSERT_TRUE((*project)->runs().record_stage(
            m_run, {.stage = "vrl", .type = "vrl", .total_steps = 2, .state = "running"}));
        for (int step = 1; step <= 2; ++step)
            ASSERT_TRUE((*project)->runs().record_step(m_run, makeStep(step)));
        ASSERT_TRUE((*project)->close());
    }

    static data::StepRecord makeStep(int step) {
        data::StepRecord record;
        record.stage = "vrl";
        record.step = step;
        for (int task = 0; task < 3; ++task) {
            for (int sample = 0; sample < 4; ++sample) {
                data::ChainRecord chain = wrongChain().record;
                chain.problem_id = "task-" + std::to_string(task);
                chain.sample = sample;
                if (sample != 2) {
                    chain.status = "correct";
                    chain.reward = 1.0;
                    chain.score = 1.0;
                }
                record.chains.push_back(chain);
            }
        }
        return record;
    }

    QTemporaryDir m_root;
    std::string m_dir;
    std::int64_t m_run = 0;
};

TEST_F(ChainStore, TheListIsAModelThatPagesByKey) {
    StoreReader reader(m_dir);
    ChainListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setReader(&reader);
    EXPECT_EQ(model.rowCount(), 0);
    QSignalSpy loaded(&model, &ChainListModel::loaded);
    model.setQuery({.run = m_run, .filter = {}, .newestFirst = true});
    ASSERT_TRUE(waitFor([&] { return loaded.count() == 1 && model.total().has_value(); }));
    EXPECT_EQ(model.rowCount(), 24);
    EXPECT_EQ(*model.total(), 24);
    EXPECT_TRUE(model.isComplete());
    EXPECT_FALSE(model.canFetchMore({}));
    EXPECT_EQ(model.at(0)->key.step, 2);
    EXPECT_EQ(model.rowOf(model.at(5)->id), 5);
    EXPECT_EQ(model.rowOf(-5), -1);
    const QString row = model.data(model.index(0, 0), Qt::DisplayRole).toString();
    EXPECT_TRUE(row.contains(QStringLiteral("task-2"))) << row.toStdString();
}

TEST_F(ChainStore, FiltersAndOrderStartOverAndOldAnswersAreDropped) {
    StoreReader reader(m_dir);
    ChainListModel model;
    model.setReader(&reader);
    ChainQuery query{.run = m_run, .filter = {}, .newestFirst = true};
    model.setQuery(query);
    query.filter.status = "incorrect";
    query.newestFirst = false;
    model.setQuery(query);
    ASSERT_TRUE(waitFor([&] { return model.rowCount() > 0 && model.total().has_value(); }));
    EXPECT_EQ(model.rowCount(), 6);
    EXPECT_EQ(*model.total(), 6);
    EXPECT_EQ(model.at(0)->key.step, 1);
    query.filter.status = "partial";
    QSignalSpy loaded(&model, &ChainListModel::loaded);
    model.setQuery(query);
    ASSERT_TRUE(waitFor([&] { return loaded.count() > 0; }));
    EXPECT_EQ(model.rowCount(), 0);
}

TEST_F(ChainStore, SearchAndRangesLookAtEveryChain) {
    StoreReader reader(m_dir);
    ChainListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setReader(&reader);
    ChainQuery query;
    query.run = m_run;
    const auto rowsFor = [&](const ChainQuery& wanted) {
        model.setQuery(wanted);
        EXPECT_TRUE(waitFor(
            [&] { return model.isComplete() && !model.isLoading() && model.total().has_value(); }));
        EXPECT_EQ(*model.total(), model.rowCount());
        return model.rowCount();
    };
    query.text = QStringLiteral("9-2=");
    EXPECT_EQ(rowsFor(query), 24);
    query.text = QStringLiteral("no such words");
    EXPECT_EQ(rowsFor(query), 0);
    query.text.clear();
    query.filter.min_reward = 0.5;
    EXPECT_EQ(rowsFor(query), 18);
    query.filter.max_reward = 0.7;
    EXPECT_EQ(rowsFor(query), 0);
    query.filter.min_reward = query.filter.max_reward = std::nullopt;
    query.filter.updated = true;
    EXPECT_EQ(rowsFor(query), 0);
    query.filter.updated = false;
    query.filter.min_tokens = 21;
    query.filter.max_tokens = 21;
    query.filter.finish_reason = "stop";
    EXPECT_EQ(rowsFor(query), 24);
    query.filter.finish_reason = "length";
    EXPECT_EQ(rowsFor(query), 0);
}

TEST(ChainQuery, SurvivesTheSettingsAndBadText) {
    ChainQuery query;
    query.filter.stage = std::string("vrl");
    query.filter.problem_id = std::string("task \"1\"");
    query.filter.min_step = query.filter.max_step = 12;
    query.text = QStringLiteral("fee");
    query.filter.updated = false;
    query.filter.min_reward = 0.25;
    query.filter.max_tokens = 99;
    query.filter.finish_reason = std::string("length");
    EXPECT_TRUE(chainQueryFromText(chainQueryToText(query)).isSame(query));
    EXPECT_TRUE(chainQueryFromText(QStringLiteral("[not json")).isSame({}));
    EXPECT_TRUE(chainQueryFromText(QStringLiteral("{\"step\":-5,\"minTokens\":1e300}")).isSame({}));
}

TEST_F(ChainStore, OpeningAChainBringsItsGroupAndItsHistory) {
    StoreReader reader(m_dir);
    ChainBrowser browser;
    browser.setReader(&reader, m_dir);
    browser.reloadRuns();
    ASSERT_TRUE(
        waitFor([&] { return browser.list().rowCount() == 24 && !browser.stages().empty(); }));
    ASSERT_EQ(browser.stages().size(), 1U);
    const store::ChainSummary first = *browser.list().at(0);
    browser.openChain(first.id);
    ASSERT_TRUE(
        waitFor([&] { return browser.group().size() == 4 && browser.history().size() == 8; }));
    EXPECT_EQ(browser.document()->record().problem_id, first.key.problem_id);
    ASSERT_TRUE(browser.groupRewardsEqual().has_value());
    EXPECT_FALSE(*browser.groupRewardsEqual());
    EXPECT_EQ(browser.history().front().key.step, 1);
    QSignalSpy earlier(&browser, &ChainBrowser::earlierChanged);
    browser.openEarlier(browser.history().front().id);
    ASSERT_TRUE(waitFor([&] { return earlier.count() > 0; }));
    ASSERT_TRUE(browser.earlier());
    ASSERT_EQ(browser.changes().size(), 1U) << "the same text";
    browser.openMarked({first.id, 999'999, browser.list().at(3)->id});
    ASSERT_TRUE(waitFor([&] { return browser.marked().size() == 2; }));
    browser.setReader(nullptr, {});
    EXPECT_FALSE(browser.document());
    EXPECT_TRUE(browser.group().empty());
}

TEST_F(ChainStore, AChainThatIsGoneIsAnErrorOfItsOwn) {
    StoreReader reader(m_dir);
    ChainBrowser browser;
    browser.setReader(&reader, m_dir);
    QSignalSpy failed(&browser, &ChainBrowser::failed);
    browser.openChain(123'456);
    ASSERT_TRUE(waitFor([&] { return failed.count() > 0; }));
    EXPECT_FALSE(browser.document());
}

TEST_F(ChainStore, ExportWritesOneLinePerChainAndNothingWhenCancelled) {
    auto project = store::Project::open_reader(m_dir);
    ASSERT_TRUE(project);
    const std::string path = m_root.path().toStdString() + "/chains.jsonl";
    ChainQuery query{.run = m_run, .filter = {}, .newestFirst = false};
    query.filter.status = "incorrect";
    std::atomic<bool> cancelled{true};
    EXPECT_FALSE(exportChains(**project, query, path, {}, cancelled));
    EXPECT_FALSE(QFile::exists(QString::fromStdString(path)));
    cancelled = false;
    const auto written =
        exportChains(**project, query, path, {.withTexts = true, .withTokens = true}, cancelled);
    ASSERT_TRUE(written) << util::to_string(written.error());
    EXPECT_EQ(*written, 6);
    QFile file(QString::fromStdString(path));
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    int lines = 0;
    while (!file.atEnd()) {
        const auto row = util::parse_json(file.readLine().trimmed().toStdString(), "line");
        ASSERT_TRUE(row);
        ++lines;
        EXPECT_EQ(row->at("output"), wrongChain().record.completion);
        EXPECT_EQ(row->at("input"), wrongChain().record.prompt);
        EXPECT_EQ(row->at("gts"), "7");
        EXPECT_EQ(row->at("score"), 0.0);
        EXPECT_EQ(row->at("token_ids").size(), wrongChain().record.tokens.size());
        EXPECT_FALSE(row->contains("entropies")) << "not recorded stays away";
    }
    EXPECT_EQ(lines, 6);
}

TEST(ChainExport, WithoutTextsHoldsNoContent) {
    store::StoredChain chain = wrongChain();
    chain.record.prompt = std::string("CANARY1");
    chain.record.completion = std::string("CANARY2\xff");
    chain.record.extracted = std::string("CANARY3");
    chain.record.gold = "CANARY4";
    const std::string bare = chainToJson(chain, 1, {.withTexts = false}).dump();
    EXPECT_EQ(bare.find("CANARY"), std::string::npos);
    EXPECT_EQ(bare.find("9-2=1"), std::string::npos);
    EXPECT_TRUE(chainToJson(chain, 1, {}).contains("output"));
}

TEST(ChainExport, AFolderThatIsMissingIsAnError) {
    QTemporaryDir root;
    const std::string dir = root.path().toStdString() + "/p";
    auto project = store::Project::create(dir, "x");
    ASSERT_TRUE(project);
    const std::atomic<bool> cancelled{false};
    EXPECT_FALSE(exportChains(**project, {.run = 1}, dir + "/no/such/folder.jsonl", {}, cancelled));
}

TEST(TokenizerFolders, TheRecipesModelComesFirstThenTheNewestCheckpoint) {
    QTemporaryDir root;
    for (const char* name : {"vrl-000010", "vrl-000020"}) {
        const QString dir =
            root.path() + QStringLiteral("/checkpoints/") + QString::fromLatin1(name);
        ASSERT_TRUE(QDir().mkpath(dir));
        QFile file(dir + QStringLiteral("/tokenizer.json"));
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    }
    const auto folders =
        tokenizerFolders({{"model", {{"path", "/models/a"}}}}, root.path().toStdString());
    ASSERT_EQ(folders.size(), 2U);
    EXPECT_EQ(folders[0], "/models/a");
    EXPECT_TRUE(folders[1].ends_with("vrl-000020"));
    EXPECT_TRUE(tokenizerFolders(util::Json(1), "/nowhere").empty());
}

TEST(TokenizerLoader, SaysWhyThereIsNone) {
    TokenizerLoader loader;
    QSignalSpy changed(&loader, &TokenizerLoader::changed);
    loader.load({{"model", {{"path", "/no/such/folder"}}}}, "/nowhere", "");
    ASSERT_TRUE(waitFor([&] { return changed.count() == 1; }));
    EXPECT_FALSE(loader.tokenizer());
    EXPECT_FALSE(loader.trouble().isEmpty());
    loader.load(
        {{"model", {{"path", VERITUNE_SOURCE_DIR "/resources/demo/cold_start"}}}}, "/nowhere", "");
    ASSERT_TRUE(waitFor([&] { return changed.count() == 2; }));
    EXPECT_TRUE(loader.tokenizer());
    loader.load({{"model", {{"path", VERITUNE_SOURCE_DIR "/resources/demo/cold_start"}}}},
                "/nowhere",
                "another");
    ASSERT_TRUE(waitFor([&] { return changed.count() == 3; }));
    EXPECT_FALSE(loader.tokenizer());
    EXPECT_TRUE(loader.trouble().contains(QStringLiteral("another tokenizer")));
}

}  // namespace
}  // namespace veritune::app
