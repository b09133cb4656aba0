// SPDX-License-Identifier: Apache-2.0
#include "core/store/gold_job.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace veritune::store {

namespace {

using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

constexpr std::size_t kBatchRows = 2000;

/// The next rows that nobody has looked at.
Result<std::vector<data::Problem>> next_batch(const DatasetReader& reader,
                                              const std::string& dataset,
                                              std::int64_t& after) {
    std::vector<data::Problem> batch;
    VT_TRY(reader.each(
        dataset,
        {.status = data::RowStatus::kNew},
        [&](std::int64_t id, data::DatasetRow row) {
            after = id;
            batch.push_back(std::move(row.problem));
            return batch.size() < kBatchRows;
        },
        after));
    return batch;
}

data::RowPatch verdict_on(const data::Problem& problem, const data::GoldCheck& check) {
    const std::string fault = problem.verifier.empty() ? std::string() : check(problem);
    if (fault.empty()) return {.id = problem.id, .set = {{"status", "ok"}}};
    const Json finding = {{"reason", "gold_fault"}, {"note", fault}};
    return {.id = problem.id,
            .set = {{"status", "needs_review"}, {"add_review", Json::array({finding})}}};
}

}  // namespace

Result<GoldJobResult> check_golds(const DatasetReader& reader,
                                  DatasetEditor& editor,
                                  const std::string& dataset,
                                  const data::GoldCheck& check,
                                  const GoldJobHooks& hooks) {
    VT_ASSIGN(const RowCounts counts, reader.counts(dataset));
    const std::int64_t total = counts.by_status[static_cast<std::size_t>(data::RowStatus::kNew)];
    GoldJobResult result;
    std::int64_t after = 0;
    while (true) {
        VT_ASSIGN(const std::vector<data::Problem> batch, next_batch(reader, dataset, after));
        if (batch.empty()) return result;
        data::Edit edit{.kind = data::EditKind::kPatch, .dataset = dataset};
        edit.label = "Check golds";
        for (const data::Problem& problem : batch) {
            // What is checked is kept: the edit below holds the rows so far.
            if (hooks.stop.stop_requested()) break;
            edit.patches.push_back(verdict_on(problem, check));
            result.faults += edit.patches.back().set.contains("add_review") ? 1 : 0;
        }
        if (!edit.patches.empty()) VT_TRY(editor.apply(edit));
        result.checked += std::ssize(edit.patches);
        if (hooks.progress) {
            hooks.progress(std::min(1.0,
                                    static_cast<double>(result.checked) /
                                        static_cast<double>(std::max<std::int64_t>(total, 1))));
        }
        if (hooks.stop.stop_requested()) {
            return util::fail(ErrorCode::kCancelled,
                              "the check was cancelled; what was checked is kept, and the next"
                              " check goes on from there");
        }
    }
}

}  // namespace veritune::store
