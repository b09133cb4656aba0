// SPDX-License-Identifier: Apache-2.0
#include "core/quant/nf4_source.h"

#include "core/util/json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace veritune::quant {
namespace {

using model::DType;
using model::ShardedWeights;
using model::TensorEntry;
using util::ErrorCode;
using util::fail;
using util::Json;
using util::Result;
using util::Status;

constexpr std::int64_t kNestedBlock = 256;
constexpr std::string_view kState = ".quant_state.bitsandbytes__nf4";

util::Error corrupt(const std::string& name, const std::string& what) {
    return fail(ErrorCode::kCorruptData,
                "tensor " + model::shown(name) + " " + what + "; download the model again");
}
util::Error unsupported(const std::string& name, const std::string& what) {
    return fail(ErrorCode::kUnsupported,
                "tensor " + model::shown(name) + " " + what +
                    "; choose a model in NF4 with blocks of 64, or the 16-bit model");
}

std::uint64_t count_of(const TensorEntry* entry) {
    return entry == nullptr ? 0 : entry->elements();
}

Result<std::vector<float>> read_floats(const ShardedWeights& weights, const std::string& name) {
    std::vector<float> values(count_of(weights.find(name)));
    VT_TRY(weights.read_f32(name, values, model::FiniteCheck::kRequire));
    return values;
}

/// The JSON text beside a matrix.
Result<Json> read_state(const ShardedWeights& weights, const std::string& name) {
    const std::string tensor = name + std::string(kState);
    const TensorEntry* entry = weights.find(tensor);
    if (entry == nullptr) return unsupported(name, "is not stored as NF4");
    if (entry->dtype != DType::kU8 || entry->bytes > 65536) return corrupt(tensor, "is no text");
    std::string text(entry->bytes, '\0');
    VT_TRY(weights.read_into(tensor, text.data()));
    VT_ASSIGN(Json state, util::parse_json(text, "quant_state"));
    if (!state.is_object()) return corrupt(tensor, "is no object");
    return state;
}

Status check_shape(const Json& state,
                   const std::string& name,
                   std::int64_t rows,
                   std::int64_t inputs) {
    VT_ASSIGN(const std::int64_t block,
              util::json_int(state, "blocksize", "quant_state", 1, 1 << 20));
    if (block != kernels::kQuantGroup) {
        return unsupported(name, "has blocks of " + std::to_string(block) + ", not of 64");
    }
    if (!state.contains("shape") || state["shape"] != Json({rows, inputs})) {
        return corrupt(name,
                       "says another shape than config.json, which wants [" + std::to_string(rows) +
                           ", " + std::to_string(inputs) + "]");
    }
    return {};
}

Status check_map(const ShardedWeights& weights, const std::string& name) {
    const std::string tensor = name + ".quant_map";
    VT_ASSIGN(const std::vector<float> map, read_floats(weights, tensor));
    bool same = map.size() == 16;
    for (int i = 0; same && i < 16; ++i) {
        same = map[static_cast<std::size_t>(i)] == kernels::nf4_value(i);
    }
    if (!same) return unsupported(tensor, "holds other values than those of NF4");
    return {};
}

/// Sizes of everything that belongs to one matrix.
Status check_matrix(const ShardedWeights& weights,
                    const std::string& name,
                    std::int64_t rows,
                    std::int64_t inputs,
                    std::set<std::string>& known) {
    VT_ASSIGN(const Json state, read_state(weights, name));
    VT_TRY(check_shape(state, name, rows, inputs));
    VT_TRY(check_map(weights, name));
    const auto blocks = static_cast<std::uint64_t>(rows * inputs / kernels::kQuantGroup);
    const TensorEntry* codes = weights.find(name);
    if (codes == nullptr || codes->dtype != DType::kU8 || codes->bytes != 32 * blocks) {
        return corrupt(name, "does not hold half a byte for each weight");
    }
    const std::string absmax = name + ".absmax";
    if (count_of(weights.find(absmax)) != blocks) {
        return corrupt(absmax, "does not hold one number for each 64 weights");
    }
    for (const char* suffix : {"", ".absmax", ".quant_map"}) known.insert(name + suffix);
    known.insert(name + std::string(kState));
    if (weights.find(absmax)->dtype != DType::kU8) return {};
    if (count_of(weights.find(name + ".nested_quant_map")) != 256 ||
        count_of(weights.find(name + ".nested_absmax")) != (blocks + 255) / 256) {
        return corrupt(absmax, "lacks what it was quantised with");
    }
    VT_ASSIGN(const std::int64_t nested,
              util::json_int(state, "nested_blocksize", "quant_state", 1, 1 << 20));
    if (nested != kNestedBlock) return unsupported(absmax, "has another block size than 256");
    known.insert(name + ".nested_quant_map");
    known.insert(name + ".nested_absmax");
    return {};
}

bool is_layer_linear(const std::string& name) {
    return name.ends_with("_proj.weight") && name.starts_with("model.layers.");
}

Result<std::vector<float>> read_absmax(const ShardedWeights& weights, const std::string& name) {
    const std::string tensor = name + ".absmax";
    const TensorEntry* entry = weights.find(tensor);
    if (entry == nullptr) return corrupt(tensor, "is missing");
    if (entry->dtype != DType::kU8) return read_floats(weights, tensor);
    std::vector<std::uint8_t> codes(entry->bytes);
    VT_TRY(weights.read_into(tensor, codes.data()));
    VT_ASSIGN(const std::vector<float> map, read_floats(weights, name + ".nested_quant_map"));
    VT_ASSIGN(const std::vector<float> scale, read_floats(weights, name + ".nested_absmax"));
    VT_ASSIGN(const Json state, read_state(weights, name));
    VT_ASSIGN(const double offset, util::json_number(state, "nested_offset", "quant_state"));
    const auto shift = static_cast<float>(offset);
    if (map.size() != 256 || scale.size() * kNestedBlock < codes.size()) {
        return corrupt(tensor, "lacks what it was quantised with");
    }
    std::vector<float> absmax(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) {
        // volatile: two roundings, whatever the processor could fuse.
        const volatile float product = map[codes[i]] * scale[i / kNestedBlock];
        absmax[i] = product + shift;
    }
    return absmax;
}

/// Swaps the nibbles of a byte into input order: low nibble first.
std::array<std::uint8_t, 64> unpack(const std::uint8_t* from) {
    std::array<std::uint8_t, 64> values{};
    for (std::size_t i = 0; i < 32; ++i) {
        values[2 * i] = from[i] >> 4;
        values[2 * i + 1] = from[i] & 15;
    }
    return values;
}

}  // namespace

