// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/views/Page.h"

namespace veritune::app {

Page* makeEvaluatePage(AppContext& context, QWidget* parent);

}  // namespace veritune::app
