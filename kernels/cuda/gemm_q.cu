// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/gemm_q_mid.h"
#include "kernels/cuda/gemm_q_small.cuh"
#include "kernels/gemm_q.h"

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
    return a.m <= 8 ? up_to_eight(a, stream) : gemm_q_mid(a, stream);
}

}  // namespace veritune::kernels::cuda
