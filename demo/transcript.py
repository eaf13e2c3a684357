"""Writes what came of a play: the pictures, the database, and a transcript whose figures are counted anew."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from demo.player import Record


def write(out: Path, data: Path, record: Record, say: Callable[[str], None]) -> bool:
    """Write everything into `out` and print a report. False when something does not add up."""
    out.mkdir(parents=True, exist_ok=True)
    for name in ("preview", "grid", "pro", "fixed", "summary", "comparison"):
        (out / f"{name}.png").write_bytes(record.pictures[name])
    database = out / "draftroom.sqlite3"
    database.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(data / "draftroom.sqlite3")) as source,
        closing(sqlite3.connect(database)) as copy,
    ):
        source.backup(copy)
        copy.row_factory = sqlite3.Row
        _copy_pictures(copy, data / "pictures", out, record.brief)
        ledger = [dict(row) for row in copy.execute("SELECT * FROM ledger")]
    outside, inside = _changed_pixels(out)
    settled = sum(row["amount_micro"] for row in ledger if row["kind"] == "settle")
    ended = {row["reservation"] for row in ledger if row["kind"] != "reserve"}
    still_open = [row["id"] for row in ledger if row["kind"] == "reserve" and row["id"] not in ended]
    told = _told_micro(record.summary)
    transcript: dict[str, Any] = {
        **{name: round(value, 3) for name, value in record.timings.items()},
        "timings": {name: round(value, 3) for name, value in record.timings.items()},
        "pixels_changed_outside_mask": outside,
        "pixels_changed_inside_mask": inside,
        "settled_micro": settled,
        "summary_micro": told,
        "open_reservations": still_open,
        "messages": record.messages,
        "ledger": ledger,
    }
    (out / "transcript.json").write_text(json.dumps(transcript, indent=1, ensure_ascii=False) + "\n")
    problems = [
        (outside != 0, f"{outside} pixels changed outside the mask."),
        (inside == 0, "Nothing changed inside the mask."),
        (told != settled, f"The summary told {told} micro-units, the ledger settled {settled}."),
        (bool(still_open), f"{len(still_open)} reservations are still open."),
    ]
    for wrong, sentence in problems:
        if wrong:
            say(f"  ✗ {sentence}")
    say(f"  {outside} pixels changed outside the mask, {inside} inside; {settled} micro-units settled")
    say(f"Written to {out}: grid, cells, Pro render, mask, fix, summary, database and transcript.json")
    if not sys.stdout.isatty():
        # For scripts: the last line of a piped play is its timings.
        say(json.dumps(transcript["timings"]))
    return not any(wrong for wrong, _ in problems)


def _copy_pictures(database: sqlite3.Connection, pictures: Path, out: Path, brief: str) -> None:
    """The cells and the mask, which Slack shows only as parts of other pictures."""
    cells = out / "cells"
    shutil.rmtree(cells, ignore_errors=True)
    cells.mkdir()
    for row in database.execute(
        "SELECT kind, number, picture, mask FROM versions WHERE brief = ? ORDER BY id", [brief]
    ):
        if row["kind"] == "cell":
            shutil.copyfile(_stored(pictures, row["picture"]), cells / f"{row['number']}.png")
        elif row["kind"] == "fix":
            shutil.copyfile(_stored(pictures, row["mask"]), out / "mask.png")


def _stored(pictures: Path, sha256: str) -> Path:
    return next((pictures / sha256[:2]).glob(f"{sha256}.*"))


def _changed_pixels(out: Path) -> tuple[int, int]:
    """(outside, inside): pixels of fixed.png that differ from pro.png, by the mask's white."""
    with Image.open(out / "pro.png") as before, Image.open(out / "fixed.png") as after:
        first, second = np.asarray(before.convert("RGBA")), np.asarray(after.convert("RGBA"))
    with Image.open(out / "mask.png") as picture:
        mask = np.asarray(picture.convert("L")) > 0
    changed = (first != second).any(-1)
    return int((changed & ~mask).sum()), int((changed & mask).sum())


def _told_micro(summary: str) -> int | None:
    """The spend in the summary's text, in micro-units."""
    found = re.search(r"([0-9][0-9,]*(?:\.[0-9]+)?) spent", summary)
    return int(Decimal(found.group(1).replace(",", "")) * 1_000_000) if found else None
