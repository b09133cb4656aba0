// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Verdicts.h"

#include "app/Theme.h"

#include <QCoreApplication>

namespace veritune::app {
namespace {

QString words(const char* text) { return QCoreApplication::translate("Verdicts", text); }

}  // namespace

VerdictLook verdictLook(std::string_view status, const Theme& theme) {
    const Colors& colors = theme.colors();
    if (status == "correct") {
        return {
            QStringLiteral("check-circle"),
            words(QT_TRANSLATE_NOOP("Verdicts", "Correct")),
            words(QT_TRANSLATE_NOOP("Verdicts", "The verifier proved the answer right: reward 1.")),
            Severity::kGood,
            true,
            colors.good};
    }
    if (status == "incorrect") {
        return {QStringLiteral("cross-circle"),
                words(QT_TRANSLATE_NOOP("Verdicts", "Incorrect")),
                words(QT_TRANSLATE_NOOP("Verdicts", "The verifier refused the answer: reward 0.")),
                Severity::kBad,
                true,
                colors.bad};
    }
    if (status == "partial") {
        return {QStringLiteral("half-circle"),
                words(QT_TRANSLATE_NOOP("Verdicts", "Partly correct")),
                words(QT_TRANSLATE_NOOP("Verdicts",
                                        "A part of the answer is right: a share of the reward.")),
                Severity::kWarn,
                true,
                colors.warn};
    }
    if (status == "no_answer") {
        return {
            QStringLiteral("empty-set"),
            words(QT_TRANSLATE_NOOP("Verdicts", "No answer")),
            words(QT_TRANSLATE_NOOP("Verdicts", "No answer could be found in the text: reward 0.")),
            Severity::kWarn,
            true,
            colors.warn};
    }
    if (status == "budget_exceeded") {
        return {QStringLiteral("clock"),
                words(QT_TRANSLATE_NOOP("Verdicts", "Over the limit")),
                words(QT_TRANSLATE_NOOP("Verdicts",
                                        "Checking the answer went over a limit: reward 0.")),
                Severity::kWarn,
                true,
                colors.warn};
    }
    if (status == "invalid_gold") {
        return {QStringLiteral("hatched"),
                words(QT_TRANSLATE_NOOP("Verdicts", "Not scored: reference answer at fault")),
                words(QT_TRANSLATE_NOOP(
                    "Verdicts", "The reference answer does not hold, so this chain never trains.")),
                Severity::kInfo,
                false,
                colors.neutral};
    }
    return {QStringLiteral("hatched"),
            words(QT_TRANSLATE_NOOP("Verdicts", "Not scored")),
            words(QT_TRANSLATE_NOOP(
                "Verdicts", "Our machine failed here, not the answer; this chain never trains.")),
            Severity::kInfo,
            false,
            colors.neutral};
}

RunStateLook runStateLook(std::string_view state) {
    if (state == "running")
        return {QStringLiteral("play"),
                words(QT_TRANSLATE_NOOP("Verdicts", "Running")),
                Severity::kInfo,
                false};
    if (state == "paused")
        return {QStringLiteral("pause"),
                words(QT_TRANSLATE_NOOP("Verdicts", "Paused")),
                Severity::kWarn,
                false};
    if (state == "done")
        return {QStringLiteral("check"),
                words(QT_TRANSLATE_NOOP("Verdicts", "Finished")),
                Severity::kGood,
                false};
    if (state == "stopped")
        return {QStringLiteral("stop"),
                words(QT_TRANSLATE_NOOP("Verdicts", "Stopped and kept")),
                Severity::kInfo,
                true};
    if (state == "interrupted")
        return {QStringLiteral("undo"),
                words(QT_TRANSLATE_NOOP("Verdicts", "Interrupted, can be resumed")),
                Severity::kWarn,
                false};
    if (state == "failed")
        return {QStringLiteral("warning"),
                words(QT_TRANSLATE_NOOP("Verdicts", "Failed")),
                Severity::kBad,
                false};
    return {QStringLiteral("clock"),
            words(QT_TRANSLATE_NOOP("Verdicts", "Waiting")),
            Severity::kInfo,
            true};
}

}  // namespace veritune::app
