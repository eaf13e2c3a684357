"""Bot, engine and connection are killed at random moments of random work; every event comes once to four times, late."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
from pathlib import Path

from sandbox.client import Control, Person, Refused
from tests.end_to_end.product import Product, approve_buttons, payload, start
from tests.torture import house
from tests.torture.report import Report

PROMPTS = ("a red apple", "two cats on a teal background", "a small rocket left", "a cupcake, close-up")
#: Kills between two looks at everything.
ROUND = 12
_ANSWERS = (TimeoutError, Refused, OSError, KeyError, AssertionError)


async def work(product: Product, people: list[Person], chance: random.Random) -> None:
    """One thing that somebody does, whichever can be done now. Nobody waits for its end."""
    person, channel = chance.choice(people), chance.choice(house.CHANNELS)
    with contextlib.suppress(*_ANSWERS):
        async with asyncio.timeout(4):
            grids = [
                m
                for m in await person.messages(channel)
                if payload(m).get("role") == "grid" and approve_buttons(m)
            ]
            match chance.randrange(8):
                case 0 | 1 | 2:
                    await person.type(channel, f"/draft {chance.choice(PROMPTS)} --n {chance.randint(1, 4)}")
                case 3 if grids:
                    grid = chance.choice(grids)
                    await person.react(channel, grid["ts"], chance.choice(("one", "two")))
                case 4 if grids:
                    grid = chance.choice(grids)
                    await person.click(grid, chance.choice(approve_buttons(grid))["action_id"])
                case 5 if grids:
                    grid = chance.choice(grids)
                    await person.say(channel, "@Draftroom fix 1 left half: make it blue", grid["ts"])
                case 6 if grids:
                    grid = chance.choice(grids)
                    await person.unreact(channel, grid["ts"], "one")
                case 7:
                    await person.type(
                        channel, chance.choice(("/draft costs", "/draft budget", "/draft summary"))
                    )


async def run(report: Report, folder: Path, *, kills: int, seed: int) -> None:
    """Rounds of work and kills until so many were made."""
    from tests.engine.tiny_models import save_tiny_sd3, write_profile

    profile = write_profile(folder / "tiny.toml", save_tiny_sd3(folder / "tiny"))
    done, number = 0, 0
    while done < kills:
        number += 1
        replay = f"--part kills --seed {seed + number} --kills {ROUND}"
        place = folder / f"kills-{number}"
        place.mkdir()
        done += await _round(report, place, profile, random.Random(seed + number), replay)
        report.figures["kills of bot, engine and connection"] = f"{done:,}"


async def _round(report: Report, folder: Path, profile: Path, chance: random.Random, replay: str) -> int:
    def start_engine() -> tuple:
        port = [] if address is None else ["--port", address.rpartition(":")[2]]
        return start(
            "engine", *(port or ["--port", "0"]), "--profile", str(profile), log=folder / "engine.log"
        )

    address: str | None = None
    engine, address = start_engine()
    product = Product(folder, address, DRAFTROOM_LEASE_S="5", DRAFTROOM_ENGINE_PATIENCE_S="120").start_bot()
    killed = 0
    try:
        async with (
            product.person("U0ADA") as ada,
            product.person("U0BEN") as ben,
            Control(product.url) as control,
        ):
            await control.set_faults(
                {
                    "seed": chance.randrange(10**6),
                    "events": [{"copies": [1, 4], "late_s": [0, 1.0], "chance": 0.5}],
                }
            )
            while killed < ROUND:
                for _ in range(chance.randint(1, 3)):
                    await work(product, [ada, ben], chance)
                await asyncio.sleep(chance.uniform(0, 1.2))
                match chance.randrange(6):
                    case 0:
                        engine.send_signal(signal.SIGKILL)
                        engine.wait(10)
                        await asyncio.sleep(chance.uniform(0, 1))
                        engine, address = start_engine()
                    case 1:
                        await control.connections(chance.choice(("abort", "close")))
                    case _:
                        product.kill_bot()
                        await asyncio.sleep(chance.uniform(0, 0.3))
                        product.start_bot()
                killed += 1
            await control.set_faults({})
            still = await house.quiet(product)
            report.hold("after kills all comes to rest", still, replay)
            await house.check(product, report, replay)
    finally:
        product.stop()
        engine.terminate()
        engine.wait(20)
    return killed
