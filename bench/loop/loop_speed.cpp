// SPDX-License-Identifier: Apache-2.0
// Speed of sampler and SFT step on the models of bench/compare/make_bench_models.py, in the shapes
// of bench/compare/reference_speed.py, which measures transformers and plain PyTorch. One JSON line
// per case.
//   python bench/compare/make_bench_models.py /tmp/models && build/release/bench/loop_speed
//   /tmp/models
#include "core/model/causal_lm.h"
#include "core/rollout/rollout_engine.h"
#include "core/train/sft_trainer.h"
#include "core/util/clock.h"
#include "core/util/file_system.h"
#include "core/util/version.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <malloc.h>
#include <string>
#include <vector>

extern "C" void omp_set_num_threads(int);  // NOLINT: libtorch's own OpenMP runtime

namespace veritune {
namespace {

constexpr int kChains = 256;
constexpr int kNewTokens = 56;

struct TrainShape {
    int rows;
    int shortest;
    int longest;
};

std::string cpu_name() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
    }
    return "unknown";
}

void measure(const std::string& bench,
             const std::string& model,
             int threads,
             int repeats,
             const std::function<double()>& once) {
    once();
    std::vector<double> rates;
    for (int i = 0; i < repeats; ++i) {
        const std::int64_t start = util::system_clock().monotonic_us();
        const double tokens = once();
        rates.push_back(tokens /
                        (static_cast<double>(util::system_clock().monotonic_us() - start) * 1e-6));
    }
    std::ranges::sort(rates);
    double load[1] = {0.0};
    if (getloadavg(load, 1) != 1) load[0] = -1.0;
    std::printf(
        "{\"bench\": \"%s\", \"model\": \"%s\", \"tokens_per_s\": %.1f, \"low\": %.1f, \"high\": "
        "%.1f, "
        "\"repeats\": %d, \"threads\": %d, \"cpu\": \"%s\", \"load\": %.2f, \"commit\": \"%s\"}\n",
        bench.c_str(),
        model.c_str(),
        rates[rates.size() / 2],
        rates.front(),
        rates.back(),
        repeats,
        threads,
        cpu_name().c_str(),
        load[0],
        std::string(util::program_commit()).c_str());
    std::fflush(stdout);
}

std::vector<std::int32_t> random_ids(util::Rng& rng, std::int64_t count, std::int64_t vocab) {
    std::vector<std::int32_t> ids;
    for (std::int64_t i = 0; i < count; ++i) {
        ids.push_back(
            static_cast<std::int32_t>(2 + rng.below(static_cast<std::uint64_t>(vocab - 2))));
    }
    return ids;
}

void sample_cases(const model::CausalLm& lm, const std::string& name, int threads, int repeats) {
    util::Rng rng(1, util::RngStream::kTest);
    std::vector<std::vector<std::int32_t>> prompts;
    for (int i = 0; i < kChains; ++i)
        prompts.push_back(random_ids(rng, 12 + i % 5, lm.config().vocab_size));
    for (const bool eos : {true, false}) {
        rollout::RolloutEngine engine(lm);
        measure(eos ? "sample" : "sample_noeos", name, threads, repeats, [&] {
            rollout::GenerateOptions options{.max_completion_length = kNewTokens,
                                             .max_concurrent_chains = kChains};
            if (eos) options.eos_ids = {1};
            const auto result = engine.generate(prompts, 1, options);
            if (!result) std::abort();
            return static_cast<double>(engine.stats().tokens);
        });
    }
}

void train_case(model::CausalLm& lm,
                const std::string& name,
                const TrainShape& shape,
                int threads,
                int repeats) {
    util::Rng rng(2, util::RngStream::kTest);
    std::vector<train::SftExample> examples;
    for (int i = 0; i < shape.rows; ++i) {
        const int length =
            shape.shortest + (shape.longest - shape.shortest) * i / std::max(1, shape.rows - 1);
        examples.push_back({random_ids(rng, 12, lm.config().vocab_size),
                            random_ids(rng, length - 12, lm.config().vocab_size)});
    }
    train::SftConfig config;
    config.per_device_train_batch_size = shape.rows;
    config.max_steps = 1'000'000;
    config.optimizer = {.learning_rate = 1e-4, .adam_beta2 = 0.95, .weight_decay = 0.01};
    train::AdamW optimizer(lm.parameters());
    train::SftTrainer trainer(lm, optimizer, config, examples, 1);
    std::int64_t step = 0;
    // The last token of an example predicts nothing; the reference counts it, so it is counted here
    // too.
    measure("train", name, threads, repeats, [&] {
        return static_cast<double>(trainer.step(++step).value().tokens + shape.rows);
    });
}

}  // namespace
}  // namespace veritune

int main(int argc, char** argv) {
    using namespace veritune;  // NOLINT(google-build-using-namespace)
    if (argc < 2) {
        std::fprintf(stderr, "usage: loop_speed MODELS_FOLDER [REPEATS] [THREADS]\n");
        return 2;
    }
    const int repeats = argc > 2 ? std::atoi(argv[2]) : 5;
    const int threads = argc > 3 ? std::atoi(argv[3]) : 2;
    omp_set_num_threads(threads);
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    auto fs = util::make_posix_file_system();
    const std::pair<const char*, TrainShape> models[] = {{"demo_0_3m", {32, 33, 57}},
                                                         {"qwen2_25m", {8, 256, 256}}};
    for (const auto& [name, shape] : models) {
        auto lm = model::CausalLm::load(
            *fs, std::string(argv[1]) + "/" + name, model::Trainable::kFull, {}, 1);
        if (!lm) {
            std::fprintf(stderr, "loop_speed: %s\n", util::to_string(lm.error()).c_str());
            return 3;
        }
        sample_cases(*lm, name, threads, repeats);
        train_case(*lm, name, shape, threads, shape.longest > 100 ? repeats : 10 * repeats);
    }
    return 0;
}
