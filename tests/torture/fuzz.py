"""Whatever people type, upload or send: it is understood, or refused with a sentence, at once."""

from __future__ import annotations

import io
import random
import string
import time
from collections.abc import Callable

from PIL import Image

from bot.batch.csv_table import read_table
from bot.briefs.model import UserError
from bot.draft.command import parse_brief
from bot.fix.regions import parse_region
from bot.ledger import parse_budget
from bot.ledger.money import MoneyTextError
from bot.listeners.commands import find
from bot.listeners.mention_text import parse_reply
from bot.listeners.near_commands import meant
from bot.pictures import opening
from bot.slack.text import checked_length, unescape
from tests.torture.report import Report

#: Longest time that one input may take, in seconds; generous, since other work runs beside it.
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
}


def run(report: Report, *, inputs: int, seed: int) -> None:
    """So many inputs, a share for each target."""
    each = max(1, inputs // len(TARGETS))
    for name, target in TARGETS.items():
        slowest = 0.0
        for number in range(each):
            of = f"{seed}:{name}:{number}"
            began = time.monotonic()
            try:
                target(random.Random(of))
                broke = ""
            except (UserError, MoneyTextError):
                broke = ""
            except Exception as error:
                broke = f"{type(error).__name__}: {error}"
            took = time.monotonic() - began
            slowest = max(slowest, took)
            report.hold(
                f"{name} is understood or refused", not broke, f"--part fuzz, Random({of!r}): {broke}"[:300]
            )
            report.hold("no input keeps others waiting", took < AT_ONCE_S, f"Random({of!r}): {took:.1f} s")
        report.figures[f"slowest: {name}"] = f"{slowest * 1000:.0f} ms"
