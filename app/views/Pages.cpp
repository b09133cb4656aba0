// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/Pages.h"

#include "app/views/BenchPage.h"
#include "app/views/ChainsPage.h"
#include "app/views/ComparePage.h"
#include "app/views/DatasetsPage.h"
#include "app/views/EvaluatePage.h"
#include "app/views/RunsPage.h"
#include "app/views/SettingsPage.h"
#include "app/views/SetupPage.h"

namespace veritune::app {

const std::vector<PageEntry>& pageEntries() {
    static const std::vector<PageEntry> entries = {
        {PageId::kHome, "home", false, makeHomePage},
        {PageId::kData, "table", false, makeDatasetsPage},
        {PageId::kBench, "stethoscope", false, makeBenchPage},
        {PageId::kSetup, "sliders", false, makeSetupPage},
        {PageId::kLive, "activity", false, makeLivePage},
        {PageId::kChains, "chains", false, makeChainsPage},
        {PageId::kRuns, "runs", false, makeRunsPage},
        {PageId::kCompare, "compare", false, makeComparePage},
        {PageId::kEvaluate, "star", false, makeEvaluatePage},
        {PageId::kSettings, "settings", true, makeSettingsPage},
    };
    return entries;
}

}  // namespace veritune::app
