// SPDX-License-Identifier: Apache-2.0
#include "core/decode/model_runner.h"

#include "kernels/kv_page_copy.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace veritune::decode {

using util::ErrorCode;
using util::fail;

namespace {

constexpr std::int64_t kRing = 32;
constexpr std::int64_t kChunk = 256;  ///< rows of a prefill chunk
constexpr std::int64_t kMostPairs = 1024;
constexpr std::array<std::int64_t, 11> kBuckets = {1, 2, 4, 8, 16, 32, 64, 96, 128, 192, 256};

/// Rows that are launched for `rows` chains.
std::int64_t bucket_of(std::int64_t rows, std::int64_t slots) {
    return std::min(slots, *std::ranges::lower_bound(kBuckets, rows));
}

}  // namespace

ModelRunner::ModelRunner(const DeviceModel& model, const RunnerOptions& options)
    : model_(model) {
    shape_.slots = options.slots;
    shape_.max_pages = (options.max_length + kernels::kPageTokens - 1) / kernels::kPageTokens;
    shape_.pages = options.pages > 0 ? options.pages : options.slots * (shape_.max_pages + 1);
    shape_.ring = kRing;
}

ModelRunner::~ModelRunner() {
    drop_graphs();
    if (stream_.handle != nullptr) kernels::cuda::destroy_stream(stream_);
}

util::Result<std::unique_ptr<ModelRunner>> ModelRunner::make(const DeviceModel& model,
                                                             const RunnerOptions& options) {
    if (options.slots < 1 || options.slots > kBuckets.back() || options.max_length < 1) {
        return fail(ErrorCode::kInvalidArgument,
                    "chains at once must be 1 to " + std::to_string(kBuckets.back()) +
                        " and their length at least 1");
    }
    VT_TRY(model::check_length(model.config(), options.max_length));
    std::unique_ptr<ModelRunner> runner(new ModelRunner(model, options));
    VT_TRY(runner->allocate(options));
    return runner;
}

util::Status ModelRunner::allocate(const RunnerOptions& options) {
    const Backend backend = model_.backend();
    if (on_card()) VT_TRY(check(kernels::cuda::create_stream(&stream_), "stream"));
    VT_ASSIGN(KvPools kv,
              KvPools::make(model_.config(), options.bf16_kv_layers, shape_.pages, backend));
    kv_ = std::make_unique<KvPools>(std::move(kv));
    const StepShape step{.slots = shape_.slots,
                         .chunk = std::min(kChunk, (options.max_length + 15) / 16 * 16),
                         .max_positions = shape_.max_pages * kernels::kPageTokens,
                         .max_rank = (options.max_rank + 15) / 16 * 16,
                         .vocab = options.vocab > 0 ? options.vocab : model_.config().vocab_size,
                         .chains = on_card() && fits_chains()};
    VT_ASSIGN(StepMemory memory, StepMemory::make(model_.config(), step, backend));
    memory_ = std::make_unique<StepMemory>(std::move(memory));
    const HostState host(shape_);
    VT_ASSIGN(state_, Buffer::make(backend, host.bytes(), "the chains' state"));
    VT_ASSIGN(rings_, Buffer::make(backend, host.ring_bytes(), "the chains' state"));
    VT_ASSIGN(pinned_,
              Buffer::make(backend,
                           host.bytes() + host.ring_bytes() + 256,
                           "the chains' state",
                           Buffer::Place::kPinned));
    VT_ASSIGN(table_row_,
              Buffer::make(backend, static_cast<std::size_t>(4 * shape_.max_pages), "a prompt"));
    VT_ASSIGN(pairs_, Buffer::make(backend, 8 * kMostPairs, "a prompt"));
    return {};
}

bool ModelRunner::fits_chains() const {
    kernels::cuda::DeviceInfo card;
    return model_.layer(0).qkv.w.kind == kernels::QuantKind::kInt4 &&
           kernels::cuda::device_info(0, &card) == kernels::Status::kOk && card.major == 9;
}

void ModelRunner::drop_graphs() {
    for (const auto& [key, graph] : graphs_) kernels::cuda::destroy_graph(graph);
    graphs_.clear();
}

util::Status ModelRunner::set_adapter(const model::Adapter& adapter) {
    const std::int64_t rank = (adapter.config.r + 15) / 16 * 16;
    if (!adapter_.empty() && adapter_.rank() == rank)
        return adapter_.assign(model_.config(), adapter);
    if (rank > memory_->shape().max_rank) {
        return fail(ErrorCode::kUnsupported,
                    "the adapter's rank is " + std::to_string(adapter.config.r) +
                        "; quantised models take up to " +
                        std::to_string(memory_->shape().max_rank));
    }
    drop_graphs();
    VT_ASSIGN(adapter_, DeviceAdapter::make(model_.config(), adapter, model_.backend()));
    return {};
}

void ModelRunner::drop_adapter() {
    drop_graphs();
    adapter_ = {};
}

util::Status ModelRunner::begin(const DrawOptions& options) {
    if (static_cast<std::int64_t>(options.stop_ids.size()) > memory_->shape().max_stops) {
        return fail(ErrorCode::kInvalidArgument,
                    "more end-of-text tokens than the " +
                        std::to_string(memory_->shape().max_stops) + " that fit");
    }
    const auto stops = static_cast<std::int64_t>(options.stop_ids.size());
    if (stops != stops_) drop_graphs();
    stops_ = stops;
    VT_TRY(memory_->write_params({.seed = options.seed,
                                  .temperature = options.temperature,
                                  .logprob_temperature = options.logprob_temperature,
                                  .top_k = options.top_k,
                                  .top_p = options.top_p,
                                  .min_p = options.min_p},
                                 options.stop_ids,
                                 stream_));
    if (on_card()) VT_TRY(check(kernels::cuda::synchronize(stream_), "options"));
    return {};
}

