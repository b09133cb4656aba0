// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/ChainText.h"

#include "app/PlainText.h"
#include "app/Theme.h"
#include "app/models/ChainWords.h"
#include "app/widgets/SpokenRole.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace veritune::app {
namespace {

constexpr std::size_t kMaxFound = 10'000;
constexpr std::int64_t kShortBytes = 600;

}  // namespace

ChainText::ChainText(AppContext& context, const QString& objectName, QWidget* parent)
    : QAbstractScrollArea(parent),
      m_context(context) {
    setObjectName(objectName);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setSpokenRole(this, QAccessible::Document);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    viewport()->setCursor(Qt::IBeamCursor);
    // Token text runs from left to right in every language of the window.
    viewport()->setLayoutDirection(Qt::LeftToRight);
    connect(&context.theme, &Theme::changed, this, &ChainText::rebuild);
}

void ChainText::setDocument(std::shared_ptr<const ChainDocument> document) {
    m_document = std::move(document);
    m_unfolded.clear();
    m_framed = {};
    m_shared.reset();
    m_pieces.clear();
    m_heat = {};
    m_token = -1;
    verticalScrollBar()->setValue(0);
    rebuild();
}

void ChainText::setMode(ChainMode mode) {
    if (m_mode == mode) return;
    m_mode = mode;
    verticalScrollBar()->setValue(0);
    rebuild();
}

ChainMode ChainText::mode() const {
    return m_document && m_document->isTooLarge() ? ChainMode::kBytes : m_mode;
}

void ChainText::setHeat(TokenHeat heat) {
    m_heat = std::move(heat);
    viewport()->update();
}

void ChainText::setCompact(bool on) {
    m_compact = on;
    rebuild();
}

void ChainText::setSharedBeginning(std::optional<std::int64_t> bytes) {
    m_shared = bytes;
    viewport()->update();
}

void ChainText::setPieces(std::vector<ByteRange> pieces, DiffPiece::Kind kind) {
    m_pieces = std::move(pieces);
    m_pieceKind = kind;
    viewport()->update();
}

void ChainText::rebuild() {
    m_rendering = m_document ? m_document->render(mode(), m_unfolded) : ChainRendering{};
    m_anchor = m_caret = 0;
    relayout();
    if (!m_searched.isEmpty()) find(m_searched);
    setAccessibleDescription(m_rendering.text.left(4000));
}

ChainLayout ChainText::layoutFor(int width) const {
    const QFontMetrics head(m_context.theme.small());
    return ChainLayout(m_rendering,
                       {.font = textFont(),
                        .rowHeight = rowHeight(),
                        .headHeight = head.height() + kGap3 + kGap2,
                        .width = std::max(40, width - 2 * margin()),
                        .headings = !m_compact && mode() == ChainMode::kText,
                        .prompt = !m_compact});
}

int ChainText::heightFor(int width, int most) const {
    const int edges = 2 * (m_compact ? kGap1 : kGap2);
    // Long texts fill the bound anyway: no need to measure them.
    const bool isLong = mode() == ChainMode::kBytes || m_rendering.text.size() > 20'000;
    const int height = isLong ? most * rowHeight() : layoutFor(width).height();
    return std::min(height, most * rowHeight()) + edges;
}

void ChainText::relayout() {
    m_layout = layoutFor(viewport()->width());
    updateScrollBar();
    viewport()->update();
}

void ChainText::updateScrollBar() {
    verticalScrollBar()->setSingleStep(rowHeight());
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setRange(0, std::max(0, contentHeight() - viewport()->height()));
}

int ChainText::contentHeight() const {
    const int edges = 2 * (m_compact ? kGap1 : kGap2);
    if (mode() == ChainMode::kBytes) {
        return static_cast<int>(byteRows()) * rowHeight() + edges;
    }
    return m_layout.height() + edges;
}

QSize ChainText::sizeHint() const {
    return {fontMetrics().averageCharWidth() * 40, std::min(contentHeight(), rowHeight() * 12)};
}

QFont ChainText::textFont() const {
    QFont font = mode() == ChainMode::kText ? m_context.theme.body() : m_context.theme.mono();
    // Short texts are worth reading from a distance.
    const bool isShort = m_document && m_document->byteCount() < kShortBytes;
    if (mode() != ChainMode::kBytes && !m_compact) {
        font.setPointSizeF(font.pointSizeF() * (isShort ? 1.4 : 1.1));
    }
    return font;
}

