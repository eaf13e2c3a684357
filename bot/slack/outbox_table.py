"""Effects on Slack as rows: queued in the transaction that they announce, taken and marked by the outbox."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import clock
from bot.slack.blocks import Attachment, Block, Message, without_pictures
from bot.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a message shows, so that a reaction or a reply to it finds its brief."""

    #: grid, pro, fix, notice or summary.
    role: str
    brief: str | None = None
    version: int | None = None


def queue_post(
    tx: Transaction,
    *,
    key: str,
    channel: str,
    message: Message,
    subject: Subject,
    at: datetime,
    thread: str | None = None,
) -> None:
    """Commit a new message; `thread` is the key of the effect whose message starts the thread."""
    _queue(tx, key, channel, "post", _payload(message, subject), at, thread=thread)


def queue_update(
    tx: Transaction,
    *,
    key: str,
    target: str,
    message: Message,
    subject: Subject,
    at: datetime,
    broadcast: bool = False,
) -> None:
    """Commit a new content for the message that the effect `target` posted; `broadcast` shows it in the channel, too."""
    payload = _payload(message, subject) | ({"broadcast": True} if broadcast else {})
    _queue(tx, key, _channel_of(tx, target), "update", payload, at, target=target)


def queue_amended(
    tx: Transaction,
    *,
    key: str,
    target: str,
    block_id: str,
    block: Mapping[str, Any] | None,
    before: str,
    at: datetime,
) -> None:
    """Commit what the message shows by now with one block of that id put in, in its place, or taken out.

    A message that has no block `before` is left as it is. Its pictures are not uploaded again.
    """
    row = tx.execute(
        "SELECT payload, files FROM effects WHERE (target = :target OR key = :target)"
        " AND action IN ('post', 'update') ORDER BY rowid DESC LIMIT 1",
        {"target": target},
    ).fetchone()
    payload = json.loads(row["payload"]) if row else {"blocks": []}
    new = _amended(payload["blocks"], block_id, block, before)
    if new is None or new == payload["blocks"]:
        return
    payload["blocks"] = new
    if classic := payload.get("classic"):
        classic["blocks"] = _amended(classic["blocks"], block_id, block, before) or classic["blocks"]
    _queue(tx, key, _channel_of(tx, target), "update", payload, at, target=target)
    keep_files(tx, key=key, files=json.loads(row["files"]))


def _amended(
    shown: Sequence[Block], block_id: str, block: Mapping[str, Any] | None, before: str
) -> list[Block] | None:
    ids = [one.get("block_id") for one in shown]
    place = next((ids.index(name) for name in (block_id, before) if name in ids), None)
    if place is None:
        return None
    rest = place + (ids[place] == block_id)
    return [*shown[:place], *([dict(block)] if block else []), *shown[rest:]]


def queue_reaction(tx: Transaction, *, key: str, target: str, name: str, at: datetime) -> None:
    """Commit a reaction of the bot's own on the message that `target` posted."""
    _queue(tx, key, _channel_of(tx, target), "react", {"name": name}, at, target=target)


def queue_reactions_gone(tx: Transaction, *, target: str, at: datetime) -> None:
    """Take the bot's own reactions on a message away, and those that are still to come."""
    tx.execute(
        "UPDATE effects SET state = 'failed', failure = 'not wanted' WHERE state = 'waiting' AND action = 'react'"
        " AND target = ?",
        [target],
    )
    for name in reactions(tx, target):
        key = f"{target}:without:{name}"
        _queue(tx, key, _channel_of(tx, target), "unreact", {"name": name}, at, target=target)


def copies(tx: Transaction, target: str, brief: str) -> list[str]:
    """The effects that posted a brief's grid once more."""
    rows = tx.execute(
        "SELECT key FROM effects WHERE action = 'post' AND key <> :target AND state <> 'failed'"
        " AND json_extract(payload, '$.subject.role') = 'grid'"
        " AND json_extract(payload, '$.subject.brief') = :brief ORDER BY rowid",
        {"target": target, "brief": brief},
    )
    return [row["key"] for row in rows]


def shown(tx: Transaction, key: str) -> tuple[Message, Subject] | None:
    """The pictures that the message of the effect `key` showed last, as a message; None while it has shown none."""
    row = tx.execute(
        "SELECT payload FROM effects WHERE (key = :key OR target = :key) AND action IN ('post', 'update')"
        " AND json_array_length(payload, '$.attachments') > 0 ORDER BY rowid DESC LIMIT 1",
        {"key": key},
    ).fetchone()
    if row is None:
        return None
    payload = json.loads(row["payload"])
    return _message(payload), Subject(**payload["subject"])


