// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"

#include <QColor>
#include <QList>
#include <QString>
#include <QWidget>

namespace veritune::app {

/// One line of the read-out.
struct ReadLine {
    QColor color;
    bool isDashed = false;
    QString name;
    QString value;
    bool operator==(const ReadLine&) const = default;
};

/// The values under the crosshair: a small card beside it that never takes the mouse.
class CurveReadout final : public QWidget {
    Q_OBJECT
  public:
    explicit CurveReadout(AppContext& context, QWidget* parent);
    /// notes: what happened at this x, below the values. At most kMostLines values are listed.
    void setLines(const QString& heading, const QList<ReadLine>& lines, const QStringList& notes);
    /// Beside x (of the parent), right of it when there is room, and inside `bounds`.
    void placeAt(int x, const QRect& bounds);
    /// "step 120: reward 0.42, length 31".
    QString text() const;
    static constexpr qsizetype kMostLines = 8;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QSize measure() const;
    AppContext& m_context;
    QString m_heading;
    QList<ReadLine> m_lines;
    QStringList m_notes;
};

}  // namespace veritune::app
