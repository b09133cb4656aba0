// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/robot/Robot.h"

#include "app/Application.h"
#include "app/MainWindow.h"
#include "app/PlainText.h"
#include "app/robot/EngineCut.h"
#include "app/robot/Keyboard.h"
#include "app/robot/LayoutLint.h"
#include "app/robot/ScreenReader.h"

#include <QAbstractButton>
#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QMouseEvent>
#include <QPlainTextEdit>
#include <QUrl>

#include <cstdio>

namespace veritune::app {
namespace {

constexpr int kPollMs = 20;
constexpr qint64 kDefaultWaitMs = 10000;

QString textOf(const QWidget* widget) {
    if (const auto* label = qobject_cast<const ElidedLabel*>(widget)) return label->fullText();
    if (const auto* label = qobject_cast<const QLabel*>(widget)) return label->text();
    if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) return button->text();
    if (const auto* edit = qobject_cast<const QLineEdit*>(widget)) return edit->text();
    if (const auto* edit = qobject_cast<const QPlainTextEdit*>(widget)) return edit->toPlainText();
    return widget->accessibleName();
}

PageId pageNamed(const QString& name) {
    static const QHash<QString, PageId> names = {{QStringLiteral("home"), PageId::kHome},
                                                 {QStringLiteral("setup"), PageId::kSetup},
                                                 {QStringLiteral("live"), PageId::kLive},
                                                 {QStringLiteral("chains"), PageId::kChains},
                                                 {QStringLiteral("runs"), PageId::kRuns},
                                                 {QStringLiteral("compare"), PageId::kCompare},
                                                 {QStringLiteral("data"), PageId::kData},
                                                 {QStringLiteral("evaluate"), PageId::kEvaluate},
                                                 {QStringLiteral("bench"), PageId::kBench},
                                                 {QStringLiteral("settings"), PageId::kSettings}};
    return names.value(name, PageId::kHome);
}

}  // namespace

QString Robot::takeScript(int& argc, char** argv) {
    for (int i = 1; i + 1 < argc; ++i) {
        if (qstrcmp(argv[i], "--robot") != 0) continue;
        const QString file = QFile::decodeName(argv[i + 1]);
        for (int j = i; j + 2 <= argc; ++j) argv[j] = j + 2 < argc ? argv[j + 2] : nullptr;
        argc -= 2;
        return file;
    }
    return {};
}

Robot::Robot(Application& app, MainWindow& window, const QString& script)
    : QObject(&app),
      m_app(app),
      m_window(window) {
    QFile file(script);
    if (!file.open(QIODevice::ReadOnly)) {
        m_why = QStringLiteral("cannot read the script");
    } else {
        while (!file.atEnd()) {
            const QByteArray line = file.readLine().trimmed();
            if (!line.isEmpty() && !line.startsWith('#'))
                m_steps.append(QJsonDocument::fromJson(line).object());
        }
    }
    app.recordEvents(true);
    connect(&m_timer, &QTimer::timeout, this, &Robot::next);
    m_timer.start(kPollMs);
    m_since.start();
    // Without a window manager nobody gives the window the focus, and shortcuts would not fire.
    window.activateWindow();
}

Robot::~Robot() = default;

void Robot::fail(const QString& why) {
    std::fprintf(stderr, "robot: line %d: %s\n", m_line + 1, qPrintable(why));
    m_timer.stop();
    QCoreApplication::exit(1);
}

void Robot::next() {
    if (m_line >= m_steps.size()) {
        m_timer.stop();
        QCoreApplication::exit(0);
        return;
    }
    const QJsonObject step = m_steps[m_line];
    m_why.clear();
    if (tryStep(step)) {
        ++m_line;
        m_since.restart();
        return;
    }
    const qint64 limit = step.value(QStringLiteral("ms")).toInteger(kDefaultWaitMs);
    if (m_since.elapsed() > limit) {
        fail(m_why.isEmpty()
                 ? u"unknown or malformed step: " +
                       QString::fromUtf8(QJsonDocument(step).toJson(QJsonDocument::Compact))
                 : m_why);
    }
}

QWidget* Robot::find(const QString& name) const {
    for (QWidget* top : QApplication::topLevelWidgets()) {
        if (!top->isVisible()) continue;
        if (top->objectName() == name) return top;
        if (auto* child = top->findChild<QWidget*>(name)) return child;
    }
    return nullptr;
}

