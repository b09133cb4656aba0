// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/GroupStrip.h"

#include "app/Icons.h"
#include "app/Theme.h"
#include "app/Verdicts.h"
#include "app/widgets/SpokenRole.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

namespace veritune::app {
namespace {

constexpr int kWidestPitch = 23;
constexpr int kNarrowestPitch = 13;

}  // namespace

GroupStrip::GroupStrip(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setFocusPolicy(Qt::StrongFocus);
    setSpokenRole(this, QAccessible::Table);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&context.theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void GroupStrip::setRows(const QList<StripRow>& rows) {
    m_rows = rows;
    m_row = qBound(0, m_row, qMax(0, static_cast<int>(rows.size()) - 1));
    int solved = 0;
    for (const StripRow& row : rows) {
        bool any = false;
        for (const StripCell& cell : row.cells)
            any = any || cell.status == QStringLiteral("correct");
        solved += any ? 1 : 0;
    }
    setAccessibleName(
        tr("%1 of %n question(s) have a correct chain", nullptr, static_cast<int>(rows.size()))
            .arg(solved));
    updateGeometry();
    update();
}

/// As wide as a whole group on one line allows; a group that is still too long wraps.
int GroupStrip::pitch() const {
    qsizetype longest = 1;
    for (const StripRow& row : m_rows) longest = qMax(longest, row.cells.size());
    return qBound(
        kNarrowestPitch, width() / static_cast<int>(longest), m_context.theme.scaled(kWidestPitch));
}

int GroupStrip::perLine() const { return qMax(1, width() / pitch()); }

QSize GroupStrip::sizeHint() const {
    int lines = 0;
    for (const StripRow& row : m_rows)
        lines += static_cast<int>((row.cells.size() + perLine() - 1) / perLine());
    return {8 * kNarrowestPitch, qMax(1, lines) * pitch()};
}

void GroupStrip::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    updateGeometry();
}

QRect GroupStrip::cellBox(int row, int cell) const {
    int line = 0;
    for (int i = 0; i < row; ++i)
        line += static_cast<int>((m_rows[i].cells.size() + perLine() - 1) / perLine());
    line += cell / perLine();
    const int size = pitch() - (pitch() > 16 ? 3 : 2);
    const QRect box((cell % perLine()) * pitch(), line * pitch(), size, size);
    return QStyle::visualRect(layoutDirection(), rect(), box);
}

bool GroupStrip::cellAt(const QPoint& at, int& row, int& cell) const {
    for (row = 0; row < m_rows.size(); ++row) {
        for (cell = 0; cell < m_rows[row].cells.size(); ++cell) {
            if (cellBox(row, cell).contains(at)) return true;
        }
    }
    return false;
}

QString GroupStrip::words(int row, int cell) const {
    const StripCell& chain = m_rows[row].cells[cell];
    //: %1 is the name of a question, %2 the number of the chain, %3 the verdict
    return tr("Question %1, chain %2: %3")
        .arg(visibleText(m_rows[row].problem))
        .arg(chain.sample + 1)
        .arg(verdictLook(chain.status.toStdString(), m_context.theme).word);
}

void GroupStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_context.theme.colors();
    for (int row = 0; row < m_rows.size(); ++row) {
        for (int cell = 0; cell < m_rows[row].cells.size(); ++cell) {
            const QRect box = cellBox(row, cell);
            const int inset = box.width() > 14 ? 3 : 1;
            const VerdictLook look =
                verdictLook(m_rows[row].cells[cell].status.toStdString(), m_context.theme);
            const QColor soft = look.severity == Severity::kGood   ? colors.goodSoft
                                : look.severity == Severity::kBad  ? colors.badSoft
                                : look.severity == Severity::kWarn ? colors.warnSoft
                                                                   : colors.raised;
            painter.setPen(Qt::NoPen);
            painter.setBrush(soft);
            painter.drawRoundedRect(box, 3, 3);
            const QString mark = look.severity == Severity::kGood  ? QStringLiteral("check")
                                 : look.severity == Severity::kBad ? QStringLiteral("close")
                                                                   : look.iconName;
            painter.drawPixmap(
                box.adjusted(inset, inset, -inset, -inset),
                iconPixmap(mark, look.color, box.width() - 2 * inset, devicePixelRatioF()));
            if (hasFocus() && row == m_row && cell == m_cell) {
                painter.setPen(QPen(colors.accent, 2));
                painter.setBrush(Qt::NoBrush);
                painter.drawRoundedRect(box, 3, 3);
            }
        }
    }
}

void GroupStrip::mousePressEvent(QMouseEvent* event) {
    int row = 0;
    int cell = 0;
    if (!cellAt(event->pos(), row, cell)) return;
    m_row = row;
    m_cell = cell;
    update();
    emit chainActivated(m_rows[row].cells[cell].chain);
}

void GroupStrip::keyPressEvent(QKeyEvent* event) {
    if (m_rows.isEmpty()) return QWidget::keyPressEvent(event);
    switch (event->key()) {
        case Qt::Key_Left:
            m_cell -= 1;
            break;
        case Qt::Key_Right:
            m_cell += 1;
            break;
        case Qt::Key_Up:
            m_row -= 1;
            break;
        case Qt::Key_Down:
            m_row += 1;
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (m_cell < m_rows[m_row].cells.size())
                emit chainActivated(m_rows[m_row].cells[m_cell].chain);
            return;
        default:
            return QWidget::keyPressEvent(event);
    }
    m_row = qBound(0, m_row, static_cast<int>(m_rows.size()) - 1);
    m_cell = qBound(0, m_cell, static_cast<int>(m_rows[m_row].cells.size()) - 1);
    setAccessibleDescription(words(m_row, m_cell));
    QAccessibleEvent said(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&said);
    update();
}

bool GroupStrip::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        int row = 0;
        int cell = 0;
        const QString text = cellAt(help->pos(), row, cell) ? words(row, cell) : QString();
        QToolTip::showText(help->globalPos(), plainTip(text), this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace veritune::app
