// SPDX-License-Identifier: Apache-2.0
#include "core/data/text_input.h"

#include "core/data/jsonl.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <utility>

namespace veritune::data {

namespace {

using util::ErrorCode;
using util::Result;
using util::Status;
using namespace std::string_view_literals;

constexpr std::size_t kReadBytes = std::size_t{1} << 17;
constexpr char32_t kReplacement = 0xFFFD;

/// The Euro column of Windows-1252, 0x80 to 0x9F; 0 = no character.
constexpr std::array<char32_t, 32> kCp1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

struct Magic {
    std::string_view bytes;
    std::string_view advice;
};
constexpr Magic kMagics[] = {
    {"PK\x03\x04"sv, "this is a zip archive: unpack it and import the file inside"},
    {"\xD0\xCF\x11\xE0"sv, "this is an old Office document: save it as CSV UTF-8"},
    {"\x1F\x8B"sv, "this is compressed with gzip: unpack it first (gunzip FILE)"},
    {"BZh"sv, "this is compressed with bzip2: unpack it first"},
    {"\xFD"
     "7zXZ"sv,
     "this is compressed with xz: unpack it first"},
    {"7z\xBC\xAF"sv, "this is a 7z archive: unpack it first"},
    {"Rar!"sv, "this is a rar archive: unpack it first"},
    {"\x28\xB5\x2F\xFD"sv, "this is compressed with zstd: unpack it first"},
    {"PAR1"sv, "this is a Parquet file: write it as JSONL first"},
    {"ARROW1"sv, "this is an Arrow file: write it as JSONL first"},
    {"SQLite format 3"sv, "this is a database: export the table as CSV"},
    {"%PDF"sv, "this is a PDF: questions and answers have to be copied into a table"},
    {"\x80\x02"sv, "this is a pickle, which can run programs and is never read"},
    {"\x80\x03"sv, "this is a pickle, which can run programs and is never read"},
    {"\x80\x04"sv, "this is a pickle, which can run programs and is never read"},
    {"\x80\x05"sv, "this is a pickle, which can run programs and is never read"},
    {"\x7F"
     "ELF"sv,
     "this is a program, not data"},
    {"\x89PNG"sv, "this is a picture, not a table"},
};

std::string refusal(std::string_view head) {
    for (const Magic& magic : kMagics) {
        if (!head.starts_with(magic.bytes)) continue;
        const bool zip = magic.bytes.starts_with("PK");
        if (zip && head.find("xl/") != std::string_view::npos) {
            return "this is an Excel workbook: open it and save the sheet as CSV UTF-8";
        }
        if (zip && head.find("[Content_Types].xml") != std::string_view::npos) {
            return "this is an Office document: save the table as CSV UTF-8";
        }
        if (zip && head.find("opendocument.spreadsheet") != std::string_view::npos) {
            return "this is an OpenDocument sheet: save it as CSV UTF-8";
        }
        return std::string(magic.advice);
    }
    return {};
}

/// Where most text is ASCII, UTF-16 shows as every second byte zero.
std::optional<Encoding> utf16_without_mark(std::string_view head) {
    const std::size_t looked = std::min<std::size_t>(head.size(), 4096) & ~std::size_t{1};
    std::size_t even = 0;
    std::size_t odd = 0;
    for (std::size_t i = 0; i < looked; i += 2) {
        even += head[i] == '\0' ? 1 : 0;
        odd += head[i + 1] == '\0' ? 1 : 0;
    }
    if (looked < 8) return std::nullopt;
    const std::size_t pairs = looked / 2;
    if (odd * 10 > pairs * 7 && even * 10 < pairs) return Encoding::kUtf16Le;
    if (even * 10 > pairs * 7 && odd * 10 < pairs) return Encoding::kUtf16Be;
    return std::nullopt;
}

}  // namespace

Result<std::size_t> StringSource::read(char* out, std::size_t size) {
    const auto at = static_cast<std::size_t>(position_);
    const std::size_t count = std::min(size, text_.size() - at);
    std::copy_n(text_.data() + at, count, out);
    position_ += static_cast<std::int64_t>(count);
    return count;
}

Status StringSource::rewind() {
    position_ = 0;
    return {};
}

Result<std::size_t> FdSource::read(char* out, std::size_t size) {
    ssize_t count = 0;
    do {
        count = ::read(fd_, out, size);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return util::fail(ErrorCode::kIoError, "the file cannot be read to its end");
    position_ += count;
    return static_cast<std::size_t>(count);
}

Status FdSource::rewind() {
    if (::lseek(fd_, 0, SEEK_SET) != 0) {
        return util::fail(ErrorCode::kIoError, "the file cannot be read from its start");
    }
    position_ = 0;
    return {};
}

std::string_view encoding_name(Encoding encoding) {
    switch (encoding) {
        case Encoding::kUtf8:
            return "utf-8";
        case Encoding::kUtf16Le:
            return "utf-16le";
        case Encoding::kUtf16Be:
            return "utf-16be";
        case Encoding::kCp1252:
            return "cp1252";
    }
    VT_CHECK(false);
}

Result<Encoding> encoding_from_name(std::string_view name) {
    for (const Encoding encoding :
         {Encoding::kUtf8, Encoding::kUtf16Le, Encoding::kUtf16Be, Encoding::kCp1252}) {
        if (encoding_name(encoding) == name) return encoding;
    }
    return util::fail(ErrorCode::kInvalidArgument,
                      "encoding must be utf-8, utf-16le, utf-16be or cp1252");
}

FirstLook look_at(std::string_view head, bool whole) {
    FirstLook look{.refused = refusal(head)};
    if (!look.refused.empty()) return look;
    if (head.starts_with("\xFF\xFE")) {
        look.encoding = Encoding::kUtf16Le;
        return look;
    }
    if (head.starts_with("\xFE\xFF")) {
        look.encoding = Encoding::kUtf16Be;
        return look;
    }
    if (const auto wide = utf16_without_mark(head)) {
        look.encoding = *wide;
        return look;
    }
    std::size_t good = 0;  // characters beyond ASCII
    std::size_t bad = 0;
    for (std::size_t at = 0; at < head.size();) {
        if (static_cast<unsigned char>(head[at]) < 0x80) {
            ++at;
            continue;
        }
        const std::size_t length = text::valid_utf8_length(head, at);
        // The head may be cut inside a character.
        if (length == 0 && !whole && head.size() - at < 4) break;
        length == 0 ? ++bad : ++good;
        at += std::max<std::size_t>(length, 1);
    }
    const bool marked = head.starts_with("\xEF\xBB\xBF");
    look.mixed = bad > 0 && (good > (marked ? 1u : 0u) || marked);
    if (bad > 0 && !look.mixed) look.encoding = Encoding::kCp1252;
    return look;
}

std::string from_cp1252(std::string_view bytes, std::int64_t& replaced) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 8);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        char32_t value = byte;
        if (byte >= 0x80 && byte < 0xA0) {
            value = kCp1252[byte - 0x80];
            if (value == 0) {
                value = kReplacement;
                ++replaced;
            }
        }
        text::append_utf8(out, value);
    }
    return out;
}