bool Robot::click(QWidget* target) {
    if (!target->isVisible() || !target->isEnabled()) {
        m_why = target->objectName() + QStringLiteral(" is hidden or disabled");
        return false;
    }
    QWidget* top = target->window();
    const QPoint centre = target->mapTo(top, target->rect().center());
    const QWidget* there = top->childAt(centre);
    if (there != target && !(there && target->isAncestorOf(there))) {
        m_why = target->objectName() + QStringLiteral(" is covered or clipped");
        return false;
    }
    auto* receiver = const_cast<QWidget*>(there);
    const QPointF local = receiver->mapFrom(top, centre);
    const QPointF global = top->mapToGlobal(centre);
    for (const auto type : {QEvent::MouseButtonPress, QEvent::MouseButtonRelease}) {
        const auto buttons = type == QEvent::MouseButtonPress ? Qt::LeftButton : Qt::NoButton;
        QMouseEvent event(type, local, global, Qt::LeftButton, buttons, Qt::NoModifier);
        QCoreApplication::sendEvent(receiver, &event);
    }
    return true;
}

QString Robot::expectation(const QJsonObject& step) const {
    const QString name = step.value(QStringLiteral("name")).toString();
    const QWidget* target = find(name);
    const bool wanted = step.value(QStringLiteral("visible")).toBool(true);
    if (!target || !target->isVisible())
        return wanted ? name + QStringLiteral(" is not visible") : QString();
    if (!wanted) return name + QStringLiteral(" is visible");
    if (step.contains(QStringLiteral("enabled")) &&
        target->isEnabled() != step.value(QStringLiteral("enabled")).toBool()) {
        return name + QStringLiteral(" has the other enabled state");
    }
    const QString text = step.value(QStringLiteral("text")).toString();
    if (!text.isEmpty() && !textOf(target).contains(text))
        return name + u" says \"" + textOf(target) + u'"';
    return {};
}

bool Robot::shot(const QString& file, const QString& name) {
    QWidget* target = name.isEmpty() ? &m_window : find(name);
    if (!target) {
        m_why = name + QStringLiteral(" is not there");
        return false;
    }
    QDir().mkpath(QFileInfo(file).path());
    const bool saved = target->grab().save(file, "PNG");
    if (!saved) m_why = u"cannot write " + file;
    return saved;
}

/// Writes the figures; false when one is above the limit that the step names.
bool Robot::measure(const QJsonObject& step) {
    QList<qint64> times = m_app.takeEventTimes();
    std::sort(times.begin(), times.end());
    QFile status(QStringLiteral("/proc/self/status"));
    qint64 rssKb = 0;
    if (status.open(QIODevice::ReadOnly)) {
        for (const QByteArray& line : status.readAll().split('\n')) {
            if (line.startsWith("VmRSS:"))
                rssKb = line.mid(6).trimmed().split(' ').first().toLongLong();
        }
    }
    const auto at = [&](double share) {
        return times.isEmpty()
                   ? 0
                   : times[qMin<qsizetype>(
                         times.size() - 1,
                         static_cast<qsizetype>(share * static_cast<double>(times.size())))];
    };
    const QJsonObject result{
        {QStringLiteral("events"), times.size()},
        {QStringLiteral("event_p99_ms"), static_cast<double>(at(0.99)) / 1000.0},
        {QStringLiteral("event_max_ms"),
         times.isEmpty() ? 0.0 : static_cast<double>(times.last()) / 1000.0},
        {QStringLiteral("rss_mb"), static_cast<double>(rssKb) / 1024.0}};
    QFile out(step.value(QStringLiteral("file")).toString());
    if (out.open(QIODevice::WriteOnly)) out.write(QJsonDocument(result).toJson());
    const std::pair<const char*, double> limits[] = {
        {"p99_ms", result.value(QStringLiteral("event_p99_ms")).toDouble()},
        {"rss_mb", result.value(QStringLiteral("rss_mb")).toDouble()}};
    for (const auto& [limit, value] : limits) {
        const double most = step.value(QLatin1String(limit)).toDouble(1e9);
        if (value <= most) continue;
        fail(QStringLiteral("%1 is %2, at most %3 are allowed")
                 .arg(QLatin1String(limit))
                 .arg(value)
                 .arg(most));
        return false;
    }
    return true;
}

/// Starts on the first try, is done when the command has ended.
bool Robot::shell(const QString& command, bool mustWork) {
    if (!m_shell) {
        m_shell = std::make_unique<QProcess>();
        m_shell->start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), command});
        return false;
    }
    if (m_shell->state() != QProcess::NotRunning) return false;
    const int code = m_shell->exitCode();
    const QString said = QString::fromUtf8(m_shell->readAllStandardError()).trimmed();
    m_shell.reset();
    if (mustWork && code != 0)
        fail(u"\"" + command + u"\" ended with " + QString::number(code) + u": " + said);
    return true;
}

