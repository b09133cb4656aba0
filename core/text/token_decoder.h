// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"
#include "core/util/result.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace veritune::text {

/// The `decoder` of tokenizer.json for vocabularies of characters: Replace, ByteFallback, Fuse,
/// Strip, Metaspace and sequences of them. Byte-level vocabularies need none. Immutable.
class TokenDecoder {
  public:
    /// errors  kUnsupported naming the type
    static util::Result<TokenDecoder> create(const util::Json& description, std::string_view what);

    /// The bytes of one model token inside a text.
    std::string bytes_of(std::string_view token) const;
    /// What falls away at the beginning of the whole text (the space that encode put there).
    void strip_start(std::string& text) const;

  private:
    util::Status add(const util::Json& description, std::string_view what, int depth);
    std::vector<std::pair<std::string, std::string>> replacements_;
    bool byte_fallback_ = false;
    bool fused_ = false;
    std::string strip_content_;
    int strip_count_ = 0;
};

}  // namespace veritune::text
