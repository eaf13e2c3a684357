"""Gives the same weights to OpenVINO GenAI: converts each part once, and times its pipeline."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import openvino
import openvino_genai
import torch
from diffusers import StableDiffusionPipeline
from openvino_tokenizers import convert_tokenizer

from bench.weights import PROMPT_TOKENS


class Rival:
    """OpenVINO GenAI's text-to-image pipeline on a diffusers folder's weights, in bfloat16 where the CPU has it."""

    def __init__(self, folder: Path) -> None:
        self.version = openvino_genai.__version__.split("-")[0]
        target = folder.with_name(f"{folder.name}-openvino")
        if not target.is_dir():
            half = target.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)
            _convert(folder, half)
            half.rename(target)
        self._pipe = openvino_genai.Text2ImagePipeline(str(target), "CPU")

    def seconds(self, prompt: str, *, steps: int, side: int, pictures: int) -> float:
        """One grid, in seconds."""
        started = time.perf_counter()
        self._pipe.generate(
            prompt,
            width=side,
            height=side,
            num_inference_steps=steps,
            guidance_scale=1.0,
            num_images_per_prompt=pictures,
            rng_seed=1,
        )
        return time.perf_counter() - started


class _Part(torch.nn.Module):
    """One part with plain inputs and one plain output."""

    def __init__(self, call: Any, module: torch.nn.Module) -> None:
        super().__init__()
        self.module, self.call = module, call

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.call(self.module, *inputs)
        return result


def _convert(folder: Path, target: Path) -> None:
    pipe = StableDiffusionPipeline.from_pretrained(folder, dtype=torch.float32)
    width, channels = pipe.text_encoder.config.hidden_size, pipe.unet.config.in_channels
    latents = torch.zeros(2, channels, 64, 64)
    parts = {
        "text_encoder": (
            _Part(lambda m, ids: m(ids)[0], pipe.text_encoder),
            {"input_ids": torch.zeros(2, PROMPT_TOKENS, dtype=torch.int64)},
            "last_hidden_state",
        ),
        "unet": (
            _Part(lambda m, x, t, text: m(x, t, text, return_dict=False)[0], pipe.unet),
            {
                "sample": latents,
                "timestep": torch.tensor([1]),
                "encoder_hidden_states": torch.zeros(2, PROMPT_TOKENS, width),
            },
            "out_sample",
        ),
        "vae_decoder": (
            _Part(lambda m, x: m.decode(x, return_dict=False)[0], pipe.vae),
            {"latent_sample": latents[:1]},
            "sample",
        ),
    }
    for name, (part, inputs, output) in parts.items():
        found = openvino.convert_model(part.eval(), example_input=tuple(inputs.values()))
        for port, told in zip(found.inputs, inputs, strict=True):
            port.get_tensor().set_names({told})
        found.outputs[0].get_tensor().set_names({output})
        shapes = {
            port: [
                -1 if (number in (0, 2, 3) and len(port.partial_shape) == 4) or number == 0 else length
                for number, length in enumerate(inputs[told].shape)
            ]
            for port, told in zip(found.inputs, inputs, strict=True)
        }
        found.reshape(shapes)
        (target / name).mkdir(parents=True)
        openvino.save_model(found, target / name / "openvino_model.xml", compress_to_fp16=True)
        settings = getattr(pipe, "vae" if name == "vae_decoder" else name).config
        settings = settings.to_dict() if hasattr(settings, "to_dict") else dict(settings)
        (target / name / "config.json").write_text(json.dumps(settings, default=str), encoding="utf-8")
    (target / "tokenizer").mkdir()
    openvino.save_model(convert_tokenizer(pipe.tokenizer), target / "tokenizer" / "openvino_tokenizer.xml")
    for name in ("model_index.json", "scheduler"):
        source = folder / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target / name)
    index = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
    index["vae_decoder"], index["vae_encoder"] = index["vae"], [None, None]
    (target / "model_index.json").write_text(json.dumps(index), encoding="utf-8")
