// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"

#include <QAbstractButton>

namespace veritune::app {

/// A big button: icon, title, two or three lines. The whole card can be clicked and focused.
class ChoiceCard final : public QAbstractButton {
    Q_OBJECT
  public:
    ChoiceCard(AppContext& context,
               const QString& iconName,
               const QString& objectName,
               QWidget* parent = nullptr);
    /// badge: a short remark at the upper end ("35 seconds"), may be empty.
    void setTexts(const QString& title, const QString& detail, const QString& badge = {});
    void setPrimary(bool on);

  protected:
    void paintEvent(QPaintEvent* event) override;
    QSize sizeHint() const override;

  private:
    void restyle();
    AppContext& m_context;
    QString m_iconName;
    bool m_primary = false;
    PlainLabel* m_icon;
    PlainLabel* m_title;
    PlainLabel* m_detail;
    PlainLabel* m_badge;
};

}  // namespace veritune::app
