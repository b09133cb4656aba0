// SPDX-License-Identifier: Apache-2.0
#include "core/session/run_evidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace veritune::session {
namespace {

using store::ChainSummary;
using train::DoctorChain;
using train::DoctorProof;
using util::Result;
using enum DoctorProof;

constexpr std::int64_t kMaxSteps = 5;
constexpr std::int64_t kMaxRows = 500;
constexpr std::size_t kMaxWholeChains = 64;
constexpr double kDoesNotProve = -std::numeric_limits<double>::infinity();

/// A chain with how well it proves the finding.
struct Candidate {
    ChainSummary chain;
    double weight = kDoesNotProve;
    std::string why;
};

bool is_evaluation(const ChainSummary& chain) {
    return chain.key.phase == "eval" || chain.key.phase == "greedy";
}

bool is_masked(const ChainSummary& chain) {
    return chain.status == "invalid_gold" || chain.status == "sandbox_error" ||
           chain.status == "internal_error";
}

bool is_refused(const ChainSummary& chain) {
    return chain.status != "correct" && !is_masked(chain);
}

std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g", value);
    return text.data();
}

double mean(const std::vector<float>& values) {
    return values.empty() ? std::numeric_limits<double>::quiet_NaN()
                          : std::accumulate(values.begin(), values.end(), 0.0) /
                                static_cast<double>(values.size());
}

std::string refused(const ChainSummary& chain) {
    return "the verdict is " + chain.status + (chain.reason.empty() ? "" : ": " + chain.reason);
}

// --- what the summary of a chain tells -----------------------------------------------------------

void weigh_summary(DoctorProof proof, Candidate& one) {
    const ChainSummary& chain = one.chain;
    const auto tokens = static_cast<double>(chain.tokens);
    const std::string length = std::to_string(chain.tokens) + " tokens";
    const auto prove = [&one](double weight, std::string why) {
        one.weight = weight;
        one.why = std::move(why);
    };
    switch (proof) {
        case kTruncated:
            if (chain.finish_reason == "length") prove(tokens, "cut after " + length);
            return;
        case kFaulty:
            if (is_masked(chain)) prove(1.0, refused(chain));
            return;
        case kRefused:
        case kHeldout:
            if (is_refused(chain)) prove(1.0, refused(chain));
            return;
        case kLongWrong:
            if (is_refused(chain)) prove(tokens, length + ", and " + refused(chain));
            return;
        case kLongest:
            return prove(tokens, length);
        case kShortest:
            return prove(-tokens, length);
        case kNoAnswer:
            if (chain.status == "no_answer" && chain.finish_reason == "stop") {
                prove(1.0, "no answer found: " + chain.reason);
            }
            return;
        case kSlowToVerify:
            return prove(static_cast<double>(chain.verify_micros),
                         "the verdict took " +
                             number(static_cast<double>(chain.verify_micros) / 1000.0) + " ms");
        case kNone:
        case kUpdated:
        case kSameVerdict:
        case kRepeated:
        case kUncertain:
        case kFarFromStart:
        case kRatio:
        case kCritic:
            return;
    }
}

/// Groups whose chains all have the same verdict.
void weigh_groups(std::vector<Candidate>& candidates) {
    using Group = std::tuple<std::int64_t, std::string>;
    std::map<Group, std::vector<Candidate*>> groups;
    for (Candidate& one : candidates) {
        groups[{one.chain.key.step, one.chain.key.problem_id}].push_back(&one);
    }
    for (auto& entry : groups) {
        std::vector<Candidate*>& group = entry.second;
        const bool same = std::ranges::all_of(group, [&group](const Candidate* one) {
            return one->chain.status == group.front()->chain.status;
        });
        if (!same || group.size() < 2) continue;
        for (Candidate* one : group) {
            one->weight = 1.0;
            one->why = "all " + std::to_string(group.size()) + " chains of its problem are " +
                       one->chain.status;
        }
    }
}

// --- what its text and tokens tell ---------------------------------------------------------------

bool needs_whole_chain(DoctorProof proof) {
    return proof == kUpdated || proof == kRepeated || proof == kUncertain ||
           proof == kFarFromStart || proof == kRatio || proof == kCritic;
}

/// The token with the largest |log ratio|.
void weigh_ratio(const data::ChainRecord& record, Candidate& one) {
    double largest = -1.0;
    std::size_t token = 0;
    for (std::size_t i = 0; i < record.log_ratios.size(); ++i) {
        const double ratio = std::fabs(static_cast<double>(record.log_ratios[i]));
        if (!(ratio > largest)) continue;
        largest = ratio;
        token = i;
    }
    if (largest < 0.0) return;
    one.weight = largest;
    one.why = "ratio " + number(std::exp(static_cast<double>(record.log_ratios[token]))) +
              " at token " + std::to_string(token + 1);
}

void weigh_tokens(DoctorProof proof, const data::ChainRecord& record, Candidate& one) {
    const auto prove = [&one](double weight, const std::string& what, double shown) {
        if (!std::isfinite(weight)) return;
        one.weight = weight;
        one.why = what + " " + number(shown);
    };
    if (proof == kRatio) return weigh_ratio(record, one);
    if (proof == kUpdated && one.chain.updated) {
        const double logprob = mean(record.logprobs);
        return prove(-logprob, "moved the weights; mean log-prob", logprob);
    }
    if (proof == kUncertain) {
        const double entropy = mean(record.entropies);
        return prove(entropy, "mean entropy in nats", entropy);
    }
    if (proof == kCritic) {
        const double expected = mean(record.values);
        return prove(std::fabs(expected - record.reward),
                     "reward " + number(record.reward) + ", expected",
                     expected);
    }
    if (proof == kFarFromStart && record.ref_logprobs.size() == record.logprobs.size()) {
        const double kl = mean(record.logprobs) - mean(record.ref_logprobs);
        return prove(kl, "nats per token from the reference:", kl);
    }
}

