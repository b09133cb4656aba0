// SPDX-License-Identifier: Apache-2.0
#include "app/models/LiveRunModel.h"
#include "app/models/MetricWords.h"
#include "app/views/LivePage.h"
#include "app/widgets/DoctorPanel.h"
#include "app/widgets/EventList.h"
#include "app/widgets/GroupStrip.h"
#include "app/widgets/PhaseBar.h"
#include "app/widgets/TourCard.h"
#include "core/store/run_store.h"
#include "tests/app/app_test_support.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace veritune::app {
namespace {

using test::appContext;
using test::waitFor;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

data::StepRecord stepOf(const std::string& stage, std::int64_t step, int chains = 0) {
    data::StepRecord record{.stage = stage,
                            .step = step,
                            .metrics = {{"reward", 0.1 * static_cast<double>(step)},
                                        {"num_tokens", 10.0},
                                        {"time/generate", 1.0},
                                        {"time/verify", 1.0},
                                        {"time/update", 2.0}},
                            .chains = {},
                            .state_hash = "hash",
                            .seconds = 2.0};
    for (int i = 0; i < chains; ++i) {
        data::ChainRecord chain;
        chain.problem_id = i < chains / 2 ? "easy" : "hard";
        chain.sample = i % (chains / 2);
        chain.prompt = "1+1";
        chain.completion = "2";
        chain.verifier = "integer";
        chain.status = i < chains / 2 ? "correct" : "incorrect";
        record.chains.push_back(chain);
    }
    return record;
}

/// A project in a folder of its own with the writer that an engine would be.
struct Desk {
    Desk() {
        auto made = store::Project::create(path(), "desk");
        EXPECT_TRUE(made);
        project = std::move(*made);
        fake = std::make_shared<engine::FakeEngine>();
    }
    std::string path() const { return dir.filePath(QStringLiteral("p")).toStdString(); }
    std::int64_t newRun(int steps, const util::Json& recipe = {{"name", "mine"}}) {
        store::RunStore& runs = project->runs();
        const auto run = runs.create_run({.name = "first", .recipe = recipe});
        EXPECT_TRUE(run);
        EXPECT_TRUE(runs.set_state(*run, store::RunState::kRunning));
        EXPECT_TRUE(runs.record_stage(
            *run, {.stage = "vrl", .type = "vrl", .total_steps = 20, .state = "running"}));
        for (int i = 1; i <= steps; ++i)
            EXPECT_TRUE(runs.record_step(*run, stepOf("vrl", i, i == steps ? 8 : 0)));
        return *run;
    }
    /// What an engine does with a step: first the store, then the notice.
    void step(std::int64_t run, std::int64_t at) {
        const data::StepRecord record = stepOf("vrl", at);
        EXPECT_TRUE(project->runs().record_step(run, record));
        fake->publish(engine::StepDone{.run = run,
                                       .stage = "vrl",
                                       .step = at,
                                       .total_steps = 20,
                                       .seconds = record.seconds,
                                       .metrics = record.metrics});
    }
    std::unique_ptr<ProjectSession> session() {
        return std::make_unique<ProjectSession>(project->info(), test::factoryOf(fake));
    }
    QTemporaryDir dir;
    std::unique_ptr<store::Project> project;
    std::shared_ptr<engine::FakeEngine> fake;
};

TEST(Eta, IsARangeOfQuartilesAndSilentBeforeFiveSteps) {
    EXPECT_FALSE(etaOf({1, 1, 1, 1}, 10).isKnown);
    EXPECT_FALSE(etaOf({1, 1, 1, 1, 1}, 0).isKnown);
    const EtaRange eta = etaOf({1, 2, 2, 4, 1000}, 10);
    ASSERT_TRUE(eta.isKnown);
    EXPECT_EQ(eta.low_s, 20);
    EXPECT_EQ(eta.high_s, 40) << "one slow step does not count";
    EXPECT_FALSE(etaOf({kNan, kNan, 1, 1, 1, 1}, 10).isKnown);
}

TEST(MetricWords, KnownNamesHaveWordsAndUnknownOnesStay) {
    EXPECT_EQ(metricTitle(QStringLiteral("reward")), QStringLiteral("Mean reward"));
    EXPECT_EQ(metricTitle(QStringLiteral("x/\u202ey")), QStringLiteral("x/<U+202E>y"));
    EXPECT_EQ(stageWord(QStringLiteral("vrl")), QStringLiteral("Verifiable RL"));
    EXPECT_EQ(durationRange(40, 40.2), QStringLiteral("40 s"));
    EXPECT_EQ(durationRange(60, 240), QStringLiteral("60 s to 4 min"));
}

TEST(LiveRunModel, IsEmptyWithoutRunsAndWithoutAProject) {
    LiveRunModel model;
    model.setSession(nullptr);
    EXPECT_EQ(model.run(), 0);
    Desk desk;
    const auto session = desk.session();
    model.setSession(session.get());
    QSignalSpy changed(&model, &LiveRunModel::changed);
    model.setRun(0);
    ASSERT_TRUE(waitFor([&] { return changed.count() > 0; }));
    EXPECT_EQ(model.run(), 0);
    EXPECT_TRUE(model.metricNames().isEmpty());
    EXPECT_TRUE(std::isnan(model.last(QStringLiteral("reward"), {})));
}

TEST(LiveRunModel, EverySeriesHasAsManyRowsAsStepsAfterNoticesWereLost) {
    Desk desk;
    const std::int64_t run = desk.newRun(3);
    const auto session = desk.session();
    session->engine().ensureStarted();
    ASSERT_TRUE(waitFor([&] { return session->engine().link() == EngineLink::kIdle; }));
    LiveRunModel model;
    model.setSession(session.get());
    model.setRun(run);
    const auto rows = [&] {
        return model.points(QStringLiteral("reward"), QStringLiteral("vrl")).size();
    };
    ASSERT_TRUE(waitFor([&] { return rows() == 3; }));
    desk.step(run, 4);
    EXPECT_TRUE(waitFor([&] { return rows() == 4; }));
    // Step 5 is only in the store; 6 tells of the gap.
    ASSERT_TRUE(desk.project->runs().record_step(run, stepOf("vrl", 5)));
    desk.step(run, 6);
    EXPECT_TRUE(waitFor([&] { return rows() == 6; }));
    // A notice that comes twice adds nothing.
    desk.step(run, 6);
    desk.step(run, 7);
    EXPECT_TRUE(waitFor([&] { return rows() == 7; }));
    const CurvePoints points = model.points(QStringLiteral("reward"), QStringLiteral("vrl"));
    for (int i = 0; i < 7; ++i) {
        EXPECT_EQ(points.x[i], i + 1);
        EXPECT_NEAR(points.y[i], 0.1 * (i + 1), 1e-12);
    }
    for (const QString& name : model.metricNames())
        EXPECT_EQ(model.points(name, QStringLiteral("vrl")).size(), 7) << name.toStdString();
    EXPECT_EQ(model.stepSeconds(QStringLiteral("vrl")).size(), 6);
    const QString reward = QStringLiteral("reward");
    EXPECT_NEAR(model.points(reward, {}, CurveAxis::kSeconds).x.last(), 14, 1e-9);
    EXPECT_NEAR(model.points(reward, QStringLiteral("vrl"), CurveAxis::kSeconds).x[2], 6, 1e-9);
    EXPECT_EQ(model.points(reward, QStringLiteral("vrl"), CurveAxis::kTokens).x.last(), 70);
    EXPECT_EQ(model.placeOf(QStringLiteral("vrl"), 4, CurveAxis::kTokens, false), 40);
}

TEST(LiveRunModel, AResumedRunThatRepeatsStepsIsReadAnew) {
    Desk desk;
    const std::int64_t run = desk.newRun(5);
    const auto session = desk.session();
    session->engine().ensureStarted();
    ASSERT_TRUE(waitFor([&] { return session->engine().link() == EngineLink::kIdle; }));
    LiveRunModel model;
    model.setSession(session.get());
    model.setRun(run);
    const auto rows = [&] {
        return model.points(QStringLiteral("reward"), QStringLiteral("vrl")).size();
    };
    ASSERT_TRUE(waitFor([&] { return rows() == 5; }));
    ASSERT_TRUE(desk.project->runs().truncate_after(run, "vrl", 2));
    desk.step(run, 3);
    EXPECT_TRUE(waitFor([&] { return rows() == 3; }));
}

TEST(LiveRunModel, ReadsTheNewestGroupAndTheFirstAcceptedChain) {
    Desk desk;
    const std::int64_t run = desk.newRun(2);
    const auto session = desk.session();
    LiveRunModel model;
    model.setSession(session.get());
    model.setRun(run);
    ASSERT_TRUE(waitFor([&] { return !model.strip().isEmpty(); }));
    ASSERT_EQ(model.strip().size(), 2);
    EXPECT_EQ(model.strip()[0].cells.size(), 4);
    EXPECT_EQ(model.stripStep(), 2);
    EXPECT_EQ(model.allWrongProblem(), QStringLiteral("hard"));
    EXPECT_NE(model.firstAccepted(), 0);
}

/// The page on the screen, with a run of the desk.
struct Shown {
    explicit Shown(Desk& desk)
        : session(desk.session()),
          page(appContext(), nullptr) {
        page.resize(1280, 900);
        page.setSession(session.get());
        page.show();
    }
    ~Shown() { page.setSession(nullptr); }
    template <typename T>
    T* find(const char* name) {
        return page.findChild<T*>(QString::fromLatin1(name));
    }
    bool click(const char* name) {
        auto* button = find<QAbstractButton>(name);
        if (!button || !button->isVisible()) return false;
        button->click();
        return true;
    }
    bool openRun(std::int64_t run) {
        page.open({.page = PageId::kLive, .run = run});
        return waitFor([&] { return find<CurveView>("chart.reward") != nullptr; });
    }
    std::unique_ptr<ProjectSession> session;
    LivePage page;
};

TEST(LivePage, WithoutARunOffersToSetOneUp) {
    Desk desk;
    Shown shown(desk);
    shown.page.open({.page = PageId::kLive});
    QSignalSpy routes(&shown.page, &Page::routeRequested);
    auto* button = shown.page.findChild<QPushButton*>(QStringLiteral("live.empty.action"));
    if (!button) {
        for (auto* each : shown.page.findChildren<QPushButton*>()) {
            if (each->isVisible()) button = each;
        }
    }
    ASSERT_NE(button, nullptr);
    button->click();
    ASSERT_EQ(routes.count(), 1);
    EXPECT_EQ(routes[0][0].value<Route>().page, PageId::kSetup);
}

TEST(LivePage, IsCompleteAgainWhenOpenedAnewWithoutAnEngine) {
    Desk desk;
    const std::int64_t run = desk.newRun(6);
    for (int visit = 0; visit < 2; ++visit) {
        Shown shown(desk);
        ASSERT_TRUE(shown.openRun(run));
        auto* chart = shown.find<CurveView>("chart.reward");
        EXPECT_TRUE(waitFor([&] {
            return !chart->curves().isEmpty() && chart->curves().first().points.size() == 6;
        }));
        EXPECT_TRUE(waitFor([&] { return shown.find<GroupStrip>("live.strip")->isVisible(); }));
        // Marked running, and no engine works on it.
        auto* banner = shown.find<Banner>("live.banner");
        ASSERT_NE(banner, nullptr);
        EXPECT_TRUE(banner->isVisible());
        EXPECT_TRUE(banner->text().contains(QStringLiteral("interrupted")));
        EXPECT_TRUE(shown.find<QPushButton>("live.pause")->isVisible());
        EXPECT_EQ(shown.find<QPushButton>("live.pause")->text(), QStringLiteral("Resume"));
        EXPECT_FALSE(shown.find<QPushButton>("live.stop")->isVisible());
    }
}

TEST(LivePage, ButtonsSendWhatTheySay) {
    Desk desk;
    const std::int64_t run = desk.newRun(6);
    desk.fake->set_state({.run = run,
                          .run_state = "running",
                          .stage = "vrl",
                          .step = 6,
                          .total_steps = 20,
                          .phase = "generate",
                          .device = "cpu"});
    Shown shown(desk);
    shown.session->engine().ensureStarted();
    ASSERT_TRUE(waitFor([&] { return shown.session->engine().link() == EngineLink::kBusy; }));
    ASSERT_TRUE(shown.openRun(run));
    ASSERT_TRUE(waitFor([&] { return shown.find<QPushButton>("live.stop")->isVisible(); }));
    EXPECT_FALSE(shown.find<Banner>("live.banner")->isVisible());
    const auto asked = [&](auto sample) {
        return waitFor([&] {
            for (const engine::Request& request : desk.fake->requests()) {
                if (std::holds_alternative<decltype(sample)>(request) &&
                    std::get<decltype(sample)>(request) == sample)
                    return true;
            }
            return false;
        });
    };
    EXPECT_TRUE(shown.click("live.checkpoint"));
    EXPECT_TRUE(asked(engine::CheckpointNow{.run = run}));
    EXPECT_TRUE(shown.click("live.pause"));
    EXPECT_TRUE(asked(engine::PauseRun{.run = run}));
    EXPECT_TRUE(shown.click("live.stop"));
    EXPECT_TRUE(asked(engine::StopRun{.run = run, .mode = engine::StopMode::kStopKeep}));
    // Cancel drops a step: it asks, and nothing is sent before the answer.
    const std::size_t before = desk.fake->requests().size();
    EXPECT_TRUE(shown.click("live.cancel"));
    waitFor([] { return false; }, 100);
    for (std::size_t i = before; i < desk.fake->requests().size(); ++i)
        EXPECT_FALSE(std::holds_alternative<engine::StopRun>(desk.fake->requests()[i]));
}

TEST(LivePage, ARefusalIsShownOnThePage) {
    Desk desk;
    const std::int64_t run = desk.newRun(3);
    desk.fake->set_script(
        [](const engine::Request& request) -> std::optional<util::Result<engine::Reply>> {
            if (std::holds_alternative<engine::ResumeRun>(request))
                return util::Result<engine::Reply>(
                    util::Error{util::ErrorCode::kDiskFull, "the disk is full", "runs/1"});
            return std::nullopt;
        });
    Shown shown(desk);
    ASSERT_TRUE(shown.openRun(run));
    ASSERT_TRUE(waitFor([&] { return shown.find<QPushButton>("live.pause")->isVisible(); }));
    shown.click("live.pause");
    auto* banner = shown.find<Banner>("live.banner");
    EXPECT_TRUE(waitFor([&] {
        return banner->text().contains(QStringLiteral("isk")) &&
               !banner->text().contains(QStringLiteral("interrupted"));
    }));
}

TEST(LivePage, EveryMetricIsGroupedFilteredAndKeptFromTheStore) {
    Desk desk;
    const std::int64_t run = desk.newRun(4);
    Shown shown(desk);
    ASSERT_TRUE(shown.openRun(run));
    auto* expert = shown.find<QCheckBox>("live.expert");
    expert->setChecked(true);
    const auto charts = [&] { return shown.page.findChildren<CurveView*>().size(); };
    EXPECT_TRUE(waitFor([&] { return charts() == 5; })) << charts();
    auto* filter = shown.find<QLineEdit>("live.filter");
    filter->setText(QStringLiteral("^time/(g|u)"));
    EXPECT_EQ(charts(), 2);
    filter->setText(QStringLiteral("(broken"));
    EXPECT_EQ(charts(), 5) << "a pattern that is not finished hides nothing";
    filter->clear();
    expert->setChecked(false);
    EXPECT_EQ(charts(), 4);
    EXPECT_NE(shown.find<CurveView>("chart.heldout/pass@1"), nullptr);
}

TEST(LivePage, ManyChartsComeInPartsAndInOrder) {
    Desk desk;
    const std::int64_t run = desk.newRun(1);
    data::StepRecord record = stepOf("vrl", 2);
    for (int i = 10; i < 30; ++i) record.metrics.emplace_back("x/" + std::to_string(i), 1.0);
    ASSERT_TRUE(desk.project->runs().record_step(run, record));
    Shown shown(desk);
    ASSERT_TRUE(shown.openRun(run));
    shown.find<QCheckBox>("live.expert")->setChecked(true);
    const auto charts = [&] { return shown.page.findChildren<CurveView*>(); };
    EXPECT_LT(charts().size(), 25) << "not all of them in one event";
    ASSERT_TRUE(waitFor([&] { return charts().size() == 25; }));
    const auto* first = shown.find<CurveView>("chart.x/10");
    const auto* last = shown.find<CurveView>("chart.x/29");
    ASSERT_TRUE(waitFor([&] { return last->y() > first->y(); }));
    shown.find<QCheckBox>("live.expert")->setChecked(false);
}

TEST(LivePage, StarsTheBestCheckpointAndMarksAlarms) {
    Desk desk;
    const std::int64_t run = desk.newRun(6);
    store::RunStore& runs = desk.project->runs();
    ASSERT_TRUE(runs.record_checkpoint(run,
                                       {.stage = "vrl",
                                        .step = 4,
                                        .path = "checkpoints/vrl-000004",
                                        .manifest_sha256 = "m",
                                        .state_hash = "s",
                                        .heldout_pass1 = 0.5,
                                        .best = true}));
    ASSERT_TRUE(runs.record_event(run,
                                  {.stage = "vrl",
                                   .step = 6,
                                   .kind = "alarm",
                                   .severity = "bad",
                                   .message = "no <b>signal</b>"}));
    Shown shown(desk);
    ASSERT_TRUE(shown.openRun(run));
    auto* chart = shown.find<CurveView>("chart.reward");
    ASSERT_TRUE(waitFor([&] { return chart->marks().size() == 2; }));
    EXPECT_TRUE(chart->marks()[0].isBest);
    EXPECT_EQ(chart->marks()[1].severity, Severity::kBad);
    EXPECT_EQ(chart->marks()[1].text, QStringLiteral("no <b>signal</b>"));
    // The alarm is in the health panel, with a way to the chains of its step.
    QSignalSpy routes(&shown.page, &Page::routeRequested);
    ASSERT_TRUE(waitFor([&] { return shown.find<QPushButton>("live.doctor.0") != nullptr; }));
    shown.find<QPushButton>("live.doctor.0")->click();
    ASSERT_EQ(routes.count(), 1);
    EXPECT_EQ(routes[0][0].value<Route>().page, PageId::kChains);
    const Route route = routes[0][0].value<Route>();
    ASSERT_EQ(route.chains.size(), 8);
    EXPECT_EQ(desk.project->reader().chain(route.chains[0])->step, 6);
}

TEST(LiveRunModel, AllStagesFollowEachOtherOnEveryAxis) {
    Desk desk;
    const std::int64_t run = desk.newRun(3);
    ASSERT_TRUE(desk.project->runs().record_stage(
        run, {.stage = "again", .type = "vrl", .total_steps = 2, .state = "running"}));
    for (int i = 1; i <= 2; ++i)
        ASSERT_TRUE(desk.project->runs().record_step(run, stepOf("again", i)));
    const auto session = desk.session();
    LiveRunModel model;
    model.setSession(session.get());
    model.setRun(run);
    const QString reward = QStringLiteral("reward");
    ASSERT_TRUE(waitFor([&] { return model.points(reward, {}).size() == 5; }));
    EXPECT_EQ(model.points(reward, {}).x, (QList<double>{1, 2, 3, 4, 5}));
    EXPECT_EQ(model.points(reward, {}, CurveAxis::kSeconds).x, (QList<double>{2, 4, 6, 8, 10}));
    EXPECT_EQ(model.points(reward, {}, CurveAxis::kTokens).x, (QList<double>{10, 20, 30, 40, 50}));
    const QString again = QStringLiteral("again");
    EXPECT_EQ(model.points(reward, again).x, (QList<double>{1, 2}));
    EXPECT_EQ(model.points(reward, again, CurveAxis::kTokens).x, (QList<double>{40, 50}));
    EXPECT_EQ(model.placeOf(again, 2, CurveAxis::kSteps, true), 5);
    EXPECT_EQ(model.placeOf(again, 2, CurveAxis::kSteps, false), 2);
    EXPECT_TRUE(std::isnan(model.placeOf(QStringLiteral("none"), 2, CurveAxis::kSeconds, false)));
}

TEST(LivePage, TheAxisIsAChoice) {
    Desk desk;
    const std::int64_t run = desk.newRun(4);
    Shown shown(desk);
    ASSERT_TRUE(shown.openRun(run));
    auto* chart = shown.find<CurveView>("chart.reward");
    ASSERT_TRUE(waitFor([&] { return !chart->curves().isEmpty(); }));
    EXPECT_EQ(chart->curves()[0].points.x.last(), 4);
    auto* axis = shown.find<QComboBox>("live.axis");
    axis->setCurrentIndex(2);
    emit axis->activated(2);
    EXPECT_EQ(chart->curves()[0].points.x.last(), 40);
    axis->setCurrentIndex(1);
    emit axis->activated(1);
    EXPECT_EQ(chart->curves()[0].points.x.last(), 8);
}

TEST(LivePage, TheTourIsForDemoRunsAndStaysAwayOnceDismissed) {
    appContext().settings.set(Setting::kTourSeen, false);
    Desk desk;
    const std::int64_t mine = desk.newRun(2);
    const std::int64_t demo =
        desk.newRun(2, {{"name", "demo"}, {"model", util::Json{{"init", "demo"}}}});
    Shown shown(desk);
    ASSERT_TRUE(shown.openRun(mine));
    auto* tour = shown.page.findChild<TourCard*>();
    ASSERT_NE(tour, nullptr);
    EXPECT_FALSE(tour->isVisible());
    EXPECT_FALSE(shown.find<Banner>("live.toy")->isVisible());
    shown.page.open({.page = PageId::kLive, .run = demo});
    EXPECT_TRUE(waitFor([&] { return tour->isVisible(); }));
    EXPECT_TRUE(shown.find<Banner>("live.toy")->isVisible());
    QSignalSpy routes(&shown.page, &Page::routeRequested);
    ASSERT_TRUE(waitFor([&] { return shown.find<QPushButton>("live.look_inside")->isVisible(); }));
    shown.click("live.look_inside");
    ASSERT_EQ(routes.count(), 1);
    EXPECT_NE(routes[0][0].value<Route>().chain, 0);
    shown.click("live.tour.close");
    EXPECT_FALSE(tour->isVisible());
    EXPECT_TRUE(appContext().settings.get(Setting::kTourSeen).toBool());
    appContext().settings.set(Setting::kTourSeen, false);
}

TEST(LivePage, AnotherRunIsDrawnDottedBehind) {
    Desk desk;
    const std::int64_t first = desk.newRun(3);
    const std::int64_t second = desk.newRun(5);
    Shown shown(desk);
    ASSERT_TRUE(shown.openRun(second));
    auto* compare = shown.find<QComboBox>("live.compare");
    ASSERT_TRUE(waitFor([&] { return compare->isVisible(); }));
    compare->setCurrentIndex(compare->findData(static_cast<qlonglong>(first)));
    emit compare->activated(compare->currentIndex());
    auto* chart = shown.find<CurveView>("chart.reward");
    ASSERT_TRUE(waitFor([&] {
        return !chart->baseline().isEmpty() && chart->baseline().first().points.size() == 3;
    }));
    EXPECT_TRUE(chart->baseline().first().isDashed);
    EXPECT_TRUE(chart->baseline().first().name.contains(QStringLiteral("1")));
    compare->setCurrentIndex(0);
    emit compare->activated(0);
    EXPECT_TRUE(waitFor([&] { return chart->baseline().isEmpty(); }));
}

TEST(LivePage, DigitsGoToACharts) {
    Desk desk;
    const std::int64_t run = desk.newRun(3);
    Shown shown(desk);
    ASSERT_TRUE(shown.openRun(run));
    shown.page.activateWindow();
    QTest::keyClick(&shown.page, Qt::Key_2);
    EXPECT_EQ(shown.page.focusWidget(), shown.find<CurveView>("chart.reward"));
}

TEST(EventList, MixesEventsAndTheEnginesWordsBySeverity) {
    EventList list(appContext());
    list.setEvents({{.id = 1, .time_us = 1, .record = {.severity = "info", .message = "a"}},
                    {.id = 2, .time_us = 2, .record = {.severity = "bad", .message = "b"}}});
    list.addLog({{.level = "warn", .area = "train", .message = "c"}});
    EXPECT_EQ(list.lineCount(), 3);
    list.filterBox()->setCurrentIndex(1);
    EXPECT_EQ(list.lineCount(), 2);
    list.filterBox()->setCurrentIndex(2);
    EXPECT_EQ(list.lineCount(), 1);
    QList<engine::Log> many(2000, {.level = "error", .area = "x", .message = "y"});
    list.addLog(many);
    EXPECT_EQ(list.lineCount(), 500);
    list.clear();
    EXPECT_EQ(list.lineCount(), 0);
}

TEST(GroupStrip, KeysWalkAndEnterOpens) {
    GroupStrip strip(appContext());
    strip.resize(240, 100);
    strip.setRows({{QStringLiteral("p"),
                    {{11, QStringLiteral("correct"), 0}, {12, QStringLiteral("incorrect"), 1}}},
                   {QStringLiteral("q"), {{13, QStringLiteral("no_answer"), 0}}}});
    QSignalSpy spy(&strip, &GroupStrip::chainActivated);
    QTest::keyClick(&strip, Qt::Key_Right);
    QTest::keyClick(&strip, Qt::Key_Return);
    QTest::keyClick(&strip, Qt::Key_Down);
    QTest::keyClick(&strip, Qt::Key_Return);
    QTest::keyClick(&strip, Qt::Key_Up);
    QTest::keyClick(&strip, Qt::Key_Left);
    QTest::keyClick(&strip, Qt::Key_Left);
    QTest::keyClick(&strip, Qt::Key_Return);
    ASSERT_EQ(spy.count(), 3);
    EXPECT_EQ(spy[0][0].toLongLong(), 12);
    EXPECT_EQ(spy[1][0].toLongLong(), 13);
    EXPECT_EQ(spy[2][0].toLongLong(), 11);
    EXPECT_TRUE(strip.accessibleName().contains(QStringLiteral("1 of 2")));
    strip.setRows({});
    QTest::keyClick(&strip, Qt::Key_Return);
    EXPECT_EQ(spy.count(), 3);
}

TEST(PhaseBar, SaysWhereTheTimeGoes) {
    PhaseBar bar(appContext());
    bar.setTimes(1, kNan, 3);
    EXPECT_TRUE(bar.accessibleName().contains(QStringLiteral("Generate 1 s")));
    EXPECT_TRUE(bar.accessibleName().contains(QStringLiteral("Update 3 s")));
    bar.setPhase(QStringLiteral("verify"));
    bar.resize(300, 30);
    EXPECT_FALSE(bar.grab().isNull());
}

}  // namespace
}  // namespace veritune::app