int ChainText::rowHeight() const {
    const int line = QFontMetrics(textFont()).height();
    return line + (mode() == ChainMode::kTokens ? kGap3 / 2 + 2 : std::max(3, line / 3));
}

int ChainText::margin() const { return m_compact ? kGap1 : kGap3; }

ChainText::ByteGrid ChainText::byteGrid() const {
    ByteGrid grid;
    grid.charWidth = QFontMetricsF(textFont()).horizontalAdvance(u'0');
    for (const int perRow : {32, 16, 8, 4}) {
        grid.perRow = perRow;
        if (grid.textX(perRow) <= viewport()->width() - 2 * margin()) break;
    }
    return grid;
}

std::int64_t ChainText::byteRows() const {
    if (!m_document) return 0;
    const int perRow = byteGrid().perRow;
    return (m_document->byteCount() + perRow - 1) / perRow;
}

// --- places --------------------------------------------------------------------------------------

int ChainText::placeAt(const QPoint& pos, bool nearest) const {
    if (!m_document) return -1;
    const int y = pos.y() + verticalScrollBar()->value() - (m_compact ? kGap1 : kGap2);
    if (mode() == ChainMode::kBytes) {
        const ByteGrid grid = byteGrid();
        const std::int64_t row = std::max(y, 0) / rowHeight();
        const qreal x = (pos.x() - margin()) / grid.charWidth;
        const qreal text = grid.textX(0) / grid.charWidth;
        const int column = x >= text ? static_cast<int>(x - text)
                                     : static_cast<int>((x - grid.offsetDigits - 2) / 3);
        const bool inside = x >= grid.offsetDigits + 2 && column < grid.perRow;
        const std::int64_t byte = row * grid.perRow + std::clamp(column, 0, grid.perRow - 1);
        if (!nearest && (!inside || byte >= m_document->byteCount())) return -1;
        return static_cast<int>(std::min(byte, m_document->byteCount()));
    }
    const int index = m_layout.rowAt(y);
    if (index < 0) return -1;
    const ChainLayout::Row& row = m_layout.rows()[static_cast<std::size_t>(index)];
    if (row.section >= 0 || y >= m_layout.height()) return nearest ? row.end : -1;
    QTextLayout layout(m_rendering.text.mid(row.begin, row.end - row.begin), textFont());
    styleCharacters(layout, row);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    if (line.isValid()) line.setLineWidth(1e6);
    layout.endLayout();
    if (!line.isValid()) return nearest ? row.begin : -1;
    const qreal x = pos.x() - margin();
    if (!nearest && (x < 0 || x > line.naturalTextWidth())) return -1;
    return row.begin +
           line.xToCursor(
               x, nearest ? QTextLine::CursorBetweenCharacters : QTextLine::CursorOnCharacter);
}

int ChainText::tokenOfPlace(int place) const {
    if (place < 0) return -1;
    if (mode() != ChainMode::kBytes) return m_rendering.tokenAt(place);
    const auto& tokens = m_document->tokenBytes();
    const auto it =
        std::partition_point(tokens.begin(), tokens.end(), [place](const ByteRange& token) {
            return token.end <= place;
        });
    return it != tokens.end() && it->begin <= place ? static_cast<int>(it - tokens.begin()) : -1;
}

ChainText::Span ChainText::placesOf(ByteRange range) const {
    if (mode() == ChainMode::kBytes) {
        return {static_cast<int>(range.begin), static_cast<int>(range.end)};
    }
    if (mode() == ChainMode::kTokens && !m_document->tokensFit()) return {};
    const ChainRendering::Units units = m_rendering.unitsOf(range);
    return {units.begin, units.end};
}

ByteRange ChainText::bytesOf(Span places) const {
    if (mode() == ChainMode::kBytes) return {places.begin, places.end};
    const auto at = [this](int unit) -> std::int64_t {
        if (m_rendering.bytes.empty()) return 0;
        const auto index =
            std::min(static_cast<std::size_t>(std::max(unit, 0)), m_rendering.bytes.size() - 1);
        return m_rendering.bytes[index];
    };
    return {at(places.begin), at(places.end)};
}

