// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/gemm_q_hopper.h"
#include "kernels/cuda/gemm_q_mid.h"
#include "kernels/cuda/gemm_q_small.cuh"
#include "kernels/gemm_q.h"

#include <algorithm>

namespace veritune::kernels::cuda {
namespace {

Status up_to_eight(const GemmQ& a, Stream stream) {
    switch (a.w.kind) {
        case QuantKind::kInt4:
            return gemm_q_small<QuantKind::kInt4>(a, stream);
        case QuantKind::kNf4:
            return gemm_q_small<QuantKind::kNf4>(a, stream);
        case QuantKind::kInt8:
            return gemm_q_small<QuantKind::kInt8>(a, stream);
    }
    return Status::kInvalidArgument;
}

}  // namespace

Status gemm_q(const GemmQ& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.m <= 8) return up_to_eight(a, stream);
    if (a.m > 16 && a.scratch != nullptr) {  // up to 16 the other one is as fast
        const std::int64_t bytes = gemm_q_hopper_scratch(a.w, a.m);
        if (bytes > 0 && bytes <= a.scratch_bytes) return gemm_q_hopper(a, stream);
    }
    return gemm_q_mid(a, stream);
}

std::int64_t gemm_q_scratch(const QuantView& w, std::int64_t m) {
    std::int64_t most = 0;  // of any number of tokens up to m: blocks of few tokens may need more
    for (const std::int64_t tokens : {std::int64_t{32}, std::int64_t{64}, m}) {
        most = std::max(most, gemm_q_hopper_scratch(w, std::min(tokens, m)));
    }
    return m > 16 ? most : 0;
}

}  // namespace veritune::kernels::cuda
