// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QJsonObject>
#include <QObject>
#include <QProcess>
#include <QString>
#include <QTimer>

#include <memory>

class QWidget;

namespace veritune::app {

class Application;
class MainWindow;

/// Plays a script of JSON lines on the window, as a person would: a click goes to the window at the
/// control's centre, after checking that the control is really what is there. Each line is one
/// object with "do":
///   click {name}            type {text [,name]}       key {keys}        open {project}
///   go {page [,run,chain]}  scheme {value}            language {value}  scale {percent}
///   size {width,height}     wait {name [,ms]}         expect {name [,text][,visible][,enabled]}
///   shot {file}             lint {}                   stall {ms}        settle {ms}
///   sh {command}            measure {file}            quit {}
/// A line that fails prints "robot: line N: ..." and ends the program with 1.
class Robot final : public QObject {
    Q_OBJECT
  public:
    Robot(Application& app, MainWindow& window, const QString& script);
    /// Removes `--robot FILE` from the arguments and returns FILE.
    static QString takeScript(int& argc, char** argv);

  private:
    void next();
    bool tryStep(const QJsonObject& step);
    void fail(const QString& why);
    QWidget* find(const QString& name) const;
    bool click(QWidget* target);
    QString expectation(const QJsonObject& step) const;
    bool shot(const QString& file);
    bool shell(const QString& command);
    void measure(const QString& file);

    Application& m_app;
    MainWindow& m_window;
    QList<QJsonObject> m_steps;
    int m_line = 0;
    QTimer m_timer;
    QElapsedTimer m_since;
    QString m_why;
    std::unique_ptr<QProcess> m_shell;
};

}  // namespace veritune::app
