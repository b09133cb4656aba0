// SPDX-License-Identifier: Apache-2.0
// The office pack: deadlines, doses, clinical scores, clauses to quote, ledgers.
#include "core/generate/exact.h"
#include "core/generate/family.h"
#include "core/verify/holidays.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace veritune::generate {

namespace {

using std::chrono::sys_days;
using util::Json;

std::string iso(sys_days day) {
    const std::chrono::year_month_day date(day);
    const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return std::to_string(static_cast<int>(date.year())) + "-" +
           two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day()));
}

bool is_day_off(sys_days day, std::string_view calendar) {
    const unsigned weekday = std::chrono::weekday(day).c_encoding();
    return weekday == 0 || weekday == 6 || verify::is_holiday(calendar, day);
}

sys_days plus_months(sys_days day, int months) {
    const std::chrono::year_month_day date(day);
    const auto moved = date + std::chrono::months(months);
    return moved.ok() ? sys_days(moved)
                      : sys_days(moved.year() / moved.month() / std::chrono::last);
}

/// How a level counts.
struct Rule {
    const char* unit = "days";
    Text words;
    long low = 1;
    long high = 1;
    bool roll = false;
    const char* calendar = "NONE";
};

Rule draw_rule(Draw& draw, int level) {
    const char* calendar = draw.chance(50) ? "DE" : "US_FEDERAL";
    const Text days = {"days", "Tage"};
    const Text week = {"business days (Monday to Friday)", "Werktage (Montag bis Freitag)"};
    const Text business = {"business days (neither Saturday, Sunday nor holiday)",
                           "Werktage (weder Samstag, Sonntag noch Feiertag)"};
    if (level == 1) return {.unit = "months", .words = {"months", "Monate"}, .low = 1, .high = 30};
    if (level == 2) return {.unit = "days", .words = days, .low = 40, .high = 120};
    if (level == 3) return {.unit = "business_days", .words = week, .low = 20, .high = 40};
    if (level == 4)
        return {.unit = "days",
                .words = days,
                .low = 200,
                .high = 360,
                .roll = true,
                .calendar = calendar};
    return {
        .unit = "business_days", .words = business, .low = 60, .high = 90, .calendar = calendar};
}

Text calendar_words(std::string_view calendar) {
    if (calendar == "DE")
        return {" Holidays are those that all German states share.",
                " Feiertage sind die bundeseinheitlichen in Deutschland."};
    if (calendar == "US_FEDERAL")
        return {" Holidays are the federal holidays of the United States, as observed.",
                " Feiertage sind die Bundesfeiertage der USA, wie sie begangen werden."};
    return {};
}

/// The last day, counted day by day.
sys_days deadline_of(const Rule& rule, sys_days start, long amount, std::vector<Text>& trace) {
    sys_days day = start;
    if (std::string_view(rule.unit) == "months") {
        day = plus_months(start, static_cast<int>(amount));
        trace.push_back(say("the same day %1 months later, at most the last of the month: %2",
                            "derselbe Tag %1 Monate später, höchstens der Letzte: %2",
                            {amount, iso(day)}));
        return day;
    }
    const bool business = std::string_view(rule.unit) == "business_days";
    for (long left = amount; left > 0;) {
        day += std::chrono::days(1);
        if (business && is_day_off(day, rule.calendar)) {
            if (verify::is_holiday(rule.calendar, day))
                trace.push_back(say("%1 is a holiday", "%1 ist ein Feiertag", {iso(day)}));
            continue;
        }
        --left;
        const bool landmark =
            business ? left % 5 == 0 : iso(day + std::chrono::days(1)).ends_with("-01");
        if (landmark || left == 0) {
            trace.push_back(say("%1 to go on %2", "am %2 noch %1", {left, iso(day)}));
        }
    }
    while (rule.roll && is_day_off(day, rule.calendar)) {
        trace.push_back(say("%1 is no business day", "%1 ist kein Werktag", {iso(day)}));
        day += std::chrono::days(1);
    }
    return day;
}

