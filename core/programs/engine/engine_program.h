// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace veritune::engine_program {

/// `veritune-engine --project DIR [--ready-fd N] [--resume-active] [--idle-seconds S]`,
/// `--version`, `--quantize SOURCE --to DESTINATION` (quantize_job.h),
/// `--self-test-network`. Exit codes as everywhere: 0, 2 usage, 3 environment; the reason also
/// stands in engine.exit.
int engine_main(int argc, char** argv);

}  // namespace veritune::engine_program
