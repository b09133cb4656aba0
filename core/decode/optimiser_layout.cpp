// SPDX-License-Identifier: Apache-2.0
#include "core/decode/optimiser_layout.h"

#include "kernels/grad_norm.h"

#include <algorithm>

namespace veritune::decode {

using kernels::kOptimBlock;
using kernels::OptimBlock;

namespace {

void add_blocks(std::vector<OptimBlock>& blocks, std::int64_t rows, OptimBlock matrix) {
    const std::int64_t numbers = rows * matrix.columns;
    for (std::int64_t i = 0; i < numbers; i += kOptimBlock) {
        matrix.first = static_cast<std::int32_t>(i);
        matrix.count = static_cast<std::int32_t>(std::min<std::int64_t>(kOptimBlock, numbers - i));
        blocks.push_back(matrix);
    }
}

/// A of one slice of a fused projection that begins at `at`.
OptimBlock a_matrix(std::int64_t at, std::int64_t slice, std::int64_t padded, std::int64_t k) {
    return {.at = at + slice * padded * k,
            .columns = static_cast<std::int32_t>(k),
            .stride = static_cast<std::int32_t>(k)};
}

/// B of one slice whose stacked rows begin at `begin`, in rows of `stride` numbers.
OptimBlock b_matrix(std::int64_t at,
                    Fused which,
                    std::int64_t slice,
                    std::int64_t begin,
                    std::int64_t r,
                    std::int64_t stride) {
    return {.at = at + stride * fused_row(which, slice, begin, 0),
            .columns = static_cast<std::int32_t>(r),
            .stride = static_cast<std::int32_t>(stride),
            .interleaved = which == Fused::kGateUp ? 1 : 0};
}

}  // namespace

OptimiserLayout::OptimiserLayout(const model::ModelConfig& config,
                                 const FlatPlaces& places,
                                 bool eight_bit) {
    add_layers(config, places);
    std::int64_t at = value_gradient_at(config, places.r);
    for (const FlatPlaces::Run& run : places.others) {
        const auto count = static_cast<std::int32_t>(run.count);
        add(run.at, 1, {.at = at, .columns = count, .stride = count, .copied = 0});
        at += run.count;
    }
    carve(eight_bit);
}

void OptimiserLayout::add(std::int64_t place, std::int64_t rows, const OptimBlock& matrix) {
    segments.push_back({.host = place, .block = count(), .count = rows * matrix.columns});
    add_blocks(blocks, rows, matrix);
}

void OptimiserLayout::add_layers(const model::ModelConfig& config, const FlatPlaces& places) {
    const auto sizes = fused_sizes(config);
    const std::int64_t padded = padded_rank(places.r);
    const AdapterPlaces gradients = adapter_places(config, places.r, sizeof(float));
    for (std::size_t l = 0; l < places.layers.size(); ++l) {
        for_each_slice(config,
                       [&](std::size_t f,
                           std::int64_t slice,
                           std::size_t linear,
                           std::int64_t begin,
                           std::int64_t size) {
                           const FlatPlaces::Pair& host = places.layers[l][linear];
                           const auto which = static_cast<Fused>(f);
                           const auto a = static_cast<std::int64_t>(gradients.at[l][f].first / 4);
                           const auto b = static_cast<std::int64_t>(gradients.at[l][f].second / 4);
                           add(host.a, places.r, a_matrix(a, slice, padded, sizes[f].k));
                           add(host.b,
                               size,
                               b_matrix(b + slice * padded,
                                        which,
                                        slice,
                                        begin,
                                        places.r,
                                        sizes[f].slices * padded));
                       });
    }
}

void OptimiserLayout::carve(bool eight_bit) {
    Carver carver;
    const auto blocks_of = [&](std::size_t bytes) {
        return carver.reserve(static_cast<std::size_t>(count()) * bytes);
    };
    table = blocks_of(sizeof(OptimBlock));
    decode_table = blocks_of(sizeof(OptimBlock));
    master = blocks_of(kOptimBlock * sizeof(float));
    m = blocks_of(kOptimBlock * (eight_bit ? 1 : sizeof(float)));
    v = blocks_of(kOptimBlock * (eight_bit ? 1 : sizeof(float)));
    if (eight_bit) m_scale = blocks_of(sizeof(float));
    if (eight_bit) v_scale = blocks_of(sizeof(float));
    state_end = carver.used();
    partial = blocks_of(sizeof(double));
    flags = blocks_of(1);
    verdict = carver.reserve(sizeof(kernels::StepVerdict));
    digest = carver.reserve((state_end - master) / (256 * sizeof(float)) * sizeof(std::uint64_t) +
                            sizeof(std::uint64_t));
    all = carver.used();
}

std::size_t OptimiserLayout::bytes(const model::ModelConfig& config,
                                   std::int64_t r,
                                   bool value_head,
                                   bool eight_bit) {
    FlatPlaces places{.layers = {}, .r = r};
    places.layers.resize(static_cast<std::size_t>(config.num_hidden_layers));
    if (value_head) places.others = {{0, config.hidden_size}, {0, 1}};
    return OptimiserLayout(config, places, eight_bit).all;
}

std::vector<OptimBlock> decode_blocks(
    const model::ModelConfig& config,
    std::int64_t r,
    const std::vector<std::array<std::pair<std::int64_t, std::int64_t>, kFusedLinears>>& begin) {
    std::vector<OptimBlock> blocks;
    const auto sizes = fused_sizes(config);
    const std::int64_t padded = padded_rank(r);
    for (const auto& layer : begin) {
        for_each_slice(
            config,
            [&](std::size_t f,
                std::int64_t slice,
                std::size_t,
                std::int64_t first,
                std::int64_t size) {
                const auto which = static_cast<Fused>(f);
                add_blocks(blocks, r, a_matrix(layer[f].first, slice, padded, sizes[f].k));
                add_blocks(blocks, size, b_matrix(layer[f].second, which, slice, first, r, padded));
            });
    }
    return blocks;
}

}  // namespace veritune::decode
