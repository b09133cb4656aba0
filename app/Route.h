// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include <cstdint>

namespace veritune::app {

/// The pages in the order of the rail; Ctrl+1 opens the first.
enum class PageId {
    kHome,
    kData,
    kBench,
    kSetup,
    kLive,
    kChains,
    kRuns,
    kCompare,
    kEvaluate,
    kSettings
};

/// Where to go, and what to show there: what a link, a palette entry or a command line names.
/// Fields that a page has no use for are ignored; 0, -1 and empty mean "not said".
struct Route {
    PageId page = PageId::kHome;
    std::int64_t run = 0;
    QString stage;
    std::int64_t step = -1;
    std::int64_t chain = 0;      ///< row id of a chain (store::ChainSummary::id)
    QList<std::int64_t> chains;  ///< only these, the first one open
    QString problem;             ///< problem id
    QString phase;               ///< with problem: what the chain was written for
    int sample = -1;             ///< with problem and step: this chain of the group
    QList<std::int64_t> runs;    ///< for Compare
    QString preset;              ///< for Setup: a recipe preset
    QString dataset;             ///< for Datasets, the bench and Evaluate
    QString path;                ///< for Setup: a model folder or data file that was dropped
};

}  // namespace veritune::app
