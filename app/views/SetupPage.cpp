// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/SetupPage.h"

#include "app/CommandRegistry.h"
#include "app/Icons.h"
#include "app/ProjectSession.h"
#include "app/Settings.h"
#include "app/Theme.h"
#include "app/dialogs/FileChooser.h"
#include "app/forms/ExpertSetup.h"
#include "app/forms/FieldText.h"
#include "app/forms/SimpleSetup.h"
#include "app/models/Background.h"
#include "app/models/SetupModel.h"
#include "app/widgets/Cards.h"
#include "app/widgets/SegmentBar.h"

#include <QAction>
#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QCoreApplication>
#include <QFileInfo>
#include <QMenu>
#include <QScrollArea>
#include <QShortcut>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>

namespace veritune::app {
namespace {

constexpr int kSimpleWidth = 1120;  // as wide as the start page
constexpr std::uint64_t kMaxRecipeBytes = 1 << 20;

class SetupPage final : public Page {
    Q_DECLARE_TR_FUNCTIONS(veritune::app::SetupPage)

  public:
    SetupPage(AppContext& context, QWidget* parent)
        : Page(PageId::kSetup, context, parent) {
        setObjectName(QStringLiteral("setup"));
        buildHeader();
        buildBody();
        buildFooter();
        layOut();
        addCommands();
        connectModel();
        m_model.setGoal(SetupModel::Goal::kOwn);
        showMode(context.settings.get(Setting::kExpert).toBool());
        retranslate();
    }

    QString title() const override { return tr("Set up a run", "name of a page"); }
    QString help() const override {
        return tr(
            "Say what to learn from and how long, then start. Simple asks the few questions "
            "that matter; Expert shows every setting of the same run. Anything that is "
            "missing is named at the bottom of the page.");
    }
    void setSession(ProjectSession* session) override {
        Page::setSession(session);
        m_model.setSession(session);
    }
    void open(const Route& route) override {
        m_banner->hide();
        m_model.stopWaiting();
        if (route.preset == QLatin1String("own")) {
            if (m_model.goal() != SetupModel::Goal::kOwn) m_model.setGoal(SetupModel::Goal::kOwn);
            showMode(false);
        } else if (!route.preset.isEmpty()) {
            m_model.loadPreset(route.preset);
        }
        if (!route.path.isEmpty()) dropPaths({route.path});
        if (route.run > 0) loadRun(route.run);
    }
    bool dropPaths(const QStringList& paths) override {
        bool any = false;
        for (const QString& path : paths) {
            const QFileInfo info(path);
            if (info.fileName() == QLatin1String("run.json")) {
                readRecipe(path);
            } else {
                if (m_model.goal() == SetupModel::Goal::kDemo) {
                    m_model.setGoal(SetupModel::Goal::kOwn);
                }
                info.isDir() ? m_model.setModelPath(path) : m_model.setDataFile(path);
            }
            any = true;
        }
        return any;
    }

