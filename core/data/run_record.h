// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace veritune::data {

/// What one chain leaves behind: the same struct is stored, sent and inspected. Its id is (run,
/// stage, step, phase, problem_id, sample). Per-token vectors have one entry per completion token
/// or are empty (not recorded).
struct ChainRecord {
    std::string phase = "train";  ///< train | eval | greedy | rejection
    std::string problem_id;
    int sample = 0;                    ///< 0..G-1 within its group
    std::string prompt;                ///< as the model saw it, after the chat template
    std::string completion;            ///< decoded, special tokens kept out
    std::vector<std::int32_t> tokens;  ///< completion ids, EOS included
    std::vector<float> logprobs;       ///< sampling log-probs
    std::vector<float> entropies;      ///< nats, of the sampling distribution
    std::vector<float> values;         ///< critic's V before the update
    std::vector<float> advantages;
    std::vector<float> ref_logprobs;
    std::vector<float> log_ratios;  ///< log-prob in the update - sampling log-prob, nats; only of
                                    ///< chains that carried gradient
    std::string finish_reason = "stop";  ///< stop | length | abort
    std::string verifier;
    std::string verifier_hash;
    std::string status;  ///< verify::status_name
    double score = 0.0;
    double reward = 0.0;
    std::string extracted;
    std::int64_t span_begin = 0;
    std::int64_t span_end = 0;
    std::string rule;
    std::string method;
    std::string reason;
    util::Json steps = util::Json::array();  ///< verify::VerdictStep list
    util::Json gold;
    std::int64_t verify_micros = 0;
    bool updated = false;  ///< this chain's tokens carried gradient into the policy
};

/// One completed training or evaluation step: stored in one transaction, notified after the commit.
struct StepRecord {
    std::string stage;      ///< stage id of the recipe
    std::int64_t step = 0;  ///< from 1 within the stage; 0 = before the first
    std::vector<std::pair<std::string, double>> metrics;  ///< TRL's key names
    std::vector<ChainRecord> chains;
    std::string state_hash;                 ///< SHA-256 of the training state; empty in evaluation
    util::Json rng = util::Json::object();  ///< stream positions
    double seconds = 0.0;
};

struct StageRecord {
    std::string stage;
    std::string type;  ///< cold_start | vrl | rejection_sampling | evaluate
    std::int64_t total_steps = 0;
    std::string state;  ///< running | done | rolled_back | stopped | failed
    util::Json summary = util::Json::object();
};

struct CheckpointRecord {
    std::string stage;
    std::int64_t step = 0;
    std::string path;  ///< relative to the run's folder
    std::string manifest_sha256;
    std::string state_hash;
    double heldout_pass1 = -1.0;  ///< -1 = not evaluated
    bool best = false;
};

/// Something a person should see on the time axis: "rollback", "alarm", "checkpoint".
struct EventRecord {
    std::string stage;
    std::int64_t step = 0;
    std::string kind;
    std::string severity = "info";  ///< info | watch | bad
    std::string message;
    util::Json detail = util::Json::object();
};

}  // namespace veritune::data
