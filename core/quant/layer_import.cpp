// SPDX-License-Identifier: Apache-2.0
#include "core/quant/layer_import.h"

#include "core/quant/nf4_source.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace veritune::quant {
namespace {

using kernels::RowOrder;
using kernels::SourceType;
using model::DType;
using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

constexpr std::int64_t kHeadRows = 8192;  ///< read at a time; a multiple of 16
constexpr std::int64_t kSampledRow = 16;

Status cancelled() {
    return fail(ErrorCode::kCancelled, "stopped; the same command goes on from here");
}

SourceType source_type(DType dtype) {
    switch (dtype) {
        case DType::kBF16:
            return SourceType::kBf16;
        case DType::kF16:
            return SourceType::kF16;
        default:
            return SourceType::kF32;
    }
}

/// Projections of a layer that are stored as one matrix.
struct Stack {
    const char* name;
    RowOrder order;
    std::size_t first;  ///< of kLinearNames
    std::size_t count;
};
constexpr std::array<Stack, 4> kStacks{{{"qkv", RowOrder::kQkv, 0, 3},
                                        {"o", RowOrder::kPlain, 3, 1},
                                        {"gate_up", RowOrder::kGateUp, 4, 2},
                                        {"down", RowOrder::kPlain, 6, 1}}};

std::string linear_name(std::int64_t layer, const model::LinearSpec& linear, const char* what) {
    return "model.layers." + std::to_string(layer) + "." + std::string(linear.block) + "." +
           std::string(linear.name) + "." + what;
}

template <typename T>
T* place(const FileLayout& layout, const std::string& name, std::byte* file) {
    const TensorPlace* found = layout.find(name);
    VT_CHECK(found != nullptr);
    return reinterpret_cast<T*>(file + found->offset);
}

/// A vector of the source as bf16.
Status import_vector(const WeightSource& source, const std::string& name, std::byte* to) {
    const model::TensorEntry* entry = source.weights().find(name);
    if (entry == nullptr) return fail(ErrorCode::kCorruptData, "tensor " + name + " is missing");
    std::vector<float> values(entry->elements());
    VT_TRY(source.weights().read_f32(name, values));
    model::from_f32(DType::kBF16, values, to);
    return {};
}

/// Bias of a stack in the order of the rows of its tiles.
Status import_bias(const WeightSource& source,
                   std::int64_t layer,
                   const Stack& stack,
                   const FileLayout& layout,
                   std::byte* file) {
    const auto linears = model::layer_linears(source.config());
    if (!linears[stack.first].bias) return {};
    std::vector<float> stacked;
    for (std::size_t i = stack.first; i < stack.first + stack.count; ++i) {
        std::vector<float> part(static_cast<std::size_t>(linears[i].out_features));
        VT_TRY(source.weights().read_f32(linear_name(layer, linears[i], "bias"), part));
        stacked.insert(stacked.end(), part.begin(), part.end());
    }
    const auto n = static_cast<std::int64_t>(stacked.size());
    std::vector<float> ordered(stacked.size());
    for (std::int64_t row = 0; row < n; ++row) {
        const std::int64_t from = kernels::stacked_row(stack.order, n, row);
        VT_CHECK(from >= 0);  // check_quantisable: whole tiles
        ordered[static_cast<std::size_t>(row)] = stacked[static_cast<std::size_t>(from)];
    }
    model::from_f32(
        DType::kBF16, ordered, place<std::byte>(layout, std::string(stack.name) + ".bias", file));
    return {};
}

/// The tensor and element that made the kernel report a weight that is not finite.
util::Error find_nonfinite(const WeightSource& source, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        std::vector<float> values(source.weights().find(name)->elements());
        const Status read = source.weights().read_f32(name, values);
        if (!read) return read.error();
    }
    return fail(ErrorCode::kCorruptData,
                "a weight was not finite and is now: the folder changed while it was read");
}

