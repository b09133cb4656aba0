// SPDX-License-Identifier: GPL-3.0-or-later
// Rows: choosing, changing, taking back, deciding one by one.
#include "app/PlainText.h"
#include "app/ProjectSession.h"
#include "app/dialogs/FormDialog.h"
#include "app/views/DatasetsPage.h"
#include "app/widgets/Cards.h"
#include "app/widgets/RecordCard.h"
#include "app/widgets/RowTable.h"

#include <QDateTime>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace veritune::app {
namespace {

constexpr int kMostCurateUndo = 10;
constexpr int kHistoryShown = 15;

}  // namespace

void DatasetsPage::rowsCame() {
    QStringList states;
    for (const auto state : {data::RowStatus::kNew,
                             data::RowStatus::kOk,
                             data::RowStatus::kNeedsReview,
                             data::RowStatus::kRejected})
        states << DatasetRowsModel::statusWord(state);
    m_table->holdTexts(DatasetRowsModel::kStatus, states);
    m_table->sizeColumns();
    if (!m_hasChosenRow && m_rows.rowCount() > 0 && !m_isCurating) {
        m_hasChosenRow = true;
        m_table->selectRow(0);
    } else if (m_chosenRow != 0) {
        const int at = m_rows.rowOf(m_chosenRow);
        if (m_isCurating) {
            // Rows before it may have left the list.
            if (at >= 0) m_curateAt = at;
        } else if (at < 0 && m_rows.rowCount() > 0) {
            m_table->selectRow(0);
        } else if (at >= 0) {
            if (m_table->currentIndex().row() != at) m_table->selectRow(at);
            readRowById(m_chosenRow);
        }
    }
    if (m_rows.rowCount() == 0 && !m_rows.isLoading()) m_record->show(nullptr);
    if (m_isCurating) showCurated();
    showState();
}

void DatasetsPage::readRow(int at) {
    const store::RowSummary* row = m_rows.at(at);
    if (!row) return;
    m_chosenRow = row->row;
    readRowById(row->row);
}

void DatasetsPage::readRowById(std::int64_t id) {
    if (session() == nullptr) return;
    session()->store().query<data::DatasetRow>(
        this,
        [id](store::Project& project) { return project.dataset_reader().row(id); },
        [this, id](util::Result<data::DatasetRow> row) {
            if (id != m_chosenRow) return;
            if (!row) return m_record->show(nullptr);
            auto shown = std::make_shared<const data::DatasetRow>(std::move(*row));
            // What is being typed is not thrown away by a refresh.
            if (!m_record->isEditing() || !m_record->row() ||
                m_record->row()->problem.id != shown->problem.id)
                m_record->show(shown);
            if (m_isCurating) {
                m_row = shown;
                m_curate->show(shown, m_curateAt, m_rows.total().value_or(m_rows.rowCount()));
            }
        },
        QStringLiteral("row"));
}

std::vector<std::string> DatasetsPage::chosenIds() const {
    std::vector<std::string> ids;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows()) {
        if (const store::RowSummary* row = m_rows.at(index.row())) ids.push_back(row->id);
    }
    return ids;
}

void DatasetsPage::setChosen(util::Json set) {
    std::vector<std::string> ids = chosenIds();
    if (!ids.empty() && canWrite())
        m_edits.apply(DatasetEdits::setRows(m_current, std::move(ids), std::move(set)));
}

void DatasetsPage::fillChangeMenu() {
    QMenu* menu = m_change->menu();
    menu->clear();
    const auto rows = static_cast<int>(m_table->selectionModel()->selectedRows().size());
    menu->addSection(tr("%Ln chosen rows", nullptr, rows));
    const auto add = [menu](const char* name, const QString& text, auto run) {
        QAction* entry = menu->addAction(text);
        entry->setObjectName(QStringLiteral("data.change.") + QLatin1String(name));
        connect(entry, &QAction::triggered, menu, run);
    };
    add("accept", tr("Accept"), [this] { setChosen({{"status", "ok"}}); });
    add("reject", tr("Reject"), [this] { setChosen({{"status", "rejected"}}); });
    add("review", tr("Mark for review"), [this] { setChosen({{"status", "needs_review"}}); });
    menu->addSeparator();
    add("train", tr("Use for training"), [this] { setChosen({{"split", "train"}}); });
    add("val", tr("Hold out"), [this] { setChosen({{"split", "val"}}); });
    add("test", tr("Use for testing"), [this] { setChosen({{"split", "test"}}); });
    menu->addSeparator();
    add("tag", tr("Add a tag…"), [this] { askTag(); });
    if (!m_tags.isEmpty()) {
        QMenu* less = menu->addMenu(tr("Remove a tag"));
        for (const QString& tag : m_tags.mid(0, 30)) {
            QAction* entry = less->addAction(escapeMnemonic(visibleText(tag.left(60))));
            connect(entry, &QAction::triggered, this, [this, tag] {
                setChosen({{"remove_tags", util::Json::array({tag.toStdString()})}});
            });
        }
    }
    add("replace", tr("Replace text…"), [this] { askReplace(); });
    menu->addSeparator();
    add("delete", tr("Delete"), [this] {
        data::Edit edit;
        edit.kind = data::EditKind::kDelete;
        edit.dataset = m_current;
        edit.rows.ids = chosenIds();
        m_edits.apply(edit);
    });
}

