// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/generate/item_maker.h"

#include <string>
#include <vector>

namespace veritune::generate::test {

inline constexpr int kSubset = 4;  ///< one in ten of the benchmark's 40 a level

/// Items of a family in both languages, indexes below `count` of every level.
inline util::Result<std::vector<Item>> items_of(const Family& family, int count) {
    ItemMaker maker(kBenchmarkSeed);
    std::vector<Item> items;
    for (int level = 1; level <= kLevels; ++level) {
        for (int index = 0; index < count; ++index) {
            for (const Language language : {Language::kEnglish, Language::kGerman}) {
                VT_ASSIGN(Item item, maker.item(family, level, index, language));
                items.push_back(std::move(item));
            }
        }
    }
    return items;
}

inline std::string hash_of(const std::vector<Item>& items, int count, Language language) {
    std::vector<Item> chosen;
    const std::string end = language == Language::kGerman ? "-de" : "-en";
    for (const Item& item : items) {
        const std::string& id = item.problem.id;
        const int index = std::stoi(id.substr(id.find("-l") + 4, 4));
        if (id.ends_with(end) && index < count) chosen.push_back(item);
    }
    return set_hash(chosen);
}

}  // namespace veritune::generate::test
