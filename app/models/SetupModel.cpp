// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/SetupModel.h"

#include "app/PlainText.h"
#include "app/ProjectOpener.h"
#include "app/ProjectSession.h"
#include "app/models/Background.h"

#include <QDir>
#include <QFileInfo>
#include <QLocale>

#include <chrono>
#include <thread>
#include <utility>

namespace veritune::app {
namespace {

constexpr int kLockTries = 50;  // of 100 ms: as long as an idle engine may take to end

/// Writes the data set; a lock that an ending engine still holds becomes free within seconds.
util::Result<store::DatasetInfo> addWhenFree(const std::string& dir,
                                             const std::string& name,
                                             const DataFindings& findings,
                                             const std::string& source) {
    auto added = addDataset(dir, name, findings.problems, source);
    for (int i = 0; i < kLockTries; ++i) {
        if (added || added.error().code != util::ErrorCode::kBusy) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        added = addDataset(dir, name, findings.problems, source);
    }
    return added;
}

util::Result<QString> createProject(const QString& dir, const QString& name) {
    if (!QDir().mkpath(QFileInfo(dir).path())) {
        return util::fail(util::ErrorCode::kPermissionDenied,
                          "the folder for the project cannot be made; choose another place",
                          dir.toStdString());
    }
    VT_ASSIGN(const auto project, store::Project::create(dir.toStdString(), name.toStdString()));
    const QString made = fromUtf8(project->info().dir);
    VT_TRY(project->close());
    return made;
}

QString folderNameFor(const QString& name) {
    QString folder;
    for (const QChar c : name.simplified().toLower()) {
        if (c.isLetterOrNumber()) folder += c;
        if (!c.isLetterOrNumber() && !folder.endsWith(u'-')) folder += u'-';
    }
    while (folder.endsWith(u'-')) folder.chop(1);
    return folder.isEmpty() ? QStringLiteral("project") : folder;
}

}  // namespace

SetupModel::SetupModel(QObject* parent)
    : QObject(parent),
      m_recipe(this) {
    connect(&m_recipe, &RecipeModel::changed, this, &SetupModel::changed);
}

void SetupModel::setSession(ProjectSession* session) {
    m_session = session;
    m_datasets.clear();
    const bool isOurs = session != nullptr && !m_awaitedDir.isEmpty() &&
                        QFileInfo(session->dir()) == QFileInfo(m_awaitedDir);
    if (session != nullptr) {
        connect(&session->engine(), &EngineService::stateChanged, this, &SetupModel::changed);
        connect(&session->engine(), &EngineService::linkChanged, this, &SetupModel::changed);
        reloadDatasets();
    }
    m_awaitedDir.clear();
    if (isOurs) {
        startRun();
    } else if (session != nullptr) {
        m_isStarting = false;
    }
    emit changed();
}

void SetupModel::reloadDatasets() {
    m_session->store().query<std::vector<store::DatasetInfo>>(
        this,
        [](store::Project& project) { return project.datasets().list(); },
        [this](util::Result<std::vector<store::DatasetInfo>> list) {
            if (list) m_datasets = std::move(*list);
            emit changed();
        });
}

void SetupModel::setGoal(Goal goal) {
    loadPreset(goal == Goal::kDemo ? QStringLiteral("demo-quick") : QStringLiteral("default-7b"));
}

void SetupModel::loadPreset(const QString& name) {
    m_goal = name.startsWith(QLatin1String("demo")) ? Goal::kDemo : Goal::kOwn;
    const util::Status loaded = m_recipe.loadBuiltin(name);
    VT_CHECK(loaded.has_value());
    if (m_goal == Goal::kOwn) fillRecipe();
    emit changed();
}

util::Status SetupModel::loadRecipe(const util::Json& recipe, const QString& name) {
    VT_TRY(m_recipe.loadJson(recipe, name));
    const QString path = fromUtf8(
        recipe.contains("model") ? recipe["model"].value("path", std::string()) : std::string());
    m_goal = path.isEmpty() && !m_recipe.value("/model/init").get<std::string>().empty()
                 ? Goal::kDemo
                 : Goal::kOwn;
    m_newDataset.clear();
    m_dataFile.clear();
    m_findings.reset();
    m_dataCheck = Check::kNone;
    if (m_goal == Goal::kOwn && !path.isEmpty()) setModelPath(path);
    emit changed();
    return {};
}

void SetupModel::setModelPath(const QString& path) {
    m_modelPath = path.trimmed();
    const int ticket = ++m_modelTicket;
    m_modelCheck = m_modelPath.isEmpty() ? Check::kNone : Check::kUnderWay;
    if (m_modelPath.isEmpty()) {
        fillRecipe();
        emit changed();
        return;
    }
    emit changed();
    inBackground<util::Result<ModelFacts>>(
        this,
        [path = m_modelPath.toStdString()] { return checkModelFolder(path); },
        [this, ticket](util::Result<ModelFacts> facts) {
            if (ticket != m_modelTicket) return;
            m_modelCheck = facts ? Check::kGood : Check::kBad;
            if (facts) m_modelFacts = std::move(*facts);
            if (!facts) m_modelError = facts.error();
            fillRecipe();
            emit changed();
        });
}

void SetupModel::setDataFile(const QString& path) {
    m_dataFile = path.trimmed();
    m_options.preset.clear();
    m_options.verifier.clear();
    readData();
}

void SetupModel::setVerifier(const QString& id) {
    if (m_findings && id.toStdString() == m_findings->verifier) return;
    m_options.verifier = id.toStdString();
    readData();
}

void SetupModel::setHeldoutPercent(int percent) {
    if (percent == m_options.heldoutPercent) return;
    m_options.heldoutPercent = percent;
    if (!m_dataFile.isEmpty()) readData();
}

void SetupModel::readData() {
    const int ticket = ++m_dataTicket;
    m_dataCheck = m_dataFile.isEmpty() ? Check::kNone : Check::kUnderWay;
    m_newDataset.clear();
    if (m_dataFile.isEmpty()) {
        m_findings.reset();
        fillRecipe();
        emit changed();
        return;
    }
    emit changed();
    using Read = util::Result<std::shared_ptr<const DataFindings>>;
    inBackground<Read>(
        this,
        [path = m_dataFile.toStdString(), options = m_options]() -> Read {
            VT_ASSIGN(DataFindings findings, readDataFile(path, options));
            return std::shared_ptr<const DataFindings>(
                std::make_shared<DataFindings>(std::move(findings)));
        },
        [this, ticket](Read read) {
            if (ticket != m_dataTicket) return;
            m_findings = read ? *read : nullptr;
            if (!read) m_dataError = read.error();
            const bool usable = m_findings && !m_findings->problems.empty();
            m_dataCheck = usable ? Check::kGood : Check::kBad;
            if (read && !usable) {
                m_dataError = util::fail(util::ErrorCode::kCorruptData,
                                         "not one row of the file can be used",
                                         util::base_name(m_dataFile.toStdString()));
            }
            if (usable) {
                std::vector<std::string> taken;
                for (const store::DatasetInfo& info : m_datasets) taken.push_back(info.name);
                m_newDataset = fromUtf8(datasetNameFor(m_dataFile.toStdString(), taken));
            }
            fillRecipe();
            emit changed();
        });
}

void SetupModel::useDataset(const QString& name) {
    ++m_dataTicket;
    m_dataFile.clear();
    m_findings.reset();
    m_newDataset.clear();
    m_dataCheck = Check::kNone;
    const std::string value = name.toStdString();
    m_recipe.setValue("/problems/dataset", value);
    m_recipe.setValue("/heldout/dataset", value);
    m_recipe.setValue("/demonstrations/dataset", value);
    for (const char* source : {"problems", "heldout", "demonstrations"}) {
        m_recipe.setValue(std::string("/") + source + "/generator", "");
    }
    emit changed();
}

QString SetupModel::dataset() const {
    return fromUtf8(m_recipe.value("/problems/dataset").get<std::string>());
}

QStringList SetupModel::datasetNames() const {
    QStringList names;
    for (const store::DatasetInfo& info : m_datasets) names << fromUtf8(info.name);
    if (!m_newDataset.isEmpty() && !names.contains(m_newDataset)) names << m_newDataset;
    return names;
}

/// What the person chose, written where the recipe keeps it.
void SetupModel::fillRecipe() {
    if (m_goal != Goal::kOwn) return;
    if (!m_modelPath.isEmpty()) {
        const bool good = m_modelCheck == Check::kGood;
        m_recipe.setValue("/model/path", good ? m_modelFacts.path : m_modelPath.toStdString());
        m_recipe.setValue("/model/init", "");
    }
    if (m_newDataset.isEmpty() || !m_findings) return;
    const std::string name = m_newDataset.toStdString();
    const bool solved = m_findings->solved > 0;
    // A name that nobody has given yet is the data's.
    if (!m_recipe.isChanged("/name")) m_recipe.setValue("/name", name);
    for (const char* source : {"problems", "heldout", "demonstrations"}) {
        const std::string block = std::string("/") + source;
        const bool named = solved || std::string_view(source) != "demonstrations";
        m_recipe.setValue(block + "/dataset", named ? name : "");
        m_recipe.setValue(block + "/generator", "");
    }
    const QList<StageEntry> stages = m_recipe.stages();
    for (int i = 0; i < stages.size(); ++i) {
        // Without worked solutions there is nothing to demonstrate, and without expected answers
        // nothing to check.
        if (stages[i].type == "cold_start") m_recipe.setStageEnabled(i, solved);
        const bool checks = stages[i].type == "vrl" || stages[i].type == "rejection_sampling";
        if (checks) m_recipe.setStageEnabled(i, m_findings->checkable > 0);
        if (stages[i].type == "rejection_sampling") {
            const std::string share =
                "/stages/" + std::to_string(i) + "/rejection/cold_start_share";
            m_recipe.setValue(share, solved ? m_recipe.baselineValue(share) : util::Json(0.0));
        }
    }
}

int SetupModel::steps() const {
    const QList<StageEntry> stages = m_recipe.stages();
    for (int i = 0; i < stages.size(); ++i) {
        if (stages[i].type != "vrl") continue;
        return m_recipe.value("/stages/" + std::to_string(i) + "/vrl/max_steps").get<int>();
    }
    return 0;
}

void SetupModel::setSteps(int steps) {
    const QList<StageEntry> stages = m_recipe.stages();
    for (int i = 0; i < stages.size(); ++i) {
        if (stages[i].type != "vrl") continue;
        m_recipe.setValue("/stages/" + std::to_string(i) + "/vrl/max_steps", steps);
    }
}

void SetupModel::setProjectName(const QString& name) {
    m_projectName = name;
    emit changed();
}

QString SetupModel::projectDir() const {
    if (!m_projectDir.isEmpty()) return m_projectDir;
    const QString folder = folderNameFor(m_projectName);
    QString dir = ProjectOpener::dataHome() + u'/' + folder;
    for (int n = 2; QFileInfo::exists(dir) && n < 1000; ++n) {
        dir = ProjectOpener::dataHome() + u'/' + folder + u'-' + QString::number(n);
    }
    return dir;
}

void SetupModel::setProjectDir(const QString& dir) {
    m_projectDir = dir;
    emit changed();
}

/// A model cannot write past its context; an answer that fills it leaves no room for a question.
void SetupModel::addLengthIssues(QList<RecipeIssue>& found) const {
    const std::int64_t context = m_modelFacts.contextLength;
    const QList<StageEntry> stages = m_recipe.stages();
    for (int i = 0; i < stages.size(); ++i) {
        const bool isPolicy = stages[i].type == "vrl";
        if (!stages[i].isEnabled || !(isPolicy || stages[i].type == "rejection_sampling")) continue;
        const std::string block =
            "/stages/" + std::to_string(i) + (isPolicy ? "/vrl/" : "/rejection/");
        const auto answer = m_recipe.value(block + "max_completion_length").get<std::int64_t>();
        if (answer < context) continue;
        const auto prompt = m_recipe.value(block + "max_prompt_length").get<std::int64_t>();
        const std::int64_t fits = prompt < context ? context - prompt : context / 2;
        const QLocale locale;
        found.push_back(
            {QStringLiteral("stage:") + fromUtf8(stages[i].id),
             block + "max_completion_length",
             //: %1 stage, %2 and %3 numbers of tokens
             tr("%1: answers of up to %2 tokens do not fit the %3 tokens that the model knows.")
                 .arg(stages[i].title,
                      locale.toString(static_cast<qlonglong>(answer)),
                      locale.toString(static_cast<qlonglong>(context))),
             //: %1 is a number of tokens
             tr("Set the longest answer to %1 tokens.")
                 .arg(locale.toString(static_cast<qlonglong>(fits)))});
    }
}

QList<RecipeIssue> SetupModel::issues() const {
    QList<RecipeIssue> found;
    const auto add = [&found](const QString& section,
                              const std::string& pointer,
                              const QString& sentence,
                              const QString& remedy) {
        found.push_back({section, pointer, sentence, remedy});
    };
    const QString run = QStringLiteral("run");
    const QString data = QStringLiteral("data");
    if (m_session && !m_session->isWritable()) {
        add(run, "", tr("This project can only be read."), m_session->readOnlyReason());
    }
    if (m_session && m_session->engine().state().run != 0) {
        add(run,
            "",
            tr("Another run is active in this project."),
            tr("Wait until it has ended, or stop it on the page of the live run."));
    }
    if (m_goal == Goal::kOwn && m_modelCheck == Check::kUnderWay) {
        add(run, "/model/path", tr("The model folder is being checked."), {});
    }
    if (m_goal == Goal::kOwn && m_modelCheck == Check::kBad) {
        add(run,
            "/model/path",
            tr("The model folder cannot be used."),
            visibleText(m_modelError.message));
    }
    if (m_goal == Goal::kOwn && m_dataCheck == Check::kUnderWay) {
        add(data, "/problems/dataset", tr("The data file is being read."), {});
    }
    if (m_goal == Goal::kOwn && m_dataCheck == Check::kBad) {
        add(data,
            "/problems/dataset",
            tr("The data file cannot be used."),
            visibleText(m_dataError.message));
    }
    found += m_recipe.issues();
    if (m_goal == Goal::kOwn && m_modelCheck == Check::kGood) addLengthIssues(found);
    if (!m_session && m_goal == Goal::kOwn && m_projectName.trimmed().isEmpty()) {
        add(run,
            "",
            tr("The project has no name."),
            tr("Give it a name; a folder for it is proposed."));
    }
    return found;
}

void SetupModel::fail(const util::Error& error) {
    m_isStarting = false;
    m_awaitedDir.clear();
    emit failed(error);
    emit changed();
}

void SetupModel::start() {
    if (m_isStarting || !issues().isEmpty()) return;
    m_isStarting = true;
    emit changed();
    if (!m_session) {
        makeProject();
    } else if (!m_newDataset.isEmpty() && m_goal == Goal::kOwn) {
        bringDataIn(m_session->dir());
    } else {
        startRun();
    }
}

void SetupModel::stopWaiting() {
    if (m_awaitedDir.isEmpty()) return;
    m_awaitedDir.clear();
    m_isStarting = false;
    emit changed();
}

void SetupModel::makeProject() {
    const bool isDemo = m_goal == Goal::kDemo && m_projectName.trimmed().isEmpty();
    QString dir = projectDir();
    if (isDemo) {
        const auto free = ProjectOpener::freeDemoDir();
        if (!free) return fail(free.error());
        dir = *free;
    }
    const QString name = isDemo ? QFileInfo(dir).fileName() : m_projectName.trimmed();
    inBackground<util::Result<QString>>(
        this,
        [dir, name] { return createProject(dir, name); },
        [this](util::Result<QString> made) {
            if (!made) return fail(made.error());
            if (!m_newDataset.isEmpty() && m_goal == Goal::kOwn) {
                bringDataIn(*made);
            } else {
                dataIsIn(*made);
            }
        });
}

void SetupModel::bringDataIn(const QString& projectDir) {
    using Added = util::Result<store::DatasetInfo>;
    const auto write = [this, projectDir] {
        inBackground<Added>(
            this,
            [dir = projectDir.toStdString(),
             name = m_newDataset.toStdString(),
             findings = m_findings,
             source = util::base_name(m_dataFile.toStdString())] {
                return addWhenFree(dir, name, *findings, source);
            },
            [this, projectDir](Added added) {
                if (!added) return fail(added.error());
                m_newDataset.clear();
                dataIsIn(projectDir);
            });
    };
    const bool engineIsThere = m_session && m_session->engine().link() == EngineLink::kIdle;
    if (!engineIsThere) return write();
    // The project has one writer: an idle engine gives way and is started again by the run.
    m_session->engine().tell(
        this,
        [](engine::Engine& engine) { return engine.shutdown(); },
        [write](const util::Status&) { write(); });
}

void SetupModel::dataIsIn(const QString& projectDir) {
    if (m_session && QFileInfo(m_session->dir()) == QFileInfo(projectDir)) {
        reloadDatasets();
        startRun();
        return;
    }
    m_awaitedDir = projectDir;
    emit projectMade(projectDir);
}

void SetupModel::startRun() {
    const util::Result<train::Recipe> recipe = m_recipe.recipe();
    if (!recipe) return fail(recipe.error());
    engine::StartRun request{.name = recipe->name, .recipe = train::recipe_to_json(*recipe)};
    m_isStarting = true;
    m_session->engine().call<engine::RunStarted>(
        this,
        [request](engine::Engine& engine) { return engine.start_run(request); },
        [this](util::Result<engine::RunStarted> reply) {
            if (!reply) return fail(reply.error());
            m_isStarting = false;
            emit started(reply->run);
            emit changed();
        });
}

}  // namespace veritune::app
