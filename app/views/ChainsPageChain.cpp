// SPDX-License-Identifier: GPL-3.0-or-later
// What the chains page shows of the open chain: heading, notices, heat, the token under the mouse.
#include "app/PlainText.h"
#include "app/Theme.h"
#include "app/views/ChainsPage.h"
#include "app/widgets/Cards.h"
#include "app/widgets/ChainActions.h"
#include "app/widgets/ChainText.h"
#include "app/widgets/GroupView.h"
#include "app/widgets/HeatStrip.h"
#include "app/widgets/SegmentBar.h"
#include "app/widgets/VerdictPanel.h"

#include <QComboBox>
#include <QLocale>
#include <QStackedWidget>
#include <QToolButton>

namespace veritune::app {
namespace {

Severity noticeSeverity(ChainNotice::Kind kind) {
    using enum ChainNotice::Kind;
    const bool look = kind == kBadUtf8 || kind == kInvisible || kind == kCutOff ||
                      kind == kAborted || kind == kRepeats || kind == kErased;
    return look ? Severity::kWarn : Severity::kInfo;
}

}  // namespace

void ChainsPage::showChain() {
    const ChainDocumentPtr& document = m_browser.document();
    m_text->setDocument(document);
    m_verdict->showChain(document, m_browser.rules(), m_browser.groupRewardsEqual());
    m_actions->showChain();
    m_mode->setCurrent(static_cast<int>(m_text->mode()));
    const bool onlyBytes = document && document->isTooLarge();
    m_mode->setSegmentEnabled(0, !onlyBytes);
    m_mode->setSegmentEnabled(1, !onlyBytes);
    showHeading();
    showNotices();
    chooseHeat();
    showReading(-1);
    if (m_findBar->isVisible()) find();
}

void ChainsPage::showHeading() {
    const ChainDocumentPtr& document = m_browser.document();
    if (!document) {
        m_name->setFullText(tr("No chain is chosen"));
        m_where->setText(tr("Choose a chain in the list."));
        return;
    }
    const store::StoredChain& chain = document->chain();
    const QLocale locale;
    m_name->setFullText(oneLine(chain.record.problem_id));
    //: %1 purpose like "Training", %2 stage, %3 step, %4 sample
    m_where->setText(tr("%1 \u00b7 %2, step %3 \u00b7 sample %4")
                         .arg(ChainWords::phase(chain.record.phase),
                              oneLine(chain.stage, 40),
                              locale.toString(static_cast<qlonglong>(chain.step)),
                              locale.toString(chain.record.sample)));
}

void ChainsPage::showNotices() {
    while (QLayoutItem* item = m_noticeLines->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const ChainDocumentPtr& document = m_browser.document();
    int shown = 0;
    for (const ChainNotice& notice : document ? document->notices() : std::vector<ChainNotice>()) {
        const bool aboutTokens = notice.kind == ChainNotice::Kind::kNoTokenizer ||
                                 notice.kind == ChainNotice::Kind::kOtherTokenizer;
        const bool wantsTokens = m_text->mode() == ChainMode::kTokens ||
                                 m_heat->currentData().toInt() != static_cast<int>(HeatKind::kNone);
        if (aboutTokens && (!wantsTokens || ChainWords::notice(notice).isEmpty())) continue;
        auto* banner =
            new Banner(context(), QStringLiteral("chains.notice%1").arg(shown++), m_notices);
        banner->setClosable(false);
        banner->show(noticeSeverity(notice.kind),
                     ChainWords::noticeTitle(notice),
                     ChainWords::notice(notice));
        m_noticeLines->addWidget(banner);
    }
    m_notices->setVisible(shown > 0);
}

void ChainsPage::showGroupFacts() {
    if (m_marked.size() >= 2) {
        m_group->showGroup(m_browser.marked(), m_browser.chain());
    } else {
        m_group->showGroup(m_browser.group(), m_browser.chain());
    }
    m_verdict->showTraining(m_browser.rules(), m_browser.groupRewardsEqual());
}

void ChainsPage::chooseView(int view) {
    m_view->setCurrent(view);
    m_views->setCurrentIndex(view);
    m_findButton->setEnabled(view == kSingle);
}

void ChainsPage::chooseMode(int mode) {
    m_text->setMode(static_cast<ChainMode>(mode));
    m_mode->setCurrent(static_cast<int>(m_text->mode()));
    showNotices();
}

void ChainsPage::chooseHeat() {
    if (m_quiet) return;
    const auto kind = static_cast<HeatKind>(m_heat->currentData().toInt());
    const ChainDocumentPtr& document = m_browser.document();
    setPlainToolTip(m_heat, HeatWords::help(kind));
    TokenHeat heat;
    if (document && kind != HeatKind::kNone) heat = makeTokenHeat(document->record(), kind);
    m_strip->setHeat(heat, document ? static_cast<int>(document->record().tokens.size()) : 0);
    m_text->setHeat(std::move(heat));
    showNotices();
}

void ChainsPage::showReading(int token) {
    const ChainDocumentPtr& document = m_browser.document();
    if (!document || token < 0) {
        m_reading->setFullText(document ? tr("Point at the text to read a token's figures.")
                                        : QString());
        return;
    }
    const QLocale locale;
    const data::ChainRecord& record = document->record();
    const auto index = static_cast<std::size_t>(token);
    QStringList parts;
    //: %1 of %2: position of a token; %3 its number in the vocabulary
    parts << tr("Token %1 of %2, id %3")
                 .arg(locale.toString(token + 1),
                      locale.toString(static_cast<qlonglong>(record.tokens.size())),
                      QString::number(record.tokens[index]));
    const std::string text = document->tokenText(index);
    if (!text.empty()) {
        const QByteArray raw(text.data(), static_cast<qsizetype>(text.size()));
        //: %1 characters, %2 bytes as hexadecimal numbers
        parts << tr("\u201c%1\u201d, bytes %2")
                     .arg(oneLine(text, 40),
                          QString::fromLatin1(raw.left(16).toHex(' ').toUpper()));
    }
    for (const HeatKind kind : heatKinds()) {
        const TokenHeat heat = makeTokenHeat(record, kind);
        if (index < heat.values.size()) parts << HeatWords::reading(kind, heat.values[index]);
    }
    m_reading->setFullText(parts.join(QStringLiteral(" \u00b7 ")));
}

}  // namespace veritune::app
