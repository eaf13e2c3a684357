"""Speaks the OpenAI Images API to any server that offers it, and makes its answers one stream of events.

Our own engine streams queue places and previews and takes seeds; a server that lacks these still serves, and
`Lacking` says in words what is missed. Knows nothing of Slack, jobs or money; never imports torch.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from types import TracebackType
from typing import Any, Self

import aiohttp

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
)
from bot.images_api.wire import (
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
]


class _UnknownField(Exception):
    """The server turned down one of our own fields."""


class EngineClient:
    """One connection pool to one server. Use as an async context manager, or call `close`."""

    def __init__(
        self, url: str, *, token: str | None = None, model: str = "", timeouts: EngineTimeouts | None = None
    ) -> None:
        """`url` is the server's base (`http://127.0.0.1:8061`, with or without `/v1`); `model` the default model."""
        self._url = url.rstrip("/").removesuffix("/v1")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._model = model
        self._timeouts = timeouts or EngineTimeouts()
        self._session: aiohttp.ClientSession | None = None
        #: learnt from its refusals: whether this server takes the standard fields only
        self._standard_only = False
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
            raise error_from(status, body, None)
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
        form = aiohttp.FormData({"text": text})
        form.add_field("image", image, filename="image.png", content_type="image/png")
        timeout = aiohttp.ClientTimeout(total=self._timeouts.silence_s)
        async with (
            self._unreachable_told(),
            self._open().post(
                self._url + "/v1/masks", headers=self._headers, data=form, timeout=timeout
            ) as answer,
        ):
            status, body = answer.status, await json_or_none(answer)
        if status in (404, 405, 501):
            raise EngineLacks(say("engine-finds-nothing"))
        if status >= 400:
            raise error_from(status, body, None)
        try:
            return base64.b64decode(body["data"][0]["b64_json"])
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise EngineFailed(say("engine-mask-unreadable")) from error

    async def _ask(self, path: str) -> tuple[int, Any]:
        timeout = aiohttp.ClientTimeout(total=self._timeouts.question_s)
        async with (
            self._unreachable_told(),
            self._open().get(self._url + path, headers=self._headers, timeout=timeout) as answer,
        ):
            return answer.status, await json_or_none(answer)

    async def _render(
        self, path: str, options: Options, prompt: str, extras: dict[str, Any], files: dict[str, bytes]
    ) -> AsyncGenerator[EngineEvent, None]:
        fields = standard_fields(options, prompt, self._model)
        ours = {name: value for name, value in {**our_fields(options), **extras}.items() if value is not None}
        pictures = 0
        while True:
            sent = fields if self._standard_only else {**fields, **ours}
            try:
                async with aclosing(self._send(path, sent, files)) as events:
                    async for event in events:
                        pictures += isinstance(event, Picture)
                        yield event
                break
            except _UnknownField:
                self._standard_only = True
                yield Lacking(sentence=say("engine-no-seeds"))
        if pictures < options.count:
            raise EngineFailed(say("engine-too-few", pictures=pictures, asked=options.count))

    async def _send(
        self, path: str, fields: Mapping[str, Any], files: Mapping[str, bytes]
    ) -> AsyncGenerator[EngineEvent, None]:
        timeout = aiohttp.ClientTimeout(
            total=self._timeouts.whole_s, connect=self._timeouts.connect_s, sock_read=self._timeouts.silence_s
        )
        body: dict[str, Any] = {"data": form_of(fields, files)} if files else {"json": fields}
        async with (
            self._unreachable_told(),
            self._open().post(self._url + path, headers=self._headers, timeout=timeout, **body) as answer,
        ):
            if answer.status >= 400:
                refusal = await json_or_none(answer)
                if not self._standard_only and is_about_a_field(answer.status, refusal):
                    raise _UnknownField
                raise error_from(answer.status, refusal, answer.headers.get("Retry-After"))
            if answer.content_type == "text/event-stream":
                finished = 0
                async for message in messages(answer.content):
                    event = event_from(message, finished)
                    finished += isinstance(event, Picture)
                    if event is not None:
                        yield event
            else:
                for event in pictures_from(await json_or_none(answer)):
                    yield event

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # No limit of its own: how much runs at once is the caller's and the engine's to say.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self._session

    @asynccontextmanager
    async def _unreachable_told(self) -> AsyncIterator[None]:
        try:
            yield
        except TimeoutError as error:
            raise EngineUnreachable(say("engine-late", url=self._url)) from error
        except (aiohttp.ClientError, asyncio.IncompleteReadError, OSError) as error:
            raise EngineUnreachable(say("engine-unreachable", url=self._url)) from error
