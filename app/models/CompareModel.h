// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ProjectSession.h"
#include "app/models/RecipeDiff.h"
#include "app/models/RunsModel.h"
#include "app/widgets/CurveMath.h"
#include "core/store/records.h"

#include <QAbstractTableModel>
#include <QList>
#include <QMap>
#include <QObject>
#include <QPointer>
#include <QStringList>

#include <cstdint>
#include <vector>

namespace veritune::app {

/// Everything that a comparison needs of one run.
struct ComparedRun {
    store::RunRecord record;
    std::vector<store::StageInfo> stages;
    QMap<QString, std::vector<store::MetricPoint>> series;
};

/// A final result: value, 95 % interval, number of answers.
struct FinalResult {
    HeldoutScore score;
    std::int64_t samples = 0;
};
/// Of one stage of a run; isKnown is false when it has none.
FinalResult finalResult(const ComparedRun& run, const std::string& stage, const char* key);
/// "0.910 (0.88 – 0.94), n = 2,400".
QString resultText(const FinalResult& result);

/// What the results say, in a sentence or two: who is ahead in the last stage that all have, and
/// whether the intervals tell them apart; or why they cannot be compared.
struct Conclusion {
    QString sentence;
    bool isClear = false;       ///< the intervals of the two best do not touch
    bool isComparable = false;  ///< measured on the same held-out problems
};
Conclusion concludeFrom(const std::vector<ComparedRun>& runs);

/// A small table of texts: a first column of names and one per run.
/// threads  GUI thread
class TextTable final : public QAbstractTableModel {
    Q_OBJECT
  public:
    struct Row {
        QStringList cells;
        QString tip;
        bool isStrong = false;  ///< held-out: what counts
    };
    using QAbstractTableModel::QAbstractTableModel;
    void set(const QStringList& columns, const QList<Row>& rows);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// Tab-separated, with the header.
    QString toTsv() const;

  private:
    QStringList m_columns;
    QList<Row> m_rows;
};

/// Two to six runs side by side.
/// threads  GUI thread; test  compare_model_test.cpp
class CompareModel final : public QObject {
    Q_OBJECT
  public:
    static constexpr int kMost = 6;
    explicit CompareModel(QObject* parent = nullptr);
    void setSession(ProjectSession* session);
    /// Cut to kMost; reads all of them.
    void setRuns(const QList<std::int64_t>& runs);
    const QList<std::int64_t>& ids() const { return m_ids; }
    /// In the order asked for; empty until read.
    const std::vector<ComparedRun>& runs() const { return m_runs; }
    /// For tests.
    void adopt(std::vector<ComparedRun> runs);
    bool isLoading() const { return m_isLoading; }

    /// Ids of stages that any of the runs has, in order.
    QStringList stages() const;
    QString stageTypeOf(const QString& stage) const;
    /// Metrics that any of the runs has in that stage, of those that a comparison shows.
    QStringList metrics(const QString& stage) const;
    CurvePoints points(int run, const QString& metric, const QString& stage) const;
    QString runTitle(int run) const;

    TextTable& results() { return m_results; }
    TextTable& differences() { return m_differences; }
    /// After a change of language.
    void retranslate();

  signals:
    void changed();
    void failed(const veritune::util::Error& error);

  private:
    void fillResults();
    void fillDifferences();

    QPointer<ProjectSession> m_session;
    QList<std::int64_t> m_ids;
    std::vector<ComparedRun> m_runs;
    TextTable m_results;
    TextTable m_differences;
    bool m_isLoading = false;
    int m_ticket = 0;
};

}  // namespace veritune::app
