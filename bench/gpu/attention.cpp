// SPDX-License-Identifier: Apache-2.0
// The attention side of a decode step of a 7B model (28 query and 4 key/value heads of 128): each
// kernel recorded many times in one graph, over layers whose caches together do not fit the second
// level cache. One JSON line a case: microseconds, GB/s and TFLOP/s of one call.
//   attention [decode | prefill | small]
#include "core/util/rng.h"
#include "kernels/advance.h"
#include "kernels/device.h"
#include "kernels/embed_gather.h"
#include "kernels/kv_page_copy.h"
#include "kernels/paged_attn_decode.h"
#include "kernels/paged_attn_prefill.h"
#include "kernels/rope_kv_append.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace veritune::kernels {
namespace {

constexpr std::int64_t kQHeads = 28;
constexpr std::int64_t kKvHeads = 4;
constexpr std::int64_t kDim = 128;
constexpr int kCalls = 56;
constexpr int kRuns = 21;
constexpr double kColdBytes = 256e6;  ///< of all layers together: several times the L2

void require(Status status, const char* what) {
    if (status == Status::kOk) return;
    std::fprintf(stderr, "%s failed: %s\n", what, cuda::last_error());
    std::exit(1);
}

/// Device memory of one case.
class Memory {
  public:
    Memory() = default;
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    ~Memory() {
        for (void* p : pieces_) cuda::release(p);
        if (pinned_ != nullptr) cuda::release_pinned(pinned_);
    }
    template <typename T>
    T* of(const std::vector<T>& values) {
        T* to = space<T>(static_cast<std::int64_t>(values.size()));
        require(cuda::copy_to_device(to, values.data(), values.size() * sizeof(T), {}), "copy");
        require(cuda::synchronize({}), "copy");
        return to;
    }
    template <typename T>
    T* space(std::int64_t count) {
        void* p = nullptr;
        require(cuda::allocate(&p, static_cast<std::size_t>(count) * sizeof(T)), "allocate");
        pieces_.push_back(p);
        require(cuda::fill(p, 0, static_cast<std::size_t>(count) * sizeof(T), {}), "fill");
        return static_cast<T*>(p);
    }
    Bf16* pinned(std::int64_t count) {
        require(cuda::allocate_pinned(&pinned_, static_cast<std::size_t>(count) * sizeof(Bf16)),
                "allocate");
        return static_cast<Bf16*>(pinned_);
    }
    /// Random bytes; the same megabytes over and over.
    void* noise(std::int64_t bytes) {
        util::Rng rng(3, util::RngStream::kTest);
        std::vector<std::uint64_t> block(std::size_t{1} << 20);
        for (std::uint64_t& w : block) w = rng.next_u64() & 0x3fff3fff3fff3fffULL;
        char* to = space<char>(bytes);
        const auto size = static_cast<std::int64_t>(block.size() * sizeof(std::uint64_t));
        for (std::int64_t at = 0; at < bytes; at += size) {
            require(cuda::copy_to_device(to + at,
                                         block.data(),
                                         static_cast<std::size_t>(std::min(size, bytes - at)),
                                         {}),
                    "copy");
        }
        require(cuda::synchronize({}), "copy");
        return to;
    }

  private:
    std::vector<void*> pieces_;
    void* pinned_ = nullptr;
};

/// Median time of one of `kCalls` recorded calls, in microseconds.
double microseconds(const std::function<Status(int, Stream)>& call) {
    Stream stream;
    cuda::Graph graph;
    cuda::Event begin;
    cuda::Event end;
    require(cuda::create_stream(&stream), "stream");
    require(cuda::create_event(&begin), "event");
    require(cuda::create_event(&end), "event");
    require(call(0, stream), "first call");
    require(cuda::synchronize(stream), "first call");
    require(cuda::begin_capture(stream), "capture");
    for (int i = 0; i < kCalls; ++i) require(call(i, stream), "recorded call");
    require(cuda::end_capture(stream, &graph), "graph");
    std::vector<float> times;
    for (int i = 0; i < kRuns + 3; ++i) {
        float ms = 0;
        require(cuda::record(begin, stream), "record");
        require(cuda::launch(graph, stream), "launch");
        require(cuda::record(end, stream), "record");
        require(cuda::elapsed_ms(begin, end, &ms), "time");
        if (i >= 3) times.push_back(ms);
    }
    std::nth_element(times.begin(), times.begin() + kRuns / 2, times.end());
    cuda::destroy_event(begin);
    cuda::destroy_event(end);
    cuda::destroy_graph(graph);
    cuda::destroy_stream(stream);
    return 1e3 * times[kRuns / 2] / kCalls;
}

void report(const std::string& name, const Cost& cost, double us) {
    std::printf(
        "{\"bench\":\"attention\",\"case\":\"%s\",\"us\":%.2f,\"GBps\":%.0f,"
        "\"TFLOPps\":%.1f}\n",
        name.c_str(),
        us,
        (cost.bytes_read + cost.bytes_written) / us * 1e-3,
        cost.flops / us * 1e-6);
    std::fflush(stdout);
}

/// The caches of several layers, `chains` chains of `tokens` tokens in each, pages in order.
struct Caches {
    std::vector<PagedKv> layers;
    BlockTable table;

