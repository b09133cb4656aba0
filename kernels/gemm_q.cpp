// SPDX-License-Identifier: Apache-2.0
#include "kernels/gemm_q.h"

namespace veritune::kernels {
namespace {

bool aligned(const void* pointer, std::uintptr_t bytes) {
    return reinterpret_cast<std::uintptr_t>(pointer) % bytes == 0;
}

bool weights_fit(const GemmQ& a) {
    const QuantView& w = a.w;
    if (w.n <= 0 || w.k <= 0 || w.k % kQuantGroup != 0 || w.codes == nullptr || w.meta == nullptr ||
        !aligned(w.codes, 256) || !aligned(w.meta, 256)) {
        return false;
    }
    if (w.kind == QuantKind::kInt8 && w.row_factor == nullptr) return false;
    if (w.order == RowOrder::kGateUp) return w.n % kQuantRows == 0;
    if (w.order != RowOrder::kQkv) return true;
    return a.q_rows > 0 && a.kv_rows > 0 && a.q_rows % kQuantRows == 0 &&
           a.kv_rows % kQuantRows == 0 && a.q_rows + 2 * a.kv_rows == w.n;
}

bool adapter_fits(const GemmQ& a) {
    const LoraOperand& l = a.lora;
    if (l.r == 0) return true;
    return l.r > 0 && l.r <= kGemmQMaxRank && l.r % 16 == 0 && l.b != nullptr && l.xa != nullptr &&
           aligned(l.b, 16) && aligned(l.xa, 16) &&
           l.xa_stride >= adapter_slices(a.w.order) * l.r && l.xa_stride % 8 == 0;
}

}  // namespace

bool is_valid(const GemmQ& a) {
    const std::int64_t unit = a.epilogue == GemmEpilogue::kStoreFp32 ? 4 : 8;
    const std::int64_t columns = a.epilogue == GemmEpilogue::kSwiglu ? a.w.n / 2 : a.w.n;
    const bool swiglu_fits = a.epilogue != GemmEpilogue::kSwiglu || a.w.order == RowOrder::kGateUp;
    return a.m >= 1 && a.m <= kGemmQMaxRows && a.x != nullptr && a.y != nullptr &&
           aligned(a.x, 16) && aligned(a.y, 16) && a.x_stride >= a.w.k && a.x_stride % 8 == 0 &&
           a.y_stride >= columns && a.y_stride % unit == 0 && swiglu_fits && weights_fit(a) &&
           adapter_fits(a);
}

Cost gemm_q_cost(const GemmQ& a) {
    const double weights = static_cast<double>(row_tiles(a.w) * k_groups(a.w));
    const double m = static_cast<double>(a.m);
    const double n = static_cast<double>(a.w.n);
    const double k = static_cast<double>(a.w.k);
    const double tile_bytes = a.w.kind == QuantKind::kInt4  ? 512 + 32
                              : a.w.kind == QuantKind::kNf4 ? 512 + 64
                                                            : 1024 + 16;
    const double lora = static_cast<double>(a.lora.r) * n;
    const double y_bytes = a.epilogue == GemmEpilogue::kStoreFp32 ? 4 * n
                           : a.epilogue == GemmEpilogue::kSwiglu  ? n
                                                                  : 2 * n;
    const bool reads_y = a.epilogue == GemmEpilogue::kResidual;
    return {.bytes_read = weights * tile_bytes + 2 * m * k + 2 * lora + (reads_y ? m * y_bytes : 0),
            .bytes_written = m * y_bytes,
            .flops = 2 * m * (n * k + lora)};
}

}  // namespace veritune::kernels
