"""A CSV file as a series of named pictures: columns prompt, size, variant, name, seed, negative. Pure functions."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping

from bot.studio.commands import (
    PROMPT_LIMIT,
    SEED_LIMIT,
    brief_request,
    clean,
    read_aspect,
)
from bot.studio.model import Remedy
from bot.studio.sizes import ASPECT_LIMIT
from bot.studio.spread import Item

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
USAGE = (
    "Attach a CSV file to `@Draftroom batch`. Its first line names the columns: `prompt`, and if you like `size`"
    " (such as 1:1, 16:9 or 1080x1350), `variant`, `name`, `seed`, `negative`."
)


def read_table(data: bytes, *, most: int, seed: int) -> tuple[Item, ...]:
    """The pictures that a file asks for, in its order. `seed` is for rows without one.

    Raises Remedy that names the lines to mend.
    """
    head, lines = _rows(data)
    found = {column: head.index(name) for column, names in COLUMNS.items() for name in names if name in head}
    if "prompt" not in found:
        raise Remedy(f"That file has no column `prompt`; it has {_named(head)}. {USAGE}")
    if not lines:
        raise Remedy(f"That file has a head, but no rows. {USAGE}")
    if len(lines) > most:
        raise Remedy(
            f"That file has {len(lines):,} rows; I make up to {most} pictures at once. Split it into parts."
        )
    items: list[Item] = []
    problems: list[str] = []
    taken: set[str] = set()
    for index, (line, row) in enumerate(lines):
        cells = {column: clean(row[place]) if place < len(row) else "" for column, place in found.items()}
        try:
            item = _item(cells, (seed + index) % SEED_LIMIT, taken)
        except Remedy as error:
            problems.append(f"line {line}: {error.args[0]}")
        else:
            items.append(item)
    if problems:
        told = "\n".join(f"• {problem}" for problem in problems[:PROBLEMS_TOLD])
        more = f"\n…and {len(problems) - PROBLEMS_TOLD} more." if len(problems) > PROBLEMS_TOLD else ""
        raise Remedy(f"Nothing was started. Mend these lines and upload the file again:\n{told}{more}")
    return tuple(items)


def _rows(data: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The head in lower case, and the other rows with their line numbers. Raises Remedy."""
    if len(data) > TABLE_LIMIT:
        raise Remedy(f"That file is larger than {TABLE_LIMIT // 1_000_000} MB. {USAGE}")
    if b"\0" in data:
        raise Remedy(f"That file is no CSV file: it isn't text. {USAGE}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Remedy("That file isn't UTF-8. Save it as “CSV UTF-8” and upload it again.") from error
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
        raise Remedy(f"That CSV file can't be read: {error}. {USAGE}") from error
    if not rows:
        raise Remedy(f"That file is empty. {USAGE}")
    return [cell.strip().lower() for cell in rows[0][1]], rows[1:]


def _item(cells: Mapping[str, str], seed: int, taken: set[str]) -> Item:
    prompt, variant = cells["prompt"], cells.get("variant", "")
    if not prompt:
        raise Remedy("there is no prompt.")
    size = cells.get("size", "").replace("×", "x").replace(" ", "")
    whole = ", ".join(filter(None, [prompt, variant]))
    if len(whole) > PROMPT_LIMIT:
        raise Remedy(f"the prompt has {len(whole):,} characters; I read up to {PROMPT_LIMIT:,}.")
    try:
        aspect = read_aspect(size) if size else (1, 1)
    except Remedy as error:
        raise Remedy(
            f"“{size[:40]}” is no size that I can draw. Write it like 1:1, 16:9 or 1080x1350,"
            f" between 1:{ASPECT_LIMIT} and {ASPECT_LIMIT}:1."
        ) from error
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
    return ", ".join(f"`{name}`" for name in head[:8] if name) or "no columns that I know"
