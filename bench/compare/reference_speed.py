# SPDX-License-Identifier: Apache-2.0
"""The speed of transformers and plain PyTorch on the models of make_bench_models.py: what our own bench is held against.

  python bench/compare/make_bench_models.py /tmp/models
  python bench/compare/reference_speed.py /tmp/models [--repeats 5] [--only sample|train] [--model demo_0_3m] [--threads 2]

Prints one JSON line per measurement: median tokens/s over the repeats after one warm-up, with the lowest and highest,
and tokens per second of processor time (with --threads 1 that is meaningful on a busy machine too).
  sample  `generate`, 256 chains, temperature 1, no top-k, no top-p, left-padded prompts of 12 to 16 tokens, at most 56
          new tokens, a chain ends at eos; tokens = new tokens up to and including eos (padding after it not counted)
  sample_noeos  the same with eos switched off: 256 x 56 tokens, so that both programs do the same amount of work
  train   one SFT step: forward, loss over all but the prompt's tokens, backward, clipping to norm 1, AdamW; right-padded
          rows of 33 to 57 tokens (mean 45) x 32, or 8 x 256; tokens = positions that are not padding
Attention is transformers' default (sdpa), f32, on 2 threads unless told otherwise. Run nothing else on the machine.
"""
import argparse
import json
import os
import platform
import statistics
import time
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForCausalLM

CHAINS, NEW_TOKENS = 256, 56
TRAIN_SHAPES = {"demo_0_3m": (32, 33, 57), "qwen2_25m": (8, 256, 256)}


class Watch:
    """Wall and processor time since it was made."""

    def __init__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def seconds(self):
        return time.perf_counter() - self.wall, time.process_time() - self.cpu


def load(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


def prompts(vocab, generator):
    """256 left-padded prompts of 12 to 16 tokens without pad and eos."""
    ids = torch.randint(2, vocab, (CHAINS, 16), generator=generator)
    lengths = torch.randint(12, 17, (CHAINS,), generator=generator)
    mask = (torch.arange(16)[None] >= 16 - lengths[:, None]).long()
    return ids * mask, mask


def new_tokens(generated, eos):
    """Up to and including the first eos of each row."""
    ended = (generated == eos).long().cumsum(-1)
    return int(((ended == 0) | ((ended == 1) & (generated == eos))).sum())


def sample_once(model, ids, mask, stop_at_eos):
    options = dict(do_sample=True, temperature=1.0, top_k=0, top_p=1.0, max_new_tokens=NEW_TOKENS, pad_token_id=0)
    model.generation_config.eos_token_id = 1 if stop_at_eos else None
    watch = Watch()
    with torch.no_grad():
        out = model.generate(input_ids=ids, attention_mask=mask, **options)
    seconds = watch.seconds()
    generated = out[:, ids.shape[1]:]
    return new_tokens(generated, 1) if stop_at_eos else generated.numel(), seconds


def train_batch(vocab, shape, generator):
    rows, shortest, longest = shape
    ids = torch.randint(2, vocab, (rows, longest), generator=generator)
    lengths = torch.linspace(shortest, longest, rows).round().long()
    mask = (torch.arange(longest)[None] < lengths[:, None]).long()
    labels = ids.masked_fill(mask == 0, -100)
    labels[:, :12] = -100
    return ids * mask, mask, labels


def train_once(model, optimiser, batch):
    ids, mask, labels = batch
    watch = Watch()
    loss = model(input_ids=ids, attention_mask=mask, labels=labels, use_cache=False).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    return int(mask.sum()), watch.seconds()


def report(name, model, results, extra):
    rates = [tokens / wall for tokens, (wall, _) in results]
    per_cpu = [tokens / cpu for tokens, (_, cpu) in results]
    tokens = int(statistics.median(tokens for tokens, _ in results))
    line = dict(bench=name, model=model, tokens_per_s=round(statistics.median(rates), 1), low=round(min(rates), 1),
                high=round(max(rates), 1), tokens_per_cpu_s=round(statistics.median(per_cpu), 1),
                repeats=len(rates), tokens=tokens, threads=torch.get_num_threads(),
                cpu=cpu_name(), load=round(os.getloadavg()[0], 2), torch=torch.__version__,
                transformers=transformers.__version__, **extra)
    print(json.dumps(line), flush=True)


def cpu_name():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def measure(name, model_name, once, repeats, extra):
    once()
    report(name, model_name, [once() for _ in range(repeats)], extra)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=["sample", "train"])
    parser.add_argument("--model", choices=list(TRAIN_SHAPES))
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for name in [options.model] if options.model else TRAIN_SHAPES:
        torch.manual_seed(1)
        generator = torch.Generator().manual_seed(2)
        model = load(options.folder / name)
        vocab = model.config.vocab_size
        if options.only != "train":
            ids, mask = prompts(vocab, generator)
            model.eval()
            for bench, stop in (("sample", True), ("sample_noeos", False)):
                measure(bench, name, lambda: sample_once(model, ids, mask, stop), options.repeats,
                        dict(chains=CHAINS, max_new_tokens=NEW_TOKENS))
        if options.only != "sample":
            model.train()
            batch = train_batch(vocab, TRAIN_SHAPES[name], generator)
            optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.95), weight_decay=0.01)
            steps = options.repeats if name == "qwen2_25m" else 10 * options.repeats
            measure("train", name, lambda: train_once(model, optimiser, batch), steps,
                    dict(rows=TRAIN_SHAPES[name][0]))


if __name__ == "__main__":
    main()
