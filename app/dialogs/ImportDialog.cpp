// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/dialogs/ImportDialog.h"

#include "app/Theme.h"
#include "app/dialogs/FileChooser.h"
#include "app/forms/NoteLine.h"
#include "app/models/Background.h"
#include "app/models/BenchWords.h"
#include "app/models/SourceCheck.h"
#include "app/widgets/Cards.h"
#include "app/widgets/RowTable.h"
#include "app/widgets/SegmentBar.h"
#include "core/util/file_system.h"
#include "core/verify/verifier.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QGridLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QProgressBar>
#include <QRegularExpression>
#include <QSpinBox>
#include <QStackedWidget>

#include <algorithm>

namespace veritune::app {
namespace {

constexpr int kWidth = 960;
constexpr int kHeight = 680;
constexpr int kRecheckMs = 250;
constexpr int kErrorsShown = 500;
constexpr int kMostNotes = 6;

/// Our fields, in the order of the form.
const QStringList& fields() {
    static const QStringList all = {QStringLiteral("prompt"),
                                    QStringLiteral("gold"),
                                    QStringLiteral("solution"),
                                    QStringLiteral("id"),
                                    QStringLiteral("level"),
                                    QStringLiteral("topic"),
                                    QStringLiteral("options")};
    return all;
}

QString fieldLabel(const QString& field) {
    if (field == QLatin1String("prompt")) return ImportDialog::tr("Question");
    if (field == QLatin1String("gold")) return ImportDialog::tr("Reference answer");
    if (field == QLatin1String("solution")) return ImportDialog::tr("Worked solution");
    if (field == QLatin1String("id")) return ImportDialog::tr("Id");
    if (field == QLatin1String("level")) return ImportDialog::tr("Level");
    if (field == QLatin1String("topic")) return ImportDialog::tr("Topic");
    return ImportDialog::tr("Options to choose from");
}

QString delimiterWord(const QString& delimiter) {
    if (delimiter == u"\t") return ImportDialog::tr("tab");
    if (delimiter == u",") return ImportDialog::tr("comma");
    if (delimiter == u";") return ImportDialog::tr("semicolon");
    if (delimiter == u"|") return ImportDialog::tr("bar");
    return delimiter;
}

}  // namespace

// --- preview -------------------------------------------------------------------------------------

void ImportPreviewModel::set(std::vector<data::PreviewRow> rows) {
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int ImportPreviewModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ImportPreviewModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumns;
}

QVariant ImportPreviewModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const data::PreviewRow& row = m_rows[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    if (role == Qt::AccessibleTextRole) {
        const QString text = data(index, Qt::DisplayRole).toString();
        return text.isEmpty() ? QStringLiteral("–") : text;
    }
    if (role == Qt::ToolTipRole) return plainTip(data(index, Qt::DisplayRole).toString());
    if (role == kRowMarkRole && column == kLine)
        return row.row ? QVariant() : QVariant(QStringLiteral("cross-circle"));
    if (role == kRowToneRole) {
        if (!row.row) return static_cast<int>(Severity::kBad);
        return column == kLine || column == kVerifier ? QVariant(kRowToneMuted) : QVariant();
    }
    if (role != Qt::DisplayRole) return {};
    if (column == kLine) return QLocale().toString(static_cast<qlonglong>(row.line));
    if (!row.row) return column == kQuestion ? oneLine(row.error) : QString();
    const data::Problem& problem = row.row->problem;
    switch (column) {
        case kQuestion:
            return oneLine(problem.messages.empty() ? problem.prompt
                                                    : problem.messages.back().content);
        case kGold:
            if (problem.gold.is_null()) return {};
            return oneLine(
                problem.gold.is_string()
                    ? problem.gold.get<std::string>()
                    : problem.gold.dump(-1, ' ', false, util::Json::error_handler_t::replace),
                80);
        case kVerifier:
            return problem.verifier.empty() ? QString() : BenchWords::verifier(problem.verifier);
        case kLevel:
            return problem.level == 0 ? QString() : QLocale().toString(problem.level);
        case kTopic:
            return oneLine(row.row->topic, 60);
        default:
            return {};
    }
}

QVariant ImportPreviewModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignLeading | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case kLine:
            return tr("Line");
        case kQuestion:
            return tr("Question");
        case kGold:
            return tr("Reference answer");
        case kVerifier:
            return tr("Verifier");
        case kLevel:
            return tr("Level");
        case kTopic:
            return tr("Topic");
        default:
            return {};
    }
}

