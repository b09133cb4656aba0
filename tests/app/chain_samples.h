// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/models/ChainDocument.h"
#include "core/store/project.h"
#include "core/text/tokenizer.h"
#include "core/verify/verdict.h"

#include <memory>
#include <string>
#include <vector>

namespace veritune::app::test {

inline std::shared_ptr<const text::Tokenizer> demoTokenizer() {
    return std::shared_ptr<const text::Tokenizer>(
        text::make_character_tokenizer(text::demo_alphabet()));
}

/// A chain of the demonstration whose third step is wrong.
inline store::StoredChain wrongChain() {
    store::StoredChain chain;
    chain.id = 7;
    chain.stage = "vrl";
    chain.step = 20;
    data::ChainRecord& record = chain.record;
    record.problem_id = "mod-1";
    record.sample = 1;
    record.prompt = "6+7-4-2?";
    record.completion = "6+7=3;3-4=9;9-2=1;#1$";
    record.tokens = demoTokenizer()->encode(record.completion, false);
    record.logprobs.assign(record.tokens.size(), -0.1F);
    record.verifier = "chain_arithmetic";
    record.status = "incorrect";
    record.reason = "wrong_step";
    record.rule = "chain";
    record.method = "exact";
    record.extracted = "1";
    record.span_begin = 19;
    record.span_end = 20;
    record.gold = "7";
    record.steps = verify::steps_to_json({{"6+7=3", true, "", {0, 5}},
                                          {"3-4=9", true, "", {6, 11}},
                                          {"9-2=1", false, "expected 7", {12, 17}}});
    return chain;
}

inline store::StoredChain plainChain(std::string completion) {
    store::StoredChain chain;
    chain.id = 1;
    chain.stage = "vrl";
    chain.record.problem_id = std::string("p");
    chain.record.prompt = std::string("Why?");
    chain.record.completion = std::move(completion);
    return chain;
}

}  // namespace veritune::app::test
