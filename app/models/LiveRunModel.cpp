// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/LiveRunModel.h"

#include "app/PlainText.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace veritune::app {

EtaRange etaOf(const QList<double>& stepSeconds, std::int64_t stepsLeft) {
    constexpr qsizetype kNewest = 30;
    QList<double> times;
    for (qsizetype i = std::max<qsizetype>(0, stepSeconds.size() - kNewest); i < stepSeconds.size();
         ++i) {
        if (std::isfinite(stepSeconds[i]) && stepSeconds[i] >= 0) times.append(stepSeconds[i]);
    }
    if (times.size() < 5 || stepsLeft <= 0) return {};
    std::sort(times.begin(), times.end());
    const auto left = static_cast<double>(stepsLeft);
    return {.low_s = times[times.size() / 4] * left,
            .high_s = times[times.size() * 3 / 4] * left,
            .isKnown = true};
}

struct LiveRunModel::Loaded {
    RunFacts facts;
    QMap<QString, QList<StageSeries>> series;
    QList<store::EventInfo> events;
};

namespace {

void append(QList<StageSeries>& segments, const QString& stage, double step, double value) {
    if (segments.isEmpty() || segments.last().stage != stage) segments.append({stage, {}, {}});
    segments.last().step.append(step);
    segments.last().value.append(value);
}

util::Result<RunFacts> readRunFacts(store::Project& project, std::int64_t run) {
    RunFacts facts;
    store::RunReader& reader = project.reader();
    VT_ASSIGN(facts.record, reader.run(run));
    VT_ASSIGN(facts.stages, reader.stages(run));
    VT_ASSIGN(facts.checkpoints, reader.checkpoints(run));
    VT_ASSIGN(const auto steps, reader.step_times(run));
    double elapsed = 0;
    for (const store::StepTime& step : steps) {
        elapsed += std::isfinite(step.seconds) ? step.seconds : 0.0;
        const QString stage = fromUtf8(step.stage);
        facts.steps[stage].append(static_cast<double>(step.step));
        facts.seconds[stage].append(elapsed);
    }
    return facts;
}

}  // namespace

util::Result<LiveRunModel::Loaded> LiveRunModel::load(store::Project& project, std::int64_t run) {
    Loaded loaded;
    store::RunReader& reader = project.reader();
    if (run == 0) {
        VT_ASSIGN(const auto runs, reader.list_runs());
        if (runs.empty()) return loaded;
        run = runs.front().id;
    }
    VT_ASSIGN(loaded.facts, readRunFacts(project, run));
    VT_ASSIGN(const auto names, reader.metric_names(run));
    for (const std::string& name : names) {
        VT_ASSIGN(const auto points, reader.metric_series(run, name));
        QList<StageSeries>& segments = loaded.series[fromUtf8(name)];
        for (const store::MetricPoint& point : points)
            append(segments, fromUtf8(point.stage), static_cast<double>(point.step), point.value);
    }
    VT_ASSIGN(const auto events, reader.events(run));
    loaded.events = QList<store::EventInfo>(events.begin(), events.end());
    return loaded;
}

LiveRunModel::LiveRunModel(QObject* parent)
    : QObject(parent) {}

void LiveRunModel::setSession(ProjectSession* session) {
    if (m_session) m_session->engine().disconnect(this);
    m_session = session;
    m_run = 0;
    take({});
    m_loaded = false;
    if (!session) return;
    EngineService& engine = session->engine();
    connect(&engine, &EngineService::resync, this, &LiveRunModel::reload);
    connect(&engine, &EngineService::stateChanged, this, &LiveRunModel::changed);
    connect(&engine, &EngineService::stepsDone, this, [this](const QList<engine::StepDone>& steps) {
        bool mine = false;
        for (const engine::StepDone& step : steps) {
            if (step.run != m_run || !m_loaded) continue;
            mine = true;
            addStep(step);
        }
        if (!mine) return;
        emit seriesChanged();
        readStrip();
        examine();
    });
    connect(&engine,
            &EngineService::runsChanged,
            this,
            [this](const QList<engine::RunStateChanged>& runs) {
                for (const engine::RunStateChanged& told : runs) {
                    if (told.run == m_run) m_told = told;
                }
                readFacts();
            });
    connect(&engine, &EngineService::stagesChanged, this, &LiveRunModel::readFacts);
    connect(&engine, &EngineService::eventsArrived, this, [this] {
        readEvents();
        readFacts();
    });
}

std::string LiveRunModel::waitsFor() const {
    const store::RunRecord& run = m_facts.record;
    if (run.state == store::RunState::kPaused) return run.error;
    const bool isUnstored = run.state == store::RunState::kRunning && !isActive() &&
                            m_told.run == m_run && m_told.state == "paused";
    return isUnstored ? m_told.error : std::string();
}

void LiveRunModel::setRun(std::int64_t run) {
    if (run == m_run && m_loaded && run != 0) return;
    m_run = run;
    m_firstAccepted = 0;
    m_examination.reset();
    m_findings.clear();
    m_strip.clear();
    reload();
}

