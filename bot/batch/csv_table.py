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
from bot.draft.command import brief_request, parse_brief
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
#: What no text contains: a table of one column is split nowhere.
_NO_MARK = "\x1f"
#: Quotation marks that keyboards and languages have: what opens a cell, what closes it.
_QUOTES = (("“„”‟＂", "”“＂"), ("‘‚", "’‘"), ("«»", "»«"), ("‹›", "›‹"), ("「", "」"), ("『", "』"))
#: Letters of another alphabet, read as western ones, come in rows that no western word has.
_NOT_WESTERN = re.compile(r"[À-ÖØ-öø-ÿŠŒŽšœžŸƒ]{3}|[^\x00-\x7f]{4}|�")
#: Names that Windows keeps for devices, whatever stands behind their dot.
_RESERVED = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9]")


def read_table(data: bytes, *, most: int, seed: int) -> tuple[Item, ...]:
    """The pictures that a file asks for, in its order. `seed` is for rows without one.

    Raises UserError that names the lines to mend.
    """
    rows = read_rows(data)
    if not rows:
        raise UserError(say("asset-tables-empty"))
    head, lines = [cell.strip().lower() for cell in rows[0][1]], rows[1:]
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
            check_fits(head, row)
            _check_whole(rows[0][1], row, found)
            item = _item(cells, (seed + index) % SEED_LIMIT, taken)
        except UserError as error:
            problems.append(problem(line, error.sentence))
        else:
            items.append(item)
    if problems:
        raise to_mend(problems)
    return tuple(items)


def problem(line: int, sentence: str) -> str:
    """What is wrong with a line."""
    return say("asset-tables-problem", line=line, problem=sentence)


def to_mend(problems: list[str]) -> UserError:
    """Every line that is to be mended, or the first few."""
    listed = problems[:PROBLEMS_TOLD]
    if len(problems) > PROBLEMS_TOLD:
        listed.append(say("asset-tables-problems-more", count=len(problems) - PROBLEMS_TOLD))
    return UserError(say("asset-tables-problems", problems="\n".join(listed)))


def check_fits(head: list[str], row: list[str]) -> None:
    """Raise UserError where a row has cells that no column is there for: a comma split its prompt."""
    if any(cell.strip() for place, cell in enumerate(row) if place >= len(head) or not head[place]):
        raise UserError(say("asset-tables-cells", cells=len(row), columns=sum(map(bool, head))))


def _check_whole(head: list[str], row: list[str], found: Mapping[str, int]) -> None:
    """Raise UserError where a row fits its head, and a comma may have split its prompt all the same."""
    prompt = found["prompt"]
    beside = [found.get(column) for column in ("variant", "name", "negative")]
    if prompt + 1 not in beside or prompt + 1 >= len(row) or re.search(r"[,;\t|，]", row[prompt]):
        return
    cell, its_head = row[prompt + 1], head[prompt + 1]
    if cell.strip() and cell[0].isspace() and not its_head[:1].isspace():
        raise UserError(say("asset-tables-split", cell=clean(cell)[:40]))


