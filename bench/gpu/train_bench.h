// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/train_adapter.h"
#include "core/util/rng.h"
#include "kernels/adamw.h"

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

/// Adapter, gradients and moments in one flat buffer each.
struct HostState {
    explicit HostState(const model::ModelConfig& config) {
        std::int64_t count = 0;
        const auto linears = model::layer_linears(config);
        for (const model::LinearSpec& spec : linears) {
            count += kRank * (spec.in_features + spec.out_features);
        }
        const auto all = static_cast<std::size_t>(count * config.num_hidden_layers);
        for (auto* v : {&values, &gradients, &m, &v2}) v->resize(all);
        util::Rng rng(2, util::RngStream::kTest);
        for (float& v : values) v = 0.02F * (rng.uniform() - 0.5F);
        std::size_t at = 0;
        adapter.r = kRank;
        adapter.scale = 2.0F;
        for (std::int64_t l = 0; l < config.num_hidden_layers; ++l) {
            auto& layer = adapter.layers.emplace_back();
            for (std::size_t i = 0; i < kLinears; ++i) {
                const auto a = static_cast<std::size_t>(kRank * linears[i].in_features);
                const auto b = static_cast<std::size_t>(kRank * linears[i].out_features);
                layer[i] = {.a = values.data() + at,
                            .b = values.data() + at + a,
                            .da = gradients.data() + at,
                            .db = gradients.data() + at + a};
                at += a + b;
            }
        }
    }
    void step() {
        double sum = 0;
        std::int32_t bad = 0;
        const auto count = static_cast<std::int64_t>(values.size());
        kernels::cpu::grad_norm(kernels::GradNorm<float>{
            .grad = gradients.data(), .count = count, .sum_of_squares = &sum, .non_finite = &bad});
        norm = sum;
        if (bad != 0) std::fprintf(stderr, "a gradient is not finite\n");
        kernels::cpu::adamw(kernels::AdamW<float>{.param = values.data(),
                                                  .m = m.data(),
                                                  .v = v2.data(),
                                                  .grad = gradients.data(),
                                                  .count = count,
                                                  .step = ++steps,
                                                  .learning_rate = 1e-5});
        std::ranges::fill(gradients, 0.0F);
    }
    std::vector<float> values, gradients, m, v2;
    HostAdapter adapter;
    std::int64_t steps = 0;
    double norm = 0;
};

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
