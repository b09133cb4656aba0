// SPDX-License-Identifier: Apache-2.0
#include "core/eval/protocol_runner.h"

#include "core/eval/protocol_prompt.h"
#include "core/eval/scoring.h"
#include "core/rollout/rollout_group.h"
#include "core/text/chat_encoder.h"

#include <algorithm>
#include <utility>

namespace veritune::eval {
namespace {

using util::Result;
using util::Status;
using Ids = std::vector<std::int32_t>;

Result<Ids> encode(const rollout::PromptFormat& format,
                   PromptKind kind,
                   const RenderedPrompt& rendered) {
    VT_ASSIGN(Ids ids,
              kind == PromptKind::kPlain
                  ? text::encode_prompt(format.tokenizer(), rendered.problem.prompt)
                  : format.encode(rendered.problem));
    if (!rendered.prefix.empty()) {
        const Ids prefix = format.tokenizer().encode(rendered.prefix, false);
        ids.insert(ids.end(), prefix.begin(), prefix.end());
    }
    return ids;
}

/// True once one of the stop texts stands at the end of what was written. Looking at the last
/// tokens is enough: it is asked after every token.
bool ends_in_stop(const rollout::PromptFormat& format,
                  const std::vector<std::string>& stop,
                  const Ids& tokens) {
    constexpr std::size_t kTokens = 24;
    const std::size_t begin = tokens.size() > kTokens ? tokens.size() - kTokens : 0;
    const std::string text = format.completion_text(std::span(tokens).subspan(begin));
    return std::ranges::any_of(
        stop, [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

/// One batch: consecutive entries of the plan.
class Batch {
  public:
    Batch(const rollout::PromptFormat& format,
          std::span<const data::Problem> problems,
          const ProtocolPlan& plan,
          std::size_t begin,
          std::size_t end)
        : format_(format),
          problems_(problems),
          plan_(plan),
          begin_(begin),
          end_(end) {}

    Result<std::vector<rollout::PromptCompletions>> sample(
        rollout::RolloutEngine& engine,
        const std::stop_token& stop,
        const std::function<void(std::int64_t, std::int64_t)>& on_progress) const {
        const ProtocolSampling& s = plan_.protocol.sampling;
        rollout::GenerateOptions options{
            .temperature = s.temperature,
            .top_p = s.top_p,
            .top_k = s.top_k,
            .max_completion_length = s.max_new_tokens,
            .eos_ids = format_.eos_ids(),
            .seed = s.seed,
            .stream = util::RngStream::kEvaluation,
            .first_chain_id = begin_ * static_cast<std::uint64_t>(s.samples)};
        if (!s.stop.empty()) {
            options.ends = [&](std::int64_t, const Ids& tokens) {
                return ends_in_stop(format_, s.stop, tokens);
            };
        }
        const std::vector<Ids> prompts(plan_.prompts.begin() + static_cast<std::ptrdiff_t>(begin_),
                                       plan_.prompts.begin() + static_cast<std::ptrdiff_t>(end_));
        return engine.generate(prompts, s.samples, options, stop, on_progress);
    }

    std::vector<data::ChainRecord> judge(const verify::VerifierPool& pool,
                                         const std::vector<rollout::PromptCompletions>& groups) {
        std::vector<CompletionRow> rows;
        std::vector<verify::VerifyRequest> requests;
        const bool think = plan_.protocol.prompt.kind != PromptKind::kPlain &&
                           format_.chat_template().has_think_tags();
        for (std::size_t g = 0; g < groups.size(); ++g) {
            for (std::size_t i = 0; i < groups[g].completions.size(); ++i) {
                rows.push_back(row_of(g, i, groups[g].completions[i]));
                requests.push_back(column_request(plan_.protocol,
                                                  plan_.protocol.columns.front(),
                                                  problems_[rows.back().problem],
                                                  rows.back(),
                                                  think));
            }
        }
        const std::vector<verify::Verdict> verdicts = pool.verify(requests);
        std::vector<data::ChainRecord> chains;
        std::size_t at = 0;
        for (const rollout::PromptCompletions& group : groups) {
            for (const rollout::Completion& completion : group.completions) {
                chains.push_back(record(completion, rows[at], requests[at], verdicts[at]));
                ++at;
            }
        }
        return chains;
    }

  private:
    CompletionRow row_of(std::size_t group,
                         std::size_t sample,
                         const rollout::Completion& completion) const {
        const std::string text = format_.completion_text(completion.tokens);
        const CutText cut = cut_at_stop(text, plan_.protocol.sampling.stop);
        return {
            .problem = plan_.problems[begin_ + group],
            .sample = static_cast<std::int64_t>(sample),
            .text = std::string(cut.text),
            .cut_off = !cut.stopped && completion.finish_reason == rollout::FinishReason::kLength,
            .tokens = std::ssize(completion.tokens)};
    }

    std::string shown_prompt(const data::Problem& problem) const {
        const RenderedPrompt rendered = render_prompt(plan_.protocol, problem);
        const bool plain = plan_.protocol.prompt.kind == PromptKind::kPlain;
        return (plain ? rendered.problem.prompt
                      : format_.prompt_text(rendered.problem).value_or("")) +
               rendered.prefix;
    }

    data::ChainRecord record(const rollout::Completion& completion,
                             const CompletionRow& row,
                             const verify::VerifyRequest& request,
                             const verify::Verdict& verdict) const {
        const data::Problem& problem = problems_[row.problem];
        data::ChainRecord chain;
        chain.phase = "eval";
        chain.problem_id = problem.id;
        chain.sample = static_cast<int>(row.sample);
        chain.prompt = shown_prompt(problem);
        chain.completion = row.text;
        chain.tokens = completion.tokens;
        chain.finish_reason = row.cut_off ? "length" : "stop";
        chain.verifier = request.verifier;
        chain.verifier_hash = verdict.verifier_hash;
        chain.status = std::string(verify::status_name(verdict.status));
        chain.score = verdict.score;
        chain.reward = verdict.score;
        chain.extracted = verdict.extracted;
        // The verifier may have read a beginning that the model did not write.
        const std::size_t before =
            request.completion.size() - std::min(request.completion.size(), row.text.size());
        const auto shifted = [&](std::size_t place) {
            return static_cast<std::int64_t>(
                std::min(place - std::min(place, before), row.text.size()));
        };
        chain.span_begin = shifted(verdict.span.begin);
        chain.span_end = shifted(verdict.span.end);
        chain.rule = verdict.rule;
        chain.method = verdict.method;
        chain.reason = verdict.reason;
        chain.steps = rollout::steps_json(verdict.steps);
        chain.gold = problem.gold;
        chain.verify_micros = verdict.micros;
        return chain;
    }

    const rollout::PromptFormat& format_;
    std::span<const data::Problem> problems_;
    const ProtocolPlan& plan_;
    std::size_t begin_;
    std::size_t end_;
};

}  // namespace

Result<ProtocolPlan> plan_protocol(const Protocol& protocol,
                                   const rollout::PromptFormat& format,
                                   std::span<const data::Problem> problems,
                                   std::int64_t positions) {
    ProtocolPlan plan{.protocol = protocol};
    const std::int64_t longest_prompt =
        std::max(positions - protocol.sampling.max_new_tokens, positions / 2);
    std::int64_t longest = 0;
    for (std::size_t i = 0; i < problems.size(); ++i) {
        VT_ASSIGN(Ids prompt,
                  encode(format, protocol.prompt.kind, render_prompt(protocol, problems[i])));
        if (std::ssize(prompt) > longest_prompt) {
            ++plan.too_long;
            continue;
        }
        longest = std::max<std::int64_t>(longest, std::ssize(prompt));
        plan.problems.push_back(i);
        plan.prompts.push_back(std::move(prompt));
    }
    plan.protocol.sampling.max_new_tokens =
        std::min(protocol.sampling.max_new_tokens, positions - longest);
    return plan;
}

Status run_protocol(rollout::RolloutEngine engine,
                    const rollout::PromptFormat& format,
                    const verify::VerifierPool& pool,
                    std::span<const data::Problem> problems,
                    const ProtocolPlan& plan,
                    const ProtocolHooks& hooks) {
    const std::int64_t samples = plan.protocol.sampling.samples;
    const std::size_t step =
        static_cast<std::size_t>(std::max<std::int64_t>(1, hooks.chains_at_once / samples));
    const std::size_t all = plan.problems.size();
    for (std::size_t begin = 0; begin < all; begin += step) {
        const std::size_t end = std::min(all, begin + step);
        bool done = true;
        for (std::size_t i = begin; i < end; ++i)
            done = done && hooks.done.contains(problems[plan.problems[i]].id);
        if (done) continue;
        Batch batch(format, problems, plan, begin, end);
        const auto on_progress = [&](std::int64_t finished, std::int64_t total) {
            if (!hooks.progress) return;
            const double part = static_cast<double>(finished) / static_cast<double>(total);
            hooks.progress((static_cast<double>(begin) + part * static_cast<double>(end - begin)) /
                           static_cast<double>(all));
        };
        VT_ASSIGN(const std::vector<rollout::PromptCompletions> groups,
                  batch.sample(engine, hooks.stop, on_progress));
        VT_TRY(hooks.on_chains(batch.judge(pool, groups)));
    }
    return {};
}

}  // namespace veritune::eval
