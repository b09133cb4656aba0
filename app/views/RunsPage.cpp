// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/RunsPage.h"

#include "app/CommandRegistry.h"
#include "app/Icons.h"
#include "app/ProjectSession.h"
#include "app/Settings.h"
#include "app/Theme.h"
#include "app/models/RunsModel.h"
#include "app/widgets/Cards.h"
#include "app/widgets/FlowLayout.h"
#include "app/widgets/RunDelegate.h"

#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QCoreApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QShortcut>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QToolButton>

namespace veritune::app {
namespace {

constexpr int kMostCompared = 6;
constexpr int kRowHeight = 40;

class RunsPage final : public Page {
    Q_DECLARE_TR_FUNCTIONS(veritune::app::RunsPage)

  public:
    RunsPage(AppContext& context, QWidget* parent)
        : Page(PageId::kRuns, context, parent),
          m_model(this),
          m_proxy(this) {
        setObjectName(QStringLiteral("runs"));
        m_proxy.setSourceModel(&m_model);
        m_banner = new Banner(context, QStringLiteral("runs.banner"), this);
        buildHeader();
        buildTable();
        buildActions();
        layOut();
        buildKeys();
        addCommands();
        connect(&m_model, &RunsModel::loaded, this, [this] { showState(); });
        connect(&m_model, &RunsModel::failed, this, [this](const util::Error& error) {
            m_banner->showError(error);
        });
        retranslate();
    }

    QString title() const override { return tr("Runs", "name of a page"); }
    QString help() const override {
        return tr(
            "Every run of this project with its best result on held-out problems. Choose one "
            "to open its curves and chains, or several to compare them.");
    }
    void setSession(ProjectSession* session) override {
        Page::setSession(session);
        m_banner->hide();
        m_isRead = false;
        m_model.setSession(isVisible() ? session : nullptr);
        m_isRead = isVisible();
        showState();
    }
    void open(const Route& route) override {
        if (!m_isRead && session() != nullptr) {
            m_isRead = true;
            m_model.setSession(session());
        } else {
            m_model.reload();
        }
        m_wanted = route.run;
        showState();
    }
    void leave() override {
        context().settings.setEntry(
            Setting::kColumnStates,
            QStringLiteral("runs"),
            QString::fromLatin1(m_table->horizontalHeader()->saveState().toBase64()));
    }

  private:
    void buildHeader() {
        m_header = new PageHeader(context(), this);
        m_new = makeButton(ButtonRole::kPrimary, QStringLiteral("runs.new"), this);
        m_header->addAction(m_new);
        connect(m_new, &QPushButton::clicked, this, [this] {
            emit routeRequested({.page = PageId::kSetup});
        });
    }

