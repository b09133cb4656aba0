// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/BenchPage.h"

#include "app/CommandRegistry.h"
#include "app/Icons.h"
#include "app/ProjectSession.h"
#include "app/Theme.h"
#include "app/dialogs/FileChooser.h"
#include "app/forms/NoteLine.h"
#include "app/forms/TryForm.h"
#include "app/models/BenchModel.h"
#include "app/models/BenchWords.h"
#include "app/models/ChainWords.h"
#include "app/widgets/Cards.h"
#include "app/widgets/ExplainPanel.h"
#include "app/widgets/FactRow.h"
#include "app/widgets/FlowLayout.h"
#include "app/widgets/RowTable.h"
#include "app/widgets/SegmentBar.h"
#include "core/verify/verifier.h"

#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QComboBox>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QHeaderView>
#include <QLocale>
#include <QProgressBar>
#include <QScrollArea>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>

namespace veritune::app {
namespace {

constexpr int kExplainAfterMs = 120;
constexpr int kTableHeight = 300;
constexpr int kMostProblems = 10'000'000;

QString subjectKey(const BenchSubject& subject) {
    return QString::number(static_cast<int>(subject.kind)) + u':' + fromUtf8(subject.name);
}

class BenchPage final : public Page {
    Q_DECLARE_TR_FUNCTIONS(veritune::app::BenchPage)

  public:
    BenchPage(AppContext& context, QWidget* parent)
        : Page(PageId::kBench, context, parent),
          m_model(ownProgramDir(), this) {
        setObjectName(QStringLiteral("bench"));
        m_header = new PageHeader(context, this);
        m_banner = new Banner(context, QStringLiteral("bench.banner"), this);
        buildActions();
        buildSubject();
        buildTable();
        buildTry();
        layOut();
        buildKeys();
        addCommands();
        connectModel();
        restyle();
        retranslate();
        fillSubjects();
        showState();
    }

    QString title() const override { return tr("Verifier bench", "name of a page"); }
    QString help() const override {
        return tr(
            "Before a verifier may reward a model, it has to refuse every wrong answer. The bench "
            "makes right and wrong answers from your reference answers, has each one checked twice "
            "in processes of their own, and shows every case. “Try an answer” explains a single "
            "verdict.");
    }
    void setSession(ProjectSession* session) override {
        Page::setSession(session);
        m_banner->hide();
        m_explain->show(nullptr);
        m_datasets.clear();
        m_model.setSession(session);
        fillSubjects();
        showState();
    }
    void open(const Route& route) override {
        if (!route.path.isEmpty()) addFile(route.path);
        readDatasets(route.dataset);
    }
    void leave() override {
        m_table->keepColumns();
        m_model.release();
    }
    bool dropPaths(const QStringList& paths) override {
        if (!paths.first().endsWith(QStringLiteral(".jsonl"), Qt::CaseInsensitive)) return false;
        addFile(paths.first());
        return true;
    }

  private:
    void buildActions() {
        m_run = makeButton(ButtonRole::kPrimary, QStringLiteral("bench.run"), this);
        m_stop = makeButton(ButtonRole::kNormal, QStringLiteral("bench.stop"), this);
        m_header->addAction(m_stop);
        m_header->addAction(m_run);
        connect(m_run, &QPushButton::clicked, this, [this] { runBench(); });
        connect(m_stop, &QPushButton::clicked, this, [this] { m_model.stop(); });
        m_mode = new SegmentBar(context(),
                                QStringLiteral("bench.mode"),
                                {QStringLiteral("cases"), QStringLiteral("try")},
                                this);
        connect(m_mode, &SegmentBar::chosen, this, [this] { showState(); });
    }

