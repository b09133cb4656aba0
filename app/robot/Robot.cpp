// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/robot/Robot.h"

#include "app/Application.h"
#include "app/MainWindow.h"
#include "app/PlainText.h"
#include "app/robot/LayoutLint.h"

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
                                                 {QStringLiteral("settings"), PageId::kSettings}};
    return names.value(name, PageId::kHome);
}

void sendKeys(QWidget* target, const QString& keys) {
    const QKeySequence sequence(keys, QKeySequence::PortableText);
    for (int i = 0; i < sequence.count(); ++i) {
        const QKeyCombination key = sequence[i];
        QString text;
        if (!(key.keyboardModifiers() & ~Qt::ShiftModifier) && key.key() < 0x80) {
            text = QChar(static_cast<char16_t>(key.key()));
            if (!key.keyboardModifiers().testFlag(Qt::ShiftModifier)) text = text.toLower();
        }
        // Shortcuts are looked up for events that come from the window system only.
        QWindow* window = target->window()->windowHandle();
        for (const auto type : {QEvent::KeyPress, QEvent::KeyRelease}) {
            auto* event = new QKeyEvent(type, key.key(), key.keyboardModifiers(), text);
            QCoreApplication::postEvent(window, event);
        }
    }
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

bool Robot::shot(const QString& file) {
    QDir().mkpath(QFileInfo(file).path());
    const bool saved = m_window.grab().save(file, "PNG");
    if (!saved) m_why = u"cannot write " + file;
    return saved;
}

void Robot::measure(const QString& file) {
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
    QFile out(file);
    if (out.open(QIODevice::WriteOnly)) out.write(QJsonDocument(result).toJson());
}

/// Starts on the first try, is done when the command has ended; its exit code does not matter.
bool Robot::shell(const QString& command) {
    if (!m_shell) {
        m_shell = std::make_unique<QProcess>();
        m_shell->start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), command});
        return false;
    }
    if (m_shell->state() != QProcess::NotRunning) return false;
    m_shell.reset();
    return true;
}

bool Robot::tryStep(const QJsonObject& step) {
    const auto text = [&step](const char* key) {
        return step.value(QLatin1String(key)).toString();
    };
    const QString what = text("do");
    if (what == QStringLiteral("quit")) return QCoreApplication::exit(0), true;
    if (what == QStringLiteral("settle"))
        return m_since.elapsed() >= step.value(QStringLiteral("ms")).toInteger(200);
    if (what == QStringLiteral("shot")) return shot(text("file"));
    if (what == QStringLiteral("sh")) return shell(text("command"));
    if (what == QStringLiteral("measure")) return measure(text("file")), true;
    if (what == QStringLiteral("open")) return m_window.openProject(text("project"), {}), true;
    if (what == QStringLiteral("size"))
        return m_window.resize(step.value(QStringLiteral("width")).toInt(1280),
                               step.value(QStringLiteral("height")).toInt(800)),
               true;
    if (what == QStringLiteral("scheme"))
        return m_app.context().settings.set(Setting::kColorScheme, text("value")), true;
    if (what == QStringLiteral("language"))
        return m_app.context().settings.set(Setting::kLanguage, text("value")), true;
    if (what == QStringLiteral("scale"))
        return m_app.context().settings.set(Setting::kTextScale,
                                            step.value(QStringLiteral("percent")).toInt(100)),
               true;
    if (what == QStringLiteral("go")) {
        Route route{.page = pageNamed(text("page")),
                    .run = step.value(QStringLiteral("run")).toInteger()};
        route.stage = text("stage");
        route.step = step.value(QStringLiteral("step")).toInteger(-1);
        route.chain = step.value(QStringLiteral("chain")).toInteger();
        for (const QJsonValue& run : step.value(QStringLiteral("runs")).toArray())
            route.runs.append(run.toInteger());
        return m_window.go(route), true;
    }
    if (what == QStringLiteral("key")) return sendKeys(&m_window, text("keys")), true;
    if (what == QStringLiteral("lint")) {
        m_why = layoutFault(m_window);
        return m_why.isEmpty();
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
