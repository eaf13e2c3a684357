"""A grid of four drafts on full-size weights, against diffusers on the same; and what each part brings."""

from __future__ import annotations

from bench import peers
from bench.measuring import Result, faster, in_turns, timed
from bench.serving import engine
from bench.setting import PROMPT, Setting
from bench.weights import pipeline_folder

#: steps → how many times faster the grid must be
AIMS = {1: 3.0, 4: 1.6}


async def draft_1_step(setting: Setting) -> list[Result]:
    """One step, as distilled models draft."""
    return await _grid(setting, steps=1, rounds=3)


async def draft_4_steps(setting: Setting) -> list[Result]:
    """Four steps."""
    return await _grid(setting, steps=4, rounds=2)


async def _grid(setting: Setting, *, steps: int, rounds: int) -> list[Result]:
    folder, side = pipeline_folder(setting.size), setting.size.side
    async with engine(setting.full_size_profile(compiled=True)) as client:
        found = await in_turns(
            setting.rounds(rounds),
            {
                "ours": lambda: client.seconds(prompt=PROMPT, n=4, steps=steps, seed=1),
                "plain": timed(
                    lambda: peers.grid(peers.plain(folder), prompt=PROMPT, steps=steps, side=side)
                ),
                "tuned": timed(
                    lambda: peers.grid(peers.compiled(folder), prompt=PROMPT, steps=steps, side=side)
                ),
            },
        )
    what = f"grid of 4 drafts at {side}², {steps} step{'s' * (steps > 1)}, SD-class size"
    name = f"draft-{steps}-step{'s' * (steps > 1)}"
    return [
        faster(
            name,
            found["ours"],
            found["plain"],
            what=what,
            against="diffusers, num_images_per_prompt=4",
            aim=AIMS[steps],
        ),
        faster(
            f"{name}-tuned",
            found["ours"],
            found["tuned"],
            what=what,
            against="the same with channels last and compiled blocks",
            note="what is left then: the tiny decoder, the cached prompt",
        ),
    ]
