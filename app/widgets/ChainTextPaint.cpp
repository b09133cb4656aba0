// SPDX-License-Identifier: GPL-3.0-or-later
// How ChainText draws its rows: text with heat, marks and selection, or bytes.
#include "app/Theme.h"
#include "app/models/ChainWords.h"
#include "app/widgets/ChainText.h"

#include <QPainter>
#include <QScrollBar>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace veritune::app {
namespace {

QColor faded(QColor color, qreal alpha) {
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

}  // namespace

/// One row in the middle of being painted.
struct ChainText::RowPaint {
    QPainter& painter;
    const ChainLayout::Row& row;
    const QTextLine& line;
    qreal x = 0.0;
    int y = 0;
    int height = 0;

    /// The part of the row that shows units [begin, end); null when none does.
    QRectF box(int begin, int end) const {
        const int from = std::max(begin, row.begin);
        const int to = std::min(end, row.end);
        if (from >= to) return {};
        const qreal left = line.cursorToX(from - row.begin);
        const qreal right = line.cursorToX(to - row.begin);
        return QRectF(x + std::min(left, right), y, std::fabs(right - left), height);
    }
};

void ChainText::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    painter.fillRect(event->rect(), m_context.theme.colors().surface);
    if (!m_document) return;
    painter.setRenderHint(QPainter::Antialiasing);
    if (mode() == ChainMode::kBytes) {
        paintByteRows(painter, event->rect());
    } else {
        paintTextRows(painter, event->rect());
    }
    if (!hasFocus()) return;
    painter.setPen(QPen(m_context.theme.colors().accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(viewport()->rect()).adjusted(1, 1, -1, -1), kRadius, kRadius);
}

void ChainText::paintTextRows(QPainter& painter, const QRect& clip) {
    const int top = verticalScrollBar()->value() - (m_compact ? kGap1 : kGap2);
    const auto& rows = m_layout.rows();
    const int first = m_layout.rowAt(clip.top() + top);
    if (first < 0) return;
    for (auto row = rows.begin() + first; row != rows.end() && row->y - top <= clip.bottom();
         ++row) {
        if (row->section >= 0) {
            paintHeading(painter, *row, row->y - top);
        } else {
            paintTextRow(painter, *row, row->y - top);
        }
    }
}

void ChainText::paintHeading(QPainter& painter, const ChainLayout::Row& row, int y) const {
    const Colors& colors = m_context.theme.colors();
    QFont font = m_context.theme.small();
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(colors.textMuted);
    const SectionKind kind = m_rendering.sections[static_cast<std::size_t>(row.section)].kind;
    const QString text = ChainWords::section(kind);
    const QFontMetrics metrics(font);
    const int base = y + kGap3 + metrics.ascent();
    painter.drawText(margin(), base, text);
    const int lineY = base - metrics.ascent() / 2 + 1;
    painter.setPen(colors.border);
    painter.drawLine(margin() + metrics.horizontalAdvance(text) + kGap2,
                     lineY,
                     viewport()->width() - margin(),
                     lineY);
}

void ChainText::paintTextRow(QPainter& painter, const ChainLayout::Row& row, int y) {
    QTextLayout layout(m_rendering.text.mid(row.begin, row.end - row.begin), textFont());
    QTextOption option;
    option.setTextDirection(Qt::LeftToRight);
    option.setWrapMode(QTextOption::NoWrap);
    layout.setTextOption(option);
    styleCharacters(layout, row);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    if (line.isValid()) line.setLineWidth(1e6);
    layout.endLayout();
    if (!line.isValid()) return;
    const int height = rowHeight();
    const RowPaint paint{painter, row, line, static_cast<qreal>(margin()), y, height};
    paintBackgrounds(paint);
    if (m_mode == ChainMode::kTokens) paintTokenCells(paint);
    painter.setPen(m_context.theme.colors().text);
    layout.draw(&painter, QPointF(margin(), y + (height - line.height()) / 2.0));
    paintMarks(paint);
}

void ChainText::styleCharacters(QTextLayout& layout, const ChainLayout::Row& row) const {
    const Colors& colors = m_context.theme.colors();
    QList<QTextLayout::FormatRange> formats;
    const auto add = [&](int begin, int end, const QColor& color, bool strong) {
        const int from = std::max(begin, row.begin);
        const int to = std::min(end, row.end);
        if (from >= to) return;
        QTextLayout::FormatRange range;
        range.start = from - row.begin;
        range.length = to - from;
        range.format.setForeground(color);
        if (strong) range.format.setFontWeight(QFont::DemiBold);
        formats.push_back(range);
    };
    add(row.begin, row.end, colors.text, false);
    for (const ChainRendering::Section& section : m_rendering.sections) {
        if (section.kind == SectionKind::kAnswer)
            add(section.begin, section.end, colors.text, true);
    }
    if (m_shared) {
        const std::int64_t base = m_document->completionBytes().begin;
        const auto shared = m_rendering.unitsOf({base, base + *m_shared});
        add(shared.begin, shared.end, colors.textMuted, false);
    }
    for (const ChainRendering::Insert& insert : m_rendering.inserts) {
        using Kind = ChainRendering::Insert::Kind;
        const QColor color = insert.kind == Kind::kStepOk    ? colors.good
                             : insert.kind == Kind::kStepBad ? colors.bad
                                                             : colors.accent;
        add(insert.begin, insert.end, color, insert.kind != Kind::kStepOk);
    }
    layout.setFormats(formats);
}

void ChainText::paintBackgrounds(const RowPaint& row) const {
    const Colors& colors = m_context.theme.colors();
    QPainter& painter = row.painter;
    painter.setPen(Qt::NoPen);
    const auto fill = [&](Span span, const QColor& color, qreal radius = 3.0) {
        const QRectF box = row.box(span.begin, span.end);
        if (box.isNull()) return;
        painter.setBrush(color);
        painter.drawRoundedRect(box.adjusted(-1, 2, 1, -2), radius, radius);
    };
    if (m_heat.isRecorded() && !m_rendering.tokens.empty()) {
        const int first = std::max(m_rendering.tokenAt(row.row.begin), 0);
        for (std::size_t i = static_cast<std::size_t>(first);
             i + 1 < m_rendering.tokens.size() && m_rendering.tokens[i] < row.row.end;
             ++i) {
            const QRectF box = row.box(m_rendering.tokens[i], m_rendering.tokens[i + 1]);
            const QColor color = heatColor(m_heat.strength(i), m_heat.isDiverging, m_context.theme);
            if (!box.isNull() && color.alpha() > 0) {
                painter.fillRect(box.adjusted(0, 2, 0, -2), color);
            }
        }
    }
    for (const ByteRange& piece : m_pieces) {
        const bool added = m_pieceKind == DiffPiece::Kind::kAdded;
        fill(placesOf(piece), added ? colors.goodSoft : colors.badSoft);
    }
    if (!m_heat.isRecorded() && m_pieces.empty())
        fill(placesOf(m_document->answer()), colors.accentSoft);
    for (const ChainRendering::Insert& insert : m_rendering.inserts) {
        if (insert.kind == ChainRendering::Insert::Kind::kFold) {
            fill({insert.begin, insert.end}, colors.accentSoft, 8.0);
        }
    }
    for (std::size_t i = 0; i < m_found.size(); ++i) {
        if (m_found[i].end <= row.row.begin || m_found[i].begin >= row.row.end) continue;
        fill(m_found[i],
             static_cast<int>(i) == m_foundAt ? faded(colors.warn, 0.55) : colors.warnSoft);
    }
    if (hasSelection()) {
        fill({std::min(m_anchor, m_caret), std::max(m_anchor, m_caret)},
             faded(colors.accent, 0.3),
             0.0);
    }
}

void ChainText::paintTokenCells(const RowPaint& row) const {
    QPainter& painter = row.painter;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(m_context.theme.colors().border, 1));
    const int first = std::max(m_rendering.tokenAt(row.row.begin), 0);
    for (std::size_t i = static_cast<std::size_t>(first);
         i + 1 < m_rendering.tokens.size() && m_rendering.tokens[i] < row.row.end;
         ++i) {
        const QRectF box = row.box(m_rendering.tokens[i], m_rendering.tokens[i + 1]);
        if (!box.isNull()) painter.drawRect(box.adjusted(0.5, 2.5, 0.5, -2.5));
    }
}

