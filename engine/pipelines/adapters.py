"""LoRAs on a pipeline: fused into its weights when they are loaded, or swapped in for each request that names them.

Diffusers reads a LoRA's file, whatever tool wrote it. What requests may name is then kept aside, and one adapter of
fixed rank (the slot) holds what the running request wants: swapping copies numbers in place, so nothing is loaded and
compiled blocks stay compiled. Several at once lie beside each other in the slot's rank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import torch
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer

from engine.models.fingerprint import lora_sha256
from engine.models.store import find_lora
from engine.profiles.weights import MOST_LORAS, Lora, Storage, Weights

#: what peft calls the adapter that is filled for each request
SLOT = "slot"
#: how older files call what peft calls `lora_A`
DOWN = (".lora.down.weight", "lora_linear_layer.down.weight", ".lora_down.weight")

#: names of LoRAs and how strongly each works
Wanted: TypeAlias = Sequence[tuple[str, float]]


class CannotAdapt(Exception):
    """A LoRA does not fit its model; the message is a sentence for who wrote the profile."""


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """What a LoRA adds to one layer: B × A, the scale of its file multiplied in."""

    down: torch.Tensor
    up: torch.Tensor

    @property
    def rank(self) -> int:
        return self.down.shape[0]


#: (part, layer) → what is added there
_Pairs: TypeAlias = Mapping[tuple[str, str], _Pair]


class Adapters:
    """The LoRAs of one pipeline's weights that requests may name."""

    def __init__(self, pipe: Any, loras: Mapping[str, _Pairs]) -> None:
        self._loras = loras
        self._layers: dict[tuple[str, str], LoraLayer] = {}
        self._now: Wanted = ()
        #: whether prompts are encoded in another way with some of them
        self.touch_prompts = any(
            part.startswith("text_encoder") for pairs in loras.values() for part, _ in pairs
        )
        for part in sorted({part for pairs in loras.values() for part, _ in pairs}):
            self._make_slot(part, getattr(pipe, part))

    def _make_slot(self, name: str, part: torch.nn.Module) -> None:
        ranks = {
            lora: max((pair.rank for (of, _), pair in pairs.items() if of == name), default=0)
            for lora, pairs in self._loras.items()
        }
        layers = {layer for pairs in self._loras.values() for of, layer in pairs if of == name}
        rank = sum(sorted(ranks.values())[-MOST_LORAS:])
        config = LoraConfig(
            r=rank,
            lora_alpha=rank,
            target_modules="|".join(re.escape(layer) for layer in sorted(layers)),
            init_lora_weights=False,
        )
        inject_adapter_in_model(config, part, adapter_name=SLOT)
        part.requires_grad_(False)
        for layer in layers:
            wrapped: Any = part.get_submodule(layer)
            self._layers[name, layer] = wrapped
            kind = wrapped.get_base_layer().weight.dtype
            wrapped.lora_A.to(kind)
            wrapped.lora_B.to(kind)
            wrapped.enable_adapters(False)

    @contextmanager
    def use(self, wanted: Wanted) -> Iterator[None]:
        """Run with these LoRAs, then again with those of before: a draft may run between the steps of a Pro render."""
        before = self._now
        self._fill(wanted)
        try:
            yield
        finally:
            self._fill(before)

    @torch.no_grad()
    def _fill(self, wanted: Wanted) -> None:
        if wanted == self._now:
            return
        was_on, self._now = bool(self._now), wanted
        for place, layer in self._layers.items():
            if was_on != bool(wanted):
                # Switched off, a layer computes exactly what it did before it had a slot.
                layer.enable_adapters(bool(wanted))
            pairs = [
                (self._loras[name][place], weight) for name, weight in wanted if place in self._loras[name]
            ]
            down, up = layer.lora_A[SLOT].weight, layer.lora_B[SLOT].weight
            up.zero_()
            at = 0
            for pair, weight in pairs:
                down[at : at + pair.rank].copy_(pair.down)
                up[:, at : at + pair.rank].copy_(pair.up * weight)
                at += pair.rank
            down[at:].zero_()


