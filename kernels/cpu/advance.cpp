// SPDX-License-Identifier: Apache-2.0
#include "kernels/advance.h"

#include "kernels/cpu/arguments.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

void record(const Advance& a, std::int64_t slot) {
    const DecodeState& s = a.state;
    const std::int64_t at = slot * s.ring + s.written[slot] % s.ring;
    s.ring_token[at] = a.sampled[slot];
    s.ring_logprob[at] = a.logprob[slot];
    s.ring_entropy[at] = a.entropy[slot];
    ++s.written[slot];
}

bool is_stop(const Advance& a, std::int32_t token) {
    bool found = false;
    for (std::int64_t i = 0; i < a.stops; ++i) found = found || a.stop_ids[i] == token;
    return found;
}

void end(const DecodeState& s, std::int64_t slot, Finish why) {
    s.position[slot] = -1;
    s.finish[slot] = static_cast<std::int32_t>(why);
}

/// Takes a page for a position that opens one. False when there is none.
bool grow(const DecodeState& s, std::int64_t slot, std::int64_t position) {
    if (position % kPageTokens != 0) return true;
    if (s.free_count[0] <= 0) return false;
    s.table[slot * s.max_pages + position / kPageTokens] = s.free_pages[--s.free_count[0]];
    return true;
}

void advance_slot(const Advance& a, std::int64_t slot) {
    const DecodeState& s = a.state;
    const std::int64_t position = s.position[slot];
    if (position < 0) return;
    record(a, slot);
    s.token[slot] = a.sampled[slot];
    const std::int64_t next = position + 1;
    if (is_stop(a, a.sampled[slot])) return end(s, slot, Finish::kStop);
    if (next + 1 >= s.limit[slot] || next >= s.max_pages * kPageTokens) {
        return end(s, slot, Finish::kLength);
    }
    if (!grow(s, slot, next)) return end(s, slot, Finish::kNoPage);
    s.position[slot] = static_cast<std::int32_t>(next);
}

Status advance_body(const Advance& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    std::int32_t live = 0;
    for (std::int64_t slot = 0; slot < a.state.slots; ++slot) {
        advance_slot(a, slot);
        live += a.state.position[slot] >= 0 ? 1 : 0;
    }
    a.state.live[0] = live;
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(advance, Advance)

}  // namespace veritune::kernels::cpu
