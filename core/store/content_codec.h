// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace veritune::store {

/// Where a stored value lives. A sealing codec authenticates it, so that rows cannot be swapped.
struct ContentId {
    std::string_view table;   ///< "chain"
    std::string_view column;  ///< "completion"
    std::int64_t row = 0;     ///< primary key of the row
};

/// The one seam that all content (prompts, completions, token ids, gold, extracted answers) passes
/// on its way into and out of the database, so that encryption at rest is one change. First byte of
/// a stored value = flags: 0 plain, bit 0 compressed, bit 1 sealed. threads  implementations are
/// immutable
class ContentCodec {
  public:
    virtual ~ContentCodec() = default;
    virtual util::Result<std::string> encode(std::string_view bytes, const ContentId& id) const = 0;
    /// errors  kCorruptData when the value is empty, damaged or belongs to another row;
    /// kUnsupported for unknown flags
    virtual util::Result<std::string> decode(std::string_view stored,
                                             const ContentId& id) const = 0;
};

/// Flag byte 0, then the bytes as they are.
class PlainCodec final : public ContentCodec {
  public:
    util::Result<std::string> encode(std::string_view bytes, const ContentId& id) const override;
    util::Result<std::string> decode(std::string_view stored, const ContentId& id) const override;
};

}  // namespace veritune::store
