// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/views/Page.h"

namespace veritune::app {

/// Appearance, language, privacy with the kernel's own words, keys, about and licences.
/// route  preset: "appearance", "privacy", "keys", "about"
Page* makeSettingsPage(AppContext& context, QWidget* parent);

/// The three sentences of the limits of use, translated.
QStringList limitsOfUse();

}  // namespace veritune::app
