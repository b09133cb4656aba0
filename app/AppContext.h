// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace veritune::app {

class CommandRegistry;
class Settings;
class Theme;

/// What every page and painted widget may use; owned by Application, which outlives them all.
/// GUI thread only.
struct AppContext {
    Theme& theme;
    Settings& settings;
    CommandRegistry& commands;
};

}  // namespace veritune::app
