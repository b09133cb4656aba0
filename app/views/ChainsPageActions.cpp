// SPDX-License-Identifier: GPL-3.0-or-later
// What a person does on the chains page: filters, keys, search, marks, export.
#include "app/CommandRegistry.h"
#include "app/PlainText.h"
#include "app/ProjectSession.h"
#include "app/Settings.h"
#include "app/dialogs/ChainExportDialog.h"
#include "app/models/ChainReference.h"
#include "app/views/ChainsPage.h"
#include "app/widgets/Cards.h"
#include "app/widgets/ChainActions.h"
#include "app/widgets/ChainFilterPopup.h"
#include "app/widgets/ChainListDelegate.h"
#include "app/widgets/ChainText.h"
#include "app/widgets/GroupView.h"
#include "app/widgets/SegmentBar.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSpinBox>
#include <QStackedWidget>
#include <QToolButton>

namespace veritune::app {

// --- filters -------------------------------------------------------------------------------------

ChainQuery ChainsPage::filters() const {
    ChainQuery query;
    const auto text = [](const QComboBox* combo) -> std::optional<std::string> {
        const QString value = combo->currentData().toString();
        return value.isEmpty() ? std::nullopt : std::optional(value.toStdString());
    };
    query.filter.stage = text(m_stage);
    query.filter.status = text(m_status);
    query.filter.phase = text(m_phase);
    if (m_step->value() >= 0) query.filter.min_step = query.filter.max_step = m_step->value();
    if (!m_onlyTask.isEmpty()) query.filter.problem_id = m_onlyTask.toStdString();
    query.filter.ids.assign(m_onlyChains.begin(), m_onlyChains.end());
    query.text = m_search->text().trimmed();
    m_popup->read(query);
    query.newestFirst = m_order->currentData().toString() == QStringLiteral("new");
    return query;
}

void ChainsPage::applyFilters() {
    if (m_quiet || m_browser.run() == nullptr) return;
    m_browser.setFilter(filters());
}

void ChainsPage::showFilters(const ChainQuery& query) {
    m_quiet = true;
    const auto choose = [](QComboBox* combo, const std::optional<std::string>& value) {
        combo->setCurrentIndex(
            std::max(0, combo->findData(fromUtf8(value.value_or(std::string())))));
    };
    choose(m_stage, query.filter.stage);
    choose(m_status, query.filter.status);
    choose(m_phase, query.filter.phase);
    m_step->setValue(static_cast<int>(query.filter.min_step.value_or(-1)));
    showTask(fromUtf8(query.filter.problem_id.value_or(std::string())));
    showOnlyChains({});
    m_search->setText(query.text);
    m_popup->write(query);
    m_extra->setChecked(m_popup->isActive());
    m_quiet = false;
    applyFilters();
}

void ChainsPage::resetFilters() { showFilters({}); }

void ChainsPage::showTask(const QString& task) {
    m_onlyTask = task;
    m_task->setVisible(!task.isEmpty());
    //: a filter that is on; %1 name of a task
    const QString text = tr("Only task %1").arg(oneLine(task.toStdString(), 40));
    m_task->setText(escapeMnemonic(text));
    m_task->setAccessibleName(text);
    setPlainToolTip(m_task, tr("Click to list the other tasks again."));
}

void ChainsPage::showOnlyChains(const QList<std::int64_t>& chains) {
    m_onlyChains = chains;
    m_chosen->setVisible(!chains.isEmpty());
    //: a filter that is on: the chains that an alarm of the run names
    const QString text =
        tr("Only the %Ln chains of a finding", nullptr, static_cast<int>(chains.size()));
    m_chosen->setText(text);
    m_chosen->setAccessibleName(text);
    setPlainToolTip(m_chosen, tr("Click to list the other chains again."));
}

/// A reference names a chain by its place, not by its row.
void ChainsPage::selectWantedSample() {
    const int wanted = std::exchange(m_wantedSample, -1);
    ChainListModel& list = m_browser.list();
    for (int row = 0; row < list.rowCount(); ++row) {
        if (list.at(row)->key.sample == wanted) return selectRow(row);
    }
    emit announced(tr("That chain is not in this project (any more)."));
    selectRow(0);
}

void ChainsPage::fillSavedFilters() {
    QMenu* menu = m_saved->menu();
    menu->clear();
    menu->addAction(tr("Save these filters"), this, &ChainsPage::saveFilter);
    menu->addAction(tr("Show all chains"), this, &ChainsPage::resetFilters);
    const QVariantMap saved = context().settings.get(Setting::kChainFilters).toMap();
    if (saved.isEmpty()) return;
    menu->addSeparator();
    QMenu* remove = new QMenu(tr("Remove"), menu);
    for (auto it = saved.cbegin(); it != saved.cend(); ++it) {
        const QString name = it.key();
        menu->addAction(escapeMnemonic(name), this, [this, name] { applySaved(name); });
        remove->addAction(escapeMnemonic(name), this, [this, name] {
            QVariantMap all = context().settings.get(Setting::kChainFilters).toMap();
            all.remove(name);
            context().settings.set(Setting::kChainFilters, all);
        });
    }
    menu->addMenu(remove);
}

void ChainsPage::saveFilter() {
    const ChainQuery query = filters();
    QStringList words;
    for (const QComboBox* combo : {m_stage, m_status, m_phase}) {
        if (!combo->currentData().toString().isEmpty()) words << combo->currentText();
    }
    if (m_step->value() >= 0) words << tr("step %1").arg(QLocale().toString(m_step->value()));
    if (!m_onlyTask.isEmpty()) words << oneLine(m_onlyTask.toStdString(), 40);
    //: %1 words that were searched for
    if (!query.text.isEmpty())
        words << tr("\u201c%1\u201d").arg(oneLine(query.text.toStdString(), 40));
    if (m_popup->isActive()) words << tr("more filters");
    if (words.isEmpty()) return emit announced(tr("Set a filter first, then save it."));
    const QString name = words.join(QStringLiteral(", "));
    context().settings.setEntry(Setting::kChainFilters, name, chainQueryToText(query));
    //: %1 a list of filters in words
    emit announced(tr("Saved: %1.").arg(name));
}

void ChainsPage::applySaved(const QString& name) {
    showFilters(chainQueryFromText(context().settings.entry(Setting::kChainFilters, name)));
}

// --- moving --------------------------------------------------------------------------------------

void ChainsPage::addKeys() {
    addKey(Qt::Key_N, [this] { moveRow(1); });
    addKey(Qt::Key_P, [this] { moveRow(-1); });
    addKey(Qt::SHIFT | Qt::Key_N, [this] { moveStep(1); });
    addKey(Qt::SHIFT | Qt::Key_P, [this] { moveStep(-1); });
    addKey(Qt::Key_G, [this] { goToEnd(false); });
    addKey(Qt::SHIFT | Qt::Key_G, [this] { goToEnd(true); });
    addKey(Qt::Key_J, [this] { scrollBy(3); });
    addKey(Qt::Key_K, [this] { scrollBy(-3); });
    addKey(Qt::Key_S, [this] { chooseMode((static_cast<int>(m_text->mode()) + 1) % 3); });
    addKey(Qt::Key_F, [this] { openFind(); });
    addKey(QKeySequence::Find, [this] { openFind(); });
    addKey(Qt::Key_F3, [this] { findNext(true); });
    addKey(Qt::SHIFT | Qt::Key_F3, [this] { findNext(false); });
    addKey(Qt::Key_C, [this] { toggleMark(); });
    addKey(Qt::Key_V, [this] { m_actions->verifyAgain(); });
}

void ChainsPage::addCommands() {
    const auto add = [this](const QString& id,
                            const QString& iconName,
                            auto text,
                            auto run,
                            const QKeySequence& keys) {
        context().commands.add(this,
                               {.id = id,
                                .iconName = iconName,
                                .text = text,
                                .isEnabled = [this] { return isVisible() && m_browser.document(); },
                                .run = run,
                                .shortcut = keys});
    };
    add(
        QStringLiteral("chains.single"),
        QStringLiteral("text"),
        [] { return tr("Show one chain"); },
        [this] { chooseView(kSingle); },
        {});
    add(
        QStringLiteral("chains.group"),
        QStringLiteral("group"),
        [] { return tr("Show all chains of this task side by side"); },
        [this] { chooseView(kGroup); },
        {});
    add(
        QStringLiteral("chains.time"),
        QStringLiteral("time"),
        [] { return tr("Show this task over the steps"); },
        [this] { chooseView(kTime); },
        {});
    add(
        QStringLiteral("chains.find"),
        QStringLiteral("search"),
        [] { return tr("Find in the chain"); },
        [this] { openFind(); },
        QKeySequence::Find);
    add(
        QStringLiteral("chains.verify"),
        QStringLiteral("check"),
        [] { return tr("Verify this chain again"); },
        [this] { m_actions->verifyAgain(); },
        QKeySequence(Qt::Key_V));
    add(
        QStringLiteral("chains.replay"),
        QStringLiteral("replay"),
        [] { return tr("Replay this chain's step"); },
        [this] { m_actions->replay(); },
        {});
    add(
        QStringLiteral("chains.flag"),
        QStringLiteral("flag"),
        [] { return tr("Flag this chain"); },
        [this] { m_actions->toggleFlag(); },
        {});
    add(
        QStringLiteral("chains.dispute"),
        QStringLiteral("flag"),
        [] { return tr("This chain's verdict is wrong"); },
        [this] { m_actions->toggleDispute(); },
        {});
    add(
        QStringLiteral("chains.copyReference"),
        QStringLiteral("copy"),
        [] { return tr("Copy a reference to this chain"); },
        [this] { copyReference(); },
        {});
    add(
        QStringLiteral("chains.export"),
        QStringLiteral("download"),
        [] { return tr("Export chains"); },
        [this] { exportChains(); },
        {});
}

void ChainsPage::selectRow(int row) {
    const QModelIndex index = m_browser.list().index(row, 0);
    if (!index.isValid()) return;
    m_list->setCurrentIndex(index);
    m_list->scrollTo(index);
}

void ChainsPage::moveRow(int by) {
    const int now = m_list->currentIndex().row();
    const int next = now + by;
    if (next >= m_browser.list().rowCount() && !m_browser.list().isComplete()) {
        m_pendingMove = 1;
        return m_browser.list().fetchMore({});
    }
    if (next < 0 || next >= m_browser.list().rowCount()) {
        return emit announced(by > 0 ? tr("This is the last chain.")
                                     : tr("This is the first chain."));
    }
    selectRow(next);
}

void ChainsPage::moveStep(int by) {
    const ChainListModel& list = m_browser.list();
    int row = std::max(0, m_list->currentIndex().row());
    const store::ChainSummary* now = list.at(row);
    if (now == nullptr) return;
    const auto sameStep = [now](const store::ChainSummary& chain) {
        return chain.key.stage == now->key.stage && chain.key.step == now->key.step;
    };
    while (list.at(row) != nullptr && sameStep(*list.at(row))) row += by;
    if (list.at(row) == nullptr && by > 0 && !list.isComplete()) {
        m_pendingMove = 2;
        return m_browser.list().fetchMore({});
    }
    if (list.at(row) == nullptr) {
        return emit announced(by > 0 ? tr("This is the last step of the list.")
                                     : tr("This is the first step of the list."));
    }
    if (by < 0) {
        // To the step's first row, as on the way forward.
        const std::int64_t step = list.at(row)->key.step;
        while (row > 0 && list.at(row - 1)->key.step == step &&
               list.at(row - 1)->key.stage == list.at(row)->key.stage) {
            --row;
        }
    }
    selectRow(row);
}

void ChainsPage::goToEnd(bool last) {
    ChainListModel& list = m_browser.list();
    if (last && !list.isComplete()) {
        m_pendingMove = 3;
        return list.fetchAll();
    }
    selectRow(last ? list.rowCount() - 1 : 0);
}

void ChainsPage::scrollBy(int rows) {
    QScrollBar* bar = m_text->verticalScrollBar();
    bar->setValue(bar->value() + rows * bar->singleStep());
}

// --- marks, more ---------------------------------------------------------------------------------

void ChainsPage::toggleMark() {
    const std::int64_t chain = m_browser.chain();
    if (chain == 0) return;
    if (!m_marked.removeOne(chain)) m_marked.push_back(chain);
    showMarks();
    m_browser.openMarked(m_marked);
    if (m_marked.size() >= 2 && m_marked.contains(chain)) chooseView(kGroup);
}

void ChainsPage::clearMarks() {
    if (m_marked.isEmpty()) return;
    m_marked.clear();
    showMarks();
    m_browser.openMarked({});
}

void ChainsPage::showMarks() {
    m_delegate->setMarked(QSet<std::int64_t>(m_marked.begin(), m_marked.end()));
    m_list->viewport()->update();
    m_marks->setVisible(!m_marked.isEmpty());
    if (m_marked.isEmpty()) return;
    m_marks->show(
        Severity::kInfo,
        tr("%Ln chains are marked for comparison.", nullptr, static_cast<int>(m_marked.size())),
        m_marked.size() < 2 ? tr("Mark another one with C to see them side by side.") : QString());
    m_marks->setAction(tr("Remove the marks"));
}

void ChainsPage::fillMore() {
    QMenu* menu = m_more->menu();
    menu->clear();
    const ChainDocumentPtr document = m_browser.document();
    const auto add = [&](const QString& text, const QString& name, auto action, bool enabled) {
        QAction* entry = menu->addAction(text, this, action);
        entry->setObjectName(name);
        entry->setEnabled(enabled);
    };
    add(
        tr("Copy the selected text"),
        QStringLiteral("chains.copy"),
        [this] { QApplication::clipboard()->setText(m_text->selectedText()); },
        m_text->hasSelection());
    add(
        tr("Copy the whole text"),
        QStringLiteral("chains.copyAll"),
        [document] { QApplication::clipboard()->setText(fromUtf8(document->record().completion)); },
        document != nullptr && !document->isTooLarge());
    add(
        tr("Copy a reference to this chain"),
        QStringLiteral("chains.copyReference"),
        [this] { copyReference(); },
        document != nullptr);
    menu->addSeparator();
    const bool marked = m_marked.contains(m_browser.chain());
    add(
        marked ? tr("Remove the mark for comparison") : tr("Mark for comparison"),
        QStringLiteral("chains.mark"),
        [this] { toggleMark(); },
        document != nullptr);
    add(
        tr("List only this task"),
        QStringLiteral("chains.onlyTask"),
        [this, document] {
            showTask(fromUtf8(document->record().problem_id));
            applyFilters();
        },
        document != nullptr);
    menu->addSeparator();
    add(
        tr("Export chains\u2026"),
        QStringLiteral("chains.export"),
        [this] { exportChains(); },
        document != nullptr);
}

void ChainsPage::copyReference() {
    if (!m_browser.document() || m_browser.run() == nullptr) return;
    QApplication::clipboard()->setText(
        chainReferenceText({.run = m_browser.run()->id, .key = m_browser.openKey()}));
    emit announced(tr("The reference was copied. The palette (Ctrl+K) opens it."));
}

void ChainsPage::exportChains() {
    const ChainDocumentPtr document = m_browser.document();
    if (!document || session() == nullptr) return;
    auto* dialog = new ChainExportDialog(context(),
                                         {.projectDir = m_browser.projectDir(),
                                          .query = m_browser.list().query(),
                                          .total = m_browser.list().total(),
                                          .chain = document},
                                         this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ChainExportDialog::finishedWith, this, [this](const QString& sentence) {
        emit announced(sentence);
    });
    connect(dialog, &ChainExportDialog::failed, this, [this](const util::Error& error) {
        m_trouble->showError(error);
    });
    dialog->open();
}

// --- search --------------------------------------------------------------------------------------

void ChainsPage::openFind() {
    if (!m_browser.document()) return;
    chooseView(kSingle);
    m_findBar->show();
    m_findText->setFocus();
    m_findText->selectAll();
    find();
}

void ChainsPage::closeFind() {
    m_findBar->hide();
    m_text->find(QString());
    if (m_findText->hasFocus()) m_text->setFocus();
}

void ChainsPage::find() {
    const int count = m_text->find(m_findText->text());
    if (m_findText->text().isEmpty()) return m_findCount->setText(QString());
    m_findCount->setProperty("count", count);
    announceFound(count > 0 ? 1 : 0);
}

void ChainsPage::findNext(bool forward) {
    if (!m_findBar->isVisible()) return openFind();
    announceFound(m_text->findNext(forward));
}

void ChainsPage::announceFound(int number) {
    const int count = m_findCount->property("count").toInt();
    if (count == 0) return m_findCount->setText(tr("Not found"));
    const QLocale locale;
    //: place %1 of %2 where the text was found
    m_findCount->setText(tr("%1 of %2").arg(locale.toString(number), locale.toString(count)));
}

bool ChainsPage::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_findText && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        closeFind();
        return true;
    }
    return Page::eventFilter(watched, event);
}

}  // namespace veritune::app
