"""`python -m bench.gpu`: the profiles for GPUs at full size with random weights, on the card that is here.

Needs nothing from a network and no disk: weights are made on the card. For each profile it measures, through the real
engine: a grid of drafts, a Pro render from a draft and a fix against diffusers' plain pipeline on the same card; how long a
draft waits while a Pro render runs; what batching gains; the most memory against the profile's `memory_gb`. It writes
`gpu.json` after every profile and `gpu.md` at the end. `--tiny` runs the same code on a few thousand weights, on a CPU too.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bench.shapes import SHAPES
from engine.pipelines.family import Task
from engine.pipelines.load import DTYPES, LoadedModel
from engine.pipelines.placement import place
from engine.profiles.profile import PROFILES, Profile, Tier, load_profile
from engine.render.events import Done, Failed, Picture, Preview
from engine.render.request import RenderRequest
from engine.serving import in_process
from engine.serving.engine import Engine

PROMPT = "a product shot of a red shoe on a white table, soft light from the left"
#: pictures of a grid
GRID = 4
#: side of the picture that is fixed, in pixels
FIXED = 1024
#: sides of the tiny run
TINY_SIDE = 64


def build(profile: Profile, *, tiny: bool, metrics: Any, most_prompts: int) -> LoadedModel:
    """As the engine's `load_model`, with random weights in the place of files."""
    device = torch.device(profile.device)
    dtype = DTYPES[profile.dtype]
    if device.type == "cpu":
        torch.set_num_threads(profile.threads)
    pipes: dict[str, Any] = {}
    for name, weights in profile.weights.items():
        # What waits in main memory is made there: both encoders on the card would not fit beside the transformers.
        encoder = torch.device("cpu") if "text_encoder" in weights.offload else device
        pipes[name] = SHAPES[weights.model](tiny=tiny, encoder=encoder, rest=device, dtype=dtype)
        if weights.scheduler:
            scheduler = pipes[name].scheduler
            pipes[name].scheduler = type(scheduler).from_config(scheduler.config, **weights.scheduler)
        place(pipes[name], weights, device=device, dtype=dtype)
    return LoadedModel(profile, pipes, adapters={}, device=device, metrics=metrics, most_prompts=most_prompts)


def profile_to_measure(name: str, *, tiny: bool, device: str) -> Profile:
    """A shipped profile on this device, without what is not measured: LoRAs are fused and cost nothing then."""
    profile = load_profile(name)
    weights = {key: replace(one, lora=()) for key, one in profile.weights.items()}
    profile = replace(profile, device=device, devices=(device,), weights=weights, segmenter=None)
    if not tiny:
        return profile
    tiers = {}
    for tier, settings in profile.tiers.items():
        call = {**settings.call, "max_sequence_length": 256}
        if weights[settings.weights].model.startswith("black-forest"):
            call["text_encoder_out_layers"] = [1, 2, 3]
        tiers[tier] = replace(settings, size=TINY_SIDE, call=call)
    return replace(profile, tiers=tiers, max_side=256, dtype="float32", threads=1)


async def pictures_of(
    engine: Engine, request: RenderRequest, begun: asyncio.Event | None = None
) -> list[Picture]:
    """Everything that a request comes to; `begun` is set at its first preview."""
    ticket = engine.submit(request)
    found: list[Picture] = []
    number = 0
    while True:
        event = await ticket.log.get(number, patience_seconds=600)
        if event is None or isinstance(event, Failed):
            raise RuntimeError(event.sentence if event else "The engine said nothing for 10 minutes.")
        if isinstance(event, Preview) and begun is not None:
            begun.set()
        if isinstance(event, Picture):
            found.append(event)
        if isinstance(event, Done):
            return found
        number += 1


async def seconds_of(work: Callable[[], Awaitable[Any]], rounds: int) -> float:
    """The median of some rounds, after one that is not counted."""
    taken = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken[1:])


