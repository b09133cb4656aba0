// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/forms/ExpertSetup.h"

#include "app/Icons.h"
#include "app/Theme.h"
#include "app/dialogs/FileChooser.h"
#include "app/forms/FieldEditor.h"
#include "app/forms/FieldText.h"
#include "app/forms/OptionCard.h"
#include "app/widgets/Cards.h"
#include "app/widgets/SectionList.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QScrollArea>
#include <QScrollBar>

namespace veritune::app {
namespace {

constexpr int kListWidth = 232;

int stageOf(const QList<StageEntry>& stages, const QString& section) {
    for (int i = 0; i < stages.size(); ++i) {
        if (section == QStringLiteral("stage:") + fromUtf8(stages[i].id)) return i;
    }
    return -1;
}

}  // namespace

ExpertSetup::ExpertSetup(AppContext& context, SetupModel& model, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_model(model) {
    buildParts();
    connect(&m_model.recipe(), &RecipeModel::replaced, this, [this] {
        m_isStale = true;
        rebuildList();
        if (isVisible()) rebuildForm();
    });
    connect(&m_model, &SetupModel::changed, this, [this] {
        updateMarks();
        if (!isVisible()) {
            m_isStale = true;
            return;
        }
        const bool isReview = m_section == QLatin1String("review");
        const bool newData =
            m_section == QLatin1String("data") && m_builtDatasets != m_model.datasetNames();
        isReview || newData ? rebuildForm() : refreshFields();
    });
    connect(&context.theme, &Theme::changed, this, &ExpertSetup::updateMarks);
    retranslate();
}

void ExpertSetup::buildParts() {
    m_list = new SectionList(m_context, QStringLiteral("setup.sections"), this);
    m_list->setFixedWidth(kListWidth);
    m_filter = new QLineEdit(this);
    m_filter->setObjectName(QStringLiteral("setup.filter"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(icon(QStringLiteral("search"), m_context.theme),
                        QLineEdit::LeadingPosition);
    m_scroll = new QScrollArea(this);
    m_scroll->setObjectName(QStringLiteral("setup.form"));
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kGap3);
    auto* left = new QVBoxLayout;
    left->setSpacing(kGap2);
    left->addWidget(m_filter);
    left->addWidget(m_list, 1);
    m_filter->setFixedWidth(kListWidth);
    row->addLayout(left);
    row->addWidget(m_scroll, 1);
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int at) {
        if (at < 0) return;
        const QString section = m_list->item(at)->data(Qt::UserRole).toString();
        if (section == m_section) return;
        m_section = section;
        m_isStale = true;
        rebuildForm();
    });
    connect(m_filter, &QLineEdit::textChanged, this, &ExpertSetup::filterFields);
}

QList<ExpertSetup::Entry> ExpertSetup::entries() const {
    QList<Entry> all{{QStringLiteral("run"), tr("Run, model and adapter")},
                     {QStringLiteral("data"), tr("Data")}};
    const QList<StageEntry> stages = m_model.recipe().stages();
    for (int i = 0; i < stages.size(); ++i) {
        all.push_back({QStringLiteral("stage:") + fromUtf8(stages[i].id), stages[i].title, i});
    }
    all.push_back({QStringLiteral("review"), tr("Review")});
    return all;
}

void ExpertSetup::rebuildList() {
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    bool isThere = false;
    for (const Entry& entry : entries()) {
        auto* item = new QListWidgetItem(entry.title, m_list);
        item->setData(Qt::UserRole, entry.id);
        isThere = isThere || entry.id == m_section;
    }
    if (!isThere) m_section = QStringLiteral("run");
    for (int i = 0; i < m_list->count(); ++i) {
        if (m_list->item(i)->data(Qt::UserRole).toString() == m_section) m_list->setCurrentRow(i);
    }
    updateMarks();
}

void ExpertSetup::updateMarks() {
    const QList<RecipeIssue> issues = m_model.issues();
    const QList<StageEntry> stages = m_model.recipe().stages();
    const Colors& colors = m_context.theme.colors();
    for (int i = 0; i < m_list->count(); ++i) {
        QListWidgetItem* item = m_list->item(i);
        const QString section = item->data(Qt::UserRole).toString();
        const auto found =
            std::find_if(issues.begin(), issues.end(), [&section](const RecipeIssue& issue) {
                return issue.section == section;
            });
        const int stage = stageOf(stages, section);
        const bool isOff = stage >= 0 && !stages[stage].isEnabled;
        QString mark = QStringLiteral("check");
        QColor color = colors.good;
        QString words = tr("Nothing is missing here.");
        if (found != issues.end()) {
            mark = QStringLiteral("warning");
            color = colors.warn;
            words = found->sentence;
        } else if (isOff) {
            mark = QStringLiteral("minus");
            color = colors.textMuted;
            words = tr("Switched off: the run leaves this stage out.");
        } else if (section == QLatin1String("review")) {
            mark = issues.isEmpty() ? QStringLiteral("eye") : QStringLiteral("warning");
            color = issues.isEmpty() ? colors.textMuted : colors.warn;
            words = tr("What differs from the preset, and what is missing.");
        }
        item->setIcon(
            QIcon(iconPixmap(mark, color, m_context.theme.scaled(16), devicePixelRatioF())));
        item->setData(Qt::AccessibleDescriptionRole, words);
        item->setData(Qt::ToolTipRole, plainTip(words));
        item->setForeground(isOff ? colors.textMuted : colors.text);
    }
}

void ExpertSetup::showSection(const QString& section, const std::string& pointer) {
    if (!section.isEmpty() && section != m_section) {
        m_section = section;
        m_isStale = true;
    }
    rebuildList();
    if (m_isStale) rebuildForm();
    if (FieldEditor* field = m_fields.value(fromUtf8(pointer))) {
        m_scroll->ensureWidgetVisible(field, 0, kGap5);
        field->focusEditor();
    }
}

void ExpertSetup::rebuildForm() {
    const int keptScroll = m_isStale ? 0 : m_scroll->verticalScrollBar()->value();
    m_isStale = false;
    m_fields.clear();
    m_groups.clear();
    m_builtDatasets = m_model.datasetNames();
    m_content = new QWidget;
    m_column = new QVBoxLayout(m_content);
    m_column->setContentsMargins(0, 0, kGap2, kGap3);
    m_column->setSpacing(kGap3);
    const QList<StageEntry> stages = m_model.recipe().stages();
    const int stage = stageOf(stages, m_section);
    if (stage >= 0) {
        addStageCard(stage);
        if (stages[stage].type == "vrl") addAlgorithmCard(stage);
    }
    m_section == QLatin1String("review") ? addReview() : addFields();
    m_column->addStretch(1);
    // Replaced, not emptied: the old form goes away in one step, without flicker.
    m_scroll->setWidget(m_content);
    m_scroll->verticalScrollBar()->setValue(keptScroll);
    filterFields();
}

void ExpertSetup::addStageCard(int index) {
    const StageEntry stage = m_model.recipe().stages()[index];
    auto* card = new Card(m_context, m_content);
    card->setHeading(stage.title);
    auto* use = new QCheckBox(tr("Use this stage"), card);
    use->setObjectName(QStringLiteral("setup.stage.") + fromUtf8(stage.id) +
                       QStringLiteral(".use"));
    use->setAccessibleName(tr("Use this stage"));
    use->setChecked(stage.isEnabled);
    card->addHeadingWidget(use);
    auto* words = new PlainLabel(stageSentence(stage.type), card);
    words->setWordWrap(true);
    card->body()->addWidget(words);
    connect(use, &QCheckBox::toggled, this, [this, index](bool on) {
        m_model.recipe().setStageEnabled(index, on);
    });
    m_column->addWidget(card);
}

void ExpertSetup::addAlgorithmCard(int index) {
    const StageEntry stage = m_model.recipe().stages()[index];
    // The presets change the stages that learn from the verifier; a control keeps its own.
    if (stage.id.rfind("control_", 0) == 0) return;
    auto* card = new Card(m_context, m_content);
    card->setHeading(tr("How it learns"));
    const QStringList presets = RecipeModel::algorithmPresets();
    const QString current = m_model.recipe().algorithmPreset();
    auto* group = new QButtonGroup(card);
    auto* grid = new QGridLayout;
    grid->setSpacing(kGap2);
    for (int i = 0; i < 4; ++i) {
        auto* choice =
            new OptionCard(m_context, {}, QStringLiteral("setup.algorithm.") + presets[i], card);
        const std::string id = presets[i].toStdString();
        choice->setTexts(algorithmTitle(id), algorithmSentence(id));
        choice->setChecked(presets[i] == current);
        group->addButton(choice, i);
        grid->addWidget(choice, i / 2, i % 2);
    }
    card->body()->addLayout(grid);
    auto* row = new QHBoxLayout;
    auto* caption = new PlainLabel(tr("Another published algorithm:"), card);
    auto* more = new QComboBox(card);
    more->setObjectName(QStringLiteral("setup.algorithm.more"));
    more->setAccessibleName(tr("Another published algorithm"));
    //: entry of a list when none of its algorithms is in use
    more->addItem(tr("none of these"), QString());
    for (qsizetype i = 4; i < presets.size(); ++i) {
        more->addItem(algorithmTitle(presets[i].toStdString()), presets[i]);
    }
    more->setCurrentIndex(qMax(0, more->findData(current)));
    row->addWidget(caption);
    row->addWidget(more);
    row->addStretch(1);
    card->body()->addLayout(row);
    // Queued: applying a preset builds this form anew.
    connect(
        group,
        &QButtonGroup::idClicked,
        this,
        [this, presets](int id) { m_model.recipe().applyAlgorithm(presets[id]); },
        Qt::QueuedConnection);
    connect(
        more,
        &QComboBox::activated,
        this,
        [this, more = QPointer<QComboBox>(more)] {
            const QString preset = more ? more->currentData().toString() : QString();
            if (!preset.isEmpty()) m_model.recipe().applyAlgorithm(preset);
        },
        Qt::QueuedConnection);
    m_column->addWidget(card);
}

QList<QPair<QString, QString>> ExpertSetup::choicesFor(const RecipeSetting& setting) const {
    const std::string& key = setting.parameter->key;
    QList<QPair<QString, QString>> choices;
    if (setting.parameter->block == "data" && key == "dataset") {
        choices.push_back({choiceText(key, ""), QString()});
        for (const QString& name : m_model.datasetNames()) choices.push_back({name, name});
    }
    const bool isStart = key == "start_from" || key == "sft_from";
    if (!isStart && key != "match_cost_of") return choices;
    if (key == "match_cost_of") choices.push_back({choiceText(key, ""), QString()});
    if (key == "start_from") choices.push_back({choiceText(key, ""), QString()});
    if (key == "sft_from") {
        choices.push_back({choiceText(key, "policy"), QStringLiteral("policy")});
    }
    if (isStart) choices.push_back({choiceText(key, "base"), QStringLiteral("base")});
    for (const StageEntry& stage : m_model.recipe().stages()) {
        if (QStringLiteral("stage:") + fromUtf8(stage.id) == m_section) break;
        choices.push_back({stage.title, fromUtf8(stage.id)});
    }
    return choices;
}

void ExpertSetup::addFields() {
    const util::Json& document = m_model.recipe().document();
    QString heading;
    Card* card = nullptr;
    for (const RecipeSetting& setting : m_model.recipe().settings()) {
        if (m_section != QString::fromStdString(setting.section)) continue;
        // The kind of a stage decides which block it has: not to be edited in place.
        if (setting.parameter->block == "stage" && setting.parameter->key == "type") continue;
        QString title = fieldGroup(*setting.parameter);
        if (m_section == QLatin1String("data")) title = settingPlace(setting, document);
        if (setting.block == "rejection.sft" && setting.parameter->key != "learning_rate" &&
            title != heading) {
            title = fieldGroup(*setting.parameter);
        }
        if (card == nullptr || title != heading) {
            heading = title;
            card = new Card(m_context, m_content);
            card->setHeading(title);
            card->body()->setSpacing(kGap1);
            m_column->addWidget(card);
            m_groups.push_back({card, {}});
        }
        auto* field =
            new FieldEditor(m_context, m_model.recipe(), setting, choicesFor(setting), card);
        connect(field, &FieldEditor::browseRequested, this, &ExpertSetup::browse);
        card->body()->addWidget(field);
        m_groups.back().second.push_back(field);
        m_fields.insert(fromUtf8(setting.pointer), field);
    }
}

void ExpertSetup::browse(const std::string& pointer) {
    const QString now = fromUtf8(m_model.recipe().value(pointer).get<std::string>());
    chooseFolder(this, tr("Choose a folder"), now, [this, pointer](const QString& path) {
        if (path.isEmpty()) return;
        if (pointer == "/model/path") {
            m_model.setModelPath(path);
        } else {
            m_model.recipe().setValue(pointer, path.toStdString());
        }
    });
}

void ExpertSetup::addReview() {
    const QList<RecipeIssue> issues = m_model.issues();
    auto* ready = new Card(m_context, m_content);
    ready->setHeading(issues.isEmpty() ? tr("Ready to start") : tr("What is missing"));
    if (issues.isEmpty()) {
        auto* fine = new NoteLine(m_context, QStringLiteral("setup.review.ready"), ready);
        fine->set(Severity::kGood, tr("Every setting fits, and nothing is missing."));
        ready->body()->addWidget(fine);
    }
    int number = 0;
    for (const RecipeIssue& issue : issues) {
        auto* note =
            new NoteLine(m_context, QStringLiteral("setup.review.issue%1").arg(++number), ready);
        note->set(Severity::kWarn,
                  issue.remedy.isEmpty() ? issue.sentence : issue.sentence + u' ' + issue.remedy);
        ready->body()->addWidget(note);
    }
    m_column->addWidget(ready);
    auto* card = new Card(m_context, m_content);
    //: %1 is the name of a preset
    card->setHeading(tr("What differs from %1").arg(presetTitle(m_model.recipe().baselineName())));
    addDifferences(*card->body());
    m_column->addWidget(card);
}

void ExpertSetup::addDifferences(QVBoxLayout& rows) {
    QWidget* parent = rows.parentWidget();
    const QList<ConfigDifference> all = m_model.recipe().differences();
    constexpr int kMostShown = 200;
    bool isOff = false;
    for (const StageEntry& stage : m_model.recipe().stages()) {
        if (stage.isEnabled) continue;
        isOff = true;
        //: %1 is the name of a training stage
        auto* line = new PlainLabel(tr("The stage \"%1\" is left out.").arg(stage.title), parent);
        line->setWordWrap(true);
        rows.addWidget(line);
    }
    int shown = 0;
    for (const ConfigDifference& row : all) {
        // A stage that is left out is one line, not eighty.
        if (row.values.last() == QStringLiteral("–") || ++shown > kMostShown) continue;
        //: %1 where, %2 name of a setting, %3 new value, %4 value of the preset
        const QString sentence =
            tr("%1 – %2: %3 instead of %4.")
                .arg(row.place, row.label, row.values.last(), row.values.first());
        auto* line = new PlainLabel(sentence, parent);
        line->setWordWrap(true);
        line->setTextInteractionFlags(Qt::TextSelectableByMouse);
        setPlainToolTip(line, row.effect);
        rows.addWidget(line);
    }
    if (shown > 0 || isOff) return;
    auto* none = new PlainLabel(tr("Nothing: the run is the preset as it stands."), parent);
    none->setForegroundRole(QPalette::PlaceholderText);
    rows.addWidget(none);
}

void ExpertSetup::filterFields() {
    const QString query = m_filter->text();
    for (const auto& [card, fields] : m_groups) {
        bool any = false;
        for (FieldEditor* field : fields) {
            const bool fits = query.trimmed().isEmpty() || field->matches(query);
            field->setVisible(fits);
            any = any || fits;
        }
        card->setVisible(any);
    }
}

void ExpertSetup::refreshFields() {
    if (m_isStale) {
        rebuildForm();
        return;
    }
    for (FieldEditor* field : std::as_const(m_fields)) field->refresh();
}

void ExpertSetup::retranslate() {
    m_list->setAccessibleName(tr("Sections of the recipe"));
    m_filter->setPlaceholderText(tr("Find a setting"));
    m_filter->setAccessibleName(tr("Find a setting in this section"));
    m_scroll->setAccessibleName(tr("Settings of the chosen section"));
    m_isStale = true;
    rebuildList();
    if (isVisible()) rebuildForm();
}

void ExpertSetup::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
}

}  // namespace veritune::app
