// SPDX-License-Identifier: Apache-2.0
#include "core/rollout/quantised_model.h"

#include <algorithm>
#include <utility>

namespace veritune::rollout {

using util::Result;

Result<std::unique_ptr<QuantisedModel>> QuantisedModel::load(util::FileSystem& fs,
                                                             const std::string& folder,
                                                             Options options) {
    VT_ASSIGN(quant::QuantModel opened, quant::QuantModel::open(fs, folder));
    auto files = std::make_shared<const quant::QuantModel>(std::move(opened));
    const bool card = options.allow_card && kernels::cuda::device_count() > 0;
    VT_ASSIGN(decode::DeviceModel device,
              decode::DeviceModel::load(
                  files, card ? decode::Backend::kCuda : decode::Backend::kCpu, {}));
    return std::unique_ptr<QuantisedModel>(
        new QuantisedModel(std::move(files), std::move(device), std::move(options)));
}

Result<std::unique_ptr<decode::ModelRunner>> QuantisedModel::make_runner(
    std::int64_t slots, std::int64_t max_length) const {
    decode::RunnerOptions options{.slots = slots, .max_length = max_length};
    constexpr std::int64_t kLeastRank = 16;
    options.max_rank =
        std::max(kLeastRank, options_.adapter ? options_.adapter->config.r : std::int64_t{0});
    options.vocab = std::min(options_.vocab, config().vocab_size);
    options.bf16_kv_layers = manifest().kv_bf16_layers;
    VT_ASSIGN(std::unique_ptr<decode::ModelRunner> runner,
              decode::ModelRunner::make(device_, options));
    if (options_.adapter) VT_TRY(runner->set_adapter(*options_.adapter));
    if (fill_) VT_TRY(fill_(runner->adapter()));
    return runner;
}

util::Status QuantisedModel::use_adapter(model::Adapter adapter) {
    const bool same_rank = options_.adapter && options_.adapter->config.r == adapter.config.r;
    options_.adapter = std::move(adapter);
    fill_ = nullptr;
    if (runner_ == nullptr) return {};
    if (!same_rank) {  // made for another rank
        runner_.reset();
        return {};
    }
    return runner_->set_adapter(*options_.adapter);
}

util::Status QuantisedModel::fill_adapter(Fill fill) {
    VT_CHECK(options_.adapter.has_value());
    fill_ = std::move(fill);
    return runner_ == nullptr ? util::Status() : fill_(runner_->adapter());
}

Result<decode::ModelRunner*> QuantisedModel::runner(std::int64_t slots, std::int64_t max_length) {
    if (runner_ != nullptr && wanted_slots_ >= slots && max_length_ >= max_length) {
        return runner_.get();
    }
    // Its memory first: a card holds one set of pages.
    runner_.reset();
    for (std::int64_t fewer = slots;; fewer /= 2) {
        auto made = make_runner(fewer, max_length);
        if (made) {
            runner_ = std::move(*made);
            wanted_slots_ = slots;
            max_length_ = max_length;
            return runner_.get();
        }
        if (made.error().code != util::ErrorCode::kOutOfMemory || fewer == 1) return made.error();
    }
}

}  // namespace veritune::rollout
