// SPDX-License-Identifier: Apache-2.0
// The quantised projections of one decode step of a 7B model (28 layers and the head), each with
// its own weights, recorded in one graph: what the card gives when nothing else runs. One JSON line
// a case. Case `chain`: the same projections as 28 launches of gemm_chain, for one and two tokens,
// cut in several ways; in a build with VERITUNE_CHAIN_CLOCK also where its time goes.
#include "core/util/rng.h"
#include "kernels/cuda/gemm_chain_tuning.h"
#include "kernels/device.h"
#include "kernels/gemm_chain.h"
#include "kernels/gemm_q.h"
#include "kernels/norm_shrink.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace veritune::kernels {
namespace {

void require(Status status, const char* what) {
    if (status == Status::kOk) return;
    std::fprintf(stderr, "%s failed: %s\n", what, cuda::last_error());
    std::exit(1);
}

/// One allocation, handed out piece by piece, full of random words that are sane: bf16 of about
/// 2^-7, unless told otherwise.
class Memory {
  public:
    /// mask, bits  of every 32 bits of the random words: those that stay, and those that are set
    explicit Memory(std::size_t bytes,
                    std::uint32_t mask = 0x80ff80ffU,
                    std::uint32_t bits = 0x3c003c00U) {
        require(cuda::allocate(&base_, bytes), "allocate");
        std::vector<std::uint32_t> random(std::size_t{16} << 20);
        util::Rng rng(7, util::RngStream::kTest);
        for (std::uint32_t& word : random) word = (rng.next_u32() & mask) | bits;
        const std::size_t filled = std::min(4 * random.size(), bytes);
        require(cuda::copy_to_device(base_, random.data(), filled, {}), "copy");
        for (std::size_t at = filled; at < bytes; at += filled) {
            require(cuda::copy_on_device(
                        static_cast<char*>(base_) + at, base_, std::min(filled, bytes - at), {}),
                    "copy");
        }
        require(cuda::synchronize({}), "fill");
    }
    ~Memory() { cuda::release(base_); }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    void reset() { used_ = 0; }
    void* take(std::int64_t bytes) {
        void* piece = static_cast<char*>(base_) + used_;
        used_ += (bytes + 255) / 256 * 256;
        return piece;
    }
    template <typename T>
    T* take_as(std::int64_t count) {
        return static_cast<T*>(take(count * static_cast<std::int64_t>(sizeof(T))));
    }