// --- dialog --------------------------------------------------------------------------------------

ImportDialog::ImportDialog(AppContext& context,
                           DatasetEdits& edits,
                           const QString& path,
                           const QStringList& taken,
                           QWidget* parent)
    : QDialog(parent),
      m_context(context),
      m_edits(edits),
      m_taken(taken) {
    setObjectName(QStringLiteral("import"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_request.path = path.toStdString();
    m_again.setSingleShot(true);
    m_again.setInterval(kRecheckMs);
    connect(&m_again, &QTimer::timeout, this, &ImportDialog::recheck);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kGap4, kGap4, kGap4, kGap4);
    column->setSpacing(kGap2);
    buildHead(*column);
    buildOptions(*column);
    buildResult(*column);
    buildButtons(*column);
    texts();
    const QSize most = parent ? parent->window()->size() * 0.94 : QSize(kWidth, kHeight);
    resize(QSize(context.theme.scaled(kWidth), context.theme.scaled(kHeight)).boundedTo(most));
    connect(&edits, &DatasetEdits::changed, this, [this] {
        m_progress->setRange(0, m_edits.fraction() < 0 ? 0 : 1000);
        m_progress->setValue(static_cast<int>(1000 * m_edits.fraction()));
    });
    recheck();
}

void ImportDialog::buildHead(QVBoxLayout& column) {
    m_title = new PlainLabel(this);
    m_title->setFont(m_context.theme.heading());
    m_file = new PlainLabel(this);
    m_file->setWordWrap(true);
    m_file->setForegroundRole(QPalette::PlaceholderText);
    m_banner = new Banner(m_context, QStringLiteral("import.banner"), this);
    m_banner->setClosable(false);
    column.addWidget(m_title);
    column.addWidget(m_file);
    column.addWidget(m_banner);
    auto* row = new QHBoxLayout;
    row->setSpacing(kGap2);
    m_nameLabel = new PlainLabel(this);
    m_name = new QLineEdit(this);
    m_name->setObjectName(QStringLiteral("import.name"));
    m_name->setMaxLength(64);
    row->addWidget(m_nameLabel);
    row->addWidget(m_name, 1);
    column.addLayout(row);
    m_nameNote = new NoteLine(m_context, QStringLiteral("import.name.note"), this);
    column.addWidget(m_nameNote);
    std::vector<std::string> taken;
    for (const QString& one : m_taken) taken.push_back(one.toStdString());
    m_name->setText(QString::fromStdString(datasetNameFor(m_request.path, taken)));
    connect(m_name, &QLineEdit::textChanged, this, [this] { showState(); });
}

QComboBox* ImportDialog::combo(const char* part) {
    auto* made = new QComboBox(this);
    made->setObjectName(QStringLiteral("import.") + QLatin1String(part));
    made->setMinimumWidth(m_context.theme.scaled(120));
    connect(made, &QComboBox::activated, this, [this] {
        if (!m_isFilling) m_again.start();
    });
    return made;
}

void ImportDialog::buildOptions(QVBoxLayout& column) {
    m_preset = combo("preset");
    m_verifier = combo("verifier");
    connect(m_verifier, &QComboBox::activated, this, [this] { m_isVerifierChosen = true; });
    m_encoding = combo("encoding");
    m_delimiter = combo("delimiter");
    m_decimal = combo("decimal");
    const auto share = [this](const char* part, int value) {
        auto* made = new QSpinBox(this);
        made->setObjectName(QStringLiteral("import.") + QLatin1String(part));
        made->setRange(0, 45);
        made->setSuffix(QStringLiteral(" %"));
        made->setValue(value);
        connect(made, &QSpinBox::valueChanged, this, [this] {
            if (!m_isFilling) m_again.start();
        });
        return made;
    };
    m_val = share("val", 10);
    m_test = share("test", 0);
    m_grid = new QGridLayout;
    m_grid->setHorizontalSpacing(kGap3);
    m_grid->setVerticalSpacing(kGap1);
    QList<QWidget*> editors = {
        m_preset, m_verifier, m_encoding, m_delimiter, m_decimal, m_val, m_test};
    for (const QString& field : fields()) {
        QComboBox* made = combo(("column." + field.toStdString()).c_str());
        m_columns.insert(field, made);
        editors << made;
    }
    constexpr int kPerRow = 4;
    for (int i = 0; i < editors.size(); ++i) {
        auto* label = new PlainLabel(this);
        label->setForegroundRole(QPalette::PlaceholderText);
        label->setFont(m_context.theme.small());
        m_labels << label;
        m_grid->addWidget(label, 2 * (i / kPerRow), i % kPerRow);
        m_grid->addWidget(editors[i], 2 * (i / kPerRow) + 1, i % kPerRow);
    }
    for (int i = 0; i < kPerRow; ++i) m_grid->setColumnStretch(i, 1);
    column.addLayout(m_grid);
}

void ImportDialog::buildResult(QVBoxLayout& column) {
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(QStringLiteral("import.progress"));
    m_progress->setTextVisible(false);
    m_summary = new NoteLine(m_context, QStringLiteral("import.summary"), this);
    m_notes = new QWidget(this);
    auto* notes = new QVBoxLayout(m_notes);
    notes->setContentsMargins(0, 0, 0, 0);
    notes->setSpacing(kGap1);
    column.addWidget(m_progress);
    column.addWidget(m_summary);
    column.addWidget(m_notes);
    auto* row = new QHBoxLayout;
    row->setSpacing(kGap2);
    m_mode = new SegmentBar(m_context,
                            QStringLiteral("import.mode"),
                            {QStringLiteral("preview"), QStringLiteral("errors")},
                            this);
    m_saveErrors = makeButton(ButtonRole::kNormal, QStringLiteral("import.saveErrors"), this);
    row->addWidget(m_mode);
    row->addStretch(1);
    row->addWidget(m_saveErrors);
    column.addLayout(row);
    m_stack = new QStackedWidget(this);
    m_table = new RowTable(m_context, QStringLiteral("import.table"), m_stack);
    m_table->setModel(&m_preview);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setStretchColumn(ImportPreviewModel::kQuestion);
    m_errors = new QListWidget(m_stack);
    m_errors->setObjectName(QStringLiteral("import.errors"));
    m_errors->setWordWrap(true);
    m_errors->setFrameShape(QFrame::NoFrame);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_errors);
    m_stack->setMinimumHeight(140);
    column.addWidget(m_stack, 1);
    connect(m_mode, &SegmentBar::chosen, m_stack, &QStackedWidget::setCurrentIndex);
    connect(m_saveErrors, &QPushButton::clicked, this, &ImportDialog::saveErrors);
}

