// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/tokenizer.h"
#include "core/util/json.h"

#include <memory>
#include <string_view>

namespace veritune::text {

inline constexpr std::string_view kCharacterModelType = "veritune_character";

/// From the `model` object of our own tokenizer.json.
/// errors  kCorruptData: no alphabet, fewer than 3 characters, more than 65,536, one of them twice
util::Result<std::unique_ptr<Tokenizer>> load_character_tokenizer(const util::Json& model,
                                                                  std::string_view what);

}  // namespace veritune::text
