// SPDX-License-Identifier: Apache-2.0
// The few functions of the driver's management library that the listener calls, with a card that
// reports what the test pushes.
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>

namespace {

std::mutex g_mutex;
std::condition_variable g_wake;
std::deque<int> g_xids;
int g_lost = 0;
int g_open = 0;  // inits and sets that were not closed again
int g_registered = 0;
int g_card;
int g_set;

}  // namespace

extern "C" {

struct FakeEvent {
    void* device;
    unsigned long long type;
    unsigned long long value;
    unsigned int gpu_instance;
    unsigned int compute_instance;
};

void fake_nvml_push(int xid) {
    const std::lock_guard lock(g_mutex);
    g_xids.push_back(xid);
    g_wake.notify_all();
}
void fake_nvml_lose_card() {
    const std::lock_guard lock(g_mutex);
    g_lost = 1;
    g_wake.notify_all();
}
int fake_nvml_registered() { return g_registered; }
int fake_nvml_open() { return g_open; }

int nvmlInit_v2() {
    g_lost = 0;
    ++g_open;
    return 0;
}
int nvmlShutdown() {
    --g_open;
    return 0;
}
int nvmlDeviceGetHandleByPciBusId_v2(const char* address, void** device) {
    if (std::strcmp(address, "0000:65:00.0") != 0) return 6;  // not found
    *device = &g_card;
    return 0;
}
int nvmlEventSetCreate(void** set) {
    ++g_open;
    *set = &g_set;
    return 0;
}
int nvmlEventSetFree(void* set) {
    if (set == &g_set) --g_open;
    return 0;
}
int nvmlDeviceRegisterEvents(void* device, unsigned long long types, void* set) {
    if (device != &g_card || set != &g_set) return 2;
    if (types != 8) return 3;
    ++g_registered;
    return 0;
}
int nvmlEventSetWait_v2(void* set, FakeEvent* event, unsigned int timeout_ms) {
    if (set != &g_set) return 2;
    std::unique_lock lock(g_mutex);
    g_wake.wait_for(
        lock, std::chrono::milliseconds(timeout_ms), [] { return !g_xids.empty() || g_lost != 0; });
    if (!g_xids.empty()) {
        *event = {&g_card, 8, static_cast<unsigned long long>(g_xids.front()), 0, 0};
        g_xids.pop_front();
        return 0;
    }
    return g_lost != 0 ? 15 : 10;
}
}
