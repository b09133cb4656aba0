// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/DatasetsPage.h"

#include "app/CommandRegistry.h"
#include "app/Icons.h"
#include "app/ProjectSession.h"
#include "app/Theme.h"
#include "app/forms/NoteLine.h"
#include "app/widgets/Cards.h"
#include "app/widgets/FlowLayout.h"
#include "app/widgets/RecordCard.h"
#include "app/widgets/RowTable.h"

#include <QApplication>
#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QMenu>
#include <QProgressBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace veritune::app {
namespace {

constexpr int kListWidth = 170;
constexpr int kFilterMs = 250;

}  // namespace

DatasetsPage::DatasetsPage(AppContext& context, QWidget* parent)
    : Page(PageId::kData, context, parent),
      m_rows(this),
      m_edits(this),
      m_tools(this) {
    setObjectName(QStringLiteral("data"));
    setAcceptDrops(true);
    m_header = new PageHeader(context, this);
    m_banner = new Banner(context, QStringLiteral("data.banner"), this);
    buildActions();
    buildSets();
    buildTable();
    buildRecord();
    buildCurate();
    layOut();
    buildKeys();
    addCommands();
    connectModels();
    retranslate();
    showState();
}

QString DatasetsPage::title() const { return tr("Datasets", "name of a page"); }

QString DatasetsPage::help() const {
    return tr(
        "The questions of this project with their reference answers. Bring in a file, look at "
        "every row, accept what is good and reject what is not. Only accepted rows train. "
        "Every change can be undone (Ctrl+Z); a frozen set never changes: an edit makes a copy "
        "of it.");
}

void DatasetsPage::setSession(ProjectSession* session) {
    Page::setSession(session);
    m_banner->hide();
    m_sets.clear();
    m_current.clear();
    m_row.reset();
    m_isRead = false;
    m_edits.setSession(session);
    m_tools.setSession(session);
    m_rows.setReader(session ? &session->store() : nullptr);
    m_record->show(nullptr);
    m_isCurating = false;
    showSets();
    showState();
}

void DatasetsPage::open(const Route& route) {
    if (!route.dataset.isEmpty()) m_wanted = route.dataset.toStdString();
    readSets();
    if (!route.path.isEmpty()) importFile(route.path);
}

void DatasetsPage::leave() { m_table->keepColumns(); }

bool DatasetsPage::dropPaths(const QStringList& paths) {
    if (session() == nullptr) return false;
    importFile(paths.first());
    return true;
}

void DatasetsPage::buildActions() {
    m_import = makeButton(ButtonRole::kPrimary, QStringLiteral("data.import"), this);
    m_generate = makeButton(ButtonRole::kNormal, QStringLiteral("data.generate"), this);
    m_header->addAction(m_generate);
    m_header->addAction(m_import);
    connect(m_import, &QPushButton::clicked, this, [this] { chooseImport(); });
    connect(m_generate, &QPushButton::clicked, this, [this] { askGenerate(); });
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(QStringLiteral("data.progress"));
    m_progress->setTextVisible(false);
    m_progressLabel = new PlainLabel(this);
    m_cancel = makeButton(ButtonRole::kNormal, QStringLiteral("data.cancel"), this);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_edits.cancel();
        m_tools.cancel();
    });
}

void DatasetsPage::buildSets() {
    m_setsCard = new Card(context(), this);
    m_setList = new QListWidget(m_setsCard);
    m_setList->setObjectName(QStringLiteral("data.sets"));
    m_setList->setFrameShape(QFrame::NoFrame);
    m_setList->setUniformItemSizes(true);
    m_setList->setTextElideMode(Qt::ElideMiddle);
    m_setList->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_setsCard->body()->addWidget(m_setList, 1);
    connect(m_setList, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row >= 0 && row < static_cast<int>(m_sets.size()))
            choose(m_sets[static_cast<std::size_t>(row)].name);
    });
}

QToolButton* DatasetsPage::menuButton(const char* part, const char* iconName) {
    auto* made = makeIconButton(context(),
                                QString::fromLatin1(iconName),
                                QStringLiteral("data.") + QLatin1String(part),
                                m_tableCard);
    made->setPopupMode(QToolButton::InstantPopup);
    made->setMenu(new QMenu(made));
    return made;
}

