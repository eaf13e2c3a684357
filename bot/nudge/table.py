"""A brief with all that follows it, as the database tells it: what was drafted, drawn again, approved, spent."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot import clock
from bot.channel.settings import ExitRule
from bot.store import Transaction

#: Briefs that rest for so long are over; nothing is said of them any more.
RESTING = timedelta(hours=24)
Criterion = Literal["time", "pictures", "rerolls"]


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The first brief of a chain and what came of all of them."""

    root: str
    channel: str
    began: datetime
    #: The newest brief whose grid is there, in whose thread people are.
    newest: str
    #: Finished drafts, and their pictures.
    grids: int
    pictures: int
    #: Whether an approval stands on any of them.
    approved: bool
    #: Finished drafts that drew the same prompt again: the most of any one prompt.
    rerolls: int
    #: Settled so far, in micro-units.
    spent_micro: int
    #: What was said already.
    said: frozenset[str]


_CHAIN = """
WITH RECURSIVE up(start, brief, follows) AS (
  SELECT id, id, follows FROM briefs WHERE id IN (SELECT value FROM json_each(:briefs))
  UNION SELECT up.start, briefs.id, briefs.follows FROM up JOIN briefs ON briefs.id = up.follows
), roots(root) AS (
  -- Many pictures that somebody confirmed with their cost don't drag on, nor does a picture that was taken in.
  SELECT DISTINCT up.brief FROM up JOIN briefs ON briefs.id = up.brief WHERE up.follows IS NULL
     AND briefs.kind NOT IN ('import', 'paint', 'series', 'backgrounds')
),
chain(root, brief) AS (
  SELECT root, root FROM roots
  UNION SELECT chain.root, briefs.id FROM chain JOIN briefs ON briefs.follows = chain.brief
), drawn AS (
  SELECT chain.root, briefs.id, briefs.prompt, briefs.change, briefs.created_at,
         (SELECT count(*) FROM versions WHERE versions.brief = briefs.id AND kind = 'cell') AS pictures,
         EXISTS (SELECT 1 FROM effects WHERE key = 'brief:' || briefs.id || ':removed') AS removed
    -- In this order: else all briefs are read.
    FROM chain CROSS JOIN briefs ON briefs.id = chain.brief
)
SELECT roots.root, briefs.channel, briefs.created_at,
       (SELECT id FROM drawn WHERE drawn.root = roots.root AND pictures AND NOT removed
         ORDER BY created_at DESC LIMIT 1) AS newest,
       (SELECT count(*) FROM drawn WHERE drawn.root = roots.root AND pictures) AS grids,
       (SELECT coalesce(sum(pictures), 0) FROM drawn WHERE drawn.root = roots.root) AS pictures,
       (SELECT coalesce(max(times), 0) FROM (SELECT count(*) AS times FROM drawn WHERE drawn.root = roots.root
         AND pictures AND change = 'again' GROUP BY prompt)) AS rerolls,
       EXISTS (SELECT 1 FROM approvals JOIN versions ON versions.id = approvals.version
         JOIN chain ON chain.brief = versions.brief
         WHERE chain.root = roots.root AND approvals.withdrawn_at IS NULL) AS approved,
       (SELECT coalesce(sum(amount_micro), 0) FROM ledger_entries JOIN chain ON chain.brief = ledger_entries.brief
         WHERE chain.root = roots.root AND kind IN ('settle', 'correct')) AS spent_micro,
       (SELECT group_concat(kind) FROM exits WHERE exits.brief = roots.root) AS said
  FROM roots JOIN briefs ON briefs.id = roots.root
"""


def lately(tx: Transaction, at: datetime) -> list[str]:
    """The briefs that do not rest yet."""
    since = clock.to_text(at - RESTING)
    return [row["id"] for row in tx.execute("SELECT id FROM briefs WHERE created_at >= ?", [since])]


