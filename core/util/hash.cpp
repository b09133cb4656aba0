// SPDX-License-Identifier: Apache-2.0
#include "core/util/hash.h"

#include "core/util/result.h"
#include "core/util/sha256_blocks.h"

#include <sodium.h>

#include <algorithm>

namespace veritune::util {

namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
        table[byte] = crc;
    }
    return table;
}
constexpr std::array<std::uint32_t, 256> kCrcTable = make_crc_table();

const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

/// Begin and end, and all of it on other processors, are libsodium's; where the processor has the
/// instructions, whole blocks in between are ours.
struct Sha256::State {
    crypto_hash_sha256_state sodium;
    bool ended = false;

    static constexpr std::size_t kBlock = 64;

    void plain(std::string_view bytes) {
        crypto_hash_sha256_update(&sodium, as_bytes(bytes), bytes.size());
    }
    /// `count` is in bits, `state` the words of the standard.
    void update(std::string_view bytes) {
        const std::size_t begun = static_cast<std::size_t>(sodium.count / 8) % kBlock;
        if (!has_sha_instructions() || begun + bytes.size() < 2 * kBlock) return plain(bytes);
        if (begun != 0) {
            plain(bytes.substr(0, kBlock - begun));
            bytes.remove_prefix(kBlock - begun);
        }
        const std::size_t blocks = bytes.size() / kBlock;
        Sha256Words words;
        std::ranges::copy(sodium.state, words.begin());
        sha256_blocks(words, as_bytes(bytes), blocks);
        std::ranges::copy(words, sodium.state);
        sodium.count += 8 * kBlock * blocks;
        plain(bytes.substr(blocks * kBlock));
    }
};

Sha256::Sha256()
    : state_(std::make_unique<State>()) {
    crypto_hash_sha256_init(&state_->sodium);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
    VT_CHECK(state_ && !state_->ended);
    state_->update(bytes);
}

std::string Sha256::hex() {
    VT_CHECK(state_ && !state_->ended);
    state_->ended = true;
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&state_->sodium, digest.data());
    std::string text(2 * digest.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
    text.pop_back();  // sodium's closing NUL
    return text;
}

std::string sha256_hex(std::string_view bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.hex();
}

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : bytes) {
        crc = (crc >> 8) ^ kCrcTable.at((crc ^ static_cast<unsigned char>(c)) & 0xFFU);
    }
    return ~crc;
}

std::uint64_t fnv1a64(std::string_view bytes) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    return hash;
}

}  // namespace veritune::util
