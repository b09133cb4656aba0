#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the package in a fresh Debian 12 that has no network, uses it, upgrades, removes and purges it.
#   test-install.sh --deb FILE --base FILE.tar|DIR [--out DIR] [--keep] [--skip-fetch]
#     --base   a bare Debian 12, as `mmdebstrap --variant=minbase bookworm base.tar` makes it. Its own package sources
#              are used once, with a network, to download what the package depends on; all else runs without interfaces
#     --out    where the screenshot and the record go (default build/install-test)
# Needs root (an own mount, network and process namespace, a pivoted root). The person who uses the program inside is an
# ordinary user. Prints one line a step. exit codes: 0 all good, 1 a step failed, 2 wrong use, 3 not possible here
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
deb= base= out=build/install-test keep=no fetch=yes
while (($#)); do
    case $1 in
        --deb) deb=$(realpath "$2") && shift ;;
        --base) base=$(realpath "$2") && shift ;;
        --out) out=$2 && shift ;;
        --keep) keep=yes ;;
        --skip-fetch) fetch=no ;; # DIR is a base in which the downloads lie already
        *) echo "test-install: unknown option $1" >&2 && exit 2 ;;
    esac
    shift
done
[[ -f $deb && -e $base ]] || { echo 'wanted: --deb FILE --base FILE.tar|DIR' >&2 && exit 2; }
((EUID == 0)) || { echo 'test-install: root is needed (namespaces with a whole system inside)' >&2 && exit 3; }
unshare -mnpf true 2>/dev/null || { echo 'test-install: this machine allows no namespaces' >&2 && exit 3; }
mkdir -p "$out"
out=$(realpath "$out")

root=$(mktemp -d)
trap '[[ $keep == yes ]] && echo "kept: $root" || rm -rf --one-file-system "$root"' EXIT
echo "unpacking $(basename "$base")"
if [[ -d $base ]]; then cp -a "$base/." "$root/"; else tar -C "$root" --exclude=./dev -xf "$base"; fi
mkdir -p "$root/dev" "$root/proc" "$root/sys" "$root/tmp" "$root/test"
cp "$deb" "$root/test/veritune.deb"
cp "$here/test-install-inside.sh" "$root/test/inside.sh"

# The next version, for the upgrade: the same files, another number.
next=$(mktemp -d)
dpkg-deb -R "$deb" "$next"
version=$(sed -n 's/^Version: //p' "$next/DEBIAN/control")
sed -i "s/^Version: .*/Version: $version+next1/" "$next/DEBIAN/control"
dpkg-deb --root-owner-group -Znone -b "$next" "$root/test/next.deb" >/dev/null
rm -rf "$next"

# in_root [unshare options] -- COMMAND...: pivot and not chroot, because user namespaces are refused inside a chroot.
in_root() {
    local options=()
    while [[ $1 != -- ]]; do options+=("$1") && shift; done
    shift
    unshare -mpf "${options[@]}" bash -c '
        root=$1 && shift
        mount --make-rprivate / && mount --bind "$root" "$root" && cd "$root" || exit 3
        mount -t proc proc proc && mount -t tmpfs -o mode=755 tmpfs dev && mount -t tmpfs tmpfs tmp && chmod 1777 tmp || exit 3
        for node in null zero full random urandom tty; do touch dev/$node && mount --bind /dev/$node dev/$node; done
        mkdir dev/shm dev/pts && chmod 1777 dev/shm && ln -s /proc/self/fd dev/fd
        mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts && ln -s pts/ptmx dev/ptmx
        mkdir -p old && pivot_root . old && cd / && umount -l /old && rmdir /old || exit 3
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive "$@"' bash "$root" "$@"
}

if [[ $fetch == yes ]]; then
    echo 'downloading what the package depends on (the only step with a network)'
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    in_root -- sh -c 'echo "APT::Keep-Downloaded-Packages \"true\"; Binary::apt::APT::Keep-Downloaded-Packages \"true\";" >/etc/apt/apt.conf.d/99keep
        rm -f /etc/apt/apt.conf.d/docker-clean
        apt-get -qq update && apt-get -qq install -y --download-only --no-install-recommends /test/veritune.deb bubblewrap python3 fonts-dejavu-core xvfb xauth procps >/dev/null' ||
        { echo 'test-install: the download failed' >&2 && exit 3; }
    rm -f "$root/etc/resolv.conf"
fi

in_root -n -- bash /test/inside.sh 2>&1 | tee "$out/record.txt"
status=${PIPESTATUS[0]}
if [[ -f $root/test/studio.xwd ]] && command -v python3 >/dev/null; then
    python3 "$here/xwd_to_png.py" "$root/test/studio.xwd" "$out/studio.png" || status=1
else
    echo 'FAIL  no picture of the window' && status=1
fi
exit "$status"
