// SPDX-License-Identifier: Apache-2.0
#include "core/verify/kk_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/instance.h"

#include <algorithm>
#include <map>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr std::size_t kMaxPeople = 16;
constexpr int kMaxDepth = 64;

using Assignment = std::vector<bool>;

struct Puzzle {
    std::vector<std::string> names;
    std::vector<Json> statements;
    std::string fault;
};

bool is_statement(const Json& s, std::size_t people, int depth) {
    if (depth > kMaxDepth || !s.is_array() || s.size() < 2 || !s[0].is_string()) return false;
    const auto& op = s[0].get_ref<const std::string&>();
    if (op == "telling-truth" || op == "lying") {
        return s.size() == 2 && small_int(s[1], 0, static_cast<long>(people) - 1).has_value();
    }
    const bool known = op == "not" || op == "and" || op == "or" || op == "->" || op == "<=>";
    if (!known || (op == "not" && s.size() != 2)) return false;
    if ((op == "->" || op == "<=>") && s.size() != 3) return false;
    return std::all_of(s.begin() + 1, s.end(), [people, depth](const Json& part) {
        return is_statement(part, people, depth + 1);
    });
}

bool holds(const Json& s, const Assignment& knights) {
    const auto& op = s[0].get_ref<const std::string&>();
    if (op == "telling-truth") return knights[s[1].get<std::size_t>()];
    if (op == "lying") return !knights[s[1].get<std::size_t>()];
    if (op == "not") return !holds(s[1], knights);
    if (op == "->") return !holds(s[1], knights) || holds(s[2], knights);
    if (op == "<=>") return holds(s[1], knights) == holds(s[2], knights);
    const auto each = [&knights](const Json& part) { return holds(part, knights); };
    return op == "and" ? std::all_of(s.begin() + 1, s.end(), each)
                       : std::any_of(s.begin() + 1, s.end(), each);
}

bool is_solution(const Puzzle& puzzle, const Assignment& knights) {
    for (std::size_t i = 0; i < knights.size(); ++i) {
        if (holds(puzzle.statements[i], knights) != knights[i]) return false;
    }
    return true;
}

Puzzle read_puzzle(const Json& data) {
    Puzzle puzzle;
    const Json names = data.value("names", Json::array());
    const Json statements = data.value("statements", Json::array());
    for (const Json& name : names) {
        std::string joined;
        if (name.is_string()) {
            for (const std::string& word : words_of(name.get<std::string>())) {
                joined += (joined.empty() ? "" : " ") + word;
            }
        }
        if (joined.empty()) puzzle.fault = "a name is no text";
        if (std::ranges::count(puzzle.names, joined) > 0) puzzle.fault = "two people of one name";
        puzzle.names.push_back(joined);
    }
    for (const Json& statement : statements) {
        if (!is_statement(statement, names.size(), 0)) puzzle.fault = "a statement is malformed";
        puzzle.statements.push_back(statement);
    }
    if (names.empty() || names.size() > kMaxPeople || names.size() != statements.size()) {
        puzzle.fault = "needs 1 to 16 names and one statement for each";
    }
    return puzzle;
}

std::optional<Assignment> first_solution(const Puzzle& puzzle) {
    const std::size_t people = puzzle.names.size();
    for (std::size_t bits = 0; bits < (std::size_t{1} << people); ++bits) {
        Assignment knights;
        for (std::size_t i = 0; i < people; ++i) knights.push_back(((bits >> i) & 1U) != 0);
        if (is_solution(puzzle, knights)) return knights;
    }
    return std::nullopt;
}

/// The given solution, or the first one that there is.
std::optional<Assignment> gold_of(const Puzzle& puzzle, const Json& solution) {
    if (!solution.is_array()) {
        return solution.is_null() ? first_solution(puzzle) : std::nullopt;
    }
    Assignment knights;
    for (const Json& value : solution) {
        if (!value.is_boolean()) return std::nullopt;
        knights.push_back(value.get<bool>());
    }
    if (knights.size() != puzzle.names.size() || !is_solution(puzzle, knights)) return std::nullopt;
    return knights;
}

std::string shown(const Puzzle& puzzle, const Assignment& knights) {
    Json names = Json::object();
    for (std::size_t i = 0; i < knights.size(); ++i) {
        names[puzzle.names[i]] = knights[i] ? "knight" : "knave";
    }
    return names.dump();
}

/// What an answer says of everybody; each entry: nobody, knight or knave, and how often.
struct Reading {
    std::vector<std::optional<bool>> said;
    bool twice = false;
    bool foreign = false;  ///< a name or a kind that is not in the puzzle
};

std::optional<bool> kind_of(const std::string& word) {
    for (const char* knight : {"knight", "knights", "ritter", "true", "truthful"}) {
        if (word == knight) return true;
    }
    for (const char* knave : {"knave", "knaves", "schurke", "schurken", "false", "liar"}) {
        if (word == knave) return false;
    }
    return std::nullopt;
}

void say(Reading& reading, std::size_t person, bool knight) {
    if (reading.said[person]) reading.twice = true;
    reading.said[person] = knight;
}

void read_object(const Puzzle& puzzle, const Json& object, Reading& reading) {
    for (const auto& [key, value] : object.items()) {
        std::string name;
        for (const std::string& word : words_of(key)) name += (name.empty() ? "" : " ") + word;
        const auto person = std::ranges::find(puzzle.names, name);
        std::optional<bool> kind;
        if (value.is_boolean()) kind = value.get<bool>();
        if (value.is_string()) {
            const std::vector<std::string> words = words_of(value.get<std::string>());
            if (!words.empty()) kind = kind_of(words.back());
        }
        if (person == puzzle.names.end() || !kind) {
            reading.foreign = true;
            continue;
        }
        say(reading, static_cast<std::size_t>(person - puzzle.names.begin()), *kind);
    }
}

