"""The bundled model: many people at once, and what HTTP and the queue cost."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import torch

from bench import peers
from bench.measuring import Result, in_turns, timed
from bench.serving import engine
from bench.setting import PROMPT, Setting
from engine.profiles.profile import Tier, load_profile

PEOPLE = 16


async def people(setting: Setting) -> list[Result]:
    """Sixteen people who each want a draft at the same moment, against the same requests one after another."""
    waits: list[float] = []
    async with engine(setting.starter) as client:

        async def ours() -> float:
            started = time.perf_counter()
            answers = await asyncio.gather(
                *(client.stream(prompt=PROMPT, seed=n, fairness_key=f"C{n}") for n in range(PEOPLE))
            )
            waits.extend(answer.first_preview or answer.seconds for answer in answers)
            return PEOPLE / (time.perf_counter() - started)

        async def peer() -> float:
            started = time.perf_counter()
            for n in range(PEOPLE):
                await client.stream(prompt=PROMPT, seed=n)
            return PEOPLE / (time.perf_counter() - started)

        found = await in_turns(setting.rounds(5), {"ours": ours, "peer": peer})
    p95 = sorted(waits)[int(0.95 * len(waits))]
    ratio = found["ours"].median / found["peer"].median
    return [
        Result(
            name="people",
            what=f"{PEOPLE} people drafting at once, starter model",
            against="one request at a time",
            ours=found["ours"].median,
            peer=found["peer"].median,
            unit="pictures/s",
            ratio=ratio,
            ratio_unit="× pictures a second",
            aim="≥ 1.7 ×",
            met=ratio >= 1.7,
            ours_range=found["ours"].range,
            peer_range=found["peer"].range,
            rounds=len(found["ours"].values),
            more={"p95_first_preview_seconds": p95},
            note=f"95 % of people see a first preview within {p95:.2g} s",
        )
    ]


async def overhead(setting: Setting) -> list[Result]:
    """One draft over HTTP, against the bare call of the same pipeline in a process that does nothing else."""
    profile = load_profile(setting.starter)
    tier = profile.tiers[Tier.DRAFT]
    pipe: Any = peers.of_profile(profile.model)
    dtype = torch.bfloat16 if setting.smoke else torch.float32
    pipe.to(dtype)

    def bare() -> None:
        pipe(
            PROMPT,
            height=tier.size,
            width=tier.size,
            num_inference_steps=tier.steps,
            guidance_scale=tier.guidance,
            negative_prompt=tier.negative_prompt or None,
            generator=torch.Generator("cpu").manual_seed(1),
            **tier.call,
        )

    async with engine(setting.starter) as client:
        sides = {"ours": lambda: client.seconds(prompt=PROMPT, seed=1), "peer": timed(bare)}
        found = await in_turns(setting.rounds(20), sides)
    ours, peer = found["ours"], found["peer"]
    more = (ours.median / peer.median - 1) * 100
    return [
        Result(
            name="overhead",
            what="one starter draft over HTTP and through the queue, as PNG",
            against="the bare pipeline call",
            ours=ours.median,
            peer=peer.median,
            unit="s",
            ratio=more,
            ratio_unit="% more",
            aim="≤ 5 %",
            met=more <= 5.0,
            ours_range=ours.range,
            peer_range=peer.range,
            rounds=len(ours.values),
        )
    ]
