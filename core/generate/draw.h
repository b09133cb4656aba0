// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"
#include "core/util/rng.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace veritune::generate {

/// The random choices of one problem: the project's counter-based generator under a key. The same
/// key gives the same choices on every machine and compiler; nothing else enters.
/// threads  a value; one owner at a time
class Draw {
  public:
    /// key  any text; its SHA-256 is the generator's key and counter
    explicit Draw(std::string_view key);

    std::size_t below(std::size_t n);   ///< uniform in [0, n), n >= 1
    long between(long low, long high);  ///< uniform in [low, high]
    long nonzero(long low, long high);  ///< as between(), never 0; the range holds another number
    bool chance(long percent);          ///< true in `percent` of 100 cases

    template <typename T>
    const T& pick(const std::vector<T>& from) {
        VT_CHECK(!from.empty());
        return from[below(from.size())];
    }
    template <typename T>
    void shuffle(std::vector<T>& list) {
        for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[below(i)]);
    }
    /// `count` different entries in random order; count <= from.size()
    template <typename T>
    std::vector<T> sample(std::vector<T> from, std::size_t count) {
        VT_CHECK(count <= from.size());
        shuffle(from);
        from.resize(count);
        return from;
    }
    /// A permutation of 0..n-1.
    std::vector<std::size_t> order(std::size_t n);

  private:
    util::Rng rng_;
};

}  // namespace veritune::generate
