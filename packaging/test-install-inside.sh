#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The part of test-install.sh that runs inside the fresh system: no interfaces, process 1 is this script's shell.
set -uo pipefail

failed=0
step() { # NAME COMMAND...: runs it; its words are shown when it fails
    local name=$1 begin=$SECONDS
    shift
    if "$@" >/test/log 2>&1; then
        printf 'ok    %-58s %4d s\n' "$name" $((SECONDS - begin))
    else
        ((++failed))
        printf 'FAIL  %-58s %4d s\n' "$name" $((SECONDS - begin))
        tail -5 /test/log | sed 's/^/      /'
    fi
}

homes=/home person=$homes/anna
as_user() { # an ordinary person with a session of her own
    setpriv --reuid=1000 --regid=1000 --clear-groups env -i PATH=/usr/bin:/bin HOME="$person" LANG=C.UTF-8 TERM=dumb \
        XDG_RUNTIME_DIR=/run/user/1000 DISPLAY="${DISPLAY:-}" "$@"
}
project=$person/office

no_interfaces() { [[ $(grep -c : /proc/net/dev) == 1 ]] && grep -q 'lo:' /proc/net/dev && ! grep -q . /proc/net/route 2>/dev/null || [[ $(wc -l </proc/net/route) -le 1 ]]; }
install_offline() { apt-get -q install -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io "$@" </dev/null; }
is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' veritune 2>/dev/null) == installed ]]; }
files_unchanged() { is_installed && [[ -z $(dpkg -V veritune) ]]; }
doctor() { as_user veritune doctor --json >/test/doctor.json; [[ $? == 0 || $? == 1 ]] && grep -q '"engine"' /test/doctor.json && ! grep -q '"level": *"bad"' /test/doctor.json; }
demo() { as_user veritune demo --quick --project $project; }
reads_project() { as_user veritune --project $project runs list | grep -q '^ *1 '; }
local_only() { as_user /usr/lib/veritune/verify-local-only.sh --no-scenario | tee /dev/stderr | grep -q '^PROVED  proof 2: 4 programs'; }
local_scenario() { as_user /usr/lib/veritune/verify-local-only.sh --no-strace | tee /dev/stderr | grep -q '^PROVED  proof 1'; }
pages() { [[ -f /usr/share/man/man1/veritune.1.gz && -f /usr/share/man/man1/veritune-studio.1.gz && -f /usr/share/bash-completion/completions/veritune ]] && zcat /usr/share/doc/veritune/sbom.cdx.json.gz | grep -q CycloneDX; }

window() { # the real window on a display without a network; a picture of it
    Xvfb :7 -screen 0 1280x800x24 -fbdir /test/fb -nolisten tcp 2>/dev/null &
    local server=$! studio i
    for i in $(seq 100); do [[ -S /tmp/.X11-unix/X7 ]] && break; sleep 0.1; done
    DISPLAY=:7 as_user veritune-studio --language en --scheme light $project >/test/studio.log 2>&1 &
    studio=$!
    sleep "${WINDOW_SECONDS:-20}"
    cp /test/fb/Xvfb_screen0 /test/studio.xwd
    local alive=no
    kill -0 $studio 2>/dev/null && alive=yes
    kill $studio $server 2>/dev/null
    wait $studio $server 2>/dev/null
    [[ $alive == yes ]] || { cat /test/studio.log; return 1; }
}

upgrade_under_a_run() { # the engine that runs keeps its files and finishes
    as_user veritune demo --quick --seed 2 --project $project >/test/demo.log 2>&1 &
    local run=$!
    sleep 3
    install_offline /test/next.deb || return 1
    wait $run || { cat /test/demo.log; return 1; }
    veritune --version >/dev/null && [[ $(dpkg-query -W -f '${Version}' veritune) == *+next1 ]]
}

newer_project_is_refused() {
    as_user cp -r $project $person/newer
    printf '\x00\x00\x03\xe7' | dd of=$person/newer/project.sqlite bs=1 seek=60 conv=notrunc status=none # user_version 999
    ! as_user veritune --project $person/newer runs list && rm -r $person/newer
}

removed() { is_installed && dpkg -r veritune && ! is_installed && [[ ! -e /usr/bin/veritune && ! -e /usr/lib/veritune ]]; }
nothing_left() { # outside of the user's folders, what the test brought and dpkg's own books
    dpkg -P veritune || return 1
    local left
    left=$(find / -xdev \( -path /home -o -path /proc -o -path /test -o -path /tmp -o -path /run/user -o -path /var/cache/apt -o -path /var/log \) -prune -o -iname '*veritune*' -print)
    [[ -z $left ]] || { echo "$left"; return 1; }
}
project_sum() { find $project -type f ! -name '*.sqlite-*' ! -name '*.lock' -exec sha256sum {} + | sort | sha256sum; }
project_untouched() { [[ $(project_sum) == "$before" ]]; }

mkdir -p /test/fb /run/user/1000
useradd -m -u 1000 -s /bin/bash anna 2>/dev/null
chown 1000:1000 /run/user/1000 && chmod 700 /run/user/1000
chmod 777 /test/fb

step 'no interface but lo, no route' no_interfaces
step 'display server for the picture' install_offline xvfb xauth procps
begin=$SECONDS
step 'install' install_offline /test/veritune.deb bubblewrap python3 fonts-dejavu-core
step 'dpkg -V: every file as packed' files_unchanged
step 'manual pages, completions, list of parts' pages
step 'doctor' doctor
as_user veritune doctor | sed 's/^/      /'
step 'demonstration' demo
printf '      from install to the end of the demonstration: %d s\n' $((SECONDS - begin))
step 'no way to a network: 4 programs' local_only
step 'a whole session confined (proof 1)' local_scenario
step 'window under Xvfb' window
step 'upgrade while a run trains' upgrade_under_a_run
step 'dpkg -V after the upgrade' files_unchanged
step 'the project of the old version is readable' reads_project
step 'a project of a newer version is refused' newer_project_is_refused
sleep 1
before=$(project_sum)
step 'remove' removed
step 'purge leaves nothing outside the folders of users' nothing_left
step 'the project is untouched' project_untouched
step 'install again' install_offline /test/veritune.deb
step 'the project is readable again' reads_project
printf '%d failed\n' "$failed"
((failed == 0))