std::optional<Draft> deadline(Draw& draw, int level) {
    const Rule rule = draw_rule(draw, level);
    const sys_days first = std::chrono::year(2020) / 1 / 1;
    const sys_days start = first + std::chrono::days(draw.between(0, 3650));
    const long amount = draw.between(rule.low, rule.high);
    Draft draft;
    const sys_days day = deadline_of(rule, start, amount, draft.trace);
    draft.prompt = say("A letter arrives on %1. The deadline is %2 %3; the day of arrival does not "
                       "count.%4%5 What is the last day of the deadline?",
                       "Ein Schreiben geht am %1 zu. Die Frist beträgt %2 %3; der Tag des Zugangs "
                       "zählt nicht mit.%4%5 Welches ist der letzte Tag der Frist?",
                       {iso(start),
                        amount,
                        rule.words,
                        rule.roll ? Text(" If its last day is a Saturday, Sunday or holiday, it "
                                         "ends on the next day that is none of these.",
                                         " Fällt ihr letzter Tag auf einen Samstag, Sonntag oder "
                                         "Feiertag, endet sie am nächsten Tag, der keiner ist.")
                                  : Text(),
                        calendar_words(rule.calendar)}) +
                   ask_box({"the date as YYYY-MM-DD", "das Datum als JJJJ-MM-TT"});
    draft.verifier = "deadline";
    draft.params = {{"start", iso(start)},
                    {"amount", amount},
                    {"unit", rule.unit},
                    {"roll", rule.roll ? "next" : "none"},
                    {"calendar", {{"id", rule.calendar}, {"version", 1}}}};
    draft.gold = iso(day);
    wrong_texts(draft,
                iso(day),
                {iso(start + std::chrono::days(amount)),
                 iso(day - std::chrono::days(1)),
                 iso(day + std::chrono::days(1)),
                 iso(start),
                 iso(day + std::chrono::days(7))});
    return draft;
}

/// A calculation with named inputs: the formula verifier is its second opinion.
struct Calculation {
    Text question;
    std::string expression;
    Json inputs = Json::object();
    Rational gold;
    long places = 1;
    std::vector<Text> trace;
    std::vector<Rational> likely;
};

std::optional<Draft> calculation_draft(const Calculation& made) {
    if (is_tie(made.gold, made.places)) return std::nullopt;
    Draft draft;
    draft.prompt = made.question +
                   say(" Round to %1 decimals.", " Runde auf %1 Nachkommastellen.", {made.places}) +
                   ask_box({"the number", "die Zahl"});
    draft.trace = made.trace;
    draft.verifier = "formula";
    const std::string gold = with_decimals(made.gold, made.places);
    draft.gold = gold;
    draft.params = {
        {"expression", made.expression}, {"inputs", made.inputs}, {"decimals", made.places}};
    draft.decimals = true;
    std::vector<std::string> texts;
    for (const Rational& value : made.likely) texts.push_back(with_decimals(value, made.places));
    texts.push_back(with_decimals(made.gold * rational(10), made.places));
    texts.push_back(with_decimals(made.gold + rational(1), made.places));
    texts.push_back(with_decimals(made.gold / rational(2), made.places));
    wrong_texts(draft, gold, texts);
    return draft;
}

Text shown(const Rational& value) { return decimal(with_decimals(value, 3)); }

