// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/dtype.h"
#include "core/model/model_config.h"
#include "core/util/file_system.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::model {

struct AdapterConfig {
    std::int64_t r = 16;                        ///< rank, 1 .. 1,024
    double lora_alpha = 32.0;                   ///< > 0, at most 1e6
    bool use_rslora = false;                    ///< scale by alpha / sqrt(r) instead of alpha / r
    std::vector<std::string> target_modules{};  ///< of kLinearNames, in that order, each once
    std::string base_model_name_or_path{};      ///< informative; may be empty

    /// What B A x is multiplied with.
    double scaling() const;
    bool operator==(const AdapterConfig&) const = default;
};

struct AdapterTensor {
    std::vector<std::int64_t> shape{};  ///< A [r, in_features], B [out_features, r]
    std::vector<float> values{};        ///< row-major, finite

    bool operator==(const AdapterTensor&) const = default;
};

/// A LoRA adapter as PEFT stores it: two tensors for each target module of each layer.
struct Adapter {
    AdapterConfig config;
    std::map<std::string, AdapterTensor> tensors;  ///< PEFT's key -> tensor
};

/// PEFT's key: "base_model.model.model.layers.3.self_attn.q_proj.lora_A.weight".
/// linear  one of kLinearNames; part  'A' or 'B'
std::string adapter_tensor_name(std::int64_t layer, std::string_view linear, char part);

/// Reads adapter_config.json and adapter_model.safetensors (F32, F16 or BF16). Refuses what would
/// change the result and is not computed here: DoRA, biases, per-layer ranks, initialisations that
/// change the base weights. errors  kNotFound, kUnsupported, kCorruptData (also NaN),
/// kInvalidArgument; each names the key and the next step threads  pure but for fs; source  PEFT
/// 0.21, LoraConfig; test  peft_adapter_test.cpp
util::Result<Adapter> read_adapter(util::FileSystem& fs, const std::string& folder);

/// Writes both files so that PEFT loads the folder as it is; the same adapter gives the same bytes.
/// errors  kInvalidArgument when config and tensors do not belong together
util::Status write_adapter(util::AtomicDir& folder,
                           const Adapter& adapter,
                           DType stored = DType::kF32);

/// The adapter fits this model: every layer, every target module, right shapes, nothing else.
/// errors  kInvalidArgument naming the tensor
util::Status check_adapter(const ModelConfig& config, const Adapter& adapter);

util::Json adapter_config_to_json(const AdapterConfig& config);
util::Result<AdapterConfig> parse_adapter_config(const util::Json& root);

}  // namespace veritune::model
