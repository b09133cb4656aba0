// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/Pages.h"

namespace veritune::app {

const std::vector<PageEntry>& pageEntries() {
    static const std::vector<PageEntry> entries = {
        {PageId::kHome, "home", false, makeHomePage},
        {PageId::kLive, "activity", false, makeLivePage},
    };
    return entries;
}

}  // namespace veritune::app
