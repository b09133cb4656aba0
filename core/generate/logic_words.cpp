// SPDX-License-Identifier: Apache-2.0
// Puzzles in words: knights and knaves, syllogisms, entailment, circuits, tables of marks.
#include "core/generate/family.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

namespace veritune::generate {

namespace {

using util::Json;

const std::vector<std::string>& people() {
    static const std::vector<std::string> names = {
        "Ada", "Ben", "Cem", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jana", "Karl", "Lea"};
    return names;
}

// --- knights and knaves ---

struct Statement {
    Json form;
    Text text;
};

Statement about(Draw& draw, const std::vector<std::string>& names, std::size_t speaker) {
    std::size_t who = draw.below(names.size());
    if (who == speaker) who = (who + 1) % names.size();
    if (draw.chance(50)) {
        return {{"telling-truth", who}, say("%1 is a knight", "%1 ist ein Ritter", {names[who]})};
    }
    return {{"lying", who}, say("%1 is a knave", "%1 ist ein Schurke", {names[who]})};
}

Statement draw_statement(Draw& draw, const std::vector<std::string>& names, std::size_t speaker) {
    // Two people would say too little with one statement about the other each: they speak of both.
    const bool pair = names.size() == 2;
    const Statement a = about(draw, names, speaker);
    const Statement b = about(draw, names, pair ? 1 - speaker : speaker);
    const std::size_t kinds = a.form[1] != b.form[1] ? 5 : 1;
    switch (pair && draw.chance(60) ? 1 + draw.below(4) : draw.below(kinds)) {
        case 1:
            return {{"and", a.form, b.form}, say("%1 and %2", "%1 und %2", {a.text, b.text})};
        case 2:
            return {{"or", a.form, b.form}, say("%1 or %2", "%1 oder %2", {a.text, b.text})};
        case 3:
            return {{"->", a.form, b.form},
                    say("if %1, then %2", "wenn gilt: %1, dann gilt: %2", {a.text, b.text})};
        case 4:
            return {{"<=>", a.form, b.form},
                    say("%1 if and only if %2", "%1 genau dann, wenn gilt: %2", {a.text, b.text})};
        default:
            return a;
    }
}

bool is_true(const Json& form, unsigned knights) {
    const auto& op = form[0].get_ref<const std::string&>();
    if (op == "telling-truth") return ((knights >> form[1].get<unsigned>()) & 1U) != 0;
    if (op == "lying") return ((knights >> form[1].get<unsigned>()) & 1U) == 0;
    const bool a = is_true(form[1], knights);
    const bool b = is_true(form[2], knights);
    if (op == "and") return a && b;
    if (op == "or") return a || b;
    return op == "->" ? !a || b : a == b;
}

std::string who_is_what(const std::vector<std::string>& names,
                        unsigned knights,
                        std::size_t count) {
    Json answer = Json::object();
    for (std::size_t i = 0; i < count; ++i)
        answer[names[i]] = ((knights >> i) & 1U) != 0 ? "knight" : "knave";
    return answer.dump();
}

std::optional<Draft> knights_and_knaves(Draw& draw, int level) {
    static constexpr std::size_t kPeople[] = {2, 3, 4, 6, 8};
    const std::size_t n = kPeople[level - 1];
    const std::vector<std::string> names = draw.sample(people(), n);
    const auto truth = static_cast<unsigned>(draw.below(std::size_t{1} << n));
    std::vector<Statement> statements;
    while (statements.size() < n) {
        Statement one = draw_statement(draw, names, statements.size());
        const bool knight = ((truth >> statements.size()) & 1U) != 0;
        if (is_true(one.form, truth) == knight) statements.push_back(std::move(one));
    }
    const auto fits = [&](unsigned knights) {
        for (std::size_t i = 0; i < n; ++i) {
            if (is_true(statements[i].form, knights) != (((knights >> i) & 1U) != 0)) return false;
        }
        return true;
    };
    std::vector<unsigned> solutions;
    for (unsigned bits = 0; bits < (1U << n); ++bits) {
        if (fits(bits)) solutions.push_back(bits);
    }
    VT_CHECK(std::find(solutions.begin(), solutions.end(), truth) != solutions.end());
    if (solutions.size() != 1) return std::nullopt;
    Draft draft;
    Text lines;
    Json forms = Json::array();
    Json gold = Json::array();
    std::vector<Text> who;
    for (std::size_t i = 0; i < n; ++i) {
        lines += say("%1 says: %2.\n", "%1 sagt: %2.\n", {names[i], statements[i].text});
        forms.push_back(statements[i].form);
        const bool knight = ((truth >> i) & 1U) != 0;
        gold.push_back(knight);
        who.emplace_back(names[i]);
        draft.trace.push_back(say(knight ? "%1 is a knight: what %1 says is true."
                                         : "%1 is a knave: what %1 says is false.",
                                  knight ? "%1 ist ein Ritter: Was %1 sagt, ist wahr."
                                         : "%1 ist ein Schurke: Was %1 sagt, ist falsch.",
                                  {names[i]}));
    }
    draft.prompt =
        say("On an island live knights, who always tell the truth, and knaves, who always lie. You "
            "meet %1.\n%2Who is "
            "what?",
            "Auf einer Insel leben Ritter, die immer die Wahrheit sagen, und Schurken, die immer "
            "lügen. Du triffst "
            "%1.\n%2Wer ist was?",
            {enumerate(who), lines}) +
        say(" Put the answer in \\boxed{} as a JSON object like %1.",
            " Schreibe die Antwort als JSON-Objekt wie %1 in \\boxed{}.",
            {{R"({"Zoe": "knight", "Max": "knave"})", R"({"Zoe": "Ritter", "Max": "Schurke"})"}});
    draft.verifier = "kk";
    draft.params = {{"names", names}, {"statements", forms}};
    draft.gold = gold;
    draft.effort = std::int64_t{1} << n;
    for (const unsigned flip : {1U, 2U, (1U << n) - 1})
        draft.wrong.push_back(who_is_what(names, truth ^ flip, n));
    draft.wrong.push_back(who_is_what(names, truth, n - 1));
    return draft;
}

// --- syllogisms ---

/// One of the four forms of the square of opposition, over terms a and b.
struct Judgement {
    char form = 'A';  ///< A: all a are b, E: no a is b, I: some a are b, O: some a are not b
    std::size_t a = 0;
    std::size_t b = 0;
};

/// A region says for every term whether its things are of it; the judgement's place in it.
bool in_region(const Judgement& j, unsigned region) {
    const bool a = ((region >> j.a) & 1U) != 0;
    const bool b = ((region >> j.b) & 1U) != 0;
    return a && (j.form == 'A' || j.form == 'O' ? !b : b);
}
bool is_universal(const Judgement& j) { return j.form == 'A' || j.form == 'E'; }

Judgement opposite(Judgement j) {
    static const std::string kForms = "AEIO";
    static const std::string kOpposite = "OIEA";
    j.form = kOpposite[kForms.find(j.form)];
    return j;
}

/// Regions that no universal premise forbids.
std::vector<unsigned> open_regions(const std::vector<Judgement>& premises, std::size_t terms) {
    std::vector<unsigned> open;
    for (unsigned region = 0; region < (1U << terms); ++region) {
        const bool forbidden =
            std::any_of(premises.begin(), premises.end(), [region](const Judgement& j) {
                return is_universal(j) && in_region(j, region);
            });
        if (!forbidden) open.push_back(region);
    }
    return open;
}

bool follows(const std::vector<Judgement>& premises,
             const Judgement& what,
             const std::vector<unsigned>& open) {
    if (is_universal(what)) {
        return std::none_of(
            open.begin(), open.end(), [&what](unsigned r) { return in_region(what, r); });
    }
    return std::any_of(premises.begin(), premises.end(), [&](const Judgement& j) {
        return !is_universal(j) && std::all_of(open.begin(), open.end(), [&](unsigned r) {
            return !in_region(j, r) || in_region(what, r);
        });
    });
}

bool is_consistent(const std::vector<Judgement>& premises, const std::vector<unsigned>& open) {
    return std::all_of(premises.begin(), premises.end(), [&open](const Judgement& j) {
        return is_universal(j) ||
               std::any_of(open.begin(), open.end(), [&j](unsigned r) { return in_region(j, r); });
    });
}

/// The second opinion for three terms: all 256 worlds, a world = which regions hold something.
bool follows_in_all_worlds(const std::vector<Judgement>& premises, const Judgement& what) {
    const auto holds_in = [](const Judgement& j, unsigned world) {
        bool any = false;
        for (unsigned region = 0; region < 8; ++region)
            any = any || (((world >> region) & 1U) != 0 && in_region(j, region));
        return is_universal(j) ? !any : any;
    };
    for (unsigned world = 0; world < 256; ++world) {
        const bool fits = std::all_of(premises.begin(), premises.end(), [&](const Judgement& j) {
            return holds_in(j, world);
        });
        if (fits && !holds_in(what, world)) return false;
    }
    return true;
}

Text judgement_text(const Judgement& j, const std::vector<Text>& terms) {
    switch (j.form) {
        case 'A':
            return say("All %1 are %2.", "Alle %1 sind %2.", {terms[j.a], terms[j.b]});
        case 'E':
            return say("No %1 are %2.", "Keine %1 sind %2.", {terms[j.a], terms[j.b]});
        case 'I':
            return say("Some %1 are %2.", "Einige %1 sind %2.", {terms[j.a], terms[j.b]});
        default:
            return say("Some %1 are not %2.", "Einige %1 sind nicht %2.", {terms[j.a], terms[j.b]});
    }
}

std::optional<Draft> syllogism(Draw& draw, int level) {
    static const std::vector<Text> kTerms = {{"doctors", "Ärzte"},
                                             {"chess players", "Schachspieler"},
                                             {"singers", "Sänger"},
                                             {"members", "Mitglieder"},
                                             {"swimmers", "Schwimmer"},
                                             {"voters", "Wähler"},
                                             {"painters", "Maler"},
                                             {"lawyers", "Anwälte"},
                                             {"travellers", "Reisende"},
                                             {"gardeners", "Gärtner"}};
    const auto n = static_cast<std::size_t>(level) + 2;
    const std::vector<Text> terms = draw.sample(kTerms, n);
    static const std::string kForms = "AAAEIO";
    std::vector<Judgement> premises;
    for (std::size_t i = 0; i + 1 < n; ++i) {
        const bool turned = draw.chance(30);
        premises.push_back(
            {kForms[draw.below(kForms.size())], turned ? i + 1 : i, turned ? i : i + 1});
    }
    const Judgement question{"AEIO"[draw.below(4)], draw.chance(50) ? 0 : n - 1, 0};
    Judgement asked = question;
    asked.b = asked.a == 0 ? n - 1 : 0;
    const std::vector<unsigned> open = open_regions(premises, n);
    if (!is_consistent(premises, open)) return std::nullopt;
    const bool yes = follows(premises, asked, open);
    const bool no = follows(premises, opposite(asked), open);
    VT_CHECK(!(yes && no));
    if (n == 3) {
        VT_CHECK(yes == follows_in_all_worlds(premises, asked));
        VT_CHECK(no == follows_in_all_worlds(premises, opposite(asked)));
    }
    // The three answers are equally frequent.
    const std::string gold = yes ? "A" : no ? "B" : "C";
    if (gold != std::string(1, "ABC"[draw.below(3)])) return std::nullopt;
    draw.shuffle(premises);
    Draft draft;
    std::vector<Text> lines;
    for (const Judgement& j : premises) lines.push_back(judgement_text(j, terms));
    draft.prompt =
        say("Premises:\n%1(\"All\" and \"no\" do not say that there are any.) Consider: %2 Does "
            "this (A) follow from the "
            "premises, (B) contradict them, or (C) neither?",
            "Voraussetzungen:\n%1(\"Alle\" und \"keine\" besagen nicht, dass es welche gibt.) "
            "Betrachte: %2 Folgt dies (A) aus "
            "den Voraussetzungen, (B) widerspricht es ihnen, oder (C) keines von beiden?",
            {numbered(lines), judgement_text(asked, terms)}) +
        ask_box({"the letter", "den Buchstaben"});
    for (const Judgement& j : premises) {
        draft.trace.push_back(judgement_text(j, terms) +
                              (is_universal(j)
                                   ? Text(" This leaves no room.", " Dafür bleibt kein Raum.")
                                   : Text(" This names somebody.", " Das nennt jemanden.")));
    }
    draft.trace.push_back(yes  ? Text("So it follows.", "Also folgt es.")
                          : no ? Text("So the opposite follows.", "Also folgt das Gegenteil.")
                               : Text("Both are possible.", "Beides ist möglich."));
    draft.verifier = "choice";
    draft.params = {{"options", {{"A", ""}, {"B", ""}, {"C", ""}}}};
    draft.gold = gold;
    draft.effort = static_cast<std::int64_t>(premises.size()) << n;
    for (const char* key : {"A", "B", "C", "A or B", "B, C"}) {
        if (gold != key) draft.wrong.emplace_back(key);
    }
    return draft;
}

// --- entailment ---

struct Sentence {
    std::string text;
    std::function<bool(unsigned)> holds;
};

Sentence draw_sentence(Draw& draw, std::size_t variables, int depth) {
    static const std::vector<std::string> kLetters = {"p", "q", "r", "s", "t", "u"};
    if (depth == 0) {
        const std::size_t which = draw.below(variables);
        if (draw.chance(30))
            return {"~" + kLetters[which],
                    [which](unsigned w) { return ((w >> which) & 1U) == 0; }};
        return {kLetters[which], [which](unsigned w) { return ((w >> which) & 1U) != 0; }};
    }
    const Sentence a = draw_sentence(draw, variables, depth - 1);
    const Sentence b = draw_sentence(draw, variables, draw.chance(50) ? depth - 1 : 0);
    const auto wrapped = [](const std::string& text) {
        return text.find(' ') == std::string::npos ? text : "(" + text + ")";
    };
    const std::string left = wrapped(a.text);
    const std::string right = wrapped(b.text);
    switch (draw.below(4)) {
        case 0:
            return {left + " & " + right, [a, b](unsigned w) { return a.holds(w) && b.holds(w); }};
        case 1:
            return {left + " | " + right, [a, b](unsigned w) { return a.holds(w) || b.holds(w); }};
        case 2:
            return {left + " -> " + right,
                    [a, b](unsigned w) { return !a.holds(w) || b.holds(w); }};
        default:
            return {left + " <-> " + right,
                    [a, b](unsigned w) { return a.holds(w) == b.holds(w); }};
    }
}

std::optional<Draft> entailment(Draw& draw, int level) {
    const auto variables = static_cast<std::size_t>(level) + 1;
    std::vector<Sentence> premises;
    for (int i = 0; i <= level; ++i)
        premises.push_back(draw_sentence(draw, variables, i % 2 == 0 ? 1 : 2));
    const Sentence question = draw_sentence(draw, variables, level < 3 ? 0 : 1);
    bool possible = false;
    bool always = true;
    bool never = true;
    Draft draft;
    for (unsigned world = 0; world < (1U << variables); ++world) {
        const bool fits = std::all_of(premises.begin(), premises.end(), [world](const Sentence& s) {
            return s.holds(world);
        });
        if (!fits) continue;
        possible = true;
        (question.holds(world) ? never : always) = false;
        std::string truths;
        for (std::size_t v = 0; v < variables; ++v) truths += ((world >> v) & 1U) != 0 ? 'T' : 'F';
        draft.trace.push_back(
            say("The premises hold for %1, the statement is %2.",
                "Die Voraussetzungen gelten für %1, die Aussage ist %2.",
                {truths, question.holds(world) ? Text("true", "wahr") : Text("false", "falsch")}));
    }
    const std::string gold = always ? "true" : never ? "false" : "unknown";
    static const std::vector<std::string> kAnswers = {"true", "false", "unknown"};
    std::set<std::string> texts;
    for (const Sentence& s : premises) texts.insert(s.text);
    if (!possible || gold != draw.pick(kAnswers) || texts.size() != premises.size() ||
        texts.count(question.text) != 0)
        return std::nullopt;
    std::vector<Text> lines;
    Json theory = Json::array();
    for (const Sentence& s : premises) {
        lines.emplace_back(s.text);
        theory.push_back(s.text);
    }
    draft.prompt = say("In these formulas ~ means not, & and, | or, -> if-then and <-> if and only "
                       "if.\nPremises:\n%1Statement: "
                       "%2\nIs the statement true whenever all premises hold (true), false "
                       "whenever they hold (false), or neither "
                       "(unknown)?",
                       "In diesen Formeln bedeutet ~ nicht, & und, | oder, -> wenn-dann und <-> "
                       "genau dann, wenn.\nVoraussetzungen:\n"
                       "%1Aussage: %2\nIst die Aussage immer wahr, wenn alle Voraussetzungen "
                       "gelten (true), immer falsch (false) oder "
                       "keines von beiden (unknown)?",
                       {numbered(lines), question.text}) +
                   ask_box({"true, false or unknown", "true, false oder unknown"});
    draft.verifier = "entail3";
    draft.params = {{"theory", theory}, {"question", question.text}};
    draft.gold = gold;
    draft.effort = static_cast<std::int64_t>(premises.size() + 1) << variables;
    for (const std::string& answer : kAnswers) {
        if (answer != gold) draft.wrong.push_back(answer);
    }
    draft.wrong.emplace_back("true or false");
    return draft;
}

// --- circuits ---

std::optional<Draft> circuit(Draw& draw, int level) {
    static constexpr int kGates[] = {4, 7, 11, 16, 24};
    const auto inputs = static_cast<std::size_t>(level) + 2;
    std::vector<std::string> names;
    std::vector<bool> values;
    std::string given;
    for (std::size_t i = 0; i < inputs; ++i) {
        names.push_back("x" + std::to_string(i + 1));
        values.push_back(draw.chance(50));
        given += (i == 0 ? "" : ", ") + names[i] + " = " + (values[i] ? "1" : "0");
    }
    Draft draft;
    Text lines;
    static const std::vector<std::string> kGateNames = {"AND", "OR", "XOR", "NAND", "NOR"};
    for (int g = 0; g < kGates[level - 1]; ++g) {
        const std::size_t kind = draw.below(kGateNames.size());
        const std::size_t a = draw.chance(60) && names.size() > 3 ? names.size() - 1 - draw.below(3)
                                                                  : draw.below(names.size());
        std::size_t b = draw.below(names.size());
        if (a == b) b = (b + 1) % names.size();
        const bool va = values[a];
        const bool vb = values[b];
        const bool out = kind == 0   ? va && vb
                         : kind == 1 ? va || vb
                         : kind == 2 ? va != vb
                         : kind == 3 ? !(va && vb)
                                     : !(va || vb);
        names.push_back("g" + std::to_string(g + 1));
        values.push_back(out);
        lines += Text(names.back() + " = " + kGateNames[kind] + "(" + names[a] + ", " + names[b] +
                      ")\n");
        draft.trace.emplace_back(names.back() + " = " + kGateNames[kind] + "(" + (va ? "1" : "0") +
                                 ", " + (vb ? "1" : "0") + ") = " + (out ? "1" : "0"));
    }
    constexpr std::size_t kOutputs = 4;
    std::string gold;
    std::string outputs;
    for (std::size_t i = names.size() - kOutputs; i < names.size(); ++i) {
        gold += values[i] ? '1' : '0';
        outputs += (outputs.empty() ? "" : ", ") + names[i];
    }
    draft.prompt =
        say("A circuit has the inputs %1 and these gates:\n%2What are the outputs %3? ",
            "Eine Schaltung hat die Eingänge %1 und diese Gatter:\n%2Wie lauten die Ausgänge %3? ",
            {given, lines, outputs}) +
        Text("Put them in \\boxed{} as four digits 0 or 1 in this order, like 0110.",
             "Schreibe sie als vier Ziffern 0 oder 1 in dieser Reihenfolge, etwa 0110, in "
             "\\boxed{}.");
    draft.verifier = "text_exact";
    draft.gold = gold;
    for (std::size_t i = 0; i < kOutputs; ++i) {
        std::string flipped = gold;
        flipped[i] = flipped[i] == '0' ? '1' : '0';
        draft.wrong.push_back(flipped);
    }
    return draft;
}

// --- tables of marks ---

struct Choice {
    Text text;
    std::function<bool(unsigned)> fits;  ///< of a person's marks
};

Choice draw_choice(Draw& draw, const std::vector<Text>& marks, int parts) {
    const std::size_t which = draw.below(marks.size());
    const bool no = draw.chance(35);
    Choice made{
        say(no ? "does not have %1" : "has %1", no ? "hat nicht %1" : "hat %1", {marks[which]}),
        [which, no](unsigned m) { return (((m >> which) & 1U) != 0) != no; }};
    if (parts == 1) return made;
    const Choice rest = draw_choice(draw, marks, parts - 1);
    const bool both = draw.chance(50);
    const auto first = made.fits;
    const auto second = rest.fits;
    return {say(both ? "(%1) and (%2)" : "(%1) or (%2)",
                both ? "(%1) und (%2)" : "(%1) oder (%2)",
                {made.text, rest.text}),
            [first, second, both](unsigned m) {
                return both ? first(m) && second(m) : first(m) || second(m);
            }};
}

std::string comma_list(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

std::optional<Draft> membership(Draw& draw, int level) {
    static const std::vector<Text> kMarks = {{"a key", "einen Schlüssel"},
                                             {"a badge", "einen Ausweis"},
                                             {"a laptop", "einen Laptop"},
                                             {"a car", "einen Wagen"},
                                             {"a desk", "einen Schreibtisch"},
                                             {"a phone", "ein Telefon"}};
    static constexpr std::size_t kCount[] = {5, 6, 8, 10, 12};
    const std::vector<std::string> names = draw.sample(people(), kCount[level - 1]);
    const std::vector<Text> marks =
        draw.sample(kMarks, static_cast<std::size_t>(std::min(level + 2, 6)));
    const Choice choice = draw_choice(draw, marks, level + 1);
    Draft draft;
    Text lines;
    std::vector<std::string> in;
    std::vector<std::string> out;
    for (const std::string& name : names) {
        const auto held = static_cast<unsigned>(draw.below(std::size_t{1} << marks.size()));
        std::vector<Text> list;
        for (std::size_t i = 0; i < marks.size(); ++i) {
            if (((held >> i) & 1U) != 0) list.push_back(marks[i]);
        }
        const Text has = list.empty() ? Text("nothing", "nichts") : enumerate(list);
        lines += say("%1 has %2.\n", "%1 hat %2.\n", {name, has});
        const bool fits = choice.fits(held);
        (fits ? in : out).push_back(name);
        draft.trace.push_back(say("%1 has %2: %3",
                                  "%1 hat %2: %3",
                                  {name, has, fits ? Text("yes", "ja") : Text("no", "nein")}));
    }
    if (in.size() < 2 || out.size() < 2) return std::nullopt;
    draft.prompt =
        say("%1For whom is this true: the person %2?",
            "%1Für wen gilt: Die Person %2?",
            {lines, choice.text}) +
        ask_box({"the names, separated by commas,", "die Namen, durch Kommas getrennt,"});
    draft.verifier = "set";
    draft.params = {{"element", {{"verifier", "text_exact"}}}};
    draft.gold = in;
    std::vector<std::string> more = in;
    more.push_back(out.front());
    std::vector<std::string> fewer(in.begin() + 1, in.end());
    std::vector<std::string> exchanged = fewer;
    exchanged.push_back(out.back());
    draft.wrong = {comma_list(more), comma_list(fewer), comma_list(exchanged), comma_list(out)};
    return draft;
}

}  // namespace

std::vector<Family> logic_word_families() {
    using enum Field;
    return {
        {"logic_knights", kLogic, "knights and knaves", kNodes, knights_and_knaves},
        {"logic_syllogism", kLogic, "all, no, some", kNodes, syllogism},
        {"logic_entailment", kLogic, "what follows from formulas", kNodes, entailment},
        {"logic_circuit", kLogic, "outputs of a circuit", kLength, circuit},
        {"logic_sets", kLogic, "who belongs to a set", kLength, membership},
    };
}

}  // namespace veritune::generate
