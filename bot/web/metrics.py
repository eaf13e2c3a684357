"""What the bot counts and times, in Prometheus' format, and whether it is well.

`/metrics` is for this machine, or for who brings the token: it comes through no proxy. `/healthz` answers 200 when
everything that the bot needs to serve people works, else 503 with what does not. `/health` only says that it lives.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

#: How long one part may take to say that it is well, in seconds.
PATIENCE_S: Final = 3.0

ACKNOWLEDGED: Final = Histogram(
    "draftroom_bot_acknowledgement_seconds",
    "From an event's receipt to its acknowledgement; Slack gives up after 3.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0),
)
SLACK_CALLS: Final = Counter(
    "draftroom_bot_slack_calls_total",
    "Calls of Slack's Web API by method and outcome.",
    ["method", "outcome"],
)
JOBS: Final = Counter(
    "draftroom_bot_jobs_total", "Jobs that ended, by kind and outcome.", ["kind", "outcome"]
)
JOB_SECONDS: Final = Histogram(
    "draftroom_bot_job_seconds",
    "From the order of a job to its result.",
    ["kind"],
    buckets=(0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600),
)
WAITING: Final = Gauge("draftroom_bot_waiting", "Rows that wait, by what they are.", ["what"])
OLDEST: Final = Gauge(
    "draftroom_bot_oldest_seconds", "Age of the oldest row that is due, by what it is.", ["what"]
)

#: A part of the bot and how it says that it is well: None, or what is wrong. May raise.
Checks = Mapping[str, Callable[[], Awaitable[str | None]]]


class Monitoring:
    """The routes by which an operator looks at the bot."""

    def __init__(self, *, checks: Checks, measure: Callable[[], Awaitable[None]], token: str) -> None:
        """`measure` sets the gauges before they are read."""
        self._checks = checks
        self._measure = measure
        self._token = token

    def routes(self) -> list[web.AbstractRouteDef]:
        """The site's part of it."""
        return [web.get("/metrics", self._metrics), web.get("/healthz", self._healthz)]

    async def _metrics(self, request: web.Request) -> web.Response:
        if not self._may(request):
            raise web.HTTPForbidden(text="Metrics are for this machine, or for who brings the token.\n")
        await self._measure()
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _may(self, request: web.Request) -> bool:
        if self._token:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            return hmac.compare_digest(given.encode(), self._token.encode())
        forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
        return not forwarded and ip_address(request.remote or "0.0.0.0").is_loopback  # noqa: S104

    async def _healthz(self, request: web.Request) -> web.Response:
        names = list(self._checks)
        answers = await asyncio.gather(*(_asked(self._checks[name]) for name in names))
        wrong = {name: answer for name, answer in zip(names, answers, strict=True) if answer}
        body = {"well": not wrong, "parts": {name: wrong.get(name, "well") for name in names}}
        return web.json_response(body, status=503 if wrong else 200)


async def _asked(check: Callable[[], Awaitable[str | None]]) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await check()
    except TimeoutError:
        return f"no answer within {PATIENCE_S:.0f} s"
    except Exception as error:
        return type(error).__name__
