// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ProjectSession.h"
#include "app/models/VerdictSource.h"
#include "core/store/records.h"
#include "core/util/result.h"
#include "core/verify/bench.h"

#include <QAbstractTableModel>
#include <QList>
#include <QPointer>
#include <QString>
#include <QTimer>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace veritune::app {

/// What a bench tries.
struct BenchSubject {
    enum class Kind {
        kVerifier,  ///< the verifier's own table of right and wrong answers
        kDataset,   ///< a data set of the project: answers made from its golds
        kFile,      ///< the same of a file in our own form
    };
    Kind kind = Kind::kVerifier;
    std::string name;  ///< id of the verifier, name of the data set, path of the file
    std::int64_t mostProblems = 200;  ///< evenly spread over the set; 0 = all
    bool operator==(const BenchSubject&) const = default;
};

/// One case that was tried. Its texts are made again when somebody asks (explainRow): some are a
/// megabyte long.
struct BenchRow {
    QString problem;
    QString rule;
    QString status;  ///< verify::status_name
    QString reason;
    std::int64_t micros = 0;
    int source = 0;   ///< index of the problem, or of the case in the verifier's table
    int ordinal = 0;  ///< which of the problem's cases
    bool accept = false;
    bool accepted = false;
    bool isMasked = false;
    bool isSame = true;
    bool isFailing() const { return isMasked || !isSame || accepted != accept; }
};

/// A verdict with everything that led to it.
struct BenchExplanation {
    verify::VerifyRequest request;
    verify::Verdict verdict;
    bool isCase = false;  ///< false: an answer that a person typed, without an expectation
    bool accept = false;  ///< what was expected of a case
    QString rule;
};
using BenchExplanationPtr = std::shared_ptr<const BenchExplanation>;

/// Counts of all cases so far; the report is there at the end only.
struct BenchTally {
    std::int64_t cases = 0;
    std::int64_t positives = 0;
    std::int64_t acceptedPositives = 0;
    std::int64_t negatives = 0;
    std::int64_t acceptedNegatives = 0;
    std::int64_t masked = 0;
    std::int64_t different = 0;
};

/// The verifier bench: cases with the verdicts that two worker processes gave, as a table that
/// grows while it runs. What was tried stays when it is stopped.
/// threads  GUI thread; the work is done on the pool; test  bench_model_test.cpp
class BenchModel final : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { kVerdict, kCase, kExpected, kReason, kProblem, kTime, kColumns };
    enum class Show { kAll, kFailing, kUnscored };

    /// programDir  where `veritune` lies
    explicit BenchModel(std::string programDir, QObject* parent = nullptr);
    ~BenchModel() override;

    void setSession(ProjectSession* session);
    void start(const BenchSubject& subject);
    void stop();
    /// No verdicts are wanted for a while: the workers end.
    void release();
    bool isRunning() const { return m_job != nullptr; }
    bool wasStopped() const { return m_wasStopped; }
    const BenchSubject& subject() const { return m_subject; }
    std::int64_t problemsDone() const { return m_problemsDone; }
    /// 0 until the data set was read.
    std::int64_t problemsTotal() const { return m_problemsTotal; }
    const BenchTally& tally() const { return m_tally; }
    /// Null until a bench has run to its end.
    const verify::BenchReport* report() const { return m_report.get(); }
    /// Why programs cannot be tried here; empty = they can, or nobody asked yet.
    QString noPrograms() const { return m_noPrograms; }

    void setShow(Show show);
    Show shown() const { return m_show; }
    const BenchRow* row(int row) const;
    /// The next failing case below `row` (-1: from the top), around the end; -1 = none.
    int nextFailing(int row) const;

    /// Makes the case of that row again and asks for its verdict; answered by explained().
    void explainRow(int row);
    void explain(const verify::VerifyRequest& request);
    /// Writes the cases that are shown as a regression suite: rows for `veritune verify run`.
    void save(const std::string& path);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void retranslate();

  signals:
    void changed();
    void failed(const veritune::util::Error& error);
    void explained(const veritune::app::BenchExplanationPtr& explanation);
    void explainFailed(const veritune::util::Error& error);
    void saved(int cases);

  private:
    struct Job;
    struct Material;
    struct Ask;
    static void work(Job& job);
    static util::Result<std::shared_ptr<const Material>> read(const BenchSubject& subject,
                                                              const std::string& projectDir);
    void drain();
    void take(std::vector<BenchRow> rows);
    bool isShown(const BenchRow& row) const;
    void ask(std::shared_ptr<Ask> ask);

    std::string m_programDir;
    QPointer<ProjectSession> m_session;
    QTimer m_timer;
    std::shared_ptr<Job> m_job;
    std::shared_ptr<const Material> m_material;
    std::shared_ptr<VerdictSource> m_source;
    BenchSubject m_subject;
    std::vector<BenchRow> m_rows;
    std::vector<int> m_visible;  ///< of m_rows
    Show m_show = Show::kAll;
    BenchTally m_tally;
    std::unique_ptr<verify::BenchReport> m_report;
    std::int64_t m_problemsDone = 0;
    std::int64_t m_problemsTotal = 0;
    bool m_wasStopped = false;
    QString m_noPrograms;
    int m_askTicket = 0;
};

/// Red, green or too little to say, in a sentence or two.
struct BenchJudgement {
    enum class Light { kNone, kGreen, kThin, kRed };
    Light light = Light::kNone;
    QString sentence;
};
/// Green needs at least this many wrong answers, all refused.
inline constexpr std::int64_t kBenchNegatives = 500;
BenchJudgement judgeBench(const verify::BenchReport& report);
/// "0 of 512; at most 0.7 %"
QString rateText(std::int64_t hits, std::int64_t trials);

}  // namespace veritune::app
