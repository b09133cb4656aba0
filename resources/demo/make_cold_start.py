#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes resources/demo/cold_start: the cold-start model that `veritune demo --quick` and the Studio's demo start from.

usage: resources/demo/make_cold_start.py      (after ./dev build; needs nothing but Python)

It runs the stage `cold_start` of resources/recipes/demo.json with seed 1, stores the weights as F16 (half the size; the
loss of precision is far below one step of training) and writes SHA256SUMS beside them.
"""
import hashlib
import json
import os
import shutil
import struct
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TARGET = os.path.join(ROOT, "resources", "demo", "cold_start")
FILES = ["config.json", "model.safetensors", "recipe.json", "tokenizer.json"]


def to_half(source, target):
    with open(source, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    entries, chunks, offset = {}, [], 0
    for name in sorted(header):
        begin, end = header[name]["data_offsets"]
        values = struct.unpack(f"<{(end - begin) // 4}f", data[begin:end])
        chunk = struct.pack(f"<{len(values)}e", *values)
        entries[name] = {"dtype": "F16", "shape": header[name]["shape"], "data_offsets": [offset, offset + len(chunk)]}
        chunks.append(chunk)
        offset += len(chunk)
    text = json.dumps({"__metadata__": metadata, **entries}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(target, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def main():
    with open(os.path.join(ROOT, "resources", "recipes", "demo.json")) as file:
        recipe = json.load(file)
    recipe["name"] = "demo-cold-start"
    recipe["stages"] = recipe["stages"][:1]
    with tempfile.TemporaryDirectory() as folder:
        veritune = os.path.join(ROOT, "build", "bin", "veritune")
        project, run = os.path.join(folder, "project"), os.path.join(folder, "run.json")
        with open(run, "w") as file:
            json.dump(recipe, file, indent=2)
        subprocess.run([veritune, "project", "new", project], check=True)
        subprocess.run([veritune, "train", run, "--project", project], check=True)
        made = os.path.join(project, "runs", "1", "checkpoints", "cold_start-final")
        os.makedirs(TARGET, exist_ok=True)
        shutil.copy(run, os.path.join(TARGET, "recipe.json"))
        shutil.copy(os.path.join(made, "tokenizer.json"), TARGET)
        with open(os.path.join(made, "config.json")) as file:
            config = json.load(file)
        config["torch_dtype"] = "float16"
        with open(os.path.join(TARGET, "config.json"), "w") as file:
            file.write(json.dumps(config, indent=2) + "\n")
        to_half(os.path.join(made, "model.safetensors"), os.path.join(TARGET, "model.safetensors"))
    with open(os.path.join(TARGET, "SHA256SUMS"), "w") as sums:
        for name in FILES:
            with open(os.path.join(TARGET, name), "rb") as file:
                sums.write(f"{hashlib.sha256(file.read()).hexdigest()}  {name}\n")


if __name__ == "__main__":
    main()
