"""The door to what is set for a channel, and to ballots that are still open. Visible SQL, no decisions."""

from __future__ import annotations

import json
from datetime import datetime

from bot import clock
from bot.channel.settings import ApprovalRule, Defaults, ExitRule, Policy
from bot.store import Transaction


def policy_of(tx: Transaction, channel: str) -> Policy:
    """What is in force in a channel; the defaults where nobody set anything."""
    place = tx.execute("SELECT timezone FROM channels WHERE id = ?", [channel]).fetchone()
    timezone = place["timezone"] if place else ""
    row = tx.execute(
        "SELECT * FROM policies WHERE channel = ? ORDER BY id DESC LIMIT 1", [channel]
    ).fetchone()
    if row is None:
        return Policy(timezone=timezone)
    return Policy(
        approval=ApprovalRule(
            needed=row["needed"],
            who=row["who"],
            people=tuple(json.loads(row["people"])),
            group=row["user_group"],
            group_handle=row["user_group_handle"],
            author_may=bool(row["author_may"]),
            emoji=row["emoji"],
        ),
        exits=ExitRule(
            minutes=row["exit_minutes"], pictures=row["exit_pictures"], rerolls=row["exit_rerolls"]
        ),
        advice=bool(row["advice"]),
        broadcast=bool(row["broadcast"]),
        grid_form=row["grid_form"],
        label=row["label"],
        defaults=Defaults(cells=row["cells"], aspect=(row["aspect_width"], row["aspect_height"])),
        timezone=timezone,
    )


def set_policy(tx: Transaction, policy: Policy, *, channel: str, person: str, at: datetime) -> None:
    """Let a policy be in force in a known channel from now on."""
    rule, exits = policy.approval, policy.exits
    tx.execute(
        "INSERT INTO policies (channel, needed, who, people, user_group, user_group_handle, author_may, emoji,"
        " exit_minutes, exit_pictures, exit_rerolls, advice, broadcast, grid_form, label, cells, aspect_width, aspect_height,"
        " set_by, set_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            channel,
            rule.needed,
            rule.who,
            json.dumps(rule.people),
            rule.group,
            rule.group_handle,
            rule.author_may,
            rule.emoji,
            exits.minutes,
            exits.pictures,
            exits.rerolls,
            policy.advice,
            policy.broadcast,
            policy.grid_form,
            policy.label,
            policy.defaults.cells,
            *policy.defaults.aspect,
            person,
            clock.to_text(at),
        ],
    )
    if policy.timezone:
        tx.execute("UPDATE channels SET timezone = ? WHERE id = ?", [policy.timezone, channel])


def ensure_channel(
    tx: Transaction, *, channel: str, name: str, timezone: str, summary_hour: int, at: datetime
) -> None:
    """Remember a channel; its zone and hour are those that it began with until somebody sets them, its name follows Slack's."""
    tx.execute(
        "INSERT INTO channels (id, name, timezone, summary_hour, created_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE name <> excluded.name",
        [channel, name, timezone, summary_hour, clock.to_text(at)],
    )


def name_of(tx: Transaction, channel: str) -> str:
    """What a known channel is called."""
    return str(tx.execute("SELECT name FROM channels WHERE id = ?", [channel]).fetchone()["name"])


def timezone_of(tx: Transaction, channel: str) -> str:
    """The IANA name of a known channel's time zone."""
    return str(tx.execute("SELECT timezone FROM channels WHERE id = ?", [channel]).fetchone()["timezone"])


def known(tx: Transaction) -> list[str]:
    """The ids of all channels that somebody used."""
    return [row["id"] for row in tx.execute("SELECT id FROM channels")]
