#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The real window under Xvfb: rig.sh --bin DIR --robot PROGRAM --out DIR [--quick]
# Makes a project with the demonstration, plays robot scripts on it (app/robot/Robot.h says what they can), takes
# pictures of every page in every scheme and language, lints the layout, and breaks things on purpose. Prints one line
# per tour and ends with "N passed, N failed".
set -uo pipefail

quick=no
while (($#)); do
    case $1 in
        --bin) bin=$2 && shift ;;
        --robot) robot=$2 && shift ;;
        --out) out=$2 && shift ;;
        --quick) quick=yes ;;
        *) echo "rig: unknown option $1" >&2 && exit 2 ;;
    esac
    shift
done
: "${bin:?--bin is missing}" "${robot:?--robot is missing}" "${out:?--out is missing}"
command -v Xvfb >/dev/null || { echo "rig: Xvfb is missing; ./dev deps installs it" >&2 && exit 3; }

work=$(mktemp -d)
trap 'stop_engines; rm -rf "$work"' EXIT
mkdir -p "$out" "$work/home" "$work/run"
chmod 700 "$work/run"
export VERITUNE_HOME=$work/home XDG_RUNTIME_DIR=$work/run QT_QPA_PLATFORM=xcb
export DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent # whatever the desktop has must not matter
passed=0 failed=0

stop_engines() { pkill -f "veritune-engine --project $work" 2>/dev/null; }

# A display of our own, with a number that the server chooses.
start_display() { # WIDTHxHEIGHT
    Xvfb -displayfd 3 -screen 0 "$1x24" -nolisten tcp 3>"$work/display" 2>/dev/null &
    xvfb=$!
    for _ in $(seq 100); do
        [[ -s $work/display ]] && break
        sleep 0.05
    done
    export DISPLAY=:$(<"$work/display")
}

# tour NAME [PROJECT]: plays the lines of standard input.
tour() {
    local name=$1 script=$work/$1.jsonl begin=$EPOCHREALTIME
    cat >"$script"
    if timeout 240 "$robot" --robot "$script" >"$work/$name.log" 2>&1; then
        ((++passed))
        printf 'ok    %-28s %5.1f s\n' "$name" "$(bc_sub "$EPOCHREALTIME" "$begin")"
    else
        ((++failed))
        printf 'FAIL  %s\n' "$name"
        grep -v propagateSizeHints "$work/$name.log" | tail -5
    fi
}
bc_sub() { awk -v a="${1/,/.}" -v b="${2/,/.}" 'BEGIN { print a - b }'; }

fresh_home() { rm -rf "$work/home" && mkdir -p "$work/home"; }

pages=(home setup live chains runs compare settings)

# One picture and one layout lint per page.
page_steps() { # PREFIX
    local page
    for page in "${pages[@]}"; do
        echo "{\"do\":\"go\",\"page\":\"$page\",\"runs\":[1,2]}"
        echo '{"do":"settle","ms":900}'
        echo "{\"do\":\"shot\",\"file\":\"$out/$1-$page.png\"}"
        echo '{"do":"lint","ms":600}'
    done
}

make_project() { # DIR: two runs, one of them with another algorithm
    "$bin/veritune" demo --quick --project "$1" >"$work/demo.log" 2>&1 &&
        "$bin/veritune" demo --quick --algorithm grpo --seed 2 --project "$1" >>"$work/demo.log" 2>&1 ||
        { cat "$work/demo.log" && return 1; }
}

# --- tours ----------------------------------------------------------------------------------------

matrix() { # SCHEME LANGUAGE
    fresh_home
    tour "pages-$1-$2" < <(
        echo "{\"do\":\"scheme\",\"value\":\"$1\"}"
        echo "{\"do\":\"language\",\"value\":\"$2\"}"
        echo "{\"do\":\"open\",\"project\":\"$work/project\"}"
        echo '{"do":"settle","ms":1200}'
        page_steps "$1-$2"
    )
}

empty_states() { # SCHEME LANGUAGE
    fresh_home
    tour "empty-$1-$2" < <(
        echo "{\"do\":\"scheme\",\"value\":\"$1\"}"
        echo "{\"do\":\"language\",\"value\":\"$2\"}"
        page_steps "$1-$2-noproject"
        echo "{\"do\":\"open\",\"project\":\"$work/empty\"}"
        echo '{"do":"settle","ms":800}'
        page_steps "$1-$2-norun"
    )
}

# What a person does with the demonstration: start, first point, look inside.
demo_tour() {
    fresh_home
    tour demo <<-STEPS
		{"do":"wait","name":"home.demo"}
		{"do":"click","name":"home.demo"}
		{"do":"wait","name":"live.stage","ms":60000}
		{"do":"wait","name":"chart.loss","ms":60000}
		{"do":"shot","file":"$out/demo-first-point.png"}
		{"do":"wait","name":"live.look_inside","ms":120000}
		{"do":"settle","ms":4000}
		{"do":"shot","file":"$out/demo-live.png"}
		{"do":"click","name":"live.look_inside"}
		{"do":"settle","ms":2500}
		{"do":"shot","file":"$out/demo-chain.png"}
		{"do":"go","page":"live"}
		{"do":"click","name":"live.pause"}
		{"do":"settle","ms":3000}
		{"do":"shot","file":"$out/demo-paused.png"}
	STEPS
    stop_engines
}