  private:
    void* base_ = nullptr;
    std::int64_t used_ = 0;
};

QuantView matrix(Memory& memory, QuantKind kind, RowOrder order, std::int64_t n, std::int64_t k) {
    const std::int64_t tiles = n / 16 * (k / 64);
    const bool int8 = kind == QuantKind::kInt8;
    return {.kind = kind,
            .order = order,
            .n = n,
            .k = k,
            .codes = memory.take_as<std::uint8_t>(tiles * (int8 ? kInt8TileBytes : kInt4TileBytes)),
            .meta = memory.take(tiles * (int8 ? 16 : 32)),
            .row_factor = int8 ? memory.take_as<float>(n) : nullptr};
}

struct Projection {
    const char* name;
    GemmQ args;
};

struct Step {
    std::vector<Projection> projections;
    double bytes = 0;
};

/// Zeroed once; every launch leaves it so.
void* scratch_of(std::int64_t bytes) {
    static void* memory = nullptr;
    static std::int64_t has = 0;
    if (bytes <= has) return memory;
    cuda::release(memory);
    require(cuda::allocate(&memory, static_cast<std::size_t>(bytes)), "scratch");
    require(cuda::fill(memory, 0, static_cast<std::size_t>(bytes), {}), "scratch");
    require(cuda::synchronize({}), "scratch");
    has = bytes;
    return memory;
}

Step step(Memory& memory, std::int64_t m, std::int64_t r, const std::string& only) {
    constexpr std::int64_t kHidden = 3584;
    constexpr std::int64_t kFeatures = 18944;
    Step s;
    Bf16* x = memory.take_as<Bf16>(m * kFeatures);
    Bf16* xa = memory.take_as<Bf16>(m * 3 * 64);
    void* y = memory.take(m * 152064 * 4);
    const auto add = [&](const char* name, const QuantView& w, GemmEpilogue epilogue, int slices) {
        GemmQ a{.x = x,
                .w = w,
                .y = y,
                .epilogue = epilogue,
                .m = m,
                .x_stride = w.k,
                .y_stride = w.n,
                .overlap_previous = true};
        if (r > 0 && slices > 0) a.lora = {memory.take_as<Bf16>(w.n * r), xa, r, slices * r};
        if (w.order == RowOrder::kQkv) {
            a.q_rows = kHidden;
            a.kv_rows = 512;
        }
        if (!only.empty() && only != name) return;
        a.scratch_bytes = cuda::gemm_q_scratch(w, m);
        if (a.scratch_bytes > 0) a.scratch = scratch_of(std::int64_t{64} << 20);
        s.projections.push_back({name, a});
        const Cost cost = gemm_q_cost(a);
        s.bytes += cost.bytes_read + cost.bytes_written;
    };
    const auto int4 = [&](RowOrder order, std::int64_t n, std::int64_t k) {
        return matrix(memory, QuantKind::kInt4, order, n, k);
    };
    for (int layer = 0; layer < 28; ++layer) {
        add("qkv", int4(RowOrder::kQkv, 4608, kHidden), GemmEpilogue::kStoreBf16, 3);
        add("o", int4(RowOrder::kPlain, kHidden, kHidden), GemmEpilogue::kResidual, 1);
        add("gate_up", int4(RowOrder::kGateUp, 2 * kFeatures, kHidden), GemmEpilogue::kSwiglu, 2);
        add("down", int4(RowOrder::kPlain, kHidden, kFeatures), GemmEpilogue::kResidual, 1);
    }
    add("head",
        matrix(memory, QuantKind::kInt8, RowOrder::kPlain, 152064, kHidden),
        GemmEpilogue::kStoreFp32,
        0);
    return s;
}

/// The median time of what `enqueue(stream)` puts on a stream, as a recorded graph.
template <typename Enqueue>
double median_ms(const Enqueue& enqueue, int runs) {
    Stream stream;
    require(cuda::create_stream(&stream), "stream");
    enqueue(stream);
    require(cuda::synchronize(stream), "first run");
    require(cuda::begin_capture(stream), "capture");
    enqueue(stream);
    cuda::Graph graph;
    require(cuda::end_capture(stream, &graph), "graph");
    cuda::Event begin;
    cuda::Event end;
    require(cuda::create_event(&begin), "event");
    require(cuda::create_event(&end), "event");
    std::vector<float> times;
    for (int i = 0; i < runs + 5; ++i) {
        require(cuda::record(begin, stream), "record");
        require(cuda::launch(graph, stream), "launch");
        require(cuda::record(end, stream), "record");
        float ms = 0;
        require(cuda::elapsed_ms(begin, end, &ms), "time");
        if (i >= 5) times.push_back(ms);
    }
    std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
    cuda::destroy_graph(graph);
    cuda::destroy_stream(stream);
    return times[times.size() / 2];
}

/// The projections of 28 layers as chains: output, gate and up, down, and the next q, k, v.
class Chains {
  public:
    Chains(Memory& memory, Memory& metas, std::int64_t m, std::int64_t r)
        : memory_(memory),
          metas_(metas),
          m_(m),
          r_(r) {
        residual_ = memory.take_as<Bf16>(m * kHidden);
        attention_ = memory.take_as<Bf16>(m * kHidden);
        h_ = memory.take_as<Bf16>(m * kFeatures);
        qkv_ = memory.take_as<Bf16>(m * 4608);
        gamma_ = memory.take_as<Bf16>(kHidden);
        const std::int64_t partials = kMaxChainPhases * 12 * kShrinkParts * 64;
        partial_ = memory.take_as<float>(partials);
        sync_ = memory.take_as<std::uint32_t>(kChainSyncWords);
        require(cuda::fill(partial_, 0, static_cast<std::size_t>(4 * partials), {}), "partial");
        require(cuda::fill(sync_, 0, 4 * kChainSyncWords, {}), "counters");
        for (int layer = 0; layer < kLayers; ++layer) add_layer();
    }
    double bytes() const { return bytes_; }
    /// Whether the card takes it, cut as it is told now.
    bool runs() const { return cuda::gemm_chain(chains_.front(), {}) == Status::kOk; }
    void enqueue(Stream stream) const {
        for (const GemmChain& c : chains_) require(cuda::gemm_chain(c, stream), "chain");
    }

    static constexpr int kLayers = 28;

  private:
    static constexpr std::int64_t kHidden = 3584;
    static constexpr std::int64_t kFeatures = 18944;

