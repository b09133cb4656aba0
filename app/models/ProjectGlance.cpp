// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/ProjectGlance.h"

#include "app/PlainText.h"
#include "app/ProjectSession.h"

namespace veritune::app {
namespace {

util::Result<QList<double>> seriesOf(store::RunReader& reader, std::int64_t run, const char* name) {
    VT_ASSIGN(const auto points, reader.metric_series(run, name));
    QList<double> values;
    for (const store::MetricPoint& point : points) values.append(point.value);
    return values;
}

util::Result<Glance> readGlance(store::Project& project) {
    VT_ASSIGN(const auto runs, project.reader().list_runs());
    if (runs.empty()) return Glance{};
    const store::RunRecord& run = runs.front();
    Glance glance{.run = run.id,
                  .name = visibleText(run.name),
                  .state = run.state,
                  .error = visibleText(run.error)};
    VT_ASSIGN(glance.heldout, seriesOf(project.reader(), run.id, "heldout/pass@1"));
    VT_ASSIGN(glance.reward, seriesOf(project.reader(), run.id, "reward"));
    for (const double value : glance.heldout) {
        if (!glance.first) glance.first = value;
        glance.best = std::max(glance.best.value_or(value), value);
    }
    return glance;
}

}  // namespace

NextStep nextStep(bool hasProject, const Glance& glance, bool isActive) {
    using enum store::RunState;
    if (!hasProject) return NextStep::kChoose;
    if (glance.run == 0) return NextStep::kSetUp;
    if (isActive) return NextStep::kWatch;
    switch (glance.state) {
        case kQueued:
        case kRunning:  // marked running and no engine works on it: cut off
        case kPaused:
        case kInterrupted:
            return NextStep::kResume;
        case kFailed:
            return NextStep::kLookAtFailure;
        case kDone:
        case kStopped:
            return NextStep::kLookInside;
    }
    return NextStep::kSetUp;
}

ProjectGlance::ProjectGlance(QObject* parent)
    : QObject(parent) {}

void ProjectGlance::setSession(ProjectSession* session) {
    if (m_session) m_session->engine().disconnect(this);
    m_session = session;
    m_glance = {};
    if (session) {
        connect(&session->engine(), &EngineService::stepsDone, this, &ProjectGlance::refresh);
        connect(&session->engine(), &EngineService::runsChanged, this, &ProjectGlance::refresh);
        connect(&session->engine(), &EngineService::stateChanged, this, &ProjectGlance::changed);
        connect(&session->engine(), &EngineService::resync, this, &ProjectGlance::refresh);
        refresh();
    }
    emit changed();
}

bool ProjectGlance::hasProject() const { return !m_session.isNull(); }

bool ProjectGlance::isActive() const {
    return m_session && m_session->engine().state().run != 0 &&
           m_session->engine().state().run == m_glance.run;
}

void ProjectGlance::refresh() {
    if (!m_session) return;
    m_session->store().query<Glance>(
        this,
        readGlance,
        [this](util::Result<Glance> glance) {
            if (!glance) return;  // the window's banner tells of a project that cannot be read
            m_glance = std::move(*glance);
            emit changed();
        },
        QStringLiteral("glance"));
}

}  // namespace veritune::app
