// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/RowTable.h"

#include "app/Icons.h"
#include "app/PlainText.h"
#include "app/Settings.h"
#include "app/Theme.h"
#include "app/models/RunsModel.h"
#include "app/widgets/Cards.h"

#include <QApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

namespace veritune::app {
namespace {

constexpr int kRowHeight = 36;
constexpr int kLeastStretch = 150;  ///< of the column that stretches
constexpr int kLeastGivingWay = 140;
constexpr int kWidestAtFirst = 280;

QColor toneColor(int tone, const Colors& colors) {
    if (tone == kRowToneMuted) return colors.textMuted;
    if (tone == kRowToneNone) return colors.text;
    switch (static_cast<Severity>(tone)) {
        case Severity::kGood:
            return colors.good;
        case Severity::kWarn:
            return colors.warn;
        case Severity::kBad:
            return colors.bad;
        case Severity::kInfo:
            break;
    }
    return colors.neutral;
}

/// From 0 at the left to 1 at the right in both writing directions: the interval, its value as a
/// dot, what it is held against as a thin mark.
void paintInterval(QPainter& painter,
                   const QRect& box,
                   const QVariantList& values,
                   const Colors& colors) {
    const QRectF track(box.left() + kGap2, box.center().y() - 2.0, box.width() - 2 * kGap2, 4.0);
    const auto x = [&](int i) {
        return track.left() + qBound(0.0, values[i].toDouble(), 1.0) * track.width();
    };
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.border);
    painter.drawRoundedRect(track, 2, 2);
    painter.setBrush(colors.accent);
    painter.drawRoundedRect(
        QRectF(QPointF(x(0), track.top()), QPointF(x(2), track.bottom())), 2, 2);
    painter.drawEllipse(QPointF(x(1), track.center().y()), 5, 5);
    painter.setBrush(colors.text);
    painter.drawRect(QRectF(x(3) - 1, track.center().y() - 10, 2, 20));
    painter.restore();
}

class RowDelegate final : public QStyledItemDelegate {
  public:
    RowDelegate(AppContext& context, QObject* parent)
        : QStyledItemDelegate(parent),
          m_context(context) {}

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyleOptionViewItem cell(option);
        initStyleOption(&cell, index);
        const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
        style->drawPrimitive(QStyle::PE_PanelItemViewItem, &cell, painter, option.widget);
        // The text keeps the distance to the edge that the header's text has.
        cell.rect.adjust(kGap1, 0, -kGap1, 0);
        cell.state &= ~(QStyle::State_Selected | QStyle::State_MouseOver);
        cell.backgroundBrush = Qt::NoBrush;
        const QVariantList bar = index.data(kRowBarRole).toList();
        if (bar.size() == 4) {
            paintInterval(*painter, cell.rect, bar, m_context.theme.colors());
        } else {
            style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, option.widget);
        }
        if (!option.state.testFlag(QStyle::State_Selected) || !option.widget ||
            !option.widget->hasFocus())
            return;
        const QColor ring = m_context.theme.colors().accent;
        const QRect& box = option.rect;
        painter->fillRect(QRect(box.left(), box.top(), box.width(), 2), ring);
        painter->fillRect(QRect(box.left(), box.bottom() - 1, box.width(), 2), ring);
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QSize size = QStyledItemDelegate::sizeHint(option, index);
        size.rwidth() = std::min(size.width() + kGap3, m_context.theme.scaled(kWidestAtFirst));
        return size;
    }

  protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        // The row is chosen as a whole; a frame around one cell would only be noise.
        option->state &= ~QStyle::State_HasFocus;
        const QVariant tone = index.data(kRowToneRole);
        const Colors& colors = m_context.theme.colors();
        if (tone.isValid() && tone.toInt() == kRowToneMuted)
            option->palette.setColor(QPalette::Text, colors.textMuted);
        const QString mark = index.data(kRowMarkRole).toString();
        if (mark.isEmpty()) return;
        const int side = m_context.theme.scaled(16);
        const QColor color = toneColor(tone.isValid() ? tone.toInt() : kRowToneNone, colors);
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = {side, side};
        option->icon = QIcon(iconPixmap(
            mark, color, side, option->widget ? option->widget->devicePixelRatioF() : 1.0));
    }

  private:
    AppContext& m_context;
};

}  // namespace

RowTable::RowTable(AppContext& context, const QString& objectName, QWidget* parent)
    : QTableView(parent),
      m_context(context) {
    setObjectName(objectName);
    setItemDelegate(new RowDelegate(context, this));
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    verticalHeader()->hide();
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsMovable(true);
    horizontalHeader()->setMinimumSectionSize(40);
    const auto fit = [this] {
        verticalHeader()->setDefaultSectionSize(qMax(kRowHeight, fontMetrics().height() + kGap3));
    };
    connect(&context.theme, &Theme::changed, this, fit);
    fit();
}