    ChainPhase phase(RowOrder order, std::int64_t n, std::int64_t k, const Bf16* x, void* y) {
        const bool normed = order != RowOrder::kPlain;
        ChainPhase p;
        p.gemm = {.x = x,
                  .w = {.order = order,
                        .n = n,
                        .k = k,
                        .codes = memory_.take_as<std::uint8_t>(n / 16 * (k / 64) * kInt4TileBytes),
                        .meta = metas_.take(n / 16 * (k / 64) * 32)},
                  .y = y,
                  .epilogue = order == RowOrder::kGateUp ? GemmEpilogue::kSwiglu
                              : order == RowOrder::kQkv  ? GemmEpilogue::kStoreBf16
                                                         : GemmEpilogue::kResidual,
                  .m = m_,
                  .x_stride = k,
                  .y_stride = order == RowOrder::kGateUp ? n / 2 : n,
                  .q_rows = order == RowOrder::kQkv ? kHidden : 0,
                  .kv_rows = order == RowOrder::kQkv ? 512 : 0};
        if (normed) p.gamma = gamma_;
        if (r_ > 0) {
            p.a = memory_.take_as<Bf16>(adapter_slices(order) * r_ * k);
            p.gemm.lora = {.b = memory_.take_as<Bf16>(n * r_), .r = r_};
        }
        return p;
    }
    void add_layer() {
        GemmChain c;
        c.phase[0] = phase(RowOrder::kPlain, kHidden, kHidden, attention_, residual_);
        c.phase[1] = phase(RowOrder::kGateUp, 2 * kFeatures, kHidden, residual_, h_);
        c.phase[2] = phase(RowOrder::kPlain, kHidden, kFeatures, h_, residual_);
        c.phase[3] = phase(RowOrder::kQkv, 4608, kHidden, residual_, qkv_);
        c.count = 4;
        c.scale = 0.01F;
        c.partial = partial_;
        c.sync = sync_;
        c.overlap_previous = true;
        const Cost cost = gemm_chain_cost(c);
        bytes_ += cost.bytes_read + cost.bytes_written;
        chains_.push_back(c);
    }