broken_folder() { # NAME DIR TEXT: opening it says TEXT, and the window lives on
    fresh_home
    tour "error-$1" < <(
        echo '{"do":"settle","ms":300}'
        echo "{\"do\":\"open\",\"project\":\"$2\"}"
        echo '{"do":"wait","name":"window.banner","ms":8000}'
        echo '{"do":"settle","ms":300}'
        echo "{\"do\":\"shot\",\"file\":\"$out/error-$1.png\"}"
        echo '{"do":"lint","ms":300}'
        echo '{"do":"go","page":"runs"}'
        echo '{"do":"go","page":"chains"}'
        echo '{"do":"settle","ms":300}'
    )
}

errors() {
    broken_folder missing "$work/nowhere"
    cp -r "$work/project" "$work/newer"
    printf '\x00\x00\x03\xe7' | dd of="$work/newer/project.sqlite" bs=1 seek=60 conv=notrunc status=none # user_version 999
    broken_folder newer "$work/newer"
    mkdir -p "$work/damaged"
    head -c 4096 "$work/project/project.sqlite" >"$work/damaged/project.sqlite"
    printf 'garbage' | dd of="$work/damaged/project.sqlite" bs=1 seek=200 conv=notrunc status=none
    broken_folder damaged "$work/damaged"
    mkdir -p "$work/notadatabase"
    echo 'hello' >"$work/notadatabase/project.sqlite"
    broken_folder notadatabase "$work/notadatabase"
}

# The engine is killed in the middle of a run; the page says so and resumes.
engine_killed() {
    fresh_home
    tour engine-killed <<-STEPS
		{"do":"click","name":"home.demo"}
		{"do":"wait","name":"chart.loss","ms":60000}
		{"do":"settle","ms":1500}
		{"do":"sh","command":"pkill -9 -f 'veritune-engine --project $work/home'"}
		{"do":"wait","name":"window.banner","ms":15000}
		{"do":"settle","ms":600}
		{"do":"shot","file":"$out/fault-engine-killed.png"}
		{"do":"wait","name":"live.banner.action","ms":15000}
		{"do":"click","name":"live.banner.action"}
		{"do":"wait","name":"live.checkpoint","ms":60000}
		{"do":"settle","ms":1500}
		{"do":"shot","file":"$out/fault-engine-resumed.png"}
	STEPS
    stop_engines
}

# The project's folder goes away under the open window.
folder_gone() {
    fresh_home
    cp -r "$work/project" "$work/gone"
    tour folder-gone <<-STEPS
		{"do":"open","project":"$work/gone"}
		{"do":"settle","ms":1000}
		{"do":"sh","command":"mv $work/gone $work/gone-away"}
		{"do":"go","page":"runs"}
		{"do":"settle","ms":500}
		{"do":"go","page":"chains"}
		{"do":"settle","ms":500}
		{"do":"go","page":"live"}
		{"do":"settle","ms":500}
		{"do":"shot","file":"$out/fault-folder-gone.png"}
	STEPS
}

# Language and scheme change in every page.
switches() {
    fresh_home
    tour switches < <(
        echo "{\"do\":\"open\",\"project\":\"$work/project\"}"
        echo '{"do":"settle","ms":800}'
        for page in "${pages[@]}"; do
            echo "{\"do\":\"go\",\"page\":\"$page\"}"
            for language in de en_XA ar_XB en; do
                echo "{\"do\":\"language\",\"value\":\"$language\"}"
                echo '{"do":"settle","ms":150}'
            done
            for scheme in dark high-contrast light; do
                echo "{\"do\":\"scheme\",\"value\":\"$scheme\"}"
                echo '{"do":"settle","ms":150}'
            done
        done
    )
}

# Start, memory and event times after a walk through every page.
figures() {
    fresh_home
    tour figures < <(
        echo "{\"do\":\"open\",\"project\":\"$work/project\"}"
        echo '{"do":"settle","ms":1500}'
        for _ in 1 2 3; do
            for page in "${pages[@]}"; do
                echo "{\"do\":\"go\",\"page\":\"$page\",\"runs\":[1,2]}"
                echo '{"do":"settle","ms":400}'
            done
        done
        echo "{\"do\":\"measure\",\"file\":\"$out/figures.json\"}"
    )
    [[ -f $out/figures.json ]] && tr -d '\n' <"$out/figures.json" && echo
}

start_display 1600x1000
trap 'stop_engines; kill $xvfb 2>/dev/null; rm -rf "$work"' EXIT
make_project "$work/project" || exit 1
"$bin/veritune" project new "$work/empty" >/dev/null || exit 1
stop_engines
matrix light en
matrix dark en
empty_states light en
figures
errors
folder_gone
switches
if [[ $quick == no ]]; then
    for scheme in light dark high-contrast; do
        for language in en de en_XA ar_XB; do
            [[ $language == en && $scheme != high-contrast ]] || matrix "$scheme" "$language"
            [[ $language == en && $scheme == light ]] || empty_states "$scheme" "$language"
        done
    done
    demo_tour
fi
engine_killed
echo "$passed passed, $failed failed"
((failed == 0))
