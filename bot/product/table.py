"""The door to products: how they are cut out, and for which series they may still be painted. Visible SQL, no decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot import clock
from bot.batch import table as batch_table
from bot.batch.table import Product, Series
from bot.store import Transaction


def add(
    tx: Transaction,
    *,
    channel: str,
    person: str,
    name: str,
    cutout: str,
    event_id: str,
    at: datetime,
    whole: bool = False,
    shadow: bool = False,
) -> Product:
    """Write a product; the same event again is the same product."""
    tx.execute(
        "INSERT INTO products (channel, person, name, cutout, event_id, created_at, whole, shadow)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING",
        [channel, person, name, cutout, event_id, clock.to_text(at), whole, shadow],
    )
    return _product(tx.execute(f"{_PRODUCT} WHERE event_id = ?", [event_id]).fetchone())


_PRODUCT = "SELECT id, channel, person, name, cutout, whole, shadow FROM products"


def newest(tx: Transaction, channel: str, person: str) -> Product | None:
    """The person's newest product in a channel that is cut out."""
    row = tx.execute(
        f"{_PRODUCT} WHERE channel = ? AND person = ? AND NOT whole ORDER BY id DESC LIMIT 1",
        [channel, person],
    ).fetchone()
    return _product(row) if row else None


def count_series(tx: Transaction, product: Product) -> int:
    """In how many series the product stands."""
    row = tx.execute("SELECT count(*) AS n FROM series WHERE product = ?", [product.id]).fetchone()
    return int(row["n"])


def recut(
    tx: Transaction, product: Product, series: Series | None, *, cutout: str, key: str, at: datetime
) -> None:
    """Another cut-out for a product, as it stands in a waiting series where one is given. Other series keep theirs.

    Without one it must be a product that stands in none.
    """
    if series is None or count_series(tx, product) == 1:
        tx.execute("UPDATE products SET cutout = ?, whole = 0 WHERE id = ?", [cutout, product.id])
        return
    made = add(
        tx,
        channel=product.channel,
        person=product.person,
        name=product.name,
        cutout=cutout,
        event_id=f"painted:{series.number}:{key}",
        at=at,
        shadow=product.shadow,
    )
    tx.execute("UPDATE series SET product = ? WHERE key = ?", [made.id, series.key])


def name_of(product: Product, series: Series | None) -> str:
    """The name of what is painted, in links to the editor: the series, or a product that stands in none."""
    return f"o{series.number}" if series else f"p{product.id}"


def named(tx: Transaction, what: str) -> tuple[Product, Series | None]:
    """What such a name stands for. Raises KeyError."""
    if what.startswith("o"):
        series = batch_table.find(tx, f"backgrounds:{what[1:]}")
        assert series.product is not None
        return series.product, series
    row = tx.execute(f"{_PRODUCT} WHERE id = ?", [int(what[1:])]).fetchone()
    if row is None:
        raise KeyError(what)
    return _product(row), None


def _product(row: Any) -> Product:
    return Product(**{**dict(row), "whole": bool(row["whole"]), "shadow": bool(row["shadow"])})
