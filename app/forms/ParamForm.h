// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "core/util/json.h"
#include "core/util/result.h"

#include <QList>
#include <QWidget>

class QComboBox;
class QLineEdit;

namespace veritune::app {

class NoteLine;
class PlainLabel;

/// A form made from the JSON schema of a verifier's parameters: choices for yes/no and listed
/// values, lines for numbers and texts, JSON for everything else. What is left empty is not set.
/// What does not fit is named at once below the form.
/// threads  GUI thread; test  bench_model_test.cpp
class ParamForm final : public QWidget {
    Q_OBJECT
  public:
    /// Names of the controls are "NAME.KEY".
    ParamForm(AppContext& context, const QString& objectName, QWidget* parent = nullptr);
    void setSchema(const util::Json& schema);
    void setValue(const util::Json& params);
    /// An object that fits the schema, or why not.
    util::Result<util::Json> value() const;
    bool isEmpty() const { return m_rows.isEmpty(); }
    void retranslate();

  signals:
    void edited();

  private:
    struct Row {
        QString key;
        bool isRequired = false;
        bool takesText = false;    ///< the schema wants a text
        bool takesNumber = false;  ///< or a number
        PlainLabel* label = nullptr;
        QComboBox* combo = nullptr;
        QLineEdit* line = nullptr;
        util::Json given;   ///< what setValue() put into the line; null = nothing
        QString givenText;  ///< and how it stands there
    };
    void addRow(const QString& key, const util::Json& schema, bool isRequired);
    void check();
    util::Result<util::Json> valueOf(const Row& row) const;

    AppContext& m_context;
    util::Json m_schema;
    QList<Row> m_rows;
    QWidget* m_grid = nullptr;
    NoteLine* m_problem;
};

}  // namespace veritune::app
