#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recorded healthy runs for tests/train/run_doctor_test.cpp: make_run_doctor_data.py VERITUNE OUT_DIR [SEED ...]

Runs `veritune demo --no-controls --seed S` into a scratch project and writes the metrics that the run doctor watches,
four significant digits, as {"stages": {id: type}, "series": {stage: {metric: [[step, value], ...]}}}.
Made with veritune 0.1.0 on 2 CPU cores.
"""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

WATCHED = ("loss", "grad_norm", "skipped_updates", "reward", "frac_reward_zero_std", "reject_kept_ratio", "entropy", "kl",
           "policy/%", "clip_ratio/%", "sampling/%", "completions/%", "rewards/format/mean", "verifier/faults",
           "critic/%", "loss/value_avg", "prompts/too_long", "heldout/pass@1", "heldout/pass@8", "memory/%", "step_time")


def record(program, seed, target):
    with tempfile.TemporaryDirectory() as folder:
        project = os.path.join(folder, "p")
        subprocess.run([program, "demo", "--no-controls", "--seed", str(seed), "--project", project], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        database = sqlite3.connect(f"file:{project}/project.sqlite?mode=ro", uri=True)
        stages = dict(database.execute("SELECT stage, type FROM stage ORDER BY seq"))
        wanted = " OR ".join("name LIKE ?" for _ in WATCHED)
        rows = database.execute(
            "SELECT stage.stage, name, metric.step, value FROM metric JOIN metric_name ON metric_name.id = name_id"
            " JOIN stage ON stage.run_id = metric.run_id AND stage.seq = stage_seq"
            f" WHERE {wanted} ORDER BY stage.seq, name, metric.step", WATCHED)
        series = {}
        for stage, name, step, value in rows:
            rounded = None if value is None else float(f"{value:.4g}")
            series.setdefault(stage, {}).setdefault(name, []).append([step, rounded])
        with open(target, "w", encoding="utf-8") as file:
            json.dump({"seed": seed, "stages": stages, "series": series}, file, separators=(",", ":"))
            file.write("\n")


def main():
    program, folder = sys.argv[1:3]
    for seed in [int(s) for s in sys.argv[3:]] or range(1, 6):
        record(program, seed, os.path.join(folder, f"demo_seed_{seed}.json"))


if __name__ == "__main__":
    main()
