// SPDX-License-Identifier: Apache-2.0
// Prints the hashes of every family and of the whole benchmark: the golden file of the tests.
#include "core/solver/z3_solver.h"
#include "tests/generate/hashes.h"

#include <cstdio>

namespace {

using namespace veritune::generate;  // NOLINT(google-build-using-namespace): a program of one file

int print_all() {
    veritune::util::Json out = veritune::util::Json::object();
    std::vector<Item> english;
    std::vector<Item> german;
    for (const Family& family : families()) {
        const auto items = test::items_of(family, kItemsPerLevel);
        if (!items) {
            std::fprintf(stderr, "%s\n", veritune::util::to_string(items.error()).c_str());
            return 1;
        }
        out["families"][std::string(family.id)] = {
            {"en", test::hash_of(*items, kItemsPerLevel, Language::kEnglish)},
            {"de", test::hash_of(*items, kItemsPerLevel, Language::kGerman)},
            {"subset", test::hash_of(*items, test::kSubset, Language::kEnglish)}};
        if (family.field == Field::kOffice) continue;
        for (const Item& item : *items)
            (item.problem.id.ends_with("-de") ? german : english).push_back(item);
    }
    out["benchmark"] = {{"en", set_hash(english)}, {"de", set_hash(german)}};
    std::printf("%s\n", out.dump(1).c_str());
    return 0;
}

}  // namespace

int main() {
    if (const auto installed = veritune::solver::install_z3(); !installed) {
        std::fprintf(stderr, "%s\n", veritune::util::to_string(installed.error()).c_str());
        return 1;
    }
    return print_all();
}
