// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Every message between a client (CLI, Studio) and the engine: plain values, described for people
/// in docs/formats/engine-protocol.md. A new or changed message raises kProtocolVersion and joins
/// codec.cpp's field list, FakeEngine and the page. Strings are UTF-8; counts of bytes and times
/// carry their unit in the name.
namespace veritune::engine {

/// Client and engine must have the same number; they are installed together.
inline constexpr std::int64_t kProtocolVersion = 4;
inline constexpr std::size_t kMaxLineBytes = 8u << 20;
inline constexpr int kMaxJsonDepth = 32;

using MetricList = std::vector<std::pair<std::string, double>>;

// ---- requests and their replies
// -------------------------------------------------------------------------------------

/// First message of every connection.
struct Hello {
    std::int64_t protocol = kProtocolVersion;
    std::string client;  ///< "veritune 0.1.0", for the log
    bool operator==(const Hello&) const = default;
};
struct HelloReply {
    std::int64_t protocol = kProtocolVersion;
    std::string version;  ///< util::program_version() of the engine
    std::string project_id;
    std::string project_dir;  ///< store::ProjectInfo::dir; a copied project has the same id, so the
                              ///< client compares the folder
    std::int64_t pid = 0;
    bool operator==(const HelloReply&) const = default;
};

struct GetState {
    bool operator==(const GetState&) const = default;
};
/// What the engine does now.
struct EngineState {
    std::int64_t run = 0;   ///< active run; 0 = idle
    std::string run_state;  ///< store::run_state_name; empty when idle
    std::string stage;
    std::int64_t step = 0;  ///< last completed step of that stage
    std::int64_t total_steps = 0;
    std::string
        phase;  ///< load | generate | verify | update | evaluate | save | replay; empty when idle
    double fraction = 0.0;  ///< of the phase, 0..1
    std::string model;      ///< folder of the loaded model; empty = none
    std::string device;     ///< "cpu", "cuda:0 NVIDIA ..."
    bool operator==(const EngineState&) const = default;
};

/// The recipe is stored as run N, then started; kBusy while another run is active.
struct StartRun {
    std::string name;  ///< empty = the recipe's
    util::Json recipe = util::Json::object();
    bool operator==(const StartRun&) const = default;
};
/// From the last checkpoint whose hashes hold.
struct ResumeRun {
    std::int64_t run = 0;
    bool operator==(const ResumeRun&) const = default;
};
struct RunStarted {
    std::int64_t run = 0;
    bool operator==(const RunStarted&) const = default;
};
enum class StopMode {
    kStopKeep,  ///< finish the step, save a checkpoint, state `stopped`
    kCancel,    ///< drop the unfinished step, state `stopped`, keep what is saved
};
struct StopRun {
    std::int64_t run = 0;
    StopMode mode = StopMode::kStopKeep;
    bool operator==(const StopRun&) const = default;
};
/// After the current step; ResumeRun goes on.
struct PauseRun {
    std::int64_t run = 0;
    bool operator==(const PauseRun&) const = default;
};
/// After the current step.
struct CheckpointNow {
    std::int64_t run = 0;
    bool operator==(const CheckpointNow&) const = default;
};
/// Accepted; the outcome arrives as a notice and in the database.
struct Accepted {
    bool operator==(const Accepted&) const = default;
};

/// Which weights: a model folder, with a PEFT adapter folder or with a checkpoint of a run.
struct ModelRef {
    std::string path;        ///< Hugging Face folder; empty = the run's model, or the loaded one
    std::string adapter;     ///< PEFT folder; empty = none
    std::int64_t run = 0;    ///< 0 = no run
    std::string stage;       ///< with run: empty = last stage
    std::int64_t step = -1;  ///< with run: -1 = best checkpoint, else newest
    bool operator==(const ModelRef&) const = default;
};
struct ChatMessage {
    std::string role;
    std::string content;
    bool operator==(const ChatMessage&) const = default;
};
/// One completion for a chat (messages) or a plain prompt. Refused with kBusy while a run uses the
/// device.
struct Generate {
    std::string
        request;  ///< the client's name for it: TokenText and Cancel carry it; unique per engine
    ModelRef model;
    std::vector<ChatMessage> messages;
    std::string prompt;         ///< used when messages is empty
    std::string chat_template;  ///< built-in id; empty = by the model's own
    std::optional<bool> enable_thinking;
    std::int64_t max_new_tokens = 1024;
    double temperature = 0.7;  ///< 0 = greedy
    double top_p = 1.0;
    std::int64_t top_k = 0;  ///< 0 = off
    std::uint64_t seed = 1;
    bool stream = true;  ///< send TokenText
    bool operator==(const Generate&) const = default;
};
struct Generated {
    std::string text;
    std::string finish_reason;  ///< stop | length | abort
    std::int64_t prompt_tokens = 0;
    std::int64_t completion_tokens = 0;
    double seconds = 0.0;
    bool operator==(const Generated&) const = default;
};
/// Held-out evaluation outside a run's own recipe; stored as a run with one stage of type evaluate,
/// by a protocol also as an evaluation. One that is refused leaves no run.
struct Evaluate {
    std::string request;
    ModelRef model;
    std::string dataset;  ///< name in the project
    std::string split = "val";
    std::int64_t problems = 0;  ///< first n, 0 = all
    std::int64_t num_samples = 4;
    bool greedy = true;  ///< also one greedy chain per problem
    double temperature = 1.0;
    std::int64_t max_new_tokens = 1024;
    std::uint64_t seed = 1;
    /// eval::protocol_to_json(), with its shots; then it says how to sample, and num_samples,
    /// greedy, temperature, max_new_tokens and seed are not looked at. Empty object: none.
    util::Json protocol = util::Json::object();
    std::int64_t resume = 0;  ///< goes on with this evaluation's run; the rest is not looked at
    bool operator==(const Evaluate&) const = default;
};
struct Evaluated {
    std::int64_t run = 0;  ///< where the chains are
    MetricList metrics;
    double seconds = 0.0;
    bool operator==(const Evaluated&) const = default;
};
/// Ends a Generate or Evaluate, which then fails with kCancelled. Unknown names are accepted: it
/// may have just ended.
struct Cancel {
    std::string request;
    bool operator==(const Cancel&) const = default;
};
struct GetModelInfo {
    ModelRef model;
    bool operator==(const GetModelInfo&) const = default;
};
struct ModelInfo {
    std::string path;
    std::string architecture;  ///< "Qwen2ForCausalLM"
    std::int64_t parameters = 0;
    std::int64_t layers = 0;
    std::int64_t hidden_size = 0;
    std::int64_t vocab_size = 0;
    std::int64_t context_length = 0;  ///< tokens
    std::string dtype;                ///< of the weights, "bf16"
    std::string quantization;         ///< "none", "int4"
    std::string chat_template;        ///< built-in id or "none"
    std::string device;
    std::int64_t memory_bytes = 0;  ///< of the loaded weights
    bool operator==(const ModelInfo&) const = default;
};
/// What the present verifier says of a stored chain; nothing is stored, the old verdict stays. Also
/// while a run is active. errors kNotFound (chain, or its question is no longer in the data)
struct VerifyChain {
    std::int64_t chain = 0;  ///< store::ChainSummary::id
    bool operator==(const VerifyChain&) const = default;
};
struct ChainVerdict {
    std::string status;  ///< verify::status_name
    double score = 0.0;
    std::string extracted;
    std::int64_t span_begin = 0;  ///< bytes of the completion
    std::int64_t span_end = 0;
    std::string rule;
    std::string method;
    std::string reason;
    std::string verifier_hash;  ///< differs from the stored one: another version or other params
    util::Json steps = util::Json::array();
    std::int64_t micros = 0;
    bool operator==(const ChainVerdict&) const = default;
};
/// A person's mark and note on a chain; nothing of it removes what was there.
struct AnnotateChain {
    std::int64_t chain = 0;
    bool flagged = false;
    std::string note;       ///< at most 64 KiB
    bool disputed = false;  ///< the verdict is wrong; the note has to say why
    bool operator==(const AnnotateChain&) const = default;
};
/// Computes the step again from the nearest kept state and compares the tokens of its chains with
/// the stored ones; stores nothing. Progress comes as notices with the phase "replay", Cancel ends
/// it. errors kBusy while a run is active, kNotFound (step without chains), kUnsupported (the state
/// it would need is not kept), kCancelled
struct ReplayStep {
    std::string request;
    std::int64_t run = 0;
    std::string stage;
    std::int64_t step = 0;
    bool operator==(const ReplayStep&) const = default;
};
struct ReplayedChain {
    std::string phase;
    std::string problem_id;
    std::int64_t sample = 0;
    std::string outcome;                 ///< equal | different | missing
    std::int64_t first_difference = -1;  ///< token position; -1 = none
    bool operator==(const ReplayedChain&) const = default;
};
struct Replayed {
    std::string from;  ///< "checkpoint vrl 10", "start of vrl"
    std::vector<ReplayedChain> chains;
    std::string note;  ///< what may explain a difference; empty = nothing known
    double seconds = 0.0;
    bool operator==(const Replayed&) const = default;
};
/// One change of a data set: data::edit_to_json(). Between two steps while a run is active, except
/// an import, which is refused then (kBusy). Cancel ends it with nothing changed; progress of an
/// import comes as Progress notices with stage = request and phase "import". errors  those of
/// store::DatasetEditor
struct EditDataset {
    std::string request;
    util::Json edit = util::Json::object();
    bool operator==(const EditDataset&) const = default;
};
/// The newest edit of a data set backwards, or the oldest undone one forwards.
struct UndoEdit {
    std::string dataset;
    bool redo = false;
    bool operator==(const UndoEdit&) const = default;
};
struct DatasetEdited {
    std::int64_t edit = 0;  ///< entry of the undo stack; 0 = nothing changed
    std::string dataset;    ///< the set that was changed: a copy when the named one is frozen
    std::int64_t rows = 0;
    std::string label;
    bool operator==(const DatasetEdited&) const = default;
};
/// Dry run of an import: data::import_request_to_json(). With check_golds every gold is held
/// against its verifier too. Progress with phase "import"; Cancel ends it. Nothing is stored. Also
/// while a run is active.
struct CheckImport {
    std::string request;
    util::Json import = util::Json::object();
    bool check_golds = false;
    bool operator==(const CheckImport&) const = default;
};
struct ImportChecked {
    util::Json report = util::Json::object();  ///< data::dry_run_to_json
    bool operator==(const ImportChecked&) const = default;
};
/// The golds of all rows of a data set whose status is `new`: ok, or needs_review with a finding
/// "gold_fault". In batches that are edits of their own: cancelled or cut off, it goes on with the
/// next call. Progress with phase "check".
struct CheckGolds {
    std::string request;
    std::string dataset;
    bool operator==(const CheckGolds&) const = default;
};
struct GoldsChecked {
    std::int64_t checked = 0;
    std::int64_t faults = 0;
    double seconds = 0.0;
    bool operator==(const GoldsChecked&) const = default;
};
/// Idle: ends now. Active run: `interrupted` at the step boundary, then ends.
struct Shutdown {
    bool operator==(const Shutdown&) const = default;
};

using Request = std::variant<Hello,
                             GetState,
                             StartRun,
                             ResumeRun,
                             StopRun,
                             PauseRun,
                             CheckpointNow,
                             Generate,
                             Evaluate,
                             Cancel,
                             GetModelInfo,
                             Shutdown,
                             VerifyChain,
                             AnnotateChain,
                             ReplayStep,
                             EditDataset,
                             UndoEdit,
                             CheckImport,
                             CheckGolds>;
using Reply = std::variant<HelloReply,
                           EngineState,
                           RunStarted,
                           Accepted,
                           Generated,
                           Evaluated,
                           ModelInfo,
                           ChainVerdict,
                           Replayed,
                           DatasetEdited,
                           ImportChecked,
                           GoldsChecked>;

// ---- notices: engine to client, no answer; losing one is harmless
// ---------------------------------------------------

/// Sent after the step's transaction is durable.
struct StepDone {
    std::int64_t run = 0;
    std::string stage;
    std::int64_t step = 0;
    std::int64_t total_steps = 0;
    double seconds = 0.0;
    MetricList metrics;  ///< order kept; NaN and infinities kept
    bool operator==(const StepDone&) const = default;
};
struct Progress {
    std::int64_t run = 0;
    std::string stage;
    std::int64_t step = 0;  ///< the step under way
    std::string phase;
    double fraction = 0.0;
    bool operator==(const Progress&) const = default;
};
struct StageChanged {
    std::int64_t run = 0;
    std::string stage;
    std::string type;
    std::string state;
    std::int64_t total_steps = 0;
    bool operator==(const StageChanged&) const = default;
};
struct RunStateChanged {
    std::int64_t run = 0;
    std::string state;  ///< store::run_state_name
    std::string error;
    bool operator==(const RunStateChanged&) const = default;
};
struct Event {
    std::int64_t run = 0;
    std::string stage;
    std::int64_t step = 0;
    std::string kind;
    std::string severity = "info";  ///< info | watch | bad
    std::string message;
    util::Json detail = util::Json::object();
    bool operator==(const Event&) const = default;
};
/// A piece of a Generate's text, whole UTF-8 characters, in order.
struct TokenText {
    std::string request;
    std::string text;
    std::int64_t tokens = 0;  ///< completion tokens so far
    bool operator==(const TokenText&) const = default;
};
struct Log {
    std::string level;  ///< info | warn | error
    std::string area;
    std::string message;
    bool operator==(const Log&) const = default;
};
/// Notices were dropped because the client read too slowly: read the database again.
struct Resync {
    std::int64_t dropped = 0;
    bool operator==(const Resync&) const = default;
};

using Notice =
    std::variant<StepDone, Progress, StageChanged, RunStateChanged, Event, TokenText, Log, Resync>;

}  // namespace veritune::engine
