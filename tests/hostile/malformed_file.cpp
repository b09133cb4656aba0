// SPDX-License-Identifier: Apache-2.0
#include "tests/hostile/malformed_file.h"

#include <array>
#include <cstring>
#include <fstream>
#include <sstream>

namespace veritune::test {
namespace {

using util::Json;

std::vector<Json*> nodes_of(Json& root) {
    std::vector<Json*> list{&root};
    for (std::size_t next = 0; next < list.size() && list.size() < 5000; ++next) {
        if (!list[next]->is_structured()) continue;
        for (Json& child : *list[next]) list.push_back(&child);
    }
    return list;
}

Json deep(int depth) {
    Json value = 1;
    for (int i = 0; i < depth; ++i) value = i % 2 == 0 ? Json::array({value}) : Json{{"k", value}};
    return value;
}

Json odd_value(util::Rng& rng) {
    switch (rng.below(17)) {
        case 0:
            return nullptr;
        case 1:
            return true;
        case 2:
            return -1;
        case 3:
            return 0;
        case 4:
            return INT64_MAX;
        case 5:
            return INT64_MIN;
        case 6:
            return UINT64_MAX;
        case 7:
            return 1e308;
        case 8:
            return 0.5;
        case 9:
            return std::string(rng.below(100'000), 'a');
        case 10:
            return "../../../etc/passwd";
        case 11:
            return std::string("a\0b", 3);
        case 12:
            return "(((((((((((a*)*)*)*)*)*)*)*)*)*)*x";
        case 13:
            return Json::array();
        case 14:
            return Json::object();
        case 15:
            return deep(static_cast<int>(rng.below(100)));
        default: {
            Json many = Json::array();
            const std::uint64_t count = rng.below(3000);
            for (std::uint64_t i = 0; i < count; ++i) many.push_back(i);
            return many;
        }
    }
}

void change_one(Json& root, util::Rng& rng) {
    const std::vector<Json*> nodes = nodes_of(root);
    Json& node = *nodes[rng.below(nodes.size())];
    const Json& other = *nodes[rng.below(nodes.size())];
    switch (rng.below(5)) {
        case 0:
            node = Json(other);
            return;
        case 1:
            if (node.is_object() && !node.empty()) {
                auto victim = node.begin();
                std::advance(victim, static_cast<std::ptrdiff_t>(rng.below(node.size())));
                node.erase(victim);
                return;
            }
            break;
        case 2:
            if (node.is_object()) {
                node[rng.below(2) == 0 ? "extra" : std::string(600, 'n')] = odd_value(rng);
                return;
            }
            break;
        case 3:
            if (node.is_number_integer()) {
                const std::int64_t value =
                    node.is_number_unsigned() ? static_cast<std::int64_t>(node.get<std::uint64_t>())
                                              : node.get<std::int64_t>();
                constexpr std::array<std::int64_t, 6> kShift{1, -1, 2, 7, 1 << 20, -(1 << 30)};
                node = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) +
                                                 static_cast<std::uint64_t>(kShift[rng.below(6)]));
                return;
            }
            break;
        default:
            break;
    }
    node = odd_value(rng);
}

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::uint64_t header_bytes_of(const std::string& file) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, file.data(), sizeof bytes);
    return bytes;
}

}  // namespace

Json damaged(const Json& seed, util::Rng& rng) {
    Json root = seed;
    const std::uint64_t changes = 1 + rng.below(4);
    for (std::uint64_t i = 0; i < changes; ++i) change_one(root, rng);
    return root;
}

std::string damaged_text(const std::string& seed, util::Rng& rng) {
    std::string text = seed;
    const std::uint64_t changes = 1 + rng.below(5);
    for (std::uint64_t i = 0; i < changes; ++i) {
        const std::size_t at = rng.below(text.size() + 1);
        switch (rng.below(7)) {
            case 0:
                text.insert(at, 1, static_cast<char>(rng.below(256)));
                break;
            case 1:
                text.erase(at, rng.below(32));
                break;
            case 2:
                text.resize(at);
                break;
            case 3:
                text.insert(at, text.substr(rng.below(text.size() + 1), rng.below(200)));
                break;
            case 4:
                text.insert(at, std::string(rng.below(3000), rng.below(2) == 0 ? '[' : '{'));
                break;
            case 5:
                text.insert(at, "9999999999999999999999999999");
                break;
            default:
                if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << rng.below(8)));
        }
    }
    return text;
}

std::string damaged_json_text(const Json& seed, util::Rng& rng) {
    const std::uint64_t way = rng.below(8);
    std::string text = text_of(way < 6 ? damaged(seed, rng) : seed);
    return way >= 5 ? damaged_text(text, rng) : text;
}

std::string damaged_safetensors(const std::string& seed, util::Rng& rng) {
    const std::uint64_t length = header_bytes_of(seed);
    const Json header = Json::parse(seed.substr(8, length));
    std::string data = seed.substr(8 + length);
    const std::uint64_t way = rng.below(4);
    std::string text = way == 0 ? text_of(header) : damaged_json_text(header, rng);
    std::uint64_t claimed = text.size();
    if (way <= 1) {
        constexpr std::array<std::uint64_t, 8> kLengths{
            0, 1, 7, 100'000'001, 1ULL << 32, 1ULL << 63, ~0ULL, ~0ULL - 7};
        const std::uint64_t pick = rng.below(10);
        claimed = pick < 8 ? kLengths[pick] : claimed + pick - 9;
    }
    if (rng.below(3) == 0) data.resize(rng.below(data.size() + 100));
    std::string file(8, '\0');
    std::memcpy(file.data(), &claimed, sizeof claimed);
    file += text + data;
    if (rng.below(10) == 0) file.resize(rng.below(file.size()));
    return file;
}

std::string read_test_file_at(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

std::string read_test_file(const std::string& path_under_source) {
    return read_test_file_at(std::string(VERITUNE_SOURCE_DIR) + "/" + path_under_source);
}

}  // namespace veritune::test
