// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/SettingsPage.h"

#include "app/Application.h"
#include "app/CommandRegistry.h"
#include "app/Icons.h"
#include "app/ProjectOpener.h"
#include "app/ProjectSession.h"
#include "app/Settings.h"
#include "app/Theme.h"
#include "app/forms/OptionCard.h"
#include "app/views/PrivacySection.h"
#include "app/widgets/Cards.h"
#include "app/widgets/SectionList.h"
#include "core/util/version.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QGridLayout>
#include <QKeySequence>
#include <QLocale>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QStackedWidget>

#include <array>

namespace veritune::app {
namespace {

constexpr int kListWidth = 232;
constexpr int kColumnWidth = 820;
constexpr std::array kScales{75, 90, 100, 110, 125, 150, 175, 200};

struct SchemeChoice {
    const char* value;
    const char* iconName;
};
constexpr std::array kSchemes{SchemeChoice{"system", "contrast"},
                              SchemeChoice{"light", "sun"},
                              SchemeChoice{"dark", "moon"},
                              SchemeChoice{"high-contrast", "eye"}};

struct Component {
    const char* name;
    const char* licence;
};
// What the window is made of besides our own code.
constexpr Component kComponents[] = {
    {"Qt 6", "LGPL-3.0"},
    {"QCustomPlot", "GPL-3.0-or-later"},
    {"SQLite", "Public Domain"},
    {"nlohmann/json", "MIT"},
    {"spdlog, fmt", "MIT"},
    {"PCRE2", "BSD-3-Clause"},
    {"utf8proc", "MIT"},
    {"libseccomp", "LGPL-2.1"},
};

class SettingsPage final : public Page {
    Q_DECLARE_TR_FUNCTIONS(veritune::app::SettingsPage)

  public:
    SettingsPage(AppContext& context, QWidget* parent)
        : Page(PageId::kSettings, context, parent) {
        setObjectName(QStringLiteral("settings"));
        m_header = new PageHeader(context, this);
        m_list = new SectionList(context, QStringLiteral("settings.sections"), this);
        m_list->setFixedWidth(kListWidth);
        m_stack = new QStackedWidget(this);
        addSection(QStringLiteral("appearance"), {buildScheme(), buildText(), buildLanguage()});
        addSection(QStringLiteral("privacy"),
                   {m_privacy = new PrivacySection(context, this), buildMemory(), buildLimits()});
        addSection(QStringLiteral("keys"), {buildKeys()});
        addSection(QStringLiteral("about"), {buildAbout(), buildLicences()});
        layOut();
        connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) {
            m_stack->setCurrentIndex(qMax(0, row));
            if (m_sections.value(row) == QLatin1String("privacy")) m_privacy->read(session());
        });
        connect(m_privacy, &PrivacySection::announced, this, &Page::announced);
        connect(&context.settings, &Settings::changed, this, [this] { showSettings(); });
        for (const QString& section : m_sections) {
            context.commands.add(
                this,
                {.id = QStringLiteral("settings.") + section,
                 .iconName = QStringLiteral("settings"),
                 .text =
                     [this, section] {
                         //: palette entry; %1 is a section such as "Privacy"
                         return tr("Settings: %1").arg(sectionTitle(section));
                     },
                 .run =
                     [this, section] {
                         emit routeRequested({.page = PageId::kSettings, .preset = section});
                     }});
        }
        m_list->setCurrentRow(0);
        retranslate();
    }

    QString title() const override { return tr("Settings", "name of a page"); }
    QString help() const override {
        return tr(
            "How the window looks and speaks, what it remembers, and what the kernel says "
            "about its privacy. Every change acts at once.");
    }
    void open(const Route& route) override {
        const qsizetype wanted = m_sections.indexOf(route.preset);
        if (wanted >= 0) m_list->setCurrentRow(static_cast<int>(wanted));
        showSettings();
        if (m_sections.value(m_list->currentRow()) == QLatin1String("privacy")) {
            m_privacy->read(session());
        }
    }

