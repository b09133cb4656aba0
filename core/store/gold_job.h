// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/dataset.h"
#include "core/store/dataset_editor.h"
#include "core/store/dataset_reader.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

namespace veritune::store {

struct GoldJobHooks {
    std::stop_token stop;
    std::function<void(double fraction)> progress;
};
struct GoldJobResult {
    std::int64_t checked = 0;
    std::int64_t faults = 0;  ///< rows that became needs_review
};

/// Holds the gold of every `new` row of a data set against its verifier: the row becomes ok, or
/// needs_review with a finding "gold_fault". Each batch is an edit of its own, so a job that was
/// cut off goes on with what is left; a frozen set has nothing to check. errors  those of reader
/// and editor; kCancelled after the batch under way
util::Result<GoldJobResult> check_golds(const DatasetReader& reader,
                                        DatasetEditor& editor,
                                        const std::string& dataset,
                                        const data::GoldCheck& check,
                                        const GoldJobHooks& hooks = {});

}  // namespace veritune::store
