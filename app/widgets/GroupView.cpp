// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/GroupView.h"

#include "app/Theme.h"
#include "app/models/TextDiff.h"
#include "app/widgets/ChainCard.h"
#include "app/widgets/ChainText.h"

#include <QGridLayout>
#include <QLocale>
#include <QScrollArea>

#include <algorithm>

namespace veritune::app {
namespace {

/// A card holds about so many letters in a row; longer chains scroll inside it.
constexpr int kCardLetters = 30;
constexpr int kCardRows = 12;

}  // namespace

GroupView::GroupView(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setObjectName(QStringLiteral("chains.group"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kGap3, kGap2, kGap3, 0);
    column->setSpacing(kGap2);
    m_summary = new PlainLabel(this);
    m_summary->setWordWrap(true);
    column->addWidget(m_summary);
    m_scroll = new QScrollArea(this);
    m_scroll->setObjectName(QStringLiteral("chains.group.scroll"));
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_inner = new QWidget;
    m_grid = new QGridLayout(m_inner);
    m_grid->setContentsMargins(0, 0, 0, kGap3);
    m_grid->setSpacing(kGap2);
    m_scroll->setWidget(m_inner);
    m_scroll->viewport()->installEventFilter(this);
    column->addWidget(m_scroll, 1);
    connect(&context.theme, &Theme::changed, this, [this] {
        m_columns = 0;
        arrange();
    });
}

void GroupView::showGroup(const std::vector<ChainDocumentPtr>& group, std::int64_t current) {
    m_current = current;
    if (group != m_group) {
        m_group = group;
        while (m_cards.size() > static_cast<qsizetype>(group.size())) delete m_cards.takeLast();
        while (m_cards.size() < static_cast<qsizetype>(group.size())) {
            auto* card = new ChainCard(
                m_context, QStringLiteral("chains.group.card%1").arg(m_cards.size()), m_inner);
            connect(card, &ChainCard::chosen, this, [this, card] {
                if (card->document()) emit chainChosen(card->document()->chain().id);
            });
            m_cards.push_back(card);
        }
        m_columns = 0;
        retranslate();
        arrange();
    }
    compare();
}

void GroupView::retranslate() {
    for (qsizetype i = 0; i < m_cards.size(); ++i) {
        const ChainDocumentPtr& document = m_group[static_cast<std::size_t>(i)];
        m_cards[i]->setChain(document,
                             tr("Sample %1").arg(QLocale().toString(document->record().sample)));
    }
    m_summary->setText(summary());
    compare();
}

QString GroupView::summary() const {
    if (m_group.empty()) return {};
    std::vector<std::string_view> texts;
    int correct = 0;
    for (const ChainDocumentPtr& document : m_group) {
        texts.emplace_back(document->record().completion);
        correct += document->record().status == "correct" ? 1 : 0;
    }
    const auto count = static_cast<int>(m_group.size());
    QStringList parts;
    //: %n texts for one task, %1 how many are correct
    parts << tr("%Ln texts for this task, %1 of them correct.", nullptr, count)
                 .arg(QLocale().toString(correct));
    const double reward = m_group.front()->record().reward;
    const bool equal = std::all_of(m_group.begin(), m_group.end(), [reward](const auto& chain) {
        return chain->record().reward == reward;
    });
    if (count > 1 && equal) {
        parts << tr("All got the same reward: their differences teach the model nothing.");
    }
    const auto shared = static_cast<int>(commonPrefix(texts));
    const bool same = std::all_of(
        texts.begin(), texts.end(), [&](std::string_view text) { return text == texts.front(); });
    if (count > 1 && same) parts << tr("All texts are the same.");
    if (count > 1 && shared > 0 && !same)
        parts << tr("All begin with the same %Ln characters.", nullptr, shared);
    return parts.join(u' ');
}

void GroupView::compare() {
    const ChainDocument* reference = nullptr;
    for (const ChainDocumentPtr& document : m_group) {
        if (document->chain().id == m_current) reference = document.get();
    }
    for (ChainCard* card : m_cards) {
        const ChainDocumentPtr& document = card->document();
        const bool current = document.get() == reference;
        card->setCurrent(current);
        if (reference == nullptr || current) {
            card->text()->setSharedBeginning(std::nullopt);
            continue;
        }
        card->text()->setSharedBeginning(static_cast<std::int64_t>(
            commonPrefix(document->record().completion, reference->record().completion)));
    }
}

bool GroupView::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize) arrange();
    return QWidget::eventFilter(watched, event);
}

void GroupView::arrange() {
    const int wanted = QFontMetrics(m_context.theme.body()).averageCharWidth() * kCardLetters;
    const int columns = std::max(1, (m_scroll->viewport()->width() + kGap2) / (wanted + kGap2));
    if (columns == m_columns || m_cards.isEmpty()) return;
    for (int i = 0; i < m_columns; ++i) m_grid->setColumnStretch(i, 0);
    m_columns = columns;
    const int inner = (m_scroll->viewport()->width() - (columns - 1) * kGap2) / columns - kGap4;
    int tallest = 0;
    for (ChainCard* card : m_cards) {
        tallest = std::max(tallest, card->text()->heightFor(inner, kCardRows));
    }
    const int line = QFontMetrics(m_context.theme.body()).height();
    const int height = std::max(tallest, 2 * line) + line + kGap4;
    for (qsizetype i = 0; i < m_cards.size(); ++i) {
        m_cards[i]->setFixedHeight(height);
        m_grid->addWidget(m_cards[i], static_cast<int>(i) / columns, static_cast<int>(i) % columns);
    }
    for (int i = 0; i < columns; ++i) m_grid->setColumnStretch(i, 1);
    for (int row = 0; row < m_grid->rowCount(); ++row) m_grid->setRowStretch(row, 0);
    m_grid->setRowStretch(static_cast<int>(m_cards.size()) / columns + 1, 1);
}

}  // namespace veritune::app
