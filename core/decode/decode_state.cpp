// SPDX-License-Identifier: Apache-2.0
#include "core/decode/decode_state.h"

#include <algorithm>

namespace veritune::decode {

HostState::HostState(const StateShape& shape)
    : shape_(shape) {
    VT_CHECK(shape.slots > 0 && shape.max_pages > 0 && shape.pages > 0 && shape.ring > 0);
    std::int64_t used = 0;
    const auto place = [&](std::int64_t count) {
        const std::int64_t begin = used;
        used += (count + 63) / 64 * 64;  // 256 bytes
        return begin;
    };
    at_.chain = place(2 * shape.slots);
    at_.token = place(shape.slots);
    at_.position = place(shape.slots);
    at_.limit = place(shape.slots);
    at_.finish = place(shape.slots);
    at_.written = place(shape.slots);
    at_.group = place(shape.slots);
    at_.shared = place(shape.slots);
    at_.table = place((shape.slots + 1) * shape.max_pages);
    at_.free_pages = place(shape.pages);
    at_.free_count = place(1);
    at_.live = place(1);
    at_.words = used;
    words_.assign(static_cast<std::size_t>(used), 0);
    for (std::int64_t s = 0; s < shape.slots; ++s) clear(s);
    std::fill_n(table(shape.slots), shape.max_pages, -1);
    for (std::int64_t p = shape.pages - 1; p >= 0; --p) push_page(static_cast<std::int32_t>(p));
}

std::int32_t HostState::pop_page() {
    VT_CHECK(free_count() > 0);
    return free_pages()[--free_count()];
}

void HostState::push_page(std::int32_t page) {
    VT_CHECK(free_count() < shape_.pages);
    free_pages()[free_count()++] = page;
}

void HostState::clear(std::int64_t slot) {
    token()[slot] = 0;
    position()[slot] = -1;
    limit()[slot] = 0;
    finish()[slot] = static_cast<std::int32_t>(kernels::Finish::kEmpty);
    written()[slot] = 0;
    group()[slot] = -1;
    shared()[slot] = 0;
    chain()[slot] = 0;
    std::fill_n(table(slot), shape_.max_pages, -1);
}

void HostState::move(std::int64_t from, std::int64_t to) {
    token()[to] = token()[from];
    position()[to] = position()[from];
    limit()[to] = limit()[from];
    finish()[to] = finish()[from];
    written()[to] = written()[from];
    group()[to] = group()[from];
    shared()[to] = shared()[from];
    chain()[to] = chain()[from];
    std::copy_n(table(from), shape_.max_pages, table(to));
    clear(from);
}

kernels::DecodeState HostState::view(std::byte* base, std::byte* rings) const {
    auto* words = reinterpret_cast<std::int32_t*>(base);
    auto* ring = reinterpret_cast<std::int32_t*>(rings);
    const std::int64_t entries = shape_.slots * shape_.ring;
    return {.token = words + at_.token,
            .position = words + at_.position,
            .limit = words + at_.limit,
            .finish = words + at_.finish,
            .chain = reinterpret_cast<std::uint64_t*>(words + at_.chain),
            .table = words + at_.table,
            .free_pages = words + at_.free_pages,
            .free_count = words + at_.free_count,
            .written = words + at_.written,
            .ring_token = ring,
            .ring_logprob = reinterpret_cast<float*>(ring + entries),
            .ring_entropy = reinterpret_cast<float*>(ring + 2 * entries),
            .live = words + at_.live,
            .slots = shape_.slots,
            .max_pages = shape_.max_pages,
            .ring = shape_.ring};
}

}  // namespace veritune::decode
