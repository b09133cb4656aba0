// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/gpu/ceilings.h"
#include "kernels/bf16.h"
#include "kernels/device.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// One file NAME_cases.cpp per kernel says what kernels_gpu_bench runs of it:
///
///     const bench::Table kTable([] { return std::vector<bench::Case>{{"rope/m64", prepare}}; });
namespace veritune::kernels::bench {

/// Ends the program with the runtime's words unless all is well: a bench has nobody to tell.
void require(Status status, const char* what);

/// Device memory of one case, released at its end.
class DeviceArena {
  public:
    DeviceArena() = default;
    ~DeviceArena();
    DeviceArena(const DeviceArena&) = delete;
    DeviceArena& operator=(const DeviceArena&) = delete;

    void* zeros(std::int64_t bytes);
    /// See fill_random.
    void* random(std::int64_t bytes, std::uint32_t keep, std::uint32_t set = 0);
    Bf16* random_bf16(std::int64_t count) {
        return static_cast<Bf16*>(random(2 * count, kBf16Keep, kBf16Set));
    }
    template <typename T>
    T* zeros_of(std::int64_t count) {
        return static_cast<T*>(zeros(count * static_cast<std::int64_t>(sizeof(T))));
    }
    template <typename T>
    T* upload(const std::vector<T>& values) {
        return static_cast<T*>(
            copy(values.data(), static_cast<std::int64_t>(values.size() * sizeof(T))));
    }

  private:
    void* take(std::int64_t bytes);
    void* copy(const void* from, std::int64_t bytes);
    std::vector<void*> pieces_;
};

/// A call ready to run again and again, and what one run moves and computes.
struct Run {
    Cost cost;
    std::function<Status(Stream)> call;
};
struct Case {
    std::string name;  ///< kernel/variant/shape
    std::function<Run(DeviceArena&)> prepare;
};
/// Adds a kernel's cases at program start.
struct Table {
    explicit Table(std::vector<Case> (*make)());
};
/// All tables, in order of name.
std::vector<Case> all_cases();

}  // namespace veritune::kernels::bench
