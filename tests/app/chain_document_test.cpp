// SPDX-License-Identifier: Apache-2.0
#include "app/models/ChainDocument.h"
#include "core/util/rng.h"
#include "tests/app/chain_samples.h"

#include <gtest/gtest.h>

namespace veritune::app {
namespace {

using test::demoTokenizer;
using test::plainChain;
using test::wrongChain;
using Insert = ChainRendering::Insert;

std::string shownBytes(const ChainDocument& document, const ChainRendering& rendering, int unit) {
    const auto at = static_cast<std::size_t>(unit);
    return document.bytes({rendering.bytes[at], rendering.bytes[at + 1]});
}

bool has(const ChainDocument& document, ChainNotice::Kind kind) {
    for (const ChainNotice& notice : document.notices()) {
        if (notice.kind == kind) return true;
    }
    return false;
}

TEST(ChainDocument, ReasoningAnswerAndStepMarksStandWhereTheVerifierFoundThem) {
    const auto document = ChainDocument::make(wrongChain(), demoTokenizer());
    const ChainRendering text = document->render(ChainMode::kText);
    ASSERT_EQ(text.sections.size(), 3U);
    EXPECT_EQ(text.sections[0].kind, SectionKind::kPrompt);
    EXPECT_EQ(text.sections[1].kind, SectionKind::kReasoning);
    EXPECT_EQ(text.sections[2].kind, SectionKind::kAnswer);
    EXPECT_EQ(text.text.mid(text.sections[2].begin), QStringLiteral("#1$"));
    ASSERT_EQ(text.inserts.size(), 3U);
    EXPECT_EQ(text.inserts[1].kind, Insert::Kind::kStepOk);
    EXPECT_EQ(text.inserts[2].kind, Insert::Kind::kStepBad);
    const QString mark =
        text.text.mid(text.inserts[2].begin, text.inserts[2].end - text.inserts[2].begin);
    EXPECT_TRUE(mark.contains(QStringLiteral("expected 7"))) << mark.toStdString();
    const auto answer = text.unitsOf(document->answer());
    EXPECT_EQ(text.text.mid(answer.begin, answer.end - answer.begin), QStringLiteral("1"));
    const auto step = text.unitsOf(document->steps()[1].bytes);
    EXPECT_EQ(text.text.mid(step.begin, step.end - step.begin), QStringLiteral("3-4=9"));
    EXPECT_EQ(text.breaks.size(), 2U) << "each further step begins a row";
}

TEST(ChainDocument, TokensSpellTheText) {
    const auto document = ChainDocument::make(wrongChain(), demoTokenizer());
    ASSERT_TRUE(document->tokensFit());
    const ChainRendering text = document->render(ChainMode::kText);
    ASSERT_EQ(text.tokens.size(), document->record().tokens.size() + 1);
    // Characters are tokens in the demonstration; marks belong to none of the following ones.
    const auto step = text.unitsOf(document->steps()[2].bytes);
    EXPECT_EQ(text.tokenAt(step.begin), 12);
    const ChainRendering tokens = document->render(ChainMode::kTokens);
    EXPECT_EQ(tokens.text, QStringLiteral("6+7=3;3-4=9;9-2=1;#1$"));
    EXPECT_EQ(tokens.tokenAt(20), 20);
    EXPECT_EQ(tokens.tokenAt(21), -1);
}

TEST(ChainDocument, ATokenizerThatSpellsAnotherTextIsSaid) {
    store::StoredChain chain = wrongChain();
    chain.record.tokens.pop_back();
    const auto document = ChainDocument::make(chain, demoTokenizer());
    EXPECT_FALSE(document->tokensFit());
    EXPECT_TRUE(has(*document, ChainNotice::Kind::kOtherTokenizer));
    EXPECT_TRUE(document->render(ChainMode::kText).tokens.empty());
}

TEST(ChainDocument, WithoutATokenizerTokensAreNumbersAndTheReasonIsKept) {
    const auto document =
        ChainDocument::make(wrongChain(), nullptr, QStringLiteral("folder missing"));
    ASSERT_TRUE(has(*document, ChainNotice::Kind::kNoTokenizer));
    EXPECT_EQ(document->notices().back().detail, QStringLiteral("folder missing"));
    const ChainRendering tokens = document->render(ChainMode::kTokens);
    EXPECT_TRUE(tokens.text.startsWith(QString::number(document->record().tokens[0]) + u' '));
    EXPECT_EQ(tokens.tokens.size(), document->record().tokens.size() + 1);
}

TEST(ChainDocument, ThinkBlockIsTheReasoning) {
    const auto document =
        ChainDocument::make(plainChain("<think>two and two</think>\nIt is 4."), nullptr);
    const ChainRendering text = document->render(ChainMode::kText);
    ASSERT_EQ(text.sections.size(), 3U);
    EXPECT_EQ(text.text.mid(text.sections[1].begin, text.sections[1].end - text.sections[1].begin),
              QStringLiteral("<think>two and two</think>"));
    EXPECT_EQ(text.sections[2].kind, SectionKind::kAnswer);
}

TEST(ChainDocument, AThinkBlockThatNeverEndsIsAllReasoning) {
    const auto document = ChainDocument::make(plainChain("<think>on and on"), nullptr);
    const ChainRendering text = document->render(ChainMode::kText);
    ASSERT_EQ(text.sections.size(), 2U);
    EXPECT_EQ(text.sections[1].kind, SectionKind::kReasoning);
}

TEST(ChainDocument, EveryUnitComesFromItsBytes) {
    const std::string hostile =
        "a\xe2\x80\xae"
        "b\xff"
        "c\tzero\xe2\x80\x8bwidth \xf0\x9f\x98\x80 \x1b[31m <b>bold</b> \xe6\xb1\x89\n";
    const auto document = ChainDocument::make(plainChain(hostile), nullptr);
    const ChainRendering text = document->render(ChainMode::kText);
    ASSERT_EQ(text.bytes.size(), static_cast<std::size_t>(text.text.size()) + 1);
    EXPECT_TRUE(std::is_sorted(text.bytes.begin(), text.bytes.end()));
    EXPECT_EQ(text.bytes.back(), document->byteCount());
    EXPECT_TRUE(text.text.contains(QStringLiteral("<U+202E>")));
    EXPECT_TRUE(text.text.contains(QStringLiteral("<b>bold</b>")));
    EXPECT_FALSE(text.text.contains(QChar(0x202e)));
    EXPECT_TRUE(has(*document, ChainNotice::Kind::kBadUtf8));
    EXPECT_TRUE(has(*document, ChainNotice::Kind::kInvisible));
    const int c = static_cast<int>(text.text.indexOf(u'c'));
    EXPECT_EQ(shownBytes(*document, text, c), "c");
    EXPECT_EQ(document->bytes({0, document->byteCount()}), "Why?" + hostile) << "nothing is lost";
}

TEST(ChainDocument, RandomBytesNeverBreakIt) {
    util::Rng rng(17, util::RngStream::kTest);
    for (int round = 0; round < 200; ++round) {
        std::string bytes;
        for (int i = 0; i < 64; ++i) bytes += static_cast<char>(rng.below(256));
        store::StoredChain chain = plainChain(bytes);
        chain.record.steps = util::Json::array(
            {{{"what", "x"}, {"ok", false}, {"span", {rng.below(80), rng.below(80)}}}});
        chain.record.span_begin = static_cast<std::int64_t>(rng.below(100)) - 10;
        chain.record.span_end = static_cast<std::int64_t>(rng.below(100)) - 10;
        const auto document = ChainDocument::make(chain, nullptr);
        const ChainRendering text = document->render(ChainMode::kText);
        EXPECT_TRUE(std::is_sorted(text.bytes.begin(), text.bytes.end())) << round;
        EXPECT_EQ(text.bytes.size(), static_cast<std::size_t>(text.text.size()) + 1) << round;
    }
}

TEST(ChainDocument, TextsOverOneMegabyteHaveTheByteViewOnly) {
    const auto document = ChainDocument::make(plainChain(std::string(10'000'000, 'x')), nullptr);
    EXPECT_TRUE(document->isTooLarge());
    EXPECT_TRUE(has(*document, ChainNotice::Kind::kTooLarge));
    EXPECT_TRUE(has(*document, ChainNotice::Kind::kLongLine));
    EXPECT_TRUE(document->render(ChainMode::kText).text.isEmpty());
    EXPECT_EQ(document->bytes({9'999'999, 10'000'003}), "xxxx");
}

TEST(ChainDocument, LoopsAreFoldedAndUnfolded) {
    std::string loop = "Let me see. ";
    for (int i = 0; i < 40; ++i) loop += "Wait, I should check that again. ";
    loop += "Done.";
    const auto document = ChainDocument::make(plainChain(loop), nullptr);
    ASSERT_EQ(document->repeats().size(), 1U);
    EXPECT_EQ(document->repeats()[0].times, 40);
    EXPECT_TRUE(has(*document, ChainNotice::Kind::kRepeats));
    const ChainRendering folded = document->render(ChainMode::kText);
    ASSERT_EQ(folded.inserts.size(), 1U);
    EXPECT_LT(folded.text.size(), 120);
    EXPECT_TRUE(folded.text.endsWith(QStringLiteral("Done.")));
    const ChainRendering open = document->render(ChainMode::kText, {0});
    EXPECT_EQ(open.text, QStringLiteral("Why?") + QString::fromStdString(loop));
}

TEST(ChainDocument, FiveWordsInARowAreNoLoop) {
    EXPECT_TRUE(findRepeatedPassages("very very very good, and then something else").empty());
    EXPECT_TRUE(findRepeatedPassages("").empty());
    EXPECT_EQ(findRepeatedPassages(std::string(400, ' ')).size(), 1U);
}

TEST(ChainDocument, StepsInProseAreMarkedWithoutBreakingTheRows) {
    const std::string prose =
        "I add the fees, that is 17*24=408 in all, and so the client owes that much.";
    store::StoredChain chain = plainChain(prose);
    const auto begin = static_cast<std::size_t>(prose.find("17"));
    chain.record.steps = verify::steps_to_json({{"17*24=408", true, "", {begin, begin + 9}}});
    const ChainRendering text = ChainDocument::make(chain, nullptr)->render(ChainMode::kText);
    ASSERT_EQ(text.inserts.size(), 1U);
    EXPECT_TRUE(text.breaks.empty());
    EXPECT_TRUE(text.text.left(text.inserts[0].begin).endsWith(QStringLiteral("17*24=408")));
}

TEST(ChainDocument, ErasedTextsAreSaid) {
    store::StoredChain chain = wrongChain();
    chain.record.prompt.clear();
    chain.record.completion.clear();
    const auto document = ChainDocument::make(chain, demoTokenizer());
    EXPECT_TRUE(has(*document, ChainNotice::Kind::kErased));
    EXPECT_TRUE(document->render(ChainMode::kText).sections.empty());
}

}  // namespace
}  // namespace veritune::app