void ImportDialog::buildButtons(QVBoxLayout& column) {
    m_cancel = makeButton(ButtonRole::kNormal, QStringLiteral("import.cancel"), this);
    m_accept = makeButton(ButtonRole::kPrimary, QStringLiteral("import.accept"), this);
    m_accept->setDefault(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(kGap2);
    row->addStretch(1);
    row->addWidget(m_cancel);
    row->addWidget(m_accept);
    column.addLayout(row);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_isChecking) m_edits.cancel();
        reject();
    });
    connect(m_accept, &QPushButton::clicked, this, [this] { accept(); });
}

data::ImportRequest ImportDialog::request() const {
    data::ImportRequest wanted = m_request;
    wanted.val_percent = m_val->value();
    wanted.test_percent = m_test->value();
    if (!m_report) return wanted;
    const auto text = [](const QComboBox* box) {
        return box->currentData().toString().toStdString();
    };
    wanted.preset = text(m_preset);
    wanted.encoding = text(m_encoding);
    wanted.delimiter = m_report->format == "csv" ? text(m_delimiter) : std::string();
    wanted.decimal_mark = m_report->format == "csv" ? text(m_decimal) : std::string();
    // A suggestion is made anew from the answers; only a person's choice stays.
    wanted.verifier = m_isVerifierChosen ? text(m_verifier) : std::string();
    wanted.mapping.clear();
    // Another preset brings its own columns.
    if (wanted.preset != m_report->preset) return wanted;
    for (auto it = m_columns.cbegin(); it != m_columns.cend(); ++it) {
        const std::string column = it.value()->currentData().toString().toStdString();
        const auto used = m_report->mapping.find(it.key().toStdString());
        const std::string before = used == m_report->mapping.end() ? std::string() : used->second;
        if (column != before || !column.empty()) wanted.mapping[it.key().toStdString()] = column;
    }
    return wanted;
}

