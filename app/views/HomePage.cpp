// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/Pages.h"
#include "app/widgets/Cards.h"

#include <QVBoxLayout>

namespace veritune::app {
namespace {
class HomePage final : public Page {
  public:
    HomePage(AppContext& context, QWidget* parent)
        : Page(PageId::kHome, context, parent) {
        m_empty =
            new EmptyState(context, QStringLiteral("demo"), QStringLiteral("home.empty"), this);
        auto* column = new QVBoxLayout(this);
        column->addWidget(m_empty);
        retranslate();
    }
    QString title() const override { return QStringLiteral("Home"); }
    QString help() const override { return {}; }
    void open(const Route&) override {}
    void retranslate() override {
        m_empty->setTexts(QStringLiteral("Home"), QStringLiteral("x"), QStringLiteral("Go"));
    }
    EmptyState* m_empty;
};
}  // namespace
Page* makeHomePage(AppContext& context, QWidget* parent) { return new HomePage(context, parent); }
}  // namespace veritune::app
