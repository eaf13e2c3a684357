"""A fix of a tenth of a large picture, against diffusers' inpainting of the whole; and what changed outside."""

from __future__ import annotations

import io
import time

import numpy as np
import torch
from PIL import Image

from bench import peers
from bench.measuring import Result, faster, in_turns
from bench.serving import engine
from bench.setting import PROMPT, Setting
from bench.weights import pipeline_folder

STEPS = 4


async def fix_a_tenth(setting: Setting) -> list[Result]:
    """Both see the same picture, mask and number of steps; the peer repaints it whole, as it does by default."""
    side = 2 * setting.size.side
    picture = np.random.default_rng(7).integers(0, 256, (side // 8, side // 8, 3), dtype=np.uint8)
    original = Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC)
    before = np.array(original)
    hole = _square(side, share=0.1)
    inside = np.zeros((side, side), bool)
    inside[hole] = True
    changed: dict[str, int] = {}

    async with engine(setting.full_size_profile()) as client:
        pipe = peers.inpainting(peers.tuned(pipeline_folder(setting.size)))
        mask = Image.fromarray(inside.astype(np.uint8) * 255)

        async def ours() -> float:
            answer = await client.fix(_png(original), _hole_png(inside), prompt=PROMPT, steps=STEPS, seed=1)
            changed["ours"] = _outside(before, answer.pixels(), inside)
            return answer.seconds

        async def peer() -> float:
            started = time.perf_counter()
            painted = pipe(
                PROMPT,
                image=original,
                mask_image=mask,
                height=side,
                width=side,
                num_inference_steps=STEPS,
                strength=1.0,
                guidance_scale=1.0,
                generator=torch.Generator("cpu").manual_seed(1),
            ).images[0]
            took = time.perf_counter() - started
            changed["peer"] = _outside(before, np.array(painted), inside)
            return took

        await ours()
        found = await in_turns(setting.rounds(2), {"ours": ours, "peer": peer}, warm_up=False)
    row = faster(
        "fix-a-tenth",
        found["ours"],
        found["peer"],
        what=f"fix of a tenth of a {side}² picture, {STEPS} steps, SD-class size",
        against="diffusers' inpainting of the whole picture (channels last, to be fair)",
        aim=4.0,
        more={"pixels_changed_outside_ours": changed["ours"], "pixels_changed_outside_peer": changed["peer"]},
        note=f"pixels changed outside the mask: ours {changed['ours']}, peer {changed['peer']:,}",
    )
    if changed["ours"]:
        raise AssertionError("a fix changed pixels outside its mask")
    return [row]


def _square(side: int, *, share: float) -> tuple[slice, slice]:
    edge = round(side * share**0.5)
    start = (side - edge) // 2
    return slice(start, start + edge), slice(start, start + edge)


def _outside(before: np.ndarray, after: np.ndarray, inside: np.ndarray) -> int:
    return int((before != after[..., :3]).any(axis=2)[~inside].sum())


def _png(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG", compress_level=1)
    return target.getvalue()


def _hole_png(inside: np.ndarray) -> bytes:
    pixels = np.full((*inside.shape, 4), 255, np.uint8)
    pixels[inside, 3] = 0
    return _png(Image.fromarray(pixels))
