// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/run_record.h"

#include <QColor>
#include <QCoreApplication>
#include <QList>
#include <QString>

#include <vector>

namespace veritune::app {

class Theme;

/// What the tokens of a chain can be coloured by.
enum class HeatKind { kNone, kLogprob, kEntropy, kAdvantage, kKl, kRatio, kValue };
const QList<HeatKind>& heatKinds();

/// One number per completion token and the scale that colours it.
struct TokenHeat {
    HeatKind kind = HeatKind::kNone;
    std::vector<float> values;  ///< empty = not recorded (or kNone); NaN = none for this token
    double low = 0.0;           ///< value of the scale's left end
    double high = 0.0;          ///< value of the scale's right end
    bool isDiverging = false;   ///< 0 in the middle: bad .. surface .. good; else surface .. accent

    bool isRecorded() const { return !values.empty(); }
    /// -1..1 for diverging scales, 0..1 for the others; 0 for NaN and beyond the end.
    double strength(std::size_t token) const;
};

/// kKl is log-prob minus reference log-prob per token (nats), whose mean estimates the KL
/// divergence. Arrays that do not have one entry per token count as not recorded.
/// threads  pure; test  chain_heat_test.cpp
TokenHeat makeTokenHeat(const data::ChainRecord& record, HeatKind kind);

/// Background of a token; transparent for 0. Mixed so that text stays readable on it.
QColor heatColor(double strength, bool isDiverging, const Theme& theme);

/// Names and explanations for people.
class HeatWords {
    Q_DECLARE_TR_FUNCTIONS(HeatWords)
  public:
    static QString name(HeatKind kind);
    static QString help(HeatKind kind);
    /// "log-probability −0.01 (probability 99.0 %)"
    static QString reading(HeatKind kind, double value);
    static QString notRecorded(HeatKind kind);
};

}  // namespace veritune::app
