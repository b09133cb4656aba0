// SPDX-License-Identifier: Apache-2.0
#include "app/models/SetupModel.h"
#include "core/store/project.h"
#include "tests/app/app_test_support.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <gtest/gtest.h>

namespace veritune::app {
namespace {

using test::waitFor;

class SetupModelTest : public testing::Test {
  protected:
    void SetUp() override {
        const std::string dir = home_.filePath(QStringLiteral("project")).toStdString();
        const auto project = store::Project::create(dir, "Court fees");
        ASSERT_TRUE(project);
        info_ = (*project)->info();
        ASSERT_TRUE((*project)->close());
        fake_ = std::make_shared<engine::FakeEngine>();
        session_ = std::make_unique<ProjectSession>(info_, test::factoryOf(fake_));
    }
    QString dataFile() {
        const QString path = home_.filePath(QStringLiteral("fees.jsonl"));
        QFile file(path);
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < 50; ++i) {
            file.write("{\"question\":\"Fee of claim " + QByteArray::number(i) +
                       "?\",\"answer\":\"" + QByteArray::number(i * 3) + "\"}\n");
        }
        return path;
    }
    static QString model() {
        return QStringLiteral(VERITUNE_SOURCE_DIR "/resources/demo/cold_start");
    }
    /// Own model and data, everything that a start needs.
    void fill(SetupModel& setup) {
        setup.setModelPath(model());
        setup.setDataFile(dataFile());
        ASSERT_TRUE(waitFor([&setup] {
            return setup.modelCheck() == SetupModel::Check::kGood &&
                   setup.dataCheck() == SetupModel::Check::kGood;
        }));
        // The demonstration's model knows 256 positions.
        for (const char* block : {"/stages/1/vrl/", "/stages/2/rejection/"}) {
            ASSERT_FALSE(setup.recipe().setValue(std::string(block) + "max_completion_length", 64));
        }
    }
    std::vector<engine::StartRun> started() const {
        std::vector<engine::StartRun> runs;
        for (const engine::Request& request : fake_->requests()) {
            if (const auto* run = std::get_if<engine::StartRun>(&request)) runs.push_back(*run);
        }
        return runs;
    }