  private:
    void addSection(const QString& name, const QList<QWidget*>& cards) {
        auto* content = new QWidget;
        auto* column = new QVBoxLayout(content);
        column->setContentsMargins(0, 0, kGap2, kGap3);
        column->setSpacing(kGap3);
        for (QWidget* card : cards) column->addWidget(card);
        column->addStretch(1);
        auto* scroll = new QScrollArea(m_stack);
        scroll->setObjectName(QStringLiteral("settings.scroll.") + name);
        scroll->setWidgetResizable(true);
        scroll->setFrameShape(QFrame::NoFrame);
        scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        scroll->setFocusPolicy(Qt::NoFocus);
        scroll->setWidget(content);
        m_stack->addWidget(scroll);
        m_list->addItem(QString());
        m_sections << name;
    }

    void layOut() {
        auto* row = new QHBoxLayout;
        row->setSpacing(kGap4);
        row->addWidget(m_list);
        row->addWidget(m_stack, 1);
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(kGap4, kGap4, kGap4, kGap4);
        column->setSpacing(kGap3);
        column->addWidget(m_header);
        column->addLayout(row, 1);
        restyle();
    }

    Card* card(PlainLabel** words = nullptr) {
        auto* made = new Card(context(), this);
        if (words == nullptr) return made;
        *words = new PlainLabel(made);
        (*words)->setWordWrap(true);
        (*words)->setForegroundRole(QPalette::PlaceholderText);
        made->body()->addWidget(*words);
        return made;
    }

    // --- appearance ------------------------------------------------------------------------------

    QWidget* buildScheme() {
        m_schemeCard = card();
        auto* grid = new QGridLayout;
        grid->setSpacing(kGap2);
        for (std::size_t i = 0; i < kSchemes.size(); ++i) {
            const QString value = QString::fromLatin1(kSchemes[i].value);
            auto* choice = new OptionCard(context(),
                                          QString::fromLatin1(kSchemes[i].iconName),
                                          QStringLiteral("settings.scheme.") + value,
                                          m_schemeCard);
            connect(choice, &OptionCard::clicked, this, [this, value] {
                context().settings.set(Setting::kColorScheme, value);
            });
            grid->addWidget(choice, static_cast<int>(i) / 2, static_cast<int>(i) % 2);
            m_schemes.push_back(choice);
        }
        m_schemeCard->body()->addLayout(grid);
        return m_schemeCard;
    }

    QWidget* buildText() {
        m_textCard = card();
        m_scaleCaption = new PlainLabel(m_textCard);
        m_scale = new QComboBox(m_textCard);
        m_scale->setObjectName(QStringLiteral("settings.scale"));
        for (const int percent : kScales) m_scale->addItem(QString(), percent);
        m_motion = new QCheckBox(m_textCard);
        m_motion->setObjectName(QStringLiteral("settings.motion"));
        auto* row = new QHBoxLayout;
        row->setSpacing(kGap2);
        row->addWidget(m_scaleCaption);
        row->addWidget(m_scale);
        row->addStretch(1);
        m_textCard->body()->addLayout(row);
        m_textCard->body()->addWidget(m_motion);
        connect(m_scale, &QComboBox::activated, this, [this] {
            context().settings.set(Setting::kTextScale, m_scale->currentData().toInt());
        });
        connect(m_motion, &QCheckBox::toggled, this, [this](bool on) {
            context().settings.set(Setting::kReducedMotion, on);
        });
        return m_textCard;
    }

    QWidget* buildLanguage() {
        m_languageCard = card(&m_languageWords);
        m_language = new QComboBox(m_languageCard);
        m_language->setObjectName(QStringLiteral("settings.language"));
        m_language->addItem(QString(), QString());
        for (const auto& [code, own] : Application::languages()) m_language->addItem(own, code);
        auto* row = new QHBoxLayout;
        row->addWidget(m_language);
        row->addStretch(1);
        m_languageCard->body()->addLayout(row);
        connect(
            m_language,
            &QComboBox::activated,
            this,
            [this] {
                context().settings.set(Setting::kLanguage, m_language->currentData().toString());
            },
            Qt::QueuedConnection);
        return m_languageCard;
    }

