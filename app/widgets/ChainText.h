// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/models/ChainDocument.h"
#include "app/models/TextDiff.h"
#include "app/models/TokenHeat.h"
#include "app/widgets/ChainLayout.h"

#include <QAbstractScrollArea>
#include <QSet>

#include <memory>
#include <optional>
#include <vector>

class QPainter;
class QTextLayout;

namespace veritune::app {

/// Draws one chain: text, tokens or bytes, with colours behind the tokens and the verifier's marks.
/// It paints only the rows in sight, so the length of a chain costs nothing while scrolling. Text
/// is drawn as characters, never read as a format, and always from left to right. Arrow keys move
/// from token to token, Ctrl+C copies the selected text as it was written. threads  GUI thread;
/// test  chain_text_test.cpp
class ChainText final : public QAbstractScrollArea {
    Q_OBJECT
  public:
    ChainText(AppContext& context, const QString& objectName, QWidget* parent = nullptr);

    void setDocument(std::shared_ptr<const ChainDocument> document);
    const std::shared_ptr<const ChainDocument>& document() const { return m_document; }
    void setMode(ChainMode mode);
    /// What is shown: kBytes for a document that is too large for the others.
    ChainMode mode() const;
    void setHeat(TokenHeat heat);
    const TokenHeat& heat() const { return m_heat; }
    /// For cards: the completion alone, without headings and frame.
    void setCompact(bool on);
    /// The beginning that is shared with another chain is drawn pale, and a mark stands where it
    /// ends; bytes of the completion; nullopt = no comparison.
    void setSharedBeginning(std::optional<std::int64_t> bytes);
    /// Differences to another text: pieces of this document's completion (removed: old side of the
    /// pieces; added: new side).
    void setPieces(std::vector<ByteRange> pieces, DiffPiece::Kind kind);

    /// Scrolls there and frames it until the next call; an empty range removes the frame.
    void showBytes(ByteRange range);
    void setCurrentToken(int token);
    int currentToken() const { return m_token; }

    /// Marks all places (at most 10,000) and goes to the first from the top of the window; returns
    /// how many. An empty text removes the marks.
    int find(const QString& text);
    /// 1-based number of the place it went to; 0 when there is none.
    int findNext(bool forward);
    bool hasSelection() const { return m_anchor != m_caret; }
    /// The selected content, byte for byte.
    QString selectedText() const;
    void selectAll();

    /// For tests and pictures.
    const ChainRendering& rendering() const { return m_rendering; }
    const ChainLayout& layoutRows() const { return m_layout; }
    int contentHeight() const;
    /// Of the whole text, if the widget were this wide; bounded by what `most` rows need.
    int heightFor(int width, int most) const;
    QSize sizeHint() const override;

  signals:
    /// The token under the mouse or the cursor; -1 = none.
    void tokenChanged(int token);
    void stepActivated(int step);
    void answerActivated();
    void contextRequested(const QPoint& globalPos);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    struct RowPaint;
    /// Geometry of the byte view.
    struct ByteGrid {
        int perRow = 16;
        qreal charWidth = 0.0;
        int offsetDigits = 8;
        qreal hexX(int column) const { return charWidth * (offsetDigits + 2 + 3 * column); }
        qreal textX(int column) const {
            return charWidth * (offsetDigits + 2 + 3 * perRow + 1 + column);
        }
    };
    struct Span {
        int begin = 0;
        int end = 0;
    };

    void rebuild();
    void relayout();
    ChainLayout layoutFor(int width) const;
    void updateScrollBar();
    QFont textFont() const;
    int rowHeight() const;
    int margin() const;
    ByteGrid byteGrid() const;
    std::int64_t byteRows() const;

    void paintTextRows(QPainter& painter, const QRect& clip);
    void paintHeading(QPainter& painter, const ChainLayout::Row& row, int y) const;
    void paintTextRow(QPainter& painter, const ChainLayout::Row& row, int y);
    void paintBackgrounds(const RowPaint& row) const;
    void paintTokenCells(const RowPaint& row) const;
    void paintMarks(const RowPaint& row) const;
    void styleCharacters(QTextLayout& layout, const ChainLayout::Row& row) const;
    void paintByteRows(QPainter& painter, const QRect& clip) const;
    void paintByteRow(QPainter& painter, std::int64_t row, int y, const ByteGrid& grid) const;
    void paintByteMarks(
        QPainter& painter, std::int64_t begin, int count, int y, const ByteGrid& grid) const;

    /// A unit of the rendering, or a byte in the byte view; -1 outside.
    int placeAt(const QPoint& pos, bool nearest) const;
    int tokenOfPlace(int place) const;
    Span placesOf(ByteRange range) const;
    ByteRange bytesOf(Span places) const;
    void ensureVisible(int place);
    void click(int place);
    void showToken(int token);
    void findInText(const QString& text);
    void findInBytes(const QString& text);
    void copySelection();

    AppContext& m_context;
    std::shared_ptr<const ChainDocument> m_document;
    ChainRendering m_rendering;
    ChainLayout m_layout;
    ChainMode m_mode = ChainMode::kText;
    TokenHeat m_heat;
    bool m_compact = false;
    std::optional<std::int64_t> m_shared;
    std::vector<ByteRange> m_pieces;
    DiffPiece::Kind m_pieceKind = DiffPiece::Kind::kSame;
    ByteRange m_framed;
    QSet<int> m_unfolded;
    std::vector<Span> m_found;
    QString m_searched;
    int m_foundAt = -1;
    int m_anchor = 0;
    int m_caret = 0;
    int m_token = -1;
    QPoint m_pressed;
    bool m_dragging = false;
};

}  // namespace veritune::app
