// SPDX-License-Identifier: Apache-2.0
// find_private(): the forms that are known, one scanner each.
#include "core/curate/privacy.h"
#include "core/curate/words.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace veritune::curate {
namespace {

using text::Span;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_alnum(char c) { return is_digit(c) || is_letter(c); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// A run of letters and digits; letters are Unicode's.
struct Word {
    Span span;
    std::string lower;
    bool capital = false;  ///< starts with an upper-case letter
    bool letters = true;   ///< no digit
};

bool is_upper(char32_t c) {
    std::string one;
    text::append_utf8(one, c);
    return lower_case(one) != one;
}

std::vector<Word> words_of(std::string_view text) {
    std::vector<Word> words;
    bool inside = false;
    for (std::size_t at = 0; at < text.size();) {
        const text::CodePoint c = text::decode_utf8(text, at);
        const text::CharClass kind = text::char_class(c.value);
        const bool part = kind == text::CharClass::kLetter || kind == text::CharClass::kNumber;
        if (part && !inside)
            words.push_back({.span = {at, at}, .lower = {}, .capital = is_upper(c.value)});
        inside = part;
        if (part) {
            words.back().span.end = at + c.length;
            words.back().letters = words.back().letters && kind == text::CharClass::kLetter;
        }
        at += c.length;
    }
    for (Word& word : words)
        word.lower = lower_case(text.substr(word.span.begin, word.span.end - word.span.begin));
    return words;
}

using WordSet = std::unordered_set<std::string_view>;

const WordSet& birth_words() {
    static const WordSet set = {
        "born",      "birth",  "dob",          "birthdate",  "birthday", "geboren", "geborene",
        "geborener", "geb",    "geburtsdatum", "geburtstag", "né",       "née",     "naissance",
        "nacido",    "nacida", "nacimiento",   "nato",       "nata",     "nascita"};
    return set;
}
const WordSet& phone_words() {
    static const WordSet set = {"tel",
                                "telefon",
                                "telefonnummer",
                                "phone",
                                "telephone",
                                "mobile",
                                "mobil",
                                "handy",
                                "handynummer",
                                "fax",
                                "téléphone",
                                "teléfono",
                                "telefono",
                                "cellulare",
                                "call",
                                "rufnummer"};
    return set;
}
const WordSet& titles() {
    static const WordSet set = {"herr",    "herrn", "frau",    "dr",       "prof",     "professor",
                                "mr",      "mrs",   "ms",      "miss",     "monsieur", "madame",
                                "mme",     "señor", "señora",  "sr",       "sra",      "signor",
                                "signora", "sig",   "mandant", "mandantin"};
    return set;
}
/// One word for a number that stands for a person or a file.
const WordSet& record_words() {
    static const WordSet set = {"aktenzeichen",
                                "az",
                                "steuernummer",
                                "kundennummer",
                                "vertragsnummer",
                                "personalnummer",
                                "versicherungsnummer",
                                "versichertennummer",
                                "sozialversicherungsnummer",
                                "patientennummer",
                                "fallnummer",
                                "mandantennummer",
                                "rentenversicherungsnummer",
                                "ausweisnummer",
                                "passnummer",
                                "kontonummer",
                                "identifikationsnummer",
                                "mrn",
                                "ssn",
                                "expediente",
                                "dossier"};
    return set;
}
/// The second word after the first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kRecordPairs = {{
    {"steuer", "id"},       {"steuer", "nr"},       {"kunden", "nr"},      {"patienten", "id"},
    {"file", "no"},         {"file", "number"},     {"case", "no"},        {"case", "number"},
    {"record", "no"},       {"record", "number"},   {"patient", "id"},     {"patient", "number"},
    {"customer", "number"}, {"customer", "id"},     {"account", "number"}, {"policy", "number"},
    {"tax", "id"},          {"passport", "number"}, {"medical", "record"}, {"client", "number"},
    {"employee", "number"}, {"security", "number"},
}};
const WordSet& first_names() {
    static const WordSet set = {
        "anna",     "maria",     "erika",     "max",      "peter",    "hans",      "thomas",
        "michael",  "andreas",   "stefan",    "klaus",    "jürgen",   "wolfgang",  "monika",
        "sabine",   "petra",     "susanne",   "claudia",  "birgit",   "julia",     "laura",
        "lena",     "lukas",     "felix",     "paul",     "jan",      "tim",       "jonas",
        "sophie",   "katharina", "christian", "markus",   "martin",   "frank",     "uwe",
        "ralf",     "dieter",    "günter",    "james",    "john",     "robert",    "william",
        "david",    "richard",   "joseph",    "charles",  "mary",     "patricia",  "jennifer",
        "linda",    "elizabeth", "barbara",   "susan",    "jessica",  "sarah",     "karen",
        "emily",    "emma",      "olivia",    "daniel",   "matthew",  "george",    "edward",
        "alice",    "jean",      "pierre",    "marie",    "jacques",  "françois",  "nathalie",
        "isabelle", "camille",   "josé",      "juan",     "carlos",   "carmen",    "pilar",
        "luis",     "javier",    "lucía",     "giuseppe", "giovanni", "francesca", "marco",
        "paolo",    "giulia",    "luca",      "mehmet",   "ayşe",     "fatma",     "mustafa",
        "ahmed",    "mohamed",   "fatima",    "ivan",     "olga",     "natalia",   "piotr",
        "katarzyna"};
    return set;
}

