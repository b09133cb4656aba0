#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The real window under Xvfb: rig.sh --bin DIR --robot PROGRAM --out DIR [--quick] [--only TOURS]
# Makes a project with the demonstration, plays robot scripts on it (app/robot/Robot.h says what they can), takes
# pictures of every page in every scheme and language and at 200 % text, lints the layout, asks what a screen reader is
# told, goes the whole way without a mouse, and breaks things on purpose. Prints one line per tour and ends with
# "N passed, N skipped, N failed". Faults that need a mount are made in a user namespace of their own, as any user may;
# where the machine allows none they are skipped, and the line says so. TOURS is a regular expression of names.
set -uo pipefail

quick=no only=.
while (($#)); do
    case $1 in
        --bin) bin=$2 && shift ;;
        --robot) robot=$2 && shift ;;
        --out) out=$2 && shift ;;
        --quick) quick=yes ;;
        --only) only=$2 && shift ;;
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
passed=0 skipped=0 failed=0

# kill-engines.sh SIGNAL: ends the engines of projects under $work, each by its own number.
cat >"$work/kill-engines.sh" <<-SCRIPT
	for file in \$(grep -la veritune-engine /proc/[0-9]*/cmdline 2>/dev/null); do
	    words=\$(tr '\\0' ' ' <"\$file" 2>/dev/null)
	    case \$words in *veritune-engine*"--project $work/"*) kill "-\$1" "\$(basename "\$(dirname "\$file")")" ;; esac
	done
SCRIPT
stop_engines() { sh "$work/kill-engines.sh" TERM 2>/dev/null; }

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

# tour NAME [COMMAND...]: plays the lines of standard input; COMMAND goes before the robot's.
tour() {
    local name=$1 script=$work/$1.jsonl begin=$EPOCHREALTIME
    [[ $name =~ $only ]] || return 0
    shift
    cat >"$script"
    if timeout 400 "$@" "$robot" --robot "$script" >"$work/$name.log" 2>&1; then
        ((++passed))
        printf 'ok    %-28s %5.1f s\n' "$name" "$(bc_sub "$EPOCHREALTIME" "$begin")"
    else
        ((++failed))
        printf 'FAIL  %s\n' "$name"
        grep -v propagateSizeHints "$work/$name.log" | tail -5
        return 1
    fi
}
bc_sub() { awk -v a="${1/,/.}" -v b="${2/,/.}" 'BEGIN { print a - b }'; }

skip() { # NAME REASON
    ((++skipped))
    printf 'skip  %-28s %s\n' "$1" "$2"
}

# A namespace in which mounts are allowed and seen by nobody else.
can_mount=no
unshare -rm true 2>/dev/null && can_mount=yes
cat >"$work/mounts.sh" <<-'SCRIPT'
	# mounts.sh small|read-only DIR COMMAND...
	kind=$1 dir=$2
	shift 2
	case $kind in
	    small) mount -t tmpfs -o size=24m tmpfs "$dir" ;;
	    read-only) mount --bind "$dir" "$dir" && mount -o remount,bind,ro "$dir" ;;
	esac && exec "$@"
SCRIPT
mounts_small() { echo unshare -rm sh "$work/mounts.sh" small "$work/small"; }
mounts_read_only() { echo unshare -rm sh "$work/mounts.sh" read-only "$work/readonly"; }

fresh_home() { rm -rf "$work/home" && mkdir -p "$work/home"; }

pages=(home data bench setup live chains runs compare evaluate settings)

# One picture and one layout lint per page.
page_steps() { # PREFIX
    local page
    for page in "${pages[@]}"; do
        echo "{\"do\":\"go\",\"page\":\"$page\",\"runs\":[1,2]}"
        echo '{"do":"settle","ms":900}'
        echo "{\"do\":\"shot\",\"file\":\"$out/$1-$page.png\"}"
        echo '{"do":"lint","ms":600}'
        echo '{"do":"names","ms":600}'
    done
}

