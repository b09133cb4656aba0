// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/gemm_q_small.cuh"
#include "kernels/gemm_q.h"

namespace veritune::kernels::cuda {
namespace {

Status up_to_sixteen(const GemmQ& a, Stream stream) {
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

GemmQ rows_of(const GemmQ& a, std::int64_t first, std::int64_t count) {
    GemmQ part = a;
    part.m = count;
    part.x += first * a.x_stride;
    if (part.lora.xa != nullptr) part.lora.xa += first * a.lora.xa_stride;
    const std::int64_t width = a.epilogue == GemmEpilogue::kStoreFp32 ? 4 : 2;
    part.y = static_cast<char*>(a.y) + first * a.y_stride * width;
    return part;
}

}  // namespace

Status gemm_q(const GemmQ& a, Stream stream) {
    if (!valid(a)) return Status::kInvalidArgument;
    for (std::int64_t first = 0; first < a.m; first += 16) {
        const std::int64_t count = a.m - first < 16 ? a.m - first : 16;
        const Status status = up_to_sixteen(rows_of(a, first, count), stream);
        if (status != Status::kOk) return status;
    }
    return Status::kOk;
}

}  // namespace veritune::kernels::cuda