util::Status ModelRunner::prefill(std::span<const std::int32_t> tokens,
                                  std::span<const std::int32_t> pages) {
    std::vector<std::int32_t> row(static_cast<std::size_t>(shape_.max_pages), -1);
    std::ranges::copy(pages, row.begin());
    VT_TRY(table_row_.write(row.data(), row.size() * sizeof(std::int32_t), 0, stream_));
    const ModelStep step(model_, adapter_, *kv_, *memory_);
    const auto all = static_cast<std::int64_t>(tokens.size());
    std::vector<std::int32_t> positions(tokens.size());
    for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = static_cast<std::int32_t>(i);
    for (std::int64_t at = 0; at < all; at += memory_->shape().chunk) {
        const std::int64_t rows = std::min(memory_->shape().chunk, all - at);
        VT_TRY(memory_->write_prefill(tokens.data() + at, positions.data() + at, rows, stream_));
        VT_TRY(step.prefill(table_row_.as<std::int32_t>(), shape_.max_pages, rows, stream_));
        // The host's rows must outlive the copies.
        if (on_card()) VT_TRY(check(kernels::cuda::synchronize(stream_), "prefill"));
    }
    return {};
}

util::Status ModelRunner::copy_pages(std::span<const std::pair<std::int32_t, std::int32_t>> pairs) {
    for (std::size_t at = 0; at < pairs.size(); at += kMostPairs) {
        const std::size_t count = std::min<std::size_t>(kMostPairs, pairs.size() - at);
        std::vector<std::int32_t> flat;
        for (const auto& [from, to] : pairs.subspan(at, count)) {
            flat.push_back(from);
            flat.push_back(to);
        }
        VT_TRY(pairs_.write(flat.data(), flat.size() * sizeof(std::int32_t), 0, stream_));
        VT_TRY(check(kernels::kv_page_copy(model_.backend(),
                                           {.layers = kv_->layers_on_backend(),
                                            .pairs = pairs_.as<std::int32_t>(),
                                            .layer_count = kv_->layer_count(),
                                            .count = static_cast<std::int64_t>(count)},
                                           stream_),
                     "copying pages"));
        if (on_card()) VT_TRY(check(kernels::cuda::synchronize(stream_), "copying pages"));
    }
    return {};
}

util::Status ModelRunner::step(const HostState& state, std::int64_t bucket, std::int64_t splits) {
    const ModelStep step(model_, adapter_, *kv_, *memory_);
    return step.decode(state.view(state_.data(), rings_.data()),
                       state.group_at(state_.data()),
                       state.shared_at(state_.data()),
                       bucket,
                       splits,
                       stops_,
                       stream_);
}

util::Status ModelRunner::record(const HostState& state,
                                 std::int64_t bucket,
                                 std::int64_t splits,
                                 kernels::cuda::Graph* graph) {
    VT_TRY(check(kernels::cuda::begin_capture(stream_), "recording a step"));
    util::Status launched = step(state, bucket, splits);
    util::Status ended = check(kernels::cuda::end_capture(stream_, graph), "recording a step");
    return launched.has_value() ? ended : launched;
}

util::Status ModelRunner::replay(const HostState& state,
                                 std::int64_t bucket,
                                 std::int64_t splits,
                                 std::int64_t steps) {
    auto [found, fresh] = graphs_.try_emplace({bucket, splits});
    if (fresh) {
        util::Status recorded = record(state, bucket, splits, &found->second);
        if (!recorded.has_value()) {
            graphs_.erase(found);
            return recorded;
        }
    }
    for (std::int64_t i = 0; i < steps; ++i) {
        VT_TRY(check(kernels::cuda::launch(found->second, stream_), "a decoding step"));
    }
    return {};
}

util::Status ModelRunner::run(HostState& state,
                              HostRings& rings,
                              std::int64_t rows,
                              std::int64_t steps,
                              std::int64_t longest) {
    VT_CHECK(steps <= shape_.ring && rows >= 1 && rows <= shape_.slots);
    const std::int64_t bucket = bucket_of(rows, shape_.slots);
    const std::int64_t splits = launched_splits(longest);
    std::byte* staged =
        on_card() ? pinned_.data() : reinterpret_cast<std::byte*>(state.words().data());
    if (on_card()) std::memcpy(staged, state.words().data(), state.bytes());
    VT_TRY(state_.write(staged, state.bytes(), 0, stream_));
    if (on_card()) {
        VT_TRY(replay(state, bucket, splits, steps));
    } else {
        for (std::int64_t i = 0; i < steps; ++i) VT_TRY(step(state, bucket, splits));
    }
    const auto entries = static_cast<std::size_t>(shape_.slots * shape_.ring);
    rings.token.resize(entries);
    rings.logprob.resize(entries);
    rings.entropy.resize(entries);
    std::byte* ring_copy = pinned_.data() + (state.bytes() + 255) / 256 * 256;
    VT_TRY(state_.read(staged, state.bytes(), 0, stream_));
    VT_TRY(rings_.read(ring_copy, state.ring_bytes(), 0, stream_));
    if (on_card()) {
        VT_TRY(check(kernels::cuda::synchronize(stream_), "decoding"));
        std::memcpy(state.words().data(), staged, state.bytes());
    }
    std::memcpy(rings.token.data(), ring_copy, 4 * entries);
    std::memcpy(rings.logprob.data(), ring_copy + 4 * entries, 4 * entries);
    std::memcpy(rings.entropy.data(), ring_copy + 8 * entries, 4 * entries);
    return {};
}

}  // namespace veritune::decode