    void buildSubject() {
        m_subjectCard = new Card(context(), this);
        auto* row = new FlowLayout;
        row->setSpacing(kGap2);
        m_subjectLabel = new PlainLabel(m_subjectCard);
        m_subject = new QComboBox(m_subjectCard);
        m_subject->setObjectName(QStringLiteral("bench.subject"));
        m_subject->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        m_file = makeButton(ButtonRole::kNormal, QStringLiteral("bench.file"), m_subjectCard);
        m_mostLabel = new PlainLabel(m_subjectCard);
        m_most = new QSpinBox(m_subjectCard);
        m_most->setObjectName(QStringLiteral("bench.most"));
        m_most->setRange(0, kMostProblems);
        m_most->setValue(200);
        m_most->setSingleStep(100);
        m_most->setGroupSeparatorShown(true);
        for (QWidget* part : QList<QWidget*>{m_subjectLabel, m_subject, m_file}) {
            row->addWidget(part);
        }
        row->addStretch();
        row->addWidget(m_mostLabel);
        row->addWidget(m_most);
        m_judgement = new NoteLine(context(), QStringLiteral("bench.judgement"), m_subjectCard);
        m_programs = new NoteLine(context(), QStringLiteral("bench.programs"), m_subjectCard);
        m_progress = new QProgressBar(m_subjectCard);
        m_progress->setObjectName(QStringLiteral("bench.progress"));
        m_progress->setTextVisible(false);
        m_facts = new FactRow(context(), QStringLiteral("bench.facts"), m_subjectCard);
        m_subjectCard->body()->addLayout(row);
        for (QWidget* part : QList<QWidget*>{m_progress, m_judgement, m_programs, m_facts})
            m_subjectCard->body()->addWidget(part);
        connect(m_file, &QPushButton::clicked, this, [this] { chooseProblems(); });
        connect(m_subject, &QComboBox::currentIndexChanged, this, [this] { showState(); });
        connect(m_subject, &QComboBox::activated, this, [this] { m_isChosen = true; });
    }

    void buildTable() {
        m_tableCard = new Card(context(), this);
        auto* tools = new FlowLayout;
        tools->setSpacing(kGap2);
        m_show = new SegmentBar(
            context(),
            QStringLiteral("bench.show"),
            {QStringLiteral("all"), QStringLiteral("failing"), QStringLiteral("unscored")},
            m_tableCard);
        m_next = makeButton(ButtonRole::kNormal, QStringLiteral("bench.next"), m_tableCard);
        m_save = makeButton(ButtonRole::kNormal, QStringLiteral("bench.save"), m_tableCard);
        m_columns = makeIconButton(
            context(), QStringLiteral("table"), QStringLiteral("bench.columns"), m_tableCard);
        m_copy = makeIconButton(
            context(), QStringLiteral("copy"), QStringLiteral("bench.copy"), m_tableCard);
        tools->addWidget(m_show);
        tools->addStretch();
        for (QWidget* tool : QList<QWidget*>{m_next, m_save, m_columns, m_copy})
            tools->addWidget(tool);
        m_table = new RowTable(context(), QStringLiteral("bench.table"), m_tableCard);
        m_table->setModel(&m_model);
        m_table->setSelectionMode(QAbstractItemView::SingleSelection);
        m_table->setStretchColumn(BenchModel::kReason);
        // The explanation says it, too; on a wide screen a person can bring it back.
        m_table->hideAtFirst({BenchModel::kTime});
        m_nothing = new PlainLabel(m_tableCard);
        m_nothing->setAlignment(Qt::AlignCenter);
        m_nothing->setWordWrap(true);
        m_nothing->setForegroundRole(QPalette::PlaceholderText);
        m_tableCard->body()->addLayout(tools);
        m_tableCard->body()->addWidget(m_table, 1);
        m_tableCard->body()->addWidget(m_nothing, 1);
        m_explainCard = new Card(context(), this);
        m_explain = new ExplainPanel(context(), QStringLiteral("bench.explain"), m_explainCard);
        m_explainCard->body()->addWidget(m_explain, 1);
        m_explainTimer.setSingleShot(true);
        m_explainTimer.setInterval(kExplainAfterMs);
        connect(&m_explainTimer, &QTimer::timeout, this, [this] {
            m_isTrying = false;
            m_model.explainRow(m_table->currentIndex().row());
        });
        connect(m_table->selectionModel(),
                &QItemSelectionModel::currentRowChanged,
                this,
                [this](const QModelIndex& now) {
                    if (now.isValid()) m_explainTimer.start();
                });
        connect(m_show, &SegmentBar::chosen, this, [this](int index) {
            m_model.setShow(static_cast<BenchModel::Show>(index));
            showState();
        });
        connect(m_next, &QPushButton::clicked, this, [this] { goToFailing(); });
        connect(m_save, &QPushButton::clicked, this, [this] { saveCases(); });
        connect(m_columns, &QToolButton::clicked, this, [this] {
            m_table->showColumnMenu(m_columns->mapToGlobal(QPoint(0, m_columns->height())),
                                    BenchModel::kVerdict);
        });
        connect(m_copy, &QToolButton::clicked, this, [this] {
            QApplication::clipboard()->setText(m_table->toTsv());
            emit announced(tr("The table is copied."));
        });
    }

