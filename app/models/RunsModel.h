// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/records.h"
#include "core/util/result.h"

#include <QAbstractTableModel>
#include <QList>
#include <QPointer>
#include <QSortFilterProxyModel>
#include <QString>

#include <cstdint>
#include <string>
#include <vector>

namespace veritune::app {

class ProjectSession;

/// A held-out result: never shown without its interval and its number of answers.
struct HeldoutScore {
    double value = 0.0;
    double low = 0.0;
    double high = 0.0;
    std::string stage;
    std::int64_t step = 0;
    std::int64_t answers = 0;  ///< that it was measured on; 0 = unknown
    bool isKnown = false;
};

/// One run as a list shows it.
struct RunRow {
    std::int64_t id = 0;
    std::string name;
    std::string state;  ///< "interrupted" also for one marked running that no engine works on
    std::string algorithm;
    std::int64_t createdUs = 0;
    std::int64_t startedUs = 0;
    std::int64_t endedUs = 0;
    std::string error;
    HeldoutScore best;
    QList<double> course;  ///< held-out pass@1 over the run, controls left out
    bool hasDetails = false;
};

/// The part of a record that a list needs. threads  any
RunRow runRowOf(const store::RunRecord& record);
/// "PPO, proven chains" from a recipe; "–" for one without verifiable RL. threads  GUI thread
QString algorithmOf(const util::Json& recipe);
/// "1 h 5 min", "35 s"; "–" when it never started.
QString durationText(std::int64_t us);
/// "0.916 (0.89 – 0.94)", or "–".
QString scoreText(const HeldoutScore& score);
/// A cell that a spreadsheet does not read as a formula, without tabs and line breaks.
QString tsvCell(const QString& text);

/// All runs of the open project, newest first; follows the engine's notices. Held-out results come
/// after the list, in batches.
/// threads  GUI thread; test  runs_model_test.cpp
class RunsModel final : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column {
        kState,
        kName,
        kNumber,
        kAlgorithm,
        kStarted,
        kDuration,
        kBest,
        kCourse,
        kColumns
    };
    enum Role {
        kIdRole = Qt::UserRole + 1,
        kSortRole,
        kStateRole,   ///< name of the state
        kCourseRole,  ///< QList<double>
        kExportRole,  ///< as a file holds it: C locale
    };

    explicit RunsModel(QObject* parent = nullptr);
    void setSession(ProjectSession* session);
    void reload();
    /// For tests and for pages that have read the rows themselves.
    void setRows(std::vector<RunRow> rows);
    const std::vector<RunRow>& rows() const { return m_rows; }
    const RunRow* find(std::int64_t run) const;
    bool isLoading() const { return m_isLoading; }
    /// Another language: all texts anew.
    void retranslate();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  signals:
    void loaded();
    void failed(const veritune::util::Error& error);

  private:
    void loadDetails();
    void adopt(std::vector<RunRow> fresh);
    void applyLink();
    QString cell(const RunRow& row, int column) const;
    QString exportCell(const RunRow& row, int column) const;
    QVariant sortKey(const RunRow& row, int column) const;
    QString tip(const RunRow& row, int column) const;

    QPointer<ProjectSession> m_session;
    std::vector<RunRow> m_rows;
    bool m_isLoading = false;
    int m_ticket = 0;
};

/// Sorted by any column; filtered by words that may stand in any of them.
class RunsProxy final : public QSortFilterProxyModel {
    Q_OBJECT
  public:
    explicit RunsProxy(QObject* parent = nullptr);
    void setWords(const QString& words);

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

  private:
    QStringList m_words;
};

}  // namespace veritune::app
