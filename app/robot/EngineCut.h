// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace veritune::app {

/// Breaks every connection of this process to an engine (shutdown of the socket), as a crash of the
/// system between the two would; the engine itself stays. False, with the reason in `why`, when
/// there is none.
bool cutEngine(QString& why);

}  // namespace veritune::app
