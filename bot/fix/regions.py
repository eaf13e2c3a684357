"""Where on a picture a fix goes, from words: `left`, `top-right`, `B2:C3`, `10% 20% 60% 80%`."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.briefs.model import UserError
from bot.pictures.box import GRID, Box
from bot.texts import say

_COLUMNS = {"left": (0.0, 0.5), "right": (0.5, 1.0), "": (0.0, 1.0)}
_ROWS = {"top": (0.0, 0.5), "bottom": (0.5, 1.0), "": (0.0, 1.0)}
_ALIASES = {"upper": "top", "lower": "bottom", "centre": "center", "middle": "center"}

_NUMBER = r"(-?[0-9]{1,6}(?:\.[0-9]{1,6})?)\s*%?"
_PERCENT = re.compile(rf"{_NUMBER}[\s,;]+{_NUMBER}[\s,;\-–to]+{_NUMBER}[\s,;]+{_NUMBER}")
_CELLS = re.compile(r"([a-z])([0-9]{1,2})(?:\s*[:\-–]\s*([a-z])([0-9]{1,2}))?")


_EXCEPT = re.compile(
    r"(?:everything|everywhere|all|anything)\s+(?:except|but|besides|apart from|outside(?: of)?)\s+(.+)"
)


def parse_region(text: str) -> Box:
    """Understand a region. Raises UserError with what can be said instead."""
    words = text.strip().lower().strip("`'\" ")
    if match := _EXCEPT.fullmatch(words):
        return replace(parse_region(match.group(1)), outside=True)
    if match := _PERCENT.fullmatch(words):
        left, top, right, bottom = (float(number) for number in match.groups())
        return _percent_box(left, top, right, bottom)
    if match := _CELLS.fullmatch(words):
        return _cell_box(match)
    named = _named_box(words)
    if named is None:
        raise UserError(say("regions-unknown", shown=words[:40] or say("regions-nothing")))
    return named


def _named_box(words: str) -> Box | None:
    parts = [
        _ALIASES.get(part, part)
        for part in re.split(r"[\s\-_]+", words)
        if part not in ("the", "side", "half", "corner", "part", "picture", "image")
    ]
    if parts in (["all"], ["everything"], ["everywhere"], ["whole"], ["entire"]):
        return Box(left=0, top=0, right=1, bottom=1)
    if parts == ["center"]:
        return Box(left=0.25, top=0.25, right=0.75, bottom=0.75)
    if not parts or len(parts) > 2 or len(set(parts)) != len(parts):
        return None
    rows = [part for part in parts if part in ("top", "bottom")]
    columns = [part for part in parts if part in ("left", "right")]
    middle = "center" in parts
    if len(rows) > 1 or len(columns) > 1 or len(rows) + len(columns) + middle != len(parts):
        return None
    (left, right), (top, bottom) = _COLUMNS[columns[0] if columns else ""], _ROWS[rows[0] if rows else ""]
    if middle and rows:
        left, right = 0.25, 0.75
    if middle and columns:
        top, bottom = 0.25, 0.75
    return Box(left=left, top=top, right=right, bottom=bottom)


def _percent_box(left: float, top: float, right: float, bottom: float) -> Box:
    if not (0 <= left <= 100 and 0 <= top <= 100 and 0 <= right <= 100 and 0 <= bottom <= 100):
        raise UserError(say("regions-off-picture"))
    if right <= left or bottom <= top:
        raise UserError(say("regions-empty"))
    return Box(left=left / 100, top=top / 100, right=right / 100, bottom=bottom / 100)


def _cell_box(match: re.Match[str]) -> Box:
    first_column, first_row, last_column, last_row = match.groups()
    columns = [ord(letter) - ord("a") for letter in (first_column, last_column or first_column)]
    rows = [int(number) - 1 for number in (first_row, last_row or first_row)]
    if not all(0 <= value < GRID for value in columns + rows):
        raise UserError(say("regions-off-grid", column=chr(ord("A") + GRID - 1), rows=GRID))
    return Box(
        left=min(columns) / GRID,
        top=min(rows) / GRID,
        right=(max(columns) + 1) / GRID,
        bottom=(max(rows) + 1) / GRID,
    )
