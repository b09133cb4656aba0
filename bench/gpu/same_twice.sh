#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Two runs with one seed on one card give the same adapter bytes: runs a bench that prints "state"
# (train_step, grpo_step) twice and compares them, line by line.
#   bench/gpu/same_twice.sh build/release/bench/grpo_step FOLDER grpo 2x4x64x128
set -euo pipefail
states() { "$@" | grep -o '"state":"[0-9a-f]*"'; }
first=$(states "$@")
second=$(states "$@")
printf '%s\n' "$first"
if [ "$first" != "$second" ]; then
  printf 'the second run differs:\n%s\n' "$second" >&2
  exit 1
fi
echo "the same twice"
