"""Whatever people type, upload or send: it is understood, or refused with a sentence, at once."""

from __future__ import annotations

import io
import json
import random
import string
import time
from collections.abc import Callable

from PIL import Image

from bot.batch.csv_table import read_table
from bot.briefs.model import UserError
from bot.draft.command import parse_brief
from bot.editor.request import read_adjustment, read_fix, read_key, read_mask
from bot.fix.regions import parse_region
from bot.images_api.types import EngineError, GenerateRequest
from bot.images_api.wire import event_from, pictures_from
from bot.ledger import parse_budget
from bot.ledger.money import MoneyTextError
from bot.listeners.commands import find
from bot.listeners.mention_text import parse_reply
from bot.listeners.near_commands import meant
from bot.pictures import opening
from bot.slack.text import checked_length, unescape
from engine.profiles.profile import load_profile
from engine.serving.errors import Refused
from engine.serving.limits import Limits
from engine.serving.requests import Reader
from tests.torture.report import Report

#: Longest time of the processor that one input may take, in seconds.
AT_ONCE_S = 2.0
_WORDS = (
    "draft fix left right top half 1 2 3 approve budget costs summary --n --ar 16:9 --seed --style make it blue"
    " ， ： “ ” « » <@U0ADA> <https://a.b|a.b> *bold* ~no~ `code` \u202e \u200d 🍋 🟦 яблоко 苹果 ١٢ 1.000,00 € -1 1e99 NaN"
    " \x00 \ufffd ' \" ; , \t \n | & &amp; &lt; <!here> <!channel> @everyone #general"
).split(" ")


def text(chance: random.Random) -> str:
    """Something that nobody would type, or would."""
    parts = [
        chance.choice(_WORDS)
        if chance.random() < 0.8
        else "".join(chance.choices(string.printable, k=chance.randint(1, 12)))
        for _ in range(chance.choice((0, 1, 3, 8, 30, 400)))
    ]
    return chance.choice((" ", "", ",", "\n")).join(parts)


def data(chance: random.Random) -> bytes:
    """A file that is none, half of one, or one with some bytes turned."""
    if chance.random() < 0.3:
        return chance.randbytes(chance.randint(0, 400))
    out = io.BytesIO()
    mode, form = chance.choice(
        (
            ("RGB", "PNG"),
            ("RGB", "JPEG"),
            ("RGB", "WEBP"),
            ("CMYK", "JPEG"),
            ("P", "PNG"),
            ("1", "PNG"),
            ("I;16", "PNG"),
            ("RGBA", "PNG"),
        )
    )
    Image.new(mode, (chance.randint(1, 40), chance.randint(1, 40))).save(out, form)
    raw = bytearray(out.getvalue())
    for _ in range(chance.randint(0, 6)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw[: chance.randint(1, len(raw))] if chance.random() < 0.4 else raw)


