// SPDX-License-Identifier: GPL-3.0-or-later
// The words of the chains page, anew when the language changes.
#include "app/Theme.h"
#include "app/Verdicts.h"
#include "app/views/ChainsPage.h"
#include "app/widgets/Cards.h"
#include "app/widgets/ChainActions.h"
#include "app/widgets/ChainFilterPopup.h"
#include "app/widgets/ChainText.h"
#include "app/widgets/GroupView.h"
#include "app/widgets/SegmentBar.h"
#include "app/widgets/TimeView.h"
#include "app/widgets/VerdictPanel.h"

#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QSpinBox>
#include <QToolButton>

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::app {
namespace {

constexpr std::array<const char*, 8> kStatuses = {"correct",
                                                  "incorrect",
                                                  "partial",
                                                  "no_answer",
                                                  "budget_exceeded",
                                                  "invalid_gold",
                                                  "sandbox_error",
                                                  "internal_error"};
constexpr std::array<const char*, 4> kPhases = {"train", "eval", "greedy", "rejection"};

/// The choice stays.
void refill(QComboBox* combo, const QList<std::pair<QString, QString>>& rows) {
    const int current = std::max(0, combo->currentIndex());
    combo->clear();
    for (const auto& [text, value] : rows) combo->addItem(text, value);
    combo->setCurrentIndex(current);
}

}  // namespace

void ChainsPage::retranslate() {
    m_quiet = true;
    retranslateFilters();
    refillChoices();
    retranslateChain();
    m_quiet = false;
    showNewSteps(m_refresh->isVisibleTo(this));
    showRuns();
    showCount();
    showHeading();
    chooseHeat();
    showMarks();
    showReading(-1);
}

void ChainsPage::retranslateFilters() {
    m_title->setText(title());
    setIconButtonText(m_saved, tr("Saved filters"));
    m_run->setAccessibleName(tr("Run"));
    setPlainToolTip(m_run, tr("The run whose texts are listed."));
    m_stage->setAccessibleName(tr("Stage"));
    setPlainToolTip(m_stage, tr("Only texts of this stage of the run."));
    m_step->setAccessibleName(tr("Step"));
    m_step->setSpecialValueText(tr("All steps"));
    m_step->setPrefix(tr("Step "));
    setPlainToolTip(m_step, tr("Only texts of this step."));
    m_search->setAccessibleName(tr("Search in all texts"));
    m_search->setPlaceholderText(tr("Search in texts"));
    setPlainToolTip(m_search, tr("Lists the chains whose task or text holds these words."));
    setIconButtonText(m_extra, tr("More filters"));
    m_popup->retranslate();
    showTask(m_onlyTask);
    showOnlyChains(m_onlyChains);
    m_noRows->setText(tr("No chain matches these filters."));
    m_list->setAccessibleName(tr("Chains"));
}

void ChainsPage::refillChoices() {
    QList<std::pair<QString, QString>> statuses = {{tr("All verdicts"), {}}};
    for (const char* status : kStatuses) {
        statuses.push_back(
            {verdictLook(status, context().theme).word, QString::fromLatin1(status)});
    }
    refill(m_status, statuses);
    m_status->setAccessibleName(tr("Verdict"));
    setPlainToolTip(m_status, tr("Only texts with this verdict."));
    QList<std::pair<QString, QString>> phases = {{tr("All purposes"), {}}};
    for (const char* phase : kPhases)
        phases.push_back({ChainWords::phase(phase), QString::fromLatin1(phase)});
    refill(m_phase, phases);
    m_phase->setAccessibleName(tr("Purpose"));
    setPlainToolTip(m_phase, tr("What the text was written for."));
    refill(
        m_order,
        {{tr("Newest first"), QStringLiteral("new")}, {tr("Oldest first"), QStringLiteral("old")}});
    m_order->setAccessibleName(tr("Order"));
    setPlainToolTip(m_order, tr("Which step comes first in the list."));
    QList<std::pair<QString, QString>> heats;
    for (const HeatKind kind : heatKinds()) {
        heats.push_back({HeatWords::name(kind), QString::number(static_cast<int>(kind))});
    }
    refill(m_heat, heats);
    m_heat->setAccessibleName(tr("Colours behind the text"));
}

void ChainsPage::retranslateChain() {
    m_text->setAccessibleName(tr("Text of the chain"));
    m_view->setTexts({tr("Chain"), tr("Group"), tr("Over time")},
                     {tr("One text with its tokens and figures."),
                      tr("All texts for this task in the same step, side by side."),
                      tr("This task over the steps of the run.")});
    m_mode->setTexts({tr("Text"), tr("Tokens"), tr("Bytes")},
                     {tr("The text as it reads."),
                      tr("The pieces that the model wrote one by one."),
                      tr("Every byte as a number.")});
    setIconButtonText(m_previous, tr("Previous chain (P)"));
    setIconButtonText(m_next, tr("Next chain (N)"));
    setIconButtonText(m_findButton, tr("Find in the text (Ctrl+F)"));
    setIconButtonText(m_more, tr("More"));
    m_findText->setPlaceholderText(tr("Find in the text"));
    m_findText->setAccessibleName(tr("Find in the text"));
    setIconButtonText(m_findUp, tr("Previous place"));
    setIconButtonText(m_findDown, tr("Next place"));
    setIconButtonText(m_findClose, tr("Close the search"));
    m_verdict->retranslate();
    m_actions->retranslate();
    m_group->retranslate();
    m_time->retranslate();
}

}  // namespace veritune::app
