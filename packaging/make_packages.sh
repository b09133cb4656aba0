#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Packages out of finished builds (`./dev package` makes the builds and calls this):
#   make_packages.sh --build DIR --wheels DIR --out DIR [--gpu-build DIR] [--only deb|tarball|gpu] [--compress xz|none]
#     --compress none   for tests: in seconds, and three times as large
# writes into --out   veritune_X_amd64.deb            CPU engine, command line, window
#                     veritune-X-linux-x86_64.sh      the same, self-extracting, with Qt and the other libraries inside
#                     veritune-gpu-cuda13_X_amd64.deb engine for NVIDIA cards (with --gpu-build only)
#                     veritune-X.cdx.json, SHA256SUMS
# The same commit gives the same bytes: times are SOURCE_DATE_EPOCH (default: of the commit), names are sorted, nobody
# owns a file. exit codes: 0 good, 1 failed, 2 wrong use, 3 the machine lacks something
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
here=$root/packaging build= wheels= out= gpu_build= only=all compress=xz
die() { printf 'make_packages: %s\n' "$2" >&2 && exit "$1"; }
say() { printf '==> %s\n' "$*" >&2; }
while (($#)); do
    case $1 in
        --build) build=$(realpath "$2") && shift ;;
        --wheels) wheels=$(realpath "$2") && shift ;;
        --out) mkdir -p "$2" && out=$(realpath "$2") && shift ;;
        --gpu-build) gpu_build=$(realpath "$2") && shift ;;
        --only) only=$2 && shift ;;
        --compress) compress=$2 && shift ;;
        *) die 2 "unknown option $1" ;;
    esac
    shift
done
[[ -n $build && -n $wheels && -n $out ]] || die 2 'wanted: --build DIR --wheels DIR --out DIR'
export LC_ALL=C TZ=UTC0
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)
version=$(sed -n 's/#define VERITUNE_VERSION "\(.*\)"/\1/p' "$build/generated/veritune_build_info.h")
wheel_files=()
while read -r _ file _; do
    [[ -f $wheels/$file ]] || die 3 "$file is not in $wheels (licence texts and the list of files come out of it)"
    wheel_files+=("$wheels/$file")
done < <(grep -v '^#' "$root/cmake/deps/wheels.txt")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

same_times() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }
install_file() { install -D -m 644 "$1" "$2"; }
licence_of() { # WHEEL NAME-IN-WHEEL OUT
    unzip -p "$1" "*.dist-info/licenses/$2" | gzip -9n >"$3"
}

# --- what both packages install -------------------------------------------------------------------

