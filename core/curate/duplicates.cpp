// SPDX-License-Identifier: Apache-2.0
#include "core/curate/duplicates.h"

#include "core/curate/shingles.h"
#include "core/text/utf8.h"
#include "core/util/rng.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>

namespace veritune::curate {
namespace {

using util::Result;
using util::Status;
using Set = std::vector<std::uint32_t>;

constexpr std::int64_t kMostIndexRows = 20000;
constexpr std::size_t kPermutations = 128;

/// Rows with one and the same set of shingles are found once; pairs are sought between such groups.
struct Groups {
    std::vector<const Set*> sets;                 ///< of each group, none empty
    std::vector<std::vector<std::int64_t>> rows;  ///< of each group, ascending
};

Groups group_rows(const std::vector<Set>& sets) {
    std::map<Set, std::size_t> known;
    Groups groups;
    for (std::size_t row = 0; row < sets.size(); ++row) {
        if (sets[row].empty()) continue;
        const auto [at, fresh] = known.try_emplace(sets[row], groups.sets.size());
        if (fresh) {
            groups.sets.push_back(&sets[row]);
            groups.rows.emplace_back();
        }
        groups.rows[at->second].push_back(static_cast<std::int64_t>(row));
    }
    return groups;
}

struct GroupPair {
    std::size_t a = 0;
    std::size_t b = 0;
    double similarity = 0.0;
};

/// Smallest intersection that two sets of a and b shingles need for the threshold. The small
/// allowance keeps a rounding error from losing a pair: candidates are counted exactly anyway.
std::size_t least(double of) { return static_cast<std::size_t>(std::ceil(of - 1e-9)); }

/// Every pair of groups at the threshold. Two sets that are similar enough share a shingle among
/// the rarest |x| - ceil(t |x|) + 1 of each, and neither is shorter than t times the other.
Result<std::vector<GroupPair>> index_pairs(const Groups& groups,
                                           double threshold,
                                           std::size_t shingles,
                                           const Watch& watch) {
    std::vector<std::vector<std::uint32_t>> postings(shingles);
    std::vector<std::uint32_t> met(groups.sets.size(), 0xFFFFFFFFU);
    std::vector<GroupPair> pairs;
    for (std::size_t g = 0; g < groups.sets.size(); ++g) {
        if (g % 32 == 0) {
            VT_TRY(watch.at(0.3 + 0.6 * static_cast<double>(g) /
                                      static_cast<double>(groups.sets.size())));
        }
        const Set& set = *groups.sets[g];
        const std::size_t prefix =
            set.size() - least(threshold * static_cast<double>(set.size())) + 1;
        for (std::size_t i = 0; i < std::min(prefix, set.size()); ++i) {
            for (const std::uint32_t other : postings[set[i]]) {
                if (met[other] == g) continue;
                met[other] = static_cast<std::uint32_t>(g);
                const Set& b = *groups.sets[other];
                const auto small = static_cast<double>(std::min(set.size(), b.size()));
                const auto large = static_cast<double>(std::max(set.size(), b.size()));
                if (small < threshold * large - 1e-9) continue;
                const double similarity = jaccard(set, b);
                if (similarity >= threshold) pairs.push_back({other, g, similarity});
            }
            postings[set[i]].push_back(static_cast<std::uint32_t>(g));
        }
    }
    return pairs;
}

using Signature = std::array<std::uint32_t, kPermutations>;

Signature signature(const Set& set,
                    const std::vector<std::uint64_t>& hash,
                    const std::array<std::uint64_t, kPermutations>& factors) {
    Signature lowest;
    lowest.fill(0xFFFFFFFFU);
    for (const std::uint32_t shingle : set) {
        const std::uint64_t h = hash[shingle] | 1U;
        for (std::size_t p = 0; p < kPermutations; ++p) {
            const auto value = static_cast<std::uint32_t>((h * factors[p]) >> 32U);
            lowest[p] = std::min(lowest[p], value);
        }
    }
    return lowest;
}

/// Pairs of groups that agree in all rows of at least one band.
Result<std::vector<GroupPair>> minhash_pairs(const Groups& groups,
                                             const std::vector<std::uint64_t>& hash,
                                             const DuplicateOptions& options,
                                             const Watch& watch) {
    std::array<std::uint64_t, kPermutations> factors{};
    util::Rng rng(options.seed, util::RngStream::kSelection, 1);
    for (std::uint64_t& factor : factors) factor = rng.next_u64() | 1U;
    const auto count = static_cast<double>(groups.sets.size());
    std::vector<Signature> signatures;
    for (const Set* set : groups.sets) {
        if (signatures.size() % 64 == 0)
            VT_TRY(watch.at(0.3 + 0.4 * static_cast<double>(signatures.size()) / count));
        signatures.push_back(signature(*set, hash, factors));
    }
    const std::size_t rows = options.threshold < 0.7 ? 2 : 4;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> candidates;
    for (std::size_t band = 0; band < kPermutations / rows; ++band) {
        VT_TRY(watch.at(0.7 + 0.1 * static_cast<double>(band * rows) / kPermutations));
        const auto key = [&](std::uint32_t g) {
            std::array<std::uint32_t, 4> part{};
            std::copy_n(signatures[g].begin() + static_cast<std::ptrdiff_t>(band * rows),
                        rows,
                        part.begin());
            return part;
        };
        std::vector<std::uint32_t> order(groups.sets.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::stable_sort(order, {}, key);
        for (std::size_t begin = 0; begin < order.size();) {
            std::size_t end = begin + 1;
            while (end < order.size() && key(order[end]) == key(order[begin])) ++end;
            for (std::size_t i = begin; i < end; ++i) {
                if (end - begin > 512) VT_TRY(watch.at(0.8));
                for (std::size_t j = i + 1; j < end; ++j)
                    candidates.emplace_back(order[i], order[j]);
            }
            begin = end;
        }
        // Most bands repeat what others found; a list that is never thinned would grow without end.
        std::ranges::sort(candidates);
        candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    }
    std::vector<GroupPair> pairs;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (i % 4096 == 0)
            VT_TRY(watch.at(0.8 +
                            0.1 * static_cast<double>(i) / static_cast<double>(candidates.size())));
        const auto [a, b] = candidates[i];
        const double similarity = jaccard(*groups.sets[a], *groups.sets[b]);
        if (similarity >= options.threshold) pairs.push_back({a, b, similarity});
    }
    return pairs;
}

/// Disjoint sets of rows; the smallest row is the name of its set.
class Clusters {
  public:
    explicit Clusters(std::size_t rows)
        : parent_(rows) {
        std::iota(parent_.begin(), parent_.end(), std::int64_t{0});
    }
    std::int64_t name(std::int64_t row) {
        while (parent_[static_cast<std::size_t>(row)] != row) {
            std::int64_t& up = parent_[static_cast<std::size_t>(row)];
            up = parent_[static_cast<std::size_t>(up)];
            row = up;
        }
        return row;
    }
    void join(std::int64_t a, std::int64_t b) {
        const std::int64_t first = name(a);
        const std::int64_t second = name(b);
        parent_[static_cast<std::size_t>(std::max(first, second))] = std::min(first, second);
    }

