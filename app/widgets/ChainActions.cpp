// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/ChainActions.h"

#include "app/EngineService.h"
#include "app/Icons.h"
#include "app/PlainText.h"
#include "app/ProjectSession.h"
#include "app/Theme.h"
#include "app/Verdicts.h"
#include "app/widgets/Cards.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QLocale>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>

#include <algorithm>

namespace veritune::app {
namespace {

constexpr int kNoteRows = 3;
constexpr qsizetype kMaxNoteBytes = 64 * 1024;

}  // namespace

VerdictComparison compareVerdicts(const data::ChainRecord& then, const engine::ChainVerdict& now) {
    const auto tr = [](const char* text) { return ChainActions::tr(text); };
    VerdictComparison words;
    words.isSame = then.status == now.status && then.reason == now.reason &&
                   then.extracted == now.extracted && then.score == now.score;
    if (words.isSame) {
        words.title = tr("The verifier says the same again.");
    } else if (then.status == now.status) {
        words.title = tr("The verifier comes to the same verdict for another reason.");
    } else {
        words.title = tr("The verifier says something else now.");
    }
    if (!words.isSame) {
        //: %1 the answer found then, %2 the answer found now
        words.detail = tr("Answer then: %1. Answer now: %2.")
                           .arg(then.extracted.empty() ? tr("none") : oneLine(then.extracted, 60),
                                now.extracted.empty() ? tr("none") : oneLine(now.extracted, 60));
    }
    if (then.verifier_hash != now.verifier_hash) {
        if (!words.detail.isEmpty()) words.detail += u' ';
        words.detail += tr("The verifier or its settings have changed since the run.");
    }
    return words;
}

ReplayWords replayWords(const engine::Replayed& replayed, const store::ChainKey& chain) {
    const QLocale locale;
    ReplayWords words;
    const auto count = static_cast<int>(replayed.chains.size());
    const auto equal = static_cast<int>(
        std::count_if(replayed.chains.begin(), replayed.chains.end(), [](const auto& one) {
            return one.outcome == "equal";
        }));
    words.isEqual = count > 0 && equal == count;
    QStringList detail;
    if (words.isEqual) {
        words.title = ChainActions::tr(
            "Written again, all %Ln chains of the step came out the same.", nullptr, count);
    } else {
        //: %1 how many were equal, %2 how many there are
        words.title = ChainActions::tr("Written again, %1 of %2 chains came out the same.")
                          .arg(locale.toString(equal), locale.toString(count));
    }
    for (const engine::ReplayedChain& one : replayed.chains) {
        const bool mine = one.phase == chain.phase && one.problem_id == chain.problem_id &&
                          one.sample == chain.sample;
        if (!mine || one.outcome == "equal") continue;
        if (one.outcome == "missing") {
            detail << ChainActions::tr("This chain was not written again.");
        } else {
            //: %1 position of a token
            detail << ChainActions::tr("This chain differs from token %1 on.")
                          .arg(locale.toString(static_cast<qlonglong>(one.first_difference + 1)));
        }
    }
    //: %1 like "checkpoint vrl 10", %2 seconds
    detail << ChainActions::tr("Computed from %1 in %2 s.")
                  .arg(oneLine(replayed.from, 80), locale.toString(replayed.seconds, 'f', 1));
    if (!replayed.note.empty()) detail << oneLine(replayed.note, 300);
    words.detail = detail.join(u' ');
    return words;
}

ChainActions::ChainActions(AppContext& context, ChainBrowser& browser, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_browser(browser),
      m_caption(new PlainLabel(this)),
      m_flag(new QCheckBox(this)),
      m_dispute(new QCheckBox(this)),
      m_note(new QPlainTextEdit(this)),
      m_saveNote(makeButton(ButtonRole::kNormal, QStringLiteral("chains.note.save"), this)),
      m_verify(makeButton(ButtonRole::kNormal, QStringLiteral("chains.verifyAgain"), this)),
      m_replayButton(makeButton(ButtonRole::kNormal, QStringLiteral("chains.replay"), this)),
      m_stop(makeButton(ButtonRole::kNormal, QStringLiteral("chains.replay.stop"), this)),
      m_progress(new QProgressBar(this)),
      m_result(new Banner(context, QStringLiteral("chains.result"), this)) {
    setObjectName(QStringLiteral("chains.actions"));
    m_caption->setForegroundRole(QPalette::PlaceholderText);
    m_flag->setObjectName(QStringLiteral("chains.flag"));
    m_flag->setIcon(icon(QStringLiteral("flag"), context.theme));
    m_dispute->setObjectName(QStringLiteral("chains.dispute"));
    m_note->setObjectName(QStringLiteral("chains.note"));
    m_note->setTabChangesFocus(true);
    m_progress->setObjectName(QStringLiteral("chains.replay.progress"));
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_verify->setIcon(icon(QStringLiteral("check"), context.theme));
    m_replayButton->setIcon(icon(QStringLiteral("replay"), context.theme));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGap2);
    column->addWidget(m_caption);
    column->addWidget(m_verify);
    column->addWidget(m_replayButton);
    column->addWidget(m_progress);
    column->addWidget(m_stop);
    column->addWidget(m_result);
    column->addSpacing(kGap2);
    column->addWidget(m_flag);
    column->addWidget(m_dispute);
    column->addWidget(m_note);
    column->addWidget(m_saveNote);
    m_result->hide();
    connect(m_flag, &QCheckBox::clicked, this, &ChainActions::annotate);
    connect(m_dispute, &QCheckBox::clicked, this, &ChainActions::annotate);
    connect(m_saveNote, &QPushButton::clicked, this, &ChainActions::annotate);
    connect(m_note, &QPlainTextEdit::textChanged, this, [this] {
        m_saveNote->setVisible(m_note->document()->isModified());
    });
    connect(m_verify, &QPushButton::clicked, this, &ChainActions::verifyAgain);
    connect(m_replayButton, &QPushButton::clicked, this, &ChainActions::replay);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        if (!m_session) return;
        m_session->engine().tell(
            this,
            [request = m_replay](engine::Engine& engine) {
                return engine.cancel({.request = request});
            },
            [](const util::Status&) {});
    });
    connect(&browser, &ChainBrowser::notesChanged, this, &ChainActions::showNote);
    showReplaying(false);
    retranslate();
}

