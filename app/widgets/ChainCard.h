// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"
#include "app/models/ChainBrowser.h"

#include <QFrame>

namespace veritune::app {

class ChainText;

/// A chain beside others: verdict, sample, reward, and its text without the task.
/// threads  GUI thread
class ChainCard final : public QFrame {
    Q_OBJECT
  public:
    ChainCard(AppContext& context, const QString& objectName, QWidget* parent = nullptr);
    /// heading  "Sample 3" or "Step 20"
    void setChain(const ChainDocumentPtr& document, const QString& heading);
    void setCurrent(bool on);
    ChainText* text() const { return m_text; }
    const ChainDocumentPtr& document() const { return m_document; }

  signals:
    void chosen();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void restyle();

    AppContext& m_context;
    ChainDocumentPtr m_document;
    bool m_current = false;
    PlainLabel* m_mark;
    ElidedLabel* m_heading;
    PlainLabel* m_reward;
    ChainText* m_text;
};

}  // namespace veritune::app
