#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves on this computer that Veritune reaches no network. Anybody may run it; it needs no rights and changes nothing
# but a scratch folder.
#   verify-local-only.sh [--programs DIR] [--no-scenario] [--no-strace] [--seconds N]
#     --programs DIR   folder with veritune, veritune-engine, ... (default: the folder of this script)
#     --no-scenario    proof 2 only, two seconds
#     --no-strace      leave proof 3 out (it is also left out, and said, where strace is missing)
#     --seconds N      how long the window stays open in the scenario (default 6)
#   proof 1  /proc/PID/status of every process of the tree, throughout: Seccomp 2 and NoNewPrivs 1
#   proof 2  --self-test-network of each program: 12 socket families, socketpair and io_uring, all refused
#   proof 3  strace over demo, verify, chat, export and the window: no socket but AF_UNIX is created
# exit codes: 0 all proved, 1 a proof failed, 2 wrong use, 3 something needed is missing
set -uo pipefail

programs=$(cd "$(dirname "$(readlink -f "$0")")" && pwd) scenario=yes strace=yes seconds=6
while (($#)); do
    case $1 in
        --programs) programs=$(cd "${2:-}" 2>/dev/null && pwd) || { echo "no such folder: ${2:-}" >&2 && exit 2; } && shift ;;
        --no-scenario) scenario=no ;;
        --no-strace) strace=no ;;
        --seconds) seconds=${2:-6} && shift ;;
        -h | --help) sed -n '3,14s/^# \{0,1\}//p' "$0" && exit 0 ;;
        *) echo "verify-local-only: unknown option $1" >&2 && exit 2 ;;
    esac
    shift
done
[[ -x $programs/veritune ]] || { echo "verify-local-only: $programs holds no program veritune; use --programs DIR" >&2 && exit 3; }

work=$(mktemp -d) failed=0
watcher=
clean_up() {
    [[ -z $watcher ]] || kill "$watcher" 2>/dev/null
    stop_engine
    rm -rf "$work"
}
trap clean_up EXIT
mkdir -p "$work/home" "$work/run"
chmod 700 "$work/run"

verdict() { # PROOF OK TEXT
    if [[ $2 == yes ]]; then
        printf 'PROVED  proof %s: %s\n' "$1" "$3"
    else
        ((++failed))
        printf 'FAILED  proof %s: %s\n' "$1" "$3"
    fi
}

# The engine of the scratch project is found by its command line, and ended by its own number.
stop_engine() {
    local file words
    for file in $(grep -la veritune-engine /proc/[0-9]*/cmdline 2>/dev/null); do
        { words=$(tr '\0' ' ' <"$file"); } 2>/dev/null # it may just have ended
        [[ $words != *"--project $work/"* ]] || kill "$(basename "$(dirname "$file")")" 2>/dev/null
    done
}

# --- proof 2 --------------------------------------------------------------------------------------

self_tests() {
    local program text good=yes count=0 words=
    for program in veritune veritune-engine veritune-sandbox veritune-studio; do
        if [[ ! -x $programs/$program ]]; then
            words+=" ($program is not installed)"
            continue
        fi
        if text=$("$programs/$program" --self-test-network 2>&1); then
            ((++count))
        else
            good=no
            printf '%s\n' "$text" | grep -v '^refused' | sed "s/^/        $program: /"
        fi
    done
    ((count > 0)) || good=no
    verdict 2 $good "$count programs tried 16 ways out each; all must be refused$words"
}

# --- the scenario ---------------------------------------------------------------------------------

step() { # NAME COMMAND...
    local name=$1
    shift
    "$@" >>"$work/out" 2>>"$work/log" && return
    echo "verify-local-only: the step '$name' ended with $?:" >&2
    tail -3 "$work/log" >&2
    return 1
}

scenario_steps() { # what an office does, with the tiny model
    local v=$programs/veritune project=$work/home/project
    rm -rf "$project" "$work/home/data" "$work/sums.csv"
    step demo "$v" demo --quick --project "$project" || return 1
    step verify "$v" verify explain --verifier integer --gold 42 --completion 'The answer is 42.' || return 1
    printf '6+4*7-4?' >"$work/question" # this model knows 36 characters, and no line break
    step chat "$v" --project "$project" chat --run 1 --prompt "$work/question" || return 1
    step 'export of the chains' "$v" --project "$project" runs chains 1 --json || return 1
    step 'export of the metrics' "$v" --project "$project" runs metrics 1 --json || return 1
    printf '{"id":"a","prompt":"2+3?","gold":5,"verifier":"integer"}\n' >"$work/rows.jsonl"
    step project "$v" project new "$work/home/data" || return 1
    step 'import of data' "$v" --project "$work/home/data" data import "$work/rows.jsonl" --name sums || return 1
    step 'export of data' "$v" --project "$work/home/data" data export sums --format csv --output "$work/sums.csv" || return 1
    if [[ -x $programs/veritune-studio ]]; then
        timeout "$seconds" "$programs/veritune-studio" "$project" >>"$work/out" 2>>"$work/log"
        [[ $? == 124 ]] || { echo 'verify-local-only: the window ended by itself' >&2 && return 1; }
    fi
    stop_engine
}

