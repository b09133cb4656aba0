// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/model_config.h"
#include "core/model/safetensors.h"
#include "core/util/file_system.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::model {

/// The weights of a Hugging Face folder: model.safetensors, or model.safetensors.index.json and its
/// shards. Every tensor lies in exactly one shard; the index and the shards agree. Owns the open
/// files. threads  all const functions may be called from any thread; test sharded_weights_test.cpp
class ShardedWeights {
  public:
    /// errors  kNotFound (no weights), kUnsupported (only weights in a pickle format), kCorruptData
    /// (index or shard),
    ///   kPermissionDenied, kIoError
    static util::Result<ShardedWeights> open(util::FileSystem& fs, const std::string& folder);

    /// Sorted tensor names.
    std::vector<std::string> names() const;
    /// nullptr when there is no such tensor.
    const TensorEntry* find(std::string_view name) const;
    /// Sum over all tensors.
    std::uint64_t total_bytes() const;
    /// As in SafetensorsFile; kNotFound for an unknown name.
    util::Status read_into(std::string_view name, void* destination) const;
    /// As in SafetensorsFile; kNotFound for an unknown name.
    util::Status read_range(std::string_view name,
                            std::uint64_t begin,
                            std::span<std::byte> to) const;
    util::Status read_f32(std::string_view name,
                          std::span<float> to,
                          FiniteCheck check = FiniteCheck::kRequire) const;

  private:
    struct Place {
        std::size_t file = 0;
        const TensorEntry* entry = nullptr;  ///< in the file's own list, whose memory never moves
    };
    util::Status add_file(SafetensorsFile file);
    util::Result<Place> place_of(std::string_view name) const;

    std::vector<SafetensorsFile> files_;
    std::map<std::string, Place, std::less<>> places_;
};

/// Every tensor that the architecture needs is there with the right shape and a weight dtype, and
/// no other one (rotary tables of old exports and a head beside tied embeddings are allowed and not
/// used). errors  kCorruptData, kUnsupported; each names the tensor
util::Status check_weights(const ModelConfig& config, const ShardedWeights& weights);

}  // namespace veritune::model
