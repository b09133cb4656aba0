// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::data {

/// What a person or a check thinks of a row. Only `ok` rows train, evaluate and belong to the
/// version of a data set.
enum class RowStatus {
    kNew,          ///< imported, its gold not yet checked
    kOk,           ///< checked, or accepted by a person
    kNeedsReview,  ///< a check found something: DatasetRow::review says what
    kRejected,     ///< a person or a rule took it out; it stays visible
};
std::string_view status_name(RowStatus status);  ///< "new", "ok", "needs_review", "rejected"
std::optional<RowStatus> status_from_name(std::string_view name);

/// What may be done with a row that leaves the project. Empty in a row = as its data set says.
enum class Redistribution {
    kYes,           ///< no condition
    kAttribution,   ///< the source has to be named (MIT, CC BY)
    kShareAlike,    ///< only under the same licence (CC BY-SA)
    kInternalOnly,  ///< not outside the office
    kForbidden,     ///< not at all
};
std::string_view redistribution_name(Redistribution value);  ///< "yes", "share_alike", ...
std::optional<Redistribution> redistribution_from_name(std::string_view name);

/// One finding of a curation, kept with its row: what, how sure, and what a person decided.
struct ReviewItem {
    std::string reason;          ///< "near_duplicate", "contamination", "gold_fault", ...
    std::string other;           ///< the other row ("set/id" or "id"); empty = none
    double score = 0.0;          ///< of the check: Jaccard, shared n-grams, probability
    std::string note;            ///< one sentence; may quote content
    std::string state = "open";  ///< open | accepted | dismissed
    std::string reviewer;        ///< who decided; empty = nobody yet
    bool operator==(const ReviewItem&) const = default;
};

/// A problem as the project keeps it: the problem and what is known about it.
struct DatasetRow {
    Problem problem;
    RowStatus status = RowStatus::kNew;
    std::string topic;              ///< "Prealgebra", "contracts"; free text, at most 256 bytes
    std::string lang;               ///< "en", "de"; empty = unknown
    std::string licence;            ///< of this row; empty = the data set's
    std::string redistribution;     ///< name of a Redistribution; empty = the data set's
    std::vector<std::string> tags;  ///< sorted, unique; see is_tag()
    std::vector<ReviewItem> review;
    std::int64_t source_line = 0;  ///< in the imported file; 0 = not imported
};

/// 1 to 64 bytes of UTF-8 without white space, commas and control characters.
bool is_tag(std::string_view text);

/// The product's JSONL row with the keys of problem_to_json() and, where they say something,
/// "status","topic","lang","licence","redistribution","tags","review","line". The row of a bundle.
util::Json row_to_json(const DatasetRow& row);
/// The inverse; `status` is optional and `fallback` without it. Unknown keys are refused.
/// errors  kCorruptData naming the key
util::Result<DatasetRow> row_from_json(const util::Json& json,
                                       RowStatus fallback = RowStatus::kNew);

/// Which rows are meant: every condition that is given has to hold.
struct RowFilter {
    std::optional<RowStatus> status;
    std::optional<Split> split;
    std::optional<std::string> verifier;  ///< "" = demonstrations
    std::optional<std::string> tag;
    std::optional<std::string> topic;
    std::optional<std::string> family;
    std::optional<std::string> review;  ///< a review item with this reason; "" = any open item
    std::optional<int> min_level;       ///< inclusive
    std::optional<int> max_level;
    /// Part of id, prompt, gold or solution; ASCII letters of either case.
    std::string text;
    bool operator==(const RowFilter&) const = default;
};
util::Json filter_to_json(const RowFilter& filter);
/// errors  kInvalidArgument naming the key
util::Result<RowFilter> filter_from_json(const util::Json& json);
/// The filter without SQL, for rows that are in memory already.
bool matches(const RowFilter& filter, const DatasetRow& row);

}  // namespace veritune::data
