// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"

#include <QWidget>

namespace veritune::app {

/// Where the time of a step goes: generate | verify | update, as shares, with the phase under way
/// marked.
class PhaseBar final : public QWidget {
    Q_OBJECT
  public:
    explicit PhaseBar(AppContext& context, QWidget* parent = nullptr);
    /// Seconds of the newest step; NaN or 0 = not known.
    void setTimes(double generate, double verify, double update);
    /// engine::EngineState::phase; empty = idle.
    void setPhase(const QString& phase);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QStringList words() const;
    void describe();
    AppContext& m_context;
    double m_seconds[3] = {0, 0, 0};
    int m_now = -1;
    QString m_phase;
};

}  // namespace veritune::app
