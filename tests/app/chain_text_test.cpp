// SPDX-License-Identifier: Apache-2.0
#include "app/Theme.h"
#include "app/widgets/ChainText.h"
#include "core/util/rng.h"
#include "tests/app/app_test_support.h"
#include "tests/app/chain_samples.h"

#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <gtest/gtest.h>

#include <ctime>
#include <memory>

namespace veritune::app {
namespace {

using test::appContext;
using test::demoTokenizer;
using test::plainChain;
using test::wrongChain;

std::unique_ptr<ChainText> makeText(const std::shared_ptr<const ChainDocument>& document) {
    auto text = std::make_unique<ChainText>(appContext(), QStringLiteral("test.text"));
    text->resize(700, 500);
    text->show();
    text->setDocument(document);
    return text;
}

/// Of this thread: a busy machine does not make a test fail.
double cpuMs() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

std::string prose(std::size_t bytes) {
    static constexpr std::string_view kWords[] = {
        "the ", "fee ", "is ", "due ", "because ", "clause ", "seven ", "says ", "so.\n"};
    util::Rng rng(3, util::RngStream::kTest);
    std::string text;
    while (text.size() < bytes) text += kWords[rng.below(std::size(kWords))];
    return text;
}

TEST(ChainLayout, RowsCoverEverySectionOnceAndFitTheWidth) {
    const auto document = ChainDocument::make(plainChain(prose(20'000)), nullptr);
    const auto text = makeText(document);
    const ChainRendering& rendering = text->rendering();
    std::vector<bool> seen(static_cast<std::size_t>(rendering.text.size()));
    const QFontMetricsF metrics(appContext().theme.body());
    int y = -1;
    for (const ChainLayout::Row& row : text->layoutRows().rows()) {
        EXPECT_GT(row.y, y);
        y = row.y;
        for (int unit = row.begin; unit < row.end; ++unit) {
            EXPECT_FALSE(seen[static_cast<std::size_t>(unit)]);
            seen[static_cast<std::size_t>(unit)] = true;
        }
        EXPECT_LE(metrics.horizontalAdvance(rendering.text.mid(row.begin, row.end - row.begin)),
                  700);
    }
    for (int unit = 0; unit < rendering.text.size(); ++unit) {
        EXPECT_TRUE(seen[static_cast<std::size_t>(unit)] || rendering.text[unit] == u'\n') << unit;
    }
}

TEST(ChainLayout, AWordWiderThanTheRowIsBroken) {
    const auto text = makeText(ChainDocument::make(plainChain(std::string(30'000, 'x')), nullptr));
    EXPECT_GT(text->layoutRows().rows().size(), 100U);
    EXPECT_GT(text->verticalScrollBar()->maximum(), 0);
}

TEST(ChainText, FindsGoesRoundAndSaysHowMany) {
    const auto text = makeText(ChainDocument::make(plainChain("one two ONE three one"), nullptr));
    EXPECT_EQ(text->find(QStringLiteral("one")), 3);
    EXPECT_EQ(text->findNext(true), 2);
    EXPECT_EQ(text->findNext(true), 3);
    EXPECT_EQ(text->findNext(true), 1);
    EXPECT_EQ(text->findNext(false), 3);
    EXPECT_EQ(text->find(QStringLiteral("four")), 0);
    EXPECT_EQ(text->findNext(true), 0);
    EXPECT_EQ(text->find(QString()), 0);
    text->setMode(ChainMode::kBytes);
    EXPECT_EQ(text->find(QStringLiteral("two")), 1);
}

TEST(ChainText, CopiesTheContentByteForByte) {
    const std::string content = "tab\there \xe2\x80\x8b and more";
    const auto text = makeText(ChainDocument::make(plainChain(content), nullptr));
    text->selectAll();
    EXPECT_EQ(text->selectedText().toStdString(), "Why?" + content);
}

TEST(ChainText, AClickOnAStepTellsWhichOne) {
    const auto text = makeText(ChainDocument::make(wrongChain(), demoTokenizer()));
    QSignalSpy steps(text.get(), &ChainText::stepActivated);
    const auto& rows = text->layoutRows().rows();
    const int unit = text->rendering().unitsOf(text->document()->steps()[2].bytes).begin;
    const ChainLayout::Row& row = rows[static_cast<std::size_t>(text->layoutRows().rowOf(unit))];
    QTest::mouseClick(text->viewport(), Qt::LeftButton, {}, QPoint(24, row.y + 20));
    ASSERT_EQ(steps.count(), 1);
    EXPECT_EQ(steps[0][0].toInt(), 2);
}

TEST(ChainText, ArrowKeysGoFromTokenToToken) {
    const auto text = makeText(ChainDocument::make(wrongChain(), demoTokenizer()));
    QSignalSpy tokens(text.get(), &ChainText::tokenChanged);
    QTest::keyClick(text.get(), Qt::Key_Right);
    QTest::keyClick(text.get(), Qt::Key_Right);
    QTest::keyClick(text.get(), Qt::Key_Left);
    ASSERT_EQ(tokens.count(), 3);
    EXPECT_EQ(tokens[1][0].toInt(), 1);
    EXPECT_EQ(tokens[2][0].toInt(), 0);
}

TEST(ChainText, ALinkScrollsTheSpanIntoSight) {
    const std::string content = prose(200'000) + "HERE";
    const auto document = ChainDocument::make(plainChain(content), nullptr);
    const auto text = makeText(document);
    ASSERT_EQ(text->verticalScrollBar()->value(), 0);
    text->showBytes({document->byteCount() - 4, document->byteCount()});
    EXPECT_GT(text->verticalScrollBar()->value(), text->verticalScrollBar()->maximum() * 9 / 10);
    text->setMode(ChainMode::kBytes);
    text->showBytes({document->byteCount() - 4, document->byteCount()});
    EXPECT_GT(text->verticalScrollBar()->value(), text->verticalScrollBar()->maximum() * 9 / 10);
}

TEST(ChainText, TenMegabytesOnOneLineOpenAsBytes) {
    const auto document = ChainDocument::make(plainChain(std::string(10'000'000, 'x')), nullptr);
    const double begin = cpuMs();
    const auto text = makeText(document);
    EXPECT_EQ(text->mode(), ChainMode::kBytes);
    text->verticalScrollBar()->setValue(text->verticalScrollBar()->maximum());
    EXPECT_FALSE(text->grab().isNull());
    EXPECT_LT(cpuMs() - begin, 500.0);
}

TEST(ChainText, ModesAndHostileTextPaint) {
    const std::string hostile =
        "<img src=\"/etc/hostname\"> \xe2\x80\xae\xff\x1b[0m \xd8\xb4 e\xcc\x81 \xf0\x9f\x98\x80";
    for (const std::string& content : {hostile, std::string(), std::string("\n\n\n")}) {
        const auto text = makeText(ChainDocument::make(plainChain(content), demoTokenizer()));
        for (const ChainMode mode : {ChainMode::kText, ChainMode::kTokens, ChainMode::kBytes}) {
            text->setMode(mode);
            EXPECT_FALSE(text->grab().isNull());
            QTest::mouseMove(text->viewport(), QPoint(60, 60));
            QTest::mouseClick(text->viewport(), Qt::LeftButton, {}, QPoint(300, 40));
        }
    }
}

/// 32,768 tokens: the whole way from the stored chain to the painted window.
TEST(ChainText, ThirtyTwoThousandTokensOpenInTime) {
    store::StoredChain chain = wrongChain();
    std::string completion;
    util::Rng rng(9, util::RngStream::kTest);
    while (completion.size() < 32'768) {
        const char* digits = "0123456789";
        completion +=
            {digits[rng.below(10)], '+', digits[rng.below(10)], '=', digits[rng.below(10)], ';'};
    }
    completion.resize(32'768);
    const auto tokenizer = demoTokenizer();
    chain.record.completion = completion;
    chain.record.tokens = tokenizer->encode(completion, false);
    chain.record.logprobs.assign(chain.record.tokens.size(), -1.5F);
    chain.record.steps = util::Json::array();
    for (std::size_t at = 0; at + 6 < completion.size(); at += 6) {
        chain.record.steps.push_back({{"what", completion.substr(at, 5)},
                                      {"ok", at % 4 == 0},
                                      {"detail", "expected 3"},
                                      {"span", {at, at + 5}}});
    }
    ASSERT_EQ(chain.record.tokens.size(), 32'768U);
    ChainText text(appContext(), QStringLiteral("test.text"));
    text.resize(800, 700);
    text.show();
    const double begin = cpuMs();
    const auto document = ChainDocument::make(chain, tokenizer);
    const double made = cpuMs();
    text.setDocument(document);
    text.setHeat(makeTokenHeat(document->record(), HeatKind::kLogprob));
    ASSERT_FALSE(text.grab().isNull());
    const double shown = cpuMs();
    text.setMode(ChainMode::kTokens);
    ASSERT_FALSE(text.grab().isNull());
    const double switched = cpuMs();
    RecordProperty("made_ms", static_cast<int>(made - begin));
    RecordProperty("shown_ms", static_cast<int>(shown - made));
    RecordProperty("switched_ms", static_cast<int>(switched - shown));
    EXPECT_LE(shown - begin, 150.0);
    EXPECT_LE(switched - shown, 50.0);
}

}  // namespace
}  // namespace veritune::app
