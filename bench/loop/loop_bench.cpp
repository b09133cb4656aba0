// SPDX-License-Identifier: Apache-2.0
// Tokens per second of sampler and trainer, in the shapes of bench/compare/reference_speed.py:
//
//   python bench/compare/make_bench_models.py /tmp/models
//   loop_bench [/tmp/models] [--repeats 5] [--only sample|train] [--model demo_0_3m] [--threads 2]
//
// One JSON line per case: median over the repeats after one warm-up, lowest, highest, and tokens
// per second of processor time. Without a folder the same sizes are filled with random weights of
// our own.
//   sample        256 chains, one prompt each of 12 to 16 tokens, at most 56 new tokens, a chain
//                 ends at eos; tokens = new tokens, eos included
//   sample_noeos  the same with eos switched off
//   sample_groups the same with 16 prompts of 16 chains, as `vrl` samples
//   train         one SFT step over 32 examples of 33 to 57 tokens, or 8 of 256; the first 12 are
//                 the prompt; tokens = all of them
//   policy        one GRPO update of 16 x 16 such chains: tokens of the completions
#include "core/model/causal_lm.h"
#include "core/rollout/rollout_engine.h"
#include "core/train/policy_trainer.h"
#include "core/train/recipe.h"
#include "core/train/sft_trainer.h"
#include "core/util/clock.h"
#include "core/util/version.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <malloc.h>
#include <string>
#include <string_view>
#include <vector>

extern "C" void omp_set_num_threads(int);  // libtorch's own runtime, see cmake/VerituneTorch.cmake

