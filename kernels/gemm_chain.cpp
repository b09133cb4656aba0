// SPDX-License-Identifier: Apache-2.0
#include "kernels/gemm_chain.h"

#include "kernels/norm_shrink.h"

namespace veritune::kernels {
namespace {

std::int64_t a_rows(const GemmQ& g) { return adapter_slices(g.w.order) * g.lora.r; }

/// A phase as gemm_q sees it, its xa being somewhere.
GemmQ checked(const ChainPhase& p, const GemmChain& c) {
    GemmQ g = p.gemm;
    if (g.lora.r > 0) {
        g.lora.xa = reinterpret_cast<const Bf16*>(c.partial);
        g.lora.xa_stride = a_rows(g);
    }
    return g;
}

}  // namespace

bool is_valid(const GemmChain& c) {
    if (c.count < 1 || c.count > kMaxChainPhases || c.partial == nullptr || c.sync == nullptr) {
        return false;
    }
    for (int i = 0; i < c.count; ++i) {
        const ChainPhase& p = c.phase[i];
        if (p.gemm.m < 1 || p.gemm.m > 2 || p.gemm.m != c.phase[0].gemm.m) return false;
        if (p.gemm.w.kind != QuantKind::kInt4 || !is_valid(checked(p, c))) return false;
        if (p.gemm.lora.r > 0 && p.a == nullptr) return false;
    }
    return true;
}

std::int64_t gemm_chain_partials(const GemmChain& c) {
    std::int64_t most = 0;
    for (int i = 0; i < c.count; ++i) {
        const std::int64_t tiles = a_rows(c.phase[i].gemm) / 16;
        most = tiles > most ? tiles : most;
    }
    return kMaxChainPhases * (most > 0 ? most : 1) * kShrinkParts * 64;
}

Cost gemm_chain_cost(const GemmChain& c) {
    Cost all;
    for (int i = 0; i < c.count; ++i) {
        const GemmQ& g = c.phase[i].gemm;
        const Cost one = gemm_q_cost(g);
        const double a = static_cast<double>(a_rows(g) * g.w.k);
        all.bytes_read += one.bytes_read + 2 * a;
        all.bytes_written += one.bytes_written;
        all.flops += one.flops + 2 * static_cast<double>(g.m) * a;
    }
    return all;
}

}  // namespace veritune::kernels
