// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"
#include "app/models/ChainBrowser.h"

#include <QWidget>

#include <vector>

class QSlider;

namespace veritune::app {

class ChainCard;
class HistoryDots;

/// One task over the steps of a run: a dot per attempt with its verdict, a slider, and the text
/// beside the one before it with the differences marked.
/// threads  GUI thread; test  chain_panel_test.cpp
class TimeView final : public QWidget {
    Q_OBJECT
  public:
    TimeView(AppContext& context, QWidget* parent = nullptr);
    /// history  attempts at one task, oldest first (any samples); those of `document`'s sample are
    /// shown.
    void showHistory(const std::vector<store::ChainSummary>& history,
                     const ChainDocumentPtr& document);
    void showEarlier(const ChainDocumentPtr& earlier, const std::vector<DiffPiece>& changes);
    void retranslate();
    int attemptCount() const { return static_cast<int>(m_attempts.size()); }
    QString summary() const;

  signals:
    void chainChosen(qint64 chain);
    /// The attempt before the shown one; 0 = there is none.
    void earlierWanted(qint64 chain);

  private:
    void fill();
    void markChanges();
    QString heading(const ChainDocument& document) const;

    AppContext& m_context;
    std::vector<store::ChainSummary> m_attempts;
    ChainDocumentPtr m_document;
    ChainDocumentPtr m_earlier;
    std::vector<DiffPiece> m_changes;
    int m_at = -1;
    HistoryDots* m_dots;
    QSlider* m_slider;
    PlainLabel* m_summary;
    ChainCard* m_before;
    ChainCard* m_now;
};

}  // namespace veritune::app