void ChainText::ensureVisible(int place) {
    const int height = rowHeight();
    int y = 0;
    if (mode() == ChainMode::kBytes) {
        y = place / byteGrid().perRow * height;
    } else {
        const int row = m_layout.rowOf(place);
        if (row < 0) return;
        y = m_layout.rows()[static_cast<std::size_t>(row)].y;
    }
    QScrollBar* bar = verticalScrollBar();
    if (y < bar->value() + height || y + 2 * height > bar->value() + viewport()->height()) {
        bar->setValue(y - viewport()->height() / 3);
    }
}

void ChainText::showBytes(ByteRange range) {
    m_framed = range;
    viewport()->update();
    if (!m_document || range.isEmpty()) return;
    const Span places = placesOf(range);
    if (places.end > places.begin) ensureVisible(places.begin);
}

// --- tokens, search, selection -------------------------------------------------------------------

void ChainText::setCurrentToken(int token) {
    const int count = m_document ? static_cast<int>(m_document->record().tokens.size()) : 0;
    const int next = std::clamp(token, -1, count - 1);
    if (next == m_token) return;
    m_token = next;
    if (m_token >= 0 && static_cast<std::size_t>(m_token) + 1 < m_rendering.tokens.size()) {
        ensureVisible(m_rendering.tokens[static_cast<std::size_t>(m_token)]);
    }
    viewport()->update();
}

void ChainText::showToken(int token) {
    if (token == m_token) return;
    setCurrentToken(token);
    emit tokenChanged(m_token);
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

int ChainText::find(const QString& text) {
    m_searched = text;
    m_found.clear();
    m_foundAt = -1;
    if (m_document && !text.isEmpty()) {
        if (mode() == ChainMode::kBytes) {
            findInBytes(text);
        } else {
            findInText(text);
        }
    }
    if (!m_found.empty()) findNext(true);
    viewport()->update();
    return static_cast<int>(m_found.size());
}

void ChainText::findInText(const QString& text) {
    const int first = m_compact && !m_rendering.sections.empty() &&
                              m_rendering.sections.front().kind == SectionKind::kPrompt
                          ? m_rendering.sections.front().end
                          : 0;
    qsizetype at = m_rendering.text.indexOf(text, first, Qt::CaseInsensitive);
    while (at >= 0 && m_found.size() < kMaxFound) {
        m_found.push_back({static_cast<int>(at), static_cast<int>(at + text.size())});
        at = m_rendering.text.indexOf(text, at + text.size(), Qt::CaseInsensitive);
    }
}

void ChainText::findInBytes(const QString& text) {
    const QByteArray wanted = text.toUtf8();
    const std::string_view needle(wanted.constData(), static_cast<std::size_t>(wanted.size()));
    const std::string bytes = m_document->bytes({0, m_document->byteCount()});
    std::size_t at = bytes.find(needle);
    while (at != std::string::npos && m_found.size() < kMaxFound) {
        m_found.push_back({static_cast<int>(at), static_cast<int>(at + needle.size())});
        at = bytes.find(needle, at + needle.size());
    }
}

int ChainText::findNext(bool forward) {
    if (m_found.empty()) return 0;
    const auto count = static_cast<int>(m_found.size());
    if (m_foundAt < 0) {
        m_foundAt = forward ? 0 : count - 1;
    } else {
        m_foundAt = (m_foundAt + (forward ? 1 : count - 1)) % count;
    }
    ensureVisible(m_found[static_cast<std::size_t>(m_foundAt)].begin);
    viewport()->update();
    return m_foundAt + 1;
}

QString ChainText::selectedText() const {
    if (!hasSelection() || !m_document) return {};
    const Span places{std::min(m_anchor, m_caret), std::max(m_anchor, m_caret)};
    if (mode() == ChainMode::kTokens && !m_document->tokensFit()) {
        return m_rendering.text.mid(places.begin, places.end - places.begin);
    }
    return fromUtf8(m_document->bytes(bytesOf(places)));
}

void ChainText::selectAll() {
    m_anchor = 0;
    m_caret = mode() == ChainMode::kBytes && m_document ? static_cast<int>(m_document->byteCount())
                                                        : static_cast<int>(m_rendering.text.size());
    viewport()->update();
}

void ChainText::copySelection() {
    const QString text = selectedText();
    if (!text.isEmpty()) QApplication::clipboard()->setText(text);
}

// --- events --------------------------------------------------------------------------------------

void ChainText::resizeEvent(QResizeEvent*) { relayout(); }

void ChainText::scrollContentsBy(int, int) { viewport()->update(); }

void ChainText::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) viewport()->update();
}

