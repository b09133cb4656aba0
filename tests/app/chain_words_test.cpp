// SPDX-License-Identifier: Apache-2.0
#include "app/models/ChainReference.h"
#include "app/models/ChainWords.h"
#include "tests/app/chain_samples.h"

#include <gtest/gtest.h>

namespace veritune::app {
namespace {

using test::demoTokenizer;
using test::plainChain;
using test::wrongChain;

TEST(ChainWords, AWrongStepIsNamedWithWhatItSaysAndWhatWasRight) {
    const QString why = ChainWords::why(*ChainDocument::make(wrongChain(), demoTokenizer()));
    EXPECT_TRUE(why.contains(QStringLiteral("Step 3"))) << why.toStdString();
    EXPECT_TRUE(why.contains(QStringLiteral("9-2=1"))) << why.toStdString();
    EXPECT_TRUE(why.contains(QStringLiteral("expected 7"))) << why.toStdString();
}

TEST(ChainWords, AWrongValueIsShownBesideTheReferenceAnswer) {
    store::StoredChain chain = plainChain("The answer is 12.");
    chain.record.verifier = "integer";
    chain.record.status = "incorrect";
    chain.record.reason = "wrong_value";
    chain.record.extracted = "12";
    chain.record.gold = 13;
    const QString why = ChainWords::why(*ChainDocument::make(chain, nullptr));
    EXPECT_TRUE(why.contains(QStringLiteral("12"))) << why.toStdString();
    EXPECT_TRUE(why.contains(QStringLiteral("13"))) << why.toStdString();
}

/// Every reason that the built-in verifiers and the extraction give (core/verify, core/text).
TEST(ChainWords, EveryReasonHasASentence) {
    for (const char* reason : {"wrong_value",
                               "wrong_text",
                               "wrong_option",
                               "many_options",
                               "no_option",
                               "unclear",
                               "hedged",
                               "many_answers",
                               "not_an_integer",
                               "not_a_number",
                               "number_too_large",
                               "answer_too_long",
                               "completion_too_long",
                               "not_canonical",
                               "wrong_operand",
                               "wrong_operator",
                               "wrong_step",
                               "extra_step",
                               "missing_step",
                               "too_many_steps",
                               "no_answer",
                               "no_end",
                               "cut_off",
                               "no_closing_think",
                               "unbalanced_box",
                               "empty_box",
                               "empty_answer",
                               "bad_gold",
                               "bad_prompt",
                               "bad_params",
                               "gold_contradicts_prompt",
                               "aborted",
                               "gold_fails_itself: wrong_value"}) {
        store::StoredChain chain = plainChain("x");
        chain.record.verifier = "integer";
        chain.record.status = "no_answer";
        chain.record.reason = reason;
        const QString why = ChainWords::why(*ChainDocument::make(chain, nullptr));
        EXPECT_TRUE(why.endsWith(u'.')) << reason;
        EXPECT_FALSE(why.contains(u'_')) << reason << ": " << why.toStdString();
    }
}

TEST(ChainWords, TrainingSaysWhetherAndWhy) {
    data::ChainRecord record = wrongChain().record;
    const StageRules verified{
        .type = QStringLiteral("vrl"), .algorithm = QStringLiteral("ppo"), .verifiedOnly = true};
    EXPECT_TRUE(
        ChainWords::training(record, verified, false).contains(QStringLiteral("only chains")));
    EXPECT_TRUE(ChainWords::training(record, {}, true).contains(QStringLiteral("same reward")));
    record.updated = true;
    EXPECT_TRUE(ChainWords::training(record, verified, false)
                    .contains(QStringLiteral("updated the weights")));
    record.phase = "eval";
    EXPECT_TRUE(
        ChainWords::training(record, verified, false).contains(QStringLiteral("never trains")));
    record.phase = "train";
    record.updated = false;
    record.status = "sandbox_error";
    EXPECT_TRUE(ChainWords::training(record, verified, true)
                    .contains(QStringLiteral("could not be scored")));
}

TEST(ChainWords, StageRulesComeFromTheRecipe) {
    const auto recipe = util::parse_json(
        R"({"stages":[{"id":"vrl","type":"vrl","vrl":{"algorithm":"grpo","update_on":"verified"}}]})",
        "run.json");
    ASSERT_TRUE(recipe);
    const StageRules rules = stageRules(*recipe, "vrl");
    EXPECT_TRUE(rules.verifiedOnly);
    EXPECT_EQ(rules.algorithm, QStringLiteral("grpo"));
    EXPECT_TRUE(stageRules(*recipe, "other").type.isEmpty());
    EXPECT_TRUE(stageRules(util::Json(3), "vrl").type.isEmpty());
}

TEST(ChainReference, NamesAPlaceAndComesBackFromText) {
    const ChainReference reference{.run = 3,
                                   .key = {.stage = "vrl",
                                           .step = 17,
                                           .phase = "train",
                                           .problem_id = "sums/\xc3\xa4 7%",
                                           .sample = 2}};
    const QString text = chainReferenceText(reference);
    EXPECT_EQ(text, QStringLiteral("veritune:chain/3/vrl/17/train/sums%2F%C3%A4%207%25/2"));
    const auto back = chainReferenceOf(QStringLiteral("  ") + text + QStringLiteral("\n"));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, reference);
    const Route route = routeTo(*back);
    EXPECT_EQ(route.page, PageId::kChains);
    EXPECT_EQ(route.sample, 2);
    EXPECT_EQ(route.step, 17);
    for (const char* broken : {"",
                               "veritune:chain/",
                               "veritune:chain/0/vrl/1/train/p/0",
                               "veritune:chain/1/vrl/-1/train/p/0",
                               "veritune:chain/1/vrl/1/train//0",
                               "veritune:chain/1/vrl/1/train/p/0/7",
                               "veritune:chain/1/vrl/1/train/p/99999999999999999999",
                               "other:chain/1/vrl/1/train/p/0"}) {
        EXPECT_FALSE(chainReferenceOf(QString::fromLatin1(broken))) << broken;
    }
}

TEST(ChainWords, GoldIsShownWithoutJsonMarks) {
    EXPECT_EQ(ChainWords::gold("7"), QStringLiteral("7"));
    EXPECT_EQ(ChainWords::gold(7), QStringLiteral("7"));
    EXPECT_EQ(ChainWords::gold(util::Json::array({"A", "C"})), QStringLiteral("A, C"));
    EXPECT_EQ(ChainWords::gold({{"low", 1}}), QStringLiteral("low: 1"));
    EXPECT_TRUE(ChainWords::gold(nullptr).isEmpty());
    EXPECT_FALSE(ChainWords::gold("\xe2\x80\xaex").contains(QChar(0x202e)));
}

TEST(ChainWords, EveryNoticeHasATitle) {
    for (int kind = 0; kind <= static_cast<int>(ChainNotice::Kind::kErased); ++kind) {
        const ChainNotice notice{static_cast<ChainNotice::Kind>(kind), 3, QStringLiteral("why")};
        EXPECT_FALSE(ChainWords::noticeTitle(notice).isEmpty()) << kind;
        EXPECT_FALSE(ChainWords::notice(notice).isEmpty()) << kind;
    }
}

}  // namespace
}  // namespace veritune::app
