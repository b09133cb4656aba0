// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/BenchWords.h"

#include "app/PlainText.h"
#include "app/models/BenchModel.h"

#include <QHash>

namespace veritune::app {
namespace {

constexpr auto kContext = "BenchWords";

/// By the names in core/verify/bench_cases.cpp and its siblings.
const QHash<QString, const char*>& ruleTable() {
    struct Entry {
        const char* rule;
        const char* words;
    };
    static constexpr Entry kEntries[] = {
        {"self test", QT_TRANSLATE_NOOP("BenchWords", "from the verifier's own table")},
        {"the gold itself", QT_TRANSLATE_NOOP("BenchWords", "the reference answer itself")},
        {"boxed in prose", QT_TRANSLATE_NOOP("BenchWords", "boxed, among words")},
        {"boxed in a formula", QT_TRANSLATE_NOOP("BenchWords", "boxed, in a formula")},
        {"in an answer tag", QT_TRANSLATE_NOOP("BenchWords", "in an answer tag")},
        {"after reasoning", QT_TRANSLATE_NOOP("BenchWords", "after reasoning")},
        {"an earlier box was wrong", QT_TRANSLATE_NOOP("BenchWords", "right after a wrong box")},
        {"white space", QT_TRANSLATE_NOOP("BenchWords", "more white space")},
        {"line behind", QT_TRANSLATE_NOOP("BenchWords", "another line behind it")},
        {"words behind", QT_TRANSLATE_NOOP("BenchWords", "words behind it")},
        {"said twice", QT_TRANSLATE_NOOP("BenchWords", "said twice")},
        {"leading plus", QT_TRANSLATE_NOOP("BenchWords", "with a plus sign")},
        {"unicode minus", QT_TRANSLATE_NOOP("BenchWords", "with a typographic minus")},
        {"trailing point zero", QT_TRANSLATE_NOOP("BenchWords", "with .0 behind it")},
        {"thousands", QT_TRANSLATE_NOOP("BenchWords", "with thousands separators")},
        {"percent", QT_TRANSLATE_NOOP("BenchWords", "as a percentage")},
        {"a letter less", QT_TRANSLATE_NOOP("BenchWords", "one letter less")},
        {"a letter more", QT_TRANSLATE_NOOP("BenchWords", "one letter more")},
        {"a digit less", QT_TRANSLATE_NOOP("BenchWords", "one digit less")},
        {"another digit", QT_TRANSLATE_NOOP("BenchWords", "another digit")},
        {"last digit dropped", QT_TRANSLATE_NOOP("BenchWords", "last digit left out")},
        {"digits reversed", QT_TRANSLATE_NOOP("BenchWords", "digits reversed")},
        {"negated", QT_TRANSLATE_NOOP("BenchWords", "sign turned round")},
        {"sign", QT_TRANSLATE_NOOP("BenchWords", "sign turned round")},
        {"nearly", QT_TRANSLATE_NOOP("BenchWords", "nearly the right number")},
        {"inverse", QT_TRANSLATE_NOOP("BenchWords", "one divided by it")},
        {"times ten", QT_TRANSLATE_NOOP("BenchWords", "ten times it")},
        {"tenfold", QT_TRANSLATE_NOOP("BenchWords", "ten times it")},
        {"times hundred", QT_TRANSLATE_NOOP("BenchWords", "a hundred times it")},
        {"infinity", QT_TRANSLATE_NOOP("BenchWords", "infinity")},
        {"interval", QT_TRANSLATE_NOOP("BenchWords", "an interval around it")},
        {"plus or minus", QT_TRANSLATE_NOOP("BenchWords", "plus or minus it")},
        {"shotgun list", QT_TRANSLATE_NOOP("BenchWords", "a list of many numbers")},
        {"hedge", QT_TRANSLATE_NOOP("BenchWords", "two answers at once")},
        {"hedge, right one last",
         QT_TRANSLATE_NOOP("BenchWords", "two answers, the right one last")},
        {"another option", QT_TRANSLATE_NOOP("BenchWords", "another option")},
        {"all options", QT_TRANSLATE_NOOP("BenchWords", "all options at once")},
        {"another problem's gold",
         QT_TRANSLATE_NOOP("BenchWords", "the answer to another problem")},
        {"another problem's program",
         QT_TRANSLATE_NOOP("BenchWords", "the program of another problem")},
        {"empty", QT_TRANSLATE_NOOP("BenchWords", "nothing at all")},
        {"does not know", QT_TRANSLATE_NOOP("BenchWords", "says it does not know")},
        {"claims success", QT_TRANSLATE_NOOP("BenchWords", "claims to be right")},
        {"talks to the grader", QT_TRANSLATE_NOOP("BenchWords", "talks to the grader")},
        {"prompt echoed", QT_TRANSLATE_NOOP("BenchWords", "repeats the question")},
        {"a megabyte", QT_TRANSLATE_NOOP("BenchWords", "a megabyte of text")},
        {"too long by far", QT_TRANSLATE_NOOP("BenchWords", "far too long")},
        {"box not closed", QT_TRANSLATE_NOOP("BenchWords", "box never closed")},
        {"unterminated reasoning", QT_TRANSLATE_NOOP("BenchWords", "reasoning never ended")},
        {"reasoning not closed", QT_TRANSLATE_NOOP("BenchWords", "reasoning never ended")},
        {"cut inside the reasoning",
         QT_TRANSLATE_NOOP("BenchWords", "cut off inside the reasoning")},
        {"no letters", QT_TRANSLATE_NOOP("BenchWords", "without letters")},
        {"step dropped", QT_TRANSLATE_NOOP("BenchWords", "one step left out")},
        {"last step dropped", QT_TRANSLATE_NOOP("BenchWords", "last step left out")},
        {"end dropped", QT_TRANSLATE_NOOP("BenchWords", "end left out")},
        {"no end", QT_TRANSLATE_NOOP("BenchWords", "without an end")},
        {"program in prose", QT_TRANSLATE_NOOP("BenchWords", "a program among words")},
        {"program among words", QT_TRANSLATE_NOOP("BenchWords", "a program among words")},
        {"program without a fence", QT_TRANSLATE_NOOP("BenchWords", "a program without a fence")},
        {"earlier fence", QT_TRANSLATE_NOOP("BenchWords", "right after another program")},
        {"pass", QT_TRANSLATE_NOOP("BenchWords", "a program that does nothing")},
        {"nothing defined", QT_TRANSLATE_NOOP("BenchWords", "a program that defines nothing")},
        {"printed success", QT_TRANSLATE_NOOP("BenchWords", "a program that prints success")},
        {"system exit", QT_TRANSLATE_NOOP("BenchWords", "a program that ends the test")},
        {"reference", QT_TRANSLATE_NOOP("BenchWords", "the reference program")},
        {"reference, then exit", QT_TRANSLATE_NOOP("BenchWords", "the reference, then an exit")},
        {"reference, then raise", QT_TRANSLATE_NOOP("BenchWords", "the reference, then an error")},
        {"cannot be read", QT_TRANSLATE_NOOP("BenchWords", "cannot be read")},
        {"another order", QT_TRANSLATE_NOOP("BenchWords", "another order")},
        {"reversed", QT_TRANSLATE_NOOP("BenchWords", "reversed")},
        {"an element less", QT_TRANSLATE_NOOP("BenchWords", "one element less")},
        {"an element more", QT_TRANSLATE_NOOP("BenchWords", "one element more")},
        {"another element", QT_TRANSLATE_NOOP("BenchWords", "another element")},
        {"spaces around", QT_TRANSLATE_NOOP("BenchWords", "spaces around it")},
        {"with spaces", QT_TRANSLATE_NOOP("BenchWords", "with spaces")},
        {"with commas", QT_TRANSLATE_NOOP("BenchWords", "with commas")},
        {"month in words", QT_TRANSLATE_NOOP("BenchWords", "the month in words")},
        {"day and month swapped", QT_TRANSLATE_NOOP("BenchWords", "day and month swapped")},
        {"no year", QT_TRANSLATE_NOOP("BenchWords", "without the year")},
        {"month only", QT_TRANSLATE_NOOP("BenchWords", "only the month")},
        {"day first", QT_TRANSLATE_NOOP("BenchWords", "day first")},
        {"weekday", QT_TRANSLATE_NOOP("BenchWords", "with the weekday")},
        {"another weekday", QT_TRANSLATE_NOOP("BenchWords", "another weekday")},
        {"a key less", QT_TRANSLATE_NOOP("BenchWords", "one key less")},
        {"a key twice", QT_TRANSLATE_NOOP("BenchWords", "one key twice")},
        {"null for a value", QT_TRANSLATE_NOOP("BenchWords", "null for a value")},
        {"never closed", QT_TRANSLATE_NOOP("BenchWords", "never closed")},
        {"no quotation marks", QT_TRANSLATE_NOOP("BenchWords", "without quotation marks")},
        {"an alternative", QT_TRANSLATE_NOOP("BenchWords", "an alternative")},
        {"one of them", QT_TRANSLATE_NOOP("BenchWords", "only one of them")},
        {"a name less", QT_TRANSLATE_NOOP("BenchWords", "one name less")},
        {"a name more", QT_TRANSLATE_NOOP("BenchWords", "one name more")},
        {"a row less", QT_TRANSLATE_NOOP("BenchWords", "one row less")},
        {"a row more", QT_TRANSLATE_NOOP("BenchWords", "one row more")},
        {"a value changed", QT_TRANSLATE_NOOP("BenchWords", "one value changed")},
        {"another value", QT_TRANSLATE_NOOP("BenchWords", "another value")},
        {"another word", QT_TRANSLATE_NOOP("BenchWords", "another word")},
        {"in words", QT_TRANSLATE_NOOP("BenchWords", "in words")},
        {"in brackets", QT_TRANSLATE_NOOP("BenchWords", "in brackets")},
        {"in lines", QT_TRANSLATE_NOOP("BenchWords", "in lines")},
        {"written out", QT_TRANSLATE_NOOP("BenchWords", "written out")},
        {"under a key", QT_TRANSLATE_NOOP("BenchWords", "under a key")},
        {"with white space", QT_TRANSLATE_NOOP("BenchWords", "with white space")},
        {"negated twice", QT_TRANSLATE_NOOP("BenchWords", "negated twice")},
        {"the opposite", QT_TRANSLATE_NOOP("BenchWords", "the opposite")},
        {"no path", QT_TRANSLATE_NOOP("BenchWords", "no path")},
        {"a jump", QT_TRANSLATE_NOOP("BenchWords", "a jump")},
        {"two boxes", QT_TRANSLATE_NOOP("BenchWords", "two boxes")},
        {"two formulas", QT_TRANSLATE_NOOP("BenchWords", "two formulas")},
        {"two reasonings", QT_TRANSLATE_NOOP("BenchWords", "two reasonings")},
        {"true or false", QT_TRANSLATE_NOOP("BenchWords", "true or false at once")},
        {"start left out", QT_TRANSLATE_NOOP("BenchWords", "start left out")},
        {"goal left out", QT_TRANSLATE_NOOP("BenchWords", "goal left out")},
        {"a tag", QT_TRANSLATE_NOOP("BenchWords", "a tag")},
        {"an empty tag", QT_TRANSLATE_NOOP("BenchWords", "an empty tag")},
        {"a forbidden text", QT_TRANSLATE_NOOP("BenchWords", "a forbidden text")},
    };
    static const QHash<QString, const char*> table = [] {
        QHash<QString, const char*> all;
        for (const Entry& entry : kEntries)
            all.insert(QString::fromLatin1(entry.rule), entry.words);
        return all;
    }();
    return table;
}

}  // namespace

QString BenchWords::verdict(const BenchRow& row) {
    if (row.isMasked) return tr("not scored");
    if (!row.isSame) return tr("verdict changed");
    if (row.accepted == row.accept) return tr("as it must be");
    return row.accepted ? tr("wrongly accepted") : tr("wrongly refused");
}

QString BenchWords::rule(const QString& rule) {
    const auto found = ruleTable().constFind(rule);
    if (found != ruleTable().cend()) return QCoreApplication::translate(kContext, *found);
    const QString off = QStringLiteral("off by ");
    //: %1 a number: the answer is wrong by so much
    if (rule.startsWith(off)) return tr("off by %1").arg(rule.mid(off.size()));
    return visibleText(rule);
}

QString BenchWords::verifier(const std::string& id) {
    if (id == "chain_arithmetic") return tr("Arithmetic step by step");
    if (id == "integer") return tr("Whole number");
    if (id == "numeric") return tr("Number with tolerance");
    if (id == "math") return tr("Mathematical expression");
    if (id == "choice") return tr("Multiple choice");
    if (id == "text_exact") return tr("Exact text");
    if (id == "code_python") return tr("Python program with tests");
    if (id == "numeric_unit") return tr("Quantity with its unit");
    if (id == "list") return tr("List");
    if (id == "set") return tr("Set");
    if (id == "date") return tr("Date");
    if (id == "deadline") return tr("Deadline");
    if (id == "duration") return tr("Span of time");
    if (id == "formula") return tr("Value of a formula");
    if (id == "checksum") return tr("Number with check digits");
    if (id == "citation") return tr("Quotation from sources");
    if (id == "json_schema") return tr("JSON by a schema");
    if (id == "regex") return tr("Text by a pattern");
    if (id == "kk") return tr("Knights and knaves");
    if (id == "all_of") return tr("All of several verifiers");
    if (id == "any_of") return tr("One of several verifiers");
    if (id == "weighted") return tr("Weighted sum of verifiers");
    if (id == "sat_logic") return tr("Logic formula satisfied");
    if (id == "grid") return tr("Grid puzzle");
    if (id == "path") return tr("Path through a map");
    if (id == "plan") return tr("Plan of actions");
    if (id == "z3") return tr("Constraints, decided by a solver");
    if (id == "entail3") return tr("Follows, contradicts, unknown");
    if (id == "equiv_formula") return tr("Equivalent formula");
    if (id == "format") return tr("Form of the answer");
    return oneLine(id);
}

}  // namespace veritune::app
