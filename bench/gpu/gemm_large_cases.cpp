// SPDX-License-Identifier: Apache-2.0
#include "bench/gpu/gpu_case.h"
#include "kernels/gemm_large.h"

namespace veritune::kernels::bench {
namespace {

Run prepare(DeviceArena& arena, std::int64_t m, std::int64_t n, std::int64_t k) {
    const GemmLarge g{.a = arena.random_bf16(m * k),
                      .b = arena.random_bf16(n * k),
                      .c = arena.zeros(2 * m * n),
                      .m = m,
                      .n = n,
                      .k = k,
                      .lda = k,
                      .ldb = k,
                      .ldc = n,
                      .workspace = arena.zeros(kGemmLargeWorkspace),
                      .workspace_bytes = kGemmLargeWorkspace};
    return {gemm_large_cost(g), [g](Stream stream) { return cuda::gemm_large(g, stream); }};
}

std::vector<Case> cases() {
    struct {
        const char* name;
        std::int64_t n, k;
    } const shapes[] = {{"qkv", 4608, 3584},
                        {"o", 3584, 3584},
                        {"gate_up", 37888, 3584},
                        {"slab", 4096, 3584},
                        {"down", 3584, 18944}};
    std::vector<Case> all;
    for (const auto& s : shapes) {
        for (const std::int64_t m : {512, 2048, 4096}) {
            all.push_back({"gemm_large/" + std::string(s.name) + "/m" + std::to_string(m),
                           [s, m](DeviceArena& arena) { return prepare(arena, m, s.n, s.k); }});
        }
    }
    return all;
}

const Table kTable(cases);

}  // namespace
}  // namespace veritune::kernels::bench
