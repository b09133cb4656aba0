// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/forms/SimpleSetup.h"

#include "app/ErrorText.h"
#include "app/Theme.h"
#include "app/dialogs/FileChooser.h"
#include "app/forms/OptionCard.h"
#include "app/widgets/Cards.h"
#include "core/verify/verifier.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QGridLayout>
#include <QLineEdit>
#include <QLocale>
#include <QPlainTextEdit>
#include <QSpinBox>

#include <array>

namespace veritune::app {
namespace {

constexpr std::array kLengths{20, 200, 500};
constexpr int kPreviewRows = 3;
constexpr int kErrorsShown = 200;
constexpr int kFieldWidth = 520;
constexpr int kNumberWidth = 104;

QString billions(std::int64_t parameters) {
    const QLocale locale;
    const auto count = static_cast<double>(parameters);
    //: a number of model parameters in billions, such as "7.6 billion parameters"
    if (count >= 1e9)
        return SimpleSetup::tr("%1 billion parameters").arg(locale.toString(count / 1e9, 'f', 1));
    //: a number of model parameters in millions, such as "308.8 million parameters"
    if (count >= 1e5)
        return SimpleSetup::tr("%1 million parameters").arg(locale.toString(count / 1e6, 'f', 1));
    return SimpleSetup::tr("%n parameters", nullptr, static_cast<int>(parameters));
}

QString errorLines(const std::vector<data::RowError>& errors) {
    QString text;
    for (std::size_t i = 0; i < errors.size() && i < kErrorsShown; ++i) {
        //: %1 is a line number, %2 what is wrong with the line
        text += SimpleSetup::tr("Line %1: %2")
                    .arg(QLocale().toString(static_cast<qlonglong>(errors[i].line)),
                         oneLine(errors[i].message, 300));
        text += u'\n';
    }
    if (errors.size() > kErrorsShown) {
        text += SimpleSetup::tr(
            "… and %n more lines", nullptr, static_cast<int>(errors.size() - kErrorsShown));
    }
    return text.trimmed();
}

QString promptOf(const data::Problem& problem) {
    if (!problem.prompt.empty()) return oneLine(problem.prompt, 160);
    return problem.messages.empty() ? QString() : oneLine(problem.messages.back().content, 160);
}

QString goldOf(const data::Problem& problem) {
    if (problem.gold.is_null()) return QStringLiteral("–");
    if (problem.gold.is_string()) return oneLine(problem.gold.get<std::string>(), 60);
    return oneLine(problem.gold.dump(), 60);
}

QBoxLayout* pathRow(QWidget* line, QWidget* button) {
    auto* row = new QHBoxLayout;
    row->setSpacing(kGap2);
    row->addWidget(line, 1);
    row->addWidget(button);
    return row;
}

}  // namespace

SimpleSetup::SimpleSetup(AppContext& context, SetupModel& model, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_model(model) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, kGap3);
    column->setSpacing(kGap3);
    for (Card* card :
         {buildGoal(), buildDemo(), buildModel(), buildData(), buildLength(), buildProject()}) {
        column->addWidget(card);
    }
    column->addStretch(1);
    connect(&m_model, &SetupModel::changed, this, &SimpleSetup::refresh);
    connect(&context.theme, &Theme::changed, this, &SimpleSetup::restyle);
    retranslate();
}

Card* SimpleSetup::buildGoal() {
    m_goalCard = new Card(m_context, this);
    m_goalDemo = new OptionCard(
        m_context, QStringLiteral("demo"), QStringLiteral("setup.goal.demo"), m_goalCard);
    m_goalOwn = new OptionCard(
        m_context, QStringLiteral("folder"), QStringLiteral("setup.goal.own"), m_goalCard);
    auto* row = new QHBoxLayout;
    row->setSpacing(kGap2);
    row->addWidget(m_goalOwn);
    row->addWidget(m_goalDemo);
    m_goalCard->body()->addLayout(row);
    connect(m_goalDemo, &OptionCard::clicked, this, [this] {
        m_model.setGoal(SetupModel::Goal::kDemo);
    });
    connect(
        m_goalOwn, &OptionCard::clicked, this, [this] { m_model.setGoal(SetupModel::Goal::kOwn); });
    return m_goalCard;
}