    // --- privacy ---------------------------------------------------------------------------------

    QWidget* buildMemory() {
        m_memoryCard = card();
        m_remember = new QCheckBox(m_memoryCard);
        m_remember->setObjectName(QStringLiteral("settings.remember"));
        m_forget = makeButton(ButtonRole::kNormal, QStringLiteral("settings.forget"), m_memoryCard);
        m_places = new PlainLabel(m_memoryCard);
        m_places->setWordWrap(true);
        m_places->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_places->setForegroundRole(QPalette::PlaceholderText);
        m_memoryCard->body()->addWidget(m_remember);
        m_memoryCard->body()->addWidget(m_forget, 0, Qt::AlignLeading);
        m_memoryCard->body()->addWidget(m_places);
        connect(m_remember, &QCheckBox::toggled, this, [this](bool on) {
            context().settings.set(Setting::kRememberRecent, on);
        });
        connect(m_forget, &QPushButton::clicked, this, [this] {
            context().settings.set(Setting::kRecentProjects, QStringList());
            context().settings.set(Setting::kLastProject, QString());
            emit announced(tr("The list of recent projects is empty."));
        });
        return m_memoryCard;
    }

    QWidget* buildLimits() {
        m_limitsCard = card();
        for (PlainLabel*& line : m_limits) {
            line = new PlainLabel(m_limitsCard);
            line->setWordWrap(true);
            m_limitsCard->body()->addWidget(line);
        }
        return m_limitsCard;
    }

    // --- keys ------------------------------------------------------------------------------------

    QWidget* buildKeys() {
        m_keysCard = card(&m_keysWords);
        m_keys = new QGridLayout;
        m_keys->setHorizontalSpacing(kGap5);
        m_keys->setVerticalSpacing(kGap2);
        m_keys->setColumnStretch(1, 1);
        m_keysCard->body()->addLayout(m_keys);
        return m_keysCard;
    }

    struct KeyRow {
        QString keys;  ///< empty = a heading
        QString words;
    };

    static QString shown(const QKeySequence& keys) {
        return keys.toString(QKeySequence::NativeText);
    }

    QList<KeyRow> keyRows() const {
        return {
            {{}, tr("Everywhere")},
            {shown(Qt::CTRL | Qt::Key_K), tr("Find an action, a run or a project")},
            {shown(Qt::CTRL | Qt::Key_1) + QStringLiteral(" … ") + shown(Qt::CTRL | Qt::Key_9),
             tr("Go to a page of the rail")},
            {shown(Qt::CTRL | Qt::Key_O), tr("Open a project")},
            {shown(Qt::ALT | Qt::Key_Left), tr("Back to the page before")},
            {shown(Qt::Key_F1), tr("Show or hide the help")},
            {shown(Qt::CTRL | Qt::Key_B), tr("Make the rail narrow or wide")},
            {shown(Qt::CTRL | Qt::Key_Comma), tr("Settings")},
            {shown(Qt::Key_F11), tr("Full screen")},
            {shown(Qt::CTRL | Qt::Key_Q), tr("Close the window; runs go on")},
            {{}, tr("Set up a run")},
            {shown(Qt::CTRL | Qt::Key_Return), tr("Start the run")},
            {{}, tr("Live run")},
            {shown(Qt::CTRL | Qt::Key_S), tr("Save a checkpoint now")},
            {{}, tr("Runs")},
            {shown(QKeySequence::Find), tr("Find runs")},
            {shown(Qt::Key_Return), tr("Open the curves of the chosen run")},
            {shown(QKeySequence::Copy), tr("Copy the chosen rows as a table")},
            {{}, tr("Chains")},
            {QStringLiteral("N / P"), tr("Next or previous chain; with Shift: step")},
            {QStringLiteral("G"), tr("First chain; with Shift: the last")},
            {QStringLiteral("J / K"), tr("Scroll the text")},
            {QStringLiteral("S"), tr("Show as text, tokens or bytes")},
            {QStringLiteral("F"), tr("Find in the text; F3 goes on")},
            {QStringLiteral("C"), tr("Mark the chain for comparing")},
        };
    }