    void buildTry() {
        m_tryForm = new TryForm(context(), this);
        auto* scroll = new QScrollArea(this);
        scroll->setObjectName(QStringLiteral("bench.try.scroll"));
        scroll->setWidgetResizable(true);
        scroll->setFrameShape(QFrame::NoFrame);
        scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        scroll->setFocusPolicy(Qt::NoFocus);
        m_tryForm->setBackgroundRole(QPalette::Base);
        m_tryForm->setAutoFillBackground(true);
        scroll->setWidget(m_tryForm);
        m_tryCard = new Card(context(), this);
        m_tryCard->body()->addWidget(scroll, 1);
        m_answerCard = new Card(context(), this);
        m_answer = new ExplainPanel(context(), QStringLiteral("bench.answer"), m_answerCard);
        m_answerCard->body()->addWidget(m_answer, 1);
        connect(m_tryForm, &TryForm::checkRequested, this, [this] { tryAnswer(); });
    }

    void layOut() {
        m_empty = new EmptyState(
            context(), QStringLiteral("stethoscope"), QStringLiteral("bench.empty"), this);
        connect(m_empty, &EmptyState::actionTriggered, this, [this] {
            m_isChosen = true;
            m_subject->setCurrentIndex(
                qMax(0, m_subject->findData(subjectKey({.name = "chain_arithmetic"}))));
            runBench();
        });
        const auto split = [this](QWidget* left, QWidget* right, const char* part) {
            auto* made = new QSplitter(Qt::Horizontal, this);
            made->setObjectName(QStringLiteral("bench.") + QLatin1String(part));
            made->setChildrenCollapsible(false);
            made->setHandleWidth(kGap3);
            made->addWidget(left);
            made->addWidget(right);
            made->setStretchFactor(0, 5);
            made->setStretchFactor(1, 3);
            made->setMinimumHeight(kTableHeight);
            return made;
        };
        m_results = new QStackedWidget(this);
        m_results->addWidget(split(m_tableCard, m_explainCard, "split"));
        m_results->addWidget(m_empty);
        auto* cases = new QWidget(this);
        auto* inner = new QVBoxLayout(cases);
        inner->setContentsMargins(0, 0, 0, 0);
        inner->setSpacing(kGap3);
        inner->addWidget(m_subjectCard);
        inner->addWidget(m_results, 1);
        auto* scroll = new QScrollArea(this);
        scroll->setObjectName(QStringLiteral("bench.scroll"));
        scroll->setWidgetResizable(true);
        scroll->setFrameShape(QFrame::NoFrame);
        scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        scroll->setFocusPolicy(Qt::NoFocus);
        scroll->setWidget(cases);
        m_pages = new QStackedWidget(this);
        m_pages->addWidget(scroll);
        auto* trySplit = split(m_tryCard, m_answerCard, "trysplit");
        trySplit->setSizes({500, 500});
        m_pages->addWidget(trySplit);
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(kGap4, kGap4, kGap4, kGap4);
        column->setSpacing(kGap3);
        column->addWidget(m_header);
        column->addWidget(m_banner);
        column->addWidget(m_mode, 0, Qt::AlignLeading);
        column->addWidget(m_pages, 1);
    }

