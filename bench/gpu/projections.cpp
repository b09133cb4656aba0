// SPDX-License-Identifier: Apache-2.0
// The quantised projections of one decode step of a 7B model (28 layers and the head), each with
// its own weights, recorded in one graph: what the card gives when nothing else runs. One JSON line
// a case.
#include "core/util/rng.h"
#include "kernels/device.h"
#include "kernels/gemm_q.h"

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

/// One allocation, handed out piece by piece, full of random bytes that are sane as bf16 and as
/// meta.
class Memory {
  public:
    explicit Memory(std::size_t bytes) {
        require(cuda::allocate(&base_, bytes), "allocate");
        std::vector<std::uint8_t> random(std::size_t{64} << 20);
        util::Rng rng(7, util::RngStream::kTest);
        for (std::size_t i = 0; i < random.size(); i += 2) {
            const std::uint64_t word = rng.next_u64();
            random[i] = static_cast<std::uint8_t>(word);
            random[i + 1] = static_cast<std::uint8_t>((word >> 8 & 0x80) | 0x3c);  // about 2^-7
        }
        require(cuda::copy_to_device(base_, random.data(), random.size(), {}), "copy");
        for (std::size_t at = random.size(); at < bytes; at += random.size()) {
            require(
                cuda::copy_on_device(
                    static_cast<char*>(base_) + at, base_, std::min(random.size(), bytes - at), {}),
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

double median_ms(const Step& s, int runs) {
    Stream stream;
    require(cuda::create_stream(&stream), "stream");
    for (const Projection& p : s.projections) require(cuda::gemm_q(p.args, stream), p.name);
    require(cuda::synchronize(stream), "first run");
    require(cuda::begin_capture(stream), "capture");
    for (const Projection& p : s.projections) require(cuda::gemm_q(p.args, stream), p.name);
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

bool contains(const std::string& list, std::int64_t number) {
    std::string entry(",");
    entry.append(std::to_string(number)).append(",");
    return list.find(entry) != std::string::npos;
}

/// Without arguments every case; else CASE M,M,... (CASE all or qkv, o, gate_up, down, head).
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
                const double ms = median_ms(s, 20);
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
