// SPDX-License-Identifier: Apache-2.0
#include "core/rollout/rollout_group.h"

#include <optional>
#include <utility>

namespace veritune::rollout {
namespace {

verify::FinishReason to_verify(FinishReason reason) {
    switch (reason) {
        case FinishReason::kStop:
            return verify::FinishReason::kStop;
        case FinishReason::kLength:
            return verify::FinishReason::kLength;
        case FinishReason::kAbort:
            break;
    }
    return verify::FinishReason::kAbort;
}

/// The text a proof checker holds the chain against: the plain prompt, or the last user message.
std::string question_of(const data::Problem& problem) {
    return problem.messages.empty() ? problem.prompt : problem.messages.back().content;
}

verify::VerifyRequest request_of(const PromptFormat& format,
                                 const data::Problem& problem,
                                 const std::string& text,
                                 FinishReason reason) {
    return {.problem_id = problem.id,
            .verifier = problem.verifier,
            .params = problem.params,
            .gold = problem.gold,
            .prompt = question_of(problem),
            .completion = text,
            .finish_reason = to_verify(reason),
            .think_tags = format.chat_template().has_think_tags(),
            .profile = problem.profile};
}

}  // namespace

util::Json steps_json(const std::vector<verify::VerdictStep>& steps) {
    util::Json list = util::Json::array();
    for (const verify::VerdictStep& step : steps) {
        list.push_back({{"what", step.what},
                        {"ok", step.ok},
                        {"detail", step.detail},
                        {"begin", step.span.begin},
                        {"end", step.span.end}});
    }
    return list;
}

std::string finish_reason_name(FinishReason reason) {
    return std::string(verify::finish_reason_name(to_verify(reason)));
}

util::Result<PromptSelection> encode_problems(const PromptFormat& format,
                                              const std::vector<const data::Problem*>& problems,
                                              std::int64_t max_prompt_length) {
    PromptSelection selection;
    for (const data::Problem* problem : problems) {
        VT_ASSIGN(std::vector<std::int32_t> ids, format.encode(*problem));
        if (static_cast<std::int64_t>(ids.size()) > max_prompt_length) {
            ++selection.too_long;
            continue;
        }
        selection.problems.push_back(problem);
        selection.prompts.push_back(std::move(ids));
    }
    return selection;
}

std::vector<RolloutGroup> judge(const PromptFormat& format,
                                const verify::VerifierPool& pool,
                                PromptSelection selection,
                                std::vector<PromptCompletions> completions) {
    std::vector<RolloutGroup> groups(completions.size());
    std::vector<verify::VerifyRequest> requests;
    for (std::size_t p = 0; p < completions.size(); ++p) {
        RolloutGroup& group = groups[p];
        group.problem = selection.problems[p];
        group.prompt = std::move(selection.prompts[p]);
        group.completions = std::move(completions[p].completions);
        for (const Completion& completion : group.completions) {
            group.texts.push_back(format.completion_text(completion.tokens));
            requests.push_back(
                request_of(format, *group.problem, group.texts.back(), completion.finish_reason));
        }
    }
    std::vector<verify::Verdict> verdicts = pool.verify(requests);
    std::size_t next = 0;
    for (RolloutGroup& group : groups) {
        for (std::size_t g = 0; g < group.completions.size(); ++g) {
            group.verdicts.push_back(std::move(verdicts[next++]));
        }
    }
    return groups;
}

ChainJudge::ChainJudge(const PromptFormat& format,
                       const verify::VerifierPool& pool,
                       PromptSelection selection,
                       std::int64_t num_generations)
    : format_(format),
      selection_(std::move(selection)),
      num_generations_(num_generations),
      texts_(selection_.problems.size() * static_cast<std::size_t>(num_generations)),
      queue_(pool, texts_.size()) {}

void ChainJudge::finished(std::int64_t chain, const Completion& completion) {
    const auto index = static_cast<std::size_t>(chain);
    const auto prompt = static_cast<std::size_t>(chain / num_generations_);
    texts_[index] = format_.completion_text(completion.tokens);
    queue_.submit(
        index,
        request_of(format_, *selection_.problems[prompt], texts_[index], completion.finish_reason));
}

std::vector<RolloutGroup> ChainJudge::take(std::vector<PromptCompletions> completions) {
    std::vector<verify::Verdict> verdicts = queue_.wait();
    std::vector<RolloutGroup> groups(completions.size());
    std::size_t next = 0;
    for (std::size_t p = 0; p < completions.size(); ++p) {
        RolloutGroup& group = groups[p];
        group.problem = selection_.problems[p];
        group.prompt = std::move(selection_.prompts[p]);
        group.completions = std::move(completions[p].completions);
        for (std::size_t g = 0; g < group.completions.size(); ++g, ++next) {
            group.texts.push_back(std::move(texts_[next]));
            group.verdicts.push_back(std::move(verdicts[next]));
        }
    }
    return groups;
}

data::ChainRecord chain_record(const PromptFormat& format,
                               const RolloutGroup& group,
                               std::size_t sample,
                               const std::string& phase) {
    const Completion& completion = group.completions[sample];
    const verify::Verdict& verdict = group.verdicts[sample];
    data::ChainRecord record;
    record.phase = phase;
    record.problem_id = group.problem->id;
    record.sample = static_cast<int>(sample);
    record.prompt = format.prompt_text(*group.problem).value_or("");
    record.completion = group.texts[sample];
    record.tokens = completion.tokens;
    record.logprobs = completion.logprobs;
    record.entropies = completion.entropies;
    record.finish_reason = finish_reason_name(completion.finish_reason);
    record.verifier = group.problem->verifier;
    record.verifier_hash = verdict.verifier_hash;
    record.status = std::string(verify::status_name(verdict.status));
    record.score = verdict.score;
    record.reward = verdict.score;
    record.extracted = verdict.extracted;
    record.span_begin = static_cast<std::int64_t>(verdict.span.begin);
    record.span_end = static_cast<std::int64_t>(verdict.span.end);
    record.rule = verdict.rule;
    record.method = verdict.method;
    record.reason = verdict.reason;
    record.steps = steps_json(verdict.steps);
    record.gold = group.problem->gold;
    record.verify_micros = verdict.micros;
    return record;
}

bool recall_chain(const data::ChainRecord& record, RolloutGroup& group) {
    const std::optional<verify::VerdictStatus> status = verify::status_from_name(record.status);
    std::optional<FinishReason> reason;
    for (const auto known : {FinishReason::kStop, FinishReason::kLength, FinishReason::kAbort}) {
        if (finish_reason_name(known) == record.finish_reason) reason = known;
    }
    if (!status || !reason || record.tokens.empty() ||
        record.logprobs.size() != record.tokens.size()) {
        return false;
    }
    group.completions.push_back({.tokens = record.tokens,
                                 .logprobs = record.logprobs,
                                 .entropies = record.entropies,
                                 .finish_reason = *reason});
    group.texts.push_back(record.completion);
    verify::Verdict verdict;
    verdict.status = *status;
    verdict.score = record.score;
    verdict.verifier_hash = record.verifier_hash;
    verdict.reason = record.reason;
    verdict.micros = record.verify_micros;
    group.verdicts.push_back(std::move(verdict));
    return true;
}

}  // namespace veritune::rollout
