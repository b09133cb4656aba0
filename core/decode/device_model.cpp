// SPDX-License-Identifier: Apache-2.0
#include "core/decode/device_model.h"

#include "kernels/gemm_q.h"

#include <algorithm>
#include <string>
#include <utility>

namespace veritune::decode {

using util::Error;
using util::ErrorCode;
using util::Result;

namespace {

constexpr std::size_t kPieceBytes = std::size_t{16} << 20;

/// Reads files piece by piece into two pinned buffers: while one is copied to the card, the other
/// is read.
class Uploader {
  public:
    static Result<Uploader> make() {
        Uploader u;
        for (Buffer& b : u.staging_) {
            VT_ASSIGN(b,
                      Buffer::make(Backend::kCuda, kPieceBytes, "loading", Buffer::Place::kPinned));
        }
        for (kernels::cuda::Event& e : u.copied_) {
            VT_TRY(check(kernels::cuda::create_event(&e), "loading"));
        }
        return u;
    }
    Uploader(Uploader&& other) noexcept
        : staging_(std::move(other.staging_)),
          copied_(std::exchange(other.copied_, {})) {}
    Uploader& operator=(Uploader&&) = delete;
    ~Uploader() {
        for (const kernels::cuda::Event e : copied_) {
            if (e.handle != nullptr) kernels::cuda::destroy_event(e);
        }
    }

    util::Status send(const quant::QuantModel& model,
                      std::size_t file,
                      std::byte* to,
                      const std::function<bool(std::size_t)>& went_on) {
        const std::size_t all = model.file_data(file).size();
        for (std::size_t at = 0; at < all; at += kPieceBytes) {
            const std::size_t bytes = std::min(kPieceBytes, all - at);
            VT_TRY(wait());
            VT_TRY(model.read(file, at, {staging_[side_].data(), bytes}));
            VT_TRY(check(kernels::cuda::copy_to_device(to + at, staging_[side_].data(), bytes, {}),
                         "copying weights to the card"));
            VT_TRY(check(kernels::cuda::record(copied_[side_], {}), "loading"));
            used_[side_] = true;
            side_ ^= 1;
            if (!went_on(bytes)) {
                return Error{ErrorCode::kCancelled, "loading the model was stopped", {}};
            }
        }
        return {};
    }

  private:
    Uploader() = default;
    util::Status wait() {
        if (!used_[side_]) return {};
        float unused = 0;
        return check(kernels::cuda::elapsed_ms(copied_[side_], copied_[side_], &unused), "loading");
    }

