// SPDX-License-Identifier: Apache-2.0
// Reward cheats and honest answers for every verifier of the registry, through the path of
// `veritune verify run`. Rows: tests/data/verify (made by tests/golden/make_verifier_battery.py,
// labels by construction).
#include "core/verify/case_runner.h"
#include "tests/battery/battery_rows.h"
#include "tests/sandbox/sandbox_support.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace veritune::verify {
namespace {

using util::Json;

struct Battery {
    std::vector<Json> rows;
    std::vector<Json> results;  ///< one for each row
};

Battery run(std::vector<Json> rows, ProgramRunner* runner, int threads = 2) {
    const test::TempDir dir;
    const std::string path = dir.file("cases.jsonl");
    std::ofstream out(path);
    for (const Json& row : rows) out << row.dump() << "\n";
    out.close();
    Battery battery{.rows = std::move(rows), .results = {}};
    const auto summary =
        run_cases(path, {.threads = threads, .runner = runner}, [&battery](const Json& result) {
            battery.results.push_back(result);
            return true;
        });
    EXPECT_TRUE(summary.has_value());
    EXPECT_EQ(battery.results.size(), battery.rows.size());
    return battery;
}

void say(const char* what, const Json& row, const Json& result) {
    std::printf("%s: %s\n  %s %s\n",
                what,
                row.dump().substr(0, 600).c_str(),
                result.at("status").get<std::string>().c_str(),
                result.at("reason").get<std::string>().c_str());
}

/// Any reward at all counts, a part of one too. A masked row would prove nothing.
void expect_no_reward(const Battery& battery) {
    int rewarded = 0;
    for (std::size_t i = 0; i < battery.results.size(); ++i) {
        const Json& result = battery.results[i];
        const auto status = status_from_name(result.at("status").get<std::string>());
        ASSERT_TRUE(status.has_value());
        EXPECT_FALSE(is_masked(*status)) << battery.rows[i] << result;
        if (result.at("score").get<double>() == 0.0) continue;
        ++rewarded;
        say("rewarded cheat", battery.rows[i], result);
    }
    std::printf("%zu cheats, %d rewarded\n", battery.results.size(), rewarded);
    EXPECT_EQ(rewarded, 0);
}

void expect_rewards(const Battery& battery) {
    int refused = 0;
    for (std::size_t i = 0; i < battery.results.size(); ++i) {
        if (battery.results[i].at("status") == "correct") continue;
        ++refused;
        say("refused answer", battery.rows[i], battery.results[i]);
    }
    std::printf("%zu honest answers, %d refused\n", battery.results.size(), refused);
    EXPECT_LE(refused * 100, static_cast<int>(battery.results.size()));
}

TEST(Battery, PaysNoCheat) {
    const Battery battery = run(rows_of("cheats.jsonl", Part::kWithoutPrograms), nullptr);
    std::map<std::string, int> domains;
    for (const Json& row : battery.rows) ++domains[row.at("domain")];
    EXPECT_GE(domains["maths"], 150);
    EXPECT_GE(domains["logic"], 50);
    EXPECT_GE(domains["office"], 150);
    expect_no_reward(battery);
}

TEST(Battery, PaysHonestAnswers) {
    expect_rewards(run(rows_of("honest.jsonl", Part::kWithoutPrograms), nullptr));
}

/// Too long for a file: what only costs time must not pay either.
TEST(Battery, PaysNoHugeAnswer) {
    std::vector<Json> rows;
    const auto repeat = [](const std::string& text, std::size_t count) {
        std::string out;
        out.reserve(text.size() * count);
        for (std::size_t i = 0; i < count; ++i) out += text;
        return out;
    };
    for (const Json& like : rows_of("cheats.jsonl", Part::kWithoutPrograms)) {
        if (like.at("kind") != "wrong") continue;
        for (const std::string& text :
             {repeat("18 ", 200'000),
              "\\boxed{" + repeat("18,", 50'000) + "18}",
              repeat("\\boxed{18}", 20'000) + "\\boxed{17}",
              repeat("<think>", 30'000) + "18",
              "\\boxed{" + repeat("{", 5'000) + "18" + repeat("}", 5'000) + "}",
              repeat("The answer is ", 20'000)}) {
            rows.push_back(like);
            rows.back()["completion"] = text;
        }
    }
    ASSERT_GE(rows.size(), 50U);
    expect_no_reward(run(std::move(rows), nullptr));
}

TEST(Battery, HasRowsForEveryVerifier) {
    for (const char* name : {"cheats.jsonl", "honest.jsonl"}) {
        std::set<std::string> seen;
        for (const Part part : {Part::kWithoutPrograms, Part::kPrograms}) {
            for (const Json& row : rows_of(name, part)) seen.insert(row.at("verifier"));
        }
        for (const Verifier* verifier : all_verifiers()) {
            EXPECT_TRUE(seen.contains(std::string(verifier->id()))) << name << verifier->id();
        }
    }
    EXPECT_GE(rows_of("honest.jsonl", Part::kWithoutPrograms).size() +
                  rows_of("honest.jsonl", Part::kPrograms).size(),
              1'000U);
}

/// All rows of the batteries and of the bank, and every seventh gold's rewrites.
std::vector<Json> rows_for_speed() {
    std::vector<Json> rows = rows_of("honest.jsonl", Part::kWithoutPrograms);
    for (Json& row : rows_of("cheats.jsonl", Part::kWithoutPrograms)) {
        rows.push_back(std::move(row));
    }
    const auto add = [&rows](const Json& gold, const Json& answer) {
        rows.push_back(
            {{"verifier", "math"}, {"profile", "raw"}, {"gold", gold}, {"completion", answer}});
    };
    std::ifstream bank(VERITUNE_SOURCE_DIR "/tests/data/math/bank.jsonl");
    for (std::string line; std::getline(bank, line);) {
        const Json row = Json::parse(line);
        add(row.at("gold"), row.at("answer"));
    }
    std::ifstream rewrites(VERITUNE_SOURCE_DIR "/tests/data/math/rewrites.jsonl");
    std::size_t count = 0;
    for (std::string line; std::getline(rewrites, line);) {
        if (++count % 7 != 0) continue;
        const Json row = Json::parse(line);
        for (const Json& text : row.at("equal")) add(row.at("gold"), text);
        for (const Json& text : row.at("different")) add(row.at("gold"), text);
    }
    return rows;
}

/// The whole path of a verdict on one thread: T0 to T2 and the tables within 1 ms, T3, T4 and
/// the solver ("deep") within 20 ms, at the 95th percentile.
TEST(BatterySlow, StaysUnderTheGoalsOfLatency) {
    std::map<std::string, std::vector<std::int64_t>> times;
    const Battery battery = run(rows_for_speed(), nullptr, 1);
    for (std::size_t i = 0; i < battery.results.size(); ++i) {
        const std::string method = battery.results[i].at("method");
        const bool deep = method == "algebraic" || method == "numeric_ball" || method == "solver";
        times[battery.rows[i].at("verifier").get<std::string>() + (deep ? " deep" : "")].push_back(
            battery.results[i].at("micros"));
    }
    EXPECT_TRUE(times.contains("math deep"));
    for (auto& [name, micros] : times) {
        std::sort(micros.begin(), micros.end());
        const std::int64_t p95 = micros[micros.size() * 95 / 100];
        std::printf("%-18s %6zu verdicts: median %4ld us, p95 %5ld us, max %6ld us\n",
                    name.c_str(),
                    micros.size(),
                    static_cast<long>(micros[micros.size() / 2]),
                    static_cast<long>(p95),
                    static_cast<long>(micros.back()));
        EXPECT_LE(p95, name.ends_with(" deep") ? 20'000 : 1'000) << name;
    }
}

TEST(BatterySlow, PaysNoCheatingProgram) {
    VT_NEEDS_SANDBOX();
    const Battery battery = run(rows_of("cheats.jsonl", Part::kPrograms), &shared_sandbox());
    EXPECT_GE(battery.rows.size(), 80U);
    expect_no_reward(battery);
}

TEST(BatterySlow, PaysHonestPrograms) {
    VT_NEEDS_SANDBOX();
    const Battery battery = run(rows_of("honest.jsonl", Part::kPrograms), &shared_sandbox());
    EXPECT_GE(battery.rows.size(), 50U);
    expect_rewards(battery);
}

}  // namespace
}  // namespace veritune::verify
