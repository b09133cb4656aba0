// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/adapter_optimiser.h"
#include "core/decode/device_decoder.h"
#include "core/util/hash.h"
#include "core/util/rng.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

/// What the programs that time training share.
namespace veritune::decode::bench {

using Clock = std::chrono::steady_clock;
inline constexpr std::int64_t kRank = 16;

inline double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}
[[noreturn]] inline void give_up(const util::Error& error) {
    std::fprintf(stderr, "%s\n", to_string(error).c_str());
    std::exit(1);
}
inline void require(const util::Status& status) {
    if (!status.has_value()) give_up(status.error());
}
template <typename T>
T take(util::Result<T> result) {
    if (!result.has_value()) give_up(result.error());
    return std::move(result).value();
}

/// An adapter as the host has it, in one flat buffer.
struct HostState {
    explicit HostState(const model::ModelConfig& config, std::int64_t rank = kRank) {
        const auto linears = model::layer_linears(config);
        std::int64_t at = 0;
        places.r = rank;
        for (std::int64_t l = 0; l < config.num_hidden_layers; ++l) {
            auto& layer = places.layers.emplace_back();
            for (std::size_t i = 0; i < kLinears; ++i) {
                const std::int64_t a = rank * linears[i].in_features;
                layer[i] = {.a = at, .b = at + a};
                at += a + rank * linears[i].out_features;
            }
        }
        values.resize(static_cast<std::size_t>(at));
        util::Rng rng(2, util::RngStream::kTest);
        for (float& v : values) v = 0.02F * (rng.uniform() - 0.5F);
        adapter = {.layers = {}, .r = rank, .scale = 2.0F};
        for (const auto& from : places.layers) {
            auto& to = adapter.layers.emplace_back();
            for (std::size_t i = 0; i < kLinears; ++i) {
                to[i] = {.a = values.data() + from[i].a, .b = values.data() + from[i].b};
            }
        }
    }
    std::vector<float> values;
    FlatPlaces places;
    HostAdapter adapter;
};

/// The same where it is trained: the copy that passes read, and the optimiser that moves it.
struct Trained {
    Trained(const DeviceModel& model, const HostState& host, bool eight_bit)
        : copy(take(TrainAdapter::make(model.config(), host.places.r, model.backend()))),
          optimiser(take(
              AdapterOptimiser::make(model.config(), host.places, model.backend(), eight_bit))) {
        require(copy.assign(model.config(), host.adapter));
        require(optimiser.load(host.values));
    }
    /// With the gradients of the decoder's last passes.
    void step(DeviceDecoder& decoder) {
        const kernels::StepVerdict verdict = take(optimiser.step(
            decoder.gradients(),
            copy,
            {.rule = kernels::adam_rule(++steps, 1e-5, 0.9, 0.99, 1e-8, 0.0), .max_norm = 1.0},
            {},
            {}));
        norm = verdict.norm;
        if (verdict.bad != kernels::BadStep::kNone) {
            std::fprintf(stderr, "a gradient is not finite\n");
        }
    }
    /// Of masters and moments, bit for bit.
    std::string state() const {
        const std::vector<std::uint64_t> digest = take(optimiser.digest());
        return util::sha256_hex({reinterpret_cast<const char*>(digest.data()),
                                 digest.size() * sizeof(std::uint64_t)})
            .substr(0, 16);
    }
    TrainAdapter copy;
    AdapterOptimiser optimiser;
    std::int64_t steps = 0;
    double norm = 0;
};

/// Chains of tokens laid one after another; log-probs of all but the first of each are looked at.
struct TrainBatch {
    TrainBatch(std::int64_t chains, std::int64_t length) {
        for (std::int64_t c = 0; c < chains; ++c) {
            const auto begin = static_cast<std::int32_t>(tokens.size());
            for (std::int64_t i = 0; i < length; ++i) {
                if (i > 0) {
                    rows.push_back(static_cast<std::int32_t>(tokens.size()) - 1);
                    targets.push_back(static_cast<std::int32_t>((31 * i + 7 * c) % 100000));
                }
                tokens.push_back(static_cast<std::int32_t>((31 * i + 7 * c) % 100000));
                positions.push_back(static_cast<std::int32_t>(i));
                spans.push_back({begin, 0, 0, 0});
            }
        }
        logprobs.resize(rows.size());
        entropies.resize(rows.size());
        g.assign(rows.size(), -1.0F / static_cast<float>(rows.size()));
    }
    PackedTokens packed() const {
        return {.tokens = tokens, .positions = positions, .spans = spans};
    }
    std::int64_t looked_at() const { return static_cast<std::int64_t>(rows.size()); }
    std::vector<std::int32_t> tokens, positions, rows, targets;
    std::vector<kernels::AttnSpan> spans;
    std::vector<float> logprobs, entropies, g;
};

/// Bytes in use on the card, by the driver: of this process and all others.
inline std::size_t used_bytes() {
    kernels::cuda::DeviceInfo card;
    require(check(kernels::cuda::device_info(0, &card), "the card"));
    return card.total_bytes - card.free_bytes;
}

/// visit(part) for the parts between commas.
template <typename Visit>
void for_each_part(const std::string& list, const Visit& visit) {
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        visit(list.substr(at, end - at));
        at = end + 1;
    }
}

}  // namespace veritune::decode::bench