void ChainText::paintMarks(const RowPaint& row) const {
    const Colors& colors = m_context.theme.colors();
    QPainter& painter = row.painter;
    const auto underline = [&](Span span, const QColor& color, int width) {
        const QRectF box = row.box(span.begin, span.end);
        if (!box.isNull()) {
            painter.fillRect(QRectF(box.left(), box.bottom() - 2 - width, box.width(), width),
                             color);
        }
    };
    // Thousands of steps, a few in this row: bytes are compared before places are looked up.
    const ByteRange here = bytesOf({row.row.begin, row.row.end});
    for (const ChainStep& step : m_document->steps()) {
        const bool near = step.bytes.begin <= here.end && step.bytes.end >= here.begin;
        if (!step.ok && near) underline(placesOf(step.bytes), colors.bad, 2);
    }
    if (m_pieces.empty()) underline(placesOf(m_document->answer()), colors.accent, 2);
    // Removed and added words differ by their line as well, not by colour alone.
    for (const ByteRange& piece : m_pieces) {
        const Span span = placesOf(piece);
        if (m_pieceKind == DiffPiece::Kind::kAdded) {
            underline(span, colors.good, 2);
        } else if (const QRectF box = row.box(span.begin, span.end); !box.isNull()) {
            painter.fillRect(QRectF(box.left(), box.center().y(), box.width(), 1), colors.bad);
        }
    }
    if (m_shared) {
        const std::int64_t at = m_document->completionBytes().begin + *m_shared;
        const QRectF box = row.box(placesOf({at, at + 1}).begin, placesOf({at, at + 1}).begin + 1);
        if (!box.isNull()) {
            painter.fillRect(QRectF(box.left() - 1.5, box.top() + 1, 3, box.height() - 2),
                             colors.accent);
        }
    }
    painter.setBrush(Qt::NoBrush);
    const auto frame = [&](Span span, const QColor& color) {
        const QRectF box = row.box(span.begin, span.end);
        if (box.isNull()) return;
        painter.setPen(QPen(color, 2));
        painter.drawRoundedRect(box.adjusted(-2, 2, 2, -2), 4, 4);
    };
    frame(placesOf(m_framed), colors.accent);
    if (m_token >= 0 && static_cast<std::size_t>(m_token) + 1 < m_rendering.tokens.size()) {
        const auto token = static_cast<std::size_t>(m_token);
        frame({m_rendering.tokens[token], m_rendering.tokens[token + 1]}, colors.text);
    }
}