void DatasetsPage::buildTable() {
    m_tableCard = new Card(context(), this);
    m_about = new PlainLabel(m_tableCard);
    m_about->setWordWrap(true);
    m_about->setForegroundRole(QPalette::PlaceholderText);
    m_limits = new NoteLine(context(), QStringLiteral("data.limits"), m_tableCard);
    auto* filters = new FlowLayout;
    filters->setSpacing(kGap2);
    m_filter = new QLineEdit(m_tableCard);
    m_filter->setObjectName(QStringLiteral("data.filter"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMinimumWidth(140);
    m_filter->setMaximumWidth(280);
    m_filter->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    const auto combo = [this](const char* part) {
        auto* made = new QComboBox(m_tableCard);
        made->setObjectName(QStringLiteral("data.") + QLatin1String(part));
        made->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        connect(made, &QComboBox::activated, this, [this] { applyFilter(); });
        return made;
    };
    m_status = combo("status");
    m_split = combo("split");
    m_tag = combo("tag");
    m_curateButton =
        makeButton(ButtonRole::kNormal, QStringLiteral("data.curate.start"), m_tableCard);
    m_change = makeButton(ButtonRole::kNormal, QStringLiteral("data.change"), m_tableCard);
    m_change->setMenu(new QMenu(m_change));
    m_toolsButton = makeButton(ButtonRole::kNormal, QStringLiteral("data.tools"), m_tableCard);
    m_toolsButton->setMenu(new QMenu(m_toolsButton));
    m_undo =
        makeIconButton(context(), QStringLiteral("undo"), QStringLiteral("data.undo"), m_tableCard);
    m_redo = makeIconButton(
        context(), QStringLiteral("replay"), QStringLiteral("data.redo"), m_tableCard);
    m_history = menuButton("history", "clock");
    m_columns = makeIconButton(
        context(), QStringLiteral("table"), QStringLiteral("data.columns"), m_tableCard);
    m_copy =
        makeIconButton(context(), QStringLiteral("copy"), QStringLiteral("data.copy"), m_tableCard);
    for (QWidget* tool : QList<QWidget*>{m_filter, m_status, m_split, m_tag})
        filters->addWidget(tool);
    auto* tools = new FlowLayout;
    tools->setSpacing(kGap2);
    for (QWidget* tool : QList<QWidget*>{m_curateButton, m_change, m_toolsButton})
        tools->addWidget(tool);
    tools->addStretch();
    for (QWidget* tool : QList<QWidget*>{m_undo, m_redo, m_history, m_columns, m_copy})
        tools->addWidget(tool);
    m_table = new RowTable(context(), QStringLiteral("data.table"), m_tableCard);
    m_table->setModel(&m_rows);
    m_table->setStretchColumn(DatasetRowsModel::kQuestion);
    m_table->hideAtFirst({DatasetRowsModel::kId,
                          DatasetRowsModel::kVerifier,
                          DatasetRowsModel::kLevel,
                          DatasetRowsModel::kTags,
                          DatasetRowsModel::kFindings});
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->horizontalHeader()->setSectionsClickable(true);
    m_table->horizontalHeader()->setSortIndicatorShown(false);
    m_nothing = new PlainLabel(m_tableCard);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_nothing->setForegroundRole(QPalette::PlaceholderText);
    for (QWidget* part : QList<QWidget*>{m_about, m_limits}) m_tableCard->body()->addWidget(part);
    m_tableCard->body()->addLayout(filters);
    m_tableCard->body()->addLayout(tools);
    m_tableCard->body()->addWidget(m_table, 1);
    m_tableCard->body()->addWidget(m_nothing, 1);
    connectTable();
}

void DatasetsPage::connectTable() {
    m_filterTimer.setSingleShot(true);
    m_filterTimer.setInterval(kFilterMs);
    connect(&m_filterTimer, &QTimer::timeout, this, [this] { applyFilter(); });
    connect(m_filter, &QLineEdit::textChanged, &m_filterTimer, qOverload<>(&QTimer::start));
    connect(m_table->horizontalHeader(), &QHeaderView::sectionClicked, this, [this](int column) {
        QHeaderView* head = m_table->horizontalHeader();
        const bool again = head->isSortIndicatorShown() && head->sortIndicatorSection() == column;
        const Qt::SortOrder order = again && head->sortIndicatorOrder() == Qt::AscendingOrder
                                        ? Qt::DescendingOrder
                                        : Qt::AscendingOrder;
        const bool canSort = column == DatasetRowsModel::kStatus ||
                             column == DatasetRowsModel::kId || column == DatasetRowsModel::kLevel;
        head->setSortIndicatorShown(canSort);
        head->setSortIndicator(column, order);
        m_rows.sort(column, order);
    });
    connect(m_table->selectionModel(),
            &QItemSelectionModel::currentRowChanged,
            this,
            [this](const QModelIndex& now) { readRow(now.row()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        showActions();
    });
    connect(m_table, &QTableView::activated, this, [this] { m_record->edit(); });
    connect(m_table, &QTableView::customContextMenuRequested, this, [this](const QPoint& at) {
        m_change->menu()->popup(m_table->viewport()->mapToGlobal(at));
    });
    connect(m_change->menu(), &QMenu::aboutToShow, this, [this] { fillChangeMenu(); });
    connect(m_toolsButton->menu(), &QMenu::aboutToShow, this, [this] { fillToolsMenu(); });
    connect(m_history->menu(), &QMenu::aboutToShow, this, [this] { fillHistory(); });
    connect(m_undo, &QToolButton::clicked, this, [this] { undo(); });
    connect(m_redo, &QToolButton::clicked, this, [this] { redo(); });
    connect(m_curateButton, &QPushButton::clicked, this, [this] { startCurating(); });
    connect(m_columns, &QToolButton::clicked, this, [this] {
        m_table->showColumnMenu(m_columns->mapToGlobal(QPoint(0, m_columns->height())),
                                DatasetRowsModel::kQuestion);
    });
    connect(m_copy, &QToolButton::clicked, this, [this] {
        QApplication::clipboard()->setText(m_table->toTsv());
        emit announced(tr("The rows are copied."));
    });
}

void DatasetsPage::buildRecord() {
    m_recordCard = new Card(context(), this);
    m_record = new RecordCard(context(), QStringLiteral("data.record"), m_recordCard);
    m_recordCard->body()->addWidget(m_record, 1);
    connect(m_record, &RecordCard::changeRequested, this, [this](const util::Json& set) {
        if (!m_record->row()) return;
        m_edits.apply(DatasetEdits::setRows(m_current, {m_record->row()->problem.id}, set));
    });
}

void DatasetsPage::buildCurate() {
    m_curate = new CurateView(context(), this);
    connect(m_curate, &CurateView::decided, this, [this](CurateAct act) { decide(act); });
    connect(m_curate, &CurateView::tagged, this, [this](const QString& tag) { toggleTag(tag); });
    connect(m_curate, &CurateView::left, this, [this] { stopCurating(); });
}

void DatasetsPage::layOut() {
    m_split3 = new QSplitter(Qt::Horizontal, this);
    m_split3->setObjectName(QStringLiteral("data.split3"));
    m_split3->setChildrenCollapsible(false);
    m_split3->setHandleWidth(kGap3);
    m_setsCard->setMinimumWidth(context().theme.scaled(150));
    for (QWidget* part : QList<QWidget*>{m_setsCard, m_tableCard, m_recordCard})
        m_split3->addWidget(part);
    m_split3->setStretchFactor(0, 0);
    m_split3->setStretchFactor(1, 5);
    m_split3->setStretchFactor(2, 3);
    m_split3->setSizes({kListWidth, 620, 290});
    m_empty =
        new EmptyState(context(), QStringLiteral("table"), QStringLiteral("data.empty"), this);
    connect(m_empty, &EmptyState::actionTriggered, this, [this] {
        if (session() == nullptr) {
            emit routeRequested({.page = PageId::kHome});
        } else {
            chooseImport();
        }
    });
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(m_split3);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_curate);
    auto* work = new QHBoxLayout;
    work->setSpacing(kGap2);
    work->addWidget(m_progressLabel);
    work->addWidget(m_progress, 1);
    work->addWidget(m_cancel);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kGap4, kGap4, kGap4, kGap4);
    column->setSpacing(kGap3);
    column->addWidget(m_header);
    column->addWidget(m_banner);
    column->addLayout(work);
    column->addWidget(m_pages, 1);
}

void DatasetsPage::buildKeys() {
    addKey(QKeySequence::Undo, [this] { undo(); });
    addKey(QKeySequence(Qt::CTRL | Qt::Key_Y), [this] { redo(); });
    addKey(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), [this] { redo(); });
    addKey(QKeySequence::Find, [this] { m_filter->setFocus(Qt::ShortcutFocusReason); });
}

