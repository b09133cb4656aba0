// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"
#include "core/data/dataset_row.h"

#include <QWidget>

#include <cstdint>
#include <memory>

class QPlainTextEdit;
class QPushButton;
class QVBoxLayout;

namespace veritune::app {

class Card;
class NoteLine;
class Pill;

/// What a person decides about the one row that is shown.
enum class CurateAct { kAccept, kReject, kSkip, kBack, kFlag, kEdit };

/// One row in large type, and one key for each decision: a accept, x reject, Space skip, Backspace
/// back, f flag, e edit, 1..9 tags.
/// threads  GUI thread
class CurateView final : public QWidget {
    Q_OBJECT
  public:
    explicit CurateView(AppContext& context, QWidget* parent = nullptr);
    /// Null: all rows were seen.
    void show(const std::shared_ptr<const data::DatasetRow>& row, int at, std::int64_t total);
    /// Tags for the keys 1..9.
    void setTags(const QStringList& tags);
    void setDecisions(int accepted, int rejected, bool canGoBack);
    void setWritable(bool on);
    void retranslate();

  signals:
    void decided(veritune::app::CurateAct act);
    void tagged(const QString& tag);
    void left();

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

  private:
    QPushButton* button(const char* part, const char* iconName, CurateAct act);
    void restyle();
    void fill();

    AppContext& m_context;
    std::shared_ptr<const data::DatasetRow> m_row;
    int m_at = 0;
    std::int64_t m_total = 0;
    bool m_isWritable = true;
    QStringList m_tags;
    PlainLabel* m_progress;
    QPushButton* m_leave;
    Card* m_card;
    PlainLabel* m_id;
    Pill* m_state;
    QWidget* m_findings;
    QList<NoteLine*> m_notes;
    QPlainTextEdit* m_question;
    PlainLabel* m_goldCaption;
    PlainLabel* m_gold;
    PlainLabel* m_solutionCaption;
    QPlainTextEdit* m_solution;
    PlainLabel* m_end;
    PlainLabel* m_tagLine;
    QPushButton* m_accept;
    QPushButton* m_reject;
    QPushButton* m_skip;
    QPushButton* m_back;
    QPushButton* m_flag;
    QPushButton* m_edit;
    PlainLabel* m_tally;
};

}  // namespace veritune::app
