"""`python -m bench.evaluation --profile NAME`: does a model do what it is told? A small set without a judge.

Asks an engine, or any server of the Images API, for colours, counts, places and words, for fixes and Pro renders, and
writes a table (`table.md`, `table.json`) and a sheet of pictures for each kind, right ones framed in green.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
from PIL import Image, ImageDraw

from bench.judging import Pixels, is_beside, is_count, is_local, is_of_colour, keeps
from bench.serving import engine
from engine.pixels.words import can_read, look_for

#: side of a picture on a sheet, and of the line above a row, in pixels
THUMB, LINE = 160, 22
RIGHT, WRONG = "#1a7f37", "#c0392b"

Verdict = tuple[bool, str]
Judge = Callable[[Pixels], Verdict]


def _reads(text: str, pixels: Pixels) -> Verdict:
    words = look_for((text,), pixels)
    return not words.missing, " ".join(words.read)[:60] or "nothing read"


COLOURS = {
    f"a {colour} {thing} on a plain white background": partial(is_of_colour, colour=colour)
    for colour, thing in zip(
        ("red", "blue", "green", "yellow", "orange", "purple"),
        ("mug", "shoe", "chair", "umbrella", "bag", "vase"),
        strict=True,
    )
}
COUNTS = {
    f"{word} red apples apart from each other on a plain white background": partial(is_count, wanted=number)
    for word, number in {"two": 2, "three": 3, "four": 4}.items()
}
PLACES = {
    f"a {left} ball on the left and a {right} ball on the right, plain white background": partial(
        is_beside, left=left, right=right
    )
    for left, right in (("red", "blue"), ("green", "orange"), ("yellow", "purple"))
}
WORDS = {
    f"a shop sign that says “{text}” in large plain letters": partial(_reads, text)
    for text in ("OPEN", "SALE", "Coffee", "GRAND OPENING")
}
KINDS: dict[str, dict[str, Judge]] = {"colours": COLOURS, "counts": COUNTS, "places": PLACES, "words": WORDS}


@dataclass
class Row:
    """One prompt and what came of it."""

    kind: str
    prompt: str
    pictures: list[Pixels] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Server:
    """Whoever draws, through the Images API alone."""

    session: aiohttp.ClientSession
    url: str
    #: sent with each request: the model's name, say
    fields: dict[str, Any]
    #: whether it knows seeds and tiers
    is_ours: bool

    async def draw(self, prompt: str, *, cells: int) -> list[Pixels]:
        body = {**self.fields, "prompt": prompt, "n": cells, **({"seed": 1} if self.is_ours else {})}
        return await self._answer("generations", json=body)

    async def edit(self, prompt: str, picture: Pixels, inside: Pixels | None = None) -> Pixels:
        """A fix where a mask is given, else a Pro render."""
        form = aiohttp.FormData(default_to_multipart=True)
        own = {"seed": 1} if self.is_ours else {}
        look = {} if inside is not None else {"quality": "high"}
        for name, value in {**self.fields, **own, **look, "prompt": prompt, "n": 1}.items():
            # A fix has its picture's size, and Pro the tier's.
            if name != "size":
                form.add_field(name, str(value))
        form.add_field("image", _png(picture), filename="image.png", content_type="image/png")
        if inside is not None:
            mask = np.full((*inside.shape, 4), 255, np.uint8)
            mask[inside, 3] = 0
            form.add_field("mask", _png(mask), filename="mask.png", content_type="image/png")
        return (await self._answer("edits", data=form))[0]

    async def _answer(self, path: str, **sent: Any) -> list[Pixels]:
        async with self.session.post(f"{self.url}/v1/images/{path}", **sent) as answer:
            body = await answer.json(content_type=None)
        if answer.status != 200:
            told = body.get("error", body) if isinstance(body, dict) else body
            raise RuntimeError(f"The server answered {answer.status}: {told}")
        found = [Image.open(io.BytesIO(base64.b64decode(item["b64_json"]))) for item in body["data"]]
        return [np.asarray(picture.convert("RGB")) for picture in found]


async def evaluate(server: Server, *, cells: int, say: Callable[[str], None]) -> list[Row]:
    """Everything that can be judged."""
    rows = []
    drawn: list[tuple[str, Pixels]] = []
    for kind, prompts in KINDS.items():
        if kind == "words" and not can_read():
            say("words: left out, since the extra `words` is not installed")
            continue
        for prompt, judge in prompts.items():
            row = Row(kind, prompt, await server.draw(prompt, cells=cells))
            row.verdicts = [await asyncio.to_thread(judge, picture) for picture in row.pictures]
            rows.append(row)
            drawn.append((prompt, row.pictures[0]))
            say(_line(row))
    for prompt, draft in drawn[:3]:
        height, width = draft.shape[:2]
        inside = np.zeros((height, width), bool)
        inside[height // 3 : height // 2, width // 3 : width * 2 // 3] = True
        fixed = await server.edit(f"{prompt}, with a black stripe", draft, inside)
        rows.append(Row("fixes", prompt, [draft, fixed], [(True, "before"), is_local(draft, fixed, inside)]))
        say(_line(rows[-1]))
        pro = await server.edit(prompt, draft)
        rows.append(Row("pro", prompt, [draft, pro], [(True, "draft"), keeps(draft, pro)]))
        say(_line(rows[-1]))
    return rows


def judged(row: Row) -> list[Verdict]:
    """The verdicts that count: of a fix or a Pro render, the picture before it does not."""
    return row.verdicts[1:] if row.kind in ("fixes", "pro") else row.verdicts


def totals(rows: Sequence[Row]) -> dict[str, tuple[int, int]]:
    """Kind → how many were right, of how many."""
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        right, all_ = found.get(row.kind, (0, 0))
        verdicts = judged(row)
        found[row.kind] = right + sum(good for good, _ in verdicts), all_ + len(verdicts)
    return found


def write(rows: Sequence[Row], folder: Path, *, name: str) -> None:
    """The table, for people and for programs, and the sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"# What {name} does of what it is told",
        "",
        "| kind | right | of | share |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {kind} | {right} | {all_} | {right / all_:.0%} |" for kind, (right, all_) in totals(rows).items()
    ]
    lines += ["", "| kind | prompt | each picture |", "| --- | --- | --- |"]
    for row in rows:
        told = "; ".join(f"{'✓' if good else '✗'} {why}" for good, why in judged(row)).replace("|", "\\|")
        lines.append(f"| {row.kind} | {row.prompt} | {told} |")
    (folder / "table.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = {
        "name": name,
        "totals": {kind: {"right": right, "of": all_} for kind, (right, all_) in totals(rows).items()},
        "rows": [{"kind": row.kind, "prompt": row.prompt, "verdicts": judged(row)} for row in rows],
    }
    (folder / "table.json").write_text(
        json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    for kind in totals(rows):
        sheet([row for row in rows if row.kind == kind]).save(folder / f"{kind}.png")


def sheet(rows: Sequence[Row]) -> Image.Image:
    """Every picture of some rows, framed by its verdict, under its prompt."""
    columns = max(len(row.pictures) for row in rows)
    whole = Image.new("RGB", (max(columns, 4) * (THUMB + 8), len(rows) * (THUMB + 8 + LINE)), "white")
    pen = ImageDraw.Draw(whole)
    for number, row in enumerate(rows):
        top = number * (THUMB + 8 + LINE)
        pen.text((4, top + 4), row.prompt.replace("“", '"').replace("”", '"'), fill="black")
        for column, (picture, (good, _)) in enumerate(zip(row.pictures, row.verdicts, strict=True)):
            left = column * (THUMB + 8)
            pen.rectangle(
                (left, top + LINE, left + THUMB + 7, top + LINE + THUMB + 7), RIGHT if good else WRONG
            )
            whole.paste(Image.fromarray(picture).resize((THUMB, THUMB)), (left + 4, top + LINE + 4))
    return whole


@asynccontextmanager
async def serving(options: argparse.Namespace) -> AsyncIterator[Server]:
    """The server that was named, or an engine of one's own with the profile."""
    fields = {key: getattr(options, key) for key in ("model", "size") if getattr(options, key)}
    if not options.url:
        async with engine(options.profile) as client:
            yield Server(session=client.session, url=client.url, fields=fields, is_ours=True)
        return
    token = os.environ.get("DRAFTROOM_ENGINE_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = options.url.rstrip("/").removesuffix("/v1")
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=900)) as session:
        async with session.get(f"{url}/v1/models") as answer:
            body = await answer.json(content_type=None)
        is_ours = any("draftroom" in one for one in body.get("data", ()))
        yield Server(session=session, url=url, fields=fields, is_ours=is_ours)


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate; 0 where the table was written."""
    parser = argparse.ArgumentParser(prog="bench.evaluation", description=__doc__)
    parser.add_argument(
        "--profile", default="starter", help="name or path of a profile that is served for it"
    )
    parser.add_argument(
        "--url", help="a running server of the Images API instead (DRAFTROOM_ENGINE_TOKEN is sent)"
    )
    parser.add_argument("--model", help="the model's name, where a server has several")
    parser.add_argument("--size", help="of the drafts, such as 1024x1024; otherwise the server's own")
    parser.add_argument("--cells", type=int, default=4, help="pictures for each prompt")
    parser.add_argument("--out", type=Path, help="folder for the table and the sheets")
    options = parser.parse_args(arguments)
    name = options.model or (options.url or Path(options.profile).stem)
    folder = options.out or Path("evaluations") / "".join(
        c if c.isalnum() or c in "-_." else "-" for c in name
    )

    async def run() -> None:
        async with serving(options) as server:
            write(await evaluate(server, cells=options.cells, say=print), folder, name=name)

    try:
        asyncio.run(run())
    except (RuntimeError, aiohttp.ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    print((folder / "table.md").read_text(encoding="utf-8").split("\n\n| kind | prompt")[0])
    print(f"\nThe whole table and the sheets: {folder}")
    return 0


def _line(row: Row) -> str:
    right = [good for good, _ in judged(row)]
    return f"{row.kind}: {sum(right)} of {len(right)} · {row.prompt}"


def _png(pixels: Pixels) -> bytes:
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "PNG")
    return target.getvalue()


if __name__ == "__main__":
    sys.exit(main())
