// SPDX-License-Identifier: Apache-2.0
#include "bench/gpu/gpu_case.h"
#include "kernels/gemm_q.h"

namespace veritune::kernels::bench {
namespace {

struct Matrix {
    const char* name;
    QuantKind kind;
    RowOrder order;
    GemmEpilogue epilogue;
    std::int64_t n;
    std::int64_t k;
    std::int64_t slices;  ///< of the adapter; 0 = none
};

/// The projections of a 7B model (Qwen2.5).
constexpr Matrix kMatrices[] = {
    {"int4/qkv", QuantKind::kInt4, RowOrder::kQkv, GemmEpilogue::kStoreBf16, 4608, 3584, 3},
    {"int4/o", QuantKind::kInt4, RowOrder::kPlain, GemmEpilogue::kResidual, 3584, 3584, 1},
    {"int4/gate_up", QuantKind::kInt4, RowOrder::kGateUp, GemmEpilogue::kSwiglu, 37888, 3584, 2},
    {"int4/down", QuantKind::kInt4, RowOrder::kPlain, GemmEpilogue::kResidual, 3584, 18944, 1},
    {"int8/head", QuantKind::kInt8, RowOrder::kPlain, GemmEpilogue::kStoreFp32, 152064, 3584, 0},
    {"nf4/gate_up", QuantKind::kNf4, RowOrder::kGateUp, GemmEpilogue::kSwiglu, 37888, 3584, 2},
};

QuantView weights(DeviceArena& arena, const Matrix& w) {
    const std::int64_t tiles = w.n / kQuantRows * (w.k / kQuantGroup);
    QuantView v{.kind = w.kind, .order = w.order, .n = w.n, .k = w.k};
    const std::int64_t tile = w.kind == QuantKind::kInt8 ? kInt8TileBytes : kInt4TileBytes;
    v.codes = static_cast<const std::uint8_t*>(arena.random(tiles * tile, ~0U));
    switch (w.kind) {
        case QuantKind::kInt4:  // any zero point, scales of 2^-7
            v.meta = arena.random(tiles * 32, 0xf007f007U, 0x03c003c0U);
            break;
        case QuantKind::kNf4:  // 0.5 .. 1
            v.meta = arena.random(tiles * 64, 0x007fffffU, 0x3f000000U);
            break;
        case QuantKind::kInt8:
            v.meta = arena.random(tiles * 16, 0x03030303U);
            v.row_factor =
                static_cast<const float*>(arena.random(4 * w.n, 0x007fffffU, 0x3c000000U));
            break;
    }
    return v;
}

Run prepare(DeviceArena& arena, const Matrix& w, std::int64_t m) {
    constexpr std::int64_t kRank = 16;
    const std::int64_t columns = w.epilogue == GemmEpilogue::kSwiglu ? w.n / 2 : w.n;
    GemmQ a{.x = arena.random_bf16(m * w.k),
            .w = weights(arena, w),
            .y = arena.zeros(4 * m * columns),
            .epilogue = w.epilogue,
            .m = m,
            .x_stride = w.k,
            .y_stride = columns};
    if (w.slices > 0) {
        a.lora = {arena.random_bf16(w.n * kRank),
                  arena.random_bf16(m * w.slices * kRank),
                  kRank,
                  w.slices * kRank};
    }
    if (w.order == RowOrder::kQkv) {
        a.q_rows = 3584;
        a.kv_rows = 512;
    }
    return {gemm_q_cost(a), [a](Stream stream) { return cuda::gemm_q(a, stream); }};
}

std::vector<Case> cases() {
    std::vector<Case> all;
    for (const Matrix& w : kMatrices) {
        for (const std::int64_t m : {1, 2, 4, 8, 16, 32, 64, 128, 256}) {
            all.push_back({"gemm_q/" + std::string(w.name) + "/m" + std::to_string(m),
                           [w, m](DeviceArena& arena) { return prepare(arena, w, m); }});
        }
    }
    return all;
}

const Table kTable(cases);

}  // namespace
}  // namespace veritune::kernels::bench