std::optional<Draft> dosage(Draw& draw, int level) {
    Calculation made;
    const long weight = draw.between(8, 110);
    const Rational per_kg = rational(draw.between(5, 150), 10);
    const long doses = draw.between(2, 6);
    const Rational strength = rational(draw.between(10, 250));
    const long minutes = 5 * draw.between(3, 24);
    const long drops = draw.chance(50) ? 20 : 60;
    const long percent = 5 * draw.between(4, 18);
    Rational value = rational(weight) * per_kg;
    made.inputs = {{"w", weight}, {"d", plain_decimal(per_kg)}};
    made.expression = "w*d";
    made.trace.push_back(say("a day: %1 mg", "am Tag: %1 mg", {shown(value)}));
    made.likely = {rational(weight) / per_kg};
    made.question =
        say("A patient of %1 kg gets %2 mg of a drug per kg of body weight a day",
            "Eine Person von %1 kg erhält täglich %2 mg eines Mittels je kg Körpergewicht",
            {weight, decimal(plain_decimal(per_kg))});
    Text ask = {"How many mg is that a day?", "Wie viele mg sind das am Tag?"};
    if (level >= 2) {
        made.likely.push_back(value);
        value = value / rational(doses);
        made.inputs["n"] = doses;
        made.expression += "/n";
        made.trace.push_back(say("one dose: %1 mg", "eine Gabe: %1 mg", {shown(value)}));
        made.question += say(", in %1 equal doses", ", in %1 gleichen Gaben", {doses});
        ask = {"How many mg is one dose?", "Wie viele mg hat eine Gabe?"};
    }
    if (level >= 5) {
        made.likely.push_back(value);
        value = value * rational(percent, 100);
        made.inputs["p"] = percent;
        made.expression += "*p/100";
        made.trace.push_back(say("reduced: %1 mg", "vermindert: %1 mg", {shown(value)}));
        made.question += say(", because of the kidneys reduced to %1 percent",
                             ", wegen der Nieren vermindert auf %1 Prozent",
                             {percent});
    }
    if (level >= 3) {
        made.likely.push_back(value);
        value = value / strength;
        made.inputs["c"] = plain_decimal(strength);
        made.expression += "/c";
        made.trace.push_back(say("volume: %1 mL", "Volumen: %1 mL", {shown(value)}));
        made.question += say(", from a solution with %1 mg in each mL",
                             ", aus einer Lösung mit %1 mg je mL",
                             {plain_decimal(strength)});
        ask = {"How many mL is one dose?", "Wie viele mL hat eine Gabe?"};
    }
    if (level >= 4) {
        made.likely.push_back(value);
        value = value * rational(drops) / rational(minutes) * rational(60);
        made.inputs["g"] = drops;
        made.inputs["t"] = minutes;
        made.expression += "*g/t*60";
        made.trace.push_back(
            say("rate: %1 drops an hour", "Rate: %1 Tropfen je Stunde", {shown(value)}));
        made.question += say(". One dose runs in over %1 minutes; %2 drops are 1 mL",
                             ". Eine Gabe läuft in %1 Minuten ein; %2 Tropfen sind 1 mL",
                             {minutes, drops});
        ask = {"How many drops an hour is that?", "Wie viele Tropfen je Stunde sind das?"};
    }
    made.question += Text(". ") + ask;
    made.gold = value;
    made.places = level >= 3 ? 2 : 1;
    return calculation_draft(made);
}

