// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/EvaluatePage.h"

#include "app/CommandRegistry.h"
#include "app/Icons.h"
#include "app/ProjectSession.h"
#include "app/Theme.h"
#include "app/dialogs/FileChooser.h"
#include "app/dialogs/FormDialog.h"
#include "app/forms/NoteLine.h"
#include "app/models/EvaluateModel.h"
#include "app/widgets/Cards.h"
#include "app/widgets/EvaluationCard.h"
#include "app/widgets/FactRow.h"
#include "app/widgets/RowTable.h"

#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QComboBox>
#include <QCoreApplication>
#include <QDir>
#include <QHeaderView>
#include <QLocale>
#include <QProgressBar>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>

namespace veritune::app {
namespace {

constexpr int kTableHeight = 220;
constexpr int kLeastRows = 2;  ///< of results; more are scrolled
constexpr int kMostRows = 6;
constexpr int kPassShown = 2;  ///< columns of pass@k at first; the menu has them all
constexpr int kMostRuns = 50;

class EvaluatePage final : public Page {
    Q_DECLARE_TR_FUNCTIONS(veritune::app::EvaluatePage)

  public:
    EvaluatePage(AppContext& context, QWidget* parent)
        : Page(PageId::kEvaluate, context, parent),
          m_model(this),
          m_changed(this) {
        setObjectName(QStringLiteral("evaluate"));
        m_header = new PageHeader(context, this);
        m_banner = new Banner(context, QStringLiteral("evaluate.banner"), this);
        buildActions();
        buildResults();
        m_oneCard = new EvaluationCard(context, this);
        connect(m_oneCard, &EvaluationCard::datasetRequested, this, [this](const QString& name) {
            emit routeRequested({.page = PageId::kData, .dataset = name});
        });
        buildPair();
        layOut();
        addKey(QKeySequence(Qt::Key_F3), [this] { goToBroken(); });
        addKey(QKeySequence(Qt::Key_Escape), [this] { m_model.cancel(); });
        context.commands.add(this,
                             {.id = QStringLiteral("evaluate.measure"),
                              .iconName = QStringLiteral("star"),
                              .text = [] { return tr("Measure a model"); },
                              .isEnabled = [this] { return canMeasure(); },
                              .run =
                                  [this] {
                                      emit routeRequested({.page = PageId::kEvaluate});
                                      askMeasure();
                                  }});
        connect(&m_model, &EvaluateModel::changed, this, [this] { showState(); });
        connect(&m_model, &EvaluateModel::compared, this, [this](const PairResult& pair) {
            showPair(pair);
        });
        connect(&m_model, &EvaluateModel::described, this, [this](const EvaluationInsight& found) {
            if (const auto* one = chosenOne(); one && one->id == found.id)
                m_oneCard->showInsight(found);
        });
        connect(&m_model, &EvaluateModel::failed, this, [this](const util::Error& error) {
            if (error.code == util::ErrorCode::kCancelled) {
                emit announced(tr("Stopped. What was measured so far is kept."));
                return;
            }
            m_banner->setAction({});
            m_banner->showError(error);
        });
        connect(&m_model, &EvaluateModel::measured, this, [this](qint64 run) {
            m_wantedRun = run;
            emit announced(tr("The measurement is done."));
        });
        restyle();
        retranslate();
        showState();
    }

    QString title() const override { return tr("Evaluate", "name of a page"); }
    QString help() const override {
        return tr(
            "How good a model is on problems that it never trained on, always with an interval and "
            "a count. Choose one result to see its figures, or two to compare them: first the "
            "problems that broke, then those that were fixed. Only results that were asked, "
            "sampled and judged alike stand in one table: choose above it which ones.");
    }
    void setSession(ProjectSession* session) override {
        Page::setSession(session);
        m_banner->hide();
        m_pair.reset();
        m_changed.clear();
        m_model.setSession(session);
        showState();
    }
    void open(const Route& route) override {
        if (!route.dataset.isEmpty()) m_dataset = route.dataset;
        if (session() == nullptr) return showState();
        m_model.reload();
    }
    void leave() override {
        m_table->keepColumns();
        m_oneCard->keepColumns();
        m_changes->keepColumns();
    }

