// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/programs/cli/command.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace veritune::cli {

/// The process around the program; tests give streams of their own and a FakeEngine.
struct Host {
    std::istream& in;
    std::ostream& results;  ///< stdout
    std::ostream& words;    ///< stderr
    bool words_are_terminal = false;
    int columns = 80;
    util::FileSystem& fs;
    util::Clock& clock;
    Environment env;
    ConnectEngine connect;
    Interrupts& interrupts;
};

/// Parses and runs one command line. args  without the program's name
/// returns the exit code
int run_cli(const std::vector<std::string>& args, Host& host);

/// What this terminal can show, by LC_ALL/LC_CTYPE/LANG, TERM and NO_COLOR.  test  output_test.cpp
TextStyle text_style(const Environment& env, bool is_terminal, int columns);

/// The real process: streams, file system, clock, environment, engine over its socket.
int run_program(int argc, char** argv);

}  // namespace veritune::cli