  private:
    std::vector<std::int64_t> parent_;
};

std::string canonical_text(const std::string& text) {
    std::string unix_text;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        unix_text += text[i];
    }
    const std::string clean = text::sanitize_utf8(unix_text);
    return std::string(text::trim(clean));
}

class Collector {
  public:
    Collector(std::size_t rows, std::int64_t max_pairs)
        : clusters_(rows),
          max_pairs_(max_pairs) {}

    void add_pair(std::int64_t a, std::int64_t b, double similarity, bool exact) {
        ++report_.pair_count;
        if (std::ssize(report_.pairs) >= max_pairs_) return;
        report_.pairs.push_back({.first = std::min(a, b),
                                 .second = std::max(a, b),
                                 .similarity = similarity,
                                 .exact = exact});
    }
    /// All pairs inside one list of rows; a list that is too long to show is counted.
    void add_group(const std::vector<std::int64_t>& rows, const std::vector<std::int64_t>& text) {
        for (std::size_t i = 1; i < rows.size(); ++i) clusters_.join(rows[0], rows[i]);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (std::size_t j = i + 1; j < rows.size(); ++j) {
                if (std::ssize(report_.pairs) >= max_pairs_) {
                    report_.pair_count += std::ssize(rows) - static_cast<std::int64_t>(j);
                    break;
                }
                const bool exact = text[static_cast<std::size_t>(rows[i])] ==
                                   text[static_cast<std::size_t>(rows[j])];
                add_pair(rows[i], rows[j], 1.0, exact);
            }
        }
    }
    void add_between(const std::vector<std::int64_t>& a,
                     const std::vector<std::int64_t>& b,
                     double similarity) {
        clusters_.join(a[0], b[0]);
        for (const std::int64_t first : a) {
            for (const std::int64_t second : b) add_pair(first, second, similarity, false);
        }
    }
    DuplicateReport take(std::size_t rows) {
        std::ranges::sort(report_.pairs, [](const DuplicatePair& x, const DuplicatePair& y) {
            return std::pair(x.first, x.second) < std::pair(y.first, y.second);
        });
        std::int64_t clusters = 0;
        for (std::size_t row = 0; row < rows; ++row) {
            report_.cluster.push_back(clusters_.name(static_cast<std::int64_t>(row)));
            if (report_.cluster.back() == static_cast<std::int64_t>(row)) ++clusters;
        }
        report_.removable = static_cast<std::int64_t>(rows) - clusters;
        return std::move(report_);
    }
    std::int64_t& exact_rows() { return report_.exact_rows; }

