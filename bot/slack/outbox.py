"""The durable way to Slack: effects are committed with what they announce, then sent once, in order, across crashes.

Slack has no idempotency key, so a post carries its effect's key in the message metadata; where it is open whether a
post happened, the outbox looks before it posts again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError

from bot import clock
from bot.slack import files, outbox_table
from bot.slack.blocks import Block, context, effects_named, with_files, with_links
from bot.slack.outbox_table import Subject
from bot.slack.web_api import (
    BAD_DAYS,
    NO_PLACE,
    UNREADABLE,
    Meaning,
    Verdict,
    WebApi,
    error_code,
    failure,
    judge,
    meaning_of,
    unless_away,
)
from bot.store import Database, Loop, PictureStore, pictures
from bot.store.pictures import PictureGone
from bot.texts import say

log = logging.getLogger(__name__)

EVENT_TYPE = "draftroom_brief"
#: Pause between two looks whether everything is said, in seconds.
FLUSH_S = 0.05
#: What falls due within so many seconds is waited for, too.
SOON_S = 5.0
#: How far before an effect was committed its message is looked for, in seconds: clocks differ.
LOOK_BACK_S = 600.0
#: Messages asked for at once in such a look.
LOOK_PAGE = 200
#: First pause before a file is asked for again that Slack still processes, in seconds; grows by half, up to the limit.
FILE_PAUSE_S, FILE_PAUSE_LIMIT_S = 0.5, 5.0
#: After so many looks a file is taken for lost.
FILE_LOOKS = 60

#: The method by which each action is done, as rate limits count.
_METHODS = {"update": "chat.update", "react": "reactions.add", "unreact": "reactions.remove"}


class NotShownYet(Exception):
    """Slack still processes a file that the message shows."""


def metadata(key: str, subject: Subject) -> dict[str, Any]:
    """What a message of ours says of itself to programs: its effect and what it shows."""
    shown = {name: value for name, value in vars(subject).items() if value is not None}
    return {"event_type": EVENT_TYPE, "event_payload": {"effect": key, **shown}}


class Outbox:
    """Sends what is committed. A channel's effects go one after the other; channels do not wait on each other."""

    def __init__(
        self,
        database: Database,
        picture_store: PictureStore,
        client: WebApi,
        on_failure: Callable[[str, str], Awaitable[None]],
    ) -> None:
        """`on_failure(effect key, Slack's error)` hears of effects that are given up; perhaps twice, around a crash."""
        self._database = database
        self._pictures = picture_store
        self._client = client
        self._on_failure = on_failure
        #: By effect: failures in a row, looks at a file that is not there yet among them; and refusals of these.
        self._failures: Counter[str] = Counter()
        self._refusals: Counter[str] = Counter()
        #: Files that may be shown by now.
        self._shown: set[str] = set()
        #: Effects that could not be put back, since the database refused.
        self._lost: set[str] = set()
        self._loop: Loop[dict[str, Any]] = Loop(
            "the outbox", database, watches={"effects"}, take=self._next, do=self._send_one, due_s=self._due_s
        )

    async def run(self) -> None:
        """Send until cancelled."""
        await self._loop.run()

    async def flush(self) -> None:
        """Returns when nothing is in hand, and nothing is due or soon will be."""
        # Asked in this order: what is taken meanwhile is in hand by then.
        while await self._is_due() or self._loop.in_hand:
            await asyncio.sleep(FLUSH_S)

    async def _is_due(self) -> bool:
        # Soon: a file that Slack still processes is put off, too.
        at, closed = clock.now() + timedelta(seconds=SOON_S), self._closed(SOON_S)
        return await self._database.read(lambda tx: outbox_table.is_due(tx, at, closed))

    def _closed(self, in_s: float = 0.0) -> list[str]:
        """The actions whose methods take nothing for a while, and will not in so many seconds."""
        return [action for action, method in _METHODS.items() if self._client.closed_for(method) > in_s]

    def wake(self) -> None:
        """Look now for what may be sent."""
        self._loop.wake()

    async def _next(self, in_hand: Collection[dict[str, Any]]) -> dict[str, Any] | None:
        lost, at = list(self._lost), clock.now()
        busy = [row["channel"] for row in in_hand]
        closed = self._closed()

        def work(tx: Any) -> dict[str, Any] | None:
            for key in lost:
                outbox_table.mark_waiting(tx, key, clock.to_text(at), in_doubt=True, code="put_back")
            return outbox_table.take(tx, busy=busy, closed=closed, at=at)

        row = await self._database.write(work)
        self._lost.difference_update(lost)
        return row

    async def _due_s(self) -> float | None:
        """Until an effect falls due or a method opens again."""
        at = clock.now()
        due = await self._database.read(lambda tx: outbox_table.next_due(tx, at))
        waits = [self._client.closed_for(method) for method in _METHODS.values()]
        waits = [wait for wait in waits if wait] + ([(due - at).total_seconds()] if due else [])
        return min(waits, default=None)

    async def _send_one(self, row: dict[str, Any]) -> None:
        try:
            try:
                await self._send(row)
                self._forget(row["key"])
                log.info("said %s", row["key"], extra={"effect": row["key"], "channel": row["channel"]})
            except NotShownYet:
                looks = self._failures[row["key"]]
                self._failures[row["key"]] += 1
                if looks % FILE_LOOKS == FILE_LOOKS - 1:
                    # Nothing will come of these: some answer was not true. They are uploaded anew.
                    await self._database.write(
                        lambda tx: outbox_table.keep_files(tx, key=row["key"], files={})
                    )
                pause_s = min(FILE_PAUSE_S * 1.5**looks, FILE_PAUSE_LIMIT_S)
                await self._put_back(row, pause_s, in_doubt=bool(row["in_doubt"]), code="file_not_ready")
            except Exception as error:
                await self._set_back(row, error)
        except Exception:
            self._lost.add(row["key"])
            raise

    async def _send(self, row: dict[str, Any]) -> None:
        payload = json.loads(row["payload"])
        if row["action"] in ("react", "unreact"):
            await self._react(row, payload["name"])
            await self._database.write(lambda tx: outbox_table.mark_sent(tx, row, row["target_ts"], {}))
            return
        if row["action"] == "post" and row["in_doubt"]:
            posted = await self._find_posted(row)
            # Whatever comes of it, nothing is open any more.
            row["in_doubt"] = 0
            if posted is not None:
                await self._database.write(
                    lambda tx: outbox_table.mark_sent(tx, row, posted, payload["subject"])
                )
                return
        file_ids = await self._upload_attachments(row, payload)
        content = {
            "channel": row["channel"],
            "text": with_links(payload["text"], {}),
            "blocks": with_links(
                with_files(payload["blocks"], file_ids), await self._links(payload["blocks"])
            ),
            "metadata": metadata(row["key"], Subject(**payload["subject"])),
        }
        ts = row["target_ts"]
        if row["action"] == "update":
            await self._update(ts=ts, broadcast=payload.get("broadcast", False), **content)
        else:
            answer = await self._client.chat_postMessage(
                thread_ts=row["thread_ts"], unfurl_links=False, unfurl_media=False, **content
            )
            if not (ts := answer.get("ts")):
                raise failure(UNREADABLE)

        def done(tx: Any) -> None:
            outbox_table.mark_sent(tx, row, str(ts), payload["subject"])
            if payload.get("form"):
                outbox_table.note_taken(tx, payload["form"], True, clock.now())

        await self._database.write(done)

    async def _update(self, *, ts: str, broadcast: bool, **content: Any) -> None:
        """Change a message; where Slack won't show a reply in its channel, too, it stays in its thread."""
        if broadcast:
            try:
                await self._client.chat_update(ts=ts, reply_broadcast=True, **content)
            except SlackApiError as error:
                if error_code(error) != "cant_broadcast_message":
                    raise
            else:
                return
        await self._client.chat_update(ts=ts, **content)

    async def _links(self, blocks: list[Block]) -> dict[str, str]:
        """Addresses of the messages that these blocks lead to; one that is gone is left out. Raises while Slack is away."""
        found: dict[str, str] = {}
        for key in sorted(effects_named(blocks)):
            place = await self._database.read(partial(outbox_table.place_of, key=key))
            if place is None:
                continue
            try:
                answer = await self._client.chat_getPermalink(channel=place[0], message_ts=place[1])
                found[key] = str(answer["permalink"])
            except (SlackApiError, KeyError) as error:
                unless_away(error)
                log.info("no link to %s: %s", key, error_code(error))
        return found

    async def _react(self, row: dict[str, Any], name: str) -> None:
        try:
            call = self._client.reactions_add if row["action"] == "react" else self._client.reactions_remove
            await call(channel=row["channel"], timestamp=row["target_ts"], name=name)
        except SlackApiError as error:
            if meaning_of(error_code(error)) is not Meaning.FINE:
                raise

    async def _upload_attachments(self, row: dict[str, Any], payload: dict[str, Any]) -> dict[int, str]:
        """Upload what is not uploaded yet. Each step is committed, so that no bytes are sent twice.

        Raises NotShownYet while Slack processes one: meanwhile the channel's other messages go on.
        """
        # An index maps to a file that is whole, an index with a plus to one whose bytes alone are there.
        known: dict[str, str] = json.loads(row["files"])

        async def keep() -> None:
            await self._database.write(partial(outbox_table.keep_files, key=row["key"], files=dict(known)))

        for index, attachment in enumerate(payload["attachments"]):
            place, sent = str(index), f"+{index}"
            if place in known:
                continue
            fresh = sent not in known
            if fresh:
                picture = await self._database.read(partial(pictures.find, sha256=attachment["sha256"]))
                data = await asyncio.to_thread(self._pictures.read, picture)
                known[sent] = await files.send(
                    self._client, data, filename=attachment["filename"], alt_text=attachment["alt_text"]
                )
                await keep()
            shared = bool(attachment.get("shared"))
            try:
                await files.complete(
                    self._client,
                    known[sent],
                    filename=attachment["filename"],
                    channel=row["channel"] if shared else None,
                    thread_ts=row["thread_ts"] if shared else None,
                )
            except SlackApiError as error:
                if error_code(error) != "file_not_found":
                    raise
                if fresh:
                    # Whatever the upload was answered with, the bytes are not there.
                    del known[sent]
                    await keep()
                    raise
                # It was completed before, and the answer was lost.
            known[place] = known.pop(sent)
            await keep()
        found = {int(place): file_id for place, file_id in known.items() if not place.startswith("+")}
        for file_id in found.values():
            if file_id not in self._shown and not await files.may_be_shown(self._client, file_id):
                raise NotShownYet
            self._shown.add(file_id)
        self._shown.difference_update(found.values())
        return found

    async def _find_posted(self, row: dict[str, Any]) -> str | None:
        """The message of an effect that may have been posted: every message since is looked at."""
        began = min(clock.from_text(row["created_at"]), clock.now()).timestamp() - LOOK_BACK_S
        ask: dict[str, Any] = {
            "channel": row["channel"],
            "include_all_metadata": True,
            "limit": LOOK_PAGE,
            "oldest": f"{began:.6f}",
        }
        while True:
            if row["thread_ts"]:
                answer = await self._client.conversations_replies(ts=row["thread_ts"], **ask)
            else:
                answer = await self._client.conversations_history(**ask)
            for message in answer.get("messages") or []:
                if message.get("metadata", {}).get("event_payload", {}).get("effect") == row["key"]:
                    return str(message["ts"])
            ask["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor")
            if not ask["cursor"]:
                return None

    async def _set_back(self, row: dict[str, Any], error: Exception) -> None:
        """Decide whether an effect that failed is tried again, and when; or what is said in its place."""
        if isinstance(error, SlackApiError) and error_code(error) == "invalid_blocks":
            at = clock.now()
            if await self._database.write(lambda tx: outbox_table.fall_back_to_classic(tx, row, at)):
                log.info("effect %s is shown in its classic form", row["key"])
                self._forget(row["key"])
                return
        if isinstance(error, PictureGone) and await self._fall_back_to_words(
            row, context(say("picture-gone"))
        ):
            log.warning("effect %s is shown without a picture that is gone: %s", row["key"], error)
            self._forget(row["key"])
            return
        defect = not isinstance(error, (SlackApiError, *BAD_DAYS))
        self._failures[row["key"]] += 1
        self._refusals[row["key"]] += defect or meaning_of(error_code(error)) is Meaning.REFUSED
        verdict = judge(
            error,
            attempts=self._refusals[row["key"]],
            failures=self._failures[row["key"]],
            age=clock.now() - clock.from_text(row["created_at"]),
        )
        if defect:
            log.error("the outbox met a defect", exc_info=error)
        if not verdict.final:
            level = logging.INFO if verdict.meaning is Meaning.WAIT else logging.WARNING
            log.log(
                level, "effect %s is tried again in %.1f s: %s", row["key"], verdict.pause_s, verdict.code
            )
            await self._put_back(
                row,
                verdict.pause_s,
                in_doubt=verdict.in_doubt or bool(row["in_doubt"]),
                code=verdict.code,
                others=verdict.meaning is Meaning.WAIT,
            )
            return
        self._forget(row["key"])
        if await self._fall_back(row, verdict):
            log.warning("effect %s is shown in another way: %s", row["key"], verdict.code)
            return
        log.error("gave up the effect %s: %s", row["key"], verdict.code)
        # First: where the process ends in between, it is tried, and given up, once more.
        await self._on_failure(row["key"], verdict.code)
        await self._database.write(lambda tx: outbox_table.mark_failed(tx, row["key"], verdict.code))

    async def _put_back(
        self, row: dict[str, Any], pause_s: float, *, in_doubt: bool, code: str, others: bool = False
    ) -> None:
        """Try it again later. `others`: what its channel has of the kind waits as long, and so stays behind it."""
        not_before = clock.to_text(clock.now() + timedelta(seconds=pause_s))

        def work(tx: Any) -> None:
            outbox_table.mark_waiting(tx, row["key"], not_before, in_doubt=in_doubt, code=code)
            if others:
                outbox_table.hold_back(tx, row, not_before)

        await self._database.write(work)

    def _forget(self, key: str) -> None:
        self._failures.pop(key, None)
        self._refusals.pop(key, None)

    async def _fall_back_to_words(self, row: dict[str, Any], note: Block) -> bool:
        at = clock.now()
        return await self._database.write(lambda tx: outbox_table.fall_back_to_words(tx, row, note, at))

    async def _fall_back(self, row: dict[str, Any], verdict: Verdict) -> bool:
        """Have people told what is refused for good: in words without the pictures, or in a message of its own."""
        # A message that somebody took away is not to come back.
        if verdict.code in NO_PLACE | {"message_not_found"} or verdict.meaning is Meaning.OPERATOR:
            return False
        at, brief = clock.now(), json.loads(row["payload"]).get("subject", {}).get("brief")
        note = context(
            say("post-without-pictures", code=verdict.code, known="yes" if brief else "no", brief=brief or "")
        )

        def work(tx: Any) -> bool:
            if verdict.code in _UNCHANGED:
                return outbox_table.fall_back_to_post(tx, row, at)
            return outbox_table.fall_back_to_words(tx, row, note, at) or outbox_table.fall_back_to_post(
                tx, row, at
            )

        return await self._database.write(work)


#: Refusals that are about changing a message, whatever it shows.
_UNCHANGED = frozenset({"edit_window_closed", "cant_update_message"})
