// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QProcess>
#include <QString>

namespace veritune::app {

struct CheckRow {
    QString name;   ///< "engine", as `veritune doctor` calls it
    QString level;  ///< ok | warn | bad
    QString detail;
    QString nextStep;
};

/// Reads the JSON of `veritune doctor --json`. An empty list: not readable.
QList<CheckRow> parseDoctor(const QByteArray& json);

/// What a row says, in the language of the window; a sentence that it does not know stays as the
/// doctor wrote it.
QString checkSentence(const CheckRow& row);

/// Runs `veritune doctor` beside this program and keeps what it said.
class SelfCheck final : public QObject {
    Q_OBJECT
  public:
    explicit SelfCheck(QObject* parent = nullptr);
    ~SelfCheck() override;
    void run();
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    const QList<CheckRow>& rows() const { return m_rows; }
    /// Why there are no rows; empty = fine.
    const QString& problem() const { return m_problem; }
    /// The worst level of all rows, "" before the first run.
    QString worst() const;
    const CheckRow* row(const QString& name) const;

  signals:
    void changed();

  private:
    void finished();
    QProcess m_process;
    QList<CheckRow> m_rows;
    QString m_problem;
};

}  // namespace veritune::app
