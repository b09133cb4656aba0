// SPDX-License-Identifier: Apache-2.0
#include "core/curate/questions.h"

#include "core/curate/words.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace veritune::curate {
namespace {

using Words = std::vector<std::string>;

std::string answer_text(const util::Json& gold) {
    return gold.is_string() ? gold.get<std::string>() : util::canonical_json(gold);
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> list) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_yes_no(std::string_view answer) {
    return is_one_of(answer, {"yes", "no", "ja", "nein", "oui", "non", "sí", "si", "sì"});
}
bool is_true_false(std::string_view answer) {
    return is_one_of(answer,
                     {"true",
                      "false",
                      "wahr",
                      "falsch",
                      "richtig",
                      "vrai",
                      "faux",
                      "verdadero",
                      "falso",
                      "vero"});
}

/// "A) ... B) ... C)" or "(A) ... (B)": letters in order, each at the start of a word.
bool lists_options(const std::string& text) {
    int next = 0;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        const bool starts =
            i == 0 || is_one_of(std::string_view(&text[i - 1], 1), {" ", "\n", "(", "\t"});
        const bool ends = text[i + 1] == ')' || text[i + 1] == '.' || text[i + 1] == ':';
        if (starts && ends && text[i] == static_cast<char>('A' + next)) ++next;
    }
    return next >= 3;
}

/// "(a) ... (b)", "a) ... b)" or "(i) ... (ii)".
bool has_parts(const std::string& text) {
    const auto order = [&](std::string_view first, std::string_view second) {
        const std::size_t a = text.find(first);
        return a != std::string::npos && text.find(second, a) != std::string::npos;
    };
    return order("(a)", "(b)") || order("\na)", "\nb)") || order("(i)", "(ii)") ||
           order("\n1)", "\n2)");
}

bool asks_for_proof(const Words& words) {
    static constexpr std::array<std::array<std::string_view, 2>, 12> kPairs = {{
        {"prove", "that"},
        {"show", "that"},
        {"demonstrate", "that"},
        {"beweise", ""},
        {"beweisen", "sie"},
        {"zeige", "dass"},
        {"zeigen", "sie"},
        {"démontrer", "que"},
        {"montrer", "que"},
        {"demuestre", "que"},
        {"dimostra", "che"},
        {"dimostrare", "che"},
    }};
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (const auto& [first, second] : kPairs) {
            if (words[i] != first) continue;
            if (second.empty() || (i + 1 < words.size() && words[i + 1] == second)) return true;
        }
    }
    return false;
}

bool asks_true_false(const std::string& lower) {
    for (const std::string_view phrase : {"true or false",
                                          "wahr oder falsch",
                                          "richtig oder falsch",
                                          "vrai ou faux",
                                          "verdadero o falso",
                                          "vero o falso"}) {
        if (lower.find(phrase) != std::string::npos) return true;
    }
    return false;
}

struct Language {
    std::string_view code;
    std::initializer_list<std::string_view> words;
};

bool is_han(char32_t c) { return c >= 0x4E00 && c <= 0x9FFF; }

}  // namespace

util::Result<GoldReport> check_golds(const std::vector<data::Problem>& problems,
                                     const data::GoldCheck& check,
                                     const Watch& watch) {
    GoldReport report;
    for (std::size_t row = 0; row < problems.size(); ++row) {
        VT_TRY(watch.at(static_cast<double>(row) / static_cast<double>(problems.size())));
        if (problems[row].verifier.empty()) continue;
        ++report.checked;
        std::string message = check(problems[row]);
        if (!message.empty())
            report.faults.push_back(
                {.row = static_cast<std::int64_t>(row), .message = std::move(message)});
    }
    VT_TRY(watch.at(1.0));
    return report;
}

Guessability guessability(const std::vector<data::Problem>& problems) {
    std::map<std::string, std::int64_t> counts;
    std::map<std::string, std::int64_t> options;
    Guessability g;
    std::int64_t choices = 0;
    std::int64_t yes_no = 0;
    for (const data::Problem& problem : problems) {
        if (problem.verifier.empty()) continue;
        ++g.rows;
        const std::string answer = answer_text(problem.gold);
        ++counts[answer];
        const std::string lower = lower_case(answer);
        yes_no += is_yes_no(lower) || is_true_false(lower) ? 1 : 0;
        if (problem.verifier != "choice") continue;
        ++choices;
        ++options[answer];
    }
    if (g.rows == 0) return g;
    const auto n = static_cast<double>(g.rows);
    g.frequent.assign(counts.begin(), counts.end());
    std::ranges::stable_sort(
        g.frequent, std::greater<>(), &std::pair<std::string, std::int64_t>::second);
    if (g.frequent.size() > 10) g.frequent.resize(10);
    g.best_answer = g.frequent.front().first;
    g.best_count = g.frequent.front().second;
    g.best_share = static_cast<double>(g.best_count) / n;
    g.choice_share = static_cast<double>(choices) / n;
    g.yes_no_share = static_cast<double>(yes_no) / n;
    for (const auto& [option, count] : options) {
        const double share = static_cast<double>(count) / static_cast<double>(choices);
        if (share <= g.majority_share) continue;
        g.majority_share = share;
        g.majority_option = option;
    }
    return g;
}

