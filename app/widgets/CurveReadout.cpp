// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/CurveReadout.h"

#include "app/Theme.h"

#include <QPainter>

#include <algorithm>

namespace veritune::app {
namespace {

constexpr int kSwatch = 12;
constexpr int kWidest = 300;

}  // namespace

CurveReadout::CurveReadout(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

void CurveReadout::setLines(const QString& heading,
                            const QList<ReadLine>& lines,
                            const QStringList& notes) {
    m_heading = heading;
    m_lines = lines;
    m_notes = notes;
    if (m_lines.size() > kMostLines) {
        m_notes.prepend(tr("and %n more", "curves", static_cast<int>(m_lines.size() - kMostLines)));
        m_lines.resize(kMostLines);
    }
    resize(measure());
    update();
}

QSize CurveReadout::measure() const {
    const QFontMetrics small(m_context.theme.small());
    int name = 0;
    int value = 0;
    for (const ReadLine& line : m_lines) {
        name = std::max(name, small.horizontalAdvance(line.name));
        value = std::max(value, small.horizontalAdvance(line.value));
    }
    int wide = kSwatch + kGap2 + name + (name > 0 ? kGap3 : 0) + value;
    wide = std::max(wide, small.horizontalAdvance(m_heading));
    for (const QString& note : m_notes) wide = std::max(wide, small.horizontalAdvance(note));
    const auto rows = static_cast<int>(1 + m_lines.size() + m_notes.size());
    return {std::min(wide, kWidest) + 2 * kGap2 + 2, rows * (small.height() + 2) + 2 * kGap2 - 2};
}

void CurveReadout::placeAt(int x, const QRect& bounds) {
    int left = x + kGap2 + 2;
    if (left + width() > bounds.right()) left = x - kGap2 - 2 - width();
    left = std::clamp(left, bounds.left(), std::max(bounds.left(), bounds.right() - width()));
    move(left, bounds.top());
}

QString CurveReadout::text() const {
    QStringList parts;
    for (const ReadLine& line : m_lines)
        parts.append(line.name.isEmpty() ? line.value : line.name + u' ' + line.value);
    parts += m_notes;
    return m_heading + QStringLiteral(": ") + parts.join(QStringLiteral(", "));
}

void CurveReadout::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_context.theme.colors();
    painter.setPen(QPen(colors.border, 1));
    painter.setBrush(colors.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
    const QFont font = m_context.theme.small();
    const QFontMetrics metrics(font);
    painter.setFont(font);
    QRect row(kGap2, kGap2 - 1, width() - 2 * kGap2, metrics.height());
    const auto write = [&](const QString& text, const QColor& ink, int flags, QRect box) {
        painter.setPen(ink);
        painter.drawText(
            QStyle::visualRect(layoutDirection(), row, box),
            static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::Alignment(flags))) |
                Qt::AlignVCenter,
            metrics.elidedText(text, Qt::ElideMiddle, box.width()));
    };
    write(m_heading, colors.textMuted, Qt::AlignLeft, row);
    for (const ReadLine& line : m_lines) {
        row.translate(0, metrics.height() + 2);
        const QRect swatch(row.left(), row.center().y(), kSwatch, 1);
        const QRect drawn = QStyle::visualRect(layoutDirection(), row, swatch);
        painter.setPen(QPen(line.color, 2, line.isDashed ? Qt::DotLine : Qt::SolidLine));
        painter.drawLine(drawn.left(), drawn.top(), drawn.right(), drawn.top());
        const int value = metrics.horizontalAdvance(line.value);
        const QRect words(row.left() + kSwatch + kGap2,
                          row.top(),
                          row.width() - kSwatch - 2 * kGap2 - value,
                          row.height());
        if (!line.name.isEmpty()) write(line.name, colors.textMuted, Qt::AlignLeft, words);
        write(line.value,
              colors.text,
              line.name.isEmpty() ? Qt::AlignLeft : Qt::AlignRight,
              line.name.isEmpty() ? QRect(words.left(), row.top(), value + 2, row.height()) : row);
    }
    for (const QString& note : m_notes) {
        row.translate(0, metrics.height() + 2);
        write(note, colors.textMuted, Qt::AlignLeft, row);
    }
}

}  // namespace veritune::app
