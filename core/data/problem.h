// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/chat_template.h"
#include "core/util/json.h"

#include <string>
#include <vector>

namespace veritune::data {

enum class Split { kTrain, kVal, kTest };

/// One checkable question. A chain's id is (run, step, problem id, sample).
struct Problem {
    std::string id;                        ///< unique within its data set
    std::string prompt;                    ///< plain prompt; empty when `messages` is used
    std::vector<text::Message> messages;   ///< chat prompt, rendered by the run's template
    util::Json gold;                       ///< what the verifier compares with
    std::string verifier;                  ///< verifier id, "integer"
    util::Json params = util::Json::object();
    std::string profile = "reward_strict"; ///< extraction profile
    std::string solution;                  ///< demonstration or reference solution; may be empty
    std::string family;                    ///< generator family or source preset
    int level = 0;                         ///< difficulty, 0 = unknown
    Split split = Split::kTrain;
};

/// SHA-256 of the canonical prompt: decides split, identity and duplicates.
std::string prompt_hash(const Problem& problem);

/// The product's JSONL row {"id","prompt"|"messages","gold","verifier","params","profile","solution","family","level","split"}.
util::Json problem_to_json(const Problem& problem);
/// errors  kCorruptData naming the key
util::Result<Problem> problem_from_json(const util::Json& row);

}  // namespace veritune::data