Card* SimpleSetup::buildDemo() {
    m_demoCard = new Card(m_context, this);
    m_demoQuick = new OptionCard(m_context, {}, QStringLiteral("setup.demo.quick"), m_demoCard);
    m_demoFull = new OptionCard(m_context, {}, QStringLiteral("setup.demo.full"), m_demoCard);
    auto* row = new QHBoxLayout;
    row->setSpacing(kGap2);
    row->addWidget(m_demoQuick);
    row->addWidget(m_demoFull);
    m_demoCard->body()->addLayout(row);
    connect(m_demoQuick, &OptionCard::clicked, this, [this] {
        m_model.loadPreset(QStringLiteral("demo-quick"));
    });
    connect(m_demoFull, &OptionCard::clicked, this, [this] {
        m_model.loadPreset(QStringLiteral("demo"));
    });
    return m_demoCard;
}

Card* SimpleSetup::buildModel() {
    m_modelCard = new Card(m_context, this);
    m_modelHint = new PlainLabel(m_modelCard);
    m_modelHint->setWordWrap(true);
    m_modelHint->setForegroundRole(QPalette::PlaceholderText);
    m_modelPath = new QLineEdit(m_modelCard);
    m_modelPath->setObjectName(QStringLiteral("setup.model"));
    m_modelBrowse =
        makeButton(ButtonRole::kNormal, QStringLiteral("setup.model.browse"), m_modelCard);
    m_modelNote = new NoteLine(m_context, QStringLiteral("setup.model.note"), m_modelCard);
    m_modelCard->body()->addWidget(m_modelHint);
    m_modelCard->body()->addLayout(pathRow(m_modelPath, m_modelBrowse));
    m_modelCard->body()->addWidget(m_modelNote);
    connect(m_modelPath, &QLineEdit::editingFinished, &m_model, [this] {
        if (m_modelPath->text() != m_model.modelPath()) m_model.setModelPath(m_modelPath->text());
    });
    connect(m_modelBrowse, &QPushButton::clicked, this, &SimpleSetup::chooseModel);
    return m_modelCard;
}

Card* SimpleSetup::buildData() {
    m_dataCard = new Card(m_context, this);
    m_dataHint = new PlainLabel(m_dataCard);
    m_dataHint->setWordWrap(true);
    m_dataHint->setForegroundRole(QPalette::PlaceholderText);
    m_datasetCaption = new PlainLabel(m_dataCard);
    m_dataset = new QComboBox(m_dataCard);
    m_dataset->setObjectName(QStringLiteral("setup.dataset"));
    m_dataset->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_dataPath = new QLineEdit(m_dataCard);
    m_dataPath->setObjectName(QStringLiteral("setup.data"));
    m_dataBrowse = makeButton(ButtonRole::kNormal, QStringLiteral("setup.data.browse"), m_dataCard);
    m_dataNote = new NoteLine(m_context, QStringLiteral("setup.data.note"), m_dataCard);
    m_solutionNote = new NoteLine(m_context, QStringLiteral("setup.data.solutions"), m_dataCard);
    auto* sets = new QHBoxLayout;
    sets->setSpacing(kGap2);
    sets->addWidget(m_datasetCaption);
    sets->addWidget(m_dataset);
    sets->addStretch(1);
    m_dataCard->body()->addWidget(m_dataHint);
    m_dataCard->body()->addLayout(sets);
    m_dataCard->body()->addLayout(pathRow(m_dataPath, m_dataBrowse));
    m_dataCard->body()->addWidget(m_dataNote);
    m_dataCard->body()->addWidget(m_solutionNote);
    m_dataCard->body()->addWidget(buildFindings());
    connect(m_dataset, &QComboBox::activated, this, [this] {
        const QString name = m_dataset->currentData().toString();
        name.isEmpty() ? chooseData() : m_model.useDataset(name);
    });
    connect(m_dataPath, &QLineEdit::editingFinished, &m_model, [this] {
        if (m_dataPath->text() != m_model.dataFile()) m_model.setDataFile(m_dataPath->text());
    });
    connect(m_dataBrowse, &QPushButton::clicked, this, &SimpleSetup::chooseData);
    return m_dataCard;
}

