# SPDX-License-Identifier: Apache-2.0
"""Makes the tiny random models of tests/data/models and the numbers that transformers and PEFT compute with them.

Versions: Python 3.11, torch 2.11.0 (CPU), transformers 4.57.1, peft 0.21.2, safetensors from the same environment.
Run:      python tests/golden/make_model_goldens.py [FOLDER]     (default: tests/data/models beside this script)
Tests never run this; they read what it wrote. Running it again with these versions gives the same files up to the
last digit of the logits.

Each folder holds one model with its goldens.json:
  sequences  ids, positions and the f32 logits at them (eager attention, f32 weights)
  batches    left-padded ids, attention mask, [row, column] positions and their logits
  greedy     a prompt and the tokens that the largest logit gives, with the smallest lead over the second
  rope       the inverse frequencies
  adapter    the same sequences with the LoRA adapter in adapter/ (PEFT, random A and B)
gradients/ holds SFT losses and gradients that a float64 run gave (rotary angles in f32, as in the models), rounded
to f32.
"""
import json
import shutil
import sys
from pathlib import Path

import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import (LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config,
                          Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM)

SEVEN = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def cases():
    """name -> (class, config, dtype on disk, shard size or None, LoRA settings)."""
    return {
        # Tied head, qkv bias, grouped-query attention, the demo's small rope_theta.
        "qwen2": (Qwen2ForCausalLM,
                  Qwen2Config(vocab_size=97, hidden_size=48, intermediate_size=112, num_hidden_layers=2,
                              num_attention_heads=4, num_key_value_heads=2, rms_norm_eps=1e-6, rope_theta=500.0,
                              tie_word_embeddings=True, max_position_embeddings=256, eos_token_id=1, bos_token_id=None,
                              pad_token_id=0),
                  torch.float32, None, dict(r=4, lora_alpha=8, target_modules=SEVEN)),
        # Untied head, norms on q and k, a head size that is not hidden_size / heads, rsLoRA.
        "qwen3": (Qwen3ForCausalLM,
                  Qwen3Config(vocab_size=101, hidden_size=48, intermediate_size=80, num_hidden_layers=2,
                              num_attention_heads=4, num_key_value_heads=1, head_dim=16, rms_norm_eps=1e-6,
                              rope_theta=1000000.0, tie_word_embeddings=False, max_position_embeddings=256,
                              eos_token_id=[1, 5], bos_token_id=None, pad_token_id=0),
                  torch.float32, None, dict(r=4, lora_alpha=8, use_rslora=True, target_modules=SEVEN)),
        # Several shards with an index, rotary scaling of Llama 3 whose three bands all occur.
        "llama": (LlamaForCausalLM,
                  LlamaConfig(vocab_size=120, hidden_size=48, intermediate_size=96, num_hidden_layers=2,
                              num_attention_heads=6, num_key_value_heads=2, rms_norm_eps=1e-5, rope_theta=10000.0,
                              rope_scaling=dict(rope_type="llama3", factor=4.0, low_freq_factor=1.0,
                                                high_freq_factor=4.0, original_max_position_embeddings=64),
                              tie_word_embeddings=False, max_position_embeddings=256, eos_token_id=2, bos_token_id=1),
                  torch.float32, "90KB", dict(r=2, lora_alpha=16, target_modules=["q_proj", "v_proj"])),
        # Every linear with a bias, one layer.
        "llama_bias": (LlamaForCausalLM,
                       LlamaConfig(vocab_size=64, hidden_size=32, intermediate_size=56, num_hidden_layers=1,
                                   num_attention_heads=4, num_key_value_heads=4, rms_norm_eps=1e-5,
                                   attention_bias=True, mlp_bias=True, tie_word_embeddings=True,
                                   max_position_embeddings=128, eos_token_id=2, bos_token_id=1),
                       torch.float32, None, dict(r=3, lora_alpha=6, target_modules=SEVEN)),
        # bfloat16 on disk, computed in f32; a sliding window longer than anything here.
        "mistral": (MistralForCausalLM,
                    MistralConfig(vocab_size=128, hidden_size=64, intermediate_size=112, num_hidden_layers=2,
                                  num_attention_heads=4, num_key_value_heads=2, head_dim=24, rms_norm_eps=1e-5,
                                  rope_theta=10000.0, sliding_window=64, tie_word_embeddings=False,
                                  max_position_embeddings=256, eos_token_id=2, bos_token_id=1),
                    torch.bfloat16, None, dict(r=4, lora_alpha=4, target_modules=SEVEN)),
    }


