// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/views/Page.h"

#include <vector>

namespace veritune::app {

Page* makeHomePage(AppContext& context, QWidget* parent);
Page* makeLivePage(AppContext& context, QWidget* parent);

/// One row of the rail; a page joins the window by a row here.
struct PageEntry {
    PageId id;
    const char* iconName;
    bool atEnd = false;  ///< at the bottom of the rail
    Page* (*make)(AppContext& context, QWidget* parent);
};
const std::vector<PageEntry>& pageEntries();

}  // namespace veritune::app