    void showKeys() {
        qDeleteAll(m_keyLabels);
        m_keyLabels.clear();
        int row = 0;
        for (const KeyRow& entry : keyRows()) {
            auto* words = new PlainLabel(entry.words, m_keysCard);
            words->setWordWrap(true);
            m_keyLabels.push_back(words);
            if (entry.keys.isEmpty()) {
                QFont bold = context().theme.body();
                bold.setWeight(QFont::DemiBold);
                words->setFont(bold);
                words->setContentsMargins(0, row == 0 ? 0 : kGap2, 0, 0);
                m_keys->addWidget(words, row++, 0, 1, 2);
                continue;
            }
            auto* keys = new PlainLabel(entry.keys, m_keysCard);
            keys->setFont(context().theme.mono());
            keys->setForegroundRole(QPalette::PlaceholderText);
            m_keyLabels.push_back(keys);
            m_keys->addWidget(keys, row, 0, Qt::AlignLeading | Qt::AlignTop);
            m_keys->addWidget(words, row++, 1);
        }
    }

    // --- about -----------------------------------------------------------------------------------

    QWidget* buildAbout() {
        m_aboutCard = card(&m_aboutWords);
        m_version = new PlainLabel(m_aboutCard);
        m_version->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_aboutCard->body()->addWidget(m_version);
        for (PlainLabel*& line : m_aboutLimits) {
            line = new PlainLabel(m_aboutCard);
            line->setWordWrap(true);
            m_aboutCard->body()->addWidget(line);
        }
        return m_aboutCard;
    }

    QWidget* buildLicences() {
        m_licenceCard = card(&m_licenceWords);
        auto* grid = new QGridLayout;
        grid->setHorizontalSpacing(kGap5);
        grid->setVerticalSpacing(kGap1);
        grid->setColumnStretch(1, 1);
        int row = 0;
        for (const Component& component : kComponents) {
            auto* name = new PlainLabel(QString::fromLatin1(component.name), m_licenceCard);
            auto* licence = new PlainLabel(QString::fromLatin1(component.licence), m_licenceCard);
            licence->setForegroundRole(QPalette::PlaceholderText);
            grid->addWidget(name, row, 0);
            grid->addWidget(licence, row++, 1);
        }
        m_licence = new QComboBox(m_licenceCard);
        m_licence->setObjectName(QStringLiteral("settings.licence"));
        m_licence->addItem(QStringLiteral("GPL-3.0-or-later"),
                           QStringLiteral(":/licences/GPL-3.0-or-later.txt"));
        m_licence->addItem(QStringLiteral("Apache-2.0"),
                           QStringLiteral(":/licences/Apache-2.0.txt"));
        m_licence->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        m_licenceText = new QPlainTextEdit(m_licenceCard);
        m_licenceText->setObjectName(QStringLiteral("settings.licence.text"));
        m_licenceText->setReadOnly(true);
        m_licenceText->setTabChangesFocus(true);
        m_licenceText->setMinimumHeight(280);
        m_licenceCard->body()->addLayout(grid);
        m_licenceCard->body()->addSpacing(kGap2);
        m_licenceCard->body()->addWidget(m_licence, 0, Qt::AlignLeading);
        m_licenceCard->body()->addWidget(m_licenceText);
        connect(m_licence, &QComboBox::currentIndexChanged, this, [this] { showLicence(); });
        showLicence();
        return m_licenceCard;
    }

    void showLicence() {
        QFile file(m_licence->currentData().toString());
        const bool isOpen = file.open(QIODevice::ReadOnly);
        VT_CHECK(isOpen);
        m_licenceText->setPlainText(QString::fromUtf8(file.readAll()));
    }

    // --- texts and values ------------------------------------------------------------------------

    static QString sectionTitle(const QString& section) {
        if (section == QLatin1String("appearance")) return tr("Appearance and language");
        if (section == QLatin1String("privacy")) return tr("Privacy");
        if (section == QLatin1String("keys")) return tr("Keys");
        return tr("About and licences");
    }

