// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"
#include "core/store/sqlite.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Table `chain` <-> ChainRecord; private to core/store.
namespace veritune::store {

class ContentCodec;

/// The step that chains belong to.
struct StepKey {
    std::int64_t run = 0;
    std::int64_t stage_seq = 0;
    std::int64_t step = 0;
};

/// replace: chains of the step with the same phase, problem and sample make room first.
/// errors  kInvalidArgument when two of the chains have one key
util::Status insert_chains(Database& db,
                           const ContentCodec& codec,
                           const StepKey& key,
                           const std::vector<data::ChainRecord>& chains,
                           bool replace);

/// Columns of a whole chain: `SELECT kChainColumns FROM chain JOIN stage ...`, read by read_chain.
extern const std::string_view kChainColumns;
util::Result<StoredChain> read_chain(const Statement& row, const ContentCodec& codec);

extern const std::string_view kSummaryColumns;
util::Result<ChainSummary> read_summary(const Statement& row, const ContentCodec& codec);

/// JSON for the database: bytes that are not UTF-8 become U+FFFD instead of an exception.
std::string to_text(const util::Json& value);
/// errors  kCorruptData naming `what`
util::Result<util::Json> from_text(std::string_view text, std::string_view what);

}  // namespace veritune::store
