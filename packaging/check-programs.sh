#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Looks into finished programs with readelf and objdump.
#   check-programs.sh hardening FILE...   position-independent, full RELRO, no executable stack, stack protector, fortify,
#                                         control-flow protection, no search path but $ORIGIN
#   check-programs.sh closure FILE...     nothing in the closure of NEEDED talks to a network
#   check-programs.sh needed LIST FILE    what FILE needs directly stands in LIST, one library a line: a new one fails
# Prints one line a file. exit codes: 0 all good, 1 a check failed, 2 wrong use
set -uo pipefail

failed=0
finding() { # FILE TEXT
    ((++failed))
    printf 'FAIL  %s: %s\n' "${1##*/}" "$2"
}

hardening_of() { # FILE
    local header dynamic segments code before=$failed
    header=$(readelf -hW "$1" 2>/dev/null) || { finding "$1" 'not a program'; return; }
    dynamic=$(readelf -dW "$1") segments=$(readelf -lW "$1")
    [[ $header == *'Type:'*DYN* ]] || finding "$1" 'loaded at a fixed address (not position-independent)'
    [[ $segments == *GNU_RELRO* && $dynamic =~ (BIND_NOW|FLAGS_1.*NOW) ]] || finding "$1" 'not full RELRO'
    [[ $segments == *GNU_STACK* && ! $segments =~ GNU_STACK[^$'\n']*RWE ]] || finding "$1" 'executable stack'
    [[ ! $segments =~ LOAD[^$'\n']*RWE ]] || finding "$1" 'a segment is writable and executable'
    # The canary lies at %fs:0x28 also in a static, stripped program.
    # The note "IBT, SHSTK" is lost when the system's own start-up code has none (Debian 12): the landing pads count, of
    # which start-up code and libgcc bring three. A static program's figures hold libc's code, too: there this sees less.
    code=$(objdump -d --no-show-raw-insn "$1" | grep -oE '%fs:0x28|endbr64' | sort | uniq -c)
    [[ $code == *%fs:0x28* ]] || finding "$1" 'no stack protector'
    (($(awk '$2 == "endbr64" { print $1 }' <<<"$code") + 0 > 5)) || finding "$1" 'no control-flow protection'
    fortified "$1" || finding "$1" 'calls of libc that could be checked are not (_FORTIFY_SOURCE)'
    while read -r path; do
        [[ $path == '$ORIGIN' || $path == '$ORIGIN/'* ]] || finding "$1" "search path $path"
    done < <(grep -E '\((RPATH|RUNPATH)\)' <<<"$dynamic" | sed 's/.*\[\(.*\)\]/\1/' | tr ':' '\n' | grep -v '^$')
    ((failed > before)) || printf 'ok    %s\n' "${1##*/}"
}

# Good when a checked variant is called, or when nothing is called that has one. A static program imports nothing.
fortified() { # FILE
    local imports
    imports=$(readelf --dyn-syms -W "$1" | awk '$7 == "UND" { sub(/@.*/, "", $8); print $8 }')
    [[ -n $imports ]] || return 0
    ! grep -qxE '__[a-z0-9_]+_chk' <<<"$imports" || return 0
    ! grep -qxE '(v?s?n?printf|v?fprintf|strn?c(py|at)|fgets|gets|realpath|getcwd|readlink(at)?|recv(from)?|p?read|fread)' <<<"$imports"
}

closure_of() { # FILE
    local libraries bad
    libraries=$(ldd "$1" 2>&1) || { [[ $libraries == *'statically linked'* ]] || { finding "$1" 'ldd says nothing'; return; }; }
    [[ $libraries != *'not found'* ]] || finding "$1" "missing: $(grep 'not found' <<<"$libraries" | tr -s '\t\n ' ' ')"
    bad=$(grep -oiE '(libQt6Network|libQt6Web|libcurl|libssl|libcrypto|libgnutls|libssh|libnghttp|libsoup|libldap|libmicrohttpd|libzmq|librdmacm|libibverbs)[^ ]*' <<<"$libraries" | sort -u | tr '\n' ' ')
    [[ -z $bad ]] || { finding "$1" "its closure holds $bad"; return; }
    printf 'ok    %s: %s libraries, none for a network\n' "${1##*/}" "$(grep -c '=>' <<<"$libraries")"
}

needed_of() { # LIST FILE
    local new
    new=$(comm -13 <(grep -v '^#' "$1" | LC_ALL=C sort -u) \
        <(readelf -dW "$2" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | LC_ALL=C sort -u) | tr '\n' ' ')
    [[ -z $new ]] || { finding "$2" "needs what $(basename "$1") does not name: $new"; return; }
    printf 'ok    %s needs nothing new\n' "${2##*/}"
}

what=${1:-}
(($# >= 2)) || { echo "usage: check-programs.sh hardening|closure FILE...; check-programs.sh needed LIST FILE" >&2 && exit 2; }
shift
case $what in
    hardening) for file; do hardening_of "$file"; done ;;
    closure) for file; do closure_of "$file"; done ;;
    needed) (($# == 2)) || exit 2 && needed_of "$1" "$2" ;;
    *) echo "check-programs: unknown check $what" >&2 && exit 2 ;;
esac
((failed == 0)) && exit 0
exit 1
