// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/models/EvaluateModel.h"
#include "app/widgets/Cards.h"
#include "app/widgets/FactRow.h"

#include <optional>

namespace veritune::app {

class DifficultyBars;
class NoteLine;
class RowTable;

/// One result: how it was measured, its figures with their intervals, how the difficulty of the
/// problems is spread, and where the model is strong and weak.
/// threads  GUI thread
class EvaluationCard final : public Card {
    Q_OBJECT
  public:
    explicit EvaluationCard(AppContext& context, QWidget* parent = nullptr);
    /// What needs the problems comes with showInsight(); until then, and for another record, only
    /// the rest is there.
    void show(const data::EvaluationRecord& record);
    void showInsight(const EvaluationInsight& insight);
    void retranslate();
    void keepColumns();

  signals:
    /// To give its problems tags.
    void datasetRequested(const QString& name);

  private:
    QVBoxLayout* addPart(QWidget*& part, PlainLabel*& caption);
    void buildDifficulty();
    void buildSlices();
    void restyle();
    void fillFacts();
    void addSampleFacts(QList<FactRow::Fact>& facts) const;
    void fillDifficulty();
    void fillSlices();
    bool isExplained() const { return m_insight && m_insight->id == m_record.id; }

    AppContext& m_context;
    data::EvaluationRecord m_record;
    std::optional<EvaluationInsight> m_insight;
    SliceTable m_slices;
    PlainLabel* m_setup;
    FactRow* m_facts;
    NoteLine* m_note;
    QWidget* m_parts;
    QWidget* m_difficultyPart = nullptr;
    PlainLabel* m_difficultyCaption = nullptr;
    DifficultyBars* m_bars = nullptr;
    PlainLabel* m_barsNote = nullptr;
    QWidget* m_slicesPart = nullptr;
    PlainLabel* m_slicesCaption = nullptr;
    RowTable* m_sliceTable = nullptr;
    PlainLabel* m_slicesNote = nullptr;
    QPushButton* m_toData = nullptr;
};

}  // namespace veritune::app
