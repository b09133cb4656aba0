// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"
#include "app/models/AirGapTest.h"
#include "app/models/ProcessLedger.h"

#include <QPointer>
#include <QWidget>

#include <array>

class QGridLayout;
class QPushButton;
class QToolButton;

namespace veritune::app {

class Card;
class NoteLine;
class ProjectSession;

/// The ledger of Settings > Privacy: what the kernel says about every process, the air-gap
/// self-test, each promise with the command that proves it, what is written where, and what is not
/// promised.
class PrivacySection final : public QWidget {
    Q_OBJECT
  public:
    PrivacySection(AppContext& context, QWidget* parent);
    /// Reads /proc again. The engine's number is asked for, never the engine started.
    void read(ProjectSession* session);
    void restyle();
    void retranslate();

  signals:
    void announced(const QString& sentence);

  private:
    static constexpr int kPromises = 5;
    struct Promise {
        PlainLabel* sentence = nullptr;
        PlainLabel* command = nullptr;
        QToolButton* copy = nullptr;
    };
    struct Ledger {
        QList<ProcessFacts> processes;
        SocketCount sockets;
    };

    Card* buildLedger();
    Card* buildProbe();
    Card* buildPromises();
    Card* buildPlaces();
    Card* buildNot();
    void readWith(qint64 enginePid);
    void showLedger();
    void showRow(const QList<ProcessFacts>& group, int row);
    PlainLabel* cell(const QString& text, int row, int column, bool isHead = false);
    QString socketText() const;
    void showProbe(const QList<AirGapResult>& results);
    void showPromises();
    void showPlaces();
    QString projectDir() const;

    AppContext& m_context;
    QPointer<ProjectSession> m_session;
    Card* m_ledgerCard = nullptr;
    PlainLabel* m_ledgerWords = nullptr;
    NoteLine* m_verdict = nullptr;
    QGridLayout* m_ledger = nullptr;
    QList<QWidget*> m_cells;
    Ledger m_known;
    QToolButton* m_refresh = nullptr;
    Card* m_probeCard = nullptr;
    PlainLabel* m_probeWords = nullptr;
    QPushButton* m_probe = nullptr;
    NoteLine* m_probeResult = nullptr;
    AirGapTest m_airGap;
    Card* m_promisesCard = nullptr;
    PlainLabel* m_promisesWords = nullptr;
    std::array<Promise, kPromises> m_promises{};
    Card* m_placesCard = nullptr;
    std::array<PlainLabel*, 4> m_places{};
    Card* m_notCard = nullptr;
    std::array<PlainLabel*, 5> m_not{};
};

}  // namespace veritune::app
