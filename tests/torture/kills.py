"""Bot, engine and connection are killed at random moments of random work; every event comes once to four times, late.

The engine is the instant one with a delay, since what is tried is the bot and a real model's start would take most of
the time; `--engine tiny` takes the real engine with a tiny model. What people do is drawn from the seed; at which line a
kill strikes is the machine's, so that a seed plays the same story again, and not the same instant.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import random
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from sandbox.client import Control, Json, Person, Refused
from tests.end_to_end.product import Product, chosen, payload, start
from tests.torture import house
from tests.torture.forks import Forked, Nest
from tests.torture.report import Report

PROMPTS = ("a red apple", "two cats on a teal background", "a small rocket left", "a cupcake, close-up")
#: Kills between two looks at everything.
ROUND = 20
#: What may come of asking a program that is being killed.
_ANSWERS = (TimeoutError, Refused, OSError, LookupError, ValueError, AssertionError)
_TABLE = b"prompt;name\na red cup;cup\na blue hat;hat\n"


def _png(shape: str) -> bytes:
    """A mask, or the picture of a product."""
    out = io.BytesIO()
    if shape == "mask":
        picture = Image.new("L", (64, 64), 0)
        picture.paste(255, (10, 20, 40, 50))
    else:
        picture = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
        picture.paste((200, 30, 30, 255), (16, 8, 48, 60))
    picture.save(out, "PNG")
    return out.getvalue()


@dataclass
class People:
    """Who works with the product, what they did, and what they were told was accepted."""

    product: Product
    people: list[Person]
    chance: random.Random
    did: Counter[str] = field(default_factory=Counter)
    accepted: set[str] = field(default_factory=set)
    asked: int = 0

    async def work(self) -> None:
        """One thing that somebody does, whichever can be done now. Nobody waits for its end."""
        person, channel = self.chance.choice(self.people), self.chance.choice(house.CHANNELS)
        what = self.chance.choice(_KINDS)
        with contextlib.suppress(*_ANSWERS):
            async with asyncio.timeout(6):
                seen = await person.messages(channel)
                await getattr(self, f"_{what}")(person, channel, seen)

    async def _draft(self, person: Person, channel: str, seen: list[Json]) -> None:
        self.asked += 1
        prompt = f"{self.chance.choice(PROMPTS)} number {self.asked}"
        self.did["draft"] += 1
        answer = await person.type(channel, f"/draft {prompt} --n {self.chance.randint(1, 4)}")
        if not answer.response_text:
            self.accepted.add(prompt)

    async def _emoji(self, person: Person, channel: str, seen: list[Json]) -> None:
        grid = self._grid(seen)
        name = self.chance.choice(("one", "one", "two", "repeat", "art", "octagonal_sign"))
        self.did[f"react {name}"] += 1
        await person.react(channel, grid["ts"], name)

    async def _unreact(self, person: Person, channel: str, seen: list[Json]) -> None:
        grid = self._grid(seen)
        self.did["take an approval back"] += 1
        await person.unreact(channel, grid["ts"], "one")

    async def _button(self, person: Person, channel: str, seen: list[Json]) -> None:
        grid = self._grid(seen)
        self.did["press Pro"] += 1
        await person.click(grid, self.chance.choice(house.actions(grid, "approve_cell_")))

    async def _stop(self, person: Person, channel: str, seen: list[Json]) -> None:
        waiting = [m for m in seen if m.get("text", "").startswith("Drafting ")]
        self.did["stop"] += bool(waiting)
        await person.click(self.chance.choice(waiting or [{}]), "draft_stop")

    async def _say(self, person: Person, channel: str, seen: list[Json]) -> None:
        grid = self._grid(seen)
        text = self.chance.choice(
            (
                "fix cell 1 left: make it blue",
                "warmer light",
                "approve 1",
                "undo",
                "make it blue, less clutter",
            )
        )
        self.did["say in a thread"] += 1
        await person.say(channel, f"@Draftroom {text}", grid["ts"])

    async def _mask(self, person: Person, channel: str, seen: list[Json]) -> None:
        grid = self._grid(seen)
        self.did["fix by mask"] += 1
        await person.upload(
            channel, _png("mask"), "mask.png", "@Draftroom fix cell 1: make it red", grid["ts"]
        )

    async def _question(self, person: Person, channel: str, seen: list[Json]) -> None:
        self.did["ask for a summary, costs, budget"] += 1
        line = self.chance.choice(("costs", "budget", "summary", "summary", "mine", "help"))
        await person.type(channel, f"/draft {line}")

    async def _stress(self, person: Person, channel: str, seen: list[Json]) -> None:
        self.did["stress test"] += 1
        await person.type(channel, "/draft stress 6 a red apple")

    async def _table(self, person: Person, channel: str, seen: list[Json]) -> None:
        self.did["batch from a table"] += 1
        await person.upload(channel, _TABLE, "launch.csv", "@Draftroom batch")

    async def _backgrounds(self, person: Person, channel: str, seen: list[Json]) -> None:
        self.did["backgrounds"] += 1
        text = "@Draftroom backgrounds\non a marble table\nin a pine forest"
        await person.upload(channel, _png("product"), "vase.png", text)

    async def _series(self, person: Person, channel: str, seen: list[Json]) -> None:
        """Press whatever a series offers."""
        offers = [
            (message, action)
            for message in seen
            for prefix in ("series_", "backgrounds_")
            for action in house.actions(message.get("blocks"), prefix)
        ]
        message, action = self.chance.choice(offers)
        self.did["press a button of a series"] += 1
        await person.click(message, action)

    async def _deliver(self, person: Person, channel: str, seen: list[Json]) -> None:
        grid = self._grid(seen)
        self.did["deliver"] += 1
        await person.type(channel, f"/draft deliver {payload(grid)['brief']}/1 96x48")

    async def _form(self, person: Person, channel: str, seen: list[Json]) -> None:
        self.did["draft by the form"] += 1
        await person.type(channel, "/draft")
        await person.submit(await person.open_view(2), {"prompt": "a green cup", "cells": "1"})

    async def _remove(self, person: Person, channel: str, seen: list[Json]) -> None:
        grid = self._grid(seen)
        self.did["remove a grid"] += 1
        await person.submit(await chosen(person, grid, "draft_remove"), {})

    def _grid(self, seen: list[Json]) -> Json:
        """A finished grid, or nothing, which raises KeyError where it is used."""
        grids = [m for m in seen if payload(m).get("role") == "grid" and house.actions(m, "approve_cell_")]
        return self.chance.choice(grids or [{}])


_KINDS = (
    *("draft",) * 8,
    *("button",) * 3,
    *("emoji",) * 4,
    *("say",) * 3,
    *("unreact", "stop", "stop", "mask", "mask", "question", "question"),
    *("stress", "table", "backgrounds", "series", "series", "series", "deliver", "form", "remove"),
)


@dataclass
class Engine:
    """The engine as a process at one address, to be killed and started again."""

    folder: Path
    arguments: tuple[str, ...]
    process: subprocess.Popen[str] | None = None
    address: str = ""

    def start(self) -> None:
        """Where it was before, or on a free port."""
        port = self.address.rpartition(":")[2] or "0"
        self.process, self.address = start(*self.arguments, "--port", port, log=self.folder / "engine.log")

    def end(self, how: signal.Signals) -> None:
        """Kill or stop it."""
        if self.process:
            self.process.send_signal(how)
            self.process.wait(20)


async def run(report: Report, folder: Path, *, kills: int, seed: int, engine: str) -> None:
    """Rounds of work and kills until so many were made."""
    arguments: tuple[str, ...] = ("tests.torture.instant", "--delay", "0", "1.5", "--previews")
    if engine == "tiny":
        from tests.engine.tiny_models import save_tiny_sd3, write_profile

        profile = write_profile(folder / "tiny.toml", save_tiny_sd3(folder / "tiny"))
        arguments = ("engine", "--profile", str(profile))
    done: Counter[str] = Counter()
    did: Counter[str] = Counter()
    number = 0
    nest = Nest(folder / "forks.log")
    while done.total() < kills:
        of = seed + number
        number += 1
        place = folder / f"kills-{number}"
        place.mkdir()
        size = min(ROUND, kills - done.total())
        story = Story(place, nest, arguments, random.Random(of), size)
        replay = f"--part kills --seed {of} --kills {size} --engine {engine}"
        try:
            await story.play(report, replay)
        except Exception as error:
            report.hold("a round of kills comes to its end", False, f"{replay} {error!r}"[:300])
        done += story.struck
        did += story.did
        report.figures["kills"] = f"{done.total():,} (" + _told(done) + ")"
        report.figures["done meanwhile"] = f"{did.total():,} things (" + _told(did) + ")"
        print(f"  {done.total()} kills, {report.failures} failures", flush=True)
    nest.close()


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


@dataclass
class Story:
    """One round: a new product, so many kills, and then a look at everything."""

    folder: Path
    nest: Nest
    arguments: tuple[str, ...]
    chance: random.Random
    size: int
    struck: Counter[str] = field(default_factory=Counter)
    did: Counter[str] = field(default_factory=Counter)

    async def play(self, report: Report, replay: str) -> None:
        """Work and kill, then rest, then look."""
        engine = Engine(self.folder, self.arguments)
        engine.start()
        try:
            await self._with(engine, report, replay)
        finally:
            engine.end(signal.SIGTERM)

    async def _with(self, engine: Engine, report: Report, replay: str) -> None:
        product = Forked(
            self.nest,
            self.folder,
            engine.address,
            DRAFTROOM_LEASE_S="5",
            DRAFTROOM_APPROVAL_GRACE_S=self.chance.choice(("0", "1.5")),
            DRAFTROOM_NUMBER_REACTIONS=self.chance.choice(("true", "false")),
            DRAFTROOM_GRID_FORM=self.chance.choice(("sheet", "cards")),
            DRAFTROOM_DEFAULT_BUDGET="1000 monthly",
            # Slack lets an app connect once a minute; a night would not be long enough.
            workspace=("--rate-factor", "30"),
        )
        with house.stopped(product):
            product.start_bot()
            async with (
                product.person("U0ADA") as ada,
                product.person("U0BEN") as ben,
                product.person("U0CLEO") as cleo,
                Control(product.url) as control,
            ):
                people = People(product, [ada, ben, cleo], self.chance, self.did)
                await control.set_faults(self._faults())
                began = time.monotonic()
                await self._kill(product, engine, control, people)
                print(f"    {self.struck.total()} kills in {time.monotonic() - began:.0f} s", flush=True)
                struck = (await control.faults())["events"][0]["struck"]
                await control.set_faults({})
                report.hold("events came again and late", struck > 0, replay)
                await house.rest(product, report, "after kills all comes to rest", replay)
                briefs = {row["prompt"] for row in product.rows("SELECT prompt FROM briefs")}
                lost = sorted(people.accepted - briefs)
                report.tried["what was acknowledged is kept"] += len(people.accepted) - len(lost)
                for prompt in lost:
                    report.hold("what was acknowledged is kept", False, f"{replay} {prompt!r}")

    def _faults(self) -> Json:
        events = {"copies": [1, 4], "late_s": [0, 1.5], "chance": 0.7}
        return {"seed": self.chance.randrange(10**6), "events": [events]}

    async def _kill(self, product: Forked, engine: Engine, control: Control, people: People) -> None:
        tasks: set[asyncio.Task[None]] = set()
        while self.struck.total() < self.size:
            for _ in range(self.chance.randint(1, 4)):
                tasks.add(asyncio.create_task(people.work()))
            await asyncio.sleep(self.chance.choice((0.2, 1.0, 3.0, 9.0)) * self.chance.random())
            match self.chance.randrange(10):
                case 0 | 1:
                    engine.end(signal.SIGKILL)
                    self.struck["engine"] += 1
                    await asyncio.sleep(self.chance.uniform(0, 1))
                    await asyncio.to_thread(engine.start)
                case 2 | 3:
                    how = self.chance.choice(("abort", "close"))
                    self.struck["connection"] += bool(await control.connections(how))
                case 4:
                    product.kill_bot()
                    self.struck["bot"] += 1
                    await self._kill_while_it_starts(product)
                    await asyncio.to_thread(product.start_bot)
                case _:
                    product.kill_bot()
                    self.struck["bot"] += 1
                    await asyncio.sleep(self.chance.uniform(0, 0.3))
                    await asyncio.to_thread(product.start_bot)
        await asyncio.gather(*tasks)

    async def _kill_while_it_starts(self, product: Forked) -> None:
        """While it takes up what an earlier kill left."""
        product.begin_bot()
        await asyncio.sleep(self.chance.uniform(0, 1))
        product.kill_bot()
        self.struck["bot while it starts"] += 1