void ImportDialog::recheck() {
    const data::ImportRequest wanted = request();
    m_isChecking = true;
    m_banner->hide();
    const int ticket = ++m_ticket;
    showState();
    m_edits.checkImport(
        wanted,
        [self = QPointer<ImportDialog>(this), ticket, wanted](util::Result<data::DryRun> report) {
            if (!self || ticket != self->m_ticket) return;
            self->m_isChecking = false;
            if (!report) {
                if (report.error().code != util::ErrorCode::kCancelled)
                    self->m_banner->showError(report.error());
                self->m_report.reset();
                self->m_preview.set({});
                self->showState();
                return;
            }
            self->m_request = wanted;
            self->adopt(std::move(*report));
        });
}

void ImportDialog::adopt(data::DryRun report) {
    m_report = std::move(report);
    m_preview.set(m_report->preview);
    m_table->sizeColumns();
    fillOptions();
    showReport();
    showErrors();
    showState();
}

void ImportDialog::fillOptions() {
    m_isFilling = true;
    const auto choose = [](QComboBox* box, const std::string& value) {
        box->setCurrentIndex(qMax(0, box->findData(QString::fromStdString(value))));
    };
    m_preset->clear();
    for (const data::PresetInfo& preset : data::presets()) {
        const QString id = fromUtf8(preset.name);
        m_preset->addItem(id == QLatin1String("table") ? tr("Columns as chosen below") : id, id);
        m_preset->setItemData(
            m_preset->count() - 1, plainTip(fromUtf8(preset.summary)), Qt::ToolTipRole);
    }
    choose(m_preset, m_report->preset);
    m_verifier->clear();
    m_verifier->addItem(tr("as the rows say"), QString());
    for (const verify::Verifier* verifier : verify::all_verifiers()) {
        const std::string id(verifier->id());
        m_verifier->addItem(BenchWords::verifier(id), fromUtf8(id));
    }
    choose(m_verifier, m_report->verifier);
    m_encoding->clear();
    for (const char* encoding : {"utf-8", "utf-16le", "utf-16be", "cp1252"}) {
        const QString id = QString::fromLatin1(encoding);
        m_encoding->addItem(id == QLatin1String("cp1252") ? tr("Windows (cp1252)") : id.toUpper(),
                            id);
    }
    choose(m_encoding, m_report->encoding);
    m_delimiter->clear();
    for (const char* delimiter : {",", ";", "\t", "|"}) {
        const QString id = QString::fromLatin1(delimiter);
        m_delimiter->addItem(delimiterWord(id), id);
    }
    choose(m_delimiter, m_report->delimiter);
    m_decimal->clear();
    m_decimal->addItem(tr("point (1.5)"), QStringLiteral("."));
    m_decimal->addItem(tr("comma (1,5)"), QStringLiteral(","));
    choose(m_decimal, m_report->decimal_mark);
    const bool isTable = m_report->format == "csv";
    m_delimiter->setEnabled(isTable);
    m_decimal->setEnabled(isTable);
    for (auto it = m_columns.begin(); it != m_columns.end(); ++it) {
        QComboBox* box = it.value();
        box->clear();
        box->addItem(tr("none", "no column"), QString());
        const auto used = m_report->mapping.find(it.key().toStdString());
        const std::string now = used == m_report->mapping.end() ? std::string() : used->second;
        for (const std::string& column : m_report->columns)
            box->addItem(oneLine(column, 60), fromUtf8(column));
        if (!now.empty() && box->findData(fromUtf8(now)) < 0)
            box->addItem(oneLine(now, 60), fromUtf8(now));
        choose(box, now);
    }
    m_isFilling = false;
}

