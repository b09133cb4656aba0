// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// The bytes between client, supervisor and sandbox-init (docs/sandbox.md). Header-only and without
/// any other file of ours, because sandbox-init is a static program that holds nothing else.
/// Numbers are little-endian. A frame is u32 payload length, u8 type, payload; a text is u32 length
/// and its bytes.
namespace veritune::verify::wire {

inline constexpr std::size_t kFrameHead = 5;
/// Nothing that is sent is longer; a longer frame is a broken or hostile sender.
inline constexpr std::size_t kMaxFrame = std::size_t{16} << 20;
inline constexpr std::size_t kNonceBytes = 16;

// Client to supervisor. Every payload begins with the u64 id that the reply repeats.
inline constexpr char kJob = 'J';          ///< u32 alone, u32 wall_ms, text job
inline constexpr char kStartWorker = 'W';  ///< -
inline constexpr char kKill = 'K';         ///< - (no reply)
inline constexpr char kStatus = 'S';       ///< -
// Supervisor to client.
inline constexpr char kJobDone = 'R';      ///< u32 outcome, text reason, u64 wall_us, u64 cpu_us,
                                           ///< u32 cases, then each: text case result; u32 rung B
inline constexpr char kWorkerReady = 'w';  ///< u32 ok, text reason; with ok two descriptors travel
inline constexpr char kStatusReply = 's';  ///< text JSON
// sandbox-init to supervisor.
inline constexpr char kReady = 'r';       ///< text fault: empty = the jail holds
inline constexpr char kCaseDone = 'c';    ///< nonce, u32 index, text case result
inline constexpr char kProgramEnd = 'e';  ///< nonce, u32 cases, u64 cpu_us

/// Outcome of a job, as seen by the supervisor.
inline constexpr std::uint32_t kRan = 0;
inline constexpr std::uint32_t kWallLimit = 1;     ///< killed; the cases so far are there
inline constexpr std::uint32_t kSandboxFault = 2;  ///< our machine's fault; `reason` says what
inline constexpr std::uint32_t kJailDied = 3;      ///< pid 1 ended early: the program's doing

class Writer {
  public:
    void u32(std::uint32_t value) { number(value, 4); }
    void u64(std::uint64_t value) { number(value, 8); }
    void text(std::string_view value) {
        u32(static_cast<std::uint32_t>(value.size()));
        bytes_.append(value);
    }
    void raw(std::string_view value) { bytes_.append(value); }
    const std::string& bytes() const { return bytes_; }

  private:
    void number(std::uint64_t value, int count) {
        for (int i = 0; i < count; ++i) bytes_ += static_cast<char>((value >> (8 * i)) & 0xff);
    }
    std::string bytes_;
};

/// Reads what a Writer wrote. The first read past the end makes `ok()` false for good and every
/// later value empty: callers read everything, then ask once.
class Reader {
  public:
    explicit Reader(std::string_view bytes)
        : rest_(bytes) {}
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    std::uint64_t u64() { return number(8); }
    std::string_view raw(std::size_t size) {
        if (!ok_ || size > rest_.size()) {
            ok_ = false;
            return {};
        }
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    std::string_view text() {
        const std::uint32_t size = u32();
        return raw(size);
    }
    bool ok() const { return ok_; }
    /// Everything was read and nothing is left.
    bool complete() const { return ok_ && rest_.empty(); }
    std::string_view rest() const { return rest_; }

  private:
    std::uint64_t number(std::size_t count) {
        const std::string_view taken = raw(count);
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < taken.size(); ++i) {
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>(taken[i])) << (8 * i);
        }
        return value;
    }
    std::string_view rest_;
    bool ok_ = true;
};

inline std::string frame(char type, std::string_view payload) {
    Writer head;
    head.u32(static_cast<std::uint32_t>(payload.size()));
    std::string bytes = head.bytes();
    bytes += type;
    bytes.append(payload);
    return bytes;
}

struct Frame {
    char type = 0;
    std::string_view payload;  ///< into the buffer that was given
    std::size_t size = 0;      ///< bytes of the buffer that the frame took
};

enum class Cut { kNothing, kFrame, kTooLong };

/// The first frame of `buffer`, if it is complete.
inline Cut cut_frame(std::string_view buffer, Frame& out, std::size_t max_payload = kMaxFrame) {
    if (buffer.size() < kFrameHead) return Cut::kNothing;
    const std::uint32_t length = Reader(buffer).u32();
    if (length > max_payload) return Cut::kTooLong;
    if (buffer.size() < kFrameHead + length) return Cut::kNothing;
    out = {.type = buffer[4],
           .payload = buffer.substr(kFrameHead, length),
           .size = kFrameHead + length};
    return Cut::kFrame;
}

}  // namespace veritune::verify::wire