/// A score of yes-or-no findings, as wards use them: fictitious names, public arithmetic.
std::optional<Draft> score(Draw& draw, int level) {
    static const std::vector<Text> kFindings = {{"heart failure", "Herzschwäche"},
                                                {"high blood pressure", "Bluthochdruck"},
                                                {"diabetes", "Diabetes"},
                                                {"an earlier stroke", "ein früherer Schlaganfall"},
                                                {"vascular disease", "eine Gefäßkrankheit"},
                                                {"fever", "Fieber"},
                                                {"confusion", "Verwirrtheit"},
                                                {"smoking", "Rauchen"},
                                                {"anaemia", "Blutarmut"},
                                                {"a recent operation", "eine kürzliche Operation"},
                                                {"oedema", "Ödeme"},
                                                {"pain on exertion", "Belastungsschmerz"}};
    const auto count = static_cast<std::size_t>(level) * 2 + 1;
    const std::vector<Text> findings = draw.sample(kFindings, count);
    const long young = draw.between(50, 65);
    const long old = young + draw.between(5, 15);
    const long age = draw.between(35, 90);
    long gold = age >= old ? 2 : age >= young ? 1 : 0;
    Draft draft;
    std::vector<Text> rules;
    std::vector<Text> present;
    long all = gold;
    long plain = gold;
    draft.trace.push_back(say("age %1: %2", "Alter %1: %2", {age, gold}));
    for (std::size_t i = 0; i < count; ++i) {
        const long points = draw.chance(20) ? -1 : draw.between(1, 3);
        rules.push_back(say(points == 1 || points == -1 ? "%1: %2 point" : "%1: %2 points",
                            points == 1 || points == -1 ? "%1: %2 Punkt" : "%1: %2 Punkte",
                            {findings[i], points}));
        all += points;
        if (draw.chance(50)) continue;
        present.push_back(findings[i]);
        gold += points;
        ++plain;
        draft.trace.push_back(
            say("%1: %2, so far %3", "%1: %2, bisher %3", {findings[i], points, gold}));
    }
    if (present.size() < 2) return std::nullopt;
    draft.prompt = say("A score counts:\n%1Age from %2 to %3 years gives 1 point, from %4 years on "
                       "2 points. A patient of %5 years has %6. "
                       "What is the score?",
                       "Ein Score zählt:\n%1Ein Alter von %2 bis %3 Jahren gibt 1 Punkt, ab %4 "
                       "Jahren 2 Punkte. Bei einer Person von %5 Jahren "
                       "liegt vor: %6. Wie hoch ist der Score?",
                       {numbered(rules), young, old - 1, old, age, enumerate(present)}) +
                   ask_box();
    draft.verifier = "integer";
    draft.gold = gold;
    wrong_integers(draft, gold, {all, plain, gold + 1, gold - 1});
    return draft;
}

struct Clause {
    Text topic;
    Text key;    ///< the sentence that answers the question
    Text other;  ///< a second sentence of the clause
};

Clause draw_clause(Draw& draw, std::size_t which) {
    const long days = draw.between(5, 90);
    const long euros = 50 * draw.between(2, 90);
    const long percent = draw.between(2, 12);
    switch (which) {
        case 0:
            return {
                {"the notice of termination", "die Kündigungsfrist"},
                say("Either party may terminate this agreement with notice of %1 days.",
                    "Jede Partei kann diesen Vertrag mit einer Frist von %1 Tagen kündigen.",
                    {days}),
                {"Notice has to be given in writing.", "Die Kündigung bedarf der Schriftform."}};
        case 1:
            return {{"the deposit", "die Kaution"},
                    say("The tenant shall pay a deposit of %1 euros before moving in.",
                        "Der Mieter hat vor dem Einzug eine Kaution von %1 Euro zu leisten.",
                        {euros}),
                    {"It bears no interest.", "Sie wird nicht verzinst."}};
        case 2:
            return {{"late payment", "den Zahlungsverzug"},
                    say("Overdue amounts bear interest of %1 percent a year.",
                        "Überfällige Beträge sind mit %1 Prozent im Jahr zu verzinsen.",
                        {percent}),
                    {"Further damages remain reserved.", "Weiterer Schaden bleibt vorbehalten."}};
        case 3:
            return {{"the time for payment", "das Zahlungsziel"},
                    say("Invoices are due within %1 days of receipt.",
                        "Rechnungen sind innerhalb von %1 Tagen nach Zugang fällig.",
                        {days}),
                    {"A discount is not granted.", "Skonto wird nicht gewährt."}};
        case 4:
            return {
                {"confidentiality", "die Vertraulichkeit"},
                say("The parties keep all documents secret for %1 months after the end of this "
                    "agreement.",
                    "Die Parteien halten alle Unterlagen bis %1 Monate nach Ende dieses Vertrags "
                    "geheim.",
                    {days}),
                {"This does not apply to what is public.", "Dies gilt nicht für Offenkundiges."}};
        case 5:
            return {{"the limit of liability", "die Haftungsgrenze"},
                    say("Liability for slight negligence is limited to %1 euros.",
                        "Die Haftung für leichte Fahrlässigkeit ist auf %1 Euro begrenzt.",
                        {euros}),
                    {"Injury to persons is excepted.", "Personenschäden sind ausgenommen."}};
        case 6:
            return {{"small repairs", "die Kleinreparaturen"},
                    say("The tenant bears small repairs up to %1 euros in each case.",
                        "Der Mieter trägt Kleinreparaturen bis zu %1 Euro je Einzelfall.",
                        {euros}),
                    {"Larger ones are borne by the owner.", "Größere trägt der Eigentümer."}};
        case 7:
            return {{"the warranty period", "die Gewährleistungsfrist"},
                    say("Claims for defects become time-barred %1 months after acceptance.",
                        "Mängelansprüche verjähren %1 Monate nach der Abnahme.",
                        {days}),
                    {"Fraudulent concealment is excepted.",
                     "Arglistiges Verschweigen ist ausgenommen."}};
        case 8:
            return {{"changes of the price", "die Preisanpassung"},
                    say("The supplier may raise prices by at most %1 percent a year.",
                        "Der Lieferant darf die Preise um höchstens %1 Prozent im Jahr anheben.",
                        {percent}),
                    {"Every rise has to be announced.", "Jede Anhebung ist anzukündigen."}};
        case 9:
            return {{"the delivery", "die Lieferung"},
                    say("Goods are delivered within %1 days of the order.",
                        "Die Ware ist innerhalb von %1 Tagen nach der Bestellung zu liefern.",
                        {days}),
                    {"Partial deliveries are permitted.", "Teillieferungen sind zulässig."}};
        case 10:
            return {
                {"the penalty for delay", "die Vertragsstrafe bei Verzug"},
                say("For each week of delay a penalty of %1 euros is owed.",
                    "Für jede Woche des Verzugs wird eine Vertragsstrafe von %1 Euro geschuldet.",
                    {euros}),
                {"It is set off against damages.", "Sie wird auf Schadensersatz angerechnet."}};
        default:
            return {{"the keeping of records", "die Aufbewahrung"},
                    say("Records have to be kept for %1 months after the last entry.",
                        "Aufzeichnungen sind %1 Monate nach dem letzten Eintrag aufzubewahren.",
                        {days}),
                    {"Copies on disk are sufficient.", "Kopien auf Datenträgern genügen."}};
    }
}

