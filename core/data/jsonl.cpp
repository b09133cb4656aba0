// SPDX-License-Identifier: Apache-2.0
#include "core/data/jsonl.h"

#include "core/data/dataset.h"

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace veritune::data {

namespace {

using util::ErrorCode;
using util::Json;
using util::Result;

constexpr std::size_t kReadBytes = std::size_t{1} << 16;
constexpr int kMaxDepth = 64;

struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

/// The parser refuses numbers that are too large, but reads 1e-999 as zero without a word. Looks at
/// every number outside strings; the text is already known to be JSON.
bool numbers_are_in_range(std::string_view text) {
    constexpr std::string_view kNumber = "+-0123456789.eE";
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '-' || (c >= '0' && c <= '9')) {
            std::size_t end = text.find_first_not_of(kNumber, i);
            if (end == std::string_view::npos) end = text.size();
            double value = 0.0;
            const auto read = std::from_chars(text.data() + i, text.data() + end, value);
            if (read.ec != std::errc()) return false;
            i = end - 1;
        }
    }
    return true;
}

/// Lines of a file with bounded memory: a line over the limit is skipped to its end and reported as
/// too long.
class LineReader {
  public:
    explicit LineReader(File file)
        : file_(std::move(file)),
          buffer_(kReadBytes) {}

    /// False at the end of the file.
    bool next() {
        line_.clear();
        too_long_ = false;
        bool any = false;
        while (true) {
            if (begin_ == end_ && !fill()) return any;
            any = true;
            const char* data = buffer_.data();
            const void* stop = std::memchr(data + begin_, '\n', end_ - begin_);
            const std::size_t line_end =
                stop == nullptr ? end_
                                : static_cast<std::size_t>(static_cast<const char*>(stop) - data);
            append({data + begin_, line_end - begin_});
            begin_ = stop == nullptr ? end_ : line_end + 1;
            if (stop != nullptr) return true;
        }
    }
    const std::string& line() const { return line_; }
    bool too_long() const { return too_long_; }
    bool failed() const { return std::ferror(file_.get()) != 0; }

  private:
    bool fill() {
        begin_ = 0;
        end_ = std::fread(buffer_.data(), 1, buffer_.size(), file_.get());
        return end_ > 0;
    }
    void append(std::string_view bytes) {
        if (too_long_) return;
        if (line_.size() + bytes.size() > kMaxLineBytes) {
            too_long_ = true;
            line_.clear();
            return;
        }
        line_ += bytes;
    }

    File file_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::string line_;
    bool too_long_ = false;
};

Result<File> open_for_reading(const std::string& path) {
    File file(std::fopen(path.c_str(), "rbe"));
    if (file) return file;
    const int error = errno;
    if (error == ENOENT) return util::fail(ErrorCode::kNotFound, "the file does not exist", path);
    if (error == EACCES) {
        return util::fail(ErrorCode::kPermissionDenied, "the file may not be read", path);
    }
    return util::fail(
        ErrorCode::kIoError,
        "the file cannot be opened: " + std::error_code(error, std::generic_category()).message(),
        path);
}

}  // namespace

bool is_blank_line(std::string_view line) {
    return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Result<Json> parse_jsonl_row(std::string_view line) {
    if (line.find('\0') != std::string_view::npos) {
        return util::fail(ErrorCode::kCorruptData, "the row holds a NUL byte");
    }
    const util::JsonLimits limits{.max_bytes = kMaxLineBytes, .max_depth = kMaxDepth};
    VT_ASSIGN(Json row, util::parse_json(line, "row", limits));
    if (!numbers_are_in_range(line)) {
        return util::fail(ErrorCode::kCorruptData, "the row holds a number too small for a double");
    }
    return row;
}

Result<std::int64_t> read_jsonl(const std::string& path,
                                const std::function<bool(std::int64_t, Json)>& on_row,
                                const std::function<bool(std::int64_t, util::Error)>& on_error) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    VT_ASSIGN(File file, open_for_reading(path));
    LineReader reader(std::move(file));
    std::int64_t number = 0;
    bool go_on = true;
    while (go_on && reader.next()) {
        ++number;
        std::string_view line = reader.line();
        if (number == 1 && line.starts_with(kByteOrderMark)) {
            line.remove_prefix(kByteOrderMark.size());
        }
        if (reader.too_long()) {
            go_on = on_error(number,
                             util::fail(ErrorCode::kCorruptData, "the row is longer than 16 MiB"));
            continue;
        }
        if (is_blank_line(line)) continue;
        Result<Json> row = parse_jsonl_row(line);
        go_on = row ? on_row(number, std::move(row).value()) : on_error(number, row.error());
    }
    if (reader.failed()) {
        return util::fail(ErrorCode::kIoError, "the file cannot be read to its end", path);
    }
    return number;
}

}  // namespace veritune::data
