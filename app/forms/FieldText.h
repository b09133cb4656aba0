// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/config.h"
#include "core/util/json.h"

#include <QString>

#include <string_view>

/// The words of the recipe form: core knows a hyper-parameter by its key, range, unit and effect;
/// here it gets a name for people. Everything is translated at the time of the call.
/// threads  GUI thread (translators may change)
namespace veritune::app {

/// The row of describe_parameters() for a key of a block ("vrl", "epsilon"); nullptr when unknown.
const train::Parameter* findParameter(std::string_view block, std::string_view key);

/// "Learning rate"; a key without a name of its own becomes words ("adam beta3").
QString fieldLabel(const train::Parameter& parameter);
/// One sentence: what it does and when to change it.
QString fieldEffect(const train::Parameter& parameter);
QString fieldUnit(const train::Parameter& parameter);
/// "0 to 1", "above 0, at most 1"; empty for free text, choices and switches.
QString fieldRange(const train::Parameter& parameter);
/// The heading that the field stands under inside its section.
QString fieldGroup(const train::Parameter& parameter);

/// "verified" -> "Proven chains only"; a choice without words of its own stays as it is.
QString choiceText(std::string_view key, std::string_view choice);
/// A value as a table shows it: "0.00001" as "0.00001", true as "yes", "" as "(empty)".
QString valueText(const train::Parameter& parameter, const util::Json& value);
/// A number in the language of the window, without trailing zeros: what editors show.
QString numberText(double value);

/// "vrl" -> "Verifiable RL".
QString stageTypeName(std::string_view type);
/// "vrl" -> "Verifiable RL"; "control_random" -> "Control: random verdicts"; own ids stay.
QString stageTitle(std::string_view id, std::string_view type);
/// One sentence about what a stage of this type does.
QString stageSentence(std::string_view type);
/// A built-in recipe as part of a sentence: "default-7b" -> "the default for 7B models"; the name
/// of a file or run stays.
QString presetTitle(const QString& name);
/// A preset of train::algorithm_presets(): "ppo" -> "PPO, proven chains only".
QString algorithmTitle(std::string_view preset);
QString algorithmSentence(std::string_view preset);

}  // namespace veritune::app
