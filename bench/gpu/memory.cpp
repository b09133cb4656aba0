// SPDX-License-Identifier: Apache-2.0
// What training takes of a card against what was foretold: memory FOLDER [random COUNT | table].
// FOLDER as for head, with four layers. `random`: COUNT (30) configurations, by lot; `table`: cards
// of 8, 12, 16 and 24 GB and chains of 1k to 16k tokens. A card's size is a cap on what the plan
// and the pass may take. Every case that is said to fit does one whole step; used by the driver is
// looked at behind it, while everything is still held. One JSON line a case, at the end how many
// kept measured <= foretold <= 1.10 x measured; the exit code is 1 unless all did.
#include "bench/gpu/random_model.h"
#include "bench/gpu/train_bench.h"
#include "core/decode/train_plan.h"

#include <array>
#include <filesystem>
#include <memory>

namespace veritune::decode::bench {
namespace {

constexpr std::array<double, 4> kCards{8.59e9, 12.9e9, 17.2e9, 25.8e9};

struct Tally {
    int fitted = 0, kept = 0, refused = 0;
};

std::uint64_t pass_bytes(const model::ModelConfig& config,
                         const TrainRequest& r,
                         const TrainPlan& plan) {
    return TrainLayout::bytes(config,
                              {.rows = r.tokens,
                               .targets = r.tokens,
                               .rank = r.rank,
                               .keep = plan.keep,
                               .whole_head = plan.whole_head,
                               .slab_bytes = slab_bytes_on(r.card_bytes)},
                              Backend::kCuda);
}

void one_case(const DeviceModel& model, quant::Scheme scheme, const TrainRequest& r, Tally& tally) {
    const TrainPlan plan = plan_training(model.config(), scheme, r);
    const double foretold = static_cast<double>(plan.memory.total);
    const std::string what =
        "{\"bench\":\"memory\",\"card_GB\":" + std::to_string(1e-9 * r.card_bytes).substr(0, 5) +
        ",\"tokens\":" + std::to_string(r.tokens) + ",\"rank\":" + std::to_string(r.rank) +
        ",\"adapters\":" + std::to_string(r.adapters) +
        ",\"trained\":" + std::to_string(r.trained) + ",\"optim\":\"" +
        (r.eight_bit ? "adamw_8bit" : "adamw") +
        "\",\"foretold_GB\":" + std::to_string(1e-9 * foretold);
    if (plan.memory.missing > 0) {
        ++tally.refused;
        std::printf("%s,\"fits\":0}\n", what.c_str());
        return;
    }
    const HostState host(model.config(), r.rank);
    std::vector<Trained> trained;
    for (std::int64_t i = 0; i < r.trained; ++i) trained.emplace_back(model, host, r.eight_bit);
    std::vector<TrainAdapter> frozen;
    for (std::int64_t i = r.trained; i < r.adapters; ++i) {
        frozen.push_back(take(TrainAdapter::make(model.config(), r.rank, Backend::kCuda)));
    }
    const std::uint64_t pass = pass_bytes(model.config(), r, plan);
    DeviceDecoder decoder(model,
                          {.budget_bytes = plan.memory.usable - (plan.memory.total - pass),
                           .slab_bytes = slab_bytes_on(r.card_bytes)});
    TrainBatch b(1, r.tokens);
    for (Trained& t : trained) {
        require(decoder.forward(b.packed(), t.copy, r.tokens, true));
        require(decoder.log_probs(b.rows, b.targets, 1.0F, b.logprobs, b.entropies));
        require(decoder.log_probs_backward(b.g));
        require(decoder.backward(t.copy, false));
        t.step(decoder);
    }
    const auto measured = static_cast<double>(used_bytes());
    const bool kept = measured <= foretold && foretold <= 1.10 * measured;
    ++tally.fitted;
    tally.kept += kept ? 1 : 0;
    std::printf("%s,\"fits\":1,\"kept\":\"%s\",\"measured_GB\":%.3f,\"ratio\":%.4f,\"ok\":%d}\n",
                what.c_str(),
                keep_name(decoder.shape()->keep),
                1e-9 * measured,
                foretold / measured,
                kept ? 1 : 0);
    std::fflush(stdout);
}

TrainRequest by_lot(util::Rng& rng) {
    constexpr std::array<std::int64_t, 4> kRanks{8, 16, 32, 64};
    TrainRequest r{.card_bytes = kCards[rng.below(4)],
                   .tokens = 64 * static_cast<std::int64_t>(4 + rng.below(252)),
                   .rank = kRanks[rng.below(4)]};
    r.trained = 1 + static_cast<std::int64_t>(rng.below(2));
    r.adapters = r.trained + 1;
    r.eight_bit = rng.below(2) == 1;
    return r;
}

int run(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: memory FOLDER [random COUNT | table]\n");
        return 2;
    }
    const std::string folder = argv[1];
    kernels::cuda::DeviceInfo card;
    require(check(kernels::cuda::device_info(0, &card), "the card"));
    model::ModelConfig config = qwen_7b();
    config.num_hidden_layers = 4;
    if (!std::filesystem::exists(folder)) make_folder(folder, config);
    const std::unique_ptr<util::FileSystem> fs = util::make_posix_file_system();
    const std::size_t before = used_bytes();
    auto files = std::make_shared<quant::QuantModel>(take(quant::QuantModel::open(*fs, folder)));
    const DeviceModel model = take(DeviceModel::load(files, Backend::kCuda, {}));
    const quant::Scheme scheme = files->manifest().scheme;
    std::printf("{\"card\":\"%s\",\"layers\":%d,\"context_MB\":%.0f,\"weights_MB\":%.0f}\n",
                card.name,
                static_cast<int>(model.config().num_hidden_layers),
                1e-6 * static_cast<double>(before),
                1e-6 * static_cast<double>(model.weight_bytes()));
    Tally tally;
    Tally warm;  // kernels and libraries are loaded when they are first used
    one_case(model, scheme, {.card_bytes = kCards[3], .tokens = 1024}, warm);
    if (argc > 2 && std::string(argv[2]) == "table") {
        for (const double size : kCards) {
            for (const std::int64_t tokens : {1024, 2048, 4096, 8192, 16384}) {
                one_case(model, scheme, {.card_bytes = size, .tokens = tokens}, tally);
            }
        }
    } else {
        util::Rng rng(11, util::RngStream::kTest);
        const int count = argc > 3 ? std::atoi(argv[3]) : 30;
        for (int i = 0; i < count; ++i) one_case(model, scheme, by_lot(rng), tally);
    }
    std::printf("{\"bench\":\"memory\",\"fitted\":%d,\"kept\":%d,\"refused\":%d}\n",
                tally.fitted,
                tally.kept,
                tally.refused);
    return tally.kept == tally.fitted ? 0 : 1;
}

}  // namespace
}  // namespace veritune::decode::bench

int main(int argc, char** argv) { return veritune::decode::bench::run(argc, argv); }