QWidget* SimpleSetup::buildFindings() {
    m_findings = new QWidget(m_dataCard);
    auto* column = new QVBoxLayout(m_findings);
    column->setContentsMargins(0, kGap2, 0, 0);
    column->setSpacing(kGap2);
    auto* preview = new QGridLayout;
    preview->setHorizontalSpacing(kGap4);
    preview->setVerticalSpacing(kGap1);
    preview->setColumnStretch(0, 3);
    preview->setColumnStretch(1, 1);
    for (int side = 0; side < 2; ++side) {
        m_previewHeads[side] = new PlainLabel(m_findings);
        m_previewHeads[side]->setForegroundRole(QPalette::PlaceholderText);
        preview->addWidget(m_previewHeads[side], 0, side);
    }
    for (int i = 0; i < kPreviewRows * 2; ++i) {
        auto* cell = new ElidedLabel(Qt::ElideRight, m_findings);
        preview->addWidget(cell, 1 + i / 2, i % 2);
        m_preview.push_back(cell);
    }
    column->addLayout(preview);
    m_verifierCaption = new PlainLabel(m_findings);
    m_verifier = new QComboBox(m_findings);
    m_verifier->setObjectName(QStringLiteral("setup.verifier"));
    m_verifier->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_verifierNote = new NoteLine(m_context, QStringLiteral("setup.verifier.note"), m_findings);
    m_heldoutCaption = new PlainLabel(m_findings);
    m_heldout = new QSpinBox(m_findings);
    m_heldout->setObjectName(QStringLiteral("setup.heldout"));
    m_heldout->setRange(1, 90);
    m_heldout->setMinimumWidth(kNumberWidth);
    m_heldout->setKeyboardTracking(false);
    auto* form = new QGridLayout;
    form->setHorizontalSpacing(kGap3);
    form->setVerticalSpacing(kGap2);
    form->addWidget(m_verifierCaption, 0, 0);
    form->addWidget(m_verifier, 0, 1, Qt::AlignLeading);
    form->addWidget(m_verifierNote, 1, 1);
    form->addWidget(m_heldoutCaption, 2, 0);
    form->addWidget(m_heldout, 2, 1, Qt::AlignLeading);
    form->setColumnStretch(1, 1);
    column->addSpacing(kGap2);
    column->addLayout(form);
    m_errorsToggle =
        makeButton(ButtonRole::kQuiet, QStringLiteral("setup.data.errors.show"), m_findings);
    m_errorsToggle->setCheckable(true);
    m_errors = new QPlainTextEdit(m_findings);
    m_errors->setObjectName(QStringLiteral("setup.data.errors"));
    m_errors->setReadOnly(true);
    m_errors->setTabChangesFocus(true);
    m_errors->setFixedHeight(140);
    m_errors->hide();
    column->addWidget(m_errorsToggle, 0, Qt::AlignLeading);
    column->addWidget(m_errors);
    connect(m_errorsToggle, &QPushButton::toggled, m_errors, &QWidget::setVisible);
    connect(m_verifier, &QComboBox::activated, this, [this] {
        m_model.setVerifier(m_verifier->currentData().toString());
    });
    connect(m_heldout, &QSpinBox::valueChanged, &m_model, &SetupModel::setHeldoutPercent);
    return m_findings;
}

Card* SimpleSetup::buildLength() {
    m_lengthCard = new Card(m_context, this);
    auto* row = new QHBoxLayout;
    row->setSpacing(kGap2);
    for (std::size_t i = 0; i < kLengths.size(); ++i) {
        auto* choice = new OptionCard(
            m_context, {}, QStringLiteral("setup.length.%1").arg(kLengths[i]), m_lengthCard);
        connect(choice, &OptionCard::clicked, this, [this, i] { m_model.setSteps(kLengths[i]); });
        row->addWidget(choice);
        m_lengths.push_back(choice);
    }
    m_stepsCaption = new PlainLabel(m_lengthCard);
    m_steps = new QSpinBox(m_lengthCard);
    m_steps->setObjectName(QStringLiteral("setup.steps"));
    m_steps->setRange(1, 1000000);
    m_steps->setMinimumWidth(kNumberWidth);
    m_steps->setKeyboardTracking(false);
    auto* exact = new QHBoxLayout;
    exact->setSpacing(kGap2);
    exact->addWidget(m_stepsCaption);
    exact->addWidget(m_steps);
    exact->addStretch(1);
    m_lengthCard->body()->addLayout(row);
    m_lengthCard->body()->addLayout(exact);
    connect(m_steps, &QSpinBox::valueChanged, &m_model, [this](int steps) {
        if (steps != m_model.steps()) m_model.setSteps(steps);
    });
    return m_lengthCard;
}

