// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/models/ChainListModel.h"

#include <QFrame>

class QComboBox;
class QDoubleSpinBox;
class QSpinBox;

namespace veritune::app {

class PlainLabel;

/// The rarer filters of the chain list: what happened to the chain, its length, its reward.
/// threads  GUI thread
class ChainFilterPopup final : public QFrame {
    Q_OBJECT
  public:
    ChainFilterPopup(AppContext& context, QWidget* parent = nullptr);
    /// Puts the fields into a query.
    void read(ChainQuery& query) const;
    /// Shows a query's fields without a signal.
    void write(const ChainQuery& query);
    bool isActive() const;
    void retranslate();

  signals:
    void changed();

  private:
    AppContext& m_context;
    QList<PlainLabel*> m_names;
    QComboBox* m_updated;
    QComboBox* m_finish;
    QComboBox* m_flagged;
    QSpinBox* m_minTokens;
    QSpinBox* m_maxTokens;
    QDoubleSpinBox* m_minReward;
    QDoubleSpinBox* m_maxReward;
};

/// A query's filters (not its run) as a line of JSON for the settings, and back. What cannot be
/// read is left out.
QString chainQueryToText(const ChainQuery& query);
ChainQuery chainQueryFromText(const QString& text);

}  // namespace veritune::app