def randomise(model, generator):
    """Weights that give logits of order 1, so that a wrong sign or a missing bias cannot hide below 1e-4."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if name.endswith("norm.weight") or "layernorm" in name:
                parameter.copy_(1.0 + 0.2 * noise)
            elif name.endswith("bias"):
                parameter.copy_(0.3 * noise)
            elif "embed_tokens" in name:
                parameter.copy_(0.4 * noise)
            else:
                parameter.copy_(noise / parameter.shape[-1] ** 0.5)


def randomise_adapter(model, generator):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.copy_(0.15 * torch.randn(parameter.shape, generator=generator))


def numbers(tensor):
    """Nine digits name an f32 exactly."""
    return [[float(f"{value:.9g}") for value in row] for row in tensor.tolist()]


def logits_of(model, ids, mask=None):
    ids = torch.tensor(ids)
    mask = torch.ones_like(ids) if mask is None else torch.tensor(mask)
    positions = (mask.cumsum(-1) - 1).masked_fill(mask == 0, 1)
    with torch.no_grad():
        return model(input_ids=ids, attention_mask=mask, position_ids=positions).logits


def random_ids(generator, vocab, length):
    return torch.randint(0, vocab, (length,), generator=generator).tolist()


def sequences_of(model, inputs):
    result = []
    for name, ids, positions in inputs:
        logits = logits_of(model, [ids])[0]
        result.append(dict(name=name, input_ids=ids, positions=positions, logits=numbers(logits[positions])))
    return result


def batch_of(model, rows):
    width = max(len(row) for row in rows)
    ids = [[0] * (width - len(row)) + row for row in rows]
    mask = [[0] * (width - len(row)) + [1] * len(row) for row in rows]
    logits = logits_of(model, ids, mask)
    places = []
    for i, row in enumerate(rows):
        for column in sorted({width - len(row), width - 1 - (len(row) - 1) // 2, width - 1}):
            places.append([i, column])
    picked = torch.stack([logits[i, column] for i, column in places])
    return dict(input_ids=ids, attention_mask=mask, positions=places, logits=numbers(picked))


def greedy_of(model, prompt, steps):
    ids, lead = list(prompt), float("inf")
    for _ in range(steps):
        top = logits_of(model, [ids])[0, -1].topk(2)
        lead = min(lead, float(top.values[0] - top.values[1]))
        ids.append(int(top.indices[0]))
    return dict(prompt=prompt, tokens=ids[len(prompt):], smallest_lead=lead)


def eager(cls, folder, dtype=torch.float32):
    model = cls.from_pretrained(folder, dtype=dtype, attn_implementation="eager")
    return model.eval()


def make_case(name, folder, seed):
    cls, config, dtype, shard, lora = cases()[name]
    generator = torch.Generator().manual_seed(seed)
    config.dtype = dtype
    config._attn_implementation = "eager"
    model = cls(config).float()
    randomise(model, generator)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model.to(dtype).save_pretrained(folder, **({"max_shard_size": shard} if shard else {}))
    (folder / "generation_config.json").unlink(missing_ok=True)

    model = eager(cls, folder)
    vocab = config.vocab_size
    inputs = [("one_token", random_ids(generator, vocab, 1), [0]),
              ("short", random_ids(generator, vocab, 7), list(range(7))),
              ("long", random_ids(generator, vocab, 60), [0, 30, 59])]
    rows = [random_ids(generator, vocab, length) for length in (9, 2, 5)]
    prompt = random_ids(generator, vocab, 5)
    goldens = dict(
        made_by="tests/golden/make_model_goldens.py",
        versions=dict(torch=torch.__version__, transformers=transformers.__version__, peft=peft.__version__),
        parameters=sum(p.numel() for p in model.parameters()),
        rope=[float(f"{value:.9g}") for value in model.model.rotary_emb.inv_freq.tolist()],
        sequences=sequences_of(model, inputs),
        batches=[batch_of(model, rows)],
        greedy=greedy_of(model, prompt, 12))

    adapted = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **lora)).eval()
    randomise_adapter(adapted, generator)
    adapted.peft_config["default"].base_model_name_or_path = name
    adapted.save_pretrained(folder / "adapter")
    (folder / "adapter" / "README.md").unlink(missing_ok=True)
    goldens["adapter"] = dict(sequences=sequences_of(adapted, inputs[1:]), batches=[batch_of(adapted, rows)])
    (folder / "goldens.json").write_text(json.dumps(goldens, separators=(",", ":")) + "\n")
    size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    print(f"{name}: {goldens['parameters']} parameters, lead {goldens['greedy']['smallest_lead']:.4f}, {size} bytes")


class WideTorch:
    """torch, but with float32 meaning float64: transformers' norms and softmax cast to float32 by name."""
    float32 = torch.float64

    def __getattr__(self, name):
        return getattr(torch, name)


