// SPDX-License-Identifier: Apache-2.0
#include "app/Application.h"
#include "app/models/AirGapTest.h"
#include "app/models/ProcessLedger.h"
#include "app/models/RecipeDiff.h"
#include "app/views/ComparePage.h"
#include "app/views/RunsPage.h"
#include "app/views/SettingsPage.h"
#include "app/views/SetupPage.h"
#include "app/widgets/Cards.h"
#include "core/train/recipe.h"
#include "tests/app/app_test_support.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QSet>
#include <QTest>
#include <QToolButton>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace veritune::app {
namespace {

using test::appContext;
using test::waitFor;

TEST(ProcessLedger, ReadsWhatTheKernelPrints) {
    const ProcessFacts facts = parseProcessStatus(
        "Name:\tx\nPid:\t42\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\n");
    EXPECT_TRUE(facts.isConfined());
    EXPECT_EQ(facts.pid, 42);
    EXPECT_FALSE(parseProcessStatus("Pid:\t42\nNoNewPrivs:\t1\nSeccomp:\t0\n").isConfined());
    EXPECT_FALSE(parseProcessStatus("Pid:\t42\nNoNewPrivs:\t0\nSeccomp:\t2\n").isConfined());
    // A file that does not say it proves nothing.
    EXPECT_FALSE(parseProcessStatus("Seccomp_filters:\t2\nNoNewPrivs:\t1\n").isKnown);
    EXPECT_FALSE(parseProcessStatus("").isConfined());
}

TEST(ProcessLedger, KnowsThisProcessAndNotOneThatIsGone) {
    const ProcessFacts self = readProcess(0, QStringLiteral("test"));
    EXPECT_TRUE(self.isKnown);
    EXPECT_EQ(self.pid, getpid());
    EXPECT_FALSE(readProcess(999999999, QStringLiteral("gone")).isKnown);
}

TEST(ProcessLedger, FindsWhatRunsBelowThisProcess) {
    const auto has = [](const QList<ProcessFacts>& tree, qint64 pid) {
        return std::any_of(tree.cbegin(), tree.cend(), [pid](const ProcessFacts& facts) {
            return facts.pid == pid && facts.isKnown && facts.parent == getpid();
        });
    };
    const pid_t child = fork();
    if (child == 0) {
        pause();
        _exit(0);
    }
    const QList<ProcessFacts> with = readProcessTree(0);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_TRUE(has(with, child));
    EXPECT_EQ(with.first().pid, getpid());
    EXPECT_EQ(with.first().program, QStringLiteral("veritune-studio"));
    EXPECT_FALSE(has(readProcessTree(0), child));
}

TEST(AirGapTest, PassesOnlyWhenEveryWayIsRefusedAndTheProgramEndedWell) {
    const QByteArray good = "refused      AF_INET\nrefused      io_uring_setup\n2 of 2\n";
    EXPECT_TRUE(parseAirGap(QStringLiteral("veritune"), good, true).passed);
    EXPECT_EQ(parseAirGap(QStringLiteral("veritune"), good, true).refused, 2);
    EXPECT_FALSE(parseAirGap(QStringLiteral("veritune"), good, false).passed);
    EXPECT_FALSE(parseAirGap(QStringLiteral("veritune"), "", true).passed);
    const AirGapResult bad = parseAirGap(
        QStringLiteral("veritune"), "refused      AF_INET\nNOT REFUSED  AF_VSOCK\n", true);
    EXPECT_FALSE(bad.passed);
    EXPECT_EQ(bad.open, QStringList{QStringLiteral("AF_VSOCK")});
}

TEST(AirGapTest, AProgramThatIsNotThereHasNotPassed) {
    // Beside the test program lies none of the four.
    AirGapTest test;
    QList<AirGapResult> results;
    QObject::connect(
        &test, &AirGapTest::finished, &test, [&results](const QList<AirGapResult>& all) {
            results = all;
        });
    test.run();
    ASSERT_TRUE(waitFor([&results] { return results.size() == 4; }));
    for (const AirGapResult& result : results) EXPECT_FALSE(result.passed);
}

TEST(ProcessLedger, CountsItsOwnSockets) {
    const SocketCount before = countOwnSockets();
    int pair[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    EXPECT_EQ(countOwnSockets().local, before.local + 2);
    EXPECT_EQ(countOwnSockets().other, before.other);
    close(pair[0]);
    close(pair[1]);
}

TEST(LimitsOfUse, HaveTheFixedWording) {
    const QStringList limits = limitsOfUse();
    ASSERT_EQ(limits.size(), 3);
    EXPECT_TRUE(limits[0].startsWith(QStringLiteral("Veritune is not a medical device.")));
    EXPECT_TRUE(limits[1].startsWith(QStringLiteral("Veritune does not give legal, tax")));
    EXPECT_TRUE(limits[2].startsWith(QStringLiteral("A verified answer satisfies the rule")));
}

using MakePage = Page* (*)(AppContext&, QWidget*);

class FormPages : public testing::TestWithParam<MakePage> {
  protected:
    void SetUp() override {
        page_.reset(GetParam()(appContext(), nullptr));
        page_->resize(1100, 760);
        page_->show();
        page_->open({.page = page_->id()});
        QCoreApplication::sendPostedEvents();
    }
    std::unique_ptr<Page> page_;
};

/// What a person can put the keyboard on.
bool isControl(const QWidget* widget) {
    if (widget->objectName().startsWith(QStringLiteral("qt_"))) return false;
    // Parts of a control belong to it.
    for (const QWidget* up = widget->parentWidget(); up != nullptr; up = up->parentWidget()) {
        if (qobject_cast<const QComboBox*>(up) || qobject_cast<const QAbstractSpinBox*>(up) ||
            qobject_cast<const QLineEdit*>(up) || qobject_cast<const QAbstractItemView*>(up)) {
            return false;
        }
    }
    return qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QLineEdit*>(widget) ||
           qobject_cast<const QComboBox*>(widget) ||
           qobject_cast<const QAbstractSpinBox*>(widget) ||
           qobject_cast<const QPlainTextEdit*>(widget) ||
           qobject_cast<const QAbstractItemView*>(widget);
}

TEST_P(FormPages, NameEveryControlOnce) {
    QSet<QString> names;
    int controls = 0;
    for (const QWidget* widget : page_->findChildren<QWidget*>()) {
        if (!isControl(widget)) continue;
        ++controls;
        const std::string name = widget->objectName().toStdString();
        EXPECT_FALSE(name.empty()) << widget->metaObject()->className();
        EXPECT_FALSE(names.contains(widget->objectName())) << name << " is used twice";
        names.insert(widget->objectName());
        // Hidden ones get their words when they are shown.
        if (!widget->isVisible()) continue;
        EXPECT_FALSE(widget->accessibleName().isEmpty()) << name;
    }
    EXPECT_GT(controls, 1);
}

TEST_P(FormPages, TakeNoProjectAndAnotherLanguageWithoutHarm) {
    page_->setSession(nullptr);
    auto* app = static_cast<Application*>(qApp);
    app->setLanguage(QStringLiteral("de"));
    QCoreApplication::sendPostedEvents();
    EXPECT_FALSE(page_->title().isEmpty());
    EXPECT_FALSE(page_->help().isEmpty());
    app->setLanguage(QStringLiteral("en"));
    QCoreApplication::sendPostedEvents();
    page_->leave();
}

INSTANTIATE_TEST_SUITE_P(All,
                         FormPages,
                         testing::Values(MakePage(makeSetupPage),
                                         MakePage(makeRunsPage),
                                         MakePage(makeComparePage),
                                         MakePage(makeSettingsPage)));

TEST(SetupPage, ShowsEverySettingOfEveryStageInExpertMode) {
    const std::unique_ptr<Page> page(makeSetupPage(appContext(), nullptr));
    page->resize(1100, 760);
    page->show();
    page->open({.page = PageId::kSetup, .preset = QStringLiteral("demo-quick")});
    page->findChild<QAbstractButton*>(QStringLiteral("setup.expert"))->click();
    auto* list = page->findChild<QAbstractItemView*>(QStringLiteral("setup.sections"));
    ASSERT_NE(list, nullptr);
    QSet<QString> fields;
    for (int row = 0; row < list->model()->rowCount(); ++row) {
        list->setCurrentIndex(list->model()->index(row, 0));
        for (const QWidget* widget : page->findChildren<QWidget*>()) {
            const QString name = widget->objectName();
            if (name.startsWith(QStringLiteral("setup.field.")) && isControl(widget) &&
                !qobject_cast<const QToolButton*>(widget) &&
                !name.endsWith(QStringLiteral(".fix"))) {
                fields.insert(name);
            }
        }
    }
    const auto settings = flattenRecipe(train::recipe_to_json(train::demo_quick_recipe()));
    int expected = 0;
    for (const RecipeSetting& setting : settings) {
        if (setting.block == "stage" && setting.parameter->key == "type") continue;
        QString name = QStringLiteral("setup.field") + QString::fromStdString(setting.pointer);
        name.replace(u'/', u'.');
        EXPECT_TRUE(fields.contains(name)) << name.toStdString();
        ++expected;
    }
    EXPECT_EQ(fields.size(), expected);
    page->findChild<QAbstractButton*>(QStringLiteral("setup.simple"))->click();
}

TEST(SetupPage, SaysAtTheFieldWhatWouldFitAndPutsItThere) {
    const std::unique_ptr<Page> page(makeSetupPage(appContext(), nullptr));
    page->resize(1100, 760);
    page->show();
    page->open({.page = PageId::kSetup, .preset = QStringLiteral("demo-quick")});
    page->findChild<QAbstractButton*>(QStringLiteral("setup.expert"))->click();
    auto* rank = page->findChild<QLineEdit*>(QStringLiteral("setup.field.lora.r"));
    ASSERT_NE(rank, nullptr);
    auto* start = page->findChild<QAbstractButton*>(QStringLiteral("setup.start"));
    ASSERT_TRUE(waitFor([start] { return start->isEnabled(); }));
    rank->setText(QStringLiteral("5000"));
    emit rank->textEdited(rank->text());
    ASSERT_TRUE(waitFor([start] { return !start->isEnabled(); }));
    auto* fix = page->findChild<QAbstractButton*>(QStringLiteral("setup.field.lora.r.fix"));
    ASSERT_TRUE(fix->isVisible());
    EXPECT_TRUE(fix->text().contains(QStringLiteral("1,024")));
    fix->click();
    EXPECT_EQ(rank->text(), QStringLiteral("1024"));
    ASSERT_TRUE(waitFor([start] { return start->isEnabled(); }));
    page->findChild<QAbstractButton*>(QStringLiteral("setup.simple"))->click();
}

TEST(SetupPage, DiesQuietlyWithWordsInAFocusedField) {
    std::unique_ptr<Page> page(makeSetupPage(appContext(), nullptr));
    page->resize(1100, 760);
    page->show();
    page->activateWindow();
    page->open({.page = PageId::kSetup});
    auto* field = page->findChild<QLineEdit*>(QStringLiteral("setup.model"));
    ASSERT_NE(field, nullptr);
    field->setFocus();
    ASSERT_TRUE(waitFor([field] { return field->hasFocus(); }));
    QTest::keyClicks(field, QStringLiteral("/nowhere"));
    const QPointer<QLineEdit> watched(field);
    page.reset();  // the field loses the focus while the page is going
    EXPECT_TRUE(watched.isNull());
}

TEST(SetupPage, CopiesARunThatTheCommandLineReads) {
    const std::unique_ptr<Page> page(makeSetupPage(appContext(), nullptr));
    page->open({.page = PageId::kSetup, .preset = QStringLiteral("demo-quick")});
    auto* copy = page->findChild<QAction*>(QStringLiteral("setup.copyCli"));
    ASSERT_NE(copy, nullptr);
    copy->trigger();
    const QString text = QApplication::clipboard()->text();
    const qsizetype begin = text.indexOf(u'{');
    const qsizetype end = text.lastIndexOf(u'}');
    const auto read = train::recipe_from_text(text.mid(begin, end - begin + 1).toStdString());
    ASSERT_TRUE(read) << util::to_string(read.error());
    EXPECT_EQ(train::recipe_hash(*read), train::recipe_hash(train::demo_quick_recipe()));
}

TEST(SettingsPage, ChangesActAtOnce) {
    const std::unique_ptr<Page> page(makeSettingsPage(appContext(), nullptr));
    page->open({.page = PageId::kSettings});
    auto* dark = page->findChild<QAbstractButton*>(QStringLiteral("settings.scheme.dark"));
    auto* light = page->findChild<QAbstractButton*>(QStringLiteral("settings.scheme.light"));
    ASSERT_NE(dark, nullptr);
    dark->click();
    EXPECT_TRUE(appContext().theme.isDark());
    light->click();
    EXPECT_FALSE(appContext().theme.isDark());
    appContext().settings.set(Setting::kRecentProjects, QStringList{QStringLiteral("/a")});
    auto* forget = page->findChild<QAbstractButton*>(QStringLiteral("settings.forget"));
    ASSERT_TRUE(forget->isEnabled());
    forget->click();
    EXPECT_TRUE(appContext().settings.get(Setting::kRecentProjects).toStringList().isEmpty());
    EXPECT_FALSE(forget->isEnabled());
}

TEST(SettingsPage, ShowsTheTextOfBothLicences) {
    const std::unique_ptr<Page> page(makeSettingsPage(appContext(), nullptr));
    auto* which = page->findChild<QComboBox*>(QStringLiteral("settings.licence"));
    auto* text = page->findChild<QPlainTextEdit*>(QStringLiteral("settings.licence.text"));
    ASSERT_NE(which, nullptr);
    which->setCurrentIndex(0);
    EXPECT_TRUE(text->toPlainText().contains(QStringLiteral("GNU GENERAL PUBLIC LICENSE")));
    which->setCurrentIndex(1);
    EXPECT_TRUE(text->toPlainText().contains(QStringLiteral("Apache License")));
}

TEST(SettingsPage, RefusesToClaimWhatTheKernelDoesNotConfirm) {
    // The test program is not hardened: the page must say so.
    const std::unique_ptr<Page> page(makeSettingsPage(appContext(), nullptr));
    page->resize(1000, 700);
    page->show();
    page->open({.page = PageId::kSettings, .preset = QStringLiteral("privacy")});
    auto* verdict = page->findChild<QWidget*>(QStringLiteral("settings.verdict"));
    ASSERT_TRUE(waitFor([verdict] { return !verdict->accessibleName().isEmpty(); }));
    const bool confined = readProcess(0, {}).isConfined();
    EXPECT_EQ(verdict->accessibleName().startsWith(QStringLiteral("No Veritune process")),
              confined);
}

TEST(SettingsPage, GivesEachPromiseWithTheCommandThatProvesIt) {
    const std::unique_ptr<Page> page(makeSettingsPage(appContext(), nullptr));
    page->open({.page = PageId::kSettings, .preset = QStringLiteral("privacy")});
    const QStringList wanted{QStringLiteral("veritune --self-test-network"),
                             QStringLiteral("verify-local-only.sh"),
                             QStringLiteral("veritune doctor"),
                             QStringLiteral("stat -c %a "),
                             QStringLiteral("/environ")};
    for (int i = 0; i < wanted.size(); ++i) {
        auto* copy =
            page->findChild<QAbstractButton*>(QStringLiteral("settings.promise.%1").arg(i));
        ASSERT_NE(copy, nullptr) << i;
        copy->click();
        EXPECT_TRUE(QGuiApplication::clipboard()->text().contains(wanted[i])) << i;
    }
}

}  // namespace
}  // namespace veritune::app
