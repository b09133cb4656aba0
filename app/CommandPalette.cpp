// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/CommandPalette.h"

#include "app/Icons.h"
#include "app/PlainText.h"
#include "app/Theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace veritune::app {
namespace {

QString folded(const QString& text) {
    QString out;
    const QString decomposed = text.normalized(QString::NormalizationForm_KD).toCaseFolded();
    for (const QChar c : decomposed) {
        if (c.category() != QChar::Mark_NonSpacing) out += c;
    }
    return out;
}

}  // namespace

int matchScore(const QString& query, const QString& text) {
    const QString hay = folded(text);
    int score = 1;
    const QStringList words = folded(query).split(u' ', Qt::SkipEmptyParts);
    for (const QString& word : words) {
        const qsizetype at = hay.indexOf(word);
        if (at < 0) return 0;
        const bool isStart = at == 0 || !hay[at - 1].isLetterOrNumber();
        score += isStart ? (at == 0 ? 4 : 3) : 1;
    }
    return score;
}

CommandPalette::CommandPalette(AppContext& context, QWidget* parent)
    : QFrame(parent),
      m_context(context) {
    setObjectName(QStringLiteral("palette"));
    m_query = new QLineEdit(this);
    m_query->setObjectName(QStringLiteral("palette.query"));
    m_query->setClearButtonEnabled(true);
    m_list = new QListView(this);
    m_list->setObjectName(QStringLiteral("palette.list"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setIconSize({18, 18});
    m_list->setUniformItemSizes(true);
    m_model = new QStandardItemModel(this);
    m_list->setModel(m_model);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kGap2, kGap2, kGap2, kGap2);
    column->addWidget(m_query);
    column->addWidget(m_list, 1);
    m_query->installEventFilter(this);
    connect(m_query, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_query, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_list, &QListView::clicked, this, [this] { runCurrent(); });
    hide();
}

void CommandPalette::open() {
    m_before = QApplication::focusWidget();
    m_commands = m_context.commands.commands();
    m_query->setPlaceholderText(tr("Type what you want to do"));
    m_query->setAccessibleName(tr("Search for an action, a page or a run"));
    m_list->setAccessibleName(tr("Matching actions"));
    m_query->clear();
    filter({});
    const int width = qMin(560, parentWidget()->width() - 2 * kGap4);
    const int height = qMin(420, parentWidget()->height() - 2 * kGap5);
    setGeometry((parentWidget()->width() - width) / 2, kGap5 * 2, width, height);
    show();
    raise();
    m_query->setFocus(Qt::ShortcutFocusReason);
}

void CommandPalette::filter(const QString& query) {
    m_model->clear();
    m_shown = m_context.commands.commandsFor(query);
    QList<std::pair<int, int>> ranked;
    for (int i = 0; i < m_commands.size(); ++i) {
        if (const int score = matchScore(query, m_commands[i].text())) ranked.append({-score, i});
    }
    std::stable_sort(ranked.begin(), ranked.end());
    for (const auto& [score, index] : ranked) m_shown.append(m_commands[index]);
    for (const Command& command : std::as_const(m_shown)) {
        QString text = command.text();
        if (!command.shortcut.isEmpty())
            text += u"    " + command.shortcut.toString(QKeySequence::NativeText);
        auto* item = new QStandardItem(text);
        if (!command.iconName.isEmpty()) item->setIcon(icon(command.iconName, m_context.theme));
        m_model->appendRow(item);
    }
    m_list->setCurrentIndex(m_model->index(0, 0));
}

void CommandPalette::move(int rows) {
    const int count = m_model->rowCount();
    if (count == 0) return;
    const int row = qBound(0, m_list->currentIndex().row() + rows, count - 1);
    m_list->setCurrentIndex(m_model->index(row, 0));
}

void CommandPalette::runCurrent() {
    const int row = m_list->currentIndex().row();
    if (row < 0 || row >= m_shown.size()) return;
    const auto action = m_shown[row].run;
    hide();
    if (action) action();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusOut && isVisible()) hide();
    if (event->type() == QEvent::ShortcutOverride) {
        if (static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) event->accept();
    }
    if (event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
            case Qt::Key_Escape:
                hide();
                return true;
            case Qt::Key_Down:
                move(1);
                return true;
            case Qt::Key_Up:
                move(-1);
                return true;
            case Qt::Key_PageDown:
                move(8);
                return true;
            case Qt::Key_PageUp:
                move(-8);
                return true;
            default:
                break;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void CommandPalette::hideEvent(QHideEvent* event) {
    QFrame::hideEvent(event);
    if (m_before && m_query->hasFocus()) m_before->setFocus(Qt::OtherFocusReason);
}

void CommandPalette::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_context.theme.colors();
    painter.setPen(QPen(colors.accent, 1));
    painter.setBrush(colors.surface);
    painter.drawRoundedRect(
        QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kCardRadius, kCardRadius);
}

}  // namespace veritune::app
