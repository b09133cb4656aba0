// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/model_config.h"

#include <string>

/// A quantised model whose weights are random: they take as long as true ones.
namespace veritune::decode::bench {

/// The shape of Qwen2.5-7B.
model::ModelConfig qwen_7b();
/// Data files and manifest in `folder`.
void make_folder(const std::string& folder, const model::ModelConfig& config);

}  // namespace veritune::decode::bench
