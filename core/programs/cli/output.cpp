// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/output.h"

#include "core/programs/cli/exit_code.h"

#include <ostream>

namespace veritune::cli {
namespace {

constexpr int kSchema = 1;

}  // namespace

std::string json_line(const util::Json& value) {
    return value.dump(-1, ' ', false, util::Json::error_handler_t::replace);
}

Output::Output(std::ostream& results, std::ostream& words, OutputOptions options)
    : results_(results),
      words_(words),
      options_(options) {}

void Output::text(std::string_view lines) {
    if (options_.json) return;
    results_ << lines;
    if (!lines.empty() && lines.back() != '\n') results_ << '\n';
}

void Output::stream(std::string_view piece) {
    if (options_.json || piece.empty()) return;
    results_ << piece;
    results_.flush();
}

void Output::result(const util::Json& value) {
    if (options_.json) row(util::Json{{"schema", kSchema}, {"result", value}});
}

void Output::event(std::string_view name, const util::Json& fields) {
    if (!options_.json) return;
    util::Json line = fields;
    line["schema"] = kSchema;
    line["event"] = name;
    row(line);
    results_.flush();  // whoever follows a run wants the step now
}

void Output::row(const util::Json& value) { results_ << json_line(value) << '\n'; }

void Output::say(std::string_view sentence) {
    if (options_.quiet) return;
    words_ << sentence << '\n';
    words_.flush();
}

void Output::detail(std::string_view sentence) {
    if (options_.verbose > 0) say(sentence);
}

void Output::draw(std::string_view bytes) {
    words_ << bytes;
    words_.flush();
}

int Output::error(const util::Error& error) {
    if (options_.json) {
        row(util::Json{{"schema", kSchema},
                       {"error",
                        {{"code", util::error_code_name(error.code)},
                         {"message", error.message},
                         {"context", error.context}}}});
        results_.flush();
    }
    words_ << "veritune: " << printable(util::to_string(error), true) << '\n';
    words_.flush();
    return exit_code_for(error.code);
}

}  // namespace veritune::cli