Card* SimpleSetup::buildProject() {
    m_projectCard = new Card(m_context, this);
    m_nameCaption = new PlainLabel(m_projectCard);
    m_name = new QLineEdit(m_projectCard);
    m_name->setObjectName(QStringLiteral("setup.project.name"));
    m_name->setMaxLength(100);
    m_folderCaption = new PlainLabel(m_projectCard);
    m_folder = new ElidedLabel(Qt::ElideMiddle, m_projectCard);
    m_folderBrowse =
        makeButton(ButtonRole::kNormal, QStringLiteral("setup.project.browse"), m_projectCard);
    auto* form = new QGridLayout;
    form->setHorizontalSpacing(kGap3);
    form->setVerticalSpacing(kGap2);
    form->addWidget(m_nameCaption, 0, 0);
    form->addWidget(m_name, 0, 1);
    form->addWidget(m_folderCaption, 1, 0);
    form->addWidget(m_folder, 1, 1);
    form->addWidget(m_folderBrowse, 1, 2);
    form->setColumnStretch(1, 1);
    m_projectCard->body()->addLayout(form);
    connect(m_name, &QLineEdit::textEdited, &m_model, &SetupModel::setProjectName);
    connect(m_folderBrowse, &QPushButton::clicked, this, [this] {
        chooseFolder(this,
                     tr("Where to keep the project"),
                     QFileInfo(m_model.projectDir()).absolutePath(),
                     [this](const QString& path) {
                         if (path.isEmpty()) return;
                         const QString name = QFileInfo(m_model.projectDir()).fileName();
                         // A folder that holds something gets a new one for the project inside.
                         m_model.setProjectDir(QDir(path).isEmpty() ? path : path + u'/' + name);
                     });
    });
    return m_projectCard;
}

void SimpleSetup::chooseModel() {
    chooseFolder(
        this, tr("Choose the folder of a model"), m_model.modelPath(), [this](const QString& path) {
            if (!path.isEmpty()) m_model.setModelPath(path);
        });
}

void SimpleSetup::chooseData() {
    chooseFile(this,
               tr("Choose a file with questions and answers"),
               m_model.dataFile(),
               tr("Questions and answers (*.jsonl *.ndjson *.json);;All files (*)"),
               [this](const QString& path) {
                   if (!path.isEmpty()) m_model.setDataFile(path);
               });
    refreshDatasets();
}

QWidget* SimpleSetup::fieldOf(const RecipeIssue& issue) const {
    if (issue.pointer == "/model/path") return m_modelPath;
    if (issue.section == QLatin1String("data")) return m_dataPath;
    if (m_projectCard->isVisibleTo(this) && m_name->text().trimmed().isEmpty()) return m_name;
    return nullptr;
}

