"""The studio's door to products and the backgrounds asked for around them. Visible SQL, no decisions."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot import clock
from bot.store import Transaction


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


@dataclass(frozen=True, kw_only=True)
class Order:
    """Backgrounds that were asked for."""

    id: int
    product: Product
    person: str
    prompts: tuple[str, ...]
    #: waiting, started or dropped.
    state: str
    brief: str | None


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
) -> Product:
    """Write a product; the same event again is the same product."""
    tx.execute(
        "INSERT INTO products (channel, person, name, cutout, event_id, created_at, whole)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING",
        [channel, person, name, cutout, event_id, clock.to_text(at), whole],
    )
    return _product(tx.execute(f"{_PRODUCT} WHERE event_id = ?", [event_id]).fetchone())


_PRODUCT = "SELECT id, channel, person, name, cutout, whole FROM products"


def product(tx: Transaction, number: int) -> Product:
    """The product with that number. Raises KeyError."""
    row = tx.execute(f"{_PRODUCT} WHERE id = ?", [number]).fetchone()
    if row is None:
        raise KeyError(number)
    return _product(row)


def newest(tx: Transaction, channel: str, person: str) -> Product | None:
    """The person's newest product in a channel that is cut out."""
    row = tx.execute(
        f"{_PRODUCT} WHERE channel = ? AND person = ? AND NOT whole ORDER BY id DESC LIMIT 1",
        [channel, person],
    ).fetchone()
    return _product(row) if row else None


def ask(
    tx: Transaction, product: Product, prompts: tuple[str, ...], *, person: str, event_id: str, at: datetime
) -> tuple[Order, bool]:
    """Write what was asked; the second value is False for an event that was seen before."""
    new = tx.execute(
        "INSERT INTO backgrounds (product, person, prompts, state, event_id, created_at)"
        " VALUES (?, ?, ?, 'waiting', ?, ?) ON CONFLICT (event_id) DO NOTHING",
        [product.id, person, json.dumps(prompts), event_id, clock.to_text(at)],
    ).rowcount
    row = tx.execute("SELECT id FROM backgrounds WHERE event_id = ?", [event_id]).fetchone()
    return order(tx, row["id"]), new == 1


_ORDER = "SELECT id, product, person, prompts, state, brief FROM backgrounds"


def order(tx: Transaction, number: int) -> Order:
    """What was asked under that number. Raises KeyError."""
    row = tx.execute(f"{_ORDER} WHERE id = ?", [number]).fetchone()
    if row is None:
        raise KeyError(number)
    return _order(tx, row)


def asked_for(tx: Transaction, product: Product) -> int:
    """In how many orders the product stands."""
    row = tx.execute("SELECT count(*) AS n FROM backgrounds WHERE product = ?", [product.id]).fetchone()
    return int(row["n"])


def recut(
    tx: Transaction, product: Product, asked: Order | None, *, cutout: str, key: str, at: datetime
) -> Product:
    """Another cut-out for a product, as it stands in a waiting order where one is given. Other orders keep theirs.

    Without an order it must be a product that nothing was `asked_for` yet.
    """
    if asked is None or asked_for(tx, product) == 1:
        tx.execute("UPDATE products SET cutout = ?, whole = 0 WHERE id = ?", [cutout, product.id])
        return replace(product, cutout=cutout, whole=False)
    made = add(
        tx,
        channel=product.channel,
        person=product.person,
        name=product.name,
        cutout=cutout,
        event_id=f"painted:{asked.id}:{key}",
        at=at,
    )
    tx.execute("UPDATE backgrounds SET product = ? WHERE id = ?", [made.id, asked.id])
    return made


def of_brief(tx: Transaction, brief: str) -> Order | None:
    """What a brief's pictures are, where they are backgrounds around a product."""
    row = tx.execute(f"{_ORDER} WHERE brief = ?", [brief]).fetchone()
    return _order(tx, row) if row else None


def of_order(order: Order) -> str:
    """The name of what is painted where a product is painted for an order."""
    return f"o{order.id}"


def of_product(product: Product) -> str:
    """The name of what is painted where nothing was asked for around a product yet."""
    return f"p{product.id}"


def named(tx: Transaction, what: str) -> tuple[Product, Order | None]:
    """What such a name stands for. Raises KeyError."""
    if what.startswith("o"):
        asked = order(tx, int(what[1:]))
        return asked.product, asked
    return product(tx, int(what[1:])), None


def start(tx: Transaction, number: int, brief: str) -> None:
    """The pictures are made, as that brief."""
    tx.execute("UPDATE backgrounds SET state = 'started', brief = ? WHERE id = ?", [brief, number])


def drop(tx: Transaction, number: int) -> None:
    """Nobody wants them any more."""
    tx.execute("UPDATE backgrounds SET state = 'dropped' WHERE id = ?", [number])


def _order(tx: Transaction, row: Any) -> Order:
    return Order(
        id=row["id"],
        product=product(tx, row["product"]),
        person=row["person"],
        prompts=tuple(json.loads(row["prompts"])),
        state=row["state"],
        brief=row["brief"],
    )


def _product(row: Any) -> Product:
    return Product(**{**dict(row), "whole": bool(row["whole"])})