  private:
    void buildActions() {
        m_measure = makeButton(ButtonRole::kPrimary, QStringLiteral("evaluate.measure"), this);
        m_header->addAction(m_measure);
        connect(m_measure, &QPushButton::clicked, this, [this] { askMeasure(); });
        m_progressLabel = new PlainLabel(this);
        m_progress = new QProgressBar(this);
        m_progress->setObjectName(QStringLiteral("evaluate.progress"));
        m_progress->setTextVisible(false);
        m_cancel = makeButton(ButtonRole::kNormal, QStringLiteral("evaluate.cancel"), this);
        connect(m_cancel, &QPushButton::clicked, this, [this] { m_model.cancel(); });
    }

    RowTable* tableIn(Card* card, QAbstractItemModel& model, const char* part, int stretch) {
        auto* table =
            new RowTable(context(), QStringLiteral("evaluate.") + QLatin1String(part), card);
        table->setModel(&model);
        table->setStretchColumn(stretch);
        return table;
    }

    void buildResults() {
        m_resultsCard = new Card(context(), this);
        m_resume =
            makeButton(ButtonRole::kNormal, QStringLiteral("evaluate.resume"), m_resultsCard);
        m_chains =
            makeButton(ButtonRole::kNormal, QStringLiteral("evaluate.chains"), m_resultsCard);
        m_columns = makeIconButton(
            context(), QStringLiteral("table"), QStringLiteral("evaluate.columns"), m_resultsCard);
        m_copy = makeIconButton(
            context(), QStringLiteral("copy"), QStringLiteral("evaluate.copy"), m_resultsCard);
        for (QWidget* tool : QList<QWidget*>{m_resume, m_chains, m_columns, m_copy})
            m_resultsCard->addHeadingWidget(tool);
        m_table = tableIn(m_resultsCard, m_model.table(), "table", EvaluationTable::kName);
        m_table->hideAtFirst(
            {EvaluationTable::kProtocol, EvaluationTable::kSet, EvaluationTable::kWhen});
        buildGroups();
        m_resultsCard->body()->addWidget(m_table);
        connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
            choose();
        });
        connect(&m_model.table(), &QAbstractItemModel::modelReset, this, [this] { keepChoice(); });
        connect(m_resume, &QPushButton::clicked, this, [this] {
            if (const auto* one = chosenOne()) m_model.resume(one->run);
        });
        connect(m_chains, &QPushButton::clicked, this, [this] {
            if (const auto* one = chosenOne())
                emit routeRequested({.page = PageId::kChains, .run = one->run});
        });
        connect(m_table, &QTableView::activated, this, [this] { m_chains->click(); });
        connect(m_columns, &QToolButton::clicked, this, [this] {
            m_table->showColumnMenu(m_columns->mapToGlobal(QPoint(0, m_columns->height())),
                                    EvaluationTable::kName);
        });
        connect(m_copy, &QToolButton::clicked, this, [this] {
            QApplication::clipboard()->setText(m_table->toTsv());
            emit announced(tr("The table is copied."));
        });
    }

    /// Which results may stand side by side.
    void buildGroups() {
        m_groupLabel = new PlainLabel(m_resultsCard);
        m_groupLabel->setForegroundRole(QPalette::PlaceholderText);
        m_groups = new QComboBox(m_resultsCard);
        m_groups->setObjectName(QStringLiteral("evaluate.group"));
        m_groups->setMinimumContentsLength(12);
        m_groups->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        m_groups->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        m_groupLabel->setBuddy(m_groups);
        auto* row = new QHBoxLayout;
        row->setSpacing(kGap2);
        row->addWidget(m_groupLabel);
        row->addWidget(m_groups, 1);
        m_resultsCard->body()->addLayout(row);
        connect(m_groups, &QComboBox::activated, this, [this](int at) {
            const auto& groups = m_model.groups();
            if (at >= 0 && static_cast<std::size_t>(at) < groups.size())
                m_model.setGroup(groups[static_cast<std::size_t>(at)].key);
        });
    }

