"""One real rival: OpenVINO GenAI on the same weights, a grid of four. Needs the extra `bench`."""

from __future__ import annotations

import importlib.util

from bench.measuring import Result, faster, in_turns
from bench.serving import engine
from bench.setting import PROMPT, Setting
from bench.weights import pipeline_folder


async def rival(setting: Setting) -> list[Result]:
    """Prints whatever comes out; empty where OpenVINO GenAI is not installed."""
    if importlib.util.find_spec("openvino_genai") is None:
        print("  skipped: pip install -c constraints.txt -e '.[bench]' brings OpenVINO GenAI")
        return []
    from bench.openvino import Rival

    side = setting.size.side
    other = Rival(pipeline_folder(setting.size))
    results = []
    async with engine(setting.full_size_profile()) as client:
        for steps, rounds in ((1, 2), (4, 1)):

            async def ours(steps: int = steps) -> float:
                return await client.seconds(prompt=PROMPT, n=4, steps=steps, seed=1)

            async def peer(steps: int = steps) -> float:
                return other.seconds(PROMPT, steps=steps, side=side, pictures=4)

            found = await in_turns(setting.rounds(rounds), {"ours": ours, "peer": peer}, warm_up=steps == 1)
            results.append(
                faster(
                    f"rival-{steps}-step{'s' * (steps > 1)}",
                    found["ours"],
                    found["peer"],
                    what=f"grid of 4 drafts at {side}², {steps} step{'s' * (steps > 1)}, SD-class size",
                    against=f"OpenVINO GenAI {other.version}, its full decoder",
                )
            )
    return results
