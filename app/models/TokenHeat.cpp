// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/TokenHeat.h"

#include "app/Theme.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace veritune::app {
namespace {

/// The scale ends where 99 of 100 tokens lie within, so that one outlier does not wash out the
/// rest.
double percentile99(const std::vector<float>& values, bool absolute) {
    std::vector<double> sorted;
    sorted.reserve(values.size());
    for (const float value : values) {
        if (std::isfinite(value)) sorted.push_back(absolute ? std::fabs(value) : value);
    }
    if (sorted.empty()) return 0.0;
    const auto nth = static_cast<std::ptrdiff_t>((sorted.size() - 1) * 99 / 100);
    std::nth_element(sorted.begin(), sorted.begin() + nth, sorted.end());
    return sorted[static_cast<std::size_t>(nth)];
}

std::vector<float> differences(const std::vector<float>& a, const std::vector<float>& b) {
    if (a.size() != b.size()) return {};
    std::vector<float> out(a.size());
    std::transform(
        a.begin(), a.end(), b.begin(), out.begin(), [](float x, float y) { return x - y; });
    return out;
}

std::vector<float> valuesOf(const data::ChainRecord& record, HeatKind kind) {
    switch (kind) {
        case HeatKind::kNone:
            return {};
        case HeatKind::kLogprob:
            return record.logprobs;
        case HeatKind::kEntropy:
            return record.entropies;
        case HeatKind::kAdvantage:
            return record.advantages;
        case HeatKind::kKl:
            return differences(record.logprobs, record.ref_logprobs);
        case HeatKind::kRatio:
            return record.log_ratios;
        case HeatKind::kValue:
            return record.values;
    }
    return {};
}

void setScale(TokenHeat& heat) {
    switch (heat.kind) {
        case HeatKind::kLogprob: {
            double deepest = 0.0;
            for (const float value : heat.values) {
                if (std::isfinite(value)) deepest = std::min(deepest, static_cast<double>(value));
            }
            // At least two nats (13 %): a chain of sure tokens stays pale.
            heat.low = 0.0;
            heat.high = std::max(deepest, -8.0) < -2.0 ? std::max(deepest, -8.0) : -2.0;
            return;
        }
        case HeatKind::kEntropy:
            heat.high = std::max(percentile99(heat.values, false), 0.7);
            return;
        case HeatKind::kValue:
            heat.high = std::max(percentile99(heat.values, false), 1.0);
            return;
        case HeatKind::kRatio:  // a logarithm: half and double are equally strong
        case HeatKind::kAdvantage:
        case HeatKind::kKl: {
            const double end = std::max(percentile99(heat.values, true), 0.05);
            heat.isDiverging = true;
            heat.low = -end;
            heat.high = end;
            return;
        }
        case HeatKind::kNone:
            return;
    }
}

QString number(double value, int digits = 3) {
    return QLocale().toString(value, 'f', digits).replace(u'-', QChar(0x2212));
}

}  // namespace

const QList<HeatKind>& heatKinds() {
    static const QList<HeatKind> kinds = {HeatKind::kNone,
                                          HeatKind::kLogprob,
                                          HeatKind::kEntropy,
                                          HeatKind::kAdvantage,
                                          HeatKind::kKl,
                                          HeatKind::kRatio,
                                          HeatKind::kValue};
    return kinds;
}

double TokenHeat::strength(std::size_t token) const {
    if (token >= values.size() || !std::isfinite(values[token])) return 0.0;
    const double value = values[token];
    if (isDiverging) return high > 0.0 ? std::clamp(value / high, -1.0, 1.0) : 0.0;
    if (high == low) return 0.0;
    return std::clamp((value - low) / (high - low), 0.0, 1.0);
}

TokenHeat makeTokenHeat(const data::ChainRecord& record, HeatKind kind) {
    TokenHeat heat;
    heat.kind = kind;
    heat.values = valuesOf(record, kind);
    if (heat.values.size() != record.tokens.size()) heat.values.clear();
    if (heat.isRecorded()) setScale(heat);
    return heat;
}