void ChainActions::setSession(ProjectSession* session) {
    m_session = session;
    m_replay.clear();
    showReplaying(false);
    if (session == nullptr) return;
    connect(&session->engine(),
            &EngineService::progressed,
            this,
            [this](const engine::Progress& progress) {
                if (m_replay.empty() || progress.phase != "replay") return;
                m_progress->setValue(static_cast<int>(progress.fraction * 1000.0));
            });
}

void ChainActions::retranslate() {
    m_caption->setFont(m_context.theme.small());
    m_caption->setText(tr("Check it yourself"));
    m_verify->setText(tr("Verify again"));
    setPlainToolTip(
        m_verify, tr("Asks the verifier of today about this text. The old verdict stays. Key: V"));
    m_replayButton->setText(tr("Replay the step"));
    setPlainToolTip(
        m_replayButton,
        tr("Lets the model write this step again from the nearest kept state: the same seed "
           "has to give the same tokens."));
    m_stop->setText(tr("Stop the replay"));
    m_progress->setAccessibleName(tr("Progress of the replay"));
    m_flag->setText(tr("Flag this chain"));
    setPlainToolTip(m_flag, tr("Marks the chain for you and others who open this project."));
    m_dispute->setText(tr("This verdict is wrong"));
    setPlainToolTip(m_dispute,
                    tr("Marks the verdict as disputed, with your reason in the note. The verdict "
                       "and the training stay as they are; the filters list such chains."));
    m_note->setAccessibleName(tr("Note on this chain"));
    m_note->setFixedHeight(kNoteRows * m_note->fontMetrics().lineSpacing() + 2 * kGap2);
    m_saveNote->setText(tr("Save the note"));
    showNote();
}

void ChainActions::showChain() {
    m_result->hide();
    const bool open = m_browser.document() != nullptr && m_session;
    m_verify->setEnabled(open && !m_browser.document()->record().verifier.empty());
    m_replayButton->setEnabled(open && m_replay.empty());
    showNote();
}

void ChainActions::showNote() {
    const store::ChainNote* note = m_browser.note(m_browser.openKey());
    m_flag->setChecked(note != nullptr && note->flagged);
    m_dispute->setChecked(note != nullptr && note->disputed);
    m_note->setPlaceholderText(tr("Write a note"));
    // A note that somebody is writing is not taken away.
    if (!m_note->document()->isModified() ||
        m_note->property("chain").toLongLong() != m_browser.chain()) {
        m_note->setPlainText(note != nullptr ? fromUtf8(note->note) : QString());
        m_note->document()->setModified(false);
        m_note->setProperty("chain", QVariant::fromValue<qlonglong>(m_browser.chain()));
    }
    m_saveNote->setVisible(m_note->document()->isModified());
    const bool writable = m_session && m_session->isWritable() && m_browser.document();
    m_flag->setEnabled(writable);
    m_dispute->setEnabled(writable);
    m_note->setReadOnly(!writable);
    if (m_session && !m_session->isWritable()) setPlainToolTip(m_note, m_session->readOnlyReason());
}