void SimpleSetup::retranslate() {
    m_goalCard->setHeading(tr("What do you want to do?"));
    m_goalOwn->setTexts(tr("Train on my own questions"),
                        tr("A model of yours learns to answer questions whose answers can be "
                           "checked."));
    m_goalDemo->setTexts(tr("See the demonstration"),
                         tr("A tiny model learns clock arithmetic while you watch. It shows the "
                            "method, not the quality."));
    m_demoCard->setHeading(tr("How much of it?"));
    m_demoQuick->setTexts(tr("Quick"), tr("Fewer steps and no controls: about a minute."));
    m_demoFull->setTexts(tr("With all controls"),
                         tr("Also trains with random and shuffled verdicts, to prove that the "
                            "gain comes from the verifier."));
    m_modelCard->setHeading(tr("Which model?"));
    m_modelHint->setText(
        tr("A folder in Hugging Face layout. It is opened where it lies and never "
           "changed. You can also drop it on this page."));
    m_modelPath->setPlaceholderText(tr("Folder with config.json and *.safetensors"));
    m_modelPath->setAccessibleName(tr("Model folder"));
    m_modelPath->setAccessibleDescription(m_modelHint->text());
    m_modelBrowse->setText(tr("Choose folder…"));
    m_modelBrowse->setAccessibleName(tr("Choose the model folder"));
    m_dataCard->setHeading(tr("Which questions and answers?"));
    m_dataHint->setText(
        tr("A JSONL file: one question with its expected answer per line. Nothing "
           "leaves this computer. You can also drop it on this page."));
    m_datasetCaption->setText(tr("Data set of this project:"));
    m_dataset->setAccessibleName(tr("Data set of this project"));
    m_dataPath->setPlaceholderText(tr("File such as questions.jsonl"));
    m_dataPath->setAccessibleName(tr("Data file"));
    m_dataPath->setAccessibleDescription(m_dataHint->text());
    m_dataBrowse->setText(tr("Choose file…"));
    m_dataBrowse->setAccessibleName(tr("Choose the data file"));
    m_previewHeads[0]->setText(tr("Question"));
    m_previewHeads[1]->setText(tr("Expected answer"));
    m_verifierCaption->setText(tr("Answers are checked by"));
    m_verifier->setAccessibleName(tr("Verifier of the answers"));
    m_verifier->setAccessibleDescription(
        tr("The rule that decides whether an answer is right. Only deterministic rules give "
           "rewards."));
    m_heldoutCaption->setText(tr("Kept out of training, to measure with"));
    m_heldout->setAccessibleName(tr("Share of questions kept out of training"));
    m_heldout->setAccessibleDescription(
        tr("The model never sees these questions while it learns, so its results on them are "
           "honest."));
    //: suffix of a number: per cent
    m_heldout->setSuffix(tr(" %"));
    m_errors->setAccessibleName(tr("Lines that cannot be used"));
    m_lengthCard->setHeading(tr("How long?"));
    const std::array sentences{tr("To see whether it works at all."),
                               tr("The usual choice."),
                               tr("When the curve was still rising.")};
    const std::array names{tr("Quick look"), tr("Usual"), tr("Long")};
    for (std::size_t i = 0; i < kLengths.size(); ++i) {
        //: %1 is a length such as "Usual", %2 a number of steps
        m_lengths[static_cast<int>(i)]->setTexts(
            tr("%1: %2 steps").arg(names[i], QLocale().toString(kLengths[i])), sentences[i]);
    }
    m_stepsCaption->setText(tr("Exactly this many steps:"));
    m_steps->setAccessibleName(tr("Number of steps"));
    m_steps->setAccessibleDescription(
        tr("In each step the model answers a batch of questions and learns from the verdicts. "
           "The run stops by itself when held-out results fall."));
    m_projectCard->setHeading(tr("Where is it kept?"));
    m_nameCaption->setText(tr("Name of the project"));
    m_name->setAccessibleName(tr("Name of the project"));
    m_folderCaption->setText(tr("Folder"));
    m_folderBrowse->setText(tr("Change…"));
    m_folderBrowse->setAccessibleName(tr("Change the folder of the project"));
    m_shownFindings = nullptr;
    restyle();
    refresh();
}

void SimpleSetup::restyle() {
    for (PlainLabel* head : m_previewHeads) head->setFont(m_context.theme.small());
    const int width = kFieldWidth * m_context.theme.textScale() / 100;
    m_name->setMaximumWidth(width);
}

void SimpleSetup::refresh() {
    const bool isDemo = m_model.goal() == SetupModel::Goal::kDemo;
    (isDemo ? m_goalDemo : m_goalOwn)->setChecked(true);
    m_demoCard->setVisible(isDemo);
    (m_model.recipe().baselineName() == QLatin1String("demo") ? m_demoFull : m_demoQuick)
        ->setChecked(true);
    m_modelCard->setVisible(!isDemo);
    m_dataCard->setVisible(!isDemo);
    m_lengthCard->setVisible(!isDemo);
    m_projectCard->setVisible(!isDemo && m_model.session() == nullptr);
    refreshModel();
    refreshData();
    refreshLength();
    refreshProject();
}

