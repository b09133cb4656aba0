// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/regex_splitter.h"
#include "core/util/json.h"
#include "core/util/result.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::text {

/// Split patterns that are recognised by their text and scanned by hand: linear time, no limits
/// needed.
enum class KnownPattern {
    kGpt2,    ///< GPT-2, RoBERTa and ByteLevel's own
    kQwen2,   ///< Qwen2 to Qwen3, DeepSeek-R1 distills on Qwen
    kLlama3,  ///< Llama 3: as Qwen2, but numbers in groups of up to three digits
};
/// The pattern as tokenizer.json writes it.
std::string_view known_pattern_text(KnownPattern pattern);
std::optional<KnownPattern> known_pattern(std::string_view text);
/// Appends the pieces, which cover text. text is valid UTF-8.
void split_known(KnownPattern pattern, std::string_view text, std::vector<std::string_view>& out);

/// The words of one text; `owned` holds those that are not parts of it.
struct Words {
    std::vector<std::string_view> pieces;
    std::deque<std::string> owned;
};

/// The `pre_tokenizer` of tokenizer.json: ByteLevel, Split, Digits, Metaspace and sequences of
/// them. Immutable.
class PreTokenizer {
  public:
    /// errors  kUnsupported naming the type
    static util::Result<PreTokenizer> create(const util::Json& description, std::string_view what);

    /// The vocabulary is written in GPT-2's byte alphabet.
    bool is_byte_level() const { return byte_level_; }
    /// text  valid UTF-8, must outlive the result; at_start  nothing stands before it
    Words split(std::string_view text, bool at_start) const;

  private:
    enum class Kind { kKnown, kRegex, kLiteral, kDigits, kDigitRuns, kPrefixSpace, kMetaspace };
    enum class Behavior { kRemoved, kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };
    enum class Prepend { kNever, kFirst, kAlways };
    struct Step {
        Kind kind = Kind::kKnown;
        Behavior behavior = Behavior::kIsolated;
        bool invert = false;
        KnownPattern known = KnownPattern::kGpt2;
        std::string literal;  ///< kLiteral: what to find; kMetaspace: the stand-in for a space
        Prepend prepend = Prepend::kNever;
        bool split = true;  ///< kMetaspace: also cut before each stand-in
        int regex = -1;     ///< index into regexes_
    };
    struct Range {
        std::size_t begin;
        std::size_t end;
        bool match;
    };

    util::Status add(const util::Json& description, std::string_view what, int depth);
    util::Status add_split(const util::Json& description, std::string_view what);
    util::Status add_metaspace(const util::Json& description, std::string_view what);
    void run(const Step& step, bool at_start, Words& words) const;
    void run_step(const Step& step,
                  std::string_view piece,
                  std::vector<std::string_view>& out) const;
    void run_metaspace(const Step& step, bool at_start, Words& words) const;
    std::vector<Range> find_ranges(const Step& step, std::string_view piece) const;

    std::vector<Step> steps_;
    std::vector<RegexSplitter> regexes_;
    bool byte_level_ = false;
};

}  // namespace veritune::text