std::string in_quotes(const std::string& sentence) { return "\"" + sentence + "\""; }

std::optional<Draft> clauses(Draw& draw, int level) {
    const auto count = static_cast<std::size_t>(2 * level + 2);
    std::vector<std::size_t> order = draw.order(12);
    order.resize(count);
    std::vector<Clause> contract;
    for (const std::size_t which : order) contract.push_back(draw_clause(draw, which));
    const std::size_t asked = draw.below(count);
    Draft draft;
    Text text;
    for (std::size_t i = 0; i < count; ++i) {
        const bool key_first = draw.chance(50);
        text += Text(i + 1) + ". " + (key_first ? contract[i].key : contract[i].other) + " " +
                (key_first ? contract[i].other : contract[i].key) + "\n";
        draft.trace.push_back(
            say("Clause %1 is about %2.", "Ziffer %1 regelt %2.", {i + 1, contract[i].topic}));
    }
    draft.prompt =
        say("Contract:\n%1What does the contract say about %2? Quote the sentence that lays down "
            "the number, word for word and in quotation marks, in \\boxed{}.",
            "Vertrag:\n%1Was sagt der Vertrag über %2? Zitiere den Satz, der die Zahl festlegt, "
            "wörtlich und in Anführungszeichen in \\boxed{}.",
            {text, contract[asked].topic});
    draft.verifier = "citation";
    draft.gold = "contract";
    const Text& key = contract[asked].key;
    draft.params = {{"sources", {{"contract", text.en}}}, {"min_words", 4}, {"must_cover", key.en}};
    draft.params_de = {
        {"sources", {{"contract", text.de}}}, {"min_words", 4}, {"must_cover", key.de}};
    const Text& other = contract[(asked + 1) % count].key;
    const auto wrong = [](const std::string& right, const std::string& wrong_clause) {
        std::string changed = right;
        const std::size_t digit = changed.find_first_of("0123456789");
        changed[digit] = changed[digit] == '9' ? '1' : static_cast<char>(changed[digit] + 1);
        return std::vector<std::string>{in_quotes(wrong_clause),
                                        in_quotes(changed),
                                        right,
                                        in_quotes(right.substr(0, right.size() / 2))};
    };
    draft.wrong = wrong(key.en, other.en);
    draft.wrong_de = wrong(key.de, other.de);
    return draft;
}

