// SPDX-License-Identifier: Apache-2.0
#include "app/ProjectSession.h"
#include "app/models/ChainReference.h"
#include "app/views/ChainsPage.h"
#include "app/widgets/Cards.h"
#include "app/widgets/ChainActions.h"
#include "app/widgets/ChainText.h"
#include "app/widgets/GroupView.h"
#include "app/widgets/TimeView.h"
#include "app/widgets/VerdictPanel.h"
#include "tests/app/app_test_support.h"
#include "tests/app/chain_samples.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

namespace veritune::app {
namespace {

using test::appContext;
using test::waitFor;
using test::wrongChain;

TEST(ChainVerdicts, TheSameAndAnotherVerdictAreToldApart) {
    const data::ChainRecord then = wrongChain().record;
    engine::ChainVerdict now{.status = "incorrect", .extracted = "1", .reason = "wrong_step"};
    EXPECT_TRUE(compareVerdicts(then, now).isSame);
    now.verifier_hash = std::string("new");
    EXPECT_TRUE(compareVerdicts(then, now).detail.contains(QStringLiteral("changed")));
    now.status = std::string("correct");
    now.score = 1.0;
    EXPECT_FALSE(compareVerdicts(then, now).isSame);
}

TEST(ChainReplay, SaysEqualDifferentOrMissing) {
    const store::ChainKey key{
        .stage = "vrl", .step = 20, .phase = "train", .problem_id = "mod-1", .sample = 1};
    engine::Replayed replayed{.from = "checkpoint vrl 10"};
    EXPECT_FALSE(replayWords(replayed, key).isEqual) << "nothing compared is nothing proved";
    replayed.chains = {{"train", "mod-1", 0, "equal", -1}, {"train", "mod-1", 1, "equal", -1}};
    EXPECT_TRUE(replayWords(replayed, key).isEqual);
    replayed.chains[1].outcome = std::string("different");
    replayed.chains[1].first_difference = 11;
    const ReplayWords words = replayWords(replayed, key);
    EXPECT_FALSE(words.isEqual);
    EXPECT_TRUE(words.detail.contains(QStringLiteral("token 12"))) << words.detail.toStdString();
    EXPECT_TRUE(words.detail.contains(QStringLiteral("checkpoint vrl 10")));
    replayed.chains[1].outcome = std::string("missing");
    EXPECT_TRUE(replayWords(replayed, key).detail.contains(QStringLiteral("not written again")));
}

/// The page on a project with one run: two steps of 2 tasks x 3 samples.
class ChainsWindow : public testing::Test {
  protected:
    void SetUp() override {
        const std::string dir = m_root.path().toStdString() + "/project";
        auto project = store::Project::create(dir, "chains");
        ASSERT_TRUE(project) << util::to_string(project.error());
        store::NewRun run;
        run.name = std::string("run");
        auto id = (*project)->runs().create_run(run);
        ASSERT_TRUE(id);
        m_run = *id;
        ASSERT_TRUE((*project)->runs().record_stage(
            m_run, {.stage = "vrl", .type = "vrl", .total_steps = 2, .state = "running"}));
        for (int step = 1; step <= 2; ++step) {
            data::StepRecord record{.stage = "vrl", .step = step};
            for (int i = 0; i < 6; ++i) {
                data::ChainRecord chain = wrongChain().record;
                chain.problem_id = i < 3 ? "first" : "second";
                chain.sample = i % 3;
                if (i % 3 == 0) {
                    chain.status = std::string("correct");
                    chain.reward = chain.score = 1.0;
                }
                record.chains.push_back(chain);
            }
            ASSERT_TRUE((*project)->runs().record_step(m_run, record));
        }
        const store::ProjectInfo info = (*project)->info();
        ASSERT_TRUE((*project)->close());
        m_session = std::make_unique<ProjectSession>(info, test::factoryOf(m_engine));
        m_page = std::make_unique<ChainsPage>(appContext());
        m_page->resize(1200, 800);
        m_page->show();
        m_page->setSession(m_session.get());
        m_page->open({.page = PageId::kChains});
        ASSERT_TRUE(waitFor([&] { return m_page->browser().group().size() == 3; }));
    }
    void TearDown() override {
        m_page.reset();
        m_session.reset();
    }
    template <typename T>
    T* part(const char* name) {
        T* found = m_page->findChild<T*>(QString::fromLatin1(name));
        EXPECT_NE(found, nullptr) << name;
        return found;
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(part<QListView>("chains.list"), key, modifiers);
    }

