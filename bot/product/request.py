"""`@Draftroom backgrounds` with one prompt a line, or a CSV: what is to stand behind a product. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.batch.csv_table import check_fits, problem, read_rows, to_mend
from bot.briefs.model import UserError
from bot.briefs.typed import PROMPT_LIMIT, clean, with_emoji
from bot.texts import say

#: Pictures that one request may make: as many as a contact sheet holds.
BACKDROPS_LIMIT = 25
#: More than so many ask before they run.
UNASKED_LIMIT = 4
#: Largest CSV, in bytes.
CSV_LIMIT = 200_000

_WORD = re.compile(r"\s*backgrounds?\b[\s:]*(.*)", re.I | re.S)
#: As typed, and as phones turn two hyphens into a dash.
_SHADOW = re.compile(r"(?:^|(?<=\s))(?:--|[—–])(no-)?shadow\b", re.I)
_COUNT = re.compile(r"([0-9]{1,4})(?:\s*[x×:]|\s|$)\s*(.*)", re.S | re.I)


@dataclass(frozen=True, kw_only=True)
class Backdrops:
    """What a person asked to stand behind the product; without prompts the product itself is all there is."""

    prompts: tuple[str, ...]
    #: Whether a soft shadow is put under the product; None: as before.
    shadow: bool | None = None


def parse_backdrops(text: str) -> Backdrops | None:
    """Understand a mention, or the text of a `/draft`; None where it is about something else. Raises UserError.

    Prompts stand one a line, or with semicolons between. A number before them makes so many pictures of them, and
    `--shadow` puts a shadow under the product.
    """
    match = _WORD.fullmatch(text)
    if match is None:
        return None
    flags = _SHADOW.findall(match[1])
    rest, wanted = _SHADOW.sub("", match[1]).strip(), 0
    if counted := _COUNT.fullmatch(rest):
        wanted, rest = int(counted[1]), counted[2]
    return Backdrops(
        prompts=spread([with_emoji(clean(part)) for part in re.split(r"[\n;]", rest)], wanted),
        shadow=not flags[-1] if flags else None,
    )


def spread(prompts: list[str], wanted: int = 0) -> tuple[str, ...]:
    """The prompts, checked, and repeated until there are so many. Raises UserError."""
    found = [prompt for prompt in prompts if prompt]
    for prompt in found:
        if len(prompt) > PROMPT_LIMIT:
            raise UserError(say("backdrops-long-prompt", count=f"{len(prompt):,}", most=f"{PROMPT_LIMIT:,}"))
    count = max(len(found), wanted)
    if count > BACKDROPS_LIMIT:
        raise UserError(say("backdrops-too-many", count=count, most=BACKDROPS_LIMIT))
    if wanted and len(found) > wanted:
        raise UserError(say("backdrops-too-few-pictures", prompts=len(found), wanted=wanted))
    return tuple(found[index % len(found)] for index in range(count)) if found else ()


def read_csv(data: bytes) -> tuple[str, ...]:
    """The prompts of a CSV file: its column `prompt`, or its first one. Raises UserError."""
    rows = read_rows(data, most=CSV_LIMIT)
    head = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    if "prompt" not in head:
        # Without a head a comma belongs to the prompt.
        return _prompts([row[0] for _, row in read_rows(data, most=CSV_LIMIT, marks=";\t")])
    problems = []
    for line, row in rows[1:]:
        try:
            check_fits(head, row)
        except UserError as error:
            problems.append(problem(line, error.sentence))
    if problems:
        raise to_mend(problems)
    column = head.index("prompt")
    return _prompts([row[column] for _, row in rows[1:] if len(row) > column])


def _prompts(cells: list[str]) -> tuple[str, ...]:
    if found := spread([clean(cell) for cell in cells]):
        return found
    raise UserError(say("backdrops-csv-empty"))
