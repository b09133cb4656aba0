// SPDX-License-Identifier: Apache-2.0
#include "core/curate/questions.h"

#include "core/verify/verifier.h"

#include <gmock/gmock.h>

namespace veritune::curate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

data::Problem question(const std::string& prompt,
                       const util::Json& gold = "7",
                       const std::string& verifier = "integer") {
    return {.id = prompt, .prompt = prompt, .gold = gold, .verifier = verifier};
}

TEST(GoldCheck, NamesGoldsThatTheirVerifierRefuses) {
    std::vector<data::Problem> set = {
        question("a"), question("b", "seven"), question("c", nullptr, "")};
    const auto report = check_golds(set, verify::import_gold_check());
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->checked, 2);
    ASSERT_EQ(report->faults.size(), 1U);
    EXPECT_EQ(report->faults[0].row, 1);
    EXPECT_THAT(report->faults[0].message, HasSubstr("gold"));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(
        check_golds(set, verify::import_gold_check(), {.stop = stop.get_token()}).error().code,
        util::ErrorCode::kCancelled);
}

TEST(Guessability, WarnsWhenOneAnswerIsTooOften) {
    std::vector<data::Problem> set;
    for (int i = 0; i < 10; ++i) set.push_back(question("q", std::to_string(i < 3 ? 0 : i)));
    Guessability g = guessability(set);
    EXPECT_EQ(g.best_answer, "0");
    EXPECT_DOUBLE_EQ(g.best_share, 0.3);
    EXPECT_FALSE(g.warn()) << "30 % is not above 30 %";
    set[3].gold = "0";
    EXPECT_TRUE(guessability(set).warn());
    EXPECT_EQ(guessability({}).rows, 0);
    EXPECT_FALSE(guessability({}).warn());
}

TEST(Guessability, CountsOptionsAndYesNo) {
    std::vector<data::Problem> set = {question("a", "B", "choice"),
                                      question("b", "B", "choice"),
                                      question("c", "A", "choice"),
                                      question("d", "Nein", "text_exact"),
                                      question("e", 5, "integer")};
    const Guessability g = guessability(set);
    EXPECT_EQ(g.majority_option, "B");
    EXPECT_DOUBLE_EQ(g.majority_share, 2.0 / 3);
    EXPECT_DOUBLE_EQ(g.choice_share, 0.6);
    EXPECT_DOUBLE_EQ(g.yes_no_share, 0.2);
    EXPECT_TRUE(g.warn());
    EXPECT_EQ(g.frequent.front(), (std::pair<std::string, std::int64_t>("B", 2)));
}

TEST(Flags, NameTheKindsThatCannotBeCheckedWell) {
    const auto flags = [](const data::Problem& p) { return question_flags(p); };
    EXPECT_THAT(flags(question("How many apples are left?")), IsEmpty());
    EXPECT_THAT(flags(question("Which? (A) 1 (B) 2 (C) 3")), ElementsAre(Flag::kMultipleChoice));
    EXPECT_THAT(flags(question("Which?\nA. one\nB. two\nC. three")),
                ElementsAre(Flag::kMultipleChoice));
    EXPECT_THAT(flags(question("Plan A or plan B.")), IsEmpty()) << "two letters are no list";
    EXPECT_THAT(flags(question("Is it so, true or false?", "True", "text_exact")),
                ElementsAre(Flag::kTrueFalse));
    EXPECT_THAT(flags(question("Darf er das?", "Ja", "text_exact")), ElementsAre(Flag::kYesNo));
    EXPECT_THAT(flags(question("Prove that 2 + 2 = 4.")), ElementsAre(Flag::kProof));
    EXPECT_THAT(flags(question("Zeigen Sie, dass es gilt.")), ElementsAre(Flag::kProof));
    EXPECT_THAT(flags(question("(a) Find x. (b) Find y.")), ElementsAre(Flag::kMultiPart));
    EXPECT_THAT(flags(question("See https://example.org for the picture.")),
                ElementsAre(Flag::kHyperlink));
    EXPECT_THAT(flags(question("??")), ElementsAre(Flag::kEmpty));
    EXPECT_THAT(flags(question(std::string(8001, 'x'))), ElementsAre(Flag::kTooLong));
}

TEST(Language, IsThatOfTheFunctionWords) {
    EXPECT_EQ(guess_language("How many of the apples are in the basket?"), "en");
    EXPECT_EQ(
        guess_language("Wie viele der Äpfel sind nicht in dem Korb und wie hoch ist die Steuer?"),
        "de");
    EXPECT_EQ(guess_language("Combien de pommes est-ce que la dame a dans le panier ?"), "fr");
    EXPECT_EQ(guess_language("小明有几个苹果？"), "zh");
    EXPECT_EQ(guess_language("12 + 7 = ?"), "");
    data::Problem chat = question("");
    chat.messages = {{"user", "What is the sum of the two?"}};
    const auto report = flag_questions({chat, question("12?")});
    ASSERT_TRUE(report.has_value());
    EXPECT_THAT(report->rows_in_language.at("en"), ElementsAre(0));
    EXPECT_THAT(report->rows_in_language.at(""), ElementsAre(1));
}

}  // namespace
}  // namespace veritune::curate
