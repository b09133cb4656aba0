// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/model_config.h"
#include "core/util/result.h"
#include "kernels/quant_view.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Quantised models: the folder format (docs/formats/quantised-model.md), its reader and writer,
/// import, and what a model needs of a card. No torch.
namespace veritune::quant {

/// How the linears of the layers are stored; the head is int8 in both.
enum class Scheme {
    kInt4,  ///< made here from 16- or 32-bit weights
    kNf4,   ///< the codes of a bitsandbytes folder, kept as they are
};
std::string_view scheme_name(Scheme scheme);  ///< "int4-g64", "nf4-g64"

inline constexpr std::string_view kLayoutName = "t16x64/1";
inline constexpr std::size_t kTensorAlignment = 256;

/// A tensor of a data file. type: "bf16", "f32", "u8" (codes, exponents), "u32" (int4 meta).
struct TensorPlace {
    std::string name;
    std::string type;
    std::vector<std::int64_t> shape;
    std::uint64_t offset = 0;  ///< a multiple of 256
    std::uint64_t bytes = 0;

    bool operator==(const TensorPlace&) const = default;
};

/// A data file: tensors in the order in which they are used, gaps filled with zeros.
struct FileLayout {
    std::string name;
    std::uint64_t bytes = 0;  ///< a multiple of 256
    std::vector<TensorPlace> tensors;

    bool operator==(const FileLayout&) const = default;
    /// nullptr when there is no such tensor.
    const TensorPlace* find(std::string_view tensor) const;
};

/// Whether the format can hold the model.
/// errors  kUnsupported: an input width that is no multiple of 64, a head that is no multiple of
/// 16, more than 16 query heads to a key/value head; names the number and what would do
util::Status check_quantisable(const model::ModelConfig& config);

/// embedding.bin, layer-000.bin ..., head.bin. `config` passes check_quantisable.
std::vector<FileLayout> model_layout(const model::ModelConfig& config, Scheme scheme);

/// A projection with its bias [n] (in the row order of the matrix) or null.
struct QuantLinear {
    kernels::QuantView w;
    const kernels::Bf16* bias = nullptr;
};

/// One decoder layer. qkv is in order kQkv (q, k, v stacked), gate_up in order kGateUp.
struct QuantLayer {
    const kernels::Bf16* norm1 = nullptr;   ///< [hidden]
    const kernels::Bf16* norm2 = nullptr;   ///< [hidden]
    const kernels::Bf16* q_norm = nullptr;  ///< [head_dim] or null
    const kernels::Bf16* k_norm = nullptr;  ///< [head_dim] or null
    QuantLinear qkv;
    QuantLinear o;
    QuantLinear gate_up;
    QuantLinear down;
};

struct QuantHead {
    const kernels::Bf16* final_norm = nullptr;  ///< [hidden]
    kernels::QuantView w;                       ///< int8 [vocab, hidden]
};

/// What lies in a data file whose first byte is at `base`: on the host, or where a copy of the
/// whole file lies on a card. base is aligned to 256 bytes.
QuantLayer layer_at(const model::ModelConfig& config,
                    const FileLayout& layout,
                    Scheme scheme,
                    const std::byte* base);
QuantHead head_at(const model::ModelConfig& config,
                  const FileLayout& layout,
                  const std::byte* base);

}  // namespace veritune::quant
