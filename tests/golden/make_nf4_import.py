#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/models/nf4: a one-layer model in NF4 as bitsandbytes saves it, and what its weights mean.

Made with torch 2.11.0 and bitsandbytes 0.50.2 (Python 3.11): make_nf4_import.py ROOT_OF_THE_REPOSITORY
o_proj and down_proj have fp32 absmax, the other matrices the doubly quantised one. golden.bin (a safetensors file) holds each matrix
as bitsandbytes gives it back in fp32, rounded once to bf16, as its CUDA kernel does.
"""
import json
import os
import sys

import bitsandbytes.functional as functional
import torch
from safetensors.torch import save_file

HIDDEN, INTERMEDIATE, HEADS, KV_HEADS, HEAD_DIM, VOCAB = 64, 128, 2, 1, 32, 40
LINEARS = {
    "self_attn.q_proj": (HEADS * HEAD_DIM, HIDDEN),
    "self_attn.k_proj": (KV_HEADS * HEAD_DIM, HIDDEN),
    "self_attn.v_proj": (KV_HEADS * HEAD_DIM, HIDDEN),
    "self_attn.o_proj": (HIDDEN, HEADS * HEAD_DIM),
    "mlp.gate_proj": (INTERMEDIATE, HIDDEN),
    "mlp.up_proj": (INTERMEDIATE, HIDDEN),
    "mlp.down_proj": (HIDDEN, INTERMEDIATE),
}
PLAIN_ABSMAX = {"self_attn.o_proj", "mlp.down_proj"}


def main():
    folder = os.path.join(sys.argv[1], "tests/data/models/nf4")
    os.makedirs(folder, exist_ok=True)
    generator = torch.Generator().manual_seed(4)

    def draw(*shape, scale=0.05):
        return (torch.randn(*shape, generator=generator) * scale).to(torch.bfloat16)

    tensors = {
        "model.embed_tokens.weight": draw(VOCAB, HIDDEN),
        "lm_head.weight": draw(VOCAB, HIDDEN),
        "model.norm.weight": draw(HIDDEN) + 1,
        "model.layers.0.input_layernorm.weight": draw(HIDDEN) + 1,
        "model.layers.0.post_attention_layernorm.weight": draw(HIDDEN) + 1,
    }
    golden = {}
    for name, shape in LINEARS.items():
        weight = draw(*shape) * (1 + torch.arange(shape[0])[:, None] % 7).to(torch.bfloat16)
        codes, state = functional.quantize_4bit(
            weight, blocksize=64, quant_type="nf4", compress_statistics=name not in PLAIN_ABSMAX)
        full = f"model.layers.0.{name}.weight"
        tensors[full] = codes
        tensors.update({f"{full}.{key}": value for key, value in state.as_dict(packed=True).items()})
        state.dtype = torch.float32
        golden[full] = functional.dequantize_4bit(codes, state).to(torch.bfloat16).contiguous()
    for name in ("q", "k", "v"):
        rows = LINEARS[f"self_attn.{name}_proj"][0]
        tensors[f"model.layers.0.self_attn.{name}_proj.bias"] = draw(rows)
    save_file(tensors, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    save_file(golden, os.path.join(folder, "golden.bin"))
    config = {
        "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_act": "silu", "dtype": "bfloat16",
        "hidden_size": HIDDEN, "intermediate_size": INTERMEDIATE, "num_hidden_layers": 1,
        "num_attention_heads": HEADS, "num_key_value_heads": KV_HEADS, "vocab_size": VOCAB,
        "max_position_embeddings": 256, "rms_norm_eps": 1e-6, "rope_theta": 500.0, "tie_word_embeddings": False,
        "eos_token_id": 1, "pad_token_id": 0,
        "quantization_config": {
            "quant_method": "bitsandbytes", "load_in_4bit": True, "load_in_8bit": False, "bnb_4bit_quant_type": "nf4",
            "bnb_4bit_use_double_quant": True, "bnb_4bit_compute_dtype": "bfloat16",
        },
    }
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(config, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
