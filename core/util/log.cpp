// SPDX-License-Identifier: Apache-2.0
#include "core/util/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>
#include <utility>

namespace veritune::util {

namespace {

constexpr std::size_t kMaxFileBytes = 10U << 20;
constexpr std::size_t kOldFiles = 4;  // and the current one: five in all

spdlog::level::level_enum to_spdlog(LogLevel level) {
    using enum LogLevel;
    switch (level) {
        case kDebug:
            return spdlog::level::debug;
        case kInfo:
            return spdlog::level::info;
        case kWarn:
            return spdlog::level::warn;
        case kError:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

std::shared_ptr<spdlog::logger> make_logger(std::shared_ptr<spdlog::sinks::sink> sink,
                                            spdlog::level::level_enum level) {
    auto logger = std::make_shared<spdlog::logger>("veritune", std::move(sink));
    logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%dT%H:%M:%S.%eZ %-5l %v", spdlog::pattern_time_type::utc));
    logger->set_level(level);
    logger->flush_on(spdlog::level::debug);  // a killed process keeps its last line
    return logger;
}

struct LogState {
    std::mutex mutex;
    std::shared_ptr<spdlog::logger> logger =
        make_logger(std::make_shared<spdlog::sinks::stderr_sink_mt>(), spdlog::level::warn);
};

// Never destroyed: other objects may log while the program ends.
LogState& state() {
    static auto* log_state = new LogState;
    return *log_state;
}

std::shared_ptr<spdlog::logger> current_logger() {
    const std::lock_guard lock(state().mutex);
    return state().logger;
}

// One call is one line, whatever the message holds.
std::string one_line(std::string_view area, std::string_view message) {
    std::string line;
    line.reserve(area.size() + message.size() + 2);
    line.append(area).append(": ").append(message);
    for (char& c : line) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    return line;
}

}  // namespace

void set_log_level(LogLevel level) { current_logger()->set_level(to_spdlog(level)); }

bool log_to_file(const std::string& path) {
    try {
        auto sink =
            std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path, kMaxFileBytes, kOldFiles);
        const std::lock_guard lock(state().mutex);
        state().logger = make_logger(std::move(sink), state().logger->level());
        return true;
    } catch (const std::exception&) {  // spdlog_ex or bad_alloc: logging goes on where it was
        return false;
    }
}

void log_line(LogLevel level, std::string_view area, std::string_view message) {
    // Passed as an argument, never as the format string: braces in a message are text.
    current_logger()->log(to_spdlog(level), "{}", one_line(area, message));
}

}  // namespace veritune::util
