// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/model_config.h"
#include "core/model/sharded_weights.h"
#include "core/quant/data_file.h"
#include "core/quant/layout.h"
#include "core/util/file_system.h"

#include <memory>
#include <string>
#include <vector>

namespace veritune::quant {

/// A Hugging Face folder to be imported: 16- or 32-bit weights, or NF4 as bitsandbytes stores it.
/// Owns the open files. threads  const functions may be called from any thread
class WeightSource {
  public:
    /// Reads configuration and tensor tables, and checks them against each other.
    /// errors  those of read_model_config, ShardedWeights and check_quantisable; kUnsupported for
    /// other 4- and 8-bit formats than NF4 with blocks of 64
    static util::Result<WeightSource> open(util::FileSystem& fs, const std::string& folder);

    const model::ModelConfig& config() const { return config_; }
    Scheme scheme() const { return scheme_; }
    const model::ShardedWeights& weights() const { return *weights_; }
    /// config.json without what says how the source was quantised.
    const std::string& config_text() const { return config_text_; }
    /// SHA-256 over config.json, the tensor table and the sizes of the weight files: tells models
    /// apart without reading 15 GB.
    const std::string& fingerprint() const { return fingerprint_; }
    /// One line that also changes when a weight file was written to.
    std::string stamp_text() const;
    /// errors  kCorruptData: a weight file was written to since open()
    util::Status check_unchanged() const;

  private:
    util::Status read_config(util::FileSystem& fs, const std::string& folder);
    util::Status list_files(util::FileSystem& fs, const std::string& folder);

    model::ModelConfig config_;
    Scheme scheme_ = Scheme::kInt4;
    std::string config_text_;
    std::string fingerprint_;
    std::vector<std::string> paths_;
    std::vector<FileStamp> stamps_;
    std::shared_ptr<const model::ShardedWeights> weights_;
};

}  // namespace veritune::quant
