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
class TabWalk;

/// Plays a script of JSON lines on the window, as a person would: a click goes to the window at the
/// control's centre, after checking that the control is really what is there. Each line is one
/// object with "do":
///   click {name}            type {text [,name]}       key {keys [,times]}  open {project}
///   go {page [,run,chain,dataset,path]}  scheme {value}            language {value}     scale
///   {percent} size {width,height}     wait {name [,ms]}         expect {name
///   [,text][,visible][,enabled]} shot {file [,name]}     lint {}                   stall {ms}
///   settle {ms} sh {command [,ok]}      measure {file [,p99_ms][,rss_mb]}              quit {} tab
///   {name}              Tab until that control has the focus, which must be seen there focus
///   {name}            waits until that control has the focus reach {}                Tab through
///   everything: each control gets the focus and shows it names {[file]}          every control
///   tells its name and role to a screen reader cut {}                  the connection to the
///   engine breaks
/// A key goes to whatever has the focus, through everything that a key from the keyboard passes.
/// A line that fails prints "robot: line N: ..." and ends the program with 1.
class Robot final : public QObject {
    Q_OBJECT
  public:
    Robot(Application& app, MainWindow& window, const QString& script);
    ~Robot() override;
    /// Removes `--robot FILE` from the arguments and returns FILE.
    static QString takeScript(int& argc, char** argv);

  private:
    void next();
    bool tryStep(const QJsonObject& step);
    void fail(const QString& why);
    QWidget* find(const QString& name) const;
    bool click(QWidget* target);
    QString expectation(const QJsonObject& step) const;
    bool shot(const QString& file, const QString& name);
    bool shell(const QString& command, bool mustWork);
    bool measure(const QJsonObject& step);
    bool tryWindowStep(const QString& what, const QJsonObject& step, bool& isDone);
    bool tryKeyStep(const QString& what, const QJsonObject& step, bool& isDone);

    Application& m_app;
    MainWindow& m_window;
    QList<QJsonObject> m_steps;
    int m_line = 0;
    QTimer m_timer;
    QElapsedTimer m_since;
    QString m_why;
    std::unique_ptr<QProcess> m_shell;
    std::unique_ptr<TabWalk> m_walk;
};

}  // namespace veritune::app
