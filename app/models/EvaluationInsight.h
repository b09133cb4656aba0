// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/evaluation_record.h"
#include "core/eval/statistics.h"
#include "core/util/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace veritune::store {
class DatasetReader;
}

/// What the problems of one evaluation say beyond its score; of the first column only. Free of Qt's
/// widgets, pure, any thread; test evaluation_insight_test.cpp.
namespace veritune::app {

/// Mean of shares of right samples, a problem each, at 95 %: Wilson where all are 0 or 1, else
/// bootstrap over problems. Of none [0, 1].
eval::Interval meanShare(const std::vector<double>& shares);

/// The intervals that a record does not carry.
struct EvaluationIntervals {
    eval::Interval majority;
    std::vector<std::pair<std::int64_t, eval::Interval>> pass;  ///< k -> pass@k, for k > 1
};
/// record  whole, as EvaluationStore::get() gives it
/// cost    up to 0.2 s for each k of 10,000 problems
EvaluationIntervals intervalsOf(const data::EvaluationRecord& record);

/// How many problems were solved how often.
struct Difficulty {
    std::int64_t samples = 0;  ///< of each problem
    /// With up to kExactBars samples bar i = "i of n are right", else never, fifths of what is
    /// between, always.
    std::vector<std::int64_t> bars;
    std::int64_t never = 0;
    std::int64_t sometimes = 0;
    std::int64_t always = 0;
    static constexpr std::int64_t kExactBars = 8;
    static constexpr std::size_t kFifths = 5;
    std::int64_t problems() const { return never + sometimes + always; }
    bool isExact() const { return samples <= kExactBars; }
};
/// Problems without a verdict are left out.
Difficulty difficultyOf(const data::EvaluationRecord& record);

/// Problems that have something in common.
struct ScoreSlice {
    enum class Kind { kTag, kLevel, kTopic, kFamily, kLanguage };
    Kind kind = Kind::kTag;
    std::string value;
    std::int64_t problems = 0;
    eval::Interval score;
};

/// What is known of a problem in its data set.
struct ProblemLabels {
    std::vector<std::string> tags;
    int level = 0;
    std::string topic;
    std::string family;
    std::string language;
};
/// By problem id, of those problems of the record that its data set still has; empty without such a
/// set. errors  those of the store
util::Result<std::map<std::string, ProblemLabels>> labelsOf(const data::EvaluationRecord& record,
                                                            const store::DatasetReader& reader);

/// Kind after kind, the weakest first (levels in their order). A kind with one value for all
/// problems says nothing and is left out; at most kMostSlices, those with the most problems.
inline constexpr std::size_t kMostSlices = 100;
std::vector<ScoreSlice> slicesOf(const data::EvaluationRecord& record,
                                 const std::map<std::string, ProblemLabels>& labels);

/// All of it.
struct EvaluationInsight {
    std::int64_t id = 0;
    EvaluationIntervals intervals;
    Difficulty difficulty;
    std::vector<ScoreSlice> slices;
    eval::Interval score;       ///< what slices are held against
    std::int64_t problems = 0;  ///< with a verdict
    std::int64_t known = 0;     ///< of them in the data set
};
EvaluationInsight insightOf(const data::EvaluationRecord& record,
                            const std::map<std::string, ProblemLabels>& labels);

}  // namespace veritune::app
