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

#include <algorithm>

namespace veritune::app {
namespace {

constexpr int kMaxLines = 500;

int rankOf(const std::string& severity) {
    if (severity == "bad" || severity == "error") return 2;
    return severity == "watch" || severity == "warn" ? 1 : 0;
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
    m_events.clear();
    for (const store::EventInfo& event : events)
        m_events.append(
            {event.time_us, rankOf(event.record.severity), visibleText(event.record.message)});
    fill();
}

void EventList::addLog(const QList<engine::Log>& lines) {
    const std::int64_t now = QDateTime::currentMSecsSinceEpoch() * 1000;
    for (const engine::Log& line : lines)
        m_log.append({now, rankOf(line.level), visibleText(line.message)});
    if (m_log.size() > kMaxLines) m_log = m_log.last(kMaxLines);
    fill();
}

void EventList::clear() {
    m_events.clear();
    m_log.clear();
    fill();
}

int EventList::lineCount() const { return m_list->count(); }

void EventList::fill() {
    m_list->clear();
    const Colors& colors = m_context.theme.colors();
    QList<Line> lines = m_events.size() > kMaxLines ? m_events.last(kMaxLines) : m_events;
    lines += m_log;
    std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
        return a.time_us < b.time_us;
    });
    for (qsizetype i = lines.size() - 1; i >= 0 && m_list->count() < kMaxLines; --i) {
        const Line& line = lines[i];
        if (line.rank < m_filter->currentIndex()) continue;
        const QString time = QLocale().toString(
            QDateTime::fromMSecsSinceEpoch(line.time_us / 1000).time(), QLocale::ShortFormat);
        auto* item = new QListWidgetItem(time + QStringLiteral("  ") + line.text, m_list);
        const QString mark = line.rank == 0 ? QStringLiteral("info") : QStringLiteral("warning");
        item->setIcon(QIcon(iconPixmap(mark,
                                       line.rank == 2   ? colors.bad
                                       : line.rank == 1 ? colors.warn
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
