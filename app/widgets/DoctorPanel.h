// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/widgets/Cards.h"
#include "core/train/run_doctor.h"

#include <QList>
#include <QWidget>

#include <vector>

class QVBoxLayout;

namespace veritune::app {

/// One thing that the run doctor noticed.
struct FindingRow {
    QString rule;
    Severity severity = Severity::kWarn;
    QString sentence;
    QList<std::int64_t> chains = {};  ///< that prove it, the most telling one first
    QString stage = {};               ///< with step: where to look when there are none
    std::int64_t step = -1;
};

/// As the run doctor says them, in its order.
QList<FindingRow> findingRows(const std::vector<train::DoctorFinding>& findings);

/// The run doctor's findings in words; nothing found is said, too.
class DoctorPanel final : public QWidget {
    Q_OBJECT
  public:
    explicit DoctorPanel(AppContext& context, QWidget* parent = nullptr);
    void setFindings(const QList<FindingRow>& rows);

  signals:
    void chainsActivated(const QList<std::int64_t>& chains);
    void stepActivated(const QString& stage, std::int64_t step);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void fill();
    QWidget* rowOf(const FindingRow& row, int index);
    AppContext& m_context;
    QList<FindingRow> m_rows;
    QVBoxLayout* m_column;
};

}  // namespace veritune::app
