// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/curate/watch.h"
#include "core/data/dataset.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// What can be said of the questions and golds of a set without a model.
namespace veritune::curate {

/// A gold that its own verifier does not accept.
struct GoldFault {
    std::int64_t row = 0;
    std::string message;  ///< GoldCheck's sentence
    bool operator==(const GoldFault&) const = default;
};
struct GoldReport {
    std::int64_t checked = 0;  ///< rows with a verifier; demonstrations have no gold
    std::vector<GoldFault> faults;
};
/// Every gold through its verifier's whole path against itself.
/// check  verify::import_gold_check(), or a test's
/// errors  kCancelled
util::Result<GoldReport> check_golds(const std::vector<data::Problem>& problems,
                                     const data::GoldCheck& check,
                                     const Watch& watch = {});

/// How far a model gets that has never read the questions.
struct Guessability {
    std::int64_t rows = 0;    ///< with a gold
    std::string best_answer;  ///< the gold that most rows share, as JSON or bare text
    std::int64_t best_count = 0;
    double best_share = 0.0;
    double choice_share = 0.0;  ///< rows judged by `choice`
    double yes_no_share = 0.0;  ///< rows whose gold is yes, no, true or false (en, de, fr, es, it)
    std::string majority_option;  ///< among the rows judged by `choice`; empty = there are none
    double majority_share = 0.0;
    std::vector<std::pair<std::string, std::int64_t>>
        frequent;  ///< at most 10, most frequent first
    /// A constant answer, or always the same option, earns more than 30 %.
    bool warn() const { return rows > 0 && (best_share > 0.3 || majority_share > 0.3); }
};
/// pure;  ties go to the answer that comes first by its text
Guessability guessability(const std::vector<data::Problem>& problems);

/// Kinds of questions that teach little or cannot be checked well; the ones that Big-Math
/// (arXiv 2502.17387) drops or writes anew.
enum class Flag {
    kMultipleChoice,
    kTrueFalse,
    kYesNo,
    kProof,
    kMultiPart,
    kHyperlink,
    kEmpty,    ///< no word at all
    kTooLong,  ///< over 8,000 characters
};
std::string_view flag_name(Flag flag);
/// pure; in the order of the enumeration
std::vector<Flag> question_flags(const data::Problem& problem);

/// ISO 639-1 code of the language that most function words of the text belong to: en, de, fr, es,
/// it, zh; empty when nothing is clear. A hint for filters, not a judgement.
std::string guess_language(std::string_view text);

/// What check of the whole set says; rows by number, ascending.
struct FlagReport {
    std::map<std::string, std::vector<std::int64_t>> rows_with;         ///< by flag name
    std::map<std::string, std::vector<std::int64_t>> rows_in_language;  ///< by code; "" = unclear
};
/// errors  kCancelled
util::Result<FlagReport> flag_questions(const std::vector<data::Problem>& problems,
                                        const Watch& watch = {});

}  // namespace veritune::curate
