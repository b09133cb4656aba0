// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ProjectSession.h"
#include "app/models/EvaluationInsight.h"
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

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace veritune::app {

/// Evaluations of one protocol hash: a column never holds scores that must not be compared. No
/// score stands without its interval and its count.
/// threads  GUI thread; test  evaluate_model_test.cpp
class EvaluationTable final : public QAbstractTableModel {
    Q_OBJECT
  public:
    /// pass@k, a column each.
    static constexpr std::array<std::int64_t, 10> kPowers{2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
    enum Column {
        kName,
        kScore,
        kMajority,
        kFirstPass,
        kCount = kFirstPass + static_cast<int>(kPowers.size()),
        kNoAnswer,
        kCutOff,
        kLength,
        kProtocol,
        kSet,
        kWhen,
        kColumns
    };
    using QAbstractTableModel::QAbstractTableModel;
    /// All of one hash, so with the same number of samples.
    void set(std::vector<data::EvaluationRecord> records);
    /// Of those samples; until they are known a share is followed by an ellipsis.
    void setIntervals(std::int64_t id, const EvaluationIntervals& intervals);
    const data::EvaluationRecord* at(int row) const;
    int rowOf(std::int64_t id) const;
    /// Columns of pass@k and maj@n that say something for these records.
    QList<int> columnsOfSamples() const;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    /// The text of a column that says nothing is empty.
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void retranslate();

  private:
    QString cell(const data::EvaluationRecord& record, int column) const;
    QString passCell(const data::EvaluationRecord& record, std::int64_t k) const;
    QString withInterval(double share, const eval::Interval* interval) const;

    std::vector<data::EvaluationRecord> m_records;
    std::map<std::int64_t, EvaluationIntervals> m_intervals;  ///< by id
    std::int64_t m_samples = 1;
    std::int64_t m_mostPass = 0;  ///< the largest k of pass@k
};

/// Where a model is weak: groups of problems with their scores.
/// threads  GUI thread
class SliceTable final : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { kKind, kValue, kProblems, kScore, kBar, kColumns };
    using QAbstractTableModel::QAbstractTableModel;
    void set(std::vector<ScoreSlice> slices, const eval::Interval& whole);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void retranslate();

  private:
    std::vector<ScoreSlice> m_slices;
    eval::Interval m_whole;
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
    eval::Interval scoreBefore;  ///< on the problems that both have
    eval::Interval scoreAfter;
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
/// Evaluations that can be compared: one protocol hash.
struct EvaluationGroup {
    std::string key;  ///< the hash; of a record without one its id
    std::string protocol;
    std::string hash;
    std::string dataset;  ///< of the newest
    std::int64_t problems = 0;
    std::int64_t samples = 0;
    int results = 0;
};
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

    /// Of the chosen group.
    EvaluationTable& table() { return m_table; }
    /// The one with the newest result first.
    const std::vector<EvaluationGroup>& groups() const { return m_groups; }
    const std::string& group() const { return m_group; }
    /// By its key; an unknown one is the first.
    void setGroup(const std::string& key);
    std::size_t results() const { return m_records.size(); }
    const std::vector<store::RunRecord>& runs() const { return m_runs; }
    const std::vector<store::DatasetInfo>& datasets() const { return m_datasets; }
    bool isLoading() const { return m_isLoading; }

    /// Reads both whole and compares them; answered by compared(). The older one is `before`.
    void compare(std::int64_t first, std::int64_t second);
    /// Reads one whole and says what its problems show; answered by described().
    void describe(std::int64_t id);

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
    void described(const veritune::app::EvaluationInsight& insight);
    void failed(const veritune::util::Error& error);
    /// The run with its chains.
    void measured(qint64 run);

  private:
    void send(const engine::Evaluate& request);
    void adopt(std::vector<data::EvaluationRecord> records);
    void readIntervals();

    QPointer<ProjectSession> m_session;
    EvaluationTable m_table;
    std::vector<data::EvaluationRecord> m_records;  ///< newest first
    std::vector<EvaluationGroup> m_groups;
    std::string m_group;
    std::int64_t m_newRun = 0;  ///< just measured: its group is shown
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
