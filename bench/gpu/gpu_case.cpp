// SPDX-License-Identifier: Apache-2.0
#include "bench/gpu/gpu_case.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace veritune::kernels::bench {
namespace {

std::vector<std::vector<Case> (*)()>& tables() {
    static std::vector<std::vector<Case> (*)()> all;
    return all;
}

}  // namespace

void require(Status status, const char* what) {
    if (status == Status::kOk) return;
    std::fprintf(stderr, "%s: %s\n", what, cuda::last_error());
    std::exit(1);
}

DeviceArena::~DeviceArena() {
    for (void* piece : pieces_) cuda::release(piece);
}

void* DeviceArena::take(std::int64_t bytes) {
    void* piece = nullptr;
    require(cuda::allocate(&piece, static_cast<std::size_t>((bytes + 255) / 256 * 256)),
            "memory of a case");
    pieces_.push_back(piece);
    return piece;
}
void* DeviceArena::zeros(std::int64_t bytes) {
    void* piece = take(bytes);
    require(cuda::fill(piece, 0, static_cast<std::size_t>(bytes), {}), "zeros");
    return piece;
}
void* DeviceArena::random(std::int64_t bytes, std::uint32_t keep, std::uint32_t set) {
    void* piece = take(bytes);
    require(fill_random(piece,
                        static_cast<std::size_t>((bytes + 3) / 4 * 4),
                        keep,
                        set,
                        static_cast<std::uint32_t>(pieces_.size())),
            "random bytes");
    return piece;
}
void* DeviceArena::copy(const void* from, std::int64_t bytes) {
    void* piece = take(bytes);
    require(cuda::copy_to_device(piece, from, static_cast<std::size_t>(bytes), {}), "copy");
    require(cuda::synchronize({}), "copy");
    return piece;
}

Table::Table(std::vector<Case> (*make)()) { tables().push_back(make); }

std::vector<Case> all_cases() {
    std::vector<Case> cases;
    for (const auto make : tables()) {
        for (Case& c : make()) cases.push_back(std::move(c));
    }
    std::stable_sort(cases.begin(), cases.end(), [](const Case& a, const Case& b) {
        return a.name.substr(0, a.name.find('/')) < b.name.substr(0, b.name.find('/'));
    });
    return cases;
}

}  // namespace veritune::kernels::bench