std::string_view flag_name(Flag flag) {
    switch (flag) {
        case Flag::kMultipleChoice:
            return "multiple_choice";
        case Flag::kTrueFalse:
            return "true_false";
        case Flag::kYesNo:
            return "yes_no";
        case Flag::kProof:
            return "proof";
        case Flag::kMultiPart:
            return "multi_part";
        case Flag::kHyperlink:
            return "hyperlink";
        case Flag::kEmpty:
            return "empty";
        case Flag::kTooLong:
            return "too_long";
    }
    return "";
}

std::vector<Flag> question_flags(const data::Problem& problem) {
    constexpr std::size_t kLongest = 8000;
    const std::string text = question_text(problem);
    const std::string lower = lower_case(text);
    const Words words = plain_words(text);
    const std::string gold =
        problem.gold.is_string() ? lower_case(problem.gold.get<std::string>()) : "";
    std::vector<Flag> flags;
    const auto add = [&](Flag flag, bool yes) {
        if (yes) flags.push_back(flag);
    };
    add(Flag::kMultipleChoice, problem.verifier == "choice" || lists_options(text));
    add(Flag::kTrueFalse, is_true_false(gold) || asks_true_false(lower));
    add(Flag::kYesNo, is_yes_no(gold));
    add(Flag::kProof, asks_for_proof(words));
    add(Flag::kMultiPart, has_parts(text));
    add(Flag::kHyperlink,
        lower.find("http://") != std::string::npos || lower.find("https://") != std::string::npos ||
            lower.find("www.") != std::string::npos);
    add(Flag::kEmpty, words.empty());
    add(Flag::kTooLong, text::count_code_points(text) > kLongest);
    return flags;
}

std::string guess_language(std::string_view text) {
    static const std::array<Language, 5> kLanguages = {{
        {"en",
         {"the",
          "of",
          "and",
          "is",
          "are",
          "how",
          "what",
          "many",
          "each",
          "with",
          "if",
          "does",
          "her",
          "his",
          "much",
          "to"}},
        {"de",
         {"der",
          "die",
          "das",
          "und",
          "ist",
          "wie",
          "viele",
          "ein",
          "eine",
          "mit",
          "nicht",
          "von",
          "auf",
          "den",
          "welche",
          "wird",
          "im"}},
        {"fr",
         {"le",
          "la",
          "les",
          "des",
          "est",
          "et",
          "une",
          "combien",
          "dans",
          "que",
          "qui",
          "pour",
          "du"}},
        {"es",
         {"el",
          "los",
          "las",
          "es",
          "y",
          "una",
          "cuántos",
          "qué",
          "para",
          "por",
          "del",
          "con",
          "cuál"}},
        {"it",
         {"il",
          "gli",
          "è",
          "e",
          "una",
          "quanti",
          "che",
          "della",
          "per",
          "con",
          "quale",
          "di",
          "sono"}},
    }};
    std::size_t han = 0;
    const std::string clean = text::sanitize_utf8(text);
    for (std::size_t at = 0; at < clean.size();) {
        const text::CodePoint c = text::decode_utf8(clean, at);
        han += is_han(c.value) ? 1 : 0;
        at += c.length;
    }
    const Words words = plain_words(text);
    if (han * 4 > text::count_code_points(clean)) return "zh";
    std::array<std::size_t, kLanguages.size()> hits{};
    for (const std::string& word : words) {
        for (std::size_t i = 0; i < kLanguages.size(); ++i)
            hits[i] += is_one_of(word, kLanguages[i].words) ? 1 : 0;
    }
    const auto best = std::ranges::max_element(hits);
    if (*best < 2 || std::ranges::count(hits, *best) > 1) return "";
    return std::string(kLanguages[static_cast<std::size_t>(best - hits.begin())].code);
}

util::Result<FlagReport> flag_questions(const std::vector<data::Problem>& problems,
                                        const Watch& watch) {
    FlagReport report;
    for (std::size_t i = 0; i < problems.size(); ++i) {
        if (i % 64 == 0)
            VT_TRY(watch.at(static_cast<double>(i) / static_cast<double>(problems.size())));
        const auto row = static_cast<std::int64_t>(i);
        for (const Flag flag : question_flags(problems[i]))
            report.rows_with[std::string(flag_name(flag))].push_back(row);
        report.rows_in_language[guess_language(question_text(problems[i]))].push_back(row);
    }
    VT_TRY(watch.at(1.0));
    return report;
}

}  // namespace veritune::curate