    void showGroups() {
        const QSignalBlocker quiet(m_groups);
        m_groups->clear();
        for (const EvaluationGroup& group : m_model.groups()) {
            const QString one =
                //: %1 protocol, %2 data set, %3 problems, %4 samples, %5 the beginning of a hash
                tr("%1, on %2: %3 × %4 answers (%5)")
                    .arg(protocolTitle(group.protocol),
                         oneLine(group.dataset, 40),
                         QLocale().toString(static_cast<qlonglong>(group.problems)),
                         QLocale().toString(static_cast<qlonglong>(group.samples)),
                         fromUtf8(group.hash).left(8));
            m_groups->addItem(one);
            if (group.key == m_model.group()) m_groups->setCurrentIndex(m_groups->count() - 1);
        }
        // With one there is nothing to choose, but it still says what the table holds.
        m_groups->setEnabled(m_groups->count() > 1);
    }

    /// A few results leave the room to what they say.
    void fitResults() {
        const int rows = qBound(kLeastRows, m_model.table().rowCount(), kMostRows);
        m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() +
                                rows * m_table->verticalHeader()->defaultSectionSize() + kGap1);
    }

    /// Columns of pass@k and maj@n follow the number of samples.
    void showSampleColumns() {
        const QList<int> useful = m_model.table().columnsOfSamples();
        if (useful == m_sampleColumns) return;
        m_sampleColumns = useful;
        for (int i = EvaluationTable::kMajority; i < EvaluationTable::kCount; ++i) {
            const auto at = useful.indexOf(i);
            const bool isShown =
                at >= 0 && (i == EvaluationTable::kMajority || at >= useful.size() - kPassShown);
            m_table->setColumnHidden(i, !isShown);
        }
        m_table->sizeColumnsAgain();
    }

    void restyle() override {
        fitResults();
        m_groupLabel->setFont(context().theme.small());
    }

    void buildPair() {
        m_pairCard = new Card(context(), this);
        m_next = makeButton(ButtonRole::kNormal, QStringLiteral("evaluate.next"), m_pairCard);
        m_pairCopy = makeIconButton(
            context(), QStringLiteral("copy"), QStringLiteral("evaluate.pair.copy"), m_pairCard);
        m_pairCard->addHeadingWidget(m_next);
        m_pairCard->addHeadingWidget(m_pairCopy);
        m_conclusion = new NoteLine(context(), QStringLiteral("evaluate.conclusion"), m_pairCard);
        m_pairFacts = new FactRow(context(), QStringLiteral("evaluate.pair.facts"), m_pairCard);
        m_changes = tableIn(m_pairCard, m_changed, "changes", ChangedTable::kProblem);
        m_changes->setMinimumHeight(kTableHeight);
        m_changes->setSelectionMode(QAbstractItemView::SingleSelection);
        m_noChanges = new PlainLabel(m_pairCard);
        m_noChanges->setWordWrap(true);
        m_noChanges->setForegroundRole(QPalette::PlaceholderText);
        for (QWidget* part : QList<QWidget*>{m_conclusion, m_pairFacts, m_noChanges, m_changes})
            m_pairCard->body()->addWidget(part);
        connect(m_next, &QPushButton::clicked, this, [this] { goToBroken(); });
        connect(m_changes, &QTableView::activated, this, [this](const QModelIndex& index) {
            openProblem(index.row());
        });
        connect(m_pairCopy, &QToolButton::clicked, this, [this] {
            QApplication::clipboard()->setText(m_changes->toTsv());
            emit announced(tr("The table is copied."));
        });
    }

    void layOut() {
        auto* content = new QWidget;
        auto* inner = new QVBoxLayout(content);
        inner->setContentsMargins(0, 0, kGap2, 0);
        inner->setSpacing(kGap3);
        inner->addWidget(m_resultsCard);
        inner->addWidget(m_oneCard);
        inner->addWidget(m_pairCard, 1);
        inner->addStretch(0);
        auto* scroll = new QScrollArea(this);
        scroll->setObjectName(QStringLiteral("evaluate.scroll"));
        scroll->setWidgetResizable(true);
        scroll->setFrameShape(QFrame::NoFrame);
        scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        scroll->setFocusPolicy(Qt::NoFocus);
        scroll->setWidget(content);
        m_empty = new EmptyState(
            context(), QStringLiteral("star"), QStringLiteral("evaluate.empty"), this);
        connect(m_empty, &EmptyState::actionTriggered, this, [this] {
            if (session() == nullptr) {
                emit routeRequested({.page = PageId::kHome});
            } else if (canMeasure()) {
                askMeasure();
            } else {
                emit routeRequested(
                    {.page = m_model.datasets().empty() ? PageId::kData : PageId::kSetup});
            }
        });
        m_pages = new QStackedWidget(this);
        m_pages->addWidget(scroll);
        m_pages->addWidget(m_empty);
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

    // --- measuring -------------------------------------------------------------------------------

    bool canMeasure() const {
        return session() != nullptr && session()->isWritable() && !m_model.isRunning() &&
               !m_model.datasets().empty();
    }

    void askMeasure() {
        if (!canMeasure()) return;
        QList<QPair<QString, QString>> subjects;
        for (const store::RunRecord& run : m_model.runs()) {
            if (subjects.size() >= kMostRuns) break;
            //: an entry of a list; %1 number, %2 name of a run
            subjects.push_back(
                {tr("Run %1: %2").arg(QString::number(run.id), oneLine(run.name, 50)),
                 QString::number(run.id)});
        }
        subjects.push_back({tr("A model folder…"), QStringLiteral("folder")});
        QList<QPair<QString, QString>> protocols = {{protocolTitle({}), QString()}};
        for (const eval::Protocol& protocol : eval::builtin_protocols())
            protocols.push_back({protocolTitle(protocol.id), fromUtf8(protocol.id)});
        QList<QPair<QString, QString>> sets;
        for (const store::DatasetInfo& set : m_model.datasets())
            sets.push_back({oneLine(set.name), fromUtf8(set.name)});
        askForm(
            this,
            context(),
            {.title = tr("Measure a model"),
             .text = tr("The model answers every problem, and the verifiers decide. It can be "
                        "stopped and resumed."),
             .action = tr("Measure"),
             .fields = {{.key = QStringLiteral("subject"),
                         .label = tr("Model"),
                         .value = subjects.first().second,
                         .tip = tr("Of a run its best checkpoint."),
                         .choices = subjects},
                        {.key = QStringLiteral("dataset"),
                         .label = tr("Data set"),
                         .value = m_dataset,
                         .choices = sets},
                        {.key = QStringLiteral("split"),
                         .label = tr("Rows"),
                         .value = QStringLiteral("val"),
                         .choices = {{tr("held out"), QStringLiteral("val")},
                                     {tr("for testing"), QStringLiteral("test")},
                                     {tr("of training"), QStringLiteral("train")}}},
                        {.key = QStringLiteral("protocol"),
                         .label = tr("Protocol"),
                         .value = {},
                         .tip = tr("How it is asked, sampled and judged. Only results of one "
                                   "protocol can be compared."),
                         .choices = protocols},
                        {.key = QStringLiteral("samples"),
                         .label = tr("Samples, as in training"),
                         .value = QStringLiteral("4"),
                         .tip = tr("Answers for each problem; a protocol brings its own number."),
                         .isNumber = true,
                         .least = 1,
                         .most = 1024},
                        {.key = QStringLiteral("problems"),
                         .label = tr("Problems at most, 0 = all"),
                         .value = QStringLiteral("0"),
                         .isNumber = true,
                         .most = 1'000'000},
                        {.key = QStringLiteral("seed"),
                         .label = tr("Seed"),
                         .value = QStringLiteral("1"),
                         .tip = tr("The same seed gives the same answers."),
                         .isNumber = true}}},
            [this](const QHash<QString, QString>& answer) { measure(answer); });
    }

    void measure(const QHash<QString, QString>& answer) {
        engine::Evaluate request;
        request.dataset = answer.value(QStringLiteral("dataset")).toStdString();
        request.split = answer.value(QStringLiteral("split")).toStdString();
        request.problems = answer.value(QStringLiteral("problems")).toLongLong();
        request.num_samples = answer.value(QStringLiteral("samples")).toLongLong();
        request.seed = answer.value(QStringLiteral("seed")).toULongLong();
        const std::string protocol = answer.value(QStringLiteral("protocol")).toStdString();
        const QString subject = answer.value(QStringLiteral("subject"));
        m_banner->hide();
        if (subject != QLatin1String("folder")) {
            request.model.run = subject.toLongLong();
            return m_model.start(request, protocol);
        }
        chooseFolder(this,
                     tr("Choose a model folder"),
                     QDir::homePath(),
                     [this, request, protocol](const QString& path) mutable {
                         if (path.isEmpty()) return;
                         request.model.path = path.toStdString();
                         m_model.start(request, protocol);
                     });
    }

    // --- results ---------------------------------------------------------------------------------

    QList<int> chosenRows() const {
        QList<int> rows;
        for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
            rows.push_back(index.row());
        std::sort(rows.begin(), rows.end());
        return rows;
    }

    const data::EvaluationRecord* chosenOne() {
        const QList<int> rows = chosenRows();
        return rows.size() == 1 ? m_model.table().at(rows.first()) : nullptr;
    }

    /// What was just measured, else the newest.
    void keepChoice() {
        const EvaluationTable& table = m_model.table();
        m_table->sizeColumns();
        if (table.rowCount() == 0) return;
        int wanted = 0;
        for (int i = 0; m_wantedRun != 0 && i < table.rowCount(); ++i) {
            if (table.at(i)->run == m_wantedRun) wanted = i;
        }
        m_wantedRun = 0;
        m_table->selectRow(wanted);
    }

    void choose() {
        const QList<int> rows = chosenRows();
        m_pair.reset();
        m_changed.clear();
        if (rows.size() == 1) {
            if (const auto* one = m_model.table().at(rows[0])) m_model.describe(one->id);
        }
        if (rows.size() == 2) {
            const auto* a = m_model.table().at(rows[0]);
            const auto* b = m_model.table().at(rows[1]);
            if (a && b) m_model.compare(a->id, b->id);
        }
        showState();
    }

    void showPair(const PairResult& pair) {
        m_pair = pair;
        m_changed.set(pair.comparison);
        m_changes->sizeColumns();
        showState();
    }

    void goToBroken() {
        const int at = m_changed.nextBroken(m_changes->currentIndex().row());
        if (at < 0) return;
        m_changes->setCurrentIndex(m_changed.index(at, ChangedTable::kProblem));
        m_changes->setFocus(Qt::OtherFocusReason);
    }

    void openProblem(int row) {
        const std::string problem = m_changed.problemAt(row);
        if (problem.empty() || !m_pair) return;
        // What it answers now; the inspector shows the others of the problem beside it.
        const std::int64_t run = m_pair->after.run != 0 ? m_pair->after.run : m_pair->before.run;
        if (run == 0) {
            emit announced(tr("This result came from a file: there are no chains to look at."));
            return;
        }
        emit routeRequested({.page = PageId::kChains, .run = run, .problem = fromUtf8(problem)});
    }

    void showState() {
        const bool any = m_model.table().rowCount() > 0;
        m_pages->setCurrentIndex(any ? 0 : 1);
        showGroups();
        showSampleColumns();
        fitResults();
        const bool isRunning = m_model.isRunning();
        for (QWidget* part : QList<QWidget*>{m_progress, m_progressLabel, m_cancel})
            part->setVisible(isRunning);
        m_progress->setRange(0, m_model.fraction() < 0 ? 0 : 1000);
        m_progress->setValue(static_cast<int>(1000 * m_model.fraction()));
        m_progressLabel->setText(
            m_model.phase() == QLatin1String("verify") ? tr("Checking answers…")
            : m_model.phase() == QLatin1String("load") ? tr("Loading the model…")
                                                       : tr("Answering…"));
        m_measure->setVisible(any || isRunning);
        m_measure->setEnabled(canMeasure());
        showEmpty();
        const data::EvaluationRecord* one = chosenOne();
        m_chains->setEnabled(one && one->run != 0);
        m_resume->setVisible(one && !one->complete && one->run != 0);
        m_resume->setEnabled(canMeasure());
        m_copy->setEnabled(any);
        m_columns->setEnabled(any);
        m_oneCard->setVisible(one != nullptr);
        m_pairCard->setVisible(m_pair.has_value());
        if (one) m_oneCard->show(*one);
        if (m_pair) showPairFacts();
        m_header->setTexts(title(),
                           any ? tr("%n results. Choose two of one table to compare them.",
                                    nullptr,
                                    static_cast<int>(m_model.results()))
                               : tr("How good is the model on problems that it never trained on?"));
    }

    void showEmpty() {
        const bool hasProject = session() != nullptr;
        const bool hasData = !m_model.datasets().empty();
        m_empty->setTexts(
            !hasProject           ? tr("No project is open")
            : m_model.isRunning() ? tr("The first measurement is under way")
            : m_model.isLoading() ? tr("Reading the results…")
                                  : tr("Nothing was measured yet"),
            !hasProject ? tr("Results are kept in a project.")
            : hasData   ? tr("A measurement shows what a model can do, with an interval and a "
                             "count.")
                        : tr("A measurement needs a data set with held-out problems."),
            !hasProject                                  ? tr("Go to the start page")
            : m_model.isRunning() || m_model.isLoading() ? QString()
            : hasData && !session()->isWritable()        ? QString()
            : hasData                                    ? tr("Measure a model")
                                                         : tr("Open the data sets"));
    }

    void showPairFacts() {
        const eval::Comparison& found = m_pair->comparison;
        const QLocale locale;
        const auto number = [&locale](std::size_t n) {
            return locale.toString(static_cast<qulonglong>(n));
        };
        //: a heading: %1 the earlier, %2 the later of two measured models
        m_pairCard->setHeading(
            tr("%1, then %2")
                .arg(oneLine(m_pair->before.name, 50), oneLine(m_pair->after.name, 50)));
        const PairConclusion conclusion = concludeFrom(*m_pair);
        m_conclusion->set(!conclusion.isComparable ? Severity::kBad
                          : conclusion.isClear     ? Severity::kGood
                                                   : Severity::kInfo,
                          conclusion.sentence);
        m_pairFacts->set(
            {{tr("Broken"),
              number(found.broken.size()),
              tr("Problems whose answers became worse."),
              found.broken.empty() ? Severity::kInfo : Severity::kBad},
             {tr("Fixed"),
              number(found.fixed.size()),
              tr("Problems whose answers became better."),
              found.fixed.empty() ? Severity::kInfo : Severity::kGood},
             {tr("Right both times"),
              number(static_cast<std::size_t>(m_pair->bothRight)),
              tr("Problems that every sample of both solves."),
              Severity::kInfo},
             {tr("Wrong both times"),
              number(static_cast<std::size_t>(m_pair->bothWrong)),
              tr("Problems that no sample of either solves."),
              Severity::kInfo},
             {tr("Before"),
              intervalText(m_pair->scoreBefore.estimate,
                           m_pair->scoreBefore.lower,
                           m_pair->scoreBefore.upper),
              tr("On the %Ln problems that both have.",
                 nullptr,
                 static_cast<int>(std::min<std::int64_t>(found.problems, 2'000'000'000))),
              Severity::kInfo},
             {tr("Now"),
              intervalText(
                  m_pair->scoreAfter.estimate, m_pair->scoreAfter.lower, m_pair->scoreAfter.upper),
              tr("On the %Ln problems that both have.",
                 nullptr,
                 static_cast<int>(std::min<std::int64_t>(found.problems, 2'000'000'000))),
              Severity::kInfo}});
        const bool any = m_changed.rowCount() > 0;
        m_changes->setVisible(any);
        m_noChanges->setVisible(!any);
        m_next->setEnabled(!found.broken.empty());
        m_pairCopy->setEnabled(any);
    }

    void name(QPushButton* button, const QString& text, const QString& help) {
        button->setText(text);
        button->setAccessibleName(text);
        button->setAccessibleDescription(help);
        setPlainToolTip(button, help);
    }

    void retranslate() override {
        name(m_measure,
             tr("Measure a model…"),
             tr("Let a model answer held-out problems and have the answers checked."));
        name(m_cancel, tr("Stop"), tr("Stop; what was measured is kept and can be resumed (Esc)."));
        m_progress->setAccessibleName(tr("Progress of the measurement"));
        m_resultsCard->setHeading(tr("Results"));
        m_groupLabel->setText(tr("Measured by"));
        m_groups->setAccessibleName(tr("Protocol, data set and samples of the results below"));
        m_groups->setAccessibleDescription(
            tr("Everything that moves a score but the model. Only results of one such setup stand "
               "in one table."));
        setPlainToolTip(m_groupLabel, m_groups->accessibleDescription());
        m_oneCard->retranslate();
        name(m_resume, tr("Resume"), tr("Go on with the result that was cut off."));
        name(m_chains, tr("Chains"), tr("Open the texts behind the chosen result (Enter)."));
        setIconButtonText(m_columns, tr("Choose the columns"));
        setIconButtonText(m_copy, tr("Copy the table"));
        m_table->setAccessibleName(tr("Results of this project"));
        name(m_next, tr("Next broken"), tr("Go to the next problem that broke (F3)."));
        setIconButtonText(m_pairCopy, tr("Copy the table of changed problems"));
        m_changes->setAccessibleName(tr("Problems whose answers changed, the broken ones first"));
        m_noChanges->setText(tr("No problem changed between the two."));
        m_model.table().retranslate();
        m_changed.retranslate();
        showState();
    }

    EvaluateModel m_model;
    ChangedTable m_changed;
    QList<int> m_sampleColumns;
    std::optional<PairResult> m_pair;
    QString m_dataset;
    qint64 m_wantedRun = 0;
    PageHeader* m_header = nullptr;
    Banner* m_banner = nullptr;
    QPushButton* m_measure = nullptr;
    PlainLabel* m_progressLabel = nullptr;
    QProgressBar* m_progress = nullptr;
    QPushButton* m_cancel = nullptr;
    Card* m_resultsCard = nullptr;
    QPushButton* m_resume = nullptr;
    QPushButton* m_chains = nullptr;
    QToolButton* m_columns = nullptr;
    QToolButton* m_copy = nullptr;
    RowTable* m_table = nullptr;
    PlainLabel* m_groupLabel = nullptr;
    QComboBox* m_groups = nullptr;
    EvaluationCard* m_oneCard = nullptr;
    Card* m_pairCard = nullptr;
    QPushButton* m_next = nullptr;
    QToolButton* m_pairCopy = nullptr;
    NoteLine* m_conclusion = nullptr;
    FactRow* m_pairFacts = nullptr;
    RowTable* m_changes = nullptr;
    PlainLabel* m_noChanges = nullptr;
    EmptyState* m_empty = nullptr;
    QStackedWidget* m_pages = nullptr;
};

}  // namespace

Page* makeEvaluatePage(AppContext& context, QWidget* parent) {
    return new EvaluatePage(context, parent);
}

}  // namespace veritune::app
