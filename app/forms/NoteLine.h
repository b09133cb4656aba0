// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"
#include "app/widgets/Cards.h"

#include <QWidget>

namespace veritune::app {

/// A mark and a line or two about the thing above it: a verdict on a folder, why a value cannot be.
class NoteLine final : public QWidget {
    Q_OBJECT
  public:
    NoteLine(AppContext& context, const QString& objectName, QWidget* parent = nullptr);
    /// Empty text hides it.
    void set(Severity severity, const QString& text);
    /// Without a mark, muted.
    void setPlain(const QString& text);
    QString text() const { return m_label->text(); }

  private:
    void restyle();

    AppContext& m_context;
    Severity m_severity = Severity::kInfo;
    bool m_isPlain = true;
    PlainLabel* m_icon;
    PlainLabel* m_label;
};

}  // namespace veritune::app
