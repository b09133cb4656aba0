// SPDX-License-Identifier: Apache-2.0
#include "core/generate/draw.h"

#include "core/util/hash.h"

#include <numeric>
#include <string>

namespace veritune::generate {

namespace {

/// 16 hexadecimal digits from `from` on.
std::uint64_t hex_word(const std::string& hex, std::size_t from) {
    std::uint64_t word = 0;
    for (std::size_t i = from; i < from + 16; ++i) {
        const char c = hex[i];
        const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
        word = (word << 4) | static_cast<std::uint64_t>(digit);
    }
    return word;
}

util::Rng keyed(std::string_view key) {
    const std::string hex = util::sha256_hex(key);
    return {hex_word(hex, 0), util::RngStream::kData, hex_word(hex, 16)};
}

}  // namespace

Draw::Draw(std::string_view key)
    : rng_(keyed(key)) {}

std::size_t Draw::below(std::size_t n) { return rng_.below(n); }

long Draw::between(long low, long high) {
    VT_CHECK(low <= high);
    return low + static_cast<long>(rng_.below(static_cast<std::uint64_t>(high - low) + 1));
}

long Draw::nonzero(long low, long high) {
    VT_CHECK(low < 0 || high > 0);
    for (;;) {
        const long value = between(low, high);
        if (value != 0) return value;
    }
}

bool Draw::chance(long percent) { return between(1, 100) <= percent; }

std::vector<std::size_t> Draw::order(std::size_t n) {
    std::vector<std::size_t> list(n);
    std::iota(list.begin(), list.end(), std::size_t{0});
    shuffle(list);
    return list;
}

}  // namespace veritune::generate
