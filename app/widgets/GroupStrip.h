// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/models/LiveRunModel.h"

#include <QWidget>

namespace veritune::app {

/// The newest step at a glance: one row per question, one cell per chain; a cell says by shape and
/// colour what the verifier said. Click or Enter opens the chain.
class GroupStrip final : public QWidget {
    Q_OBJECT
  public:
    explicit GroupStrip(AppContext& context, QWidget* parent = nullptr);
    void setRows(const QList<StripRow>& rows);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  signals:
    void chainActivated(std::int64_t chain);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    int pitch() const;
    int perLine() const;
    QRect cellBox(int row, int cell) const;
    bool cellAt(const QPoint& at, int& row, int& cell) const;
    QString words(int row, int cell) const;

    AppContext& m_context;
    QList<StripRow> m_rows;
    int m_row = 0;
    int m_cell = 0;
};

}  // namespace veritune::app
