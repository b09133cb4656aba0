// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/Cards.h"

namespace veritune::app {

/// The three call-outs of the demonstration: mean reward, a group without signal, the first
/// accepted chain. Shown until dismissed.
class TourCard final : public Card {
    Q_OBJECT
  public:
    explicit TourCard(AppContext& context, QWidget* parent = nullptr);
    /// reward NaN, allWrong empty, firstAccepted 0: not seen yet.
    void setSeen(double reward, const QString& allWrong, std::int64_t firstAccepted);

  signals:
    void lookInside(std::int64_t chain);
    void dismissed();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void retranslate();
    AppContext& m_context;
    QWidget* m_columns[3];
    PlainLabel* m_titles[3];
    PlainLabel* m_texts[3];
    QPushButton* m_look;
    QToolButton* m_close;
    double m_reward;
    QString m_allWrong;
    std::int64_t m_chain = 0;
};

}  // namespace veritune::app
