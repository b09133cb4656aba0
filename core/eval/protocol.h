// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"
#include "core/util/file_system.h"
#include "core/util/json.h"
#include "core/util/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Evaluation protocols: data, not code (docs/formats/evaluation-protocol.md). A protocol says what
/// a model sees, how it is sampled and how the completions are judged, in every word; two scores
/// can be compared only when all of that was the same. Torch-free, pure.
namespace veritune::eval {

/// The version of the file format, key "format".
inline constexpr int kProtocolFormat = 1;

enum class PromptKind {
    kPlain,  ///< the text as it is, without a chat template: base models
    kChat,   ///< one user message (and a system message), rendered by the model's template
    kOwn,    ///< the problem as it is trained: its prompt or messages by the model's template
};

/// Texts may hold {question}, {task}, {tests}, {setup}, {solution}, {reference} (variables_of());
/// every other brace is a brace.
struct ProtocolPrompt {
    PromptKind kind = PromptKind::kChat;
    std::string system;                   ///< chat only; empty = no system message at all
    std::string text = "{question}";      ///< of the problem that is asked
    std::string prefix;                   ///< the answer already begins so; part of what is judged
    std::string shot;                     ///< of a solved example; before `text`
    std::string between = "\n\n";         ///< after each shot
    std::vector<std::string> shot_ids;    ///< rows of the train split of the shots' data set
    std::vector<data::Problem> examples;  ///< shots with their texts: own ones, or looked up
};

struct ProtocolSampling {
    double temperature = 0.0;  ///< 0 = greedy
    double top_p = 1.0;
    std::int64_t top_k = 0;
    std::int64_t max_new_tokens = 1024;
    std::int64_t samples = 1;  ///< n, 1..1024
    std::uint64_t seed = 0;
    std::vector<std::string> stop;  ///< the completion ends before the first of these
};

/// One way of judging. Empty fields are those of the problem.
struct ProtocolColumn {
    std::string name = "score";
    std::string verifier;
    util::Json params;  ///< null = the problem's (with a verifier of its own: {})
    std::string profile;
    std::string answer = "{prefix}{completion}";  ///< what the verifier reads; also {setup}, ...
    bool judge_cut_off = true;  ///< false: a completion that was cut off is no answer
};

struct Protocol {
    std::string id;
    std::int64_t version = 1;
    std::string title;
    std::string benchmark;      ///< "GSM8K"
    std::int64_t problems = 0;  ///< of the whole benchmark; 0 = any set
    std::string same_as;        ///< harness, task and version, and where this differs
    ProtocolPrompt prompt;
    ProtocolSampling sampling;
    std::vector<ProtocolColumn> columns{ProtocolColumn{}};
};

/// Writes every field out, also those at their default.
util::Json protocol_to_json(const Protocol& protocol);
/// errors  kInvalidArgument naming key and rule: an unknown key, a value out of range, no column,
/// two columns of one name, an unknown verifier or profile; kUnsupported for a newer format
util::Result<Protocol> protocol_from_json(const util::Json& json);

/// The protocols of the product, by id: resources/protocols/ID.json.
const std::vector<Protocol>& builtin_protocols();
/// A built-in id, or the path of a file of one's own (anything with a '/' or ending in ".json").
/// errors  kNotFound lists the ids; those of protocol_from_json and the file
util::Result<Protocol> load_protocol(util::FileSystem& fs, const std::string& id_or_path);

/// Puts the texts of the rows named by shot_ids into `examples`, in their order.
/// rows  of the data set that shots come from; only those of the train split count
/// errors  kNotFound: a row is missing; the message names it and says what to import
util::Status fill_shots(Protocol& protocol, std::span<const data::Problem> rows);

/// Everything that moves a score but the model: the protocol, its shots, the problems, the chat
/// template and the verifiers. Its SHA-256 (canonical JSON) is the protocol hash.
/// chat_template  id of the model's template; not looked at for plain prompts
util::Json evaluation_setup(const Protocol& protocol,
                            std::span<const data::Problem> problems,
                            const std::string& chat_template);
std::string setup_hash(const util::Json& setup);

}  // namespace veritune::eval
