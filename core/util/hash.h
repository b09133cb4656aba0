// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace veritune::util {

/// Lower-case hex SHA-256 (libsodium, and the processor's own instructions where it has them).
std::string sha256_hex(std::string_view bytes);

/// Incremental SHA-256.  threads  one owner
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    void update(std::string_view bytes);
    /// Ends the stream; call once.
    std::string hex();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// CRC-32 as in zlib (polynomial 0xEDB88320): decides the demo's held-out split.
std::uint32_t crc32(std::string_view bytes);

/// 64-bit FNV-1a: names and buckets, never integrity.
std::uint64_t fnv1a64(std::string_view bytes);

}  // namespace veritune::util