LineReader::LineReader(ByteSource& source, Encoding encoding)
    : source_(source),
      encoding_(encoding),
      raw_(kReadBytes) {}

/// Appends what was read, as UTF-8 (bytes as they are when that is what the file claims to be).
void LineReader::convert(std::string_view bytes, bool last) {
    if (encoding_ == Encoding::kUtf8) {
        buffer_ += bytes;
        return;
    }
    if (encoding_ == Encoding::kCp1252) {
        buffer_ += from_cp1252(bytes, replaced_);
        return;
    }
    pending_ += bytes;
    const bool little = encoding_ == Encoding::kUtf16Le;
    const auto unit = [&](std::size_t at) {
        const auto a = static_cast<unsigned char>(pending_[at]);
        const auto b = static_cast<unsigned char>(pending_[at + 1]);
        return static_cast<char32_t>(little ? a | b << 8 : a << 8 | b);
    };
    std::size_t at = 0;
    while (at + 2 <= pending_.size()) {
        char32_t value = unit(at);
        std::size_t used = 2;
        if (value >= 0xD800 && value < 0xDC00) {
            if (at + 4 > pending_.size() && !last) break;
            const char32_t low = at + 4 <= pending_.size() ? unit(at + 2) : 0;
            const bool pair = low >= 0xDC00 && low < 0xE000;
            if (pair) used = 4;
            value = pair ? 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00) : kReplacement;
            replaced_ += pair ? 0 : 1;
        } else if (value >= 0xDC00 && value < 0xE000) {
            value = kReplacement;
            ++replaced_;
        }
        text::append_utf8(buffer_, value);
        at += used;
    }
    pending_.erase(0, at);
    if (last && !pending_.empty()) {
        pending_.clear();
        ++replaced_;
        text::append_utf8(buffer_, kReplacement);
    }
}

Result<bool> LineReader::fill() {
    if (end_) return false;
    buffer_.erase(0, begin_);
    begin_ = 0;
    VT_ASSIGN(const std::size_t count, source_.read(raw_.data(), raw_.size()));
    end_ = count == 0;
    convert({raw_.data(), count}, end_);
    if (first_ && (buffer_.size() >= 3 || end_)) {
        first_ = false;
        if (buffer_.starts_with("\xEF\xBB\xBF")) begin_ = 3;
    }
    return true;
}

Result<bool> LineReader::next(TextLine& line) {
    line.text.clear();
    line.too_long = false;
    line.bad_utf8 = false;
    bool any = false;
    while (true) {
        if (begin_ == buffer_.size()) {
            VT_ASSIGN(const bool more, fill());
            if (!more) break;
            continue;
        }
        if (std::exchange(skip_newline_, false) && buffer_[begin_] == '\n') {
            ++begin_;
            continue;
        }
        any = true;
        const std::size_t stop = std::min(buffer_.find_first_of("\r\n", begin_), buffer_.size());
        if (!line.too_long) {
            line.text.append(buffer_, begin_, stop - begin_);
            if (line.text.size() > kMaxLineBytes) {
                line.too_long = true;
                line.text.clear();
            }
        }
        begin_ = stop;
        if (stop == buffer_.size()) continue;
        skip_newline_ = buffer_[begin_++] == '\r';
        break;
    }
    if (!any) return false;
    line.number = ++number_;
    line.bad_utf8 = encoding_ == Encoding::kUtf8 && !text::is_valid_utf8(line.text);
    return true;
}

}  // namespace veritune::data