    void buildKeys() {
        addKey(QKeySequence(Qt::CTRL | Qt::Key_Return),
               [this] { m_mode->current() == 0 ? runBench() : tryAnswer(); });
        addKey(QKeySequence(Qt::Key_F3), [this] { goToFailing(); });
        addKey(QKeySequence(Qt::Key_Escape), [this] { m_model.stop(); });
    }

    void addCommands() {
        context().commands.add(this,
                               {.id = QStringLiteral("bench.run"),
                                .iconName = QStringLiteral("stethoscope"),
                                .text = [] { return tr("Run the verifier bench"); },
                                .isEnabled = [this] { return isVisible() && !m_model.isRunning(); },
                                .run = [this] { runBench(); },
                                .shortcut = QKeySequence(Qt::CTRL | Qt::Key_Return)});
        context().commands.add(this,
                               {.id = QStringLiteral("bench.try"),
                                .iconName = QStringLiteral("stethoscope"),
                                .text = [] { return tr("Explain a verdict: try an answer"); },
                                .run =
                                    [this] {
                                        emit routeRequested({.page = PageId::kBench});
                                        m_mode->setCurrent(1);
                                        showState();
                                    }});
    }

    void connectModel() {
        connect(&m_model, &BenchModel::changed, this, [this] { showState(); });
        connect(&m_model, &BenchModel::failed, this, [this](const util::Error& error) {
            m_banner->showError(error, tr("The bench could not be run to its end"));
        });
        const auto panel = [this] { return m_isTrying ? m_answer : m_explain; };
        connect(&m_model,
                &BenchModel::explained,
                this,
                [this, panel](const BenchExplanationPtr& explanation) {
                    panel()->show(explanation);
                    showPrograms();
                });
        connect(&m_model, &BenchModel::explainFailed, this, [panel](const util::Error& error) {
            panel()->showError(error);
        });
        connect(&m_model, &BenchModel::saved, this, [this](int cases) {
            emit announced(tr("%Ln cases were saved.", nullptr, cases));
        });
    }

    void readDatasets(const QString& wanted) {
        if (session() == nullptr) return;
        session()->store().query<std::vector<store::DatasetInfo>>(
            this,
            [](store::Project& project) { return project.datasets().list(); },
            [this, wanted](util::Result<std::vector<store::DatasetInfo>> found) {
                if (!found) return m_banner->showError(found.error());
                m_datasets = std::move(*found);
                fillSubjects();
                if (!wanted.isEmpty()) {
                    m_isChosen = true;
                    m_subject->setCurrentIndex(
                        qMax(0,
                             m_subject->findData(subjectKey({.kind = BenchSubject::Kind::kDataset,
                                                             .name = wanted.toStdString()}))));
                }
                showState();
            });
    }

    void fillSubjects() {
        // Until a person has chosen, a data set of the project is what most come for.
        const QString kept = m_isChosen ? m_subject->currentData().toString() : QString();
        const QSignalBlocker quiet(m_subject);
        m_subject->clear();
        m_subjects.clear();
        const auto add = [this](const QString& text, BenchSubject subject) {
            m_subject->addItem(text, subjectKey(subject));
            m_subjects.push_back(std::move(subject));
        };
        for (const store::DatasetInfo& info : m_datasets) {
            //: an entry of a list; %1 name of a data set, %2 number of its rows
            add(tr("Data set %1 (%2 rows)")
                    .arg(oneLine(info.name), QLocale().toString(static_cast<qlonglong>(info.rows))),
                {.kind = BenchSubject::Kind::kDataset, .name = info.name});
        }
        for (const QString& path : m_files) {
            //: an entry of a list; %1 name of a file
            add(tr("File %1").arg(visibleText(QFileInfo(path).fileName())),
                {.kind = BenchSubject::Kind::kFile, .name = path.toStdString()});
        }
        for (const verify::Verifier* verifier : verify::all_verifiers()) {
            const std::string id(verifier->id());
            //: an entry of a list; %1 what a verifier is called, %2 its technical name
            add(tr("Verifier: %1 (%2)").arg(BenchWords::verifier(id), fromUtf8(id)), {.name = id});
        }
        m_subject->setCurrentIndex(qMax(0, m_subject->findData(kept)));
    }

