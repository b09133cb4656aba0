// SPDX-License-Identifier: Apache-2.0
#include "core/curate/split.h"

#include "core/util/hash.h"
#include "core/util/rng.h"

#include <algorithm>
#include <tuple>

namespace veritune::curate {
namespace {

using data::Split;

/// A cluster: it goes to one side as a whole.
struct Unit {
    std::string key;  ///< smallest prompt hash and id of its rows: the same in any order of rows
    std::string stratum;
    std::vector<std::size_t> rows;
    bool in_test = false;
};

std::string stratum_of(const data::Problem& problem) {
    return (problem.family.empty() ? std::string("-") : problem.family) + "/" +
           std::to_string(problem.level);
}

std::vector<Unit> make_units(const std::vector<data::Problem>& problems,
                             const std::vector<std::int64_t>& cluster) {
    std::map<std::int64_t, Unit> by_cluster;
    for (std::size_t row = 0; row < problems.size(); ++row) {
        Unit& unit = by_cluster[cluster.empty() ? static_cast<std::int64_t>(row) : cluster[row]];
        std::string key = data::prompt_hash(problems[row]) + problems[row].id;
        // The stratum of a mixed cluster is that of the row which names it.
        if (unit.rows.empty() || key < unit.key) {
            unit.key = std::move(key);
            unit.stratum = stratum_of(problems[row]);
        }
        unit.rows.push_back(row);
        unit.in_test = unit.in_test || problems[row].split == Split::kTest;
    }
    std::vector<Unit> units;
    for (auto& [number, unit] : by_cluster) units.push_back(std::move(unit));
    std::ranges::sort(units, {}, [](const Unit& unit) { return std::tie(unit.stratum, unit.key); });
    return units;
}

/// How many rows a side still may get. What a stratum could not take, because its clusters are too
/// large, is left to the next one.
class Quota {
  public:
    explicit Quota(double share)
        : share_(share) {}
    void add_stratum(std::size_t rows) { room_ += share_ * static_cast<double>(rows); }
    bool take(std::size_t rows) {
        // Half a cluster too many is as near to the share as half a cluster too few.
        if (room_ <= 0.0 || room_ + 1e-9 < 0.5 * static_cast<double>(rows)) return false;
        room_ -= static_cast<double>(rows);
        return true;
    }

  private:
    double share_;
    double room_ = 0.0;
};

class Divider {
  public:
    Divider(const std::vector<data::Problem>& problems, const SplitOptions& options)
        : problems_(problems),
          options_(options),
          test_(options.test_share),
          val_(options.val_share) {
        report_.split.assign(problems.size(), Split::kTrain);
    }

    void divide(std::vector<Unit> units) {
        frozen_ = options_.keep_test &&
                  std::ranges::any_of(units, [](const Unit& unit) { return unit.in_test; });
        report_.clusters = std::ssize(units);
        for (std::size_t begin = 0; begin < units.size();) {
            std::size_t end = begin;
            while (end < units.size() && units[end].stratum == units[begin].stratum) ++end;
            divide_stratum({units.begin() + static_cast<std::ptrdiff_t>(begin),
                            units.begin() + static_cast<std::ptrdiff_t>(end)});
            begin = end;
        }
    }
    SplitReport take() { return std::move(report_); }

  private:
    void divide_stratum(const std::vector<Unit>& units) {
        std::size_t rows = 0;
        for (const Unit& unit : units) rows += unit.rows.size();
        test_.add_stratum(rows);
        val_.add_stratum(rows);
        util::Rng rng(options_.seed, util::RngStream::kDataOrder, util::fnv1a64(units[0].stratum));
        for (const std::int64_t i : rng.permutation(std::ssize(units))) {
            const Unit& unit = units[static_cast<std::size_t>(i)];
            assign(unit, side_of(unit));
        }
    }
    Split side_of(const Unit& unit) {
        if (frozen_) {
            if (unit.in_test) return Split::kTest;
        } else if (test_.take(unit.rows.size())) {
            return Split::kTest;
        }
        return val_.take(unit.rows.size()) ? Split::kVal : Split::kTrain;
    }
    void assign(const Unit& unit, Split side) {
        report_.largest_cluster = std::max(report_.largest_cluster, std::ssize(unit.rows));
        for (const std::size_t row : unit.rows) {
            // What is held out or in quarantine was put there for a reason.
            const Split before = problems_[row].split;
            if (before == Split::kHeldOut || before == Split::kQuarantine) {
                report_.split[row] = before;
                continue;
            }
            report_.split[row] = side;
            ++report_.rows[static_cast<std::size_t>(side)];
            ++report_.strata[stratum_of(problems_[row])][static_cast<std::size_t>(side)];
            report_.moved += problems_[row].split != side ? 1 : 0;
        }
    }

    const std::vector<data::Problem>& problems_;
    const SplitOptions& options_;
    Quota test_;
    Quota val_;
    bool frozen_ = false;
    SplitReport report_;
};

}  // namespace

util::Result<SplitReport> split_by_cluster(const std::vector<data::Problem>& problems,
                                           const std::vector<std::int64_t>& cluster,
                                           const SplitOptions& options) {
    if (!(options.val_share >= 0.0 && options.test_share >= 0.0 &&
          options.val_share + options.test_share <= 0.9)) {
        return util::fail(util::ErrorCode::kInvalidArgument,
                          "the shares of val and test are at least 0 and together at most 0.9");
    }
    if (!cluster.empty() && cluster.size() != problems.size()) {
        return util::fail(util::ErrorCode::kInvalidArgument,
                          "the clusters belong to a data set with another number of rows");
    }
    Divider divider(problems, options);
    divider.divide(make_units(problems, cluster));
    return divider.take();
}

}  // namespace veritune::curate
