// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"
#include "kernels/paged_kv.h"

namespace veritune::kernels {

/// Copies pages within the pools of all layers: a prompt's last, partly filled page is given to
/// every chain of its group before the chains write behind it.
/// layers  [layer_count], the array itself in the memory of the backend; their shapes and
///         kinds may differ (layers that keep bf16)
/// pairs   int32 [count][from, to]; no page is both read and written. A pair with a page outside
///         [0, pages) is left out
/// test    kv_page_copy_test.cpp
struct KvPageCopy {
    const PagedKv* layers = nullptr;
    const std::int32_t* pairs = nullptr;
    std::int64_t layer_count = 0;  ///< at most 65,535
    std::int64_t count = 0;
    /// The kernel before this one on the stream may still run when this one starts; it is waited
    /// for before anything is touched. Set inside recorded graphs.
    bool overlap_previous = false;
};

VT_HD bool is_valid(const KvPageCopy& a) {
    return a.layer_count > 0 && a.layer_count <= 65535 && a.count >= 0 && a.layers != nullptr &&
           a.pairs != nullptr;
}

/// `layer`: any of the layers, all being of one kind.
VT_HD Cost kv_page_copy_cost(const KvPageCopy& a, const PagedKv& layer) {
    const double page =
        static_cast<double>(kv_page_bytes(layer)) +
        (layer.kind == KvKind::kInt8 ? 2.0 * static_cast<double>(kv_page_scales(layer)) : 0.0);
    const double bytes = page * static_cast<double>(a.count * a.layer_count);
    return {.bytes_read = bytes, .bytes_written = bytes};
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(kv_page_copy, KvPageCopy)
