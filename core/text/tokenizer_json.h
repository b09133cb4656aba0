// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/tokenizer.h"
#include "core/util/json.h"
#include "core/util/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace veritune::text {

/// Caps of every file that describes a tokenizer (reliability.md 4). A file beyond them is refused.
struct TokenizerLimits {
    std::size_t max_tokenizer_bytes = 64ULL << 20;
    std::size_t max_config_bytes = 4ULL << 20;
    int max_depth = 32;
    std::size_t max_nodes = 500'000;  ///< JSON values outside vocabulary and merges
    std::size_t max_merges = 2'000'000;
    std::size_t max_token_bytes = 4096;
    std::int64_t max_vocab_size = 1'048'576;  ///< ids are smaller than this
};

/// The big lists of a BPE model as they stand in the file, in file order.
struct BpeLists {
    std::vector<std::pair<std::string, TokenId>> vocab;
    std::vector<std::pair<std::string, std::string>> merges;
};

struct TokenizerFile {
    util::Json rest;  ///< everything but model.vocab and model.merges
    BpeLists lists;
    bool vocab_is_list = false;  ///< model.vocab is an array, as Unigram models have it
};

/// tokenizer.json, read as a stream of events: vocabulary and merges go straight into lists, no
/// document tree is made of them. errors  kCorruptData (not JSON, truncated, duplicate keys, a cap)
/// with the file and the rule
util::Result<TokenizerFile> read_tokenizer_json(std::string_view text,
                                                std::string_view what,
                                                const TokenizerLimits& limits = {});
/// vocab.json: one object {"token": id}.
util::Result<std::vector<std::pair<std::string, TokenId>>> read_vocab_json(
    std::string_view text, std::string_view what, const TokenizerLimits& limits = {});
/// merges.txt: "left right" per line; a first line "#version..." and empty lines are skipped.
util::Result<std::vector<std::pair<std::string, std::string>>> read_merges_text(
    std::string_view text, std::string_view what, const TokenizerLimits& limits = {});
/// A small JSON file of a Hugging Face folder. Unlike util::parse_json it takes whole numbers
/// beyond 64 bits (as doubles): tokenizer_config.json writes model_max_length as 10^30.
util::Result<util::Json> read_hf_json(std::string_view text,
                                      std::string_view what,
                                      const TokenizerLimits& limits = {});

}  // namespace veritune::text