    QTemporaryDir home_;
    store::ProjectInfo info_;
    std::shared_ptr<engine::FakeEngine> fake_;
    std::unique_ptr<ProjectSession> session_;
};

TEST_F(SetupModelTest, StartsTheDemonstrationInTheOpenProject) {
    SetupModel setup;
    setup.setSession(session_.get());
    setup.setGoal(SetupModel::Goal::kDemo);
    ASSERT_TRUE(setup.issues().isEmpty()) << setup.issues().first().sentence.toStdString();
    QSignalSpy begun(&setup, &SetupModel::started);
    setup.start();
    EXPECT_TRUE(setup.isStarting());
    ASSERT_TRUE(waitFor([&begun] { return begun.count() == 1; }));
    EXPECT_EQ(begun.first().first().toLongLong(), 1);
    EXPECT_FALSE(setup.isStarting());
    ASSERT_EQ(started().size(), 1U);
    EXPECT_EQ(started().front().recipe, train::recipe_to_json(train::demo_quick_recipe()));
}

TEST_F(SetupModelTest, BringsTheDataInAndNamesItInTheRecipe) {
    SetupModel setup;
    setup.setSession(session_.get());
    fill(setup);
    ASSERT_TRUE(setup.issues().isEmpty()) << setup.issues().first().sentence.toStdString();
    QSignalSpy begun(&setup, &SetupModel::started);
    QSignalSpy failed(&setup, &SetupModel::failed);
    setup.start();
    ASSERT_TRUE(waitFor([&] { return begun.count() + failed.count() > 0; }));
    ASSERT_EQ(failed.count(), 0);
    const auto project = store::Project::open_reader(info_.dir);
    ASSERT_TRUE(project);
    const auto info = (*project)->datasets().get("fees");
    ASSERT_TRUE(info);
    EXPECT_EQ(info->rows, 50);
    ASSERT_EQ(started().size(), 1U);
    const util::Json recipe = started().front().recipe;
    EXPECT_EQ(recipe["problems"]["dataset"], "fees");
    EXPECT_EQ(recipe["heldout"]["dataset"], "fees");
    EXPECT_EQ(recipe["heldout"]["split"], "val");
    EXPECT_EQ(recipe["demonstrations"]["dataset"], "");
    // No worked solutions: no cold start, and no demonstrations mixed in.
    ASSERT_EQ(recipe["stages"].size(), 2U);
    EXPECT_EQ(recipe["stages"][0]["type"], "vrl");
    EXPECT_EQ(recipe["stages"][1]["rejection"]["cold_start_share"], 0.0);
}

TEST_F(SetupModelTest, MakesAProjectAndWaitsForTheWindowToOpenIt) {
    SetupModel setup;
    fill(setup);
    EXPECT_EQ(setup.issues().size(), 1);  // the name
    setup.setProjectName(QStringLiteral("My cases"));
    setup.setProjectDir(home_.filePath(QStringLiteral("cases")));
    ASSERT_TRUE(setup.issues().isEmpty());
    QSignalSpy made(&setup, &SetupModel::projectMade);
    QSignalSpy begun(&setup, &SetupModel::started);
    setup.start();
    ASSERT_TRUE(waitFor([&made] { return made.count() == 1; }));
    const QString dir = made.first().first().toString();
    EXPECT_TRUE(started().empty());
    auto project = store::Project::open_reader(dir.toStdString());
    ASSERT_TRUE(project);
    EXPECT_EQ((*project)->info().name, "My cases");
    EXPECT_TRUE((*project)->datasets().get("fees"));
    ProjectSession opened((*project)->info(), test::factoryOf(fake_));
    setup.setSession(&opened);
    ASSERT_TRUE(waitFor([&begun] { return begun.count() == 1; }));
    EXPECT_EQ(started().size(), 1U);
    setup.setSession(nullptr);
}

TEST_F(SetupModelTest, SaysWhyTheEngineRefused) {
    SetupModel setup;
    setup.setSession(session_.get());
    setup.setGoal(SetupModel::Goal::kDemo);
    fake_->set_script(
        [](const engine::Request& request) -> std::optional<util::Result<engine::Reply>> {
            if (!std::holds_alternative<engine::StartRun>(request)) return std::nullopt;
            return util::Result<engine::Reply>(
                util::fail(util::ErrorCode::kBusy, "a run is active"));
        });
    QSignalSpy failed(&setup, &SetupModel::failed);
    setup.start();
    ASSERT_TRUE(waitFor([&failed] { return failed.count() == 1; }));
    EXPECT_EQ(qvariant_cast<util::Error>(failed.first().first()).message, "a run is active");
    EXPECT_FALSE(setup.isStarting());
}

TEST_F(SetupModelTest, DoesNotStartWhileSomethingIsMissing) {
    SetupModel setup;
    setup.setSession(session_.get());
    setup.setModelPath(home_.filePath(QStringLiteral("nothing")));
    ASSERT_TRUE(waitFor([&setup] { return setup.modelCheck() == SetupModel::Check::kBad; }));
    EXPECT_FALSE(setup.issues().isEmpty());
    setup.start();
    EXPECT_FALSE(setup.isStarting());
    EXPECT_TRUE(started().empty());
}

TEST_F(SetupModelTest, RefusesAnswersThatDoNotFitTheModel) {
    SetupModel setup;
    setup.setSession(session_.get());
    fill(setup);
    ASSERT_TRUE(setup.issues().isEmpty());
    const std::string pointer = "/stages/1/vrl/max_completion_length";
    ASSERT_FALSE(setup.recipe().setValue(pointer, 256));
    ASSERT_EQ(setup.issues().size(), 1);
    EXPECT_EQ(setup.issues().first().pointer, pointer);
    EXPECT_TRUE(setup.issues().first().remedy.contains(QStringLiteral("128")));
}

TEST_F(SetupModelTest, SetsTheStepsOfEveryVerifiableStage) {
    SetupModel setup;
    setup.setSteps(37);
    EXPECT_EQ(setup.steps(), 37);
    EXPECT_EQ(setup.recipe().value("/stages/1/vrl/max_steps"), 37);
}

TEST_F(SetupModelTest, TakesARunAsATemplate) {
    SetupModel setup;
    const util::Json recipe = train::recipe_to_json(train::demo_recipe());
    ASSERT_TRUE(setup.loadRecipe(recipe, QStringLiteral("run 3")));
    EXPECT_EQ(setup.goal(), SetupModel::Goal::kDemo);
    EXPECT_EQ(setup.recipe().document(), recipe);
    EXPECT_FALSE(setup.loadRecipe({{"stages", 1}}, QStringLiteral("run 4")));
}

}  // namespace
}  // namespace veritune::app
