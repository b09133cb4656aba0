#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# compare_compilers.sh SOURCE BUILD: the generators built by Clang give the bytes of the golden file.
# The libraries below them (verifiers, hashes) stay those of the build. Exit 77: there is no Clang.
set -eu
source=$1
build=$2
clang=$(command -v clang++ || command -v clang++-14 || true)
[ -n "$clang" ] || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for file in "$source"/core/generate/*.cpp "$source"/tests/generate/print_hashes.cpp; do
    "$clang" -std=c++20 -O1 -I"$source" -c "$file" -o "$work/$(basename "$file" .cpp).o"
done
core=$build/core
"$clang" "$work"/*.o "$core/solver/libveritune_solver.a" "$core/verify/libveritune_verify.a" \
    "$core/data/libveritune_data.a" "$core/text/libveritune_text.a" "$core/util/libveritune_util.a" \
    -lz3 -lflint-arb -lflint -lgmp -lpcre2-8 -lsodium -lutf8proc -lspdlog -lfmt -lpthread -o "$work/hashes"
"$work/hashes" | diff - "$source/tests/data/generate/hashes.json"
