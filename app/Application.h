// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/CommandRegistry.h"
#include "app/Settings.h"
#include "app/Theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTranslator>

#include <memory>

namespace veritune::app {

/// The program: theme, language, settings, and a watch over stalls of the GUI thread.
class Application final : public QApplication {
    Q_OBJECT
  public:
    Application(int& argc, char** argv);
    ~Application() override;

    /// After construction, before the first window: settings (file empty = the usual place), style,
    /// theme, language.
    void begin(const QString& settingsFile = {});
    AppContext& context() { return *m_context; }
    /// "" = the desktop's language; unknown ones fall back to English.
    void setLanguage(const QString& language);
    /// Languages with a translation: code and own name.
    static QList<std::pair<QString, QString>> languages();
    /// For the test rig: en_XA (longer, accented) and ar_XB (right to left) become languages.
    static void allowPseudoLocales();

    /// The longest time that one event held the GUI thread since the last call, in ms.
    qint64 takeLongestEvent();
    /// Times of all events since the last call, in microseconds (only while recording).
    void recordEvents(bool on);
    QList<qint64> takeEventTimes();

    bool notify(QObject* receiver, QEvent* event) override;

  private:
    void followSettings();

    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<CommandRegistry> m_commands;
    std::unique_ptr<AppContext> m_context;
    QTranslator m_own;
    QTranslator m_qt;
    int m_depth = 0;
    qint64 m_longestMs = 0;
    bool m_recording = false;
    QList<qint64> m_times;
};

}  // namespace veritune::app