class Scanner {
  public:
    explicit Scanner(std::string_view text)
        : text_(text),
          words_(words_of(text)) {}

    std::vector<PrivateFind> run() {
        mails();
        ibans();
        births();
        records();
        phones();
        names();
        std::ranges::sort(finds_, {}, [](const PrivateFind& f) { return f.span.begin; });
        return std::move(finds_);
    }

  private:
    char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

    /// Earlier scanners are surer of what they found: what they took stays theirs.
    void add(PrivateKind kind, std::size_t begin, std::size_t end) {
        for (const PrivateFind& f : finds_) {
            if (begin < f.span.end && f.span.begin < end) return;
        }
        finds_.push_back({.kind = kind,
                          .span = {begin, end},
                          .text = std::string(text_.substr(begin, end - begin))});
    }

    void mails() {
        for (std::size_t i = text_.find('@'); i != std::string_view::npos;
             i = text_.find('@', i + 1)) {
            const auto local = [](char c) {
                return is_alnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
            };
            std::size_t begin = i;
            while (begin > 0 && i - begin < 64 && local(text_[begin - 1])) --begin;
            std::size_t end = i + 1;
            while (end - i < 255 && (is_alnum(at(end)) || at(end) == '.' || at(end) == '-')) ++end;
            while (end > i + 1 && !is_alnum(text_[end - 1])) --end;
            const std::string_view domain = text_.substr(i + 1, end - i - 1);
            const std::size_t dot = domain.rfind('.');
            if (begin == i || dot == std::string_view::npos || dot == 0) continue;
            const std::string_view top = domain.substr(dot + 1);
            if (top.size() >= 2 && std::all_of(top.begin(), top.end(), is_letter))
                add(PrivateKind::kMail, begin, end);
        }
    }

    void ibans() {
        for (std::size_t i = 0; i + 15 <= text_.size(); ++i) {
            const bool starts = i == 0 || !is_alnum(text_[i - 1]);
            if (!starts || !is_letter(at(i)) || !is_letter(at(i + 1)) || !is_digit(at(i + 2)) ||
                !is_digit(at(i + 3)))
                continue;
            std::size_t end = 0;
            std::size_t count = 0;
            std::size_t j = i;
            // Only where a group ends can the number end: a prefix with the right checksum by
            // accident is none.
            for (; j < text_.size() && count <= 34; ++j) {
                if (is_alnum(text_[j])) {
                    ++count;
                    const bool group_ends = !is_alnum(at(j + 1));
                    if (group_ends && count >= 15 && count <= 34 &&
                        is_valid_iban(text_.substr(i, j + 1 - i)))
                        end = j + 1;
                } else if (text_[j] != ' ' || !is_alnum(at(j + 1))) {
                    break;
                }
            }
            if (end > 0) add(PrivateKind::kIban, i, end);
        }
    }

    std::size_t number_end(std::size_t i, std::size_t most) const {
        std::size_t end = i;
        while (end - i < most && is_digit(at(end))) ++end;
        return end;
    }

    /// End of 3.4.1980, 03/04/1980 or 1980-04-03 at i; 0 = there is none.
    std::size_t numeric_date_end(std::size_t i) const {
        const std::size_t first = number_end(i, 4);
        const char mark = at(first);
        if (first == i || (mark != '.' && mark != '/' && mark != '-')) return 0;
        std::size_t next = first + 1;
        while (at(next) == ' ') ++next;
        const std::size_t second = number_end(next, 2);
        if (second == next || at(second) != mark) return 0;
        next = second + 1;
        while (at(next) == ' ') ++next;
        const std::size_t third = number_end(next, 4);
        const bool year = first - i == 4 || third - next == 4 || third - next == 2;
        return third > next && year && !is_digit(at(third)) ? third : 0;
    }

