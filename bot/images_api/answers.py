"""One server of the OpenAI Images API: how it is reached, and how its answers become one stream of events.

What it is asked, and what is learnt of it, is the client's.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from yarl import URL

from bot.images_api import judging
from bot.images_api.capabilities import Capabilities, Refused, refused
from bot.images_api.types import (
    EngineError,
    EngineEvent,
    EngineFailed,
    EngineRefused,
    EngineTimeouts,
    EngineUnreachable,
    Options,
    Picture,
    Silence,
)
from bot.images_api.wire import (
    body_of,
    bytes_limit,
    error_from,
    event_from,
    form_of,
    json_or_none,
    messages,
    pictures_from,
)
from bot.settings import without_password
from bot.texts import say

log = logging.getLogger(__name__)

#: After so long without a word from a server, people hear of it, in seconds.
TOLD_AFTER_S = 45.0
#: Shorter than any key is; what is as short may be a word of the sentence.
KEY_LENGTH = 8
#: How often a request follows a server to another of its own addresses.
REDIRECTS = 3
_REDIRECT = (301, 302, 303, 307, 308)
#: Those of them after which the same is to be asked again, rather than something to be fetched.
_ASK_AGAIN = (307, 308)


class Lesson(Exception):
    """The server turned a request down, and may have said what it can do."""

    def __init__(self, refusal: Refused, error: EngineError) -> None:
        super().__init__()
        self.refusal, self.error = refusal, error


@dataclass(frozen=True, kw_only=True)
class Question:
    """One request as it goes to the server."""

    path: str
    #: Of the pictures that are to come.
    options: Options
    fields: Mapping[str, Any]
    #: Pictures by the names of their fields; with any the request is a form.
    files: Mapping[str, bytes]
    #: What the server was thought to do when this was put so.
    can: Capabilities


class Server:
    """A connection pool to one server, and what it answers."""

    def __init__(self, url: str, *, token: str, timeouts: EngineTimeouts, note: Callable[..., None]) -> None:
        """`url` with or without `/v1`. `note(path, options, **found)` hears what an answer shows the server to do."""
        self._url = url.rstrip("/").removesuffix("/v1")
        #: as it is said to people, without a password
        self.shown_url = without_password(self._url)
        self._token, self._timeouts, self._note = token, timeouts, note
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def ask(
        self,
        path: str,
        timeout: aiohttp.ClientTimeout | None = None,
        body: Callable[[], dict[str, Any]] | None = None,
    ) -> tuple[int, Any]:
        """A question that is answered in one go, with `body` one that is posted: the status, and the JSON.

        Raises EngineUnreachable, or EngineRefused where it leads elsewhere.
        """
        timeout = timeout or aiohttp.ClientTimeout(total=self._timeouts.question_s)
        method = "GET" if body is None else "POST"
        async with self._failures_as_ours(), self._answer(method, path, timeout, body or dict) as answer:
            return answer.status, await json_or_none(answer.content.iter_any())

    async def pictures(self, question: Question) -> AsyncGenerator[EngineEvent, None]:
        """The events of one request whose pictures are what was asked for: each whole, of its size, and all of them.

        Raises EngineError's kinds, or Lesson.
        """
        found: set[int] = set()
        options = question.options
        async with aclosing(self._events(question)) as events:
            async for event in events:
                if isinstance(event, Picture):
                    if event.index in found:
                        raise EngineFailed(say("engine-other-picture", asked=options.count))
                    found.add(event.index)
                    size = await asyncio.to_thread(judging.finished, event.png, options.size)
                    event = replace(event, size=size)
                yield event
        if len(found) < options.count:
            raise EngineFailed(say("engine-too-few", pictures=len(found), asked=options.count))

    async def _events(self, question: Question) -> AsyncGenerator[EngineEvent, None]:
        times, options = self._timeouts, question.options
        timeout = aiohttp.ClientTimeout(total=times.whole_s, connect=times.connect_s)

        def body() -> dict[str, Any]:
            return (
                {"data": form_of(question.fields, question.files)}
                if question.files
                else {"json": question.fields}
            )

        async with self._failures_as_ours(), AsyncExitStack() as stack:
            opening = asyncio.create_task(
                stack.enter_async_context(self._answer("POST", question.path, timeout, body))
            )
            stack.push_async_callback(ended, opening)
            first_s = times.begun_silence_s if question.can.streams else times.silence_s
            told_s = min(times.begun_silence_s, TOLD_AFTER_S)
            answered, _ = await asyncio.wait([opening], timeout=min(first_s, told_s))
            if not answered and first_s > told_s:
                left_s = first_s - told_s
                sentence = say("engine-says-nothing", seconds=f"{told_s:.0f}")
                yield Silence(sentence=sentence, seconds_left=left_s)
                answered, _ = await asyncio.wait([opening], timeout=left_s)
            if not answered:
                raise TimeoutError
            answer = opening.result()
            if answer.status >= 400:
                refusal = await json_or_none(self._chunks(answer, lambda: times.begun_silence_s))
                error = self.error(answer.status, refusal, answer.headers.get("Retry-After"))
                if teaching := refused({**question.fields, **question.files}, answer.status, refusal):
                    raise Lesson(teaching, error)
                raise error
            if answer.content_type != "text/event-stream":
                chunks = self._chunks(answer, lambda: times.begun_silence_s, first_s=times.silence_s)
                body_json = await json_or_none(chunks, bytes_limit(options, options.count))
                for picture in pictures_from(await self._unlinked(question, body_json), options):
                    yield picture
                return
            self._note(question.path, options, streams=True)
            finished = 0
            chunks = self._chunks(
                answer, lambda: times.begun_silence_s if finished < options.count else times.rest_s
            )
            try:
                async for message in messages(chunks, bytes_limit(options, 1)):
                    if (
                        "partial_image_index" in message
                        and "image_index" not in message
                        and options.count > 1
                    ):
                        # Next time each picture is asked for by itself, so that first looks have their places.
                        self._note(question.path, options, numbers_previews=False)
                    event = event_from(message, options, finished)
                    finished += isinstance(event, Picture)
                    if event is not None:
                        yield event
            except (TimeoutError, aiohttp.ClientError):
                # All came: what the server would still say is of no use.
                if finished < options.count:
                    raise

    @asynccontextmanager
    async def _answer(
        self,
        method: str,
        path: str,
        timeout: aiohttp.ClientTimeout,
        body: Callable[[], dict[str, Any]] = dict,
        *,
        at: URL | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer to one request. A redirect is followed only to the same server: pictures go nowhere else."""
        address = at or URL(self._url + path)
        for _ in range(REDIRECTS + 1):
            async with self._open().request(
                method, address, headers=self._headers, timeout=timeout, allow_redirects=False, **body()
            ) as answer:
                target = answer.headers.get("Location")
                if answer.status not in _REDIRECT or target is None:
                    yield answer
                    return
                there = _target(address, target)
                again = method != "POST" or answer.status in _ASK_AGAIN
                if there is None or not again:
                    log.warning("%s sends on to %s", self.shown_url, without_password(target)[:100])
                    raise EngineRefused(say("engine-redirects"))
                address = there
        raise EngineRefused(say("engine-redirects"))

    async def _chunks(
        self, answer: aiohttp.ClientResponse, silence_s: Callable[[], float], first_s: float | None = None
    ) -> AsyncIterator[bytes]:
        """The body as it comes. Raises TimeoutError after so long a silence, before its first byte or a later one."""
        patience_s = silence_s() if first_s is None else first_s
        while True:
            async with asyncio.timeout(patience_s):
                chunk = await answer.content.readany()
            if not chunk:
                return
            yield chunk
            patience_s = silence_s()

    async def _unlinked(self, question: Question, body: Any) -> Any:
        """The answer with its pictures' bytes, where it has links to them. Only this server's are followed."""
        listed = body.get("data") if isinstance(body, dict) else None
        if not isinstance(listed, list) or len(listed) > question.options.count:
            return body
        return {**body, "data": [await self._fetched(question, item) for item in listed]}

    async def _fetched(self, question: Question, item: Any) -> Any:
        link = item.get("url") if isinstance(item, dict) and not item.get("b64_json") else None
        if not isinstance(link, str):
            return item
        if link.startswith("data:image/"):
            return {**item, "b64_json": link.partition(",")[2]}
        there = _target(URL(self._url + question.path), link)
        if there is None:
            self._note(
                question.path, question.options, wants={**question.can.wants, "response_format": "b64_json"}
            )
            raise EngineFailed(say("engine-links-elsewhere", target=without_password(link)[:100]))
        timeout = aiohttp.ClientTimeout(total=self._timeouts.begun_silence_s)
        async with self._answer("GET", there.path_qs, timeout, at=there) as answer:
            if answer.status >= 400:
                raise self.error(answer.status, None, None)
            data = await body_of(answer.content.iter_any(), bytes_limit(question.options, 1))
        return {**item, "b64_json": base64.b64encode(data).decode()}

    def error(self, status: int, body: Any, retry_after: str | None) -> EngineError:
        """The error that a refusal means. Some servers repeat the key that they refuse: people don't see it."""
        error = error_from(status, body, retry_after)
        if len(self._token) >= KEY_LENGTH and self._token in str(error):
            error.args = (str(error).replace(self._token, "…"),)
        return error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # No limit of its own: how much runs at once is the caller's and the engine's to say.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self._session

    @asynccontextmanager
    async def _failures_as_ours(self) -> AsyncIterator[None]:
        try:
            yield
        except TimeoutError as error:
            log.warning("%s did not answer in time", self.shown_url)
            raise EngineUnreachable(say("engine-late")) from error
        except (aiohttp.ClientError, asyncio.IncompleteReadError, OSError) as error:
            log.warning("%s can't be reached: %s", self.shown_url, type(error).__name__)
            raise EngineUnreachable(say("engine-unreachable")) from error


async def ended(task: asyncio.Task[Any]) -> None:
    """Whoever leaves early does not leave a request behind."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _target(here: URL, location: str) -> URL | None:
    """Where a redirect leads; None where that is not the same host and port, or its encrypted side."""
    try:
        there = here.join(URL(location))
        same = there.origin() == here.origin()
    except ValueError:
        return None
    return there if same or (there.host, there.scheme, here.scheme) == (here.host, "https", "http") else None
