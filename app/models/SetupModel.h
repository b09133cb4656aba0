// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ProjectSession.h"
#include "app/models/RecipeModel.h"
#include "app/models/SourceCheck.h"
#include "core/store/records.h"

#include <QObject>
#include <QPointer>
#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace veritune::app {

/// What the set-up page is for: the recipe, the model folder and data file that a person chose,
/// and the way from there to a run. Checks run on worker threads. Holds no widget.
/// threads  GUI thread; test  setup_model_test.cpp
class SetupModel final : public QObject {
    Q_OBJECT
  public:
    enum class Goal { kDemo, kOwn };
    enum class Check { kNone, kUnderWay, kGood, kBad };

    explicit SetupModel(QObject* parent = nullptr);

    RecipeModel& recipe() { return m_recipe; }
    const RecipeModel& recipe() const { return m_recipe; }
    void setSession(ProjectSession* session);
    ProjectSession* session() const { return m_session; }

    Goal goal() const { return m_goal; }
    /// Loads the recipe that fits: demo-quick or default-7b.
    void setGoal(Goal goal);
    /// A built-in recipe; its goal follows.
    void loadPreset(const QString& name);
    /// The recipe of a run or a file.
    util::Status loadRecipe(const util::Json& recipe, const QString& name);

    void setModelPath(const QString& path);
    QString modelPath() const { return m_modelPath; }
    Check modelCheck() const { return m_modelCheck; }
    const ModelFacts& modelFacts() const { return m_modelFacts; }
    const util::Error& modelError() const { return m_modelError; }

    /// A JSONL file that is not in a project yet; it is brought in when the run starts.
    void setDataFile(const QString& path);
    QString dataFile() const { return m_dataFile; }
    Check dataCheck() const { return m_dataCheck; }
    /// Null until a file was read.
    const std::shared_ptr<const DataFindings>& findings() const { return m_findings; }
    const util::Error& dataError() const { return m_dataError; }
    /// Reads the file again with another verifier or share held out.
    void setVerifier(const QString& id);
    void setHeldoutPercent(int percent);
    int heldoutPercent() const { return m_options.heldoutPercent; }
    /// A data set that the project has already.
    void useDataset(const QString& name);
    QString dataset() const;
    const std::vector<store::DatasetInfo>& datasets() const { return m_datasets; }
    /// Names for choosing: those of the project and the one that the file will get.
    QStringList datasetNames() const;

    /// Steps of the verifiable RL stage.
    int steps() const;
    void setSteps(int steps);

    /// Of a project that the start makes; looked at only without a session.
    QString projectName() const { return m_projectName; }
    void setProjectName(const QString& name);
    QString projectDir() const;
    void setProjectDir(const QString& dir);

    /// Everything that keeps the run from starting, the most basic first.
    QList<RecipeIssue> issues() const;
    bool isStarting() const { return m_isStarting; }
    /// Makes the project and brings the data in where needed, then hands the recipe to the engine.
    void start();
    /// The page is looked at again and the new project was not opened: the start has failed.
    void stopWaiting();

  signals:
    void changed();
    /// A new project lies there: the window is to open it and come back.
    void projectMade(const QString& dir);
    void started(qint64 run);
    void failed(const veritune::util::Error& error);

  private:
    void addLengthIssues(QList<RecipeIssue>& found) const;
    void readData();
    void fillRecipe();
    void reloadDatasets();
    void makeProject();
    void bringDataIn(const QString& projectDir);
    void dataIsIn(const QString& projectDir);
    void startRun();
    void fail(const util::Error& error);

    RecipeModel m_recipe;
    QPointer<ProjectSession> m_session;
    Goal m_goal = Goal::kOwn;
    QString m_modelPath;
    Check m_modelCheck = Check::kNone;
    ModelFacts m_modelFacts;
    util::Error m_modelError;
    QString m_dataFile;
    DataOptions m_options;
    Check m_dataCheck = Check::kNone;
    std::shared_ptr<const DataFindings> m_findings;
    util::Error m_dataError;
    std::vector<store::DatasetInfo> m_datasets;
    QString m_newDataset;  ///< name that the file's rows get; empty = none is to be brought in
    QString m_projectName;
    QString m_projectDir;
    QString m_awaitedDir;  ///< the project that the window is opening for us
    bool m_isStarting = false;
    int m_modelTicket = 0;  ///< answers of older checks are dropped
    int m_dataTicket = 0;
};

}  // namespace veritune::app
