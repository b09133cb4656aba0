// SPDX-License-Identifier: Apache-2.0
#include "core/engine/xid_listener.h"

#include "core/util/log.h"

#include <dlfcn.h>
#include <optional>
#include <stop_token>
#include <utility>

namespace veritune::engine {
namespace {

// As in NVML's reference; the header is not needed for building, the library not for running.
using Return = int;
using Device = void*;
using EventSet = void*;
constexpr Return kSuccess = 0;
constexpr Return kTimeout = 10;
constexpr Return kCardIsLost = 15;
constexpr unsigned long long kXidEvents = 8;  // NOLINT(google-runtime-int): NVML's type
constexpr int kXidCardIsLost = 79;

struct EventData {
    Device device = nullptr;
    unsigned long long type = 0;   // NOLINT(google-runtime-int): NVML's type
    unsigned long long value = 0;  // NOLINT(google-runtime-int): NVML's type
    unsigned int gpu_instance = 0;
    unsigned int compute_instance = 0;
};

struct Nvml {
    Return (*init)() = nullptr;
    Return (*shutdown)() = nullptr;
    Return (*device_at)(const char*, Device*) = nullptr;
    Return (*make_set)(EventSet*) = nullptr;
    // NOLINTNEXTLINE(google-runtime-int): NVML's type
    Return (*subscribe)(Device, unsigned long long, EventSet) = nullptr;
    Return (*wait)(EventSet, EventData*, unsigned int) = nullptr;
    Return (*free_set)(EventSet) = nullptr;
};

template <typename F>
bool find(void* library, const char* name, F*& function) {
    function = reinterpret_cast<F*>(::dlsym(library, name));
    return function != nullptr;
}

/// The handle is never closed: the driver's library may have threads of its own.
std::optional<Nvml> open_library(const std::string& name) {
    void* const library = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return std::nullopt;
    Nvml nvml;
    const bool whole = find(library, "nvmlInit_v2", nvml.init) &&
                       find(library, "nvmlShutdown", nvml.shutdown) &&
                       find(library, "nvmlDeviceGetHandleByPciBusId_v2", nvml.device_at) &&
                       find(library, "nvmlEventSetCreate", nvml.make_set) &&
                       find(library, "nvmlDeviceRegisterEvents", nvml.subscribe) &&
                       find(library, "nvmlEventSetWait_v2", nvml.wait) &&
                       find(library, "nvmlEventSetFree", nvml.free_set);
    if (!whole) return std::nullopt;
    return nvml;
}

void say(const std::string& words) { util::log_line(util::LogLevel::kInfo, "card", words); }

/// Waits until it is told to stop, the card is lost or the driver refuses to go on.
template <typename Heard>
void wait_for_events(const Nvml& nvml,
                     EventSet set,
                     std::int64_t wait_ms,
                     const std::stop_token& stop,
                     const Heard& heard) {
    while (!stop.stop_requested()) {
        EventData event;
        const Return result = nvml.wait(set, &event, static_cast<unsigned int>(wait_ms));
        if (result == kTimeout) continue;
        if (result == kCardIsLost) heard(kXidCardIsLost);
        if (result != kSuccess) return say("no more events: NVML says " + std::to_string(result));
        if (event.type == kXidEvents) heard(static_cast<int>(event.value));
    }
}

}  // namespace

XidListener::XidListener(Options options)
    : options_(std::move(options)),
      thread_([this](const std::stop_token& stop) { listen(stop); }) {}

XidListener::~XidListener() = default;

std::vector<int> XidListener::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(heard_, {});
}

void XidListener::listen(const std::stop_token& stop) {
    const std::string card = options_.card ? options_.card() : std::string();
    if (card.empty()) return;
    const std::optional<Nvml> nvml = open_library(options_.library);
    if (!nvml) return say("no " + options_.library + ": the driver's events are not heard");
    if (nvml->init() != kSuccess) return say("NVML does not start: events are not heard");
    Device device = nullptr;
    EventSet set = nullptr;
    const bool made =
        nvml->device_at(card.c_str(), &device) == kSuccess && nvml->make_set(&set) == kSuccess;
    if (made && nvml->subscribe(device, kXidEvents, set) == kSuccess) {
        listening_ = true;
        wait_for_events(*nvml, set, options_.wait_ms, stop, [this](int xid) {
            const std::lock_guard lock(mutex_);
            heard_.push_back(xid);
        });
        listening_ = false;
    } else {
        say("the driver offers no critical events of the card " + card);
    }
    if (set != nullptr) nvml->free_set(set);
    nvml->shutdown();
}

}  // namespace veritune::engine
