// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/result.h"

#include <QString>

namespace veritune::app {

/// An error as a person reads it: what failed, and what to do next.
struct ErrorWords {
    QString title;   ///< "The project is in use"
    QString detail;  ///< the engine's or core's own sentence, with the thing's name
    QString remedy;  ///< next step; may be empty
};

/// Every code of core has its words (test: error_text_test.cpp walks them all).
ErrorWords errorWords(const util::Error& error);
/// Title, detail and context without content, for *Copy details*.
QString errorDetails(const util::Error& error);

}  // namespace veritune::app