    Caches(Memory& memory, KvKind kind, std::int64_t chains, std::int64_t tokens) {
        table.stride = (tokens + kPageTokens - 1) / kPageTokens;
        PagedKv kv{
            .kind = kind, .pages = chains * table.stride, .kv_heads = kKvHeads, .head_dim = kDim};
        const auto bytes = static_cast<double>(kv.pages * kv_page_bytes(kv));
        const int count = std::clamp(static_cast<int>(kColdBytes / bytes) + 1, 1, kCalls);
        std::vector<std::int32_t> pages;
        for (std::int64_t p = 0; p < kv.pages; ++p) pages.push_back(static_cast<std::int32_t>(p));
        table.pages = memory.of(pages);
        for (int i = 0; i < count; ++i) {
            kv.data = memory.noise(kv.pages * kv_page_bytes(kv));
            kv.scales = memory.of(std::vector<std::uint16_t>(
                static_cast<std::size_t>(kv.pages * kv_page_scales(kv)), 0x1400));  // 2^-10
            layers.push_back(kv);
        }
    }
    const PagedKv& layer(int call) const {
        return layers[static_cast<std::size_t>(call) % layers.size()];
    }
};

std::vector<Bf16> queries(std::int64_t count) {
    util::Rng rng(5, util::RngStream::kTest);
    std::vector<Bf16> q(static_cast<std::size_t>(count));
    for (Bf16& v : q) v = to_bf16(static_cast<float>(rng.normal()));
    return q;
}

struct DecodeCase {
    KvKind kind = KvKind::kInt8;
    std::int64_t chains = 1;
    std::int64_t tokens = 1024;
    std::int64_t prompt = 0;  ///< tokens shared by groups of eight chains
    bool overlap = true;
    bool append = false;  ///< rotates and appends on the way
};

void decode(const DecodeCase& c) {
    Memory memory;
    Caches caches(memory, c.kind, c.chains, c.tokens);
    PagedAttnDecode args{
        .q = memory.of(queries(c.chains * kQHeads * kDim)),
        .positions = memory.of(std::vector<std::int32_t>(static_cast<std::size_t>(c.chains),
                                                         static_cast<std::int32_t>(c.tokens - 1))),
        .out = memory.space<Bf16>(c.chains * kQHeads * kDim),
        .arrived = memory.space<std::uint32_t>(c.chains * kKvHeads),
        .kv = caches.layers[0],
        .table = caches.table,
        .chains = c.chains,
        .q_heads = kQHeads,
        .max_splits = (c.tokens + kSplitTokens - 1) / kSplitTokens,
        .scale = 0.088F,
        .overlap_previous = c.overlap};
    if (c.prompt > 0) {
        std::vector<std::int32_t> group;
        std::vector<std::int32_t> pages;
        for (std::int64_t i = 0; i < c.chains; ++i) {
            group.push_back(static_cast<std::int32_t>(i / 8));
            for (std::int64_t p = 0; p < caches.table.stride; ++p) {
                const std::int64_t owner = p < c.prompt / kPageTokens ? i / 8 * 8 : i;
                pages.push_back(static_cast<std::int32_t>(owner * caches.table.stride + p));
            }
        }
        args.table.pages = memory.of(pages);
        args.group = memory.of(group);
        args.shared = memory.of(std::vector<std::int32_t>(static_cast<std::size_t>(c.chains),
                                                          static_cast<std::int32_t>(c.prompt)));
    }
    args.partial = memory.space<float>(paged_attn_decode_partials(args));
    if (c.append) {
        const std::int64_t width = (kQHeads + 2 * kKvHeads) * kDim;
        args.q = nullptr;
        args.append = {.qkv = memory.of(queries(c.chains * width)),
                       .cos = memory.space<float>(c.tokens * kDim / 2),
                       .sin = memory.space<float>(c.tokens * kDim / 2),
                       .qkv_stride = width,
                       .max_positions = c.tokens};
    }
    const double us = microseconds([&](int call, Stream stream) {
        args.kv = caches.layer(call);
        return cuda::paged_attn_decode(args, stream);
    });
    const std::string name = std::string("decode ") + (c.kind == KvKind::kInt8 ? "int8" : "bf16") +
                             " B " + std::to_string(c.chains) + " T " + std::to_string(c.tokens) +
                             (c.prompt > 0 ? " shared " + std::to_string(c.prompt) : "") +
                             (c.overlap ? "" : " no overlap") + (c.append ? " append" : "");
    const auto shared = static_cast<double>(c.prompt * (c.chains - (c.chains + 7) / 8));
    report(
        name, paged_attn_decode_cost(args, static_cast<double>(c.chains * c.tokens), shared), us);
}

void prefill(KvKind kind, std::int64_t rows, std::int64_t tokens) {
    Memory memory;
    Caches caches(memory, kind, 1, tokens);
    std::vector<std::int32_t> positions;
    for (std::int64_t r = 0; r < rows; ++r) {
        positions.push_back(static_cast<std::int32_t>(tokens - rows + r));
    }
    PagedAttnPrefill args{.q = memory.of(queries(rows * kQHeads * kDim)),
                          .positions = memory.of(positions),
                          .out = memory.space<Bf16>(rows * kQHeads * kDim),
                          .kv = caches.layers[0],
                          .table = caches.table,
                          .rows = rows,
                          .q_heads = kQHeads,
                          .scale = 0.088F,
                          .overlap_previous = true};
    const double us = microseconds([&](int call, Stream stream) {
        args.kv = caches.layer(call);
        return cuda::paged_attn_prefill(args, stream);
    });
    report(std::string("prefill ") + (kind == KvKind::kInt8 ? "int8" : "bf16") + " rows " +
               std::to_string(rows) + " of " + std::to_string(tokens),
           paged_attn_prefill_cost(args, tokens - rows),
           us);
}

void append(std::int64_t rows) {
    Memory memory;
    Caches caches(memory, KvKind::kInt8, rows, kPageTokens);
    RopeKvAppend args{
        .qkv = memory.of(queries(rows * (kQHeads + 2 * kKvHeads) * kDim)),
        .positions = memory.of(std::vector<std::int32_t>(static_cast<std::size_t>(rows), 33)),
        .cos = memory.space<float>(kPageTokens * kDim / 2),
        .sin = memory.space<float>(kPageTokens * kDim / 2),
        .q = memory.space<Bf16>(rows * kQHeads * kDim),
        .kv = caches.layers[0],
        .table = caches.table,
        .rows = rows,
        .q_heads = kQHeads,
        .qkv_stride = (kQHeads + 2 * kKvHeads) * kDim,
        .max_positions = kPageTokens,
        .overlap_previous = true};
    const double us = microseconds([&](int call, Stream stream) {
        args.kv = caches.layer(call);
        return cuda::rope_kv_append(args, stream);
    });
    report("append rows " + std::to_string(rows), rope_kv_append_cost(args), us);
}

void gather(std::int64_t rows, bool pinned) {
    constexpr std::int64_t kVocab = 20000;
    constexpr std::int64_t kWidth = 3584;
    Memory memory;
    util::Rng rng(6, util::RngStream::kTest);
    std::vector<std::int32_t> tokens;
    for (std::int64_t i = 0; i < rows * kCalls; ++i) {
        tokens.push_back(static_cast<std::int32_t>(rng.below(kVocab)));
    }
    const std::int32_t* all = memory.of(tokens);
    EmbedGather args{
        .table = pinned ? memory.pinned(kVocab * kWidth) : memory.space<Bf16>(kVocab * kWidth),
        .out = memory.space<Bf16>(rows * kWidth),
        .rows = rows,
        .width = kWidth,
        .vocab = kVocab,
        .overlap_previous = true};
    const double us = microseconds([&](int call, Stream stream) {
        args.token = all + call * rows;
        return cuda::embed_gather(args, stream);
    });
    report(
        std::string("gather ") + (pinned ? "pinned" : "device") + " rows " + std::to_string(rows),
        embed_gather_cost(args),
        us);
}

void copy_pages(std::int64_t pages) {
    Memory memory;
    Caches caches(memory, KvKind::kInt8, 1, 2 * pages * kPageTokens);
    caches.layers.resize(std::min<std::size_t>(caches.layers.size(), 28));
    std::vector<std::int32_t> pairs;
    for (std::int64_t p = 0; p < pages; ++p) {
        pairs.push_back(static_cast<std::int32_t>(p));
        pairs.push_back(static_cast<std::int32_t>(pages + p));
    }
    const KvPageCopy args{.layers = memory.of(caches.layers),
                          .pairs = memory.of(pairs),
                          .layer_count = static_cast<std::int64_t>(caches.layers.size()),
                          .count = pages,
                          .overlap_previous = true};
    const double us =
        microseconds([&](int, Stream stream) { return cuda::kv_page_copy(args, stream); });
    report(
        "copy pages " + std::to_string(pages) + " layers " + std::to_string(caches.layers.size()),
        kv_page_copy_cost(args, caches.layers[0]),
        us);
}

void step(std::int64_t slots) {
    Memory memory;
    const auto count = static_cast<std::size_t>(slots);
    const auto numbers = [&](std::int32_t v) {
        return memory.of(std::vector<std::int32_t>(count, v));
    };
    const Advance args{.state = {.token = numbers(0),
                                 .position = numbers(1),
                                 .limit = numbers(1 << 30),
                                 .finish = numbers(0),
                                 .table = memory.space<std::int32_t>(slots * 1024),
                                 .free_pages = memory.space<std::int32_t>(slots * 1024),
                                 .free_count = memory.of(std::vector<std::int32_t>{1 << 16}),
                                 .written = numbers(0),
                                 .ring_token = memory.space<std::int32_t>(slots * 32),
                                 .ring_logprob = memory.space<float>(slots * 32),
                                 .ring_entropy = memory.space<float>(slots * 32),
                                 .live = numbers(0),
                                 .slots = slots,
                                 .max_pages = 1024,
                                 .ring = 32},
                       .sampled = numbers(7),
                       .logprob = memory.space<float>(slots),
                       .entropy = memory.space<float>(slots),
                       .stop_ids = numbers(3),
                       .stops = 1,
                       .overlap_previous = true};
    const double us = microseconds([&](int, Stream stream) { return cuda::advance(args, stream); });
    report("advance slots " + std::to_string(slots), advance_cost(args), us);
}

int run(const std::string& only) {
    cuda::DeviceInfo card;
    if (cuda::device_count() == 0 || cuda::device_info(0, &card) != Status::kOk) {
        std::fprintf(stderr, "no CUDA device\n");
        return 1;
    }
    std::printf("{\"bench\":\"attention\",\"card\":\"%s\"}\n", card.name);
    const auto wanted = [&](const char* name) { return only.empty() || only == name; };
    if (wanted("decode")) {
        for (const std::int64_t chains : {1, 8, 16, 64, 256}) {
            for (const std::int64_t tokens : {256, 1024, 4096, 32768}) {
                if (chains * tokens <= 64 * 32768) decode({.chains = chains, .tokens = tokens});
            }
        }
        decode({.chains = 1, .tokens = 1024, .overlap = false});
        decode({.kind = KvKind::kBf16, .chains = 1, .tokens = 1024});
        decode({.kind = KvKind::kBf16, .chains = 64, .tokens = 4096});
        for (const std::int64_t chains : {1, 8, 64}) {
            decode({.chains = chains, .tokens = 1024, .append = true});
        }
        decode({.chains = 32, .tokens = 1024});
        decode({.chains = 16, .tokens = 1280, .prompt = 1024});
        decode({.chains = 64, .tokens = 4352, .prompt = 4096});
        decode({.chains = 64, .tokens = 1280, .prompt = 1024});
    }
    if (wanted("prefill")) {
        for (const std::int64_t rows : {256, 512, 1024}) {
            for (const std::int64_t tokens : {1024, 4096, 16384}) {
                prefill(KvKind::kInt8, rows, tokens);
            }
        }
        prefill(KvKind::kBf16, 1024, 4096);
    }
    if (wanted("small")) {
        for (const std::int64_t rows : {1, 64, 1024}) append(rows);
        for (const std::int64_t rows : {1, 64}) gather(rows, true);
        gather(64, false);
        copy_pages(8);
        for (const std::int64_t slots : {1, 64, 256}) step(slots);
    }
    return 0;
}

}  // namespace
}  // namespace veritune::kernels

int main(int argc, char** argv) { return veritune::kernels::run(argc > 1 ? argv[1] : ""); }
