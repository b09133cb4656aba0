// SPDX-License-Identifier: Apache-2.0
#include "core/rollout/rollout_engine.h"

#include "core/model/decoder.h"
#include "core/rollout/quantised_base.h"
#include "core/rollout/quantised_rollout.h"
#include "core/util/clock.h"
#include "kernels/sample.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>

namespace veritune::rollout {
namespace {

using util::ErrorCode;
using util::Result;
using Prompts = std::vector<std::vector<std::int32_t>>;

/// Takes every token outside the k likeliest, and outside the smallest set that holds top_p of the
/// probability, out of one row. Training never filters: log-probs would no longer be those of the
/// policy.
void filter_row(float* logits, std::int64_t vocab, const GenerateOptions& options) {
    std::vector<std::int32_t> order(static_cast<std::size_t>(vocab));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater<>(), [&](std::int32_t id) { return logits[id]; });
    std::size_t keep = options.top_k > 0
                           ? std::min(order.size(), static_cast<std::size_t>(options.top_k))
                           : order.size();
    const double top = logits[order.front()];
    const auto weight = [&](std::int32_t id) {
        return std::exp((logits[id] - top) / options.temperature);
    };
    double total = 0.0;
    for (std::size_t i = 0; i < keep; ++i) total += weight(order[i]);
    double sum = 0.0;
    for (std::size_t i = 0; i < keep; ++i) {
        sum += weight(order[i]);
        if (sum >= options.top_p * total) keep = i + 1;
    }
    for (std::size_t i = keep; i < order.size(); ++i)
        logits[order[i]] = static_cast<float>(top - 1e4 * options.temperature);
}

/// A chain being written.
struct Active {
    std::int64_t chain = 0;  ///< index in the call
    std::int32_t slot = 0;   ///< its entry of the KV memory
    std::int32_t entry = 0;  ///< its prompt's entry
    util::Rng rng;
};

/// One call of generate(): admits waiting chains, draws tokens, retires finished chains.
class Session {
  public:
    Session(const model::CausalLm& lm,
            const Prompts& prompts,
            std::int64_t generations,
            const GenerateOptions& options)
        : lm_(lm),
          prompts_(prompts),
          generations_(generations),
          options_(options),
          groups_(prompts.size()),
          total_(static_cast<std::int64_t>(prompts.size()) * generations) {
        std::int64_t longest = 0;
        for (std::size_t p = 0; p < prompts.size(); ++p) {
            groups_[p].prompt = prompts[p];
            groups_[p].completions.resize(static_cast<std::size_t>(generations));
            longest = std::max(longest, static_cast<std::int64_t>(prompts[p].size()));
        }
        slots_ = std::min(total_, options.max_concurrent_chains);
        // Active chains touch at most slots/G + 2 prompts, but admissions come in batches.
        entries_ = std::min<std::int64_t>(static_cast<std::int64_t>(prompts.size()),
                                          slots_ / generations + 2);
        decoder_.emplace(
            lm,
            model::Decoder::Size{.prompts = entries_,
                                 .prompt_capacity = padded(longest),
                                 .chains = slots_,
                                 .chain_capacity = padded(options.max_completion_length)});
        for (std::int64_t s = slots_ - 1; s >= 0; --s)
            free_slots_.push_back(static_cast<std::int32_t>(s));
        first_logits_ = at::empty({entries_, lm.config().vocab_size}, at::kFloat);
        held_.assign(static_cast<std::size_t>(entries_), -1);
        open_.assign(prompts.size(), generations);
    }

    bool done() const { return active_.empty() && next_ >= total_; }
    std::int64_t finished() const { return finished_; }
    std::int64_t total() const { return total_; }
    std::int64_t tokens() const { return tokens_; }
    std::vector<PromptCompletions> take() { return std::move(groups_); }
    void set_on_token(const std::function<void(std::int64_t, std::int32_t)>& fn) { on_token_ = fn; }

    void advance() {
        admit();
        if (active_.empty()) return;
        fill_rows();
        draw(decoder_->step(rows_), active_);
        retire();
    }

  private:
    static std::int64_t padded(std::int64_t n) { return (n + 15) / 16 * 16; }
    std::int64_t prompt_of(std::int64_t chain) const { return chain / generations_; }
    Completion& completion(std::int64_t chain) {
        return groups_[static_cast<std::size_t>(prompt_of(chain))]
            .completions[static_cast<std::size_t>(chain % generations_)];
    }

