// SPDX-License-Identifier: Apache-2.0
#include "kernels/gemm_chain.h"

#include "kernels/cpu/isa.h"
#include "kernels/norm_shrink.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

Status run_phase(const GemmChain& c, const ChainPhase& p) {
    GemmQ g = p.gemm;
    const std::int64_t rows = adapter_slices(g.w.order) * g.lora.r;
    if (p.gamma != nullptr) {
        const Status normed = cpu::norm_shrink({.residual = g.x,
                                                .gamma = p.gamma,
                                                .a = rows > 0 ? p.a : nullptr,
                                                .x = c.x,
                                                .xa = c.xa,
                                                .m = g.m,
                                                .k = g.w.k,
                                                .a_rows = rows,
                                                .residual_stride = g.x_stride,
                                                .x_stride = g.w.k,
                                                .xa_stride = rows,
                                                .eps = c.eps,
                                                .scale = c.scale});
        if (normed != Status::kOk) return normed;
        g.x = c.x;
        g.x_stride = g.w.k;
    } else if (rows > 0) {
        const Status shrunk = cpu::lora_shrink({.x = g.x,
                                                .a = p.a,
                                                .xa = c.xa,
                                                .m = g.m,
                                                .k = g.w.k,
                                                .a_rows = rows,
                                                .x_stride = g.x_stride,
                                                .xa_stride = rows,
                                                .scale = c.scale});
        if (shrunk != Status::kOk) return shrunk;
    }
    g.lora.xa = c.xa;
    g.lora.xa_stride = rows;
    return cpu::gemm_q(g);
}

Status gemm_chain_body(const GemmChain& c) {
    if (!is_valid(c) || c.x == nullptr || c.xa == nullptr) return Status::kInvalidArgument;
    for (int i = 0; i < c.count; ++i) {
        const Status status = run_phase(c, c.phase[i]);
        if (status != Status::kOk) return status;
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(gemm_chain, GemmChain)

}  // namespace veritune::kernels::cpu
