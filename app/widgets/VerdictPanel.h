// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"
#include "app/models/ChainBrowser.h"

#include <QScrollArea>

#include <optional>

class QListWidget;
class QPushButton;
class QVBoxLayout;

namespace veritune::app {

class FactRow;

/// Why the verifier said yes or no, in plain words: the verdict, the answer beside the reference
/// answer, each checked step, what it meant for training.
/// threads  GUI thread; test  chain_panel_test.cpp
class VerdictPanel final : public QScrollArea {
    Q_OBJECT
  public:
    VerdictPanel(AppContext& context, QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;
    void showChain(const ChainDocumentPtr& document,
                   const StageRules& rules,
                   std::optional<bool> groupRewardsEqual);
    void showTraining(const StageRules& rules, std::optional<bool> groupRewardsEqual);
    void selectStep(int step);
    void retranslate();
    /// Below the verdict: what the page adds (actions).
    QVBoxLayout* footer() const { return m_footer; }
    /// Everything that is said, for tests and screen readers.
    QString spoken() const;

  signals:
    void stepChosen(int step);
    void answerChosen();

  private:
    void buildVerdict(QVBoxLayout& column);
    void buildAnswers(QVBoxLayout& column);
    void buildSteps(QVBoxLayout& column);
    void buildTraining(QVBoxLayout& column);
    void buildDetails(QVBoxLayout& column);
    PlainLabel* addCaption(QVBoxLayout& column);
    void fill();
    void fillSteps();
    void fillDetails();
    void restyle();

    AppContext& m_context;
    ChainDocumentPtr m_document;
    StageRules m_rules;
    std::optional<bool> m_groupEqual;

    PlainLabel* m_mark = nullptr;
    PlainLabel* m_word = nullptr;
    PlainLabel* m_why = nullptr;
    PlainLabel* m_answerCaption = nullptr;
    QPushButton* m_answer = nullptr;
    PlainLabel* m_goldCaption = nullptr;
    PlainLabel* m_gold = nullptr;
    PlainLabel* m_rule = nullptr;
    PlainLabel* m_stepsCaption = nullptr;
    QListWidget* m_steps = nullptr;
    PlainLabel* m_trainingCaption = nullptr;
    PlainLabel* m_training = nullptr;
    PlainLabel* m_reward = nullptr;
    PlainLabel* m_detailsCaption = nullptr;
    FactRow* m_details = nullptr;
    QList<PlainLabel*> m_captions;
    QVBoxLayout* m_footer = nullptr;
};

}  // namespace veritune::app
