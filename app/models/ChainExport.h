// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/models/ChainListModel.h"
#include "core/store/project.h"

#include <atomic>
#include <cstdint>
#include <string>

namespace veritune::app {

struct ChainExportOptions {
    bool withTexts = true;  ///< false: no prompt, completion, answers, gold or steps (figures only)
    bool withTokens = false;  ///< token ids and the arrays per token
};

/// One line of the file: verl's keys `input, output, gts, score, step`, then ours (docs/formats).
util::Json chainToJson(const store::StoredChain& chain,
                       std::int64_t run,
                       const ChainExportOptions& options);

/// Writes the chains of a query as JSON lines, chain by chain; the file appears only when it is
/// whole. Returns how many. errors  those of the store; kIoError, kDiskFull for the file;
/// kCancelled. threads  a worker with a project of its own; test  chain_export_test.cpp
util::Result<std::int64_t> exportChains(store::Project& project,
                                        const ChainQuery& query,
                                        const std::string& path,
                                        const ChainExportOptions& options,
                                        const std::atomic<bool>& cancelled);

/// The same for one chain.
util::Result<std::int64_t> exportChain(store::Project& project,
                                       std::int64_t run,
                                       std::int64_t chain,
                                       const std::string& path,
                                       const ChainExportOptions& options);

}  // namespace veritune::app