void LiveRunModel::reload() {
    if (!m_session) return;
    m_session->store().query<Loaded>(
        this,
        [run = m_run](store::Project& project) { return load(project, run); },
        [this](util::Result<Loaded> loaded) {
            if (!loaded) {
                m_problem = loaded.error();
                emit changed();
                return;
            }
            m_problem.reset();
            take(std::move(*loaded));
            readStrip();
            examine();
        },
        QStringLiteral("run"));
}

void LiveRunModel::take(Loaded loaded) {
    m_facts = std::move(loaded.facts);
    m_series = std::move(loaded.series);
    m_events = std::move(loaded.events);
    m_run = m_facts.record.id;
    m_loaded = true;
    findPlaces();
    emit changed();
    emit seriesChanged();
    emit eventsChanged();
    emit stripChanged();
}

void LiveRunModel::addStep(const engine::StepDone& step) {
    const QString stage = fromUtf8(step.stage);
    QList<double>& steps = m_facts.steps[stage];
    // Something was missed or is recorded anew after a resume: only the store knows.
    const auto expected = steps.isEmpty() ? step.step : static_cast<std::int64_t>(steps.last()) + 1;
    if (step.step != expected) {
        reload();
        return;
    }
    double elapsed = 0;
    for (const QList<double>& seconds : m_facts.seconds) {
        if (!seconds.isEmpty()) elapsed = std::max(elapsed, seconds.last());
    }
    steps.append(static_cast<double>(step.step));
    m_facts.seconds[stage].append(elapsed + (std::isfinite(step.seconds) ? step.seconds : 0.0));
    for (const auto& [name, value] : step.metrics)
        append(m_series[fromUtf8(name)], stage, static_cast<double>(step.step), value);
    findPlaces();
}

bool LiveRunModel::isActive() const {
    return m_session && m_run != 0 && m_session->engine().state().run == m_run;
}

QStringList LiveRunModel::stageNames() const {
    QStringList names;
    for (const store::StageInfo& stage : m_facts.stages) names.append(fromUtf8(stage.record.stage));
    return names;
}

QString LiveRunModel::currentStage() const {
    if (isActive() && !m_session->engine().state().stage.empty()) {
        const QString stage = fromUtf8(m_session->engine().state().stage);
        if (m_facts.steps.contains(stage)) return stage;
    }
    QString newest;
    double when = -1;
    for (auto it = m_facts.seconds.begin(); it != m_facts.seconds.end(); ++it) {
        if (!it->isEmpty() && it->last() > when) {
            when = it->last();
            newest = it.key();
        }
    }
    return newest;
}

void LiveRunModel::findPlaces() {
    m_tokens.clear();
    m_counts.clear();
    const QList<StageSeries> series = m_series.value(QStringLiteral("num_tokens"));
    double tokens = 0;
    double count = 0;
    for (const QString& stage : stageNames()) {
        const auto own = std::find_if(series.begin(), series.end(), [&stage](const auto& segment) {
            return segment.stage == stage;
        });
        qsizetype at = 0;
        const QList<double> steps = m_facts.steps.value(stage);
        for (const double step : steps) {
            while (own != series.end() && at < own->step.size() && own->step[at] < step) ++at;
            const bool has = own != series.end() && at < own->step.size() && own->step[at] == step;
            if (has && std::isfinite(own->value[at])) tokens += own->value[at];
            m_tokens[stage].append(tokens);
            m_counts[stage].append(++count);
        }
    }
}

QList<double> LiveRunModel::placesOf(const QString& stage, CurveAxis axis) const {
    switch (axis) {
        case CurveAxis::kSteps:
            return m_counts.value(stage);
        case CurveAxis::kSeconds:
            return m_facts.seconds.value(stage);
        case CurveAxis::kTokens:
            return m_tokens.value(stage);
    }
    return {};
}

double LiveRunModel::placeOf(const QString& stage,
                             double step,
                             CurveAxis axis,
                             bool wholeRun) const {
    if (!wholeRun && axis == CurveAxis::kSteps) return step;
    const qsizetype at = nearestIndex(m_facts.steps.value(stage), step);
    const QList<double> places = placesOf(stage, axis);
    return at < 0 || at >= places.size() ? std::numeric_limits<double>::quiet_NaN() : places[at];
}

CurvePoints LiveRunModel::points(const QString& metric,
                                 const QString& stage,
                                 CurveAxis axis) const {
    CurvePoints out;
    const auto found = m_series.find(metric);
    if (found == m_series.end()) return out;
    for (const StageSeries& segment : *found) {
        if (!stage.isEmpty() && segment.stage != stage) continue;
        // Shared with the series: nothing is copied, however long it is.
        if (!stage.isEmpty() && axis == CurveAxis::kSteps) return {segment.step, segment.value};
        const QList<double> steps = m_facts.steps.value(segment.stage);
        const QList<double> places = placesOf(segment.stage, axis);
        qsizetype at = 0;
        for (qsizetype i = 0; i < segment.step.size(); ++i) {
            while (at + 1 < steps.size() && steps[at] < segment.step[i]) ++at;
            out.x.append(at < places.size() ? places[at] : 0.0);
            out.y.append(segment.value[i]);
        }
    }
    return out;
}

