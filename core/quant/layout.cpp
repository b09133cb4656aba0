// SPDX-License-Identifier: Apache-2.0
#include "core/quant/layout.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace veritune::quant {
namespace {

using kernels::Bf16;
using kernels::QuantKind;
using kernels::QuantView;
using kernels::RowOrder;
using util::ErrorCode;
using util::fail;

constexpr std::int64_t kMostQueryHeads = 16;  ///< to one key/value head: rows of one matrix tile

std::uint64_t aligned(std::uint64_t bytes) {
    return (bytes + kTensorAlignment - 1) / kTensorAlignment * kTensorAlignment;
}

std::uint64_t type_bytes(std::string_view type) {
    if (type == "u8") return 1;
    return type == "bf16" ? 2 : 4;
}

class Builder {
  public:
    explicit Builder(std::string name) { file_.name = std::move(name); }
    void add(std::string name, std::string type, std::vector<std::int64_t> shape) {
        std::uint64_t bytes = type_bytes(type);
        for (const std::int64_t size : shape) bytes *= static_cast<std::uint64_t>(size);
        file_.tensors.push_back({.name = std::move(name),
                                 .type = std::move(type),
                                 .shape = std::move(shape),
                                 .offset = file_.bytes,
                                 .bytes = bytes});
        file_.bytes += aligned(bytes);
    }
    /// Codes and meta of a 4-bit matrix, then its bias.
    void add_linear(
        const std::string& name, Scheme scheme, std::int64_t n, std::int64_t k, bool bias) {
        const std::int64_t rows = (n + 15) / 16;
        const std::int64_t groups = k / kernels::kQuantGroup;
        add(name + ".codes", "u8", {rows, groups, kernels::kInt4TileBytes});
        if (scheme == Scheme::kInt4) {
            add(name + ".meta", "u32", {rows, groups, 8});
        } else {
            add(name + ".absmax", "f32", {rows, groups, 16});
        }
        if (bias) add(name + ".bias", "bf16", {n});
    }
    FileLayout done() && { return std::move(file_); }

  private:
    FileLayout file_;
};

FileLayout layer_layout(const model::ModelConfig& c, Scheme scheme, std::int64_t index) {
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "layer-%03d.bin", static_cast<int>(index));
    Builder file(name.data());
    const auto linears = model::layer_linears(c);
    file.add("norm1", "bf16", {c.hidden_size});
    file.add_linear("qkv",
                    scheme,
                    linears[0].out_features + linears[1].out_features + linears[2].out_features,
                    c.hidden_size,
                    linears[0].bias);
    if (c.qk_norm) {
        file.add("q_norm", "bf16", {c.head_dim});
        file.add("k_norm", "bf16", {c.head_dim});
    }
    file.add_linear("o", scheme, c.hidden_size, linears[3].in_features, linears[3].bias);
    file.add("norm2", "bf16", {c.hidden_size});
    file.add_linear("gate_up", scheme, 2 * c.intermediate_size, c.hidden_size, linears[4].bias);
    file.add_linear("down", scheme, c.hidden_size, c.intermediate_size, linears[6].bias);
    return std::move(file).done();
}

template <typename T>
const T* place(const FileLayout& layout, std::string_view name, const std::byte* base) {
    const TensorPlace* found = layout.find(name);
    if (found == nullptr) return nullptr;
    // The bytes of the file are those of the type: docs/formats/quantised-model.md.
    return reinterpret_cast<const T*>(base + found->offset);
}

QuantLinear linear_at(const FileLayout& layout,
                      const std::string& name,
                      Scheme scheme,
                      RowOrder order,
                      std::int64_t n,
                      std::int64_t k,
                      const std::byte* base) {
    const bool int4 = scheme == Scheme::kInt4;
    return {
        .w = QuantView{.kind = int4 ? QuantKind::kInt4 : QuantKind::kNf4,
                       .order = order,
                       .n = n,
                       .k = k,
                       .codes = place<std::uint8_t>(layout, name + ".codes", base),
                       .meta = place<std::byte>(layout, name + (int4 ? ".meta" : ".absmax"), base),
                       .row_factor = nullptr},
        .bias = place<Bf16>(layout, name + ".bias", base)};
}