# env -i: nothing of the caller's desktop takes part. `offscreen` draws the window without a display.
in_scenario() { # COMMAND...
    env -i PATH=/usr/bin:/bin HOME="$work/home" XDG_RUNTIME_DIR="$work/run" VERITUNE_HOME="$work/home" LANG=C.UTF-8 TERM=dumb \
        QT_QPA_PLATFORM=offscreen "$@"
}

# A shell of its own, so that everything of ours has one ancestor.
steps_in_a_shell() { declare -p programs work seconds && declare -f step scenario_steps stop_engine && echo scenario_steps; }

# --- proof 1 --------------------------------------------------------------------------------------

# One line per process of ours and sample: sample pid name seccomp no_new_privs inherited. Ours is what was started out
# of the folder of the programs and whatever descends from it. A program that a shell starts is confined by its own main:
# it may show up unconfined while the system still loads its libraries, but not for a whole second.
watch() {
    local sample=0
    while :; do
        awk -v sample=$((++sample)) -v started="$(grep -la "^$programs/veritune" /proc/[0-9]*/cmdline 2>/dev/null | tr '\n' ' ')" '
            BEGIN { for (n = split(started, paths, /[ \/]+/); n > 0; --n) if (paths[n] ~ /^[0-9]+$/) root[paths[n]] }
            $1 == "Name:" { name = $2 }
            $1 == "Pid:" { pid = $2; names[pid] = name }
            $1 == "PPid:" { parent[pid] = $2 }
            $1 == "NoNewPrivs:" { privs[pid] = $2 }
            $1 == "Seccomp:" { seccomp[pid] = $2 }
            function ours(p, depth) {
                if (depth > 60 || !(p in names)) return 0
                if (p in root) return 1
                return ours(parent[p], depth + 1)
            }
            END {
                for (p in names) {
                    if (!ours(p, 0) || seccomp[p] == "") continue
                    print sample, p, names[p], seccomp[p], privs[p], ours(parent[p], 0)
                }
            }' /proc/[0-9]*/status 2>/dev/null
        sleep 0.1
    done
}

judge_watch() { # FILE; prints the findings, then "N processes ...", or fails
    awk '
        { key = $2 " " $3; seen[key]; samples++; if ($4 == 2 && $5 == 1) { held[key] = 1; next } }
        $6 == 1 { print "        " $3 " (" $2 "), a child of a confined process, was not confined"; bad = 1; next }
        { open[key]++; if (open[key] == 10) { print "        " $3 " (" $2 ") ran a second without the filter"; bad = 1 } }
        END {
            for (key in seen) { split(key, part, " "); count[part[2]]++; total++ }
            for (name in count) list = list (list == "" ? "" : ", ") count[name] " " name
            print total + 0 " processes (" list "), looked at " samples + 0 " times: Seccomp 2, NoNewPrivs 1"
            exit (bad || total < 3)
        }' "$1"
}

proof_1() {
    watch >"$work/samples" &
    watcher=$!
    local good=yes text
    in_scenario bash -c "$(steps_in_a_shell)" || good=no
    kill "$watcher" 2>/dev/null
    wait "$watcher" 2>/dev/null
    watcher=
    text=$(judge_watch "$work/samples") || good=no
    [[ $text != *$'\n'* ]] || printf '%s\n' "${text%$'\n'*}"
    verdict 1 $good "${text##*$'\n'}"
}

# --- proof 3 --------------------------------------------------------------------------------------

proof_3() {
    if [[ $strace == no ]] || ! command -v strace >/dev/null; then
        echo 'LEFT OUT proof 3: strace is not installed (or --no-strace)'
        return
    fi
    local good=yes text
    in_scenario strace -f -qq --seccomp-bpf -e trace=socket,socketpair,connect,io_uring_setup -o "$work/trace" \
        bash -c "$(steps_in_a_shell)" || good=no
    # Only what succeeded counts: a refused try is what the filter is for.
    text=$(awk '
        / (socket|socketpair)\(/ { tries++; if (/\(AF_UNIX/) local++; else if (/ = [0-9]+/) { print "        " $0; bad++ } else refused++ }
        / io_uring_setup\(/ && / = [0-9]+/ { print "        " $0; bad++ }
        / connect\(/ && !/sa_family=AF_UNIX/ && / = 0/ && /AF_/ { print "        " $0; bad++ }
        END {
            printf "%d sockets created, all AF_UNIX; %d of another kind tried and refused\n", local, refused
            exit (bad > 0 || local == 0)
        }' "$work/trace") || good=no
    [[ $text != *$'\n'* ]] || printf '%s\n' "${text%$'\n'*}"
    verdict 3 $good "${text##*$'\n'}"
}

self_tests
if [[ $scenario == yes ]]; then
    proof_1
    proof_3
fi
((failed == 0)) && exit 0
exit 1
