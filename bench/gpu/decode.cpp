// SPDX-License-Identifier: Apache-2.0
// Decoding from end to end with a 7B model: decode FOLDER [TOKENS_OF_CONTEXT] [B,B,...]. FOLDER is
// a quantised model; when there is none, one of the shape of Qwen2.5-7B with random weights is made
// there. Prints one JSON line a case: steps with adapter (rank 16), sampling, log-prob and entropy;
// chains with pages of their own; fixed lengths, since random weights have no end.
#include "bench/gpu/ceilings.h"
#include "bench/gpu/random_model.h"
#include "core/decode/model_runner.h"
#include "core/util/rng.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace veritune::decode {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

[[noreturn]] void give_up(const util::Error& error) {
    std::fprintf(stderr, "%s\n", to_string(error).c_str());
    std::exit(1);
}
void require(const util::Status& status) {
    if (!status.has_value()) give_up(status.error());
}
template <typename T>
T take(util::Result<T> result) {
    if (!result.has_value()) give_up(result.error());
    return std::move(result).value();
}

model::Adapter adapter_of(const model::ModelConfig& config, std::int64_t rank) {
    model::Adapter adapter;
    adapter.config.r = rank;
    adapter.config.target_modules.assign(model::kLinearNames.begin(), model::kLinearNames.end());
    util::Rng rng(2, util::RngStream::kTest);
    for (std::int64_t l = 0; l < config.num_hidden_layers; ++l) {
        for (const model::LinearSpec& spec : model::layer_linears(config)) {
            for (const char part : {'A', 'B'}) {
                model::AdapterTensor& t =
                    adapter.tensors[model::adapter_tensor_name(l, spec.name, part)];
                t.shape = part == 'A' ? std::vector<std::int64_t>{rank, spec.in_features}
                                      : std::vector<std::int64_t>{spec.out_features, rank};
                t.values.resize(static_cast<std::size_t>(t.shape[0] * t.shape[1]));
                for (float& v : t.values) v = 0.02F * (rng.uniform() - 0.5F);
            }
        }
    }
    return adapter;
}

/// All slots in the middle of a chain whose context has `context` tokens (whatever its pages hold).
HostState busy_state(const StateShape& shape, std::int64_t context) {
    HostState state(shape);
    for (std::int64_t s = 0; s < shape.slots; ++s) {
        state.token()[s] = static_cast<std::int32_t>(1000 + s);
        state.position()[s] = static_cast<std::int32_t>(context);
        state.limit()[s] = static_cast<std::int32_t>(shape.max_pages * kernels::kPageTokens);
        state.finish()[s] = static_cast<std::int32_t>(kernels::Finish::kRunning);
        state.chain()[s] = static_cast<std::uint64_t>(s);
        for (std::int64_t p = 0; p <= context / kernels::kPageTokens; ++p)
            state.table(s)[p] = state.pop_page();
    }
    return state;
}

void decode_case(const DeviceModel& model,
                 std::int64_t batch,
                 std::int64_t context,
                 std::int64_t rank,
                 const model::Adapter& adapter) {
    constexpr std::int64_t kSteps = 32;
    constexpr std::int64_t kLooks = 4;
    const std::int64_t longest = context + (kLooks + 1) * kSteps / 2 + 64;
    const auto runner = take(ModelRunner::make(
        model, {.slots = batch, .max_length = longest + kSteps * kLooks, .max_rank = 64}));
    if (rank > 0) require(runner->set_adapter(adapter));
    require(runner->begin({.seed = 1, .temperature = 1.0F, .stop_ids = {}}));
    // The middle of what is measured is `context`.
    HostState state = busy_state(runner->shape(), context - kSteps * (kLooks + 2) / 2);
    HostRings rings;
    for (int i = 0; i < 2; ++i) {
        require(runner->run(state, rings, batch, kSteps, context + kSteps * kLooks));
    }
    const auto begin = Clock::now();
    for (std::int64_t i = 0; i < kLooks; ++i) {
        require(runner->run(state, rings, batch, kSteps, context + kSteps * kLooks));
    }
    const double seconds = seconds_since(begin);
    const double steps = kSteps * kLooks;
    std::printf(
        "{\"bench\":\"decode\",\"batch\":%d,\"context\":%d,\"rank\":%d,\"ms_per_step\":%.4f,"
        "\"tokens_per_s\":%.1f,\"last\":[%d,%.3f]}\n",
        static_cast<int>(batch),
        static_cast<int>(context),
        static_cast<int>(rank),
        1e3 * seconds / steps,
        static_cast<double>(batch) * steps / seconds,
        rings.token[0],
        static_cast<double>(rings.logprob[0]));
    std::fflush(stdout);
}

