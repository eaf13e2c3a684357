"""The door to series: many pictures asked for at once, on their own or around a product. Visible SQL, no decisions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot import clock
from bot.batch.spread import Item
from bot.store import Transaction

#: Pictures on one contact sheet.
PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product that somebody uploaded, cut out."""

    id: int
    channel: str
    person: str
    #: Its file's name.
    name: str
    #: SHA-256 of the picture in which all but the product is transparent.
    cutout: str
    #: Nobody has said yet where the product is, and the cut-out is its whole picture.
    whole: bool = False
    #: A soft shadow is put under it, so that it stands.
    shadow: bool = False


@dataclass(frozen=True, kw_only=True)
class Series:
    """Pictures that were asked for together."""

    #: `series:5`, or `backgrounds:3` around a product.
    key: str
    channel: str
    person: str
    #: stress, table or product.
    kind: str
    #: The prompt of a stress test, the name of a table's or a product's file.
    title: str
    negative_prompt: str
    items: tuple[Item, ...]
    #: What stays as it is in every picture.
    product: Product | None
    #: waiting, running, done, stopped or dropped.
    state: str
    brief: str | None
    #: How often its sheet was shown; each time needs a name of its own.
    shown: int
    #: Which page of it, from 0.
    page: int

    @property
    def family(self) -> str:
        """What its buttons' ids begin with."""
        return self.key.partition(":")[0]

    @property
    def words(self) -> str:
        """What its prompts say, each once; a stress test's own words are the model's."""
        prompts = [self.title] if self.kind == "stress" else [item.prompt for item in self.items]
        return "; ".join(dict.fromkeys(prompts))

    @property
    def number(self) -> int:
        """Its number within its family."""
        return int(self.key.partition(":")[2])


def add(
    tx: Transaction,
    *,
    channel: str,
    person: str,
    kind: str,
    title: str,
    negative_prompt: str,
    items: Sequence[Item],
    product: int | None,
    event_id: str,
    at: datetime,
) -> tuple[Series, bool]:
    """Write what was asked for; the second value is False for an event that was seen before."""
    family = "series" if product is None else "backgrounds"
    new = tx.execute(
        "INSERT INTO series (key, channel, person, kind, title, negative_prompt, items, product, state, event_id,"
        " created_at) SELECT ? || ':' || (coalesce(max(id), 0) + 1), ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?"
        " FROM series WHERE true ON CONFLICT (event_id) DO NOTHING",
        [
            family,
            channel,
            person,
            kind,
            title,
            negative_prompt,
            _to_json(items),
            product,
            event_id,
            clock.to_text(at),
        ],
    ).rowcount
    row = tx.execute("SELECT key FROM series WHERE event_id = ?", [event_id]).fetchone()
    return find(tx, row["key"]), new == 1


_SERIES = (
    "SELECT key, series.channel, series.person, kind, title, negative_prompt, items, state, brief, shown, page,"
    " products.id AS id, products.channel AS product_channel, products.person AS product_person, name, cutout, whole, shadow"
    " FROM series LEFT JOIN products ON products.id = series.product"
)


def find(tx: Transaction, key: str) -> Series:
    """The series of that key. Raises KeyError."""
    row = tx.execute(f"{_SERIES} WHERE key = ?", [key]).fetchone()
    if row is None:
        raise KeyError(key)
    return _series(row)


def of_brief(tx: Transaction, brief: str) -> Series | None:
    """The series whose pictures a brief holds."""
    row = tx.execute(f"{_SERIES} WHERE brief = ?", [brief]).fetchone()
    return _series(row) if row else None


def unshown(tx: Transaction) -> list[str]:
    """The briefs of series of which no portion waits or runs any more, and whose sheet was never shown."""
    rows = tx.execute(
        "SELECT brief FROM series WHERE brief IS NOT NULL AND shown = 0 AND NOT EXISTS (SELECT 1 FROM jobs"
        " WHERE jobs.brief = series.brief AND tier = 'draft' AND state IN ('queued', 'running')) ORDER BY id"
    )
    return [row["brief"] for row in rows]


def move(tx: Transaction, series: Series, state: str, brief: str | None = None) -> None:
    """Put a series into another state; with its brief when it starts."""
    tx.execute(
        "UPDATE series SET state = ?, brief = coalesce(?, brief) WHERE key = ?", [state, brief, series.key]
    )


def keep_items(tx: Transaction, series: Series, items: Sequence[Item]) -> None:
    """The same pictures in another order."""
    tx.execute("UPDATE series SET items = ? WHERE key = ?", [_to_json(items), series.key])


def count_showing(tx: Transaction, series: Series, *, page: int, in_pro: int) -> int:
    """Its sheet is shown, with this page and so many pictures in Pro: a number that no earlier showing had."""
    tx.execute(
        "UPDATE series SET shown = shown + 1, page = ?, in_pro = ? WHERE key = ?", [page, in_pro, series.key]
    )
    return find(tx, series.key).shown


def with_other_picks(tx: Transaction, since: datetime) -> list[str]:
    """The briefs of series, asked for since then, of which another number is in Pro than when they were shown."""
    rows = tx.execute(
        "SELECT brief FROM series WHERE created_at > ? AND shown > 0 AND product IS NULL AND in_pro >= 0"
        " AND in_pro <> (SELECT count(*) FROM jobs WHERE jobs.brief = series.brief AND tier = 'pro'"
        "  AND state IN ('queued', 'running', 'done'))",
        [clock.to_text(since)],
    )
    return [row["brief"] for row in rows.fetchall()]


def in_pro(tx: Transaction, brief: str) -> frozenset[int]:
    """The numbers of its pictures whose Pro render waits, runs or is done."""
    rows = tx.execute(
        "SELECT number FROM versions JOIN jobs ON jobs.parent = versions.id AND jobs.tier = 'pro'"
        " WHERE versions.brief = ? AND versions.kind = 'cell' AND jobs.state IN ('queued', 'running', 'done')",
        [brief],
    )
    return frozenset(row["number"] for row in rows)


def spent(tx: Transaction, brief: str) -> int:
    """What the drafts of a series cost so far, in micro-units."""
    row = tx.execute(
        "SELECT coalesce(sum(amount_micro), 0) FROM ledger WHERE brief = ? AND kind = 'settle' AND tier = 'draft'",
        [brief],
    ).fetchone()
    return int(row[0])


def settled(tx: Transaction, brief: str) -> list[sqlite3.Row]:
    """What each job of a brief cost: job, amount_micro, currency."""
    return tx.execute(
        "SELECT job, sum(amount_micro) AS amount_micro, currency FROM ledger"
        " WHERE brief = ? AND kind = 'settle' GROUP BY job",
        [brief],
    ).fetchall()


def _to_json(items: Sequence[Item]) -> str:
    return json.dumps([asdict(item) for item in items])


def _series(row: sqlite3.Row) -> Series:
    values = dict(row)
    number, channel, person, name, cutout, whole, shadow = (
        values.pop(column)
        for column in ("id", "product_channel", "product_person", "name", "cutout", "whole", "shadow")
    )
    values["product"] = number and Product(
        id=number,
        channel=channel,
        person=person,
        name=name,
        cutout=cutout,
        whole=bool(whole),
        shadow=bool(shadow),
    )
    values["items"] = tuple(
        Item(**{**item, "aspect": tuple(item["aspect"])}) for item in json.loads(row["items"])
    )
    return Series(**values)
