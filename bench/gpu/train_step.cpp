// SPDX-License-Identifier: Apache-2.0
// One optimiser step of a 7B model with an adapter of rank 16 on all linears: train_step FOLDER
// [CHAINSxTOKENS,...] [L0,L1,L2] [SLAB_MB,...]. FOLDER is a quantised model; when there is none,
// one of the shape of Qwen2.5-7B with random weights is made there. Prints one JSON line a case:
// forward, log-probs of all tokens but the first, their gradients, backward; then the optimiser's
// step where the gradients are: norm, AdamW in 32 bits, the adapter's copy.
#include "bench/gpu/ceilings.h"
#include "bench/gpu/random_model.h"
#include "bench/gpu/train_bench.h"
#include "core/decode/device_decoder.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace veritune::decode::bench {
namespace {

struct Times {
    double forward = 0, head = 0, head_back = 0, backward = 0, optimiser = 0;
    double all() const { return forward + head + head_back + backward + optimiser; }
};

Times one_step(DeviceDecoder& decoder, Trained& trained, TrainBatch& b) {
    Times t;
    const auto timed = [](double& to, const auto& work) {
        const auto begin = Clock::now();
        require(work());
        require(check(kernels::cuda::synchronize({}), "the card"));
        to = seconds_since(begin);
    };
    timed(t.forward,
          [&] { return decoder.forward(b.packed(), trained.copy, b.looked_at(), true); });
    timed(t.head,
          [&] { return decoder.log_probs(b.rows, b.targets, 1.0F, b.logprobs, b.entropies); });
    timed(t.head_back, [&] { return decoder.log_probs_backward(b.g); });
    timed(t.backward, [&] { return decoder.backward(trained.copy, false); });
    timed(t.optimiser, [&] {
        trained.step(decoder);
        return util::Status();
    });
    return t;
}

void train_case(const DeviceModel& model,
                std::int64_t chains,
                std::int64_t length,
                Keep keep,
                std::int64_t slab_mb,
                const HostState& host) {
    DeviceDecoder decoder(model, {.keep = keep, .slab_bytes = slab_mb << 20});
    Trained trained(model, host, false);
    TrainBatch batch(chains, length);
    one_step(decoder, trained, batch);
    std::vector<Times> runs;
    for (int i = 0; i < 5; ++i) runs.push_back(one_step(decoder, trained, batch));
    std::ranges::sort(runs, {}, &Times::all);
    const Times& t = runs[runs.size() / 2];
    const double pass = t.forward + t.head + t.head_back + t.backward;
    const auto tokens = static_cast<double>(batch.tokens.size());
    std::printf(
        "{\"bench\":\"train_step\",\"chains\":%d,\"tokens\":%d,\"slab_MB\":%d,\"kept\":\"%s\","
        "\"whole_head\":%d,"
        "\"forward_ms\":%.1f,\"head_ms\":%.1f,\"head_back_ms\":%.1f,\"backward_ms\":%.1f,"
        "\"optimiser_ms\":%.2f,\"gradient_norm\":%.4g,\"pass_tokens_per_s\":%.0f,"
        "\"step_tokens_per_s\":%.0f,\"used_GB\":%.2f,\"first_logprob\":%.4f,\"state\":\"%s\"}\n",
        static_cast<int>(chains),
        static_cast<int>(length),
        static_cast<int>(slab_mb),
        keep_name(decoder.shape()->keep),
        decoder.shape()->whole_head ? 1 : 0,
        1e3 * t.forward,
        1e3 * t.head,
        1e3 * t.head_back,
        1e3 * t.backward,
        1e3 * t.optimiser,
        trained.norm,
        tokens / pass,
        tokens / t.all(),
        1e-9 * static_cast<double>(used_bytes()),
        static_cast<double>(batch.logprobs[0]),
        trained.state().c_str());
    std::fflush(stdout);
}

int run(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr,
                     "usage: train_step FOLDER [CHAINSxTOKENS,...] [L0,L1,L2] [SLAB_MB,...]\n");
        return 2;
    }
    const std::string folder = argv[1];
    const std::string shapes =
        argc > 2 ? argv[2] : "1x1024,1x2048,4x1024,4x2048,1x4096,1x16384,1x32768";
    const std::string levels = argc > 3 ? argv[3] : "L0,L1,L2";
    const std::string slabs = argc > 4 ? argv[4] : "0";
    kernels::cuda::DeviceInfo card;
    require(check(kernels::cuda::device_info(0, &card), "the card"));
    kernels::bench::Ceilings ceilings;
    require(check(kernels::bench::measure_ceilings(&ceilings), "the card's ceilings"));
    std::printf("{\"card\":\"%s\",\"R_GBps\":%.0f,\"G_TFLOPps\":%.0f}\n",
                card.name,
                1e-9 * ceilings.read,
                1e-12 * ceilings.gemm);
    if (!std::filesystem::exists(folder)) make_folder(folder, qwen_7b());
    const std::unique_ptr<util::FileSystem> fs = util::make_posix_file_system();
    auto files = std::make_shared<quant::QuantModel>(take(quant::QuantModel::open(*fs, folder)));
    const DeviceModel model = take(DeviceModel::load(files, Backend::kCuda, {}));
    const HostState host(model.config());
    for_each_part(shapes, [&](const std::string& shape) {
        const std::size_t cross = shape.find('x');
        const std::int64_t chains = std::atoll(shape.substr(0, cross).c_str());
        const std::int64_t length = std::atoll(shape.substr(cross + 1).c_str());
        for_each_part(levels, [&](const std::string& level) {
            const Keep keep = level == "L0"   ? Keep::kAll
                              : level == "L1" ? Keep::kAttention
                                              : Keep::kCheckpoints;
            for_each_part(slabs, [&](const std::string& mb) {
                train_case(model, chains, length, keep, std::atoll(mb.c_str()), host);
            });
        });
    });
    return 0;
}

}  // namespace
}  // namespace veritune::decode::bench

int main(int argc, char** argv) { return veritune::decode::bench::run(argc, argv); }