    void chooseProblems() {
        chooseFile(this,
                   tr("Problems to try, one JSON object per line"),
                   QDir::homePath(),
                   tr("JSON lines (*.jsonl);;All files (*)"),
                   [this](const QString& path) {
                       if (!path.isEmpty()) addFile(path);
                   });
    }

    void addFile(const QString& path) {
        if (!m_files.contains(path)) m_files.prepend(path);
        m_isChosen = true;
        fillSubjects();
        m_mode->setCurrent(0);
        m_subject->setCurrentIndex(
            qMax(0,
                 m_subject->findData(
                     subjectKey({.kind = BenchSubject::Kind::kFile, .name = path.toStdString()}))));
        showState();
    }

    BenchSubject subject() const {
        BenchSubject chosen = m_subjects[static_cast<std::size_t>(m_subject->currentIndex())];
        chosen.mostProblems = m_most->value();
        return chosen;
    }

    void runBench() {
        if (m_model.isRunning()) return;
        m_banner->hide();
        m_explain->show(nullptr);
        m_mode->setCurrent(0);
        m_model.start(subject());
    }

    void tryAnswer() {
        auto request = m_tryForm->request();
        if (!request) return m_answer->showError(request.error());
        m_isTrying = true;
        m_model.explain(*request);
    }

    void goToFailing() {
        const int at = m_model.nextFailing(m_table->currentIndex().row());
        if (at < 0) {
            emit announced(tr("No case of this list fails."));
            return;
        }
        m_table->setCurrentIndex(m_model.index(at, BenchModel::kVerdict));
        m_table->scrollTo(m_model.index(at, BenchModel::kVerdict));
        m_table->setFocus(Qt::OtherFocusReason);
    }

    void saveCases() {
        chooseSave(this,
                   tr("Save the cases as a regression suite"),
                   QDir::homePath() + QStringLiteral("/cases.jsonl"),
                   QStringLiteral("jsonl"),
                   [this](const QString& path) {
                       if (!path.isEmpty()) m_model.save(path.toStdString());
                   });
    }

    void showState() {
        const bool isTry = m_mode->current() == 1;
        m_pages->setCurrentIndex(isTry ? 1 : 0);
        const bool isRunning = m_model.isRunning();
        m_run->setVisible(!isTry && !isRunning);
        m_stop->setVisible(!isTry && isRunning);
        const bool any = m_model.tally().cases > 0;
        m_results->setCurrentIndex(any || isRunning ? 0 : 1);
        if (m_subject->currentIndex() >= 0) {
            const bool isTable = subject().kind == BenchSubject::Kind::kVerifier;
            m_most->setVisible(!isTable);
            m_mostLabel->setVisible(!isTable);
        }
        m_progress->setVisible(isRunning);
        // Without a total it runs to and fro.
        m_progress->setRange(0, static_cast<int>(m_model.problemsTotal()));
        m_progress->setValue(static_cast<int>(m_model.problemsDone()));
        const bool isEmpty = m_model.rowCount() == 0;
        m_table->setVisible(!isEmpty);
        m_nothing->setVisible(isEmpty);
        m_nothing->setText(isRunning && !any ? tr("The verifiers are being started…")
                           : m_model.shown() == BenchModel::Show::kFailing
                               ? tr("No case fails.")
                               : tr("No case is like this."));
        m_save->setEnabled(!isEmpty && !isRunning);
        m_copy->setEnabled(!isEmpty);
        m_columns->setEnabled(!isEmpty);
        m_next->setEnabled(m_model.nextFailing(-1) >= 0);
        m_table->sizeColumns();
        showJudgement();
        showFacts();
        showPrograms();
    }

