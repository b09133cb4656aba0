// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/robot/Keyboard.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QButtonGroup>
#include <QComboBox>
#include <QKeySequence>
#include <QLineEdit>
#include <QMainWindow>
#include <QSlider>
#include <QTest>
#include <QWindow>

namespace veritune::app {
namespace {

constexpr int kMostTabs = 400;
constexpr int kActiveMs = 2000;
// A ring around the smallest control has more; a caret alone has fewer.
constexpr int kLeastPixels = 40;

QWidget* activeTop(QWidget& window) {
    if (QWidget* popup = QApplication::activePopupWidget()) return popup;
    if (QWidget* modal = QApplication::activeModalWidget()) return modal;
    return &window;
}

void pressTab(QWidget& window, bool isBack = false) {
    QWidget* top = activeTop(window);
    // Without a window manager nobody hands the focus back when a dialog has closed.
    if (!top->isActiveWindow() && top->isWindow() && !QApplication::activePopupWidget()) {
        top->activateWindow();
        (void)QTest::qWaitForWindowActive(top, kActiveMs);
    }
    QTest::keyClick(top->windowHandle(),
                    isBack ? Qt::Key_Backtab : Qt::Key_Tab,
                    isBack ? Qt::ShiftModifier : Qt::NoModifier);
}

bool hasFocus(const QString& name) {
    const QWidget* now = QApplication::focusWidget();
    return now && now->objectName() == name;
}

QString nameOf(const QWidget& widget) {
    return widget.objectName().isEmpty() ? QString::fromLatin1(widget.metaObject()->className())
                                         : widget.objectName();
}

bool isControl(const QWidget& widget) {
    const bool isKind =
        qobject_cast<const QAbstractButton*>(&widget) || qobject_cast<const QLineEdit*>(&widget) ||
        qobject_cast<const QComboBox*>(&widget) || qobject_cast<const QAbstractSpinBox*>(&widget) ||
        qobject_cast<const QAbstractItemView*>(&widget) || qobject_cast<const QSlider*>(&widget);
    return isKind;
}

/// Qt's own parts inside a control are reached through it.
bool isInner(const QWidget& widget) {
    for (const QWidget* up = widget.parentWidget(); up; up = up->parentWidget()) {
        if (qobject_cast<const QComboBox*>(up) || qobject_cast<const QAbstractSpinBox*>(up) ||
            qobject_cast<const QLineEdit*>(up) || qobject_cast<const QAbstractItemView*>(up))
            return true;
    }
    return widget.objectName().startsWith(QStringLiteral("qt_"));
}

/// One of a group of which exactly one is chosen: the arrow keys go on from the chosen one.
QList<QAbstractButton*> groupOf(const QWidget& widget) {
    const auto* button = qobject_cast<const QAbstractButton*>(&widget);
    if (!button || !button->isCheckable()) return {};
    if (const QButtonGroup* group = button->group())
        return group->exclusive() ? group->buttons() : QList<QAbstractButton*>();
    if (!button->autoExclusive() || !button->parentWidget()) return {};
    QList<QAbstractButton*> all;
    for (auto* other : button->parentWidget()->findChildren<QAbstractButton*>(
             QString(), Qt::FindDirectChildrenOnly)) {
        if (other->autoExclusive() && other->isCheckable()) all.append(other);
    }
    return all;
}

int differing(const QImage& a, const QImage& b) {
    if (a.size() != b.size()) return kLeastPixels;
    int count = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            const QColor left = a.pixelColor(x, y);
            const QColor right = b.pixelColor(x, y);
            const int most =
                qMax(qAbs(left.red() - right.red()),
                     qMax(qAbs(left.green() - right.green()), qAbs(left.blue() - right.blue())));
            count += most > 16 ? 1 : 0;
        }
    }
    return count;
}

