# SPDX-License-Identifier: Apache-2.0
"""Loads adapters that Veritune wrote with PEFT and compares the logits with ones written down in a JSON file.

Versions: torch 2.11.0 (CPU), transformers 4.57.1, peft 0.21.2. Run by hand; the result is recorded in docs.

  python tests/golden/check_peft_reads_ours.py MODEL_FOLDER ADAPTER_FOLDER LOGITS_JSON
      LOGITS_JSON: {"sequences": [{"input_ids": [..], "positions": [..], "logits": [[..]]}]}, or a goldens.json, whose
      "adapter" part is taken.
  VERITUNE_ADAPTER_OUT=/tmp/ours build/release/tests/model_files_test --gtest_filter='*CheckWithPeft'
  python tests/golden/check_peft_reads_ours.py --goldens /tmp/ours
      every golden model with its adapter as rewritten by Veritune (/tmp/ours must exist and be empty).
"""
import json
import sys
import warnings
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

TOLERANCE = 1e-5


def largest_difference(model_folder, adapter_folder, logits_json):
    """Largest |difference| of a logit; a key that PEFT does not find in the adapter is an error, not a warning."""
    base = AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float32, attn_implementation="eager")
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*missing adapter keys.*")
        model = PeftModel.from_pretrained(base, adapter_folder).eval()
    expected = json.loads(Path(logits_json).read_text())
    worst = 0.0
    for row in expected.get("adapter", expected)["sequences"]:
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([row["input_ids"]])).logits[0, row["positions"]]
        worst = max(worst, float((logits - torch.tensor(row["logits"])).abs().max()))
    return worst


def main():
    torch.set_num_threads(1)
    if len(sys.argv) == 3 and sys.argv[1] == "--goldens":
        models = Path(__file__).resolve().parent.parent / "data" / "models"
        jobs = [(models / f.name, f, models / f.name / "goldens.json") for f in sorted(Path(sys.argv[2]).iterdir())]
    elif len(sys.argv) == 4:
        jobs = [tuple(map(Path, sys.argv[1:]))]
    else:
        sys.exit(__doc__)
    good = bool(jobs)
    for job in jobs:
        worst = largest_difference(*job)
        good = good and worst <= TOLERANCE
        print(f"{job[0].name}: largest difference of a logit {worst:.2e} (allowed {TOLERANCE:.0e})")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
