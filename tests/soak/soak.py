#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the tiny demonstration model without a break and watches the engine from outside.

    tests/soak/soak.py --bin build/bin --minutes 120 --out soak.json

Once a minute: resident memory, open descriptors and threads of the engine. At the end: slope of the
resident memory after the first 20 minutes in MiB an hour (least squares), and the smallest and
largest number of descriptors and threads in that time. Exit 1 when the slope is above 1 MiB/h or a
count grew. Root sees the descriptors; anybody else cannot (the engine is not dumpable): then -1.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time


def recipe_for_ever(path):
    """The quick demonstration: its RL stage is so long that the soak decides when to end."""
    with open(path, encoding="utf-8") as file:
        recipe = json.load(file)
    recipe["name"] = "soak"
    recipe["store_chains"] = True
    recipe["threads"] = 1
    recipe["stages"] = [s for s in recipe["stages"] if s["type"] in ("cold_start", "vrl")
                        and not s["id"].startswith("control")]
    for stage in recipe["stages"]:
        stage["eval"]["on_heldout_fall"] = "off"
        stage["eval"]["patience"] = 0
        if stage["type"] == "vrl":
            stage["vrl"]["max_steps"] = 1_000_000
            stage["max_seconds"] = 0
            stage["save_steps"] = 50
    return recipe


def engine_pid(project):
    """The process that was started with --project of this folder."""
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if words and words[0].endswith(b"veritune-engine") and project.encode() in words:
            return int(name)
    return 0


def look(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        status = dict(line.split(":", 1) for line in file if ":" in line)
    sample = {"rss_mib": int(status["VmRSS"].split()[0]) / 1024.0,
              "threads": int(status["Threads"])}
    try:
        sample["fds"] = len(os.listdir(f"/proc/{pid}/fd"))
    except PermissionError:  # not root: the engine is not dumpable
        sample["fds"] = -1
    return sample


def slope_per_hour(samples):
    n = len(samples)
    if n < 2:
        return 0.0
    xs = [s["minute"] / 60.0 for s in samples]
    ys = [s["rss_mib"] for s in samples]
    mx, my = sum(xs) / n, sum(ys) / n
    den = sum((x - mx) ** 2 for x in xs)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / den if den else 0.0


def judge(samples, warm_up):
    tail = [s for s in samples if s["minute"] >= warm_up] or samples
    result = {"minutes": samples[-1]["minute"], "warm_up_minutes": warm_up,
              "rss_mib_first": tail[0]["rss_mib"], "rss_mib_last": tail[-1]["rss_mib"],
              "rss_slope_mib_per_hour": slope_per_hour(tail),
              "fds": [min(s["fds"] for s in tail), max(s["fds"] for s in tail)],
              "threads": [min(s["threads"] for s in tail), max(s["threads"] for s in tail)],
              "steps": samples[-1].get("step", 0)}
    result["passed"] = (result["rss_slope_mib_per_hour"] <= 1.0
                        and tail[-1]["fds"] <= tail[0]["fds"]
                        and tail[-1]["threads"] <= tail[0]["threads"])
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", required=True, help="folder of veritune and veritune-engine")
    parser.add_argument("--recipe", default=os.path.join(
        os.path.dirname(__file__), "../../resources/recipes/demo-quick.json"))
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--warm-up", type=float, default=20.0, help="minutes that do not count")
    parser.add_argument("--every", type=float, default=60.0, help="seconds between two looks")
    parser.add_argument("--out", default="soak.json")
    options = parser.parse_args()

    home = tempfile.mkdtemp(prefix="veritune-soak-")
    project = os.path.join(home, "project")
    env = {"HOME": home, "XDG_RUNTIME_DIR": home, "VERITUNE_PROJECT": project, "LANG": "C.UTF-8",
           "PATH": "/usr/bin:/bin"}
    veritune = os.path.join(options.bin, "veritune")

    def cli(*words):
        return subprocess.run([veritune, *words], env=env, check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    cli("project", "new", project)
    recipe = os.path.join(home, "soak.json")
    with open(recipe, "w", encoding="utf-8") as file:
        json.dump(recipe_for_ever(options.recipe), file)
    cli("train", recipe, "--detach")
    samples, start = [], time.monotonic()
    while True:
        time.sleep(options.every)
        minute = (time.monotonic() - start) / 60.0
        pid = engine_pid(project)
        if pid == 0:
            sys.exit(f"the engine ended after {minute:.1f} minutes: see {home}")
        sample = {"minute": minute, **look(pid)}
        runs = json.loads(cli("runs", "list", "--json").splitlines()[-1])["result"]
        sample["step"] = runs[0]["last_step"]
        if runs[0]["state"] != "running":
            sys.exit(f"the run is {runs[0]['state']} after {minute:.1f} minutes: {runs[0]['error']}")
        samples.append(sample)
        with open(options.out, "w", encoding="utf-8") as file:
            json.dump({**judge(samples, options.warm_up), "samples": samples}, file, indent=1)
        if minute >= options.minutes:
            break
    cli("runs", "stop", "1")
    result = judge(samples, options.warm_up)
    print(json.dumps(result, indent=1))
    sys.exit(0 if result["passed"] else 1)


if __name__ == "__main__":
    main()
