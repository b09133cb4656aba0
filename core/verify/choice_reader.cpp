// SPDX-License-Identifier: Apache-2.0
#include "core/verify/choice_reader.h"

#include "core/text/answer_text.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>

namespace veritune::verify {

namespace {

struct Word {
    std::string exact;
    std::string folded;
    std::string gap;  ///< what stands between the word before and this one
};

bool is_letter_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// Words of letters and digits; an apostrophe between letters belongs to its word. The last entry
/// has no word, only the gap at the end. Typographic apostrophes are plain ones.
std::vector<Word> split_words(std::string_view text) {
    std::string plain(text);
    for (std::size_t at = plain.find("\xE2\x80\x99"); at != std::string::npos;
         at = plain.find("\xE2\x80\x99", at + 1)) {
        plain.replace(at, 3, "'");
    }
    std::vector<Word> words;
    Word word;
    for (std::size_t i = 0; i <= plain.size(); ++i) {
        const char c = i < plain.size() ? plain[i] : ' ';
        const bool inside =
            is_letter_byte(c) || (c == '\'' && !word.exact.empty() && i + 1 < plain.size() &&
                                  is_letter_byte(plain[i + 1]));
        if (inside) {
            word.exact += c;
            continue;
        }
        if (!word.exact.empty()) {
            word.folded = text::fold_case(word.exact);
            words.push_back(std::move(word));
            word = {};
        }
        if (i < plain.size()) word.gap += c;
    }
    words.push_back(std::move(word));
    return words;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> list) {
    return std::find(list.begin(), list.end(), word) != list.end();
}
bool is_negator(std::string_view word) {
    return is_one_of(word,
                     {"not",       "neither", "nor",    "never",   "isn't", "aren't", "cannot",
                      "can't",     "won't",   "wasn't", "doesn't", "don't", "except", "without",
                      "nicht",     "kein",    "keine",  "weder",   "noch",  "wrong",  "false",
                      "incorrect", "doubt",   "falsch", "anything"});
}
bool is_refusal(std::string_view word) {
    return is_one_of(word,
                     {"not",
                      "wrong",
                      "false",
                      "incorrect",
                      "isn't",
                      "nicht",
                      "falsch",
                      "cannot",
                      "can't",
                      "excluded",
                      "eliminated"});
}
bool is_filler(std::string_view word) {
    return is_one_of(word,
                     {"the",
                      "option",
                      "options",
                      "answer",
                      "choice",
                      "be",
                      "is",
                      "it",
                      "die",
                      "antwort",
                      "ist",
                      "correct",
                      "right",
                      "possibly"});
}
bool is_marker(std::string_view word) {
    return is_one_of(word,
                     {"answer",  "answers",   "option", "options", "choice", "choices",   "is",
                      "are",     "choose",    "pick",   "select",  "so",     "therefore", "thus",
                      "antwort", "antworten", "ist",    "sind",    "lautet", "lauten"});
}
bool is_and(std::string_view word) { return is_one_of(word, {"and", "und", "et"}); }
bool is_or(std::string_view word) { return is_one_of(word, {"or", "oder", "ou", "either"}); }
bool ends_clause(std::string_view gap) { return gap.find_first_of(".,;:!?\n") != gap.npos; }

class OptionReader {
  public:
    OptionReader(std::vector<Word> words, const std::vector<Option>& options, bool compact)
        : words_(std::move(words)),
          options_(options),
          compact_(compact) {
        for (const Option& option : options) texts_.push_back(split_words(option.text));
    }

    NamedOptions read() {
        const std::size_t count = words_.size() - 1;
        for (std::size_t i = 0; i < count;) {
            if (words_[i].gap.find_first_of(".!?\n") != std::string::npos) pending_negator_ = false;
            const std::size_t length = text_length(i);
            if (length > 0) {
                mention(text_option_, i, i + length, true);
                i += length;
                continue;
            }
            read_word(i, count);
            ++i;
        }
        return std::move(result_);
    }

  private:
    /// Words of the longest option text that begins at word i; sets text_option_.
    std::size_t text_length(std::size_t i) {
        std::size_t best = 0;
        for (std::size_t at = 0; at < options_.size(); ++at) {
            const std::vector<Word>& text = texts_[at];
            const std::size_t length = text.size() - 1;
            if (length <= best || i + length >= words_.size()) continue;
            bool equal = true;
            for (std::size_t k = 0; equal && k < length; ++k) {
                equal = text[k].folded == words_[i + k].folded;
            }
            if (!equal) continue;
            best = length;
            text_option_ = options_[at].key;
        }
        return best;
    }

    void read_word(std::size_t i, std::size_t count) {
        const Word& word = words_[i];
        for (const Option& option : options_) {
            if (word.folded != text::fold_case(option.key)) continue;
            if (is_article(i, option.key)) return;
            mention(option.key, i, i + 1, is_firm(i, count));
            return;
        }
        if (is_negator(word.folded) && i != spent_) pending_negator_ = true;
        if (compact_ && count == 1) read_compact(word.exact);
    }