/// The person whose name begins at words[pos]; the longest name wins.
std::optional<std::size_t> person_at(const Puzzle& puzzle,
                                     const std::vector<std::string>& words,
                                     std::size_t pos,
                                     std::size_t& length) {
    std::optional<std::size_t> found;
    length = 0;
    for (std::size_t i = 0; i < puzzle.names.size(); ++i) {
        const std::vector<std::string> name = words_of(puzzle.names[i]);
        if (name.size() <= length || pos + name.size() > words.size()) continue;
        if (!std::equal(name.begin(), name.end(), words.begin() + static_cast<long>(pos))) continue;
        found = i;
        length = name.size();
    }
    return found;
}

/// "Zoey and Ann are knights, Bob is not a knave": names wait until a kind is said of them.
void read_sentences(const Puzzle& puzzle, const std::string& text, Reading& reading) {
    const std::vector<std::string> words = words_of(text);
    std::vector<std::size_t> waiting;
    bool negated = false;
    // Somebody may be called "A": behind "is" and before a kind it is the article.
    const auto is_article = [&words](std::size_t pos) {
        const bool kind = pos + 1 < words.size() && kind_of(words[pos + 1]).has_value();
        return kind && pos > 0 && words[pos] == "a" &&
               (words[pos - 1] == "is" || words[pos - 1] == "not" || words[pos - 1] == "be");
    };
    for (std::size_t pos = 0; pos < words.size(); ++pos) {
        if (is_article(pos)) continue;
        std::size_t length = 0;
        if (const auto person = person_at(puzzle, words, pos, length)) {
            waiting.push_back(*person);
            negated = false;
            pos += length - 1;
            continue;
        }
        if (words[pos] == "not" || words[pos] == "nicht" || words[pos] == "kein") negated = true;
        if (words[pos] == "or" || words[pos] == "oder" || words[pos] == "if") {
            reading.foreign = true;
        }
        const std::optional<bool> kind = kind_of(words[pos]);
        if (!kind || words[pos] == "true" || words[pos] == "false") continue;
        if (waiting.empty()) reading.foreign = true;
        for (const std::size_t person : waiting) say(reading, person, *kind != negated);
        waiting.clear();
        negated = false;
    }
    if (!waiting.empty()) reading.foreign = true;
}

Verdict judge(Verdict verdict, const Puzzle& puzzle) {
    using enum VerdictStatus;
    Reading reading;
    reading.said.resize(puzzle.names.size());
    const std::optional<Json> json = last_json(verdict.extracted);
    if (json && json->is_object()) {
        read_object(puzzle, *json, reading);
    } else {
        read_sentences(puzzle, verdict.extracted, reading);
    }
    if (reading.foreign) return refuse(std::move(verdict), kIncorrect, "not_an_assignment");
    if (reading.twice) return refuse(std::move(verdict), kIncorrect, "named_twice");
    Assignment knights;
    for (const std::optional<bool>& said : reading.said) {
        if (!said) return refuse(std::move(verdict), kIncorrect, "not_everyone");
        knights.push_back(*said);
    }
    verdict.answer_normal = shown(puzzle, knights);
    for (std::size_t i = 0; i < knights.size(); ++i) {
        const bool right = holds(puzzle.statements[i], knights) == knights[i];
        verdict.steps.push_back({.what = puzzle.names[i] + (knights[i] ? " (knight)" : " (knave)") +
                                         " says " + puzzle.statements[i].dump(),
                                 .ok = right,
                                 .detail = right ? "" : "does not fit",
                                 .span = verdict.span});
    }
    if (!is_solution(puzzle, knights)) {
        return refuse(std::move(verdict), kIncorrect, "contradiction");
    }
    return accept(std::move(verdict));
}

}  // namespace

Json KkVerifier::params_schema() const { return instance_params_schema(); }

Json KkVerifier::gold_schema() const { return instance_gold_schema(); }

Verdict KkVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "exact";
    verdict.operations = 1;
    const Instance instance = read_instance(request, "statements");
    const Puzzle puzzle = read_puzzle(instance.data);
    if (!puzzle.fault.empty()) return bad_params(std::move(verdict), puzzle.fault);
    const std::optional<Assignment> gold = gold_of(puzzle, instance.solution);
    if (!gold) return bad_gold(std::move(verdict));
    verdict.gold_normal = shown(puzzle, *gold);
    AnswerReading reading = read_answer(request, std::move(verdict), 64 * puzzle.names.size());
    if (reading.decided) return std::move(reading.verdict);
    // Extraction drops a leading "Zoey =".
    reading.verdict.extracted = unstripped_answer(request, reading.verdict);
    return judge(std::move(reading.verdict), puzzle);
}

util::Result<std::string> KkVerifier::gold_completion(const VerifyRequest& request) const {
    const Instance instance = read_instance(request, "statements");
    const Puzzle puzzle = read_puzzle(instance.data);
    const std::optional<Assignment> gold =
        puzzle.fault.empty() ? gold_of(puzzle, instance.solution) : std::nullopt;
    if (!gold) return util::fail(util::ErrorCode::kInvalidArgument, "bad_gold");
    return write_answer(shown(puzzle, *gold), request.profile, request.think_tags);
}

}  // namespace veritune::verify
