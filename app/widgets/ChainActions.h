// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/models/ChainBrowser.h"
#include "core/engine/messages.h"
#include "core/util/result.h"

#include <QPointer>
#include <QWidget>

class QCheckBox;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;

namespace veritune::app {

class Banner;
class PlainLabel;
class ProjectSession;

/// What the present verifier says beside what it said then, in words.
struct VerdictComparison {
    bool isSame = false;
    QString title;
    QString detail;
};
VerdictComparison compareVerdicts(const data::ChainRecord& then, const engine::ChainVerdict& now);

/// What a replay showed for one chain and for its whole step, in words.
struct ReplayWords {
    bool isEqual = false;  ///< every chain of the step
    QString title;
    QString detail;
};
ReplayWords replayWords(const engine::Replayed& replayed, const store::ChainKey& chain);

/// A person's marks on the open chain, and what the engine can do with it: verify again, replay its
/// step. Everything is asked of the engine, which alone writes.
/// threads  GUI thread; test  chain_actions_test.cpp
class ChainActions final : public QWidget {
    Q_OBJECT
  public:
    ChainActions(AppContext& context, ChainBrowser& browser, QWidget* parent = nullptr);

    void setSession(ProjectSession* session);
    void showChain();
    void showNote();
    void retranslate();
    void verifyAgain();
    void replay();
    void toggleFlag();
    void toggleDispute();

  signals:
    void announced(const QString& sentence);

  private:
    void annotate();
    void askForReason();
    void showReplaying(bool on);
    void showVerdict(const util::Result<engine::ChainVerdict>& verdict);
    void showReplayed(const util::Result<engine::Replayed>& replayed);
    bool hasRun() const { return m_browser.run() != nullptr; }

    AppContext& m_context;
    ChainBrowser& m_browser;
    QPointer<ProjectSession> m_session;
    std::string m_replay;  ///< name of the request under way; empty = none
    int m_requests = 0;
    PlainLabel* m_caption;
    QCheckBox* m_flag;
    QCheckBox* m_dispute;
    QPlainTextEdit* m_note;
    QPushButton* m_saveNote;
    QPushButton* m_verify;
    QPushButton* m_replayButton;
    QPushButton* m_stop;
    QProgressBar* m_progress;
    Banner* m_result;
};

}  // namespace veritune::app