    void showSettings() {
        const Settings& settings = context().settings;
        const QString scheme = settings.get(Setting::kColorScheme).toString();
        for (std::size_t i = 0; i < kSchemes.size(); ++i) {
            if (scheme == QLatin1String(kSchemes[i].value)) {
                m_schemes[static_cast<int>(i)]->setChecked(true);
            }
        }
        m_scale->setCurrentIndex(
            qMax(0, m_scale->findData(settings.get(Setting::kTextScale).toInt())));
        m_motion->setChecked(settings.get(Setting::kReducedMotion).toBool());
        m_language->setCurrentIndex(
            qMax(0, m_language->findData(settings.get(Setting::kLanguage).toString())));
        m_remember->setChecked(settings.get(Setting::kRememberRecent).toBool());
        m_forget->setEnabled(!settings.get(Setting::kRecentProjects).toStringList().isEmpty());
    }

    void restyle() override {
        for (int i = 0; i < m_stack->count(); ++i) {
            if (auto* scroll = qobject_cast<QScrollArea*>(m_stack->widget(i))) {
                scroll->widget()->setMaximumWidth(kColumnWidth * context().theme.textScale() / 100);
            }
        }
        m_licenceText->setFont(context().theme.mono());
        showSectionIcons();
        showKeys();
        m_privacy->restyle();
    }

    void showSectionIcons() {
        const std::array icons{"sun", "shield", "keyboard", "info"};
        const QColor color = context().theme.colors().textMuted;
        for (int i = 0; i < m_list->count(); ++i) {
            m_list->item(i)->setIcon(
                QIcon(iconPixmap(QString::fromLatin1(icons[static_cast<std::size_t>(i)]),
                                 color,
                                 context().theme.scaled(16),
                                 devicePixelRatioF())));
        }
    }

    void nameSchemes() {
        const std::array titles{
            tr("Like the desktop"), tr("Light"), tr("Dark"), tr("High contrast")};
        const std::array sentences{tr("Follows the setting of your desktop, also at night."),
                                   tr("Dark text on light surfaces."),
                                   tr("Light text on dark surfaces."),
                                   tr("Strongest difference between text and surface.")};
        for (std::size_t i = 0; i < kSchemes.size(); ++i) {
            m_schemes[static_cast<int>(i)]->setTexts(titles[i], sentences[i]);
        }
    }

    void nameAppearance() {
        m_schemeCard->setHeading(tr("Colours"));
        nameSchemes();
        m_textCard->setHeading(tr("Text and motion"));
        m_scaleCaption->setText(tr("Size of the text"));
        m_scale->setAccessibleName(m_scaleCaption->text());
        for (int i = 0; i < m_scale->count(); ++i) {
            //: a size in per cent
            m_scale->setItemText(i,
                                 tr("%1 %").arg(QLocale().toString(m_scale->itemData(i).toInt())));
        }
        m_motion->setText(tr("No animations"));
        m_motion->setAccessibleName(m_motion->text());
        m_languageCard->setHeading(tr("Language"));
        m_languageWords->setText(
            tr("Files, run.json and the command line stay in English, so that "
               "they can be exchanged."));
        m_language->setItemText(0, tr("Like the desktop"));
        m_language->setAccessibleName(tr("Language of the window"));
    }

    void namePrivacy() {
        m_privacy->retranslate();
        m_memoryCard->setHeading(tr("What is remembered"));
        m_remember->setText(tr("Remember recent projects"));
        m_remember->setAccessibleName(m_remember->text());
        m_forget->setText(tr("Forget recent projects"));
        m_forget->setAccessibleName(m_forget->text());
        setPlainToolTip(m_forget, tr("Empties the list; the projects stay on the disk."));
        //: %1 and %2 are folders or files
        m_places->setText(
            tr("Settings: %1\nProjects: %2")
                .arg(visibleText(QDir::toNativeSeparators(context().settings.fileName())),
                     visibleText(QDir::toNativeSeparators(ProjectOpener::dataHome()))));
        m_limitsCard->setHeading(tr("Limits of use"));
    }

