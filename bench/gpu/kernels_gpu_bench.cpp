// SPDX-License-Identifier: Apache-2.0
// Times the CUDA kernels one by one, each with a cold L2 cache, against what the card gives at
// best.
//     kernels_gpu_bench [--list] [--no-ceilings] [PART-OF-A-NAME ...]
// One JSON line for the card, then one a case: the median of the runs, their tenth and ninetieth
// percentiles, and the fraction of the roofline max(bytes / R, flops / G).
#include "bench/gpu/gpu_case.h"
#include "core/util/version.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace veritune::kernels::bench {
namespace {

constexpr int kWarmUp = 3;
constexpr int kRuns = 25;

struct Spread {
    double median = 0;
    double low = 0;
    double high = 0;
};

/// Microseconds of single calls, each after something else was read into the L2 cache.
class Timer {
  public:
    explicit Timer(const cuda::DeviceInfo& card)
        : flush_bytes_(std::max<std::size_t>(4 * card.l2_bytes, std::size_t{128} << 20)),
          flush_(arena_.zeros(static_cast<std::int64_t>(flush_bytes_) + 256)) {
        require(cuda::create_stream(&stream_), "stream");
        require(cuda::create_event(&begin_), "event");
        require(cuda::create_event(&end_), "event");
    }
    ~Timer() {
        cuda::destroy_event(begin_);
        cuda::destroy_event(end_);
        cuda::destroy_stream(stream_);
    }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    Spread measure(const std::function<Status(Stream)>& call, const char* name) {
        require(cuda::synchronize({}), name);
        std::vector<double> us;
        for (int run = 0; run < kWarmUp + kRuns; ++run) {
            // The flush also keeps the card busy while the host gets the call ready.
            require(flush_l2(flush_, flush_bytes_, stream_), name);
            require(cuda::record(begin_, stream_), name);
            require(call(stream_), name);
            require(cuda::record(end_, stream_), name);
            float ms = 0;
            require(cuda::elapsed_ms(begin_, end_, &ms), name);
            if (run >= kWarmUp) us.push_back(1e3 * static_cast<double>(ms));
        }
        std::sort(us.begin(), us.end());
        return {us[us.size() / 2], us[us.size() / 10], us[us.size() * 9 / 10]};
    }

  private:
    DeviceArena arena_;
    std::size_t flush_bytes_;
    void* flush_;
    Stream stream_;
    cuda::Event begin_;
    cuda::Event end_;
};

void print_case(const std::string& name, const Cost& cost, const Spread& us, const Ceilings& top) {
    const double bytes = cost.bytes_read + cost.bytes_written;
    double best = top.read > 0 ? bytes / top.read : 0;
    if (top.gemm > 0) best = std::max(best, cost.flops / top.gemm);
    std::printf(
        "{\"case\":\"%s\",\"us\":%.2f,\"us_p10\":%.2f,\"us_p90\":%.2f,\"bytes\":%.0f,"
        "\"flops\":%.0f,\"GBps\":%.1f,\"TFLOPs\":%.2f,\"R_GBps\":%.0f,\"G_TFLOPs\":%.1f,"
        "\"fraction\":%.3f,\"git\":\"%s\"}\n",
        name.c_str(),
        us.median,
        us.low,
        us.high,
        bytes,
        cost.flops,
        1e-3 * bytes / us.median,
        1e-6 * cost.flops / us.median,
        1e-9 * top.read,
        1e-12 * top.gemm,
        1e6 * best / us.median,
        std::string(util::program_commit()).c_str());
    std::fflush(stdout);
}

void print_card(const cuda::DeviceInfo& card, const Ceilings& top, double empty_us) {
    const CardState now = card_state();
    std::printf(
        "{\"bench\":\"ceilings\",\"card\":\"%s\",\"multiprocessors\":%d,\"L2_MB\":%.1f,"
        "\"driver\":\"%s\",\"cuda\":%d,\"MHz\":%d,\"memory_MHz\":%d,\"W\":%.0f,\"R_GBps\":%.0f,"
        "\"G_TFLOPs\":%.1f,\"empty_us\":%.2f}\n",
        card.name,
        card.multiprocessors,
        1e-6 * static_cast<double>(card.l2_bytes),
        now.driver,
        card.runtime,
        now.processor_mhz,
        now.memory_mhz,
        now.watts,
        1e-9 * top.read,
        1e-12 * top.gemm,
        empty_us);
    std::fflush(stdout);
}

bool wanted(const std::string& name, const std::vector<std::string>& parts) {
    return parts.empty() || std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
               return name.find(part) != std::string::npos;
           });
}

int run(int argc, char** argv) {
    std::vector<std::string> parts;
    bool list = false;
    bool ceilings = true;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--list") == 0) {
            list = true;
        } else if (std::strcmp(argv[i], "--no-ceilings") == 0) {
            ceilings = false;
        } else {
            parts.emplace_back(argv[i]);
        }
    }
    if (list) {
        for (const Case& c : all_cases()) std::printf("%s\n", c.name.c_str());
        return 0;
    }
    cuda::DeviceInfo card;
    if (cuda::device_count() == 0 || cuda::device_info(0, &card) != Status::kOk) {
        std::fprintf(stderr, "no CUDA device\n");
        return 1;
    }
    Ceilings top;
    if (ceilings) require(measure_ceilings(&top), "ceilings");
    Timer timer(card);
    // What two events with nothing between them measure; part of every figure below.
    const Spread empty = timer.measure([](Stream) { return Status::kOk; }, "empty");
    print_card(card, top, empty.median);
    for (const Case& c : all_cases()) {
        if (!wanted(c.name, parts)) continue;
        DeviceArena arena;
        const Run prepared = c.prepare(arena);
        print_case(c.name, prepared.cost, timer.measure(prepared.call, c.name.c_str()), top);
    }
    return 0;
}

}  // namespace
}  // namespace veritune::kernels::bench

int main(int argc, char** argv) { return veritune::kernels::bench::run(argc, argv); }
