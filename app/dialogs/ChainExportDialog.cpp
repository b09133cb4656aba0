// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/dialogs/ChainExportDialog.h"

#include "app/PlainText.h"
#include "app/Theme.h"
#include "app/dialogs/FileChooser.h"
#include "app/widgets/Cards.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <QPointer>
#include <QRadioButton>
#include <QThreadPool>

namespace veritune::app {

ChainExportDialog::ChainExportDialog(AppContext& context, ChainExportScope scope, QWidget* parent)
    : QDialog(parent),
      m_scope(std::move(scope)),
      m_title(new PlainLabel(this)),
      m_one(new QRadioButton(this)),
      m_task(new QRadioButton(this)),
      m_list(new QRadioButton(this)),
      m_texts(new QCheckBox(this)),
      m_tokens(new QCheckBox(this)),
      m_state(new PlainLabel(this)),
      m_save(makeButton(ButtonRole::kPrimary, QStringLiteral("chainExport.save"), this)),
      m_cancel(makeButton(ButtonRole::kNormal, QStringLiteral("chainExport.cancel"), this)) {
    setObjectName(QStringLiteral("chainExport"));
    setWindowTitle(tr("Export chains"));
    m_title->setFont(context.theme.heading());
    m_title->setText(tr("Export chains as JSON lines"));
    m_one->setObjectName(QStringLiteral("chainExport.one"));
    m_task->setObjectName(QStringLiteral("chainExport.task"));
    m_list->setObjectName(QStringLiteral("chainExport.list"));
    m_texts->setObjectName(QStringLiteral("chainExport.texts"));
    m_tokens->setObjectName(QStringLiteral("chainExport.tokens"));
    m_one->setText(tr("This chain only"));
    m_task->setText(tr("All chains of this task in this run"));
    const auto total =
        static_cast<int>(std::min<std::int64_t>(m_scope.total.value_or(0), 2'000'000'000));
    m_list->setText(m_scope.total ? tr("All %Ln chains of the list", nullptr, total)
                                  : tr("All chains of the list"));
    m_texts->setText(tr("With the texts, answers and reference answers"));
    setPlainToolTip(m_texts, tr("Without them the file holds figures and verdicts only."));
    m_tokens->setText(tr("With the figures of every token"));
    m_list->setChecked(true);
    m_texts->setChecked(true);
    m_state->setWordWrap(true);
    m_state->setForegroundRole(QPalette::PlaceholderText);
    m_save->setText(tr("Choose a file\u2026"));
    m_save->setDefault(true);
    m_cancel->setText(tr("Cancel"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kGap4, kGap4, kGap4, kGap4);
    column->setSpacing(kGap2);
    column->addWidget(m_title);
    column->addSpacing(kGap2);
    for (QWidget* row : std::initializer_list<QWidget*>{m_one, m_task, m_list})
        column->addWidget(row);
    column->addSpacing(kGap2);
    column->addWidget(m_texts);
    column->addWidget(m_tokens);
    column->addWidget(m_state);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_save);
    column->addLayout(buttons);
    setMinimumWidth(420);
    connect(m_save, &QPushButton::clicked, this, &ChainExportDialog::chooseFile);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
}

ChainExportDialog::~ChainExportDialog() { *m_cancelled = true; }

ChainQuery ChainExportDialog::chosenQuery() const {
    ChainQuery query = m_scope.query;
    if (m_task->isChecked()) {
        query.filter = {};
        query.filter.problem_id = m_scope.chain->record().problem_id;
    }
    return query;
}

void ChainExportDialog::chooseFile() {
    chooseSave(this,
               tr("Export chains"),
               QDir::homePath() + QStringLiteral("/chains.jsonl"),
               QStringLiteral("jsonl"),
               [self = QPointer<ChainExportDialog>(this)](const QString& path) {
                   if (self && !path.isEmpty()) self->write(path);
               });
}

void ChainExportDialog::write(const QString& path) {
    m_save->setEnabled(false);
    m_state->setText(tr("Writing the file\u2026"));
    const ChainExportOptions options{.withTexts = m_texts->isChecked(),
                                     .withTokens = m_tokens->isChecked()};
    const std::int64_t one = m_one->isChecked() ? m_scope.chain->chain().id : 0;
    QThreadPool::globalInstance()->start([self = QPointer<ChainExportDialog>(this),
                                          dir = m_scope.projectDir,
                                          query = chosenQuery(),
                                          file = path.toStdString(),
                                          cancelled = m_cancelled,
                                          options,
                                          one] {
        const auto run = [&]() -> util::Result<std::int64_t> {
            VT_ASSIGN(const std::unique_ptr<store::Project> project,
                      store::Project::open_reader(dir));
            if (one != 0) return exportChain(*project, query.run, one, file, options);
            return exportChains(*project, query, file, options, *cancelled);
        };
        const util::Result<std::int64_t> written = run();
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [self, written, file] {
                if (!self) return;
                if (written) {
                    //: %n chains, %1 name of a file
                    emit self->finishedWith(
                        tr("%Ln chains were written to %1.", nullptr, static_cast<int>(*written))
                            .arg(QFileInfo(fromUtf8(file)).fileName()));
                } else if (written.error().code != util::ErrorCode::kCancelled) {
                    emit self->failed(written.error());
                }
                self->accept();
            },
            Qt::QueuedConnection);
    });
}

}  // namespace veritune::app
