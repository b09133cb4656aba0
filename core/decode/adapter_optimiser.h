// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/optimiser_layout.h"
#include "core/decode/train_adapter.h"
#include "kernels/adamw8.h"

#include <cstdint>
#include <span>
#include <vector>

namespace veritune::decode {

/// AdamW where the adapter is computed with: 32-bit masters and moments beside it, gradients as the
/// backward pass left them, the bf16 copies for training and sampling written in place. All memory
/// is taken when it is made; a step takes none and either does everything or nothing.
/// threads  one owner;  source  kernels.md 8;  test  adapter_optimiser_test.cpp
class AdapterOptimiser {
  public:
    /// Zeros, until load() and load_moments().
    /// errors  kOutOfMemory
    static util::Result<AdapterOptimiser> make(const model::ModelConfig& config,
                                               const FlatPlaces& places,
                                               Backend backend,
                                               bool eight_bit);

    bool eight_bit() const { return eight_bit_; }
    /// The host's flat numbers to here and back. What lies between matrices is left alone.
    util::Status load(std::span<const float> flat);
    util::Status store(std::span<float> flat) const;
    /// Moments in fp32 on the host; 8-bit ones come back from there as the same codes.
    util::Status load_moments(std::span<const float> m, std::span<const float> v);
    util::Status store_moments(std::span<float> m, std::span<float> v) const;

    struct Step {
        kernels::AdamRule rule{};
        double max_norm = 0;  ///< 0: no clipping
    };
    /// One step. Gradients of what is trained beside the adapter come from the host, at their
    /// places in flat_grad, which become 0; its new numbers go to their places in flat.
    /// returns  why nothing was done, or that everything was
    util::Result<kernels::StepVerdict> step(const TrainGradients& gradients,
                                            const TrainAdapter& adapter,
                                            const Step& step,
                                            std::span<float> flat_grad,
                                            std::span<float> flat);
    /// Masters to the bf16 copy for training.
    util::Status write(const TrainAdapter& adapter) const;
    /// Masters to the bf16 copy for sampling, which has the same rank and all linears.
    util::Status write(const DeviceAdapter& adapter);
    /// 64 bits for every 256 numbers or codes of masters and moments.
    util::Result<std::vector<std::uint64_t>> digest() const;

  private:
    AdapterOptimiser(const model::ModelConfig& config,
                     const FlatPlaces& places,
                     Backend backend,
                     bool eight_bit);
    kernels::Moments moments() const;
    util::Status settled(const char* what) const;
    template <typename T>
    util::Status read_all(std::size_t at, std::vector<T>& to) const;
    util::Status spread(std::size_t table, std::int64_t count, kernels::Bf16* to) const;
    util::Status send_others(const TrainGradients& gradients, std::span<float> grad) const;
    util::Status fetch_others(std::span<float> flat) const;
    /// Numbers by blocks, 0 in the padding; and the inverse.
    std::vector<float> in_blocks(std::span<const float> flat) const;
    void from_blocks(const std::vector<float>& blocks, std::span<float> flat) const;

    model::ModelConfig config_;
    FlatPlaces places_;
    OptimiserLayout layout_;
    Backend backend_;
    bool eight_bit_;
    Buffer memory_;
    const kernels::Bf16* decode_of_ = nullptr;  ///< whose places the second table has
    std::int64_t decode_count_ = 0;
};

}  // namespace veritune::decode
