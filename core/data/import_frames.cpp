// SPDX-License-Identifier: Apache-2.0
#include "core/data/import_frames.h"

#include <algorithm>
#include <utility>

namespace veritune::data {

namespace {

using util::ErrorCode;
using util::Result;
using util::Status;

constexpr std::size_t kHeaderBytes = 5;
constexpr std::uint8_t kMoreFlag = 0x80;

void put_number(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

std::uint64_t take_number(std::string_view bytes, std::size_t at, int count) {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i) {
        const auto byte = static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
        value |= std::uint64_t{byte} << (8 * i);
    }
    return value;
}

util::Error broken(const char* what) {
    return util::fail(ErrorCode::kCorruptData,
                      std::string("the parse worker sent something unreadable: ") + what);
}

bool is_known(std::uint8_t type) {
    return type >= static_cast<std::uint8_t>(FrameType::kRows) &&
           type <= static_cast<std::uint8_t>(FrameType::kFailure);
}

}  // namespace

std::string encode_message(FrameType type, std::string_view payload) {
    std::string out;
    out.reserve(payload.size() + kHeaderBytes);
    do {
        const std::string_view piece = payload.substr(0, kMaxFrameBytes);
        payload.remove_prefix(piece.size());
        put_number(out, piece.size(), 4);
        out += static_cast<char>(static_cast<std::uint8_t>(type) |
                                 (payload.empty() ? std::uint8_t{0} : kMoreFlag));
        out += piece;
    } while (!payload.empty());
    return out;
}

Result<std::optional<ImportMessage>> FrameDecoder::next() {
    while (buffer_.size() - begin_ >= kHeaderBytes) {
        const std::size_t length = take_number(buffer_, begin_, 4);
        const auto mark = static_cast<std::uint8_t>(buffer_[begin_ + 4]);
        const auto type = static_cast<std::uint8_t>(mark & ~kMoreFlag);
        if (length > kMaxFrameBytes) return broken("a frame is too long");
        if (!is_known(type)) return broken("a frame of no known type");
        if (buffer_.size() - begin_ - kHeaderBytes < length) break;
        if (!piece_) piece_ = ImportMessage{.type = static_cast<FrameType>(type), .payload = {}};
        if (piece_->type != static_cast<FrameType>(type)) return broken("two messages are mixed");
        if (piece_->payload.size() + length > kMaxMessageBytes)
            return broken("a message is too long");
        piece_->payload.append(buffer_, begin_ + kHeaderBytes, length);
        begin_ += kHeaderBytes + length;
        if ((mark & kMoreFlag) != 0) continue;
        ImportMessage message = std::move(*piece_);
        piece_.reset();
        return std::optional<ImportMessage>(std::move(message));
    }
    buffer_.erase(0, std::exchange(begin_, 0));
    return std::optional<ImportMessage>();
}

void pack_entry(std::string& out, std::int64_t line, std::string_view text) {
    put_number(out, static_cast<std::uint64_t>(line), 8);
    put_number(out, text.size(), 4);
    out += text;
}

Status unpack_entries(std::string_view packed,
                      const std::function<bool(std::int64_t, std::string_view)>& on_entry) {
    constexpr std::size_t kEntryHeader = 12;
    while (!packed.empty()) {
        if (packed.size() < kEntryHeader) return broken("a row is cut");
        const std::uint64_t line = take_number(packed, 0, 8);
        const std::size_t length = take_number(packed, 8, 4);
        if (line > std::uint64_t{1} << 40) return broken("a line number");
        if (packed.size() - kEntryHeader < length) return broken("a row is cut");
        if (!on_entry(static_cast<std::int64_t>(line), packed.substr(kEntryHeader, length))) {
            return {};
        }
        packed.remove_prefix(kEntryHeader + length);
    }
    return {};
}

}  // namespace veritune::data
