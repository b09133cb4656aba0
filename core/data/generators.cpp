// SPDX-License-Identifier: Apache-2.0
#include "core/data/generators.h"

#include "core/data/chain_family.h"
#include "core/util/hash.h"
#include "core/util/rng.h"

#include <cmath>
#include <cstdio>
#include <optional>
#include <unordered_set>
#include <utility>

namespace veritune::data {

namespace {

using util::ErrorCode;
using util::Rng;
using util::RngStream;

constexpr std::int64_t kMaxCount = 10'000'000;
constexpr int kMaxSteps = 64;
/// Attempts of one problem share the low bits of the random step with the problem's number above
/// them.
constexpr int kAttemptBits = 20;
constexpr std::uint64_t kMaxAttempts = 1ULL << kAttemptBits;

/// How many prompts there are on both sides together; a double, because 10^64 is no integer.
double prompt_space(const ChainFamily& family, const GeneratorOptions& options) {
    const double values = static_cast<double>(family.values.size());
    const double per_step = values * static_cast<double>(family.operators.size());
    double total = 0.0;
    double prompts = values;
    for (int steps = 1; steps <= options.max_steps; ++steps) {
        prompts *= per_step;
        if (steps >= options.min_steps) total += prompts;
    }
    return total;
}

util::Status check_options(const ChainFamily* family, const GeneratorOptions& options) {
    const auto refuse = [](std::string message) {
        return util::fail(ErrorCode::kInvalidArgument, std::move(message));
    };
    if (family == nullptr) return refuse("generator: family must be mod, bool or trace");
    if (options.count < 1 || options.count > kMaxCount) {
        return refuse("generator: count must be between 1 and 10000000");
    }
    if (options.min_steps < 1 || options.max_steps > kMaxSteps ||
        options.min_steps > options.max_steps) {
        return refuse("generator: steps must satisfy 1 <= min_steps <= max_steps <= 64");
    }
    if (!(options.error_rate >= 0.0 && options.error_rate <= 1.0)) {
        return refuse("generator: error_rate must be between 0 and 1");
    }
    if (options.split == Split::kTest) return refuse("generator: split must be train or val");
    if (options.unique && static_cast<double>(options.count) > prompt_space(*family, options)) {
        return refuse("generator: there are fewer different prompts than count; widen the steps");
    }
    return {};
}

/// Numbers for one use of (seed, family, problem, attempt); `use` keeps the errors of
/// demonstrations apart from the prompts, so that error_rate never changes a prompt.
Rng problem_rng(const GeneratorOptions& options,
                std::string_view use,
                std::int64_t index,
                std::uint64_t attempt) {
    std::string key = options.family;
    key += '/';
    key += use;
    key += '/';
    key += std::to_string(options.seed);
    return {util::fnv1a64(key),
            RngStream::kData,
            (static_cast<std::uint64_t>(index) << kAttemptBits) | attempt};
}

ChainProgram draw_program(const ChainFamily& family, const GeneratorOptions& options, Rng& rng) {
    const std::uint64_t values = family.values.size();
    const auto range = static_cast<std::uint64_t>(options.max_steps - options.min_steps + 1);
    const int steps = options.min_steps + static_cast<int>(rng.below(range));
    ChainProgram program{.start = static_cast<int>(rng.below(values)), .ops = {}};
    program.ops.reserve(static_cast<std::size_t>(steps));
    for (int step = 0; step < steps; ++step) {
        const char op = family.operators[rng.below(family.operators.size())];
        program.ops.push_back({.op = op, .operand = static_cast<int>(rng.below(values))});
    }
    return program;
}

/// A chain as an office would write it: a wrong step is carried on from its wrong value, and the
/// answer is the last value.
std::string demonstration(const ChainFamily& family,
                          const ChainProgram& program,
                          double error_rate,
                          Rng rng) {
    const std::uint64_t values = family.values.size();
    std::string chain;
    int value = program.start;
    for (const ChainOp& op : program.ops) {
        int next = apply_chain_op(family, value, op);
        if (rng.uniform_double() < error_rate) {
            const int shift = 1 + static_cast<int>(rng.below(values - 1));
            next = (next + shift) % static_cast<int>(values);
        }
        chain += render_chain_step(family, value, op, next);
        chain += ';';
        value = next;
    }
    chain += '#';
    chain += family.values[static_cast<std::size_t>(value)];
    chain += '$';
    return chain;
}

std::string problem_id(const GeneratorOptions& options, std::int64_t index) {
    char number[24];
    std::snprintf(number, sizeof number, "%06lld", static_cast<long long>(index));
    std::string id = options.family;
    id += '-';
    id += split_name(options.split);
    id += "-s" + std::to_string(options.seed) + "-" + number;
    return id;
}

/// Problem `index`, or nullopt when no attempt gives a new prompt on the wanted side.
std::optional<Problem> draw_problem(const ChainFamily& family,
                                    const GeneratorOptions& options,
                                    std::int64_t index,
                                    std::unordered_set<std::string>& seen) {
    const bool held_out = options.split == Split::kVal;
    for (std::uint64_t attempt = 0; attempt < kMaxAttempts; ++attempt) {
        Rng rng = problem_rng(options, "prompt", index, attempt);
        const ChainProgram program = draw_program(family, options, rng);
        std::string prompt = render_chain_prompt(family, program);
        if (is_held_out(family.name, prompt) != held_out) continue;
        if (options.unique && !seen.insert(prompt).second) continue;
        Rng errors = problem_rng(options, "errors", index, attempt);
        const int answer = chain_result(family, program);
        Problem problem;
        problem.id = problem_id(options, index);
        problem.prompt = std::move(prompt);
        problem.gold = std::string(1, family.values[static_cast<std::size_t>(answer)]);
        problem.verifier = "chain_arithmetic";
        problem.params = util::Json{{"family", family.name}};
        problem.profile = "raw";
        problem.solution = demonstration(family, program, options.error_rate, std::move(errors));
        problem.family = family.name;
        problem.level = static_cast<int>(program.ops.size());
        problem.split = options.split;
        return problem;
    }
    return std::nullopt;
}

}  // namespace

bool is_held_out(std::string_view family, std::string_view prompt) {
    std::string key(family);
    key += prompt;
    return util::crc32(key) % 5 == 0;
}

util::Result<std::vector<Problem>> generate_problems(const GeneratorOptions& options) {
    const ChainFamily* family = find_chain_family(options.family);
    VT_TRY(check_options(family, options));
    std::unordered_set<std::string> seen;
    std::vector<Problem> problems;
    problems.reserve(static_cast<std::size_t>(options.count));
    for (std::int64_t index = 0; index < options.count; ++index) {
        std::optional<Problem> problem = draw_problem(*family, options, index, seen);
        if (!problem) {
            return util::fail(ErrorCode::kInvalidArgument,
                              "generator: only " + std::to_string(index) +
                                  " different prompts were found on this side of the split; "
                                  "lower count or widen the steps");
        }
        problems.push_back(std::move(*problem));
    }
    return problems;
}

std::vector<std::string> generator_families() {
    std::vector<std::string> names;
    for (const ChainFamily& family : chain_families()) names.emplace_back(family.name);
    return names;
}

}  // namespace veritune::data
