// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"
#include "core/util/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace veritune::text {

/// The `normalizer` of tokenizer.json: NFC, NFD, NFKC, NFKD, Prepend, Replace (of plain text) and
/// sequences of them. Immutable.
class Normalizer {
  public:
    /// description  null or the object of the file
    /// errors  kUnsupported naming the type
    static util::Result<Normalizer> create(const util::Json& description, std::string_view what);

    bool is_identity() const { return steps_.empty(); }
    /// text  valid UTF-8
    /// at_start  false leaves Prepend steps out: the text continues something
    std::string apply(std::string_view text, bool at_start = true) const;

  private:
    enum class Kind { kNfc, kNfd, kNfkc, kNfkd, kPrepend, kReplace };
    struct Step {
        Kind kind;
        std::string from;
        std::string to;
    };
    util::Status add(const util::Json& description, std::string_view what, int depth);
    std::vector<Step> steps_;
};

enum class UnicodeForm { kNfc, kNfd, kNfkc, kNfkd };

/// Unicode normalisation (utf8proc 2.8: Unicode 15). text is valid UTF-8.
/// cost  O(n log n), also for long runs of combining marks
std::string normalize_unicode(std::string_view text, UnicodeForm form);

/// Every occurrence, left to right, without looking at what was put in. from is not empty.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

}  // namespace veritune::text