    void nameAbout() {
        m_keysCard->setHeading(tr("Keys"));
        m_keysWords->setText(tr("Single letters act only when no text field has the keyboard."));
        m_aboutCard->setHeading(tr("Veritune"));
        m_aboutWords->setText(
            tr("Fine-tunes reasoning models on your own computer, with rewards "
               "from deterministic verifiers only."));
        //: %1 version, %2 commit
        m_version->setText(
            tr("Version %1 (%2)")
                .arg(fromUtf8(util::program_version()), fromUtf8(util::program_commit())));
        m_licenceCard->setHeading(tr("Licences"));
        m_licenceWords->setText(
            tr("The window is GPL-3.0-or-later; engine, command line and everything else are "
               "Apache-2.0. It is built with:"));
        m_licence->setAccessibleName(tr("Licence whose text is shown"));
        m_licenceText->setAccessibleName(tr("Text of the licence"));
    }

    void retranslate() override {
        m_header->setTexts(title(), tr("Every change acts at once"));
        m_list->setAccessibleName(tr("Sections of the settings"));
        for (int i = 0; i < m_list->count(); ++i) {
            m_list->item(i)->setText(sectionTitle(m_sections[i]));
        }
        nameAppearance();
        namePrivacy();
        nameAbout();
        const QStringList limits = limitsOfUse();
        for (std::size_t i = 0; i < m_limits.size(); ++i) {
            m_limits[i]->setText(limits[static_cast<int>(i)]);
            m_aboutLimits[i]->setText(limits[static_cast<int>(i)]);
        }
        showKeys();
        showSettings();
    }

    PageHeader* m_header = nullptr;
    SectionList* m_list = nullptr;
    QStackedWidget* m_stack = nullptr;
    QStringList m_sections;
    Card* m_schemeCard = nullptr;
    QList<OptionCard*> m_schemes;
    Card* m_textCard = nullptr;
    PlainLabel* m_scaleCaption = nullptr;
    QComboBox* m_scale = nullptr;
    QCheckBox* m_motion = nullptr;
    Card* m_languageCard = nullptr;
    PlainLabel* m_languageWords = nullptr;
    QComboBox* m_language = nullptr;
    PrivacySection* m_privacy = nullptr;
    Card* m_memoryCard = nullptr;
    QCheckBox* m_remember = nullptr;
    QPushButton* m_forget = nullptr;
    PlainLabel* m_places = nullptr;
    Card* m_limitsCard = nullptr;
    std::array<PlainLabel*, 3> m_limits{};
    Card* m_keysCard = nullptr;
    PlainLabel* m_keysWords = nullptr;
    QGridLayout* m_keys = nullptr;
    QList<QWidget*> m_keyLabels;
    Card* m_aboutCard = nullptr;
    PlainLabel* m_aboutWords = nullptr;
    PlainLabel* m_version = nullptr;
    std::array<PlainLabel*, 3> m_aboutLimits{};
    Card* m_licenceCard = nullptr;
    PlainLabel* m_licenceWords = nullptr;
    QComboBox* m_licence = nullptr;
    QPlainTextEdit* m_licenceText = nullptr;
};

}  // namespace

QStringList limitsOfUse() {
    // Fixed wording: a test looks for it wherever it has to stand.
    return {QCoreApplication::translate(
                "veritune::app::Limits",
                "Veritune is not a medical device. Do not use it, or models trained with it, for "
                "decisions on patients or in life-critical systems."),
            QCoreApplication::translate("veritune::app::Limits",
                                        "Veritune does not give legal, tax or financial advice; a "
                                        "qualified person checks every answer."),
            QCoreApplication::translate("veritune::app::Limits",
                                        "A verified answer satisfies the rule that was checked; it "
                                        "does not prove that the reasoning is right.")};
}

Page* makeSettingsPage(AppContext& context, QWidget* parent) {
    return new SettingsPage(context, parent);
}

}  // namespace veritune::app
