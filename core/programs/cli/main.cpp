// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/cli.h"

int main(int argc, char** argv) { return veritune::cli::run_program(argc, argv); }