void DatasetsPage::askTag() {
    askForm(this,
            context(),
            {.title = tr("Add a tag"),
             .text = tr("A tag has no spaces and at most 64 characters."),
             .action = tr("Add"),
             .fields = {{.key = QStringLiteral("tag"), .label = tr("Tag"), .isNeeded = true}}},
            [this](const QHash<QString, QString>& answer) {
                const QString tag = answer.value(QStringLiteral("tag"));
                setChosen({{"add_tags", util::Json::array({tag.toStdString()})}});
            });
}

void DatasetsPage::askReplace() {
    askForm(this,
            context(),
            {.title = tr("Replace text in the chosen rows"),
             .text = tr("Capital letters count. Ctrl+Z takes it back."),
             .action = tr("Replace"),
             .fields = {{.key = QStringLiteral("field"),
                         .label = tr("In"),
                         .value = QStringLiteral("prompt"),
                         .choices = {{tr("Question"), QStringLiteral("prompt")},
                                     {tr("Reference answer"), QStringLiteral("gold")},
                                     {tr("Worked solution"), QStringLiteral("solution")},
                                     {tr("Topic"), QStringLiteral("topic")}}},
                        {.key = QStringLiteral("find"), .label = tr("Find"), .isNeeded = true},
                        {.key = QStringLiteral("with"), .label = tr("Replace with")}}},
            [this](const QHash<QString, QString>& answer) {
                data::Edit edit;
                edit.kind = data::EditKind::kReplace;
                edit.dataset = m_current;
                edit.rows.ids = chosenIds();
                edit.field = answer.value(QStringLiteral("field")).toStdString();
                edit.find = answer.value(QStringLiteral("find")).toStdString();
                edit.replace_with = answer.value(QStringLiteral("with")).toStdString();
                m_edits.apply(edit);
            });
}

const store::EditInfo* DatasetsPage::undoable() const {
    const auto found =
        std::find_if(m_edited.begin(), m_edited.end(), [](const auto& one) { return !one.undone; });
    return found == m_edited.end() ? nullptr : &*found;
}

const store::EditInfo* DatasetsPage::redoable() const {
    const store::EditInfo* last = nullptr;
    for (const store::EditInfo& one : m_edited) {
        if (!one.undone) break;
        last = &one;
    }
    return last;
}

void DatasetsPage::undo() {
    if (canWrite() && !m_current.empty()) m_edits.undo(m_current);
}

void DatasetsPage::redo() {
    if (canWrite() && redoable()) m_edits.redo(m_current);
}

void DatasetsPage::fillHistory() {
    QMenu* menu = m_history->menu();
    menu->clear();
    if (m_edited.empty()) menu->addAction(tr("No change yet"))->setEnabled(false);
    int shown = 0;
    int steps = 0;
    for (const store::EditInfo& one : m_edited) {
        if (++shown > kHistoryShown) break;
        if (!one.undone) ++steps;
        const QString when = QLocale().toString(QDateTime::fromMSecsSinceEpoch(one.time_us / 1000),
                                                QLocale::ShortFormat);
        //: a line of the undo menu: %1 what was changed, %2 when
        QString text = tr("%1 – %2").arg(editText(one), when);
        //: %1 a change that was taken back
        if (one.undone) text = tr("(taken back) %1").arg(text);
        QAction* entry = menu->addAction(escapeMnemonic(text));
        entry->setEnabled(!one.undone && canWrite());
        const int count = steps;
        connect(entry, &QAction::triggered, this, [this, count] {
            for (int i = 0; i < count; ++i) m_edits.undo(m_current);
        });
    }
}