stage_tree() { # DIR PREFIX: programs, resources, pages; DIR/PREFIX is the root of it
    local dir=$1 prefix=$2 base=$1$2 doc=$1$2/share/doc/veritune
    DESTDIR=$dir cmake --install "$build" --prefix "${prefix:-/}" --strip >/dev/null
    # The symbols inside libtorch serve nobody here: 90 MB. NVIDIA's two files stay as they are: their licence asks for it.
    strip --strip-unneeded "$base"/lib/veritune/torch/lib/*.so* 2>/dev/null
    chmod 644 "$base"/lib/veritune/torch/lib/* "$base"/lib/veritune/nvidia/cu13/lib/*
    sed -i "s/@VERSION@/$version/; s/@DATE@/$date/" "$base/share/metainfo/org.veritune.studio.metainfo.xml"
    python3 "$here/cli_pages.py" "$build/bin/veritune" "$version" "$date" "$work/pages"
    mkdir -p "$base/share/man/man1" "$doc/licences"
    gzip -9n <"$work/pages/veritune.1" >"$base/share/man/man1/veritune.1.gz"
    sed "s/@VERSION@/$version/; s/@DATE@/$date/" "$here/man/veritune-studio.1" | gzip -9n >"$base/share/man/man1/veritune-studio.1.gz"
    install_file "$work/pages/veritune.bash" "$base/share/bash-completion/completions/veritune"
    install_file "$work/pages/_veritune" "$base/share/zsh/vendor-completions/_veritune"
    install_file "$work/pages/veritune.fish" "$base/share/fish/vendor_completions.d/veritune.fish"
    local page
    for page in release-notes privacy threat-model limits-of-use sandbox; do
        install_file "$root/docs/$page.md" "$doc/$page.md"
    done
    for page in "$root"/docs/user/*.md; do install_file "$page" "$doc/user/$(basename "$page")"; done
    licence_of "${wheel_files[0]}" LICENSE "$doc/licences/torch-LICENSE.gz"
    licence_of "${wheel_files[0]}" NOTICE "$doc/licences/torch-NOTICE.gz"
    licence_of "${wheel_files[1]}" License.txt "$doc/licences/nvidia-LICENSE.gz"
    install_file "$here/debian/copyright" "$doc/copyright"
}

check_stage() { # BASE: flags, closure, names of needed libraries
    local lib=$1/lib/veritune program
    "$here/check-programs.sh" hardening "$lib"/veritune{,-engine,-sandbox,-studio} "$lib/veritune-jail/sandbox-init" >&2 || die 1 'a program lacks a protection'
    "$here/check-programs.sh" closure "$lib"/veritune{,-engine,-sandbox,-studio} >&2 || die 1 'a program could load what talks to a network'
    for program in veritune veritune-engine veritune-sandbox veritune-studio; do
        "$here/check-programs.sh" needed "$here/needed/$program.txt" "$lib/$program" >&2 || die 1 'a new library: name it in packaging/needed or drop it'
    done
}

# --- veritune_X_amd64.deb -------------------------------------------------------------------------

control_of() { # STAGE TEMPLATE [DEPENDS]
    sed "s|@VERSION@|$version|; s|@SIZE@|$(du -k --apparent-size -s "$1/usr" | cut -f1)|; s|@DEPENDS@|${3:-}|" "$2"
}

shlib_depends() { # STAGE FILE...
    local stage=$1 files=()
    shift
    mkdir -p "$work/shlibs/debian"
    printf 'Source: veritune\n\nPackage: veritune\nArchitecture: amd64\n' >"$work/shlibs/debian/control"
    for file; do files+=("-e$file"); done
    (cd "$work/shlibs" && dpkg-shlibdeps -O --ignore-missing-info --warnings=0 "-l$stage/usr/lib/veritune/torch/lib" \
        "-l$stage/usr/lib/veritune/nvidia/cu13/lib" "${files[@]}" 2>"$work/shlibs/log") | sed -n 's/^shlibs:Depends=//p'
}

build_deb() { # STAGE FILE
    (cd "$1" && find . -type f ! -path './DEBIAN/*' -printf '%P\n' | sort | xargs -d '\n' md5sum) >"$1/DEBIAN/md5sums"
    same_times "$1"
    # xz and not zstd: smaller here, and every dpkg since 2013 reads it. One thread: more of them give other bytes.
    local how=(-Zxz -z6 --threads-max=1)
    [[ $compress == xz ]] || how=(-Znone)
    dpkg-deb --root-owner-group "${how[@]}" --build "$1" "$2" >/dev/null
}

make_deb() {
    local stage=$work/deb lib=$work/deb/usr/lib/veritune doc=$work/deb/usr/share/doc/veritune depends
    say "veritune_${version}_amd64.deb"
    stage_tree "$stage" /usr
    check_stage "$stage/usr"
    python3 "$here/sbom.py" "$stage/usr" "$version" "$SOURCE_DATE_EPOCH" "${wheel_files[@]}" >"$out/veritune-$version.cdx.json"
    gzip -9n <"$out/veritune-$version.cdx.json" >"$doc/sbom.cdx.json.gz"
    printf 'veritune (%s) unstable; urgency=medium\n\n  * /usr/share/doc/veritune/release-notes.md says what is new.\n\n -- Veritune <packages@veritune.invalid>  %s\n' \
        "$version" "$(date -u -d "@$SOURCE_DATE_EPOCH" -R)" | gzip -9n >"$doc/changelog.gz"
    install_file "$here/debian/lintian-overrides" "$stage/usr/share/lintian/overrides/veritune"
    mkdir -p "$stage/DEBIAN"
    depends=$(shlib_depends "$stage" "$lib"/veritune{,-engine,-sandbox,-studio} "$lib"/torch/lib/*.so)
    [[ -n $depends ]] || { cat "$work/shlibs/log" >&2 && die 1 'dpkg-shlibdeps found nothing'; }
    control_of "$stage" "$here/debian/control.in" "$depends" >"$stage/DEBIAN/control"
    install -m 755 "$here/debian/postinst" "$here/debian/prerm" "$stage/DEBIAN/"
    build_deb "$stage" "$out/veritune_${version}_amd64.deb"
}

# --- the self-extracting archive ------------------------------------------------------------------

# Libraries that every desktop has and that must fit its kernel, driver and display server.
HOST_LIBRARIES='^(ld-linux-x86-64|libc|libm|libdl|librt|libpthread|libresolv|libGL|libGLX|libEGL|libOpenGL|libGLdispatch|libX11|libX11-xcb|libxcb|libfontconfig|libfreetype|libexpat|libz|libgcc_s|libstdc\+\+|libdbus-1|libsystemd)\.so'

bundle_libraries() { # LIB: everything its programs and Qt's plug-ins load, next to them
    local lib=$1 plugins file
    plugins=$(qtpaths6 --plugin-dir)
    mkdir -p "$lib/lib" "$lib/plugins/platforms" "$lib/plugins/iconengines" "$lib/plugins/xcbglintegrations" "$lib/translations"
    cp "$plugins"/platforms/libq{xcb,offscreen,minimal}.so "$lib/plugins/platforms/"
    [[ ! -f $plugins/iconengines/libqsvgicon.so ]] || cp "$plugins/iconengines/libqsvgicon.so" "$lib/plugins/iconengines/"
    cp "$(qtpaths6 --query QT_INSTALL_TRANSLATIONS)"/qtbase_{de,en}.qm "$lib/translations/" 2>/dev/null || true
    printf '[Paths]\nPrefix=.\nPlugins=plugins\nTranslations=translations\n' >"$lib/qt.conf"
    while read -r file; do
        [[ $(basename "$file") =~ $HOST_LIBRARIES || $file == "$lib"/* ]] || cp -L "$file" "$lib/lib/"
    done < <(ldd "$lib"/veritune{,-engine,-sandbox,-studio} "$lib"/plugins/*/*.so | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p' | sort -u)
    # An old-style RPATH also serves the libraries of the libraries, which know nothing of this place.
    patchelf --force-rpath --set-rpath '$ORIGIN/torch/lib:$ORIGIN/lib' "$lib"/veritune{,-engine,-sandbox,-studio}
    chmod 644 "$lib"/lib/* "$lib"/plugins/*/*
}