/// Steps about the window as a whole.
bool Robot::tryWindowStep(const QString& what, const QJsonObject& step, bool& isDone) {
    const auto text = [&step](const char* key) {
        return step.value(QLatin1String(key)).toString();
    };
    Settings& settings = m_app.context().settings;
    isDone = true;
    if (what == QStringLiteral("quit")) {
        QCoreApplication::exit(0);
    } else if (what == QStringLiteral("settle")) {
        isDone = m_since.elapsed() >= step.value(QStringLiteral("ms")).toInteger(200);
    } else if (what == QStringLiteral("shot")) {
        isDone = shot(text("file"), text("name"));
    } else if (what == QStringLiteral("sh")) {
        isDone = shell(text("command"), step.value(QStringLiteral("ok")).toBool(false));
    } else if (what == QStringLiteral("measure")) {
        isDone = measure(step);
    } else if (what == QStringLiteral("open")) {
        m_window.openProject(text("project"), {});
    } else if (what == QStringLiteral("size")) {
        m_window.resize(step.value(QStringLiteral("width")).toInt(1280),
                        step.value(QStringLiteral("height")).toInt(800));
    } else if (what == QStringLiteral("scheme")) {
        settings.set(Setting::kColorScheme, text("value"));
    } else if (what == QStringLiteral("language")) {
        settings.set(Setting::kLanguage, text("value"));
    } else if (what == QStringLiteral("scale")) {
        settings.set(Setting::kTextScale, step.value(QStringLiteral("percent")).toInt(100));
    } else if (what == QStringLiteral("cut")) {
        isDone = cutEngine(m_why);
    } else if (what == QStringLiteral("lint")) {
        m_why = layoutFault(m_window);
        isDone = m_why.isEmpty();
    } else if (what == QStringLiteral("names")) {
        m_why = screenReaderFault(m_window, text("file"));
        isDone = m_why.isEmpty();
    } else {
        return false;
    }
    return true;
}

/// Steps of the keyboard.
bool Robot::tryKeyStep(const QString& what, const QJsonObject& step, bool& isDone) {
    const QString name = step.value(QStringLiteral("name")).toString();
    isDone = true;
    if (what == QStringLiteral("key")) {
        for (int i = 0; i < step.value(QStringLiteral("times")).toInt(1); ++i)
            pressKeys(m_window, step.value(QStringLiteral("keys")).toString());
    } else if (what == QStringLiteral("focus")) {
        const QWidget* there = QApplication::focusWidget();
        isDone = there && there->objectName() == name;
        m_why = u"the focus is on " + (there ? there->objectName() : QStringLiteral("nothing"));
    } else if (what == QStringLiteral("tab") || what == QStringLiteral("reach")) {
        if (!m_walk) m_walk = std::make_unique<TabWalk>(m_window, name);
        m_since.restart();  // the walk has an end of its own
        QString fault;
        isDone = m_walk->step(fault);
        if (!isDone) return true;
        m_walk.reset();
        if (!fault.isEmpty()) fail(fault);
    } else {
        return false;
    }
    return true;
}

bool Robot::tryStep(const QJsonObject& step) {
    const auto text = [&step](const char* key) {
        return step.value(QLatin1String(key)).toString();
    };
    const QString what = text("do");
    bool isDone = false;
    if (tryWindowStep(what, step, isDone) || tryKeyStep(what, step, isDone)) return isDone;
    if (what == QStringLiteral("go")) {
        Route route{.page = pageNamed(text("page")),
                    .run = step.value(QStringLiteral("run")).toInteger()};
        route.stage = text("stage");
        route.step = step.value(QStringLiteral("step")).toInteger(-1);
        route.chain = step.value(QStringLiteral("chain")).toInteger();
        route.dataset = text("dataset");
        route.path = text("path");
        for (const QJsonValue& run : step.value(QStringLiteral("runs")).toArray())
            route.runs.append(run.toInteger());
        return m_window.go(route), true;
    }
    if (what == QStringLiteral("stall")) {
        const qint64 worst = m_app.takeLongestEvent();
        if (worst <= step.value(QStringLiteral("ms")).toInteger(50)) return true;
        fail(QStringLiteral("one event held the window for %1 ms").arg(worst));
        return false;
    }
    if (what == QStringLiteral("expect") || what == QStringLiteral("wait")) {
        m_why = expectation(step);
        return m_why.isEmpty();
    }
    QWidget* target = find(text("name"));
    if (!target) {
        m_why = text("name") + QStringLiteral(" is not there");
        return false;
    }
    if (what == QStringLiteral("click")) return click(target);
    if (what == QStringLiteral("type")) {
        target->setFocus();
        for (const QChar c : text("text")) {
            QKeyEvent press(QEvent::KeyPress, 0, Qt::NoModifier, QString(c));
            QCoreApplication::sendEvent(target, &press);
        }
        return true;
    }
    return false;
}

}  // namespace veritune::app