  private:
    Clusters clusters_;
    std::int64_t max_pairs_;
    DuplicateReport report_;
};

/// First row with the same canonical text, by row.
std::vector<std::int64_t> first_equal(const std::vector<std::string>& texts) {
    std::unordered_map<std::string, std::int64_t> seen;
    std::vector<std::int64_t> first;
    for (std::size_t row = 0; row < texts.size(); ++row) {
        const auto at =
            seen.try_emplace(canonical_text(texts[row]), static_cast<std::int64_t>(row));
        first.push_back(at.first->second);
    }
    return first;
}

/// Texts without a word ("?") have no shingles; equal ones are duplicates all the same.
void add_wordless(const std::vector<Set>& sets,
                  const std::vector<std::int64_t>& text,
                  Collector& collector) {
    std::map<std::int64_t, std::vector<std::int64_t>> groups;
    for (std::size_t row = 0; row < sets.size(); ++row) {
        if (sets[row].empty()) groups[text[row]].push_back(static_cast<std::int64_t>(row));
    }
    for (const auto& [first, rows] : groups) collector.add_group(rows, text);
}

}  // namespace

Result<DuplicateReport> find_duplicates(const std::vector<std::string>& texts,
                                        const DuplicateOptions& options,
                                        const Watch& watch) {
    if (!(options.threshold > 0.0 && options.threshold <= 1.0)) {
        return util::fail(util::ErrorCode::kInvalidArgument,
                          "the similarity of duplicates must be above 0 and at most 1");
    }
    VT_ASSIGN(const ShingleSets shingles, make_shingles(texts, watch));
    const std::vector<std::int64_t> text = first_equal(texts);
    Collector collector(texts.size(), options.max_pairs);
    for (std::size_t row = 0; row < text.size(); ++row)
        collector.exact_rows() += text[row] != static_cast<std::int64_t>(row) ? 1 : 0;
    const Groups groups = group_rows(shingles.sets);
    const bool index = options.search == PairSearch::kIndex ||
                       (options.search == PairSearch::kAuto && std::ssize(texts) <= kMostIndexRows);
    VT_ASSIGN(const std::vector<GroupPair> pairs,
              index ? index_pairs(groups, options.threshold, shingles.hash.size(), watch)
                    : minhash_pairs(groups, shingles.hash, options, watch));
    for (const std::vector<std::int64_t>& rows : groups.rows) collector.add_group(rows, text);
    add_wordless(shingles.sets, text, collector);
    for (const GroupPair& pair : pairs)
        collector.add_between(groups.rows[pair.a], groups.rows[pair.b], pair.similarity);
    VT_TRY(watch.at(1.0));
    DuplicateReport report = collector.take(texts.size());
    report.used = index ? PairSearch::kIndex : PairSearch::kMinHash;
    return report;
}

}  // namespace veritune::curate
