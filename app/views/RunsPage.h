// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/views/Page.h"

namespace veritune::app {

/// All runs of the project: find, sort, open, compare, resume, use as a template.
Page* makeRunsPage(AppContext& context, QWidget* parent);

}  // namespace veritune::app
