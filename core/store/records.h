// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/run_record.h"
#include "core/util/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::store {

enum class RunState {
    kQueued,   ///< created, not started
    kRunning,  ///< an engine works on it (or died while doing so: nobody answers the socket)
    kPaused,   ///< on request, or the disk is full (then `error` says so)
    kDone,
    kStopped,      ///< a person stopped it and kept the result
    kInterrupted,  ///< ended between two steps (SIGTERM, log-out); can be resumed
    kFailed,       ///< `error` says why
};

/// "queued", "running", ...: the names in the database, in the protocol and in --json.
std::string_view run_state_name(RunState state);
std::optional<RunState> run_state_from_name(std::string_view name);
/// done, stopped, failed.
bool is_final(RunState state);

struct NewRun {
    std::string name;                          ///< shown to people; need not be unique
    util::Json recipe = util::Json::object();  ///< completed recipe (run.json)
    util::Json fingerprint =
        util::Json::object();  ///< build, libraries, device, hashes of model and data
    std::uint64_t seed = 1;
};

struct RunRecord {
    std::int64_t id = 0;
    std::string name;
    RunState state = RunState::kQueued;
    util::Json recipe;
    util::Json fingerprint;
    std::uint64_t seed = 1;
    std::int64_t created_us = 0;  ///< microseconds since 1970, UTC; display only
    std::int64_t started_us = 0;  ///< 0 = never
    std::int64_t ended_us = 0;    ///< 0 = not ended
    std::string error;            ///< why it failed or paused; empty = fine
    std::int64_t restarts = 0;    ///< engine starts since the last three completed steps
    std::string last_stage;       ///< of the last completed step; empty = none
    std::int64_t last_step = 0;
    std::string state_hash;  ///< training state after that step
};

struct StageInfo {
    std::int64_t seq = 0;  ///< order of first recording, from 1
    data::StageRecord record;
};

struct StepInfo {
    std::int64_t seq = 0;  ///< order of recording within the run; grows for ever, also when a step
                           ///< is recorded again
    std::string stage;
    std::int64_t step = 0;
    double seconds = 0.0;
    std::string state_hash;
    util::Json rng;
    std::int64_t recorded_us = 0;
};

/// The light part of StepInfo.
struct StepTime {
    std::int64_t seq = 0;
    std::string stage;
    std::int64_t step = 0;
    double seconds = 0.0;
};

struct MetricPoint {
    std::string stage;
    std::int64_t step = 0;
    double value = 0.0;  ///< NaN and infinities are kept
};

/// A chain's id within its run. Order of pages: stage (as the run met them), step, phase,
/// problem_id, sample.
struct ChainKey {
    std::string stage;
    std::int64_t step = 0;
    std::string phase;
    std::string problem_id;
    std::int64_t sample = 0;
    bool operator==(const ChainKey&) const = default;
};

/// Everything about a chain that fits a table row; texts and arrays come with RunReader::chain.
struct ChainSummary {
    std::int64_t id = 0;  ///< row id; changes when the step is recorded again
    ChainKey key;
    std::int64_t tokens = 0;
    std::string finish_reason;
    std::string verifier;
    std::string status;
    double score = 0.0;
    double reward = 0.0;
    std::string extracted;
    std::string rule;
    std::string method;
    std::string reason;
    std::int64_t verify_micros = 0;
    bool updated = false;
};

struct ChainFilter {
    std::optional<std::string> stage;
    std::optional<std::int64_t> min_step;  ///< inclusive
    std::optional<std::int64_t> max_step;  ///< inclusive
    std::optional<std::string> phase;
    std::optional<std::string> status;
    std::optional<std::string> problem_id;
    std::optional<double> min_reward;  ///< inclusive
    std::optional<double> max_reward;
    std::optional<std::int64_t> min_tokens;  ///< inclusive
    std::optional<std::int64_t> max_tokens;
    std::optional<std::string> finish_reason;
    std::optional<bool> updated;
    std::optional<bool> flagged;    ///< by a person (ChainNote)
    std::optional<bool> disputed;   ///< a person holds the verdict for wrong (ChainNote)
    std::vector<std::int64_t> ids;  ///< only these row ids; empty = any; at most 1000
    bool operator==(const ChainFilter&) const = default;
};

/// What a person says about a chain.
struct ChainMark {
    bool flagged = false;
    bool disputed = false;  ///< holds the verdict for wrong; the note says why
    std::string note;       ///< at most 64 KiB
    bool is_empty() const { return !flagged && !disputed && note.empty(); }
};

/// What a person put on a chain.
struct ChainNote {
    ChainKey key;
    bool flagged = false;
    bool disputed = false;
    std::string note;
    std::int64_t edited_us = 0;
};

struct ChainPageRequest {
    ChainFilter filter;
    std::optional<ChainKey> after;  ///< key of the last row of the page before
    std::int64_t limit = 500;       ///< 1..10000
    bool descending = false;        ///< last step first; `after` then means "before"
};

struct StoredChain {
    std::int64_t id = 0;
    std::string stage;
    std::int64_t step = 0;
    data::ChainRecord record;
};

struct CheckpointInfo {
    data::CheckpointRecord record;
    std::int64_t created_us = 0;
};

struct EventInfo {
    std::int64_t id = 0;
    std::int64_t time_us = 0;
    data::EventRecord record;
};

struct DatasetInfo {
    std::int64_t id = 0;
    std::string
        name;  ///< unique; letters, digits, '.', '_', '-'; at most 64; not starting with '.' or '-'
    std::string path;    ///< DatasetStore::add: file with the rows, relative to the project,
                         ///< "datasets/gsm8k.jsonl"; empty once the rows are in the database
    std::string sha256;  ///< data::dataset_hash of the ok rows: the data set's version; empty =
                         ///< changed since (DatasetReader::version computes it)
    std::int64_t rows = 0;
    std::string source;  ///< where it came from, for people
    std::int64_t created_us = 0;
    std::string domain = {};    ///< "medical" and "legal" show the limits of use; free text
    std::string language = {};  ///< "de"
    std::string licence = {};
    std::string licence_note = {};
    std::string redistribution = "yes";  ///< data::redistribution_name
    bool frozen = false;                 ///< never changes again
    bool stored = false;                 ///< false: the rows are still in `path`
    std::string parent = {};             ///< "sums@12 hex digits": the frozen set it is a copy of
    std::int64_t edited_us = 0;          ///< 0 = never
};

}  // namespace veritune::store
