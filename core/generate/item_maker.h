// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"
#include "core/generate/family.h"
#include "core/verify/verifier.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace veritune::generate {

enum class Language { kEnglish, kGerman };
std::string_view language_name(Language language);  ///< "en", "de"

/// Part of every key: a change of any problem is a new version.
inline constexpr std::string_view kBenchmarkVersion = "veritune-benchmark-1";
inline constexpr int kItemsPerLevel = 40;  ///< of a family in the benchmark
inline constexpr std::uint64_t kBenchmarkSeed = 1;

/// One problem of a family, level and index, in one language.
struct Item {
    data::Problem problem;           ///< id "math_gcd_lcm-l2-0007-s1-en"
    std::vector<std::string> wrong;  ///< at least 3 completions that must be rejected
    int redraws = 0;                 ///< how often these choices were thrown away
    std::int64_t effort = 0;
    std::string sha256;  ///< of problem and wrong completions
};

/// Makes the items of one seed. Item (family, level, index) is the first draw of its own key whose
/// prompt no smaller index of the same family and level has, so it does not depend on which items
/// were asked for before, or in which order. Asking in rising order is the quickest.
/// threads  one owner
class ItemMaker {
  public:
    explicit ItemMaker(std::uint64_t seed)
        : seed_(seed) {}

    /// level 1..5, index >= 0. Checked: see check_item().
    /// errors  kInvalidArgument (level, index, or the family has no more different problems)
    util::Result<Item> item(const Family& family, int level, int index, Language language);

  private:
    struct Shelf {
        std::vector<int> redraws;  ///< of the items found so far
        std::unordered_set<std::string> prompts;
        int last_index = -1;
        std::optional<Draft> last;
    };
    std::optional<Draft> draw(const Family& family, int level, int index, int redraw) const;
    util::Status extend(const Family& family, int level, Shelf& shelf) const;

    std::uint64_t seed_;
    std::map<std::pair<std::string_view, int>, Shelf> shelves_;
};

/// A draft in one language.
Item write_item(
    const Family& family, const Draft& draft, std::string id, int level, Language language);

/// The gold and the reference solution are accepted, every wrong answer is rejected, and there are
/// three of them. Program verifiers need a runner; without one they are passed over here (their
/// golds come from the interpreter of core/generate/code_program.h).
/// errors  kInternal: names what does not hold: a fault of the family or of the verifier
util::Status check_item(const Item& item, verify::ProgramRunner* runner = nullptr);

/// The hash of a set: SHA-256 over the items' hashes in the order of their ids.
std::string set_hash(const std::vector<Item>& items);

/// A row for `veritune verify run`, with "expect": "correct" or "incorrect".
util::Json case_row(const Item& item, const std::string& completion, bool accept);

}  // namespace veritune::generate
