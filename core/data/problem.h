// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/chat_template.h"
#include "core/util/json.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::data {

/// Which side of the fence a row is on. held_out is never trained on or tuned with; quarantine
/// (found in an evaluation set) is not used at all.
enum class Split { kTrain, kVal, kTest, kHeldOut, kQuarantine };
inline constexpr Split kAllSplits[] = {
    Split::kTrain, Split::kVal, Split::kTest, Split::kHeldOut, Split::kQuarantine};

/// One checkable question. A chain's id is (run, step, problem id, sample).
struct Problem {
    std::string id;                       ///< unique within its data set
    std::string prompt;                   ///< plain prompt; empty when `messages` is used
    std::vector<text::Message> messages;  ///< chat prompt, rendered by the run's template
    util::Json gold;                      ///< what the verifier compares with
    std::string verifier;  ///< verifier id, "integer"; empty = demonstration only (gold is null)
    util::Json params = util::Json::object();
    std::string profile = "reward_strict";  ///< extraction profile
    std::string solution;                   ///< demonstration or reference solution; may be empty
    std::string family;                     ///< generator family or source preset
    int level = 0;                          ///< difficulty, 0 = unknown
    Split split = Split::kTrain;
};

/// "train", "val", "test", "held_out", "quarantine"
std::string_view split_name(Split split);
std::optional<Split> split_from_name(std::string_view name);

/// SHA-256 of the canonical prompt: decides split, identity and duplicates. Canonical: CRLF is LF,
/// no white space at either end; a chat prompt is its list of (role, content).
std::string prompt_hash(const Problem& problem);

/// The product's JSONL row
/// {"id","prompt"|"messages","gold","verifier","params","profile","solution","family","level","split"}.
util::Json problem_to_json(const Problem& problem);
/// Needs id, prompt or messages (not both), and gold with verifier, or solution, or all three.
/// Texts are at most 1 MiB and hold no NUL; other keys than these and those of `beside`, which the
/// caller reads, are refused. errors  kCorruptData naming the key
util::Result<Problem> problem_from_json(const util::Json& row,
                                        std::span<const std::string_view> beside = {});

/// [{"role","content"}, ...] with at least one entry.
/// errors  kCorruptData naming the key `what`
util::Result<std::vector<text::Message>> messages_from_json(const util::Json& value,
                                                            std::string_view what);

}  // namespace veritune::data
