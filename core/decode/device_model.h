// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/memory.h"
#include "core/model/peft_adapter.h"
#include "core/quant/quant_model.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace veritune::decode {

/// A quantised model where its kernels find it. On the CPU the mapped files themselves serve; on a
/// card the layers and the head are copied, and the embedding table lies in pinned host memory.
class DeviceModel {
  public:
    /// go_on(bytes done, bytes in all) is called now and then; false ends with kCancelled.
    /// errors  kOutOfMemory (what is missing), kUnavailable, those of QuantModel::read
    static util::Result<DeviceModel> load(
        std::shared_ptr<const quant::QuantModel> model,
        Backend backend,
        const std::function<bool(std::uint64_t, std::uint64_t)>& go_on);

    Backend backend() const { return backend_; }
    const model::ModelConfig& config() const { return model_->config(); }
    const kernels::Bf16* embedding() const { return embedding_; }  ///< [vocab, hidden]
    const quant::QuantLayer& layer(std::int64_t index) const {
        return layers_[static_cast<std::size_t>(index)];
    }
    const quant::QuantHead& head() const { return head_; }
    /// Of the card (or the host) without the embedding.
    std::size_t weight_bytes() const { return weight_bytes_; }

  private:
    DeviceModel() = default;
    std::shared_ptr<const quant::QuantModel> model_;
    Backend backend_ = Backend::kCpu;
    Buffer weights_;
    Buffer pinned_;
    const kernels::Bf16* embedding_ = nullptr;
    std::vector<quant::QuantLayer> layers_;
    quant::QuantHead head_;
    std::size_t weight_bytes_ = 0;
};

/// The projections of a layer as the quantised model has them.
enum class Fused { kQkv, kO, kGateUp, kDown };
inline constexpr std::size_t kFusedLinears = 4;

/// LoRA of one fused projection on a backend; a null: none.
struct FusedLora {
    const kernels::Bf16* a = nullptr;  ///< [slices * r, in]
    const kernels::Bf16* b = nullptr;  ///< [out, r] in the row order of the matrix
    std::int64_t r = 0;                ///< padded to a multiple of 16
    std::int64_t slices = 0;
};

/// An adapter in bf16, laid out for the kernels. Its addresses stay while the rank does.
class DeviceAdapter {
  public:
    /// No adapter.
    DeviceAdapter() = default;
    /// errors  those of check_adapter; kUnsupported for a rank above kGemmQMaxRank; kOutOfMemory
    static util::Result<DeviceAdapter> make(const model::ModelConfig& config,
                                            const model::Adapter& adapter,
                                            Backend backend);
    /// New values for the same shapes, at the same addresses: recorded graphs go on.
    util::Status assign(const model::ModelConfig& config, const model::Adapter& adapter);

    bool empty() const { return layers_.empty(); }
    float scale() const { return scale_; }
    std::int64_t rank() const { return r_; }  ///< padded
    kernels::Bf16* numbers() const { return memory_.as<kernels::Bf16>(); }
    FusedLora lora(std::int64_t layer, Fused which) const {
        return layers_.empty()
                   ? FusedLora{}
                   : layers_[static_cast<std::size_t>(layer)][static_cast<std::size_t>(which)];
    }

  private:
    util::Status fill(const model::ModelConfig& config, const model::Adapter& adapter);

    Buffer memory_;
    std::vector<std::array<FusedLora, kFusedLinears>> layers_;
    std::int64_t r_ = 0;
    float scale_ = 1.0F;
};

}  // namespace veritune::decode