void SimpleSetup::refreshModel() {
    if (!m_modelPath->hasFocus() || m_model.modelCheck() == SetupModel::Check::kGood) {
        m_modelPath->setText(m_model.modelPath());
    }
    switch (m_model.modelCheck()) {
        case SetupModel::Check::kNone:
            m_modelNote->setPlain({});
            return;
        case SetupModel::Check::kUnderWay:
            m_modelNote->setPlain(tr("Looking at config.json and the headers of the weights…"));
            return;
        case SetupModel::Check::kBad:
            m_modelNote->set(Severity::kBad, visibleText(m_model.modelError().message));
            return;
        case SetupModel::Check::kGood:
            break;
    }
    const ModelFacts& facts = m_model.modelFacts();
    //: %1 architecture, %2 "7.6 billion parameters", %3 data type, %4 size of the files
    m_modelNote->set(Severity::kGood,
                     tr("This model can be trained: %1, %2, %3, %4.")
                         .arg(visibleText(facts.architecture),
                              billions(facts.parameters),
                              fromUtf8(facts.dtype),
                              QLocale().formattedDataSize(static_cast<qint64>(facts.bytes))));
}

void SimpleSetup::refreshDatasets() {
    const bool any = !m_model.datasets().empty();
    m_datasetCaption->setVisible(any);
    m_dataset->setVisible(any);
    const QSignalBlocker quiet(m_dataset);
    m_dataset->clear();
    m_dataset->addItem(tr("A new file…"), QString());
    for (const store::DatasetInfo& info : m_model.datasets()) {
        //: %1 name of a data set; %n its rows
        m_dataset->addItem(
            tr("%1 (%n rows)", nullptr, static_cast<int>(info.rows)).arg(visibleText(info.name)),
            fromUtf8(info.name));
    }
    m_dataset->setCurrentIndex(
        m_model.dataFile().isEmpty() ? qMax(0, m_dataset->findData(m_model.dataset())) : 0);
}

void SimpleSetup::refreshData() {
    refreshDatasets();
    const bool fromProject = m_model.dataFile().isEmpty() && m_dataset->isVisibleTo(this) &&
                             m_dataset->currentIndex() > 0;
    m_dataPath->setVisible(!fromProject);
    m_dataBrowse->setVisible(!fromProject);
    if (!m_dataPath->hasFocus() || m_model.dataCheck() == SetupModel::Check::kGood) {
        m_dataPath->setText(m_model.dataFile());
    }
    switch (m_model.dataCheck()) {
        case SetupModel::Check::kNone:
            m_dataNote->setPlain({});
            break;
        case SetupModel::Check::kUnderWay:
            m_dataNote->setPlain(tr("Reading the file and checking every answer…"));
            break;
        case SetupModel::Check::kBad:
            m_dataNote->set(Severity::kBad, visibleText(m_model.dataError().message));
            break;
        case SetupModel::Check::kGood:
            break;
    }
    refreshFindings();
}

