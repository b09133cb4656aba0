// SPDX-License-Identifier: Apache-2.0
#include "core/train/rejection_select.h"

#include <gmock/gmock.h>

namespace veritune::train {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Selection select(const std::vector<std::string>& texts, std::int64_t most) {
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < texts.size(); ++i)
        candidates.push_back({10 + i, texts[i], static_cast<std::int64_t>(texts[i].size())});
    return select_chains(candidates, most);
}

TEST(NormaliseChain, FoldsWhiteSpace) {
    EXPECT_EQ(normalise_chain("  a \n\t b  "), "a b");
    EXPECT_EQ(normalise_chain(" \n "), "");
    EXPECT_EQ(normalise_chain(""), "");
}

TEST(PathKey, IsTheSetOfEquations) {
    EXPECT_EQ(path_key("6+4=0;0*7=0;#0$"), path_key("0 * 7 = 0; 6+4=0;#0$"));
    EXPECT_EQ(path_key("so 1+1=2, 2+2=4"), path_key("2+2=4\nso 1+1=2"));
    EXPECT_NE(path_key("6+4=0;#0$"), path_key("6+4=1;#1$"));
    EXPECT_EQ(path_key(" no  equation "), "no equation");
}

TEST(SelectChains, DropsSameTextsAndSamePaths) {
    const Selection selection =
        select({"1+1=2;2+2=4;#4", "1+1=2; 2+2=4;#4", "2+2=4;1+1=2;#4", "2*2=4;#4"}, 4);
    EXPECT_THAT(selection.samples, ElementsAre(10, 13));
    EXPECT_EQ(selection.duplicates, 2);
}

TEST(SelectChains, TakesTheShortestAndThenTheMostDifferent) {
    const Selection selection = select(
        {"alpha beta gamma", "alpha beta gamm", "delta epsilon zeta", "alpha beta games"}, 2);
    EXPECT_THAT(selection.samples, ElementsAre(11, 12))
        << "the shortest, and the one with no trigram of it";
}

TEST(SelectChains, PrefersTheShorterOfEquallyDifferentOnes) {
    EXPECT_THAT(select({"aaaa", "cccccccc", "bbbbbb"}, 2).samples, ElementsAre(10, 12));
}

TEST(SelectChains, TakesEverythingThatFitsAndNothingOfNothing) {
    EXPECT_THAT(select({"a=1", "b=2"}, 9).samples, ElementsAre(10, 11));
    EXPECT_THAT(select({}, 4).samples, IsEmpty());
    EXPECT_THAT(select({"a=1"}, 0).samples, IsEmpty());
    EXPECT_THAT(select({"", "x"}, 2).samples, ElementsAre(10, 11))
        << "texts below three characters";
}

TEST(SelectChains, DoesNotDependOnTheOrderOfTheCandidates) {
    const std::vector<std::string> texts{
        "the first way", "quite another", "the first was", "third path here"};
    std::vector<std::string> turned(texts.rbegin(), texts.rend());
    std::vector<std::string> a;
    std::vector<std::string> b;
    for (const std::size_t i : select(texts, 3).samples) a.push_back(texts[i - 10]);
    for (const std::size_t i : select(turned, 3).samples) b.push_back(turned[i - 10]);
    EXPECT_THAT(a, ::testing::UnorderedElementsAreArray(b));
}

}  // namespace
}  // namespace veritune::train