    /// Waiting chains enter when a good part of the slots is free: prefill and first draw work
    /// better on many.
    void admit() {
        const auto free = static_cast<std::int64_t>(free_slots_.size());
        if (next_ >= total_ || (!active_.empty() && free < std::max<std::int64_t>(1, slots_ / 8)))
            return;
        std::vector<Active> fresh;
        std::vector<std::span<const std::int32_t>> prefill;
        std::vector<std::int32_t> entries;
        while (next_ < total_ && !free_slots_.empty()) {
            const std::int64_t prompt = prompt_of(next_);
            std::int64_t entry = entry_of(prompt);
            if (entry < 0) {
                entry = entry_of(-1);
                if (entry < 0) break;
                held_[static_cast<std::size_t>(entry)] = prompt;
                prefill.emplace_back(prompts_[static_cast<std::size_t>(prompt)]);
                entries.push_back(static_cast<std::int32_t>(entry));
            }
            fresh.push_back(
                {.chain = next_,
                 .slot = free_slots_.back(),
                 .entry = static_cast<std::int32_t>(entry),
                 .rng = util::Rng(options_.seed,
                                  options_.stream,
                                  options_.first_chain_id + static_cast<std::uint64_t>(next_))});
            free_slots_.pop_back();
            ++next_;
        }
        if (!prefill.empty()) {
            const at::Tensor logits = decoder_->prefill(prefill, entries);
            for (std::size_t i = 0; i < entries.size(); ++i) {
                first_logits_.select(0, entries[i])
                    .copy_(logits.select(0, static_cast<std::int64_t>(i)));
            }
        }
        first_draw(std::move(fresh));
    }

    /// Entry that holds `prompt`, or a free one for -1; -1 when there is none.
    std::int64_t entry_of(std::int64_t prompt) const {
        const auto found = std::ranges::find(held_, prompt);
        return found == held_.end() ? -1 : found - held_.begin();
    }

    void first_draw(std::vector<Active> fresh) {
        if (fresh.empty()) return;
        std::vector<std::int32_t> entry;
        for (const Active& a : fresh) entry.push_back(a.entry);
        const auto n = static_cast<std::int64_t>(fresh.size());
        const at::Tensor logits = at::empty({n, lm_.config().vocab_size}, at::kFloat);
        model::ops::gather_rows(first_logits_, at::from_blob(entry.data(), {n}, at::kInt), logits);
        draw(logits, fresh);
        for (Active& a : fresh) active_.push_back(std::move(a));
        retire();
    }

    void fill_rows() {
        rows_.resize(active_.size());
        for (std::size_t i = 0; i < active_.size(); ++i) {
            const Active& a = active_[i];
            const Completion& c = completion(a.chain);
            const std::int64_t prompt = prompt_of(a.chain);
            const auto written = static_cast<std::int32_t>(c.tokens.size());
            const auto length =
                static_cast<std::int32_t>(prompts_[static_cast<std::size_t>(prompt)].size());
            rows_.token[i] = c.tokens.back();
            rows_.position[i] = length + written - 1;
            rows_.prompt_entry[i] = a.entry;
            rows_.prompt_length[i] = length;
            rows_.chain_entry[i] = a.slot;
            rows_.own_length[i] = written;
        }
    }

    void draw(const at::Tensor& logits, std::vector<Active>& chains) {
        const std::size_t n = chains.size();
        uniform_.resize(n);
        token_.resize(n);
        logprob_.resize(n);
        entropy_.resize(n);
        for (std::size_t i = 0; i < n; ++i) uniform_[i] = chains[i].rng.uniform();
        if (options_.temperature > 0.0 && (options_.top_p < 1.0 || options_.top_k > 0)) {
            for (std::size_t i = 0; i < n; ++i) {
                filter_row(logits.data_ptr<float>() + static_cast<std::int64_t>(i) * logits.size(1),
                           logits.size(1),
                           options_);
            }
        }
        VT_CHECK(kernels::cpu::sample({.logits = logits.data_ptr<float>(),
                                       .uniform = uniform_.data(),
                                       .token = token_.data(),
                                       .logprob = logprob_.data(),
                                       .entropy = entropy_.data(),
                                       .rows = static_cast<std::int64_t>(n),
                                       .vocab = logits.size(1),
                                       .temperature = static_cast<float>(options_.temperature)}) ==
                 kernels::Status::kOk);
        for (std::size_t i = 0; i < n; ++i) {
            Completion& c = completion(chains[i].chain);
            c.tokens.push_back(token_[i]);
            c.logprobs.push_back(logprob_[i]);
            c.entropies.push_back(entropy_[i]);
            if (on_token_) on_token_(chains[i].chain, token_[i]);
        }
        tokens_ += static_cast<std::int64_t>(n);
    }

