// SPDX-License-Identifier: Apache-2.0
#include "core/verify/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <utility>

namespace veritune::verify {

namespace {

constexpr std::size_t kMaxPatternBytes = std::size_t{16} << 10;
constexpr std::uint32_t kMatchLimit = 1'000'000;
constexpr std::uint32_t kDepthLimit = 1'000;
constexpr std::uint32_t kHeapKib = 16 * 1024;

PatternResult run(const pcre2_code* code,
                  std::string_view text,
                  std::uint32_t options,
                  std::uint32_t match_limit = kMatchLimit) {
    pcre2_match_context* context = pcre2_match_context_create(nullptr);
    pcre2_set_match_limit(context, match_limit);
    pcre2_set_depth_limit(context, kDepthLimit);
    pcre2_set_heap_limit(context, kHeapKib);
    pcre2_match_data* data = pcre2_match_data_create_from_pattern(code, nullptr);
    const int result = pcre2_match(code,
                                   reinterpret_cast<PCRE2_SPTR>(text.data()),
                                   text.size(),
                                   0,
                                   options | PCRE2_NO_JIT,
                                   data,
                                   context);
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    if (result >= 0) return PatternResult::kMatch;
    return result == PCRE2_ERROR_NOMATCH ? PatternResult::kNoMatch : PatternResult::kLimit;
}

}  // namespace

struct Pattern::Code {
    explicit Code(pcre2_code* compiled)
        : search(compiled) {}
    Code(const Code&) = delete;
    Code& operator=(const Code&) = delete;
    ~Code() { pcre2_code_free(search); }
    pcre2_code* search;
};

Pattern::Pattern(std::unique_ptr<Code> code)
    : code_(std::move(code)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

util::Result<Pattern> Pattern::make(std::string_view pattern, bool ignore_case) {
    if (pattern.size() > kMaxPatternBytes) {
        return util::fail(util::ErrorCode::kInvalidArgument, "the pattern is longer than 16 KiB");
    }
    int error = 0;
    PCRE2_SIZE place = 0;
    const std::uint32_t options =
        PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | (ignore_case ? PCRE2_CASELESS : 0U);
    pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()),
                                     pattern.size(),
                                     options,
                                     &error,
                                     &place,
                                     nullptr);
    if (code == nullptr) {
        std::array<PCRE2_UCHAR, 256> text{};
        pcre2_get_error_message(error, text.data(), text.size());
        return util::fail(util::ErrorCode::kInvalidArgument,
                          "the pattern is wrong at byte " + std::to_string(place) + ": " +
                              reinterpret_cast<const char*>(text.data()));
    }
    return Pattern(std::make_unique<Code>(code));
}

PatternResult Pattern::full_match(std::string_view text, double share) const {
    return run(code_->search,
               text,
               PCRE2_ANCHORED | PCRE2_ENDANCHORED,
               static_cast<std::uint32_t>(share * kMatchLimit));
}

PatternResult Pattern::search(std::string_view text) const { return run(code_->search, text, 0); }

}  // namespace veritune::verify
