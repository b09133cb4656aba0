// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"

#include <QAbstractButton>

namespace veritune::app {

/// One of a few big choices: icon, title, a sentence. Checkable, exclusive among its siblings; the
/// chosen one carries a mark, not only a colour.
class OptionCard final : public QAbstractButton {
    Q_OBJECT
  public:
    /// iconName may be empty.
    OptionCard(AppContext& context,
               const QString& iconName,
               const QString& objectName,
               QWidget* parent = nullptr);
    void setTexts(const QString& title, const QString& sentence);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    int iconSide() const;
    int markSide() const;
    int textLeft() const;
    QFont titleFont() const;

    AppContext& m_context;
    QString m_iconName;
    QString m_title;
    QString m_sentence;
};

}  // namespace veritune::app
