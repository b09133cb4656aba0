// SPDX-License-Identifier: Apache-2.0
// engine_test_program --project DIR --ready-fd N --id ID [--die REASON | --print-and-die TEXT |
// --dump-environment FILE]
#include "core/engine/engine_client.h"
#include "core/engine/engine_server.h"
#include "core/engine/fake_engine.h"
#include "core/util/file_system.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <map>
#include <string>
#include <unistd.h>

extern char** environ;

namespace {

using namespace veritune;

std::map<std::string, std::string> read_options(int argc, char** argv) {
    std::map<std::string, std::string> options;
    for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
    return options;
}

void dump_environment(const std::string& path) {
    std::ofstream file(path);
    for (char** entry = environ; *entry != nullptr; ++entry) file << *entry << "\n";
    for (int fd = 0; fd < 1024; ++fd) {
        if (::lseek(fd, 0, SEEK_CUR) >= 0 || errno == ESPIPE) file << "fd " << fd << "\n";
    }
    file << "session " << ::getsid(0) << "\n";
}

int serve(const engine::EngineAddress& address, int ready_fd) {
    engine::FakeEngine backend;
    backend.set_hello({.version = "test",
                       .project_id = address.project_id,
                       .project_dir = address.project_dir,
                       .pid = ::getpid()});
    std::promise<void> end;
    backend.set_script([&](const engine::Request& request) {
        if (std::holds_alternative<engine::Shutdown>(request)) end.set_value();
        return std::optional<util::Result<engine::Reply>>();
    });
    const auto server = engine::EngineServer::start(backend, address);
    if (!server) return 4;
    if (!engine::notify_ready(ready_fd)) return 5;
    // A test that failed before its shutdown must not leave a process behind for ever.
    end.get_future().wait_for(std::chrono::minutes(2));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::map<std::string, std::string> options = read_options(argc, argv);
    const engine::EngineAddress address{options["--project"], options["--id"]};
    const int ready_fd = std::atoi(options["--ready-fd"].c_str());
    const auto fs = util::make_posix_file_system();
    if (options.contains("--dump-environment")) dump_environment(options["--dump-environment"]);
    const auto lock = fs->lock(address.project_dir + "/project.lock", "test");
    if (!lock) return engine::notify_busy(ready_fd) ? 3 : 5;
    const std::string dir = engine::runtime_dir(address.project_id).value();
    if (!engine::clear_engine_exit(dir)) return 6;
    if (options.contains("--die")) {
        static_cast<void>(engine::write_engine_exit(dir, {.code = 1, .reason = options["--die"]}));
        return 1;
    }
    if (options.contains("--print-and-die")) {
        std::fprintf(stderr, "first line\n%s\n", options["--print-and-die"].c_str());
        return 127;
    }
    return serve(address, ready_fd);
}
