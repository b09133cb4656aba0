// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/models/TokenHeat.h"

#include <QWidget>

namespace veritune::app {

/// The values behind a chain's colours as bars from the first to the last token, with the scale:
/// where in a long text the model doubted. Always from left to right. Several tokens on one pixel
/// show the strongest.
/// threads  GUI thread
class HeatStrip final : public QWidget {
    Q_OBJECT
  public:
    HeatStrip(AppContext& context, const QString& objectName, QWidget* parent = nullptr);
    /// Hidden for kNone; says so when the values were not recorded.
    void setHeat(const TokenHeat& heat, int tokens);
    void setCurrentToken(int token);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  signals:
    void tokenChanged(int token);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    QRect barArea() const;
    int tokenAt(int x) const;
    void paintScale(QPainter& painter) const;
    void paintBars(QPainter& painter) const;
    QString summary() const;

    AppContext& m_context;
    TokenHeat m_heat;
    int m_tokens = 0;
    int m_token = -1;
};

}  // namespace veritune::app
