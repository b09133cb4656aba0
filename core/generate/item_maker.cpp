// SPDX-License-Identifier: Apache-2.0
#include "core/generate/item_maker.h"

#include "core/util/hash.h"
#include "core/verify/answer_writer.h"

#include <algorithm>
#include <utility>

namespace veritune::generate {

namespace {

using util::ErrorCode;
using util::Json;

constexpr int kMaxRedraws = 2000;

std::string padded(int index) {
    std::string digits = std::to_string(index);
    if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
    return digits;
}

/// 3.5 -> 3,5 in an answer that is read with a decimal comma.
std::string with_comma(std::string answer) {
    for (char& c : answer) c = c == '.' ? ',' : c == ',' ? '.' : c;
    return answer;
}

util::Error broken(const Item& item, const std::string& why) {
    return util::fail(
        ErrorCode::kInternal, "the generated problem is broken: " + why, item.problem.id);
}

std::string solution_of(const Draft& draft, const data::Problem& problem, bool german) {
    std::string text;
    for (const Text& step : draft.trace) text += (german ? step.de : step.en) + "\n";
    const auto verifier = verify::find_verifier(problem.verifier);
    VT_CHECK(verifier.has_value());
    const auto gold = (*verifier)->gold_completion(verify::request_for(problem));
    return gold ? text + gold.value() : text;
}

}  // namespace

std::string_view language_name(Language language) {
    return language == Language::kGerman ? "de" : "en";
}

Item write_item(
    const Family& family, const Draft& draft, std::string id, int level, Language language) {
    const bool german = language == Language::kGerman;
    Item item;
    data::Problem& problem = item.problem;
    problem.id = std::move(id);
    problem.prompt = german ? draft.prompt.de : draft.prompt.en;
    problem.gold = draft.gold;
    problem.verifier = draft.verifier;
    problem.params = german && !draft.params_de.is_null() ? draft.params_de : draft.params;
    problem.profile = draft.profile;
    problem.family = family.id;
    problem.level = level;
    problem.split = data::Split::kTest;
    if (german && draft.decimals) problem.params["decimal_mark"] = ",";
    problem.solution = solution_of(draft, problem, german);
    for (const std::string& answer :
         german && !draft.wrong_de.empty() ? draft.wrong_de : draft.wrong) {
        const std::string& written = german && draft.decimals ? with_comma(answer) : answer;
        item.wrong.push_back(verify::write_answer(written, draft.profile, false));
    }
    item.effort = draft.effort;
    for (const Text& step : draft.trace) {
        if (draft.effort == 0) item.effort += static_cast<std::int64_t>(step.en.size());
    }
    item.sha256 = util::sha256_hex(
        util::canonical_json({{"problem", data::problem_to_json(problem)}, {"wrong", item.wrong}}));
    return item;
}

std::optional<Draft> ItemMaker::draw(const Family& family, int level, int index, int redraw) const {
    std::string key(kBenchmarkVersion);
    key += '\n';
    key += family.id;
    for (const std::string& part : {std::to_string(level),
                                    std::to_string(index),
                                    std::to_string(seed_),
                                    std::to_string(redraw)}) {
        key += '\n' + part;
    }
    Draw choices(key);
    return family.make(choices, level);
}

util::Status ItemMaker::extend(const Family& family, int level, Shelf& shelf) const {
    const int index = static_cast<int>(shelf.redraws.size());
    for (int redraw = 0; redraw < kMaxRedraws; ++redraw) {
        std::optional<Draft> draft = draw(family, level, index, redraw);
        if (!draft || !shelf.prompts.insert(util::sha256_hex(draft->prompt.en)).second) continue;
        shelf.redraws.push_back(redraw);
        shelf.last = std::move(draft);
        shelf.last_index = index;
        return {};
    }
    return util::fail(ErrorCode::kInvalidArgument,
                      "the family has no more different problems of this level",
                      std::string(family.id));
}

util::Result<Item> ItemMaker::item(const Family& family, int level, int index, Language language) {
    if (level < 1 || level > kLevels || index < 0) {
        return util::fail(ErrorCode::kInvalidArgument, "levels are 1 to 5, indexes begin at 0");
    }
    Shelf& shelf = shelves_[{family.id, level}];
    while (static_cast<int>(shelf.redraws.size()) <= index) VT_TRY(extend(family, level, shelf));
    const int redraw = shelf.redraws[static_cast<std::size_t>(index)];
    if (shelf.last_index != index) {
        shelf.last = draw(family, level, index, redraw);
        shelf.last_index = index;
    }
    std::string id(family.id);
    id += "-l" + std::to_string(level) + '-' + padded(index) + "-s" + std::to_string(seed_) + '-';
    id += language_name(language);
    VT_CHECK(shelf.last.has_value());
    Item made = write_item(family, *shelf.last, std::move(id), level, language);
    made.redraws = redraw;
    VT_TRY(check_item(made));
    return made;
}

util::Status check_item(const Item& item, verify::ProgramRunner* runner) {
    if (item.wrong.size() < 3) return broken(item, "less than three wrong answers");
    const auto verifier = verify::find_verifier(item.problem.verifier);
    if (!verifier) return broken(item, verifier.error().message);
    if ((*verifier)->runs_programs() && runner == nullptr) return {};
    verify::VerifyRequest request = verify::request_for(item.problem);
    const verify::Verdict gold = verify::check_gold(request, runner);
    if (gold.status != verify::VerdictStatus::kCorrect) {
        return broken(item,
                      "the gold is " + std::string(status_name(gold.status)) + ", " + gold.reason);
    }
    request.completion = item.problem.solution;
    const verify::Verdict reference = verify::verify_request(request, runner);
    if (reference.status != verify::VerdictStatus::kCorrect) {
        return broken(item, "its solution is refused, " + reference.reason);
    }
    for (const std::string& wrong : item.wrong) {
        request.completion = wrong;
        const verify::Verdict verdict = verify::verify_request(request, runner);
        if (verify::is_masked(verdict.status) ||
            verdict.status == verify::VerdictStatus::kCorrect) {
            return broken(
                item,
                "a wrong answer is " + std::string(status_name(verdict.status)) + ": " + wrong);
        }
    }
    return {};
}

std::string set_hash(const std::vector<Item>& items) {
    std::vector<std::pair<std::string_view, std::string_view>> rows;
    rows.reserve(items.size());
    for (const Item& item : items) rows.emplace_back(item.problem.id, item.sha256);
    std::sort(rows.begin(), rows.end());
    util::Sha256 hash;
    for (const auto& [id, sha256] : rows) {
        hash.update(id);
        hash.update(" ");
        hash.update(sha256);
        hash.update("\n");
    }
    return hash.hex();
}

Json case_row(const Item& item, const std::string& completion, bool accept) {
    const data::Problem& problem = item.problem;
    return {{"id", problem.id},
            {"verifier", problem.verifier},
            {"params", problem.params},
            {"profile", problem.profile},
            {"gold", problem.gold},
            {"completion", completion},
            {"expect", accept ? "correct" : "incorrect"}};
}

}  // namespace veritune::generate
