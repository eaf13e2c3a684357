"""Asks any server of the OpenAI Images API for pictures, as that server takes it, and learns from what it refuses.

Our own engine streams queue places and previews and takes seeds; a server that lacks these still serves, and
`Lacking` says in words what is missed. Knows nothing of Slack, jobs or money; never imports torch.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.images_api import judging
from bot.images_api.answers import Lesson, Question, Server, ended
from bot.images_api.capabilities import Capabilities, learnt
from bot.images_api.fitting import Fit
from bot.images_api.judging import sides
from bot.images_api.memory import Memory
from bot.images_api.presets import PRESETS, Choice
from bot.images_api.types import (
    EditRequest,
    EngineBlocked,
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
from bot.images_api.wire import OptionsT, fields_of, parts_of
from bot.settings import Settings
from bot.texts import say

__all__ = [
    "EditRequest",
    "EngineBlocked",
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

log = logging.getLogger(__name__)

GENERATIONS, EDITS = "/v1/images/generations", "/v1/images/edits"
#: How often one request is put otherwise before the server's refusal stands.
LESSONS = 25
#: A canvas of a smaller share of the pixels than this is said.
SMALLER = 0.9
#: How long a part of a grid waits for a busy server, and how long at once where it says nothing, in seconds.
PART_PATIENCE_S, PART_PAUSE_S = 90.0, 5.0


class EngineClient:
    """One connection pool to one server. Use as an async context manager, or call `close`."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        model: str = "",
        preset: str = "",
        choices: Mapping[str, Choice] | None = None,
        previews: int | None = None,
        memory: Memory | None = None,
        timeouts: EngineTimeouts | None = None,
        team: str = "",
    ) -> None:
        """`url` is the server's base (`http://127.0.0.1:8061`, with or without `/v1`); `model` the default model.

        `team` keeps apart what several workspaces ask the server for: two may name a job or a channel alike.
        `preset` names a kind of server that is known (a key of PRESETS); `choices` say by tier what to ask it for, and
        `previews` how many of each picture at most, where that is not the preset's. `memory` keeps what is learnt.
        """
        self._team = team
        self._timeouts = timeouts or EngineTimeouts(begun_silence_s=PRESETS[preset].silence_s)
        self._server = Server(url, token=token or "", timeouts=self._timeouts, note=self._note)
        #: as it is said to people, without a password
        self.shown_url = self._server.shown_url
        self._model = model
        self._preset, self._previews, self._memory = preset, previews, memory
        self._choices = {**PRESETS[preset].choices, **(choices or {})}
        #: what it can do, by model and path, as far as it was asked
        self._can: dict[tuple[str, str], Capabilities] = {}
        #: those of which something was learnt that is not in the memory
        self._unkept: set[tuple[str, str]] = set()
        #: what `vocabulary` answered last; nothing before that
        self.known_words: Mapping[str, Any] = {}
        #: what our engine tells of its model; nothing of another server, None before anybody asked
        self.model_card: Mapping[str, Any] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def generate(self, request: GenerateRequest) -> AsyncGenerator[EngineEvent, None]:
        """Pictures from words: events as they happen, every picture once. Raises EngineError's kinds.

        Closing the iterator, or cancelling the task, closes the connection, and our engine stops the work.
        """
        async with aclosing(self._render(GENERATIONS, request)) as events:
            async for event in events:
                yield event

    async def edit(self, request: EditRequest) -> AsyncGenerator[EngineEvent, None]:
        """A changed picture; otherwise as `generate`. Whoever promises exactness outside the mask checks it."""
        async with aclosing(self._render(EDITS, request)) as events:
            async for event in events:
                yield event

    def choice(self, tier: str) -> Choice:
        """What a tier asks this server for."""
        found = self._choices.get(tier, Choice())
        return replace(found, model=self._model or found.model)

    def capabilities(self, tier: str, path: str = GENERATIONS) -> Capabilities:
        """What the server can do for a tier: as its refusals taught, else as its preset says."""
        return self._known(path, self.choice(tier).model)

    async def health(self) -> Health:
        """The engine's state; a server without `/health` counts as ready when it lists its models."""
        status, body = await self._server.ask("/health")
        if status in (401, 403, 404, 405):
            # Not ours: then its models say whether it is there, and takes our key.
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
        status, body = await self._server.ask("/v1/models")
        if status >= 400:
            raise self._server.error(status, body, None)
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
        self.model_card = ours if isinstance(ours, Mapping) else {}
        listed = self.model_card.get("vocabulary")
        # An empty vocabulary would call every word unknown; no vocabulary calls none.
        self.known_words = listed if isinstance(listed, Mapping) else {}
        return self.known_words

    def known_loras(self, tier: str) -> Collection[str] | None:
        """The LoRAs that a tier takes by name; none of a server that is not ours, None before its models were asked."""
        if self.model_card is None:
            return None
        tiers = self.model_card.get("loras")
        listed = tiers.get(tier) if isinstance(tiers, Mapping) else None
        return [str(one["name"]) for one in listed or () if isinstance(one, Mapping) and one.get("name")]

    async def mask_of(self, image: bytes, text: str) -> bytes:
        """The mask of what a text names in a picture: a PNG whose transparent pixels show it.

        Raises EngineLacks where the server cannot find things, EngineRefused where it finds nothing of the kind.
        """

        def body() -> dict[str, Any]:
            form = aiohttp.FormData({"text": text})
            form.add_field("image", image, filename="image.png", content_type="image/png")
            return {"data": form}

        timeout = aiohttp.ClientTimeout(total=self._timeouts.find_s)
        status, found = await self._server.ask("/v1/masks", timeout, body)
        if status in (404, 405, 501):
            raise EngineLacks(say("engine-finds-nothing"))
        if status >= 400:
            raise self._server.error(status, found, None)
        try:
            mask = base64.b64decode(found["data"][0]["b64_json"])
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise EngineFailed(say("engine-mask-unreadable")) from error
        await asyncio.to_thread(judging.finished, mask, await asyncio.to_thread(judging.size_of, image))
        return mask

    def _of_team(self, request: OptionsT) -> OptionsT:
        """A repetition is one of this workspace's own, and so are the turns in the queue."""
        if not self._team:
            return request

        def own(key: str | None) -> str | None:
            return None if key is None else f"{self._team}:{key}"

        return replace(
            request, idempotency_key=own(request.idempotency_key), fairness_key=own(request.fairness_key)
        )

    async def _render(
        self, path: str, request: GenerateRequest | EditRequest
    ) -> AsyncGenerator[EngineEvent, None]:
        """A request as this server takes it; what it refuses, it is not asked again."""
        request = self._of_team(request)
        model = request.model or self.choice(request.tier or "").model
        at_first = self._known(path, model)
        for _ in range(LESSONS):
            can = self._known(path, model)
            parts = parts_of(request, can)
            made = self._once(path, request, can) if len(parts) == 1 else self._together(path, parts)
            try:
                async with aclosing(made) as events:
                    async for event in events:
                        yield event
                self._keep(path, model)
                return
            except Lesson as lesson:
                # Another request may have learnt it meanwhile.
                before = self._known(path, model)
                after = learnt(before, lesson.refusal) if before == can else before
                if after is None:
                    # What led nowhere was no lesson.
                    self._can[path, model] = at_first
                    raise lesson.error from None
                if after != before:
                    self._learn(path, model, after)
                for name, sentence in (("seeds", "engine-no-seeds"), ("mask", "engine-no-masks")):
                    if before.takes(name) and not after.takes(name):
                        yield Lacking(sentence=say(sentence))
        self._can[path, model] = at_first
        raise EngineRefused(say("engine-refuses-all"))

    async def _together(
        self, path: str, parts: Sequence[GenerateRequest | EditRequest]
    ) -> AsyncGenerator[EngineEvent, None]:
        """Several requests at once, their pictures numbered as those of one."""
        events: asyncio.Queue[EngineEvent | None] = asyncio.Queue()

        async def follow(part: GenerateRequest | EditRequest, first: int) -> None:
            async with aclosing(self._patiently(path, part)) as found:
                async for event in found:
                    if isinstance(event, Picture | Preview):
                        event = replace(event, index=event.index + first)
                    events.put_nowait(event)

        async def follow_all() -> None:
            try:
                async with asyncio.TaskGroup() as group:
                    first = 0
                    for part in parts:
                        group.create_task(follow(part, first))
                        first += part.count
            finally:
                events.put_nowait(None)

        whole = asyncio.create_task(follow_all())
        try:
            while (event := await events.get()) is not None:
                yield event
            await whole
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
        finally:
            await ended(whole)

    async def _patiently(
        self, path: str, part: GenerateRequest | EditRequest
    ) -> AsyncGenerator[EngineEvent, None]:
        """A part of a whole: a server that has no time for it now loses us none of the others."""
        left_s = PART_PATIENCE_S
        while True:
            try:
                async with aclosing(self._render(path, part)) as events:
                    async for event in events:
                        yield event
                return
            except EngineBusy as error:
                pause_s = max(1.0, PART_PAUSE_S if error.retry_after_s is None else error.retry_after_s)
                if pause_s > left_s:
                    raise
                left_s -= pause_s
                await asyncio.sleep(pause_s)

    async def _once(
        self, path: str, request: GenerateRequest | EditRequest, can: Capabilities
    ) -> AsyncGenerator[EngineEvent, None]:
        """One request on a canvas that the server can draw, and the pictures taken from it."""
        fit, files, extras, exact = None, dict[str, bytes](), dict[str, Any](), False
        if request.size is not None:
            fit = Fit(asked=request.size, canvas=can.sizes.nearest(request.size))
            if fit.canvas[0] * fit.canvas[1] < request.size[0] * request.size[1] * SMALLER:
                yield Lacking(sentence=say("engine-smaller", came=sides(fit.canvas), asked=sides(fit.asked)))
        if isinstance(request, EditRequest):
            extras = {"instruction": request.instruction, "strength": request.strength}
            exact = request.mask is not None
            files["image"] = await asyncio.to_thread(fit.put, request.image) if fit else request.image
            if request.mask is not None and can.takes("mask"):
                mask = await asyncio.to_thread(fit.put_mask, request.mask) if fit else request.mask
                files[can.names.get("mask", "mask")] = mask
        choice = self.choice(request.tier or "")
        fields = fields_of(
            replace(request, size=fit.canvas) if fit else request, request.prompt, choice, can, extras
        )
        options = replace(request, size=fit.canvas) if fit else request
        question = Question(path=path, options=options, fields=fields, files=files, can=can)
        async with aclosing(self._server.pictures(question)) as events:
            async for event in events:
                if fit and isinstance(event, Preview):
                    event = replace(event, png=await asyncio.to_thread(fit.take, event.png, exact=False))
                elif fit and isinstance(event, Picture):
                    png = await asyncio.to_thread(fit.take, event.png, exact=exact)
                    event = replace(event, png=png, size=await asyncio.to_thread(judging.size_of, png))
                yield event

    def _known(self, path: str, model: str) -> Capabilities:
        key = path, model
        if key not in self._can:
            recalled = self._memory.recall(self._name(path, model)) if self._memory else None
            can = recalled or PRESETS[self._preset].can
            self._can[key] = can if self._previews is None else replace(can, most_previews=self._previews)
        return self._can[key]

    def _learn(self, path: str, model: str, can: Capabilities) -> None:
        self._can[path, model] = can
        log.info("%s: %s can do %s", path, self.shown_url, can.to_json())
        self._unkept.add((path, model))

    def _keep(self, path: str, model: str) -> None:
        """Remember what was learnt, now that it led to pictures."""
        if (path, model) in self._unkept:
            self._unkept.discard((path, model))
            if self._memory:
                self._memory.keep(self._name(path, model), self._known(path, model))

    def _note(self, path: str, options: Options, **found: Any) -> None:
        """Learn from an answer what no refusal says."""
        model = options.model or self.choice(options.tier or "").model
        before = self._known(path, model)
        if (after := replace(before, **found)) != before:
            self._learn(path, model, after)

    def _name(self, path: str, model: str) -> str:
        return " ".join([self.shown_url + path, self._preset or "-", model or "-"])


def client_of(settings: Settings, team: str = "") -> EngineClient:
    """The client of the engine that the settings name, for one of several workspaces."""
    return EngineClient(
        settings.engine_url,
        token=settings.engine_token.get_secret_value() if settings.engine_token else None,
        model=settings.engine_model,
        preset=settings.engine_preset,
        choices={tier: Choice(**given) for tier, given in settings.engine_tiers.items()},
        previews=settings.engine_previews,
        memory=Memory(settings.data_dir / "engines.json"),
        team=team,
    )
