// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/programs/cli/terminal_text.h"
#include "core/util/json.h"
#include "core/util/result.h"

#include <iosfwd>
#include <string>
#include <string_view>

namespace veritune::cli {

/// How a verb was asked to speak.
struct OutputOptions {
    bool json = false;   ///< --json
    bool quiet = false;  ///< -q: only results and errors
    int verbose = 0;     ///< -v
    bool live = false;   ///< stderr is a terminal that can redraw
    TextStyle style;     ///< of stderr and, for tables, of stdout
};

/// Where everything a verb says goes: results to stdout, words and progress to stderr.
/// With --json stdout carries one object per line: events {"schema":1,"event":...}, at the end
/// {"schema":1,"result":...} or {"schema":1,"error":{code,message,context}}.
/// threads  one
class Output {
  public:
    Output(std::ostream& results, std::ostream& words, OutputOptions options);

    const OutputOptions& options() const { return options_; }
    const TextStyle& style() const { return options_.style; }
    bool json() const { return options_.json; }

    /// A result for people; nothing with --json.
    void text(std::string_view lines);
    /// A piece of a result for people, flushed, without a newline of its own; nothing with --json.
    void stream(std::string_view piece);
    /// The result for programs; nothing without --json. At most once, last.
    void result(const util::Json& value);
    /// A step of a long verb; nothing without --json. `fields` is an object.
    void event(std::string_view name, const util::Json& fields);
    /// A row of a verb whose result is JSON lines anyway.
    void row(const util::Json& value);
    /// A sentence on stderr; nothing with -q.
    void say(std::string_view sentence);
    /// A sentence that only -v wants.
    void detail(std::string_view sentence);
    /// Raw text to stderr, flushed: progress and its cursor control.
    void draw(std::string_view bytes);
    /// Reports the error in the form asked for and returns its exit code.
    int error(const util::Error& error);

  private:
    std::ostream& results_;
    std::ostream& words_;
    OutputOptions options_;
};

/// One line of JSON; bytes that are not UTF-8 become U+FFFD, numbers that are not finite null.
std::string json_line(const util::Json& value);

}  // namespace veritune::cli
