// SPDX-License-Identifier: Apache-2.0
#include "app/forms/EffectTexts.h"
#include "app/forms/FieldText.h"
#include "app/models/RecipeModel.h"
#include "core/train/run_doctor.h"
#include "core/verify/verifier.h"

#include <QLocale>
#include <QSignalSpy>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

namespace veritune::app {
namespace {

using util::Json;

/// The window's language for one test.
class InLocale {
  public:
    explicit InLocale(const QLocale& locale) { QLocale::setDefault(locale); }
    ~InLocale() { QLocale::setDefault(before_); }
    InLocale(const InLocale&) = delete;
    InLocale& operator=(const InLocale&) = delete;

  private:
    QLocale before_;
};

TEST(FieldText, GivesEveryHyperParameterWordsOfItsOwn) {
    for (const train::Parameter& parameter : train::describe_parameters()) {
        const QString key = QString::fromStdString(parameter.key);
        const QString fallback = QString(key).replace(u'_', u' ');
        EXPECT_NE(fieldLabel(parameter), fallback) << parameter.block << "." << parameter.key;
        EXPECT_FALSE(fieldGroup(parameter).isEmpty()) << parameter.block << "." << parameter.key;
        EXPECT_FALSE(fieldEffect(parameter).isEmpty()) << parameter.block << "." << parameter.key;
    }
}

TEST(FieldText, ListsEverySentenceOfCoreForTheTranslators) {
    const std::set<std::string> effects(std::begin(kEffectTexts), std::end(kEffectTexts));
    const std::set<std::string> units(std::begin(kUnitTexts), std::end(kUnitTexts));
    for (const train::Parameter& parameter : train::describe_parameters()) {
        EXPECT_TRUE(effects.contains(parameter.effect)) << parameter.effect;
        EXPECT_TRUE(parameter.unit.empty() || units.contains(parameter.unit)) << parameter.unit;
    }
    for (const train::DoctorRule& rule : train::doctor_rules()) {
        EXPECT_TRUE(effects.contains(std::string(rule.meaning))) << rule.id;
    }
    for (const verify::Verifier* verifier : verify::all_verifiers()) {
        EXPECT_TRUE(effects.contains(std::string(verifier->summary()))) << verifier->summary();
    }
}

TEST(FieldText, ShowsNumbersShortestAndInTheLanguageOfTheWindow) {
    const InLocale english(QLocale(QLocale::English));
    EXPECT_EQ(numberText(1e-5), QStringLiteral("0.00001"));
    EXPECT_EQ(numberText(0.28), QStringLiteral("0.28"));
    EXPECT_EQ(numberText(16384), QStringLiteral("16384"));
    EXPECT_EQ(numberText(1e-8), QStringLiteral("1e-8"));
    QLocale::setDefault(QLocale(QLocale::German));
    EXPECT_EQ(numberText(0.28), QStringLiteral("0,28"));
}

TEST(FieldText, NamesEveryAlgorithmOfCore) {
    for (const QString& preset : RecipeModel::algorithmPresets()) {
        EXPECT_NE(algorithmTitle(preset.toStdString()), preset);
    }
    EXPECT_EQ(algorithmTitle("unheard_of"), QStringLiteral("unheard_of"));
}

TEST(RecipeField, AcceptsTheBoundsAndOffersTheNearestValueBeyondThem) {
    for (const train::Parameter& p : train::describe_parameters()) {
        const bool isNumber = p.type == "number" || p.type == "integer";
        if (!isNumber || !std::isfinite(p.minimum) || !std::isfinite(p.maximum)) continue;
        const auto value = [&p](double number) {
            return p.type == "integer" ? Json(static_cast<std::int64_t>(number)) : Json(number);
        };
        EXPECT_EQ(checkField(p, value(p.minimum)).has_value(), p.minimum_excluded) << p.key;
        EXPECT_FALSE(checkField(p, value(p.maximum))) << p.key;
        const auto high = checkField(p, value(p.maximum + 1));
        ASSERT_TRUE(high) << p.key;
        EXPECT_EQ(high->nearest, value(p.maximum)) << p.key;
        const auto low = checkField(p, value(p.minimum - 1));
        ASSERT_TRUE(low) << p.key;
        ASSERT_FALSE(low->nearest.is_null()) << p.key;
        EXPECT_FALSE(checkField(p, low->nearest)) << p.key;
    }
}

TEST(RecipeField, RefusesHalfStepsUnknownChoicesAndText) {
    const train::Parameter& steps = *findParameter("vrl", "max_steps");
    ASSERT_TRUE(checkField(steps, Json(2.5)));
    EXPECT_EQ(checkField(steps, Json(2.5))->nearest, Json(3));
    const train::Parameter& loss = *findParameter("vrl", "loss_type");
    EXPECT_TRUE(checkField(loss, Json("nothing")));
    EXPECT_FALSE(checkField(loss, Json("dapo")));
    EXPECT_TRUE(checkField(steps, Json("ten")));
    const train::Parameter& seed = *findParameter("recipe", "seed");
    EXPECT_TRUE(checkField(seed, Json(-1)));
}

TEST(RecipeField, ReadsNumbersAsPeopleOfTheLanguageWriteThem) {
    const train::Parameter& rate = *findParameter("vrl", "learning_rate");
    const InLocale german(QLocale(QLocale::German));
    EXPECT_EQ(parseField(rate, QStringLiteral("0,5")), Json(0.5));
    EXPECT_EQ(parseField(rate, QStringLiteral(" 1e-5 ")), Json(1e-5));
    EXPECT_FALSE(parseField(rate, QStringLiteral("fast")));
    EXPECT_FALSE(parseField(rate, QStringLiteral("inf")));
    EXPECT_FALSE(parseField(rate, QString()));
    const train::Parameter& seed = *findParameter("recipe", "seed");
    EXPECT_EQ(parseField(seed, QStringLiteral("18446744073709551615")),
              Json(std::uint64_t{18446744073709551615u}));
}

TEST(RecipeModel, WritesTheSameRunFileAsTheCommandLine) {
    for (const std::string& name : train::builtin_recipe_names()) {
        RecipeModel model;
        ASSERT_TRUE(model.loadBuiltin(QString::fromStdString(name)));
        const auto read = train::recipe_from_text(model.runJson());
        ASSERT_TRUE(read) << util::to_string(read.error());
        EXPECT_EQ(train::recipe_hash(*read), train::recipe_hash(*train::builtin_recipe(name)));
        EXPECT_EQ(model.changeCount(), 0);
    }
    EXPECT_FALSE(RecipeModel().loadBuiltin(QStringLiteral("demoo")));
}

TEST(RecipeModel, KeepsTheOldValueAndBlocksTheStartWhileAFieldIsWrong) {
    RecipeModel model;
    ASSERT_TRUE(model.loadBuiltin(QStringLiteral("demo-quick")));
    const std::string pointer = "/stages/1/vrl/epsilon";
    const Json before = model.value(pointer);
    const auto problem = model.setValue(pointer, Json(3));
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->nearest, Json(1.0));
    EXPECT_EQ(model.value(pointer), before);
    EXPECT_FALSE(model.recipe());
    ASSERT_EQ(model.issues().size(), 1);
    EXPECT_EQ(model.issues().first().section, QStringLiteral("stage:vrl"));
    EXPECT_EQ(model.issues().first().pointer, pointer);
    model.resetValue(pointer);
    EXPECT_TRUE(model.recipe());
    EXPECT_TRUE(model.issues().isEmpty());
}

TEST(RecipeModel, NamesACombinationThatCannotRunAtItsStage) {
    RecipeModel model;
    ASSERT_TRUE(model.loadBuiltin(QStringLiteral("demo-quick")));
    EXPECT_FALSE(model.setValue("/stages/1/vrl/loss_type", Json("gspo")));
    ASSERT_EQ(model.issues().size(), 1);
    EXPECT_EQ(model.issues().first().section, QStringLiteral("stage:vrl"));
    EXPECT_TRUE(model.issues().first().sentence.contains(QStringLiteral("algorithm grpo")));
    EXPECT_FALSE(model.recipe());
}

TEST(RecipeModel, SaysWhatIsMissingInWords) {
    RecipeModel model;  // default-7b: neither model nor data
    QStringList pointers;
    for (const RecipeIssue& issue : model.issues()) {
        pointers << QString::fromStdString(issue.pointer);
        EXPECT_FALSE(issue.remedy.isEmpty());
    }
    EXPECT_TRUE(pointers.contains(QStringLiteral("/model/path")));
    EXPECT_TRUE(pointers.contains(QStringLiteral("/problems/dataset")));
    EXPECT_TRUE(pointers.contains(QStringLiteral("/heldout/dataset")));
}

TEST(RecipeModel, AnyChoiceOfStagesIsARecipeThatRuns) {
    RecipeModel model;
    ASSERT_TRUE(model.loadBuiltin(QStringLiteral("demo")));
    const int count = static_cast<int>(model.stages().size());
    ASSERT_EQ(count, 7);
    for (unsigned mask = 1; mask < 1U << count; ++mask) {
        for (int i = 0; i < count; ++i) model.setStageEnabled(i, ((mask >> i) & 1U) != 0);
        const auto recipe = model.recipe();
        ASSERT_TRUE(recipe) << "mask " << mask << ": " << util::to_string(recipe.error());
        std::size_t expected = 0;
        for (int i = 0; i < count; ++i) expected += (mask >> i) & 1U;
        EXPECT_EQ(recipe->stages.size(), expected);
    }
    for (int i = 0; i < count; ++i) model.setStageEnabled(i, false);
    EXPECT_FALSE(model.recipe());
    EXPECT_FALSE(model.issues().isEmpty());
}

TEST(RecipeModel, AStageWithoutItsStartBeginsWhereThatOneWouldHaveBegun) {
    RecipeModel model;
    ASSERT_TRUE(model.loadBuiltin(QStringLiteral("demo-quick")));  // cold_start, vrl, rft
    model.setStageEnabled(1, false);
    const auto recipe = model.recipe();
    ASSERT_TRUE(recipe);
    ASSERT_EQ(recipe->stages.size(), 2U);
    EXPECT_EQ(recipe->stages[1].id, "rft");
    EXPECT_EQ(train::resolved_start(*recipe, 1), "cold_start");
}

TEST(RecipeModel, RecognisesEveryAlgorithmThatItApplies) {
    RecipeModel model;
    ASSERT_TRUE(model.loadBuiltin(QStringLiteral("demo-quick")));
    for (const QString& preset : RecipeModel::algorithmPresets()) {
        model.applyAlgorithm(preset);
        EXPECT_TRUE(model.recipe()) << preset.toStdString();
        // Two names of the same settings are both right.
        const QString found = model.algorithmPreset();
        RecipeModel other;
        ASSERT_TRUE(other.loadBuiltin(QStringLiteral("demo-quick")));
        other.applyAlgorithm(found);
        EXPECT_EQ(other.document(), model.document()) << preset.toStdString();
    }
    EXPECT_FALSE(model.setValue("/stages/1/vrl/epsilon", Json(0.123)));
    EXPECT_EQ(model.algorithmPreset(), QString());
}

TEST(RecipeModel, ListsWhatDiffersFromThePresetInWords) {
    RecipeModel model;
    ASSERT_TRUE(model.loadBuiltin(QStringLiteral("demo-quick")));
    QSignalSpy changed(&model, &RecipeModel::changed);
    EXPECT_FALSE(model.setValue("/stages/1/vrl/num_generations", Json(8)));
    EXPECT_EQ(changed.count(), 1);
    const QList<ConfigDifference> all = model.differences();
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all.first().key, QStringLiteral("num_generations"));
    EXPECT_EQ(all.first().label, QStringLiteral("Chains per problem"));
    EXPECT_EQ(all.first().values, (QStringList{QStringLiteral("16"), QStringLiteral("8")}));
    EXPECT_EQ(model.changeCount(), 1);
}

TEST(RecipeModel, TheCommandLineSurvivesAQuoteInTheFolder) {
    RecipeModel model;
    const QString command = model.commandLine(QStringLiteral("/tmp/it's"));
    EXPECT_TRUE(command.contains(QStringLiteral("--project '/tmp/it'\\''s'")));
    EXPECT_TRUE(command.startsWith(QStringLiteral("cat > run.json <<'END_OF_RECIPE'\n{")));
}

TEST(RecipeModel, RefusesAFileThatIsNoRecipeAndKeepsWhatItHas) {
    RecipeModel model;
    const Json before = model.document();
    EXPECT_FALSE(model.loadText("{\"stages\": 3}", QStringLiteral("run.json")));
    EXPECT_FALSE(model.loadText("not json", QStringLiteral("run.json")));
    EXPECT_EQ(model.document(), before);
}

}  // namespace
}  // namespace veritune::app
