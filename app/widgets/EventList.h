// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "core/store/records.h"

#include <QList>
#include <QWidget>

class QComboBox;
class QListWidget;

namespace veritune::app {

class PlainLabel;

/// What happened in the run, newest first, filtered by severity. At most 500 lines are shown; all
/// are in the store.
class EventList final : public QWidget {
    Q_OBJECT
  public:
    explicit EventList(AppContext& context, QWidget* parent = nullptr);
    void setEvents(const QList<store::EventInfo>& events);
    QComboBox* filterBox() const { return m_filter; }

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void retranslate();
    void fill();
    AppContext& m_context;
    QList<store::EventInfo> m_events;
    QComboBox* m_filter;
    QListWidget* m_list;
    PlainLabel* m_nothing;
};

}  // namespace veritune::app