    QTemporaryDir m_root;
    std::int64_t m_run = 0;
    std::shared_ptr<engine::FakeEngine> m_engine = std::make_shared<engine::FakeEngine>();
    std::unique_ptr<ProjectSession> m_session;
    std::unique_ptr<ChainsPage> m_page;
};

TEST_F(ChainsWindow, OpensTheNewestChainAndSaysWhy) {
    EXPECT_EQ(m_page->browser().document()->chain().step, 2);
    const QString spoken = part<VerdictPanel>("chains.verdict")->spoken();
    EXPECT_TRUE(spoken.contains(QStringLiteral("Step 3"))) << spoken.toStdString();
    EXPECT_EQ(part<QListWidget>("chains.verdict.steps")->count(), 3);
}

TEST_F(ChainsWindow, EveryControlHasANameOfItsOwn) {
    QSet<QString> names;
    for (const QWidget* widget : m_page->findChildren<QWidget*>()) {
        const bool isControl = (widget->focusPolicy() & Qt::TabFocus) != 0 &&
                               widget->isVisibleTo(m_page.get()) &&
                               !widget->objectName().startsWith(QStringLiteral("qt_"));
        if (!isControl) continue;
        EXPECT_FALSE(widget->objectName().isEmpty()) << widget->metaObject()->className();
        EXPECT_FALSE(names.contains(widget->objectName())) << widget->objectName().toStdString();
        names.insert(widget->objectName());
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        EXPECT_TRUE(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()))
            << widget->objectName().toStdString();
    }
    EXPECT_GT(names.size(), 15);
}

TEST_F(ChainsWindow, StepsAndTextAreLinkedBothWays) {
    auto* steps = part<QListWidget>("chains.verdict.steps");
    auto* text = part<ChainText>("chains.text");
    steps->setCurrentRow(1);
    const QImage framed = text->grab().toImage();
    text->showBytes({});
    EXPECT_NE(framed, text->grab().toImage()) << "the step is framed in the text";
    emit text->stepActivated(2);
    EXPECT_EQ(steps->currentRow(), 2);
}

TEST_F(ChainsWindow, KeysMoveByChainByStepAndToTheEnds) {
    auto& browser = m_page->browser();
    const auto row = [&] { return part<QListView>("chains.list")->currentIndex().row(); };
    ASSERT_EQ(row(), 0);
    key(Qt::Key_N);
    EXPECT_EQ(row(), 1);
    key(Qt::Key_P);
    EXPECT_EQ(row(), 0);
    key(Qt::Key_N, Qt::ShiftModifier);
    EXPECT_EQ(row(), 6);
    EXPECT_EQ(browser.list().at(row())->key.step, 1);
    key(Qt::Key_P, Qt::ShiftModifier);
    EXPECT_EQ(row(), 0);
    key(Qt::Key_G, Qt::ShiftModifier);
    EXPECT_EQ(row(), 11);
    key(Qt::Key_G);
    EXPECT_EQ(row(), 0);
    key(Qt::Key_S);
    EXPECT_EQ(part<ChainText>("chains.text")->mode(), ChainMode::kTokens);
}

TEST_F(ChainsWindow, LettersInATextFieldAreText) {
    auto* search = part<QLineEdit>("chains.search");
    search->setFocus();
    QTest::keyClicks(search, QStringLiteral("nspvcg"));
    EXPECT_EQ(search->text(), QStringLiteral("nspvcg"));
    EXPECT_EQ(part<QListView>("chains.list")->currentIndex().row(), 0);
}

TEST_F(ChainsWindow, FiltersListOnlyWhatMatchesAndOpenIt) {
    auto* status = part<QComboBox>("chains.status");
    status->setCurrentIndex(status->findData(QStringLiteral("correct")));
    auto& list = m_page->browser().list();
    ASSERT_TRUE(waitFor([&] { return list.isComplete() && list.rowCount() == 4; }));
    ASSERT_TRUE(
        waitFor([&] { return m_page->browser().document()->record().status == "correct"; }));
}

TEST_F(ChainsWindow, ALinkOpensItsChain) {
    const std::int64_t chain = m_page->browser().list().at(9)->id;
    Route route;
    route.page = PageId::kChains;
    route.run = m_run;
    route.chain = chain;
    m_page->open(route);
    ASSERT_TRUE(waitFor([&] {
        return m_page->browser().document() && m_page->browser().document()->chain().id == chain;
    }));
    waitFor([] { return false; }, 50);
    EXPECT_EQ(m_page->browser().chain(), chain) << "the list's first row does not take its place";
}

TEST_F(ChainsWindow, MarkedChainsStandSideBySide) {
    key(Qt::Key_C);
    key(Qt::Key_N);
    key(Qt::Key_N);
    ASSERT_TRUE(waitFor(
        [&] { return m_page->browser().document()->chain().id == m_page->browser().chain(); }));
    key(Qt::Key_C);
    ASSERT_TRUE(waitFor([&] { return part<GroupView>("chains.group")->cardCount() == 2; }));
}

TEST_F(ChainsWindow, VerifyAgainAsksTheEngineAndSaysWhatChanged) {
    m_engine->set_script(
        [](const engine::Request& request) -> std::optional<util::Result<engine::Reply>> {
            if (!std::holds_alternative<engine::VerifyChain>(request)) return std::nullopt;
            return util::Result<engine::Reply>(engine::Reply(
                engine::ChainVerdict{.status = "correct", .score = 1.0, .extracted = "7"}));
        });
    auto* result = m_page->findChild<Banner*>(QStringLiteral("chains.result"));
    ASSERT_NE(result, nullptr);
    key(Qt::Key_V);
    ASSERT_TRUE(waitFor([&] { return result->isVisibleTo(m_page.get()); }));
    EXPECT_TRUE(result->text().contains(QStringLiteral("something else")))
        << result->text().toStdString();
}

TEST_F(ChainsWindow, AReplayThatCannotBeDoneSaysWhy) {
    m_engine->set_script(
        [](const engine::Request& request) -> std::optional<util::Result<engine::Reply>> {
            if (!std::holds_alternative<engine::ReplayStep>(request)) return std::nullopt;
            return util::Result<engine::Reply>(
                util::fail(util::ErrorCode::kUnsupported, "the state before step 2 is not kept"));
        });
    part<QPushButton>("chains.replay")->click();
    auto* result = m_page->findChild<Banner*>(QStringLiteral("chains.result"));
    ASSERT_TRUE(waitFor([&] { return result->isVisibleTo(m_page.get()); }));
    EXPECT_TRUE(result->text().contains(QStringLiteral("not kept")))
        << result->text().toStdString();
    EXPECT_TRUE(part<QPushButton>("chains.replay")->isVisibleTo(m_page.get()));
}

TEST_F(ChainsWindow, FlagAndNoteGoToTheEngineAndARefusalKeepsTheNote) {
    const auto sent = [&] {
        std::vector<engine::AnnotateChain> all;
        for (const engine::Request& request : m_engine->requests()) {
            if (const auto* one = std::get_if<engine::AnnotateChain>(&request)) all.push_back(*one);
        }
        return all;
    };
    part<QCheckBox>("chains.flag")->click();
    ASSERT_TRUE(waitFor([&] { return sent().size() == 1; }));
    EXPECT_TRUE(sent()[0].flagged);
    m_engine->set_script(
        [](const engine::Request& request) -> std::optional<util::Result<engine::Reply>> {
            if (!std::holds_alternative<engine::AnnotateChain>(request)) return std::nullopt;
            return util::Result<engine::Reply>(
                util::fail(util::ErrorCode::kDiskFull, "the disk is full"));
        });
    auto* note = part<QPlainTextEdit>("chains.note");
    QTest::keyClicks(note, QStringLiteral("look here"));
    auto* save = part<QPushButton>("chains.note.save");
    ASSERT_TRUE(save->isVisibleTo(m_page.get()));
    save->click();
    ASSERT_TRUE(waitFor([&] { return sent().size() == 2; }));
    EXPECT_EQ(sent()[1].note, "look here");
    auto* result = m_page->findChild<Banner*>(QStringLiteral("chains.result"));
    ASSERT_TRUE(waitFor([&] { return result->isVisibleTo(m_page.get()); }));
    EXPECT_EQ(note->toPlainText(), QStringLiteral("look here"));
    EXPECT_TRUE(save->isVisibleTo(m_page.get()));
}

TEST_F(ChainsWindow, AVerdictIsCalledWrongWithAReason) {
    const auto sent = [&] {
        std::vector<engine::AnnotateChain> all;
        for (const engine::Request& request : m_engine->requests()) {
            if (const auto* one = std::get_if<engine::AnnotateChain>(&request)) all.push_back(*one);
        }
        return all;
    };
    part<QCheckBox>("chains.dispute")->click();
    auto* note = part<QPlainTextEdit>("chains.note");
    EXPECT_EQ(note->placeholderText(), QStringLiteral("Why is the verdict wrong?"));
    EXPECT_TRUE(sent().empty()) << "not without a reason";
    QTest::keyClicks(note, QStringLiteral("1/2 is 0.5"));
    part<QPushButton>("chains.note.save")->click();
    ASSERT_TRUE(waitFor([&] { return sent().size() == 1; }));
    EXPECT_TRUE(sent()[0].disputed);
    EXPECT_FALSE(sent()[0].flagged);
    EXPECT_EQ(sent()[0].note, "1/2 is 0.5");
}

TEST_F(ChainsWindow, AFindingListsItsChainsAndOpensTheFirst) {
    auto& list = m_page->browser().list();
    const QList<std::int64_t> chains = {list.at(9)->id, list.at(2)->id, list.at(4)->id};
    m_page->open({.page = PageId::kChains, .run = m_run, .chains = chains});
    ASSERT_TRUE(waitFor([&] { return list.isComplete() && list.rowCount() == 3; }));
    ASSERT_TRUE(waitFor([&] {
        return m_page->browser().document() &&
               m_page->browser().document()->chain().id == chains[0];
    }));
    auto* chosen = part<QPushButton>("chains.chosen");
    EXPECT_TRUE(chosen->isVisibleTo(m_page.get()));
    EXPECT_TRUE(chosen->text().contains(QStringLiteral("3"))) << chosen->text().toStdString();
    chosen->click();
    EXPECT_TRUE(waitFor([&] { return list.isComplete() && list.rowCount() == 12; }));
    EXPECT_FALSE(chosen->isVisibleTo(m_page.get()));
}

TEST_F(ChainsWindow, AReferenceIsCopiedAndOpensItsChain) {
    auto& browser = m_page->browser();
    const store::ChainKey wanted = browser.list().at(10)->key;
    const QString text = chainReferenceText({.run = m_run, .key = wanted});
    const auto reference = chainReferenceOf(text);
    ASSERT_TRUE(reference);
    m_page->open(routeTo(*reference));
    ASSERT_TRUE(waitFor([&] { return browser.document() && browser.openKey() == wanted; }));
    // One that points nowhere says so and shows what is there.
    QSignalSpy said(m_page.get(), &Page::announced);
    ChainReference gone{.run = m_run, .key = wanted};
    gone.key.sample = 99;
    m_page->open(routeTo(gone));
    ASSERT_TRUE(waitFor([&] { return said.count() == 1; }));
    EXPECT_TRUE(said[0][0].toString().contains(QStringLiteral("any more")));
}

TEST_F(ChainsWindow, WithoutAProjectThereIsOneActionAndNothingOfTheOldOne) {
    m_page->setSession(nullptr);
    EXPECT_FALSE(m_page->browser().document());
    EXPECT_TRUE(part<QWidget>("chains.empty")->isVisibleTo(m_page.get()));
    QSignalSpy route(m_page.get(), &Page::routeRequested);
    part<QPushButton>("chains.empty.action")->click();
    EXPECT_EQ(route.count(), 1);
}

TEST_F(ChainsWindow, TheSameTaskOverTheSteps) {
    auto* time = part<TimeView>("chains.time");
    ASSERT_TRUE(waitFor([&] { return time->attemptCount() == 2 && m_page->browser().earlier(); }));
    EXPECT_TRUE(time->summary().contains(QStringLiteral("same"))) << time->summary().toStdString();
}

}  // namespace
}  // namespace veritune::app
