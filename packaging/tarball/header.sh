#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# @NAME@-linux-x86_64.sh [--to DIR] [--desktop]: unpacks @NAME@ into DIR (default: the current folder), for any account.
#   --desktop  also puts it into the menu of this account (DIR/@NAME@/setup.sh --remove undoes that)
set -eu
to=. desktop=
while [ $# -gt 0 ]; do
    case $1 in
        --to) to=${2:?--to wants a folder} && shift ;;
        --desktop) desktop=yes ;;
        -h | --help) sed -n '3,4s/^# \{0,1\}//p' "$0" && exit 0 ;;
        *) echo "unknown option $1; see --help" >&2 && exit 2 ;;
    esac
    shift
done
[ "$(uname -sm)" = 'Linux x86_64' ] || { echo "this is for Linux on x86-64, not $(uname -sm)" >&2 && exit 3; }
libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2)
case $libc in
    2.3[6-9] | 2.[4-9][0-9] | [3-9].*) ;;
    *) echo "this needs glibc 2.36 or newer (Debian 12, Ubuntu 23.04, Fedora 37); here is ${libc:-another C library}" >&2 && exit 3 ;;
esac
command -v xz >/dev/null || { echo "xz is missing; install the package xz-utils (or xz)" >&2 && exit 3; }
mkdir -p "$to"
[ ! -e "$to/@NAME@" ] || { echo "$to/@NAME@ is there already; remove it or name another folder with --to" >&2 && exit 1; }
begin=$(($(grep -an '^__ARCHIVE__$' "$0" | head -1 | cut -d: -f1) + 1))
echo "unpacking @NAME@ (@SIZE@ MB) into $to" >&2
tail -n "+$begin" "$0" | xz -dc | tar -x -C "$to" --no-same-owner
[ -z "$desktop" ] || "$to/@NAME@/setup.sh" --desktop
echo "start it with: $to/@NAME@/bin/veritune-studio" >&2
exit 0
__ARCHIVE__
