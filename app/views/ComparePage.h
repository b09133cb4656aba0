// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/views/Page.h"

namespace veritune::app {

/// Two to six runs side by side: what came out, the curves over each other, what was set
/// differently.
/// route  runs: which; without, the two newest
Page* makeComparePage(AppContext& context, QWidget* parent);

}  // namespace veritune::app