    void showJudgement() {
        using Light = BenchJudgement::Light;
        const bool any = m_model.tally().cases > 0;
        if (m_model.isRunning()) {
            const QLocale locale;
            //: %1 and %2 are numbers of problems
            m_judgement->setPlain(
                m_model.problemsTotal() == 0
                    ? tr("Reading what is to be tried…")
                    : tr("Problem %1 of %2…")
                          .arg(locale.toString(static_cast<qlonglong>(m_model.problemsDone())),
                               locale.toString(static_cast<qlonglong>(m_model.problemsTotal()))));
        } else if (const verify::BenchReport* report = m_model.report()) {
            const BenchJudgement judged = judgeBench(*report);
            m_judgement->set(judged.light == Light::kGreen  ? Severity::kGood
                             : judged.light == Light::kThin ? Severity::kInfo
                                                            : Severity::kBad,
                             judged.sentence);
        } else if (m_model.wasStopped() && any) {
            m_judgement->set(Severity::kWarn,
                             tr("Stopped. What was tried so far proves nothing about the rest."));
        } else {
            m_judgement->setPlain({});
        }
    }

    void showFacts() {
        const BenchTally& tally = m_model.tally();
        m_facts->setVisible(tally.cases > 0);
        if (tally.cases == 0) return;
        const QLocale locale;
        const auto number = [&locale](std::int64_t n) {
            return locale.toString(static_cast<qlonglong>(n));
        };
        QList<FactRow::Fact> facts = {
            {tr("Wrong answers accepted"),
             rateText(tally.acceptedNegatives, tally.negatives),
             tr("Of the answers that must be refused, with the upper end of the 95 % interval of "
                "their share. Healthy: none of 500 or more."),
             tally.acceptedNegatives > 0 ? Severity::kBad : Severity::kGood},
            {tr("Right answers refused"),
             rateText(tally.positives - tally.acceptedPositives, tally.positives),
             tr("Of the answers that must be accepted, with the upper end of the 95 % interval of "
                "their share. Each costs reward, but teaches nothing wrong."),
             tally.acceptedPositives < tally.positives ? Severity::kWarn : Severity::kGood},
            {tr("Not scored"),
             number(tally.masked),
             tr("Cases without a verdict, because the reference answer or the machine failed. "
                "Healthy: none."),
             tally.masked > 0 ? Severity::kBad : Severity::kInfo},
            {tr("Verdict changed"),
             number(tally.different),
             tr("Cases whose second verdict, from another process, was a different one. Healthy: "
                "none."),
             tally.different > 0 ? Severity::kBad : Severity::kInfo}};
        if (const verify::BenchReport* report = m_model.report()) {
            facts.push_back({tr("Time of a verdict"),
                             //: two durations: the usual one and the slow one
                             tr("%1, slow ones %2")
                                 .arg(ChainWords::duration(std::llround(report->p50_us)),
                                      ChainWords::duration(std::llround(report->p95_us))),
                             tr("Half of the verdicts took less than the first figure, 95 of 100 "
                                "less than the second."),
                             Severity::kInfo});
        }
        m_facts->set(facts);
    }

    void showPrograms() {
        const QString why = m_model.noPrograms();
        m_programs->set(Severity::kWarn,
                        why.isEmpty() ? QString()
                                      //: %1 an English sentence: what is missing and what to do
                                      : tr("Programs cannot be tried on this computer; all other "
                                           "verifiers work. %1")
                                            .arg(why.left(300)));
    }

    void name(QPushButton* button, const QString& text, const QString& help) {
        button->setText(text);
        button->setAccessibleName(text);
        button->setAccessibleDescription(help);
        setPlainToolTip(button, help);
    }

    void restyle() override {
        m_subject->setMinimumWidth(context().theme.scaled(260));
        m_subject->setMaximumWidth(context().theme.scaled(460));
    }

