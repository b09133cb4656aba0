// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/forms/NoteLine.h"
#include "app/models/RecipeModel.h"

#include <QList>
#include <QPair>
#include <QWidget>

#include <string>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QToolButton;

namespace veritune::app {

/// One hyper-parameter: name and key, editor with unit, what it does. Checks what is typed at once
/// and says beside the field what would fit; a changed value carries a way back to the preset's.
class FieldEditor final : public QWidget {
    Q_OBJECT
  public:
    /// choices  what may be chosen for a text (shown text, value); empty = free
    FieldEditor(AppContext& context,
                RecipeModel& model,
                const RecipeSetting& setting,
                const QList<QPair<QString, QString>>& choices,
                QWidget* parent = nullptr);
    const std::string& pointer() const { return m_pointer; }
    /// Does name, key or effect hold all words of the query?
    bool matches(const QString& query) const;
    /// From the model: another field or a preset has changed the value.
    void refresh();
    void focusEditor();

  signals:
    /// A text that names a folder: the form opens the chooser.
    void browseRequested(const std::string& pointer);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void buildEditor(const QList<QPair<QString, QString>>& choices);
    void buildLayout();
    void commitText();
    void adoptValue();
    void commit(const util::Json& value);
    void showProblem(const QString& sentence, const util::Json& nearest);
    void retranslate();
    void restyle();

    AppContext& m_context;
    RecipeModel& m_model;
    std::string m_pointer;
    const train::Parameter* m_parameter;
    QString m_name;
    PlainLabel* m_label;
    PlainLabel* m_key;
    PlainLabel* m_unit;
    PlainLabel* m_effect;
    NoteLine* m_problem;
    QPushButton* m_fix;
    QToolButton* m_reset;
    QToolButton* m_browse = nullptr;
    QWidget* m_editor = nullptr;
    QLineEdit* m_line = nullptr;
    QComboBox* m_combo = nullptr;
    QCheckBox* m_check = nullptr;
    util::Json m_nearest;
    bool m_isRefreshing = false;
};

}  // namespace veritune::app
