// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// Raw-pointer numerics: POD arguments, no allocation of results, no exceptions, no torch. The CPU
/// twin of a kernel is its specification. Argument structs are templates over the storage type:
/// float serves the program, double the gradient tests (central differences).
namespace veritune::kernels {

enum class Status {
    kOk,
    kInvalidArgument,  ///< a size, stride or pointer misfits; nothing was written
};

}  // namespace veritune::kernels
