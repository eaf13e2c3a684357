"""The studio's door to products and the backgrounds asked for around them. Visible SQL, no decisions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import clock
from bot.store import Transaction
from bot.studio.model import Brief, Remedy


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
    tx: Transaction, *, channel: str, person: str, name: str, cutout: str, delivery: str, at: datetime
) -> Product:
    """Write a product; the same delivery again is the same product."""
    tx.execute(
        "INSERT INTO products (channel, person, name, cutout, delivery, created_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (delivery) DO NOTHING",
        [channel, person, name, cutout, delivery, clock.to_text(at)],
    )
    return _product(tx.execute(f"{_PRODUCT} WHERE delivery = ?", [delivery]).fetchone())


_PRODUCT = "SELECT id, channel, person, name, cutout FROM products"


def newest(tx: Transaction, channel: str, person: str) -> Product | None:
    """The person's newest product in a channel."""
    row = tx.execute(
        f"{_PRODUCT} WHERE channel = ? AND person = ? ORDER BY id DESC LIMIT 1", [channel, person]
    ).fetchone()
    return _product(row) if row else None


def ask(
    tx: Transaction, product: Product, prompts: tuple[str, ...], *, person: str, delivery: str, at: datetime
) -> tuple[Order, bool]:
    """Write what was asked; the second value is False for a delivery that was seen before."""
    new = tx.execute(
        "INSERT INTO backgrounds (product, person, prompts, state, delivery, created_at)"
        " VALUES (?, ?, ?, 'waiting', ?, ?) ON CONFLICT (delivery) DO NOTHING",
        [product.id, person, json.dumps(prompts), delivery, clock.to_text(at)],
    ).rowcount
    row = tx.execute("SELECT id FROM backgrounds WHERE delivery = ?", [delivery]).fetchone()
    return order(tx, row["id"]), new == 1


_ORDER = "SELECT id, product, person, prompts, state, brief FROM backgrounds"


def order(tx: Transaction, number: int) -> Order:
    """What was asked under that number. Raises KeyError."""
    row = tx.execute(f"{_ORDER} WHERE id = ?", [number]).fetchone()
    if row is None:
        raise KeyError(number)
    return _order(tx, row)


def of_brief(tx: Transaction, brief: str) -> Order | None:
    """What a brief's pictures are, where they are backgrounds around a product."""
    row = tx.execute(f"{_ORDER} WHERE brief = ?", [brief]).fetchone()
    return _order(tx, row) if row else None


def refuse(tx: Transaction, brief: Brief | None) -> None:
    """Raise Remedy where a brief is one of backgrounds: drafting it again as a prompt would redraw the product."""
    if brief is not None and of_brief(tx, brief.id):
        raise Remedy(
            "These are backgrounds around a product, which a new draft would redraw. Ask for others:"
            " `/draft backgrounds on a beach; in a forest`."
        )


def start(tx: Transaction, number: int, brief: str) -> None:
    """The pictures are made, as that brief."""
    tx.execute("UPDATE backgrounds SET state = 'started', brief = ? WHERE id = ?", [brief, number])


def drop(tx: Transaction, number: int) -> None:
    """Nobody wants them any more."""
    tx.execute("UPDATE backgrounds SET state = 'dropped' WHERE id = ?", [number])


def _order(tx: Transaction, row: Any) -> Order:
    product = tx.execute(f"{_PRODUCT} WHERE id = ?", [row["product"]]).fetchone()
    return Order(
        id=row["id"],
        product=_product(product),
        person=row["person"],
        prompts=tuple(json.loads(row["prompts"])),
        state=row["state"],
        brief=row["brief"],
    )


def _product(row: Any) -> Product:
    return Product(**dict(row))
