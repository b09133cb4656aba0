// SPDX-License-Identifier: Apache-2.0
#define PCRE2_CODE_UNIT_WIDTH 8

#include "core/text/regex_splitter.h"

#include "core/text/utf8.h"

#include <pcre2.h>

#include <string>
#include <utility>

namespace veritune::text {
namespace {

constexpr std::size_t kMaxPatternBytes = 4096;
constexpr std::uint32_t kMatchLimit = 1'000'000;
constexpr std::uint32_t kDepthLimit = 1'000;
constexpr std::uint32_t kHeapLimitKib = 16 * 1024;

util::Error unsupported(std::string_view what, const std::string& why) {
    return util::fail(util::ErrorCode::kUnsupported,
                      std::string(what) + ": the pre-tokenizer pattern " + why,
                      std::string(what));
}

bool has_foreign_syntax(std::string_view pattern) {
    for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
        if (pattern[i] == '\\') {
            if (pattern[i + 1] == 'h' || pattern[i + 1] == 'H') return true;
            ++i;
        } else if (pattern[i] == '&' && pattern[i + 1] == '&') {
            return true;
        }
    }
    return false;
}

}  // namespace

struct RegexSplitter::Program {
    pcre2_code* code = nullptr;
    pcre2_match_context* limits = nullptr;
    Program() = default;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() {
        pcre2_match_context_free(limits);
        pcre2_code_free(code);
    }
};

RegexSplitter::RegexSplitter(std::unique_ptr<Program> program)
    : program_(std::move(program)) {}
RegexSplitter::RegexSplitter(RegexSplitter&&) noexcept = default;
RegexSplitter& RegexSplitter::operator=(RegexSplitter&&) noexcept = default;
RegexSplitter::~RegexSplitter() = default;

util::Result<RegexSplitter> RegexSplitter::create(std::string_view pattern, std::string_view what) {
    if (pattern.empty() || pattern.size() > kMaxPatternBytes) {
        return unsupported(what, "is empty or longer than 4 KiB");
    }
    if (has_foreign_syntax(pattern))
        return unsupported(what, "uses && or \\h, which are not supported");
    auto program = std::make_unique<Program>();
    int error = 0;
    PCRE2_SIZE offset = 0;
    // No \C (it could cut characters); MULTILINE because ^ and $ are line anchors in Oniguruma.
    program->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()),
                                  pattern.size(),
                                  PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_MULTILINE,
                                  &error,
                                  &offset,
                                  nullptr);
    if (program->code == nullptr) {
        return unsupported(what, "is not understood at byte " + std::to_string(offset));
    }
    program->limits = pcre2_match_context_create(nullptr);
    if (program->limits == nullptr) {
        return util::fail(util::ErrorCode::kOutOfMemory, "no memory for a pre-tokenizer pattern");
    }
    pcre2_set_match_limit(program->limits, kMatchLimit);
    pcre2_set_depth_limit(program->limits, kDepthLimit);
    pcre2_set_heap_limit(program->limits, kHeapLimitKib);
    return RegexSplitter(std::move(program));
}

void RegexSplitter::for_each_match(
    std::string_view text, const std::function<void(std::size_t, std::size_t)>& found) const {
    pcre2_match_data* data = pcre2_match_data_create_from_pattern(program_->code, nullptr);
    if (data == nullptr) return;
    const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
    std::size_t pos = 0;
    while (pos < text.size()) {
        const int rc = pcre2_match(
            program_->code, subject, text.size(), pos, PCRE2_NO_UTF_CHECK, data, program_->limits);
        if (rc < 0) break;
        const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(data);
        const std::size_t begin = bounds[0];
        const std::size_t end = bounds[1];
        if (begin < pos || end < begin || end > text.size()) break;  // \K can turn a match around
        if (end > begin) found(begin, end);
        pos =
            end > begin ? end : begin + (begin < text.size() ? decode_utf8(text, begin).length : 1);
    }
    pcre2_match_data_free(data);
}

}  // namespace veritune::text