void ChainText::paintByteRows(QPainter& painter, const QRect& clip) const {
    painter.setFont(textFont());
    const ByteGrid grid = byteGrid();
    const int height = rowHeight();
    const int top = verticalScrollBar()->value() - (m_compact ? kGap1 : kGap2);
    const std::int64_t last =
        std::min<std::int64_t>(byteRows(), (clip.bottom() + top) / height + 1);
    for (std::int64_t row = std::max(0, (clip.top() + top) / height); row < last; ++row) {
        paintByteRow(painter, row, static_cast<int>(row * height) - top, grid);
    }
}

void ChainText::paintByteRow(QPainter& painter,
                             std::int64_t row,
                             int y,
                             const ByteGrid& grid) const {
    const Colors& colors = m_context.theme.colors();
    const std::int64_t begin = row * grid.perRow;
    const std::string bytes = m_document->bytes({begin, begin + grid.perRow});
    const std::int64_t completion = m_document->completionBytes().begin;
    paintByteMarks(painter, begin, static_cast<int>(bytes.size()), y, grid);
    const int height = rowHeight();
    const auto draw = [&](qreal x, const QString& text, const QColor& color) {
        painter.setPen(color);
        painter.drawText(
            QRectF(margin() + x, y, grid.charWidth * (static_cast<qreal>(text.size()) + 1), height),
            Qt::AlignVCenter | Qt::AlignLeft,
            text);
    };
    draw(0, QString::number(begin, 16).rightJustified(grid.offsetDigits, u'0'), colors.textMuted);
    for (int column = 0; column < static_cast<int>(bytes.size()); ++column) {
        const auto byte = static_cast<unsigned char>(bytes[static_cast<std::size_t>(column)]);
        const bool isPrompt = begin + column < completion;
        const QColor color = isPrompt ? colors.textMuted : colors.text;
        draw(grid.hexX(column), QString::number(byte, 16).rightJustified(2, u'0').toUpper(), color);
        const bool shown = byte >= 0x20 && byte < 0x7f;
        draw(grid.textX(column),
             QString(shown ? QChar(static_cast<char16_t>(byte)) : QChar(0x00b7)),
             shown ? color : colors.textMuted);
    }
}

void ChainText::paintByteMarks(
    QPainter& painter, std::int64_t begin, int count, int y, const ByteGrid& grid) const {
    const Colors& colors = m_context.theme.colors();
    const auto mark = [&](std::int64_t from, std::int64_t to, const QColor& color) {
        const int first = static_cast<int>(std::max<std::int64_t>(from - begin, 0));
        const int last = static_cast<int>(std::min<std::int64_t>(to - begin, count));
        if (first >= last) return;
        const qreal hexEnd = grid.hexX(last) - grid.charWidth;
        painter.fillRect(
            QRectF(margin() + grid.hexX(first), y + 1, hexEnd - grid.hexX(first), rowHeight() - 2),
            color);
        painter.fillRect(QRectF(margin() + grid.textX(first),
                                y + 1,
                                grid.textX(last) - grid.textX(first),
                                rowHeight() - 2),
                         color);
    };
    mark(m_document->answer().begin, m_document->answer().end, colors.accentSoft);
    mark(m_framed.begin, m_framed.end, faded(colors.accent, 0.35));
    for (const Span& span : m_found) {
        if (span.begin < begin + count && span.end > begin)
            mark(span.begin, span.end, colors.warnSoft);
    }
    mark(std::min(m_anchor, m_caret), std::max(m_anchor, m_caret), faded(colors.accent, 0.3));
}

}  // namespace veritune::app
