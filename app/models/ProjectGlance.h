// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/records.h"

#include <QList>
#include <QObject>
#include <QPointer>
#include <QString>

#include <cstdint>
#include <optional>

namespace veritune::app {

class ProjectSession;

/// What Home shows of the open project: its newest run and how it went.
struct Glance {
    std::int64_t run = 0;  ///< 0 = none yet
    QString name;
    store::RunState state = store::RunState::kQueued;
    QString error;
    QList<double> heldout;  ///< heldout/pass@1 in order of recording
    QList<double> reward;
    std::optional<double> first;  ///< held-out at the first evaluation
    std::optional<double> best;
};

/// The ONE thing to do next.
enum class NextStep { kChoose, kSetUp, kWatch, kResume, kLookAtFailure, kLookInside };
/// pure; isActive: the engine works on that run.
NextStep nextStep(bool hasProject, const Glance& glance, bool isActive);

/// Keeps a Glance fresh: read on start, after steps (at most every 2 s) and state changes.
class ProjectGlance final : public QObject {
    Q_OBJECT
  public:
    explicit ProjectGlance(QObject* parent = nullptr);
    void setSession(ProjectSession* session);
    const Glance& glance() const { return m_glance; }
    bool hasProject() const;
    bool isActive() const;
    void refresh();

  signals:
    void changed();

  private:
    QPointer<ProjectSession> m_session;
    Glance m_glance;
};

}  // namespace veritune::app
