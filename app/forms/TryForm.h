// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/forms/ParamForm.h"
#include "core/util/result.h"
#include "core/verify/verdict.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace veritune::app {

class PlainLabel;

/// One answer of a person's own to be checked: verifier, its parameters, reference answer, question
/// and text.
/// threads  GUI thread
class TryForm final : public QWidget {
    Q_OBJECT
  public:
    explicit TryForm(AppContext& context, QWidget* parent = nullptr);
    /// errors  kInvalidArgument: which field does not fit
    util::Result<verify::VerifyRequest> request() const;
    void setRequest(const verify::VerifyRequest& request);
    void retranslate();

  signals:
    void checkRequested();

  private:
    void showVerifier();
    PlainLabel* label();

    AppContext& m_context;
    QComboBox* m_verifier;
    PlainLabel* m_paramsLabel;
    ParamForm* m_params;
    QComboBox* m_profile;
    QLineEdit* m_gold;
    QLineEdit* m_prompt;
    QPlainTextEdit* m_text;
    QPushButton* m_check;
    PlainLabel* m_verifierLabel;
    PlainLabel* m_profileLabel;
    PlainLabel* m_goldLabel;
    PlainLabel* m_promptLabel;
    PlainLabel* m_textLabel;
};

}  // namespace veritune::app
