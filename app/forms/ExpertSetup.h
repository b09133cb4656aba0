// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/models/SetupModel.h"

#include <QHash>
#include <QWidget>

class QCheckBox;
class QLineEdit;
class QScrollArea;
class QVBoxLayout;

namespace veritune::app {

class Card;
class OptionCard;
class EmptyState;
class FieldEditor;
class SectionList;

/// Every hyper-parameter: sections at the left (run, data, each stage, review), the chosen
/// section's fields at the right. A section with something missing or wrong carries a mark.
class ExpertSetup final : public QWidget {
    Q_OBJECT
  public:
    ExpertSetup(AppContext& context, SetupModel& model, QWidget* parent = nullptr);
    /// "run", "data", "stage:ID" or "review"; empty pointer = no field in particular.
    void showSection(const QString& section, const std::string& pointer = {});
    QString section() const { return m_section; }
    void retranslate();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    struct Entry {
        QString id;
        QString title;
        int stage = -1;
    };
    void buildParts();
    QList<Entry> entries() const;
    void rebuildList();
    void updateMarks();
    void rebuildForm();
    void addStageCard(int index);
    void addAlgorithmCard(int index);
    void addFields();
    void addReview();
    void addDifferences(QVBoxLayout& rows);
    void filterFields();
    QList<QPair<QString, QString>> choicesFor(const RecipeSetting& setting) const;
    void browse(const std::string& pointer);
    void refreshFields();

    AppContext& m_context;
    SetupModel& m_model;
    QString m_section = QStringLiteral("run");
    SectionList* m_list;
    QLineEdit* m_filter;
    QScrollArea* m_scroll;
    QWidget* m_content = nullptr;
    QVBoxLayout* m_column = nullptr;
    QHash<QString, FieldEditor*> m_fields;
    QList<QPair<Card*, QList<FieldEditor*>>> m_groups;
    QStringList m_builtDatasets;
    bool m_isStale = true;  ///< the form shows another section or recipe
};

}  // namespace veritune::app
