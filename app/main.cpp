// SPDX-License-Identifier: GPL-3.0-or-later
// veritune-studio: the window. Reads the project's store, talks to the engine over its socket,
// loads neither torch nor CUDA nor QtNetwork.
#include "app/StudioMain.h"

int main(int argc, char** argv) { return veritune::app::studioMain(argc, argv); }
