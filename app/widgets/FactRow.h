// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"
#include "app/widgets/Cards.h"

#include <QList>
#include <QWidget>

class QGridLayout;

namespace veritune::app {

/// A few facts, each with its name.
///   kFigures  side by side, the name above a big value; a line breaks where the width ends
///   kTable    one below the other, the name before a value that can be long, is wrapped and can be
///             copied; facts without a value are left out
/// threads  GUI thread
class FactRow final : public QWidget {
    Q_OBJECT
  public:
    enum class Shape { kFigures, kTable };
    struct Fact {
        QString name;
        QString value;
        QString tip;  ///< definition and healthy range
        Severity severity = Severity::kInfo;
        bool isCode = false;  ///< in the even font: an answer as a program reads it
    };
    FactRow(AppContext& context,
            const QString& objectName,
            QWidget* parent = nullptr,
            Shape shape = Shape::kFigures);
    void set(const QList<Fact>& facts);

  private:
    struct Box {
        QWidget* widget;  ///< of both; null in a table
        PlainLabel* name;
        PlainLabel* value;
    };
    void addFigure();
    void addLine();
    void restyle();
    AppContext& m_context;
    Shape m_shape;
    QGridLayout* m_grid = nullptr;
    QList<Fact> m_facts;
    QList<Box> m_boxes;
};

}  // namespace veritune::app