make_project() { # DIR: two runs, one of them with another algorithm
    "$bin/veritune" demo --quick --project "$1" >"$work/demo.log" 2>&1 &&
        "$bin/veritune" demo --quick --algorithm grpo --seed 2 --project "$1" >>"$work/demo.log" 2>&1 ||
        { cat "$work/demo.log" && return 1; }
}

# --- tours ----------------------------------------------------------------------------------------

matrix() { # SCHEME LANGUAGE [PERCENT]
    fresh_home
    tour "pages-$1-$2${3:+-$3}" < <(
        echo "{\"do\":\"scheme\",\"value\":\"$1\"}"
        echo "{\"do\":\"language\",\"value\":\"$2\"}"
        [[ -z ${3:-} ]] || echo "{\"do\":\"scale\",\"percent\":$3}"
        echo "{\"do\":\"open\",\"project\":\"$work/project\"}"
        echo '{"do":"settle","ms":1200}'
        page_steps "$1-$2${3:+-$3}"
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
		{"do":"wait","name":"live.look_inside","ms":300000}
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

# The whole way without a mouse: demonstration, live run, an earlier project, a chain, its verdict, back, comparison.
keyboard() {
    fresh_home
    tour keyboard <<-STEPS
		{"do":"open","project":"$work/project"}
		{"do":"settle","ms":1500}
		{"do":"key","keys":"Ctrl+1"}
		{"do":"wait","name":"home.demo"}
		{"do":"tab","name":"home.demo"}
		{"do":"key","keys":"Space"}
		{"do":"wait","name":"live.checkpoint","ms":60000}
		{"do":"wait","name":"chart.loss","ms":60000}
		{"do":"tab","name":"chart.loss"}
		{"do":"tab","name":"live.pause"}
		{"do":"key","keys":"Space"}
		{"do":"wait","name":"live.checkpoint","visible":false,"ms":60000}
		{"do":"shot","file":"$out/keyboard-paused.png"}
		{"do":"key","keys":"Ctrl+1"}
		{"do":"tab","name":"home.recent"}
		{"do":"key","keys":"Down"}
		{"do":"key","keys":"Return"}
		{"do":"settle","ms":1500}
		{"do":"key","keys":"Ctrl+5"}
		{"do":"wait","name":"live.look_inside"}
		{"do":"tab","name":"live.look_inside"}
		{"do":"key","keys":"Space"}
		{"do":"wait","name":"chains.verdict.answer"}
		{"do":"settle","ms":1000}
		{"do":"tab","name":"chains.text"}
		{"do":"tab","name":"chains.verdict.answer"}
		{"do":"shot","file":"$out/keyboard-verdict.png"}
		{"do":"key","keys":"Space"}
		{"do":"tab","name":"chains.list"}
		{"do":"key","keys":"Down","times":3}
		{"do":"settle","ms":500}
		{"do":"key","keys":"Alt+Left"}
		{"do":"wait","name":"live.look_inside"}
		{"do":"key","keys":"Ctrl+8"}
		{"do":"wait","name":"compare.differences","ms":20000}
		{"do":"tab","name":"compare.differences"}
		{"do":"shot","file":"$out/keyboard-compare.png"}
		{"do":"key","keys":"Ctrl+K"}
		{"do":"focus","name":"palette.query"}
		{"do":"key","keys":"Esc"}
		{"do":"wait","name":"palette","visible":false}
	STEPS
    stop_engines
}

# A bench by keyboard alone: run, walk the cases, explain one, try an answer.
bench_tour() { # SCHEME LANGUAGE
    fresh_home
    tour "bench-$1-$2" <<-STEPS
		{"do":"scheme","value":"$1"}
		{"do":"language","value":"$2"}
		{"do":"open","project":"$work/project"}
		{"do":"settle","ms":800}
		{"do":"go","page":"bench"}
		{"do":"settle","ms":500}
		{"do":"expect","name":"bench.empty","visible":true}
		{"do":"key","keys":"Ctrl+Return"}
		{"do":"wait","name":"bench.table","ms":30000}
		{"do":"wait","name":"bench.run","ms":120000}
		{"do":"settle","ms":300}
		{"do":"tab","name":"bench.table"}
		{"do":"key","keys":"Down","times":5}
		{"do":"wait","name":"bench.explain.text","ms":20000}
		{"do":"settle","ms":500}
		{"do":"shot","file":"$out/bench-$1-$2-cases.png"}
		{"do":"lint","ms":600}
		{"do":"names","ms":600}
		{"do":"reach"}
		{"do":"click","name":"bench.mode.try"}
		{"do":"type","name":"bench.try.gold","text":"42"}
		{"do":"type","name":"bench.try.text","text":"The answer is \\boxed{41}."}
		{"do":"key","keys":"Ctrl+Return"}
		{"do":"wait","name":"bench.answer.text","ms":20000}
		{"do":"settle","ms":300}
		{"do":"shot","file":"$out/bench-$1-$2-try.png"}
		{"do":"lint","ms":600}
		{"do":"names","ms":600}
		{"do":"reach"}
	STEPS
    stop_engines
}

# The ledger of Settings > Privacy with an engine beside it: what the kernel says, the self-test, promises, places.
privacy() { # SCHEME LANGUAGE
    fresh_home
    tour "privacy-$1-$2" <<-STEPS
		{"do":"scheme","value":"$1"}
		{"do":"language","value":"$2"}
		{"do":"open","project":"$work/project"}
		{"do":"settle","ms":1500}
		{"do":"click","name":"status.privacy"}
		{"do":"wait","name":"settings.verdict","ms":10000}
		{"do":"settle","ms":800}
		{"do":"lint","ms":600}
		{"do":"names","ms":600}
		{"do":"click","name":"settings.probe"}
		{"do":"wait","name":"settings.probe.result","text":"64","ms":60000}
		{"do":"shot","file":"$out/privacy-$1-$2.png"}
		{"do":"tab","name":"settings.promise.4"}
		{"do":"settle","ms":300}
		{"do":"shot","file":"$out/privacy-$1-$2-promises.png"}
		{"do":"key","keys":"Space"}
		{"do":"tab","name":"settings.forget"}
		{"do":"settle","ms":300}
		{"do":"shot","file":"$out/privacy-$1-$2-places.png"}
		{"do":"lint","ms":600}
		{"do":"reach"}
	STEPS
    stop_engines
}

# A table comes in by its preview, a row is changed and taken back, the rest is decided on by keys.
data_tour() { # SCHEME LANGUAGE
    fresh_home
    rm -rf "$work/sets"
    "$bin/veritune" project new "$work/sets" >/dev/null
    {
        echo 'Frage;Antwort;Stufe'
        for i in $(seq 1 30); do echo "Wie viel ist $i plus 1,5?;$i,5;$((i % 5))"; done
        echo 'Ohne Antwort;;1'
    } >"$work/fragen.csv"
    tour "data-$1-$2" <<-STEPS
		{"do":"scheme","value":"$1"}
		{"do":"language","value":"$2"}
		{"do":"open","project":"$work/sets"}
		{"do":"settle","ms":800}
		{"do":"go","page":"data","path":"$work/fragen.csv"}
		{"do":"wait","name":"import.accept","enabled":true,"ms":60000}
		{"do":"settle","ms":500}
		{"do":"shot","file":"$out/data-$1-$2-import.png","name":"import"}
		{"do":"click","name":"import.accept"}
		{"do":"wait","name":"data.table","ms":60000}
		{"do":"settle","ms":1200}
		{"do":"shot","file":"$out/data-$1-$2-table.png"}
		{"do":"lint","ms":600}
		{"do":"names","ms":600}
		{"do":"reach"}
		{"do":"click","name":"data.curate.start"}
		{"do":"wait","name":"data.curate.question"}
		{"do":"settle","ms":400}
		{"do":"key","keys":"A"}
		{"do":"settle","ms":600}
		{"do":"key","keys":"X"}
		{"do":"settle","ms":600}
		{"do":"key","keys":"Space"}
		{"do":"settle","ms":400}
		{"do":"key","keys":"Backspace"}
		{"do":"settle","ms":600}
		{"do":"shot","file":"$out/data-$1-$2-curate.png"}
		{"do":"lint","ms":600}
		{"do":"names","ms":600}
		{"do":"key","keys":"Esc"}
		{"do":"wait","name":"data.table"}
		{"do":"key","keys":"Ctrl+Z"}
		{"do":"settle","ms":800}
	STEPS
    stop_engines
}

# Scored files of completions: two of 8 samples, two of one, compared; what broke comes first.
cat >"$work/completions.py" <<-'SCRIPT'
	import json, sys
	rows, out, skip, samples = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
	def right(i, s): # of 8 samples as many as the problem's place allows
	    return i % skip != 0 if samples == 1 else (i + skip * s) % 8 >= i % (skip + 5)
	with open(rows) as source, open(out, "w") as target:
	    for i, line in enumerate(source):
	        row = json.loads(line)
	        texts = [row["solution"] if right(i, s) else "no idea" for s in range(samples)]
	        target.write(json.dumps({"id": row["id"], "completions": texts}) + "\n")
SCRIPT
make_scores() { # PROJECT: the four results
    local family skip samples protocol
    "$bin/veritune" project new "$1" >/dev/null
    for family in math_integers math_percent math_gcd_lcm; do
        "$bin/veritune" data generate --family $family --n 4 --out "$work/$family.jsonl" >/dev/null 2>&1
    done
    cat "$work"/math_*.jsonl >"$work/sums.jsonl"
    "$bin/veritune" data import "$work/sums.jsonl" --name sums --project "$1" >/dev/null 2>&1 || echo "rig: data import failed"
    for protocol in own_greedy own_8; do
        samples=1
        [[ $protocol == own_greedy ]] || samples=8
        for skip in 3 5; do
            python3 "$work/completions.py" "$work/sums.jsonl" "$work/completions.jsonl" $skip $samples
            "$bin/veritune" eval score --protocol $protocol --completions "$work/completions.jsonl" --dataset sums \
                --split test --name "every $skip. missing" --project "$1" >/dev/null 2>&1 || echo "rig: eval score failed"
        done
    done
}
evaluate_tour() { # SCHEME LANGUAGE
    fresh_home
    [[ evaluate-$1-$2 =~ $only ]] || return 0
    [[ -d $work/scores ]] || make_scores "$work/scores"
    tour "evaluate-$1-$2" <<-STEPS
		{"do":"scheme","value":"$1"}
		{"do":"language","value":"$2"}
		{"do":"open","project":"$work/scores"}
		{"do":"settle","ms":800}
		{"do":"go","page":"evaluate"}
		{"do":"wait","name":"evaluate.table","ms":20000}
		{"do":"wait","name":"evaluate.bars","ms":20000}
		{"do":"settle","ms":500}
		{"do":"tab","name":"evaluate.table"}
		{"do":"shot","file":"$out/evaluate-$1-$2-one.png"}
		{"do":"lint","ms":600}
		{"do":"names","ms":600}
		{"do":"tab","name":"evaluate.slices"}
		{"do":"settle","ms":300}
		{"do":"shot","file":"$out/evaluate-$1-$2-slices.png"}
		{"do":"tab","name":"evaluate.group"}
		{"do":"key","keys":"Down"}
		{"do":"settle","ms":800}
		{"do":"tab","name":"evaluate.table"}
		{"do":"shot","file":"$out/evaluate-$1-$2-greedy.png"}
		{"do":"key","keys":"Ctrl+A"}
		{"do":"wait","name":"evaluate.changes","ms":20000}
		{"do":"settle","ms":500}
		{"do":"shot","file":"$out/evaluate-$1-$2-pair.png"}
		{"do":"lint","ms":600}
		{"do":"names","ms":600}
		{"do":"key","keys":"F3"}
		{"do":"settle","ms":300}
		{"do":"reach"}
	STEPS
    stop_engines
}

# Tab leads to every control of every page, and each shows that it has the focus.
reach() { # SCHEME
    fresh_home
    tour "reach-$1" < <(
        echo "{\"do\":\"scheme\",\"value\":\"$1\"}"
        for page in home data bench setup runs compare evaluate; do
            echo "{\"do\":\"go\",\"page\":\"$page\"}"
            echo '{"do":"settle","ms":600}'
            echo '{"do":"reach"}'
        done
        echo "{\"do\":\"open\",\"project\":\"$work/project\"}"
        echo '{"do":"settle","ms":2500}'
        for page in "${pages[@]}"; do
            echo "{\"do\":\"go\",\"page\":\"$page\",\"runs\":[1,2]}"
            echo '{"do":"settle","ms":1500}'
            echo '{"do":"reach"}'
        done
        echo '{"do":"go","page":"setup"}'
        echo '{"do":"click","name":"setup.expert"}'
        echo '{"do":"settle","ms":800}'
        echo '{"do":"lint","ms":600}'
        echo '{"do":"names","ms":600}'
        echo '{"do":"reach"}'
    )
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
		{"do":"sh","command":"sh $work/kill-engines.sh KILL","ok":true,"ms":60000}
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

start_demo_steps() { # a run of the demonstration in the open project
    echo '{"do":"go","page":"setup"}'
    echo '{"do":"settle","ms":500}'
    echo '{"do":"click","name":"setup.goal.demo"}'
    echo '{"do":"wait","name":"setup.start","enabled":true}'
    echo '{"do":"settle","ms":300}'
    echo '{"do":"click","name":"setup.start"}'
}

goes_on_steps() { # the run trains
    echo '{"do":"wait","name":"live.checkpoint","ms":60000}'
    echo '{"do":"wait","name":"chart.loss","ms":60000}'
}

# The project's folder goes away under the open window, and comes back.
folder_gone() {
    fresh_home
    cp -r "$work/project" "$work/gone"
    tour folder-gone < <(
        cat <<-STEPS
			{"do":"open","project":"$work/gone"}
			{"do":"settle","ms":1000}
			{"do":"sh","command":"mv $work/gone $work/gone-away","ok":true}
			{"do":"go","page":"runs"}
			{"do":"settle","ms":500}
			{"do":"go","page":"chains"}
			{"do":"settle","ms":500}
			{"do":"go","page":"live"}
			{"do":"settle","ms":500}
		STEPS
        start_demo_steps
        cat <<-STEPS
			{"do":"wait","name":"setup.banner","ms":20000}
			{"do":"expect","name":"window.banner","visible":false}
			{"do":"settle","ms":400}
			{"do":"lint","ms":600}
			{"do":"shot","file":"$out/fault-folder-gone.png"}
			{"do":"sh","command":"mv $work/gone-away $work/gone","ok":true}
			{"do":"click","name":"setup.start"}
		STEPS
        goes_on_steps
    )
    stop_engines
}

# The connection to a working engine breaks: the window says so and finds the engine again; the run never stopped.
socket_cut() {
    fresh_home
    tour socket-cut <<-STEPS
		{"do":"click","name":"home.demo"}
		{"do":"wait","name":"chart.loss","ms":60000}
		{"do":"settle","ms":1500}
		{"do":"cut"}
		{"do":"wait","name":"window.banner","ms":5000}
		{"do":"shot","file":"$out/fault-socket-cut.png"}
		{"do":"wait","name":"window.banner","visible":false,"ms":25000}
		{"do":"wait","name":"live.checkpoint","ms":10000}
		{"do":"wait","name":"status.engine","text":"Run 1","ms":10000}
		{"do":"expect","name":"live.banner","visible":false}
		{"do":"shot","file":"$out/fault-socket-again.png"}
	STEPS
    stop_engines
}

# held.py KIND FILE READY: another program holds a lock until READY is removed.
cat >"$work/held.py" <<-'SCRIPT'
	import fcntl, os, sqlite3, sys, time
	kind, path, ready = sys.argv[1:]
	if kind == "store":
	    db = sqlite3.connect(path, isolation_level=None)
	    db.execute("PRAGMA locking_mode=EXCLUSIVE")
	    db.execute("BEGIN EXCLUSIVE")
	else:
	    lock = open(path, "a")
	    fcntl.flock(lock, fcntl.LOCK_EX)
	open(ready, "w").close()
	while os.path.exists(ready):
	    time.sleep(0.02)
SCRIPT
hold() { # KIND FILE: in the background, until $work/held is removed
    python3 "$work/held.py" "$1" "$2" "$work/held" &
    for _ in $(seq 200); do
        [[ -e $work/held ]] && return
        sleep 0.05
    done
    echo "rig: $2 could not be locked" >&2
}

# Another program has the whole database: opening says so; when it has let go, opening works.
store_locked() {
    fresh_home
    cp -r "$work/project" "$work/locked"
    hold store "$work/locked/project.sqlite"
    tour store-locked < <(
        cat <<-STEPS
			{"do":"settle","ms":300}
			{"do":"open","project":"$work/locked"}
			{"do":"wait","name":"window.banner","ms":20000}
			{"do":"settle","ms":300}
			{"do":"lint","ms":600}
			{"do":"shot","file":"$out/fault-store-locked.png"}
			{"do":"sh","command":"rm $work/held","ok":true}
			{"do":"settle","ms":500}
			{"do":"open","project":"$work/locked"}
			{"do":"wait","name":"window.banner","visible":false}
			{"do":"go","page":"runs"}
			{"do":"wait","name":"runs.table"}
		STEPS
    )
    rm -f "$work/held"
    wait %+ 2>/dev/null
}

# Another program may write this project: starting a run says who, and works when it has ended.
project_locked() {
    fresh_home
    cp -r "$work/project" "$work/taken"
    hold project "$work/taken/project.lock"
    tour project-locked < <(
        echo "{\"do\":\"open\",\"project\":\"$work/taken\"}"
        echo '{"do":"settle","ms":1000}'
        start_demo_steps
        cat <<-STEPS
			{"do":"wait","name":"setup.banner","ms":30000}
			{"do":"expect","name":"window.banner","visible":false}
			{"do":"settle","ms":300}
			{"do":"lint","ms":600}
			{"do":"shot","file":"$out/fault-project-locked.png"}
			{"do":"sh","command":"rm $work/held","ok":true}
			{"do":"settle","ms":500}
			{"do":"click","name":"setup.start"}
		STEPS
        goes_on_steps
    )
    rm -f "$work/held"
    stop_engines
}

# The disk fills up under a run: it pauses and says why; with room again it goes on.
disk_full() {
    [[ $can_mount == yes ]] || { skip disk-full "no user namespaces here, so no small disk" && return; }
    fresh_home
    mkdir -p "$work/small"
    tour disk-full $(mounts_small) < <(
        echo "{\"do\":\"sh\",\"command\":\"$bin/veritune project new $work/small/p\",\"ok\":true}"
        echo "{\"do\":\"open\",\"project\":\"$work/small/p\"}"
        echo '{"do":"settle","ms":1000}'
        start_demo_steps
        goes_on_steps
        cat <<-STEPS
			{"do":"sh","command":"head -c 100000000 /dev/zero >$work/small/filler","ms":60000}
			{"do":"wait","name":"live.banner","text":"disk","ms":60000}
			{"do":"settle","ms":600}
			{"do":"lint","ms":600}
			{"do":"shot","file":"$out/fault-disk-full.png"}
			{"do":"sh","command":"rm $work/small/filler","ok":true}
			{"do":"click","name":"live.banner.action"}
			{"do":"wait","name":"live.banner","visible":false,"ms":30000}
		STEPS
        goes_on_steps
        # The namespace, and with it the disk, ends with the last program in it.
        echo "{\"do\":\"sh\",\"command\":\"sh $work/kill-engines.sh TERM\",\"ms\":60000}"
    )
    stop_engines
}

# A folder that nobody may write: it can be read, and the window says why nothing else.
read_only() {
    [[ $can_mount == yes ]] || { skip read-only "no user namespaces here, so no read-only mount" && return; }
    fresh_home
    cp -r "$work/project" "$work/readonly"
    tour read-only $(mounts_read_only) < <(
        cat <<-STEPS
			{"do":"open","project":"$work/readonly"}
			{"do":"wait","name":"window.banner","ms":8000}
			{"do":"settle","ms":500}
			{"do":"lint","ms":600}
			{"do":"shot","file":"$out/fault-read-only.png"}
			{"do":"go","page":"runs"}
			{"do":"wait","name":"runs.table"}
			{"do":"go","page":"chains"}
			{"do":"wait","name":"chains.text"}
			{"do":"go","page":"setup"}
			{"do":"settle","ms":500}
			{"do":"expect","name":"setup.start","enabled":false}
			{"do":"open","project":"$work/project"}
			{"do":"wait","name":"window.banner","visible":false}
		STEPS
    )
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
is_busy() { awk -v cores="$(nproc)" '{ exit !($1 > 2 * cores) }' /proc/loadavg; }

figures() {
    local attempt
    # Other work on the machine only adds to a figure: the best of three counts.
    for attempt in 1 2 3; do
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
            echo "{\"do\":\"measure\",\"file\":\"$out/figures.json\",\"p99_ms\":50,\"rss_mb\":400}"
        ) && break
        if ((attempt < 3)); then
            ((--failed))
        elif is_busy; then
            ((--failed))
            skip figures "load $(cut -d' ' -f1 /proc/loadavg) on $(nproc) cores: they say nothing of the window"
        fi
    done
    [[ ! $only = . && ! figures =~ $only ]] || { tr -d '\n' <"$out/figures.json" && echo; }
}

start_display 1600x1000
trap 'stop_engines; kill $xvfb 2>/dev/null; rm -rf "$work"' EXIT
make_project "$work/project" || exit 1
"$bin/veritune" project new "$work/empty" >/dev/null || exit 1
stop_engines
matrix light en
matrix dark en
matrix light en 200
empty_states light en
reach light
bench_tour light en
privacy light en
data_tour light en
evaluate_tour light en
figures
errors
store_locked
read_only
if [[ $quick == no ]]; then
    matrix light en 150
    matrix dark de 200
    matrix high-contrast ar_XB 200
    matrix light en_XA 150
    for scheme in light dark high-contrast; do
        for language in en de en_XA ar_XB; do
            [[ $language == en && $scheme != high-contrast ]] || matrix "$scheme" "$language"
            [[ $language == en && $scheme == light ]] || empty_states "$scheme" "$language"
        done
    done
    privacy light de
    privacy dark en
    privacy dark de
    reach dark
    reach high-contrast
    demo_tour
    bench_tour dark de
    bench_tour high-contrast ar_XB
    data_tour dark de
    evaluate_tour dark de
    keyboard
    switches
    folder_gone
    project_locked
    disk_full
fi
engine_killed
socket_cut
echo "$passed passed, $skipped skipped, $failed failed"
((failed == 0))