def _message(content: Mapping[str, Any]) -> Message:
    classic = content.get("classic")
    return Message(
        text=content["text"],
        blocks=content["blocks"],
        attachments=[Attachment(**one) for one in content["attachments"]],
        form=content.get("form", ""),
        classic=_message(classic) if classic else None,
    )


def reactions(tx: Transaction, target: str) -> list[str]:
    """The names of the bot's own reactions on the message that `target` posted."""
    rows = tx.execute(
        "SELECT json_extract(payload, '$.name') AS name FROM effects WHERE target = ? AND action = 'react'"
        " ORDER BY rowid",
        [target],
    )
    return [row["name"] for row in rows]


def _channel_of(tx: Transaction, key: str) -> str:
    return str(tx.execute("SELECT channel FROM effects WHERE key = ?", [key]).fetchone()["channel"])


def _payload(message: Message, subject: Subject) -> dict[str, Any]:
    return _content(message) | {"subject": vars(subject)}


def _content(message: Message) -> dict[str, Any]:
    content: dict[str, Any] = {
        "text": message.text,
        "blocks": list(message.blocks),
        "attachments": [vars(attachment) for attachment in message.attachments],
    }
    if message.classic:
        content |= {"form": message.form, "classic": _content(message.classic)}
    return content


def _queue(
    tx: Transaction,
    key: str,
    channel: str,
    action: str,
    payload: Mapping[str, Any],
    at: datetime,
    *,
    target: str | None = None,
    thread: str | None = None,
) -> None:
    moment = clock.to_text(at)
    tx.execute(
        "INSERT INTO effects (key, channel, action, target, thread, payload, state, not_before, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT (key) DO NOTHING",
        [key, channel, action, target, thread, json.dumps(payload), moment, moment],
    )


def is_known(tx: Transaction, key: str) -> bool:
    """Whether an effect of that key was queued before, sent or not."""
    return tx.execute("SELECT 1 FROM effects WHERE key = ?", [key]).fetchone() is not None


def place_of(tx: Transaction, key: str) -> tuple[str, str] | None:
    """Channel and time stamp of the message that an effect posted; None while it has not."""
    row = tx.execute("SELECT channel, ts FROM effects WHERE key = ? AND ts IS NOT NULL", [key]).fetchone()
    return (str(row["channel"]), str(row["ts"])) if row else None


def sent_ts(tx: Transaction, key: str) -> str | None:
    """The time stamp of the message that an effect posted; None while it has not."""
    row = tx.execute("SELECT ts FROM effects WHERE key = ?", [key]).fetchone()
    return row["ts"] if row else None


def recover(tx: Transaction) -> int:
    """At start: whatever was being sent when the last process ended is in doubt. How many were."""
    return tx.execute("UPDATE effects SET state = 'waiting', in_doubt = 1 WHERE state = 'sending'").rowcount


#: A moment so far ahead is none of ours: the clock was set back, and what waits for it waits no longer.
FAR_AHEAD = timedelta(hours=2)

_NEXT = """
SELECT e.key, e.channel, e.action, e.target, e.payload, e.files, e.created_at, e.in_doubt,
       target.ts AS target_ts, thread.ts AS thread_ts
  FROM effects AS e LEFT JOIN effects AS target ON target.key = e.target
       LEFT JOIN effects AS thread ON thread.key = e.thread
 WHERE e.state = 'waiting' AND (e.not_before <= :now OR e.not_before > :far)
   AND e.channel NOT IN (SELECT value FROM json_each(:busy))
   AND e.action NOT IN (SELECT value FROM json_each(:closed))
   AND (e.target IS NULL OR target.ts IS NOT NULL) AND (e.thread IS NULL OR thread.ts IS NOT NULL)
   -- A late retry must not put an older content over a newer one, and nobody is to number what isn't shown yet.
   AND NOT (e.action IN ('update', 'react', 'unreact') AND EXISTS (
       SELECT 1 FROM effects AS older WHERE older.target = e.target AND older.action = 'update'
          AND (older.state = 'waiting' OR older.state = 'sending') AND older.rowid < e.rowid))
 -- Reactions give way to messages.
 ORDER BY e.action IN ('react', 'unreact'), e.created_at, e.rowid LIMIT 1
"""


def take(
    tx: Transaction, *, busy: Collection[str] = (), closed: Collection[str] = (), at: datetime
) -> dict[str, Any] | None:
    """The next effect of a channel that is not `busy`, of an action that is not `closed`, marked as being sent."""
    row = _next(tx, busy, closed, at)
    if row is None:
        return None
    tx.execute("UPDATE effects SET state = 'sending', attempts = attempts + 1 WHERE key = ?", [row["key"]])
    return dict(row)


