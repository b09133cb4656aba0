// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/forms/NoteLine.h"
#include "app/models/SetupModel.h"

#include <QWidget>

class QButtonGroup;
class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;
class QGridLayout;

namespace veritune::app {

class Card;
class OptionCard;

/// The few questions that a first run needs, one card each: what, which model, which questions, how
/// long, and where the project goes.
class SimpleSetup final : public QWidget {
    Q_OBJECT
  public:
    SimpleSetup(AppContext& context, SetupModel& model, QWidget* parent = nullptr);
    /// Brings the field of an issue into view; the widget that has it, or null.
    QWidget* fieldOf(const RecipeIssue& issue) const;

  protected:
    void changeEvent(QEvent* event) override;

  private:
    Card* buildGoal();
    Card* buildDemo();
    Card* buildModel();
    Card* buildData();
    QWidget* buildFindings();
    Card* buildLength();
    Card* buildProject();
    void chooseModel();
    void chooseData();
    void retranslate();
    void restyle();
    void refresh();
    void refreshModel();
    void refreshData();
    void refreshDatasets();
    void refreshFindings();
    void refreshVerifiers();
    void refreshLength();
    void refreshProject();

    AppContext& m_context;
    SetupModel& m_model;
    Card* m_goalCard;
    OptionCard* m_goalDemo;
    OptionCard* m_goalOwn;
    Card* m_demoCard;
    OptionCard* m_demoQuick;
    OptionCard* m_demoFull;
    Card* m_modelCard;
    PlainLabel* m_modelHint;
    QLineEdit* m_modelPath;
    QPushButton* m_modelBrowse;
    NoteLine* m_modelNote;
    Card* m_dataCard;
    PlainLabel* m_dataHint;
    PlainLabel* m_datasetCaption;
    QComboBox* m_dataset;
    QLineEdit* m_dataPath;
    QPushButton* m_dataBrowse;
    NoteLine* m_dataNote;
    NoteLine* m_solutionNote;
    QWidget* m_findings;
    PlainLabel* m_previewHeads[2];
    QList<PlainLabel*> m_preview;
    PlainLabel* m_verifierCaption;
    QComboBox* m_verifier;
    NoteLine* m_verifierNote;
    PlainLabel* m_heldoutCaption;
    QSpinBox* m_heldout;
    QPushButton* m_errorsToggle;
    QPlainTextEdit* m_errors;
    Card* m_lengthCard;
    QList<OptionCard*> m_lengths;
    PlainLabel* m_stepsCaption;
    QSpinBox* m_steps;
    Card* m_projectCard;
    PlainLabel* m_nameCaption;
    QLineEdit* m_name;
    PlainLabel* m_folderCaption;
    ElidedLabel* m_folder;
    QPushButton* m_folderBrowse;
    const DataFindings* m_shownFindings = nullptr;
};

}  // namespace veritune::app
