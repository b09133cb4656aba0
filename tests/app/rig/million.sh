#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The window over a project with a million metric points: million.sh --fill PROGRAM --robot PROGRAM --out DIR [--points N]
# Fills a project with the store's own writer, walks three times through the pages under Xvfb (the live page with every
# metric), and prints per page the longest event, which is what switching to it holds the window, and for all of it the
# 99th percentile. Fails above 50 ms for that percentile or 100 ms for a page.
set -uo pipefail

points=1000000
while (($#)); do
    case $1 in
        --fill) fill=$2 && shift ;;
        --robot) robot=$2 && shift ;;
        --out) out=$2 && shift ;;
        --points) points=$2 && shift ;;
        *) echo "million: unknown option $1" >&2 && exit 2 ;;
    esac
    shift
done
: "${fill:?--fill is missing}" "${robot:?--robot is missing}" "${out:?--out is missing}"
command -v Xvfb >/dev/null || { echo "million: Xvfb is missing; ./dev deps installs it" >&2 && exit 3; }

work=$(mktemp -d)
xvfb=
trap '[[ -n $xvfb ]] && kill "$xvfb" 2>/dev/null; rm -rf "$work"' EXIT
mkdir -p "$out" "$work/home" "$work/run"
chmod 700 "$work/run"
export VERITUNE_HOME=$work/home XDG_RUNTIME_DIR=$work/run QT_QPA_PLATFORM=xcb
export DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent # whatever the desktop has must not matter

begin=$SECONDS
"$fill" "$work/project" "$points" || exit 1
echo "filled with $points points in $((SECONDS - begin)) s, $(du -m "$work/project/project.sqlite" | cut -f1) MB"

Xvfb -displayfd 3 -screen 0 1600x1000x24 -nolisten tcp 3>"$work/display" 2>/dev/null &
xvfb=$!
for _ in $(seq 100); do
    [[ -s $work/display ]] && break
    sleep 0.05
done
export DISPLAY=:$(<"$work/display")

pages=(home live chains runs compare settings)
{
    echo "{\"do\":\"open\",\"project\":\"$work/project\"}"
    echo '{"do":"settle","ms":3000}'
    echo '{"do":"go","page":"live","run":2}'
    echo '{"do":"settle","ms":3000}'
    echo '{"do":"click","name":"live.expert"}'
    echo '{"do":"settle","ms":3000}'
    echo "{\"do\":\"measure\",\"file\":\"$out/first.json\"}"
    for round in 1 2 3; do
        for page in "${pages[@]}"; do
            echo "{\"do\":\"go\",\"page\":\"$page\",\"run\":2,\"runs\":[1,2]}"
            echo '{"do":"settle","ms":1500}'
            echo "{\"do\":\"measure\",\"file\":\"$out/$page-$round.json\"}"
        done
    done
} >"$work/tour.jsonl"
timeout 300 "$robot" --robot "$work/tour.jsonl" >"$work/log" 2>&1 || { tail -5 "$work/log" && exit 1; }

python3 - "$out" "${pages[@]}" <<'PYTHON'
import json, pathlib, sys

out, pages = pathlib.Path(sys.argv[1]), sys.argv[2:]
read = lambda name: json.loads((out / f"{name}.json").read_text())
failed = False
print(f"first look with every metric: longest event {read('first')['event_max_ms']:.1f} ms")
for page in pages:
    rounds = [read(f"{page}-{n}") for n in (1, 2, 3)]
    longest = sorted(r["event_max_ms"] for r in rounds)[1]
    p99 = max(r["event_p99_ms"] for r in rounds)
    failed |= longest >= 100 or p99 > 50
    print(f"{page:9} longest event {longest:6.1f} ms (median of 3 visits), p99 {p99:5.1f} ms, {rounds[-1]['rss_mb']:.0f} MB")
sys.exit(1 if failed else 0)
PYTHON
