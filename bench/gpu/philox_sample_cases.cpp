// SPDX-License-Identifier: Apache-2.0
#include "bench/gpu/gpu_case.h"
#include "core/util/rng.h"
#include "kernels/philox_sample.h"

namespace veritune::kernels::bench {
namespace {

constexpr std::int64_t kVocab = 152064;
constexpr std::int64_t kRealVocab = 151665;

Run prepare(DeviceArena& arena, std::int64_t rows, const SamplingParams& params, std::int32_t top) {
    util::Rng rng(1, util::RngStream::kTest);
    std::vector<float> logits(static_cast<std::size_t>(rows * kVocab));
    for (std::size_t i = 0; i < logits.size(); ++i) {
        logits[i] = i < kVocab ? static_cast<float>(2.5 * rng.normal()) : logits[i - kVocab];
    }
    std::vector<std::uint64_t> chain;
    for (std::int64_t i = 0; i < rows; ++i) chain.push_back(static_cast<std::uint64_t>(i));
    PhiloxSample a{.logits = arena.upload(logits),
                   .logits_stride = kVocab,
                   .rows = rows,
                   .vocab = kRealVocab,
                   .params = arena.upload(std::vector<SamplingParams>{params}),
                   .params_stride = 0,
                   .chain = arena.upload(chain),
                   .position = arena.zeros_of<std::int32_t>(rows),
                   .token = arena.zeros_of<std::int32_t>(rows),
                   .logprob = arena.zeros_of<float>(rows),
                   .entropy = arena.zeros_of<float>(rows),
                   .top_count = top,
                   .top_token = arena.zeros_of<std::int32_t>(rows * top + 1),
                   .top_logprob = arena.zeros_of<float>(rows * top + 1)};
    a.workspace_bytes = philox_sample_workspace(a);
    a.workspace = arena.zeros(a.workspace_bytes);
    return {philox_sample_cost(a), [a](Stream stream) { return cuda::philox_sample(a, stream); }};
}

std::vector<Case> cases() {
    std::vector<Case> all;
    const auto add = [&](const char* kind, const SamplingParams& params, std::int32_t top) {
        for (const std::int64_t rows : {1, 8, 16, 64, 256}) {
            all.push_back({"philox_sample/" + std::string(kind) + "/B" + std::to_string(rows),
                           [=](DeviceArena& arena) { return prepare(arena, rows, params, top); }});
        }
    };
    add("plain", {.seed = 1}, 0);
    add("greedy", {.seed = 1, .temperature = 0.0F}, 0);
    add("top_p", {.seed = 1, .top_k = 50, .top_p = 0.9F}, 0);
    add("top20", {.seed = 1}, 20);
    return all;
}

const Table kTable(cases);

}  // namespace
}  // namespace veritune::kernels::bench
