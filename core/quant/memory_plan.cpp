// SPDX-License-Identifier: Apache-2.0
#include "core/quant/memory_plan.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace veritune::quant {
namespace {

constexpr std::uint64_t kContextBytes = 550'000'000;  ///< CUDA context, kernels, cuBLASLt
constexpr std::uint64_t kWorkBytes = 128ULL << 20;  ///< slabs of prefill, activations, partial sums
constexpr double kAdapterBytes = 12.06;
constexpr std::int64_t kPageTokens = 64;
constexpr std::int64_t kBf16CacheLayers = 2;
constexpr std::int64_t kShortestContext = 512;
constexpr std::int64_t kContextStep = 256;

std::uint64_t unsigned_of(std::int64_t value) { return static_cast<std::uint64_t>(value); }

/// One chain's pages of all layers.
std::uint64_t cache_bytes(const model::ModelConfig& c, const MemoryRequest& r) {
    const std::int64_t pages = (r.context + kPageTokens - 1) / kPageTokens;
    const std::int64_t numbers = 2 * c.num_key_value_heads * kPageTokens * c.head_dim;
    const std::int64_t scales = 2 * c.num_key_value_heads * kPageTokens;
    const std::int64_t guessed = c.qkv_bias ? kBf16CacheLayers : 0;
    const std::int64_t kept = r.bf16_cache_layers >= 0 ? r.bf16_cache_layers : guessed;
    const std::int64_t wide =
        r.int8_cache ? std::min(kept, c.num_hidden_layers) : c.num_hidden_layers;
    const std::int64_t narrow = c.num_hidden_layers - wide;
    return unsigned_of(pages * (narrow * (numbers + 2 * scales) + wide * 2 * numbers));
}

std::string gigabytes(std::uint64_t bytes) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f GB", static_cast<double>(bytes) * 1e-9);
    return text.data();
}

std::vector<MemoryPart> parts_of(const model::ModelConfig& c,
                                 Scheme scheme,
                                 const MemoryRequest& r) {
    std::uint64_t linears = 0;
    std::uint64_t head = 0;
    for (const FileLayout& file : model_layout(c, scheme)) {
        if (file.name.starts_with("layer-")) linears += file.bytes;
        if (file.name == "head.bin") head = file.bytes;
    }
    const double lora =
        r.lora_rank > 0
            ? kAdapterBytes * static_cast<double>(model::num_lora_parameters(c, r.lora_rank))
            : 0.0;
    return {
        {"layers, " + std::string(scheme_name(scheme)), linears},
        {"head, int8-g64", head},
        {"adapter of rank " + std::to_string(r.lora_rank) + " and its optimiser",
         static_cast<std::uint64_t>(lora)},
        {"keys and values of " + std::to_string(r.batch) + " x " + std::to_string(r.context) +
             " tokens, " + (r.int8_cache ? "int8" : "bf16"),
         unsigned_of(r.batch) * cache_bytes(c, r)},
        {"logits and work space", unsigned_of(r.batch * c.vocab_size) * sizeof(float) + kWorkBytes},
        {"CUDA context", kContextBytes}};
}

std::uint64_t total_of(const model::ModelConfig& c, Scheme scheme, const MemoryRequest& r) {
    std::uint64_t total = 0;
    for (const MemoryPart& part : parts_of(c, scheme, r)) total += part.bytes;
    return total;
}

/// Fewer chains at a time cost time only, so they come first; then a shorter context, then a
/// smaller rank.
std::string cheapest_change(const model::ModelConfig& c,
                            Scheme scheme,
                            const MemoryRequest& request,
                            std::uint64_t usable) {
    const auto fits = [&](const MemoryRequest& r) { return total_of(c, scheme, r) <= usable; };
    MemoryRequest r = request;
    if (!r.int8_cache) {
        r.int8_cache = true;
        if (fits(r)) return "It fits with keys and values in int8.";
    }
    while (r.batch > 1) {
        --r.batch;
        if (fits(r)) {
            return "It fits with --batch " + std::to_string(r.batch) +
                   ": fewer chains at a time, the same result.";
        }
    }
    while (r.context > kShortestContext) {
        r.context = std::max(kShortestContext, (r.context - 1) / kContextStep * kContextStep);
        if (fits(r)) {
            return "It fits with --batch 1 --context " + std::to_string(r.context) + ".";
        }
    }
    while (r.lora_rank > 8) {
        r.lora_rank /= 2;
        if (fits(r)) {
            return "It fits with --batch 1 --context " + std::to_string(r.context) + " --rank " +
                   std::to_string(r.lora_rank) + ".";
        }
    }
    const std::uint64_t least = total_of(c, scheme, r) + static_cast<std::uint64_t>(kCardReserve);
    return "No setting fits: this model needs a card of " + gigabytes(least) +
           "; take a smaller model.";
}

}  // namespace

MemoryPlan plan_memory(const model::ModelConfig& config,
                       Scheme scheme,
                       const MemoryRequest& request) {
    MemoryPlan plan;
    plan.parts = parts_of(config, scheme, request);
    for (const MemoryPart& part : plan.parts) plan.total += part.bytes;
    if (request.card_bytes <= 0) return plan;
    plan.usable = static_cast<std::uint64_t>(std::max(0.0, request.card_bytes - kCardReserve));
    if (plan.total <= plan.usable) return plan;
    plan.missing = plan.total - plan.usable;
    plan.change = cheapest_change(config, scheme, request, plan.usable);
    return plan;
}

}  // namespace veritune::quant
