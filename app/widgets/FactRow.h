// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"
#include "app/widgets/Cards.h"

#include <QList>
#include <QWidget>

namespace veritune::app {

/// A few figures side by side, each with its name above it; a line breaks where the width ends.
/// threads  GUI thread
class FactRow final : public QWidget {
    Q_OBJECT
  public:
    struct Fact {
        QString name;
        QString value;
        QString tip;  ///< definition and healthy range
        Severity severity = Severity::kInfo;
    };
    FactRow(AppContext& context, const QString& objectName, QWidget* parent = nullptr);
    void set(const QList<Fact>& facts);

  private:
    struct Box {
        QWidget* widget;
        PlainLabel* name;
        PlainLabel* value;
    };
    void restyle();
    AppContext& m_context;
    QList<Fact> m_facts;
    QList<Box> m_boxes;
};

}  // namespace veritune::app
