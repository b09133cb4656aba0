#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs built programs on a machine with a card that has no build of its own: only the binaries and a
# CUDA runtime (a PyTorch installation or a toolkit) are needed. Libraries that such a machine may lack
# lie in VERITUNE_DEVICE_LIBS, or build/release/device_libs.
#   bench/gpu/on_device.sh build/release/tests/kernels_test --gtest_filter='*Cuda*'
set -euo pipefail
libs="${VERITUNE_DEVICE_LIBS:-build/release/device_libs}"
torch=$(python3 -c 'import os, torch; print(os.path.dirname(torch.__file__) + "/lib")' 2>/dev/null || true)
wheels=$(python3 -c 'import glob, nvidia; print(":".join(glob.glob(list(nvidia.__path__)[0] + "/*/lib")))' 2>/dev/null || true)
export LD_LIBRARY_PATH="$libs:$torch:$wheels:/usr/local/cuda/lib64:${LD_LIBRARY_PATH:-}"
exec "$@"