    Memory& memory_;
    Memory& metas_;
    std::int64_t m_;
    std::int64_t r_;
    Bf16* residual_ = nullptr;
    Bf16* attention_ = nullptr;
    Bf16* h_ = nullptr;
    Bf16* qkv_ = nullptr;
    Bf16* gamma_ = nullptr;
    float* partial_ = nullptr;
    std::uint32_t* sync_ = nullptr;
    double bytes_ = 0;
    std::vector<GemmChain> chains_;
};

/// Of the last chain of a run, phase by phase: cycles, the mean and the most of all blocks.
void print_clock(const Chains& chains, int blocks) {
    const std::size_t words = static_cast<std::size_t>(blocks) * kMaxChainPhases *
                              static_cast<std::size_t>(cuda::kChainClockWords);
    void* memory = nullptr;
    require(cuda::allocate(&memory, 4 * words), "clock");
    require(cuda::fill(memory, 0, 4 * words, {}), "clock");
    cuda::chain_tuning().clock = static_cast<std::uint32_t*>(memory);
    for (int i = 0; i < 3; ++i) chains.enqueue({});
    std::vector<std::uint32_t> all(words);
    require(cuda::copy_to_host(all.data(), memory, 4 * words, {}), "clock");
    require(cuda::synchronize({}), "clock");
    cuda::chain_tuning().clock = nullptr;
    cuda::release(memory);
    struct Span {
        const char* name;
        int from;  ///< < 0: `to` is a length itself
        int to;
    };
    constexpr Span kSpans[] = {{"stage", cuda::kClockBegin, cuda::kClockStaged},
                               {"units", cuda::kClockStaged, cuda::kClockUnits},
                               {"xa", cuda::kClockStaged, cuda::kClockXa},
                               {"group0", cuda::kClockStaged, cuda::kClockGroup},
                               {"group1", cuda::kClockStaged, cuda::kClockGroup + 1},
                               {"group2", cuda::kClockStaged, cuda::kClockGroup + 2},
                               {"stored", cuda::kClockStaged, cuda::kClockStored},
                               {"passed", cuda::kClockStored, cuda::kClockPassed},
                               {"wait_bytes", -1, cuda::kClockWaitBytes},
                               {"multiply", -1, cuda::kClockMultiply},
                               {"store_parts", -1, cuda::kClockStoreParts},
                               {"entry_to_previous", cuda::kClockEntry, cuda::kClockPrevious}};
    for (int phase = 0; phase < kMaxChainPhases; ++phase) {
        std::printf("{\"clock\":\"phase %d\"", phase);
        for (const Span& span : kSpans) {
            double sum = 0;
            double most = 0;
            int count = 0;
            for (int b = 0; b < blocks; ++b) {
                const std::uint32_t* w = &all[static_cast<std::size_t>(
                    (b * kMaxChainPhases + phase) * cuda::kChainClockWords)];
                if (w[span.to] == 0) continue;
                const std::uint32_t cycles = span.from < 0 ? w[span.to] : w[span.to] - w[span.from];
                if (cycles > 1U << 30) continue;
                sum += cycles;
                most = std::max(most, static_cast<double>(cycles));
                ++count;
            }
            if (count > 0) std::printf(",\"%s\":[%.0f,%.0f]", span.name, sum / count, most);
        }
        std::printf("}\n");
    }
}

/// The same work cut in several ways.
void chain_cases(Memory& memory, const cuda::DeviceInfo& card) {
    struct Way {
        const char* name;
        cuda::ChainTuning tuning;
    };
    const Way ways[] = {{"as it is", {}},
                        {"plain copies", {.plain_copies = true}},
                        {"two stages", {.stages = 2}},
                        {"cooperative", {.cooperative = true}}};
    Memory metas(std::size_t{256} << 20, 0xf007f007U, 0x03c003c0U);  // scales about 2^-7
    for (const std::int64_t m : {1, 2}) {
        for (const std::int64_t r : {0, 16}) {
            memory.reset();
            metas.reset();
            const Chains chains(memory, metas, m, r);
            for (const Way& way : ways) {
                cuda::chain_tuning() = way.tuning;
                if (!chains.runs()) {
                    std::printf("{\"case\":\"chain\",\"way\":\"%s\",\"refused\":\"%s\"}\n",
                                way.name,
                                cuda::last_error());
                    continue;
                }
                const double ms = median_ms([&](Stream stream) { chains.enqueue(stream); }, 20);
                std::printf(
                    "{\"bench\":\"projections\",\"case\":\"chain\",\"way\":\"%s\",\"m\":%d,\"r\":%"
                    "d,"
                    "\"us\":%.1f,\"us_each\":%.2f,\"GBps\":%.0f,\"card\":\"%s\"}\n",
                    way.name,
                    static_cast<int>(m),
                    static_cast<int>(r),
                    1e3 * ms,
                    1e3 * ms / Chains::kLayers,
                    chains.bytes() / ms * 1e-6,
                    card.name);
                std::fflush(stdout);
            }
            cuda::chain_tuning() = {};
#if defined(VT_CHAIN_CLOCK)
            print_clock(chains, card.multiprocessors);
#endif
        }
    }
}

bool contains(const std::string& list, std::int64_t number) {
    std::string entry(",");
    entry.append(std::to_string(number)).append(",");
    return list.find(entry) != std::string::npos;
}

/// Without arguments every case; else CASE M,M,... (CASE all or qkv, o, gate_up, down,
/// head; or chain alone).
int run(int argc, char** argv) {
    const std::string wanted = argc > 1 ? argv[1] : "";
    std::string wanted_m;
    if (argc > 2) wanted_m.append(",").append(argv[2]).append(",");
    cuda::DeviceInfo card;
    if (cuda::device_count() == 0 || cuda::device_info(0, &card) != Status::kOk) {
        std::fprintf(stderr, "no CUDA device\n");
        return 1;
    }
    Memory memory(std::size_t{6} << 30);
    if (wanted.empty() || wanted == "chain") chain_cases(memory, card);
    for (const char* only : {"", "qkv", "o", "gate_up", "down", "head"}) {
        for (const std::int64_t m : {1, 2, 4, 8, 16, 32, 64, 128, 256}) {
            for (const std::int64_t r : {0, 16}) {
                if (*only != 0 && (r != 16 || m == 2 || m == 4)) continue;
                if (!wanted.empty() && wanted != (*only == 0 ? "all" : only)) continue;
                if (!wanted_m.empty() && !contains(wanted_m, m)) {
                    continue;
                }
                memory.reset();
                const Step s = step(memory, m, r, only);
                const double ms = median_ms(
                    [&](Stream stream) {
                        for (const Projection& p : s.projections) {
                            require(cuda::gemm_q(p.args, stream), p.name);
                        }
                    },
                    20);
                std::printf(
                    "{\"bench\":\"projections\",\"case\":\"%s\",\"m\":%d,\"r\":%d,\"us\":%.1f,"
                    "\"us_each\":%.2f,\"GBps\":%.0f,\"card\":\"%s\"}\n",
                    *only == 0 ? "all" : only,
                    static_cast<int>(m),
                    static_cast<int>(r),
                    1e3 * ms,
                    1e3 * ms / static_cast<double>(s.projections.size()),
                    s.bytes / ms * 1e-6,
                    card.name);
                std::fflush(stdout);
            }
        }
    }
    return 0;
}

}  // namespace
}  // namespace veritune::kernels

int main(int argc, char** argv) { return veritune::kernels::run(argc, argv); }