    void retranslate() override {
        m_header->setTexts(title(),
                           tr("Does the verifier refuse every wrong answer? Only then may it "
                              "reward a model."));
        name(m_run, tr("Run the bench"), tr("Try all cases of the choice below (Ctrl+Enter)."));
        name(m_stop, tr("Stop"), tr("Stop; what was tried stays (Esc)."));
        m_mode->setTexts({tr("Cases"), tr("Try an answer")},
                         {tr("Right and wrong answers, made and checked"),
                          tr("One answer of your own, with the explanation of its verdict")});
        m_subjectLabel->setText(tr("Try"));
        m_subject->setAccessibleName(tr("What the bench tries"));
        setPlainToolTip(m_subject, m_subject->accessibleName());
        name(m_file,
             tr("Choose a file…"),
             tr("Try the problems of a file: one JSON object per line, in our own form."));
        m_mostLabel->setText(tr("Problems at most"));
        m_most->setAccessibleName(m_mostLabel->text());
        m_most->setSpecialValueText(tr("all"));
        setPlainToolTip(m_most,
                        tr("Cases come from at most so many problems, spread evenly over the set. "
                           "0 means all."));
        m_progress->setAccessibleName(tr("Progress of the bench"));
        m_show->setTexts({tr("All"), tr("Failing"), tr("Not scored")},
                         {tr("All cases"),
                          tr("Cases that did not come out as they must"),
                          tr("Cases that got no verdict")});
        name(m_next, tr("Next failing"), tr("Go to the next case that fails (F3)."));
        name(m_save,
             tr("Save cases…"),
             tr("Write the cases of this list to a file: a regression suite that “veritune verify "
                "run” checks again."));
        setIconButtonText(m_columns, tr("Choose the columns"));
        setIconButtonText(m_copy, tr("Copy the table"));
        m_table->setAccessibleName(tr("Cases that were tried"));
        m_explain->setHint(tr("Choose a case, and its verdict is explained here."));
        m_answer->setHint(
            tr("Fill in the form and check an answer: its verdict is explained "
               "here."));
        m_empty->setTexts(tr("Nothing was tried yet"),
                          tr("The bench shows what a verifier accepts and what it refuses, before "
                             "a model learns from it."),
                          tr("Bench the demo verifier"));
        m_tryForm->retranslate();
        m_explain->retranslate();
        m_answer->retranslate();
        m_model.retranslate();
        fillSubjects();
        showState();
    }

    BenchModel m_model;
    std::vector<store::DatasetInfo> m_datasets;
    std::vector<BenchSubject> m_subjects;
    QStringList m_files;
    QTimer m_explainTimer;
    bool m_isTrying = false;
    bool m_isChosen = false;  ///< the subject, by a person
    PageHeader* m_header = nullptr;
    Banner* m_banner = nullptr;
    QPushButton* m_run = nullptr;
    QPushButton* m_stop = nullptr;
    SegmentBar* m_mode = nullptr;
    Card* m_subjectCard = nullptr;
    PlainLabel* m_subjectLabel = nullptr;
    QComboBox* m_subject = nullptr;
    QPushButton* m_file = nullptr;
    PlainLabel* m_mostLabel = nullptr;
    QSpinBox* m_most = nullptr;
    NoteLine* m_judgement = nullptr;
    NoteLine* m_programs = nullptr;
    QProgressBar* m_progress = nullptr;
    FactRow* m_facts = nullptr;
    Card* m_tableCard = nullptr;
    SegmentBar* m_show = nullptr;
    QPushButton* m_next = nullptr;
    QPushButton* m_save = nullptr;
    QToolButton* m_columns = nullptr;
    QToolButton* m_copy = nullptr;
    RowTable* m_table = nullptr;
    PlainLabel* m_nothing = nullptr;
    Card* m_explainCard = nullptr;
    ExplainPanel* m_explain = nullptr;
    TryForm* m_tryForm = nullptr;
    Card* m_tryCard = nullptr;
    Card* m_answerCard = nullptr;
    ExplainPanel* m_answer = nullptr;
    EmptyState* m_empty = nullptr;
    QStackedWidget* m_results = nullptr;
    QStackedWidget* m_pages = nullptr;
};

}  // namespace

Page* makeBenchPage(AppContext& context, QWidget* parent) { return new BenchPage(context, parent); }

}  // namespace veritune::app
