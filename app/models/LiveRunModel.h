// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ProjectSession.h"
#include "app/widgets/CurveMath.h"
#include "core/session/run_examination.h"
#include "core/store/records.h"

#include <QList>
#include <QMap>
#include <QObject>
#include <QPointer>
#include <QString>

#include <cstdint>

namespace veritune::app {

/// One metric within one stage.
struct StageSeries {
    QString stage;
    QList<double> step;
    QList<double> value;
};

/// What a curve is drawn over.
enum class CurveAxis {
    kSteps,    ///< of the stage; of the whole run counted on from stage to stage
    kSeconds,  ///< wall time since the start of the run
    kTokens,   ///< `num_tokens` added up since the start of the run
};

/// What the page needs of a run besides its curves.
struct RunFacts {
    store::RunRecord record;
    std::vector<store::StageInfo> stages;
    std::vector<store::CheckpointInfo> checkpoints;
    QMap<QString, QList<double>> seconds;  ///< stage -> seconds since the start of the run, by step
    QMap<QString, QList<double>> steps;    ///< stage -> the steps that `seconds` belong to
};

/// A chain of the newest step, for the group strip.
struct StripCell {
    std::int64_t chain = 0;
    QString status;
    int sample = 0;
};
struct StripRow {
    QString problem;
    QList<StripCell> cells;
    bool operator==(const StripRow& other) const {
        return problem == other.problem && cells.size() == other.cells.size();
    }
};

/// How long the rest of a stage takes: a range from the quartiles of the newest step times; empty
/// with fewer than 5. test: live_model_test.cpp
struct EtaRange {
    double low_s = 0;
    double high_s = 0;
    bool isKnown = false;
};
EtaRange etaOf(const QList<double>& stepSeconds, std::int64_t stepsLeft);

/// Everything about one run that changes while it trains. Complete from the store at any time; the
/// engine's notices only make it faster.
/// threads  GUI thread
class LiveRunModel final : public QObject {
    Q_OBJECT
  public:
    explicit LiveRunModel(QObject* parent = nullptr);
    void setSession(ProjectSession* session);
    /// 0: the newest run of the project.
    void setRun(std::int64_t run);
    std::int64_t run() const { return m_run; }
    bool isLoaded() const { return m_loaded; }
    /// The engine works on this run now.
    bool isActive() const;

    const RunFacts& facts() const { return m_facts; }
    QStringList metricNames() const { return m_series.keys(); }
    QStringList stageNames() const;
    /// Newest stage that has a step.
    QString currentStage() const;
    /// A stage's points, or with an empty stage those of all stages one after the other.
    CurvePoints points(const QString& metric,
                       const QString& stage,
                       CurveAxis axis = CurveAxis::kSteps) const;
    /// Where a step of a stage lies on the axis; `wholeRun` as with an empty stage. NaN: unknown.
    double placeOf(const QString& stage, double step, CurveAxis axis, bool wholeRun) const;
    double last(const QString& metric, const QString& stage) const;  ///< NaN when there is none
    QList<double> stepSeconds(const QString& stage) const;
    const QList<store::EventInfo>& events() const { return m_events; }
    const QList<StripRow>& strip() const { return m_strip; }
    std::int64_t stripStep() const { return m_stripStep; }
    QString stripStage() const { return m_stripStage; }
    /// First chain of the training that the verifier accepted; 0 = none yet.
    std::int64_t firstAccepted() const { return m_firstAccepted; }
    /// A group of the newest step whose chains are all wrong; empty = none.
    QString allWrongProblem() const;
    /// What the run doctor says of the run, bad before watch.
    const std::vector<train::DoctorFinding>& findings() const { return m_findings; }
    /// Why the run waits, in the engine's words: the store's, or on a disk too full to store it,
    /// the notice's; empty = it does not wait for anything.
    std::string waitsFor() const;
    const std::optional<util::Error>& problem() const { return m_problem; }

  signals:
    void changed();        ///< run, stages, state
    void seriesChanged();  ///< new points
    void eventsChanged();
    void stripChanged();
    void findingsChanged();

  public slots:
    void reload();

  private:
    struct Loaded;
    static util::Result<Loaded> load(store::Project& project, std::int64_t run);
    void take(Loaded loaded);
    void findPlaces();
    QList<double> placesOf(const QString& stage, CurveAxis axis) const;
    void addStep(const engine::StepDone& step);
    void readStrip();
    void examine();
    void readEvents();
    void readFacts();

    QPointer<ProjectSession> m_session;
    std::int64_t m_run = 0;
    bool m_loaded = false;
    RunFacts m_facts;
    QMap<QString, QList<StageSeries>> m_series;
    /// Of every step in m_facts.steps: tokens and steps of the run until then.
    QMap<QString, QList<double>> m_tokens;
    QMap<QString, QList<double>> m_counts;
    QList<store::EventInfo> m_events;
    QList<StripRow> m_strip;
    std::int64_t m_stripStep = -1;
    QString m_stripStage;
    std::int64_t m_firstAccepted = 0;
    std::shared_ptr<session::RunExamination> m_examination;  ///< used on the reader's thread only
    std::vector<train::DoctorFinding> m_findings;
    std::optional<util::Error> m_problem;
    engine::RunStateChanged m_told;  ///< the newest notice about this run
};

}  // namespace veritune::app
