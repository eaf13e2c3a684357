"""Speaks the OpenAI Images API to any server that offers it, and makes its answers one stream of events.

Our own engine streams queue places and previews and takes seeds; a server that lacks these still serves, and
`Lacking` says in words what is missed. Knows nothing of Slack, jobs or money; never imports torch.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

from bot.images_api import judging
from bot.images_api.types import (
    EditRequest,
    EngineBusy,
    EngineError,
    EngineEvent,
    EngineFailed,
    EngineLacks,
    EngineRefused,
    EngineTimeouts,
    EngineUnreachable,
    GenerateRequest,
    Health,
    Lacking,
    Options,
    Picture,
    Preview,
    Queued,
    Silence,
)
from bot.images_api.wire import (
    bytes_limit,
    error_from,
    event_from,
    form_of,
    is_about_a_field,
    json_or_none,
    messages,
    our_fields,
    pictures_from,
    standard_fields,
)
from bot.texts import say

__all__ = [
    "EditRequest",
    "EngineBusy",
    "EngineClient",
    "EngineError",
    "EngineEvent",
    "EngineFailed",
    "EngineLacks",
    "EngineRefused",
    "EngineTimeouts",
    "EngineUnreachable",
    "GenerateRequest",
    "Health",
    "Lacking",
    "Options",
    "Picture",
    "Preview",
    "Queued",
    "Silence",
]

#: Shorter than any key is; what is as short may be a word of the sentence.
KEY_LENGTH = 8
#: How often a request follows a server to another of its own addresses.
REDIRECTS = 3
_REDIRECT = (301, 302, 303, 307, 308)
#: Those of them after which the same is to be asked again, rather than something to be fetched.
_ASK_AGAIN = (307, 308)


class _UnknownField(Exception):
    """The server turned down one of our own fields."""


class EngineClient:
    """One connection pool to one server. Use as an async context manager, or call `close`."""

    def __init__(
        self, url: str, *, token: str | None = None, model: str = "", timeouts: EngineTimeouts | None = None
    ) -> None:
        """`url` is the server's base (`http://127.0.0.1:8061`, with or without `/v1`); `model` the default model."""
        self._url = url.rstrip("/").removesuffix("/v1")
        #: as it is said to people, without a password
        self._shown = _without_password(self._url)
        self._token = token or ""
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._model = model
        self._timeouts = timeouts or EngineTimeouts()
        self._session: aiohttp.ClientSession | None = None
        #: learnt from its refusals: whether this server takes the standard fields only
        self._standard_only = False
        #: likewise: whether its answers are streams
        self._streams = False
        #: what `vocabulary` answered last; nothing before that
        self.known_words: Mapping[str, Any] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def generate(self, request: GenerateRequest) -> AsyncGenerator[EngineEvent, None]:
        """Pictures from words: events as they happen, every picture once. Raises EngineError's kinds.

        Closing the iterator, or cancelling the task, closes the connection, and our engine stops the work.
        """
        async with aclosing(
            self._render("/v1/images/generations", request, request.prompt, {}, {})
        ) as events:
            async for event in events:
                yield event

    async def edit(self, request: EditRequest) -> AsyncGenerator[EngineEvent, None]:
        """A changed picture; otherwise as `generate`. Whoever promises exactness outside the mask checks it."""
        files = {"image": request.image}
        if request.mask is not None:
            files["mask"] = request.mask
        extras = {"instruction": request.instruction, "strength": request.strength}
        async with aclosing(
            self._render("/v1/images/edits", request, request.prompt, extras, files)
        ) as events:
            async for event in events:
                yield event

    async def health(self) -> Health:
        """The engine's state; a server without `/health` counts as ready when it lists its models."""
        status, body = await self._ask("/health")
        if status == 404:
            await self.models()
            return Health(ready=True)
        if not isinstance(body, dict):
            return Health(ready=status < 400)
        return Health(
            ready=bool(body.get("ready", status < 400)),
            reason=body.get("reason"),
            queue=body.get("queue"),
            profile=body.get("profile"),
        )

    async def models(self) -> list[dict[str, Any]]:
        """The server's models as it lists them; our engine adds `draftroom` with tiers, licence, vocabulary."""
        status, body = await self._ask("/v1/models")
        if status >= 400:
            raise self._error(status, body, None)
        listed = body.get("data") if isinstance(body, dict) else None
        if not isinstance(listed, list):
            raise EngineFailed(say("engine-models-unreadable"))
        return [model for model in listed if isinstance(model, dict)]

    async def vocabulary(self) -> Mapping[str, Any]:
        """The words of the server's model, where it is small enough to list them; else nothing. Raises nothing."""
        try:
            models = await self.models()
        except EngineError:
            return {}
        ours = next((model.get("draftroom") for model in models if model.get("draftroom")), None)
        listed = ours.get("vocabulary") if isinstance(ours, Mapping) else None
        # An empty vocabulary would call every word unknown; no vocabulary calls none.
        self.known_words = listed if isinstance(listed, Mapping) else {}
        return self.known_words

    async def mask_of(self, image: bytes, text: str) -> bytes:
        """The mask of what a text names in a picture: a PNG whose transparent pixels show it.

        Raises EngineLacks where the server cannot find things, EngineRefused where it finds nothing of the kind.
        """

        def body() -> dict[str, Any]:
            form = aiohttp.FormData({"text": text})
            form.add_field("image", image, filename="image.png", content_type="image/png")
            return {"data": form}

        timeout = aiohttp.ClientTimeout(total=self._timeouts.find_s)
        async with self._failures_as_ours(), self._answer("POST", "/v1/masks", timeout, body) as answer:
            status, found = answer.status, await json_or_none(answer.content.iter_any())
        if status in (404, 405, 501):
            raise EngineLacks(say("engine-finds-nothing"))
        if status >= 400:
            raise self._error(status, found, None)
        try:
            mask = base64.b64decode(found["data"][0]["b64_json"])
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise EngineFailed(say("engine-mask-unreadable")) from error
        await asyncio.to_thread(judging.finished, mask, await asyncio.to_thread(judging.size_of, image))
        return mask

    async def _ask(self, path: str) -> tuple[int, Any]:
        timeout = aiohttp.ClientTimeout(total=self._timeouts.question_s)
        async with self._failures_as_ours(), self._answer("GET", path, timeout) as answer:
            return answer.status, await json_or_none(answer.content.iter_any())

    async def _render(
        self, path: str, options: Options, prompt: str, extras: dict[str, Any], files: dict[str, bytes]
    ) -> AsyncGenerator[EngineEvent, None]:
        fields = standard_fields(options, prompt, self._model)
        ours = {name: value for name, value in {**our_fields(options), **extras}.items() if value is not None}
        while True:
            sent = fields if self._standard_only else {**fields, **ours}
            try:
                async with aclosing(self._judged(path, options, sent, files)) as events:
                    async for event in events:
                        yield event
                return
            except _UnknownField:
                self._standard_only = True
                yield Lacking(sentence=say("engine-no-seeds"))

    async def _judged(
        self, path: str, options: Options, fields: Mapping[str, Any], files: Mapping[str, bytes]
    ) -> AsyncGenerator[EngineEvent, None]:
        """The events of one request whose pictures are what was asked for: each whole, of its size, and all of them."""
        found: set[int] = set()
        async with aclosing(self._send(path, options, fields, files)) as events:
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

    async def _send(
        self, path: str, options: Options, fields: Mapping[str, Any], files: Mapping[str, bytes]
    ) -> AsyncGenerator[EngineEvent, None]:
        times = self._timeouts
        timeout = aiohttp.ClientTimeout(total=times.whole_s, connect=times.connect_s)

        def body() -> dict[str, Any]:
            return {"data": form_of(fields, files)} if files else {"json": fields}

        async with self._failures_as_ours(), AsyncExitStack() as stack:
            opening = asyncio.create_task(
                stack.enter_async_context(self._answer("POST", path, timeout, body))
            )
            stack.push_async_callback(_ended, opening)
            first_s = times.begun_silence_s if self._streams else times.silence_s
            answered, _ = await asyncio.wait([opening], timeout=min(first_s, times.begun_silence_s))
            if not answered and first_s > times.begun_silence_s:
                left_s = first_s - times.begun_silence_s
                sentence = say("engine-says-nothing", url=self._shown, seconds=f"{times.begun_silence_s:.0f}")
                yield Silence(sentence=sentence, seconds_left=left_s)
                answered, _ = await asyncio.wait([opening], timeout=left_s)
            if not answered:
                raise TimeoutError
            answer = opening.result()
            if answer.status >= 400:
                refusal = await json_or_none(self._chunks(answer, lambda: times.begun_silence_s))
                if not self._standard_only and is_about_a_field(answer.status, refusal):
                    raise _UnknownField
                raise self._error(answer.status, refusal, answer.headers.get("Retry-After"))
            if answer.content_type != "text/event-stream":
                chunks = self._chunks(answer, lambda: times.begun_silence_s, first_s=times.silence_s)
                body_json = await json_or_none(chunks, bytes_limit(options, options.count))
                for picture in pictures_from(body_json, options):
                    yield picture
                return
            self._streams = True
            finished = 0
            chunks = self._chunks(
                answer, lambda: times.begun_silence_s if finished < options.count else times.rest_s
            )
            try:
                async for message in messages(chunks, bytes_limit(options, 1)):
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
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer to one request. A redirect is followed only to the same server: pictures go nowhere else."""
        address = URL(self._url + path)
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
                    raise EngineRefused(
                        say("engine-redirects", url=self._shown, target=_without_password(target)[:100])
                    )
                address = there
        raise EngineRefused(say("engine-redirects", url=self._shown, target=self._shown))

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

    def _error(self, status: int, body: Any, retry_after: str | None) -> EngineError:
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
            raise EngineUnreachable(say("engine-late", url=self._shown)) from error
        except (aiohttp.ClientError, asyncio.IncompleteReadError, OSError) as error:
            raise EngineUnreachable(say("engine-unreachable", url=self._shown)) from error


async def _ended(task: asyncio.Task[Any]) -> None:
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


def _without_password(address: str) -> str:
    try:
        return str(URL(address).with_user(None))
    except ValueError:
        return address