Status check_nf4_weights(const model::ModelConfig& config, const ShardedWeights& weights) {
    std::set<std::string> known;
    for (const model::TensorSpec& spec : expected_tensors(config)) {
        if (is_layer_linear(spec.name)) {
            VT_TRY(check_matrix(weights, spec.name, spec.shape[0], spec.shape[1], known));
            continue;
        }
        const TensorEntry* entry = weights.find(spec.name);
        if (entry == nullptr) return corrupt(spec.name, "is missing");
        if (!model::is_weight_dtype(entry->dtype)) {
            return unsupported(spec.name, "is neither BF16, F16 nor F32");
        }
        if (entry->shape != spec.shape)
            return corrupt(spec.name, "has another shape than config.json says");
        known.insert(spec.name);
    }
    for (const std::string& name : weights.names()) {
        const bool ignored = name.ends_with("rotary_emb.inv_freq") ||
                             (config.tie_word_embeddings && name == "lm_head.weight");
        if (!known.contains(name) && !ignored) {
            return unsupported(name, "is none that the model has");
        }
    }
    return {};
}

Result<Nf4Matrix> read_nf4(const ShardedWeights& weights,
                           const std::string& name,
                           std::int64_t rows,
                           std::int64_t inputs) {
    Nf4Matrix matrix{.rows = rows, .inputs = inputs, .codes = {}, .absmax = {}};
    matrix.codes.resize(static_cast<std::size_t>(rows * inputs / 2));
    const TensorEntry* entry = weights.find(name);
    if (entry == nullptr || entry->bytes != matrix.codes.size()) {
        return corrupt(name, "does not hold half a byte for each weight");
    }
    VT_TRY(weights.read_into(name, matrix.codes.data()));
    VT_ASSIGN(matrix.absmax, read_absmax(weights, name));
    const bool finite = std::all_of(
        matrix.absmax.begin(), matrix.absmax.end(), [](float v) { return std::isfinite(v); });
    if (!finite) return corrupt(name + ".absmax", "holds a number that is not finite");
    return matrix;
}

void retile_nf4(std::span<const Nf4Matrix> parts,
                kernels::RowOrder order,
                std::uint8_t* codes,
                float* absmax) {
    std::int64_t n = 0;
    for (const Nf4Matrix& part : parts) n += part.rows;
    const std::int64_t groups = parts.front().inputs / kernels::kQuantGroup;
    // NF4 code 7 is the value 0: what padding rows hold.
    constexpr std::uint8_t kZero = 7;
    for (std::int64_t tile_row = 0; tile_row < (n + 15) / 16; ++tile_row) {
        for (std::int64_t group = 0; group < groups; ++group) {
            const std::int64_t tile = tile_row * groups + group;
            std::array<std::array<std::uint8_t, 64>, 16> values{};
            for (std::size_t r = 0; r < 16; ++r) {
                std::int64_t row =
                    kernels::stacked_row(order, n, 16 * tile_row + static_cast<std::int64_t>(r));
                const Nf4Matrix* part = parts.data();
                while (row >= 0 && row >= part->rows) row -= (part++)->rows;
                absmax[16 * tile + static_cast<std::int64_t>(r)] =
                    row < 0 ? 0.0F : part->absmax[static_cast<std::size_t>(row * groups + group)];
                if (row < 0) {
                    values[r].fill(kZero);
                } else {
                    values[r] = unpack(part->codes.data() + (row * groups + group) * 32);
                }
            }
            std::uint8_t* to = codes + kernels::kInt4TileBytes * tile;
            for (std::size_t g = 0; g < 8; ++g) {
                for (std::size_t i = 0; i < 64; ++i) {
                    // Bytes of a line hold inputs in the order 0, 2, 1, 3 of each four.
                    const std::size_t byte =
                        (i & ~std::size_t{3}) | ((i & 1) << 1) | ((i & 2) >> 1);
                    to[64 * g + byte] =
                        static_cast<std::uint8_t>(values[g][i] | (values[g + 8][i] << 4));
                }
            }
        }
    }
}

}  // namespace veritune::quant
