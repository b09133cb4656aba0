// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

/// The worker's side of data::run_import(): `veritune data --worker OPTIONS [--template]`.
namespace veritune::data {

/// What the file may cost; the program takes these limits and the parse filter before the first
/// byte is read (util::confine_parser).
struct WorkerLimits {
    std::uint64_t memory_bytes = 0;
    std::uint64_t cpu_seconds = 0;
};
WorkerLimits worker_limits(int in_fd);

/// Reads the file at in_fd (the template at template_fd, -1 = none) and writes frames
/// (import_frames.h) to out_fd.
/// options  parse_input_to_json()
/// returns  0, also when the file is refused: the frames say why
int run_import_worker(int in_fd, int out_fd, int template_fd, const std::string& options);

}  // namespace veritune::data
