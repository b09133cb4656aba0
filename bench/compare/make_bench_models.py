# SPDX-License-Identifier: Apache-2.0
"""Writes the two models that bench/ and reference_speed.py both load, so that they compute the same thing.

  python bench/compare/make_bench_models.py FOLDER
      FOLDER/demo_0_3m   Qwen2, 308,832 parameters, vocabulary 36, eos 1, pad 0: the embedded demonstration's sizes
      FOLDER/qwen2_25m   Qwen2, d 512, 8 layers, 8 / 2 heads of 64, ff 1408, vocabulary 4096, tied:
                         24,656,384 parameters, eos 1, pad 0
f32 weights from a fixed seed; the same bytes on every run with torch 2.11.0, transformers 4.57.1.
"""
import sys
from pathlib import Path

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

COMMON = dict(rms_norm_eps=1e-6, tie_word_embeddings=True, eos_token_id=1, pad_token_id=0, bos_token_id=None)

CONFIGS = {
    "demo_0_3m": dict(vocab_size=36, hidden_size=96, intermediate_size=256, num_hidden_layers=3,
                      num_attention_heads=4, num_key_value_heads=2, rope_theta=500.0, max_position_embeddings=256),
    "qwen2_25m": dict(vocab_size=4096, hidden_size=512, intermediate_size=1408, num_hidden_layers=8,
                      num_attention_heads=8, num_key_value_heads=2, rope_theta=10000.0, max_position_embeddings=1024),
}


def make_model(name):
    """Weights N(0, 1 / fan_in), o and down scaled by 1 / sqrt(2 layers), embedding N(0, 0.05^2), biases 0."""
    config = Qwen2Config(**CONFIGS[name], **COMMON)
    model = Qwen2ForCausalLM(config).float()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            if parameter.dim() == 1:
                continue
            std = 0.05 if "embed_tokens" in key else parameter.shape[1] ** -0.5
            if "o_proj" in key or "down_proj" in key:
                std *= (2 * config.num_hidden_layers) ** -0.5
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * std)
    return model


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for name in CONFIGS:
        folder = Path(sys.argv[1]) / name
        model = make_model(name)
        model.save_pretrained(folder)
        print(f"{folder}: {sum(p.numel() for p in model.parameters())} parameters")


if __name__ == "__main__":
    main()
