"""The plan of what goes wrong on purpose: which calls are answered badly, which events come late or twice.

A plan is data (a start file, a control request, a test's own object); nothing happens that is not in it. Every
decision is drawn from the plan's seed, so that a run with the same calls in the same order goes wrong alike.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from fnmatch import fnmatchcase
from pathlib import Path
from random import Random
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from sandbox.model import Json

_STRICT = ConfigDict(extra="forbid")
Chance = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]

_HTML = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
#: Answers of gateways in front of Slack, by name: status, body, content type.
GATEWAYS = {
    "500_text": (500, "Internal Server Error", "text/plain"),
    "502_html": (502, _HTML, "text/html"),
    "502_html_as_json": (502, _HTML, "application/json"),
    "503_text": (
        503,
        "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
        "text/plain",
    ),
    "empty": (200, "", "application/json"),
}
#: What is cut off where nothing was done, so that there is no true answer to cut.
_CUT = '{"ok":true,"ts":"1700000000.000100"}'


class BadPlan(Exception):
    """The plan cannot be read; the message says what to change."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class CallFault:
    """Calls that are answered badly."""

    #: A Web API method, a pattern of them (`files.*`), or `upload`, `download`, `response_url`.
    method: str = "*"
    #: `429`, `hang`, `reset`, `cut_json`, a name in GATEWAYS, `ok` (with work none: nothing was done), or any
    #: error name of Slack's, such as `internal_error` or `is_archived`.
    answer: str
    #: Only calls that name this channel.
    channel: str | None = None
    #: So many such calls go well first.
    after: Count = 0
    #: At most so many are spoiled; None: all of them.
    times: Count | None = None
    chance: Chance = 1.0
    #: What becomes of the call's work: nothing, done before the answer, or carried out `late_s` after it.
    work: Literal["none", "done", "late"] = "none"
    late_s: Seconds = 1.0
    #: Of a 429: the header's value as it stands, None for no header; and the error in the body.
    retry_after: str | None = "1"
    error: Literal["ratelimited", "rate_limited"] = "ratelimited"
    #: How long a `hang` lasts before the connection closes; None: until the caller leaves.
    hang_s: Seconds | None = None


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class EventFault:
    """Events that come more than once or late, and so out of order."""

    #: An event type or a pattern of them, such as `reaction_*`.
    event: str = "*"
    after: Count = 0
    times: Count | None = None
    chance: Chance = 1.0
    #: How often each comes, drawn between these; 0 to 0 loses it.
    copies: tuple[Count, Count] = (1, 1)
    #: Each copy waits so long, drawn between these.
    late_s: tuple[Seconds, Seconds] = (0.0, 0.0)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Plan:
    """Everything that goes wrong. The first fault that fits a call or an event decides."""

    seed: int = 0
    calls: tuple[CallFault, ...] = ()
    events: tuple[EventFault, ...] = ()
    #: The app_mention of a message with files: with them after the message, without them before it, or none at all.
    mentions_of_files: Literal["whole", "bare", "none"] = "whole"
    #: How long a file stays without a MIME type after its upload; None: as the settings say.
    file_delay_s: Seconds | None = None
    #: The workspace is an older one: cards, carousels and context actions are `invalid_blocks`.
    classic_blocks: bool = False
    #: No reply can be shown in its channel, too, once it is posted: `cant_broadcast_message`.
    no_broadcasts: bool = False


_PLAN = TypeAdapter(Plan)


def read(document: Any) -> Plan:
    """A plan out of JSON. Raises BadPlan with a sentence."""
    try:
        return _PLAN.validate_python(document)
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadPlan(f"The fault plan is wrong at {place or 'its top'}: {first['msg']}.") from problem


def load(path: Path) -> Plan:
    """A plan out of a JSON file. Raises BadPlan with a sentence."""
    try:
        return read(json.loads(path.read_text(encoding="utf-8")))
    except OSError as problem:
        raise BadPlan(f"Cannot read {path}: {problem.strerror}. Give --faults a readable file.") from problem
    except ValueError as problem:
        raise BadPlan(f"{path} is not valid JSON: {problem}.") from problem


