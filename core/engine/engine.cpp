// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engine.h"

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace veritune::engine {

/// Subscriptions in order. Functions run under the recursive mutex: a Handler's destructor on
/// another thread waits for a running call, and one inside the call goes through.
struct Engine::Hub {
    template <typename Fn>
    using Slots = std::vector<std::pair<std::uint64_t, std::shared_ptr<Fn>>>;
    using NoticeFn = std::function<void(const Notice&)>;
    using GoneFn = std::function<void(const util::Error&)>;

    std::recursive_mutex mutex;
    std::uint64_t next_id = 1;
    Slots<NoticeFn> notices;
    Slots<GoneFn> gone;

    template <typename Fn>
    std::uint64_t add(Slots<Fn>& slots, Fn fn) {
        const std::lock_guard lock(mutex);
        slots.emplace_back(next_id, std::make_shared<Fn>(std::move(fn)));
        return next_id++;
    }

    template <typename Fn>
    static void drop(Slots<Fn>& slots, std::uint64_t id) {
        std::erase_if(slots, [id](const auto& slot) { return slot.first == id; });
    }

    void remove(std::uint64_t id) {
        const std::lock_guard lock(mutex);
        drop(notices, id);
        drop(gone, id);
    }

    template <typename Fn, typename Value>
    void call(const Slots<Fn>& slots, const Value& value) {
        const std::lock_guard lock(mutex);
        // By id over a copy: a function may add and remove handlers, its own included.
        // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
        const Slots<Fn> now = slots;
        for (const auto& [id, fn] : now) {
            const bool still_there =
                std::any_of(slots.begin(), slots.end(), [id = id](const auto& slot) {
                    return slot.first == id;
                });
            if (still_there) (*fn)(value);
        }
    }
};

namespace {

/// Takes its subscription away at the end, if the hub is still there.
template <typename Hub>
class Subscription final : public Handler {
  public:
    Subscription(const std::shared_ptr<Hub>& hub, std::uint64_t id)
        : hub_(hub),
          id_(id) {}
    ~Subscription() override {
        if (const std::shared_ptr<Hub> hub = hub_.lock()) hub->remove(id_);
    }

  private:
    std::weak_ptr<Hub> hub_;
    std::uint64_t id_;
};

template <typename Hub>
std::unique_ptr<Handler> subscribe(const std::shared_ptr<Hub>& hub, typename Hub::NoticeFn fn) {
    return std::make_unique<Subscription<Hub>>(hub, hub->add(hub->notices, std::move(fn)));
}

/// A function for one kind of notice as a function for all.
template <typename T>
std::function<void(const Notice&)> only(std::function<void(const T&)> fn) {
    return [fn = std::move(fn)](const Notice& notice) {
        if (const T* value = std::get_if<T>(&notice)) fn(*value);
    };
}

}  // namespace

Engine::Engine()
    : hub_(std::make_shared<Hub>()) {}

Engine::~Engine() = default;

std::unique_ptr<Handler> Engine::handle_step_done(std::function<void(const StepDone&)> fn) {
    return subscribe(hub_, only<StepDone>(std::move(fn)));
}

std::unique_ptr<Handler> Engine::handle_progress(std::function<void(const Progress&)> fn) {
    return subscribe(hub_, only<Progress>(std::move(fn)));
}

std::unique_ptr<Handler> Engine::handle_stage_changed(std::function<void(const StageChanged&)> fn) {
    return subscribe(hub_, only<StageChanged>(std::move(fn)));
}

std::unique_ptr<Handler> Engine::handle_run_state_changed(
    std::function<void(const RunStateChanged&)> fn) {
    return subscribe(hub_, only<RunStateChanged>(std::move(fn)));
}

std::unique_ptr<Handler> Engine::handle_event(std::function<void(const Event&)> fn) {
    return subscribe(hub_, only<Event>(std::move(fn)));
}

std::unique_ptr<Handler> Engine::handle_token_text(std::function<void(const TokenText&)> fn) {
    return subscribe(hub_, only<TokenText>(std::move(fn)));
}

std::unique_ptr<Handler> Engine::handle_log(std::function<void(const Log&)> fn) {
    return subscribe(hub_, only<Log>(std::move(fn)));
}

std::unique_ptr<Handler> Engine::handle_resync(std::function<void(const Resync&)> fn) {
    return subscribe(hub_, only<Resync>(std::move(fn)));
}

std::unique_ptr<Handler> Engine::handle_notice(std::function<void(const Notice&)> fn) {
    return subscribe(hub_, std::move(fn));
}

std::unique_ptr<Handler> Engine::handle_disconnected(std::function<void(const util::Error&)> fn) {
    return std::make_unique<Subscription<Hub>>(hub_, hub_->add(hub_->gone, std::move(fn)));
}

void Engine::publish(const Notice& notice) {
    // The hub stays alive although a function destroys the engine.
    const std::shared_ptr<Hub> hub = hub_;
    hub->call(hub->notices, notice);
}

void Engine::emit_disconnected(const util::Error& reason) {
    const std::shared_ptr<Hub> hub = hub_;
    hub->call(hub->gone, reason);
}

}  // namespace veritune::engine
