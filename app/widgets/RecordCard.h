// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"
#include "core/data/dataset_row.h"

#include <QWidget>

#include <memory>
#include <optional>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QScrollArea;
class QSpinBox;
class QStackedWidget;
class QVBoxLayout;

namespace veritune::app {

class NoteLine;
class Pill;
class SegmentBar;

/// One row of a data set: as text, as it is stored, and to be changed.
/// threads  GUI thread
class RecordCard final : public QWidget {
    Q_OBJECT
  public:
    RecordCard(AppContext& context, const QString& objectName, QWidget* parent = nullptr);
    /// Null: nothing is chosen; the hint stands there.
    void show(const std::shared_ptr<const data::DatasetRow>& row);
    const std::shared_ptr<const data::DatasetRow>& row() const { return m_row; }
    void setHint(const QString& hint);
    /// Opens the form for changes.
    void edit();
    bool isEditing() const;
    void setWritable(bool on, const QString& why);
    void retranslate();

  signals:
    /// Keys of data::check_row_set with the new values.
    void changeRequested(const veritune::util::Json& set);

  private:
    void buildText();
    void buildEdit();
    PlainLabel* caption(QVBoxLayout& column, QList<PlainLabel*>& list);
    void fill();
    void fillText();
    void fillFindings();
    void fillEdit();
    void save();
    void restyle();
    std::optional<util::Json> changes() const;

    AppContext& m_context;
    std::shared_ptr<const data::DatasetRow> m_row;
    bool m_isWritable = true;
    PlainLabel* m_hint;
    QWidget* m_body;
    PlainLabel* m_id;
    Pill* m_state;
    SegmentBar* m_mode;
    QStackedWidget* m_stack;
    QList<PlainLabel*> m_captions;
    QWidget* m_findings = nullptr;
    QList<NoteLine*> m_notes;
    PlainLabel* m_questionCaption = nullptr;
    QPlainTextEdit* m_question = nullptr;
    PlainLabel* m_goldCaption = nullptr;
    PlainLabel* m_gold = nullptr;
    PlainLabel* m_solutionCaption = nullptr;
    QPlainTextEdit* m_solution = nullptr;
    PlainLabel* m_about = nullptr;
    QPlainTextEdit* m_raw = nullptr;
    QList<PlainLabel*> m_fieldCaptions;
    QPlainTextEdit* m_editPrompt = nullptr;
    QLineEdit* m_editGold = nullptr;
    QComboBox* m_editVerifier = nullptr;
    QComboBox* m_editSplit = nullptr;
    QSpinBox* m_editLevel = nullptr;
    QLineEdit* m_editTopic = nullptr;
    QLineEdit* m_editTags = nullptr;
    QPlainTextEdit* m_editSolution = nullptr;
    NoteLine* m_problem = nullptr;
    QPushButton* m_save = nullptr;
    QPushButton* m_discard = nullptr;
};

/// A finding in words: "Nearly the same as row 17 (0.91)".
QString findingText(const data::ReviewItem& item);

}  // namespace veritune::app
