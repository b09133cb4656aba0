// SPDX-License-Identifier: Apache-2.0
#include "app/forms/ParamForm.h"
#include "app/models/BenchModel.h"
#include "app/models/BenchWords.h"
#include "app/widgets/RowTable.h"
#include "core/data/dataset.h"
#include "core/util/file_system.h"
#include "core/verify/verifier.h"
#include "tests/app/app_test_support.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLineEdit>
#include <QLocale>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <gtest/gtest.h>

namespace veritune::app {
namespace {

using test::waitFor;

std::vector<data::Problem> numbers(int count) {
    std::vector<data::Problem> problems;
    for (int i = 0; i < count; ++i) {
        data::Problem problem;
        problem.id = "n" + std::to_string(i);
        problem.prompt = "How many?";
        problem.verifier = "integer";
        problem.gold = 17 + i * 7919;
        problems.push_back(problem);
    }
    return problems;
}

class BenchModelTest : public testing::Test {
  protected:
    std::string file(const std::vector<data::Problem>& problems) {
        const std::string path = m_dir.path().toStdString() + "/set.jsonl";
        EXPECT_TRUE(data::save_dataset(*m_fs, path, problems));
        return path;
    }
    bool runToEnd(BenchModel& model, const BenchSubject& subject) {
        model.start(subject);
        return waitFor([&] { return !model.isRunning(); }, 60'000);
    }
    QTemporaryDir m_dir;
    std::unique_ptr<util::FileSystem> m_fs = util::make_posix_file_system();
};

TEST_F(BenchModelTest, ShowsEveryCaseOfAVerifiersTableAndCanExplainIt) {
    QLocale::setDefault(QLocale(QLocale::English));
    BenchModel model(VERITUNE_BIN_DIR);
    const QAbstractItemModelTester tester(&model);
    ASSERT_TRUE(runToEnd(model, {.name = "integer"}));
    ASSERT_NE(model.report(), nullptr);
    const auto tests = (*verify::find_verifier("integer"))->self_tests().size();
    EXPECT_EQ(model.rowCount(), static_cast<int>(tests));
    EXPECT_EQ(model.tally().cases, static_cast<std::int64_t>(tests));
    EXPECT_EQ(model.tally().acceptedNegatives, 0);
    EXPECT_EQ(model.tally().acceptedPositives, model.tally().positives);
    EXPECT_EQ(judgeBench(*model.report()).light, BenchJudgement::Light::kThin);
    EXPECT_EQ(model.nextFailing(-1), -1);
    QSignalSpy explained(&model, &BenchModel::explained);
    model.explainRow(model.rowCount() - 1);
    ASSERT_TRUE(waitFor([&] { return explained.count() == 1; }, 20'000));
    const auto answer = explained.first().first().value<BenchExplanationPtr>();
    EXPECT_TRUE(answer->isCase);
    EXPECT_EQ(answer->request.completion,
              (*verify::find_verifier("integer"))->self_tests().back().completion);
}

TEST_F(BenchModelTest, MakesCasesFromAFileAndExplainsTheVeryCaseOfARow) {
    BenchModel model(VERITUNE_BIN_DIR);
    ASSERT_TRUE(runToEnd(model, {.kind = BenchSubject::Kind::kFile, .name = file(numbers(8))}));
    ASSERT_NE(model.report(), nullptr);
    EXPECT_EQ(model.problemsTotal(), 8);
    EXPECT_EQ(model.report()->problems, 8);
    EXPECT_EQ(model.tally().cases, model.report()->positives + model.report()->negatives);
    QSignalSpy explained(&model, &BenchModel::explained);
    for (const int at : {0, 7, model.rowCount() - 1}) {
        explained.clear();
        model.explainRow(at);
        ASSERT_TRUE(waitFor([&] { return explained.count() == 1; }, 20'000));
        const auto answer = explained.first().first().value<BenchExplanationPtr>();
        EXPECT_EQ(QString::fromStdString(answer->request.problem_id), model.row(at)->problem);
        EXPECT_EQ(answer->rule, model.row(at)->rule);
        EXPECT_EQ(QString::fromUtf8(verify::status_name(answer->verdict.status).data()),
                  model.row(at)->status);
    }
}

TEST_F(BenchModelTest, SavesTheShownCasesAsRowsThatVerifyRunReads) {
    BenchModel model(VERITUNE_BIN_DIR);
    ASSERT_TRUE(runToEnd(model, {.kind = BenchSubject::Kind::kFile, .name = file(numbers(2))}));
    const std::string path = m_dir.path().toStdString() + "/cases.jsonl";
    QSignalSpy saved(&model, &BenchModel::saved);
    model.save(path);
    ASSERT_TRUE(waitFor([&] { return saved.count() == 1; }, 20'000));
    const auto text = m_fs->read(path, 64u << 20);
    ASSERT_TRUE(text);
    EXPECT_EQ(std::count(text->begin(), text->end(), '\n'), model.rowCount());
    const auto first = util::parse_json(text->substr(0, text->find('\n')), "line");
    ASSERT_TRUE(first);
    EXPECT_EQ((*first)["verifier"], "integer");
    EXPECT_TRUE((*first)["completion"].is_string());
    EXPECT_TRUE((*first)["accept"].is_boolean());
}

TEST_F(BenchModelTest, StopsSoonAndKeepsWhatWasTried) {
    BenchModel model(VERITUNE_BIN_DIR);
    model.start({.kind = BenchSubject::Kind::kFile, .name = file(numbers(500)), .mostProblems = 0});
    ASSERT_TRUE(waitFor([&] { return model.rowCount() > 0; }, 60'000));
    model.stop();
    ASSERT_TRUE(waitFor([&] { return !model.isRunning(); }, 10'000));
    EXPECT_TRUE(model.wasStopped());
    EXPECT_EQ(model.report(), nullptr);
    EXPECT_GT(model.rowCount(), 0);
    EXPECT_LT(model.problemsDone(), 500);
}

TEST_F(BenchModelTest, SaysWhatIsMissing) {
    BenchModel lost("/nonexistent");
    QSignalSpy failed(&lost, &BenchModel::failed);
    ASSERT_TRUE(runToEnd(lost, {.name = "integer"}));
    ASSERT_EQ(failed.count(), 1);
    EXPECT_EQ(failed.first().first().value<util::Error>().code, util::ErrorCode::kNotFound);
    BenchModel model(VERITUNE_BIN_DIR);
    QSignalSpy missing(&model, &BenchModel::failed);
    ASSERT_TRUE(runToEnd(model, {.kind = BenchSubject::Kind::kFile, .name = "/nonexistent.jsonl"}));
    EXPECT_EQ(missing.count(), 1);
}

TEST(BenchJudgement, IsRedForWhatMustNotTrainAndGreenOnlyWithEnough) {
    verify::BenchReport report;
    using Light = BenchJudgement::Light;
    EXPECT_EQ(judgeBench(report).light, Light::kRed);
    report.problems = 10;
    report.positives = report.accepted_positives = 40;
    report.negatives = 499;
    EXPECT_EQ(judgeBench(report).light, Light::kThin);
    report.negatives = 500;
    EXPECT_EQ(judgeBench(report).light, Light::kGreen);
    report.masked = 1;
    EXPECT_EQ(judgeBench(report).light, Light::kRed);
    report.masked = 0;
    report.accepted_negatives = 1;
    EXPECT_EQ(judgeBench(report).light, Light::kRed);
    EXPECT_FALSE(report.red().empty());
}

TEST(BenchWords, NameFailuresInTheDirectionTheyWent) {
    BenchRow row{.accept = true, .accepted = true};
    EXPECT_FALSE(row.isFailing());
    row.accepted = false;
    EXPECT_EQ(BenchWords::verdict(row), QStringLiteral("wrongly refused"));
    row = {.accept = false, .accepted = true};
    EXPECT_EQ(BenchWords::verdict(row), QStringLiteral("wrongly accepted"));
    row.isSame = false;
    EXPECT_EQ(BenchWords::verdict(row), QStringLiteral("verdict changed"));
    EXPECT_EQ(BenchWords::rule(QStringLiteral("off by 10")), QStringLiteral("off by 10"));
    EXPECT_EQ(BenchWords::rule(QStringLiteral("never heard of")), QStringLiteral("never heard of"));
}

TEST(ParamForm, MakesAnObjectThatFitsTheSchemaOfEveryVerifier) {
    ParamForm form(test::appContext(), QStringLiteral("params"));
    for (const verify::Verifier* verifier : verify::all_verifiers()) {
        form.setSchema(verifier->params_schema());
        for (const verify::SelfTest& one : verifier->self_tests()) {
            form.setValue(one.params);
            const auto value = form.value();
            ASSERT_TRUE(value) << verifier->id() << ": " << value.error().message;
            EXPECT_EQ(*value, one.params) << verifier->id();
        }
    }
}

TEST(ParamForm, NamesWhatDoesNotFit) {
    ParamForm form(test::appContext(), QStringLiteral("params"));
    form.setSchema((*verify::find_verifier("numeric"))->params_schema());
    auto* decimals = form.findChild<QLineEdit*>(QStringLiteral("params.decimals"));
    ASSERT_NE(decimals, nullptr);
    decimals->setText(QStringLiteral("two"));
    EXPECT_FALSE(form.value());
    decimals->setText(QStringLiteral("2"));
    ASSERT_TRUE(form.value());
    EXPECT_EQ((*form.value())["decimals"], 2);
    form.setSchema((*verify::find_verifier("chain_arithmetic"))->params_schema());
    EXPECT_FALSE(form.value()) << "the family is needed";
}

}  // namespace
}  // namespace veritune::app