@dataclass(kw_only=True)
class _Tally:
    """How often a fault fitted and how often it struck."""

    seen: int = 0
    struck: int = 0


class Faults:
    """The plan in force and how often each of its faults struck."""

    def __init__(self, plan: Plan | None = None) -> None:
        self._ended = asyncio.Event()
        self._late: set[asyncio.Task[None]] = set()
        self.set(plan or Plan())

    def set(self, plan: Plan) -> None:
        """Put another plan in force; counts and the seed begin anew."""
        self.plan = plan
        self._random = Random(plan.seed)  # noqa: S311 - repeatable on purpose
        self._calls = [_Tally() for _ in plan.calls]
        self._events = [_Tally() for _ in plan.events]

    @property
    def report(self) -> Json:
        """The plan in force, with `struck`: how often each of its faults did."""
        body: Json = _PLAN.dump_python(self.plan, mode="json")
        for kind, tallies in (("calls", self._calls), ("events", self._events)):
            for fault, tally in zip(body[kind], tallies, strict=True):
                fault["struck"] = tally.struck
        return body

    def call(self, method: str, channel: str | None = None) -> CallFault | None:
        """What goes wrong with this call, if anything."""
        for fault, tally in zip(self.plan.calls, self._calls, strict=True):
            fits = fnmatchcase(method, fault.method) and fault.channel in (None, channel)
            if fits and self._strikes(fault, tally):
                return fault
        return None

    def event(self, kind: str) -> list[float]:
        """When each copy of an event goes out, in seconds from now: [0.0] when all is well."""
        for fault, tally in zip(self.plan.events, self._events, strict=True):
            if fnmatchcase(kind, fault.event) and self._strikes(fault, tally):
                copies = self._random.randint(*fault.copies)
                return sorted(self._random.uniform(*fault.late_s) for _ in range(copies))
        return [0.0]

    def _strikes(self, fault: CallFault | EventFault, tally: _Tally) -> bool:
        tally.seen += 1
        if tally.seen <= fault.after or (fault.times is not None and tally.struck >= fault.times):
            return False
        if fault.chance < 1 and self._random.random() >= fault.chance:
            return False
        tally.struck += 1
        return True

    async def spoil(
        self, fault: CallFault, request: web.Request, work: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Answer a call as the fault says, doing its work before, after or never."""
        done = await work() if fault.work == "done" else None
        if fault.work == "late":
            task = asyncio.create_task(self._carry_out(fault.late_s, work))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
        match fault.answer:
            case "429":
                headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
                return web.json_response({"ok": False, "error": fault.error}, status=429, headers=headers)
            case "hang" | "reset":
                if fault.answer == "hang":
                    await self._hang(request, fault.hang_s)
                if request.transport:
                    request.transport.abort()
                return web.Response()
            case "cut_json":
                text = (done.text if isinstance(done, web.Response) else None) or _CUT
                return web.Response(text=text[: len(text) // 2], content_type="application/json")
            case "ok":
                return web.json_response({"ok": True})
            case name if name in GATEWAYS:
                status, body, kind = GATEWAYS[name]
                return web.Response(status=status, text=body, content_type=kind)
            case name:
                return web.json_response({"ok": False, "error": name})

    async def _carry_out(self, after_s: float, work: Callable[[], Awaitable[web.StreamResponse]]) -> None:
        await asyncio.sleep(after_s)
        await work()

    async def _hang(self, request: web.Request, for_s: float | None) -> None:
        """Until the time is over, the caller is gone or the workspace closes."""
        loop = asyncio.get_running_loop()
        end = loop.time() + (for_s if for_s is not None else float("inf"))
        while not self._ended.is_set() and loop.time() < end:
            if request.transport is None or request.transport.is_closing():
                return
            await asyncio.sleep(min(0.05, max(0.0, end - loop.time())))

    async def close(self) -> None:
        """End what hangs, and forget what was to be carried out late."""
        self._ended.set()
        for task in list(self._late):
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)