void SimpleSetup::refreshFindings() {
    const DataFindings* found = m_model.findings().get();
    m_findings->setVisible(found != nullptr && !found->problems.empty());
    if (found == nullptr) {
        m_solutionNote->setPlain({});
        m_shownFindings = nullptr;
        return;
    }
    if (found == m_shownFindings) return;
    m_shownFindings = found;
    const QString bad =
        tr("%n lines cannot be used.", nullptr, static_cast<int>(found->errors.size()));
    if (!found->problems.empty()) {
        //: %n rows of a data file can be used; %1 of them are held out
        const QString good = tr("%n rows can be used; %1 of them are kept out of training.",
                                nullptr,
                                static_cast<int>(found->problems.size()))
                                 .arg(QLocale().toString(static_cast<qlonglong>(found->heldout)));
        m_dataNote->set(found->errors.empty() ? Severity::kGood : Severity::kWarn,
                        found->errors.empty() ? good : good + u' ' + bad);
    }
    m_solutionNote->setPlain(
        found->solved > 0
            ? tr("%n rows have a worked solution: the run begins by showing them.",
                 nullptr,
                 static_cast<int>(found->solved))
            : tr("No row has a worked solution, so the run begins with the verifier right away."));
    for (int i = 0; i < kPreviewRows; ++i) {
        const bool isThere = static_cast<std::size_t>(i) < found->problems.size();
        const data::Problem* row =
            isThere ? &found->problems[static_cast<std::size_t>(i)] : nullptr;
        static_cast<ElidedLabel*>(m_preview[2 * i])->setFullText(row ? promptOf(*row) : QString());
        static_cast<ElidedLabel*>(m_preview[2 * i + 1])
            ->setFullText(row ? goldOf(*row) : QString());
    }
    const QSignalBlocker quiet(m_heldout);
    m_heldout->setValue(m_model.heldoutPercent());
    m_errorsToggle->setVisible(!found->errors.empty());
    m_errorsToggle->setText(tr(
        "Show the %n lines that cannot be used", nullptr, static_cast<int>(found->errors.size())));
    m_errorsToggle->setAccessibleName(m_errorsToggle->text());
    m_errors->setVisible(!found->errors.empty() && m_errorsToggle->isChecked());
    m_errors->setPlainText(errorLines(found->errors));
    refreshVerifiers();
}

void SimpleSetup::refreshVerifiers() {
    const DataFindings& found = *m_shownFindings;
    const QSignalBlocker quiet(m_verifier);
    m_verifier->clear();
    const bool canChoose = found.preset == "columns" && !found.fits.empty();
    QString summary;
    if (canChoose) {
        for (const VerifierFit& fit : found.fits) {
            //: %1 verifier, %2 answers that it can check, %3 answers looked at
            m_verifier->addItem(tr("%1 – fits %2 of %3 answers")
                                    .arg(fromUtf8(fit.id),
                                         QLocale().toString(fit.fits),
                                         QLocale().toString(found.sampleSize)),
                                fromUtf8(fit.id));
            if (fit.id == found.verifier) summary = fromUtf8(fit.summary);
        }
    } else if (!found.verifier.empty()) {
        m_verifier->addItem(fromUtf8(found.verifier), fromUtf8(found.verifier));
        const auto known = verify::find_verifier(found.verifier);
        if (known) summary = fromUtf8((*known)->summary());
    }
    m_verifier->setCurrentIndex(m_verifier->findData(fromUtf8(found.verifier)));
    m_verifier->setEnabled(canChoose);
    m_verifierCaption->setVisible(m_verifier->count() > 0);
    m_verifier->setVisible(m_verifier->count() > 0);
    if (found.checkable == 0) {
        m_verifierNote->set(Severity::kWarn,
                            tr("No row has an expected answer, so nothing can be verified: only "
                               "the worked solutions are learned."));
    } else {
        m_verifierNote->setPlain(summary.isEmpty()
                                     ? QString()
                                     : QCoreApplication::translate("veritune::app::Effect",
                                                                   summary.toUtf8().constData()));
    }
}

void SimpleSetup::refreshLength() {
    const int steps = m_model.steps();
    bool any = false;
    for (std::size_t i = 0; i < kLengths.size(); ++i) any = any || kLengths[i] == steps;
    for (std::size_t i = 0; i < kLengths.size(); ++i) {
        OptionCard* choice = m_lengths[static_cast<int>(i)];
        // Exclusive buttons cannot all be off otherwise.
        choice->setAutoExclusive(any);
        choice->setChecked(kLengths[i] == steps);
    }
    const QSignalBlocker quiet(m_steps);
    if (!m_steps->hasFocus()) m_steps->setValue(qMax(1, steps));
}

void SimpleSetup::refreshProject() {
    if (!m_name->hasFocus()) m_name->setText(m_model.projectName());
    m_folder->setFullText(visibleText(QDir::toNativeSeparators(m_model.projectDir())));
}

void SimpleSetup::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
}

}  // namespace veritune::app
