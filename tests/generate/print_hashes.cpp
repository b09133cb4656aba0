// SPDX-License-Identifier: Apache-2.0
// generate_hashes          the hashes of every family and of the whole benchmark: the golden file
// generate_hashes --table  the mean effort by level, as docs/generators.md shows it
#include "core/solver/z3_solver.h"
#include "tests/generate/hashes.h"

#include <array>
#include <cstdio>
#include <string_view>

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

int print_table() {
    std::printf(
        "| family | problems | effort counts | 1 | 2 | 3 | 4 | 5 "
        "|\n|---|---|---|---|---|---|---|---|\n");
    for (const Family& family : families()) {
        const auto items = test::items_of(family, kItemsPerLevel);
        if (!items) return 1;
        std::array<std::int64_t, kLevels> sums{};
        for (const Item& item : *items)
            sums.at(static_cast<std::size_t>(item.problem.level) - 1) += item.effort;
        const auto text = [](std::string_view part) { return std::string(part); };
        std::printf("| `%s` | %s | %s |",
                    text(family.id).c_str(),
                    text(family.title).c_str(),
                    text(family.effort).c_str());
        for (const std::int64_t sum : sums) {
            // Both languages count the same effort.
            std::printf(" %lld |",
                        static_cast<long long>((sum + kItemsPerLevel) / (2 * kItemsPerLevel)));
        }
        std::printf("\n");
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (const auto installed = veritune::solver::install_z3(); !installed) {
        std::fprintf(stderr, "%s\n", veritune::util::to_string(installed.error()).c_str());
        return 1;
    }
    const bool table = argc > 1 && std::string_view(argv[1]) == "--table";
    return table ? print_table() : print_all();
}
