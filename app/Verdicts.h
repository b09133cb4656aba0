// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/Cards.h"

#include <QColor>
#include <QString>

#include <string_view>

namespace veritune::app {

class Theme;

/// Mark, word and colour of a verdict status ("correct", "incorrect", "partial", "no_answer",
/// "budget_exceeded", "invalid_gold", "sandbox_error", "internal_error"); the same everywhere.
/// An unknown or empty status reads "not scored".
struct VerdictLook {
    QString iconName;
    QString word;      ///< translated
    QString sentence;  ///< what it means for training, translated
    Severity severity = Severity::kInfo;
    bool isScored = true;  ///< false: hatched, never trains
    QColor color;
};
VerdictLook verdictLook(std::string_view status, const Theme& theme);

/// Mark and word of a run's state ("queued", "running", ...).
struct RunStateLook {
    QString iconName;
    QString word;
    Severity severity = Severity::kInfo;
    bool isNeutral = false;
};
RunStateLook runStateLook(std::string_view state);

}  // namespace veritune::app
