// SPDX-License-Identifier: Apache-2.0
// Operations on text, words, dictionaries and tables. Text is ASCII.
#include "core/generate/code_program.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

namespace veritune::generate {

namespace {

using Words = std::vector<std::string>;
using Rows = std::vector<std::vector<std::int64_t>>;
constexpr std::size_t kLongest = 500;
constexpr std::int64_t kMost = 1'000'000'000'000;

std::string text(const Value& x) { return x.get<std::string>(); }
Words words(const Value& x) { return x.get<Words>(); }

std::optional<Value> checked(std::string value) {
    if (value.size() > kLongest) return std::nullopt;
    return Value(std::move(value));
}
std::optional<Value> checked(const Words& list) { return Value(list); }
std::optional<Value> number(std::int64_t value) { return Value(value); }
std::optional<Value> table(const Rows& rows) {
    for (const auto& row : rows) {
        for (const std::int64_t v : row) {
            if (v > kMost || v < -kMost) return std::nullopt;
        }
    }
    return Value(rows);
}

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

template <typename F>
std::optional<Value> entries(const Value& x, const F& change) {
    Value out = Value::object();
    for (const auto& [key, value] : x.items()) {
        const std::optional<std::int64_t> made = change(key, value.template get<std::int64_t>());
        if (made && (*made > kMost || *made < -kMost)) return std::nullopt;
        if (made) out[key] = *made;
    }
    return out;
}

using Entry = std::optional<std::int64_t>;

std::vector<Op> count_ops() {
    using enum Type;
    using enum OpGroup;
    return {
        {"d_above",
         kCounts,
         kCounts,
         kPick,
         {1, 2, 4},
         "Keep only the entries whose number is greater than %1.",
         "Behalte nur die Einträge, deren Zahl größer als %1 ist.",
         "{a: n for a, n in x.items() if n > %1}",
         [](const Value& x, long k) {
             return entries(x, [k](const std::string&, std::int64_t n) {
                 return n > k ? Entry(n) : std::nullopt;
             });
         }},
        {"d_odd",
         kCounts,
         kCounts,
         kPick,
         {},
         "Keep only the entries whose number is odd.",
         "Behalte nur die Einträge, deren Zahl ungerade ist.",
         "{a: n for a, n in x.items() if n % 2 == 1}",
         [](const Value& x, long) {
             return entries(x, [](const std::string&, std::int64_t n) {
                 return n % 2 != 0 ? Entry(n) : std::nullopt;
             });
         }},
        {"d_short",
         kCounts,
         kCounts,
         kPick,
         {3, 4},
         "Keep only the entries whose key has at most %1 characters.",
         "Behalte nur die Einträge, deren Schlüssel höchstens %1 Zeichen hat.",
         "{a: n for a, n in x.items() if len(a) <= %1}",
         [](const Value& x, long k) {
             return entries(x, [k](const std::string& a, std::int64_t n) {
                 return a.size() <= static_cast<std::size_t>(k) ? Entry(n) : std::nullopt;
             });
         }},
        {"d_without",
         kCounts,
         kCounts,
         kPick,
         {'a', 'e', 'o'},
         "Leave out the entries whose key holds a small %2.",
         "Lass die Einträge weg, deren Schlüssel ein kleines %2 enthält.",
         "{a: n for a, n in x.items() if \"%2\" not in a}",
         [](const Value& x, long k) {
             return entries(x, [k](const std::string& a, std::int64_t n) {
                 return a.find(static_cast<char>(k)) == std::string::npos ? Entry(n) : std::nullopt;
             });
         }},
        {"d_add",
         kCounts,
         kCounts,
         kEach,
         {1, 2, 5},
         "Add %1 to every number.",
         "Addiere %1 zu jeder Zahl.",
         "{a: n + %1 for a, n in x.items()}",
         [](const Value& x, long k) {
             return entries(x, [k](const std::string&, std::int64_t n) { return Entry(n + k); });
         }},
        {"d_mul",
         kCounts,
         kCounts,
         kEach,
         {2, 3},
         "Multiply every number by %1.",
         "Multipliziere jede Zahl mit %1.",
         "{a: n * %1 for a, n in x.items()}",
         [](const Value& x, long k) {
             return entries(x, [k](const std::string&, std::int64_t n) { return Entry(n * k); });
         }},
        {"d_by_size",
         kCounts,
         kCounts,
         kEach,
         {},
         "Multiply every number by the length of its key.",
         "Multipliziere jede Zahl mit der Länge ihres Schlüssels.",
         "{a: n * len(a) for a, n in x.items()}",
         [](const Value& x, long) {
             return entries(x, [](const std::string& a, std::int64_t n) {
                 return Entry(n * static_cast<std::int64_t>(a.size()));
             });
         }},
        {"d_keys",
         kCounts,
         kWords,
         kShape,
         {},
         "Make the list of the keys, sorted by the codes of the characters.",
         "Bilde die Liste der Schlüssel, sortiert nach den Codes der Zeichen.",
         "sorted(x)",
         [](const Value& x, long) {
             Words keys;
             for (const auto& [key, value] : x.items()) keys.push_back(key);
             return checked(keys);
         }},
        {"d_ranking",
         kCounts,
         kWords,
         kShape,
         {},
         "Make the list of the keys from the largest number to the smallest, keys of equal numbers "
         "sorted by the codes of the characters.",
         "Bilde die Liste der Schlüssel von der größten Zahl zur kleinsten, Schlüssel gleicher "
         "Zahlen sortiert nach den Codes der Zeichen.",
         "sorted(x, key=lambda a: (-x[a], a))",
         [](const Value& x, long) {
             Words keys;
             for (const auto& [key, value] : x.items()) keys.push_back(key);
             std::stable_sort(keys.begin(), keys.end(), [&x](const auto& a, const auto& b) {
                 return x.at(a).template get<std::int64_t>() > x.at(b).template get<std::int64_t>();
             });
             return checked(keys);
         }},
        {"d_values",
         kCounts,
         kInts,
         kShape,
         {},
         "Make the rising list of the numbers.",
         "Bilde die aufsteigende Liste der Zahlen.",
         "sorted(x.values())",
         [](const Value& x, long) -> std::optional<Value> {
             std::vector<std::int64_t> values;
             for (const auto& [key, value] : x.items()) values.push_back(value.get<std::int64_t>());
             std::sort(values.begin(), values.end());
             return Value(values);
         }},
        {"d_sum",
         kCounts,
         kInt,
         kFold,
         {},
         "Add up the numbers.",
         "Addiere die Zahlen.",
         "sum(x.values())",
         [](const Value& x, long) {
             std::int64_t sum = 0;
             for (const auto& [key, value] : x.items()) sum += value.get<std::int64_t>();
             return number(sum);
         }},
        {"d_max",
         kCounts,
         kInt,
         kFold,
         {},
         "Take the largest number, 0 if there is none.",
         "Nimm die größte Zahl, 0, wenn es keine gibt.",
         "max(x.values(), default=0)",
         [](const Value& x, long) {
             std::optional<std::int64_t> most;
             for (const auto& [key, value] : x.items())
                 most = std::max(most.value_or(-kMost), value.get<std::int64_t>());
             return number(most.value_or(0));
         }},
        {"d_size",
         kCounts,
         kInt,
         kFold,
         {},
         "Count the entries.",
         "Zähle die Einträge.",
         "len(x)",
         [](const Value& x, long) { return number(static_cast<std::int64_t>(x.size())); }},
    };
}

Rows rows_of(const Value& x) { return x.get<Rows>(); }

Rows transposed(const Rows& rows) {
    Rows out(rows.empty() ? 0 : rows[0].size());
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) out[c].push_back(row[c]);
    }
    return out;
}