Status import_int4(const WeightSource& source,
                   Quantiser& quantiser,
                   std::int64_t layer,
                   const Stack& stack,
                   const FileLayout& layout,
                   std::byte* file,
                   kernels::QuantizeError& sum) {
    const auto linears = model::layer_linears(source.config());
    std::vector<std::string> names;
    std::vector<AlignedBuffer> parts;
    for (std::size_t i = stack.first; i < stack.first + stack.count; ++i) {
        names.push_back(linear_name(layer, linears[i], "weight"));
    }
    const DType dtype = source.weights().find(names[0])->dtype;
    const bool same = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        return source.weights().find(name)->dtype == dtype;
    });
    kernels::QuantizeInt4Args args;
    args.rows.type = same ? source_type(dtype) : SourceType::kF32;
    args.k = linears[stack.first].in_features;
    args.rows.stride = args.k;
    args.order = stack.order;
    std::int64_t n = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const model::TensorEntry* entry = source.weights().find(names[i]);
        VT_ASSIGN(AlignedBuffer part,
                  AlignedBuffer::make(same ? entry->bytes : 4 * entry->elements()));
        if (same) {
            VT_TRY(source.weights().read_into(names[i], part.data()));
        } else {
            VT_TRY(source.weights().read_f32(
                names[i], {reinterpret_cast<float*>(part.data()), entry->elements()}));
        }
        args.rows.part[i] = part.data();
        args.rows.part_rows[i] = linears[stack.first + i].out_features;
        n += args.rows.part_rows[i];
        parts.push_back(std::move(part));
    }
    const std::string name = stack.name;
    std::int32_t nonfinite = 0;
    std::vector<kernels::QuantizeError> errors(static_cast<std::size_t>((n + 15) / 16));
    args.codes = place<std::uint8_t>(layout, name + ".codes", file);
    args.meta = place<std::uint32_t>(layout, name + ".meta", file);
    args.nonfinite = &nonfinite;
    args.error = errors.data();
    VT_TRY(quantiser.int4(args));
    if (nonfinite != 0) return find_nonfinite(source, names);
    for (const kernels::QuantizeError& e : errors) {
        sum.weight += e.weight;
        sum.ours += e.ours;
        sum.nf4 += e.nf4;
    }
    return {};
}

Status import_nf4(const WeightSource& source,
                  std::int64_t layer,
                  const Stack& stack,
                  const FileLayout& layout,
                  std::byte* file) {
    const auto linears = model::layer_linears(source.config());
    std::vector<Nf4Matrix> parts;
    for (std::size_t i = stack.first; i < stack.first + stack.count; ++i) {
        VT_ASSIGN(Nf4Matrix part,
                  read_nf4(source.weights(),
                           linear_name(layer, linears[i], "weight"),
                           linears[i].out_features,
                           linears[i].in_features));
        parts.push_back(std::move(part));
    }
    const std::string name = stack.name;
    retile_nf4(parts,
               stack.order,
               place<std::uint8_t>(layout, name + ".codes", file),
               place<float>(layout, name + ".absmax", file));
    return {};
}

std::string head_name(const WeightSource& source) {
    return source.config().tie_word_embeddings ? "model.embed_tokens.weight" : "lm_head.weight";
}

/// Adds what int8 lost on every sixteenth row of a piece.
void add_head_error(const kernels::QuantizeInt8Args& args,
                    DType dtype,
                    double& weight,
                    double& error) {
    const std::int64_t groups = args.k / kernels::kQuantGroup;
    std::vector<float> row(static_cast<std::size_t>(args.k));
    for (std::int64_t r = 0; r < args.rows.part_rows[0]; r += kSampledRow) {
        const auto* from = static_cast<const std::byte*>(args.rows.part[0]) +
                           static_cast<std::size_t>(r * args.k) * model::dtype_bytes(dtype);
        model::to_f32(dtype, from, row);
        for (std::int64_t i = 0; i < args.k; ++i) {
            const std::int64_t tile = (r / 16) * groups + i / 64;
            const std::int64_t byte = ((i % 64) & ~3) | ((i & 1) << 1) | ((i & 2) >> 1);
            const auto code = static_cast<std::int8_t>(
                args.codes[kernels::kInt8TileBytes * tile + 64 * (r % 16) + byte]);
            const double value = static_cast<double>(args.row_factor[r]) *
                                 std::ldexp(code, -args.exponents[16 * tile + r % 16]);
            const double w = row[static_cast<std::size_t>(i)];
            weight += w * w;
            error += (w - value) * (w - value);
        }
    }
}

double ratio(double error, double weight) { return weight > 0 ? std::sqrt(error / weight) : 0.0; }

}  // namespace

Result<PartError> import_layer(const WeightSource& source,
                               Quantiser& quantiser,
                               std::int64_t index,
                               const FileLayout& layout,
                               std::byte* file,
                               const GoOn& go_on) {
    const std::string at = "model.layers." + std::to_string(index) + ".";
    const auto vector = [&](const std::string& from, const char* to) {
        return import_vector(source, at + from, place<std::byte>(layout, to, file));
    };
    VT_TRY(vector("input_layernorm.weight", "norm1"));
    VT_TRY(vector("post_attention_layernorm.weight", "norm2"));
    if (source.config().qk_norm) {
        VT_TRY(vector("self_attn.q_norm.weight", "q_norm"));
        VT_TRY(vector("self_attn.k_norm.weight", "k_norm"));
    }
    const auto linears = model::layer_linears(source.config());
    kernels::QuantizeError sum;
    for (const Stack& stack : kStacks) {
        if (!go_on(0)) return cancelled().error();
        VT_TRY(import_bias(source, index, stack, layout, file));
        if (source.scheme() == Scheme::kInt4) {
            VT_TRY(import_int4(source, quantiser, index, stack, layout, file, sum));
        } else {
            VT_TRY(import_nf4(source, index, stack, layout, file));
        }
        std::int64_t weights = 0;
        for (std::size_t i = stack.first; i < stack.first + stack.count; ++i) {
            weights += linears[i].out_features * linears[i].in_features;
        }
        if (!go_on(weights)) return cancelled().error();
    }
    return PartError{.name = layout.name.substr(0, layout.name.size() - 4),
                     .ours = ratio(sum.ours, sum.weight),
                     .nf4 = ratio(sum.nf4, sum.weight)};
}