def read_rows(data: bytes, *, most: int = TABLE_LIMIT, marks: str = ",;\t|，") -> list[tuple[int, list[str]]]:
    """The rows that are not empty, with their line numbers; `marks` may stand between cells. Raises UserError."""
    if len(data) > most:
        raise UserError(say("asset-tables-too-large", most=f"{most // 1000:,}"))
    text = _text(data).replace("\r\n", "\n").replace("\r", "\n")
    # Spreadsheets write their mark into the first line, or semicolons in many countries, or tabs.
    hint = re.match(r'\s*"?sep ?= ?([^\n])"?[,;\t ]*(?:\n|$)', text, re.I)
    first = text[: hint.end()].count("\n") if hint else 0
    text = text[hint.end() :] if hint else text
    head = text.lstrip("\n").partition("\n")[0]
    mark = hint[1] if hint else max(marks, key=head.count)
    # In a table of one column nothing separates: a comma belongs to the prompt.
    mark = mark if mark in head else _NO_MARK
    reader = csv.reader(io.StringIO(_straight(text, mark), newline=""), delimiter=mark, strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = first + 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((begins, row))
            # A quoted cell may go over several lines; the row is where it begins.
            begins = first + reader.line_num + 1
    except csv.Error as error:
        raise to_mend([problem(begins, say("asset-tables-quote"))]) from error
    return rows


def _text(data: bytes) -> str:
    """The file's text, as spreadsheets save it: UTF-8, “Unicode Text”, or western letters. Raises UserError."""
    even, odd = data[:8:2], data[1:8:2]
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        wide = "utf-32"
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        wide = "utf-16"
    else:
        # Every other byte of a head's letters is zero where the file doesn't say how it is written.
        wide = (
            "utf-16-le"
            if all(even) and odd == bytes(4)
            else "utf-16-be"
            if all(odd) and even == bytes(4)
            else ""
        )
    try:
        text = data.decode(wide or "utf-8-sig")
    except UnicodeDecodeError as error:
        if wide:
            raise UserError(say("asset-tables-not-text")) from error
        # Excel for the Mac writes lines that end as they did on the first Macs, and their letters.
        text = data.decode("mac-roman" if b"\r" in data and b"\n" not in data else "cp1252", "replace")
        if _NOT_WESTERN.search(text):
            raise UserError(say("asset-tables-not-utf8")) from error
    if "\0" in text:
        raise UserError(say("asset-tables-not-text"))
    return text


def _straight(text: str, mark: str) -> str:
    """The text with cells in any quotation marks in straight ones; those that are part of a prompt stay."""
    between, space = re.escape(mark), r"[^\S\n\t]*"
    ends = rf"{space}(?=[\n{between}]|\Z)"
    others = "|".join(
        rf"[{opens}]((?:(?!{between}{space}[{opens}])[^\n])*?)[{closes}]{ends}" for opens, closes in _QUOTES
    )
    inside = rf'[^"\n{between}]'
    cell = re.compile(
        rf"(^|{between}){space}(?:"
        rf'("(?:[^"]|"")*+"){ends}|{others}'
        # A prompt that begins with a word in quotation marks.
        rf'|("{inside}*"(?:{inside}|"{inside}*")+)(?=[\n{between}]|\Z)'
        # What is opened and never closed is told as such.
        rf"|[“„](?=[^“”\n{between}]*(?:[\n{between}]|\Z)))",
        re.M,
    )

    def straight(found: re.Match[str]) -> str:
        before, as_it_is, *rest = found.groups()
        if as_it_is is not None:
            return f"{before}{as_it_is}"
        inner = next((one for one in rest if one is not None), None)
        return f'{before}"' if inner is None else '{}"{}"'.format(before, inner.replace('"', '""'))

    return cell.sub(straight, text)


def _item(cells: Mapping[str, str], seed: int, taken: set[str]) -> Item:
    variant = cells.get("variant", "")
    if not cells["prompt"]:
        raise UserError(say("asset-tables-no-prompt"))
    if len(cells["prompt"]) > PROMPT_LIMIT:
        count = f"{len(cells['prompt']):,}"
        raise UserError(say("asset-tables-long-prompt", count=count, most=f"{PROMPT_LIMIT:,}"))
    if other := re.search(r"(?<!\S)(?:--|—)(n|style|like|strength)\b", cells["prompt"], re.I):
        raise UserError(say("asset-tables-flag", flag=f"--{other[1].lower()}"))
    # A prompt may bring its flags with it, as in a command.
    typed_brief = parse_brief(cells["prompt"])
    size, typed = _size(cells.get("size", "")), cells.get("seed", "")
    negative = cells.get("negative", "")
    for column, twice in (
        ("size", size and typed_brief.shaped),
        ("seed", typed and typed_brief.seed is not None),
        ("negative", negative and typed_brief.negative_prompt),
    ):
        if twice:
            raise UserError(say("asset-tables-twice", column=column))
    request = brief_request(
        prompt=typed_brief.prompt,
        negative_prompt=negative or typed_brief.negative_prompt,
        cells="",
        aspect="",
        seed=typed or str(typed_brief.seed if typed_brief.seed is not None else ""),
    )
    asked = cells.get("name", "")
    # What a name ends with is the file's own business.
    asked = re.sub(r"\.(png|jpe?g|webp|gif|tiff?|psd|avif|heic)$", "", asked, flags=re.I)
    name = _free(slug(asked or f"{typed_brief.prompt} {variant}"), taken)
    return Item(
        name=name,
        prompt=request.prompt,
        label=name,
        variant=variant,
        seed=seed if request.seed is None else request.seed,
        aspect=size or (typed_brief.aspect if typed_brief.shaped else (1, 1)),
        negative_prompt=request.negative_prompt,
    )


def _size(text: str) -> tuple[int, int] | None:
    """A shape as people write it: 16:9, 1080X1350, 1080 × 1350, story. Raises UserError."""
    if not text:
        return None
    try:
        return read_aspect(text)
    except UserError as error:
        raise UserError(say("asset-tables-no-size", size=text[:40], most=ASPECT_LIMIT)) from error


def slug(text: str) -> str:
    """A file's name, without its extension: small letters and digits of any script, and hyphens; never empty."""
    plain = ""
    for letter in unicodedata.normalize("NFKD", text):
        if unicodedata.combining(letter) and plain[-1:].isascii():
            # é is an e; in other scripts what stands above a letter makes it another one.
            continue
        plain += letter if unicodedata.category(letter)[0] in "LNM" else "-"
    plain = unicodedata.normalize("NFC", plain).lower()
    name = re.sub(r"-+", "-", plain).strip("-")[:NAME_LIMIT].strip("-") or "picture"
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
