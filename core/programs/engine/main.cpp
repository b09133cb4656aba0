// SPDX-License-Identifier: Apache-2.0
// veritune-engine: the only program that loads libtorch. One per project; started by the first
// client, outlives it, ends by itself when nobody needs it any more.
#include "core/programs/engine/engine_program.h"

int main(int argc, char** argv) { return veritune::engine_program::engine_main(argc, argv); }
