// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/ChainWords.h"

#include "app/PlainText.h"

#include <QHash>
#include <QLocale>

#include <algorithm>

namespace veritune::app {
namespace {

const char* const kContext = "ChainWords";

/// Sentences by a verifier's machine-readable reason.
const QHash<QString, const char*>& reasonTable() {
    static const QHash<QString, const char*> table = {
        {QStringLiteral("wrong_value"),
         QT_TRANSLATE_NOOP("ChainWords", "The answer differs from the reference answer.")},
        {QStringLiteral("wrong_text"),
         QT_TRANSLATE_NOOP("ChainWords", "The answer's words differ from the reference answer.")},
        {QStringLiteral("wrong_option"),
         QT_TRANSLATE_NOOP("ChainWords", "Another option was chosen than the right one.")},
        {QStringLiteral("many_options"),
         QT_TRANSLATE_NOOP("ChainWords", "Several options were named where one was asked for.")},
        {QStringLiteral("no_option"),
         QT_TRANSLATE_NOOP("ChainWords", "The answer names none of the options.")},
        {QStringLiteral("unclear"),
         QT_TRANSLATE_NOOP("ChainWords",
                           "An option stands only in passing: it is not clear that it is meant.")},
        {QStringLiteral("hedged"),
         QT_TRANSLATE_NOOP("ChainWords",
                           "Several candidates were offered as the answer; only one counts.")},
        {QStringLiteral("many_answers"),
         QT_TRANSLATE_NOOP("ChainWords", "More than one final answer was given.")},
        {QStringLiteral("not_an_integer"),
         QT_TRANSLATE_NOOP("ChainWords", "The answer is not a whole number.")},
        {QStringLiteral("not_a_number"),
         QT_TRANSLATE_NOOP("ChainWords", "The answer cannot be read as one number.")},
        {QStringLiteral("number_too_large"),
         QT_TRANSLATE_NOOP("ChainWords", "The number is too large to be compared exactly.")},
        {QStringLiteral("answer_too_long"),
         QT_TRANSLATE_NOOP("ChainWords", "The answer is far longer than the reference answer.")},
        {QStringLiteral("completion_too_long"),
         QT_TRANSLATE_NOOP("ChainWords", "The text is too long to be checked.")},
        {QStringLiteral("not_canonical"),
         QT_TRANSLATE_NOOP("ChainWords", "The text does not have the form that was asked for.")},
        {QStringLiteral("wrong_operand"),
         QT_TRANSLATE_NOOP("ChainWords", "A step calculates with another number than the task.")},
        {QStringLiteral("wrong_operator"),
         QT_TRANSLATE_NOOP("ChainWords", "A step uses another operation than the task.")},
        {QStringLiteral("wrong_step"),
         QT_TRANSLATE_NOOP("ChainWords", "A step is calculated wrongly.")},
        {QStringLiteral("extra_step"),
         QT_TRANSLATE_NOOP("ChainWords", "There is a step that the task does not ask for.")},
        {QStringLiteral("missing_step"),
         QT_TRANSLATE_NOOP("ChainWords", "A step of the task is missing.")},
        {QStringLiteral("too_many_steps"),
         QT_TRANSLATE_NOOP("ChainWords", "There are more steps than are checked.")},
        {QStringLiteral("no_answer"),
         QT_TRANSLATE_NOOP("ChainWords", "No final answer stands in the text.")},
        {QStringLiteral("no_end"),
         QT_TRANSLATE_NOOP("ChainWords", "The text does not end where the answer ends.")},
        {QStringLiteral("cut_off"),
         QT_TRANSLATE_NOOP("ChainWords",
                           "The text was cut off at the length limit before it was finished.")},
        {QStringLiteral("no_closing_think"),
         QT_TRANSLATE_NOOP("ChainWords", "The reasoning never ended, so there is no answer.")},
        {QStringLiteral("unbalanced_box"),
         QT_TRANSLATE_NOOP("ChainWords", "The box around the answer is never closed.")},
        {QStringLiteral("empty_box"),
         QT_TRANSLATE_NOOP("ChainWords", "The box for the answer is empty.")},
        {QStringLiteral("empty_answer"),
         QT_TRANSLATE_NOOP("ChainWords", "The place for the answer is empty.")},
        {QStringLiteral("bad_gold"),
         QT_TRANSLATE_NOOP("ChainWords", "The reference answer cannot be read.")},
        {QStringLiteral("bad_prompt"),
         QT_TRANSLATE_NOOP("ChainWords", "The task cannot be read by this verifier.")},
        {QStringLiteral("bad_params"),
         QT_TRANSLATE_NOOP("ChainWords", "The verifier's settings for this task are wrong.")},
        {QStringLiteral("gold_contradicts_prompt"),
         QT_TRANSLATE_NOOP("ChainWords", "The reference answer is not the task's answer.")},
        {QStringLiteral("aborted"),
         QT_TRANSLATE_NOOP("ChainWords", "Writing this text was interrupted.")},
    };
    return table;
}

QString scalar(const util::Json& value) {
    if (value.is_string()) return oneLine(value.get_ref<const std::string&>(), 400);
    if (value.is_null()) return {};
    if (value.is_boolean()) {
        return QCoreApplication::translate(kContext,
                                           value.get<bool>()
                                               ? QT_TRANSLATE_NOOP("ChainWords", "yes")
                                               : QT_TRANSLATE_NOOP("ChainWords", "no"));
    }
    // error_handler replace: bytes that are no UTF-8 must not throw here.
    return oneLine(value.dump(-1, ' ', false, util::Json::error_handler_t::replace), 400);
}

const util::Json* findStage(const util::Json& recipe, const std::string& stage) {
    const auto stages = recipe.find("stages");
    if (stages == recipe.end() || !stages->is_array()) return nullptr;
    for (const util::Json& entry : *stages) {
        const auto id = entry.find("id");
        if (id != entry.end() && id->is_string() && id->get_ref<const std::string&>() == stage) {
            return &entry;
        }
    }
    return nullptr;
}

QString field(const util::Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string()
               ? fromUtf8(found->get_ref<const std::string&>())
               : QString();
}

}  // namespace

StageRules stageRules(const util::Json& recipe, const std::string& stage) {
    StageRules rules;
    if (!recipe.is_object()) return rules;
    const util::Json* entry = findStage(recipe, stage);
    if (entry == nullptr || !entry->is_object()) return rules;
    rules.type = field(*entry, "type");
    const auto vrl = entry->find("vrl");
    if (vrl != entry->end() && vrl->is_object()) {
        rules.algorithm = field(*vrl, "algorithm");
        rules.verifiedOnly = field(*vrl, "update_on") == QStringLiteral("verified");
    }
    return rules;
}

QString ChainWords::failedStep(const ChainDocument& document) {
    int number = 0;
    for (const ChainStep& step : document.steps()) {
        ++number;
        if (step.ok) continue;
        if (step.detail.isEmpty()) {
            //: %1 number of the step, %2 what it says, like "6+4=1"
            return tr("Step %1 is wrong: \u201c%2\u201d.")
                .arg(QLocale().toString(number), step.what);
        }
        //: %1 number of the step, %2 what it says, like "6+4=1", %3 like "expected 0"
        return tr("Step %1 is wrong: it says \u201c%2\u201d, %3.")
            .arg(QLocale().toString(number), step.what, stepDetail(step.detail));
    }
    return {};
}

QString ChainWords::reason(const data::ChainRecord& record) {
    const QString id = fromUtf8(record.reason);
    // "gold_fails_itself: wrong_value" and the like: the first part decides.
    const QString key = id.section(u':', -1).trimmed();
    const auto found = reasonTable().constFind(key);
    if (found != reasonTable().cend()) return QCoreApplication::translate(kContext, *found);
    if (id.isEmpty()) return {};
    //: %1 a verifier's own short word for it
    return tr("The verifier's reason: %1.").arg(oneLine(record.reason).replace(u'_', u' '));
}

QString ChainWords::why(const ChainDocument& document) {
    const data::ChainRecord& record = document.record();
    if (record.status == "correct") {
        const auto steps = document.steps().size();
        if (steps > 0) {
            return tr(
                "All %Ln steps hold and the answer is right.", nullptr, static_cast<int>(steps));
        }
        return tr("The answer equals the reference answer.");
    }
    if (record.verifier.empty()) return tr("No verifier looked at this chain.");
    const QString step = failedStep(document);
    if (!step.isEmpty() && record.status == "incorrect") return step;
    if (record.reason == "wrong_value" && !record.extracted.empty()) {
        return tr("The answer is \u201c%1\u201d, the reference answer is \u201c%2\u201d.")
            .arg(oneLine(record.extracted, 80), gold(record.gold).left(80));
    }
    return reason(record);
}

QString ChainWords::training(const data::ChainRecord& record,
                             const StageRules& rules,
                             std::optional<bool> groupRewardsEqual) {
    if (record.phase == "eval" || record.phase == "greedy") {
        return tr("This chain only measured the model on unseen tasks. It never trains.");
    }
    if (record.phase == "rejection") {
        return record.updated ? tr("Verified and chosen: the model was trained on this text.")
               : record.status == "correct"
                   ? tr("Verified, but not chosen: this solution, or enough others of this task, "
                        "had been kept already.")
                   : tr("Not used: only verified texts are kept for training.");
    }
    if (record.updated) return tr("This chain updated the weights.");
    if (record.status == "invalid_gold" || record.status == "sandbox_error" ||
        record.status == "internal_error") {
        return tr("It did not update the weights: a chain that could not be scored never trains.");
    }
    if (groupRewardsEqual.value_or(false) && !rules.verifiedOnly) {
        return tr(
            "It did not update the weights: all chains of this task got the same reward, so "
            "there was nothing to learn from their differences.");
    }
    if (rules.verifiedOnly && record.status != "correct") {
        return tr(
            "It did not update the weights: in this run only chains that the verifier proves "
            "correct do.");
    }
    return tr("It did not update the weights.");
}

QString ChainWords::rule(const std::string& rule) {
    const QString id = fromUtf8(rule);
    if (id.isEmpty()) return tr("No rule applied.");
    if (id == u"chain")
        return tr("The whole text is checked step by step; the answer follows \u201c#\u201d.");
    if (id == u"E0.cut_off") return tr("The text was cut off, so no answer is looked for.");
    if (id == u"E1.think") return tr("The reasoning was set aside; no answer followed it.");
    if (id == u"E1.raw") return tr("The whole text behind the reasoning is the answer.");
    if (id.startsWith(u"E2")) return tr("The text inside the answer tags.");
    if (id == u"E3.box") return tr("The last box around an answer.");
    if (id == u"E4.hash") return tr("The line that begins with \"####\".");
    if (id == u"E5.anchor") return tr("What follows words like \u201cthe answer is\u201d.");
    if (id == u"E5.line") return tr("The last line that begins with \"Answer:\".");
    if (id == u"E6.number") return tr("The last number in the text.");
    if (id == u"none") return tr("No place for an answer was found.");
    return oneLine(rule);
}

QString ChainWords::method(const std::string& method) {
    if (method == "string") return tr("Compared as text, apart from case and spaces.");
    if (method == "exact") return tr("Compared exactly.");
    if (method == "algebraic") return tr("Compared as formulas.");
    if (method == "numeric_ball") return tr("Compared as numbers with proven error bounds.");
    if (method == "solver") return tr("Proved by a solver.");
    if (method == "execution_rung_b") {
        return tr("Run as a program in a sandbox with fewer walls (rung B).");
    }
    if (method == "execution") return tr("Run as a program in a sandbox.");
    return oneLine(method);
}

QString ChainWords::verifier(const std::string& id) {
    if (id == "chain_arithmetic") return tr("Step-by-step arithmetic");
    if (id == "integer") return tr("Whole number");
    if (id == "numeric") return tr("Number");
    if (id == "choice") return tr("Multiple choice");
    if (id == "text_exact") return tr("Exact text");
    return oneLine(id);
}

QString ChainWords::phase(const std::string& phase) {
    if (phase == "train") return tr("Training");
    if (phase == "eval") return tr("Held-out check");
    if (phase == "greedy") return tr("Held-out check, most likely text");
    if (phase == "rejection") return tr("Collecting solutions");
    return oneLine(phase);
}

QString ChainWords::finish(const std::string& reason) {
    if (reason == "stop") return tr("Finished by itself");
    if (reason == "length") return tr("Cut off at the length limit");
    if (reason == "abort") return tr("Interrupted");
    return oneLine(reason);
}

QString ChainWords::section(SectionKind kind) {
    switch (kind) {
        case SectionKind::kPrompt:
            return tr("Task");
        case SectionKind::kReasoning:
            return tr("Reasoning");
        case SectionKind::kAnswer:
            return tr("Answer");
        case SectionKind::kCompletion:
            return tr("Text of the model");
    }
    return {};
}

QString ChainWords::noticeTitle(const ChainNotice& notice) {
    const auto n = static_cast<int>(std::min<std::int64_t>(notice.count, 2'000'000'000));
    using enum ChainNotice::Kind;
    switch (notice.kind) {
        case kTooLarge:
            //: %1 a size like "10.0 MB"
            return tr("This text is %1 long and is shown as bytes.")
                .arg(QLocale().formattedDataSize(notice.count, 1, QLocale::DataSizeSIFormat));
        case kBadUtf8:
            return tr("%Ln bytes are not valid text.", nullptr, n);
        case kInvisible:
            return tr("%Ln invisible characters are shown as marks.", nullptr, n);
        case kLongLine:
            return tr("One line has %Ln characters and is wrapped.", nullptr, n);
        case kCutOff:
            return tr("Cut off after %Ln tokens.", nullptr, n);
        case kAborted:
            return tr("The text was interrupted.");
        case kRepeats:
            return tr("A passage is repeated %Ln times in a row.", nullptr, n);
        case kNoTokenizer:
            return tr("The pieces of text behind the tokens are unknown.");
        case kOtherTokenizer:
            return tr("The tokens do not spell this text.");
        case kErased:
            return tr("The text of this chain was removed.");
    }
    return {};
}

QString ChainWords::notice(const ChainNotice& notice) {
    using enum ChainNotice::Kind;
    switch (notice.kind) {
        case kTooLarge:
            return tr("Texts over 1 MB open in the byte view. Nothing is left out.");
        case kBadUtf8:
            return tr("They are shown as \ufffd; the byte view shows them as they are.");
        case kInvisible:
            return tr("They could hide or turn text around; the byte view shows them as they are.");
        case kLongLine:
            return tr("The wrapping is only on the screen; the text itself is unchanged.");
        case kCutOff:
            return tr(
                "The length limit of the run ended it. The answer may be missing for that "
                "reason alone.");
        case kAborted:
            return tr("A chain that was interrupted is never scored.");
        case kRepeats:
            return tr("The repetitions are folded. Click a fold to see them all.");
        case kNoTokenizer:
            return notice.detail;
        case kOtherTokenizer:
            return tr(
                "The model's files may have changed since the run. Colours by token are off "
                "in the text view.");
        case kErased:
            return tr("Its verdict and figures are still here.");
    }
    return {};
}

QString ChainWords::gold(const util::Json& gold) {
    QStringList parts;
    if (gold.is_array()) {
        for (const util::Json& entry : gold) parts.push_back(scalar(entry));
        return parts.join(QStringLiteral(", "));
    }
    if (gold.is_object()) {
        for (const auto& [key, value] : gold.items()) {
            parts.push_back(oneLine(key, 80) + QStringLiteral(": ") + scalar(value));
        }
        return parts.join(QStringLiteral(", "));
    }
    return scalar(gold);
}

QString ChainWords::duration(std::int64_t micros) {
    const QLocale locale;
    if (micros < 1000) return tr("under 1 ms");
    const double ms = static_cast<double>(micros) / 1000.0;
    if (ms < 1000.0) return tr("%1 ms").arg(locale.toString(ms, 'f', 1));
    return tr("%1 s").arg(locale.toString(ms / 1000.0, 'f', 1));
}

QString ChainWords::stepDetail(const QString& detail) {
    if (detail == u"no further step") return tr("the task has no further step");
    if (detail == u"not a step") return tr("which is not a step of a calculation");
    if (detail == u"no ';' at its end") return tr("without \u201c;\u201d at its end");
    if (detail.startsWith(u"expected ")) {
        QString rest = detail.mid(9);
        if (rest.endsWith(u" first")) {
            rest.chop(6);
            //: %1 the number with which the step had to begin
            return tr("it had to begin with %1").arg(rest);
        }
        //: %1 the right value
        return tr("expected %1").arg(rest);
    }
    return detail;
}

}  // namespace veritune::app