template <typename F>
std::optional<Value> each_row(const Value& x, const F& fold) {
    Value out = Value::array();
    for (const auto& row : rows_of(x)) out.push_back(fold(row));
    return out;
}

template <typename F>
std::optional<Value> each_cell(const Value& x, const F& change) {
    Rows rows = rows_of(x);
    for (auto& row : rows) {
        for (std::int64_t& v : row) v = change(v);
    }
    return table(rows);
}

std::int64_t sum_of(const std::vector<std::int64_t>& row) {
    std::int64_t sum = 0;
    for (const std::int64_t v : row) sum += v;
    return sum;
}

// Tables have at least one row and one column.
std::vector<Op> table_ops() {
    using enum Type;
    using enum OpGroup;
    return {
        {"m_transpose",
         kTable,
         kTable,
         kOrder,
         {},
         "Swap rows and columns (transpose).",
         "Vertausche Zeilen und Spalten (transponiere).",
         "[list(r) for r in zip(*x)]",
         [](const Value& x, long) { return table(transposed(rows_of(x))); }},
        {"m_turn",
         kTable,
         kTable,
         kOrder,
         {},
         "Turn the table by 90 degrees clockwise.",
         "Drehe die Tabelle um 90 Grad im Uhrzeigersinn.",
         "[list(r) for r in zip(*x[::-1])]",
         [](const Value& x, long) {
             Rows rows = rows_of(x);
             std::reverse(rows.begin(), rows.end());
             return table(transposed(rows));
         }},
        {"m_upside",
         kTable,
         kTable,
         kOrder,
         {},
         "Reverse the order of the rows.",
         "Kehre die Reihenfolge der Zeilen um.",
         "x[::-1]",
         [](const Value& x, long) {
             Rows rows = rows_of(x);
             std::reverse(rows.begin(), rows.end());
             return table(rows);
         }},
        {"m_mirror",
         kTable,
         kTable,
         kOrder,
         {},
         "Reverse every row.",
         "Kehre jede Zeile um.",
         "[r[::-1] for r in x]",
         [](const Value& x, long) {
             Rows rows = rows_of(x);
             for (auto& row : rows) std::reverse(row.begin(), row.end());
             return table(rows);
         }},
        {"m_sort_rows",
         kTable,
         kTable,
         kOrder,
         {},
         "Sort every row in rising order.",
         "Sortiere jede Zeile aufsteigend.",
         "[sorted(r) for r in x]",
         [](const Value& x, long) {
             Rows rows = rows_of(x);
             for (auto& row : rows) std::sort(row.begin(), row.end());
             return table(rows);
         }},
        {"m_by_sum",
         kTable,
         kTable,
         kOrder,
         {},
         "Sort the rows by their sums in rising order; rows of equal sums keep their order.",
         "Sortiere die Zeilen aufsteigend nach ihren Summen; Zeilen gleicher Summe behalten ihre "
         "Reihenfolge.",
         "sorted(x, key=sum)",
         [](const Value& x, long) {
             Rows rows = rows_of(x);
             std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
                 return sum_of(a) < sum_of(b);
             });
             return table(rows);
         }},
        {"m_add",
         kTable,
         kTable,
         kEach,
         {1, 3, 10},
         "Add %1 to every number.",
         "Addiere %1 zu jeder Zahl.",
         "[[v + %1 for v in r] for r in x]",
         [](const Value& x, long k) {
             return each_cell(x, [k](std::int64_t v) { return v + k; });
         }},
        {"m_mul",
         kTable,
         kTable,
         kEach,
         {2, 3, -1},
         "Multiply every number by %1.",
         "Multipliziere jede Zahl mit %1.",
         "[[v * %1 for v in r] for r in x]",
         [](const Value& x, long k) {
             return each_cell(x, [k](std::int64_t v) { return v * k; });
         }},
        {"m_abs",
         kTable,
         kTable,
         kEach,
         {},
         "Replace every number by its absolute value.",
         "Ersetze jede Zahl durch ihren Betrag.",
         "[[abs(v) for v in r] for r in x]",
         [](const Value& x, long) {
             return each_cell(x, [](std::int64_t v) { return v < 0 ? -v : v; });
         }},
        {"m_row_sums",
         kTable,
         kInts,
         kShape,
         {},
         "Make the list of the sums of the rows.",
         "Bilde die Liste der Zeilensummen.",
         "[sum(r) for r in x]",
         [](const Value& x, long) { return each_row(x, sum_of); }},
        {"m_column_sums",
         kTable,
         kInts,
         kShape,
         {},
         "Make the list of the sums of the columns.",
         "Bilde die Liste der Spaltensummen.",
         "[sum(c) for c in zip(*x)]",
         [](const Value& x, long) { return each_row(Value(transposed(rows_of(x))), sum_of); }},
        {"m_row_max",
         kTable,
         kInts,
         kShape,
         {},
         "Make the list of the largest numbers of the rows.",
         "Bilde die Liste der größten Zahlen der Zeilen.",
         "[max(r) for r in x]",
         [](const Value& x, long) {
             return each_row(
                 x, [](const auto& row) { return *std::max_element(row.begin(), row.end()); });
         }},
        {"m_diagonal",
         kTable,
         kInts,
         kShape,
         {},
         "Make the list of the numbers whose row and column have the same position.",
         "Bilde die Liste der Zahlen, deren Zeile und Spalte dieselbe Position haben.",
         "[x[i][i] for i in range(min(len(x), len(x[0])))]",
         [](const Value& x, long) -> std::optional<Value> {
             const Rows rows = rows_of(x);
             Value out = Value::array();
             for (std::size_t i = 0; i < rows.size() && i < rows[0].size(); ++i)
                 out.push_back(rows[i][i]);
             return out;
         }},
        {"m_flat",
         kTable,
         kInts,
         kShape,
         {},
         "Join all rows into one list.",
         "Füge alle Zeilen zu einer Liste zusammen.",
         "[v for r in x for v in r]",
         [](const Value& x, long) -> std::optional<Value> {
             Value out = Value::array();
             for (const auto& row : rows_of(x)) {
                 for (const std::int64_t v : row) out.push_back(v);
             }
             return out;
         }},
    };
}

}  // namespace

std::vector<Op> text_ops() {
    std::vector<Op> all;
    for (const auto& list : {string_ops(), word_ops(), count_ops(), table_ops()}) {
        all.insert(all.end(), list.begin(), list.end());
    }
    return all;
}

}  // namespace veritune::generate