def is_due(tx: Transaction, at: datetime, closed: Collection[str] = ()) -> bool:
    """Whether there is an effect that `take` would give now."""
    return _next(tx, (), closed, at) is not None


def _next(
    tx: Transaction, busy: Collection[str], closed: Collection[str], at: datetime
) -> sqlite3.Row | None:
    row: sqlite3.Row | None = tx.execute(
        _NEXT,
        {
            "now": clock.to_text(at),
            "far": clock.to_text(at + FAR_AHEAD),
            "busy": json.dumps(list(busy)),
            "closed": json.dumps(list(closed)),
        },
    ).fetchone()
    return row


def oldest_waiting(tx: Transaction) -> datetime | None:
    """When the oldest effect was committed that has not happened, though nothing but Slack keeps it from that."""
    row = tx.execute(
        "SELECT min(e.created_at) AS at FROM effects AS e LEFT JOIN effects AS target ON target.key = e.target"
        " LEFT JOIN effects AS thread ON thread.key = e.thread"
        " WHERE (e.state = 'waiting' OR e.state = 'sending')"
        " AND (e.target IS NULL OR target.ts IS NOT NULL) AND (e.thread IS NULL OR thread.ts IS NOT NULL)"
    ).fetchone()
    return clock.from_text(row["at"]) if row["at"] else None


def next_due(tx: Transaction, at: datetime) -> datetime | None:
    """When the earliest effect that waits for a later moment falls due."""
    row = tx.execute(
        "SELECT min(not_before) AS at FROM effects WHERE state = 'waiting' AND not_before > ?",
        [clock.to_text(at)],
    ).fetchone()
    return clock.from_text(row["at"]) if row["at"] else None


def mark_sent(tx: Transaction, row: Mapping[str, Any], ts: str, subject: Mapping[str, Any]) -> None:
    """The effect happened; remember its message and what that shows."""
    tx.execute(
        "UPDATE effects SET state = 'sent', ts = ?, sent_at = ?, failure = NULL WHERE key = ?",
        [ts, clock.to_text(clock.now()), row["key"]],
    )
    if subject:
        tx.execute(
            "INSERT INTO messages (channel, ts, role, brief, version) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (channel, ts) DO UPDATE SET role = excluded.role, brief = excluded.brief,"
            " version = excluded.version",
            [row["channel"], ts, subject["role"], subject.get("brief"), subject.get("version")],
        )


def mark_waiting(tx: Transaction, key: str, not_before: str, *, in_doubt: bool, code: str) -> None:
    """The effect is tried again later."""
    tx.execute(
        "UPDATE effects SET state = 'waiting', not_before = ?, in_doubt = ?, failure = ? WHERE key = ?",
        [not_before, in_doubt, code, key],
    )


def hold_back(tx: Transaction, row: Mapping[str, Any], not_before: str) -> None:
    """Let nothing of the same channel and action be due before that moment."""
    tx.execute(
        "UPDATE effects SET not_before = :not_before WHERE state = 'waiting' AND channel = :channel"
        " AND action = :action AND not_before < :not_before",
        {"not_before": not_before, "channel": row["channel"], "action": row["action"]},
    )


def mark_failed(tx: Transaction, key: str, code: str) -> None:
    """Give an effect up, and with it those that would have changed or followed its message."""
    tx.execute(
        "UPDATE effects SET state = 'failed', failure = :code WHERE key = :key"
        " OR (state = 'waiting' AND (target = :key OR thread = :key))",
        {"code": code, "key": key},
    )


def keep_files(tx: Transaction, *, key: str, files: Mapping[str, str]) -> None:
    """Remember which attachments are uploaded: index → file id."""
    tx.execute("UPDATE effects SET files = ? WHERE key = ?", [json.dumps(dict(files)), key])


def message_subject(tx: Transaction, *, channel: str, ts: str) -> sqlite3.Row | None:
    """What one of our messages shows: role, brief, version. None for anybody else's message."""
    row: sqlite3.Row | None = tx.execute(
        "SELECT role, brief, version FROM messages WHERE channel = ? AND ts = ?", [channel, ts]
    ).fetchone()
    return row


def note_taken(tx: Transaction, form: str, taken: bool, at: datetime) -> None:
    """Remember what the workspace said of a newer form of message."""
    tx.execute(
        "INSERT INTO forms_taken (form, taken, at) VALUES (:form, :taken, :at)"
        " ON CONFLICT (form) DO UPDATE SET taken = excluded.taken, at = excluded.at"
        " WHERE taken <> excluded.taken OR NOT excluded.taken",
        {"form": form, "taken": taken, "at": clock.to_text(at)},
    )


