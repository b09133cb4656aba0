// SPDX-License-Identifier: GPL-3.0-or-later
// What is done with a data set as a whole.
#include "app/PlainText.h"
#include "app/ProjectSession.h"
#include "app/Theme.h"
#include "app/dialogs/ConfirmDialog.h"
#include "app/dialogs/FileChooser.h"
#include "app/dialogs/FormDialog.h"
#include "app/dialogs/ImportDialog.h"
#include "app/views/DatasetsPage.h"
#include "app/widgets/Cards.h"

#include <QDir>
#include <QMenu>
#include <QPushButton>

#include <algorithm>

namespace veritune::app {

void DatasetsPage::fillToolsMenu() {
    QMenu* menu = m_toolsButton->menu();
    menu->clear();
    const store::DatasetInfo* set = info();
    if (!set) return;
    const auto add = [menu](const char* name, const QString& text, bool on, auto run) {
        QAction* entry = menu->addAction(text);
        entry->setObjectName(QStringLiteral("data.tools.") + QLatin1String(name));
        entry->setEnabled(on);
        connect(entry, &QAction::triggered, menu, run);
    };
    const bool free = canWrite() && !m_edits.isBusy() && !m_tools.isBusy();
    using Tool = DatasetTools::Tool;
    const auto tool = [this](Tool which) {
        m_banner->hide();
        m_tools.run(which, m_current);
    };
    add("golds", tr("Check the reference answers"), free, [this] {
        m_banner->hide();
        m_edits.checkGolds(m_current);
    });
    add("duplicates", tr("Find duplicates…"), free, [tool] { tool(Tool::kDuplicates); });
    add("privacy", tr("Find personal data…"), free, [tool] { tool(Tool::kPrivacy); });
    add("guess", tr("How far does guessing get?"), free, [tool] { tool(Tool::kGuessing); });
    add("split", tr("Split by cluster…"), free, [this] { askSplit(); });
    menu->addSeparator();
    add("bench", tr("Try its verifiers"), true, [this] {
        emit routeRequested({.page = PageId::kBench, .dataset = fromUtf8(m_current)});
    });
    add("info", tr("Name, licence and domain…"), canWrite(), [this] { askInfo(); });
    add("copy", tr("Make a copy…"), canWrite(), [this] { askCopy(); });
    add("freeze", tr("Freeze…"), canWrite() && !set->frozen, [this] { askFreeze(); });
    add("export", tr("Export…"), true, [this] { askExport(); });
}

void DatasetsPage::askSplit() {
    askForm(this,
            context(),
            {.title = tr("Split by cluster"),
             .text = tr("Rows that say nearly the same stay on one side, so that held-out "
                        "figures are honest. Ctrl+Z takes it back."),
             .action = tr("Split"),
             .fields = {{.key = QStringLiteral("val"),
                         .label = tr("Held out, %"),
                         .value = QStringLiteral("10"),
                         .isNumber = true,
                         .most = 45},
                        {.key = QStringLiteral("test"),
                         .label = tr("For testing, %"),
                         .value = QStringLiteral("10"),
                         .isNumber = true,
                         .most = 45}}},
            [this](const QHash<QString, QString>& answer) {
                m_tools.split(m_current,
                              answer.value(QStringLiteral("val")).toInt(),
                              answer.value(QStringLiteral("test")).toInt());
            });
}

void DatasetsPage::askInfo() {
    const store::DatasetInfo* set = info();
    if (!set) return;
    const QList<QPair<QString, QString>> rights = {
        {tr("may be passed on"), QStringLiteral("yes")},
        {tr("with the source's name"), QStringLiteral("attribution")},
        {tr("under the same licence only"), QStringLiteral("share_alike")},
        {tr("inside the office only"), QStringLiteral("internal_only")},
        {tr("not at all"), QStringLiteral("forbidden")}};
    askForm(this,
            context(),
            {.title = tr("About this data set"),
             .text = {},
             .action = tr("Save"),
             .fields = {{.key = QStringLiteral("name"),
                         .label = tr("Name"),
                         .value = fromUtf8(set->name),
                         .isNeeded = true},
                        {.key = QStringLiteral("domain"),
                         .label = tr("Domain"),
                         .value = fromUtf8(set->domain),
                         .tip = tr("“medical” and “legal” show the limits of use.")},
                        {.key = QStringLiteral("language"),
                         .label = tr("Language, like de"),
                         .value = fromUtf8(set->language)},
                        {.key = QStringLiteral("licence"),
                         .label = tr("Licence"),
                         .value = fromUtf8(set->licence)},
                        {.key = QStringLiteral("licence_note"),
                         .label = tr("Note on the licence"),
                         .value = fromUtf8(set->licence_note)},
                        {.key = QStringLiteral("source"),
                         .label = tr("Where it comes from"),
                         .value = fromUtf8(set->source)},
                        {.key = QStringLiteral("redistribution"),
                         .label = tr("Passing it on"),
                         .value = fromUtf8(set->redistribution),
                         .choices = rights}}},
            [this](const QHash<QString, QString>& answer) {
                data::Edit edit;
                edit.kind = data::EditKind::kInfo;
                edit.dataset = m_current;
                const store::DatasetInfo* now = info();
                if (!now) return;
                const QHash<QString, std::string> before = {
                    {QStringLiteral("name"), now->name},
                    {QStringLiteral("domain"), now->domain},
                    {QStringLiteral("language"), now->language},
                    {QStringLiteral("licence"), now->licence},
                    {QStringLiteral("licence_note"), now->licence_note},
                    {QStringLiteral("source"), now->source},
                    {QStringLiteral("redistribution"), now->redistribution}};
                for (auto it = answer.cbegin(); it != answer.cend(); ++it) {
                    if (it->toStdString() != before.value(it.key()))
                        edit.set[it.key().toStdString()] = it->toStdString();
                }
                if (edit.set.empty()) return;
                m_edits.apply(edit);
            });
}

void DatasetsPage::askCopy() {
    askForm(this,
            context(),
            {.title = tr("Make a copy of this data set"),
             .text = {},
             .action = tr("Copy"),
             .fields = {{.key = QStringLiteral("name"),
                         .label = tr("Name of the copy"),
                         .value = fromUtf8(m_current) + QStringLiteral("-2"),
                         .isNeeded = true}}},
            [this](const QHash<QString, QString>& answer) {
                data::Edit edit;
                edit.kind = data::EditKind::kCopy;
                edit.dataset = m_current;
                edit.copy_name = answer.value(QStringLiteral("name")).toStdString();
                m_edits.apply(edit);
            });
}

void DatasetsPage::askFreeze() {
    askConfirm(this,
               context(),
               {.title = tr("Freeze %1?").arg(oneLine(m_current)),
                .text = tr("A frozen data set never changes again, so that a result can be "
                           "repeated. Later edits go into a copy. This cannot be undone."),
                .action = tr("Freeze")},
               [this] {
                   data::Edit edit;
                   edit.kind = data::EditKind::kFreeze;
                   edit.dataset = m_current;
                   m_edits.apply(edit);
               });
}

void DatasetsPage::askExport() {
    askForm(this,
            context(),
            {.title = tr("Export this data set"),
             .text = tr("Accepted rows only. Rows that may not be passed on are refused unless "
                        "you leave them out."),
             .action = tr("Choose a file…"),
             .fields = {{.key = QStringLiteral("format"),
                         .label = tr("Form"),
                         .value = QStringLiteral("jsonl"),
                         .choices = {{tr("JSON lines, our own form"), QStringLiteral("jsonl")},
                                     {tr("Chat for fine-tuning"), QStringLiteral("sft")},
                                     {tr("Fields of verl"), QStringLiteral("verl")},
                                     {tr("Fields of TRL"), QStringLiteral("trl")},
                                     {tr("Table (CSV)"), QStringLiteral("csv")},
                                     {tr("Bundle with licences"), QStringLiteral("bundle")}}},
                        {.key = QStringLiteral("licence"),
                         .label = tr("Rows with a condition"),
                         .value = QStringLiteral("stop"),
                         .choices = {{tr("refuse and say so"), QStringLiteral("stop")},
                                     {tr("leave them out"), QStringLiteral("leave_out")},
                                     {tr("I may pass them on"), QStringLiteral("allow")}}}}},
            [this](const QHash<QString, QString>& answer) {
                const QString format = answer.value(QStringLiteral("format"));
                const QString licence = answer.value(QStringLiteral("licence"));
                const QString suffix = format == QLatin1String("csv") ? format
                                       : format == QLatin1String("bundle")
                                           ? QStringLiteral("veriset")
                                           : QStringLiteral("jsonl");
                chooseSave(this,
                           tr("Export this data set"),
                           QDir::homePath() + u'/' + fromUtf8(m_current) + u'.' + suffix,
                           suffix,
                           [this, format, licence](const QString& path) {
                               if (path.isEmpty() || !info()) return;
                               m_tools.exportSet(*info(), format, licence, path);
                           });
            });
}

void DatasetsPage::chooseImport() {
    if (!canWrite()) return;
    chooseFile(this,
               tr("A file with questions and answers"),
               QDir::homePath(),
               tr("Questions (*.jsonl *.json *.csv *.tsv *.txt);;All files (*)"),
               [this](const QString& path) {
                   if (!path.isEmpty()) importFile(path);
               });
}

void DatasetsPage::importFile(const QString& path) {
    if (!canWrite()) return;
    QStringList taken;
    for (const store::DatasetInfo& one : m_sets) taken << fromUtf8(one.name);
    auto* dialog = new ImportDialog(context(), m_edits, path, taken, this);
    connect(dialog,
            qOverload<const data::Edit&>(&ImportDialog::accepted),
            this,
            [this](const data::Edit& edit) {
                m_wanted = edit.dataset;
                m_imported = edit.dataset;
                m_edits.apply(edit);
            });
    dialog->open();
}

void DatasetsPage::askGenerate() {
    if (!canWrite()) return;
    askForm(this,
            context(),
            {.title = tr("Generate arithmetic problems"),
             .text = tr("Problems with known answers and a verifier that checks each step."),
             .action = tr("Generate"),
             .fields = {{.key = QStringLiteral("name"),
                         .label = tr("Name in the project"),
                         .value = freeName(QStringLiteral("arithmetic")),
                         .isNeeded = true},
                        {.key = QStringLiteral("family"),
                         .label = tr("Kind"),
                         .value = QStringLiteral("mod"),
                         .choices = {{tr("sums modulo ten"), QStringLiteral("mod")},
                                     {tr("true and false"), QStringLiteral("bool")},
                                     {tr("small programs"), QStringLiteral("trace")}}},
                        {.key = QStringLiteral("count"),
                         .label = tr("How many"),
                         .value = QStringLiteral("1000"),
                         .isNumber = true,
                         .least = 1,
                         .most = 5000},
                        {.key = QStringLiteral("seed"),
                         .label = tr("Seed"),
                         .value = QStringLiteral("1"),
                         .tip = tr("The same seed gives the same problems."),
                         .isNumber = true}}},
            [this](const QHash<QString, QString>& answer) {
                m_tools.generate(answer.value(QStringLiteral("name")).toStdString(),
                                 answer.value(QStringLiteral("family")).toStdString(),
                                 answer.value(QStringLiteral("count")).toLongLong(),
                                 answer.value(QStringLiteral("seed")).toULongLong());
            });
}

QString DatasetsPage::freeName(const QString& base) const {
    QString name = base;
    const auto isTaken = [this](const QString& one) {
        return std::any_of(m_sets.begin(), m_sets.end(), [&one](const auto& set) {
            return fromUtf8(set.name) == one;
        });
    };
    for (int i = 2; isTaken(name); ++i) name = base + u'-' + QString::number(i);
    return name;
}

void DatasetsPage::showReport(const ToolReport& report) {
    if (report.edit) {
        m_pendingEdit = *report.edit;
        askConfirm(this,
                   context(),
                   {.title = report.title, .text = report.text, .action = report.action},
                   [this] {
                       if (m_pendingEdit.kind == data::EditKind::kAdd)
                           m_wanted = m_pendingEdit.dataset;
                       m_edits.apply(m_pendingEdit);
                   });
    } else {
        m_banner->setAction({});
        m_banner->show(
            report.isWarning ? Severity::kWarn : Severity::kGood, report.title, report.text);
        emit announced(report.title);
    }
}

}  // namespace veritune::app
