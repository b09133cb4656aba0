// SPDX-License-Identifier: Apache-2.0
// Changes of a problem whose effect on the gold is known without solving it again.
#include "core/generate/item_maker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

namespace veritune::generate {
namespace {

using util::Json;
using verify::VerdictStatus;

void for_items(std::string_view id,
               const std::function<void(const data::Problem&)>& look,
               int count = 4) {
    const auto family = find_family(id);
    ASSERT_TRUE(family);
    ItemMaker maker(kBenchmarkSeed);
    for (int level = 1; level <= kLevels; ++level) {
        for (int index = 0; index < count; ++index) {
            const auto item = maker.item(**family, level, index, Language::kEnglish);
            ASSERT_TRUE(item) << util::to_string(item.error());
            look(item->problem);
        }
    }
}

VerdictStatus gold_status(const data::Problem& problem) {
    return verify::check_gold(verify::request_for(problem)).status;
}

/// The JSON with every text that is a key of `names` replaced.
Json renamed(const Json& value, const std::map<std::string, std::string>& names) {
    if (value.is_string()) {
        const auto found = names.find(value.get<std::string>());
        return found == names.end() ? value : Json(found->second);
    }
    Json out = value.is_array() ? Json::array() : value.is_object() ? Json::object() : value;
    if (value.is_array()) {
        for (const Json& part : value) out.push_back(renamed(part, names));
    }
    if (value.is_object()) {
        for (const auto& [key, part] : value.items()) {
            const auto found = names.find(key);
            out[found == names.end() ? key : found->second] = renamed(part, names);
        }
    }
    return out;
}

TEST(Renaming, KeepsTheGold) {
    for_items("logic_knights", [](data::Problem problem) {
        for (Json& name : problem.params["names"]) name = "Dr. " + name.get<std::string>();
        EXPECT_EQ(gold_status(problem), VerdictStatus::kCorrect) << problem.id;
    });
    for (const char* id : {"logic_schedule", "logic_colouring", "logic_cryptarithm"}) {
        for_items(id, [](data::Problem problem) {
            std::map<std::string, std::string> names;
            for (const auto& [name, value] : problem.gold.items()) names[name] = "new " + name;
            problem.params = renamed(problem.params, names);
            problem.gold = renamed(problem.gold, names);
            EXPECT_EQ(gold_status(problem), VerdictStatus::kCorrect) << problem.id;
        });
    }
}

TEST(PermutingClues, KeepsTheGold) {
    const auto reversed = [](Json& list) { std::reverse(list.begin(), list.end()); };
    for_items("logic_zebra", [&](data::Problem problem) {
        reversed(problem.params["clues"]);
        EXPECT_EQ(gold_status(problem), VerdictStatus::kCorrect) << problem.id;
    });
    for_items("logic_schedule", [&](data::Problem problem) {
        reversed(problem.params["constraints"]);
        EXPECT_EQ(gold_status(problem), VerdictStatus::kCorrect) << problem.id;
    });
    for_items("logic_shortest_path", [&](data::Problem problem) {
        reversed(problem.params["edges"]);
        EXPECT_EQ(gold_status(problem), VerdictStatus::kCorrect) << problem.id;
    });
    for_items("logic_entailment", [&](data::Problem problem) {
        reversed(problem.params["theory"]);
        EXPECT_EQ(gold_status(problem), VerdictStatus::kCorrect) << problem.id;
    });
}

TEST(ScalingUnits, ScalesTheGold) {
    for_items("logic_shortest_path", [](data::Problem problem) {
        for (Json& edge : problem.params["edges"]) edge[2] = edge[2].get<long>() * 1000;
        EXPECT_EQ(gold_status(problem), VerdictStatus::kCorrect) << problem.id;
    });
    // Formulas that are proportional to one input: ten times the input, ten times the result.
    const std::map<std::string, std::string> proportional = {{"math_finance", "p d s"},
                                                             {"office_dosage", "w"}};
    for (const auto& [id, inputs] : proportional) {
        for_items(id, [&inputs = inputs](data::Problem problem) {
            for (const char name : inputs) {
                Json& given = problem.params["inputs"];
                if (name == ' ' || !given.contains(std::string(1, name))) continue;
                given[std::string(1, name)] = given[std::string(1, name)].get<long>() * 10;
                EXPECT_NE(gold_status(problem), VerdictStatus::kCorrect) << problem.id;
                // Null: computed. Its answer is the old one moved by a place, up to rounding.
                const double old = std::stod(problem.gold.get<std::string>());
                problem.gold = nullptr;
                const verify::Verdict verdict = verify::check_gold(verify::request_for(problem));
                ASSERT_EQ(verdict.status, VerdictStatus::kCorrect) << problem.id;
                const std::size_t slash = verdict.gold_normal.find('/');
                double value = std::stod(verdict.gold_normal.substr(0, slash));
                if (slash != std::string::npos)
                    value /= std::stod(verdict.gold_normal.substr(slash + 1));
                EXPECT_NEAR(value, 10 * old, 0.6) << problem.id;
                return;
            }
        });
    }
}

TEST(ChangingOneConstraint, ChangesTheGold) {
    // A negated statement turns its speaker around.
    for_items("logic_knights", [](data::Problem problem) {
        Json& statement = problem.params["statements"][0];
        statement = Json{"not", statement};
        EXPECT_EQ(gold_status(problem), VerdictStatus::kInvalidGold) << problem.id;
    });
    // An assignment that breaks the negation of any one constraint is what the gold is.
    for_items("logic_schedule", [](const data::Problem& problem) {
        for (std::size_t i = 0; i < problem.params["constraints"].size(); ++i) {
            data::Problem changed = problem;
            changed.params["constraints"][i] = Json{"not", problem.params["constraints"][i]};
            EXPECT_EQ(gold_status(changed), VerdictStatus::kInvalidGold) << problem.id << " " << i;
        }
    });
    // Turning an inequality around contradicts the stored square.
    for_items("logic_futoshiki", [](data::Problem problem) {
        Json& pair = problem.params["less"][0];
        pair = {pair[2], pair[3], pair[0], pair[1]};
        EXPECT_EQ(gold_status(problem), VerdictStatus::kInvalidGold) << problem.id;
    });
    for_items("office_deadline", [](data::Problem problem) {
        problem.params["amount"] = problem.params["amount"].get<long>() + 7;
        EXPECT_EQ(gold_status(problem), VerdictStatus::kInvalidGold) << problem.id;
    });
}

}  // namespace
}  // namespace veritune::generate