void prefill_case(const DeviceModel& model, std::int64_t tokens, const model::Adapter& adapter) {
    const auto runner = take(ModelRunner::make(model, {.slots = 1, .max_length = tokens + 64}));
    require(runner->set_adapter(adapter));
    require(runner->begin({.seed = 1, .temperature = 1.0F, .stop_ids = {}}));
    std::vector<std::int32_t> prompt(static_cast<std::size_t>(tokens));
    for (std::size_t i = 0; i < prompt.size(); ++i)
        prompt[i] = static_cast<std::int32_t>(7 * i % 100000);
    std::vector<std::int32_t> pages;
    for (std::int64_t p = 0; p < (tokens + 63) / 64; ++p)
        pages.push_back(static_cast<std::int32_t>(p));
    require(runner->prefill(prompt, pages));
    const auto begin = Clock::now();
    for (int i = 0; i < 3; ++i) require(runner->prefill(prompt, pages));
    const double seconds = seconds_since(begin) / 3;
    std::printf("{\"bench\":\"prefill\",\"tokens\":%d,\"ms\":%.2f,\"tokens_per_s\":%.0f}\n",
                static_cast<int>(tokens),
                1e3 * seconds,
                static_cast<double>(tokens) / seconds);
    std::fflush(stdout);
}

int run(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: decode FOLDER [CONTEXT] [B,B,...]\n");
        return 2;
    }
    const std::string folder = argv[1];
    const std::int64_t context = argc > 2 ? std::atoll(argv[2]) : 1024;
    std::string batches = argc > 3 ? argv[3] : "1,8,16,64,128,256";
    kernels::cuda::DeviceInfo card;
    require(check(kernels::cuda::device_info(0, &card), "the card"));
    kernels::bench::Ceilings ceilings;
    require(check(kernels::bench::measure_ceilings(&ceilings), "the card's ceilings"));
    std::printf("{\"card\":\"%s\",\"R_GBps\":%.0f,\"G_TFLOPps\":%.0f}\n",
                card.name,
                1e-9 * ceilings.read,
                1e-12 * ceilings.gemm);
    if (!std::filesystem::exists(folder)) bench::make_folder(folder, bench::qwen_7b());
    const std::unique_ptr<util::FileSystem> fs = util::make_posix_file_system();
    auto files = std::make_shared<quant::QuantModel>(take(quant::QuantModel::open(*fs, folder)));
    const auto begin = Clock::now();
    const DeviceModel model = take(DeviceModel::load(files, Backend::kCuda, {}));
    std::printf("{\"bench\":\"load\",\"seconds\":%.2f,\"weight_GB\":%.3f}\n",
                seconds_since(begin),
                1e-9 * static_cast<double>(model.weight_bytes()));
    const model::Adapter adapter = adapter_of(model.config(), 16);
    for (const std::int64_t tokens : {256, 1024, 4096}) prefill_case(model, tokens, adapter);
    for (std::size_t at = 0; at < batches.size();) {
        const std::size_t end = std::min(batches.find(',', at), batches.size());
        const std::int64_t batch = std::atoll(batches.substr(at, end - at).c_str());
        for (const std::int64_t rank : {16, 0}) decode_case(model, batch, context, rank, adapter);
        at = end + 1;
    }
    return 0;
}

}  // namespace
}  // namespace veritune::decode

int main(int argc, char** argv) { return veritune::decode::run(argc, argv); }
