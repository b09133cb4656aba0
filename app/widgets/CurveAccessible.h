// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace veritune::app {

/// QCustomPlot knows nothing of screen readers: this registers an interface for CurveView that says
/// what the curves do. Idempotent.
void installCurveAccessibility();

}  // namespace veritune::app
