#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# setup.sh --desktop: puts Veritune into the menu of this account. setup.sh --remove: takes it out again.
set -eu
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
refresh() {
    ! command -v update-desktop-database >/dev/null || update-desktop-database -q "$data/applications" || true
    ! command -v update-mime-database >/dev/null || update-mime-database "$data/mime" >/dev/null 2>&1 || true
}
entry=$data/applications/org.veritune.studio.desktop
type=$data/mime/packages/org.veritune.studio.xml
icon=$data/icons/hicolor/scalable/apps/org.veritune.studio.svg
case ${1:-} in
    --desktop)
        mkdir -p "${entry%/*}" "${type%/*}" "${icon%/*}"
        # A quoted path may hold blanks; four characters need a backslash inside the quotes.
        quoted=$(printf '%s' "$here/bin/veritune-studio" | sed 's/[\\"`$]/\\\\&/g; s/%/%%/g; s/[&|\\]/\\&/g')
        sed "s|^Exec=.*|Exec=\"$quoted\" %f|" "$here/share/applications/org.veritune.studio.desktop" >"$entry"
        cp "$here/share/mime/packages/org.veritune.studio.xml" "$type"
        cp "$here/share/icons/hicolor/scalable/apps/org.veritune.studio.svg" "$icon"
        refresh
        ;;
    --remove)
        rm -f "$entry" "$type" "$icon"
        refresh
        ;;
    *) sed -n '3s/^# //p' "$0" && exit 2 ;;
esac
