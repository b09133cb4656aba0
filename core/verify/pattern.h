// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <memory>
#include <string>
#include <string_view>

namespace veritune::verify {

enum class PatternResult { kMatch, kNoMatch, kLimit };

/// A PCRE2 pattern in UTF mode with Unicode properties: no JIT, no callouts, no \C, match limit
/// 1e6, depth limit 1,000, heap 16 MiB. threads  immutable after make()
class Pattern {
  public:
    /// errors  kInvalidArgument with PCRE2's sentence and the place; a pattern over 16 KiB
    static util::Result<Pattern> make(std::string_view pattern, bool ignore_case);
    Pattern(Pattern&&) noexcept;
    Pattern& operator=(Pattern&&) noexcept;
    ~Pattern();

    /// text  valid UTF-8
    /// share  of the match limit, for golds
    PatternResult full_match(std::string_view text, double share = 1.0) const;
    PatternResult search(std::string_view text) const;

  private:
    struct Code;
    explicit Pattern(std::unique_ptr<Code> code);
    std::unique_ptr<Code> code_;
};

}  // namespace veritune::verify
