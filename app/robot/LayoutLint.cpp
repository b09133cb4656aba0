// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/robot/LayoutLint.h"

#include "app/PlainText.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSet>
#include <QStyleOptionComboBox>
#include <QTabBar>
#include <QToolButton>

namespace veritune::app {
namespace {

QString nameOf(const QWidget& widget) {
    const QString name = widget.objectName().isEmpty()
                             ? QString::fromLatin1(widget.metaObject()->className())
                             : widget.objectName();
    return name + (widget.parentWidget() && widget.objectName().isEmpty()
                       ? u" in " + widget.parentWidget()->objectName()
                       : QString());
}

/// A text that is cut off.
QString clippedText(const QWidget& widget) {
    if (const auto* label = qobject_cast<const QLabel*>(&widget)) {
        if (qobject_cast<const ElidedLabel*>(&widget) || label->text().isEmpty()) return {};
        const int needed =
            label->wordWrap() ? label->heightForWidth(label->width()) : label->sizeHint().height();
        const bool tooNarrow = !label->wordWrap() && label->sizeHint().width() > label->width() + 1;
        if (tooNarrow || needed > label->height() + 1) return label->text();
    } else if (const auto* button = qobject_cast<const QPushButton*>(&widget)) {
        if (button->sizeHint().width() > button->width() + 1) return button->text();
    } else if (const auto* tool = qobject_cast<const QToolButton*>(&widget)) {
        if (tool->toolButtonStyle() != Qt::ToolButtonIconOnly && !tool->text().isEmpty() &&
            tool->sizeHint().width() > tool->width() + 1)
            return tool->text();
    } else if (const auto* combo = qobject_cast<const QComboBox*>(&widget)) {
        QStyleOptionComboBox option;
        option.initFrom(combo);
        option.editable = combo->isEditable();
        option.frame = combo->hasFrame();
        const int room =
            combo->style()
                ->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, combo)
                .width();
        // It ends with an ellipsis and has its whole text in the tooltip; most must be readable.
        if (combo->fontMetrics().horizontalAdvance(combo->currentText()) * 3 > room * 5)
            return combo->currentText();
    } else if (const auto* spin = qobject_cast<const QAbstractSpinBox*>(&widget)) {
        const auto* field = spin->findChild<const QLineEdit*>();
        if (field && field->fontMetrics().horizontalAdvance(spin->text()) > field->width())
            return spin->text();
    } else if (const auto* check = qobject_cast<const QAbstractButton*>(&widget)) {
        if (!check->text().isEmpty() && check->sizeHint().width() > check->width() + 1 &&
            check->objectName().section(u'.', 0, 0) != QStringLiteral("rail"))
            return check->text();
    }
    return {};
}

bool isInteractive(const QWidget& widget) {
    return qobject_cast<const QAbstractButton*>(&widget) ||
           qobject_cast<const QLineEdit*>(&widget) || qobject_cast<const QComboBox*>(&widget) ||
           qobject_cast<const QAbstractSpinBox*>(&widget);
}

/// Parts that Qt makes inside its own controls.
bool isInner(const QWidget& widget) {
    for (const QWidget* parent = widget.parentWidget(); parent; parent = parent->parentWidget()) {
        if (qobject_cast<const QComboBox*>(parent) ||
            qobject_cast<const QAbstractSpinBox*>(parent) ||
            qobject_cast<const QLineEdit*>(parent) || qobject_cast<const QTabBar*>(parent) ||
            qobject_cast<const QHeaderView*>(parent) || qobject_cast<const QMenu*>(parent)) {
            return true;
        }
    }
    return widget.objectName().startsWith(QStringLiteral("qt_")) ||
           qobject_cast<const QScrollBar*>(&widget);
}

bool isInScrollArea(const QWidget& widget) {
    for (const QWidget* parent = widget.parentWidget(); parent; parent = parent->parentWidget()) {
        if (qobject_cast<const QAbstractScrollArea*>(parent)) return true;
    }
    return false;
}

QString faultOf(const QWidget& widget) {
    if (const QString text = clippedText(widget); !text.isEmpty())
        return nameOf(widget) + u" cuts off \"" + text + u'"';
    if (!isInteractive(widget)) return {};
    if (widget.width() < 24 || widget.height() < 24) {
        const bool isMark = qobject_cast<const QAbstractButton*>(&widget) &&
                            qobject_cast<const QAbstractButton*>(&widget)->isCheckable();
        if (!isMark) return nameOf(widget) + QStringLiteral(" is under 24 px");
    }
    const QWidget* parent = widget.parentWidget();
    if (parent && !isInScrollArea(widget) && !parent->rect().contains(widget.geometry()))
        return nameOf(widget) + QStringLiteral(" reaches out of its parent");
    if (widget.accessibleName().isEmpty()) {
        const auto* button = qobject_cast<const QAbstractButton*>(&widget);
        if (!button || button->text().isEmpty())
            return nameOf(widget) + QStringLiteral(" has no accessible name");
    }
    if (widget.objectName().isEmpty()) return nameOf(widget) + QStringLiteral(" has no objectName");
    return {};
}

}  // namespace

namespace {

/// A control that lies on another one of the same box.
QString overlap(const QWidget& widget) {
    const QWidget* parent = widget.parentWidget();
    if (!parent || !isInteractive(widget)) return {};
    for (const auto* other :
         parent->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
        if (other == &widget || !other->isVisible() || !isInteractive(*other)) continue;
        if (other->geometry().intersects(widget.geometry()))
            return nameOf(widget) + u" lies on " + nameOf(*other);
    }
    return {};
}

}  // namespace

QString layoutFault(const QWidget& window) {
    QSet<QString> names;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || isInner(*widget)) continue;
        if (const QString fault = faultOf(*widget); !fault.isEmpty()) return fault;
        if (const QString fault = overlap(*widget); !fault.isEmpty()) return fault;
        if (isInteractive(*widget) && names.contains(widget->objectName()))
            return widget->objectName() + QStringLiteral(" names two controls");
        names.insert(widget->objectName());
    }
    return {};
}

}  // namespace veritune::app
