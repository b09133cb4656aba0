// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/curate/contamination.h"
#include "core/curate/difficulty.h"
#include "core/curate/duplicates.h"
#include "core/curate/privacy.h"
#include "core/curate/questions.h"
#include "core/curate/split.h"
#include "core/data/edit.h"

#include <string>
#include <vector>

/// From a report to the one edit that writes it into the data set, so that every curation can be
/// undone and stands in the audit log. Pure; an edit without patches says that there is nothing to
/// change. `rows` are those that the report was made of, in the same order.
namespace veritune::curate {

using Rows = std::vector<data::DatasetRow>;

/// Faulty golds need review; rows that were never checked and hold are accepted.
data::Edit gold_edit(const std::string& dataset, const Rows& rows, const GoldReport& report);
/// Every row of a cluster but its first needs review, with the most similar earlier row named.
data::Edit duplicate_edit(const std::string& dataset,
                          const Rows& rows,
                          const DuplicateReport& report);
/// against  name and problem ids of the evaluation set
data::Edit contamination_edit(const std::string& dataset,
                              const Rows& rows,
                              const std::vector<Contamination>& found,
                              const std::string& against,
                              const std::vector<std::string>& against_ids);
/// Tags of the flags; the language where the row has none.
data::Edit flag_edit(const std::string& dataset, const Rows& rows, const FlagReport& report);
/// The tag of the bin ("rate-0", "rate-1-20", ...), and "too_hard" or "too_easy" outside of the
/// pass rates to train on. A row that had another such tag loses it.
data::Edit difficulty_edit(const std::string& dataset,
                           const Rows& rows,
                           const DifficultyReport& report,
                           double low,
                           double high);
data::Edit suspect_edit(const std::string& dataset, const std::vector<PassRate>& suspects);
data::Edit split_edit(const std::string& dataset, const Rows& rows, const SplitReport& report);
/// Rows with finds need review; the note names kind and place, never the find itself.
data::Edit privacy_edit(const std::string& dataset, const Rows& rows, const PrivacyReport& report);
data::Edit pseudonym_edit(const std::string& dataset,
                          const Rows& rows,
                          const std::vector<PseudonymisedRow>& changed);

/// The problems of the rows, in order.
std::vector<data::Problem> problems_of(const Rows& rows);
/// question_text() of the rows, in order.
std::vector<std::string> texts_of(const Rows& rows);

}  // namespace veritune::curate