  private:
    void buildHeader() {
        m_header = new PageHeader(context(), this);
        m_mode = new SegmentBar(context(),
                                QStringLiteral("setup"),
                                {QStringLiteral("simple"), QStringLiteral("expert")},
                                this);
        m_mode->setObjectName(QStringLiteral("setup.mode"));
        m_header->addAction(m_mode);
        connect(m_mode, &SegmentBar::chosen, this, [this](int mode) { chooseMode(mode == 1); });
        m_more =
            makeIconButton(context(), QStringLiteral("more"), QStringLiteral("setup.more"), this);
        auto* menu = new QMenu(m_more);
        menu->setObjectName(QStringLiteral("setup.more.menu"));
        const auto add = [this, menu](const char* iconName, const char* part, auto action) {
            QAction* entry =
                menu->addAction(icon(QString::fromLatin1(iconName), context().theme), QString());
            entry->setObjectName(QStringLiteral("setup.") + QLatin1String(part));
            connect(entry, &QAction::triggered, this, action);
            return entry;
        };
        m_openFile = add("file", "openFile", [this] { openRecipe(); });
        m_saveFile = add("save", "saveFile", [this] { saveRecipe(); });
        m_copyCli = add("code", "copyCli", [this] { copyCommandLine(); });
        connect(m_more, &QToolButton::clicked, this, [this, menu] {
            menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height())));
        });
        m_header->addAction(m_more);
        m_banner = new Banner(context(), QStringLiteral("setup.banner"), this);
    }

    void buildBody() {
        m_stack = new QStackedWidget(this);
        m_scroll = new QScrollArea(m_stack);
        m_scroll->setObjectName(QStringLiteral("setup.scroll"));
        m_scroll->setWidgetResizable(true);
        m_scroll->setFrameShape(QFrame::NoFrame);
        m_scroll->setFocusPolicy(Qt::NoFocus);
        m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        auto* middle = new QWidget;
        auto* row = new QHBoxLayout(middle);
        row->setContentsMargins(0, 0, kGap2, 0);
        m_simpleForm = new SimpleSetup(context(), m_model, middle);
        row->addWidget(m_simpleForm, 1);
        row->addStretch(0);
        m_scroll->setWidget(middle);
        m_expertForm = new ExpertSetup(context(), m_model, m_stack);
        m_stack->addWidget(m_scroll);
        m_stack->addWidget(m_expertForm);
    }

    void buildFooter() {
        m_footer = new Card(context(), this);
        m_ready = new NoteLine(context(), QStringLiteral("setup.ready"), m_footer);
        m_showIssue = makeButton(ButtonRole::kQuiet, QStringLiteral("setup.showIssue"), m_footer);
        m_start = makeButton(ButtonRole::kPrimary, QStringLiteral("setup.start"), m_footer);
        m_start->setIcon(QIcon());
        auto* row = new QHBoxLayout;
        row->setSpacing(kGap3);
        row->addWidget(m_ready, 1, Qt::AlignVCenter);
        row->addWidget(m_showIssue);
        row->addWidget(m_start);
        m_footer->body()->addLayout(row);
        connect(m_start, &QPushButton::clicked, this, [this] { m_model.start(); });
        connect(m_showIssue, &QPushButton::clicked, this, &SetupPage::showIssue);
        auto* go = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this);
        go->setContext(Qt::WidgetWithChildrenShortcut);
        connect(go, &QShortcut::activated, this, [this] { m_model.start(); });
    }

    void layOut() {
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(kGap4, kGap4, kGap4, kGap3);
        column->setSpacing(kGap3);
        column->addWidget(m_header);
        column->addWidget(m_banner);
        column->addWidget(m_stack, 1);
        column->addWidget(m_footer);
        restyle();
    }

    void restyle() override {
        m_simpleForm->setMaximumWidth(kSimpleWidth * context().theme.textScale() / 100);
    }

    void connectModel() {
        // Several changes in one turn of the event loop are one refresh of the footer.
        m_refresh.setSingleShot(true);
        m_refresh.setInterval(0);
        connect(&m_refresh, &QTimer::timeout, this, [this] { refresh(); });
        connect(&m_model, &SetupModel::changed, &m_refresh, qOverload<>(&QTimer::start));
        connect(&m_model, &SetupModel::failed, this, [this](const util::Error& error) {
            m_banner->setAction({});
            m_banner->showError(error);
        });
        connect(&m_model, &SetupModel::projectMade, this, [this](const QString& dir) {
            emit projectRequested(dir, Route{.page = PageId::kSetup});
        });
        connect(&m_model, &SetupModel::started, this, [this](qint64 run) {
            emit announced(tr("The run has started."));
            emit routeRequested(Route{.page = PageId::kLive, .run = run});
        });
    }

    void addCommands() {
        const auto add = [this](const char* id, const char* iconName, auto text, auto run) {
            context().commands.add(this,
                                   {.id = QString::fromLatin1(id),
                                    .iconName = QString::fromLatin1(iconName),
                                    .text = text,
                                    .run = run});
        };
        add(
            "setup.own",
            "folder",
            [] { return tr("Set up a run with my own data"); },
            [this] {
                emit routeRequested({.page = PageId::kSetup, .preset = QStringLiteral("own")});
            });
        add(
            "setup.demo",
            "demo",
            [] { return tr("Set up the demonstration"); },
            [this] {
                emit routeRequested(
                    {.page = PageId::kSetup, .preset = QStringLiteral("demo-quick")});
            });
        add(
            "setup.copyCli",
            "code",
            [] { return tr("Copy the run that is set up as a command line"); },
            [this] { copyCommandLine(); });
    }

    void chooseMode(bool expert) {
        context().settings.set(Setting::kExpert, expert);
        showMode(expert);
    }

    void showMode(bool expert) {
        m_mode->setCurrent(expert ? 1 : 0);
        m_stack->setCurrentWidget(expert ? static_cast<QWidget*>(m_expertForm) : m_scroll);
        if (expert) m_expertForm->showSection(m_expertForm->section());
    }

    bool isExpert() const { return m_stack->currentWidget() == m_expertForm; }

    void showIssue() {
        const QList<RecipeIssue> issues = m_model.issues();
        if (issues.isEmpty()) return;
        const RecipeIssue& first = issues.first();
        if (!isExpert()) {
            if (QWidget* field = m_simpleForm->fieldOf(first)) {
                m_scroll->ensureWidgetVisible(field, 0, kGap5);
                field->setFocus(Qt::OtherFocusReason);
                return;
            }
        }
        showMode(true);
        m_expertForm->showSection(first.section, first.pointer);
    }

    void loadRun(std::int64_t run) {
        if (session() == nullptr) return;
        session()->store().query<store::RunRecord>(
            this,
            [run](store::Project& project) { return project.reader().run(run); },
            [this](util::Result<store::RunRecord> record) {
                if (!record) return m_banner->showError(record.error());
                //: the name of a run that serves as a template
                const QString name = tr("run %1").arg(QString::number(record->id));
                if (const util::Status read = m_model.loadRecipe(record->recipe, name); !read) {
                    m_banner->showError(read.error());
                }
            });
    }

    void openRecipe() {
        chooseFile(this,
                   tr("Open a run file"),
                   {},
                   tr("Run files (*.json);;All files (*)"),
                   [this](const QString& path) {
                       if (!path.isEmpty()) readRecipe(path);
                   });
    }

    void readRecipe(const QString& path) {
        using Read = util::Result<util::Json>;
        inBackground<Read>(
            this,
            [file = path.toStdString()]() -> Read {
                const auto fs = util::make_posix_file_system();
                VT_ASSIGN(const std::string text, fs->read(file, kMaxRecipeBytes));
                VT_ASSIGN(const train::Recipe recipe, train::recipe_from_text(text));
                return train::recipe_to_json(recipe);
            },
            [this, name = QFileInfo(path).fileName()](Read read) {
                util::Status loaded =
                    read ? m_model.loadRecipe(*read, name) : util::Status(read.error());
                if (!loaded) return m_banner->showError(loaded.error());
                //: %1 is the name of a file
                emit announced(tr("%1 is open.").arg(visibleText(name)));
            });
    }

    void saveRecipe() {
        chooseSave(this,
                   tr("Save the run file"),
                   QStringLiteral("run.json"),
                   QStringLiteral("json"),
                   [this](const QString& path) {
                       if (path.isEmpty()) return;
                       inBackground<util::Status>(
                           this,
                           [file = path.toStdString(), text = m_model.recipe().runJson()] {
                               const auto fs = util::make_posix_file_system();
                               return util::atomic_write(*fs, file, text);
                           },
                           [this, name = QFileInfo(path).fileName()](const util::Status& saved) {
                               if (!saved) return m_banner->showError(saved.error());
                               emit announced(tr("%1 is saved.").arg(visibleText(name)));
                           });
                   });
    }

    void copyCommandLine() {
        const QString dir = session() != nullptr ? session()->dir() : QString();
        QApplication::clipboard()->setText(m_model.recipe().commandLine(dir));
        m_banner->setAction({});
        m_banner->show(Severity::kInfo,
                       tr("Copied as a command line"),
                       tr("Pasted into a terminal it writes run.json and starts the same run."));
        emit announced(tr("Copied as a command line"));
    }

    void refresh() {
        const QList<RecipeIssue> issues = m_model.issues();
        const bool starting = m_model.isStarting();
        m_start->setEnabled(issues.isEmpty() && !starting);
        m_start->setText(starting ? tr("Starting…") : tr("Start"));
        m_start->setAccessibleName(m_start->text());
        m_showIssue->setVisible(!issues.isEmpty() && !starting);
        if (starting) {
            m_ready->set(Severity::kInfo, tr("The engine is being started; that takes seconds."));
        } else if (issues.isEmpty()) {
            m_ready->set(Severity::kGood, readyText());
        } else {
            const RecipeIssue& first = issues.first();
            QString text =
                first.remedy.isEmpty() ? first.sentence : first.sentence + u' ' + first.remedy;
            if (issues.size() > 1) {
                text += u' ' + tr("(%n more to do)", nullptr, static_cast<int>(issues.size()) - 1);
            }
            m_ready->set(Severity::kWarn, text);
        }
        const bool canStart = issues.isEmpty();
        m_start->setAccessibleDescription(canStart ? readyText() : issues.first().sentence);
        setPlainToolTip(m_start, m_start->accessibleDescription());
        setHeaderTexts();
    }

    QString readyText() const {
        if (m_model.session() != nullptr) {
            //: %1 is the name of a project
            return tr("Ready. The run is stored in the project %1.")
                .arg(visibleText(m_model.session()->name()));
        }
        return tr("Ready. A new project is made for the run.");
    }

    void setHeaderTexts() {
        const int changes = m_model.recipe().changeCount();
        const QString name = presetTitle(m_model.recipe().baselineName());
        //: %1 is the name of a preset or file
        m_header->setTexts(title(),
                           changes == 0
                               ? tr("As in %1").arg(name)
                               //: %n settings differ from the preset %1
                               : tr("%n settings differ from %1", nullptr, changes).arg(name));
    }

    void retranslate() override {
        //: the two modes of the page: few questions, or every setting
        m_mode->setTexts(
            {tr("Simple"), tr("Expert")},
            {tr("Simple: the few questions that matter"), tr("Expert: every setting")});
        setIconButtonText(m_more, tr("Open, save or copy the recipe"));
        m_openFile->setText(tr("Open a run file…"));
        m_saveFile->setText(tr("Save as a run file…"));
        m_copyCli->setText(tr("Copy as a command line"));
        m_showIssue->setText(tr("Show me"));
        m_showIssue->setAccessibleName(tr("Show what is missing"));
        refresh();
    }

    SetupModel m_model;
    QTimer m_refresh;
    PageHeader* m_header = nullptr;
    SegmentBar* m_mode = nullptr;
    QToolButton* m_more = nullptr;
    QAction* m_openFile = nullptr;
    QAction* m_saveFile = nullptr;
    QAction* m_copyCli = nullptr;
    Banner* m_banner = nullptr;
    QStackedWidget* m_stack = nullptr;
    QScrollArea* m_scroll = nullptr;
    SimpleSetup* m_simpleForm = nullptr;
    ExpertSetup* m_expertForm = nullptr;
    Card* m_footer = nullptr;
    NoteLine* m_ready = nullptr;
    QPushButton* m_showIssue = nullptr;
    QPushButton* m_start = nullptr;
};

}  // namespace

Page* makeSetupPage(AppContext& context, QWidget* parent) { return new SetupPage(context, parent); }

}  // namespace veritune::app
