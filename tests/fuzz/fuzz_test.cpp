// SPDX-License-Identifier: Apache-2.0
#include "core/util/rng.h"
#include "tests/fuzz/fuzz_target.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

// clang-format never comes to rest on this list.
// clang-format off
#define VT_FUZZ_NAMES(X) \
    X(answer) X(extract) X(json) X(worker_frame) X(sandbox_frame) \
    X(code_value) X(code_text) X(formula) X(safetensors) X(weight_index) \
    X(model_config) X(adapter_config) X(tokenizer_json) X(jsonl) X(protocol) \
    X(recipe) X(project_db) X(import) X(import_frame)
// clang-format on
#define VT_DECLARE(NAME) void veritune_fuzz_##NAME(std::string_view input);
VT_FUZZ_NAMES(VT_DECLARE)

namespace veritune::fuzz {
namespace {

#define VT_ENTRY(NAME) Target{#NAME, veritune_fuzz_##NAME},
constexpr std::array kTargets = {VT_FUZZ_NAMES(VT_ENTRY)};

std::vector<std::string> seeds_of(const char* target) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(
             std::string(VERITUNE_SOURCE_DIR "/tests/fuzz/seeds/") + target)) {
        paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> seeds;
    for (const auto& path : paths) {
        std::ostringstream text;
        text << std::ifstream(path, std::ios::binary).rdbuf();
        seeds.push_back(text.str());
    }
    return seeds;
}

/// A few random cuts, copies and bytes; the same for the same number.
std::string mutated(const std::vector<std::string>& seeds, std::uint64_t number) {
    util::Rng rng(20260101, util::RngStream::kTest, number);
    std::string text = seeds[rng.below(seeds.size())];
    const std::uint64_t changes = 1 + rng.below(6);
    for (std::uint64_t i = 0; i < changes; ++i) {
        const std::size_t at = rng.below(text.size() + 1);
        switch (rng.below(4)) {
            case 0:
                text.insert(at, 1, static_cast<char>(rng.below(256)));
                break;
            case 1:
                text.erase(at, rng.below(8));
                break;
            case 2: {
                const std::string& other = seeds[rng.below(seeds.size())];
                text.insert(at, other.substr(rng.below(other.size() + 1), rng.below(40)));
                break;
            }
            default:
                if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << rng.below(8)));
        }
    }
    return text;
}

TEST(FuzzTargets, HoldOnTheirSeeds) {
    for (const Target& target : kTargets) {
        const std::vector<std::string> seeds = seeds_of(target.name);
        EXPECT_GE(seeds.size(), 5u) << target.name;
        target.body("");
        for (const std::string& seed : seeds) target.body(seed);
    }
}

void run_mutations(std::uint64_t count) {
    for (const Target& target : kTargets) {
        const std::vector<std::string> seeds = seeds_of(target.name);
        double slowest = 0.0;
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::string input = mutated(seeds, i);
            const auto begin = std::chrono::steady_clock::now();
            target.body(input);
            const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
            slowest = std::max(slowest, taken.count());
        }
        // verifiers.md 13: a hostile text costs at most 100 ms; a busy machine gets ten times that.
        EXPECT_LT(slowest, 1.0) << target.name;
    }
}

TEST(FuzzTargets, HoldOnMutations) { run_mutations(200); }
TEST(FuzzTargets, SlowHoldOnAHundredThousandMutations) { run_mutations(100'000); }

}  // namespace
}  // namespace veritune::fuzz