def widen(cls):
    sys.modules[cls.__module__].torch = WideTorch()


def sft_loss(model, ids, mask, targets):
    """Mean negative log-likelihood over the marked target tokens: token t is predicted at t - 1."""
    positions = (mask.cumsum(-1) - 1).masked_fill(mask == 0, 1)
    logits = model(input_ids=ids, attention_mask=mask, position_ids=positions).logits[:, :-1]
    logprobs = logits.log_softmax(-1).gather(-1, ids[:, 1:, None]).squeeze(-1)
    chosen = targets[:, 1:].to(logprobs.dtype)
    return -(logprobs * chosen).sum() / chosen.sum()


def gradient_batch(vocab, seed):
    """Three left-padded rows: prompt lengths 4, 3, 5 and completions of 6, 4, 2 tokens, which are the targets."""
    generator = torch.Generator().manual_seed(seed)
    shapes, width = [(4, 6), (3, 4), (5, 2)], 10
    ids, mask, targets = [], [], []
    for prompt, completion in shapes:
        pad = width - prompt - completion
        ids.append([0] * pad + random_ids(generator, vocab, prompt + completion))
        mask.append([0] * pad + [1] * (prompt + completion))
        targets.append([0] * (pad + prompt) + [1] * completion)
    return torch.tensor(ids), torch.tensor(mask), torch.tensor(targets)


def make_gradients(folder, root):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    report = dict(made_by="tests/golden/make_model_goldens.py",
                  loss="mean over targets of -log softmax(logits[t - 1])[ids[t]]", cases=[])
    for name, with_adapter in (("qwen2", False), ("qwen3", True)):
        cls, config = cases()[name][:2]
        widen(cls)
        model = eager(cls, root / name, torch.float64)
        if with_adapter:
            model = peft.PeftModel.from_pretrained(model, root / name / "adapter", is_trainable=True).double().eval()
        ids, mask, targets = gradient_batch(config.vocab_size, 77)
        loss = sft_loss(model, ids, mask, targets)
        loss.backward()
        gradients = {}
        for key, parameter in model.named_parameters():
            if parameter.grad is not None:
                # The key that adapter_model.safetensors uses.
                gradients[key.replace(".default.", ".")] = parameter.grad
        file = f"{name}{'_lora' if with_adapter else ''}.safetensors"
        save_file({key: g.float().contiguous() for key, g in gradients.items()}, folder / file, {"format": "pt"})
        norms = {key: float(g.norm()) for key, g in gradients.items()}
        total = float(torch.stack([g.norm() for g in gradients.values()]).norm())
        report["cases"].append(dict(model=name, adapter=with_adapter, gradients=file, input_ids=ids.tolist(),
                                    attention_mask=mask.tolist(), targets=targets.tolist(), loss=loss.item(),
                                    grad_norm=total, norms=norms))
        print(f"gradients {name}: loss {loss.item():.6f}, norm {total:.6f}, {len(gradients)} tensors")
    (folder / "gradients.json").write_text(json.dumps(report, separators=(",", ":")) + "\n")


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "data" / "models"
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for seed, name in enumerate(cases(), start=1):
        make_case(name, root / name, seed)
    make_gradients(root / "gradients", root)


if __name__ == "__main__":
    main()
