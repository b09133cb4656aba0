// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/CurveAccessible.h"

#include "app/widgets/CurveView.h"

#include <QAccessibleWidget>

namespace veritune::app {
namespace {

class CurveInterface final : public QAccessibleWidget {
  public:
    explicit CurveInterface(CurveView* view)
        : QAccessibleWidget(view, QAccessible::Chart) {}
    QString text(QAccessible::Text kind) const override {
        const auto* view = static_cast<const CurveView*>(widget());
        return kind == QAccessible::Value ? view->spokenValue() : QAccessibleWidget::text(kind);
    }
};

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
    auto* view = qobject_cast<CurveView*>(object);
    return view ? new CurveInterface(view) : nullptr;
}

}  // namespace

void installCurveAccessibility() {
    static const bool installed = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(installed)
}

}  // namespace veritune::app
