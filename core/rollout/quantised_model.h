// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/model_runner.h"
#include "core/model/peft_adapter.h"
#include "core/util/file_system.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace veritune::rollout {

/// A quantised model ready to sample: on the first card where there is one, else on the processor.
/// threads  one owner;  test  quantised_rollout_test.cpp
class QuantisedModel {
  public:
    struct Options {
        std::int64_t vocab = 0;  ///< ids of the tokenizer: those behind it are never drawn
        std::optional<model::Adapter> adapter{};
        bool allow_card = true;
    };
    /// errors  those of quant::QuantModel, decode::DeviceModel and check_adapter
    static util::Result<std::unique_ptr<QuantisedModel>> load(util::FileSystem& fs,
                                                              const std::string& folder,
                                                              Options options);

    const model::ModelConfig& config() const { return device_.config(); }
    const quant::Manifest& manifest() const { return files_->manifest(); }
    decode::Backend backend() const { return device_.backend(); }
    /// Weights where they are computed with.
    std::size_t weight_bytes() const { return device_.weight_bytes(); }

    /// Room for `slots` chains (1..256) of max_length tokens. Kept from call to call while it is
    /// large enough; where a card has too little memory, for fewer chains at a time: the same
    /// result, later. The adapter is set.
    /// errors  kOutOfMemory when not even one chain fits, those of ModelRunner
    util::Result<decode::ModelRunner*> runner(std::int64_t slots, std::int64_t max_length);
    /// Sample with this adapter from now on.
    util::Status use_adapter(model::Adapter adapter);
    /// From now on with the numbers that `fill` writes, now and into every runner to come, in the
    /// place of those of the last use_adapter(), whose shapes stay.
    using Fill = std::function<util::Status(const decode::DeviceAdapter&)>;
    util::Status fill_adapter(Fill fill);
    bool has_adapter(std::int64_t r) const {
        return options_.adapter && options_.adapter->config.r == r;
    }
    /// Gives the memory of runner() back.
    void drop_runner() { runner_.reset(); }

    const decode::DeviceModel& device() const { return device_; }
    std::int64_t vocab() const { return options_.vocab; }

  private:
    QuantisedModel(std::shared_ptr<const quant::QuantModel> files,
                   decode::DeviceModel device,
                   Options options)
        : files_(std::move(files)),
          device_(std::move(device)),
          options_(std::move(options)) {}
    util::Result<std::unique_ptr<decode::ModelRunner>> make_runner(std::int64_t slots,
                                                                   std::int64_t max_length) const;

    std::shared_ptr<const quant::QuantModel> files_;
    decode::DeviceModel device_;
    Options options_;
    Fill fill_;
    std::unique_ptr<decode::ModelRunner> runner_;  ///< after device_, which it refers to
    std::int64_t wanted_slots_ = 0;
    std::int64_t max_length_ = 0;
};

}  // namespace veritune::rollout
