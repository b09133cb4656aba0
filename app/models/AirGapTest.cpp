// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/AirGapTest.h"

#include <QCoreApplication>

namespace veritune::app {

AirGapResult parseAirGap(const QString& program, const QByteArray& output, bool exitedWell) {
    AirGapResult result{.program = program};
    for (const QString& line : QString::fromUtf8(output).split(u'\n')) {
        if (line.startsWith(QLatin1String("refused "))) ++result.refused;
        if (line.startsWith(QLatin1String("NOT REFUSED"))) result.open << line.mid(11).trimmed();
    }
    result.passed = exitedWell && result.refused > 0 && result.open.isEmpty();
    return result;
}

AirGapTest::AirGapTest(QObject* parent)
    : QObject(parent) {
    connect(&m_process, &QProcess::finished, this, &AirGapTest::oneEnded);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) oneEnded();
    });
}

AirGapTest::~AirGapTest() {
    m_process.disconnect(this);
    m_process.kill();
}

void AirGapTest::run() {
    if (isRunning()) return;
    m_results.clear();
    m_waiting = {QStringLiteral("veritune-studio"),
                 QStringLiteral("veritune"),
                 QStringLiteral("veritune-engine"),
                 QStringLiteral("veritune-sandbox")};
    startNext();
}

void AirGapTest::startNext() {
    m_process.start(QCoreApplication::applicationDirPath() + u'/' + m_waiting.first(),
                    {QStringLiteral("--self-test-network")});
}

void AirGapTest::oneEnded() {
    const bool exitedWell = m_process.error() != QProcess::FailedToStart &&
                            m_process.exitStatus() == QProcess::NormalExit &&
                            m_process.exitCode() == 0;
    m_results << parseAirGap(m_waiting.takeFirst(), m_process.readAllStandardOutput(), exitedWell);
    if (!m_waiting.isEmpty()) {
        // Not from within a signal of the process that is to be started again.
        QMetaObject::invokeMethod(this, &AirGapTest::startNext, Qt::QueuedConnection);
        return;
    }
    emit finished(m_results);
}

}  // namespace veritune::app
