// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace veritune::app {

class Application;
class MainWindow;

/// What `veritune-studio` does. `extend` sees the window before the event loop starts (the test
/// rig's program hangs its robot in there); returns the exit code: 0 ended by the person, 2 wrong
/// use, 3 the machine lacks something.
int studioMain(int argc,
               char** argv,
               const std::function<void(Application&, MainWindow&)>& extend = nullptr);

}  // namespace veritune::app
