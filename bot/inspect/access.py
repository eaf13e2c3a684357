"""Who may ask about a picture on the page: whoever has a colleague's link; and anybody, where the operator opens it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from cachetools import TTLCache

from bot.briefs.model import UserError
from bot.inspect.actions import OwnWords, Verdict, ask, own_words
from bot.slack.people import Directory
from bot.store import Database, PictureStore, Transaction
from bot.texts import say
from bot.web import table as web_table
from bot.web.links import BadLink, Links

T = TypeVar("T")

PURPOSE = "inspect"
#: How long a link works, in seconds: it is no key to anything but questions.
LINK_LIFE_S = 90 * 24 * 3600
#: Questions of one person's links within a minute; all strangers together have as many.
QUESTIONS_A_MINUTE = 10
#: Questions that may wait or send their file: one is worked on at a time, which takes seconds.
WAITING_LIMIT = 4


class NoEntry(Exception):
    """The page is not for them; the message is a sentence for whoever came."""


class TooMany(Exception):
    """Later; the message is a sentence for whoever asks."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the page says of a file."""

    own: OwnWords
    #: None: not known here.
    verdict: Verdict | None
    #: Whether whoever asks may read the recipe: a member of the picture's channel.
    is_member: bool


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """Answers questions about pictures."""

    database: Database
    picture_store: PictureStore
    directory: Directory
    links: Links
    #: Whether the page opens without a link.
    is_open: bool
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: Who sends, waits or is answered.
    _waiting: set[object] = field(default_factory=set)
    #: When somebody asked, on the monotonic clock, by person; "" for all who have no link.
    _asked: TTLCache[str, deque[float]] = field(default_factory=lambda: TTLCache(maxsize=10_000, ttl=120))

    async def link(self, person: str) -> str:
        """The page below the site's own address, for that person."""
        number = await self.database.read(lambda tx: web_table.signouts(tx, person))
        return f"/inspect/{self.links.make(PURPOSE, person=person, subject=str(number), life_s=LINK_LIFE_S)}"

    async def visitor(self, token: str) -> str:
        """The person whose link it is; "" for nobody, where the page is open. Raises NoEntry."""
        if not token:
            if not self.is_open:
                raise NoEntry(say("inspect-page-closed"))
            return ""
        try:
            found = self.links.read(PURPOSE, token)
            number = int(found.subject)
        except (BadLink, ValueError) as error:
            raise NoEntry(say("inspect-page-expired")) from error
        if await self.database.read(lambda tx: web_table.signouts(tx, found.person)) != number:
            raise NoEntry(say("inspect-page-void"))
        try:
            await self.directory.actor(found.person)
        except UserError as error:
            raise NoEntry(say("inspect-page-no-colleague")) from error
        return found.person

    @contextmanager
    def admitted(self, person: str) -> Iterator[None]:
        """A question, from before its file is read until it is answered: counted, and one of few. Raises TooMany."""
        self._count(person)
        ticket = object()
        self._waiting.add(ticket)
        try:
            yield
        finally:
            self._waiting.discard(ticket)

    def _count(self, person: str) -> None:
        now = time.monotonic()
        asked = self._asked.get(person) or deque(maxlen=QUESTIONS_A_MINUTE)
        if len(asked) == QUESTIONS_A_MINUTE and now - asked[0] < 60:
            raise TooMany(say("inspect-page-too-many", most=QUESTIONS_A_MINUTE))
        if len(self._waiting) > WAITING_LIMIT:
            raise TooMany(say("inspect-page-busy"))
        asked.append(now)
        self._asked[person] = asked

    async def answer(self, data: bytes, person: str) -> Answer:
        """What is known of the file of an admitted question. Raises UserError for no picture."""
        loop = asyncio.get_running_loop()

        def read(work: Callable[[Transaction], T]) -> T:
            reading: Awaitable[T] = self.database.read(work)
            return asyncio.run_coroutine_threadsafe(_awaited(reading), loop).result()

        async with self._turn:
            verdict = await asyncio.to_thread(ask, read, self.picture_store, data)
            own = await asyncio.to_thread(own_words, data)
        is_member = bool(person and verdict) and await self._is_member(person, verdict)
        return Answer(own=own, verdict=verdict, is_member=is_member)

    async def _is_member(self, person: str, verdict: Verdict | None) -> bool:
        if verdict is None:
            return False
        try:
            await self.directory.colleague(person, verdict.channel)
        except UserError:
            return False
        return True


async def _awaited(reading: Awaitable[T]) -> T:
    return await reading
