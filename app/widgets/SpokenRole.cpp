// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/SpokenRole.h"

#include <QAccessibleWidget>
#include <QVariant>

namespace veritune::app {
namespace {

constexpr auto kRole = "veritune_spoken_role";

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
    auto* widget = qobject_cast<QWidget*>(object);
    const QVariant role = widget ? widget->property(kRole) : QVariant();
    if (!role.isValid()) return nullptr;
    return new QAccessibleWidget(widget, static_cast<QAccessible::Role>(role.toInt()));
}

}  // namespace

void setSpokenRole(QWidget* widget, QAccessible::Role role) {
    static const bool installed = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(installed)
    widget->setProperty(kRole, static_cast<int>(role));
}

}  // namespace veritune::app