def stirred(tx: Transaction, since: datetime, at: datetime, minutes: Mapping[str, int]) -> list[str]:
    """The briefs of which something may be said at `at` that was not to be said at `since`.

    `minutes`: after how long each channel's briefs drag on.
    """
    rows = tx.execute(
        "SELECT jobs.brief FROM jobs WHERE finished_at >= :since UNION SELECT versions.brief FROM approvals"
        " JOIN versions ON versions.id = approvals.version WHERE withdrawn_at >= :since",
        {"since": clock.to_text(since)},
    )
    found = {row["brief"] for row in rows}
    for channel, allowed in minutes.items():
        late = timedelta(minutes=allowed)
        rows = tx.execute(
            "SELECT id FROM briefs WHERE channel = ? AND created_at >= ? AND created_at <= ?",
            [channel, clock.to_text(since - late), clock.to_text(at - late)],
        )
        found |= {row["id"] for row in rows}
    resting = clock.to_text(at - RESTING)
    rows = tx.execute(
        "SELECT id FROM briefs WHERE id IN (SELECT value FROM json_each(?)) AND created_at >= ?",
        [json.dumps(sorted(found)), resting],
    )
    return [row["id"] for row in rows]


def chains(tx: Transaction, briefs: Collection[str]) -> list[Chain]:
    """The chains that these briefs belong to and that have a grid to look at."""
    rows = tx.execute(_CHAIN, {"briefs": json.dumps(list(briefs))}).fetchall()
    return [
        Chain(
            root=row["root"],
            channel=row["channel"],
            began=clock.from_text(row["created_at"]),
            newest=row["newest"],
            grids=row["grids"],
            pictures=row["pictures"],
            approved=bool(row["approved"]),
            rerolls=row["rerolls"],
            spent_micro=row["spent_micro"],
            said=frozenset((row["said"] or "").split(",")),
        )
        for row in rows
        if row["newest"] is not None
    ]


def reached(chain: Chain, rule: ExitRule, at: datetime) -> list[Criterion]:
    """The criteria that a chain meets now and was not told of. Pure."""
    if "stopped" in chain.said:
        return []
    found: list[Criterion] = []
    minutes = (at - chain.began) / timedelta(minutes=1)
    if rule.minutes and minutes >= rule.minutes and not chain.approved:
        found.append("time")
    if rule.pictures and chain.pictures >= rule.pictures and not chain.approved:
        found.append("pictures")
    if rule.rerolls and chain.rerolls > rule.rerolls:
        found.append("rerolls")
    return [one for one in found if one not in chain.said]


def say(tx: Transaction, root: str, kind: str, at: datetime) -> bool:
    """Remember that it was said. False when it was before: then there is nothing to say."""
    return (
        tx.execute(
            "INSERT INTO exits (brief, kind, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [root, kind, clock.to_text(at)],
        ).rowcount
        == 1
    )


def nearest(tx: Transaction, newest: str, root: str, limit: int) -> list[int]:
    """The cells that came nearest: those that people approved, withdrew or worked on, newest first; then the grid's."""
    rows = tx.execute(
        """
        WITH RECURSIVE chain(brief) AS (
          VALUES (:root) UNION SELECT briefs.id FROM chain JOIN briefs ON briefs.follows = chain.brief
        )
        SELECT versions.id FROM versions JOIN chain ON chain.brief = versions.brief
         WHERE kind = 'cell' AND (EXISTS (SELECT 1 FROM approvals WHERE version = versions.id)
                OR EXISTS (SELECT 1 FROM jobs WHERE parent = versions.id))
         ORDER BY versions.id DESC
        """,
        {"root": root},
    ).fetchall()
    touched = [int(row["id"]) for row in rows]
    rows = tx.execute(
        "SELECT id FROM versions WHERE brief = ? AND kind = 'cell' ORDER BY number", [newest]
    ).fetchall()
    return list(dict.fromkeys([*touched, *(int(row["id"]) for row in rows)]))[:limit]