void weigh_repeats(std::vector<Candidate>& candidates, const std::vector<std::string>& texts) {
    std::map<std::string, int> counts;
    for (const std::string& text : texts) ++counts[text];
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const int count = counts[texts[i]];
        if (count < 2) continue;
        candidates[i].weight = count;
        candidates[i].why = "its text comes " + std::to_string(count) + " times";
    }
}

util::Status weigh_whole_chains(const store::RunReader& reader,
                                DoctorProof proof,
                                std::vector<Candidate>& candidates) {
    // Those that moved the weights first: only they have ratios.
    std::stable_partition(candidates.begin(), candidates.end(), [](const Candidate& one) {
        return one.chain.updated;
    });
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < std::min(candidates.size(), kMaxWholeChains); ++i) {
        VT_ASSIGN(const store::StoredChain whole, reader.chain(candidates[i].chain.id));
        weigh_tokens(proof, whole.record, candidates[i]);
        texts.push_back(whole.record.completion);
    }
    if (proof == kRepeated) weigh_repeats(candidates, texts);
    return {};
}

// --- together ------------------------------------------------------------------------------------

Result<std::vector<Candidate>> read_candidates(const store::RunReader& reader,
                                               std::int64_t run,
                                               const train::DoctorFinding& finding,
                                               DoctorProof proof) {
    const std::int64_t steps = std::clamp<std::int64_t>(finding.window, 1, kMaxSteps);
    store::ChainPageRequest request{.filter = {.stage = finding.stage,
                                               .min_step = finding.worst_step - steps + 1,
                                               .max_step = finding.worst_step},
                                    .limit = kMaxRows,
                                    .descending = true};
    if (proof == kTruncated) request.filter.finish_reason = "length";
    if (proof == kNoAnswer) request.filter.status = "no_answer";
    if (proof == kHeldout) request.filter.phase = "eval";
    VT_ASSIGN(std::vector<ChainSummary> rows, reader.chains(run, request));
    std::vector<Candidate> candidates;
    for (ChainSummary& row : rows) {
        if (is_evaluation(row) != (proof == kHeldout)) continue;
        candidates.push_back({.chain = std::move(row), .why = {}});
    }
    return candidates;
}

std::vector<DoctorChain> strongest(std::vector<Candidate> candidates) {
    std::erase_if(candidates, [](const Candidate& one) { return one.weight == kDoesNotProve; });
    std::ranges::stable_sort(candidates, std::greater<>(), &Candidate::weight);
    if (candidates.size() > kMaxEvidence) candidates.resize(kMaxEvidence);
    std::vector<DoctorChain> chains;
    for (Candidate& one : candidates) {
        chains.push_back({.id = one.chain.id,
                          .stage = std::move(one.chain.key.stage),
                          .step = one.chain.key.step,
                          .phase = std::move(one.chain.key.phase),
                          .problem_id = std::move(one.chain.key.problem_id),
                          .sample = one.chain.key.sample,
                          .why = std::move(one.why)});
    }
    return chains;
}

/// Any chains of the worst step, those that moved the weights first.
Result<std::vector<DoctorChain>> stand_ins(const store::RunReader& reader,
                                           std::int64_t run,
                                           const train::DoctorFinding& finding) {
    const store::ChainPageRequest request{.filter = {.stage = finding.stage,
                                                     .min_step = finding.worst_step,
                                                     .max_step = finding.worst_step},
                                          .limit = kMaxRows};
    VT_ASSIGN(std::vector<ChainSummary> rows, reader.chains(run, request));
    std::vector<Candidate> candidates;
    for (ChainSummary& row : rows) {
        const double weight = (row.updated ? 2.0 : 0.0) + (is_evaluation(row) ? 0.0 : 1.0);
        candidates.push_back({.chain = std::move(row), .weight = weight, .why = "of that step"});
    }
    return strongest(std::move(candidates));
}

/// An event of the held-out guard is about the evaluation.
DoctorProof proof_of(const train::DoctorFinding& finding) {
    for (const train::DoctorRule& rule : train::doctor_rules()) {
        if (rule.id == finding.rule) return rule.proof;
    }
    return kHeldout;
}

}  // namespace

Result<std::vector<DoctorChain>> find_evidence(const store::RunReader& reader,
                                               std::int64_t run,
                                               const train::DoctorFinding& finding) {
    const DoctorProof proof = proof_of(finding);
    if (proof == kNone) return std::vector<DoctorChain>();
    VT_ASSIGN(std::vector<Candidate> candidates, read_candidates(reader, run, finding, proof));
    for (Candidate& one : candidates) weigh_summary(proof, one);
    if (proof == kSameVerdict) weigh_groups(candidates);
    if (needs_whole_chain(proof)) VT_TRY(weigh_whole_chains(reader, proof, candidates));
    std::vector<DoctorChain> chains = strongest(std::move(candidates));
    if (chains.empty()) return stand_ins(reader, run, finding);
    return chains;
}

}  // namespace veritune::session
