// SPDX-License-Identifier: Apache-2.0
// The head of a 7B model in training: head FOLDER [TOKENS,...]. FOLDER is a quantised model of the
// shape of Qwen2.5-7B with one layer; when there is none, one with random weights is made there.
// Prints one JSON line a case: log-probs of all tokens and their gradients with respect to the
// hidden states, the fraction of G counting two products with the matrix, and the bytes of the
// buffers that stand for the [tokens, vocabulary] matrix.
#include "bench/gpu/ceilings.h"
#include "bench/gpu/random_model.h"
#include "bench/gpu/train_bench.h"

#include <filesystem>
#include <memory>

namespace veritune::decode::bench {
namespace {

struct HeadTimes {
    double log_probs = 0, gradients = 0;
    double all() const { return log_probs + gradients; }
};

void head_case(const DeviceModel& model, std::int64_t tokens, double peak, const HostState& host) {
    DeviceDecoder decoder(model, {});
    Trained trained(model, host, false);
    TrainBatch b(1, tokens + 1);
    std::vector<HeadTimes> runs;
    for (int i = 0; i < 21; ++i) {
        require(decoder.forward(b.packed(), trained.copy, b.looked_at(), true));
        require(check(kernels::cuda::synchronize({}), "the card"));
        HeadTimes t;
        auto begin = Clock::now();
        require(decoder.log_probs(b.rows, b.targets, 1.0F, b.logprobs, b.entropies));
        t.log_probs = seconds_since(begin);
        begin = Clock::now();
        require(decoder.log_probs_backward(b.g));
        require(check(kernels::cuda::synchronize({}), "the card"));
        t.gradients = seconds_since(begin);
        if (i > 0) runs.push_back(t);
    }
    std::ranges::sort(runs, {}, &HeadTimes::all);
    const HeadTimes& t = runs[runs.size() / 2];
    const model::ModelConfig& c = model.config();
    const TrainShape& shape = *decoder.shape();
    const double flops = 4.0 * static_cast<double>(b.looked_at()) *
                         static_cast<double>(c.vocab_size) * static_cast<double>(c.hidden_size);
    const std::int64_t chunk = std::min(kHeadChunk, shape.targets);
    std::printf(
        "{\"bench\":\"head\",\"tokens\":%d,\"logprobs_ms\":%.2f,\"gradients_ms\":%.2f,"
        "\"of_G_counting_two\":%.3f,\"logits_MB\":%.0f,\"matrix_in_bf16_MB\":%.0f,"
        "\"dh_MB\":%.0f,\"spread\":%.3f,\"first_logprob\":%.4f}\n",
        static_cast<int>(tokens),
        1e3 * t.log_probs,
        1e3 * t.gradients,
        flops / t.all() / peak,
        4e-6 * static_cast<double>(chunk * head_columns(c)),
        shape.whole_head ? 2e-6 * static_cast<double>(head_columns(c) * c.hidden_size) : 0.0,
        2e-6 * static_cast<double>(shape.targets * c.hidden_size),
        (runs.back().all() - runs.front().all()) / t.all(),
        static_cast<double>(b.logprobs[0]));
    std::fflush(stdout);
}

int run(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: head FOLDER [TOKENS,...]\n");
        return 2;
    }
    const std::string folder = argv[1];
    kernels::cuda::DeviceInfo card;
    require(check(kernels::cuda::device_info(0, &card), "the card"));
    kernels::bench::Ceilings ceilings;
    require(check(kernels::bench::measure_ceilings(&ceilings), "the card's ceilings"));
    std::printf("{\"card\":\"%s\",\"R_GBps\":%.0f,\"G_TFLOPps\":%.0f}\n",
                card.name,
                1e-9 * ceilings.read,
                1e-12 * ceilings.gemm);
    model::ModelConfig config = qwen_7b();
    config.num_hidden_layers = 1;
    if (!std::filesystem::exists(folder)) make_folder(folder, config);
    const std::unique_ptr<util::FileSystem> fs = util::make_posix_file_system();
    auto files = std::make_shared<quant::QuantModel>(take(quant::QuantModel::open(*fs, folder)));
    const DeviceModel model = take(DeviceModel::load(files, Backend::kCuda, {}));
    const HostState host(model.config());
    for_each_part(argc > 2 ? argv[2] : "1024,4096,8192", [&](const std::string& tokens) {
        head_case(model, std::atoll(tokens.c_str()), ceilings.gemm, host);
    });
    return 0;
}

}  // namespace
}  // namespace veritune::decode::bench

int main(int argc, char** argv) { return veritune::decode::bench::run(argc, argv); }