Result<PartError> import_head(const WeightSource& source,
                              Quantiser& quantiser,
                              const FileLayout& layout,
                              std::byte* file,
                              const GoOn& go_on) {
    VT_TRY(
        import_vector(source, "model.norm.weight", place<std::byte>(layout, "final_norm", file)));
    const std::string name = head_name(source);
    const DType dtype = source.weights().find(name)->dtype;
    const std::int64_t k = source.config().hidden_size;
    const std::int64_t groups = k / kernels::kQuantGroup;
    const std::uint64_t row_bytes = static_cast<std::uint64_t>(k) * model::dtype_bytes(dtype);
    VT_ASSIGN(const AlignedBuffer piece,
              AlignedBuffer::make(static_cast<std::uint64_t>(kHeadRows) * row_bytes));
    double weight = 0;
    double error = 0;
    for (std::int64_t row = 0; row < source.config().vocab_size; row += kHeadRows) {
        if (!go_on(0)) return cancelled().error();
        const std::int64_t rows = std::min(kHeadRows, source.config().vocab_size - row);
        VT_TRY(source.weights().read_range(name,
                                           static_cast<std::uint64_t>(row) * row_bytes,
                                           piece.span().first(static_cast<std::size_t>(
                                               static_cast<std::uint64_t>(rows) * row_bytes))));
        kernels::QuantizeInt8Args args;
        args.rows.type = source_type(dtype);
        args.rows.part[0] = piece.data();
        args.rows.part_rows[0] = rows;
        args.rows.stride = k;
        args.k = k;
        args.codes = place<std::uint8_t>(layout, "head.codes", file) +
                     kernels::kInt8TileBytes * (row / 16) * groups;
        args.exponents =
            place<std::uint8_t>(layout, "head.exponents", file) + 16 * (row / 16) * groups;
        args.row_factor = place<float>(layout, "head.row_factor", file) + row;
        std::int32_t nonfinite = 0;
        args.nonfinite = &nonfinite;
        VT_TRY(quantiser.int8(args));
        if (nonfinite != 0) return find_nonfinite(source, {name});
        add_head_error(args, dtype, weight, error);
        if (!go_on(rows * k)) return cancelled().error();
    }
    return PartError{.name = "head", .ours = ratio(error, weight), .nf4 = 0};
}

Status import_embedding(const WeightSource& source,
                        const std::function<Status(std::span<const std::byte>)>& write,
                        const GoOn& go_on) {
    const std::string name = "model.embed_tokens.weight";
    const DType dtype = source.weights().find(name)->dtype;
    const std::int64_t k = source.config().hidden_size;
    const std::uint64_t row_bytes = static_cast<std::uint64_t>(k) * model::dtype_bytes(dtype);
    std::vector<std::byte> raw;
    std::vector<float> values;
    std::vector<std::byte> stored;
    for (std::int64_t row = 0; row < source.config().vocab_size; row += kHeadRows) {
        const std::int64_t rows = std::min(kHeadRows, source.config().vocab_size - row);
        raw.resize(static_cast<std::size_t>(static_cast<std::uint64_t>(rows) * row_bytes));
        values.resize(static_cast<std::size_t>(rows * k));
        stored.resize(2 * values.size());
        VT_TRY(source.weights().read_range(name, static_cast<std::uint64_t>(row) * row_bytes, raw));
        model::to_f32(dtype, raw.data(), values);
        const bool finite =
            std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
        if (!finite) return find_nonfinite(source, {name});
        model::from_f32(DType::kBF16, values, stored.data());
        VT_TRY(write(stored));
        if (!go_on(rows * k)) return cancelled();
    }
    return {};
}

std::uint64_t import_memory(const WeightSource& source, const std::vector<FileLayout>& layout) {
    const model::ModelConfig& c = source.config();
    std::uint64_t largest = 0;
    for (const FileLayout& file : layout) {
        if (file.name != "embedding.bin") largest = std::max(largest, file.bytes);
    }
    // Two parts: one being made while the one before it is written; beside them the largest source
    // matrices, gate and up.
    const std::uint64_t matrix =
        2 * static_cast<std::uint64_t>(c.intermediate_size) *
        static_cast<std::uint64_t>(c.hidden_size) *
        (source.scheme() == Scheme::kNf4 ? 1 : model::dtype_bytes(c.dtype));
    const std::uint64_t rows = static_cast<std::uint64_t>(kHeadRows * c.hidden_size) * 10;
    return 2 * largest + std::max(matrix, rows) + (64ULL << 20);
}

}  // namespace veritune::quant
