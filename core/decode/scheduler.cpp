// SPDX-License-Identifier: Apache-2.0
#include "core/decode/scheduler.h"

#include "kernels/paged_kv.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace veritune::decode {
namespace {

using kernels::Finish;
using kernels::kPageTokens;
using util::ErrorCode;
using util::fail;
using util::Status;
using Prompts = std::vector<std::vector<std::int32_t>>;

constexpr std::int64_t kStepsPerLook = 16;

std::int64_t pages_of(std::int64_t tokens) { return (tokens + kPageTokens - 1) / kPageTokens; }

/// A prompt in the pools: the keys and values of all its tokens but the last, which is the first
/// input of its chains.
struct HeldPrompt {
    std::vector<std::int32_t> full;       ///< shared pages
    std::optional<std::int32_t> partial;  ///< partly filled, copied for each chain
    std::int64_t left = 0;                ///< chains that have not ended
};

/// A chain in a slot.
struct Active {
    std::int64_t chain = -1;
    std::int64_t seen = 0;  ///< tokens taken from its ring
    DrawnChain drawn;
};

class Session {
  public:
    Session(StepRunner& runner,
            const Prompts& prompts,
            const ScheduleOptions& options,
            ScheduleStats& stats,
            const Scheduler::OnToken& on_token,
            const Scheduler::OnFinished& on_finished)
        : runner_(runner),
          prompts_(prompts),
          options_(options),
          stats_(stats),
          on_token_(on_token),
          on_finished_(on_finished),
          state_(runner.shape()),
          total_(static_cast<std::int64_t>(prompts.size()) * options.generations),
          slots_(runner.shape().slots),
          reserve_(runner.shape().pages),
          held_(prompts.size()) {
        if (options.most_slots > 0) slots_ = std::min(slots_, options.most_slots);
        active_.resize(static_cast<std::size_t>(slots_));
    }

    bool done() const { return count_ == 0 && next_ >= total_; }

    Status advance() {
        VT_TRY(admit());
        if (count_ == 0) {
            return fail(
                ErrorCode::kInvalidArgument,
                "a chain of this length needs more memory for its context than there is; shorten "
                "max_completion_length or the prompts");
        }
        VT_TRY(runner_.run(state_, rings_, count_, kStepsPerLook, longest()));
        ++stats_.looks;
        stats_.steps += kStepsPerLook;
        stats_.slot_steps += kStepsPerLook * slots_;
        for (std::int64_t s = 0; s < count_; ++s) collect(s);
        retire();
        return {};
    }

  private:
    std::int64_t prompt_of(std::int64_t chain) const { return chain / options_.generations; }
    std::int64_t prompt_tokens(std::int64_t prompt) const {
        return static_cast<std::int64_t>(prompts_[static_cast<std::size_t>(prompt)].size());
    }
    std::int64_t limit(std::int64_t prompt) const {
        return std::min(prompt_tokens(prompt) + options_.max_new_tokens, options_.max_length);
    }
    /// Pages that a chain may come to need beside the shared ones.
    std::int64_t own_pages(std::int64_t prompt) const {
        return pages_of(limit(prompt)) - (prompt_tokens(prompt) - 1) / kPageTokens;
    }
    std::int64_t longest() {
        std::int64_t tokens = 0;
        for (std::int64_t s = 0; s < count_; ++s) {
            tokens = std::max<std::int64_t>(
                tokens,
                std::min<std::int64_t>(state_.limit()[s],
                                       state_.position()[s] + 1 + kStepsPerLook));
        }
        return tokens;
    }

