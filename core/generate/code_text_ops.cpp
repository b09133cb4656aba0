// SPDX-License-Identifier: Apache-2.0
// Operations on text and lists of words. Text is ASCII.
#include "core/generate/code_program.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace veritune::generate {

namespace {

using Words = std::vector<std::string>;
constexpr std::size_t kLongest = 500;

std::string text(const Value& x) { return x.get<std::string>(); }
Words words(const Value& x) { return x.get<Words>(); }

std::optional<Value> checked(std::string value) {
    if (value.size() > kLongest) return std::nullopt;
    return Value(std::move(value));
}
std::optional<Value> checked(const Words& list) { return Value(list); }
std::optional<Value> number(std::int64_t value) { return Value(value); }

bool is_vowel(char c) { return std::string_view("aeiouAEIOU").find(c) != std::string_view::npos; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

template <typename F>
std::string mapped(std::string value, const F& change) {
    for (char& c : value) c = change(c);
    return value;
}

template <typename T, typename F>
T kept(const T& list, const F& wanted) {
    T out;
    for (const auto& one : list) {
        if (wanted(one)) out.insert(out.end(), one);
    }
    return out;
}

Words split(const std::string& value) {
    Words out;
    std::string word;
    for (const char c : value + " ") {
        if (c != ' ') {
            word += c;
        } else if (!word.empty()) {
            out.push_back(std::move(word));
            word.clear();
        }
    }
    return out;
}

std::string join(const Words& list, std::string_view between) {
    std::string out;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (i > 0) out += between;
        out += list[i];
    }
    return out;
}

template <typename T>
T unique(const T& list) {
    T seen;
    for (const auto& one : list) {
        if (std::find(seen.begin(), seen.end(), one) == seen.end()) seen.insert(seen.end(), one);
    }
    return seen;
}

std::optional<Value> counts_of(const Words& list) {
    Value counts = Value::object();
    for (const std::string& word : list) {
        counts[word] = std::count(list.begin(), list.end(), word);
    }
    return counts;
}

std::vector<Op> string_ops() {
    using enum Type;
    using enum OpGroup;
    return {
        {"t_upper",
         kText,
         kText,
         kEach,
         {},
         "Turn all letters into capitals.",
         "Wandle alle Buchstaben in Großbuchstaben um.",
         "x.upper()",
         [](const Value& x, long) { return checked(mapped(text(x), upper)); }},
        {"t_swap",
         kText,
         kText,
         kEach,
         {},
         "Swap capitals and small letters.",
         "Vertausche Groß- und Kleinbuchstaben.",
         "x.swapcase()",
         [](const Value& x, long) {
             return checked(
                 mapped(text(x), [](char c) { return upper(c) == c ? lower(c) : upper(c); }));
         }},
        {"t_reverse",
         kText,
         kText,
         kOrder,
         {},
         "Reverse the string.",
         "Kehre die Zeichenkette um.",
         "x[::-1]",
         [](const Value& x, long) {
             std::string value = text(x);
             std::reverse(value.begin(), value.end());
             return checked(std::move(value));
         }},
        {"t_no_vowels",
         kText,
         kText,
         kPick,
         {},
         "Remove all vowels (aeiou, small or capital).",
         "Entferne alle Vokale (aeiou, klein oder groß).",
         "\"\".join(c for c in x if c not in \"aeiouAEIOU\")",
         [](const Value& x, long) {
             return checked(kept(text(x), [](char c) { return !is_vowel(c); }));
         }},
        {"t_no_spaces",
         kText,
         kText,
         kPick,
         {},
         "Remove all spaces.",
         "Entferne alle Leerzeichen.",
         "x.replace(\" \", \"\")",
         [](const Value& x, long) {
             return checked(kept(text(x), [](char c) { return c != ' '; }));
         }},
        {"t_remove",
         kText,
         kText,
         kPick,
         {'a', 'e', 'i', 'o'},
         "Remove every small letter %2.",
         "Entferne jeden Kleinbuchstaben %2.",
         "x.replace(\"%2\", \"\")",
         [](const Value& x, long k) {
             return checked(kept(text(x), [k](char c) { return c != static_cast<char>(k); }));
         }},
        {"t_star",
         kText,
         kText,
         kEach,
         {'a', 'e', 'r', 't'},
         "Replace every small letter %2 by a star *.",
         "Ersetze jeden Kleinbuchstaben %2 durch einen Stern *.",
         "x.replace(\"%2\", \"*\")",
         [](const Value& x, long k) {
             return checked(
                 mapped(text(x), [k](char c) { return c == static_cast<char>(k) ? '*' : c; }));
         }},
        {"t_double",
         kText,
         kText,
         kEach,
         {},
         "Write every character twice.",
         "Schreibe jedes Zeichen doppelt.",
         "\"\".join(c + c for c in x)",
         [](const Value& x, long) {
             std::string out;
             for (const char c : text(x)) out += std::string(2, c);
             return checked(std::move(out));
         }},
        {"t_take",
         kText,
         kText,
         kPick,
         {4, 6, 8},
         "Keep only the first %1 characters (all, if there are fewer).",
         "Behalte nur die ersten %1 Zeichen (alle, wenn es weniger sind).",
         "x[:%1]",
         [](const Value& x, long k) {
             return checked(text(x).substr(0, static_cast<std::size_t>(k)));
         }},
        {"t_drop",
         kText,
         kText,
         kPick,
         {1, 2, 3},
         "Leave out the first %1 characters.",
         "Lass die ersten %1 Zeichen weg.",
         "x[%1:]",
         [](const Value& x, long k) {
             const std::string value = text(x);
             return checked(value.substr(std::min(value.size(), static_cast<std::size_t>(k))));
         }},
        {"t_second",
         kText,
         kText,
         kPick,
         {},
         "Keep only the characters at the positions 0, 2, 4 and so on.",
         "Behalte nur die Zeichen an den Positionen 0, 2, 4 und so weiter.",
         "x[::2]",
         [](const Value& x, long) {
             bool wanted = false;
             return checked(kept(text(x), [&wanted](char) { return wanted = !wanted; }));
         }},
        {"t_shift",
         kText,
         kText,
         kEach,
         {1, 3, 13},
         "Replace every small letter by the one %1 places further in the alphabet (after z comes a "
         "again).",
         "Ersetze jeden Kleinbuchstaben durch den, der %1 Stellen weiter im Alphabet steht (nach z "
         "kommt wieder a).",
         "\"\".join(chr((ord(c) - 97 + %1) % 26 + 97) if \"a\" <= c <= \"z\" else c for c in x)",
         [](const Value& x, long k) {
             return checked(mapped(text(x), [k](char c) {
                 return c >= 'a' && c <= 'z' ? static_cast<char>('a' + (c - 'a' + k) % 26) : c;
             }));
         }},
        {"t_sort",
         kText,
         kText,
         kOrder,
         {},
         "Sort the characters by their code (spaces first, then capitals, then small letters).",
         "Sortiere die Zeichen nach ihrem Code (zuerst Leerzeichen, dann Groß-, dann "
         "Kleinbuchstaben).",
         "\"\".join(sorted(x))",
         [](const Value& x, long) {
             std::string value = text(x);
             std::sort(value.begin(), value.end());
             return checked(std::move(value));
         }},
        {"t_unique",
         kText,
         kText,
         kPick,
         {},
         "Leave out every character that stood in the string before.",
         "Lass jedes Zeichen weg, das vorher schon in der Zeichenkette stand.",
         "\"\".join(dict.fromkeys(x))",
         [](const Value& x, long) { return checked(unique(text(x))); }},
        {"t_length",
         kText,
         kInt,
         kFold,
         {},
         "Count the characters.",
         "Zähle die Zeichen.",
         "len(x)",
         [](const Value& x, long) { return number(static_cast<std::int64_t>(text(x).size())); }},
        {"t_vowels",
         kText,
         kInt,
         kFold,
         {},
         "Count the vowels (aeiou, small or capital).",
         "Zähle die Vokale (aeiou, klein oder groß).",
         "sum(1 for c in x if c in \"aeiouAEIOU\")",
         [](const Value& x, long) {
             const std::string value = text(x);
             return number(std::count_if(value.begin(), value.end(), is_vowel));
         }},
        {"t_count",
         kText,
         kInt,
         kFold,
         {'a', 'e', 's', 't'},
         "Count the small letters %2.",
         "Zähle die Kleinbuchstaben %2.",
         "x.count(\"%2\")",
         [](const Value& x, long k) {
             const std::string value = text(x);
             return number(std::count(value.begin(), value.end(), static_cast<char>(k)));
         }},
        {"t_distinct",
         kText,
         kInt,
         kFold,
         {},
         "Count the different characters.",
         "Zähle die verschiedenen Zeichen.",
         "len(set(x))",
         [](const Value& x, long) {
             return number(static_cast<std::int64_t>(unique(text(x)).size()));
         }},
        {"t_word_count",
         kText,
         kInt,
         kFold,
         {},
         "Count the words (separated by spaces).",
         "Zähle die Wörter (durch Leerzeichen getrennt).",
         "len(x.split())",
         [](const Value& x, long) {
             return number(static_cast<std::int64_t>(split(text(x)).size()));
         }},
        {"t_words",
         kText,
         kWords,
         kShape,
         {},
         "Split the string at spaces into the list of its words.",
         "Zerlege die Zeichenkette an Leerzeichen in die Liste ihrer Wörter.",
         "x.split()",
         [](const Value& x, long) { return checked(split(text(x))); }},
        {"t_counts",
         kText,
         kCounts,
         kShape,
         {},
         "Make the dictionary from every character to how often it occurs.",
         "Bilde das Dictionary von jedem Zeichen auf seine Häufigkeit.",
         "{c: x.count(c) for c in x}",
         [](const Value& x, long) {
             Words letters;
             for (const char c : text(x)) letters.emplace_back(1, c);
             return counts_of(letters);
         }},
    };
}

template <typename F>
std::optional<Value> each_word(const Value& x, const F& change) {
    Words list = words(x);
    for (std::string& word : list) word = change(word);
    return checked(list);
}

std::vector<Op> word_ops() {
    using enum Type;
    using enum OpGroup;
    return {
        {"w_reverse",
         kWords,
         kWords,
         kOrder,
         {},
         "Reverse the list.",
         "Kehre die Liste um.",
         "x[::-1]",
         [](const Value& x, long) {
             Words list = words(x);
             std::reverse(list.begin(), list.end());
             return checked(list);
         }},
        {"w_sort",
         kWords,
         kWords,
         kOrder,
         {},
         "Sort the list by the codes of the characters (capitals before small letters).",
         "Sortiere die Liste nach den Codes der Zeichen (Groß- vor Kleinbuchstaben).",
         "sorted(x)",
         [](const Value& x, long) {
             Words list = words(x);
             std::sort(list.begin(), list.end());
             return checked(list);
         }},
        {"w_by_length",
         kWords,
         kWords,
         kOrder,
         {},
         "Sort the list by length; strings of equal length keep their order.",
         "Sortiere die Liste nach der Länge; gleich lange Zeichenketten behalten ihre Reihenfolge.",
         "sorted(x, key=len)",
         [](const Value& x, long) {
             Words list = words(x);
             std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
                 return a.size() < b.size();
             });
             return checked(list);
         }},
        {"w_longer",
         kWords,
         kWords,
         kPick,
         {1, 2, 3},
         "Keep only the strings longer than %1.",
         "Behalte nur die Zeichenketten, die länger als %1 sind.",
         "[w for w in x if len(w) > %1]",
         [](const Value& x, long k) {
             return checked(kept(words(x), [k](const std::string& w) {
                 return w.size() > static_cast<std::size_t>(k);
             }));
         }},
        {"w_holding",
         kWords,
         kWords,
         kPick,
         {'a', 'e', 'o'},
         "Keep only the strings that hold a small %2.",
         "Behalte nur die Zeichenketten, die ein kleines %2 enthalten.",
         "[w for w in x if \"%2\" in w]",
         [](const Value& x, long k) {
             return checked(kept(words(x), [k](const std::string& w) {
                 return w.find(static_cast<char>(k)) != std::string::npos;
             }));
         }},
        {"w_upper",
         kWords,
         kWords,
         kEach,
         {},
         "Turn all strings into capitals.",
         "Wandle alle Zeichenketten in Großbuchstaben um.",
         "[w.upper() for w in x]",
         [](const Value& x, long) {
             return each_word(x, [](const std::string& w) { return mapped(w, upper); });
         }},
        {"w_backwards",
         kWords,
         kWords,
         kEach,
         {},
         "Reverse every string.",
         "Kehre jede Zeichenkette um.",
         "[w[::-1] for w in x]",
         [](const Value& x, long) {
             return each_word(
                 x, [](const std::string& w) { return std::string(w.rbegin(), w.rend()); });
         }},
        {"w_prefix",
         kWords,
         kWords,
         kEach,
         {1, 2, 3},
         "Cut every string to its first %1 characters.",
         "Kürze jede Zeichenkette auf ihre ersten %1 Zeichen.",
         "[w[:%1] for w in x]",
         [](const Value& x, long k) {
             return each_word(
                 x, [k](const std::string& w) { return w.substr(0, static_cast<std::size_t>(k)); });
         }},
        {"w_unique",
         kWords,
         kWords,
         kPick,
         {},
         "Leave out every string that stood in the list before.",
         "Lass jede Zeichenkette weg, die vorher schon in der Liste stand.",
         "list(dict.fromkeys(x))",
         [](const Value& x, long) { return checked(unique(words(x))); }},
        {"w_drop",
         kWords,
         kWords,
         kPick,
         {1, 2},
         "Leave out the first %1 elements.",
         "Lass die ersten %1 Elemente weg.",
         "x[%1:]",
         [](const Value& x, long k) {
             Words list = words(x);
             list.erase(list.begin(), list.begin() + std::min(k, static_cast<long>(list.size())));
             return checked(list);
         }},
        {"w_join",
         kWords,
         kText,
         kShape,
         {'-', '+', '/'},
         "Join the strings with %2 between them.",
         "Verbinde die Zeichenketten mit %2 dazwischen.",
         "\"%2\".join(x)",
         [](const Value& x, long k) {
             return checked(join(words(x), std::string(1, static_cast<char>(k))));
         }},
        {"w_longest",
         kWords,
         kText,
         kFold,
         {},
         "Take the longest string, the first of several, the empty one if there is none.",
         "Nimm die längste Zeichenkette, die erste von mehreren, die leere, wenn es keine gibt.",
         "max(x, key=len, default=\"\")",
         [](const Value& x, long) {
             std::string best;
             for (const std::string& w : words(x)) {
                 if (w.size() > best.size()) best = w;
             }
             return checked(std::move(best));
         }},
        {"w_initials",
         kWords,
         kText,
         kFold,
         {},
         "Join the first characters of all strings.",
         "Verbinde die ersten Zeichen aller Zeichenketten.",
         "\"\".join(w[:1] for w in x)",
         [](const Value& x, long) {
             std::string out;
             for (const std::string& w : words(x)) out += w.substr(0, 1);
             return checked(std::move(out));
         }},
        {"w_lengths",
         kWords,
         kInts,
         kShape,
         {},
         "Make the list of the lengths.",
         "Bilde die Liste der Längen.",
         "[len(w) for w in x]",
         [](const Value& x, long) -> std::optional<Value> {
             Value out = Value::array();
             for (const std::string& w : words(x)) out.push_back(w.size());
             return out;
         }},
        {"w_counts",
         kWords,
         kCounts,
         kShape,
         {},
         "Make the dictionary from every string to how often it occurs.",
         "Bilde das Dictionary von jeder Zeichenkette auf ihre Häufigkeit.",
         "{w: x.count(w) for w in x}",
         [](const Value& x, long) { return counts_of(words(x)); }},
        {"w_sizes",
         kWords,
         kCounts,
         kShape,
         {},
         "Make the dictionary from every string to its length.",
         "Bilde das Dictionary von jeder Zeichenkette auf ihre Länge.",
         "{w: len(w) for w in x}",
         [](const Value& x, long) -> std::optional<Value> {
             Value out = Value::object();
             for (const std::string& w : words(x)) out[w] = w.size();
             return out;
         }},
    };
}

}  // namespace

std::vector<Op> text_ops() {
    std::vector<Op> all;
    for (const auto& list : {string_ops(), word_ops()}) {
        all.insert(all.end(), list.begin(), list.end());
    }
    return all;
}

}  // namespace veritune::generate