    /// "a dog" where the key is A: a lower-case word of one letter counts only as part of a list.
    bool is_article(std::size_t i, const std::string& key) const {
        const Word& word = words_[i];
        if (!is_one_of(word.exact, {"a", "i"}) || word.exact == key) return false;
        const bool alone = words_.size() == 2;
        return !alone && !in_brackets(i) && !beside_link(i);
    }

    bool in_brackets(std::size_t i) const {
        const std::string& before = words_[i].gap;
        return before.ends_with('(') || before.ends_with('[') || words_[i + 1].gap.starts_with(')');
    }

    bool beside_link(std::size_t i) const {
        const auto links = [](const Word& word) {
            return is_or(word.folded) || is_and(word.folded);
        };
        const auto lists = [](std::string_view gap) {
            return gap.find_first_of(",/;&+|") != std::string_view::npos;
        };
        return (i > 0 && links(words_[i - 1])) || links(words_[i + 1]) || lists(words_[i].gap) ||
               lists(words_[i + 1].gap);
    }

    /// Named as an answer: in brackets, behind a marker, in a list behind a firm one, or first.
    bool is_firm(std::size_t i, std::size_t count) const {
        if (count == 1 || in_brackets(i)) return true;
        const std::string& after = words_[i + 1].gap;
        if (i == 0) {
            // "A dog", "I think": the word is first, but it is no key.
            const bool reads_as_word = is_one_of(words_[i].exact, {"A", "I", "a", "i"});
            return !reads_as_word || after.find_first_of(".,:;)-\n") != std::string::npos ||
                   is_one_of(words_[i + 1].folded, {"is", "and", "because", "ist", "und"});
        }
        const std::string& before = words_[i - 1].folded;
        if (is_marker(before)) return true;
        const bool joined =
            is_and(before) || words_[i].gap.find_first_of(",;/&+") != std::string::npos;
        const bool corrects =
            is_one_of(before, {"but", "sondern", "so"}) && !result_.negated.empty();
        return corrects || (joined && last_end_ + (is_and(before) ? 1 : 0) == i && !last_negated_);
    }

    bool is_negated(std::size_t begin, std::size_t end) {
        for (std::size_t i = begin, steps = 0; i > 0 && steps < 4; --i, ++steps) {
            if (ends_clause(words_[i].gap)) break;
            const std::string& word = words_[i - 1].folded;
            if (is_negator(word)) return true;
            if (is_or(word) && last_end_ == i - 1 && last_negated_) return true;
            if (!is_filler(word)) break;
        }
        for (std::size_t i = end, steps = 0; i + 1 < words_.size() && steps < 3; ++i, ++steps) {
            if (ends_clause(words_[i].gap)) break;
            if (is_refusal(words_[i].folded)) {
                // "B, not A" and "B is not A": the word belongs to what follows it.
                if (is_option(i + 1)) return false;
                spent_ = i;
                return true;
            }
            if (!is_one_of(words_[i].folded, {"is", "are", "was", "can", "ist", "be", "ruled"}))
                break;
        }
        return false;
    }

    bool is_option(std::size_t i) const {
        return i + 1 < words_.size() && std::ranges::any_of(options_, [&](const Option& option) {
                   return text::fold_case(option.key) == words_[i].folded;
               });
    }

    void mention(const std::string& key, std::size_t begin, std::size_t end, bool firm) {
        last_negated_ = is_negated(begin, end);
        const bool choice =
            (begin > 0 && is_or(words_[begin - 1].folded)) || is_or(words_[end].folded);
        if (last_negated_) {
            result_.negated.insert(key);
            pending_negator_ = false;
        } else {
            result_.keys.insert(key);
            result_.firm = result_.firm && firm && !pending_negator_;
            result_.alternatives = result_.alternatives || choice;
        }
        last_end_ = end;
    }

    void read_compact(const std::string& word) {
        std::set<std::string> keys;
        for (const char c : word) {
            const std::string key(1, c);
            const bool known = std::ranges::any_of(
                options_, [&](const Option& option) { return option.key == key; });
            if (!known || !keys.insert(key).second) return;
        }
        result_.keys = std::move(keys);
    }

    std::vector<Word> words_;
    const std::vector<Option>& options_;
    std::vector<std::vector<Word>> texts_;
    bool compact_;
    NamedOptions result_;
    std::string text_option_;
    std::size_t last_end_ = static_cast<std::size_t>(-2);
    std::size_t spent_ = static_cast<std::size_t>(-1);  ///< negator behind its option
    bool last_negated_ = false;
    bool pending_negator_ = false;  ///< in this sentence and not yet spent on an option
};

}  // namespace

NamedOptions read_options(std::string_view answer,
                          const std::vector<Option>& options,
                          bool compact) {
    return OptionReader(split_words(answer), options, compact).read();
}

}  // namespace veritune::verify
