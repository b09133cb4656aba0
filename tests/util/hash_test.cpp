// SPDX-License-Identifier: Apache-2.0
#include "core/util/hash.h"

#include "core/util/rng.h"
#include "core/util/sha256_blocks.h"

#include <sodium.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

namespace veritune::util {
namespace {

// FIPS 180-4 examples.
TEST(Sha256, GivesThePublishedDigests) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, IsTheSameInPieces) {
    const std::string text(10'000, 'x');
    for (const std::size_t piece : {1U, 63U, 64U, 65U, 9'999U}) {
        Sha256 hash;
        for (std::size_t at = 0; at < text.size(); at += piece) {
            hash.update(std::string_view(text).substr(at, piece));
        }
        EXPECT_EQ(hash.hex(), sha256_hex(text)) << piece;
    }
}

std::string sodium_hex(const std::string& text) {
    std::string digest(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()),
                       reinterpret_cast<const unsigned char*>(text.data()),
                       text.size());
    std::string hex(2 * digest.size() + 1, '\0');
    sodium_bin2hex(hex.data(),
                   hex.size(),
                   reinterpret_cast<const unsigned char*>(digest.data()),
                   digest.size());
    hex.pop_back();
    return hex;
}

TEST(Sha256, AgreesWithLibsodiumForEveryLengthAndCut) {
    if (!has_sha_instructions()) std::printf("this processor has no SHA instructions\n");
    Rng rng(5, RngStream::kTest);
    for (std::size_t length = 0; length < 700; ++length) {
        std::string text(length, '\0');
        for (char& c : text) c = static_cast<char>(rng.below(256));
        Sha256 hash;
        for (std::size_t at = 0; at < length;) {
            const std::size_t piece = std::min<std::size_t>(length - at, 1 + rng.below(300));
            hash.update(std::string_view(text).substr(at, piece));
            at += piece;
        }
        ASSERT_EQ(hash.hex(), sodium_hex(text)) << length;
    }
}

TEST(Sha256, MovesWithItsState) {
    Sha256 first;
    first.update("a");
    Sha256 second = std::move(first);
    second.update("bc");
    EXPECT_EQ(second.hex(), sha256_hex("abc"));
}

TEST(Sha256DeathTest, EndsOnlyOnce) {
    Sha256 hash;
    hash.hex();
    EXPECT_DEATH(hash.hex(), "VT_CHECK");
}

// Check value of CRC-32/ISO-HDLC; the other two decide the demo's split and come from zlib.crc32.
TEST(Crc32, AgreesWithZlib) {
    EXPECT_EQ(crc32(""), 0U);
    EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
    EXPECT_EQ(crc32("mod6+4*7-4?"), 453208933U);
    EXPECT_EQ(crc32("mod0+0+0+0?"), 2259388491U);
    EXPECT_EQ(crc32("\xff\x80"), 0x3F456CADU);
}

// Published vectors of the FNV reference code.
TEST(Fnv1a, GivesThePublishedNumbers) {
    EXPECT_EQ(fnv1a64(""), 0xCBF29CE484222325ULL);
    EXPECT_EQ(fnv1a64("a"), 0xAF63DC4C8601EC8CULL);
    EXPECT_EQ(fnv1a64("foobar"), 0x85944171F73967E8ULL);
}

}  // namespace
}  // namespace veritune::util
