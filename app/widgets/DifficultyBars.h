// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/models/EvaluationInsight.h"

#include <QWidget>

namespace veritune::app {

/// How many problems were solved how often, a bar each with its count above and its share below;
/// the two ends, which teach a model nothing, in another colour. Always from left to right.
/// threads  GUI thread
class DifficultyBars final : public QWidget {
    Q_OBJECT
  public:
    DifficultyBars(AppContext& context, const QString& objectName, QWidget* parent = nullptr);
    void set(const Difficulty& difficulty);
    void retranslate();
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QString label(std::size_t bar) const;
    QString spoken() const;
    void describe();

    AppContext& m_context;
    Difficulty m_difficulty;
};

}  // namespace veritune::app
