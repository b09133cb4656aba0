// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "core/engine/messages.h"
#include "core/store/records.h"

#include <QList>
#include <QWidget>

class QComboBox;
class QListWidget;

namespace veritune::app {

class PlainLabel;

/// What happened in the run and what the engine said, newest first, filtered by severity. At most
/// 500 lines are shown; all events are in the store, the engine's words in its log.
class EventList final : public QWidget {
    Q_OBJECT
  public:
    explicit EventList(AppContext& context, QWidget* parent = nullptr);
    void setEvents(const QList<store::EventInfo>& events);
    void addLog(const QList<veritune::engine::Log>& lines);
    /// Another project.
    void clear();
    int lineCount() const;
    QComboBox* filterBox() const { return m_filter; }

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void retranslate();
    void fill();
    AppContext& m_context;
    struct Line {
        std::int64_t time_us;
        int rank;  ///< 0 info, 1 watch, 2 bad
        QString text;
    };
    QList<Line> m_events;
    QList<Line> m_log;
    QComboBox* m_filter;
    QListWidget* m_list;
    PlainLabel* m_nothing;
};

}  // namespace veritune::app