    std::array<Buffer, 2> staging_;
    std::array<kernels::cuda::Event, 2> copied_{};
    std::array<bool, 2> used_{};
    std::size_t side_ = 0;
};

/// Rounds up, pads and interleaves: the values of one fused projection.
struct FusedParts {
    std::vector<std::string_view> names;
    std::int64_t in = 0;
    std::int64_t out = 0;
};

std::array<FusedParts, kFusedLinears> fused_parts(const model::ModelConfig& config) {
    const auto linears = model::layer_linears(config);
    std::array<FusedParts, kFusedLinears> parts;
    const auto put = [&](Fused which, std::size_t first, std::size_t count) {
        FusedParts& p = parts[static_cast<std::size_t>(which)];
        for (std::size_t i = first; i < first + count; ++i) {
            p.names.push_back(linears[i].name);
            p.in = linears[i].in_features;
            p.out += linears[i].out_features;
        }
    };
    put(Fused::kQkv, 0, 3);
    put(Fused::kO, 3, 1);
    put(Fused::kGateUp, 4, 2);
    put(Fused::kDown, 6, 1);
    return parts;
}

const model::AdapterTensor* find(const model::Adapter& adapter,
                                 std::int64_t layer,
                                 std::string_view linear,
                                 char part) {
    const auto found = adapter.tensors.find(model::adapter_tensor_name(layer, linear, part));
    return found == adapter.tensors.end() ? nullptr : &found->second;
}

/// A stacked: part p in rows p * r ...
std::vector<kernels::Bf16> stacked_a(const model::Adapter& adapter,
                                     std::int64_t layer,
                                     const FusedParts& parts,
                                     std::int64_t r) {
    std::vector<kernels::Bf16> rows(parts.names.size() * static_cast<std::size_t>(r * parts.in));
    for (std::size_t p = 0; p < parts.names.size(); ++p) {
        const model::AdapterTensor* a = find(adapter, layer, parts.names[p], 'A');
        if (a == nullptr) continue;
        auto to = rows.begin() + static_cast<std::ptrdiff_t>(p) * r * parts.in;
        std::ranges::transform(a->values, to, kernels::to_bf16);
    }
    return rows;
}

/// B of all parts in the row order of the matrix, columns padded to r.
std::vector<kernels::Bf16> ordered_b(const model::Adapter& adapter,
                                     std::int64_t layer,
                                     const FusedParts& parts,
                                     std::int64_t r,
                                     bool gate_up) {
    const std::int64_t rows = (parts.out + 15) / 16 * 16;
    std::vector<kernels::Bf16> all(static_cast<std::size_t>(rows * r));
    std::int64_t begin = 0;
    for (std::size_t p = 0; p < parts.names.size(); ++p) {
        const model::AdapterTensor* b = find(adapter, layer, parts.names[p], 'B');
        const std::int64_t size = b == nullptr ? 0 : b->shape[0];
        for (std::int64_t i = 0; i < size; ++i) {
            const std::int64_t row =
                gate_up ? i / 8 * 16 + 8 * static_cast<std::int64_t>(p) + i % 8 : begin + i;
            for (std::int64_t c = 0; c < b->shape[1]; ++c) {
                all[static_cast<std::size_t>(row * r + c)] =
                    kernels::to_bf16(b->values[static_cast<std::size_t>(i * b->shape[1] + c)]);
            }
        }
        begin += size;
    }
    return all;
}

}  // namespace

Result<DeviceModel> DeviceModel::load(
    std::shared_ptr<const quant::QuantModel> model,
    Backend backend,
    const std::function<bool(std::uint64_t, std::uint64_t)>& go_on) {
    DeviceModel m;
    m.model_ = std::move(model);
    m.backend_ = backend;
    const std::size_t files = m.model_->file_count();
    std::uint64_t all = 0;
    for (std::size_t f = 0; f < files; ++f) all += m.model_->file_data(f).size();
    m.weight_bytes_ = all - m.model_->file_data(0).size();
    if (backend == Backend::kCpu) {
        m.embedding_ = m.model_->embedding();
        for (std::int64_t l = 0; l < m.config().num_hidden_layers; ++l) {
            m.layers_.push_back(m.model_->layer(l));
        }
        m.head_ = m.model_->head();
        return m;
    }
    VT_ASSIGN(m.weights_, Buffer::make(backend, m.weight_bytes_, "the model's weights"));
    const std::size_t table = m.model_->file_data(0).size();
    VT_ASSIGN(m.pinned_,
              Buffer::make(backend, table, "the embedding table", Buffer::Place::kPinned));
    m.embedding_ = m.pinned_.as<kernels::Bf16>();

    std::uint64_t done = 0;
    const auto went_on = [&](std::size_t bytes) {
        done += bytes;
        return !go_on || go_on(done, all);
    };
    for (std::size_t at = 0; at < table; at += kPieceBytes) {
        const std::size_t bytes = std::min(kPieceBytes, table - at);
        VT_TRY(m.model_->read(0, at, {m.pinned_.data() + at, bytes}));
        if (!went_on(bytes))
            return Error{ErrorCode::kCancelled, "loading the model was stopped", {}};
    }
    VT_ASSIGN(Uploader uploader, Uploader::make());
    std::byte* to = m.weights_.data();
    for (std::size_t f = 1; f < files; ++f) {
        VT_TRY(uploader.send(*m.model_, f, to, went_on));
        const quant::FileLayout& layout = m.model_->file_layout(f);
        if (f + 1 < files) {
            m.layers_.push_back(quant::layer_at(m.config(), layout, m.model_->scheme(), to));
        } else {
            m.head_ = quant::head_at(m.config(), layout, to);
        }
        to += m.model_->file_data(f).size();
    }
    VT_TRY(check(kernels::cuda::synchronize({}), "copying weights to the card"));
    VT_TRY(m.model_->check_unchanged());
    return m;
}

Result<DeviceAdapter> DeviceAdapter::make(const model::ModelConfig& config,
                                          const model::Adapter& adapter,
                                          Backend backend) {
    VT_TRY(model::check_adapter(config, adapter));
    DeviceAdapter d;
    d.r_ = (adapter.config.r + 15) / 16 * 16;
    if (d.r_ > kernels::kGemmQMaxRank) {
        return Error{ErrorCode::kUnsupported,
                     "the adapter's rank is " + std::to_string(adapter.config.r) +
                         "; quantised models take ranks up to " +
                         std::to_string(kernels::kGemmQMaxRank),
                     {}};
    }
    const auto parts = fused_parts(config);
    Carver carver;
    struct Place {
        std::size_t a, b;
    };
    std::vector<std::array<Place, kFusedLinears>> places(
        static_cast<std::size_t>(config.num_hidden_layers));
    for (auto& layer : places) {
        for (std::size_t f = 0; f < kFusedLinears; ++f) {
            const auto slices = static_cast<std::int64_t>(parts[f].names.size());
            layer[f].a = carver.reserve(static_cast<std::size_t>(2 * slices * d.r_ * parts[f].in));
            layer[f].b = carver.reserve(
                static_cast<std::size_t>(2 * d.r_ * ((parts[f].out + 15) / 16 * 16)));
        }
    }
    VT_ASSIGN(d.memory_, Buffer::make(backend, carver.used(), "the adapter"));
    d.layers_.resize(places.size());
    for (std::size_t l = 0; l < places.size(); ++l) {
        for (std::size_t f = 0; f < kFusedLinears; ++f) {
            bool targeted = false;
            for (const std::string_view name : parts[f].names) {
                targeted =
                    targeted || find(adapter, static_cast<std::int64_t>(l), name, 'A') != nullptr;
            }
            if (!targeted) continue;
            d.layers_[l][f] = {.a = d.memory_.as<kernels::Bf16>(places[l][f].a),
                               .b = d.memory_.as<kernels::Bf16>(places[l][f].b),
                               .r = d.r_,
                               .slices = static_cast<std::int64_t>(parts[f].names.size())};
        }
    }
    VT_TRY(d.fill(config, adapter));
    return d;
}

util::Status DeviceAdapter::assign(const model::ModelConfig& config,
                                   const model::Adapter& adapter) {
    VT_TRY(model::check_adapter(config, adapter));
    if ((adapter.config.r + 15) / 16 * 16 != r_) {
        return Error{
            ErrorCode::kInvalidArgument, "the adapter has another rank than the one in use", {}};
    }
    return fill(config, adapter);
}

util::Status DeviceAdapter::fill(const model::ModelConfig& config, const model::Adapter& adapter) {
    const auto parts = fused_parts(config);
    scale_ = static_cast<float>(adapter.config.scaling());
    struct Values {
        std::vector<kernels::Bf16> a, b;
    };
    std::vector<std::array<Values, kFusedLinears>> values(layers_.size());
    // 40 million numbers of a 7B model, anew at every step of training.
#pragma omp parallel for schedule(dynamic, 1)
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        for (std::size_t f = 0; f < kFusedLinears; ++f) {
            if (layers_[l][f].a == nullptr) continue;
            const auto layer = static_cast<std::int64_t>(l);
            const bool gate_up = f == static_cast<std::size_t>(Fused::kGateUp);
            values[l][f] = {.a = stacked_a(adapter, layer, parts[f], r_),
                            .b = ordered_b(adapter, layer, parts[f], r_, gate_up)};
        }
    }
    const auto offset = [&](const kernels::Bf16* p) {
        return static_cast<std::size_t>(reinterpret_cast<const std::byte*>(p) - memory_.data());
    };
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        for (std::size_t f = 0; f < kFusedLinears; ++f) {
            const FusedLora& lora = layers_[l][f];
            if (lora.a == nullptr) continue;
            const Values& v = values[l][f];
            VT_TRY(memory_.write(v.a.data(), 2 * v.a.size(), offset(lora.a), {}));
            VT_TRY(memory_.write(v.b.data(), 2 * v.b.size(), offset(lora.b), {}));
        }
    }
    return {};
}

}  // namespace veritune::decode