def value(chance: random.Random, depth: int = 0) -> object:
    """Anything that JSON can hold."""
    if depth < 3 and chance.random() < 0.3:
        return [value(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    if depth < 3 and chance.random() < 0.3:
        return fields(chance, ("instruction", "seconds", "usage", "code", "id"), depth + 1)
    plain = (
        None,
        True,
        0,
        1,
        -1,
        2**70,
        1e308,
        -0.0,
        "",
        "1",
        "64x64",
        "x" * 300,
        "\u202e",
        "draft",
        "fix",
        "png",
    )
    return chance.choice((*plain, text(chance)[:200]))


def fields(chance: random.Random, names: tuple[str, ...], depth: int = 0) -> dict[str, object]:
    """Some of these fields, each with anything."""
    return {name: value(chance, depth) for name in chance.sample(names, chance.randint(0, len(names)))}


def as_json(chance: random.Random, names: tuple[str, ...]) -> str:
    """A request in JSON, now and then cut off or nested without end."""
    if chance.random() < 0.02:
        return chance.choice("[{") * chance.randint(1, 100_000)
    written = json.dumps({**_FIX, **fields(chance, names)})
    return written[: chance.randint(0, len(written))] if chance.random() < 0.2 else written


_FIX = {
    "version": 1,
    "candidates": 1,
    "parts": [{"instruction": "make it blue"}],
    "key": "0123456789",
    "values": {},
}
_EDITOR = ("version", "candidates", "parts", "key", "extend", "values")
_ANSWER = (
    "type",
    "error",
    "b64_json",
    "image_index",
    "partial_image_index",
    "draftroom",
    "usage",
    "seed",
    "position",
)
_OPTIONS = GenerateRequest(prompt="an apple", size=(64, 64), seeds=(1, 2), tier="draft")
_ENGINE = (
    "prompt n size quality tier steps guidance seed seeds partial_images output_format output_compression stream"
    " response_format background user negative_prompt mask_text mask_mode anchor strength references loras origin"
).split(" ")
_READER = Reader(profile=load_profile("starter"), limits=Limits(), multiple=8)


def event(chance: random.Random) -> object:
    """As the bot reads an engine's stream."""
    kinds = ("image_generation.completed", "image_edit.partial_image", "draftroom.queued", "error")
    return event_from(
        {"type": chance.choice(kinds), **fields(chance, _ANSWER)}, _OPTIONS, chance.randint(0, 3)
    )


def answer(chance: random.Random) -> object:
    """As the bot reads an engine's JSON."""
    whole = {"data": [fields(chance, _ANSWER) for _ in range(chance.randint(0, 3))]}
    return pictures_from({**whole, **fields(chance, ("data", "draftroom", "usage"))}, _OPTIONS)


def asked(chance: random.Random) -> object:
    """As the engine reads a request."""
    wanted = {"prompt": "an apple", **fields(chance, tuple(_ENGINE))}
    if chance.random() < 0.7:
        return _READER.generation(wanted)
    return _READER.edit(wanted, image=data(chance), mask=data(chance) if chance.random() < 0.7 else None)


def command(typed: str) -> object:
    """As the table of commands reads it."""
    said = meant(unescape(checked_length(typed)))
    return find(said) or parse_brief(said)


TARGETS: dict[str, Callable[[random.Random], object]] = {
    "what is typed after /draft": lambda chance: command(text(chance)),
    "what is said in a thread": lambda chance: parse_reply(
        checked_length(text(chance)), has_mask=chance.random() < 0.5
    ),
    "a region": lambda chance: parse_region(text(chance)[:200]),
    "a budget": lambda chance: parse_budget(text(chance)[:100], "USD"),
    "a table": lambda chance: read_table(
        ("prompt,name,size\n" if chance.random() < 0.5 else "").encode()
        + text(chance).encode(chance.choice(("utf-8", "utf-16", "latin-1")), "replace"),
        most=100,
        seed=1,
    ),
    "a picture": lambda chance: opening.seen(data(chance), "picture"),
    "a mask painted in the editor": lambda chance: read_mask(data(chance), 20, 20),
    "a request of the editor's page": lambda chance: chance.choice((read_fix, read_adjustment, read_key))(
        as_json(chance, _EDITOR)
    ),
    "an event of an engine": event,
    "an answer of an engine": answer,
    "a request to the engine": asked,
}


def run(report: Report, *, inputs: int, seed: int) -> None:
    """So many inputs, a share for each target."""
    each = max(1, inputs // len(TARGETS))
    for name, target in TARGETS.items():
        slowest = 0.0
        for number in range(each):
            of = f"{seed}:{name}:{number}"
            began = time.thread_time()
            try:
                target(random.Random(of))
                broke = ""
            except (UserError, MoneyTextError, EngineError, Refused):
                broke = ""
            except Exception as error:
                broke = f"{type(error).__name__}: {error}"
            took = time.thread_time() - began
            slowest = max(slowest, took)
            report.hold(
                f"{name} is understood or refused", not broke, f"--part fuzz, Random({of!r}): {broke}"[:300]
            )
            report.hold("no input keeps others waiting", took < AT_ONCE_S, f"Random({of!r}): {took:.1f} s")
        report.figures[f"slowest: {name}"] = f"{slowest * 1000:.0f} ms"