    /// End of "3. April 1980", "3 April 1980" or "April 3, 1980" that starts at word w; 0 = none.
    std::size_t written_date_end(std::size_t w) const {
        if (w + 2 >= words_.size()) return 0;
        const Word& a = words_[w];
        const Word& b = words_[w + 1];
        const Word& c = words_[w + 2];
        const auto number = [&](const Word& word, std::size_t most) {
            const std::size_t size = word.span.end - word.span.begin;
            return size <= most && number_end(word.span.begin, most) == word.span.end;
        };
        const bool close = c.span.end - a.span.begin <= 24;
        const bool year = number(c, 4) && c.span.end - c.span.begin == 4;
        const bool day_first = number(a, 2) && b.letters && b.capital;
        const bool month_first = a.letters && a.capital && number(b, 2);
        return close && year && (day_first || month_first) ? c.span.end : 0;
    }

    void births() {
        constexpr std::size_t kNear = 24;
        for (std::size_t w = 0; w < words_.size(); ++w) {
            if (!birth_words().contains(words_[w].lower)) continue;
            const std::size_t from = words_[w].span.end;
            for (std::size_t v = w + 1; v < words_.size(); ++v) {
                const std::size_t begin = words_[v].span.begin;
                if (begin > from + kNear) break;
                std::size_t end = is_digit(at(begin)) ? numeric_date_end(begin) : 0;
                if (end == 0) end = written_date_end(v);
                if (end == 0) continue;
                add(PrivateKind::kBirthDate, begin, end);
                break;
            }
        }
    }

    /// The entry after a word for it: groups of letters, digits and / . - with a digit in the
    /// first or second group.
    void add_record(std::size_t from) {
        std::size_t i = from;
        const auto skip = [&] {
            while (i < text_.size() && i - from < 24 &&
                   (is_space(text_[i]) || text_[i] == ':' || text_[i] == '.' || text_[i] == '#' ||
                    text_[i] == '(' || text_[i] == '-'))
                ++i;
        };
        skip();
        for (const std::string_view filler :
             {"number", "nummer", "no", "nr", "is", "ist", "lautet", "no", "nr"}) {
            const std::string_view here = text_.substr(i, filler.size());
            if (here.size() == filler.size() && lower_case(here) == filler &&
                !is_alnum(at(i + filler.size()))) {
                i += filler.size();
                skip();
            }
        }
        const std::size_t begin = i;
        std::size_t end = 0;
        for (int group = 0; group < 4; ++group) {
            bool digit = false;
            bool capitals = true;
            std::size_t j = i;
            while (j - i < 40 &&
                   (is_alnum(at(j)) || at(j) == '/' || at(j) == '.' || at(j) == '-')) {
                digit = digit || is_digit(at(j));
                capitals = capitals && at(j) >= 'A' && at(j) <= 'Z';
                ++j;
            }
            std::size_t last = j;
            while (last > i && !is_alnum(text_[last - 1])) --last;
            if (digit) end = last;
            const bool goes_on =
                last == j && j > i && at(j) == ' ' && j - i <= 6 && (digit || capitals);
            if (!goes_on) break;
            i = j + 1;
        }
        if (end > begin && end - begin >= 3) add(PrivateKind::kRecordNumber, begin, end);
    }

    void records() {
        for (std::size_t w = 0; w < words_.size(); ++w) {
            if (record_words().contains(words_[w].lower)) add_record(words_[w].span.end);
            if (w + 1 >= words_.size()) break;
            const bool close = words_[w + 1].span.begin - words_[w].span.end <= 2;
            for (const auto& [first, second] : kRecordPairs) {
                if (close && words_[w].lower == first && words_[w + 1].lower == second)
                    add_record(words_[w + 1].span.end);
            }
        }
    }

    struct Run {
        std::size_t end = 0;
        int digits = 0;
        bool only_bits = true;  ///< a binary number is no phone number
    };
    Run phone_run(std::size_t begin) const {
        Run run;
        for (std::size_t i = begin; i < text_.size() && i - begin < 32; ++i) {
            const char c = text_[i];
            if (is_digit(c)) {
                ++run.digits;
                run.only_bits = run.only_bits && c <= '1';
                run.end = i + 1;
                continue;
            }
            const bool separator = c == ' ' || c == '-' || c == '/' || c == '(' || c == ')' ||
                                   (c == '+' && i == begin);
            const bool twice = c == ' ' && at(i + 1) == ' ';
            if (!separator || twice) break;
        }
        return run;
    }

