// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// What the parse worker says, over a pipe: frames {u32 length <= 1 MiB, u8 type, payload}, little
/// endian. A message longer than a frame is cut; all pieces but the last have the top bit of their
/// type set. Nothing in it is believed: the reader checks lengths before it allocates, and rows are
/// parsed again.
namespace veritune::data {

enum class FrameType : std::uint8_t {
    kRows = 1,      ///< packed rows: {u64 line, u32 length, JSON of row_to_json}...
    kRawRows = 2,   ///< the same, JSON of the file's own record
    kErrors = 3,    ///< packed {u64 line, u32 length, sentence}...
    kProgress = 4,  ///< u64 bytes of the file read so far
    kReport = 5,    ///< JSON: what the file is; the last message
    kFailure = 6,   ///< JSON {code, message}: the file cannot be read at all
};
inline constexpr std::size_t kMaxFrameBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxMessageBytes = std::size_t{64} << 20;

struct ImportMessage {
    FrameType type = FrameType::kReport;
    std::string payload;
};

/// The bytes of a message as frames.
std::string encode_message(FrameType type, std::string_view payload);

/// Puts messages together from bytes as they come.
class FrameDecoder {
  public:
    void feed(std::string_view bytes) { buffer_ += bytes; }
    /// The next whole message; nullopt: more bytes are needed.
    /// errors  kCorruptData: the worker broke the format
    util::Result<std::optional<ImportMessage>> next();
    bool empty() const { return begin_ == buffer_.size() && !piece_; }

  private:
    std::string buffer_;
    std::size_t begin_ = 0;
    std::optional<ImportMessage> piece_;
};

void pack_entry(std::string& out, std::int64_t line, std::string_view text);
/// Calls on_entry(line, text) for each; it returns false to stop.
/// errors  kCorruptData
util::Status unpack_entries(std::string_view packed,
                            const std::function<bool(std::int64_t, std::string_view)>& on_entry);

}  // namespace veritune::data
