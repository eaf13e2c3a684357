"""What a draft waits while a Pro render runs, and what the render loses by letting drafts in between."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from bench.measuring import Result, in_turns
from bench.serving import Answer, Client, engine
from bench.setting import PROMPT, Setting

#: drafts that interrupt one Pro render
DRAFTS = 10


@dataclass(frozen=True, kw_only=True)
class Load:
    """A model, a Pro render that takes a while on it, and the drafts that come in between."""

    name: str
    words: str
    profile: str
    pro: dict[str, Any]
    draft: dict[str, Any]
    rounds: int


async def turns_starter(setting: Setting) -> list[Result]:
    """On the bundled model."""
    side = setting.size.side if setting.smoke else 256
    return await _both(
        setting,
        Load(
            name="starter",
            words="starter model",
            profile=setting.starter,
            pro={"tier": "pro", "steps": 30, "size": f"{2 * side}x{2 * side}"},
            draft={"size": f"{side}x{side}", "steps": 14} if not setting.smoke else {"steps": 2},
            rounds=setting.rounds(9),
        ),
    )


async def turns_full_size(setting: Setting) -> list[Result]:
    """On full-size weights."""
    return await _both(
        setting,
        Load(
            name="sd",
            words="SD-class size",
            profile=str(setting.full_size_profile()),
            pro={"tier": "pro", "steps": 12},
            draft={"steps": 1},
            rounds=setting.rounds(2),
        ),
    )


async def _both(setting: Setting, load: Load) -> list[Result]:
    async with engine(load.profile) as client:
        return [await _waiting(client, load), await _slowed(client, load)]


async def _waiting(client: Client, load: Load) -> Result:
    """A draft that comes in the midst of a Pro render; alone; and with its turn taken away."""

    async def alone() -> float:
        return (await _draft(client, load)).seconds

    async def during() -> float:
        return await _behind(client, load, {})

    async def first_in_first_out() -> float:
        # Sent at the Pro tier with a draft's settings, it waits for its turn as in a plain queue.
        settings = {"guidance": 1.0, **load.draft, "tier": "pro"}
        return await _behind(client, load, settings)

    async def pro_step() -> float:
        answer = await _pro(client, load)
        return answer.device_seconds / int(answer.pictures[0]["draftroom"]["steps"])

    sides = {"ours": during, "peer": first_in_first_out, "alone": alone, "step": pro_step}
    found = await in_turns(load.rounds, sides, warm_up=False)
    bound = found["alone"].median + 1.5 * found["step"].median
    ours, peer = found["ours"], found["peer"]
    return Result(
        name=f"draft-during-pro-{load.name}",
        what=f"latency of a draft that comes while a Pro render runs, {load.words}",
        against="first in, first out",
        ours=ours.median,
        peer=peer.median,
        unit="s",
        ratio=peer.median / ours.median,
        ratio_unit="× sooner",
        aim=f"≤ draft alone + 1.5 Pro steps = {bound:.3g} s",
        met=ours.median <= bound,
        ours_range=ours.range,
        peer_range=peer.range,
        rounds=load.rounds,
        more={"alone": found["alone"].median, "pro_step": found["step"].median, "bound": bound},
        note=f"alone {found['alone'].median:.3g} s, a Pro step {found['step'].median:.3g} s",
    )


async def _slowed(client: Client, load: Load) -> Result:
    """A Pro render with drafts in between, against the same alone and the same drafts alone, one after another."""

    async def together() -> float:
        begun = asyncio.Event()
        pro = asyncio.create_task(_pro(client, load, begun))
        await begun.wait()
        drafting = asyncio.create_task(_drafts(client, load))
        answer = await pro
        await drafting
        return answer.seconds

    async def apart() -> float:
        pro = await _pro(client, load)
        return pro.seconds + await _drafts(client, load)

    found = await in_turns(load.rounds, {"ours": together, "peer": apart}, warm_up=False)
    ours, peer = found["ours"], found["peer"]
    slowed = (ours.median / peer.median - 1) * 100
    return Result(
        name=f"pro-interrupted-{load.name}",
        what=f"Pro render into which {DRAFTS} drafts come, {load.words}",
        against="the render alone, plus the drafts' own time",
        ours=ours.median,
        peer=peer.median,
        unit="s",
        ratio=slowed,
        ratio_unit="% slower",
        aim="≤ 3 %",
        met=slowed <= 3.0,
        ours_range=ours.range,
        peer_range=peer.range,
        rounds=load.rounds,
    )


async def _behind(client: Client, load: Load, settings: dict[str, Any]) -> float:
    """Seconds of a draft that is sent once a Pro render was seen to have begun."""
    begun = asyncio.Event()
    pro = asyncio.create_task(_pro(client, load, begun))
    await begun.wait()
    seconds = (await _draft(client, load, **settings)).seconds
    await pro
    return seconds


async def _drafts(client: Client, load: Load) -> float:
    """Seconds of all drafts, each sent when the one before is there."""
    return sum([(await _draft(client, load, seed=seed)).seconds for seed in range(DRAFTS)])


async def _draft(client: Client, load: Load, **settings: Any) -> Answer:
    return await client.generate(**{"prompt": PROMPT, "seed": 5, **load.draft, **settings})


async def _pro(client: Client, load: Load, begun: asyncio.Event | None = None) -> Answer:
    return await client.stream(prompt=PROMPT, seed=1, begun=begun, **load.pro)
