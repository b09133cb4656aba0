// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/views/Page.h"

namespace veritune::app {

/// Set up a run: Simple (a few questions) or Expert (every hyper-parameter), one recipe behind
/// both.
/// route  preset: "demo", "demo-quick", "default-7b" · path: a model folder or data file ·
///        run: take that run's recipe as a template
Page* makeSetupPage(AppContext& context, QWidget* parent);

}  // namespace veritune::app