QString DatasetsPage::editText(const store::EditInfo& edit) {
    const auto rows = static_cast<int>(std::min<std::int64_t>(edit.rows, 2'000'000'000));
    if (edit.kind == "import") return tr("%Ln rows imported", nullptr, rows);
    if (edit.kind == "add") return tr("%Ln rows added", nullptr, rows);
    if (edit.kind == "delete") return tr("%Ln rows deleted", nullptr, rows);
    if (edit.kind == "set" || edit.kind == "patch" || edit.kind == "replace")
        return tr("%Ln rows changed", nullptr, rows);
    if (edit.kind == "info") return tr("Name, licence or domain changed");
    if (edit.kind == "freeze") return tr("Frozen");
    if (edit.kind == "create" || edit.kind == "copy") return tr("Made");
    return oneLine(edit.label, 80);
}

void DatasetsPage::editCame(const EditOutcome& outcome) {
    const bool isKnown = std::any_of(m_sets.begin(), m_sets.end(), [&outcome](const auto& one) {
        return one.name == outcome.dataset;
    });
    if (!outcome.dataset.empty() && outcome.dataset != m_current) m_wanted = outcome.dataset;
    // A frozen set was meant: the change went into a copy of it.
    if (!isKnown && info() && info()->frozen) {
        m_banner->setAction({});
        //: %1 name of a data set
        m_banner->show(Severity::kInfo,
                       tr("The change went into the data set %1").arg(oneLine(outcome.dataset)));
    }
    if (!m_isCurating) {
        const auto rows = static_cast<int>(std::min<std::int64_t>(outcome.rows, 2'000'000'000));
        emit announced(outcome.isUndo ? tr("Taken back or made again: %Ln rows.", nullptr, rows)
                                      : tr("Done: %Ln rows.", nullptr, rows));
    }
    refresh();
    // What came from a file trains only once its reference answers were checked.
    if (!m_imported.empty() && outcome.dataset == m_imported)
        m_edits.checkGolds(std::exchange(m_imported, {}));
}

void DatasetsPage::startCurating() {
    if (m_rows.rowCount() == 0) return;
    m_isCurating = true;
    m_curateAt = qMax(0, m_table->currentIndex().row());
    m_curateUndo.clear();
    m_accepted = 0;
    m_rejected = 0;
    m_curate->setTags(m_tags);
    m_curate->setWritable(canWrite());
    showCurated();
    showState();
    m_curate->setFocus(Qt::OtherFocusReason);
}

void DatasetsPage::stopCurating() {
    m_isCurating = false;
    if (m_rows.at(m_curateAt)) m_table->selectRow(m_curateAt);
    showState();
    m_table->setFocus(Qt::OtherFocusReason);
}

void DatasetsPage::showCurated() {
    m_curate->setDecisions(m_accepted, m_rejected, !m_curateUndo.isEmpty());
    const store::RowSummary* row = m_rows.at(m_curateAt);
    if (!row) {
        if (m_rows.canFetchMore({})) return m_rows.fetchMore({});
        m_chosenRow = 0;
        m_row.reset();
        return m_curate->show(nullptr, m_curateAt, 0);
    }
    m_chosenRow = row->row;
    readRowById(row->row);
}

void DatasetsPage::decide(CurateAct act) {
    const store::RowSummary* row = m_rows.at(m_curateAt);
    switch (act) {
        case CurateAct::kAccept:
        case CurateAct::kReject:
        case CurateAct::kFlag:
            if (row && canWrite()) decideOn(*row, act);
            return;
        case CurateAct::kSkip:
            ++m_curateAt;
            return showCurated();
        case CurateAct::kBack:
            return takeBack();
        case CurateAct::kEdit:
            if (!row) return;
            stopCurating();
            return m_record->edit();
    }
}

void DatasetsPage::decideOn(const store::RowSummary& row, CurateAct act) {
    util::Json set = util::Json::object();
    if (act == CurateAct::kAccept) {
        set["status"] = "ok";
        ++m_accepted;
    } else if (act == CurateAct::kReject) {
        set["status"] = "rejected";
        ++m_rejected;
    } else {
        set["status"] = "needs_review";
        set["add_review"] = util::Json::array({util::Json{{"reason", "flagged"}}});
    }
    m_edits.apply(DatasetEdits::setRows(m_current, {row.id}, std::move(set)));
    m_curateUndo.push_back({row.row, act});
    if (m_curateUndo.size() > kMostCurateUndo) m_curateUndo.removeFirst();
    ++m_curateAt;
    showCurated();
}

void DatasetsPage::takeBack() {
    if (m_curateUndo.isEmpty()) return;
    const auto [row, act] = m_curateUndo.takeLast();
    if (act == CurateAct::kAccept) --m_accepted;
    if (act == CurateAct::kReject) --m_rejected;
    m_edits.undo(m_current);
    // It may have left the list; then it is back after the undo.
    m_chosenRow = row;
    const int at = m_rows.rowOf(row);
    if (at < 0) return;
    m_curateAt = at;
    showCurated();
}

void DatasetsPage::toggleTag(const QString& tag) {
    if (!m_row) return;
    const std::string name = tag.toStdString();
    const bool has = std::find(m_row->tags.begin(), m_row->tags.end(), name) != m_row->tags.end();
    util::Json set = util::Json::object();
    set[has ? "remove_tags" : "add_tags"] = util::Json::array({name});
    m_edits.apply(DatasetEdits::setRows(m_current, {m_row->problem.id}, std::move(set)));
}

}  // namespace veritune::app