    void phones() {
        for (std::size_t i = 0; i < text_.size(); ++i) {
            const bool plus = text_[i] == '+' && is_digit(at(i + 1));
            const bool zero = text_[i] == '0' && is_digit(at(i + 1));
            const char before = i == 0 ? ' ' : text_[i - 1];
            const bool starts = !is_alnum(before) && before != '.' && before != ',' &&
                                before != '-' && before != '/' && before != '+';
            // A group of a longer number ("DE88 3704 0044 ...") begins none of its own.
            const bool in_number = before == ' ' && i >= 2 && is_digit(text_[i - 2]);
            if (!(plus || zero) || !starts || in_number) continue;
            const Run run = phone_run(i);
            const bool number = run.digits >= 7 && run.digits <= 15 && !run.only_bits;
            // "0123456.5" is a number with a fraction.
            const bool fraction =
                (at(run.end) == '.' || at(run.end) == ',') && is_digit(at(run.end + 1));
            if (number && !fraction && numeric_date_end(i) == 0)
                add(PrivateKind::kPhone, i, run.end);
            i = std::max(i, run.end > 0 ? run.end - 1 : i);
        }
        for (const Word& word : words_) {
            if (!phone_words().contains(word.lower)) continue;
            std::size_t i = word.span.end;
            while (i < text_.size() && i - word.span.end < 5 &&
                   (is_space(text_[i]) || text_[i] == '.' || text_[i] == ':'))
                ++i;
            if (!is_digit(at(i)) && at(i) != '(') continue;
            const Run run = phone_run(i);
            if (run.digits >= 5 && run.digits <= 15) add(PrivateKind::kPhone, i, run.end);
        }
    }

    /// Only a space, a hyphen, or a point and a space between two words.
    bool joined(std::size_t w) const {
        if (w + 1 >= words_.size()) return false;
        const std::string_view gap =
            text_.substr(words_[w].span.end, words_[w + 1].span.begin - words_[w].span.end);
        return gap == " " || gap == "-" || gap == ". " || gap == ".";
    }
    bool name_word(std::size_t w) const {
        return w < words_.size() && words_[w].capital && words_[w].letters &&
               words_[w].span.end - words_[w].span.begin >= 2;
    }

    void names() {
        for (std::size_t w = 0; w < words_.size(); ++w) {
            std::size_t first = w;
            while (first < words_.size() && titles().contains(words_[first].lower) && joined(first))
                ++first;
            const bool titled = first > w;
            if (!name_word(first)) continue;
            const bool given = first_names().contains(words_[first].lower);
            if (!titled && !given) continue;
            std::size_t last = first;
            while (joined(last) && name_word(last + 1)) {
                const bool hyphen = text_[words_[last].span.end] == '-';
                // A German noun after a surname is not part of it: without a first name one word.
                if (!hyphen && (!given || last > first)) break;
                if (text_[words_[last].span.end] == '.') break;
                ++last;
            }
            if (!titled && last == first) continue;
            add(PrivateKind::kName, words_[first].span.begin, words_[last].span.end);
            w = last;
        }
    }

    std::string_view text_;
    std::vector<Word> words_;
    std::vector<PrivateFind> finds_;
};

}  // namespace

bool is_valid_iban(std::string_view text) {
    std::string code;
    for (const char c : text) {
        if (c == ' ') continue;
        if (!is_alnum(c)) return false;
        code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    if (code.size() < 15 || code.size() > 34) return false;
    if (!is_letter(code[0]) || !is_letter(code[1]) || !is_digit(code[2]) || !is_digit(code[3]))
        return false;
    std::rotate(code.begin(), code.begin() + 4, code.end());
    int rest = 0;
    for (const char c : code) {
        const int value = is_digit(c) ? c - '0' : c - 'A' + 10;
        rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
    }
    return rest == 1;
}

std::vector<PrivateFind> find_private(std::string_view text) {
    if (text::is_valid_utf8(text)) return Scanner(text).run();
    // A bad byte becomes a blank, so that spans stay those of the text as given.
    std::string clean(text);
    for (std::size_t at = 0; at < clean.size();) {
        const std::size_t length = text::valid_utf8_length(clean, at);
        if (length == 0) clean[at] = ' ';
        at += std::max<std::size_t>(1, length);
    }
    return Scanner(clean).run();
}

}  // namespace veritune::curate