    void buildTable() {
        m_filter = new QLineEdit(this);
        m_filter->setObjectName(QStringLiteral("runs.filter"));
        m_filter->setClearButtonEnabled(true);
        m_filter->addAction(icon(QStringLiteral("search"), context().theme),
                            QLineEdit::LeadingPosition);
        m_filter->setMinimumWidth(180);
        m_filter->setMaximumWidth(320);
        connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& words) {
            m_proxy.setWords(words);
            showState();
        });
        m_table = new QTableView(this);
        m_table->setObjectName(QStringLiteral("runs.table"));
        m_table->setModel(&m_proxy);
        m_table->setItemDelegate(new RunDelegate(context(), m_table));
        m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
        m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
        m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
        m_table->setShowGrid(false);
        m_table->setWordWrap(false);
        m_table->setTabKeyNavigation(false);
        m_table->setContextMenuPolicy(Qt::CustomContextMenu);
        m_table->setSortingEnabled(true);
        m_table->verticalHeader()->hide();
        m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
        QHeaderView* head = m_table->horizontalHeader();
        head->setHighlightSections(false);
        head->setSectionsMovable(true);
        head->setMinimumSectionSize(48);
        head->setContextMenuPolicy(Qt::CustomContextMenu);
        connect(head, &QHeaderView::customContextMenuRequested, this, [this](const QPoint& at) {
            showColumns(m_table->horizontalHeader()->mapToGlobal(at));
        });
        connect(m_table, &QTableView::customContextMenuRequested, this, [this](const QPoint& at) {
            m_rowMenu->popup(m_table->viewport()->mapToGlobal(at));
        });
        connect(m_table, &QTableView::activated, this, [this] { openLive(); });
        connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
            if (const auto runs = selected(); !runs.isEmpty()) m_chosen = runs.first();
            showActions();
        });
        const QByteArray kept = QByteArray::fromBase64(
            context().settings.entry(Setting::kColumnStates, QStringLiteral("runs")).toLatin1());
        m_hasKeptColumns = !kept.isEmpty() && head->restoreState(kept);
        if (!m_hasKeptColumns) m_table->sortByColumn(RunsModel::kNumber, Qt::DescendingOrder);
        // Kept states carry the modes of their time; widths and order are what a person set.
        head->setStretchLastSection(true);
        head->setSectionResizeMode(QHeaderView::Interactive);
        head->setSectionResizeMode(RunsModel::kName, QHeaderView::Stretch);
    }

    QPushButton* action(const char* part, const char* iconName, void (RunsPage::*run)()) {
        auto* button =
            makeButton(ButtonRole::kNormal, QStringLiteral("runs.") + QLatin1String(part), this);
        button->setIcon(icon(QString::fromLatin1(iconName), context().theme));
        connect(button, &QPushButton::clicked, this, run);
        auto* entry = m_rowMenu->addAction(button->icon(), QString());
        connect(entry, &QAction::triggered, this, run);
        m_menuOf.insert(button, entry);
        return button;
    }

    void buildActions() {
        m_rowMenu = new QMenu(this);
        m_rowMenu->setObjectName(QStringLiteral("runs.menu"));
        m_live = action("live", "pulse", &RunsPage::openLive);
        m_chains = action("chains", "chains", &RunsPage::openChains);
        m_compare = action("compare", "compare", &RunsPage::compare);
        m_template = action("template", "copy", &RunsPage::useAsTemplate);
        m_resume = action("resume", "play", &RunsPage::resume);
        m_columns = makeIconButton(
            context(), QStringLiteral("table"), QStringLiteral("runs.columns"), this);
        m_copy =
            makeIconButton(context(), QStringLiteral("copy"), QStringLiteral("runs.copy"), this);
        connect(m_columns, &QToolButton::clicked, this, [this] {
            showColumns(m_columns->mapToGlobal(QPoint(0, m_columns->height())));
        });
        connect(m_copy, &QToolButton::clicked, this, [this] { copyTable(); });
    }

    void layOut() {
        m_card = new Card(context(), this);
        auto* tools = new FlowLayout;
        tools->setSpacing(kGap2);
        tools->addWidget(m_filter);
        tools->addStretch();
        for (QPushButton* button : {m_live, m_chains, m_compare, m_template, m_resume}) {
            tools->addWidget(button);
        }
        tools->addWidget(m_columns);
        tools->addWidget(m_copy);
        m_nothing = new PlainLabel(m_card);
        m_nothing->setAlignment(Qt::AlignCenter);
        m_nothing->setForegroundRole(QPalette::PlaceholderText);
        m_table->setFrameShape(QFrame::NoFrame);
        m_card->body()->addLayout(tools);
        m_card->body()->addWidget(m_table, 1);
        m_card->body()->addWidget(m_nothing, 1);
        m_empty =
            new EmptyState(context(), QStringLiteral("runs"), QStringLiteral("runs.empty"), this);
        connect(m_empty, &EmptyState::actionTriggered, this, [this] {
            emit routeRequested({.page = session() ? PageId::kSetup : PageId::kHome});
        });
        m_stack = new QStackedWidget(this);
        m_stack->addWidget(m_card);
        m_stack->addWidget(m_empty);
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(kGap4, kGap4, kGap4, kGap4);
        column->setSpacing(kGap3);
        column->addWidget(m_header);
        column->addWidget(m_banner);
        column->addWidget(m_stack, 1);
    }

    void buildKeys() {
        addKey(QKeySequence::Find, [this] { m_filter->setFocus(Qt::ShortcutFocusReason); });
        auto* copy = new QShortcut(QKeySequence::Copy, m_table);
        copy->setContext(Qt::WidgetShortcut);
        connect(copy, &QShortcut::activated, this, [this] { copyTable(); });
    }

    void addCommands() {
        context().commands.addSource(this, [this] {
            QList<Command> list;
            for (const RunRow& row : m_model.rows()) {
                if (list.size() >= 200) break;
                list.push_back({.id = QStringLiteral("runs.open.%1").arg(row.id),
                                .iconName = QStringLiteral("pulse"),
                                .text =
                                    [name = oneLine(row.name, 60), id = row.id] {
                                        //: palette entry; %1 number, %2 name of a run
                                        return tr("Open run %1: %2").arg(QString::number(id), name);
                                    },
                                .run =
                                    [this, id = row.id] {
                                        emit routeRequested({.page = PageId::kLive, .run = id});
                                    }});
            }
            return list;
        });
    }

    QList<std::int64_t> selected() const {
        QList<std::int64_t> runs;
        for (const QModelIndex& index : m_table->selectionModel()->selectedRows()) {
            runs.push_back(index.data(RunsModel::kIdRole).toLongLong());
        }
        return runs;
    }

    void openLive() {
        if (selected().size() == 1) {
            emit routeRequested({.page = PageId::kLive, .run = selected().first()});
        }
    }
    void openChains() {
        if (selected().size() == 1) {
            emit routeRequested({.page = PageId::kChains, .run = selected().first()});
        }
    }
    void compare() {
        QList<std::int64_t> runs = selected();
        if (runs.size() < 2 || runs.size() > kMostCompared) return;
        std::sort(runs.begin(), runs.end());
        emit routeRequested({.page = PageId::kCompare, .runs = runs});
    }
    void useAsTemplate() {
        if (selected().size() == 1) {
            emit routeRequested({.page = PageId::kSetup, .run = selected().first()});
        }
    }
    void resume() {
        if (selected().size() != 1 || session() == nullptr) return;
        const std::int64_t run = selected().first();
        m_resume->setEnabled(false);
        session()->engine().call<engine::RunStarted>(
            this,
            [run](engine::Engine& engine) { return engine.resume_run({.run = run}); },
            [this, run](util::Result<engine::RunStarted> reply) {
                showActions();
                if (!reply) return m_banner->showError(reply.error());
                emit announced(tr("The run goes on."));
                emit routeRequested({.page = PageId::kLive, .run = run});
            });
    }

    void copyTable() {
        const QModelIndexList chosen = m_table->selectionModel()->selectedRows();
        QList<int> rows;
        for (const QModelIndex& index : chosen) rows.push_back(index.row());
        if (rows.isEmpty()) {
            for (int i = 0; i < m_proxy.rowCount(); ++i) rows.push_back(i);
        }
        std::sort(rows.begin(), rows.end());
        const QHeaderView* head = m_table->horizontalHeader();
        QList<int> columns;
        for (int i = 0; i < head->count(); ++i) {
            const int column = head->logicalIndex(i);
            if (!head->isSectionHidden(column)) columns.push_back(column);
        }
        QString text;
        const auto line = [&text](const QStringList& cells) { text += cells.join(u'\t') + u'\n'; };
        QStringList titles;
        for (const int column : columns) {
            titles << tsvCell(
                m_proxy.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        }
        line(titles);
        for (const int row : rows) {
            QStringList cells;
            for (const int column : columns) {
                cells << tsvCell(
                    m_proxy.index(row, column).data(RunsModel::kExportRole).toString());
            }
            line(cells);
        }
        QApplication::clipboard()->setText(text);
        emit announced(tr("%n rows are copied.", nullptr, static_cast<int>(rows.size())));
    }

    void showColumns(const QPoint& at) {
        auto* menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        for (int i = 0; i < RunsModel::kColumns; ++i) {
            QAction* entry =
                menu->addAction(m_model.headerData(i, Qt::Horizontal, Qt::DisplayRole).toString());
            entry->setCheckable(true);
            entry->setChecked(!m_table->isColumnHidden(i));
            // The name is what a row is known by.
            entry->setEnabled(i != RunsModel::kName);
            connect(entry, &QAction::toggled, this, [this, i](bool on) {
                m_table->setColumnHidden(i, !on);
            });
        }
        menu->popup(at);
    }

    void showState() {
        const bool hasRuns = m_model.rowCount() > 0;
        const bool isLoading = m_model.isLoading() && !hasRuns;
        m_stack->setCurrentWidget(hasRuns || isLoading ? static_cast<QWidget*>(m_card) : m_empty);
        const bool nothing = hasRuns && m_proxy.rowCount() == 0;
        m_nothing->setVisible(nothing);
        m_table->setVisible(!nothing);
        m_header->setTexts(
            title(),
            hasRuns ? tr("%n runs in this project", nullptr, m_model.rowCount()) : QString());
        m_empty->setTexts(
            session() ? tr("No run yet") : tr("No project is open"),
            session() ? tr("A run trains a model, and everything that it learned and answered is "
                           "kept here.")
                      : tr("Runs are kept in a project."),
            session() ? tr("Set up a run") : tr("Go to the start page"));
        m_new->setVisible(hasRuns);
        if (hasRuns && !m_isSized) {
            m_isSized = true;
            if (!m_hasKeptColumns) m_table->resizeColumnsToContents();
        }
        if (hasRuns && m_wanted > 0) {
            selectRun(m_wanted);
            m_wanted = 0;
        } else if (hasRuns && selected().isEmpty()) {
            // Reading the runs again drops the choice. Before there is one, the newest run is what
            // most people come for; its buttons work at once.
            selectRun(m_chosen);
            if (selected().isEmpty()) m_table->selectRow(0);
        }
        showActions();
    }

    void selectRun(std::int64_t run) {
        for (int i = 0; i < m_proxy.rowCount(); ++i) {
            const QModelIndex index = m_proxy.index(i, RunsModel::kName);
            if (index.data(RunsModel::kIdRole).toLongLong() != run) continue;
            m_table->selectRow(i);
            m_table->scrollTo(index);
        }
    }

    void showActions() {
        const QList<std::int64_t> runs = selected();
        const bool one = runs.size() == 1;
        const RunRow* row = one ? m_model.find(runs.first()) : nullptr;
        const bool canResume = row != nullptr && session() != nullptr && session()->isWritable() &&
                               (row->state == "interrupted" || row->state == "paused" ||
                                row->state == "stopped" || row->state == "failed");
        enable(m_live, one);
        enable(m_chains, one);
        enable(m_template, one);
        enable(m_resume, canResume);
        enable(m_compare, runs.size() >= 2 && runs.size() <= kMostCompared);
    }

    void enable(QPushButton* button, bool on) {
        button->setEnabled(on);
        m_menuOf.value(button)->setEnabled(on);
    }

    void name(QPushButton* button, const QString& text, const QString& help) {
        button->setText(text);
        button->setAccessibleName(text);
        button->setAccessibleDescription(help);
        setPlainToolTip(button, help);
        m_menuOf.value(button)->setText(text);
    }

    void retranslate() override {
        m_new->setText(tr("Set up a run"));
        m_new->setAccessibleName(m_new->text());
        m_filter->setPlaceholderText(tr("Find runs"));
        m_filter->setAccessibleName(tr("Find runs by name, state or algorithm"));
        setPlainToolTip(m_filter, m_filter->accessibleName());
        m_table->setAccessibleName(tr("Runs of this project"));
        name(m_live, tr("Curves"), tr("Open the curves of the chosen run (Enter)."));
        name(m_chains, tr("Chains"), tr("Open the reasoning chains of the chosen run."));
        name(m_compare, tr("Compare"), tr("Compare the chosen runs, two to six of them."));
        name(m_template,
             tr("Use as template"),
             tr("Set up a new run with the settings of the chosen one."));
        name(m_resume, tr("Resume"), tr("Go on from the last checkpoint of the chosen run."));
        setIconButtonText(m_columns, tr("Choose the columns"));
        setIconButtonText(m_copy, tr("Copy the chosen rows, or all, as a table"));
        m_nothing->setText(tr("No run fits these words."));
        m_model.retranslate();
        showState();
    }

    RunsModel m_model;
    RunsProxy m_proxy;
    PageHeader* m_header = nullptr;
    Banner* m_banner = nullptr;
    QPushButton* m_new = nullptr;
    QLineEdit* m_filter = nullptr;
    QTableView* m_table = nullptr;
    QMenu* m_rowMenu = nullptr;
    QHash<QPushButton*, QAction*> m_menuOf;
    QPushButton* m_live = nullptr;
    QPushButton* m_chains = nullptr;
    QPushButton* m_compare = nullptr;
    QPushButton* m_template = nullptr;
    QPushButton* m_resume = nullptr;
    QToolButton* m_columns = nullptr;
    QToolButton* m_copy = nullptr;
    Card* m_card = nullptr;
    PlainLabel* m_nothing = nullptr;
    EmptyState* m_empty = nullptr;
    QStackedWidget* m_stack = nullptr;
    std::int64_t m_wanted = 0;
    bool m_isRead = false;
    bool m_isSized = false;
    std::int64_t m_chosen = 0;
    bool m_hasKeptColumns = false;
};

}  // namespace

Page* makeRunsPage(AppContext& context, QWidget* parent) { return new RunsPage(context, parent); }

}  // namespace veritune::app
