// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"

#include <QWidget>

class QToolButton;

namespace veritune::app {

class Page;

/// The right dock: what this page is for, and what the focused control does (F1 shows and hides
/// it). A control's text is its accessible description, else its tooltip.
class HelpPanel final : public QWidget {
    Q_OBJECT
  public:
    explicit HelpPanel(AppContext& context, QWidget* parent = nullptr);
    void setPage(const Page* page);

  signals:
    void closeRequested();

  protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    void showControl(const QWidget* control);
    void retranslate();
    void restyle();

    AppContext& m_context;
    const Page* m_page = nullptr;
    PlainLabel* m_heading;
    PlainLabel* m_pageTitle;
    PlainLabel* m_pageText;
    PlainLabel* m_controlTitle;
    PlainLabel* m_controlText;
    QToolButton* m_close;
};

}  // namespace veritune::app
