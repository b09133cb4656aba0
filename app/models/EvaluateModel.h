// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ProjectSession.h"
#include "core/data/evaluation_record.h"
#include "core/engine/messages.h"
#include "core/eval/comparison.h"
#include "core/eval/protocol.h"
#include "core/store/records.h"
#include "core/util/result.h"

#include <QAbstractTableModel>
#include <QList>
#include <QObject>
#include <QPointer>
#include <QString>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace veritune::app {

/// The evaluations of a project. No score stands without its interval and its count.
/// threads  GUI thread; test  evaluate_model_test.cpp
class EvaluationTable final : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column {
        kName,
        kProtocol,
        kSet,
        kScore,
        kMajority,
        kPass,
        kCount,
        kNoAnswer,
        kCutOff,
        kWhen,
        kColumns
    };
    using QAbstractTableModel::QAbstractTableModel;
    void set(std::vector<data::EvaluationRecord> records);
    const data::EvaluationRecord* at(int row) const;
    int rowOf(std::int64_t id) const;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void retranslate();

  private:
    std::vector<data::EvaluationRecord> m_records;
};

/// Problems whose answers became worse or better, the broken ones first.
/// threads  GUI thread
class ChangedTable final : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { kWhat, kProblem, kBefore, kAfter, kColumns };
    using QAbstractTableModel::QAbstractTableModel;
    void set(const eval::Comparison& comparison);
    void clear();
    std::string problemAt(int row) const;
    /// The next broken one below `row`, around the end; -1 = none.
    int nextBroken(int row) const;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void retranslate();

  private:
    std::vector<eval::ChangedProblem> m_rows;
    int m_broken = 0;
};

/// Two evaluations side by side.
struct PairResult {
    data::EvaluationRecord before;
    data::EvaluationRecord after;
    eval::Comparison comparison;
    std::int64_t bothRight = 0;  ///< problems that every sample of both solves
    std::int64_t bothWrong = 0;  ///< that no sample of either solves
};
/// errors  those of eval::compare()
util::Result<PairResult> comparePair(data::EvaluationRecord before, data::EvaluationRecord after);
/// Who is ahead and whether the figures tell the two apart; or why they must not be compared.
struct PairConclusion {
    QString sentence;
    bool isComparable = false;
    bool isClear = false;
};
PairConclusion concludeFrom(const PairResult& pair);
/// "0.910 (0.88 – 0.94)"
QString intervalText(double score, double low, double high);
/// The title of a built-in protocol in the language of the window, else its id.
QString protocolTitle(const std::string& id);

/// What the page knows: results, what can be measured, the measurement under way.
/// threads  GUI thread
class EvaluateModel final : public QObject {
    Q_OBJECT
  public:
    explicit EvaluateModel(QObject* parent = nullptr);
    void setSession(ProjectSession* session);
    void reload();

    EvaluationTable& table() { return m_table; }
    const std::vector<store::RunRecord>& runs() const { return m_runs; }
    const std::vector<store::DatasetInfo>& datasets() const { return m_datasets; }
    bool isLoading() const { return m_isLoading; }

    /// Reads both whole and compares them; answered by compared(). The older one is `before`.
    void compare(std::int64_t first, std::int64_t second);

    /// One at a time. `protocol` empty = as in training.
    void start(engine::Evaluate request, const std::string& protocol);
    /// Goes on with one that was cut off.
    void resume(std::int64_t run);
    void cancel();
    bool isRunning() const { return m_isRunning; }
    double fraction() const { return m_fraction; }
    QString phase() const { return m_phase; }

  signals:
    void changed();
    void compared(const veritune::app::PairResult& pair);
    void failed(const veritune::util::Error& error);
    /// The run with its chains.
    void measured(qint64 run);

  private:
    void send(const engine::Evaluate& request);

    QPointer<ProjectSession> m_session;
    EvaluationTable m_table;
    std::vector<store::RunRecord> m_runs;
    std::vector<store::DatasetInfo> m_datasets;
    bool m_isLoading = false;
    bool m_isRunning = false;
    double m_fraction = -1.0;
    QString m_phase;
    std::string m_request;
    int m_count = 0;
};

}  // namespace veritune::app
