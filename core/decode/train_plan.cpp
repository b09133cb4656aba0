// SPDX-License-Identifier: Apache-2.0
#include "core/decode/train_plan.h"

#include "core/decode/optimiser_layout.h"

#include <algorithm>
#include <string>

namespace veritune::decode {
namespace {

/// CUDA context, kernels, cuBLASLt: 580 MB on an H200, by what the driver says beside the rest.
constexpr std::uint64_t kContextBytes = 640'000'000;
constexpr std::int64_t kTokenStep = 64;

TrainShape shape_of(const TrainRequest& r, std::int64_t tokens, Keep keep, bool whole_head) {
    return {.rows = tokens,
            .targets = tokens,
            .rank = r.rank,
            .keep = keep,
            .whole_head = whole_head,
            .slab_bytes = slab_bytes_on(r.card_bytes)};
}

/// Everything but the pass.
std::vector<quant::MemoryPart> fixed_parts(const model::ModelConfig& c,
                                           quant::Scheme scheme,
                                           const TrainRequest& r) {
    std::uint64_t layers = 0;
    std::uint64_t head = 0;
    for (const quant::FileLayout& file : quant::model_layout(c, scheme)) {
        if (file.name.starts_with("layer-")) layers += file.bytes;
        if (file.name == "head.bin") head = file.bytes;
    }
    const auto adapters = static_cast<std::uint64_t>(r.adapters);
    return {{"layers, " + std::string(quant::scheme_name(scheme)), layers},
            {"head, int8-g64", head},
            {std::to_string(r.adapters) + " adapters of rank " + std::to_string(r.rank) + ", bf16",
             adapters * adapter_places(c, r.rank, sizeof(kernels::Bf16)).bytes},
            {"gradients of one, fp32", gradient_bytes(c, r.rank)},
            {"optimisers of " + std::to_string(r.trained) + ", masters and moments of " +
                 (r.eight_bit ? "8 bits" : "fp32"),
             static_cast<std::uint64_t>(r.trained) *
                 OptimiserLayout::bytes(c, r.rank, r.trained > 1, r.eight_bit)},
            {"CUDA context", kContextBytes}};
}

}  // namespace

TrainPlan plan_training(const model::ModelConfig& config,
                        quant::Scheme scheme,
                        const TrainRequest& request) {
    TrainPlan plan;
    plan.memory.parts = fixed_parts(config, scheme, request);
    std::uint64_t fixed = 0;
    for (const quant::MemoryPart& part : plan.memory.parts) fixed += part.bytes;
    const bool known = request.card_bytes > 0;
    if (known) {
        plan.memory.usable =
            static_cast<std::uint64_t>(std::max(0.0, request.card_bytes - quant::kCardReserve));
    }
    const auto pass = [&](std::int64_t tokens) {
        return static_cast<std::uint64_t>(TrainLayout::bytes(
            config, shape_of(request, tokens, plan.keep, plan.whole_head), Backend::kCuda));
    };
    const auto fits = [&](std::int64_t tokens) {
        return fixed + pass(tokens) <= plan.memory.usable;
    };
    // Without a card's size: the least.
    bool found = !known;
    for (const Keep keep : {Keep::kAll, Keep::kAttention, Keep::kCheckpoints}) {
        for (const bool whole : {true, false}) {
            if (found) continue;
            plan.keep = keep;
            plan.whole_head = whole;
            found = fits(request.tokens);
        }
    }
    plan.memory.parts.insert(plan.memory.parts.end() - 1,
                             {"a pass of " + std::to_string(request.tokens) + " tokens, kept: " +
                                  keep_name(plan.keep) + (plan.whole_head ? ", head in bf16" : ""),
                              pass(request.tokens)});
    plan.memory.total = fixed + pass(request.tokens);
    if (!known || plan.memory.total <= plan.memory.usable) return plan;
    plan.memory.missing = plan.memory.total - plan.memory.usable;
    if (!request.eight_bit) {
        TrainRequest smaller = request;
        smaller.eight_bit = true;
        if (plan_training(config, scheme, smaller).memory.missing == 0) {
            plan.memory.change = "It fits with optim adamw_8bit.";
            return plan;
        }
    }
    std::int64_t tokens = request.tokens / kTokenStep * kTokenStep;
    while (tokens >= kTokenStep && !fits(tokens)) tokens -= kTokenStep;
    plan.memory.change =
        tokens >= kTokenStep
            ? "It fits with chains of at most " + std::to_string(tokens) + " tokens."
            : "No length of chains fits: take a larger card, a smaller model or a smaller rank.";
    return plan;
}

}  // namespace veritune::decode