util::Status check_width(std::string_view what, std::int64_t width, std::int64_t multiple) {
    if (width % multiple == 0) return {};
    return fail(ErrorCode::kUnsupported,
                std::string(what) + " is " + std::to_string(width) + ", which is no multiple of " +
                    std::to_string(multiple) + " (" +
                    std::to_string(width / multiple * multiple + multiple) +
                    " would be); choose another model, this one stays in 16 bits");
}

}  // namespace

std::string_view scheme_name(Scheme scheme) {
    return scheme == Scheme::kInt4 ? "int4-g64" : "nf4-g64";
}

const TensorPlace* FileLayout::find(std::string_view tensor) const {
    const auto found = std::find_if(
        tensors.begin(), tensors.end(), [&](const TensorPlace& t) { return t.name == tensor; });
    return found == tensors.end() ? nullptr : &*found;
}

util::Status check_quantisable(const model::ModelConfig& c) {
    VT_TRY(check_width("hidden_size", c.hidden_size, kernels::kQuantGroup));
    VT_TRY(check_width("intermediate_size", c.intermediate_size, kernels::kQuantGroup));
    VT_TRY(check_width("head_dim", c.head_dim, kernels::kQuantRows));
    VT_TRY(check_width("num_attention_heads x head_dim",
                       c.num_attention_heads * c.head_dim,
                       kernels::kQuantGroup));
    const std::int64_t queries = c.num_attention_heads / c.num_key_value_heads;
    if (queries <= kMostQueryHeads) return {};
    return fail(ErrorCode::kUnsupported,
                "the model has " + std::to_string(queries) +
                    " query heads to a key/value head, 16 are possible; choose another model");
}

std::vector<FileLayout> model_layout(const model::ModelConfig& c, Scheme scheme) {
    std::vector<FileLayout> files;
    Builder embedding("embedding.bin");
    embedding.add("embedding", "bf16", {c.vocab_size, c.hidden_size});
    files.push_back(std::move(embedding).done());
    for (std::int64_t i = 0; i < c.num_hidden_layers; ++i) {
        files.push_back(layer_layout(c, scheme, i));
    }
    Builder head("head.bin");
    const std::int64_t rows = (c.vocab_size + 15) / 16;
    const std::int64_t groups = c.hidden_size / kernels::kQuantGroup;
    head.add("final_norm", "bf16", {c.hidden_size});
    head.add("head.codes", "u8", {rows, groups, kernels::kInt8TileBytes});
    head.add("head.exponents", "u8", {rows, groups, 16});
    head.add("head.row_factor", "f32", {c.vocab_size});
    files.push_back(std::move(head).done());
    return files;
}

QuantLayer layer_at(const model::ModelConfig& c,
                    const FileLayout& layout,
                    Scheme scheme,
                    const std::byte* base) {
    const auto linears = model::layer_linears(c);
    const auto linear = [&](const char* name, RowOrder order, std::int64_t n, std::int64_t k) {
        return linear_at(layout, name, scheme, order, n, k, base);
    };
    return {
        .norm1 = place<Bf16>(layout, "norm1", base),
        .norm2 = place<Bf16>(layout, "norm2", base),
        .q_norm = place<Bf16>(layout, "q_norm", base),
        .k_norm = place<Bf16>(layout, "k_norm", base),
        .qkv = linear("qkv",
                      RowOrder::kQkv,
                      linears[0].out_features + linears[1].out_features + linears[2].out_features,
                      c.hidden_size),
        .o = linear("o", RowOrder::kPlain, c.hidden_size, linears[3].in_features),
        .gate_up = linear("gate_up", RowOrder::kGateUp, 2 * c.intermediate_size, c.hidden_size),
        .down = linear("down", RowOrder::kPlain, c.hidden_size, c.intermediate_size)};
}

QuantHead head_at(const model::ModelConfig& c, const FileLayout& layout, const std::byte* base) {
    return {.final_norm = place<Bf16>(layout, "final_norm", base),
            .w = {.kind = QuantKind::kInt8,
                  .order = RowOrder::kPlain,
                  .n = c.vocab_size,
                  .k = c.hidden_size,
                  .codes = place<std::uint8_t>(layout, "head.codes", base),
                  .meta = place<std::byte>(layout, "head.exponents", base),
                  .row_factor = place<float>(layout, "head.row_factor", base)}};
}

}  // namespace veritune::quant