std::optional<Draft> ledger(Draw& draw, int level) {
    static const std::vector<Text> kPurposes = {{"rent", "Miete"},
                                                {"sale", "Verkauf"},
                                                {"wages", "Löhne"},
                                                {"refund", "Erstattung"},
                                                {"supplies", "Material"},
                                                {"insurance", "Versicherung"},
                                                {"postage", "Porto"},
                                                {"interest", "Zinsen"}};
    const long lines = 4 * level + 1;
    const long bad = draw.between(2, lines);
    Rational balance = rational(draw.between(100'000, 900'000), 100);
    const std::string opening = with_decimals(balance, 2);
    Rational error;
    Text rows;
    Draft draft;
    for (long line = 1; line <= lines; ++line) {
        const Rational amount = rational(draw.nonzero(-90'000, 90'000), 100);
        balance = balance + amount;
        // From the wrong line on every balance carries the mistake along.
        if (line == bad) error = rational(draw.nonzero(-9, 9) * (draw.chance(50) ? 900 : 10), 100);
        rows += say("%1. %2: %3, balance %4\n",
                    "%1. %2: %3, Saldo %4\n",
                    {line,
                     draw.pick(kPurposes),
                     decimal(with_decimals(amount, 2)),
                     decimal(with_decimals(balance + error, 2))});
        draft.trace.push_back(
            say("line %1: %2", "Zeile %1: %2", {line, decimal(with_decimals(balance, 2))}));
    }
    const std::string closing = with_decimals(balance, 2);
    const std::string written = with_decimals(balance + error, 2);
    draft.prompt = say("A cash book opens with %1. In exactly one line the balance was computed "
                       "wrongly and then carried on:\n%2Which line is "
                       "it, and what is the right closing balance?",
                       "Ein Kassenbuch beginnt mit %1. In genau einer Zeile wurde der Saldo falsch "
                       "berechnet und dann weitergeführt:\n%2Welche "
                       "Zeile ist es, und wie lautet der richtige Endsaldo?",
                       {decimal(opening), rows}) +
                   Text(
                       " Put the number of the line and the balance in \\boxed{}, separated by a "
                       "semicolon, like 3; 1234.50.",
                       " Schreibe die Nummer der Zeile und den Saldo, durch Semikolon getrennt, in "
                       "\\boxed{}, etwa 3; 1234,50.");
    draft.verifier = "list";
    draft.gold = {std::to_string(bad), closing};
    draft.params = {{"element", {{"verifier", "numeric"}}}};
    draft.params_de = {{"element", {{"verifier", "numeric"}, {"params", {{"decimal_mark", ","}}}}}};
    const std::string line = std::to_string(bad);
    draft.wrong = {std::to_string(bad - 1) + "; " + closing,
                   line + "; " + written,
                   closing + "; " + line,
                   line};
    for (const std::string& wrong : draft.wrong) draft.wrong_de.push_back(decimal(wrong).de);
    return draft;
}

}  // namespace

std::vector<Family> office_families() {
    using enum Field;
    return {
        {"office_deadline", kOffice, "the last day of a period", kLength, deadline},
        {"office_dosage", kOffice, "doses and infusion rates", kLength, dosage},
        {"office_score", kOffice, "points of a clinical score", kLength, score},
        {"office_clause", kOffice, "quote the clause that decides", kLength, clauses},
        {"office_ledger", kOffice, "the wrong line of a cash book", kLength, ledger},
    };
}

}  // namespace veritune::generate
