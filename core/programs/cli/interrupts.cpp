// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/interrupts.h"

#include "core/util/result.h"

#include <csignal>

namespace veritune::cli {
namespace {

std::atomic<Interrupts*> g_receiver{nullptr};
struct sigaction g_before {};

void on_interrupt(int /*signal*/) {
    if (Interrupts* receiver = g_receiver.load(std::memory_order_relaxed)) receiver->add();
}

}  // namespace

CatchInterrupts::CatchInterrupts(Interrupts& interrupts) {
    VT_CHECK(g_receiver.load() == nullptr);
    g_receiver.store(&interrupts);
    struct sigaction action {};
    action.sa_handler = on_interrupt;  // without SA_RESTART: a read of the terminal ends
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &g_before);
}

CatchInterrupts::~CatchInterrupts() {
    sigaction(SIGINT, &g_before, nullptr);
    g_receiver.store(nullptr);
}

}  // namespace veritune::cli
