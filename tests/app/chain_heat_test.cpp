// SPDX-License-Identifier: Apache-2.0
#include "app/Theme.h"
#include "app/models/TokenHeat.h"
#include "tests/app/app_test_support.h"
#include "tests/app/chain_samples.h"

#include <gtest/gtest.h>

#include <cmath>

namespace veritune::app {
namespace {

data::ChainRecord record() {
    data::ChainRecord chain;
    chain.tokens = {1, 2, 3, 4};
    chain.logprobs = {0.0F, -0.5F, -4.0F, -100.0F};
    chain.ref_logprobs = {0.0F, -1.0F, -3.0F, -100.0F};
    chain.advantages = {1.0F, -1.0F, 0.5F, NAN};
    return chain;
}

TEST(TokenHeat, RareTokensAreStrongAndSureOnesArePale) {
    const TokenHeat heat = makeTokenHeat(record(), HeatKind::kLogprob);
    ASSERT_TRUE(heat.isRecorded());
    EXPECT_FALSE(heat.isDiverging);
    EXPECT_DOUBLE_EQ(heat.strength(0), 0.0);
    EXPECT_LT(heat.strength(1), heat.strength(2));
    EXPECT_DOUBLE_EQ(heat.strength(3), 1.0) << "one outlier does not stretch the scale";
    EXPECT_DOUBLE_EQ(heat.strength(4), 0.0) << "beyond the end";
}

TEST(TokenHeat, AdvantagesDivergeAndNanHasNoColour) {
    const TokenHeat heat = makeTokenHeat(record(), HeatKind::kAdvantage);
    EXPECT_TRUE(heat.isDiverging);
    EXPECT_DOUBLE_EQ(heat.strength(0), 1.0);
    EXPECT_DOUBLE_EQ(heat.strength(1), -1.0);
    EXPECT_DOUBLE_EQ(heat.strength(3), 0.0);
}

TEST(TokenHeat, KlIsTheDifferenceToTheReference) {
    const TokenHeat heat = makeTokenHeat(record(), HeatKind::kKl);
    ASSERT_EQ(heat.values.size(), 4U);
    EXPECT_FLOAT_EQ(heat.values[1], 0.5F);
    EXPECT_FLOAT_EQ(heat.values[2], -1.0F);
}

TEST(TokenHeat, RatiosAreLogarithmsAroundZero) {
    data::ChainRecord chain = record();
    EXPECT_FALSE(makeTokenHeat(chain, HeatKind::kRatio).isRecorded()) << "no gradient, no ratio";
    chain.log_ratios = {0.0F, 0.7F, -0.7F, 1.4F};
    const TokenHeat heat = makeTokenHeat(chain, HeatKind::kRatio);
    ASSERT_TRUE(heat.isRecorded());
    EXPECT_TRUE(heat.isDiverging);
    EXPECT_EQ(heat.strength(0), 0.0);
    EXPECT_DOUBLE_EQ(heat.strength(1), -heat.strength(2)) << "half and double are equally strong";
    EXPECT_TRUE(HeatWords::reading(HeatKind::kRatio, 0.7).contains(QStringLiteral("2.0")));
}

TEST(TokenHeat, WhatARunDidNotStoreIsNotRecorded) {
    data::ChainRecord chain = record();
    EXPECT_FALSE(makeTokenHeat(chain, HeatKind::kEntropy).isRecorded());
    EXPECT_FALSE(makeTokenHeat(chain, HeatKind::kValue).isRecorded());
    chain.ref_logprobs.clear();
    EXPECT_FALSE(makeTokenHeat(chain, HeatKind::kKl).isRecorded());
    chain.logprobs.pop_back();
    EXPECT_FALSE(makeTokenHeat(chain, HeatKind::kLogprob).isRecorded())
        << "one entry per token or none";
    for (const HeatKind kind : heatKinds()) {
        EXPECT_FALSE(HeatWords::name(kind).isEmpty());
        EXPECT_EQ(HeatWords::notRecorded(kind).isEmpty(), kind == HeatKind::kNone);
    }
}

double luminance(const QColor& color) {
    const auto linear = [](double c) {
        return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
           0.0722 * linear(color.blueF());
}

/// Contrast of WCAG 2.1, 1.4.3: 4.5 is the least for text.
TEST(TokenHeat, TextStaysReadableOnEveryColour) {
    Theme& theme = test::appContext().theme;
    for (const ColorScheme scheme :
         {ColorScheme::kLight, ColorScheme::kDark, ColorScheme::kHighContrast}) {
        theme.setScheme(scheme);
        const Colors& colors = theme.colors();
        for (const bool diverging : {false, true}) {
            for (double strength = diverging ? -1.0 : 0.0; strength <= 1.0; strength += 0.125) {
                const QColor over = heatColor(strength, diverging, theme);
                const auto mix = [&](float o, float s) {
                    return o * over.alphaF() + s * (1 - over.alphaF());
                };
                const QColor ground = QColor::fromRgbF(mix(over.redF(), colors.surface.redF()),
                                                       mix(over.greenF(), colors.surface.greenF()),
                                                       mix(over.blueF(), colors.surface.blueF()));
                const double a = luminance(colors.text) + 0.05;
                const double b = luminance(ground) + 0.05;
                EXPECT_GE(std::max(a, b) / std::min(a, b), 4.5)
                    << "scheme " << static_cast<int>(scheme) << " strength " << strength;
            }
        }
    }
    theme.setScheme(ColorScheme::kLight);
}

}  // namespace
}  // namespace veritune::app
