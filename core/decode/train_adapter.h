// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/train_layout.h"

#include <array>
#include <cstdint>
#include <vector>

namespace veritune::decode {

/// One linear's adapter in 32 bits on the host: A [r, in], B [out, r]; gradients of the same shapes
/// are added to, null where they are not wanted.
struct HostLora {
    const float* a = nullptr;
    const float* b = nullptr;
    float* da = nullptr;
    float* db = nullptr;
};

/// All of them, layer by layer.
struct HostAdapter {
    std::vector<std::array<HostLora, kLinears>> layers;
    std::int64_t r = 0;
    float scale = 1.0F;
};

/// One fused projection's adapter as products of many tokens want it.
struct LoraSlab {
    kernels::Bf16* a = nullptr;  ///< [columns, k]: A of the slices, one below the other
    kernels::Bf16* b = nullptr;  ///< [n, columns]: B in the slice's columns, else zero
    std::int64_t columns = 0;    ///< slices * padded rank
};

/// Gradients of the same layout in 32 bits. Columns of other slices hold nothing of use in db.
struct LoraGradient {
    float* da = nullptr;  ///< [columns, k]
    float* db = nullptr;  ///< [n, columns]
};

/// An adapter in bf16 on a backend, laid out for training.
/// threads  one owner;  test  device_decoder_test.cpp
class TrainAdapter {
  public:
    /// errors  kOutOfMemory
    static util::Result<TrainAdapter> make(const model::ModelConfig& config,
                                           std::int64_t r,
                                           Backend backend);
    /// The values of `host`, whose rank is that of make().
    util::Status assign(const model::ModelConfig& config, const HostAdapter& host);

    float scale() const { return scale_; }
    kernels::Bf16* numbers() const { return memory_.as<kernels::Bf16>(); }
    std::int64_t rank() const { return r_; }  ///< padded
    const LoraSlab& slab(std::int64_t layer, Fused which) const {
        return layers_[static_cast<std::size_t>(layer)][static_cast<std::size_t>(which)];
    }

  private:
    Buffer memory_;
    Buffer pinned_;  ///< of a card's, on the host
    Backend backend_ = Backend::kCpu;
    std::vector<std::array<LoraSlab, kFusedLinears>> layers_;
    std::int64_t r_ = 0;
    float scale_ = 1.0F;
};

/// Gradients of a whole adapter on a backend: zeros, until a backward pass writes all.
class TrainGradients {
  public:
    static util::Result<TrainGradients> make(const model::ModelConfig& config,
                                             std::int64_t r,
                                             Backend backend);
    const LoraGradient& at(std::int64_t layer, Fused which) const {
        return layers_[static_cast<std::size_t>(layer)][static_cast<std::size_t>(which)];
    }
    /// All, and behind them (value_gradient_at) room for those of a value head.
    const Buffer& memory() const { return memory_; }
    /// Adds them to the host's.
    util::Status add_to(const model::ModelConfig& config, const HostAdapter& host);
    std::int64_t rank() const { return r_; }  ///< padded

  private:
    Buffer memory_;
    Buffer pinned_;  ///< of a card's, on the host
    Backend backend_ = Backend::kCpu;
    std::vector<std::array<LoraGradient, kFusedLinears>> layers_;
    std::int64_t r_ = 0;
};

}  // namespace veritune::decode
