// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace veritune::app {

/// What one program said to `--self-test-network`.
struct AirGapResult {
    QString program;   ///< "veritune-engine"
    int refused = 0;   ///< ways out that the kernel refused
    QStringList open;  ///< those it did not
    bool passed = false;
};
/// From the lines that every program prints. test  settings_page_test.cpp
AirGapResult parseAirGap(const QString& program, const QByteArray& output, bool exitedWell);

/// The air-gap self-test: every program of ours, beside this one, tries to leave the computer.
/// One after the other; a program that is not there or cannot start has not passed.
/// threads  the GUI thread; nothing waits
class AirGapTest final : public QObject {
    Q_OBJECT
  public:
    explicit AirGapTest(QObject* parent = nullptr);
    ~AirGapTest() override;
    void run();
    bool isRunning() const { return !m_waiting.isEmpty(); }

  signals:
    void finished(const QList<veritune::app::AirGapResult>& results);

  private:
    void startNext();
    void oneEnded();
    QProcess m_process;
    QStringList m_waiting;  ///< the first one runs
    QList<AirGapResult> m_results;
};

}  // namespace veritune::app