QColor heatColor(double strength, bool isDiverging, const Theme& theme) {
    if (std::fabs(strength) < 0.02) return Qt::transparent;
    const Colors& colors = theme.colors();
    QColor full = colors.accent;
    if (isDiverging) full = strength < 0 ? colors.bad : colors.good;
    // Text keeps its contrast up to about this much colour behind it.
    full.setAlphaF(static_cast<float>(0.45 * std::min(std::fabs(strength), 1.0)));
    return full;
}

QString HeatWords::name(HeatKind kind) {
    switch (kind) {
        case HeatKind::kNone:
            return tr("No colours");
        case HeatKind::kLogprob:
            //: what tokens are coloured by
            return tr("Surprise (log-probability)");
        case HeatKind::kEntropy:
            return tr("Doubt (entropy)");
        case HeatKind::kAdvantage:
            return tr("Push from the reward (advantage)");
        case HeatKind::kKl:
            return tr("Distance from the reference (KL)");
        case HeatKind::kRatio:
            return tr("Training against sampling (ratio)");
        case HeatKind::kValue:
            return tr("Expected reward (critic)");
    }
    return {};
}

QString HeatWords::help(HeatKind kind) {
    switch (kind) {
        case HeatKind::kNone:
            return tr("The text is shown without colours behind it.");
        case HeatKind::kLogprob:
            return tr(
                "How unlikely each token was for the model when it wrote it. Strong colour: "
                "a rare choice.");
        case HeatKind::kEntropy:
            return tr(
                "How undecided the model was before each token, in nats. Strong colour: many "
                "continuations were about equally likely.");
        case HeatKind::kAdvantage:
            return tr(
                "Which way training pushed each token: towards it (above zero) or away from "
                "it (below zero).");
        case HeatKind::kKl:
            return tr(
                "How much more (above zero) or less likely each token has become than in the "
                "model that training started from, in nats.");
        case HeatKind::kRatio:
            return tr(
                "How much more (above zero) or less likely each token was in the update than when "
                "it was written, as a logarithm. Only texts that moved the weights have it.");
        case HeatKind::kValue:
            return tr("The reward that the critic expected at each token, before the update.");
    }
    return {};
}

QString HeatWords::reading(HeatKind kind, double value) {
    if (!std::isfinite(value)) return notRecorded(kind);
    switch (kind) {
        case HeatKind::kNone:
            return {};
        case HeatKind::kLogprob:
            //: %1 a percentage like "99.0 %", %2 a number
            return tr("probability %1 (log-probability %2)")
                .arg(QLocale().toString(100.0 * std::exp(value), 'f', 1) + QStringLiteral(" %"),
                     number(value));
        case HeatKind::kEntropy:
            return tr("entropy %1 nats").arg(number(value));
        case HeatKind::kAdvantage:
            return tr("advantage %1").arg(number(value));
        case HeatKind::kKl:
            return tr("distance from the reference %1 nats").arg(number(value));
        case HeatKind::kRatio:
            return tr("ratio %1").arg(number(std::exp(value)));
        case HeatKind::kValue:
            return tr("expected reward %1").arg(number(value));
    }
    return {};
}

QString HeatWords::notRecorded(HeatKind kind) {
    switch (kind) {
        case HeatKind::kNone:
            return {};
        case HeatKind::kLogprob:
            return tr("Log-probabilities: not recorded for this chain.");
        case HeatKind::kEntropy:
            return tr("Entropies: not recorded for this chain.");
        case HeatKind::kAdvantage:
            return tr("Advantages: not recorded. Only chains of a training step have them.");
        case HeatKind::kKl:
            return tr(
                "Reference log-probabilities: not recorded. The run did not compare with a "
                "reference model.");
        case HeatKind::kRatio:
            return tr(
                "Ratios: not recorded. Only chains that moved the weights have them, and runs of "
                "older versions of this program have none.");
        case HeatKind::kValue:
            return tr("Critic values: not recorded. Only training with a critic (PPO) has them.");
    }
    return {};
}

}  // namespace veritune::app
