// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Bytes of unknown origin as lines of UTF-8. Bounded memory whatever the file.
namespace veritune::data {

/// Where the bytes come from.  threads  one
class ByteSource {
  public:
    virtual ~ByteSource() = default;
    /// At most `size` bytes; 0 = the end.
    virtual util::Result<std::size_t> read(char* out, std::size_t size) = 0;
    virtual util::Status rewind() = 0;
    /// Bytes read since the last rewind.
    std::int64_t position() const { return position_; }

  protected:
    std::int64_t position_ = 0;
};

class StringSource final : public ByteSource {
  public:
    /// text  outlives the source
    explicit StringSource(std::string_view text)
        : text_(text) {}
    util::Result<std::size_t> read(char* out, std::size_t size) override;
    util::Status rewind() override;

  private:
    std::string_view text_;
};

/// A regular file that somebody else opened and closes.
class FdSource final : public ByteSource {
  public:
    explicit FdSource(int fd)
        : fd_(fd) {}
    util::Result<std::size_t> read(char* out, std::size_t size) override;
    util::Status rewind() override;

  private:
    int fd_;
};

enum class Encoding { kUtf8, kUtf16Le, kUtf16Be, kCp1252 };
std::string_view encoding_name(Encoding encoding);  ///< "utf-8", "utf-16le", "utf-16be", "cp1252"
/// errors  kInvalidArgument listing the names
util::Result<Encoding> encoding_from_name(std::string_view name);

/// What the first bytes of a file tell.
struct FirstLook {
    std::string refused;  ///< why this is no text file, and what to do; empty = text
    Encoding encoding = Encoding::kUtf8;
    bool mixed = false;  ///< UTF-8 and bytes that are none in the same file
};
/// head  up to kHeadBytes of the file; `whole` = that is all of it
FirstLook look_at(std::string_view head, bool whole);
inline constexpr std::size_t kHeadBytes = std::size_t{1} << 20;

/// One line as UTF-8 and what is wrong with it.
struct TextLine {
    std::string text;         ///< without the line end
    std::int64_t number = 0;  ///< from 1
    bool too_long = false;    ///< over kMaxLineBytes; `text` is empty
    bool bad_utf8 = false;    ///< `text` holds the bytes as they are
};

/// Lines of a source in a known encoding; a byte order mark at the start is dropped; \n, \r\n and
/// the lone \r of old files end a line.
class LineReader {
  public:
    LineReader(ByteSource& source, Encoding encoding);
    /// false: the end
    util::Result<bool> next(TextLine& line);
    /// Characters that the encoding does not have, each read as U+FFFD.
    std::int64_t replaced() const { return replaced_; }

  private:
    util::Result<bool> fill();
    void convert(std::string_view bytes, bool last);

    ByteSource& source_;
    Encoding encoding_;
    std::vector<char> raw_;
    std::string buffer_;  ///< UTF-8
    std::size_t begin_ = 0;
    std::string pending_;  ///< bytes of an unfinished UTF-16 unit
    bool end_ = false;
    bool first_ = true;
    bool skip_newline_ = false;  ///< the line before ended in \r
    std::int64_t number_ = 0;
    std::int64_t replaced_ = 0;
};

/// Windows-1252 to UTF-8; `replaced` counts the five bytes that mean nothing.
std::string from_cp1252(std::string_view bytes, std::int64_t& replaced);

}  // namespace veritune::data