void ImportDialog::showReport() {
    const QLocale locale;
    const auto number = [&locale](std::int64_t n) {
        return locale.toString(static_cast<qlonglong>(n));
    };
    if (m_report->rows == 0) {
        m_summary->set(Severity::kBad,
                       tr("No row of this file can be used. Say which columns hold the question "
                          "and the reference answer."));
    } else {
        //: numbers of rows: in all, for training, held out, for testing
        QString text = tr("%1 rows: %2 for training, %3 held out, %4 for testing.")
                           .arg(number(m_report->rows),
                                number(m_report->splits[0]),
                                number(m_report->splits[1]),
                                number(m_report->splits[2]));
        if (m_report->error_count > 0) {
            text +=
                u' ' +
                tr("%Ln rows cannot be used.",
                   nullptr,
                   static_cast<int>(std::min<std::int64_t>(m_report->error_count, 2'000'000'000)));
        }
        if (!m_report->golds_checked) {
            text += u' ' + tr("Reference answers are checked after the import.");
        }
        m_summary->set(m_report->error_count > 0 ? Severity::kWarn : Severity::kGood, text);
    }
    qDeleteAll(m_noteLines);
    m_noteLines.clear();
    for (const data::ImportNote& note : m_report->notes) {
        if (m_noteLines.size() >= kMostNotes) break;
        auto* line = new NoteLine(
            m_context, QStringLiteral("import.note.%1").arg(m_noteLines.size()), m_notes);
        m_notes->layout()->addWidget(line);
        line->set(Severity::kWarn, oneLine(data::import_note_text(note), 400));
        m_noteLines.push_back(line);
    }
    m_notes->setVisible(!m_noteLines.isEmpty());
}

void ImportDialog::showErrors() {
    m_errors->clear();
    int count = 0;
    for (const data::RowError& error : m_report->errors) {
        if (++count > kErrorsShown) break;
        //: %1 is a line number, %2 what is wrong with the line
        m_errors->addItem(tr("Line %1: %2")
                              .arg(QLocale().toString(static_cast<qlonglong>(error.line)),
                                   oneLine(error.message, 300)));
    }
    if (m_report->rows == 0 && m_errors->count() > 0) {
        m_mode->setCurrent(1);
        m_stack->setCurrentIndex(1);
    }
}

void ImportDialog::saveErrors() {
    if (!m_report) return;
    chooseSave(this,
               tr("Save the rows that cannot be used"),
               QDir::homePath() + QStringLiteral("/errors.csv"),
               QStringLiteral("csv"),
               [this](const QString& path) {
                   if (path.isEmpty() || !m_report) return;
                   inBackground<util::Status>(
                       this,
                       [text = data::errors_csv(m_report->errors), file = path.toStdString()] {
                           const auto fs = util::make_posix_file_system();
                           return util::atomic_write(*fs, file, text);
                       },
                       [this](const util::Status& done) {
                           if (!done) m_banner->showError(done.error());
                       });
               });
}

QString ImportDialog::nameProblem() const {
    const QString name = m_name->text();
    static const QRegularExpression allowed(QStringLiteral("^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$"));
    if (!allowed.match(name).hasMatch())
        return tr("A name has letters, digits, points, dashes and underscores, without spaces.");
    if (m_taken.contains(name)) return tr("The project has a data set of this name already.");
    return {};
}

void ImportDialog::showState() {
    const QString problem = nameProblem();
    m_nameNote->set(Severity::kWarn, problem);
    m_progress->setVisible(m_isChecking);
    const bool any = m_report.has_value();
    if (!any) m_summary->setPlain(m_isChecking ? tr("Reading the file…") : QString());
    m_accept->setEnabled(any && !m_isChecking && m_report->rows > 0 && problem.isEmpty());
    m_accept->setText(any && m_report->rows > 0 ? tr("Import %Ln rows",
                                                     nullptr,
                                                     static_cast<int>(std::min<std::int64_t>(
                                                         m_report->rows, 2'000'000'000)))
                                                : tr("Import"));
    m_accept->setAccessibleName(m_accept->text());
    const bool hasErrors = any && !m_report->errors.empty();
    m_mode->setSegmentEnabled(1, hasErrors);
    m_saveErrors->setEnabled(hasErrors);
    for (QWidget* box : QList<QWidget*>{m_preset, m_verifier, m_encoding}) box->setEnabled(any);
}

void ImportDialog::accept() {
    if (!m_report || m_report->rows == 0 || !nameProblem().isEmpty()) return;
    data::Edit edit;
    edit.kind = data::EditKind::kImport;
    edit.dataset = m_name->text().toStdString();
    edit.import = m_request;
    edit.import_sha256 = m_report->sha256;
    emit accepted(edit);
    QDialog::accept();
}

void ImportDialog::texts() {
    setWindowTitle(tr("Import a data set"));
    m_title->setText(tr("Import a data set"));
    m_file->setText(visibleText(QDir::toNativeSeparators(fromUtf8(m_request.path))));
    m_nameLabel->setText(tr("Name in the project"));
    m_name->setAccessibleName(m_nameLabel->text());
    setPlainToolTip(m_name, m_nameLabel->text());
    QStringList names = {tr("Form of the rows"),
                         tr("Verifier"),
                         tr("Encoding"),
                         tr("Columns divided by"),
                         tr("Decimal mark"),
                         tr("Held out"),
                         tr("For testing")};
    QList<QWidget*> editors = {
        m_preset, m_verifier, m_encoding, m_delimiter, m_decimal, m_val, m_test};
    for (const QString& field : fields()) {
        names << fieldLabel(field);
        editors << m_columns.value(field);
    }
    for (int i = 0; i < names.size(); ++i) {
        m_labels[i]->setText(names[i]);
        editors[i]->setAccessibleName(names[i]);
        setPlainToolTip(editors[i],
                        i < 7 ? names[i]
                              //: %1 a field such as "Question"
                              : tr("The file's column that holds: %1").arg(names[i]));
    }
    m_progress->setAccessibleName(tr("Progress of reading"));
    m_mode->setTexts(
        {tr("Preview"), tr("Rows that cannot be used")},
        {tr("The first rows as they would come in"), tr("What is wrong, line by line")});
    m_table->setAccessibleName(tr("The first rows as they would come in"));
    m_errors->setAccessibleName(tr("Rows that cannot be used"));
    m_saveErrors->setText(tr("Save as CSV…"));
    m_saveErrors->setAccessibleName(tr("Save the rows that cannot be used as CSV"));
    m_cancel->setText(tr("Cancel"));
    m_cancel->setAccessibleName(m_cancel->text());
}

}  // namespace veritune::app
