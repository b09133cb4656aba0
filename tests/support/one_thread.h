// SPDX-License-Identifier: Apache-2.0
#pragma once

extern "C" void omp_set_num_threads(int);  // libtorch's own runtime, see cmake/VerituneTorch.cmake

namespace veritune::test {

/// Include it in a test program of tiny models: two threads gain nothing there, and on a busy
/// machine they wait for each other at every operation.
inline const bool kOneThread = (omp_set_num_threads(1), true);

}  // namespace veritune::test