/// The control and the 4 px around it, where a ring may be.
QImage lookOf(const QWidget& widget) {
    QWidget* top = widget.window();
    const QRect box(widget.mapTo(top, QPoint(0, 0)), widget.size());
    return top->grab(box.adjusted(-4, -4, 4, 4).intersected(top->rect()))
        .toImage()
        .convertToFormat(QImage::Format_RGB32);
}

}  // namespace

void pressKeys(QWidget& window, const QString& keys) {
    const QKeySequence sequence(keys, QKeySequence::PortableText);
    for (int i = 0; i < sequence.count(); ++i) {
        const QKeyCombination key = sequence[i];
        QTest::keyClick(activeTop(window)->windowHandle(), key.key(), key.keyboardModifiers());
    }
}

TabWalk::TabWalk(QWidget& window, QString name)
    : m_window(window),
      m_name(std::move(name)) {}

TabWalk::Focused TabWalk::focusedNow() {
    QWidget* widget = QApplication::focusWidget();
    if (!widget) return {};
    return {widget, widget->mapTo(widget->window(), QPoint(0, 0)), lookOf(*widget)};
}

/// Empty when `before`, which has lost the focus since, looks different without it.
QString TabWalk::unseen(const Focused& before) {
    QWidget* widget = before.widget;
    // A page that was just opened has the focus so that its keys work; nothing is chosen on it.
    if (!widget || !widget->isVisible() || widget->hasFocus() ||
        !(widget->focusPolicy() & Qt::TabFocus) ||
        qobject_cast<QMainWindow*>(widget->window()) == nullptr)
        return {};
    // Scrolled away: there is nothing to compare.
    if (widget->mapTo(widget->window(), QPoint(0, 0)) != before.at) return {};
    if (differing(before.look, lookOf(*widget)) >= kLeastPixels) return {};
    return nameOf(*widget) + QStringLiteral(" does not show that it has the focus");
}

/// A control that had not the focus.
QString TabWalk::missed() const {
    for (const QWidget* widget : activeTop(m_window)->findChildren<QWidget*>()) {
        if (!widget->isVisible() || !widget->isEnabled() || !isControl(*widget) ||
            isInner(*widget) || m_reached.contains(widget))
            continue;
        if (widget->focusProxy() && m_reached.contains(widget->focusProxy())) continue;
        bool isGroup = false;
        for (const QAbstractButton* other : groupOf(*widget))
            isGroup = isGroup || m_reached.contains(other);
        if (!isGroup) return nameOf(*widget) + QStringLiteral(" is not reached with Tab");
    }
    return {};
}

bool TabWalk::step(QString& fault) {
    if (m_presses > kMostTabs) {
        fault = m_name.isEmpty() ? QStringLiteral("Tab does not come around")
                                 : m_name + QStringLiteral(" is not reached with Tab");
        return true;
    }
    return m_name.isEmpty() ? stepAround(fault) : stepTo(fault);
}

bool TabWalk::stepTo(QString& fault) {
    if (m_isBack) {
        if (!hasFocus(m_name)) m_unseen = m_name + QStringLiteral(" is not reached backwards");
        fault = m_unseen;
        return true;
    }
    if (m_before.widget) {
        m_unseen = unseen(m_before);
        m_isBack = true;
        pressTab(m_window, true);
        fault = m_unseen;
        return !fault.isEmpty();
    }
    if (m_presses > 0 && hasFocus(m_name)) m_before = focusedNow();
    ++m_presses;
    pressTab(m_window);
    return false;
}

bool TabWalk::stepAround(QString& fault) {
    if (m_unseen.isEmpty()) m_unseen = unseen(m_before);
    m_before = focusedNow();
    if (m_presses > 0) {
        if (!m_before.widget) {
            fault = QStringLiteral("Tab leads out of the window");
            return true;
        }
        if (m_before.widget == m_first) {
            fault = m_unseen.isEmpty() ? missed() : m_unseen;
            return true;
        }
        if (!m_first) m_first = m_before.widget;
        m_reached.insert(m_before.widget);
    }
    ++m_presses;
    pressTab(m_window);
    return false;
}

}  // namespace veritune::app