double LiveRunModel::last(const QString& metric, const QString& stage) const {
    const CurvePoints all = points(metric, stage);
    return all.y.isEmpty() ? std::numeric_limits<double>::quiet_NaN() : all.y.last();
}

QList<double> LiveRunModel::stepSeconds(const QString& stage) const {
    const QList<double> seconds = m_facts.seconds.value(stage);
    QList<double> times;
    for (qsizetype i = 1; i < seconds.size(); ++i) times.append(seconds[i] - seconds[i - 1]);
    return times;
}

void LiveRunModel::readFacts() {
    if (!m_session || m_run == 0) return reload();
    m_session->store().query<RunFacts>(
        this,
        [run = m_run](store::Project& project) { return readRunFacts(project, run); },
        [this](util::Result<RunFacts> facts) {
            if (!facts || facts->record.id != m_run) return;
            m_facts = std::move(*facts);
            findPlaces();
            emit changed();
        },
        QStringLiteral("facts"));
}

void LiveRunModel::readEvents() {
    if (!m_session || m_run == 0) return;
    using Events = std::vector<store::EventInfo>;
    const std::int64_t after = m_events.isEmpty() ? 0 : m_events.last().id;
    m_session->store().query<Events>(
        this,
        [run = m_run, after](store::Project& project) {
            return project.reader().events(run, after);
        },
        [this](util::Result<Events> events) {
            if (!events || events->empty()) return;
            for (store::EventInfo& event : *events) {
                if (m_events.isEmpty() || event.id > m_events.last().id)
                    m_events.append(std::move(event));
            }
            emit eventsChanged();
        },
        QStringLiteral("events"));
}

namespace {

struct StripPage {
    QList<StripRow> rows;
    std::string stage;
    std::int64_t step = -1;
    std::int64_t firstAccepted = 0;
};

/// The newest step that has training chains, whole.
util::Result<StripPage> readStripPage(store::Project& project,
                                      std::int64_t run,
                                      bool wantAccepted) {
    StripPage page;
    const store::RunReader& reader = project.reader();
    const store::ChainPageRequest newest{
        .filter = {.phase = "train"}, .limit = 1, .descending = true};
    VT_ASSIGN(const auto last, reader.chains(run, newest));
    if (last.empty()) return page;
    page.stage = last.front().key.stage;
    page.step = last.front().key.step;
    const store::ChainPageRequest whole{.filter = {.stage = page.stage,
                                                   .min_step = page.step,
                                                   .max_step = page.step,
                                                   .phase = "train"},
                                        .limit = 4096};
    VT_ASSIGN(const auto chains, reader.chains(run, whole));
    for (const store::ChainSummary& chain : chains) {
        const QString problem = fromUtf8(chain.key.problem_id);
        if (page.rows.isEmpty() || page.rows.last().problem != problem)
            page.rows.append({problem, {}});
        page.rows.last().cells.append(
            {chain.id, fromUtf8(chain.status), static_cast<int>(chain.key.sample)});
    }
    if (!wantAccepted) return page;
    const store::ChainPageRequest first{.filter = {.phase = "train", .status = "correct"},
                                        .limit = 1};
    VT_ASSIGN(const auto accepted, reader.chains(run, first));
    if (!accepted.empty()) page.firstAccepted = accepted.front().id;
    return page;
}

}  // namespace

void LiveRunModel::examine() {
    if (!m_session || m_run == 0) return;
    if (!m_examination) m_examination = std::make_shared<session::RunExamination>(m_run);
    using Findings = std::vector<train::DoctorFinding>;
    m_session->store().query<Findings>(
        this,
        [examination = m_examination](store::Project& project) {
            return examination->update(project.reader());
        },
        [this, run = m_run](util::Result<Findings> findings) {
            if (!findings || run != m_run) return;
            m_findings = *std::move(findings);
            emit findingsChanged();
        },
        QStringLiteral("doctor"));
}

void LiveRunModel::readStrip() {
    if (!m_session || m_run == 0) return;
    const bool wantAccepted = m_firstAccepted == 0;
    m_session->store().query<StripPage>(
        this,
        [run = m_run, wantAccepted](store::Project& project) {
            return readStripPage(project, run, wantAccepted);
        },
        [this](util::Result<StripPage> page) {
            if (!page) return;
            if (page->firstAccepted != 0) m_firstAccepted = page->firstAccepted;
            m_strip = std::move(page->rows);
            m_stripStep = page->step;
            m_stripStage = fromUtf8(page->stage);
            emit stripChanged();
        },
        QStringLiteral("strip"));
}

QString LiveRunModel::allWrongProblem() const {
    for (const StripRow& row : m_strip) {
        const bool allWrong =
            std::all_of(row.cells.begin(), row.cells.end(), [](const StripCell& cell) {
                return cell.status == QStringLiteral("incorrect") ||
                       cell.status == QStringLiteral("no_answer");
            });
        if (allWrong && row.cells.size() > 1) return row.problem;
    }
    return {};
}

}  // namespace veritune::app
