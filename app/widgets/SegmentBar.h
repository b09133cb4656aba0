// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"

#include <QList>
#include <QWidget>

class QButtonGroup;

namespace veritune::app {

/// A row of choices of which exactly one is on: "Text | Tokens | Bytes". Arrow keys move, the
/// choice is announced as a radio button.
class SegmentBar final : public QWidget {
    Q_OBJECT
  public:
    /// One objectName per choice: "NAME.PART".
    SegmentBar(AppContext& context,
               const QString& objectName,
               const QStringList& parts,
               QWidget* parent = nullptr);
    void setTexts(const QStringList& texts, const QStringList& tips);
    int current() const;
    void setCurrent(int index);
    void setSegmentEnabled(int index, bool on);

  signals:
    /// By the person, not by setCurrent().
    void chosen(int index);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    AppContext& m_context;
    QButtonGroup* m_group;
};

}  // namespace veritune::app