    void retire() {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < active_.size(); ++i) {
            Completion& c = completion(active_[i].chain);
            const bool stopped =
                std::ranges::find(options_.eos_ids, c.tokens.back()) != options_.eos_ids.end() ||
                (options_.ends && options_.ends(active_[i].chain, c.tokens));
            const bool full =
                static_cast<std::int64_t>(c.tokens.size()) >= options_.max_completion_length;
            if (!stopped && !full) {
                if (kept != i) active_[kept] = std::move(active_[i]);
                ++kept;
                continue;
            }
            c.finish_reason = stopped ? FinishReason::kStop : FinishReason::kLength;
            free_slots_.push_back(active_[i].slot);
            ++finished_;
            if (options_.on_finished) options_.on_finished(active_[i].chain, c);
            std::int64_t& open = open_[static_cast<std::size_t>(prompt_of(active_[i].chain))];
            if (--open == 0) held_[static_cast<std::size_t>(active_[i].entry)] = -1;
        }
        active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(kept), active_.end());
    }

    const model::CausalLm& lm_;
    const Prompts& prompts_;
    std::int64_t generations_;
    const GenerateOptions& options_;
    std::vector<PromptCompletions> groups_;
    std::int64_t total_;
    std::int64_t slots_ = 0;
    std::int64_t entries_ = 0;
    std::int64_t next_ = 0;
    std::int64_t finished_ = 0;
    std::int64_t tokens_ = 0;
    std::optional<model::Decoder> decoder_;
    std::vector<std::int32_t> free_slots_;
    std::vector<std::int64_t> held_;  ///< prompt held by each entry, -1 = free
    std::vector<std::int64_t> open_;  ///< chains of each prompt that have not finished
    std::vector<Active> active_;
    model::DecodeRows rows_;
    at::Tensor first_logits_;
    std::vector<float> uniform_, logprob_, entropy_;
    std::vector<std::int32_t> token_;
    std::function<void(std::int64_t, std::int32_t)> on_token_;
};

util::Status check(const model::ModelConfig& config,
                   const Prompts& prompts,
                   const GenerateOptions& options) {
    if (options.max_concurrent_chains < 1 || options.max_completion_length < 1) {
        return util::fail(ErrorCode::kInvalidArgument,
                          "max_concurrent_chains and max_completion_length must be at least 1");
    }
    for (const auto& prompt : prompts) {
        if (prompt.empty())
            return util::fail(ErrorCode::kInvalidArgument, "a prompt has no tokens");
        VT_TRY(model::check_length(
            config, static_cast<std::int64_t>(prompt.size()) + options.max_completion_length));
        for (const std::int32_t id : prompt) {
            if (id < 0 || id >= config.vocab_size) {
                return util::fail(ErrorCode::kInvalidArgument,
                                  "token id " + std::to_string(id) +
                                      " is outside the model's vocabulary of " +
                                      std::to_string(config.vocab_size) +
                                      "; model and tokenizer do not belong together");
            }
        }
    }
    return {};
}

}  // namespace

const model::ModelConfig& RolloutEngine::config() const {
    return quantised_ != nullptr ? quantised_->config() : lm_->config();
}

Result<std::vector<PromptCompletions>> RolloutEngine::generate(
    const std::vector<std::vector<std::int32_t>>& prompts,
    std::int64_t num_generations,
    const GenerateOptions& options,
    std::stop_token stop,
    const std::function<void(std::int64_t, std::int64_t)>& on_progress,
    const std::function<void(std::int64_t, std::int32_t)>& on_token) {
    if (prompts.empty() || num_generations < 1) return std::vector<PromptCompletions>{};
    VT_TRY(check(config(), prompts, options));
    const std::int64_t start = util::system_clock().monotonic_us();
    stats_ = {};
    const auto set_seconds = [&] {
        stats_.seconds = static_cast<double>(util::system_clock().monotonic_us() - start) * 1e-6;
    };
    QuantisedModel* quantised = quantised_;
    if (lm_ != nullptr && lm_->base() != nullptr) {
        VT_ASSIGN(quantised, quantised_base(*lm_).sampler(*lm_));
    }
    if (quantised != nullptr) {
        auto groups = generate_quantised(*quantised,
                                         prompts,
                                         num_generations,
                                         options,
                                         std::move(stop),
                                         on_progress,
                                         on_token,
                                         stats_);
        set_seconds();
        return groups;
    }
    Session session(*lm_, prompts, num_generations, options);
    session.set_on_token(on_token);
    while (!session.done()) {
        if (stop.stop_requested()) return util::fail(ErrorCode::kCancelled, "sampling was stopped");
        session.advance();
        ++stats_.decode_steps;
        if (on_progress) on_progress(session.finished(), session.total());
    }
    stats_.tokens = session.tokens();
    set_seconds();
    return session.take();
}

}  // namespace veritune::rollout