def adapt(pipe: Any, weights: Weights, *, shared_by_others: Sequence[str]) -> Adapters | None:
    """Fuse what is always wanted, and make ready what may be asked for; before the parts are placed."""
    if weights.lora and not hasattr(pipe, "load_lora_weights"):
        raise CannotAdapt(f"{weights.model} is of a kind that diffusers has no LoRAs for.")
    named: dict[str, _Pairs] = {}
    for lora in weights.lora:
        file = _file(lora)
        pairs = _read(pipe, lora, file)
        parts = sorted({part for part, _ in pairs})
        for part in parts:
            _check(lora, part, weights, shared_by_others)
        if lora.fused:
            pipe.fuse_lora(components=parts, lora_scale=lora.weight, safe_fusing=True)
        else:
            named[lora.name] = pairs
        pipe.unload_lora_weights()
    return Adapters(pipe, named) if named else None


def _file(lora: Lora) -> Path:
    file = find_lora(lora)
    if file is None:
        cure = "put it there" if lora.is_local else "fetch it with `draftroom models pull`"
        raise CannotAdapt(f"The LoRA “{lora.name}” ({lora.model}) is not here, or not whole: {cure}.")
    if lora.sha256 and lora_sha256(lora) != lora.sha256:
        raise CannotAdapt(
            f"{file} is not the LoRA “{lora.name}” that the profile means: its SHA-256 is {lora_sha256(lora)}. "
            "Fetch it again, or correct the profile if you trust the file."
        )
    return file


def _read(pipe: Any, lora: Lora, file: Path) -> _Pairs:
    """Load a LoRA onto the pipeline and tell what it adds where."""
    source = {"weight_name": file.name, "local_files_only": True, "use_safetensors": True}
    try:
        state = pipe.lora_state_dict(str(file.parent), **source)
        pipe.load_lora_weights(str(file.parent), adapter_name=lora.name, **source)
    except Exception as error:  # diffusers and peft raise many kinds for what does not fit
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise CannotAdapt(f"The LoRA “{lora.name}” ({lora.model}) does not fit its model: {first}") from error
    pairs: dict[tuple[str, str], _Pair] = {}
    for part, module in pipe.components.items():
        for name, layer in module.named_modules() if isinstance(module, torch.nn.Module) else ():
            if not isinstance(layer, LoraLayer) or lora.name not in layer.lora_A:
                continue
            if layer.lora_B[lora.name].bias is not None or lora.name in layer.lora_magnitude_vector:
                raise CannotAdapt(
                    f"The LoRA “{lora.name}” ({lora.model}) is of a kind (DoRA, or with biases) that is not known here."
                )
            scale = layer.scaling[lora.name]
            pairs[part, name] = _Pair(
                down=layer.lora_A[lora.name].weight.detach(),
                up=layer.lora_B[lora.name].weight.detach() * scale,
            )
    # Diffusers passes over what the model has no place for.
    told = state[0] if isinstance(state, tuple) else state
    layers = sum(".lora_A." in name or name.endswith(DOWN) for name in told)
    if len(pairs) < max(1, layers):
        raise CannotAdapt(
            f"The LoRA “{lora.name}” ({lora.model}) is for another model: this one has a place for {len(pairs)} of its "
            f"{layers} layers."
        )
    return pairs


def _check(lora: Lora, part: str, weights: Weights, shared_by_others: Sequence[str]) -> None:
    if part in weights.shares or (lora.fused and part in shared_by_others):
        raise CannotAdapt(
            f"The LoRA “{lora.name}” changes the part “{part}” of {weights.model}, which other weights use too; "
            "leave that part out of “shares”."
        )
    if lora.fused and weights.storage.get(part) is Storage.FLOAT8:
        raise CannotAdapt(
            f"The LoRA “{lora.name}” cannot be fused into the part “{part}” of {weights.model}, whose weights are "
            "rounded to 8 bits without scales: that shows as lines in the picture. Leave “storage” of that part out."
        )
