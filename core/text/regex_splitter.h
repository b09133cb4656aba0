// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <functional>
#include <memory>
#include <string_view>

namespace veritune::text {

/// A pre-tokenizer pattern that is none of the known ones, run by PCRE2 (UTF, Unicode properties,
/// no JIT) with limits: 10^6 match steps, depth 1,000, 16 MiB. Where a limit is met, what is left
/// of the text counts as one gap: the result is still a function of text and pattern alone. threads
/// immutable
class RegexSplitter {
  public:
    /// errors  kUnsupported: longer than 4 KiB, not PCRE2 syntax, or with parts that mean something
    /// else in the
    ///   library the file was written for (Oniguruma: &&, \h, \H)
    static util::Result<RegexSplitter> create(std::string_view pattern, std::string_view what);
    RegexSplitter(RegexSplitter&&) noexcept;
    RegexSplitter& operator=(RegexSplitter&&) noexcept;
    ~RegexSplitter();

    /// Calls `found` with begin and end of every non-empty match, left to right. text is valid
    /// UTF-8.
    void for_each_match(std::string_view text,
                        const std::function<void(std::size_t, std::size_t)>& found) const;

  private:
    struct Program;
    explicit RegexSplitter(std::unique_ptr<Program> program);
    std::unique_ptr<Program> program_;
};

}  // namespace veritune::text