void RowTable::setStretchColumn(int column) {
    m_stretch = column;
    QHeaderView* head = horizontalHeader();
    const QByteArray kept = QByteArray::fromBase64(
        m_context.settings.entry(Setting::kColumnStates, objectName()).toLatin1());
    m_isKept = !kept.isEmpty() && head->restoreState(kept);
    // Kept states carry the modes of their time; widths and order are what a person set.
    head->setStretchLastSection(false);
    head->setSectionResizeMode(QHeaderView::Interactive);
    head->setSectionResizeMode(column, QHeaderView::Stretch);
}

void RowTable::hideAtFirst(const QList<int>& columns) {
    if (m_isKept) return;
    for (const int column : columns) setColumnHidden(column, true);
}

void RowTable::sizeColumns() {
    if (m_isSized || m_isKept || !model() || model()->rowCount() == 0) return;
    m_isSized = isVisible();
    // The one that stretches takes what the others leave.
    for (int i = 0; i < model()->columnCount(); ++i) {
        if (i != m_stretch) resizeColumnToContents(i);
    }
    int widest = 0;
    for (const QString& text : m_heldTexts)
        widest = qMax(widest, fontMetrics().horizontalAdvance(text));
    const int held = widest + m_context.theme.scaled(16) + 3 * kGap3;
    if (widest > 0 && !isColumnHidden(m_held) && columnWidth(m_held) < held)
        setColumnWidth(m_held, held);
    makeRoom();
}

void RowTable::sizeColumnsAgain() {
    m_isSized = false;
    sizeColumns();
}

/// The widest columns give way until the one that stretches has its least width.
void RowTable::makeRoom() {
    if (m_stretch < 0) return;
    const int least = m_context.theme.scaled(kLeastStretch);
    const int narrow = m_context.theme.scaled(kLeastGivingWay);
    const QHeaderView* head = horizontalHeader();
    int wanted = least - viewport()->width();
    for (int i = 0; i < head->count(); ++i) {
        if (i != m_stretch) wanted += head->sectionSize(i);
    }
    while (wanted > 0) {
        int widest = -1;
        int second = narrow;
        for (int i = 0; i < head->count(); ++i) {
            const int width = head->sectionSize(i);
            if (i == m_stretch || width <= narrow) continue;
            if (widest < 0 || width > head->sectionSize(widest)) {
                if (widest >= 0) second = head->sectionSize(widest);
                widest = i;
            } else {
                second = qMax(second, width);
            }
        }
        if (widest < 0) return;
        // At least a pixel, so that two of one width take turns.
        const int step = qBound(1, head->sectionSize(widest) - second, wanted);
        setColumnWidth(widest, head->sectionSize(widest) - step);
        wanted -= step;
    }
}

void RowTable::holdTexts(int column, const QStringList& texts) {
    m_held = column;
    m_heldTexts = texts;
}

void RowTable::showEvent(QShowEvent* event) {
    QTableView::showEvent(event);
    sizeColumns();
}

/// With the keyboard a row is chosen at once: it shows where the focus is.
void RowTable::focusInEvent(QFocusEvent* event) {
    QTableView::focusInEvent(event);
    if (selectionModel() == nullptr || selectionModel()->hasSelection()) return;
    if (model()->rowCount() > 0) selectRow(qMax(0, currentIndex().row()));
}

void RowTable::keepColumns() {
    m_context.settings.setEntry(Setting::kColumnStates,
                                objectName(),
                                QString::fromLatin1(horizontalHeader()->saveState().toBase64()));
}

void RowTable::showColumnMenu(const QPoint& at, int always) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int i = 0; i < model()->columnCount(); ++i) {
        const QString text = model()->headerData(i, Qt::Horizontal, Qt::DisplayRole).toString();
        if (text.isEmpty()) continue;  // a column that says nothing of these rows
        QAction* entry = menu->addAction(text);
        entry->setCheckable(true);
        entry->setChecked(!isColumnHidden(i));
        entry->setEnabled(i != always);
        connect(entry, &QAction::toggled, this, [this, i](bool on) { setColumnHidden(i, !on); });
    }
    menu->popup(at);
}

QString RowTable::toTsv() const {
    QList<int> rows;
    const QModelIndexList chosen = selectionModel()->selectedRows();
    for (const QModelIndex& index : chosen) rows.push_back(index.row());
    if (rows.size() < 2) {
        rows.clear();
        for (int i = 0; i < model()->rowCount(); ++i) rows.push_back(i);
    }
    std::sort(rows.begin(), rows.end());
    QList<int> columns;
    for (int i = 0; i < horizontalHeader()->count(); ++i) {
        const int column = horizontalHeader()->logicalIndex(i);
        if (!isColumnHidden(column)) columns.push_back(column);
    }
    QString text;
    QStringList cells;
    for (const int column : columns)
        cells << tsvCell(model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
    text += cells.join(u'\t') + u'\n';
    for (const int row : rows) {
        cells.clear();
        for (const int column : columns) {
            const QModelIndex index = model()->index(row, column);
            const QVariant plain = index.data(kRowExportRole);
            cells << tsvCell((plain.isValid() ? plain : index.data()).toString());
        }
        text += cells.join(u'\t') + u'\n';
    }
    return text;
}

}  // namespace veritune::app
