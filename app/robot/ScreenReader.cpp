// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/robot/ScreenReader.h"

#include <QAccessible>
#include <QFile>
#include <QMetaEnum>
#include <QWidget>

namespace veritune::app {
namespace {

// Rows of a table are many; the first ones say how the others are.
constexpr int kMostChildren = 60;
constexpr int kDeepest = 40;

QString roleOf(QAccessible::Role role) {
    return QString::fromLatin1(QMetaEnum::fromType<QAccessible::Role>().valueToKey(role));
}

QString ownerOf(const QAccessibleInterface& node) {
    const QObject* object = node.object();
    if (!object) return QStringLiteral("a part");
    return object->objectName().isEmpty() ? QString::fromLatin1(object->metaObject()->className())
                                          : object->objectName();
}

/// What a person can act on; the rest are texts and boxes.
bool isActive(const QAccessibleInterface& node) {
    switch (node.role()) {
        case QAccessible::Button:
        case QAccessible::ButtonMenu:
        case QAccessible::CheckBox:
        case QAccessible::RadioButton:
        case QAccessible::ComboBox:
        case QAccessible::EditableText:
        case QAccessible::SpinBox:
        case QAccessible::Slider:
        case QAccessible::List:
        case QAccessible::Table:
        case QAccessible::Tree:
        case QAccessible::PageTab:
        case QAccessible::MenuItem:
        case QAccessible::Chart:
            return true;
        default:
            return false;
    }
}

struct Walk {
    QString fault;
    QByteArray tree;

    void visit(QAccessibleInterface* node, int depth) {
        if (!node || !node->isValid() || depth > kDeepest || node->state().invisible) return;
        const QString name = node->text(QAccessible::Name);
        tree += QByteArray(depth * 2, ' ') + roleOf(node->role()).toUtf8() + "  " +
                QString(name).replace(u'\n', u' ').toUtf8() + '\n';
        if (fault.isEmpty()) fault = faultOf(*node, name);
        // Qt's parts of a combo or spin box or a field (list, field, icon) speak through their
        // owner.
        const auto role = node->role();
        if (role == QAccessible::ComboBox || role == QAccessible::SpinBox ||
            role == QAccessible::EditableText)
            return;
        for (int i = 0; i < qMin(node->childCount(), kMostChildren); ++i)
            visit(node->child(i), depth + 1);
    }

  private:
    static QString faultOf(const QAccessibleInterface& node, const QString& name) {
        const QAccessible::State state = node.state();
        const bool isUsed = state.focusable || isActive(node);
        if (!isUsed || state.disabled) return {};
        const auto* widget = qobject_cast<const QWidget*>(node.object());
        if (name.trimmed().isEmpty())
            return ownerOf(node) + u" (" + roleOf(node.role()) + QStringLiteral(") has no name");
        // A page takes the focus so that its keys work; it is a box with a name.
        const bool isSilent =
            node.role() == QAccessible::NoRole || (node.role() == QAccessible::Client && widget &&
                                                   (widget->focusPolicy() & Qt::TabFocus) != 0);
        return isSilent ? ownerOf(node) + QStringLiteral(" has no role") : QString();
    }
};

}  // namespace

QString screenReaderFault(QWidget& window, const QString& file) {
    Walk walk;
    walk.visit(QAccessible::queryAccessibleInterface(&window), 0);
    if (!file.isEmpty()) {
        QFile out(file);
        if (!out.open(QIODevice::WriteOnly) || out.write(walk.tree) != walk.tree.size())
            return QStringLiteral("cannot write ") + file;
    }
    return walk.fault;
}

}  // namespace veritune::app
