// SPDX-License-Identifier: Apache-2.0
#include "core/generate/family.h"

#include <string>

namespace veritune::generate {

namespace {

std::vector<Family> all_families() {
    std::vector<Family> all;
    for (const auto& list : {math_arithmetic_families(),
                             math_algebra_families(),
                             math_counting_families(),
                             math_analysis_families(),
                             code_families(),
                             logic_word_families(),
                             logic_grid_families(),
                             logic_search_families(),
                             office_families()}) {
        all.insert(all.end(), list.begin(), list.end());
    }
    return all;
}

}  // namespace

std::string_view field_name(Field field) {
    switch (field) {
        case Field::kMath:
            return "math";
        case Field::kCode:
            return "code";
        case Field::kLogic:
            return "logic";
        case Field::kOffice:
            return "office";
    }
    VT_CHECK(false);
}

const std::vector<Family>& families() {
    static const std::vector<Family> all = all_families();
    return all;
}

util::Result<const Family*> find_family(std::string_view id) {
    std::string known;
    for (const Family& family : families()) {
        if (family.id == id) return &family;
        known += known.empty() ? "" : ", ";
        known += family.id;
    }
    return util::fail(util::ErrorCode::kNotFound,
                      "there is no such family; the known ones are: " + known,
                      std::string(id));
}

}  // namespace veritune::generate