void ChainText::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void ChainText::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void ChainText::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    m_pressed = event->pos();
    m_dragging = false;
    const int place = placeAt(event->pos(), true);
    if (place < 0) return;
    if (!(event->modifiers() & Qt::ShiftModifier)) m_anchor = place;
    m_caret = place;
    viewport()->update();
}

void ChainText::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton) {
        m_dragging = m_dragging || (event->pos() - m_pressed).manhattanLength() >=
                                       QApplication::startDragDistance();
        const int place = placeAt(event->pos(), true);
        if (m_dragging && place >= 0 && place != m_caret) {
            m_caret = place;
            ensureVisible(place);
            viewport()->update();
        }
        return;
    }
    const int place = placeAt(event->pos(), false);
    const int token = tokenOfPlace(place);
    if (token != m_token) {
        m_token = token;
        viewport()->update();
        emit tokenChanged(token);
    }
    bool onFold = false;
    for (const ChainRendering::Insert& insert : m_rendering.inserts) {
        onFold = onFold || (place >= insert.begin && place < insert.end);
    }
    viewport()->setCursor(onFold ? Qt::PointingHandCursor : Qt::IBeamCursor);
}

void ChainText::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && !m_dragging && !hasSelection()) {
        click(placeAt(event->pos(), false));
    }
}

void ChainText::click(int place) {
    if (place < 0) return;
    for (const ChainRendering::Insert& insert : m_rendering.inserts) {
        if (place < insert.begin || place >= insert.end) continue;
        if (insert.kind == ChainRendering::Insert::Kind::kFold) {
            m_unfolded.insert(insert.index);
            rebuild();
        } else {
            emit stepActivated(insert.index);
        }
        return;
    }
    const auto holds = [&](ByteRange range) {
        const Span span = placesOf(range);
        return place >= span.begin && place < span.end;
    };
    if (holds(m_document->answer())) emit answerActivated();
    const auto& steps = m_document->steps();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (holds(steps[i].bytes)) emit stepActivated(static_cast<int>(i));
    }
}

void ChainText::mouseDoubleClickEvent(QMouseEvent* event) {
    const int place = placeAt(event->pos(), false);
    if (place < 0 || mode() == ChainMode::kBytes) return;
    const QString& text = m_rendering.text;
    const auto isWord = [&](int unit) {
        return text[unit].isLetterOrNumber() || text[unit] == u'_';
    };
    m_anchor = m_caret = place;
    while (m_anchor > 0 && isWord(m_anchor - 1) && isWord(place)) --m_anchor;
    while (m_caret < text.size() && isWord(m_caret) && isWord(place)) ++m_caret;
    m_dragging = true;
    viewport()->update();
}

void ChainText::leaveEvent(QEvent* event) {
    QAbstractScrollArea::leaveEvent(event);
    if (!hasFocus()) showToken(-1);
}

void ChainText::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) return copySelection();
    if (event->matches(QKeySequence::SelectAll)) return selectAll();
    const int tokens = static_cast<int>(m_rendering.tokens.size()) - 1;
    if (tokens > 0 && event->modifiers() == Qt::NoModifier) {
        if (event->key() == Qt::Key_Right) return showToken(std::min(m_token + 1, tokens - 1));
        if (event->key() == Qt::Key_Left) return showToken(std::max(m_token - 1, 0));
    }
    if (event->key() == Qt::Key_Home) return verticalScrollBar()->setValue(0);
    if (event->key() == Qt::Key_End) {
        return verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    }
    QAbstractScrollArea::keyPressEvent(event);
}

void ChainText::contextMenuEvent(QContextMenuEvent* event) {
    emit contextRequested(event->globalPos());
}

}  // namespace veritune::app
