// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

/// The words for metrics and stages. Keys are TRL's and stay as they are in the expert view; the
/// well-known ones also have a plain name and an explanation with the healthy range.
namespace veritune::app {

/// "Mean reward" for "reward"; a key without words is its own title.
QString metricTitle(const QString& key);
/// Of a chart that may hold several metrics ("groups", "lengths").
QString chartTitle(const QString& name);
/// One or two sentences; empty when there is nothing to say.
QString metricExplanation(const QString& key);
/// "Lengths" for "completions": the heading of metrics with that prefix; unknown ones stay.
QString metricGroupWord(const QString& prefix);
/// "Cold start" for "cold_start"; unknown ids stay.
QString stageWord(const QString& id);
/// "20 to 30 s", "3 to 4 min": rounded, in the language of the window.
QString durationRange(double low_s, double high_s);
QString durationWords(double seconds);

}  // namespace veritune::app
