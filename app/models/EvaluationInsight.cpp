// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/EvaluationInsight.h"

#include "core/store/dataset_reader.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

namespace veritune::app {
namespace {

constexpr std::int64_t kDraws = 20'000'000;  ///< values drawn for one interval
constexpr std::int64_t kPage = 5000;

const std::vector<data::ProblemScore>& problemsOf(const data::EvaluationRecord& record) {
    static const std::vector<data::ProblemScore> kNone;
    return record.columns.empty() ? kNone : record.columns.front().problems;
}

double shareOf(const data::ProblemScore& one) {
    return static_cast<double>(one.correct) / static_cast<double>(one.samples);
}

using SliceKey = std::pair<ScoreSlice::Kind, std::string>;

std::vector<SliceKey> keysOf(const ProblemLabels& labels) {
    using Kind = ScoreSlice::Kind;
    std::vector<SliceKey> keys;
    for (const std::string& tag : labels.tags) keys.emplace_back(Kind::kTag, tag);
    if (labels.level != 0) keys.emplace_back(Kind::kLevel, std::to_string(labels.level));
    if (!labels.topic.empty()) keys.emplace_back(Kind::kTopic, labels.topic);
    if (!labels.family.empty()) keys.emplace_back(Kind::kFamily, labels.family);
    if (!labels.language.empty()) keys.emplace_back(Kind::kLanguage, labels.language);
    return keys;
}

bool isShownBefore(const ScoreSlice& a, const ScoreSlice& b) {
    if (a.kind != b.kind) return a.kind < b.kind;
    if (a.kind == ScoreSlice::Kind::kLevel) {
        return std::tuple(a.value.size(), a.value) < std::tuple(b.value.size(), b.value);
    }
    return std::tuple(a.score.estimate, a.value) < std::tuple(b.score.estimate, b.value);
}

}  // namespace

eval::Interval meanShare(const std::vector<double>& shares) {
    if (shares.empty()) return eval::wilson(0, 0);
    const bool isYesOrNo =
        std::all_of(shares.begin(), shares.end(), [](double s) { return s == 0.0 || s == 1.0; });
    const auto count = static_cast<std::int64_t>(shares.size());
    if (isYesOrNo) return eval::wilson(std::count(shares.begin(), shares.end(), 1.0), count);
    const std::int64_t resamples = std::clamp<std::int64_t>(kDraws / count, 1000, 10'000);
    return eval::bootstrap_mean(shares, {.resamples = resamples, .seed = 0});
}

EvaluationIntervals intervalsOf(const data::EvaluationRecord& record) {
    EvaluationIntervals found;
    std::vector<double> shares;
    for (const data::ProblemScore& one : problemsOf(record)) {
        if (one.samples > 0) shares.push_back(one.majority ? 1.0 : 0.0);
    }
    found.majority = meanShare(shares);
    if (record.columns.empty()) return found;
    for (const auto& [k, mean] : record.columns.front().pass) {
        if (k < 2) continue;
        shares.clear();
        for (const data::ProblemScore& one : problemsOf(record)) {
            // A masked sample leaves fewer to draw from.
            if (one.samples > 0)
                shares.push_back(
                    eval::pass_at_k(one.samples, one.correct, std::min(k, one.samples)));
        }
        found.pass.emplace_back(k, meanShare(shares));
    }
    return found;
}

Difficulty difficultyOf(const data::EvaluationRecord& record) {
    Difficulty found;
    found.samples = std::max<std::int64_t>(record.samples, 1);
    for (const data::ProblemScore& one : problemsOf(record))
        found.samples = std::max(found.samples, one.samples);
    const std::size_t bars =
        found.isExact() ? static_cast<std::size_t>(found.samples) + 1 : Difficulty::kFifths + 2;
    found.bars.assign(bars, 0);
    for (const data::ProblemScore& one : problemsOf(record)) {
        if (one.samples <= 0) continue;
        std::size_t bar = 0;
        if (one.correct <= 0) {
            ++found.never;
        } else if (one.correct >= one.samples) {
            ++found.always;
            bar = bars - 1;
        } else {
            ++found.sometimes;
            // The same share for a problem with masked samples; never one of the two ends.
            const double wanted =
                found.isExact() ? shareOf(one) * static_cast<double>(found.samples) + 0.5
                                : shareOf(one) * static_cast<double>(Difficulty::kFifths) + 1.0;
            bar = std::clamp<std::size_t>(static_cast<std::size_t>(wanted), 1, bars - 2);
        }
        ++found.bars[bar];
    }
    return found;
}

util::Result<std::map<std::string, ProblemLabels>> labelsOf(const data::EvaluationRecord& record,
                                                            const store::DatasetReader& reader) {
    std::map<std::string, ProblemLabels> found;
    std::set<std::string> wanted;
    for (const data::ProblemScore& one : problemsOf(record)) wanted.insert(one.problem_id);
    store::RowPageRequest request{.dataset = record.dataset, .limit = kPage};
    const std::optional<data::Split> split = data::split_from_name(record.split);
    request.filter.split = split;
    while (found.size() < wanted.size()) {
        util::Result<store::RowPage> page = reader.page(request);
        if (!page) {
            // A set that was removed since: nothing is known, and that is no fault.
            if (page.error().code == util::ErrorCode::kNotFound) break;
            return page.error();
        }
        for (store::RowSummary& row : page->rows) {
            if (wanted.count(row.id) == 0) continue;
            found.emplace(row.id,
                          ProblemLabels{.tags = std::move(row.tags),
                                        .level = row.level,
                                        .topic = std::move(row.topic),
                                        .family = std::move(row.family),
                                        .language = std::move(row.lang)});
        }
        if (!page->next) break;
        request.after = page->next;
    }
    return found;
}

std::vector<ScoreSlice> slicesOf(const data::EvaluationRecord& record,
                                 const std::map<std::string, ProblemLabels>& labels) {
    std::map<SliceKey, std::vector<data::ProblemScore>> groups;
    std::int64_t judged = 0;
    for (const data::ProblemScore& one : problemsOf(record)) {
        if (one.samples <= 0) continue;
        ++judged;
        const auto known = labels.find(one.problem_id);
        if (known == labels.end()) continue;
        for (SliceKey& key : keysOf(known->second)) groups[std::move(key)].push_back(one);
    }
    std::vector<ScoreSlice> slices;
    for (const auto& [key, members] : groups) {
        const auto count = static_cast<std::int64_t>(members.size());
        if (count == judged) continue;
        slices.push_back({.kind = key.first, .value = key.second, .problems = count});
    }
    if (slices.size() > kMostSlices) {
        std::stable_sort(slices.begin(), slices.end(), [](const auto& a, const auto& b) {
            return a.problems > b.problems;
        });
        slices.resize(kMostSlices);
    }
    for (ScoreSlice& slice : slices) {
        std::vector<double> shares;
        std::int64_t right = 0;
        std::int64_t samples = 0;
        for (const data::ProblemScore& one : groups[{slice.kind, slice.value}]) {
            shares.push_back(shareOf(one));
            right += one.correct;
            samples += one.samples;
        }
        slice.score = record.samples == 1 ? eval::wilson(right, samples) : meanShare(shares);
    }
    std::sort(slices.begin(), slices.end(), isShownBefore);
    return slices;
}

EvaluationInsight insightOf(const data::EvaluationRecord& record,
                            const std::map<std::string, ProblemLabels>& labels) {
    EvaluationInsight found{.id = record.id,
                            .intervals = intervalsOf(record),
                            .difficulty = difficultyOf(record),
                            .slices = slicesOf(record, labels)};
    if (!record.columns.empty()) {
        const data::EvaluationColumn& first = record.columns.front();
        found.score = {.estimate = first.score, .lower = first.low, .upper = first.high};
    }
    found.problems = found.difficulty.problems();
    for (const data::ProblemScore& one : problemsOf(record)) {
        if (one.samples > 0 && labels.count(one.problem_id) != 0) ++found.known;
    }
    return found;
}

}  // namespace veritune::app