def plain_seconds(engine: Engine, tier: Tier, *, pictures: int, side: int, steps: int, rounds: int) -> float:
    """Diffusers' own pipeline, called as its documentation does, with the same steps, size and number."""
    model = _model(engine)
    settings = model.profile.tiers[tier]
    pipeline = model.pipeline(tier, Task.TEXT)
    taken = []
    for _ in range(rounds + 1):
        model.synchronise()
        started = time.perf_counter()
        pipeline.pipe(
            prompt=[PROMPT] * pictures,
            height=side,
            width=side,
            num_inference_steps=steps,
            **pipeline.family.guidance(settings.guidance),
            generator=[torch.Generator("cpu").manual_seed(seed) for seed in range(pictures)],
            output_type="np",
            **settings.call,
        )
        model.synchronise()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken[1:])


async def measure(name: str, *, tiny: bool, device: str, rounds: int) -> dict[str, Any]:
    """One profile."""
    profile = profile_to_measure(name, tiny=tiny, device=device)
    on_gpu = device.startswith("cuda")
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    engine = Engine(profile, isolated=False)
    started = time.perf_counter()
    engine.start()
    if not await engine.settled():
        raise RuntimeError(engine.reason or "the engine did not start")
    found: dict[str, Any] = {"profile": name, "start": time.perf_counter() - started}
    draft, pro, fix = (profile.tiers[tier] for tier in (Tier.DRAFT, Tier.PRO, Tier.FIX))
    side = TINY_SIDE if tiny else FIXED
    grid = engine.reader.generation({"prompt": PROMPT, "n": GRID, "seed": 1})
    one = engine.reader.generation({"prompt": PROMPT, "n": 1, "seed": 1})
    first = (await pictures_of(engine, grid))[0].pixels
    from_draft = engine.reader.edit(
        {"prompt": PROMPT, "tier": "pro", "seed": 1}, image=_png(first), mask=None
    )
    picture = np.random.default_rng(7).integers(0, 256, (side, side, 3), dtype=np.uint8)
    mask = np.full((side, side, 4), 255, np.uint8)
    mask[side // 4 : side // 2, side // 4 : side // 2, 3] = 0
    fixing = engine.reader.edit({"prompt": PROMPT, "seed": 1}, image=_png(picture), mask=_png(mask))

    found["grid"] = await seconds_of(lambda: pictures_of(engine, grid), rounds)
    found["draft"] = await seconds_of(lambda: pictures_of(engine, one), rounds)
    found["apart"] = await seconds_of(lambda: _apart(engine, one), rounds)
    found["pro"] = await seconds_of(lambda: pictures_of(engine, from_draft), rounds)
    found["fix"] = await seconds_of(lambda: pictures_of(engine, fixing), rounds)
    found["pro_steps"] = (await pictures_of(engine, from_draft))[0].measured.steps
    waits = [await _under_pro(engine, one) for _ in range(rounds)]
    found["draft_under_pro"] = statistics.median(waits)
    # Nothing else runs now: the plain pipelines use the same weights on the same card.
    plain = {
        "plain_grid": (Tier.DRAFT, GRID, draft.size, draft.steps),
        "plain_pro": (Tier.PRO, 1, pro.size, found["pro_steps"]),
        "plain_fix": (Tier.FIX, 1, fix.size, fix.steps),
    }
    for key, (tier, pictures, size, steps) in plain.items():
        found[key] = await asyncio.to_thread(
            plain_seconds, engine, tier, pictures=pictures, side=size, steps=steps, rounds=rounds
        )
    found["sizes"] = {"draft": draft.size, "pro": pro.size, "fix": side}
    found["memory_gb"] = profile.memory_gb
    found["peak_gb"] = torch.cuda.max_memory_reserved() / 1e9 if on_gpu else None
    await engine.drain(0)
    for worker in engine._pool.workers:
        worker.device.renderer = None  # type: ignore[attr-defined]
    gc.collect()
    if on_gpu:
        torch.cuda.empty_cache()
    return found


async def _apart(engine: Engine, one: RenderRequest) -> None:
    """A grid's pictures, one after another."""
    for seed in range(GRID):
        await pictures_of(engine, replace(one, seeds=(seed,)))


async def _under_pro(engine: Engine, one: RenderRequest) -> float:
    """How long a draft takes while a Pro render of many steps runs."""
    begun = asyncio.Event()
    long = engine.reader.generation(
        {"prompt": PROMPT, "tier": "pro", "steps": 40, "partial_images": 1, "seed": 2}
    )
    rendering = asyncio.create_task(pictures_of(engine, long, begun))
    await begun.wait()
    started = time.perf_counter()
    await pictures_of(engine, one)
    taken = time.perf_counter() - started
    await rendering
    return taken


def table(found: Sequence[Mapping[str, Any]], *, card: str, tiny: bool) -> str:
    """What was measured, for people."""
    lines = [f"# {card}", ""]
    if tiny:
        lines += ["Tiny weights: this tests the bench and measures nothing.", ""]
    lines += [
        f"torch {torch.__version__}. Random weights of full size; seconds, medians. “Plain” is diffusers' own pipeline on "
        "the same card with the same weights, size and number of evaluations, prompt and decoding included.",
        "",
        "| profile | grid of 4 (plain) | Pro from a draft (plain) | fix (plain) | draft alone, under a Pro | 4 apart ÷ grid"
        " | memory, `memory_gb` |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in found:
        sizes = one["sizes"]
        peak = f"{one['peak_gb']:.1f}" if one["peak_gb"] is not None else "–"
        lines.append(
            f"| `{one['profile']}` | {one['grid']:.2f} ({one['plain_grid']:.2f}) at {sizes['draft']}² "
            f"| {one['pro']:.2f} ({one['plain_pro']:.2f}) at {sizes['pro']}², {one['pro_steps']} steps "
            f"| {one['fix']:.2f} ({one['plain_fix']:.2f}) in {sizes['fix']}² "
            f"| {one['draft']:.2f}, {one['draft_under_pro']:.2f} | {one['apart'] / one['grid']:.2f} "
            f"| {peak} GB, {one['memory_gb']:g} |"
        )
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; returns how many profiles could not be measured."""
    shipped = sorted(path.stem for path in PROFILES.glob("gpu-*.toml"))
    parser = argparse.ArgumentParser(prog="bench.gpu", description=__doc__)
    parser.add_argument("--profile", action="append", choices=shipped, help="only this one; may be repeated")
    parser.add_argument("--tiny", action="store_true", help="tests the bench, measures nothing")
    parser.add_argument("--device", default="cuda", help="cuda, cuda:1, or cpu with --tiny")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("gpu-bench"), help="folder for gpu.json and gpu.md")
    options = parser.parse_args(arguments)
    if options.device.startswith("cuda") and not torch.cuda.is_available():
        print("No GPU that torch can use was found; --tiny --device cpu tests the bench.", file=sys.stderr)
        return 1
    torch.set_grad_enabled(False)
    options.out.mkdir(parents=True, exist_ok=True)
    card = torch.cuda.get_device_name(options.device) if options.device.startswith("cuda") else "CPU"
    found: list[dict[str, Any]] = []
    failed = 0
    for name in options.profile or shipped:
        # The engine is the real one; only where its weights come from is another.
        in_process.load_model = lambda profile, **more: build(profile, tiny=options.tiny, **more)
        print(f"measuring {name}…", flush=True)
        try:
            found.append(
                asyncio.run(measure(name, tiny=options.tiny, device=options.device, rounds=options.rounds))
            )
        except Exception as error:  # one profile that does not fit leaves the others their turn
            print(f"{name} could not be measured: {error}", file=sys.stderr)
            failed += 1
            continue
        (options.out / "gpu.json").write_text(json.dumps({"card": card, "profiles": found}, indent=1) + "\n")
        print(table(found, card=card, tiny=options.tiny).splitlines()[-1], flush=True)
    (options.out / "gpu.md").write_text(table(found, card=card, tiny=options.tiny), encoding="utf-8")
    return failed


def _model(engine: Engine) -> LoadedModel:
    model: LoadedModel = engine._pool.workers[0].device.renderer.model  # type: ignore[attr-defined]
    return model


def _png(pixels: np.ndarray[Any, Any]) -> bytes:
    from engine.pixels.files import encode

    return encode(pixels, "png")


if __name__ == "__main__":
    sys.exit(main())
