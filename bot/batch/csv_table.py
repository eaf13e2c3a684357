"""A CSV file as a series of named pictures: columns prompt, size, variant, name, seed, negative. Pure functions."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping

from bot.batch.spread import Item
from bot.briefs.model import UserError
from bot.briefs.sizes import ASPECT_LIMIT
from bot.briefs.typed import PROMPT_LIMIT, SEED_LIMIT, clean, read_aspect
from bot.draft.command import brief_request
from bot.texts import say

#: Largest file, in bytes.
TABLE_LIMIT = 1_000_000
#: Problems told at once; more would not be read.
PROBLEMS_TOLD = 5
#: Longest asset name, in characters.
NAME_LIMIT = 60

#: Column → the heads under which it is found.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "prompt": ("prompt",),
    "size": ("size", "aspect", "ar", "format"),
    "variant": ("variant", "variation"),
    "name": ("name", "asset", "asset name", "file"),
    "seed": ("seed",),
    "negative": ("negative", "negative prompt", "negative_prompt", "no"),
}
#: Names that Windows keeps for devices, whatever stands behind their dot.
_RESERVED = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9]")


def read_table(data: bytes, *, most: int, seed: int) -> tuple[Item, ...]:
    """The pictures that a file asks for, in its order. `seed` is for rows without one.

    Raises UserError that names the lines to mend.
    """
    head, lines = _rows(data)
    found = {column: head.index(name) for column, names in COLUMNS.items() for name in names if name in head}
    if "prompt" not in found:
        columns = _named(head)
        raise UserError(
            say("asset-tables-no-prompt-column", columns=columns)
            if columns
            else say("asset-tables-no-known-column")
        )
    if not lines:
        raise UserError(say("asset-tables-no-rows"))
    if len(lines) > most:
        raise UserError(say("asset-tables-too-many-rows", count=f"{len(lines):,}", most=most))
    items: list[Item] = []
    problems: list[str] = []
    taken: set[str] = set()
    for index, (line, row) in enumerate(lines):
        cells = {column: clean(row[place]) if place < len(row) else "" for column, place in found.items()}
        try:
            item = _item(cells, (seed + index) % SEED_LIMIT, taken)
        except UserError as error:
            problems.append(say("asset-tables-problem", line=line, problem=error.sentence))
        else:
            items.append(item)
    if problems:
        told = problems[:PROBLEMS_TOLD]
        if len(problems) > PROBLEMS_TOLD:
            told.append(say("asset-tables-problems-more", count=len(problems) - PROBLEMS_TOLD))
        raise UserError(say("asset-tables-problems", problems="\n".join(told)))
    return tuple(items)


def _rows(data: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The head in lower case, and the other rows with their line numbers. Raises UserError."""
    if len(data) > TABLE_LIMIT:
        raise UserError(say("asset-tables-too-large", most=TABLE_LIMIT // 1_000_000))
    if b"\0" in data:
        raise UserError(say("asset-tables-not-text"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(say("asset-tables-not-utf8")) from error
    # Spreadsheets in many countries write semicolons.
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((begins, row))
            # A quoted cell may go over several lines; the row is where it begins.
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UserError(say("asset-tables-unreadable", error=str(error))) from error
    if not rows:
        raise UserError(say("asset-tables-empty"))
    return [cell.strip().lower() for cell in rows[0][1]], rows[1:]


def _item(cells: Mapping[str, str], seed: int, taken: set[str]) -> Item:
    prompt, variant = cells["prompt"], cells.get("variant", "")
    if not prompt:
        raise UserError(say("asset-tables-no-prompt"))
    size = cells.get("size", "").replace("×", "x").replace(" ", "")
    whole = ", ".join(filter(None, [prompt, variant]))
    if len(whole) > PROMPT_LIMIT:
        raise UserError(say("asset-tables-long-prompt", count=f"{len(whole):,}", most=f"{PROMPT_LIMIT:,}"))
    try:
        aspect = read_aspect(size) if size else (1, 1)
    except UserError as error:
        raise UserError(say("asset-tables-no-size", size=size[:40], most=ASPECT_LIMIT)) from error
    request = brief_request(
        prompt=whole,
        negative_prompt=cells.get("negative", ""),
        cells="",
        aspect="",
        seed=cells.get("seed", ""),
    )
    name = _free(slug(cells.get("name") or f"{prompt} {variant}"), taken)
    return Item(
        name=name,
        prompt=whole,
        label=name,
        variant=variant,
        seed=seed if request.seed is None else request.seed,
        aspect=aspect,
        negative_prompt=request.negative_prompt,
    )


def slug(text: str) -> str:
    """A file's name, without its extension: small plain letters, digits and hyphens; never empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:NAME_LIMIT].strip("-") or "picture"
    return f"{name}-picture" if _RESERVED.fullmatch(name) else name


def _free(name: str, taken: set[str]) -> str:
    """The name, or with a number where another row has it."""
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    taken.add(found)
    return found


def _named(head: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in head[:8] if name)