    Status admit() {
        while (next_ < total_ && count_ < slots_) {
            const std::int64_t prompt = prompt_of(next_);
            HeldPrompt& held = held_[static_cast<std::size_t>(prompt)];
            const bool fresh = held.left == 0;
            const std::int64_t needed =
                own_pages(prompt) + (fresh ? pages_of(prompt_tokens(prompt) - 1) : 0);
            // Every admitted chain can grow to its limit: nobody ever waits for a page.
            if (needed > reserve_) break;
            reserve_ -= needed;
            if (fresh) VT_TRY(hold(prompt));
            VT_TRY(start(next_++, prompt, held));
        }
        return {};
    }
    /// Computes a prompt into pages of its own.
    Status hold(std::int64_t prompt) {
        HeldPrompt& held = held_[static_cast<std::size_t>(prompt)];
        held.left = options_.generations;
        const std::vector<std::int32_t>& tokens = prompts_[static_cast<std::size_t>(prompt)];
        const std::int64_t count = prompt_tokens(prompt) - 1;
        std::vector<std::int32_t> pages;
        for (std::int64_t p = 0; p < pages_of(count); ++p) pages.push_back(state_.pop_page());
        held.full.assign(pages.begin(), pages.begin() + count / kPageTokens);
        if (count % kPageTokens != 0) held.partial = pages.back();
        stats_.prefilled += count;
        if (count == 0) return {};
        return runner_.prefill({tokens.data(), static_cast<std::size_t>(count)}, pages);
    }
    Status start(std::int64_t chain, std::int64_t prompt, const HeldPrompt& held) {
        const std::int64_t slot = count_++;
        const std::vector<std::int32_t>& tokens = prompts_[static_cast<std::size_t>(prompt)];
        state_.token()[slot] = tokens.back();
        state_.position()[slot] = static_cast<std::int32_t>(tokens.size() - 1);
        state_.limit()[slot] = static_cast<std::int32_t>(limit(prompt));
        state_.finish()[slot] = static_cast<std::int32_t>(Finish::kRunning);
        state_.written()[slot] = 0;
        state_.chain()[slot] = options_.first_chain_id + static_cast<std::uint64_t>(chain);
        state_.group()[slot] = static_cast<std::int32_t>(prompt);
        state_.shared()[slot] =
            static_cast<std::int32_t>(held.full.size()) * static_cast<std::int32_t>(kPageTokens);
        std::ranges::copy(held.full, state_.table(slot));
        const std::int32_t own = state_.pop_page();
        state_.table(slot)[held.full.size()] = own;
        active_[static_cast<std::size_t>(slot)] = {.chain = chain, .seen = 0, .drawn = {}};
        if (!held.partial) return {};
        const std::pair<std::int32_t, std::int32_t> copy{*held.partial, own};
        return runner_.copy_pages({&copy, 1});
    }
    void collect(std::int64_t slot) {
        Active& a = active_[static_cast<std::size_t>(slot)];
        const std::int64_t ring = state_.shape().ring;
        for (; a.seen < state_.written()[slot]; ++a.seen) {
            const auto at = static_cast<std::size_t>(slot * ring + a.seen % ring);
            a.drawn.tokens.push_back(rings_.token[at]);
            a.drawn.logprobs.push_back(rings_.logprob[at]);
            a.drawn.entropies.push_back(rings_.entropy[at]);
            ++stats_.tokens;
            if (on_token_) on_token_(a.chain, rings_.token[at]);
        }
    }
    /// Takes ended chains out and moves the rest together.
    void retire() {
        for (std::int64_t s = 0; s < count_;) {
            const auto finish = static_cast<Finish>(state_.finish()[s]);
            VT_CHECK(finish != Finish::kNoPage);  // every chain's pages are reserved
            if (finish == Finish::kRunning) {
                ++s;
                continue;
            }
            end(s, finish);
            --count_;
            if (s < count_) {
                state_.move(count_, s);
                active_[static_cast<std::size_t>(s)] =
                    std::move(active_[static_cast<std::size_t>(count_)]);
            }
        }
    }
    void end(std::int64_t slot, Finish finish) {
        Active& a = active_[static_cast<std::size_t>(slot)];
        const std::int64_t prompt = prompt_of(a.chain);
        HeldPrompt& held = held_[static_cast<std::size_t>(prompt)];
        const std::int32_t* table = state_.table(slot);
        for (std::int64_t p = static_cast<std::int64_t>(held.full.size());
             p < state_.shape().max_pages;
             ++p) {
            if (table[p] >= 0) state_.push_page(table[p]);
        }
        reserve_ += own_pages(prompt);
        state_.clear(slot);
        if (--held.left == 0) {
            for (const std::int32_t page : held.full) state_.push_page(page);
            if (held.partial) state_.push_page(*held.partial);
            reserve_ += pages_of(prompt_tokens(prompt) - 1);
            held = {};
        }
        a.drawn.finish = finish;
        on_finished_(a.chain, std::move(a.drawn));
    }

    StepRunner& runner_;
    const Prompts& prompts_;
    const ScheduleOptions& options_;
    ScheduleStats& stats_;
    const Scheduler::OnToken& on_token_;
    const Scheduler::OnFinished& on_finished_;
    HostState state_;
    HostRings rings_;
    std::int64_t total_;
    std::int64_t slots_;
    std::int64_t reserve_;    ///< pages that no admitted chain may claim
    std::int64_t next_ = 0;   ///< chain to admit next
    std::int64_t count_ = 0;  ///< slots in use, always the first
    std::vector<HeldPrompt> held_;
    std::vector<Active> active_;
};

Status check_prompts(const Prompts& prompts,
                     const ScheduleOptions& options,
                     const StateShape& shape) {
    for (std::size_t p = 0; p < prompts.size(); ++p) {
        const auto tokens = static_cast<std::int64_t>(prompts[p].size());
        const std::string which = "prompt " + std::to_string(p + 1);
        if (tokens == 0) return fail(ErrorCode::kInvalidArgument, which + " is empty");
        if (tokens >= options.max_length || pages_of(tokens + 1) > shape.max_pages) {
            return fail(
                ErrorCode::kInvalidArgument,
                which + " has " + std::to_string(tokens) +
                    " tokens and leaves no room to answer within " +
                    std::to_string(std::min(options.max_length, shape.max_pages * kPageTokens)));
        }
    }
    return {};
}

}  // namespace

Status Scheduler::run(const Prompts& prompts,
                      const DrawOptions& draw,
                      const ScheduleOptions& options,
                      const std::stop_token& stop,
                      const OnToken& on_token,
                      const OnFinished& on_finished) {
    stats_ = {};
    ScheduleOptions bounded = options;
    bounded.max_length = std::min(options.max_length, runner_.shape().max_pages * kPageTokens);
    VT_TRY(check_prompts(prompts, bounded, runner_.shape()));
    VT_TRY(runner_.begin(draw));
    Session session(runner_, prompts, bounded, stats_, on_token, on_finished);
    while (!session.done()) {
        if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "generation was stopped");
        VT_TRY(session.advance());
    }
    return {};
}

}  // namespace veritune::decode
