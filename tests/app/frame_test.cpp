// SPDX-License-Identifier: Apache-2.0
#include "app/CommandPalette.h"
#include "app/CommandRegistry.h"
#include "app/ErrorText.h"
#include "app/Icons.h"
#include "app/PlainText.h"
#include "app/Settings.h"
#include "app/Theme.h"
#include "app/models/ProjectGlance.h"
#include "app/models/SelfCheck.h"
#include "app/widgets/FlowLayout.h"
#include "tests/app/app_test_support.h"

#include <QDir>
#include <QLineEdit>
#include <QLocale>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

namespace veritune::app {
namespace {

using test::appContext;
using test::waitFor;

double luminance(const QColor& color) {
    const auto linear = [](double c) {
        return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
           0.0722 * linear(color.blueF());
}

/// WCAG 2.1, 1.4.3.
double contrast(const QColor& a, const QColor& b) {
    const double x = luminance(a);
    const double y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

TEST(Theme, TextIsReadableOnEveryGroundOfEveryScheme) {
    Theme& theme = appContext().theme;
    for (const ColorScheme scheme :
         {ColorScheme::kLight, ColorScheme::kDark, ColorScheme::kHighContrast}) {
        theme.setScheme(scheme);
        const Colors& c = theme.colors();
        for (const QColor& ground : {c.window, c.surface, c.raised}) {
            for (const QColor& ink : {c.text, c.textMuted, c.accent, c.good, c.bad, c.warn}) {
                EXPECT_GE(contrast(ink, ground), 4.5)
                    << ink.name().toStdString() << " on " << ground.name().toStdString()
                    << " in scheme " << static_cast<int>(scheme);
            }
        }
        for (const auto& [ink, ground] : {std::pair{c.good, c.goodSoft},
                                          {c.bad, c.badSoft},
                                          {c.warn, c.warnSoft},
                                          {c.text, c.accentSoft},
                                          {c.accent, c.accentSoft},
                                          {c.onAccent, c.accent}}) {
            EXPECT_GE(contrast(ink, ground), 4.5)
                << ink.name().toStdString() << " on " << ground.name().toStdString();
        }
        for (const QColor& line : c.series)
            EXPECT_GE(contrast(line, c.surface), 3.0) << line.name().toStdString();
        for (double v = -1; v <= 1; v += 0.125)
            EXPECT_GE(contrast(c.text, theme.heat(v)), 4.5) << v;
    }
    theme.setScheme(ColorScheme::kLight);
}

TEST(Icons, EveryFileOfTheFolderDrawsSomething) {
    const QStringList files = QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")});
    ASSERT_GT(files.size(), 50);
    for (const QString& file : files) {
        const QImage image = iconPixmap(file.chopped(4), Qt::black, 24, 1.0).toImage();
        int inked = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) inked += qAlpha(image.pixel(x, y)) > 64 ? 1 : 0;
        }
        EXPECT_GT(inked, 6) << file.toStdString();
    }
}

TEST(PlainText, MarksWhatCannotBeSeen) {
    EXPECT_EQ(visibleText(QStringLiteral("a\u202eb")), QStringLiteral("a<U+202E>b"));
    EXPECT_EQ(visibleText(std::string_view("x\x1b[31m")),
              QString(QStringLiteral("x") + QChar(0x241b) + QStringLiteral("[31m")));
    EXPECT_EQ(visibleText(std::string_view("a\tb\nc")), QStringLiteral("a\tb\nc"));
    EXPECT_EQ(visibleText(std::string_view("\xff")), QString(QChar(0xfffd)));
    EXPECT_EQ(visibleText(std::string_view("\xf0\x9f\x98\x80")),
              QString::fromUtf8("\xf0\x9f\x98\x80"));
}

TEST(PlainText, OneLineNeverReadsMoreThanItShows) {
    const std::string big(10'000'000, 'x');
    QElapsedTimer timer;
    timer.start();
    EXPECT_EQ(oneLine(big, 50).size(), 51);
    EXPECT_LT(timer.elapsed(), 50);
    EXPECT_EQ(oneLine("a\nb", 50),
              QString(QStringLiteral("a") + QChar(0x23ce) + QStringLiteral("b")));
}

TEST(PlainText, TooltipsAreEscaped) {
    EXPECT_TRUE(
        plainTip(QStringLiteral("<img src=/etc/passwd>")).contains(QStringLiteral("&lt;img")));
    PlainLabel label(QStringLiteral("<b>x</b>"));
    EXPECT_EQ(label.textFormat(), Qt::PlainText);
}

TEST(ErrorText, EveryCodeHasWordsAndANextStep) {
    for (int i = 0; i <= static_cast<int>(util::ErrorCode::kInternal); ++i) {
        const util::Error error{static_cast<util::ErrorCode>(i), "it broke", "here"};
        const ErrorWords words = errorWords(error);
        EXPECT_FALSE(words.title.isEmpty()) << i;
        EXPECT_TRUE(words.detail.contains(QStringLiteral("It broke (here)"))) << i;
        EXPECT_EQ(words.remedy.isEmpty(), error.code == util::ErrorCode::kCancelled) << i;
    }
}

TEST(CommandPalette, FindsWordsInAnyOrderWithoutAccents) {
    EXPECT_GT(matchScore(QStringLiteral("run pa"), QStringLiteral("Pause the run")), 0);
    EXPECT_GT(matchScore(QStringLiteral("ubersicht"), QStringLiteral("Übersicht")), 0);
    EXPECT_EQ(matchScore(QStringLiteral("xyz"), QStringLiteral("Pause the run")), 0);
    EXPECT_GT(matchScore(QStringLiteral("pau"), QStringLiteral("Pause")),
              matchScore(QStringLiteral("aus"), QStringLiteral("Pause")));
}

TEST(CommandPalette, OffersWhatATextNames) {
    CommandRegistry& registry = appContext().commands;
    QWidget window;
    window.resize(800, 600);
    CommandPalette palette(appContext(), &window);
    QString ran;
    QObject owner;
    registry.addReader(&owner, [&ran](const QString& text) -> std::optional<Command> {
        if (!text.startsWith(QStringLiteral("ref:"))) return std::nullopt;
        return Command{.text = [] { return QStringLiteral("Open the reference"); },
                       .run = [&ran, text] { ran = text; }};
    });
    window.show();
    palette.open();
    auto* query = palette.findChild<QLineEdit*>(QStringLiteral("palette.query"));
    query->setText(QStringLiteral("ref:7"));
    QTest::keyClick(query, Qt::Key_Return);
    EXPECT_EQ(ran, QStringLiteral("ref:7"));
    EXPECT_TRUE(registry.commandsFor(QStringLiteral("else")).isEmpty());
}

TEST(CommandRegistry, CommandsVanishWithTheirOwner) {
    CommandRegistry registry;
    auto owner = std::make_unique<QObject>();
    registry.add(owner.get(),
                 {.id = QStringLiteral("a"), .text = [] { return QStringLiteral("A"); }});
    registry.add(&registry,
                 {.id = QStringLiteral("b"),
                  .text = [] { return QStringLiteral("B"); },
                  .isEnabled = [] { return false; }});
    EXPECT_EQ(registry.commands().size(), 1);
    owner.reset();
    EXPECT_EQ(registry.commands().size(), 0);
}

TEST(Settings, RoundTripAndSurviveNonsense) {
    const QTemporaryDir dir;
    const QString file = dir.path() + QStringLiteral("/s.ini");
    {
        Settings settings(file);
        QSignalSpy spy(&settings, &Settings::changed);
        settings.set(Setting::kTextScale, 150);
        settings.set(Setting::kTextScale, 150);
        EXPECT_EQ(spy.count(), 1);
        settings.setEntry(
            Setting::kChartSettings, QStringLiteral("reward/mean"), QStringLiteral("{}"));
    }
    Settings again(file);
    EXPECT_EQ(again.get(Setting::kTextScale).toInt(), 150);
    EXPECT_EQ(again.entry(Setting::kChartSettings, QStringLiteral("reward/mean")),
              QStringLiteral("{}"));
    QFile raw(file);
    ASSERT_TRUE(raw.open(QIODevice::WriteOnly));
    raw.write("[appearance]\ntext_scale=much\n[window]\nfuture=1\n");
    raw.close();
    Settings odd(file);
    EXPECT_EQ(odd.get(Setting::kTextScale).toInt(), 100);
}

TEST(NextStep, IsAlwaysOneThing) {
    Glance glance;
    EXPECT_EQ(nextStep(false, glance, false), NextStep::kChoose);
    EXPECT_EQ(nextStep(true, glance, false), NextStep::kSetUp);
    glance.run = 3;
    glance.state = store::RunState::kRunning;
    EXPECT_EQ(nextStep(true, glance, true), NextStep::kWatch);
    EXPECT_EQ(nextStep(true, glance, false), NextStep::kResume)
        << "marked running, and no engine works on it";
    glance.state = store::RunState::kFailed;
    EXPECT_EQ(nextStep(true, glance, false), NextStep::kLookAtFailure);
    glance.state = store::RunState::kDone;
    EXPECT_EQ(nextStep(true, glance, false), NextStep::kLookInside);
}

TEST(SelfCheck, ReadsDoctor) {
    const auto rows = parseDoctor(
        R"({"result":{"checks":[{"name":"gpu","level":"warn","detail":"none","next_step":"x"}],"ok":true},"schema":1})");
    ASSERT_EQ(rows.size(), 1);
    EXPECT_EQ(rows[0].level, QStringLiteral("warn"));
    EXPECT_TRUE(parseDoctor("no json").isEmpty());
}

TEST(SelfCheck, SaysKnownRowsInTheWindowsLanguageWithTheirFigures) {
    const QString disk = checkSentence({.name = QStringLiteral("disk"),
                                        .level = QStringLiteral("ok"),
                                        .detail = QStringLiteral("69.8 GB free in /home/x"),
                                        .nextStep = {}});
    EXPECT_TRUE(disk.contains(QLocale().toString(69.8, 'f', 1))) << disk.toStdString();
    EXPECT_FALSE(disk.contains(QStringLiteral("/home/x")));
    const QString memory = checkSentence({.name = QStringLiteral("memory"),
                                          .level = QStringLiteral("ok"),
                                          .detail = QStringLiteral("24.3 GB free of 25.3 GB"),
                                          .nextStep = {}});
    EXPECT_TRUE(memory.contains(QLocale().toString(24.3, 'f', 1)) &&
                memory.contains(QLocale().toString(25.3, 'f', 1)))
        << memory.toStdString();
    // What is not known stays as the doctor said it, with what to do.
    EXPECT_EQ(checkSentence({.name = QStringLiteral("sandbox"),
                             .level = QStringLiteral("warn"),
                             .detail = QStringLiteral("bubblewrap is missing"),
                             .nextStep = QStringLiteral("Install it.")}),
              QStringLiteral("Bubblewrap is missing. Install it."));
}

/// A widget of a fixed or a flexible width in a flow.
QWidget* piece(QWidget& parent, FlowLayout& flow, int width, bool grows) {
    auto* widget = new QWidget(&parent);
    if (grows) {
        widget->setMinimumSize(width, 20);
        widget->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    } else {
        widget->setFixedSize(width, 20);
    }
    flow.addWidget(widget);
    return widget;
}

TEST(FlowLayout, GoesOnInTheNextLineInsteadOfCuttingOff) {
    QWidget box;
    auto* flow = new FlowLayout(&box);
    flow->setSpacing(10);
    piece(box, *flow, 100, false);
    piece(box, *flow, 100, false);
    QWidget* last = piece(box, *flow, 100, false);
    EXPECT_EQ(flow->heightForWidth(320), 20);
    EXPECT_EQ(flow->heightForWidth(319), 50);
    EXPECT_EQ(flow->heightForWidth(100), 80);
    flow->setGeometry(QRect(0, 0, 319, 50));
    EXPECT_EQ(last->geometry(), QRect(0, 30, 100, 20));
    box.setLayoutDirection(Qt::RightToLeft);
    flow->setGeometry(QRect(0, 0, 319, 50));
    EXPECT_EQ(last->geometry(), QRect(219, 30, 100, 20));
}

TEST(FlowLayout, SharesALineEvenlyUnlessSomebodyNeedsMore) {
    QWidget box;
    auto* flow = new FlowLayout(&box);
    flow->setSpacing(0);
    QWidget* small = piece(box, *flow, 50, true);
    QWidget* other = piece(box, *flow, 60, true);
    flow->setGeometry(QRect(0, 0, 300, 20));
    EXPECT_EQ(small->width(), 150);
    EXPECT_EQ(other->width(), 150);
    other->setMinimumWidth(200);
    flow->setGeometry(QRect(0, 0, 300, 20));
    EXPECT_EQ(small->width(), 100);
    EXPECT_EQ(other->width(), 200);
    other->setMaximumWidth(220);
    other->setMinimumWidth(10);
    small->setMaximumWidth(80);
    flow->setGeometry(QRect(0, 0, 300, 20));
    EXPECT_EQ(small->width(), 80);
    EXPECT_EQ(other->width(), 220);
}

TEST(FlowLayout, AStretchPushesToTheEndAndVanishesAtTheStartOfALine) {
    QWidget box;
    auto* flow = new FlowLayout(&box);
    flow->setSpacing(0);
    piece(box, *flow, 100, false);
    flow->addStretch();
    QWidget* last = piece(box, *flow, 100, false);
    flow->setGeometry(QRect(0, 0, 300, 20));
    EXPECT_EQ(last->x(), 200);
    flow->setGeometry(QRect(0, 0, 150, 40));
    EXPECT_EQ(last->pos(), QPoint(0, 20));
}

TEST(PlainLabel, StandsAtTheSideWhereTheWindowBegins) {
    QWidget box;
    PlainLabel name(QStringLiteral("run 1"), &box);
    PlainLabel figure(QStringLiteral("0.5"), &box);
    figure.setAlignment(Qt::AlignRight);
    box.setLayoutDirection(Qt::RightToLeft);
    EXPECT_TRUE(name.alignment().testFlag(Qt::AlignRight));
    EXPECT_TRUE(figure.alignment().testFlag(Qt::AlignLeft));
    box.setLayoutDirection(Qt::LeftToRight);
    EXPECT_TRUE(name.alignment().testFlag(Qt::AlignLeft));
    EXPECT_TRUE(figure.alignment().testFlag(Qt::AlignRight));
}

TEST(EngineService, BatchesNoticesAndTellsOfALostEngine) {
    auto fake = std::make_shared<engine::FakeEngine>();
    EngineService service(test::factoryOf(fake));
    QSignalSpy steps(&service, &EngineService::stepsDone);
    service.ensureStarted();
    ASSERT_TRUE(waitFor([&] { return service.link() == EngineLink::kIdle; }));
    for (int i = 1; i <= 50; ++i)
        fake->publish(engine::StepDone{.run = 1, .stage = "vrl", .step = i});
    ASSERT_TRUE(waitFor([&] { return steps.count() > 0; }));
    EXPECT_EQ(steps.count(), 1);
    EXPECT_EQ(steps[0][0].value<QList<engine::StepDone>>().size(), 50);
}

TEST(EngineService, TakesUpAnEngineAgainWhoseConnectionBrokeDuringARun) {
    auto fake = std::make_shared<engine::FakeEngine>();
    engine::EngineState busy = *fake->get_state();
    busy.run = 7;
    fake->set_state(busy);
    std::atomic<int> attempts = 0;
    EngineService service([&](bool) -> util::Result<std::shared_ptr<engine::Engine>> {
        // The first attempt after the break still fails.
        if (++attempts == 2) return util::Error{util::ErrorCode::kUnavailable, "nobody", ""};
        return std::shared_ptr<engine::Engine>(fake);
    });
    service.attach();
    ASSERT_TRUE(waitFor([&] { return service.link() == EngineLink::kBusy; }));
    fake->disconnect({util::ErrorCode::kUnavailable, "the connection broke", ""});
    ASSERT_TRUE(waitFor([&] { return service.link() == EngineLink::kLost; }));
    ASSERT_TRUE(waitFor([&] { return attempts == 2; }));
    EXPECT_EQ(service.link(), EngineLink::kLost);
    EXPECT_TRUE(waitFor([&] { return service.link() == EngineLink::kBusy; }));
    EXPECT_EQ(attempts, 3);
}

TEST(EngineService, AFloodIsCutAndAsksToReadTheStoreAgain) {
    auto fake = std::make_shared<engine::FakeEngine>();
    EngineService service(test::factoryOf(fake));
    service.ensureStarted();
    ASSERT_TRUE(waitFor([&] { return service.link() == EngineLink::kIdle; }));
    QSignalSpy resync(&service, &EngineService::resync);
    for (int i = 1; i <= 30000; ++i)
        fake->publish(engine::StepDone{.run = 1, .stage = "vrl", .step = i});
    EXPECT_TRUE(waitFor([&] { return resync.count() > 0; }));
}

TEST(EngineService, ACallWithoutAnEngineComesBackWithTheReason) {
    EngineService service([](bool) -> util::Result<std::shared_ptr<engine::Engine>> {
        return util::Error{util::ErrorCode::kUnavailable, "nobody answers", ""};
    });
    util::ErrorCode code = util::ErrorCode::kInternal;
    QObject context;
    service.call<engine::EngineState>(
        &context,
        [](engine::Engine& engine) { return engine.get_state(); },
        [&](util::Result<engine::EngineState> state) { code = state.error().code; });
    EXPECT_TRUE(waitFor([&] { return code == util::ErrorCode::kUnavailable; }));
    EXPECT_EQ(service.link(), EngineLink::kAbsent);
}

TEST(StoreReader, AnswersOnTheGuiThreadAndForgetsTheDead) {
    const QTemporaryDir dir;
    const std::string path = dir.filePath(QStringLiteral("p")).toStdString();
    {
        auto made = store::Project::create(path, "p");
        ASSERT_TRUE(made);
        ASSERT_TRUE((*made)->close());
    }
    StoreReader reader(path);
    QObject context;
    QThread* thread = nullptr;
    auto dead = std::make_unique<QObject>();
    bool deadAnswered = false;
    const auto task = [](store::Project& project) { return project.reader().list_runs(); };
    using Runs = std::vector<store::RunRecord>;
    reader.query<Runs>(dead.get(), task, [&](util::Result<Runs>) { deadAnswered = true; });
    dead.reset();
    reader.query<Runs>(&context, task, [&](util::Result<Runs> runs) {
        EXPECT_TRUE(runs.has_value());
        thread = QThread::currentThread();
    });
    ASSERT_TRUE(waitFor([&] { return thread != nullptr; }));
    EXPECT_EQ(thread, qApp->thread());
    EXPECT_FALSE(deadAnswered);
}

}  // namespace
}  // namespace veritune::app
