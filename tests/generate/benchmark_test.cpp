// SPDX-License-Identifier: Apache-2.0
#include "tests/generate/hashes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <fstream>
#include <locale>
#include <map>
#include <set>
#include <sstream>

namespace veritune::generate {
namespace {

using ::testing::HasSubstr;
using util::Json;

const Json& golden() {
    static const Json hashes = [] {
        std::ifstream file(VERITUNE_SOURCE_DIR "/tests/data/generate/hashes.json");
        std::stringstream text;
        text << file.rdbuf();
        auto read = util::parse_json(text.str(), "hashes.json");
        VT_CHECK(read.has_value());
        return std::move(read).value();
    }();
    return hashes;
}

const Family& family_named(std::string_view id) {
    const auto found = find_family(id);
    VT_CHECK(found.has_value());
    return **found;
}

TEST(Families, AreFiftyInThreeFieldsAndTheOfficePack) {
    std::map<Field, int> count;
    std::set<std::string_view> ids;
    for (const Family& family : families()) {
        ++count[family.field];
        ids.insert(family.id);
    }
    EXPECT_EQ(count[Field::kMath], 20);
    EXPECT_EQ(count[Field::kCode], 15);
    EXPECT_EQ(count[Field::kLogic], 15);
    EXPECT_EQ(count[Field::kOffice], 5);
    EXPECT_EQ(ids.size(), families().size());
    EXPECT_THAT(find_family("math_cheese").error().message, HasSubstr("math_gcd_lcm"));
}

class EveryFamily : public ::testing::TestWithParam<Family> {};

/// One in ten of the benchmark, both languages. The maker checks every item; the verdicts are asked
/// for once more here, so that a maker that checks nothing is noticed.
TEST_P(EveryFamily, KeepsItsBytesAndItsVerdicts) {
    const auto items = test::items_of(GetParam(), test::kSubset);
    ASSERT_TRUE(items) << util::to_string(items.error());
    for (const Item& item : *items) {
        const auto verifier = verify::find_verifier(item.problem.verifier);
        ASSERT_TRUE(verifier);
        EXPECT_GE(item.wrong.size(), 3U) << item.problem.id;
        EXPECT_FALSE(item.problem.solution.empty());
        EXPECT_TRUE(data::problem_from_json(data::problem_to_json(item.problem)))
            << item.problem.id;
        if ((*verifier)->runs_programs()) continue;
        verify::VerifyRequest request = verify::request_for(item.problem);
        request.completion = item.problem.solution;
        EXPECT_EQ(verify::verify_request(request).status, verify::VerdictStatus::kCorrect)
            << item.problem.id;
        for (const std::string& wrong : item.wrong) {
            request.completion = wrong;
            const verify::Verdict verdict = verify::verify_request(request);
            EXPECT_EQ(verdict.score, 0.0) << item.problem.id << ": " << wrong;
            EXPECT_FALSE(is_masked(verdict.status))
                << item.problem.id << ": " << wrong << ": " << verdict.reason;
        }
    }
    EXPECT_EQ(test::hash_of(*items, test::kSubset, Language::kEnglish),
              golden()["families"][std::string(GetParam().id)]["subset"].get<std::string>());
}

INSTANTIATE_TEST_SUITE_P(All, EveryFamily, ::testing::ValuesIn(families()), [](const auto& info) {
    return std::string(info.param.id);
});

TEST(ItemMaker, GivesTheSameItemsInAnyOrder) {
    for (const char* id : {"math_fractions", "code_text_count", "logic_jugs_river"}) {
        const Family& family = family_named(id);
        ItemMaker rising(7);
        std::map<std::string, std::string> hashes;
        for (int level = 1; level <= kLevels; ++level) {
            for (int index = 0; index < 12; ++index) {
                const auto item = rising.item(family, level, index, Language::kGerman);
                ASSERT_TRUE(item);
                hashes[item->problem.id] = item->sha256;
            }
        }
        ItemMaker falling(7);
        for (int level = kLevels; level >= 1; --level) {
            for (const int index : {11, 3, 7, 0, 3}) {
                const auto item = falling.item(family, level, index, Language::kGerman);
                ASSERT_TRUE(item);
                EXPECT_EQ(item->sha256, hashes.at(item->problem.id));
            }
        }
    }
}

TEST(ItemMaker, GivesOtherItemsForAnotherSeed) {
    const Family& family = family_named("math_linear_system");
    ItemMaker one(1);
    ItemMaker two(2);
    EXPECT_NE(one.item(family, 3, 0, Language::kEnglish)->problem.prompt,
              two.item(family, 3, 0, Language::kEnglish)->problem.prompt);
}

TEST(ItemMaker, RefusesLevelsAndIndexesThatAreNotThere) {
    ItemMaker maker(1);
    const Family& family = families().front();
    EXPECT_FALSE(maker.item(family, 0, 0, Language::kEnglish));
    EXPECT_FALSE(maker.item(family, 6, 0, Language::kEnglish));
    EXPECT_FALSE(maker.item(family, 1, -1, Language::kEnglish));
}

TEST(ItemMaker, SaysWhenAFamilyHasNoMoreProblems) {
    const Family tiny{.id = "tiny",
                      .field = Field::kMath,
                      .title = "",
                      .effort = "",
                      .make = [](Draw& draw, int) -> std::optional<Draft> {
                          Draft draft;
                          draft.prompt = Text(draw.below(3));
                          draft.gold = 1;
                          draft.verifier = "integer";
                          draft.wrong = {"2", "3", "4"};
                          return draft;
                      }};
    ItemMaker maker(1);
    std::set<std::string> prompts;
    for (int i = 0; i < 3; ++i)
        prompts.insert(maker.item(tiny, 1, i, Language::kEnglish)->problem.prompt);
    EXPECT_EQ(prompts.size(), 3U);
    EXPECT_EQ(maker.item(tiny, 1, 3, Language::kEnglish).error().code,
              util::ErrorCode::kInvalidArgument);
}

TEST(CheckItem, FindsEveryFault) {
    ItemMaker maker(1);
    const Item good = *maker.item(family_named("math_gcd_lcm"), 1, 0, Language::kEnglish);
    EXPECT_TRUE(check_item(good));
    Item item = good;
    item.wrong.pop_back();
    while (item.wrong.size() > 2) item.wrong.pop_back();
    EXPECT_THAT(check_item(item).error().message, HasSubstr("less than three"));
    item = good;
    item.wrong.push_back("\\boxed{" + good.problem.gold.dump() + ".0}");
    EXPECT_THAT(check_item(item).error().message, HasSubstr("a wrong answer is correct"));
    item = good;
    item.problem.solution = "\\boxed{0}";
    EXPECT_THAT(check_item(item).error().message, HasSubstr("its solution is refused"));
    item = good;
    item.problem.gold = "seven";
    EXPECT_THAT(check_item(item).error().message, HasSubstr("the gold is invalid_gold"));
    item = good;
    item.problem.verifier = "nobody";
    EXPECT_FALSE(check_item(item));
}

TEST(CaseRow, IsOneOfVerifyRun) {
    ItemMaker maker(1);
    const Item item = *maker.item(family_named("math_gcd_lcm"), 1, 0, Language::kEnglish);
    const Json row = case_row(item, item.wrong[0], false);
    EXPECT_EQ(row["verifier"], "integer");
    EXPECT_EQ(row["completion"], item.wrong[0]);
    EXPECT_EQ(row["expect"], "incorrect");
}

/// Swaps point and comma and groups digits; needs no locale to be installed.
class Grouping : public std::numpunct<char> {
  protected:
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\1"; }
};

std::string first_items_hash() {
    std::vector<Item> items;
    for (const Family& family : families()) {
        ItemMaker maker(3);
        for (const Language language : {Language::kEnglish, Language::kGerman}) {
            auto item = maker.item(family, 2, 0, language);
            VT_CHECK(item.has_value());
            items.push_back(std::move(item).value());
        }
    }
    return set_hash(items);
}

TEST(ItemMaker, GivesTheSameBytesUnderEveryLocale) {
    const std::string plain = first_items_hash();
    const std::locale before =
        std::locale::global(std::locale(std::locale::classic(), new Grouping));
    EXPECT_EQ(first_items_hash(), plain);
    std::locale::global(before);
    int tried = 0;
    for (const char* name : {"C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8"}) {
        if (std::setlocale(LC_ALL, name) == nullptr) continue;
        ++tried;
        EXPECT_EQ(first_items_hash(), plain) << name;
    }
    std::setlocale(LC_ALL, "C");
    EXPECT_GE(tried, 1);
}

/// The whole set: hashes, no prompt twice, and rising effort from level to level.
TEST(BenchmarkSlow, IsTheGoldenSetWithoutRepetitionsAndHarderLevelByLevel) {
    std::vector<Item> english;
    std::vector<Item> german;
    std::set<std::string> prompts;
    std::size_t made = 0;
    for (const Family& family : families()) {
        const std::string id(family.id);
        const auto items = test::items_of(family, kItemsPerLevel);
        ASSERT_TRUE(items) << util::to_string(items.error());
        std::map<int, std::int64_t> effort;
        for (const Item& item : *items) {
            prompts.insert(item.problem.prompt);
            effort[item.problem.level] += item.effort;
            if (family.field == Field::kOffice) continue;
            (item.problem.id.ends_with("-de") ? german : english).push_back(item);
        }
        made += items->size();
        for (int level = 2; level <= kLevels; ++level)
            EXPECT_GT(effort[level], effort[level - 1]) << id << " level " << level;
        EXPECT_EQ(test::hash_of(*items, kItemsPerLevel, Language::kEnglish),
                  golden()["families"][id]["en"].get<std::string>())
            << id;
        EXPECT_EQ(test::hash_of(*items, kItemsPerLevel, Language::kGerman),
                  golden()["families"][id]["de"].get<std::string>())
            << id;
    }
    EXPECT_EQ(prompts.size(), made);
    EXPECT_EQ(english.size(), 10'000U);
    EXPECT_EQ(set_hash(english), golden()["benchmark"]["en"].get<std::string>());
    EXPECT_EQ(set_hash(german), golden()["benchmark"]["de"].get<std::string>());
}

/// Backwards through families, levels and indexes: the same set.
TEST(BenchmarkSlow, IsTheSameSetInAnotherOrder) {
    std::vector<Item> items;
    ItemMaker maker(kBenchmarkSeed);
    for (auto family = families().rbegin(); family != families().rend(); ++family) {
        if (family->field == Field::kOffice) continue;
        for (int level = kLevels; level >= 1; --level) {
            for (int step = 0; step < kItemsPerLevel; ++step) {
                // 17 and 40 have no common divisor: every index once.
                const int index = (step * 17 + 5) % kItemsPerLevel;
                auto item = maker.item(*family, level, index, Language::kEnglish);
                ASSERT_TRUE(item) << util::to_string(item.error());
                items.push_back(std::move(item).value());
            }
        }
    }
    EXPECT_EQ(set_hash(items), golden()["benchmark"]["en"].get<std::string>());
}

}  // namespace
}  // namespace veritune::generate