namespace veritune::bench {
namespace {

using Ids = std::vector<std::int32_t>;
using util::Json;

constexpr std::int64_t kChains = 256;
constexpr std::int64_t kNewTokens = 56;
constexpr std::int64_t kPromptTokens = 12;

struct Options {
    std::string folder;
    std::string only;
    std::string model;
    int repeats = 5;
    int threads = 2;
};

/// A model and the batch that it is trained on.
struct Case {
    const char* name;
    model::ModelConfig config;
    std::int64_t rows;
    std::int64_t shortest;
    std::int64_t longest;
    int steps;  ///< train steps per repeat asked for: small ones are over in milliseconds
};

model::ModelConfig config_25m() {
    model::ModelConfig config = model::demo_config();
    config.vocab_size = 4096;
    config.hidden_size = 512;
    config.intermediate_size = 1408;
    config.num_hidden_layers = 8;
    config.num_attention_heads = 8;
    config.num_key_value_heads = 2;
    config.head_dim = 64;
    config.rope.theta = 10000.0;
    config.max_position_embeddings = 1024;
    return config;
}

struct Measured {
    std::int64_t tokens = 0;
    double seconds = 0.0;
    double cpu_seconds = 0.0;
};

Measured timed(const std::function<std::int64_t()>& work) {
    const std::int64_t wall = util::system_clock().monotonic_us();
    const std::int64_t cpu = util::process_cpu_us();
    Measured m{.tokens = work()};
    m.cpu_seconds = static_cast<double>(util::process_cpu_us() - cpu) * 1e-6;
    m.seconds = static_cast<double>(util::system_clock().monotonic_us() - wall) * 1e-6;
    return m;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

std::string cpu_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    }
    return "unknown";
}

double one_decimal(double value) { return std::round(10.0 * value) / 10.0; }

void report(const char* bench,
            const char* model,
            const Options& options,
            int repeats,
            const std::function<std::int64_t()>& work,
            const Json& extra) {
    timed(work);
    std::vector<double> rates;
    std::vector<double> per_cpu;
    std::vector<double> tokens;
    for (int i = 0; i < repeats; ++i) {
        const Measured m = timed(work);
        rates.push_back(static_cast<double>(m.tokens) / m.seconds);
        per_cpu.push_back(static_cast<double>(m.tokens) / m.cpu_seconds);
        tokens.push_back(static_cast<double>(m.tokens));
    }
    double load = 0.0;
    if (::getloadavg(&load, 1) != 1) load = -1.0;
    Json line = {{"bench", bench},
                 {"model", model},
                 {"tokens_per_s", one_decimal(median(rates))},
                 {"low", one_decimal(*std::ranges::min_element(rates))},
                 {"high", one_decimal(*std::ranges::max_element(rates))},
                 {"tokens_per_cpu_s", one_decimal(median(per_cpu))},
                 {"repeats", repeats},
                 {"tokens", static_cast<std::int64_t>(median(tokens))},
                 {"threads", options.threads},
                 {"cpu", cpu_name()},
                 {"load", std::round(100.0 * load) / 100.0},
                 {"commit", util::program_commit()}};
    line.update(extra);
    std::printf("%s\n", line.dump().c_str());
    std::fflush(stdout);
}

/// Ids without pad and eos.
Ids random_ids(util::Rng& rng, std::int64_t vocab, std::int64_t length) {
    Ids ids;
    for (std::int64_t i = 0; i < length; ++i)
        ids.push_back(
            static_cast<std::int32_t>(2 + rng.below(static_cast<std::uint64_t>(vocab - 2))));
    return ids;
}

std::vector<Ids> prompts_of(std::int64_t vocab, std::int64_t count) {
    util::Rng rng(2, util::RngStream::kTest);
    std::vector<Ids> prompts;
    for (std::int64_t i = 0; i < count; ++i)
        prompts.push_back(random_ids(rng, vocab, 12 + static_cast<std::int64_t>(rng.below(5))));
    return prompts;
}

void bench_sampler(const Case& c, const model::CausalLm& lm, const Options& options) {
    const auto run = [&](const char* name, std::int64_t prompts, bool eos) {
        const std::vector<Ids> list = prompts_of(lm.config().vocab_size, prompts);
        report(name,
               c.name,
               options,
               options.repeats,
               [&] {
                   rollout::RolloutEngine engine(lm);
                   const auto groups = engine.generate(
                       list,
                       kChains / prompts,
                       {.max_completion_length = kNewTokens, .eos_ids = eos ? Ids{1} : Ids{}});
                   VT_CHECK(groups.has_value());
                   return engine.stats().tokens;
               },
               {{"chains", kChains}, {"max_new_tokens", kNewTokens}, {"prompts", prompts}});
    };
    run("sample", kChains, true);
    run("sample_noeos", kChains, false);
    run("sample_groups", 16, true);
}

void bench_sft(const Case& c, const model::CausalLm& loaded, const Options& options) {
    model::CausalLm lm = loaded.clone();
    util::Rng rng(3, util::RngStream::kTest);
    std::vector<train::SftExample> examples;
    std::int64_t tokens = 0;
    for (std::int64_t i = 0; i < c.rows; ++i) {
        const std::int64_t length = c.shortest + ((c.longest - c.shortest) * i + (c.rows - 1) / 2) /
                                                     std::max<std::int64_t>(1, c.rows - 1);
        examples.push_back({random_ids(rng, lm.config().vocab_size, kPromptTokens),
                            random_ids(rng, lm.config().vocab_size, length - kPromptTokens)});
        tokens += length;
    }
    train::SftConfig config{
        .max_steps = 1 << 20, .per_device_train_batch_size = c.rows, .max_length = c.longest};
    config.optimizer = {
        .learning_rate = 1e-4, .adam_beta2 = 0.95, .weight_decay = 0.01, .warmup_steps = 0};
    train::AdamW optimizer(lm.parameters());
    train::SftTrainer trainer(lm, optimizer, config, std::move(examples), 1);
    std::int64_t step = 0;
    report("train",
           c.name,
           options,
           options.repeats * c.steps,
           [&] {
               VT_CHECK(!trainer.step(++step).skipped);
               return tokens;
           },
           {{"rows", c.rows}});
}

/// The update of `vrl` without sampling: 16 prompts, 16 chains each, rewards 0 and 1 in turn.
void bench_policy(const Case& c, const model::CausalLm& loaded, const Options& options) {
    model::CausalLm lm = loaded.clone();
    util::Rng rng(4, util::RngStream::kTest);
    const std::vector<Ids> prompts = prompts_of(lm.config().vocab_size, 16);
    std::vector<Ids> completions;
    for (std::int64_t i = 0; i < kChains; ++i)
        completions.push_back(
            random_ids(rng, lm.config().vocab_size, 21 + static_cast<std::int64_t>(rng.below(25))));
    train::PolicyConfig config;
    VT_CHECK(train::apply_algorithm_preset(config, "grpo").has_value());
    config.sampling.max_completion_length = kNewTokens;
    config.optimizer = {.learning_rate = 1e-6, .adam_beta2 = 0.95, .warmup_steps = 0};
    train::PolicyTrainer trainer(lm, config, 1);
    train::TrainBatch batch;
    batch.completion_mask = at::zeros({kChains, kNewTokens}, at::kFloat);
    std::int64_t tokens = 0;
    std::vector<std::int64_t> group;
    for (std::int64_t i = 0; i < kChains; ++i) {
        const Ids& ids = completions[static_cast<std::size_t>(i)];
        batch.chains.push_back({&prompts[static_cast<std::size_t>(i / 16)], &ids, i / 16, i});
        batch.completion_mask[i].narrow(0, 0, std::ssize(ids)).fill_(1);
        group.push_back(i / 16);
        tokens += std::ssize(ids);
    }
    batch.sampling_logprobs = trainer.logprobs(lm, batch.chains, kChains, kNewTokens);
    train::RolloutBatch rollout;
    rollout.rewards = at::arange(kChains, at::kLong).remainder(2).to(at::kDouble);
    rollout.group = at::tensor(group, at::kLong);
    rollout.completion_mask = batch.completion_mask;
    batch.advantages = train::compute_advantages(config, rollout).value();
    std::int64_t step = 0;
    report("policy",
           c.name,
           options,
           options.repeats,
           [&] {
               VT_CHECK(trainer.step(batch, ++step)->updated);
               return tokens;
           },
           {{"chains", kChains}});
}

model::CausalLm load(const Case& c, const Options& options) {
    if (options.folder.empty())
        return model::CausalLm::init_random(c.config, model::Trainable::kFull, {}, 1);
    const auto fs = util::make_posix_file_system();
    auto lm = model::CausalLm::load(
        *fs, util::join_path(options.folder, c.name), model::Trainable::kFull, {}, 1);
    if (!lm) {
        std::fprintf(stderr, "%s\n", util::to_string(lm.error()).c_str());
        std::exit(3);
    }
    return std::move(lm).value();
}

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view key = argv[i];
        if (key.starts_with("--benchmark_")) continue;  // what `dev bench` tells the other programs
        if (!key.starts_with("--")) {
            options.folder = key;
            continue;
        }
        const std::string value = i + 1 < argc ? argv[++i] : "";
        if (key == "--repeats") {
            options.repeats = std::max(1, std::atoi(value.c_str()));
        } else if (key == "--threads") {
            options.threads = std::max(1, std::atoi(value.c_str()));
        } else if (key == "--only") {
            options.only = value;
        } else if (key == "--model") {
            options.model = value;
        } else {
            std::fprintf(stderr,
                         "usage: loop_bench [FOLDER] [--repeats N] [--threads N] [--only "
                         "sample|train] [--model NAME]\n");
            std::exit(2);
        }
    }
    return options;
}

int run(const Options& options) {
    omp_set_num_threads(options.threads);
    // As the engine does: large buffers stay with the process.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    const Case cases[] = {{"demo_0_3m", model::demo_config(), 32, 33, 57, 10},
                          {"qwen2_25m", config_25m(), 8, 256, 256, 1}};
    for (const Case& c : cases) {
        if (!options.model.empty() && options.model != c.name) continue;
        const model::CausalLm lm = load(c, options);
        if (options.only != "train") bench_sampler(c, lm, options);
        if (options.only != "sample") {
            bench_sft(c, lm, options);
            bench_policy(c, lm, options);
        }
    }
    return 0;
}

}  // namespace
}  // namespace veritune::bench

int main(int argc, char** argv) { return veritune::bench::run(veritune::bench::parse(argc, argv)); }
