// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"
#include "app/models/BenchModel.h"

#include <QScrollArea>

class QListWidget;
class QPlainTextEdit;
class QVBoxLayout;

namespace veritune::app {

class FactRow;
class NoteLine;

/// Why a verifier decided as it did: the verdict, what was expected, the text and the answer found
/// in it, how answer and reference were read, each step, the rule that decided.
/// threads  GUI thread
class ExplainPanel final : public QScrollArea {
    Q_OBJECT
  public:
    ExplainPanel(AppContext& context, const QString& objectName, QWidget* parent = nullptr);
    /// Null: nothing is explained; the hint stands there instead.
    void show(const BenchExplanationPtr& explanation);
    void showError(const util::Error& error);
    void setHint(const QString& hint);
    void retranslate();
    QSize minimumSizeHint() const override;

  private:
    PlainLabel* caption(QVBoxLayout& column);
    PlainLabel* value(QVBoxLayout& column);
    void fill();
    void fillSteps();
    void fillDetails();
    void restyle();

    AppContext& m_context;
    BenchExplanationPtr m_explanation;
    PlainLabel* m_hint;
    NoteLine* m_error;
    QWidget* m_body;
    PlainLabel* m_mark;
    PlainLabel* m_word;
    PlainLabel* m_why;
    NoteLine* m_expected;
    PlainLabel* m_questionCaption;
    PlainLabel* m_question;
    PlainLabel* m_textCaption;
    QPlainTextEdit* m_text;
    PlainLabel* m_readCaption;
    FactRow* m_read;
    PlainLabel* m_stepsCaption;
    QListWidget* m_steps;
    PlainLabel* m_detailsCaption;
    FactRow* m_details;
    QList<PlainLabel*> m_captions;
};

}  // namespace veritune::app