def refused_at(tx: Transaction, form: str) -> datetime | None:
    """When the workspace refused that form; None where it took it last, or was never asked."""
    row = tx.execute("SELECT at FROM forms_taken WHERE form = ? AND NOT taken", [form]).fetchone()
    return clock.from_text(row["at"]) if row else None


def fall_back_to_classic(tx: Transaction, row: Mapping[str, Any], at: datetime) -> bool:
    """The workspace refuses a newer form: have the message wait in its classic one. False where it has none."""
    payload = json.loads(row["payload"])
    if not payload.get("classic"):
        return False
    note_taken(tx, payload.pop("form"), False, at)
    payload |= payload.pop("classic")
    tx.execute(
        "UPDATE effects SET state = 'waiting', payload = ?, files = '{}', in_doubt = 0, not_before = ? WHERE key = ?",
        [json.dumps(payload), clock.to_text(at), row["key"]],
    )
    return True


def fall_back_to_words(
    tx: Transaction, row: Mapping[str, Any], note: Mapping[str, Any], at: datetime
) -> bool:
    """Slack takes no files: have the message wait without its pictures, and say so. False when it has none.

    Its numbers go with them, since nobody is to approve what they can't see.
    """
    payload = json.loads(row["payload"])
    if not payload.get("attachments"):
        return False
    shown = [without_pictures(block) for block in payload["blocks"]]
    blocks = [block for block in shown if block is not None]
    payload |= {"attachments": [], "blocks": [*blocks[:48], dict(note)]}
    tx.execute(
        "UPDATE effects SET state = 'waiting', payload = ?, files = '{}', not_before = ? WHERE key = ?",
        [json.dumps(payload), clock.to_text(at), row["key"]],
    )
    tx.execute(
        "UPDATE effects SET state = 'failed', failure = 'not shown' WHERE state = 'waiting' AND action = 'react'"
        " AND target = ?",
        [row["target"] or row["key"]],
    )
    return True


def fall_back_to_post(tx: Transaction, row: Mapping[str, Any], at: datetime) -> bool:
    """Slack won't change a message: have its new content wait as a message in its thread. False for a post."""
    if row["action"] != "update":
        return False
    tx.execute(
        "UPDATE effects SET state = 'waiting', action = 'post', target = NULL, in_doubt = 0,"
        " not_before = :at, thread = coalesce((SELECT thread FROM effects WHERE key = :target), :target)"
        " WHERE key = :key",
        {"target": row["target"], "at": clock.to_text(at), "key": row["key"]},
    )
    tx.execute(
        "UPDATE effects SET target = ? WHERE target = ? AND state = 'waiting'"
        " AND rowid > (SELECT rowid FROM effects WHERE key = ?)",
        [row["key"], row["target"], row["key"]],
    )
    return True


def queue_repeated(tx: Transaction, *, key: str, target: str, at: datetime) -> None:
    """Commit once more what the message shows by now, since something older may have come over it."""
    row = tx.execute(
        "SELECT payload, files FROM effects WHERE target = ? AND action = 'update' ORDER BY rowid DESC LIMIT 1",
        [target],
    ).fetchone()
    if row is not None:
        _queue(tx, key, _channel_of(tx, target), "update", json.loads(row["payload"]), at, target=target)
        keep_files(tx, key=key, files=json.loads(row["files"]))


def file_of(tx: Transaction, key: str) -> str | None:
    """The first file that was uploaded for a message; None where there is none."""
    row = tx.execute("SELECT files FROM effects WHERE key = ?", [key]).fetchone()
    found: str | None = json.loads(row["files"]).get("0") if row else None
    return found


def picture_of(tx: Transaction, key: str) -> str:
    """Slack's file of the first picture that a message shows; empty where it shows none."""
    row = tx.execute(
        "SELECT files FROM effects WHERE (key = :key OR target = :key) AND state = 'sent'"
        " AND action IN ('post', 'update') ORDER BY rowid DESC LIMIT 1",
        {"key": key},
    ).fetchone()
    return str(json.loads(row["files"]).get("0", "")) if row else ""


def blocks_of(tx: Transaction, key: str) -> list[Block]:
    """The blocks that a message was queued with; nothing where there is no such message."""
    row = tx.execute("SELECT payload FROM effects WHERE key = ?", [key]).fetchone()
    found: list[Block] = json.loads(row["payload"])["blocks"] if row else []
    return found


def channel_of(tx: Transaction, key: str) -> str:
    """Where a message goes."""
    return str(tx.execute("SELECT channel FROM effects WHERE key = ?", [key]).fetchone()["channel"])


def count_waiting(tx: Transaction) -> int:
    """How many effects did not happen yet."""
    row = tx.execute("SELECT count(*) FROM effects WHERE state = 'waiting' OR state = 'sending'").fetchone()
    return int(row[0])
