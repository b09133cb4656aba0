// SPDX-License-Identifier: Apache-2.0
#include "tests/store/store_testing.h"

#include <bit>
#include <cstring>
#include <limits>

namespace veritune::test {

namespace {

template <typename T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
    if (a.size() != b.size()) return false;
    return a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

std::vector<float> random_floats(util::Rng& rng, std::size_t count) {
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i) {
        // Any 32 bits: denormals, infinities, NaNs with payload.
        values.push_back(std::bit_cast<float>(rng.next_u32()));
    }
    return values;
}

std::string random_bytes(util::Rng& rng, std::size_t max_size) {
    std::string bytes(rng.below(max_size + 1), '\0');
    for (char& c : bytes) c = static_cast<char>(rng.next_u32());
    return bytes;
}

double random_number(util::Rng& rng) {
    switch (rng.below(6)) {
        case 0:
            return std::numeric_limits<double>::quiet_NaN();
        case 1:
            return -std::numeric_limits<double>::infinity();
        case 2:
            return 0.0;
        default:
            return rng.normal();
    }
}

}  // namespace

bool same_number(double a, double b) {
    // Which NaN it was is not kept, only that it was one.
    return (a != a && b != b) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

std::string first_difference(const data::ChainRecord& a, const data::ChainRecord& b) {
    if (a.phase != b.phase) return "phase";
    if (a.problem_id != b.problem_id) return "problem_id";
    if (a.sample != b.sample) return "sample";
    if (a.prompt != b.prompt) return "prompt";
    if (a.completion != b.completion) return "completion";
    if (!same_bits(a.tokens, b.tokens)) return "tokens";
    if (!same_bits(a.logprobs, b.logprobs)) return "logprobs";
    if (!same_bits(a.entropies, b.entropies)) return "entropies";
    if (!same_bits(a.values, b.values)) return "values";
    if (!same_bits(a.advantages, b.advantages)) return "advantages";
    if (!same_bits(a.ref_logprobs, b.ref_logprobs)) return "ref_logprobs";
    if (!same_bits(a.log_ratios, b.log_ratios)) return "log_ratios";
    if (a.finish_reason != b.finish_reason) return "finish_reason";
    if (a.verifier != b.verifier) return "verifier";
    if (a.verifier_hash != b.verifier_hash) return "verifier_hash";
    if (a.status != b.status) return "status";
    if (!same_number(a.score, b.score)) return "score";
    if (!same_number(a.reward, b.reward)) return "reward";
    if (a.extracted != b.extracted) return "extracted";
    if (a.span_begin != b.span_begin || a.span_end != b.span_end) return "span";
    if (a.rule != b.rule) return "rule";
    if (a.method != b.method) return "method";
    if (a.reason != b.reason) return "reason";
    if (a.steps != b.steps) return "steps";
    if (a.gold != b.gold) return "gold";
    if (a.verify_micros != b.verify_micros) return "verify_micros";
    if (a.updated != b.updated) return "updated";
    return {};
}

data::ChainRecord random_chain(util::Rng& rng, const std::string& problem_id, int sample) {
    static const char* const kStatus[] = {"correct", "incorrect", "no_answer"};
    data::ChainRecord chain;
    chain.problem_id = problem_id;
    chain.sample = sample;
    chain.prompt = random_bytes(rng, 40);
    chain.completion = random_bytes(rng, 60);
    const std::size_t tokens = rng.below(20);
    for (std::size_t i = 0; i < tokens; ++i) {
        chain.tokens.push_back(static_cast<std::int32_t>(rng.next_u32()));
    }
    chain.logprobs = random_floats(rng, tokens);
    if (rng.below(2) == 0) chain.entropies = random_floats(rng, tokens);
    if (rng.below(2) == 0) chain.values = random_floats(rng, tokens);
    if (rng.below(2) == 0) chain.advantages = random_floats(rng, tokens);
    if (rng.below(2) == 0) chain.ref_logprobs = random_floats(rng, tokens);
    chain.finish_reason = rng.below(2) == 0 ? "stop" : "length";
    chain.verifier = "integer";
    chain.verifier_hash = std::to_string(rng.below(9));
    chain.status = kStatus[rng.below(3)];
    chain.score = random_number(rng);
    chain.reward = random_number(rng);
    chain.extracted = random_bytes(rng, 8);
    chain.span_begin = static_cast<std::int64_t>(rng.below(1000));
    chain.span_end = chain.span_begin + 5;
    chain.rule = "E3.box";
    chain.method = "exact";
    chain.reason = rng.below(2) == 0 ? "" : "wrong_value";
    chain.steps.push_back({{"what", "6+4=0"}, {"ok", rng.below(2) == 0}});
    chain.gold = static_cast<std::int64_t>(rng.next_u32());
    chain.verify_micros = static_cast<std::int64_t>(rng.below(100000));
    chain.updated = rng.below(2) == 0;
    // Drawn from what is there: fixtures of versions without the column need the same draws.
    if (chain.updated) chain.log_ratios.assign(chain.logprobs.rbegin(), chain.logprobs.rend());
    return chain;
}

data::StepRecord random_step(util::Rng& rng,
                             const std::string& stage,
                             std::int64_t step,
                             int chains) {
    data::StepRecord record;
    record.stage = stage;
    record.step = step;
    record.metrics = {{"reward", random_number(rng)}, {"loss", rng.normal()}};
    if (rng.below(3) == 0) record.metrics.emplace_back("heldout/pass@1", rng.uniform_double());
    for (int i = 0; i < chains; ++i) {
        record.chains.push_back(
            random_chain(rng, std::string("p").append(std::to_string(i / 2)), i % 2));
    }
    record.state_hash = std::string("hash").append(std::to_string(rng.next_u32()));
    record.rng = {{"rollout", rng.next_u32()}};
    record.seconds = rng.uniform_double();
    return record;
}

std::unique_ptr<store::Project> new_project(const TempDir& temp) {
    return store::Project::create(temp.file("project"), "Test").value();
}

std::unique_ptr<store::Project> writer(const TempDir& temp) {
    return store::Project::open_writer(temp.file("project")).value();
}

std::unique_ptr<store::Project> reader(const TempDir& temp) {
    return store::Project::open_reader(temp.file("project")).value();
}

std::int64_t new_run(store::Project& project, const std::string& name) {
    const std::int64_t run =
        project.runs().create_run({.name = name, .recipe = {{"name", name}}, .seed = 7}).value();
    const util::Status stage = project.runs().record_stage(
        run, {.stage = "vrl", .type = "vrl", .total_steps = 100, .state = "running"});
    VT_CHECK(stage.has_value());
    return run;
}

}  // namespace veritune::test
