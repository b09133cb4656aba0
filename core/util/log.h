// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace veritune::util {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

/// Logging is the one process-wide service. Ids, counts and durations; never prompts, completions
/// or client file names. Without `log_to_file` and at level kWarn, lines go to stderr. threads  all
/// functions may be called from any thread
void set_log_level(LogLevel level);
/// Rotating file, 10 MiB x 5; the folder must exist. Returns false (and keeps stderr) when it
/// cannot be opened.
bool log_to_file(const std::string& path);
/// area = the module's folder: log_line(LogLevel::kInfo, "train", "run 3 stage vrl started").
void log_line(LogLevel level, std::string_view area, std::string_view message);

}  // namespace veritune::util
