// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Application.h"

#include "app/Style.h"
#include "core/util/version.h"

#include <QLibraryInfo>
#include <QLocale>
#include <QPixmapCache>
#include <QSettings>
#include <QThread>

namespace veritune::app {
namespace {

bool pseudoLocales = false;  // only the test rig's program switches them on

QString stateDir() {
    const QString home = qEnvironmentVariable("VERITUNE_HOME");
    if (!home.isEmpty()) return home + QStringLiteral("/state");
    const QString state = qEnvironmentVariable("XDG_STATE_HOME");
    return (state.isEmpty() ? qEnvironmentVariable("HOME") + QStringLiteral("/.local/state")
                            : state) +
           QStringLiteral("/veritune");
}

}  // namespace

Application::Application(int& argc, char** argv)
    : QApplication(argc, argv) {
    setApplicationName(QStringLiteral("veritune-studio"));
    setApplicationDisplayName(QStringLiteral("Veritune"));
    setDesktopFileName(QStringLiteral("org.veritune.studio"));
    setApplicationVersion(QString::fromLatin1(util::program_version()));
    QPixmapCache::setCacheLimit(20 * 1024);
}

Application::~Application() {
    // Translators tell everybody when they go; what notify() records into must be there then.
    m_recording = false;
    removeTranslator(&m_own);
    removeTranslator(&m_qt);
    m_context.reset();
    m_commands.reset();
}

void Application::begin(const QString& settingsFile) {
    // Qt's file dialog remembers folders in its own file: into our state folder, which a wipe
    // covers.
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, stateDir());
    setAttribute(Qt::AA_DontUseNativeDialogs);
    m_settings = std::make_unique<Settings>(settingsFile);
    m_theme = std::make_unique<Theme>();
    m_commands = std::make_unique<CommandRegistry>();
    m_context.reset(new AppContext{*m_theme, *m_settings, *m_commands});
    setStyle(new Style(*m_theme));
    setWindowIcon(QIcon(QStringLiteral(":/icons/veritune.svg")));
    followSettings();
    connect(m_settings.get(), &Settings::changed, this, [this](Setting key) {
        if (key == Setting::kColorScheme || key == Setting::kTextScale ||
            key == Setting::kReducedMotion || key == Setting::kLanguage)
            followSettings();
    });
}

void Application::followSettings() {
    const QString scheme = m_settings->get(Setting::kColorScheme).toString();
    const ColorScheme wanted = scheme == QStringLiteral("light")  ? ColorScheme::kLight
                               : scheme == QStringLiteral("dark") ? ColorScheme::kDark
                               : scheme == QStringLiteral("high-contrast")
                                   ? ColorScheme::kHighContrast
                                   : ColorScheme::kSystem;
    m_theme->setReducedMotion(m_settings->get(Setting::kReducedMotion).toBool());
    const int scale = m_settings->get(Setting::kTextScale).toInt();
    if (scale != m_theme->textScale()) m_theme->setTextScale(scale);
    m_theme->setScheme(wanted);
    setLanguage(m_settings->get(Setting::kLanguage).toString());
}

QList<std::pair<QString, QString>> Application::languages() {
    QList<std::pair<QString, QString>> all = {{QStringLiteral("en"), QStringLiteral("English")},
                                              {QStringLiteral("de"), QStringLiteral("Deutsch")}};
    if (pseudoLocales) {
        all.append({QStringLiteral("en_XA"), QStringLiteral("en_XA")});
        all.append({QStringLiteral("ar_XB"), QStringLiteral("ar_XB")});
    }
    return all;
}

void Application::allowPseudoLocales() { pseudoLocales = true; }

void Application::setLanguage(const QString& language) {
    QString code = language.isEmpty() ? QLocale::system().name() : language;
    bool known = false;
    for (const auto& [name, own] : languages())
        known = known || code == name || code.section(u'_', 0, 0) == name;
    if (!known) code = QStringLiteral("en");
    removeTranslator(&m_own);
    removeTranslator(&m_qt);
    const bool isPseudo =
        code.endsWith(QStringLiteral("_XA")) || code.endsWith(QStringLiteral("_XB"));
    QLocale::setDefault(isPseudo ? QLocale(QLocale::English) : QLocale(code));
    const QString base = isPseudo ? code : code.section(u'_', 0, 0);
    if (m_qt.load(u"qtbase_" + base, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        installTranslator(&m_qt);
    if (m_own.load(u":/i18n/veritune_" + base)) installTranslator(&m_own);
    const bool isRightToLeft =
        code == QStringLiteral("ar_XB") || QLocale().textDirection() == Qt::RightToLeft;
    setLayoutDirection(isRightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
}

bool Application::notify(QObject* receiver, QEvent* event) {
    if (m_depth > 0 || QThread::currentThread() != thread())
        return QApplication::notify(receiver, event);
    QElapsedTimer timer;
    timer.start();
    ++m_depth;
    const bool handled = QApplication::notify(receiver, event);
    --m_depth;
    const qint64 micros = timer.nsecsElapsed() / 1000;
    if (m_recording) m_times.append(micros);
    m_longestMs = qMax(m_longestMs, micros / 1000);
    return handled;
}

qint64 Application::takeLongestEvent() { return std::exchange(m_longestMs, 0); }

void Application::recordEvents(bool on) {
    m_recording = on;
    m_times.clear();
}

QList<qint64> Application::takeEventTimes() { return std::exchange(m_times, {}); }

}  // namespace veritune::app
