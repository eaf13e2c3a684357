"""Answers in time for Slack's acknowledgement where they can be, later where not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.briefs.model import UserError

T = TypeVar("T")

#: How long an acknowledgement waits for work that needs Slack or a file, in seconds; Slack gives up after 3.
IN_TIME_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Outcome(Generic[T]):
    """What came of something: an answer, or why there is none."""

    answer: T | None = None
    refusal: UserError | None = None
    #: Whether Slack is acknowledged already, so that the answer needs another way.
    late: bool = False


async def in_time(work: Coroutine[Any, Any, T], late: Callable[[], Awaitable[Any]]) -> Outcome[T]:
    """Do the work. Calls `late`, which acknowledges, where it takes too long, and goes on.

    What else it raises is raised: what was acknowledged is kept, and done when Slack is back.
    """
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait([task], timeout=IN_TIME_S)
    if not done:
        await late()
    try:
        return Outcome(answer=await task, late=not done)
    except UserError as error:
        return Outcome(refusal=error, late=not done)