make_tarball() {
    local name=veritune-$version stage=$work/tar file=$out/veritune-$version-linux-x86_64.sh
    command -v patchelf >/dev/null || die 3 'the archive needs patchelf; install the package patchelf'
    say "$(basename "$file")"
    stage_tree "$stage/$name" ''
    bundle_libraries "$stage/$name/lib/veritune"
    check_stage "$stage/$name"
    install -m 755 "$here/tarball/setup.sh" "$stage/$name/setup.sh"
    same_times "$stage"
    sed "s/@NAME@/$name/g; s/@SIZE@/$(du -m -s "$stage" | cut -f1)/" "$here/tarball/header.sh" >"$file"
    tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --format=gnu -cf - "$name" |
        xz "$([[ $compress == xz ]] && echo -6 || echo -0)" -T1 >>"$file"
    chmod 755 "$file"
}

# --- veritune-gpu-cuda13_X_amd64.deb --------------------------------------------------------------

make_gpu_deb() {
    local stage=$work/gpu lib=$work/gpu/usr/lib/veritune doc=$work/gpu/usr/share/doc/veritune-gpu-cuda13 toolkit
    say "veritune-gpu-cuda13_${version}_amd64.deb"
    toolkit=$(sed -n 's/^CUDAToolkit_LIBRARY_DIR:PATH=//p; s/^CUDAToolkit_BIN_DIR:PATH=\(.*\)\/bin$/\1\/lib64/p' "$gpu_build/CMakeCache.txt" | head -1)
    [[ -e $toolkit/libcublasLt.so.13 ]] || toolkit=$(dirname "$(dirname "$(readlink -f "$(command -v nvcc)")")")/lib64
    [[ -e $toolkit/libcublasLt.so.13 ]] || die 3 "libcublasLt.so.13 of a CUDA Toolkit is not where nvcc is"
    mkdir -p "$lib/nvidia/cu13/lib" "$doc/licences" "$stage/DEBIAN"
    install -s -m 755 "$gpu_build/bin/veritune-engine" "$lib/veritune-engine"
    patchelf --set-rpath '$ORIGIN/torch/lib:$ORIGIN/nvidia/cu13/lib' "$lib/veritune-engine"
    # Unmodified, under Attachment A of NVIDIA's licence.
    install -m 644 "$(readlink -f "$toolkit/libcublasLt.so.13")" "$lib/nvidia/cu13/lib/libcublasLt.so.13"
    (cd "$stage" && sha256sum usr/lib/veritune/nvidia/cu13/lib/*) >"$doc/SHA256SUMS"
    licence_of "${wheel_files[1]}" License.txt "$doc/licences/nvidia-LICENSE.gz"
    sed '/^Files: usr\/lib\/veritune\/torch/,/^$/d' "$here/debian/copyright" | sed 's|doc/veritune/licences|doc/veritune-gpu-cuda13/licences|' >"$doc/copyright"
    printf 'veritune-gpu-cuda13 (%s) unstable; urgency=medium\n\n  * Engine for NVIDIA cards.\n\n -- Veritune <packages@veritune.invalid>  %s\n' \
        "$version" "$(date -u -d "@$SOURCE_DATE_EPOCH" -R)" | gzip -9n >"$doc/changelog.gz"
    control_of "$stage" "$here/debian/gpu-control.in" >"$stage/DEBIAN/control"
    install -m 755 "$here/debian/gpu-preinst" "$stage/DEBIAN/preinst"
    install -m 755 "$here/debian/gpu-postrm" "$stage/DEBIAN/postrm"
    "$here/check-programs.sh" hardening "$lib/veritune-engine" >&2 || die 1 'the engine lacks a protection'
    build_deb "$stage" "$out/veritune-gpu-cuda13_${version}_amd64.deb"
}

wanted() { [[ $only == all || $only == "$1" ]]; }
! wanted deb || make_deb
! wanted tarball || make_tarball
[[ -z $gpu_build ]] || ! wanted gpu || make_gpu_deb
(cd "$out" && sha256sum -- *.deb *.sh *.json 2>/dev/null >SHA256SUMS) || true
ls -l "$out" >&2