void DatasetsPage::addCommands() {
    const auto add = [this](const char* id, const char* iconName, auto text, auto run) {
        context().commands.add(this,
                               {.id = QStringLiteral("data.") + QLatin1String(id),
                                .iconName = QString::fromLatin1(iconName),
                                .text = text,
                                .isEnabled = [this] { return canWrite(); },
                                .run = run});
    };
    add(
        "import",
        "download",
        [] { return tr("Import a data set"); },
        [this] {
            emit routeRequested({.page = PageId::kData});
            chooseImport();
        });
    add(
        "generate",
        "plus",
        [] { return tr("Generate problems"); },
        [this] {
            emit routeRequested({.page = PageId::kData});
            askGenerate();
        });
    context().commands.addSource(this, [this] {
        QList<Command> sets;
        for (const store::DatasetInfo& info : m_sets) {
            sets.append({.id = QStringLiteral("data.open.") + fromUtf8(info.name),
                         .iconName = QStringLiteral("table"),
                         .text = [name = oneLine(
                                      info.name)] { return tr("Open the data set %1").arg(name); },
                         .run =
                             [this, name = fromUtf8(info.name)] {
                                 emit routeRequested({.page = PageId::kData, .dataset = name});
                             }});
        }
        return sets;
    });
}

void DatasetsPage::connectModels() {
    connect(&m_rows, &DatasetRowsModel::loaded, this, [this] { rowsCame(); });
    connect(&m_rows, &DatasetRowsModel::failed, this, [this](const util::Error& error) {
        m_banner->showError(error);
    });
    connect(&m_edits, &DatasetEdits::done, this, [this](const EditOutcome& outcome) {
        editCame(outcome);
    });
    connect(&m_edits, &DatasetEdits::failed, this, [this](const util::Error& error) {
        if (error.code == util::ErrorCode::kCancelled) {
            emit announced(tr("Stopped. Nothing was changed."));
        } else {
            m_banner->showError(error, tr("The change was not made"));
        }
        refresh();
    });
    connect(&m_edits, &DatasetEdits::goldsChecked, this, [this](qint64 checked, qint64 faults) {
        const auto n = [](qint64 count) {
            return static_cast<int>(std::min<qint64>(count, 2'000'000'000));
        };
        m_banner->setAction({});
        m_banner->show(
            faults > 0 ? Severity::kWarn : Severity::kGood,
            faults > 0 ? tr("%Ln reference answers do not hold", nullptr, n(faults))
                       : tr("All %Ln reference answers hold", nullptr, n(checked)),
            faults > 0 ? tr("Their rows are marked for review; each says why.") : QString());
        refresh();
    });
    connect(&m_edits, &DatasetEdits::changed, this, [this] { showProgress(); });
    connect(&m_tools, &DatasetTools::changed, this, [this] { showProgress(); });
    connect(&m_tools, &DatasetTools::failed, this, [this](const util::Error& error) {
        if (error.code == util::ErrorCode::kCancelled) return;
        m_banner->showError(error);
    });
    connect(&m_tools, &DatasetTools::found, this, [this](const ToolReport& report) {
        showReport(report);
    });
}

bool DatasetsPage::canWrite() const { return session() != nullptr && session()->isWritable(); }

void DatasetsPage::readSets() {
    if (session() == nullptr) return showState();
    session()->store().query<std::vector<store::DatasetInfo>>(
        this,
        [](store::Project& project) { return project.datasets().list(); },
        [this](util::Result<std::vector<store::DatasetInfo>> sets) {
            m_isRead = true;
            if (!sets) {
                m_banner->showError(sets.error());
                return showState();
            }
            m_sets = std::move(*sets);
            showSets();
            showState();
        },
        QStringLiteral("sets"));
}

const store::DatasetInfo* DatasetsPage::info() const {
    const auto found = std::find_if(
        m_sets.begin(), m_sets.end(), [this](const auto& one) { return one.name == m_current; });
    return found == m_sets.end() ? nullptr : &*found;
}

void DatasetsPage::showSets() {
    const QSignalBlocker quiet(m_setList);
    m_setList->clear();
    int at = -1;
    const std::string wanted = m_wanted.empty() ? m_current : m_wanted;
    for (std::size_t i = 0; i < m_sets.size(); ++i) {
        const store::DatasetInfo& one = m_sets[i];
        const auto rows = static_cast<qlonglong>(one.rows);
        //: an entry of a list; %1 name of a data set, %2 number of its rows
        auto* item = new QListWidgetItem(
            tr("%1 (%2)").arg(oneLine(one.name), QLocale().toString(rows)), m_setList);
        item->setIcon(
            icon(one.frozen ? QStringLiteral("lock") : QStringLiteral("file"), context().theme));
        const QString tip = one.frozen ? tr("%1: frozen, it never changes").arg(oneLine(one.name))
                                       : oneLine(one.name);
        item->setData(Qt::ToolTipRole, plainTip(tip));
        item->setData(Qt::AccessibleTextRole, tip);
        if (one.name == wanted) at = static_cast<int>(i);
    }
    m_wanted.clear();
    if (at < 0 && !m_sets.empty()) at = 0;
    m_setList->setCurrentRow(at);
    choose(at < 0 ? std::string() : m_sets[static_cast<std::size_t>(at)].name);
}

void DatasetsPage::choose(const std::string& name) {
    const bool isOther = name != m_current;
    m_current = name;
    if (isOther) {
        m_isCurating = false;
        m_record->show(nullptr);
        m_hasChosenRow = false;
        const QSignalBlocker quiet(m_filter);
        m_filter->clear();
        for (QComboBox* box : {m_status, m_split, m_tag}) box->setCurrentIndex(0);
        readTags();
        readHistory();
    }
    applyFilter();
    showState();
}

void DatasetsPage::readTags() {
    if (session() == nullptr || m_current.empty()) return;
    using Tags = std::vector<std::pair<std::string, std::int64_t>>;
    session()->store().query<Tags>(
        this,
        [name = m_current](store::Project& project) { return project.dataset_reader().tags(name); },
        [this](util::Result<Tags> tags) {
            if (!tags) return;
            m_tags.clear();
            for (const auto& [tag, rows] : *tags) m_tags << fromUtf8(tag);
            fillTagBox();
            m_curate->setTags(m_tags);
        },
        QStringLiteral("tags"));
}

void DatasetsPage::readHistory() {
    m_edited.clear();
    if (session() == nullptr || m_current.empty()) return showActions();
    session()->store().query<std::vector<store::EditInfo>>(
        this,
        [name = m_current](store::Project& project) {
            return project.dataset_reader().edits(name, 200);
        },
        [this](util::Result<std::vector<store::EditInfo>> edits) {
            if (edits) m_edited = std::move(*edits);
            showActions();
        },
        QStringLiteral("history"));
}

void DatasetsPage::fillTagBox() {
    const QString kept = m_tag->currentData().toString();
    m_tag->clear();
    m_tag->addItem(tr("All tags"), QString());
    for (const QString& tag : m_tags) m_tag->addItem(visibleText(tag.left(60)), tag);
    m_tag->setCurrentIndex(qMax(0, m_tag->findData(kept)));
    m_tag->setEnabled(!m_tags.isEmpty());
}

void DatasetsPage::applyFilter() {
    RowQuery query = m_rows.query();
    query.dataset = m_current;
    query.filter = {};
    query.filter.text = m_filter->text().trimmed().toStdString();
    query.filter.status = data::status_from_name(m_status->currentData().toString().toStdString());
    query.filter.split = data::split_from_name(m_split->currentData().toString().toStdString());
    const std::string tag = m_tag->currentData().toString().toStdString();
    if (!tag.empty()) query.filter.tag = tag;
    m_rows.setQuery(query);
}

void DatasetsPage::refresh() {
    readSets();
    m_rows.refresh();
    readTags();
    readHistory();
}

void DatasetsPage::showProgress() {
    const bool isBusy = m_tools.isBusy() || (m_edits.isBusy() && !m_isCurating);
    const double fraction = m_tools.isBusy() ? m_tools.fraction() : m_edits.fraction();
    for (QWidget* part : QList<QWidget*>{m_progress, m_progressLabel, m_cancel})
        part->setVisible(isBusy);
    m_progressLabel->setText(m_tools.isBusy() ? m_tools.what() : tr("Changing the data set…"));
    m_progress->setRange(0, fraction < 0 ? 0 : 1000);
    m_progress->setValue(static_cast<int>(1000 * fraction));
    showActions();
}

void DatasetsPage::showState() {
    const bool any = !m_sets.empty();
    m_pages->setCurrentWidget(m_isCurating ? static_cast<QWidget*>(m_curate)
                              : any        ? static_cast<QWidget*>(m_split3)
                                           : m_empty);
    m_empty->setTexts(
        session() ? tr("No data set yet") : tr("No project is open"),
        session() ? tr("Drop a file here: JSON lines, JSON, CSV or TSV. Or generate arithmetic "
                       "problems to try things out.")
                  : tr("Data sets are kept in a project."),
        session() ? (canWrite() ? tr("Import a file…") : QString()) : tr("Go to the start page"));
    m_import->setVisible(any && !m_isCurating);
    m_generate->setVisible(session() != nullptr && !m_isCurating);
    m_import->setEnabled(canWrite());
    m_generate->setEnabled(canWrite());
    m_header->setTexts(
        title(),
        any ? tr("%n data sets in this project", nullptr, static_cast<int>(m_sets.size()))
            : tr("Questions with reference answers that a verifier can check"));
    showAbout();
    const bool isEmpty = m_rows.rowCount() == 0;
    m_table->setVisible(!isEmpty);
    m_nothing->setVisible(isEmpty);
    m_nothing->setText(m_rows.isLoading()                           ? tr("Reading the rows…")
                       : m_rows.query().filter == data::RowFilter{} ? tr("This data set is empty.")
                                                                    : tr("No row is like this."));
    m_record->setWritable(canWrite(), session() ? session()->readOnlyReason() : QString());
    showProgress();
}

void DatasetsPage::showAbout() {
    const store::DatasetInfo* set = info();
    m_limits->set(Severity::kWarn, {});
    if (!set) return m_about->setText({});
    const QLocale locale;
    const auto number = [&locale](std::int64_t n) {
        return locale.toString(static_cast<qlonglong>(n));
    };
    const store::RowCounts& counts = m_rows.counts();
    QStringList parts;
    parts << tr(
        "%Ln rows", nullptr, static_cast<int>(std::min<std::int64_t>(set->rows, 2'000'000'000)));
    if (counts.total > 0) {
        const auto status = [&counts](data::RowStatus which) {
            return counts.by_status[static_cast<std::size_t>(which)];
        };
        //: numbers of rows
        parts << tr("%1 accepted, %2 new, %3 to review, %4 rejected")
                     .arg(number(status(data::RowStatus::kOk)),
                          number(status(data::RowStatus::kNew)),
                          number(status(data::RowStatus::kNeedsReview)),
                          number(status(data::RowStatus::kRejected)));
    }
    if (m_rows.total() && *m_rows.total() != counts.total)
        parts << tr("%1 shown").arg(number(*m_rows.total()));
    if (set->frozen) parts << tr("frozen");
    if (!set->sha256.empty()) {
        //: the beginning of the hash of a data set's content
        parts << tr("version %1").arg(fromUtf8(set->sha256).left(12));
    }
    if (!set->licence.empty()) parts << oneLine(set->licence, 60);
    m_about->setText(parts.join(QStringLiteral(" · ")));
    setPlainToolTip(m_about, fromUtf8(set->sha256));
    // The wording is the one of Settings > About.
    if (set->domain == "medical") {
        m_limits->set(
            Severity::kWarn,
            tr("Veritune is not a medical device. Do not use it, or models trained with it, "
               "for decisions on patients or in life-critical systems."));
    } else if (set->domain == "legal") {
        m_limits->set(Severity::kWarn,
                      tr("Veritune does not give legal, tax or financial advice; a qualified "
                         "person checks every answer."));
    }
}

void DatasetsPage::showActions() {
    const bool chosen = m_table->selectionModel() && m_table->selectionModel()->hasSelection();
    const bool any = m_rows.rowCount() > 0;
    const bool isFree = !m_edits.isBusy() && !m_tools.isBusy();
    m_change->setEnabled(chosen && canWrite());
    m_curateButton->setEnabled(any);
    m_toolsButton->setEnabled(!m_current.empty());
    m_copy->setEnabled(any);
    m_columns->setEnabled(any);
    const store::EditInfo* last = undoable();
    const store::EditInfo* next = redoable();
    m_undo->setEnabled(last && canWrite() && isFree);
    m_redo->setEnabled(next && canWrite() && isFree);
    m_history->setEnabled(!m_edited.empty());
    //: %1 a change, like "3 rows changed"
    setIconButtonText(m_undo, last ? tr("Undo: %1 (Ctrl+Z)").arg(editText(*last)) : tr("Undo"));
    setIconButtonText(m_redo, next ? tr("Redo: %1 (Ctrl+Y)").arg(editText(*next)) : tr("Redo"));
}

void DatasetsPage::name(QPushButton* button, const QString& text, const QString& help) {
    button->setText(text);
    button->setAccessibleName(text);
    button->setAccessibleDescription(help);
    setPlainToolTip(button, help);
}

void DatasetsPage::fillFilterBoxes() {
    const auto fill = [](QComboBox* box, const QList<QPair<QString, QString>>& entries) {
        const QString kept = box->currentData().toString();
        box->clear();
        for (const auto& [text, value] : entries) box->addItem(text, value);
        box->setCurrentIndex(qMax(0, box->findData(kept)));
    };
    fill(m_status,
         {{tr("All states"), QString()},
          {DatasetRowsModel::statusWord(data::RowStatus::kNew), QStringLiteral("new")},
          {DatasetRowsModel::statusWord(data::RowStatus::kOk), QStringLiteral("ok")},
          {DatasetRowsModel::statusWord(data::RowStatus::kNeedsReview),
           QStringLiteral("needs_review")},
          {DatasetRowsModel::statusWord(data::RowStatus::kRejected), QStringLiteral("rejected")}});
    fill(m_split,
         {{tr("All uses"), QString()},
          {DatasetRowsModel::splitWord(data::Split::kTrain), QStringLiteral("train")},
          {DatasetRowsModel::splitWord(data::Split::kVal), QStringLiteral("val")},
          {DatasetRowsModel::splitWord(data::Split::kTest), QStringLiteral("test")}});
    fillTagBox();
}

void DatasetsPage::retranslate() {
    name(m_import,
         tr("Import a file…"),
         tr("Bring in questions from JSON lines, JSON, CSV or TSV. You see what comes in before "
            "anything is written."));
    name(m_generate, tr("Generate…"), tr("Make arithmetic problems with known answers."));
    name(m_cancel, tr("Stop"), tr("Stop this; nothing of it is kept."));
    m_progress->setAccessibleName(tr("Progress"));
    m_setsCard->setHeading(tr("Data sets"));
    m_setList->setAccessibleName(tr("Data sets of this project"));
    m_filter->setPlaceholderText(tr("Find rows"));
    m_filter->setAccessibleName(tr("Find rows by id, question or answer (Ctrl+F)"));
    setPlainToolTip(m_filter, m_filter->accessibleName());
    const auto box = [](QComboBox* one, const QString& text) {
        one->setAccessibleName(text);
        setPlainToolTip(one, text);
    };
    box(m_status, tr("Show rows of this state"));
    box(m_split, tr("Show rows of this use"));
    box(m_tag, tr("Show rows with this tag"));
    name(m_curateButton,
         tr("Curate"),
         tr("Decide row by row with one key each: a accept, x reject, Space skip, Backspace "
            "back."));
    name(m_change, tr("Change rows"), tr("Change the chosen rows."));
    name(m_toolsButton, tr("Data set"), tr("Check, split, freeze or export this data set."));
    setIconButtonText(m_history, tr("All changes of this data set"));
    setIconButtonText(m_columns, tr("Choose the columns"));
    setIconButtonText(m_copy, tr("Copy the chosen rows, or all that are read"));
    m_table->setAccessibleName(tr("Rows of the data set"));
    m_record->setHint(tr("Choose a row to read it here."));
    m_record->retranslate();
    m_curate->retranslate();
    m_rows.retranslate();
    fillFilterBoxes();
    showSets();
    showState();
}

Page* makeDatasetsPage(AppContext& context, QWidget* parent) {
    return new DatasetsPage(context, parent);
}

}  // namespace veritune::app
