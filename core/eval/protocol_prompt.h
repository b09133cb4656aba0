// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/eval/protocol.h"

#include <map>
#include <string>
#include <string_view>

namespace veritune::eval {

/// What the texts of a protocol may name:
///   question  the prompt (of a chat problem: the contents of its user messages)
///   task      the question without the lines that our importer of programs adds
///   setup     gold.setup: the beginning of a HumanEval program
///   tests     the gold's cases as Python asserts, one a line
///   solution  the demonstration
///   reference gold.reference: a program that passes
std::map<std::string, std::string> variables_of(const data::Problem& problem);

/// Replaces {name} of every known name; all other braces stay.
std::string fill_in(std::string_view text, const std::map<std::string, std::string>& variables);

/// What a model is asked: shots, then the question. As a problem, so that it goes through the same
/// encoding as every other: kPlain in `prompt`, kChat in `messages`, kOwn as it is.
struct RenderedPrompt {
    data::Problem problem;
    std::string prefix;  ///< the answer begins so
};
RenderedPrompt render_prompt(const Protocol& protocol, const data::Problem& problem);

/// What a column's verifier reads of a completion.
std::string answer_text(const ProtocolColumn& column,
                        const data::Problem& problem,
                        std::string_view prefix,
                        std::string_view completion);

/// The completion up to the first of the stop texts; `stopped` says whether there was one.
struct CutText {
    std::string_view text;
    bool stopped = false;
};
CutText cut_at_stop(std::string_view completion, const std::vector<std::string>& stop);

/// An assert a line for each case of a code_python gold that has a call and an expected value;
/// values as Python writes them. Empty for other golds.
std::string python_tests(const util::Json& gold);

}  // namespace veritune::eval
