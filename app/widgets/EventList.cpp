// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/EventList.h"

#include "app/Icons.h"
#include "app/PlainText.h"
#include "app/Theme.h"

#include <QComboBox>
#include <QDateTime>
#include <QListWidget>
#include <QLocale>
#include <QVBoxLayout>

namespace veritune::app {
namespace {

constexpr int kMaxLines = 500;

int rankOf(const std::string& severity) {
    return severity == "bad" ? 2 : severity == "watch" ? 1 : 0;
}

}  // namespace

EventList::EventList(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    m_filter = new QComboBox(this);
    m_filter->setObjectName(QStringLiteral("live.events.filter"));
    m_list = new QListWidget(this);
    m_list->setObjectName(QStringLiteral("live.events"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setWordWrap(true);
    m_list->setIconSize({16, 16});
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMinimumHeight(140);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_nothing = new PlainLabel(this);
    m_nothing->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_nothing);
    column->addWidget(m_list, 1);
    for (int i = 0; i < 3; ++i) m_filter->addItem(QString());
    connect(m_filter, &QComboBox::currentIndexChanged, this, &EventList::fill);
    connect(&context.theme, &Theme::changed, this, &EventList::fill);
    retranslate();
}

void EventList::setEvents(const QList<store::EventInfo>& events) {
    m_events = events;
    fill();
}

void EventList::fill() {
    m_list->clear();
    const Colors& colors = m_context.theme.colors();
    for (qsizetype i = m_events.size() - 1; i >= 0 && m_list->count() < kMaxLines; --i) {
        const store::EventInfo& event = m_events[i];
        const int rank = rankOf(event.record.severity);
        if (rank < m_filter->currentIndex()) continue;
        const QString time = QLocale().toString(
            QDateTime::fromMSecsSinceEpoch(event.time_us / 1000).time(), QLocale::ShortFormat);
        auto* item = new QListWidgetItem(
            time + QStringLiteral("  ") + visibleText(event.record.message), m_list);
        const QString mark = rank == 0 ? QStringLiteral("info") : QStringLiteral("warning");
        item->setIcon(QIcon(iconPixmap(mark,
                                       rank == 2   ? colors.bad
                                       : rank == 1 ? colors.warn
                                                   : colors.textMuted,
                                       16,
                                       devicePixelRatioF())));
    }
    m_list->setVisible(m_list->count() > 0);
    m_nothing->setVisible(m_list->count() == 0);
}

void EventList::retranslate() {
    m_nothing->setText(tr("None so far."));
    m_filter->setItemText(0, tr("Everything"));
    m_filter->setItemText(1, tr("Needs a look"));
    m_filter->setItemText(2, tr("Problems only"));
    m_filter->setAccessibleName(tr("Which events are listed"));
    m_list->setAccessibleName(tr("Events of this run, newest first"));
}

void EventList::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
}

}  // namespace veritune::app