void ChainActions::toggleFlag() {
    if (m_flag->isEnabled()) m_flag->click();
}

void ChainActions::toggleDispute() {
    if (m_dispute->isEnabled()) m_dispute->click();
}

/// A verdict is called wrong with a reason: without one the note asks for it first.
void ChainActions::askForReason() {
    m_note->setPlaceholderText(tr("Why is the verdict wrong?"));
    m_note->setFocus(Qt::OtherFocusReason);
    emit announced(tr("Write the reason into the note and save it."));
}

void ChainActions::annotate() {
    if (!m_session || m_browser.chain() == 0) return;
    if (m_dispute->isChecked() && m_note->toPlainText().trimmed().isEmpty()) return askForReason();
    engine::AnnotateChain request{
        .chain = m_browser.chain(),
        .flagged = m_flag->isChecked(),
        .note = m_note->toPlainText().toUtf8().left(kMaxNoteBytes).toStdString(),
        .disputed = m_dispute->isChecked()};
    m_saveNote->hide();
    m_session->engine().tell(
        this,
        [request](engine::Engine& engine) { return engine.annotate_chain(request); },
        [this, request](const util::Status& status) {
            m_browser.readNotes();
            if (!status) {
                m_saveNote->setVisible(m_note->document()->isModified());
                return m_result->showError(status.error());
            }
            // Until it is stored the note counts as unsaved, so that nothing overwrites it.
            const bool same = m_note->toPlainText().toUtf8().toStdString() == request.note;
            if (same) m_note->document()->setModified(false);
            emit announced(tr("The mark was saved."));
        });
}

void ChainActions::verifyAgain() {
    if (!m_session || !m_verify->isEnabled()) return;
    m_verify->setEnabled(false);
    m_session->engine().call<engine::ChainVerdict>(
        this,
        [chain = m_browser.chain()](engine::Engine& engine) {
            return engine.verify_chain({.chain = chain});
        },
        [this, chain = m_browser.chain()](const util::Result<engine::ChainVerdict>& verdict) {
            m_verify->setEnabled(m_browser.document() != nullptr);
            if (chain == m_browser.chain()) showVerdict(verdict);
        });
}

void ChainActions::showVerdict(const util::Result<engine::ChainVerdict>& verdict) {
    if (!verdict) return m_result->showError(verdict.error());
    if (!m_browser.document()) return;
    const VerdictComparison words = compareVerdicts(m_browser.document()->record(), *verdict);
    const VerdictLook look = verdictLook(verdict->status, m_context.theme);
    //: %1 sentence of comparison, %2 the verdict of now
    m_result->show(words.isSame ? Severity::kGood : Severity::kWarn,
                   tr("%1 Verdict now: %2.").arg(words.title, look.word),
                   words.detail);
    emit announced(words.title);
}

void ChainActions::replay() {
    if (!m_session || !m_browser.document() || !hasRun() || !m_replay.empty()) return;
    m_replay = "studio-replay-" + std::to_string(++m_requests);
    engine::ReplayStep request{.request = m_replay,
                               .run = m_browser.run()->id,
                               .stage = m_browser.document()->chain().stage,
                               .step = m_browser.document()->chain().step};
    showReplaying(true);
    m_session->engine().call<engine::Replayed>(
        this,
        [request](engine::Engine& engine) { return engine.replay_step(request); },
        [this, name = m_replay](const util::Result<engine::Replayed>& replayed) {
            if (name != m_replay) return;
            m_replay.clear();
            showReplaying(false);
            showReplayed(replayed);
        });
}

void ChainActions::showReplaying(bool on) {
    m_progress->setVisible(on);
    m_stop->setVisible(on);
    m_replayButton->setVisible(!on);
    m_progress->setValue(0);
    if (on) m_result->hide();
    m_replayButton->setEnabled(!on && m_session && m_browser.document());
}

void ChainActions::showReplayed(const util::Result<engine::Replayed>& replayed) {
    if (!replayed && replayed.error().code == util::ErrorCode::kCancelled) {
        return emit announced(tr("The replay was stopped."));
    }
    if (!replayed && replayed.error().code == util::ErrorCode::kUnsupported) {
        return m_result->show(Severity::kInfo,
                              tr("This step cannot be written again."),
                              oneLine(replayed.error().message, 400));
    }
    if (!replayed) return m_result->showError(replayed.error());
    const ReplayWords words = replayWords(*replayed, m_browser.openKey());
    m_result->show(words.isEqual ? Severity::kGood : Severity::kWarn, words.title, words.detail);
    emit announced(words.title);
}

}  // namespace veritune::app
